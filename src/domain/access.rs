//! The access decision: rules compile into a [`Policy`] that allows and covers, and [`explain`] names
//! the rules that decided. Pure: never asks the database, the clock or who is asking.
//!
//! A rule matches an access when each part equals it or is `*`. Any matching denial refuses; else any
//! matching allowance allows; else it is refused. Order and duplicates play no part.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::slice;

/// What a rule does to the accesses it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    Allow,
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

/// An example of an access, written `bundle/controller/action`. A part that is `None`, written `*`,
/// stands for any name that the policies compared do not mention.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Triple {
    pub bundle: Option<String>,
    pub controller: Option<String>,
    pub action: Option<String>,
}

/// Why an access is allowed or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Allowed,
    DeniedByRule,
    NoMatchingRule,
}

/// A decision with every rule that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<T> {
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

    /// Whether this policy allows everything that the other one allows, over all names there can be.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.lacks(other).is_none()
    }

    /// An access that the other policy allows and this one does not: always the same for the same
    /// rules, and the most general of its kind.
    ///
    /// Takes O(n √n) for n rules, whatever they say.
    #[must_use]
    pub fn lacks(&self, other: &Self) -> Option<Triple> {
        let given = other.allowed.iter().copied();
        let given: Vec<Ids> =
            given.filter(|ids| other.effect_on(*ids) == Some(Effect::Allow)).collect();
        let here = other.translation(self, |_| ANY);
        let found = given.iter().copied().find(|ids| {
            let ids = ids.map(|id| here[id as usize]);
            self.effect_on(ids) != Some(Effect::Allow)
        });
        // Names that the other policy does not know are numbered from the far end.
        let found = found.or_else(|| {
            let there = self.translation(other, |id| u32::MAX - id);
            let denied = self.denied.iter();
            let denied = denied.map(|ids| ids.map(|id| there[id as usize]));
            other.gives_despite(&given, &denied.collect::<Vec<_>>())
        });
        let [bundle, controller, action] = found?.map(|id| {
            let theirs = other.name(id);
            theirs.or_else(|| self.name(u32::MAX - id))
        });
        Some(Triple { bundle, controller, action })
    }

    /// An access that this policy allows and one of the denials matches. None of the rules `given`,
    /// which allow, lies within a denial.
    fn gives_despite(&self, given: &[Ids], denials: &[Ids]) -> Option<Ids> {
        let mut open = Vec::new();
        for ids in denials {
            match self.effect_on(*ids) {
                Some(Effect::Allow) => return Some(*ids),
                Some(Effect::Deny) => {}
                None => open.push(*ids),
            }
        }
        // What is left are pairs of which neither lies within the other.
        let alone = open.iter().copied().filter(|ids| exact_parts(*ids) == 1);
        let alone: Vec<Ids> = alone.collect();
        (0..3).find_map(|part| {
            let found = self.crossing(part, given, &open);
            found.or_else(|| self.crossing(part, &alone, given))
        })
    }

    /// An access that one of `left`, naming its `part`, and one of `right`, not naming it, both match,
    /// and no denial of this policy.
    ///
    /// For each name `x` of the part, the rules of `right` are the edges of a graph between the names
    /// of the other two parts, and a denial of `x` with one further name strikes that name out. `x` is
    /// done with when no edge is left. Only the ends of a matching are looked at: were they many, it
    /// would take as many denials to strike out all of their edges.
    fn crossing(&self, part: usize, left: &[Ids], right: &[Ids]) -> Option<Ids> {
        let starts = by_name(part, left);
        let struck = by_name(part, &self.denied);
        let right = right.iter().copied();
        let (cover, edges) = graph(right.filter(|ids| ids[part] == ANY));
        let mut marks = Marks::new(self.names.len());
        for start in starts.chunk_by(|a, b| a.0 == b.0) {
            let x = start[0].0;
            marks.replace(of(&struck, x));
            let ends = start.iter().flat_map(|(_, second)| match *second {
                [ANY, ANY, ANY] => cover.as_slice(),
                _ => slice::from_ref(second),
            });
            for end in ends.filter(|end| !marks.any(**end)) {
                for (_, edge) in of(&edges, *end) {
                    let mut both = *edge;
                    both[part] = x;
                    if !marks.any(*edge) && self.effects.get(&both) != Some(&Effect::Deny) {
                        return Some(both);
                    }
                }
            }
        }
        None
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

    fn name(&self, id: u32) -> Option<String> {
        let mut names = self.names.iter();
        let found = names.find(|(_, it)| **it == id);
        found.map(|(name, _)| name.to_string())
    }

    /// The other policy's number for each of this one's.
    fn translation(&self, other: &Self, unknown: impl Fn(u32) -> u32) -> Vec<u32> {
        let mut numbers = vec![ANY; self.names.len() + 1];
        for (name, id) in &self.names {
            let there = other.names.get(name).copied();
            numbers[*id as usize] = there.unwrap_or_else(|| unknown(*id));
        }
        numbers
    }
}

/// The rules that name the part and at most one other, by the name, without it.
fn by_name(part: usize, rules: &[Ids]) -> Vec<(u32, Ids)> {
    let rules = rules.iter().copied();
    let some = rules.filter(|ids| ids[part] != ANY && exact_parts(*ids) < 3);
    let mut pairs: Vec<(u32, Ids)> =
        some.map(|mut ids| (std::mem::replace(&mut ids[part], ANY), ids)).collect();
    pairs.sort_unstable();
    pairs
}

/// Names, each written as a rule, of which every rule has one: the ends of a greedy matching. And
/// the rules by each of their names.
fn graph(rules: impl Iterator<Item = Ids>) -> (Vec<Ids>, Vec<(Ids, Ids)>) {
    let mut cover = Vec::new();
    let mut covered: HashSet<Ids, Keys> = HashSet::default();
    let mut edges = Vec::new();
    for rule in rules {
        let ends = [1, 2, 4].map(|shape| masked(rule, shape));
        let ends = ends.into_iter().filter(|end| *end != [ANY; 3]);
        if !ends.clone().any(|end| covered.contains(&end)) {
            covered.extend(ends.clone());
            cover.extend(ends.clone());
        }
        edges.extend(ends.map(|end| (end, rule)));
    }
    edges.sort_unstable();
    (cover, edges)
}

/// The sorted pairs with this key.
fn of<K: Ord, V>(pairs: &[(K, V)], key: K) -> &[(K, V)] {
    let from = pairs.partition_point(|it| it.0 < key);
    let some = &pairs[from..];
    &some[..some.partition_point(|it| it.0 == key)]
}

/// A set of names of each part that is emptied at no cost.
struct Marks {
    rounds: [Vec<u32>; 3],
    round: u32,
}

impl Marks {
    fn new(names: usize) -> Self {
        Self { rounds: [(); 3].map(|()| vec![0; names + 1]), round: 0 }
    }

    fn replace(&mut self, names: &[(u32, Ids)]) {
        self.round += 1;
        for (_, ids) in names {
            for (rounds, id) in self.rounds.iter_mut().zip(ids) {
                if *id != ANY {
                    rounds[*id as usize] = self.round;
                }
            }
        }
    }

    fn any(&self, ids: Ids) -> bool {
        let parts = self.rounds.iter().zip(ids);
        let marked = parts.map(|(rounds, id)| rounds.get(id as usize) == Some(&self.round));
        marked.fold(false, |any, one| any | one)
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

impl fmt::Display for Triple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.bundle, &self.controller, &self.action];
        let [bundle, controller, action] = parts.map(|it| it.as_deref().unwrap_or("*"));
        write!(f, "{bundle}/{controller}/{action}")
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
