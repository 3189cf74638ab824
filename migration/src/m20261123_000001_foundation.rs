//! Roles with their rules, groups, users, memberships, API tokens, audit events, and the revision by
//! which instances learn that someone's access changed.
//!
//! Columns named `*_key` hold the NFKC case folding of their neighbour and are compared byte by byte:
//! uniqueness and order must not depend on the collation of the database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        roles(manager).await?;
        rules(manager).await?;
        groups(manager).await?;
        group_roles(manager).await?;
        users(manager).await?;
        memberships(manager).await?;
        api_tokens(manager).await?;
        audit_events(manager).await?;
        access_revision(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "access_revision",
            "audit_events",
            "api_tokens",
            "memberships",
            "users",
            "group_roles",
            "groups",
            "rules",
            "roles",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("roles")
        .col(id())
        .col(text("name"))
        .col(key(manager, "name_key"))
        .col(optional("description"))
        .col(flag("is_protected"))
        .col(number("version"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .to_owned();
    manager.create_table(table).await?;
    unique(manager, "roles", &["name_key"]).await?;
    index(manager, "roles", &["created_at", "id"]).await?;
    index(manager, "roles", &["updated_at", "id"]).await
}

async fn rules(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("rules")
        .col(id())
        .col(ColumnDef::new("role_id").uuid().not_null())
        .col(key(manager, "bundle"))
        .col(key(manager, "controller"))
        .col(key(manager, "action"))
        .col(text("permission"))
        .foreign_key(&mut cascade("rules", "role_id", "roles"))
        .to_owned();
    manager.create_table(table).await?;
    let rule = ["role_id", "bundle", "controller", "action", "permission"];
    unique(manager, "rules", &rule).await
}

async fn groups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("groups")
        .col(id())
        .col(text("title"))
        .col(key(manager, "title_key"))
        .col(optional("description"))
        .col(flag("is_protected"))
        .col(number("user_count"))
        .col(number("version"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .to_owned();
    manager.create_table(table).await?;
    unique(manager, "groups", &["title_key"]).await?;
    index(manager, "groups", &["user_count", "id"]).await?;
    index(manager, "groups", &["created_at", "id"]).await?;
    index(manager, "groups", &["updated_at", "id"]).await
}

async fn group_roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("group_roles")
        .col(ColumnDef::new("group_id").uuid().not_null())
        .col(ColumnDef::new("role_id").uuid().not_null())
        .primary_key(Index::create().col("group_id").col("role_id"))
        .foreign_key(&mut cascade("group_roles", "group_id", "groups"))
        .foreign_key(&mut restrict("group_roles", "role_id", "roles"))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, "group_roles", &["role_id", "group_id"]).await
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("users")
        .col(id())
        .col(text("email"))
        .col(key(manager, "email_key"))
        .col(text("first_name"))
        .col(key(manager, "first_name_key"))
        .col(text("last_name"))
        .col(key(manager, "last_name_key"))
        .col(text("password_hash"))
        .col(text("status"))
        .col(text("locale"))
        .col(ColumnDef::new("last_sign_in_at").timestamp_with_time_zone())
        .col(number("version"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .to_owned();
    manager.create_table(table).await?;
    unique(manager, "users", &["email_key"]).await?;
    index(manager, "users", &["first_name_key", "id"]).await?;
    index(manager, "users", &["last_name_key", "id"]).await?;
    index(manager, "users", &["status", "id"]).await?;
    index(manager, "users", &["last_sign_in_at", "id"]).await?;
    index(manager, "users", &["created_at", "id"]).await
}

async fn memberships(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("memberships")
        .col(ColumnDef::new("group_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .primary_key(Index::create().col("group_id").col("user_id"))
        .foreign_key(&mut cascade("memberships", "group_id", "groups"))
        .foreign_key(&mut cascade("memberships", "user_id", "users"))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, "memberships", &["user_id", "group_id"]).await
}

async fn api_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("api_tokens")
        .col(id())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(text("name"))
        .col(text("prefix"))
        .col(ColumnDef::new("hash").binary_len(32).not_null())
        .col(time("created_at"))
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone())
        .col(ColumnDef::new("last_used_at").timestamp_with_time_zone())
        .foreign_key(&mut cascade("api_tokens", "user_id", "users"))
        .to_owned();
    manager.create_table(table).await?;
    unique(manager, "api_tokens", &["hash"]).await?;
    index(manager, "api_tokens", &["user_id", "id"]).await
}

/// Without foreign keys: an event outlives what it speaks of.
async fn audit_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("audit_events")
        .col(id())
        .col(time("at"))
        .col(ColumnDef::new("actor_id").uuid())
        .col(text("action"))
        .col(ColumnDef::new("subject_kind").text())
        .col(ColumnDef::new("subject_id").uuid())
        .col(optional("changes"))
        .col(optional("request_id"))
        .to_owned();
    manager.create_table(table).await?;
    index(manager, "audit_events", &["actor_id", "id"]).await?;
    index(manager, "audit_events", &["subject_id", "id"]).await?;
    index(manager, "audit_events", &["action", "id"]).await
}

/// One row. Its number grows in every transaction that changes what someone may do.
async fn access_revision(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("access_revision")
        .col(ColumnDef::new("id").integer().not_null().primary_key())
        .col(ColumnDef::new("revision").big_integer().not_null())
        .to_owned();
    manager.create_table(table).await?;
    let row = Query::insert()
        .into_table("access_revision")
        .columns(["id", "revision"])
        .values_panic([1.into(), 1i64.into()])
        .to_owned();
    manager.execute(row).await
}

fn id() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn optional(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().take()
}

fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

/// Text that is compared byte by byte, on SQLite by default and on PostgreSQL by this collation.
fn key(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = text(name);
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra(r#"COLLATE "C""#);
    }
    column
}

fn cascade(table: &str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    foreign_key(table, column, target, ForeignKeyAction::Cascade)
}

fn restrict(table: &str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    foreign_key(table, column, target, ForeignKeyAction::Restrict)
}

fn foreign_key(
    table: &str,
    column: &'static str,
    target: &'static str,
    action: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from_col(column)
        .to(target, "id")
        .on_delete(action)
        .take()
}

async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    create_index(manager, "uq", table, columns, true).await
}

async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    create_index(manager, "ix", table, columns, false).await
}

async fn create_index(
    manager: &SchemaManager<'_>,
    prefix: &str,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(format!("{prefix}_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}
