//! Roles: named sets of rules.

mod change;
pub(super) mod create;

use std::collections::{HashMap, HashSet};

use entity::{group_role, membership, role};
use sea_orm::sea_query::{IntoCondition, LikeExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::error::{Fault, Taken, Violations};
use super::guard::{self, Deed};
use super::id::Kind;
use super::page::{self, Key, Page, Sort};
use super::text::{self, Label};
use super::{Actor, Error, capability};
use crate::app::App;

pub use change::{RoleChange, RoleDeletion, delete, update};
pub use create::{NewRole, create};

/// Most rules that a role may have.
pub const MAX_RULES: usize = 500;

/// Which roles a list is about. Conditions that are given must all hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the name, compared as names are.
    pub search: Option<String>,
    pub ids: Option<Vec<Uuid>>,
    /// Roles that one of these groups has.
    pub group_ids: Option<Vec<Uuid>>,
}

/// What a list of roles can be ordered by.
#[derive(Clone, Copy, Debug, Default)]
pub enum OrderField {
    #[default]
    Name,
    CreatedAt,
    UpdatedAt,
}

/// What the actor may do with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Can {
    pub update: bool,
    pub delete: bool,
    /// Whether the actor may give it to groups that they may change or make.
    pub assign: bool,
}

/// One role, if there is such a one.
pub async fn find(app: &App, actor: &Actor, id: Uuid) -> Result<Option<role::Model>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    Ok(role::Entity::find_by_id(id).one(app.db.read()).await?)
}

/// Those of some roles that there are.
pub async fn find_all(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<role::Model>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let roles = role::Entity::find().filter(role::Column::Id.is_in(ids.iter().copied()));
    Ok(roles.all(app.db.read()).await?)
}

/// The role of a name, compared as names are.
pub async fn find_by_name(
    app: &App,
    actor: &Actor,
    name: &str,
) -> Result<Option<role::Model>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    match Label::parse(name) {
        Ok(name) => holder(app.db.read(), &name.key).await,
        Err(_) => Ok(None),
    }
}

/// A page of roles.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    field: OrderField,
    descending: bool,
    request: &page::Request,
) -> Result<Page<role::Model>, Error> {
    let select = select(actor, filter)?;
    let (column, name, key): (_, _, fn(&role::Model) -> Key) = match field {
        OrderField::Name => {
            (role::Column::NameKey, "role.name", |role| Key::Text(role.name_key.clone()))
        }
        OrderField::CreatedAt => {
            (role::Column::CreatedAt, "role.created_at", |role| Key::Time(role.created_at))
        }
        OrderField::UpdatedAt => {
            (role::Column::UpdatedAt, "role.updated_at", |role| Key::Time(role.updated_at))
        }
    };
    let sort = Sort { column, name, descending, is_unique: matches!(field, OrderField::Name) };
    let key = |row: &role::Model| (key(row), row.id);
    page::read(&app.db, select, sort, role::Column::Id, request, key).await
}

/// The cursor of a role in the default order: by name.
#[must_use]
pub fn cursor(role: &role::Model) -> String {
    page::cursor("role.name", Key::Text(role.name_key.clone()), role.id)
}

/// How many roles a filter leaves.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<i32, Error> {
    page::count(app.db.read(), select(actor, filter)?).await
}

/// The roles of some groups, by name: each once, with those of the groups that have it.
pub async fn of_groups(
    app: &App,
    actor: &Actor,
    groups: &[Uuid],
) -> Result<Vec<(role::Model, Vec<Uuid>)>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    by_group(app, group_role::Column::GroupId.is_in(groups.iter().copied())).await
}

/// [`of_groups`] for the actor's own groups. Everyone may read those.
pub async fn of_own_groups(
    app: &App,
    actor: &Actor,
) -> Result<Vec<(role::Model, Vec<Uuid>)>, Error> {
    actor.require_signed_in()?;
    let own = membership::Entity::find()
        .select_only()
        .column(membership::Column::GroupId)
        .filter(membership::Column::UserId.eq(actor.user_id()));
    by_group(app, group_role::Column::GroupId.in_subquery(own.into_query())).await
}

/// [`of_groups`] for the groups that a condition leaves.
async fn by_group(
    app: &App,
    condition: impl IntoCondition,
) -> Result<Vec<(role::Model, Vec<Uuid>)>, Error> {
    let links = role::Entity::belongs_to(group_role::Entity)
        .from(role::Column::Id)
        .to(group_role::Column::RoleId)
        .into();
    let each_once = role::Entity::find()
        .join(JoinType::InnerJoin, links)
        .filter(condition)
        .group_by(role::Column::Id)
        .order_by_asc(role::Column::NameKey);
    let its_groups = app.db.ids_as_text(group_role::Column::GroupId);
    let roles = app.db.all_beside(each_once, its_groups).await?.into_iter();
    roles
        .map(|(role, groups)| Ok((role, page::owners(&groups).collect::<Result<_, _>>()?)))
        .collect()
}

/// How many groups have each of some roles.
pub async fn group_counts(
    app: &App,
    actor: &Actor,
    roles: &[Uuid],
) -> Result<HashMap<Uuid, i32>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let counts: Vec<(Uuid, i64)> = group_role::Entity::find()
        .select_only()
        .column(group_role::Column::RoleId)
        .column_as(group_role::Column::GroupId.count(), "groups")
        .filter(group_role::Column::RoleId.is_in(roles.iter().copied()))
        .group_by(group_role::Column::RoleId)
        .into_tuple()
        .all(app.db.read())
        .await?;
    counts
        .into_iter()
        .map(|(role, count)| Ok((role, i32::try_from(count).map_err(Error::internal)?)))
        .collect()
}

/// What the actor may do with each of some roles.
pub async fn what_can_be_done(
    app: &App,
    actor: &Actor,
    roles: &[role::Model],
) -> Result<HashMap<Uuid, Can>, Error> {
    let ids: Vec<Uuid> = roles.iter().map(|role| role.id).collect();
    let beyond = guard::lacking(app.db.read(), actor, Deed::Give, Kind::Role, &ids).await?;
    let groups = actor.may(capability::GROUP_CREATE) || actor.may(capability::GROUP_UPDATE);
    let can = roles.iter().map(|role| {
        let covered = !beyond.contains_key(&role.id);
        let free = covered && !role.is_protected;
        let can = Can {
            update: free && actor.may(capability::ROLE_UPDATE),
            delete: free && actor.may(capability::ROLE_DELETE),
            assign: covered && groups,
        };
        (role.id, can)
    });
    Ok(can.collect())
}

/// Which of some roles exist and may be seen by the actor.
pub(super) async fn visible(
    db: &impl ConnectionTrait,
    actor: &Actor,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Error> {
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() || !actor.may(capability::ROLE_INDEX) {
        return Ok(HashSet::new());
    }
    let found: Vec<Uuid> = role::Entity::find()
        .select_only()
        .column(role::Column::Id)
        .filter(role::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Notes that a name is taken by another role than one's own, and by which.
async fn judge_name(
    db: &impl ConnectionTrait,
    actor: &Actor,
    name_key: &str,
    own: Option<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    if let Some(holder) = holder(db, name_key).await?
        && Some(holder.id) != own
    {
        let taken = Taken {
            key: name_key.to_owned(),
            holder: actor.may(capability::ROLE_INDEX).then_some(holder),
        };
        violations.add(&["name"], Fault::NameTaken(taken));
    }
    Ok(())
}

async fn holder(db: &impl ConnectionTrait, name_key: &str) -> Result<Option<role::Model>, Error> {
    let named = role::Column::NameKey.eq(name_key);
    Ok(role::Entity::find().filter(named).one(db).await?)
}

fn select(actor: &Actor, filter: &Filter) -> Result<Select<role::Entity>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let mut select = role::Entity::find();
    if let Some(pattern) = text::search_pattern(filter.search.as_deref().unwrap_or_default())? {
        select = select.filter(role::Column::NameKey.like(LikeExpr::new(pattern).escape('\\')));
    }
    if let Some(ids) = &filter.ids {
        select = select.filter(role::Column::Id.is_in(ids.iter().copied()));
    }
    if let Some(groups) = &filter.group_ids {
        actor.require(capability::GROUP_INDEX)?;
        let roles = group_role::Entity::find()
            .select_only()
            .column(group_role::Column::RoleId)
            .filter(group_role::Column::GroupId.is_in(groups.iter().copied()));
        select = select.filter(role::Column::Id.in_subquery(roles.into_query()));
    }
    Ok(select)
}
