//! Roles: named sets of rules.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entity::{group_role, role, rule};
use sea_orm::sea_query::{Expr, InsertStatement, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde_json::json;
use uuid::Uuid;

use super::error::{Fault, Taken, Violations};
use super::id::{Kind, NodeId};
use super::page::{self, Key, Page, Sort};
use super::rule::{self as rules, NewRule};
use super::text::{self, Label};
use super::{Actor, Error, actor, audit, capability, ids};
use crate::app::App;
use crate::db::{End, insert_all};

/// Most rules that a role may have.
pub const MAX_RULES: usize = 500;

/// A role to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    pub name: String,
    pub description: Option<String>,
    pub rules: Vec<NewRule>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

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

/// Makes a role with its rules; `None` when it was only to be judged.
pub async fn create(app: &App, actor: &Actor, new: NewRole) -> Result<Option<role::Model>, Error> {
    actor.require(capability::ROLE_CREATE)?;
    let draft = &Draft::parse(app, actor, &new);
    let end = End::rehearse_if(new.validate_only);
    if end == End::Commit
        && draft.violations.is_empty()
        && let Some(role) = &draft.role
    {
        match app.db.insert_together(inserts(app, actor, role, draft)).await {
            Ok(()) => return Ok(Some(role.clone())),
            // Something stands in the way. What, only a look tells.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let judge_and_insert = |tx: Arc<_>| async move { insert(app, &*tx, actor, draft).await };
    let role = app.db.transaction(end, judge_and_insert).await?;
    Ok((end == End::Commit).then_some(role))
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

/// The roles of each of some groups, by name.
pub async fn of_groups(
    app: &App,
    actor: &Actor,
    groups: &[Uuid],
) -> Result<HashMap<Uuid, Vec<role::Model>>, Error> {
    actor.require(capability::ROLE_INDEX)?;
    let links = role::Entity::belongs_to(group_role::Entity)
        .from(role::Column::Id)
        .to(group_role::Column::RoleId)
        .into();
    // Each role comes once, with the groups that have it: groups share roles.
    let each_once = role::Entity::find()
        .join(JoinType::InnerJoin, links)
        .filter(group_role::Column::GroupId.is_in(groups.iter().copied()))
        .group_by(role::Column::Id)
        .order_by_asc(role::Column::NameKey);
    let its_groups = match app.db.backend() {
        DbBackend::Sqlite => Expr::cust("group_concat(hex(group_roles.group_id))"),
        _ => Expr::cust("string_agg(group_roles.group_id::text, ',')"),
    };
    let mut roles: HashMap<Uuid, Vec<role::Model>> = HashMap::new();
    for (role, its_groups) in app.db.all_beside(each_once, its_groups).await? {
        for group in its_groups.split(',') {
            let group = Uuid::try_parse(group).map_err(Error::internal)?;
            roles.entry(group).or_default().push(role.clone());
        }
    }
    Ok(roles)
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

/// What was typed, as far as it could be read.
struct Draft {
    /// `None` when the name cannot be one.
    role: Option<role::Model>,
    rules: Vec<rule::Model>,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, actor: &Actor, new: &NewRole) -> Self {
        let mut violations = Violations::default();
        let name = violations.text(&["name"], Label::parse(&new.name));
        let description = text::description(new.description.as_deref());
        let description = violations.text(&["description"], description).flatten();
        ids::judge_size("rules", new.rules.len(), 0..=MAX_RULES, &mut violations);
        let rules = rules::parse(app, &new.rules, &mut violations);
        if let Some(example) = actor.lacks(&actor::compile(&rules)) {
            let ids = Vec::new();
            violations.add(&["rules"], Fault::OutOfScope { ids, example });
        }
        let now = app.clock.now();
        let role = name.map(|name| role::Model {
            id: app.clock.new_id(),
            name: name.text,
            name_key: name.key,
            description,
            is_protected: false,
            version: 1,
            created_at: now,
            updated_at: now,
        });
        Self { role, rules, violations }
    }
}

async fn insert(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<role::Model, Error> {
    let mut violations = draft.violations.clone();
    if let Some(role) = &draft.role {
        judge_name(tx, actor, &role.name_key, &mut violations).await?;
    }
    let (true, Some(role)) = (violations.is_empty(), &draft.role) else {
        return Err(violations.into_error());
    };
    insert_all(tx, inserts(app, actor, role, draft)).await?;
    Ok(role.clone())
}

/// What makes a role, its event included.
fn inserts(app: &App, actor: &Actor, role: &role::Model, draft: &Draft) -> Vec<InsertStatement> {
    let changes = json!({
        "name": [null, role.name],
        "description": [null, role.description],
        "rules": [[], draft.rules.iter().map(rules::describe).collect::<Vec<_>>()],
    });
    let subject = Some(NodeId::new(Kind::Role, role.id));
    let mut inserts = rows(role, &draft.rules);
    inserts.push(audit::event(app, actor, "role.created", subject, &changes));
    inserts
}

/// What writes a role and its rules, and nothing else.
pub(super) fn rows(role: &role::Model, rules: &[rule::Model]) -> Vec<InsertStatement> {
    let row = role.clone().into_active_model().reset_all();
    let mut inserts = vec![role::Entity::insert(row).into_query()];
    if !rules.is_empty() {
        let rules = rules.iter().map(|rule| {
            let rule = rule::Model { role_id: role.id, ..rule.clone() };
            rule.into_active_model().reset_all()
        });
        inserts.push(rule::Entity::insert_many(rules).into_query());
    }
    inserts
}

/// Notes that a name is taken, with the role that has it.
async fn judge_name(
    db: &impl ConnectionTrait,
    actor: &Actor,
    name_key: &str,
    violations: &mut Violations,
) -> Result<(), Error> {
    if let Some(holder) = holder(db, name_key).await? {
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
