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
use super::id::{Kind, NodeId};
use super::{Actor, Error, actor, capability};

/// What is done with a role, a group or a user: it decides what the actor must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// It is handed out, or changed: all that it allows.
    Give,
    /// It is taken from those who have it: all that it denies them. Taking a denial away is a grant.
    Take,
    /// It is changed by taking it from those who have it: both.
    Detach,
}

/// Notes those of some roles, groups or users with which the actor may not do this. The one judgement
/// that every write path asks for each of its edges.
pub(super) async fn judge(
    db: &impl ConnectionTrait,
    actor: &Actor,
    deed: Deed,
    path: &str,
    kind: Kind,
    ids: impl IntoIterator<Item = Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let lacking = lacking(db, actor, deed, kind, &ids).await?;
    let beyond = ids.into_iter().filter(|id| lacking.contains_key(id));
    let beyond: Vec<Uuid> = beyond.collect();
    if let Some(example) = beyond.first().and_then(|id| lacking.get(id)) {
        let ids = beyond.iter().map(|id| NodeId::new(kind, *id).to_string()).collect();
        violations.add(&[path], Fault::OutOfScope { ids, example: example.clone() });
    }
    Ok(())
}

/// Those of some roles, groups or users with which the actor may not do this, each with one access
/// that the actor lacks for it.
pub(super) async fn lacking(
    db: &impl ConnectionTrait,
    actor: &Actor,
    deed: Deed,
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, Error> {
    if actor.is_unlimited() || ids.is_empty() {
        return Ok(HashMap::new());
    }
    let roles = roles_of(db, kind, ids).await?;
    let distinct: HashSet<Uuid> = roles.values().flatten().copied().collect();
    let found = rule::Entity::find().filter(rule::Column::RoleId.is_in(distinct)).all(db).await?;
    let mut rules: HashMap<Uuid, Vec<rule::Model>> = HashMap::new();
    for rule in found {
        rules.entry(rule.role_id).or_default().push(rule);
    }
    // What roles allow together is at most what each allows alone, and most things are of roles that
    // the actor has: only the others are looked at closely.
    let lacks_some = |rules: &Vec<rule::Model>| lacks(actor, deed, rules).is_some();
    let suspect: HashSet<Uuid> =
        rules.iter().filter(|(_, rules)| lacks_some(rules)).map(|(role, _)| *role).collect();
    // Many users have the same roles: each set of roles is judged once.
    let mut judged: HashMap<Vec<Uuid>, Option<String>> = HashMap::new();
    let mut lacking = HashMap::new();
    for (id, mut roles) in roles {
        if !roles.iter().any(|role| suspect.contains(role)) {
            continue;
        }
        roles.sort_unstable();
        let judgement = judged.entry(roles).or_insert_with_key(|roles| {
            let rules = roles.iter().filter_map(|role| rules.get(role)).flatten().cloned();
            lacks(actor, deed, &rules.collect::<Vec<_>>())
        });
        if let Some(example) = judgement {
            lacking.insert(id, example.clone());
        }
    }
    Ok(lacking)
}

/// One access that the actor lacks to do this with something that has these rules.
pub(super) fn lacks(actor: &Actor, deed: Deed, rules: &[rule::Model]) -> Option<String> {
    let allowed = || actor.lacks(&actor::compile(rules));
    let denied = || {
        let denials = rules.iter().filter(|rule| rule.permission == rule::Permission::Deny);
        let allowances = denials
            .map(|rule| rule::Model { permission: rule::Permission::Allow, ..rule.clone() })
            .collect::<Vec<_>>();
        actor.lacks(&actor::compile(&allowances))
    };
    match deed {
        Deed::Give => allowed(),
        Deed::Take => denied(),
        Deed::Detach => allowed().or_else(denied),
    }
}

/// The roles that each of some things brings.
async fn roles_of(
    db: &impl ConnectionTrait,
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, Error> {
    let ids = ids.iter().copied();
    let links: Vec<(Uuid, Uuid)> = match kind {
        Kind::Group => {
            group_role::Entity::find()
                .select_only()
                .column(group_role::Column::GroupId)
                .column(group_role::Column::RoleId)
                .filter(group_role::Column::GroupId.is_in(ids))
                .into_tuple()
                .all(db)
                .await?
        }
        Kind::User => {
            membership::Entity::find()
                .select_only()
                .column(membership::Column::UserId)
                .column(group_role::Column::RoleId)
                .join(JoinType::InnerJoin, roles_of_the_group())
                .filter(membership::Column::UserId.is_in(ids))
                .distinct()
                .into_tuple()
                .all(db)
                .await?
        }
        _ => ids.map(|role| (role, role)).collect(),
    };
    let mut roles: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (id, role) in links {
        roles.entry(id).or_default().push(role);
    }
    Ok(roles)
}

/// Notes that nobody could administer the system any more, once these users have these roles too.
pub(super) async fn foresee_lock_out(
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

/// Notes that nobody can administer the system any more, now that this transaction changed it.
pub(super) async fn judge_lock_out(
    tx: &impl ConnectionTrait,
    violations: &mut Violations,
) -> Result<(), Error> {
    if !someone_administers(tx, Vec::new()).await? {
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
