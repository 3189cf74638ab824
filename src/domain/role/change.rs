//! Changing and deleting roles.

use std::collections::HashSet;
use std::sync::Arc;

use entity::{group_role, role, rule};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::create::rule_rows;
use super::{MAX_RULES, judge_name};
use crate::app::App;
use crate::db::{End, insert_all};
use crate::domain::audit::Changes;
use crate::domain::error::{Fault, Subject, Violations};
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::{self, Ids};
use crate::domain::rule::{self as rules, NewRule};
use crate::domain::text::{self, Label};
use crate::domain::{Actor, Error, actor, audit, capability};

/// A change of a role, as it was typed. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct RoleChange {
    /// A global id.
    pub id: String,
    /// The version that the change was made for.
    pub expected_version: Option<i32>,
    pub name: Option<String>,
    /// Blank takes it away.
    pub description: Option<String>,
    /// Replaces all.
    pub rules: Option<Vec<NewRule>>,
    pub add_rules: Vec<NewRule>,
    /// Global ids.
    pub remove_rule_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

/// A role to be deleted.
#[derive(Clone, Debug, Default)]
pub struct RoleDeletion {
    /// A global id.
    pub id: String,
    /// The version that the deletion was decided for.
    pub expected_version: Option<i32>,
}

/// Changes a role; `None` when the change was only to be judged.
pub async fn update(
    app: &App,
    actor: &Actor,
    change: RoleChange,
) -> Result<Option<role::Model>, Error> {
    actor.require(capability::ROLE_UPDATE)?;
    let end = End::rehearse_if(change.validate_only);
    let draft = &Draft::parse(app, change);
    let work = |tx: Arc<_>| async move { apply(app, &*tx, actor, draft).await };
    let role = app.db.transaction(end, work).await?;
    if draft.changes_rules() {
        app.identities.distrust();
    }
    Ok((end == End::Commit).then_some(role))
}

/// Deletes a role with its rules, and gives its id.
pub async fn delete(app: &App, actor: &Actor, deletion: RoleDeletion) -> Result<Uuid, Error> {
    actor.require(capability::ROLE_DELETE)?;
    let deletion = &deletion;
    let work = |tx: Arc<_>| async move { remove(app, &*tx, actor, deletion).await };
    app.db.transaction(End::Commit, work).await
}

/// What was typed, as far as it could be read.
struct Draft {
    id: Ids,
    expected_version: Option<i32>,
    name: Option<Label>,
    /// Empty when there is to be none.
    description: Option<String>,
    replace: Option<Vec<(usize, rule::Model)>>,
    add: Vec<(usize, rule::Model)>,
    remove: Ids,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, change: RoleChange) -> Self {
        let mut violations = Violations::default();
        let name = change.name.and_then(|name| {
            let name = Label::parse(&name);
            violations.text(&["name"], name)
        });
        let description = change.description.and_then(|description| {
            let parsed = text::description(Some(&description));
            violations.text(&["description"], parsed).map(Option::unwrap_or_default)
        });
        let (remove, all) = (&change.remove_rule_ids, 0..=MAX_RULES);
        Self {
            id: Ids::one(Kind::Role, &change.id, &mut violations),
            expected_version: change.expected_version,
            name,
            description,
            replace: change.rules.map(|typed| rules::parse(app, "rules", &typed, &mut violations)),
            add: rules::parse(app, "addRules", &change.add_rules, &mut violations),
            remove: Ids::parse("removeRuleIds", Kind::Rule, remove, all, &mut violations),
            violations,
        }
    }

    fn changes_rules(&self) -> bool {
        self.replace.is_some() || !self.add.is_empty() || !self.remove.is_empty()
    }
}

/// What a change does to the rules there are.
#[derive(Default)]
struct Revised {
    new: Vec<rule::Model>,
    gone: Vec<rule::Model>,
}

async fn apply(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<role::Model, Error> {
    if draft.changes_rules() {
        actor::announce_change(tx).await?;
    }
    let mut violations = draft.violations.clone();
    let before =
        judge_subject(tx, actor, &draft.id, draft.expected_version, &mut violations).await?;
    if let Some(name) = &draft.name {
        let own = before.as_ref().map(|role| role.id);
        judge_name(tx, actor, &name.key, own, &mut violations).await?;
    }
    let Some(before) = before else {
        draft.remove.require(&HashSet::new(), &mut violations);
        return Err(violations.into_error());
    };
    if before.is_protected {
        violations.add(&["id"], Fault::Protected(Subject::Role(before.clone())));
    }
    let revised = revise(tx, actor, draft, &before, &mut violations).await?;
    if !revised.new.is_empty() || !revised.gone.is_empty() {
        guard::judge_lock_out(tx, &mut violations).await?;
    }
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let mut after = before.clone();
    if let Some(name) = &draft.name {
        after.name.clone_from(&name.text);
        after.name_key.clone_from(&name.key);
    }
    if let Some(description) = &draft.description {
        after.description = (!description.is_empty()).then(|| description.clone());
    }
    save(app, tx, actor, before, after, &revised).await
}

/// The role that a change is about, locked; notes when there is none, when it is another version, and
/// when it carries more than the actor has.
async fn judge_subject(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: &Ids,
    expected_version: Option<i32>,
    violations: &mut Violations,
) -> Result<Option<role::Model>, Error> {
    let role = match id.uuids().next() {
        Some(id) if actor.may(capability::ROLE_INDEX) => {
            role::Entity::find_by_id(id).lock_exclusive().one(tx).await?
        }
        _ => None,
    };
    id.require(&role.iter().map(|role| role.id).collect(), violations);
    if let Some(role) = &role {
        violations.version(expected_version, &Subject::Role(role.clone()));
        guard::judge(tx, actor, Deed::Give, "id", Kind::Role, [role.id], violations).await?;
    }
    Ok(role)
}

/// Writes rules and takes rules away, and notes what is wrong with that.
async fn revise(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    role: &role::Model,
    violations: &mut Violations,
) -> Result<Revised, Error> {
    if !draft.changes_rules() {
        return Ok(Revised::default());
    }
    let before = role.find_related(rule::Entity).all(tx).await?;
    draft.remove.require(&before.iter().map(|rule| rule.id).collect(), violations);
    let revised = plan(draft, &before, violations);
    judge_grants(actor, draft, &before, &revised, violations);
    rule::Entity::delete_many()
        .filter(rule::Column::Id.is_in(revised.gone.iter().map(|rule| rule.id)))
        .exec(tx)
        .await?;
    if before.len() + revised.new.len() - revised.gone.len() <= MAX_RULES {
        insert_all(tx, [rule_rows(role.id, &revised.new)]).await?;
    }
    Ok(revised)
}

/// What goes and what comes; notes rules that are there already, that are both removed and wanted, and
/// those too many.
fn plan(draft: &Draft, before: &[rule::Model], violations: &mut Violations) -> Revised {
    let removed: HashSet<Uuid> = draft.remove.uuids().collect();
    let there = |rule: &rule::Model| before.iter().find(|it| rules::is_same(it, rule));
    let mut contradictory = Vec::new();
    let (mut kept, mut new) = (Vec::new(), Vec::new());
    match &draft.replace {
        None => kept.extend(before.iter().filter(|rule| !removed.contains(&rule.id)).cloned()),
        Some(wanted) => {
            for (_, rule) in wanted {
                match there(rule) {
                    Some(rule) if removed.contains(&rule.id) => contradictory.push(rule.id),
                    Some(rule) => kept.push(rule.clone()),
                    None => new.push(rule.clone()),
                }
            }
        }
    }
    for (place, rule) in &draft.add {
        let same = kept.iter().chain(&new).find(|it| rules::is_same(it, rule));
        match (there(rule), same) {
            (Some(rule), _) if removed.contains(&rule.id) => contradictory.push(rule.id),
            (there, Some(_)) => {
                let ids = there.map(|rule| NodeId::new(Kind::Rule, rule.id).to_string());
                let path = ["addRules", &place.to_string()];
                violations.add(&path, Fault::DuplicateItems(ids.into_iter().collect()));
            }
            (Some(rule), None) => kept.push(rule.clone()),
            (None, None) => new.push(rule.clone()),
        }
    }
    if !contradictory.is_empty() {
        let given = draft.remove.uuids().filter(|id| contradictory.contains(id));
        let ids = given.map(|id| NodeId::new(Kind::Rule, id).to_string());
        violations.add(&["removeRuleIds"], Fault::ContradictoryItems(ids.collect()));
    }
    let path = if draft.add.is_empty() { "rules" } else { "addRules" };
    ids::judge_size(path, kept.len() + new.len(), 0..=MAX_RULES, violations);
    let stays: HashSet<Uuid> = kept.iter().map(|rule| rule.id).collect();
    let gone = before.iter().filter(|rule| !stays.contains(&rule.id)).cloned();
    Revised { new, gone: gone.collect() }
}

/// Notes access that new rules allow, or that rules which go denied, and that the actor lacks.
fn judge_grants(
    actor: &Actor,
    draft: &Draft,
    before: &[rule::Model],
    revised: &Revised,
    violations: &mut Violations,
) {
    if !revised.new.is_empty() {
        let gone: HashSet<Uuid> = revised.gone.iter().map(|rule| rule.id).collect();
        let denials = before.iter().filter(|rule| rule.permission == rule::Permission::Deny);
        let denials = denials.filter(|rule| !gone.contains(&rule.id));
        let given: Vec<rule::Model> = revised.new.iter().chain(denials).cloned().collect();
        if let Some(example) = guard::lacks(actor, Deed::Give, &given) {
            let added = |rule: &rule::Model| draft.add.iter().any(|(_, it)| it.id == rule.id);
            let path = if revised.new.iter().any(added) { "addRules" } else { "rules" };
            let ids = Vec::new();
            violations.add(&[path], Fault::OutOfScope { ids, example });
        }
    }
    let named: Vec<Uuid> = draft.remove.uuids().collect();
    let place = |rule: &rule::Model| named.iter().position(|id| *id == rule.id);
    for (path, is_named) in [("removeRuleIds", true), ("rules", false)] {
        let gone = revised.gone.iter().filter(|rule| place(rule).is_some() == is_named);
        let mut gone: Vec<&rule::Model> = gone.collect();
        gone.sort_by_key(|rule| place(rule));
        let lacking: Vec<(String, String)> = gone
            .into_iter()
            .filter_map(|rule| {
                let example = guard::lacks(actor, Deed::Take, std::slice::from_ref(rule))?;
                Some((NodeId::new(Kind::Rule, rule.id).to_string(), example))
            })
            .collect();
        if let Some((_, example)) = lacking.first().cloned() {
            let ids = lacking.into_iter().map(|(id, _)| id).collect();
            violations.add(&[path], Fault::OutOfScope { ids, example });
        }
    }
}

/// Writes what changed, if anything did.
async fn save(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    before: role::Model,
    mut after: role::Model,
    revised: &Revised,
) -> Result<role::Model, Error> {
    let said = |some: &[rule::Model]| some.iter().map(rules::describe).collect::<Vec<_>>();
    let changes = Changes::default()
        .field("name", &*before.name, &*after.name)
        .field("description", before.description.clone(), after.description.clone())
        .field("rules", said(&revised.gone), said(&revised.new));
    if changes.is_empty() {
        return Ok(before);
    }
    after.version += 1;
    after.updated_at = app.clock.now();
    role::Entity::update(after.clone().into_active_model().reset_all()).exec(tx).await?;
    let action = if changes.are_only("rules") { "role.rules_changed" } else { "role.updated" };
    let subject = Some(NodeId::new(Kind::Role, after.id));
    audit::record(app, tx, actor, action, subject, changes).await?;
    Ok(after)
}

async fn remove(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    deletion: &RoleDeletion,
) -> Result<Uuid, Error> {
    let mut violations = Violations::default();
    let id = Ids::one(Kind::Role, &deletion.id, &mut violations);
    let version = deletion.expected_version;
    let Some(role) = judge_subject(tx, actor, &id, version, &mut violations).await? else {
        return Err(violations.into_error());
    };
    let subject = Subject::Role(role.clone());
    if role.is_protected {
        violations.add(&["id"], Fault::Protected(subject.clone()));
    }
    let groups = group_role::Entity::find().filter(group_role::Column::RoleId.eq(role.id));
    let used_by = i32::try_from(groups.count(tx).await?).map_err(Error::internal)?;
    if used_by > 0 {
        violations.add(&["id"], Fault::InUse { subject, used_by });
    }
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let rules = role.find_related(rule::Entity).all(tx).await?;
    role::Entity::delete_by_id(role.id).exec(tx).await?;
    let changes = Changes::default()
        .field("name", &*role.name, Value::Null)
        .field("description", role.description.clone(), Value::Null)
        .field(
            "rules",
            rules.iter().map(rules::describe).collect::<Vec<_>>(),
            Vec::<String>::new(),
        );
    let subject = Some(NodeId::new(Kind::Role, role.id));
    audit::record(app, tx, actor, "role.deleted", subject, changes).await?;
    Ok(role.id)
}
