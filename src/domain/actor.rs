//! Who is asking, and what they may do. Bearer credentials become an [`Actor`] here, and every domain
//! function begins by requiring a capability of it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{access_revision, api_token, group_role, membership, rule, user};
use quick_cache::sync::Cache;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::access::{Effect, Policy, Rule};
use super::capability::Capability;
use super::{Error, decision, token};
use crate::app::App;
use crate::db::End;

/// How long an instance trusts what it knows about access before it asks the database whether
/// something changed. Half of the second that product behaviour promises.
const TRUST: Duration = Duration::from_millis(500);

/// How exactly the last use of a token is kept.
const USE: TimeDelta = TimeDelta::minutes(1);

/// Who asks, in one request.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    who: Who,
    /// Written into audit events and logs.
    pub request_id: Option<String>,
}

#[derive(Clone, Debug, Default)]
enum Who {
    #[default]
    Nobody,
    User(Arc<Identity>),
    /// The command line and the first start: may do everything, and no event names a user.
    System,
}

/// A signed-in user with everything their rules allow.
#[derive(Debug)]
pub struct Identity {
    pub user_id: Uuid,
    pub policy: Policy,
    /// Whether the policy allows whatever any rules could allow.
    is_unlimited: bool,
}

impl Actor {
    /// The system itself.
    #[must_use]
    pub fn system() -> Self {
        Self { who: Who::System, request_id: None }
    }

    /// Who carries a credential; nobody, when there is none or a wrong one.
    pub async fn authenticate(
        app: &App,
        bearer: Option<&str>,
        request_id: Option<String>,
    ) -> Result<Self, Error> {
        let identity = match bearer {
            Some(secret) => identify(app, secret).await?,
            None => None,
        };
        Ok(Self { who: identity.map_or(Who::Nobody, Who::User), request_id })
    }

    /// Fails unless someone is signed in.
    pub fn require_signed_in(&self) -> Result<(), Error> {
        match self.who {
            Who::Nobody => Err(Error::Unauthenticated),
            Who::User(_) | Who::System => Ok(()),
        }
    }

    /// Fails unless the actor may do this.
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        self.require_signed_in()?;
        if self.may(capability) { Ok(()) } else { Err(Error::Forbidden(capability)) }
    }

    /// Whether the actor may do this.
    #[must_use]
    pub fn may(&self, it: Capability) -> bool {
        self.allows(it.bundle, it.controller, it.action)
    }

    /// Whether the actor may do what other applications ask about. Names that no rule can have are
    /// matched by wildcards alone.
    #[must_use]
    pub fn allows(&self, bundle: &str, controller: &str, action: &str) -> bool {
        match &self.who {
            Who::Nobody => false,
            Who::System => true,
            Who::User(identity) => identity.policy.allows(bundle, controller, action),
        }
    }

    /// One access that a policy gives and the actor lacks; `None` when the actor has all of it.
    #[must_use]
    pub fn lacks(&self, policy: &Policy) -> Option<String> {
        match &self.who {
            Who::System => None,
            Who::Nobody => Policy::default().lacks(policy).map(|it| it.to_string()),
            Who::User(identity) => identity.policy.lacks(policy).map(|it| it.to_string()),
        }
    }

    /// Whether the actor may do whatever any rules could allow.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        match &self.who {
            Who::System => true,
            Who::Nobody => false,
            Who::User(identity) => identity.is_unlimited,
        }
    }

    /// The signed-in user's id.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        match &self.who {
            Who::User(identity) => Some(identity.user_id),
            Who::Nobody | Who::System => None,
        }
    }
}

/// What an instance remembers of credentials. Each is kept with the revision it was read at, so that it
/// is read anew once anyone's access changed.
#[derive(Debug)]
pub struct Identities {
    known: Mutex<Known>,
    by_token: Cache<token::Hash, Arc<Bearer>>,
}

#[derive(Debug, Default)]
struct Known {
    /// The revision, and when it was asked for.
    revision: Option<(i64, Instant)>,
    /// Grows with each change made here: an answer that was under way meanwhile is not kept.
    changes: u64,
}

#[derive(Debug)]
struct Bearer {
    revision: i64,
    identity: Arc<Identity>,
    token_id: Uuid,
    expires_at: Option<DateTime<Utc>>,
    /// In seconds of Unix time.
    last_used_at: AtomicI64,
}

impl Default for Identities {
    fn default() -> Self {
        Self { known: Mutex::default(), by_token: Cache::new(10_000) }
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

/// Says that someone's access changes in this transaction, and waits for every other transaction
/// that says so: what it then reads of rules, roles and memberships cannot change under it.
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

/// The user whose token this is.
async fn identify(app: &App, secret: &str) -> Result<Option<Arc<Identity>>, Error> {
    let Some(hash) = token::hash(secret) else {
        return Ok(None);
    };
    let revision = app.identities.revision(app).await?;
    let known = app.identities.by_token.get(&hash);
    let bearer = if let Some(bearer) = known.filter(|bearer| bearer.revision == revision) {
        bearer
    } else {
        let Some(bearer) = load(app.db.read(), revision, &hash).await?.map(Arc::new) else {
            app.identities.by_token.remove(&hash);
            return Ok(None);
        };
        app.identities.by_token.insert(hash, bearer.clone());
        bearer
    };
    let now = app.clock.now();
    if bearer.expires_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    note_use(app, &bearer, now);
    Ok(Some(bearer.identity.clone()))
}

/// Writes down that a token is in use, beside the request and at most once in [`USE`].
fn note_use(app: &App, bearer: &Bearer, now: DateTime<Utc>) {
    let last = bearer.last_used_at.load(Ordering::Relaxed);
    let is_due = now.timestamp() >= last.saturating_add(USE.num_seconds());
    let exchange = |last, now| {
        bearer.last_used_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
    };
    if is_due && exchange(last, now.timestamp()).is_ok() {
        let (app, id) = (app.clone(), bearer.token_id);
        tokio::spawn(async move {
            let noted = app.db.transaction(End::Commit, |tx| async move {
                api_token::Entity::update_many()
                    .col_expr(api_token::Column::LastUsedAt, Expr::val(now))
                    .filter(api_token::Column::Id.eq(id))
                    .exec(&*tx)
                    .await?;
                Ok(())
            });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the last use of a token was not noted");
            }
        });
    }
}

async fn load(
    db: &impl ConnectionTrait,
    revision: i64,
    hash: &token::Hash,
) -> Result<Option<Bearer>, Error> {
    let found = api_token::Entity::find()
        .filter(api_token::Column::Hash.eq(hash.to_vec()))
        .find_also_related(user::Entity)
        .one(db)
        .await?;
    let Some((token, Some(user))) = found else {
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
    let identity = Arc::new(Identity {
        user_id: user.id,
        is_unlimited: policy.lacks(&everything).is_none(),
        policy,
    });
    Ok(Some(Bearer {
        revision,
        identity,
        token_id: token.id,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at.map_or(i64::MIN, |at| at.timestamp()).into(),
    }))
}

/// Everything that a user's groups' roles' rules say.
pub async fn policy_of_user(db: &impl ConnectionTrait, user_id: Uuid) -> Result<Policy, Error> {
    let groups = membership::Entity::find()
        .select_only()
        .column(membership::Column::GroupId)
        .filter(membership::Column::UserId.eq(user_id));
    let roles = group_role::Entity::find()
        .select_only()
        .column(group_role::Column::RoleId)
        .filter(group_role::Column::GroupId.in_subquery(groups.into_query()));
    let rules = rule::Entity::find()
        .filter(rule::Column::RoleId.in_subquery(roles.into_query()))
        .all(db)
        .await?;
    Ok(compile(&rules))
}

/// The policy of some rules.
#[must_use]
pub fn compile(rules: &[rule::Model]) -> Policy {
    Policy::compile(rules.iter().map(decision::as_rule))
}
