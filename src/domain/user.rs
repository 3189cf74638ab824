//! Users: who they are, and which groups they are in.

mod change;
mod create;
mod status;

use std::collections::{HashMap, HashSet};

use entity::{membership, user};
use sea_orm::sea_query::LikeExpr;
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter,
    QuerySelect, QueryTrait, RelationDef, Select,
};
use uuid::Uuid;

use super::error::{Fault, Subject, Taken, Violations};
use super::guard::{self, Deed};
use super::id::Kind;
use super::ids::Ids;
use super::page::{self, Key, Page, Sort};
use super::text::{self, Email};
use super::{Actor, Error, capability};
use crate::app::App;

pub use change::{UserChange, update};
pub(super) use create::insert_rows;
pub use create::{NewUser, create};
pub use status::{StatusChange, set_status};

/// Which users a list is about. Conditions that are given must all hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words, each a part of the e-mail address, the first or the last name, ignoring case.
    pub search: Option<String>,
    pub ids: Option<Vec<Uuid>>,
    /// Users who are in one of these groups.
    pub group_ids: Option<Vec<Uuid>>,
    /// All but deleted ones when absent.
    pub statuses: Option<Vec<user::Status>>,
    pub never_signed_in: Option<bool>,
}

/// What a list of users can be ordered by.
#[derive(Clone, Copy, Debug, Default)]
pub enum OrderField {
    #[default]
    Email,
    FirstName,
    LastName,
    Status,
    /// Who never signed in comes before all others.
    LastSignInAt,
    CreatedAt,
}

/// What the actor may do with a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Can {
    pub update: bool,
    pub block: bool,
    pub delete: bool,
}

/// One user, if there is such a one. Everyone may read their own.
pub async fn find(app: &App, actor: &Actor, id: Uuid) -> Result<Option<user::Model>, Error> {
    if actor.user_id() != Some(id) {
        actor.require(capability::USER_INDEX)?;
    }
    Ok(user::Entity::find_by_id(id).one(app.db.read()).await?)
}

/// Those of some users that there are and that the actor may see.
pub async fn find_all(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<user::Model>, Error> {
    actor.require_signed_in()?;
    let users = user::Entity::find().filter(user::Column::Id.is_in(seen_by(actor, ids)));
    Ok(users.all(app.db.read()).await?)
}

/// The user of an e-mail address, compared as addresses are.
pub async fn find_by_email(
    app: &App,
    actor: &Actor,
    email: &str,
) -> Result<Option<user::Model>, Error> {
    actor.require(capability::USER_INDEX)?;
    match Email::parse(email) {
        Ok(Email(email)) => holder(app.db.read(), &email.key).await,
        Err(_) => Ok(None),
    }
}

/// A page of users.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    field: OrderField,
    descending: bool,
    request: &page::Request,
) -> Result<Page<user::Model>, Error> {
    let select = select(actor, filter)?;
    let (column, name) = match field {
        OrderField::Email => (user::Column::EmailKey, BY_EMAIL),
        OrderField::FirstName => (user::Column::FirstNameKey, "user.first_name"),
        OrderField::LastName => (user::Column::LastNameKey, "user.last_name"),
        OrderField::Status => (user::Column::Status, "user.status"),
        OrderField::LastSignInAt => (user::Column::LastSignInAt, "user.last_sign_in_at"),
        OrderField::CreatedAt => (user::Column::CreatedAt, "user.created_at"),
    };
    let key = |user: &user::Model| {
        let key = match field {
            OrderField::Email => Key::Text(user.email_key.clone()),
            OrderField::FirstName => Key::Text(user.first_name_key.clone()),
            OrderField::LastName => Key::Text(user.last_name_key.clone()),
            OrderField::Status => Key::Text(user.status.to_value()),
            OrderField::LastSignInAt => user.last_sign_in_at.map_or(Key::Nothing, Key::Time),
            OrderField::CreatedAt => Key::Time(user.created_at),
        };
        (key, user.id)
    };
    let sort = Sort { column, name, descending, is_unique: matches!(field, OrderField::Email) };
    page::read(&app.db, select, sort, user::Column::Id, request, key).await
}

/// The cursor of a user in the default order: by e-mail address.
#[must_use]
pub fn cursor(user: &user::Model) -> String {
    page::cursor(BY_EMAIL, Key::Text(user.email_key.clone()), user.id)
}

/// How many users a filter leaves.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<i32, Error> {
    page::count(app.db.read(), select(actor, filter)?).await
}

/// The asked for page of the users of each of some groups, by e-mail address.
pub async fn pages_of_groups(
    app: &App,
    actor: &Actor,
    groups: &[Uuid],
    search: Option<&str>,
    request: &page::Request,
) -> Result<HashMap<Uuid, Page<user::Model>>, Error> {
    let found = select(actor, &Filter { search: search.map(Into::into), ..Filter::default() })?;
    let sort =
        Sort { column: user::Column::EmailKey, name: BY_EMAIL, descending: false, is_unique: true };
    let owner = (memberships(), membership::Column::GroupId);
    page::read_each(&app.db, found, owner, groups, sort, user::Column::Id, request, |user| {
        (Key::Text(user.email_key.clone()), user.id)
    })
    .await
}

/// How many users of each of some groups a search leaves.
pub async fn counts_of_groups(
    app: &App,
    actor: &Actor,
    groups: &[Uuid],
    search: Option<&str>,
) -> Result<HashMap<Uuid, i32>, Error> {
    let found = select(actor, &Filter { search: search.map(Into::into), ..Filter::default() })?;
    let counts: Vec<(Uuid, i64)> = found
        .join(JoinType::InnerJoin, memberships())
        .filter(membership::Column::GroupId.is_in(groups.iter().copied()))
        .select_only()
        .column(membership::Column::GroupId)
        .column_as(user::Column::Id.count(), "users")
        .group_by(membership::Column::GroupId)
        .into_tuple()
        .all(app.db.read())
        .await?;
    counts
        .into_iter()
        .map(|(group, count)| Ok((group, i32::try_from(count).map_err(Error::internal)?)))
        .collect()
}

/// What the actor may do with each of some users.
pub async fn what_can_be_done(
    app: &App,
    actor: &Actor,
    users: &[user::Model],
) -> Result<HashMap<Uuid, Can>, Error> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.id).collect();
    let beyond = guard::lacking(app.db.read(), actor, Deed::Give, Kind::User, &ids).await?;
    let can = users.iter().map(|user| {
        let covered = !beyond.contains_key(&user.id);
        let is_oneself = actor.user_id() == Some(user.id);
        let can = Can {
            update: is_oneself || covered && actor.may(capability::USER_UPDATE),
            block: !is_oneself && covered && actor.may(capability::USER_UPDATE),
            delete: !is_oneself && covered && actor.may(capability::USER_DELETE),
        };
        (user.id, can)
    });
    Ok(can.collect())
}

/// Which of some users exist, are not deleted, and may be seen by the actor.
pub(super) async fn visible(
    db: &impl ConnectionTrait,
    actor: &Actor,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Error> {
    let ids = seen_by(actor, &ids.collect::<Vec<_>>());
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<Uuid> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Id.is_in(ids))
        .filter(user::Column::Status.ne(user::Status::Deleted))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

const BY_EMAIL: &str = "user.email";

/// The ids of which the actor may know what they name: everyone may see themselves.
fn seen_by(actor: &Actor, ids: &[Uuid]) -> Vec<Uuid> {
    let sees_all = actor.may(capability::USER_INDEX);
    let seen = ids.iter().filter(|id| sees_all || actor.user_id() == Some(**id));
    seen.copied().collect()
}

/// Notes that an e-mail address is taken by another user than oneself, and by whom.
async fn judge_email(
    db: &impl ConnectionTrait,
    actor: &Actor,
    email_key: &str,
    own: Option<Uuid>,
    violations: &mut Violations,
) -> Result<(), Error> {
    if let Some(holder) = holder(db, email_key).await?
        && Some(holder.id) != own
    {
        let is_seen = actor.may(capability::USER_INDEX) || actor.user_id() == Some(holder.id);
        let holder = is_seen.then_some(holder);
        let taken = Taken { key: email_key.to_owned(), holder };
        violations.add(&["email"], Fault::EmailTaken(taken));
    }
    Ok(())
}

/// The user whom a change is about, locked; notes when there is none, when it is another version, and
/// when they may do more than the actor.
async fn judge_subject(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: &Ids,
    expected_version: Option<i32>,
    violations: &mut Violations,
) -> Result<Option<user::Model>, Error> {
    let user = match seen_by(actor, &id.uuids().collect::<Vec<_>>()).first() {
        Some(id) => user::Entity::find_by_id(*id).lock_exclusive().one(tx).await?,
        None => None,
    };
    id.require(&user.iter().map(|user| user.id).collect(), violations);
    if let Some(user) = &user {
        violations.version(expected_version, &Subject::User(user.clone()));
        let others = Some(user.id).filter(|id| actor.user_id() != Some(*id));
        guard::judge(tx, actor, Deed::Give, "id", Kind::User, others, violations).await?;
    }
    Ok(user)
}

pub(super) async fn holder(
    db: &impl ConnectionTrait,
    email_key: &str,
) -> Result<Option<user::Model>, Error> {
    let same = user::Column::EmailKey.eq(email_key);
    Ok(user::Entity::find().filter(same).one(db).await?)
}

fn memberships() -> RelationDef {
    user::Entity::belongs_to(membership::Entity)
        .from(user::Column::Id)
        .to(membership::Column::UserId)
        .into()
}

fn select(actor: &Actor, filter: &Filter) -> Result<Select<user::Entity>, Error> {
    actor.require(capability::USER_INDEX)?;
    let mut holds = Condition::all();
    for pattern in text::search_patterns(filter.search.as_deref().unwrap_or_default())? {
        let keys = [user::Column::EmailKey, user::Column::FirstNameKey, user::Column::LastNameKey];
        let like = |key: user::Column| key.like(LikeExpr::new(&*pattern).escape('\\'));
        holds = holds.add(keys.map(like).into_iter().fold(Condition::any(), Condition::add));
    }
    if let Some(ids) = &filter.ids {
        holds = holds.add(user::Column::Id.is_in(ids.iter().copied()));
    }
    if let Some(groups) = &filter.group_ids {
        actor.require(capability::GROUP_INDEX)?;
        let users = membership::Entity::find()
            .select_only()
            .column(membership::Column::UserId)
            .filter(membership::Column::GroupId.is_in(groups.iter().copied()));
        holds = holds.add(user::Column::Id.in_subquery(users.into_query()));
    }
    holds = holds.add(match &filter.statuses {
        Some(statuses) => user::Column::Status.is_in(statuses.iter().copied()),
        None => user::Column::Status.ne(user::Status::Deleted),
    });
    holds = match filter.never_signed_in {
        Some(true) => holds.add(user::Column::LastSignInAt.is_null()),
        Some(false) => holds.add(user::Column::LastSignInAt.is_not_null()),
        None => holds,
    };
    Ok(user::Entity::find().filter(holds))
}
