//! Signing in, and changing one's own password: the two places where someone can guess one. What they
//! answer, and how long that takes, tells nobody which accounts there are.

mod failures;

use std::net::IpAddr;
use std::sync::Arc;

use entity::user::{self, Status};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::Value;
use uuid::Uuid;

use failures::{Keys, Noted};

use super::audit::{By, Changes};
use super::error::{Fault, ListSize, TextFault, Violations};
use super::guard::{self, Deed};
use super::id::{Kind, NodeId};
use super::ids::Ids;
use super::password::{self, Password};
use super::text::Email;
use super::{Actor, Error, actor, audit, capability, session, user as users};
use crate::app::App;
use crate::db::End;

/// Begins a session for whoever knows the password of an active user, and gives its secret. A wrong e-mail
/// address, a wrong password and a user who is not active are one and the same failure.
pub async fn sign_in(
    app: &App,
    actor: &Actor,
    email: &str,
    password: &str,
) -> Result<String, Error> {
    let key = Email::parse(email).map(|Email(label)| label.key).ok();
    // What is no address counts for itself alone.
    let keys = &Keys::new(key.as_deref().unwrap_or(email), actor.origin.address);
    if let Some(retry_after) = failures::wait(app, app.db.read(), keys).await? {
        return Err(throttled(retry_after).into());
    }
    let user = match &key {
        Some(key) => users::holder(app.db.read(), key).await?,
        None => None,
    };
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let is_right = password::verify(app, password, hash).await?;
    let id = user.as_ref().map(|user| user.id);
    let user = user.filter(|user| is_right && user.status == Status::Active);
    let begun = match &user {
        Some(user) => begin(app, actor, keys, user).await?,
        None => None,
    };
    match begun {
        Some(secret) => Ok(secret),
        None => Err(fail(app, actor, keys, id, "sign_in.failed").await?.into()),
    }
}

/// Gives the actor another password, who must know the one there is; ends their other sessions.
pub async fn change_password(
    app: &App,
    actor: &Actor,
    current: &str,
    new: &str,
) -> Result<(), Error> {
    actor.require_signed_in()?;
    let id = actor.user_id().ok_or(Error::Unauthenticated)?;
    let user = &users::find(app, actor, id).await?.ok_or(Error::Unauthenticated)?;
    let mut violations = Violations::default();
    let words = [&*user.email, &user.first_name, &user.last_name];
    let new = violations.text(&["newPassword"], Password::parse(new, &words));
    let keys = &Keys::new(&user.email_key, actor.origin.address);
    if let Some(retry_after) = failures::wait(app, app.db.read(), keys).await? {
        violations.add(&CURRENT, throttled(retry_after));
    } else if !password::verify(app, current, Some(user.password_hash.clone())).await? {
        let fault = match fail(app, actor, keys, Some(id), "password_change.failed").await? {
            Fault::InvalidCredentials => Fault::WrongPassword,
            fault => fault,
        };
        violations.add(&CURRENT, fault);
    }
    let (true, Some(new)) = (violations.is_empty(), new) else {
        return Err(violations.into_error());
    };
    let hash = &new.hash(app).await?;
    let save = |tx: Arc<_>| async move { replace(app, &*tx, actor, keys, user, hash).await };
    app.db.transaction(End::Commit, save).await?;
    app.identities.distrust();
    Ok(())
}

const CURRENT: [&str; 1] = ["currentPassword"];

/// Whose failures to forget: at least one of the two.
#[derive(Clone, Debug, Default)]
pub struct Clearing {
    /// A user's global id.
    pub user_id: Option<String>,
    /// An IP address.
    pub address: Option<String>,
}

/// Lets an account, or those at an address, try again at once after too many failures.
pub async fn clear_failures(app: &App, actor: &Actor, clearing: Clearing) -> Result<(), Error> {
    actor.require(capability::USER_UPDATE)?;
    let mut violations = Violations::default();
    let Clearing { user_id, address } = clearing;
    if user_id.is_none() && address.is_none() {
        let size = ListSize { min: 1, max: 2, actual: 0 };
        violations.add(&[], Fault::TooFewItems(size));
    }
    let address = address.and_then(|text| {
        let address = text.trim().parse().map_err(|_| vec![NO_ADDRESS]);
        violations.text::<IpAddr>(&["address"], address)
    });
    let user = match &user_id {
        Some(id) => {
            let id = Ids::one_at("userId", Kind::User, id, &mut violations);
            let found = users::find_all(app, actor, &id.uuids().collect::<Vec<_>>()).await?.pop();
            id.require(&found.iter().map(|user| user.id).collect(), &mut violations);
            let ids = found.iter().map(|user| user.id);
            let db = app.db.read();
            let (deed, path) = (Deed::Give, "userId");
            guard::judge(db, actor, deed, path, Kind::User, ids, &mut violations).await?;
            found
        }
        None => None,
    };
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let user = &user;
    let forget = |tx: Arc<_>| async move { forget(app, &*tx, actor, user.as_ref(), address).await };
    app.db.transaction(End::Commit, forget).await
}

const NO_ADDRESS: TextFault = TextFault::InvalidFormat("must be an IP address such as 192.0.2.1");

async fn forget(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    user: Option<&user::Model>,
    address: Option<IpAddr>,
) -> Result<(), Error> {
    let mut had_failures = false;
    if let Some(user) = user {
        had_failures |= failures::forget(tx, &Keys::of_account(&user.email_key)).await?;
    }
    if let Some(address) = address {
        had_failures |= failures::forget(tx, &Keys::of_address(address)).await?;
    }
    if had_failures {
        let subject = user.map(|user| NodeId::new(Kind::User, user.id));
        let address = address.map(|address| address.to_string());
        let changes = Changes::default().field("address", address, Value::Null);
        audit::record(app, tx, actor, "sign_in.failures_cleared", subject, changes).await?;
    }
    Ok(())
}

/// Begins a session; `None` when meanwhile the user is no longer as they were. What was guessed right after
/// too many wrong guesses is not told.
async fn begin(
    app: &App,
    actor: &Actor,
    keys: &Keys,
    user: &user::Model,
) -> Result<Option<String>, Error> {
    let ends_others = session::would_end_others(app, actor, user.id).await?;
    let work = |tx: Arc<_>| async move {
        let tx: &sea_orm::DatabaseTransaction = &tx;
        if ends_others {
            actor::announce_change(tx).await?;
        }
        if let Some(retry_after) = failures::wait(app, tx, keys).await? {
            return Err(throttled(retry_after).into());
        }
        let signed_in = user::Entity::update_many()
            .col_expr(user::Column::LastSignInAt, Expr::val(app.clock.now()))
            .filter(user::Column::Id.eq(user.id))
            .filter(user::Column::Status.eq(Status::Active))
            .filter(user::Column::PasswordHash.eq(&*user.password_hash))
            .exec(tx)
            .await?;
        if signed_in.rows_affected == 0 {
            return Ok(None);
        }
        let secret = session::begin(app, tx, actor, user.id).await?;
        let by = By { user_id: Some(user.id), origin: &actor.origin };
        let subject = Some(NodeId::new(Kind::User, user.id));
        audit::record(app, tx, by, "sign_in.succeeded", subject, from(actor)).await?;
        Ok(Some(secret))
    };
    let begun = app.db.transaction(End::Commit, work).await?;
    if ends_others {
        app.identities.distrust();
    }
    if begun.is_some() {
        count("succeeded");
    }
    Ok(begun)
}

/// Counts a failed attempt, and gives what to answer.
async fn fail(
    app: &App,
    actor: &Actor,
    keys: &Keys,
    user_id: Option<Uuid>,
    action: &str,
) -> Result<Fault, Error> {
    let subject = user_id.map(|id| NodeId::new(Kind::User, id));
    let work = |tx: Arc<_>| async move {
        let tx: &sea_orm::DatabaseTransaction = &tx;
        let noted = failures::note(app, tx, keys).await?;
        if let Noted::Counted { is_last } = noted {
            audit::record(app, tx, actor, action, subject, from(actor)).await?;
            if is_last {
                audit::record(app, tx, actor, "sign_in.throttled", subject, from(actor)).await?;
            }
        }
        Ok(noted)
    };
    Ok(match app.db.transaction(End::Commit, work).await? {
        Noted::TooMany { retry_after } => throttled(retry_after),
        Noted::Counted { .. } => {
            count("failed");
            Fault::InvalidCredentials
        }
    })
}

fn throttled(retry_after: i32) -> Fault {
    count("throttled");
    Fault::RateLimited { retry_after }
}

fn count(outcome: &'static str) {
    metrics::counter!("rolecall_sign_ins_total", "outcome" => outcome).increment(1);
}

/// Writes a new password, if the one that was proved to be known is still the one.
async fn replace(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    keys: &Keys,
    before: &user::Model,
    hash: &str,
) -> Result<(), Error> {
    actor::announce_change(tx).await?;
    let mut violations = Violations::default();
    if let Some(retry_after) = failures::wait(app, tx, keys).await? {
        violations.add(&CURRENT, throttled(retry_after));
        return Err(violations.into_error());
    }
    let same = user::Entity::find_by_id(before.id)
        .filter(user::Column::PasswordHash.eq(&*before.password_hash));
    let Some(mut user) = sea_orm::QuerySelect::lock_exclusive(same).one(tx).await? else {
        violations.add(&CURRENT, Fault::WrongPassword);
        return Err(violations.into_error());
    };
    hash.clone_into(&mut user.password_hash);
    user.version += 1;
    user.updated_at = app.clock.now();
    let id = user.id;
    user::Entity::update(user.into_active_model().reset_all()).exec(tx).await?;
    session::end_all(tx, id, actor.session_id()).await?;
    let subject = Some(NodeId::new(Kind::User, id));
    let changes = Changes::default().field("passwordChanged", false, true);
    audit::record(app, tx, actor, "user.password_changed", subject, changes).await
}

/// Where an attempt came from.
fn from(actor: &Actor) -> Changes {
    let address = actor.origin.address.map(|address| address.to_string());
    Changes::default().field("address", Value::Null, address)
}
