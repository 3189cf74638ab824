//! Users: who they are, and which groups they are in.

use std::collections::HashSet;

use entity::{group, membership, user};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::error::{Fault, Taken, Violations};
use super::id::{Kind, NodeId};
use super::password::Password;
use super::text::{Email, Label};
use super::{Actor, Error, actor, audit, capability};
use crate::app::App;
use crate::db::End;

/// A user to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub password: String,
    /// 1 to 100 groups that exist.
    pub groups: Vec<Uuid>,
}

/// Makes a user who belongs to some groups.
pub async fn create(app: &App, actor: &Actor, new: &NewUser) -> Result<user::Model, Error> {
    actor.require(capability::USER_CREATE)?;
    let row = &parse(app, new).await?;
    let user = app.db.transaction(End::Commit, |tx| async move {
        let tx = &*tx;
        judge_email(tx, row).await?;
        actor::announce_change(tx).await?;
        insert_rows(tx, row, &new.groups).await?;
        let group_ids = new.groups.iter();
        let group_ids = group_ids.map(|id| NodeId::new(Kind::Group, *id).to_string());
        let changes = json!({
            "email": [null, row.email],
            "firstName": [null, row.first_name],
            "lastName": [null, row.last_name],
            "groupIds": [[], group_ids.collect::<Vec<_>>()],
        });
        let subject = Some(NodeId::new(Kind::User, row.id));
        audit::record(app, tx, actor, "user.created", subject, &changes).await?;
        Ok(row.clone())
    });
    let user = user.await?;
    app.identities.distrust();
    Ok(user)
}

/// Sets a user's password.
pub async fn reset_password(
    app: &App,
    actor: &Actor,
    user: &user::Model,
    password: &str,
) -> Result<(), Error> {
    actor.require(capability::USER_UPDATE)?;
    let known = [&*user.email, &*user.first_name, &*user.last_name];
    let mut violations = Violations::default();
    let password = violations.text(&["password"], Password::parse(password, &known));
    let Some(password) = password else {
        return Err(violations.into_error());
    };
    let hash = &*password.hash(app).await?;
    app.db
        .transaction(End::Commit, |tx| async move {
            let tx = &*tx;
            user::Entity::update_many()
                .col_expr(user::Column::PasswordHash, Expr::val(hash))
                .col_expr(user::Column::Version, Expr::col(user::Column::Version).add(1))
                .col_expr(user::Column::UpdatedAt, Expr::val(app.clock.now()))
                .filter(user::Column::Id.eq(user.id))
                .exec(tx)
                .await?;
            let subject = Some(NodeId::new(Kind::User, user.id));
            let changes = serde_json::Value::Null;
            audit::record(app, tx, actor, "user.password_reset", subject, &changes).await
        })
        .await
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
    let Ok(Email(email)) = Email::parse(email) else {
        return Ok(None);
    };
    let same = user::Column::EmailKey.eq(email.key);
    Ok(user::Entity::find().filter(same).one(app.db.read()).await?)
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

/// The ids of which the actor may know what they name: everyone may see themselves.
fn seen_by(actor: &Actor, ids: &[Uuid]) -> Vec<Uuid> {
    let sees_all = actor.may(capability::USER_INDEX);
    let seen = ids.iter().filter(|id| sees_all || actor.user_id() == Some(**id));
    seen.copied().collect()
}

/// Writes a user with memberships, keeps the groups' counts, and nothing else.
pub(super) async fn insert_rows(
    tx: &impl ConnectionTrait,
    user: &user::Model,
    groups: &[Uuid],
) -> Result<(), Error> {
    let row = user.clone().into_active_model().reset_all();
    user::Entity::insert(row).exec_without_returning(tx).await?;
    let memberships = groups
        .iter()
        .map(|group| membership::ActiveModel { group_id: Set(*group), user_id: Set(user.id) });
    membership::Entity::insert_many(memberships).exec_without_returning(tx).await?;
    group::Entity::update_many()
        .col_expr(group::Column::UserCount, Expr::col(group::Column::UserCount).add(1))
        .filter(group::Column::Id.is_in(groups.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn parse(app: &App, new: &NewUser) -> Result<user::Model, Error> {
    let mut violations = Violations::default();
    let email = violations.text(&["email"], Email::parse(&new.email));
    let first = violations.text(&["firstName"], Label::parse(&new.first_name));
    let last = violations.text(&["lastName"], Label::parse(&new.last_name));
    let known = [&*new.email, &*new.first_name, &*new.last_name];
    let password = violations.text(&["password"], Password::parse(&new.password, &known));
    let (Some(Email(email)), Some(first), Some(last), Some(password)) =
        (email, first, last, password)
    else {
        return Err(violations.into_error());
    };
    let password_hash = password.hash(app).await?;
    let now = app.clock.now();
    Ok(user::Model {
        id: app.clock.new_id(),
        email: email.text,
        email_key: email.key,
        first_name: first.text,
        first_name_key: first.key,
        last_name: last.text,
        last_name_key: last.key,
        password_hash,
        status: user::Status::Active,
        locale: "en".into(),
        last_sign_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

async fn judge_email(db: &impl ConnectionTrait, row: &user::Model) -> Result<(), Error> {
    let same = user::Column::EmailKey.eq(&row.email_key);
    let Some(holder) = user::Entity::find().filter(same).one(db).await? else {
        return Ok(());
    };
    let mut violations = Violations::default();
    let taken = Taken { key: row.email_key.clone(), holder: Some(holder) };
    violations.add(&["email"], Fault::EmailTaken(taken));
    Err(violations.into_error())
}
