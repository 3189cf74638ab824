//! The access decision: rules compile into a [`Policy`] that allows and covers, and [`explain`] names
//! the rules that decided. Pure: must not ask the database, the clock or who is asking.
//!
//! A rule matches an access when each part equals it or is `*`. Any matching denial refuses; else any
//! matching allowance allows; else it is refused. Order and duplicates play no part.

mod cover;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};

pub use cover::Triple;

/// What a rule does to the accesses it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Allows them, unless another rule denies.
    Allow,
    /// Refuses them, whatever other rules say.
    Deny,
}

/// One rule: each part is an exact name or `*` for any name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule<'a> {
    pub bundle: &'a str,
    pub controller: &'a str,
    pub action: &'a str,
    pub effect: Effect,
}

/// What a set of rules allows; the default allows nothing.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The names that rules mention, numbered from 1 in their order.
    names: HashMap<Box<str>, u32>,
    /// What the rule on exactly these parts does: of two, the denial.
    effects: HashMap<Ids, Effect, Keys>,
    /// The shapes that rules have, one bit each.
    shapes: u8,
    /// The keys of `effects` with each effect, the most general first.
    allowed: Vec<Ids>,
    denied: Vec<Ids>,
}

/// Why an access is allowed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Some rule allows it and none denies.
    Allowed,
    /// Some rule denies it.
    DeniedByRule,
    /// No rule speaks of it.
    NoMatchingRule,
}

/// A decision with every rule that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<T> {
    /// What came of it.
    pub reason: Reason,
    /// The origin of each matching denial, or of each matching allowance where nothing denies, in
    /// the order given.
    pub decided_by: Vec<T>,
}

/// The numbers of three names. [`ANY`] in a rule is its `*`; in an access it is a name that no rule
/// mentions. So the numbers of a rule are also those of the access that only it and more general
/// rules match: if anything the rule matches escapes all rules of some set, then that access does.
type Ids = [u32; 3];

const ANY: u32 = 0;

/// Decides one access and names the origins of the deciding rules.
pub fn explain<'r, T>(
    rules: impl IntoIterator<Item = (Rule<'r>, T)>,
    bundle: &str,
    controller: &str,
    action: &str,
) -> Explanation<T> {
    let mut allowing = Vec::new();
    let mut denying = Vec::new();
    for (rule, origin) in rules {
        if rule.matches(bundle, controller, action) {
            match rule.effect {
                Effect::Allow => allowing.push(origin),
                Effect::Deny => denying.push(origin),
            }
        }
    }
    let (reason, decided_by) = match (denying.is_empty(), allowing.is_empty()) {
        (false, _) => (Reason::DeniedByRule, denying),
        (true, false) => (Reason::Allowed, allowing),
        (true, true) => (Reason::NoMatchingRule, Vec::new()),
    };
    Explanation { reason, decided_by }
}

impl<'a> Rule<'a> {
    /// Whether the rule speaks of this access.
    #[must_use]
    pub fn matches(&self, bundle: &str, controller: &str, action: &str) -> bool {
        let asked = [bundle, controller, action];
        let mut parts = self.parts().into_iter().zip(asked);
        parts.all(|(part, name)| part == "*" || part == name)
    }

    fn parts(&self) -> [&'a str; 3] {
        [self.bundle, self.controller, self.action]
    }
}

impl Reason {
    /// Whether the access is allowed.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

impl Policy {
    /// The policy of all these rules together.
    #[must_use]
    pub fn compile<'a>(rules: impl IntoIterator<Item = Rule<'a>>) -> Self {
        let rules: Vec<Rule<'a>> = rules.into_iter().collect();
        let mentioned: HashSet<&str> = rules.iter().flat_map(Rule::parts).collect();
        let mut mentioned: Vec<&str> = mentioned.into_iter().filter(|it| *it != "*").collect();
        mentioned.sort_unstable();

        let mut policy = Self {
            names: mentioned.into_iter().map(Box::from).zip(1..).collect(),
            ..Self::default()
        };
        for rule in rules {
            let ids = policy.ids(rule.parts());
            policy.shapes |= 1 << shape(ids);
            let effect = policy.effects.entry(ids).or_insert(rule.effect);
            if rule.effect == Effect::Deny {
                *effect = Effect::Deny;
            }
        }
        for (ids, effect) in &policy.effects {
            match effect {
                Effect::Allow => policy.allowed.push(*ids),
                Effect::Deny => policy.denied.push(*ids),
            }
        }
        for some in [&mut policy.allowed, &mut policy.denied] {
            some.sort_unstable_by_key(|ids| (exact_parts(*ids), *ids));
        }
        policy
    }

    /// Whether the access is allowed. Each part is a name: a `*` here is a name like any other that no
    /// rule mentions, so that only wildcards match it.
    #[must_use]
    pub fn allows(&self, bundle: &str, controller: &str, action: &str) -> bool {
        self.effect_on(self.ids([bundle, controller, action])) == Some(Effect::Allow)
    }

    fn effect_on(&self, access: Ids) -> Option<Effect> {
        let mut found = None;
        let mut shapes = self.shapes;
        while shapes != 0 {
            match self.effects.get(&masked(access, shapes.trailing_zeros())) {
                Some(Effect::Deny) => return Some(Effect::Deny),
                Some(Effect::Allow) => found = Some(Effect::Allow),
                None => {}
            }
            shapes &= shapes - 1;
        }
        found
    }

    fn ids(&self, names: [&str; 3]) -> Ids {
        names.map(|name| self.names.get(name).copied().unwrap_or(ANY))
    }
}

/// Hashes [`Ids`] as the upper half of their product with secret numbers: several times as fast as
/// the standard hash, and rules still cannot be chosen to collide, for any two do by chance alone
/// (Dietzfelbinger 1996, "Universal hashing and k-wise independent random variables").
#[derive(Clone, Copy, Debug)]
struct Keys([u64; 3]);

struct Product {
    keys: Keys,
    sum: u64,
}

impl Default for Keys {
    fn default() -> Self {
        let random = RandomState::new();
        Self([0, 1, 2].map(|part| random.hash_one(part)))
    }
}

impl BuildHasher for Keys {
    type Hasher = Product;

    fn build_hasher(&self) -> Product {
        Product { keys: *self, sum: 0 }
    }
}

impl Hasher for Product {
    fn write(&mut self, bytes: &[u8]) {
        let (ids, _) = bytes.as_chunks();
        for (id, key) in ids.iter().zip(self.keys.0) {
            let id = u64::from(u32::from_ne_bytes(*id));
            self.sum = self.sum.wrapping_add(id.wrapping_mul(key));
        }
    }

    /// The length, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.sum.rotate_left(32)
    }
}

/// Which parts are named, one bit each.
fn shape(ids: Ids) -> u32 {
    (0..3).map(|part| u32::from(ids[part] != ANY) << part).sum()
}

fn exact_parts(ids: Ids) -> u32 {
    shape(ids).count_ones()
}

/// Only the parts of the shape.
fn masked(ids: Ids, shape: u32) -> Ids {
    let [bundle, controller, action] = ids;
    [bundle * (shape & 1), controller * (shape >> 1 & 1), action * (shape >> 2 & 1)]
}
