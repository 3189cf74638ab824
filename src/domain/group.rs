//! Groups: a title, the roles it carries, the users in it.

mod change;
pub(super) mod create;

use std::collections::{HashMap, HashSet};

use entity::{group, group_role, membership};
use sea_orm::sea_query::LikeExpr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, Select,
};
use uuid::Uuid;

use super::error::{Fault, Taken, Violations};
use super::guard::{self, Deed};
use super::id::Kind;
use super::page::{self, Key, Page, Sort};
use super::text::{self, Label};
use super::{Actor, Error, capability};
use crate::app::App;

pub use change::{GroupChange, GroupDeletion, delete, update};
pub use create::{NewGroup, create};

/// Most roles that a group may carry.
pub const MAX_ROLES: usize = 100;

/// Which groups a list is about. Conditions that are given must all hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the title, compared as titles are.
    pub search: Option<String>,
    pub ids: Option<Vec<Uuid>>,
    /// Groups that have one of these roles.
    pub role_ids: Option<Vec<Uuid>>,
    /// Groups that one of these users is in.
    pub user_ids: Option<Vec<Uuid>>,
}

/// What a list of groups can be ordered by.
#[derive(Clone, Copy, Debug, Default)]
pub enum OrderField {
    #[default]
    Title,
    CreatedAt,
    UpdatedAt,
    UserCount,
}

/// What the actor may do with a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Can {
    pub update: bool,
    pub delete: bool,
    pub add_users: bool,
}

/// One group, if there is such a one.
pub async fn find(app: &App, actor: &Actor, id: Uuid) -> Result<Option<group::Model>, Error> {
    actor.require(capability::GROUP_INDEX)?;
    Ok(group::Entity::find_by_id(id).one(app.db.read()).await?)
}

/// Those of some groups that there are.
pub async fn find_all(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<group::Model>, Error> {
    actor.require(capability::GROUP_INDEX)?;
    let groups = group::Entity::find().filter(group::Column::Id.is_in(ids.iter().copied()));
    Ok(groups.all(app.db.read()).await?)
}

/// The group of a title, compared as titles are.
pub async fn find_by_title(
    app: &App,
    actor: &Actor,
    title: &str,
) -> Result<Option<group::Model>, Error> {
    actor.require(capability::GROUP_INDEX)?;
    match Label::parse(title) {
        Ok(title) => holder(app.db.read(), &title.key).await,
        Err(_) => Ok(None),
    }
}

/// A page of groups.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    field: OrderField,
    descending: bool,
    request: &page::Request,
) -> Result<Page<group::Model>, Error> {
    let select = select(actor, filter)?;
    let (column, name, key): (_, _, fn(&group::Model) -> Key) = match field {
        OrderField::Title => {
            (group::Column::TitleKey, "group.title", |group| Key::Text(group.title_key.clone()))
        }
        OrderField::CreatedAt => {
            (group::Column::CreatedAt, "group.created_at", |group| Key::Time(group.created_at))
        }
        OrderField::UpdatedAt => {
            (group::Column::UpdatedAt, "group.updated_at", |group| Key::Time(group.updated_at))
        }
        OrderField::UserCount => {
            (group::Column::UserCount, "group.user_count", |group| Key::Number(group.user_count))
        }
    };
    let sort = Sort { column, name, descending, is_unique: matches!(field, OrderField::Title) };
    let key = |group: &group::Model| (key(group), group.id);
    page::read(&app.db, select, sort, group::Column::Id, request, key).await
}

/// The cursor of a group in the default order: by title.
#[must_use]
pub fn cursor(group: &group::Model) -> String {
    page::cursor("group.title", Key::Text(group.title_key.clone()), group.id)
}

/// How many groups a filter leaves.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<i32, Error> {
    page::count(app.db.read(), select(actor, filter)?).await
}

/// The groups of each of some users, by title. Everyone may read their own.
pub async fn of_users(
    app: &App,
    actor: &Actor,
    users: &[Uuid],
) -> Result<HashMap<Uuid, Vec<group::Model>>, Error> {
    if users.iter().any(|user| actor.user_id() != Some(*user)) {
        actor.require(capability::GROUP_INDEX)?;
    }
    // Each group comes once, with the users who are in it: users share groups.
    let each_once = group::Entity::find()
        .join(JoinType::InnerJoin, members())
        .filter(membership::Column::UserId.is_in(users.iter().copied()))
        .group_by(group::Column::Id)
        .order_by_asc(group::Column::TitleKey);
    let its_users = app.db.ids_as_text(membership::Column::UserId);
    let mut groups: HashMap<Uuid, Vec<group::Model>> = HashMap::new();
    for (group, its_users) in app.db.all_beside(each_once, its_users).await? {
        for user in page::owners(&its_users) {
            groups.entry(user?).or_default().push(group.clone());
        }
    }
    Ok(groups)
}

/// The asked for page of the groups of each of some roles, by title.
pub async fn pages_of_roles(
    app: &App,
    actor: &Actor,
    roles: &[Uuid],
    request: &page::Request,
) -> Result<HashMap<Uuid, Page<group::Model>>, Error> {
    let all = select(actor, &Filter::default())?;
    let links = group::Entity::belongs_to(group_role::Entity)
        .from(group::Column::Id)
        .to(group_role::Column::GroupId)
        .into();
    let owner = (links, group_role::Column::RoleId);
    page::read_each(&app.db, all, owner, roles, by_title(), group::Column::Id, request, |group| {
        (Key::Text(group.title_key.clone()), group.id)
    })
    .await
}

/// What the actor may do with each of some groups.
pub async fn what_can_be_done(
    app: &App,
    actor: &Actor,
    groups: &[group::Model],
) -> Result<HashMap<Uuid, Can>, Error> {
    let ids: Vec<Uuid> = groups.iter().map(|group| group.id).collect();
    let db = app.db.read();
    let beyond = guard::lacking(db, actor, Deed::Give, Kind::Group, &ids).await?;
    let undeletable = guard::lacking(db, actor, Deed::Detach, Kind::Group, &ids).await?;
    let can = groups.iter().map(|group| {
        let update = actor.may(capability::GROUP_UPDATE) && !beyond.contains_key(&group.id);
        let delete = actor.may(capability::GROUP_DELETE)
            && !undeletable.contains_key(&group.id)
            && !group.is_protected;
        (group.id, Can { update, delete, add_users: update })
    });
    Ok(can.collect())
}

/// Which of some groups exist and may be seen by the actor.
pub(super) async fn visible(
    db: &impl ConnectionTrait,
    actor: &Actor,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Error> {
    let ids: Vec<Uuid> = ids.collect();
    if ids.is_empty() || !actor.may(capability::GROUP_INDEX) {
        return Ok(HashSet::new());
    }
    let found: Vec<Uuid> = group::Entity::find()
        .select_only()
        .column(group::Column::Id)
        .filter(group::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Notes that a title is taken by another group than one's own, and by which.
async fn judge_title(
    db: &impl ConnectionTrait,
    actor: &Actor,
    title_key: &str,
    own: Option<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    if let Some(holder) = holder(db, title_key).await?
        && Some(holder.id) != own
    {
        let taken = Taken {
            key: title_key.to_owned(),
            holder: actor.may(capability::GROUP_INDEX).then_some(holder),
        };
        violations.add(&["title"], Fault::TitleTaken(taken));
    }
    Ok(())
}

async fn holder(db: &impl ConnectionTrait, title_key: &str) -> Result<Option<group::Model>, Error> {
    let titled = group::Column::TitleKey.eq(title_key);
    Ok(group::Entity::find().filter(titled).one(db).await?)
}

fn by_title() -> Sort<group::Column> {
    let column = group::Column::TitleKey;
    Sort { column, name: "group.title", descending: false, is_unique: true }
}

fn members() -> RelationDef {
    group::Entity::belongs_to(membership::Entity)
        .from(group::Column::Id)
        .to(membership::Column::GroupId)
        .into()
}

fn select(actor: &Actor, filter: &Filter) -> Result<Select<group::Entity>, Error> {
    actor.require(capability::GROUP_INDEX)?;
    let mut select = group::Entity::find();
    if let Some(pattern) = text::search_pattern(filter.search.as_deref().unwrap_or_default())? {
        select = select.filter(group::Column::TitleKey.like(LikeExpr::new(pattern).escape('\\')));
    }
    if let Some(ids) = &filter.ids {
        select = select.filter(group::Column::Id.is_in(ids.iter().copied()));
    }
    if let Some(roles) = &filter.role_ids {
        actor.require(capability::ROLE_INDEX)?;
        let groups = group_role::Entity::find()
            .select_only()
            .column(group_role::Column::GroupId)
            .filter(group_role::Column::RoleId.is_in(roles.iter().copied()));
        select = select.filter(group::Column::Id.in_subquery(groups.into_query()));
    }
    if let Some(users) = &filter.user_ids {
        actor.require(capability::USER_INDEX)?;
        let groups = membership::Entity::find()
            .select_only()
            .column(membership::Column::GroupId)
            .filter(membership::Column::UserId.is_in(users.iter().copied()));
        select = select.filter(group::Column::Id.in_subquery(groups.into_query()));
    }
    Ok(select)
}
