//! Bringing the database to the schema that this binary knows: one instance at a time, all steps or
//! none.

use migration::Migrator;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use super::Db;

/// The key of the advisory lock that a migrating instance holds on `PostgreSQL`: "rolecall" in ASCII.
const LOCK: i64 = 0x726f_6c65_6361_6c6c;

/// A step of the schema.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub is_applied: bool,
}

/// Why the schema cannot be told or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database has a step that this binary does not know.
    #[error("a newer version of rolecall has used it, and this one does not know its tables")]
    Newer,
    #[error(transparent)]
    Database(DbErr),
}

impl From<DbErr> for MigrationError {
    fn from(error: DbErr) -> Self {
        match error {
            // All that the migrator itself finds fault with.
            DbErr::Custom(_) => Self::Newer,
            error => Self::Database(error),
        }
    }
}

impl Db {
    /// Every step of the schema, oldest first, without writing anything.
    pub async fn migrations(&self) -> Result<Vec<Step>, MigrationError> {
        let steps = Migrator::get_migration_with_status_read_only(&self.read).await?;
        let steps = steps.into_iter().map(|step| Step {
            name: step.name().to_owned(),
            is_applied: step.status() == MigrationStatus::Applied,
        });
        Ok(steps.collect())
    }

    /// Applies the steps that the database lacks, in one transaction. Instances that start at once do
    /// it one after the other: `SQLite` has one writer, and on `PostgreSQL` each waits for a lock.
    pub async fn migrate(&self) -> Result<(), MigrationError> {
        let tx = self.begin().await?;
        if self.backend() == DbBackend::Postgres {
            // Steps may take longer than requests may.
            tx.execute_unprepared(
                "SET LOCAL lock_timeout = '2min'; SET LOCAL statement_timeout = 0",
            )
            .await?;
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
        }
        Migrator::up(&tx, None).await?;
        Ok(tx.commit().await?)
    }
}
