//! Sessions, failed attempts to sign in, and the place of each audit event in the order in which changes
//! were committed, by which instances tell their subscribers of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sessions(manager).await?;
        sign_in_failures(manager).await?;
        let steps: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &POSITIONS_ON_POSTGRES,
            _ => &POSITIONS_ON_SQLITE,
        };
        for step in steps {
            manager.get_connection().execute_unprepared(step).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sign_in_failures").to_owned()).await?;
        manager.drop_table(Table::drop().table("sessions").to_owned()).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let table = Table::alter()
                .table("audit_events")
                .drop_column("transaction_id")
                .drop_column("position")
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

/// PostgreSQL commits in another order than it writes: which transaction wrote a row tells whether a
/// reader could see it before; the position orders those that it could not.
const POSITIONS_ON_POSTGRES: [&str; 3] = [
    "ALTER TABLE audit_events ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE audit_events ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX ix_audit_events_transaction_id ON audit_events (transaction_id)",
];

/// SQLite writes one transaction after the other, so the number of a row is its position. It stays what
/// it is only where it is a column. Rows are never deleted, so no number is given twice.
const POSITIONS_ON_SQLITE: [&str; 8] = [
    "ALTER TABLE audit_events RENAME TO audit_events_before",
    "CREATE TABLE audit_events (\
        position integer PRIMARY KEY, \
        id uuid_text NOT NULL UNIQUE, \
        at timestamp_with_timezone_text NOT NULL, \
        actor_id uuid_text, \
        action text NOT NULL, \
        subject_kind text, \
        subject_id uuid_text, \
        changes text, \
        request_id text)",
    "INSERT INTO audit_events \
        (id, at, actor_id, action, subject_kind, subject_id, changes, request_id) \
        SELECT id, at, actor_id, action, subject_kind, subject_id, changes, request_id \
        FROM audit_events_before ORDER BY rowid",
    "DROP TABLE audit_events_before",
    "CREATE INDEX ix_audit_events_actor_id_id ON audit_events (actor_id, id)",
    "CREATE INDEX ix_audit_events_subject_id_id ON audit_events (subject_id, id)",
    "CREATE INDEX ix_audit_events_action_id ON audit_events (action, id)",
    "CREATE INDEX ix_audit_events_at_id ON audit_events (at, id)",
];

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut owner = ForeignKey::create()
        .name("fk_sessions_user_id")
        .from_col("user_id")
        .to("users", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take();
    let table = Table::create()
        .table("sessions")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("hash").binary_len(32).not_null())
        .col(ColumnDef::new("address").text())
        .col(ColumnDef::new("user_agent").text())
        .col(time("created_at"))
        .col(time("last_used_at"))
        .col(time("expires_at"))
        .foreign_key(&mut owner)
        .to_owned();
    manager.create_table(table).await?;
    let by_hash =
        Index::create().name("uq_sessions_hash").table("sessions").col("hash").unique().to_owned();
    manager.create_index(by_hash).await?;
    index(manager, "sessions", &["user_id", "id"]).await?;
    index(manager, "sessions", &["expires_at"]).await?;
    index(manager, "sessions", &["last_used_at"]).await
}

/// One row for each account and each address that failed lately, under a hash: what was typed as an
/// e-mail address may be a password.
async fn sign_in_failures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sign_in_failures")
        .col(ColumnDef::new("key").binary_len(32).not_null().primary_key())
        .col(ColumnDef::new("times").text().not_null())
        .col(time("last_at"))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, "sign_in_failures", &["last_at"]).await
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(format!("ix_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}
