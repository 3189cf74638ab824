//! Lists of global ids in an input: every id of a list is judged, and each kind of fault is one
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
            let wrong = WrongIds { expected: kind.name(), ids: other };
            violations.add(&[path], Fault::WrongType(wrong));
        }
        Self { path, kind, wanted }
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
            let expected = self.kind.name();
            violations.add(&[self.path], Fault::NotFound(WrongIds { expected, ids }));
        }
    }

    /// Notes the ids that carry access which the actor lacks, with one example of it.
    pub fn out_of_scope(
        &self,
        uuids: &HashSet<Uuid>,
        example: String,
        violations: &mut Violations,
    ) {
        let ids = self.given_as(|uuid| uuid.is_some_and(|uuid| uuids.contains(&uuid)));
        violations.add(&[self.path], Fault::OutOfScope { ids, example });
    }

    fn given_as(&self, matches: impl Fn(Option<Uuid>) -> bool) -> Vec<String> {
        let matching = self.wanted.iter().filter(|(uuid, _)| matches(*uuid));
        matching.map(|(_, text)| text.clone()).collect()
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
