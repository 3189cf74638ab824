//! Lists of global ids in an input, and what they change: every id of a list is judged, and each kind of fault is one
//! violation that names all ids it is about.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use uuid::Uuid;

use super::error::{Fault, ListSize, Violations, WrongIds};
use super::id::{Kind, NodeId};

/// The ids of one list, each with the text it was given as.
#[derive(Clone, Debug)]
pub struct Ids {
    path: &'static str,
    kind: Kind,
    /// Each once, without those of another kind; `None` for a text that is no id.
    wanted: Vec<(Option<Uuid>, String)>,
}

impl Ids {
    /// Reads a list. Its size, repeated ids and ids of another kind are judged here; malformed ids
    /// wait for [`Ids::require`], since they are as unknown as ids that nothing has.
    pub fn parse(
        path: &'static str,
        kind: Kind,
        raw: &[String],
        size: RangeInclusive<usize>,
        violations: &mut Violations,
    ) -> Self {
        let max = *size.end();
        judge_size(path, raw.len(), size, violations);
        let mut wanted = Vec::new();
        let mut other = Vec::new();
        // How often each stands here so far.
        let mut times: HashMap<&str, usize> = HashMap::new();
        let mut repeated = Vec::new();
        for text in raw {
            let times = times.entry(text).or_default();
            *times += 1;
            match (*times, NodeId::parse(text)) {
                (1, Some(id)) if id.kind != kind => other.push(text.clone()),
                (1, id) => wanted.push((id.map(|id| id.uuid), text.clone())),
                (2, _) => repeated.push(text.clone()),
                _ => {}
            }
        }
        if !repeated.is_empty() {
            violations.add(&[path], Fault::DuplicateItems(repeated));
        }
        if !other.is_empty() {
            let wrong = WrongIds { expected: kind, ids: other };
            violations.add(&[path], Fault::WrongType(wrong));
        }
        // Of a list that is too long, no more is looked up than of the longest.
        wanted.truncate(max);
        Self { path, kind, wanted }
    }

    /// The id of the one thing that a change is about.
    pub fn one(kind: Kind, raw: &str, violations: &mut Violations) -> Self {
        Self::one_at("id", kind, raw, violations)
    }

    /// [`Ids::one`] in another place.
    pub fn one_at(path: &'static str, kind: Kind, raw: &str, violations: &mut Violations) -> Self {
        Self::parse(path, kind, &[raw.to_owned()], 1..=1, violations)
    }

    /// Whether no id could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.uuids().next().is_none()
    }

    /// Whether every id could be read.
    #[must_use]
    pub fn are_readable(&self) -> bool {
        self.wanted.iter().all(|(uuid, _)| uuid.is_some())
    }

    /// The ids that could be read, each once, in the order they were given.
    pub fn uuids(&self) -> impl Iterator<Item = Uuid> {
        self.wanted.iter().filter_map(|(uuid, _)| *uuid)
    }

    /// Notes the malformed ids and those that are not among `found`.
    pub fn require(&self, found: &HashSet<Uuid>, violations: &mut Violations) {
        let ids = self.given_as(|uuid| uuid.is_none_or(|uuid| !found.contains(&uuid)));
        if !ids.is_empty() {
            let expected = self.kind;
            violations.add(&[self.path], Fault::NotFound(WrongIds { expected, ids }));
        }
    }

    fn given_as(&self, matches: impl Fn(Option<Uuid>) -> bool) -> Vec<String> {
        let matching = self.wanted.iter().filter(|(uuid, _)| matches(*uuid));
        matching.map(|(_, text)| text.clone()).collect()
    }
}

/// A change of links, as it was typed: replace all of them, add some, remove some, in this order.
#[derive(Clone, Debug)]
pub struct Links {
    replace: Option<Ids>,
    add: Ids,
    remove: Ids,
}

/// What a change of links comes to. Each id comes with the name of the list that has it.
#[derive(Clone, Debug, Default)]
pub struct Relinked {
    pub new: Vec<(&'static str, Uuid)>,
    pub gone: Vec<(&'static str, Uuid)>,
}

impl Links {
    /// Reads three lists, called `names`, of what shall have so many links.
    pub fn parse(
        names: [&'static str; 3],
        kind: Kind,
        [replace, add, remove]: [Option<&[String]>; 3],
        size: RangeInclusive<usize>,
        violations: &mut Violations,
    ) -> Self {
        let (least, max) = size.into_inner();
        let mut parse = |name, raw: Option<&[String]>| {
            let raw = raw.unwrap_or_default();
            // Too few are judged of what comes of it.
            let min = if raw.len() > max { least } else { 0 };
            Ids::parse(name, kind, raw, min..=max, violations)
        };
        let links = Self {
            replace: replace.map(|raw| parse(names[0], Some(raw))),
            add: parse(names[1], add),
            remove: parse(names[2], remove),
        };
        let wanted: HashSet<&str> = links.wanted().map(|(_, text)| text.as_str()).collect();
        let both = links.remove.wanted.iter().filter(|(_, text)| wanted.contains(text.as_str()));
        let both: Vec<String> = both.map(|(_, text)| text.clone()).collect();
        if !both.is_empty() {
            violations.add(&[links.remove.path], Fault::ContradictoryItems(both));
        }
        links
    }

    /// Whether nothing is to be changed.
    #[must_use]
    pub fn are_absent(&self) -> bool {
        self.replace.is_none() && self.add.wanted.is_empty() && self.remove.wanted.is_empty()
    }

    /// All ids that could be read.
    pub fn uuids(&self) -> impl Iterator<Item = Uuid> {
        let lists = self.replace.iter().chain([&self.add, &self.remove]);
        lists.flat_map(Ids::uuids)
    }

    /// Notes the ids that are malformed or not among `found`.
    pub fn require(&self, found: &HashSet<Uuid>, violations: &mut Violations) {
        for list in self.replace.iter().chain([&self.add, &self.remove]) {
            list.require(found, violations);
        }
    }

    /// What the change does to the links there are, as far as its ids are among `found`.
    #[must_use]
    pub fn apply(&self, before: &HashSet<Uuid>, found: &HashSet<Uuid>) -> Relinked {
        let removed: HashSet<Uuid> = self.remove.uuids().collect();
        let mut after: HashSet<Uuid> = match &self.replace {
            Some(list) => list.uuids().collect(),
            None => before.clone(),
        };
        after.extend(self.add.uuids());
        after.retain(|id| !removed.contains(id));
        let mut seen = HashSet::new();
        let named = |list: &Ids| list.uuids().map(|id| (list.path, id)).collect::<Vec<_>>();
        let new = self.replace.iter().chain([&self.add]).flat_map(named).filter(|(_, id)| {
            after.contains(id) && found.contains(id) && !before.contains(id) && seen.insert(*id)
        });
        let new = new.collect();
        let mut gone = named(&self.remove);
        if let Some(list) = &self.replace {
            let mut dropped: Vec<Uuid> = before.difference(&removed).copied().collect();
            dropped.sort_unstable();
            gone.extend(dropped.into_iter().map(|id| (list.path, id)));
        }
        gone.retain(|(_, id)| before.contains(id) && !after.contains(id));
        Relinked { new, gone }
    }

    /// Notes that the links would be too few or too many. Those whose ids are wrong count, too: they
    /// are a fault of their own.
    pub fn judge_size(
        &self,
        before: &HashSet<Uuid>,
        size: RangeInclusive<usize>,
        violations: &mut Violations,
    ) {
        let removed: HashSet<&str> =
            self.remove.wanted.iter().map(|(_, text)| text.as_str()).collect();
        let kind = self.add.kind;
        let mut after: HashSet<String> = match self.replace {
            Some(_) => HashSet::new(),
            None => before.iter().map(|id| NodeId::new(kind, *id).to_string()).collect(),
        };
        after.extend(self.wanted().map(|(_, text)| text.clone()));
        after.retain(|text| !removed.contains(text.as_str()));
        let (adds, removes) = (!self.add.wanted.is_empty(), !self.remove.wanted.is_empty());
        let replace = self.replace.as_ref().map(|list| list.path);
        let path = match replace {
            _ if after.len() < *size.start() && removes => self.remove.path,
            _ if after.len() > *size.end() && adds => self.add.path,
            Some(path) => path,
            None => return,
        };
        judge_size(path, after.len(), size, violations);
    }

    /// What is to be linked.
    fn wanted(&self) -> impl Iterator<Item = &(Option<Uuid>, String)> {
        self.replace.iter().chain([&self.add]).flat_map(|list| &list.wanted)
    }
}

impl Relinked {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }

    /// What goes and what comes, as global ids, for the audit trail.
    #[must_use]
    pub fn describe(&self, kind: Kind) -> [Vec<String>; 2] {
        [&self.gone, &self.new].map(|links| {
            let ids = links.iter().map(|(_, id)| NodeId::new(kind, *id).to_string());
            ids.collect()
        })
    }

    /// The links that some list has, by the lists.
    pub fn by_list(
        links: &[(&'static str, Uuid)],
    ) -> impl Iterator<Item = (&'static str, Vec<Uuid>)> {
        links
            .chunk_by(|a, b| a.0 == b.0)
            .map(|some| (some[0].0, some.iter().map(|it| it.1).collect()))
    }
}

/// Notes a list that is too short or too long.
pub fn judge_size(
    path: &str,
    actual: usize,
    size: RangeInclusive<usize>,
    violations: &mut Violations,
) {
    let (min, max) = size.into_inner();
    let size = ListSize { min, max, actual };
    if actual < min {
        violations.add(&[path], Fault::TooFewItems(size));
    } else if actual > max {
        violations.add(&[path], Fault::TooManyItems(size));
    }
}
