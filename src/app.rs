//! What the whole process shares: built once, cloned everywhere.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

use crate::db::Db;
use crate::domain::actor::Identities;
use crate::domain::change::Feed;
use crate::domain::password::Hashing;
use crate::domain::session::Lifetimes;

/// The database, the clock, and what is remembered between requests.
#[derive(Clone, Debug)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub identities: Arc<Identities>,
    /// How long sessions last: a setting.
    pub sessions: Lifetimes,
    pub changes: Feed,
    pub hashing: Hashing,
}

impl App {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self {
            db,
            clock: Clock,
            identities: Arc::default(),
            sessions: Lifetimes::default(),
            changes: Feed::default(),
            hashing: Hashing::default(),
        }
    }
}

/// The wall clock, and ids that grow with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// Now, in the microseconds that both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    /// A UUID version 7 (RFC 9562): each is greater than the one before it in this process.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
