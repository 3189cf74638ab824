//! The process: what each command does, what it prints, and how it ends. Exit code 0 is success, 1 a
//! failure, 2 a setting that makes no sense.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};
use clap::error::ErrorKind;
use entity::user::Status;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::app::App;
use crate::config::{Command, Invocation, Seed, Settings, Token, User};
use crate::db::{self, Db, Diagnosis};
use crate::domain::id::{Kind, NodeId};
use crate::domain::sign_in::{self, Clearing};
use crate::domain::{Actor, Error, bootstrap, group, seed, token, user};
use crate::graphql::{self, Api};
use crate::http::{self, Gateway, Live};
use crate::telemetry;

/// Does what was asked for.
pub async fn run(invocation: Invocation) -> ExitCode {
    let settings = &invocation.settings;
    let done = match invocation.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(settings).await,
        Command::Migrate { status } => migrate(settings, status).await,
        Command::Schema => print(&graphql::sdl()),
        Command::Seed(size) => fill(settings, size).await,
        Command::User(user) => manage_user(settings, user).await,
        Command::Token(Token::Create { user, name }) => make_token(settings, &user, &name).await,
        Command::Check => check(settings).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Misconfigured>() => refuse(&error),
        Err(error) => {
            eprintln!("rolecall: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// Ends over a setting that makes no sense.
#[must_use]
pub fn refuse(error: &anyhow::Error) -> ExitCode {
    eprintln!("rolecall: {}", sentence(error));
    ExitCode::from(2)
}

/// What failed and what was at the bottom of it. What lies between repeats one or the other.
fn sentence(error: &anyhow::Error) -> String {
    let (outcome, cause) = (error.to_string(), error.root_cause().to_string());
    if outcome.ends_with(&cause) { outcome } else { format!("{outcome}: {cause}") }
}

/// Ends over a command line that cannot be read, in one sentence; prints help when that was asked for.
#[must_use]
pub fn explain(usage: &clap::Error) -> ExitCode {
    if !usage.use_stderr() {
        return match usage.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    if usage.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprintln!("rolecall: this command wants another one after it (rolecall help COMMAND)");
        return ExitCode::from(2);
    }
    let text = usage.to_string();
    let sentence: Vec<&str> =
        text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let sentence = sentence.join(" ");
    eprintln!("rolecall: {} (rolecall --help)", sentence.trim_start_matches("error: "));
    ExitCode::from(2)
}

/// A setting that makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
struct Misconfigured(anyhow::Error);

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    // A bad setting is told even where the port is taken.
    settings.database_url().map_err(Misconfigured)?;
    settings.administrator().map_err(Misconfigured)?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let metrics = match settings.metrics_listen {
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .with_context(|| format!("cannot listen on {address} for metrics"))?,
        ),
        None => None,
    };
    let app = start(settings).await?;
    let api = Api::new(settings.limits(), settings.introspection());
    let api = Arc::new(api.context("the schema cannot be read")?);
    let address = listener.local_addr()?;
    let stop = http::shutdown_signal().context("cannot wait for signals")?;
    if let Some(listener) = metrics {
        let address = listener.local_addr()?;
        tracing::info!(metrics = %format_args!("http://{address}/metrics"), "metrics");
        let router = http::metrics_router(app.clone(), telemetry::metrics()?);
        tokio::spawn(http::serve(listener, router, Live::default(), std::future::pending()));
    }
    tracing::info!(
        api = %format_args!("http://{address}/graphql"),
        graphiql = %format_args!("http://{address}/graphiql"),
        "ready"
    );
    if !settings.lets_browsers_sign_in() {
        tracing::warn!(
            "browsers elsewhere cannot sign in until ROLECALL_PUBLIC_URL names this server, with https"
        );
    }
    let (site, live) = (Arc::new(settings.site()), Live::default());
    let router = http::router(Gateway { app, api, site, live: live.clone() });
    http::serve(listener, router, live, stop).await;
    tracing::info!("stopped");
    Ok(())
}

async fn migrate(settings: &Settings, only_status: bool) -> anyhow::Result<()> {
    let db = connect(settings).await?;
    if !only_status {
        db.migrate().await.context("the database cannot be brought up to date")?;
    }
    let steps = db.migrations().await.context("the database's state cannot be read")?;
    for step in steps {
        let state = if step.is_applied { "applied" } else { "pending" };
        print(&format!("{state}  {}\n", step.name))?;
    }
    Ok(())
}

async fn fill(settings: &Settings, size: Seed) -> anyhow::Result<()> {
    let has_all = (size.groups == 0 || size.roles > 0) && (size.users == 0 || size.groups > 0);
    if !has_all {
        let reason =
            anyhow!("every group carries a role and every user is in a group: make those too");
        return Err(Misconfigured(reason).into());
    }
    let app = start(settings).await?;
    let size = seed::Size {
        roles: size.roles as usize,
        groups: size.groups as usize,
        users: size.users as usize,
        roles_per_group: size.roles_per_group as usize,
        groups_per_user: size.groups_per_user as usize,
    };
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(size.total() as u64)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left")?;
    let bar = bar.with_style(style);
    let outcome = seed::run(&app, size, |done| bar.set_position(done as u64)).await;
    bar.finish_and_clear();
    outcome.map_err(say)?;
    let seed::Size { roles, groups, users, .. } = size;
    print(&format!("Made {roles} roles, {groups} groups and {users} users.\n"))
}

async fn manage_user(settings: &Settings, command: User) -> anyhow::Result<()> {
    let app = start(settings).await?;
    let system = &Actor::system();
    match command {
        User::Create { email, first_name, last_name, administrator, groups } => {
            let mut group_ids = Vec::new();
            for title in groups {
                let found = group::find_by_title(&app, system, &title).await.map_err(say)?;
                let group = found.with_context(|| format!("there is no group {title:?}"))?;
                group_ids.push(global_id(Kind::Group, group.id));
            }
            if administrator {
                let group = bootstrap::administrators(&app).await.map_err(say)?;
                let group = group.context("there is no group of administrators")?;
                group_ids.push(global_id(Kind::Group, group.id));
            }
            group_ids.sort_unstable();
            group_ids.dedup();
            let password = read_password()?;
            let new = user::NewUser {
                email,
                first_name,
                last_name,
                password,
                group_ids,
                ..user::NewUser::default()
            };
            let user = user::create(&app, system, new).await.map_err(say)?;
            print(&format!("Made the user {}.\n", user.map(|user| user.email).unwrap_or_default()))
        }
        User::ResetPassword { email } => {
            let user = find_user(&app, &email).await?;
            let change = user::UserChange {
                id: global_id(Kind::User, user.id),
                password: Some(read_password()?),
                ..user::UserChange::default()
            };
            user::update(&app, system, change).await.map_err(say)?;
            print(&format!("{} has a new password.\n", user.email))
        }
        User::Unblock { email, from } => unblock(&app, system, email, from).await,
    }
}

async fn unblock(
    app: &App,
    system: &Actor,
    email: Option<String>,
    from: Option<String>,
) -> anyhow::Result<()> {
    let user = match &email {
        Some(email) => Some(find_user(app, email).await?),
        None => None,
    };
    let id = user.as_ref().map(|user| global_id(Kind::User, user.id));
    let clearing = Clearing { user_id: id.clone(), address: from.clone() };
    sign_in::clear_failures(app, system, clearing).await.map_err(say)?;
    if let Some(address) = from {
        print(&format!("Whoever is at {address} may sign in.\n"))?;
    }
    let (Some(id), Some(user)) = (id, user) else {
        return Ok(());
    };
    let change = user::StatusChange { id, expected_version: None, status: Status::Active };
    user::set_status(app, system, change).await.map_err(say)?;
    print(&format!("{} is active.\n", user.email))
}

async fn make_token(settings: &Settings, email: &str, name: &str) -> anyhow::Result<()> {
    let app = start(settings).await?;
    let user = find_user(&app, email).await?;
    let new = token::NewToken { name: name.to_owned(), expires_at: None };
    let made = token::create_for(&app, &Actor::system(), user.id, new).await;
    let (_, secret) = made.map_err(say)?;
    print(&format!("{secret}\n"))
}

/// Checks one thing after the other, and says of each what it found.
async fn check(settings: &Settings) -> anyhow::Result<()> {
    settings.administrator().map_err(Misconfigured)?;
    let db = connect(settings).await?;
    print("ok       configuration\n")?;
    let found = db.inspect().await.context("the database cannot be used")?;
    print(&format!("ok       database: {}\n", found.version))?;
    let steps = db.migrations().await.context("the database's state cannot be read")?;
    let drift = (found.now - App::new(db).clock.now()).abs();
    if drift > chrono::TimeDelta::seconds(5) {
        bail!("this machine's clock and the database's are {} s apart", drift.num_seconds());
    }
    print("ok       clock\n")?;
    let is_current = steps.iter().all(|step| step.is_applied);
    ensure!(is_current, "the database lacks migrations: rolecall migrate applies them");
    print("ok       migrations: all applied\n")
}

/// An application on a database that is up to date and has its first administrator.
async fn start(settings: &Settings) -> anyhow::Result<App> {
    let administrator = settings.administrator().map_err(Misconfigured)?;
    let db = connect(settings).await?;
    db.migrate().await.context("the database cannot be brought up to date")?;
    let app = App { sessions: settings.sessions(), ..App::new(db) };
    let made = bootstrap::run(&app, &administrator).await;
    let made = made.map_err(|error| match error {
        Error::Invalid(_) => {
            let reason =
                say(error).context("the first administrator's e-mail or password is refused");
            Misconfigured(reason).into()
        }
        error => say(error),
    })?;
    if let Some(made) = made {
        let email = &made.email;
        tracing::info!(email, "made the first administrator");
        if let Some(password) = made.generated {
            eprintln!("\nThe first administrator is {email}.");
            eprintln!("Password, shown only this once: {}\n", password.reveal());
        }
    }
    Ok(app)
}

async fn connect(settings: &Settings) -> anyhow::Result<Db> {
    let url = settings.database_url().map_err(Misconfigured)?;
    let db = Db::connect(&url, settings.database_connections).await;
    db.map_err(|error| {
        let outcome = match db::diagnose(&error) {
            Diagnosis::Unavailable => "the database cannot be reached",
            _ => "the database cannot be opened",
        };
        // The address may hold a password.
        let cause = anyhow::Error::new(error);
        let cause = cause.root_cause().to_string().replace(&url, "DATABASE_URL");
        anyhow!(cause).context(outcome)
    })
}

async fn find_user(app: &App, email: &str) -> anyhow::Result<entity::user::Model> {
    let found = user::find_by_email(app, &Actor::system(), email).await;
    found.map_err(say)?.with_context(|| format!("there is no user {email:?}"))
}

fn global_id(kind: Kind, uuid: Uuid) -> String {
    NodeId::new(kind, uuid).to_string()
}

/// A password from the terminal, unseen, or else the first line of standard input.
fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        if rpassword::prompt_password("Once more: ")? != password {
            bail!("these were two different passwords");
        }
        return Ok(password);
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .context("the password cannot be read from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What a person at a terminal reads of a failure.
fn say(error: Error) -> anyhow::Error {
    let Error::Invalid(violations) = error else {
        return error.into();
    };
    let faults = violations.iter().map(|violation| match violation.path.first() {
        Some(field) => format!("{field}: {}", violation.fault),
        None => violation.fault.to_string(),
    });
    anyhow!(faults.collect::<Vec<_>>().join(" "))
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
