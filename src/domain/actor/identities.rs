//! What an instance remembers of credentials, and how it notices that they changed or ended.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entity::{access_revision, api_token, session, user};
use quick_cache::sync::Cache;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Identity, policy_of_user};
use crate::app::App;
use crate::db::End;
use crate::domain::Error;
use crate::domain::access::{Effect, Policy, Rule};
use crate::domain::credential::{Credential, CredentialKind};

/// How long an instance trusts what it knows about access before it asks the database whether
/// something changed. Half of the second that product behaviour promises.
const TRUST: Duration = Duration::from_millis(500);

/// How exactly the last use of an API token is kept, in milliseconds.
const MINUTE: i64 = 60_000;

/// What an instance remembers of credentials. Each is kept with the revision it was read at, so that it
/// is read anew once anyone's access changed.
#[derive(Debug)]
pub struct Identities {
    known: Mutex<Known>,
    bearers: Cache<Credential, Arc<Bearer>>,
}

#[derive(Debug, Default)]
struct Known {
    /// The revision, and when it was asked for.
    revision: Option<(i64, Instant)>,
    /// Grows with each change made here: an answer that was under way meanwhile is not kept.
    changes: u64,
}

/// Whoever has a credential.
#[derive(Debug)]
pub struct Bearer {
    pub identity: Identity,
    pub credential: Credential,
    /// The id of the session or the token.
    pub id: Uuid,
    revision: i64,
    expires_at: Option<DateTime<Utc>>,
    /// In milliseconds of Unix time: as this instance saw it, and as the database has it.
    used_at: AtomicI64,
    noted_at: AtomicI64,
}

impl Default for Identities {
    fn default() -> Self {
        Self { known: Mutex::default(), bearers: Cache::new(10_000) }
    }
}

impl Identities {
    /// Makes the next request ask the database: this instance itself changed someone's access.
    pub fn distrust(&self) {
        let mut known = self.lock();
        known.revision = None;
        known.changes += 1;
    }

    /// The revision of everyone's access, at most [`TRUST`] old. Fails when it cannot be learned:
    /// an instance that cannot see changes refuses rather than guess.
    async fn revision(&self, app: &App) -> Result<i64, Error> {
        let asked = Instant::now();
        let changes = {
            let known = self.lock();
            match known.revision {
                Some((revision, at)) if at.elapsed() < TRUST => return Ok(revision),
                _ => known.changes,
            }
        };
        let row = access_revision::Entity::find().one(app.db.read()).await?;
        let revision = row.ok_or_else(|| Error::internal(NO_REVISION))?.revision;
        let mut known = self.lock();
        if known.changes == changes {
            known.revision = Some((revision, asked));
        }
        Ok(revision)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that someone's access changes or a credential ends in this transaction, and waits for every other
/// transaction that says so: what it then reads of rules, roles and memberships cannot change under it.
pub async fn announce_change(tx: &impl ConnectionTrait) -> Result<(), Error> {
    let announced = access_revision::Entity::update_many()
        .col_expr(
            access_revision::Column::Revision,
            Expr::col(access_revision::Column::Revision).add(1),
        )
        .exec(tx)
        .await?;
    if announced.rows_affected == 1 { Ok(()) } else { Err(Error::internal(NO_REVISION)) }
}

const NO_REVISION: &str = "the table access_revision has no row";

/// Whoever has this credential, as far as it is in force.
pub async fn identify(app: &App, credential: Credential) -> Result<Option<Arc<Bearer>>, Error> {
    let revision = app.identities.revision(app).await?;
    let now = app.clock.now();
    let known = app.identities.bearers.get(&credential);
    // Another instance may have seen a session that was idle here.
    let known = known.filter(|it| it.revision == revision && !it.is_idle(app, now));
    let bearer = if let Some(bearer) = known {
        bearer
    } else {
        let Some(bearer) = load(app.db.read(), revision, credential).await?.map(Arc::new) else {
            app.identities.bearers.remove(&credential);
            return Ok(None);
        };
        app.identities.bearers.insert(credential, bearer.clone());
        bearer
    };
    if bearer.expires_at.is_some_and(|end| end <= now) || bearer.is_idle(app, now) {
        return Ok(None);
    }
    Ok(Some(bearer))
}

impl Bearer {
    /// Whether this is of a session that was not used for too long.
    fn is_idle(&self, app: &App, now: DateTime<Utc>) -> bool {
        let used_at = self.used_at.load(Ordering::Relaxed);
        self.credential.kind == CredentialKind::Session
            && now.timestamp_millis() >= used_at.saturating_add(app.sessions.longest_pause())
    }

    /// Notes that the credential is in use: here at once, in the database beside the request and only
    /// now and then.
    pub fn note_use(self: &Arc<Self>, app: &App) {
        let now = app.clock.now();
        let millis = now.timestamp_millis();
        self.used_at.fetch_max(millis, Ordering::Relaxed);
        let last = self.noted_at.load(Ordering::Relaxed);
        let pause = match self.credential.kind {
            CredentialKind::Session => app.sessions.precision(),
            CredentialKind::ApiToken => MINUTE,
        };
        let is_due = millis >= last.saturating_add(pause);
        let exchange =
            || self.noted_at.compare_exchange(last, millis, Ordering::Relaxed, Ordering::Relaxed);
        if is_due && exchange().is_ok() {
            let (app, bearer) = (app.clone(), self.clone());
            tokio::spawn(async move {
                if let Err(error) = write_use(&app, &bearer, now).await {
                    tracing::warn!(%error, "the last use of a credential was not noted");
                }
            });
        }
    }
}

async fn write_use(app: &App, bearer: &Bearer, now: DateTime<Utc>) -> Result<(), Error> {
    let (kind, id) = (bearer.credential.kind, bearer.id);
    let note = |tx: Arc<sea_orm::DatabaseTransaction>| async move {
        match kind {
            CredentialKind::ApiToken => {
                api_token::Entity::update_many()
                    .col_expr(api_token::Column::LastUsedAt, Expr::val(now))
                    .filter(api_token::Column::Id.eq(id))
                    .exec(&*tx)
                    .await?
            }
            CredentialKind::Session => {
                session::Entity::update_many()
                    .col_expr(session::Column::LastUsedAt, Expr::val(now))
                    .filter(session::Column::Id.eq(id))
                    // A note that comes late takes back no later one of another instance.
                    .filter(session::Column::LastUsedAt.lt(now))
                    .exec(&*tx)
                    .await?
            }
        };
        Ok(())
    };
    app.db.transaction(End::Commit, note).await
}

async fn load(
    db: &impl ConnectionTrait,
    revision: i64,
    credential: Credential,
) -> Result<Option<Bearer>, Error> {
    let hash = credential.hash.to_vec();
    let found = match credential.kind {
        CredentialKind::ApiToken => {
            let token = api_token::Entity::find().filter(api_token::Column::Hash.eq(hash));
            let found = token.find_also_related(user::Entity).one(db).await?;
            found.map(|(it, user)| (it.id, it.expires_at, it.last_used_at, user))
        }
        CredentialKind::Session => {
            let session = session::Entity::find().filter(session::Column::Hash.eq(hash));
            let found = session.find_also_related(user::Entity).one(db).await?;
            found.map(|(it, user)| (it.id, Some(it.expires_at), Some(it.last_used_at), user))
        }
    };
    let Some((id, expires_at, used_at, Some(user))) = found else {
        return Ok(None);
    };
    if user.status != user::Status::Active {
        return Ok(None);
    }
    let policy = policy_of_user(db, user.id).await?;
    let everything = Policy::compile([Rule {
        bundle: "*",
        controller: "*",
        action: "*",
        effect: Effect::Allow,
    }]);
    let identity =
        Identity { user_id: user.id, is_unlimited: policy.lacks(&everything).is_none(), policy };
    let used_at = used_at.map_or(i64::MIN, |at| at.timestamp_millis());
    Ok(Some(Bearer {
        identity,
        credential,
        id,
        revision,
        expires_at,
        used_at: used_at.into(),
        noted_at: used_at.into(),
    }))
}
