//! The two guards on every write: nobody grants what they lack, and nobody locks everyone out. Each
//! is judged inside the transaction that would break it.

use std::collections::{HashMap, HashSet};

use entity::{group_role, membership, role, rule, user};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait,
    RelationDef, Select,
};
use uuid::Uuid;

use super::error::{Fault, Violations};
use super::ids::Ids;
use super::{Actor, Error, actor, capability};

/// Notes the roles that carry access which the actor lacks.
pub(super) async fn judge_roles(
    db: &impl ConnectionTrait,
    actor: &Actor,
    roles: &Ids,
    visible: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    if actor.is_unlimited() || visible.is_empty() {
        return Ok(());
    }
    let rules = rule::Entity::find()
        .filter(rule::Column::RoleId.is_in(visible.iter().copied()))
        .all(db)
        .await?;
    let carried = rules.into_iter().map(|rule| (rule.role_id, rule));
    judge(actor, roles, carried, violations);
    Ok(())
}

/// Notes the users who may do something that the actor may not: who could change their groups could
/// take away what stands above them.
pub(super) async fn judge_users(
    db: &impl ConnectionTrait,
    actor: &Actor,
    users: &Ids,
    visible: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    if actor.is_unlimited() || visible.is_empty() {
        return Ok(());
    }
    let links: Vec<(Uuid, Uuid)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::UserId)
        .column(group_role::Column::RoleId)
        .join(JoinType::InnerJoin, roles_of_the_group())
        .filter(membership::Column::UserId.is_in(visible.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    let roles: HashSet<Uuid> = links.iter().map(|(_, role)| *role).collect();
    let rules = rule::Entity::find().filter(rule::Column::RoleId.is_in(roles)).all(db).await?;
    let mut by_role: HashMap<Uuid, Vec<rule::Model>> = HashMap::new();
    for rule in rules {
        by_role.entry(rule.role_id).or_default().push(rule);
    }
    let carried = links.iter().flat_map(|(user, role)| {
        let rules = by_role.get(role).into_iter().flatten();
        rules.map(|rule| (*user, rule.clone()))
    });
    judge(actor, users, carried, violations);
    Ok(())
}

/// Notes that nobody could administer the system any more, once these users have these roles too.
pub(super) async fn judge_lock_out(
    tx: &impl ConnectionTrait,
    users: &HashSet<Uuid>,
    roles: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    let denial = denials_of_the_api()
        .filter(rule::Column::RoleId.is_in(roles.iter().copied()))
        .into_tuple::<Uuid>()
        .one(tx)
        .await?;
    let denied = if denial.is_some() { users.iter().copied().collect() } else { Vec::new() };
    if !someone_administers(tx, denied).await? {
        violations.add(&[], Fault::WouldLockOut);
    }
    Ok(())
}

/// Whether an active user is left, other than those about to be denied it, who has the root role and
/// may use the whole of this API.
async fn someone_administers(tx: &impl ConnectionTrait, but: Vec<Uuid>) -> Result<bool, Error> {
    let administrators = users_with_role(
        role::Entity::find()
            .select_only()
            .column(role::Column::Id)
            .filter(role::Column::IsProtected.eq(true)),
    );
    let denied = users_with_role(denials_of_the_api());
    let someone = user::Entity::find()
        .filter(user::Column::Status.eq(user::Status::Active))
        .filter(user::Column::Id.is_not_in(but))
        .filter(user::Column::Id.in_subquery(administrators.into_query()))
        .filter(user::Column::Id.not_in_subquery(denied.into_query()))
        .limit(1)
        .one(tx)
        .await?;
    Ok(someone.is_some())
}

/// The roles that deny something which this API requires.
fn denials_of_the_api() -> Select<rule::Entity> {
    rule::Entity::find()
        .select_only()
        .column(rule::Column::RoleId)
        .filter(rule::Column::Permission.eq(rule::Permission::Deny))
        .filter(matches_the_api())
}

fn roles_of_the_group() -> RelationDef {
    membership::Entity::belongs_to(group_role::Entity)
        .from(membership::Column::GroupId)
        .to(group_role::Column::GroupId)
        .into()
}

fn users_with_role<E: EntityTrait>(roles: Select<E>) -> Select<membership::Entity> {
    let groups = group_role::Entity::find()
        .select_only()
        .column(group_role::Column::GroupId)
        .filter(group_role::Column::RoleId.in_subquery(roles.into_query()));
    membership::Entity::find()
        .select_only()
        .column(membership::Column::UserId)
        .filter(membership::Column::GroupId.in_subquery(groups.into_query()))
}

/// Rules that speak of any access which this API requires.
fn matches_the_api() -> Condition {
    capability::ALL.iter().fold(Condition::any(), |any, it| {
        any.add(
            rule::Column::Bundle
                .is_in(["*", it.bundle])
                .and(rule::Column::Controller.is_in(["*", it.controller]))
                .and(rule::Column::Action.is_in(["*", it.action])),
        )
    })
}

/// Judges what each id carries, all in one violation.
fn judge(
    actor: &Actor,
    ids: &Ids,
    carried: impl Iterator<Item = (Uuid, rule::Model)>,
    violations: &mut Violations,
) {
    let mut rules: HashMap<Uuid, Vec<rule::Model>> = HashMap::new();
    for (id, rule) in carried {
        rules.entry(id).or_default().push(rule);
    }
    let lacking: Vec<(Uuid, String)> = ids
        .uuids()
        .filter_map(|id| {
            let policy = actor::compile(rules.get(&id)?);
            Some((id, actor.lacks(&policy)?))
        })
        .collect();
    if let Some((_, example)) = lacking.first() {
        let beyond = lacking.iter().map(|(id, _)| *id).collect();
        ids.out_of_scope(&beyond, example.clone(), violations);
    }
}
