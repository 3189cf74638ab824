//! How often signing in failed lately, for each account and each address. The counts stand in the
//! database: they hold across instances and restarts.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sign_in_failure::{self as failure, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::Error;

/// Failures after which no attempt counts, as long as they all lie in [`WINDOW`].
pub const MOST: usize = 10;
/// How long a failure counts.
pub const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// What one attempt counts for.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Vec<u8>>);

impl Keys {
    /// An account, by the key of its e-mail address, whether there is one or not; and where the attempt
    /// comes from.
    #[must_use]
    pub fn new(email_key: &str, address: Option<IpAddr>) -> Self {
        let account = hash(b"account", email_key);
        Self(std::iter::once(account).chain(address.map(of_address)).collect())
    }

    /// An account alone.
    #[must_use]
    pub fn of_account(email_key: &str) -> Self {
        Self::new(email_key, None)
    }

    /// An address alone.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        Self(vec![of_address(address)])
    }
}

/// Whoever has one address of IPv6 has its whole network of 64 bits.
fn of_address(address: IpAddr) -> Vec<u8> {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> 64),
    };
    hash(b"address", &network)
}

fn hash(kind: &[u8], text: &str) -> Vec<u8> {
    let hash = Sha256::new().chain_update(kind).chain_update([0]).chain_update(text);
    hash.finalize().to_vec()
}

/// What came of noting a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// There were too many before: this one does not count, and its outcome must not be told.
    TooMany {
        /// In seconds.
        retry_after: i32,
    },
    Counted {
        /// Whether no further attempt counts for now.
        is_last: bool,
    },
}

/// For how many seconds no attempt counts; `None` when one does.
pub async fn wait(app: &App, db: &impl ConnectionTrait, keys: &Keys) -> Result<Option<i32>, Error> {
    let now = app.clock.now();
    let rows = Entity::find().filter(Column::Key.is_in(keys.0.clone())).all(db).await?;
    Ok(rows.iter().filter_map(|row| retry_after(&times(row, now), now)).max())
}

/// Counts a failure, unless there are too many already. Whoever else fails for the same account or
/// address waits here, so that of any number at once no more than [`MOST`] are told that they were wrong.
pub async fn note(app: &App, tx: &impl ConnectionTrait, keys: &Keys) -> Result<Noted, Error> {
    let now = app.clock.now();
    let old = Column::LastAt.lte(now - WINDOW);
    Entity::delete_many().filter(old).exec(tx).await?;
    let mut rows = Vec::new();
    // Account before address, always: two transactions never wait for each other.
    for key in &keys.0 {
        rows.push(lock(tx, key, now).await?);
    }
    let waits = rows.iter().filter_map(|row| retry_after(&times(row, now), now));
    if let Some(retry_after) = waits.max() {
        return Ok(Noted::TooMany { retry_after });
    }
    let mut is_last = false;
    for row in rows {
        let mut times = times(&row, now);
        times.push(now.timestamp_millis());
        is_last |= times.len() >= MOST;
        let times = serde_json::to_string(&times).map_err(Error::internal)?;
        let row = failure::Model { times, last_at: now, ..row };
        Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
    }
    Ok(Noted::Counted { is_last })
}

/// Forgets the failures of accounts and addresses; whether there were any.
pub async fn forget(tx: &impl ConnectionTrait, keys: &Keys) -> Result<bool, Error> {
    let gone = Entity::delete_many().filter(Column::Key.is_in(keys.0.clone())).exec(tx).await?;
    Ok(gone.rows_affected > 0)
}

/// The row of a key, made when there is none, which nobody else changes before this transaction ends.
async fn lock(
    tx: &impl ConnectionTrait,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<failure::Model, Error> {
    let row = failure::Model { key: key.to_vec(), times: "[]".into(), last_at: now };
    // Where there is one, writing it locks it at once: between looking and locking, it could go.
    let insert = Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::column(Column::Key).update_column(Column::Key).to_owned());
    insert.exec_without_returning(tx).await?;
    let locked = Entity::find_by_id(key.to_vec()).one(tx).await?;
    Ok(locked.unwrap_or(row))
}

/// The failures that still count, oldest first.
fn times(row: &failure::Model, now: DateTime<Utc>) -> Vec<i64> {
    let mut times: Vec<i64> = serde_json::from_str(&row.times).unwrap_or_default();
    times.retain(|at| *at > (now - WINDOW).timestamp_millis());
    times
}

/// When the first of the latest failures no longer counts, in seconds from now.
fn retry_after(times: &[i64], now: DateTime<Utc>) -> Option<i32> {
    let first = times.len().checked_sub(MOST).and_then(|place| times.get(place))?;
    let wait = first + WINDOW.num_milliseconds() - now.timestamp_millis();
    i32::try_from((wait + 999) / 1000).ok()
}
