//! Rules: a bundle, a controller and an action, allowed or denied.

use std::collections::{HashMap, HashSet};

use entity::rule;
use entity::rule::Permission;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::error::{Fault, Violations};
use super::ids::judge_size;
use super::role::MAX_RULES;
use super::{Actor, Error, capability, text};
use crate::app::App;

/// A rule to be made, as it was typed.
#[derive(Clone, Debug)]
pub struct NewRule {
    pub bundle: String,
    pub controller: String,
    pub action: String,
    pub permission: Permission,
}

/// The rules of each of some roles, in the order bundle, controller, action, permission. Refuses to read
/// more than so many.
pub async fn of_roles(
    app: &App,
    actor: &Actor,
    roles: &[Uuid],
    most: u64,
) -> Result<HashMap<Uuid, Vec<rule::Model>>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let found = rule::Entity::find()
        .filter(rule::Column::RoleId.is_in(roles.iter().copied()))
        .order_by_asc(rule::Column::Bundle)
        .order_by_asc(rule::Column::Controller)
        .order_by_asc(rule::Column::Action)
        .order_by_asc(rule::Column::Permission);
    let found = app.db.all(found.limit(most + 1)).await?;
    if found.len() as u64 > most {
        return Err(Error::Input(format!(
            "These roles have more than {most} rules. Ask for fewer."
        )));
    }
    let mut rules: HashMap<Uuid, Vec<rule::Model>> = HashMap::new();
    for rule in found {
        rules.entry(rule.role_id).or_default().push(rule);
    }
    Ok(rules)
}

/// Those of some rules that there are.
pub async fn find_all(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<rule::Model>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let rules = rule::Entity::find().filter(rule::Column::Id.is_in(ids.iter().copied()));
    Ok(rules.all(app.db.read()).await?)
}

/// Reads the rules that were typed for a role, each with its place in the list; those that cannot be
/// read, or are repeated, are noted.
pub(super) fn parse(
    app: &App,
    path: &str,
    typed: &[NewRule],
    violations: &mut Violations,
) -> Vec<(usize, rule::Model)> {
    judge_size(path, typed.len(), 0..=MAX_RULES, violations);
    let mut seen = HashSet::new();
    let mut rules = Vec::new();
    for (place, new) in typed.iter().enumerate().take(MAX_RULES) {
        let index = place.to_string();
        let mut part = |name, raw| violations.text(&[path, &index, name], text::rule_part(raw));
        let parts = (
            part("bundle", &new.bundle),
            part("controller", &new.controller),
            part("action", &new.action),
        );
        let (Some(bundle), Some(controller), Some(action)) = parts else {
            continue;
        };
        let rule = (&new.bundle, &new.controller, &new.action, new.permission);
        if !seen.insert(rule) {
            violations.add(&[path, &index], Fault::DuplicateItems(Vec::new()));
            continue;
        }
        let id = app.clock.new_id();
        let (role_id, permission) = (Uuid::nil(), new.permission);
        rules.push((place, rule::Model { id, role_id, bundle, controller, action, permission }));
    }
    rules
}

/// Whether two rules say the same.
pub(super) fn is_same(a: &rule::Model, b: &rule::Model) -> bool {
    (&a.bundle, &a.controller, &a.action, a.permission)
        == (&b.bundle, &b.controller, &b.action, b.permission)
}

/// A rule as people write one.
pub(super) fn describe(rule: &rule::Model) -> String {
    let permission = match rule.permission {
        Permission::Allow => "ALLOW",
        Permission::Deny => "DENY",
    };
    format!("{permission} {}/{}/{}", rule.bundle, rule.controller, rule.action)
}
