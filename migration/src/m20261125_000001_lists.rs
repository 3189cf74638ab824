//! What the lists of users and of audit events are ordered by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::create()
            .name("ix_audit_events_at_id")
            .table("audit_events")
            .col("at")
            .col("id")
            .to_owned();
        manager.create_index(index).await?;
        // Who never signed in comes first. SQLite orders so by itself.
        sign_in_index(manager, "last_sign_in_at NULLS FIRST").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("ix_audit_events_at_id").table("audit_events").to_owned();
        manager.drop_index(index).await?;
        sign_in_index(manager, "last_sign_in_at").await
    }
}

async fn sign_in_index(manager: &SchemaManager<'_>, column: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let db = manager.get_connection();
    db.execute_unprepared("DROP INDEX ix_users_last_sign_in_at_id").await?;
    let create = format!("CREATE INDEX ix_users_last_sign_in_at_id ON users ({column}, id)");
    db.execute_unprepared(&create).await?;
    Ok(())
}
