//! The same page and the same create, written by hand: axum, sqlx, one statement for reading, no
//! credential, no decision, no audit trail.

use std::str::FromStr;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{PgPool, SqlitePool};
use uuid::Uuid;

/// Serves one database on a port of its own, which it prints.
#[tokio::main]
pub async fn serve(url: &str) {
    let router = if url.starts_with("sqlite") {
        sqlite::router(url).await
    } else {
        postgres::router(url).await
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("it serves");
}

#[derive(Serialize)]
struct Group {
    id: Uuid,
    title: String,
    roles: Vec<Role>,
}

#[derive(Serialize)]
struct Role {
    id: Uuid,
    name: String,
}

#[derive(Deserialize)]
struct NewGroup {
    title: String,
}

#[derive(Serialize)]
struct Made {
    id: Uuid,
    title: String,
}

/// A row of a group beside one of its roles.
type Row = (Uuid, String, Uuid, String);

fn nest(rows: Vec<Row>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (id, title, role_id, name) in rows {
        if groups.last().is_none_or(|last| last.id != id) {
            groups.push(Group { id, title, roles: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.roles.push(Role { id: role_id, name });
        }
    }
    groups
}

const PAGE: &str = "SELECT g.id, g.title, r.id, r.name \
    FROM (SELECT id, title, title_key FROM groups ORDER BY title_key LIMIT 20) g \
    JOIN group_roles gr ON gr.group_id = g.id JOIN roles r ON r.id = gr.role_id \
    ORDER BY g.title_key, r.name_key";

mod sqlite {
    use super::{
        FromStr, Group, Json, Made, NewGroup, PAGE, Router, Row, SqliteConnectOptions, SqlitePool,
        SqlitePoolOptions, State, Uuid, get, nest,
    };

    #[derive(Clone)]
    struct Pools {
        read: SqlitePool,
        write: SqlitePool,
        roles: [Uuid; 2],
    }

    pub async fn router(url: &str) -> Router {
        let options = SqliteConnectOptions::from_str(url)
            .expect("a URL")
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON");
        let pool = |size| SqlitePoolOptions::new().max_connections(size);
        let write = pool(1).connect_with(options.clone()).await.expect("it opens");
        let read = pool(8).connect_with(options).await.expect("it opens");
        let roles: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM roles LIMIT 2")
            .fetch_all(&read)
            .await
            .expect("there are roles");
        let pools = Pools { read, write, roles: [roles[0], roles[1]] };
        Router::new().route("/groups", get(page).post(create)).with_state(pools)
    }

    async fn page(State(pools): State<Pools>) -> Json<Vec<Group>> {
        let rows = sqlx::query_as::<_, Row>(PAGE).fetch_all(&pools.read).await;
        Json(nest(rows.expect("it reads")))
    }

    async fn create(State(pools): State<Pools>, Json(new): Json<NewGroup>) -> Json<Made> {
        let (id, now) = (Uuid::now_v7(), chrono::Utc::now());
        let mut tx = pools.write.begin_with("BEGIN IMMEDIATE").await.expect("it begins");
        sqlx::query(
            "INSERT INTO groups (id, title, title_key, is_protected, user_count, version, \
             created_at, updated_at) VALUES (?, ?, ?, false, 0, 1, ?, ?)",
        )
        .bind(id)
        .bind(&new.title)
        .bind(new.title.to_lowercase())
        .bind(now)
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("it writes");
        sqlx::query("INSERT INTO group_roles (group_id, role_id) VALUES (?, ?), (?, ?)")
            .bind(id)
            .bind(pools.roles[0])
            .bind(id)
            .bind(pools.roles[1])
            .execute(&mut *tx)
            .await
            .expect("it writes");
        tx.commit().await.expect("it commits");
        Json(Made { id, title: new.title })
    }
}

mod postgres {
    use super::{
        Group, Json, Made, NewGroup, PAGE, PgPool, PgPoolOptions, Router, Row, State, Uuid, get,
        nest,
    };

    #[derive(Clone)]
    struct Database {
        pool: PgPool,
        roles: [Uuid; 2],
    }

    pub async fn router(url: &str) -> Router {
        let pool = PgPoolOptions::new().max_connections(16).connect(url).await.expect("it opens");
        let roles: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM roles LIMIT 2")
            .fetch_all(&pool)
            .await
            .expect("there are roles");
        let database = Database { pool, roles: [roles[0], roles[1]] };
        Router::new().route("/groups", get(page).post(create)).with_state(database)
    }

    async fn page(State(database): State<Database>) -> Json<Vec<Group>> {
        let rows = sqlx::query_as::<_, Row>(PAGE).fetch_all(&database.pool).await;
        Json(nest(rows.expect("it reads")))
    }

    /// One statement that changes two tables is a transaction by itself.
    async fn create(State(database): State<Database>, Json(new): Json<NewGroup>) -> Json<Made> {
        let (id, now) = (Uuid::now_v7(), chrono::Utc::now());
        sqlx::query(
            "WITH made AS (INSERT INTO groups (id, title, title_key, is_protected, user_count, \
             version, created_at, updated_at) VALUES ($1, $2, $3, false, 0, 1, $4, $4) RETURNING id) \
             INSERT INTO group_roles (group_id, role_id) \
             SELECT made.id, role FROM made, unnest($5::uuid[]) role",
        )
        .bind(id)
        .bind(&new.title)
        .bind(new.title.to_lowercase())
        .bind(now)
        .bind(&database.roles[..])
        .execute(&database.pool)
        .await
        .expect("it writes");
        Json(Made { id, title: new.title })
    }
}
