//! Whether one policy allows all that another allows. Must stay exact and, since anyone who may write
//! rules may write hostile ones, must never try all combinations of names.
//!
//! Something is lacking where the other policy allows and this one either does not allow or denies.
//! Three kinds of accesses decide it, each as general as a rule ([`Ids`]): those of the rules that
//! allow there, those of the rules that deny here, and those where one of each cross.

use std::collections::HashSet;
use std::{fmt, mem, slice};

use super::{ANY, Effect, Ids, Keys, Policy, exact_parts, masked};

/// An example of an access, written `bundle/controller/action`. A part that is `None`, written `*`,
/// stands for any name that the policies compared do not mention.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Triple {
    pub bundle: Option<String>,
    pub controller: Option<String>,
    pub action: Option<String>,
}

impl Policy {
    /// Whether this policy allows everything that the other one allows, over all names there can be.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.lacks(other).is_none()
    }

    /// An access that the other policy allows and this one does not: always the same for the same
    /// rules, and rather a general one.
    ///
    /// Takes O(n √n) for n rules in both, whatever they say.
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
        some.map(|mut ids| (mem::replace(&mut ids[part], ANY), ids)).collect();
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
fn of<K: Copy + Ord, V>(pairs: &[(K, V)], key: K) -> &[(K, V)] {
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

impl fmt::Display for Triple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.bundle, &self.controller, &self.action];
        let [bundle, controller, action] = parts.map(|it| it.as_deref().unwrap_or("*"));
        write!(f, "{bundle}/{controller}/{action}")
    }
}
