//! How fast the release binary answers, as a share of what a server written by hand with axum and sqlx
//! does on the same database in the same run. `cargo bench` prints a table; nothing is asserted, because
//! machines are noisy: compare the ratios, never the figures.
//!
//! Both read a page of 20 groups with 3 roles each out of 1,000, and both create groups with two roles in
//! one durable transaction. Only Rolecall authenticates, decides, and keeps an audit trail.

mod by_hand;
mod load;
#[path = "../api/support/postgres.rs"]
mod postgres;
mod sign_in;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use load::{Load, Request};
use postgres::PostgresServer;
use serde_json::json;

const BINARY: &str = env!("CARGO_BIN_EXE_rolecall");
const ADMIN: &str = "admin@rolecall.local";
const PASSWORD: &str = "correct horse battery staple";
/// Turns that each contender takes; the middle one counts.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, url] = &*arguments
        && flag == "--serve-by-hand"
    {
        by_hand::serve(url);
        return;
    }
    println!("requests a second at {} connections, median of {ROUNDS} turns", load::CONNECTIONS);
    println!("{:<22}{:>10}{:>10}{:>8}", "", "by hand", "rolecall", "ratio");
    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str| format!("sqlite://{}?mode=rwc", directory.path().join(name).display());
    compare("SQLite", &file("rolecall.db"), &file("by_hand.db"));
    match PostgresServer::start("-c max_connections=100") {
        Some(server) => {
            for name in ["rolecall", "by_hand"] {
                create_database(&server, name);
            }
            compare("PostgreSQL", &server.url("rolecall"), &server.url("by_hand"));
        }
        None => println!("PostgreSQL is not installed: nothing to compare"),
    }
}

/// Lets both contenders take turns at both jobs.
fn compare(database: &str, rolecall_url: &str, by_hand_url: &str) {
    for url in [rolecall_url, by_hand_url] {
        rolecall(url, &["seed", "--roles=50", "--groups=1000", "--users=0"]);
    }
    let token = rolecall(rolecall_url, &["token", "create", "--user", ADMIN, "--name=bench"]);
    let ours = Server::rolecall(rolecall_url);
    let theirs = Server::by_hand(by_hand_url);
    let roles = load::role_ids(&ours.address, token.trim());

    let read = |token: &str| {
        let query = "{ groups(first: 20) { nodes { id title roles { id name } } } }";
        let body = json!({ "query": query }).to_string();
        Request::post("/graphql", Some(token), move |_| body.clone())
    };
    let create = |token: &str| {
        let query = "mutation($input: CreateGroupInput!) { createGroup(input: $input) { \
                     group { id title } userErrors { message } } }";
        let roles = roles.clone();
        Request::post("/graphql", Some(token), move |number| {
            let input = json!({ "title": format!("Bench {number}"), "roleIds": roles });
            json!({ "query": query, "variables": { "input": input } }).to_string()
        })
    };
    report(
        &format!("read, {database}"),
        &Load::new(&theirs.address, Request::get("/groups")),
        &Load::new(&ours.address, read(token.trim())),
    );
    let by_hand = Request::post("/groups", None, |number| {
        json!({ "title": format!("Bench {number}") }).to_string()
    });
    report(
        &format!("create, {database}"),
        &Load::new(&theirs.address, by_hand),
        &Load::new(&ours.address, create(token.trim())),
    );
    sign_in::report(&ours, token.trim());
}

fn report(name: &str, theirs: &Load, ours: &Load) {
    // The first turn warms up and does not count.
    let mut rates = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (their_rate, our_rate) = (theirs.run(), ours.run());
        if round > 0 {
            rates.0.push(their_rate);
            rates.1.push(our_rate);
        }
    }
    let (by_hand, rolecall) = (median(rates.0), median(rates.1));
    println!("{name:<22}{by_hand:>10.0}{rolecall:>10.0}{:>8.2}", rolecall / by_hand);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Runs a command of the binary and gives what it printed.
fn rolecall(url: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(BINARY);
    command.args(arguments).env("DATABASE_URL", url).env("ROLECALL_LOG", "error");
    command.env("ROLECALL_ADMIN_PASSWORD", PASSWORD);
    let output = command.stderr(Stdio::null()).output().expect("the binary runs");
    assert!(output.status.success(), "{arguments:?} failed");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn create_database(server: &PostgresServer, name: &str) {
    let url = server.url("postgres");
    let sql = format!("CREATE DATABASE {name}");
    let create = async move {
        use sqlx::{Connection, Executor, PgConnection};
        let mut connection = PgConnection::connect(&url).await.expect("the server answers");
        connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the database is created");
    };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(create);
}

/// A contender in a process of its own.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn rolecall(url: &str) -> Self {
        let mut command = Command::new(BINARY);
        command.arg("--listen=127.0.0.1:0").env("DATABASE_URL", url);
        // A reader of the log would take turns with who asks.
        let log = tempfile::NamedTempFile::new().expect("a file");
        let process = command.stderr(log.reopen().expect("a file")).spawn();
        let mut process = process.expect("the binary starts");
        let address = loop {
            let said = std::fs::read_to_string(log.path()).expect("text");
            let api = said.split_once("\"api\":\"http://").and_then(|(_, it)| it.split_once('/'));
            if let Some((address, _)) = api {
                break address.to_owned();
            }
            assert!(process.try_wait().expect("a process").is_none(), "{said}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        };
        Self { process, address }
    }

    fn by_hand(url: &str) -> Self {
        let itself = std::env::current_exe().expect("a path");
        let mut command = Command::new(itself);
        command.args(["--serve-by-hand", url]);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut address = String::new();
        let output = process.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut address).expect("it says where it listens");
        Self { process, address: address.trim().to_owned() }
    }
}

impl Server {
    /// The most memory that it ever had, in MiB; 0 where the system does not say.
    fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
