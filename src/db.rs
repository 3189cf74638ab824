//! The database: how it is opened, how transactions begin and end, and what its errors mean.
//!
//! SQLite has one writer whose transactions begin immediately, so that none fails half way, and a pool
//! of readers beside it. PostgreSQL has one pool for both, with timeouts for what hangs.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr, SqlErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use tokio::sync::Notify;

use crate::domain::Error;

mod changes;
mod inserts;
mod inspect;
mod migrations;
mod rows;

pub use changes::{Event, Position};
use inserts::Company;
pub use inserts::{Rows, insert_all};
pub use inspect::Inspection;
pub use migrations::{MigrationError, Step};

/// How often a transaction that lost a race looks again before it gives up.
const ATTEMPTS: u32 = 5;

/// How long a connection counts as alive after its last use.
#[cfg(feature = "postgres")]
const TRUST: Duration = Duration::from_millis(500);

/// How a transaction ends when nothing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Commit,
    /// For a rehearsal: everything is tried and nothing stays.
    RollBack,
}

impl End {
    /// Rolls back when the caller wants to know only whether it would work.
    #[must_use]
    pub fn rehearse_if(validate_only: bool) -> Self {
        if validate_only { Self::RollBack } else { Self::Commit }
    }
}

/// Connections to one database.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    /// Told of each commit of this instance.
    committed: Arc<Notify>,
    company: Arc<Company>,
}

impl Db {
    /// Opens the database that a URL names, `sqlite://` or `postgres://`.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, DbErr> {
        #[cfg(feature = "sqlite")]
        if url.starts_with("sqlite:") {
            create_privately(url);
            let writer = Database::connect(sqlite(url, 1, "OFF")).await?;
            let reader = Database::connect(sqlite(url, max_connections, "ON")).await?;
            return Ok(Self::new(reader, writer));
        }
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres") {
            let pool = Database::connect(postgres(url, max_connections)).await?;
            return Ok(Self::new(pool.clone(), pool));
        }
        Err(DbErr::Custom("this build knows no such database".into()))
    }

    fn new(read: DatabaseConnection, write: DatabaseConnection) -> Self {
        Self { read, write, committed: Arc::default(), company: Arc::default() }
    }

    /// Where to read outside a transaction.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Closes every connection.
    pub async fn close(self) {
        for connection in [self.write, self.read] {
            connection.close().await.ok();
        }
    }

    /// Calls `observer` with each statement.
    pub fn observe(&mut self, observer: impl Fn(&str) + Send + Sync + 'static) {
        let observer = Arc::new(observer);
        for connection in [&mut self.read, &mut self.write] {
            let observer = observer.clone();
            connection.set_metric_callback(move |info| observer(&info.statement.sql));
        }
    }

    /// Does `work` in one transaction, from the start again when it loses a race. An error, of
    /// whatever kind, leaves nothing behind.
    pub async fn transaction<T, F>(
        &self,
        end: End,
        work: impl Fn(Arc<DatabaseTransaction>) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        for attempt in 1.. {
            let tx = Arc::new(self.begin().await?);
            let outcome = work(tx.clone()).await;
            let tx =
                Arc::into_inner(tx).ok_or_else(|| Error::internal("work kept its transaction"))?;
            let outcome = match outcome {
                Ok(value) => {
                    let ended = match end {
                        End::Commit => self.commit(tx).await,
                        End::RollBack => tx.rollback().await,
                    };
                    ended.map(|()| value).map_err(Error::from)
                }
                Err(error) => {
                    // Whatever rolling back says, the first error is the one to tell.
                    tx.rollback().await.ok();
                    Err(error)
                }
            };
            match outcome {
                Err(Error::Conflict(_)) if attempt < ATTEMPTS => {}
                outcome => return outcome,
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn commit(&self, tx: DatabaseTransaction) -> Result<(), DbErr> {
        tx.commit().await?;
        self.committed.notify_one();
        Ok(())
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin_with_options(options).await
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(url: &str, connections: u32, query_only: &'static str) -> ConnectOptions {
    use sea_orm::sqlx::Connection;

    let mut options = common(url, connections);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("busy_timeout", "5000")
            .pragma("foreign_keys", "ON")
            .pragma("query_only", query_only)
    });
    // A transaction that could not even be rolled back, as on a full disk, leaves its connection inside
    // it: what is written over it then is acknowledged and lost. Such a connection goes.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
    });
    options
}

/// Makes a database file that is to be made, for its owner alone to read: it holds hashes of passwords.
/// `SQLite` gives the files beside it the same permissions. What cannot be made is told when it is opened.
#[cfg(feature = "sqlite")]
fn create_privately(url: &str) {
    use std::str::FromStr;

    let options = sea_orm::sqlx::sqlite::SqliteConnectOptions::from_str(url);
    if let (Ok(options), true) = (options, url.contains("mode=rwc")) {
        let mut file = std::fs::OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        file.write(true).create_new(true).open(options.get_filename()).ok();
    }
}

#[cfg(feature = "postgres")]
fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = common(url, connections);
    options.set_application_name("rolecall");
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "15s"),
            // As on any disk but a turning one. With the default of 4 the groups of a role were looked for
            // among all links: 315 ms of 100,000 groups, 0.8 ms by the index (measured).
            ("random_page_cost", "1.1"),
        ])
    });
    // A server that went and came back leaves connections that are dead without knowing it. Those in
    // use notice; the others are asked.
    options.test_before_acquire_if_idle_for(TRUST);
    options
}

fn common(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(4))
        .test_before_acquire(false)
        .record_stmt_in_spans(false)
        .sqlx_logging(false);
    options
}

/// What an error of the database asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diagnosis {
    /// Another transaction was first; looking again can help at once.
    Conflict,
    /// Not reachable or overloaded; trying later can help.
    Unavailable,
    Other,
}

/// What an error asks for. `PostgreSQL`'s codes are of its manual's appendix A, `SQLite`'s of
/// <https://www.sqlite.org/rescode.html>.
#[must_use]
pub fn diagnose(error: &DbErr) -> Diagnosis {
    if let Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_)) =
        error.sql_err()
    {
        return Diagnosis::Conflict;
    }
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return Diagnosis::Unavailable;
    }
    let Some(source) = driver_error(error) else {
        return Diagnosis::Other;
    };
    match source.as_database_error() {
        None if matches!(
            source,
            sea_orm::SqlxError::Io(_)
                | sea_orm::SqlxError::PoolTimedOut
                | sea_orm::SqlxError::PoolClosed
                | sea_orm::SqlxError::WorkerCrashed
                | sea_orm::SqlxError::Protocol(_)
        ) =>
        {
            Diagnosis::Unavailable
        }
        None => Diagnosis::Other,
        Some(source) => match source.code().as_deref() {
            // Serialization failure, deadlock, something that still refers to a row.
            Some("40001" | "40P01" | "23001") => Diagnosis::Conflict,
            // Lock not available, query cancelled, shutting down or starting, too many connections,
            // disk full, connection lost; SQLite: busy, locked, full, I/O error.
            Some(code)
                if code.starts_with("08")
                    || code.starts_with("57P")
                    || code.starts_with("53")
                    || matches!(code, "55P03" | "57014" | "25P03")
                    || is_sqlite_trouble(code) =>
            {
                Diagnosis::Unavailable
            }
            _ => Diagnosis::Other,
        },
    }
}

/// Whether a statement of `PostgreSQL` waited too long for another transaction, which says nothing of other
/// statements: lock not available, query cancelled.
fn was_blocked(error: &DbErr) -> bool {
    let source = driver_error(error).and_then(sea_orm::SqlxError::as_database_error);
    source.is_some_and(|it| matches!(it.code().as_deref(), Some("55P03" | "57014")))
}

/// What the database's driver said.
fn driver_error(error: &DbErr) -> Option<&sea_orm::SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(source))
        | DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source)) => Some(source),
        _ => None,
    }
}

/// The low byte of an extended result code is its primary one: busy 5, locked 6, I/O 10, full 13.
fn is_sqlite_trouble(code: &str) -> bool {
    code.len() < 5 && code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13))
}
