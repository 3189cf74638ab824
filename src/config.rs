//! Every setting: a flag, an environment variable, a default. The one place that reads the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use url::Url;

use crate::domain::bootstrap::Administrator;
use crate::domain::session::Lifetimes;
use crate::graphql::{Introspection, Limits};
use crate::http::Site;

/// A GraphQL gateway for back offices: users, groups, roles, and the rules in them.
///
/// Without a command, rolecall serves: the API at /graphql, GraphiQL at /graphiql, the admin UI at /admin.
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, max_term_width = 100)]
pub struct Invocation {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub settings: Settings,
}

impl Invocation {
    /// Reads the command line and the environment.
    pub fn parse() -> Result<Self, clap::Error> {
        Self::try_parse()
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start everything: bring the database up to date, make the first administrator, serve
    Serve,
    /// Bring the database up to date
    Migrate {
        /// Only say what is applied and what is not
        #[arg(long)]
        status: bool,
    },
    /// Print the GraphQL schema
    Schema,
    /// Fill the database with sample data
    Seed(Seed),
    /// Make users and let them back in
    #[command(subcommand)]
    User(User),
    /// Make API tokens
    #[command(subcommand)]
    Token(Token),
    /// Check the configuration, the database and the clock
    Check,
}

/// How much sample data.
#[derive(Args, Clone, Copy, Debug)]
pub struct Seed {
    /// Roles to make, each with a handful of rules
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub roles: u32,
    /// Groups to make
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(..=10_000_000))]
    pub groups: u32,
    /// Users to make; none can sign in before a password is set
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(..=10_000_000))]
    pub users: u32,
    /// Roles that each group carries
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub roles_per_group: u32,
    /// Groups that a user is in, on average
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub groups_per_user: u32,
}

/// What to do with a user. Passwords are read from the terminal or, elsewhere, as the first line of
/// standard input.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Make a user
    Create {
        /// What the user signs in with
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "New")]
        first_name: String,
        #[arg(long, default_value = "User")]
        last_name: String,
        /// Put the user into the group that administers the system
        #[arg(long)]
        administrator: bool,
        /// Title of a group to put the user into; may be given several times
        #[arg(long = "group", value_name = "TITLE", required_unless_present = "administrator")]
        groups: Vec<String>,
    },
    /// Give a user a new password
    ResetPassword {
        /// Whose
        #[arg(long)]
        email: String,
    },
    /// Make a blocked or deleted user active again, and let them sign in at once after too many failures
    Unblock {
        /// Whom
        #[arg(long, required_unless_present = "from")]
        email: Option<String>,
        /// Let anyone at this IP address sign in at once
        #[arg(long, value_name = "ADDRESS")]
        from: Option<String>,
    },
}

/// What to do with API tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token that acts as a user, and print its secret alone
    Create {
        /// E-mail address of the user
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What the token is for
        #[arg(long)]
        name: String,
    },
}

/// The settings that every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where the data is: sqlite://PATH?mode=rwc or postgres://USER:PASSWORD@HOST/NAME
    /// [default: sqlite://rolecall.db?mode=rwc]
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    /// A file that holds the database URL
    #[arg(long, env = "DATABASE_URL_FILE", global = true, value_name = "PATH")]
    database_url_file: Option<PathBuf>,
    /// Connections to the database, at most
    #[arg(long, env = "ROLECALL_DATABASE_CONNECTIONS", global = true, default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(2..=1_000), value_name = "NUMBER")]
    pub database_connections: u32,
    /// Address and port to serve on
    #[arg(
        long,
        env = "ROLECALL_LISTEN",
        global = true,
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// Where people reach this server, if that is another address: https://roles.example.org. Cookies travel
    /// encrypted only, unless this is plain http on the same machine
    #[arg(long, env = "ROLECALL_PUBLIC_URL", global = true, value_name = "URL",
        value_parser = public_url)]
    pub public_url: Option<Url>,
    /// Addresses or networks of proxies in front, with commas between them, whose X-Forwarded-For says who
    /// the client is
    #[arg(long, env = "ROLECALL_TRUSTED_PROXIES", global = true, value_name = "NETWORKS",
        value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// How long a session lasts that is not used: 30m, 1h
    #[arg(long, env = "ROLECALL_SESSION_IDLE", global = true, default_value = "1h",
        value_name = "TIME", value_parser = session_time)]
    session_idle: Duration,
    /// How long a session lasts at most: 12h, 7d
    #[arg(long, env = "ROLECALL_SESSION_LIFETIME", global = true, default_value = "12h",
        value_name = "TIME", value_parser = session_time)]
    session_lifetime: Duration,
    /// Address and port to serve metrics on, for Prometheus, at /metrics; not served when absent
    #[arg(long, env = "ROLECALL_METRICS_LISTEN", global = true, value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// E-mail address of the first administrator, made when there is no user yet
    #[arg(
        long,
        env = "ROLECALL_ADMIN_EMAIL",
        global = true,
        default_value = "admin@rolecall.local",
        value_name = "EMAIL"
    )]
    admin_email: String,
    /// Password of the first administrator; without one, one is made up and printed once
    #[arg(
        long,
        env = "ROLECALL_ADMIN_PASSWORD",
        global = true,
        hide_env_values = true,
        value_name = "PASSWORD"
    )]
    admin_password: Option<String>,
    /// A file that holds the first administrator's password
    #[arg(long, env = "ROLECALL_ADMIN_PASSWORD_FILE", global = true, value_name = "PATH")]
    admin_password_file: Option<PathBuf>,
    /// Who may read the schema
    #[arg(
        long,
        env = "ROLECALL_INTROSPECTION",
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHO"
    )]
    introspection: Who,
    /// What to log: error, warn, info, debug, or per module as in warn,rolecall=debug
    #[arg(
        long,
        env = "ROLECALL_LOG",
        global = true,
        default_value = "info",
        value_name = "FILTER"
    )]
    pub log: String,
    #[command(flatten)]
    limits: LimitSettings,
}

/// What one request may ask for. The defaults leave room for large screens.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits of one request")]
#[expect(clippy::struct_field_names, reason = "the names of the flags")]
struct LimitSettings {
    /// Bytes of a request's body
    #[arg(long, env = "ROLECALL_MAX_BODY_BYTES", global = true, default_value_t = Limits::default().body_bytes, value_name = "NUMBER")]
    max_body_bytes: usize,
    /// Seconds that a request may run
    #[arg(long, env = "ROLECALL_MAX_SECONDS", global = true, default_value_t = Limits::default().seconds,
        value_parser = clap::value_parser!(u64).range(1..=3_600), value_name = "NUMBER")]
    max_seconds: u64,
    /// Bytes of a GraphQL document
    #[arg(long, env = "ROLECALL_MAX_QUERY_BYTES", global = true, default_value_t = Limits::default().query_bytes, value_name = "NUMBER")]
    max_query_bytes: u64,
    /// Brackets within brackets, at most 64: the parser's stack has no room for more
    #[arg(long, env = "ROLECALL_MAX_NESTING", global = true, default_value_t = Limits::default().nesting,
        value_parser = clap::value_parser!(u64).range(1..=64), value_name = "NUMBER")]
    max_nesting: u64,
    /// Words and signs of a document
    #[arg(long, env = "ROLECALL_MAX_TOKENS", global = true, default_value_t = Limits::default().tokens, value_name = "NUMBER")]
    max_tokens: u64,
    /// Aliases
    #[arg(long, env = "ROLECALL_MAX_ALIASES", global = true, default_value_t = Limits::default().aliases, value_name = "NUMBER")]
    max_aliases: u64,
    /// Mutations in one operation
    #[arg(long, env = "ROLECALL_MAX_ROOT_MUTATIONS", global = true, default_value_t = Limits::default().root_mutations, value_name = "NUMBER")]
    max_root_mutations: u64,
    /// Selected fields, fragments expanded
    #[arg(long, env = "ROLECALL_MAX_SELECTIONS", global = true, default_value_t = Limits::default().selections, value_name = "NUMBER")]
    max_selections: u64,
    /// Selected fields multiplied by the sizes of the lists they are in
    #[arg(long, env = "ROLECALL_MAX_COMPLEXITY", global = true, default_value_t = Limits::default().complexity, value_name = "NUMBER")]
    max_complexity: u64,
    /// Sockets and event streams that one user has open
    #[arg(long, env = "ROLECALL_MAX_SOCKETS", global = true, default_value_t = Limits::default().sockets, value_name = "NUMBER")]
    max_sockets: u64,
    /// Operations that one user has under way over sockets
    #[arg(long, env = "ROLECALL_MAX_SOCKET_OPERATIONS", global = true, default_value_t = Limits::default().socket_operations, value_name = "NUMBER")]
    max_socket_operations: u64,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Who {
    Everyone,
    #[default]
    SignedIn,
    Nobody,
}

impl Settings {
    /// The database's URL, of a kind that can be used.
    pub fn database_url(&self) -> anyhow::Result<String> {
        let url = secret(
            "DATABASE_URL",
            self.database_url.as_deref(),
            self.database_url_file.as_deref(),
        )?;
        let url = url.unwrap_or_else(|| "sqlite://rolecall.db?mode=rwc".into());
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "sqlite" if cfg!(feature = "sqlite") => ensure!(
                !url.contains(":memory:") && !url.contains("mode=memory"),
                "DATABASE_URL names a database in memory, which would lose everything: name a file"
            ),
            "postgres" | "postgresql" if cfg!(feature = "postgres") => {}
            _ => bail!("DATABASE_URL must start with sqlite:// or postgres://"),
        }
        Ok(url)
    }

    /// The first administrator, should there be none.
    pub fn administrator(&self) -> anyhow::Result<Administrator> {
        let password = secret(
            "ROLECALL_ADMIN_PASSWORD",
            self.admin_password.as_deref(),
            self.admin_password_file.as_deref(),
        )?;
        Ok(Administrator { email: self.admin_email.clone(), password })
    }

    /// Whether browsers keep the session cookie, as far as the settings tell.
    #[must_use]
    pub fn lets_browsers_sign_in(&self) -> bool {
        let is_https = self.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        is_https || !self.site().is_secure()
    }

    /// Where people reach this server.
    #[must_use]
    pub fn site(&self) -> Site {
        Site::new(self.public_url.as_ref(), self.listen, self.trusted_proxies.clone())
    }

    /// How long sessions last.
    #[must_use]
    pub fn sessions(&self) -> Lifetimes {
        Lifetimes { idle: self.session_idle, age: self.session_lifetime }
    }

    /// What one request may ask for.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let it = &self.limits;
        Limits {
            body_bytes: it.max_body_bytes,
            seconds: it.max_seconds,
            query_bytes: it.max_query_bytes,
            nesting: it.max_nesting,
            tokens: it.max_tokens,
            aliases: it.max_aliases,
            root_mutations: it.max_root_mutations,
            selections: it.max_selections,
            complexity: it.max_complexity,
            sockets: it.max_sockets,
            socket_operations: it.max_socket_operations,
            ..Limits::default()
        }
    }

    /// Who may read the schema.
    #[must_use]
    pub fn introspection(&self) -> Introspection {
        match self.introspection {
            Who::Everyone => Introspection::Everyone,
            Who::SignedIn => Introspection::SignedIn,
            Who::Nobody => Introspection::Nobody,
        }
    }
}

/// The origin of a site: another path than the root is not served.
fn public_url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error: url::ParseError| error.to_string())?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.username().is_empty();
    if is_origin { Ok(url) } else { Err("must be like https://roles.example.org".into()) }
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "must be an address or a network such as 10.0.0.0/8".into())
}

/// How long a session may last: a second to a year.
fn session_time(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let is_sensible = time >= Duration::from_secs(1) && time <= Duration::from_hours(24 * 366);
    if is_sensible { Ok(time) } else { Err("must be between 1s and 1y".into()) }
}

/// A secret that is given itself or in a file, without the line end that editors leave there.
fn secret(name: &str, given: Option<&str>, file: Option<&Path>) -> anyhow::Result<Option<String>> {
    match (given, file) {
        (Some(_), Some(_)) => bail!("{name} and {name}_FILE are both set: give one of them"),
        (Some(text), None) => Ok(Some(text.to_owned())),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).with_context(|| {
                format!("{name}_FILE names {}, which cannot be read", path.display())
            })?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}
