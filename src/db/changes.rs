//! What was committed since one last looked: every event of the audit trail once, after it was committed,
//! whichever instance wrote it.
//!
//! PostgreSQL's LISTEN and NOTIFY are left out: transactions that notify commit one after the other, and a
//! connection that listens can miss what it is told. A look costs one read of an index, and takes place
//! only while someone follows.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use tokio::time::timeout;
use uuid::Uuid;

use super::Db;

/// How long what another instance commits may go unnoticed.
const PAUSE: Duration = Duration::from_millis(200);

/// A place in the order of commits: on SQLite the number of an event, on PostgreSQL a snapshot, which says
/// of each transaction whether it could be seen.
#[derive(Clone, Debug)]
pub struct Position(String);

/// What an event of the audit trail was about.
#[derive(Clone, Debug)]
pub struct Event {
    pub action: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
}

const POSITION_ON_POSTGRES: &str = "SELECT pg_current_snapshot()::text AS position";
const POSITION_ON_SQLITE: &str =
    "SELECT CAST(coalesce(max(position), 0) AS text) AS position FROM audit_events";

/// Rows that this statement sees and the position did not. Those that come from a backup of another
/// server have numbers of transactions that are yet to come here. No row has the position alone.
const SINCE_ON_POSTGRES: &str = "\
    SELECT pg_current_snapshot()::text AS position, action, subject_kind, subject_id \
    FROM (SELECT CAST($1 AS text)::pg_snapshot AS before) AS looked \
    LEFT JOIN audit_events ON transaction_id >= pg_snapshot_xmin(before) \
        AND NOT pg_visible_in_snapshot(transaction_id, before) \
        AND pg_visible_in_snapshot(transaction_id, pg_current_snapshot()) \
    ORDER BY audit_events.position";
const SINCE_ON_SQLITE: &str = "\
    SELECT CAST(position AS text) AS position, action, subject_kind, subject_id \
    FROM audit_events WHERE position > CAST($1 AS integer) ORDER BY audit_events.position";

impl Db {
    /// Where the order of commits ends now.
    pub async fn position(&self) -> Result<Position, DbErr> {
        let sql = match self.backend() {
            DbBackend::Postgres => POSITION_ON_POSTGRES,
            _ => POSITION_ON_SQLITE,
        };
        let row = self.read.query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("no position".into()))?;
        Ok(Position(row.try_get("", "position")?))
    }

    /// The events that were committed since then, each after those that its transaction waited for, and
    /// where the order ends now.
    pub async fn since(
        &self,
        Position(before): &Position,
    ) -> Result<(Vec<Event>, Position), DbErr> {
        let sql = match self.backend() {
            DbBackend::Postgres => SINCE_ON_POSTGRES,
            _ => SINCE_ON_SQLITE,
        };
        let look = Statement::from_sql_and_values(self.backend(), sql, [before.clone().into()]);
        let rows = self.read.query_all_raw(look).await?;
        let position = match rows.last() {
            Some(row) => row.try_get("", "position")?,
            None => before.clone(),
        };
        let events = rows.iter().filter_map(|row| event(row).transpose());
        Ok((events.collect::<Result<_, _>>()?, Position(position)))
    }

    /// Waits until this instance commits something, or another one may have.
    pub async fn next_commit(&self) {
        timeout(PAUSE, self.committed.notified()).await.ok();
    }
}

fn event(row: &QueryResult) -> Result<Option<Event>, DbErr> {
    let Some(action) = row.try_get("", "action")? else {
        return Ok(None);
    };
    let (subject_kind, subject_id) =
        (row.try_get("", "subject_kind")?, row.try_get("", "subject_id")?);
    Ok(Some(Event { action, subject_kind, subject_id }))
}
