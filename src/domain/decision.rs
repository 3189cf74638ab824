//! What a user may do, and which of the rules of which of their roles and groups say so.

use std::collections::{HashMap, HashSet};

use entity::rule::Permission;
use entity::user::Status;
use entity::{group, group_role, membership, role, rule, user};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};
use uuid::Uuid;

use super::access::{self, Effect, Rule};
use super::{Actor, Error, capability, text};
use crate::app::App;

/// A rule, and the role and group it reached a user by.
#[derive(Clone, Debug)]
pub struct Origin {
    pub rule: rule::Model,
    pub role: role::Model,
    pub group: group::Model,
}

/// Why a user may do something or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Allowed,
    DeniedByRule,
    NoMatchingRule,
    UserNotActive,
}

/// Whether a user may do something, and every rule that decided it.
#[derive(Clone, Debug)]
pub struct Decision {
    pub reason: Reason,
    /// By group, role and rule; empty when no rule matched.
    pub decided_by: Vec<Origin>,
}

/// Whether each of some users may do something. Everyone may ask that of themselves.
pub async fn of_users(
    app: &App,
    actor: &Actor,
    users: &[user::Model],
    bundle: &str,
    controller: &str,
    action: &str,
) -> Result<HashMap<Uuid, Decision>, Error> {
    if users.iter().any(|user| actor.user_id() != Some(user.id)) {
        actor.require(capability::USER_INDEX)?;
    }
    let active = users.iter().filter(|user| user.status == Status::Active).map(|user| user.id);
    let mut origins = origins(app, active.collect(), [bundle, controller, action]).await?;
    let decisions = users.iter().map(|user| {
        let origins = origins.remove(&user.id).unwrap_or_default();
        let decision = match user.status {
            Status::Active => decide(&origins, bundle, controller, action),
            Status::Blocked | Status::Deleted => {
                Decision { reason: Reason::UserNotActive, decided_by: Vec::new() }
            }
        };
        (user.id, decision)
    });
    Ok(decisions.collect())
}

fn decide(origins: &[Origin], bundle: &str, controller: &str, action: &str) -> Decision {
    let rules = origins.iter().map(|origin| (as_rule(&origin.rule), origin.clone()));
    let explained = access::explain(rules, bundle, controller, action);
    let reason = match explained.reason {
        access::Reason::Allowed => Reason::Allowed,
        access::Reason::DeniedByRule => Reason::DeniedByRule,
        access::Reason::NoMatchingRule => Reason::NoMatchingRule,
    };
    Decision { reason, decided_by: explained.decided_by }
}

/// A row of rules, as the decision reads it.
pub(super) fn as_rule(rule: &rule::Model) -> Rule<'_> {
    Rule {
        bundle: &rule.bundle,
        controller: &rule.controller,
        action: &rule.action,
        effect: match rule.permission {
            Permission::Allow => Effect::Allow,
            Permission::Deny => Effect::Deny,
        },
    }
}

/// The rules of each of some users that speak of an access, by group, role and rule.
async fn origins(
    app: &App,
    users: Vec<Uuid>,
    [bundle, controller, action]: [&str; 3],
) -> Result<HashMap<Uuid, Vec<Origin>>, Error> {
    let db = app.db.read();
    let links: Vec<(Uuid, Uuid, Uuid)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::UserId)
        .column(membership::Column::GroupId)
        .column(rule::Column::Id)
        .join(JoinType::InnerJoin, roles_of_the_group())
        .join(JoinType::InnerJoin, rules_of_the_role())
        .filter(membership::Column::UserId.is_in(users))
        .filter(rule::Column::Bundle.is_in(parts(bundle)))
        .filter(rule::Column::Controller.is_in(parts(controller)))
        .filter(rule::Column::Action.is_in(parts(action)))
        .into_tuple()
        .all(db)
        .await?;
    let ids: HashSet<Uuid> = links.iter().map(|(_, _, rule)| *rule).collect();
    let rules = rule::Entity::find().filter(rule::Column::Id.is_in(ids));
    let rules: HashMap<Uuid, (rule::Model, Option<role::Model>)> = rules
        .find_also_related(role::Entity)
        .all(db)
        .await?
        .into_iter()
        .map(|it| (it.0.id, it))
        .collect();
    let ids: HashSet<Uuid> = links.iter().map(|(_, group, _)| *group).collect();
    let groups = group::Entity::find().filter(group::Column::Id.is_in(ids)).all(db).await?;
    let groups: HashMap<Uuid, group::Model> =
        groups.into_iter().map(|group| (group.id, group)).collect();
    let mut origins: HashMap<Uuid, Vec<Origin>> = HashMap::new();
    for (user, group, rule) in links {
        if let (Some(group), Some((rule, Some(role)))) = (groups.get(&group), rules.get(&rule)) {
            let (rule, role, group) = (rule.clone(), role.clone(), group.clone());
            origins.entry(user).or_default().push(Origin { rule, role, group });
        }
    }
    for origins in origins.values_mut() {
        origins.sort_by(|a, b| place(a).cmp(&place(b)));
    }
    Ok(origins)
}

/// What stands in the rules that match a name: what cannot be a name, only `*` matches.
fn parts(name: &str) -> Vec<&str> {
    match text::rule_part(name) {
        Ok(_) => vec!["*", name],
        Err(_) => vec!["*"],
    }
}

fn place(origin: &Origin) -> [&str; 5] {
    let Origin { rule, role, group } = origin;
    [&group.title_key, &role.name_key, &rule.bundle, &rule.controller, &rule.action]
}

fn roles_of_the_group() -> RelationDef {
    membership::Entity::belongs_to(group_role::Entity)
        .from(membership::Column::GroupId)
        .to(group_role::Column::GroupId)
        .into()
}

fn rules_of_the_role() -> RelationDef {
    group_role::Entity::belongs_to(rule::Entity)
        .from(group_role::Column::RoleId)
        .to(rule::Column::RoleId)
        .into()
}
