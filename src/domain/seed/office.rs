//! What a made-up back office looks like: its names, what its roles allow and deny, who carries and who
//! joins what. Numbers in, names and numbers out, the same in every run: must not touch the database.
//!
//! Nothing is spread evenly: the first role or group is linked to as often as the next two together, or
//! the next four, and so on, for what has been there longest is used most.

use entity::rule::Permission;

use crate::domain::membership::MAX_GROUPS;

/// What a role is called.
pub fn role_name(role: usize) -> String {
    let ((area, _), (duty, _)) = area_and_duty(role);
    format!("{area} {duty}")
}

/// What a role allows and denies, each once: its duty, in one to three bundles of its area.
pub fn rules(role: usize) -> Vec<([&'static str; 3], Permission)> {
    let ((_, bundles), (_, duty)) = area_and_duty(role);
    let mut dice = Dice::new(role);
    let first = dice.below(bundles.len());
    let mut rules = Vec::new();
    for number in 0..=dice.below(bundles.len()) {
        let controller = dice.below(CONTROLLERS.len());
        let another = controller + 1 + dice.below(CONTROLLERS.len() - 1);
        for line in duty {
            let (permission, parts) = match line.strip_prefix('!') {
                Some(parts) => (Permission::Deny, parts),
                None => (Permission::Allow, *line),
            };
            let mut parts = parts.split('/').map(|part| match part {
                "BUNDLE" => pick(bundles, first + number),
                "ONE" => pick(CONTROLLERS, controller),
                "ANOTHER" => pick(CONTROLLERS, another),
                part => part,
            });
            let rule = ([(); 3].map(|()| parts.next().unwrap_or("*")), permission);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules
}

/// What a group is called.
pub fn group_title(group: usize) -> String {
    let (area, _) = AREAS[group % AREAS.len()];
    format!("{area} {}", pick(TEAMS, group / AREAS.len()))
}

/// Which of some roles a group carries: two of three from its own area, where there are such.
pub fn roles_of(group: usize, count: usize, roles: usize) -> Vec<usize> {
    let mut dice = Dice::new(group);
    different(count, roles, |number| {
        let role = dice.unevenly_below(roles);
        let own = role - role % AREAS.len() + group % AREAS.len();
        if number % 3 < 2 && own < roles { own } else { role }
    })
}

/// First and last name of a user.
pub fn user_name(user: usize) -> (&'static str, &'static str) {
    (pick(FIRST_NAMES, user), pick(LAST_NAMES, user / FIRST_NAMES.len()))
}

/// Which of some groups a user is in: so many on average, but at least one and no more than are allowed.
pub fn groups_of(user: usize, average: usize, groups: usize) -> Vec<usize> {
    let mut dice = Dice::new(user);
    let further = (average - 1) * FURTHER[dice.below(FURTHER.len())];
    different((1 + further).min(MAX_GROUPS), groups, |_| dice.unevenly_below(groups))
}

/// In how many times the average number of further groups a user is, all of them equally likely.
const FURTHER: [usize; 8] = [0, 0, 0, 1, 1, 1, 2, 3];

/// So many different numbers below an end: as drawn, or else the lowest that is left.
fn different(count: usize, end: usize, mut draw: impl FnMut(usize) -> usize) -> Vec<usize> {
    let mut drawn = Vec::new();
    for number in 0..count.min(end) {
        let next = (0..8).map(|_| draw(number)).find(|it| !drawn.contains(it));
        let next = next.or_else(|| (0..end).find(|it| !drawn.contains(it)));
        drawn.extend(next);
    }
    drawn
}

type Area = (&'static str, &'static [&'static str]);
type Duty = (&'static str, &'static [&'static str]);

fn area_and_duty(role: usize) -> (Area, Duty) {
    (AREAS[role % AREAS.len()], DUTIES[role / AREAS.len() % DUTIES.len()])
}

fn pick(words: &'static [&'static str], number: usize) -> &'static str {
    words[number % words.len()]
}

/// Numbers that look random, and are the same for the same `n` (Steele, Lea and Flood 2014, "Fast
/// splittable pseudorandom number generators": `SplitMix64`).
struct Dice(u64);

impl Dice {
    fn new(n: usize) -> Self {
        Self(n as u64)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // The upper half of the product is below the end.
        let product = u128::from(mixed ^ (mixed >> 31)) * end as u128;
        usize::try_from(product >> 64).unwrap_or_default()
    }

    /// The lowest, or one of the next two, or one of the next four, and so on: each equally likely.
    fn unevenly_below(&mut self, end: usize) -> usize {
        let start = (1 << self.below(end.ilog2() as usize + 1)) - 1;
        start + self.below((start + 1).min(end - start))
    }
}

/// What an area is called, and its bundles.
const AREAS: &[Area] = &[
    ("Catalogue", &["product-gui", "product-attribute-gui", "category-gui"]),
    ("Sales", &["sales-order-gui", "quote-gui", "discount-gui"]),
    ("Warehouse", &["stock-gui", "warehouse-gui", "availability-gui"]),
    ("Finance", &["invoice-gui", "payment-gui", "tax-gui"]),
    ("Support", &["ticket-gui", "customer-gui", "customer-note-gui"]),
    ("Marketing", &["newsletter-gui", "campaign-gui", "voucher-gui"]),
    ("Purchasing", &["supplier-gui", "purchase-order-gui", "contract-gui"]),
    ("Returns", &["return-gui", "refund-gui", "inspection-gui"]),
    ("Shipping", &["shipment-gui", "carrier-gui", "delivery-area-gui"]),
    ("Content", &["cms-page-gui", "cms-block-gui", "navigation-gui"]),
];
/// What a duty is called, and its rules in each bundle; those that `!` opens are denials.
const DUTIES: &[Duty] = &[
    ("Reader", &["BUNDLE/*/index", "BUNDLE/ONE/view", "BUNDLE/ANOTHER/view"]),
    (
        "Editor",
        &[
            "BUNDLE/*/index",
            "BUNDLE/ONE/view",
            "BUNDLE/ONE/create",
            "BUNDLE/ONE/edit",
            "BUNDLE/ANOTHER/*",
            "!BUNDLE/ANOTHER/delete",
        ],
    ),
    // Whoever approves must not have edited.
    (
        "Approver",
        &[
            "BUNDLE/*/index",
            "BUNDLE/*/view",
            "BUNDLE/ONE/approve",
            "BUNDLE/ONE/reject",
            "BUNDLE/ONE/export",
            "!BUNDLE/ONE/edit",
        ],
    ),
    (
        "Auditor",
        &[
            "*/*/index",
            "*/report/*",
            "BUNDLE/ONE/view",
            "BUNDLE/ANOTHER/view",
            "BUNDLE/ONE/export",
            "!BUNDLE/*/delete",
        ],
    ),
    ("Manager", &["BUNDLE/*/*", "!BUNDLE/setting/*"]),
];
const CONTROLLERS: &[&str] =
    &["list", "detail", "item", "attribute", "comment", "history", "import", "report", "status"];
const TEAMS: &[&str] = &["North", "South", "East", "West", "Night Shift", "Leads", "Partners"];
const FIRST_NAMES: &[&str] =
    &["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Ken", "Radia", "Tony"];
const LAST_NAMES: &[&str] =
    &["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Perlman", "Hoare"];
