//! Rules and accesses of a made-up back office, the same in every run.

use std::collections::HashSet;

use rolecall::domain::access::{Effect, Rule};

/// A bundle, a controller and an action.
pub type Parts = [String; 3];

/// Rules that own their names.
#[derive(Clone, Debug, Default)]
pub struct Rules(pub Vec<(Parts, Effect)>);

impl Rules {
    pub fn iter(&self) -> impl Iterator<Item = Rule<'_>> + Clone {
        self.0.iter().map(|([bundle, controller, action], effect)| Rule {
            bundle,
            controller,
            action,
            effect: *effect,
        })
    }
}

/// What rules speak of, how many of 100 do, and what they do to it: bundle, controller and action, of
/// which 0 stands for `*`. Most roles list pages; some have a controller or an action of a whole bundle;
/// few reach across bundles. Every sixth or seventh rule takes something away again.
const KINDS: [([usize; 3], usize, Effect); 9] = [
    ([1, 1, 1], 62, Effect::Allow),
    ([1, 1, 0], 14, Effect::Allow),
    ([1, 0, 1], 6, Effect::Allow),
    ([0, 1, 1], 2, Effect::Allow),
    ([1, 0, 0], 1, Effect::Allow),
    ([1, 1, 1], 9, Effect::Deny),
    ([1, 1, 0], 3, Effect::Deny),
    ([1, 0, 1], 2, Effect::Deny),
    ([0, 1, 1], 1, Effect::Deny),
];

/// An office whose names grow with its rules: a bundle has ten controllers and shares them with the
/// bundles next to it, and a controller has ten actions.
pub struct Office {
    bundles: usize,
    dice: Dice,
}

impl Office {
    /// An office with as many names as so many rules want; another `seed` throws other dice.
    pub fn new(rules: usize, seed: u64) -> Self {
        Self { bundles: rules.div_ceil(20), dice: Dice(seed) }
    }

    /// So many different rules: as roles of 20 rules, each at home in one bundle, would add up to.
    pub fn rules(&mut self, count: usize) -> Rules {
        let mut rules = Rules::default();
        let mut seen = HashSet::new();
        let mut home = 0;
        while rules.0.len() < count {
            if rules.0.len() % 20 == 0 {
                home = self.dice.below(self.bundles);
            }
            let (parts, effect) = self.rule(home);
            // A home that is full sends its rules elsewhere.
            if seen.insert(parts.clone()) {
                rules.0.push((parts, effect));
            } else {
                home = self.dice.below(self.bundles);
            }
        }
        rules
    }

    fn rule(&mut self, home: usize) -> (Parts, Effect) {
        let mut left = self.dice.below(100);
        let (named, _, effect) = KINDS
            .into_iter()
            .find(|(_, share, _)| {
                let is_it = left < *share;
                left = left.saturating_sub(*share);
                is_it
            })
            .expect("the shares are 100");
        let mut parts = self.page(home);
        for (part, is_named) in parts.iter_mut().zip(named) {
            if is_named == 0 {
                "*".clone_into(part);
            }
        }
        (parts, effect)
    }

    /// So many accesses: one half to what the rules speak of, the other to pages that are anywhere, some
    /// of them of a bundle that no rule mentions.
    pub fn accesses(&mut self, count: usize, rules: &Rules) -> Vec<Parts> {
        let accesses = (0..count).map(|number| {
            let bundle = self.dice.below(self.bundles + self.bundles / 8);
            let mut access = self.page(bundle);
            if number % 2 == 0 {
                let (parts, _) = &rules.0[self.dice.below(rules.0.len())];
                for (asked, part) in access.iter_mut().zip(parts) {
                    if part != "*" {
                        asked.clone_from(part);
                    }
                }
            }
            access
        });
        accesses.collect()
    }

    fn page(&mut self, bundle: usize) -> Parts {
        let controller = bundle + self.dice.below(10);
        let action = self.dice.below(ACTIONS.len());
        [
            format!("{}-gui", name(&BUNDLES, bundle)),
            name(&CONTROLLERS, controller),
            ACTIONS[action].to_owned(),
        ]
    }
}

/// Rules that are as much work to compare as can be, so many on each side: the first side has all that
/// the second has, which shows only once each pair of its denials and the other's allowances, none
/// within the other, turns out to be denied by the second too.
pub fn hostile(rules: usize) -> [Rules; 2] {
    let root = rules.isqrt();
    let name = |letter: char, number: usize| format!("{letter}{number}");
    let any = || "*".to_owned();
    let grid = || (0..root).flat_map(move |x| (0..root).map(move |y| (x, y)));
    let mine = grid().map(|(x, y)| ([any(), name('c', x), name('a', y)], Effect::Deny));
    let theirs = grid().map(|(x, y)| ([name('b', x), name('c', y), any()], Effect::Deny));
    let all = ([any(), any(), any()], Effect::Allow);
    let bundles = (0..root).map(|x| ([name('b', x), any(), any()], Effect::Allow));
    [Rules(mine.chain([all]).collect()), Rules(theirs.chain(bundles).collect())]
}

fn name(words: &[&str], number: usize) -> String {
    let word = words[number % words.len()];
    match number / words.len() {
        0 => word.to_owned(),
        round => format!("{word}-{round}"),
    }
}

/// Numbers that look random (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators": `SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u128::try_from(end).expect("it is small");
        let scaled = (u128::from(mixed ^ (mixed >> 31)) * end) >> 64;
        usize::try_from(scaled).expect("it is below the end")
    }
}

const BUNDLES: [&str; 25] = [
    "product",
    "product-attribute",
    "category",
    "price",
    "discount",
    "stock",
    "warehouse",
    "shipment",
    "return",
    "sales-order",
    "quote",
    "invoice",
    "payment",
    "customer",
    "customer-group",
    "ticket",
    "newsletter",
    "cms-page",
    "cms-block",
    "navigation",
    "glossary",
    "merchant",
    "company",
    "report",
    "system",
];
const CONTROLLERS: [&str; 34] = [
    "index",
    "list",
    "detail",
    "table",
    "attribute",
    "image",
    "variant",
    "translation",
    "address",
    "comment",
    "history",
    "status",
    "rule",
    "item",
    "document",
    "import",
    "export",
    "setting",
    "assignment",
    "template",
    "relation",
    "schedule",
    "approval",
    "preview",
    "queue",
    "note",
    "label",
    "location",
    "contact",
    "contract",
    "budget",
    "statistic",
    "widget",
    "log",
];
const ACTIONS: [&str; 10] = [
    "index", "view", "create", "edit", "delete", "export", "approve", "publish", "assign", "print",
];
