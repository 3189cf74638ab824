//! Sessions: what signing in begins, and everything that ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::session;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::audit::Changes;
use super::credential::{Credential, CredentialKind};
use super::error::Violations;
use super::id::{Kind, NodeId};
use super::ids::Ids;
use super::{Actor, Error, actor, audit};
use crate::app::App;
use crate::db::End;

/// Most sessions that a user may have: a new one ends those that were used least lately.
pub const MAX_SESSIONS: u64 = 100;
/// Characters that are kept of what a client calls itself.
const USER_AGENT: usize = 512;

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Without a request.
    pub idle: Duration,
    /// Whatever is done with them.
    pub age: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { idle: Duration::from_hours(1), age: Duration::from_hours(12) }
    }
}

impl Lifetimes {
    /// How exactly the last use of a session is kept, in milliseconds: to the minute, or to a tenth of a short
    /// idle time.
    #[must_use]
    pub fn precision(&self) -> i64 {
        millis(self.idle.min(Duration::from_mins(10)) / 10)
    }

    /// The longest time between two uses of a session, in milliseconds. It is never less than the idle time,
    /// however little is known of the last use.
    #[must_use]
    pub fn longest_pause(&self) -> i64 {
        millis(self.idle).saturating_add(self.precision())
    }

    fn end(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        let age = TimeDelta::from_std(self.age).unwrap_or(TimeDelta::MAX);
        from.checked_add_signed(age).unwrap_or(from)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The actor's own sessions that have not ended, the one used latest first.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<session::Model>, Error> {
    actor.require_signed_in()?;
    let sessions = own(app, actor).order_by_desc(session::Column::LastUsedAt);
    Ok(sessions.order_by_desc(session::Column::Id).all(app.db.read()).await?)
}

/// Those of some sessions that are the actor's own and have not ended.
pub async fn find_all(
    app: &App,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<session::Model>, Error> {
    actor.require_signed_in()?;
    let sessions = own(app, actor).filter(session::Column::Id.is_in(ids.iter().copied()));
    Ok(sessions.all(app.db.read()).await?)
}

/// Ends one of the actor's own sessions, and gives its id.
pub async fn revoke(app: &App, actor: &Actor, id: &str) -> Result<Uuid, Error> {
    actor.require_signed_in()?;
    let mut violations = Violations::default();
    let (id, violations) = (&Ids::one(Kind::Session, id, &mut violations), &violations);
    let remove = |tx: Arc<_>| async move {
        let (tx, mut violations) = (&*tx, violations.clone());
        actor::announce_change(tx).await?;
        let session = own(app, actor).filter(session::Column::Id.is_in(id.uuids())).one(tx).await?;
        id.require(&session.iter().map(|session| session.id).collect(), &mut violations);
        let Some(session) = session else {
            return Err(violations.into_error());
        };
        end(app, tx, actor, "session.revoked", session.id).await?;
        Ok(session.id)
    };
    let id = app.db.transaction(End::Commit, remove).await?;
    app.identities.distrust();
    Ok(id)
}

/// Ends the session that the request came with; whether it came with one.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<bool, Error> {
    let Some(id) = actor.session_id() else {
        return Ok(false);
    };
    let remove = |tx: Arc<_>| async move {
        actor::announce_change(&*tx).await?;
        end(app, &*tx, actor, "session.signed_out", id).await
    };
    app.db.transaction(End::Commit, remove).await?;
    app.identities.distrust();
    Ok(true)
}

/// Begins a session of a user in the place of the one that the request came with, and gives the secret,
/// which nothing keeps. Sessions that have ended go, whoever's they were. Fails with [`Error::Conflict`] when
/// others end that are still in use, and that was not announced: it says so, and looking again helps.
pub(super) async fn begin(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    user_id: Uuid,
    is_announced: &AtomicBool,
) -> Result<String, Error> {
    let now = app.clock.now();
    session::Entity::delete_many().filter(is_over(app, now)).exec(tx).await?;
    if let Some(before) = actor.session_id() {
        session::Entity::delete_by_id(before).exec(tx).await?;
    }
    let of_user = || session::Entity::find().filter(session::Column::UserId.eq(user_id));
    let spare = of_user()
        .select_only()
        .column(session::Column::Id)
        .order_by_desc(session::Column::LastUsedAt)
        .offset(MAX_SESSIONS - 1)
        .limit(MAX_SESSIONS);
    let spare: Vec<Uuid> = spare.into_tuple().all(tx).await?;
    if !spare.is_empty() && !is_announced.swap(true, Ordering::Relaxed) {
        // Announcing comes first in every transaction, or two would wait for each other.
        return Err(Error::Conflict(DbErr::Custom("other sessions end, too".into())));
    }
    if !spare.is_empty() {
        session::Entity::delete_many().filter(session::Column::Id.is_in(spare)).exec(tx).await?;
    }
    let (credential, secret) = Credential::generate(CredentialKind::Session)?;
    let session = session::Model {
        id: app.clock.new_id(),
        user_id,
        hash: credential.hash.to_vec(),
        address: actor.origin.address.map(|address| address.to_string()),
        user_agent: actor.origin.user_agent.as_deref().map(shorten),
        created_at: now,
        last_used_at: now,
        expires_at: app.sessions.end(now),
    };
    let row = session.into_active_model().reset_all();
    session::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(secret)
}

/// Ends all sessions of a user but one. Who calls it announces the change.
pub(super) async fn end_all(
    tx: &impl ConnectionTrait,
    user_id: Uuid,
    but: Option<Uuid>,
) -> Result<(), Error> {
    let sessions = session::Entity::delete_many().filter(session::Column::UserId.eq(user_id));
    let sessions = match but {
        Some(id) => sessions.filter(session::Column::Id.ne(id)),
        None => sessions,
    };
    sessions.exec(tx).await?;
    Ok(())
}

async fn end(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    action: &str,
    id: Uuid,
) -> Result<(), Error> {
    session::Entity::delete_by_id(id).exec(tx).await?;
    let subject = Some(NodeId::new(Kind::Session, id));
    audit::record(app, tx, actor, action, subject, Changes::default()).await
}

fn own(app: &App, actor: &Actor) -> Select<session::Entity> {
    let sessions = session::Entity::find().filter(session::Column::UserId.eq(actor.user_id()));
    sessions.filter(is_over(app, app.clock.now()).not())
}

/// Sessions that are too old or were not used for too long.
fn is_over(app: &App, now: DateTime<Utc>) -> Condition {
    let pause = TimeDelta::milliseconds(app.sessions.longest_pause());
    let mut over = Condition::any().add(session::Column::ExpiresAt.lte(now));
    if let Some(then) = now.checked_sub_signed(pause) {
        over = over.add(session::Column::LastUsedAt.lte(then));
    }
    over
}

/// What a client calls itself, as far as it is kept: printable, and not too long.
fn shorten(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect()
}
