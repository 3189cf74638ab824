//! Writing rows of several tables, all or none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::sea_query::{CommonTableExpression, InsertStatement, Query, WithClause};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, EntityName, EntityTrait, IdenStatic,
    Iterable, ModelTrait, Value,
};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use super::{Db, Diagnosis, diagnose, was_blocked};
use crate::domain::Error;

/// How many values those who write together have at most. A statement of `SQLite` takes 32,766 parameters,
/// one of `PostgreSQL` 65,535.
const MAX_VALUES: usize = 8_000;

/// Rows of one table that are to be written.
#[derive(Clone, Debug)]
pub struct Rows {
    table: &'static str,
    columns: Vec<&'static str>,
    values: Vec<Vec<Value>>,
}

impl Rows {
    pub fn of<M: ModelTrait>(models: impl IntoIterator<Item = M>) -> Self {
        let columns = || <M::Entity as EntityTrait>::Column::iter();
        let row = |model: M| columns().map(|column| model.get(column)).collect();
        Self {
            table: M::Entity::default().table_name(),
            columns: columns().map(|column| column.as_str()).collect(),
            values: models.into_iter().map(row).collect(),
        }
    }
}

/// What writes rows: one statement for each table that has any, in the order in which they come first.
fn statements<'a>(all: impl Iterator<Item = &'a Rows>) -> Vec<InsertStatement> {
    let mut inserts: Vec<(&str, InsertStatement)> = Vec::new();
    for Rows { table, columns, values } in all.filter(|rows| !rows.values.is_empty()) {
        let place = inserts.iter().position(|(name, _)| name == table).unwrap_or_else(|| {
            let mut insert = Query::insert();
            insert.into_table(*table).columns(columns.iter().copied());
            inserts.push((table, insert));
            inserts.len() - 1
        });
        for row in values {
            inserts[place].1.values_panic(row.iter().cloned().map(Into::into));
        }
    }
    inserts.into_iter().map(|(_, insert)| insert).collect()
}

/// Those who wait to write.
#[derive(Debug, Default)]
pub(super) struct Company {
    waiting: Mutex<Vec<Job>>,
    turn: tokio::sync::Mutex<()>,
}

/// What one of them wants to write, all of it or nothing.
#[derive(Debug)]
struct Job {
    rows: Arc<[Rows]>,
    done: oneshot::Sender<Outcome>,
}

impl Job {
    /// How many values it has.
    fn size(&self) -> usize {
        self.rows.iter().map(|rows| rows.columns.len() * rows.values.len()).sum()
    }
}

/// What came of writing in company.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Written,
    /// Something of somebody's could not be written. Whose it is, each finds out alone.
    Refused,
    /// Nobody can write now.
    Unavailable,
}

impl Company {
    fn waiting(&self) -> MutexGuard<'_, Vec<Job>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be written now: one's own, with as much of the others' as goes with it.
    fn take(&self, own: &Arc<[Rows]>) -> Vec<Job> {
        let mut waiting = self.waiting();
        if let Some(place) = waiting.iter().position(|job| Arc::ptr_eq(&job.rows, own)) {
            waiting.swap(0, place);
        }
        let mut size = 0;
        let fits = |job: &Job| {
            size += job.size();
            size <= MAX_VALUES
        };
        let count = waiting.iter().map(fits).take_while(|fits| *fits).count().max(1);
        let count = count.min(waiting.len());
        waiting.drain(..count).collect()
    }
}

impl Db {
    /// Writes rows of several tables, all or none, without looking at anything first: together with what
    /// all others want to write who wait, since a transaction costs more than its rows. For 16 at a time
    /// that is 4 times as fast on SQLite, where each waits for the disk, and 1.5 times on PostgreSQL
    /// (measured). Fails with [`Error::Conflict`] when a value is taken or a row that these lean on is not
    /// there.
    pub async fn insert_together(&self, rows: Vec<Rows>) -> Result<(), Error> {
        Ok(self.insert_in_company(rows.into()).await?)
    }

    /// Waits for a turn, in which one writes for all that wait.
    async fn insert_in_company(&self, rows: Arc<[Rows]>) -> Result<(), DbErr> {
        let (done, mut outcome) = oneshot::channel();
        self.company.waiting().push(Job { rows: rows.clone(), done });
        let turn = self.company.turn.lock().await;
        match outcome.try_recv() {
            Ok(Outcome::Written) => return Ok(()),
            Ok(Outcome::Unavailable) => {
                return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
            }
            Err(TryRecvError::Empty) => {}
            // Who wrote for all may be gone, too.
            Ok(Outcome::Refused) | Err(TryRecvError::Closed) => {
                drop(turn);
                return self.insert_at_once(&*rows).await;
            }
        }
        let mut jobs = self.company.take(&rows);
        let is_alone = jobs.len() == 1;
        let written = self.insert_at_once(jobs.iter().flat_map(|job| &*job.rows)).await;
        let outcome = match &written {
            Ok(()) => Outcome::Written,
            Err(error) if diagnose(error) == Diagnosis::Unavailable && !was_blocked(error) => {
                Outcome::Unavailable
            }
            Err(_) => Outcome::Refused,
        };
        if matches!(outcome, Outcome::Unavailable) {
            // Nor can those who came meanwhile, who would find out one long wait after the other.
            jobs.append(&mut self.company.waiting());
        }
        for job in jobs {
            job.done.send(outcome).ok();
        }
        // Only now: whoever comes next must find what became of their own.
        drop(turn);
        match outcome {
            Outcome::Refused if !is_alone => self.insert_at_once(&*rows).await,
            _ => written,
        }
    }

    /// Writes rows in one transaction, which on PostgreSQL is one statement: each is a round trip.
    async fn insert_at_once(&self, rows: impl IntoIterator<Item = &Rows>) -> Result<(), DbErr> {
        let mut inserts = statements(rows.into_iter());
        if self.backend() == DbBackend::Postgres {
            let Some(mut last) = inserts.pop() else {
                return Ok(());
            };
            let mut with = WithClause::new();
            for (index, insert) in inserts.into_iter().enumerate() {
                let mut step = CommonTableExpression::new();
                with.cte(step.table_name(format!("step_{index}")).query(insert).to_owned());
            }
            self.write.execute(last.with_cte(with)).await?;
            self.committed.notify_one();
            return Ok(());
        }
        let tx = self.begin().await?;
        for insert in inserts {
            if let Err(error) = tx.execute(&insert).await {
                tx.rollback().await.ok();
                return Err(error);
            }
        }
        self.commit(tx).await
    }
}

/// Writes rows in a transaction of the caller's.
pub async fn insert_all(
    tx: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = Rows>,
) -> Result<(), DbErr> {
    let rows: Vec<Rows> = rows.into_iter().collect();
    for insert in statements(rows.iter()) {
        tx.execute(&insert).await?;
    }
    Ok(())
}
