//! Signing in, and changing one's own password: the two places where someone can guess one. What they
//! answer, and how long that takes, tells nobody which accounts there are.

mod clearing;
mod failures;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use entity::user::{self, Status};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::Value;

pub use clearing::{Clearing, clear_failures};
use failures::{Keys, Noted};

use super::audit::{By, Changes};
use super::error::{Fault, Violations};
use super::id::{Kind, NodeId};
use super::password::{Password, Turn};
use super::text::Email;
use super::{Actor, Error, actor, audit, session, user as users};
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
    let outcome = attempt(app, actor, keys, key.as_deref(), password).await;
    let name = match &outcome {
        Ok(Ok(_)) => "succeeded",
        Ok(Err(Fault::RateLimited { .. })) => "throttled",
        Ok(Err(_)) => "failed",
        Err(_) => "error",
    };
    metrics::counter!("rolecall_sign_ins_total", "outcome" => name).increment(1);
    Ok(outcome??)
}

async fn attempt(
    app: &App,
    actor: &Actor,
    keys: &Keys,
    email_key: Option<&str>,
    password: &str,
) -> Result<Result<String, Fault>, Error> {
    let turn = match wait_for_turn(app, keys).await? {
        Ok(turn) => turn,
        Err(retry_after) => return Ok(Err(Fault::RateLimited { retry_after })),
    };
    let user = match email_key {
        Some(key) => users::holder(app.db.read(), key).await?,
        None => None,
    };
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let is_right = turn.verify(password, hash).await?;
    let subject = user.as_ref().map(|user| NodeId::new(Kind::User, user.id));
    if let Some(user) = user.filter(|user| is_right && user.status == Status::Active)
        && let Some(begun) = begin(app, actor, keys, &user).await?
    {
        return Ok(begun);
    }
    // Who asks is nobody known, even if somebody was signed in.
    let by = By { user_id: None, origin: &actor.origin };
    Ok(Err(fail(app, by, keys, subject, "sign_in.failed").await?))
}

/// Waits for the turn to see whether a password is right, unless that was wrong too often, in the meantime
/// too: those who wait ahead may be more guesses at the same account. Otherwise gives the seconds to wait.
async fn wait_for_turn(app: &App, keys: &Keys) -> Result<Result<Turn, i32>, Error> {
    if let Some(retry_after) = failures::wait(app, app.db.read(), keys).await? {
        return Ok(Err(retry_after));
    }
    let turn = Turn::wait(app).await?;
    Ok(failures::wait(app, app.db.read(), keys).await?.map_or(Ok(turn), Err))
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
    if let Err(fault) = prove(app, actor, keys, user, current).await? {
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

/// Whether the actor knows their own password.
async fn prove(
    app: &App,
    actor: &Actor,
    keys: &Keys,
    user: &user::Model,
    password: &str,
) -> Result<Result<(), Fault>, Error> {
    let turn = match wait_for_turn(app, keys).await? {
        Ok(turn) => turn,
        Err(retry_after) => return Ok(Err(Fault::RateLimited { retry_after })),
    };
    if turn.verify(password, Some(user.password_hash.clone())).await? {
        return Ok(Ok(()));
    }
    let subject = Some(NodeId::new(Kind::User, user.id));
    Ok(Err(match fail(app, actor.into(), keys, subject, "password_change.failed").await? {
        Fault::InvalidCredentials => Fault::WrongPassword,
        fault => fault,
    }))
}

/// Begins a session; `None` when meanwhile the user is no longer as they were. What was guessed right after
/// too many wrong guesses is not told.
async fn begin(
    app: &App,
    actor: &Actor,
    keys: &Keys,
    user: &user::Model,
) -> Result<Option<Result<String, Fault>>, Error> {
    // Whether it ends other sessions, which other instances must learn.
    let ends_others = &AtomicBool::new(actor.session_id().is_some());
    let work = |tx: Arc<_>| async move {
        let tx: &sea_orm::DatabaseTransaction = &tx;
        if ends_others.load(Ordering::Relaxed) {
            actor::announce_change(tx).await?;
        }
        if let Some(retry_after) = failures::wait(app, tx, keys).await? {
            return Ok(Some(Err(Fault::RateLimited { retry_after })));
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
        let secret = session::begin(app, tx, actor, user.id, ends_others).await?;
        let by = By { user_id: Some(user.id), origin: &actor.origin };
        let subject = Some(NodeId::new(Kind::User, user.id));
        audit::record(app, tx, by, "sign_in.succeeded", subject, from(by)).await?;
        Ok(Some(Ok(secret)))
    };
    let begun = app.db.transaction(End::Commit, work).await?;
    if ends_others.load(Ordering::Relaxed) {
        app.identities.distrust();
    }
    Ok(begun)
}

/// Counts a failed attempt, and gives what to answer.
async fn fail(
    app: &App,
    by: By<'_>,
    keys: &Keys,
    subject: Option<NodeId>,
    action: &str,
) -> Result<Fault, Error> {
    let work = |tx: Arc<_>| async move {
        let tx: &sea_orm::DatabaseTransaction = &tx;
        let noted = failures::note(app, tx, keys).await?;
        if let Noted::Counted { is_last } = noted {
            audit::record(app, tx, by, action, subject, from(by)).await?;
            if is_last {
                audit::record(app, tx, by, "sign_in.throttled", subject, from(by)).await?;
            }
        }
        Ok(noted)
    };
    Ok(match app.db.transaction(End::Commit, work).await? {
        Noted::TooMany { retry_after } => Fault::RateLimited { retry_after },
        Noted::Counted { .. } => Fault::InvalidCredentials,
    })
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
        violations.add(&CURRENT, Fault::RateLimited { retry_after });
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
fn from(by: By<'_>) -> Changes {
    let address = by.origin.address.map(|address| address.to_string());
    Changes::default().field("address", Value::Null, address)
}
