//! Lists of global ids in an input: every id of a list is judged, and each kind of fault is one
//! violation that names all ids it is about.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use uuid::Uuid;

use super::error::{Fault, ListSize, Violations, WrongIds};
use super::id::{Kind, NodeId};

/// The ids of one list that could be read, with the text each was given as.
#[derive(Clone, Debug)]
pub struct Ids {
    path: &'static str,
    kind: Kind,
    wanted: Vec<(Uuid, String)>,
    malformed: Vec<String>,
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
        let mut ids = Self { path, kind, wanted: Vec::new(), malformed: Vec::new() };
        let (mut seen, mut repeated, mut other) = (HashSet::new(), Vec::new(), Vec::new());
        for text in raw {
            match NodeId::parse(text) {
                None => ids.malformed.push(text.clone()),
                Some(id) if !seen.insert(id) => repeated.push(text.clone()),
                Some(id) if id.kind != kind => other.push(text.clone()),
                Some(id) => ids.wanted.push((id.uuid, text.clone())),
            }
        }
        judge_size(path, raw.len(), size, violations);
        if !repeated.is_empty() {
            repeated.dedup();
            violations.add(&[path], Fault::DuplicateItems(repeated));
        }
        if !other.is_empty() {
            let wrong = WrongIds { expected: kind.name(), ids: other };
            violations.add(&[path], Fault::WrongType(wrong));
        }
        ids
    }

    /// Whether no id could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// The ids that could be read, each once, in the order they were given.
    pub fn uuids(&self) -> impl Iterator<Item = Uuid> {
        self.wanted.iter().map(|(uuid, _)| *uuid)
    }

    /// Notes the malformed ids and those that are not among `found`.
    pub fn require(&self, found: &HashSet<Uuid>, violations: &mut Violations) {
        let unknown = self.given_as(|uuid| !found.contains(&uuid));
        let ids: Vec<String> = self.malformed.iter().cloned().chain(unknown).collect();
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
        let ids = self.given_as(|uuid| uuids.contains(&uuid)).collect();
        violations.add(&[self.path], Fault::OutOfScope { ids, example });
    }

    fn given_as(&self, matches: impl Fn(Uuid) -> bool) -> impl Iterator<Item = String> {
        let matching = self.wanted.iter().filter(move |(uuid, _)| matches(*uuid));
        matching.map(|(_, text)| text.clone())
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
