//! The real application on a fresh database of its own, asked through its router: no port, no sleep,
//! and every test beside every other.

pub mod asking;
pub mod browser;
pub mod changing;
pub mod client;
pub mod database;
pub mod guarding;
pub mod live;
mod postgres;
pub mod wire;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use entity::rule::Permission;
use rolecall::app::App;
use rolecall::db::Db;
use rolecall::domain::id::Kind;
use rolecall::domain::session::Lifetimes;
use rolecall::domain::{Actor, group, role, rule, token, user};
use rolecall::graphql::{Api, Introspection, Limits};
use rolecall::http::{Gateway, Live, Site, router};

pub use client::{Answer, Client};
pub use database::Backend;
use database::Database;

/// E-mail address of the administrator that every database starts with.
pub const ADMIN: &str = "admin@rolecall.local";
/// A password that is good enough.
pub const PASSWORD: &str = "correct horse battery staple";

/// Declares tests that run on SQLite and on PostgreSQL alike.
#[macro_export]
macro_rules! api_tests {
    ($(async fn $name:ident($app:ident) $body:block)+) => {
        $(
            async fn $name($app: &$crate::support::TestApp) $body

            mod $name {
                #[tokio::test]
                async fn sqlite() {
                    let app = $crate::support::TestApp::new($crate::support::Backend::Sqlite).await;
                    super::$name(&app.expect("SQLite is always here")).await;
                }

                #[tokio::test]
                async fn postgres() {
                    let app = $crate::support::TestApp::new($crate::support::Backend::Postgres).await;
                    match app {
                        Some(app) => super::$name(&app).await,
                        None => $crate::support::database::skip(module_path!()),
                    }
                }
            }
        )+
    };
}

/// What is set for an instance.
struct Setup {
    site: Site,
    sessions: Lifetimes,
    limits: Limits,
}

impl Default for Setup {
    fn default() -> Self {
        let site = Site::new(None, ([127, 0, 0, 1], 8080).into(), Vec::new());
        Self { site, sessions: Lifetimes::default(), limits: Limits::default() }
    }
}

/// One instance of the application.
pub struct TestApp {
    pub app: App,
    pub router: Router,
    live: Live,
    /// What the database was asked.
    statements: Arc<Mutex<Vec<String>>>,
    database: Arc<Database>,
}

impl TestApp {
    /// The application on a database with nothing but its first administrator; `None` when there is no
    /// such database server here.
    pub async fn new(backend: Backend) -> Option<Self> {
        let database = Database::from_template(backend).await?;
        Some(Self::on(Arc::new(database), Setup::default()).await)
    }

    /// Another instance on the same database.
    pub async fn another(&self) -> Self {
        self.with_limits(Limits::default()).await
    }

    /// Another instance on the same database, with other limits.
    pub async fn with_limits(&self, limits: Limits) -> Self {
        Self::on(self.database.clone(), Setup { limits, ..Setup::default() }).await
    }

    /// Another instance on the same database, which people reach in another way.
    pub async fn reached_by(&self, site: Site) -> Self {
        Self::on(self.database.clone(), Setup { site, ..Setup::default() }).await
    }

    /// Another instance on the same database, whose sessions last so long.
    pub async fn with_sessions(&self, idle: Duration, age: Duration) -> Self {
        let sessions = Lifetimes { idle, age };
        Self::on(self.database.clone(), Setup { sessions, ..Setup::default() }).await
    }

    async fn on(database: Arc<Database>, setup: Setup) -> Self {
        let statements: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut db = Db::connect(&database.url, 8).await.expect("the database opens");
        let observed = statements.clone();
        db.observe(move |sql| observed.lock().unwrap().push(sql.to_owned()));
        let app = App { sessions: setup.sessions, ..App::new(db) };
        let api = Api::new(setup.limits, Introspection::SignedIn).expect("the schema parses");
        let (site, live) = (Arc::new(setup.site), Live::default());
        let gateway = Gateway { app: app.clone(), api: Arc::new(api), site, live: live.clone() };
        Self { app, router: router(gateway), live, statements, database }
    }

    /// Someone without a credential.
    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// The first administrator.
    pub fn admin(&self) -> Client {
        self.bearer(&self.database.admin_token)
    }

    /// Whoever has this token.
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(self.router.clone(), Some(token.to_owned()))
    }

    /// A new user with one group with one role of these rules, each as `bundle/controller/action`, with
    /// a leading `!` for a denial.
    pub async fn user_with(&self, name: &str, rules: &[&str]) -> Client {
        self.bearer(&self.token_of(name, rules).await)
    }

    /// [`TestApp::user_with`], of whom the token matters.
    pub async fn token_of(&self, name: &str, rules: &[&str]) -> String {
        let id = self.make_user(name, rules).await;
        let new = token::NewToken { name: "test".into(), expires_at: None };
        let made = token::create_for(&self.app, &Actor::system(), id, new).await;
        made.expect("the token is made").1
    }

    /// [`TestApp::user_with`], of whom only the id matters.
    pub async fn make_user(&self, name: &str, rules: &[&str]) -> uuid::Uuid {
        let system = &Actor::system();
        let rules = rules.iter().map(|rule| {
            let (permission, triple) = match rule.strip_prefix('!') {
                Some(triple) => (Permission::Deny, triple),
                None => (Permission::Allow, *rule),
            };
            let parts: Vec<&str> = triple.split('/').collect();
            rule::NewRule {
                bundle: parts[0].into(),
                controller: parts[1].into(),
                action: parts[2].into(),
                permission,
            }
        });
        let new = role::NewRole {
            name: format!("Role of {name}"),
            rules: rules.collect(),
            ..role::NewRole::default()
        };
        let role = role::create(&self.app, system, new).await.unwrap().unwrap();
        let new = group::NewGroup {
            title: format!("Group of {name}"),
            role_ids: vec![asking::global_id(Kind::Role, role.id)],
            ..group::NewGroup::default()
        };
        let group = group::create(&self.app, system, new).await.unwrap().unwrap();
        let new = user::NewUser {
            email: format!("{name}@example.org"),
            first_name: name.into(),
            last_name: "Tester".into(),
            password: PASSWORD.into(),
            group_ids: vec![asking::global_id(Kind::Group, group.id)],
            ..user::NewUser::default()
        };
        user::create(&self.app, system, new).await.unwrap().unwrap().id
    }

    /// The statements that something sends to the database, but for the question whether anyone's access
    /// changed and the note that a token is in use: they come with time, not with what is asked.
    pub async fn statements<T>(&self, work: impl Future<Output = T>) -> (T, Vec<String>) {
        self.statements.lock().unwrap().clear();
        let outcome = work.await;
        let mut statements = std::mem::take(&mut *self.statements.lock().unwrap());
        let with_time =
            ["SELECT \"access_revision\"", "UPDATE \"api_tokens\" SET \"last_used_at\""];
        statements.retain(|sql| !with_time.iter().any(|start| sql.starts_with(start)));
        (outcome, statements)
    }
}
