//! Groups: a title, the roles it carries, the users in it.

use std::sync::Arc;

use entity::{group, group_role, membership};
use sea_orm::sea_query::{InsertStatement, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, QueryTrait, Select,
};
use serde_json::json;
use uuid::Uuid;

use super::error::{Fault, Taken, Violations};
use super::id::{Kind, NodeId};
use super::ids::Ids;
use super::page::{self, Key, Page, Sort};
use super::text::{self, Label};
use super::{Actor, Error, actor, audit, capability, guard, role, user};
use crate::app::App;
use crate::db::{End, insert_all};

/// Most roles that a group may carry.
pub const MAX_ROLES: usize = 100;
/// Most users that one mutation may put into a group.
pub const MAX_NEW_USERS: usize = 1_000;

/// A group to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    pub title: String,
    pub description: Option<String>,
    /// Global ids.
    pub role_ids: Vec<String>,
    /// Global ids.
    pub user_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

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

/// Makes a group with its roles and users; `None` when it was only to be judged.
pub async fn create(
    app: &App,
    actor: &Actor,
    new: NewGroup,
) -> Result<Option<group::Model>, Error> {
    actor.require(capability::GROUP_CREATE)?;
    let draft = &Draft::parse(app, &new);
    let end = End::rehearse_if(new.validate_only);
    if end == End::Commit
        && draft.needs_no_look(actor)
        && let Some(group) = &draft.group
    {
        match app.db.insert_together(inserts(app, actor, group, draft)).await {
            Ok(()) => return Ok(Some(group.clone())),
            // Something stands in the way. What, only a look tells.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let judge_and_insert = |tx: Arc<_>| async move { insert(app, &*tx, actor, draft).await };
    let group = app.db.transaction(end, judge_and_insert).await?;
    if draft.changes_access() {
        app.identities.distrust();
    }
    Ok((end == End::Commit).then_some(group))
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
    let key = |row: &group::Model| (key(row), row.id);
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

/// What was typed, as far as it could be read.
struct Draft {
    /// `None` when the title cannot be one.
    group: Option<group::Model>,
    roles: Ids,
    users: Ids,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, new: &NewGroup) -> Self {
        let mut violations = Violations::default();
        let title = violations.text(&["title"], Label::parse(&new.title));
        let description = text::description(new.description.as_deref());
        let description = violations.text(&["description"], description).flatten();
        let (role, user) = (Kind::Role, Kind::User);
        let roles = Ids::parse("roleIds", role, &new.role_ids, 1..=MAX_ROLES, &mut violations);
        let users = Ids::parse("userIds", user, &new.user_ids, 0..=MAX_NEW_USERS, &mut violations);
        let now = app.clock.now();
        let group = title.map(|title| group::Model {
            id: app.clock.new_id(),
            title: title.text,
            title_key: title.key,
            description,
            is_protected: false,
            user_count: i32::try_from(users.uuids().count()).unwrap_or(i32::MAX),
            version: 1,
            created_at: now,
            updated_at: now,
        });
        Self { group, roles, users, violations }
    }

    /// A group without users gives nobody anything yet.
    fn changes_access(&self) -> bool {
        !self.users.is_empty()
    }

    /// Whether nothing could be wrong that the database itself would not refuse: a taken title, a role
    /// that is not there.
    fn needs_no_look(&self, actor: &Actor) -> bool {
        self.violations.is_empty()
            && self.roles.are_readable()
            && self.users.are_readable()
            && self.users.is_empty()
            && actor.is_unlimited()
    }
}

async fn insert(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<group::Model, Error> {
    if draft.changes_access() {
        actor::announce_change(tx).await?;
    }
    let mut violations = draft.violations.clone();
    judge_links(tx, actor, draft, &mut violations).await?;
    if let Some(group) = &draft.group {
        judge_title(tx, actor, &group.title_key, &mut violations).await?;
    }
    let (true, Some(group)) = (violations.is_empty(), &draft.group) else {
        return Err(violations.into_error());
    };
    insert_all(tx, inserts(app, actor, group, draft)).await?;
    Ok(group.clone())
}

/// What makes a group, its event included.
fn inserts(app: &App, actor: &Actor, group: &group::Model, draft: &Draft) -> Vec<InsertStatement> {
    let changes = json!({
        "title": [null, group.title],
        "description": [null, group.description],
        "roleIds": [[], global_ids(Kind::Role, draft.roles.uuids())],
        "userIds": [[], global_ids(Kind::User, draft.users.uuids())],
    });
    let subject = Some(NodeId::new(Kind::Group, group.id));
    let mut inserts = rows(group, draft.roles.uuids(), draft.users.uuids());
    inserts.push(audit::event(app, actor, "group.created", subject, &changes));
    inserts
}

/// What writes a group with its links, and nothing else.
pub(super) fn rows(
    group: &group::Model,
    roles: impl Iterator<Item = Uuid>,
    users: impl Iterator<Item = Uuid>,
) -> Vec<InsertStatement> {
    let row = group.clone().into_active_model().reset_all();
    let mut inserts = vec![group::Entity::insert(row).into_query()];
    let mut roles = roles
        .map(|role| group_role::ActiveModel { group_id: Set(group.id), role_id: Set(role) })
        .peekable();
    if roles.peek().is_some() {
        inserts.push(group_role::Entity::insert_many(roles).into_query());
    }
    let mut users = users
        .map(|user| membership::ActiveModel { group_id: Set(group.id), user_id: Set(user) })
        .peekable();
    if users.peek().is_some() {
        inserts.push(membership::Entity::insert_many(users).into_query());
    }
    inserts
}

/// Notes roles and users that do not exist, that the actor may not see, or that stand above them, and
/// whether anyone would be left to administer the system.
async fn judge_links(
    db: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    violations: &mut Violations,
) -> Result<(), Error> {
    let roles = role::visible(db, actor, draft.roles.uuids()).await?;
    draft.roles.require(&roles, violations);
    let users = user::visible(db, actor, draft.users.uuids()).await?;
    draft.users.require(&users, violations);
    guard::judge_roles(db, actor, &draft.roles, &roles, violations).await?;
    guard::judge_users(db, actor, &draft.users, &users, violations).await?;
    if draft.changes_access() {
        guard::judge_lock_out(db, &users, &roles, violations).await?;
    }
    Ok(())
}

/// Notes that a title is taken, with the group that has it.
async fn judge_title(
    db: &impl ConnectionTrait,
    actor: &Actor,
    title_key: &str,
    violations: &mut Violations,
) -> Result<(), Error> {
    if let Some(holder) = holder(db, title_key).await? {
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

fn global_ids(kind: Kind, uuids: impl Iterator<Item = Uuid>) -> Vec<String> {
    uuids.map(|uuid| NodeId::new(kind, uuid).to_string()).collect()
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
