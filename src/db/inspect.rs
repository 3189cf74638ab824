//! What the database says of itself, for operators.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::Db;

/// The database's version and its clock.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Such as `PostgreSQL 15.18` or `SQLite 3.50.2`.
    pub version: String,
    /// The database's own idea of now.
    pub now: DateTime<Utc>,
}

impl Db {
    /// Each pool of connections: its name, how many it has, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> Vec<(&'static str, usize, usize)> {
        let count = |name, size: u32, idle| (name, size as usize, idle);
        match self.backend() {
            #[cfg(feature = "sqlite")]
            DbBackend::Sqlite => {
                let pools = [("read", &self.read), ("write", &self.write)];
                let pools = pools.map(|(name, it)| (name, it.get_sqlite_connection_pool()));
                pools.map(|(name, pool)| count(name, pool.size(), pool.num_idle())).into()
            }
            #[cfg(feature = "postgres")]
            DbBackend::Postgres => {
                let pool = self.write.get_postgres_connection_pool();
                vec![count("all", pool.size(), pool.num_idle())]
            }
            _ => Vec::new(),
        }
    }

    /// Asks the database for its version and its time.
    pub async fn inspect(&self) -> Result<Inspection, DbErr> {
        let (product, sql) = match self.backend() {
            DbBackend::Postgres => (
                "PostgreSQL",
                "SELECT current_setting('server_version') AS version, \
                 extract(epoch FROM clock_timestamp())::bigint AS seconds",
            ),
            _ => (
                "SQLite",
                "SELECT sqlite_version() AS version, CAST(strftime('%s', 'now') AS INTEGER) AS seconds",
            ),
        };
        let row = self.read.query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the database said nothing".into()))?;
        let version: String = row.try_get("", "version")?;
        let seconds: i64 = row.try_get("", "seconds")?;
        Ok(Inspection {
            version: format!("{product} {version}"),
            now: DateTime::from_timestamp(seconds, 0).unwrap_or_default(),
        })
    }
}
