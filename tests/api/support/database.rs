//! Databases for tests: each is a copy of one that was migrated and got its first administrator once.
//! PostgreSQL is the server that `TEST_DATABASE_URL` names, or one of the locally installed binaries that
//! this process starts and that ends with it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rolecall::app::App;
use rolecall::db::Db;
use rolecall::domain::bootstrap::{self, Administrator};
use rolecall::domain::{Actor, token, user};
use sea_orm::{ConnectionTrait, Database as Server, DatabaseConnection};
use tempfile::TempDir;

use super::postgres::PostgresServer;
use super::{ADMIN, PASSWORD};

/// Nothing in a test outlives its process.
const NOT_DURABLE: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=500";

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database that goes when this does.
pub struct Database {
    pub url: String,
    pub admin_token: String,
    /// Holds the file of SQLite.
    _directory: Option<TempDir>,
}

/// A database that others are copied from.
struct Template {
    place: String,
    admin_token: String,
    _directory: Option<TempDir>,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

impl Database {
    /// A copy of the template; `None` without a server.
    pub async fn from_template(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let template = sqlite_template();
                let directory = tempfile::tempdir().expect("a directory");
                let file = directory.path().join("rolecall.db");
                std::fs::copy(&template.place, &file).expect("the template can be copied");
                Some(Self {
                    url: format!("sqlite://{}", file.display()),
                    admin_token: template.admin_token.clone(),
                    _directory: Some(directory),
                })
            }
            Backend::Postgres => {
                let server = server()?;
                let template = postgres_template(server);
                let name = fresh_name("test");
                create(server, &name, Some(&template.place)).await;
                Some(Self {
                    url: server.url(&name),
                    admin_token: template.admin_token.clone(),
                    _directory: None,
                })
            }
        }
    }

    /// An empty database: no table, no user.
    pub async fn empty(backend: Backend) -> Option<Self> {
        let admin_token = String::new();
        match backend {
            Backend::Sqlite => {
                let directory = tempfile::tempdir().expect("a directory");
                let file = directory.path().join("rolecall.db");
                let url = format!("sqlite://{}?mode=rwc", file.display());
                Some(Self { url, admin_token, _directory: Some(directory) })
            }
            Backend::Postgres => {
                let server = server()?;
                let name = fresh_name("empty");
                create(server, &name, None).await;
                Some(Self { url: server.url(&name), admin_token, _directory: None })
            }
        }
    }
}

/// Says that a test did not run; where everything must run, fails.
pub fn skip(test: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{test}: PostgreSQL is not installed, and CI must not go without"
    );
    eprintln!("{test} DID NOT RUN: PostgreSQL is not installed and TEST_DATABASE_URL is not set");
}

fn fresh_name(kind: &str) -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("rolecall_{kind}_{}_{number}", std::process::id())
}

async fn create(server: &PostgresServer, name: &str, template: Option<&str>) {
    let connection = administration(server).await;
    let template = template.map_or(String::new(), |it| format!(" TEMPLATE {it}"));
    let sql = format!("CREATE DATABASE {name}{template}");
    connection.execute_unprepared(&sql).await.expect("the database is created");
    connection.close().await.expect("the connection closes");
}

async fn administration(server: &PostgresServer) -> DatabaseConnection {
    Server::connect(server.url("postgres")).await.expect("the server answers")
}

fn sqlite_template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a directory");
        let place = directory.path().join("template.db").display().to_string();
        let admin_token = prepare(format!("sqlite://{place}?mode=rwc"));
        Template { place, admin_token, _directory: Some(directory) }
    })
}

fn postgres_template(server: &'static PostgresServer) -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let place = fresh_name("template");
        let name = place.clone();
        run_apart(async move { create(server, &name, None).await });
        let admin_token = prepare(server.url(&place));
        Template { place, admin_token, _directory: None }
    })
}

/// Migrates a database, makes its administrator, and gives their token.
fn prepare(url: String) -> String {
    run_apart(async move {
        let db = Db::connect(&url, 2).await.expect("the template opens");
        db.migrate().await.expect("the migrations apply");
        let app = App::new(db.clone());
        let administrator = Administrator { email: ADMIN.into(), password: Some(PASSWORD.into()) };
        bootstrap::run(&app, &administrator).await.expect("the administrator is made");
        let system = &Actor::system();
        let admin = user::find_by_email(&app, system, ADMIN).await.unwrap().unwrap();
        let new = token::NewToken { name: "template".into(), expires_at: None };
        let (_, token) = token::create_for(&app, system, admin.id, new).await.unwrap();
        db.close().await;
        token
    })
}

/// Runs something to its end from within another runtime.
fn run_apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let run = || tokio::runtime::Runtime::new().expect("a runtime").block_on(work);
    std::thread::spawn(run).join().expect("it does not panic")
}

/// The server for this process, started when it is first asked for; `None` without one.
fn server() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    let found = SERVER.get_or_init(|| match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => {
            let (head, _) = url.rsplit_once('/').expect("TEST_DATABASE_URL ends with /NAME");
            Some(PostgresServer { pattern: format!("{head}/{{}}") })
        }
        Err(_) => PostgresServer::start(NOT_DURABLE),
    });
    found.as_ref()
}
