//! The real binary in a directory of its own, with nothing of this environment but what a test gives it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything here may take. Nothing should come near it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A directory with what a process leaves there.
pub struct Place(TempDir);

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Outcome {
    /// Asserts success, and gives what was printed.
    #[track_caller]
    pub fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Asserts an end with this code, in one sentence, having printed nothing else.
    #[track_caller]
    pub fn refused(&self, code: i32, sentence: &str) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!((&*self.out, &*self.err), ("", &*format!("rolecall: {sentence}\n")));
    }
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Whether nothing was written here.
    pub fn is_empty(&self) -> bool {
        self.path().read_dir().expect("a directory").next().is_none()
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, content).expect("the file is written");
        path.display().to_string()
    }

    /// Runs SQL on the default database, over a connection that ends with what is returned.
    pub fn sql(&self, sql: &'static str) -> Session {
        let url = format!("sqlite://{}", self.path().join("rolecall.db").display());
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let run = async {
            let mut connection =
                <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            Ok::<_, sqlx::Error>(connection)
        };
        let connection = runtime.block_on(run).expect("the SQL works");
        Session { connection, runtime }
    }

    /// The one number that a query on the default database gives.
    #[track_caller]
    pub fn number(&self, sql: &'static str) -> i64 {
        let mut session = self.sql("");
        let query = sqlx::query_scalar(sql).fetch_one(&mut session.connection);
        session.runtime.block_on(query).expect("the SQL works")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.env_clear().current_dir(self.path()).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[], "")
    }

    /// Runs the binary to its end, with variables in its environment and something to read.
    pub fn run_with(&self, arguments: &[&str], env: &[(&str, &str)], input: &str) -> Outcome {
        let mut child =
            self.command(arguments).envs(env.iter().copied()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        // It may end without reading.
        stdin.write_all(input.as_bytes()).ok();
        drop(stdin);
        let out = read_all(child.stdout.take().expect("piped"));
        let err = read_all(child.stderr.take().expect("piped"));
        let status = wait(&mut child);
        let [out, err] = [out, err].map(|it| it.join().expect("text"));
        assert!(!err.contains("panicked"), "{err}");
        Outcome { code: status.code(), out, err }
    }

    /// Starts to serve on a free port and waits until that is ready.
    pub fn serve(&self, env: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.envs(env.iter().copied()).spawn().expect("it starts");
        let (sender, lines) = channel();
        let err = BufReader::new(child.stderr.take().expect("piped"));
        thread::spawn(move || {
            err.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut server = Server { child, lines, said: Vec::new(), address: None };
        let ready = server.until(|line| line.contains("\"message\":\"ready\""));
        let ready: Value = serde_json::from_str(&ready).expect("the log is JSON");
        let api = ready["api"].as_str().expect("an address");
        let address = api.trim_start_matches("http://").trim_end_matches("/graphql");
        server.address = Some(address.parse().expect("an address"));
        server
    }
}

/// A connection to a database, until this goes.
pub struct Session {
    connection: sqlx::SqliteConnection,
    runtime: tokio::runtime::Runtime,
}

/// A process that serves, until this goes.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
    address: Option<SocketAddr>,
}

impl Server {
    /// What it logged until it was ready, or until the last line that was waited for.
    pub fn said(&self) -> String {
        self.said.join("\n")
    }

    pub fn address(&self) -> SocketAddr {
        self.address.expect("it is ready")
    }

    /// Waits for a line of the log.
    #[track_caller]
    pub fn until(&mut self, is_it: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("it only said: {}", self.said()));
            self.said.push(line.clone());
            if is_it(&line) {
                return line;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// Asks with a bearer token, and gives the answer's JSON.
    pub fn ask(&self, token: &str, query: &str) -> Value {
        let (status, answer) = self.try_to_ask(token, query);
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Asks with a bearer token, and gives the answer's status and JSON.
    pub fn try_to_ask(&self, token: &str, query: &str) -> (u16, Value) {
        let body = json!({ "query": query }).to_string();
        let mut stream = self.connect();
        let head = head(token, body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).expect("it reads");
        let (status, answer) = answer(&mut stream);
        (status, serde_json::from_str(&answer).expect("JSON"))
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill exists").success());
    }

    /// Tells it to stop, waits for its end, and gives its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.ended()
    }

    /// Waits for its end and gives its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        wait(&mut self.child).code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The head of a POST of a body of some length, after whose answer the connection ends.
pub fn head(token: &str, length: usize) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

/// Reads an answer to its end: its status and its body.
pub fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).expect("UTF-8");
        text
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().ok();
            panic!("it did not end");
        }
        thread::sleep(Duration::from_millis(10));
    }
}
