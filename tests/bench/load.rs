//! A load generator: some connections, each with one request after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 16;
/// How long a turn takes.
const TURN: Duration = Duration::from_secs(3);

/// How to ask: the text of the request of a number, which no other request has.
#[derive(Clone)]
pub struct Request(Arc<Write>);

/// Writes the request of a number to a host.
type Write = dyn Fn(u64, &str) -> String + Send + Sync;

impl Request {
    pub fn get(path: &'static str) -> Self {
        Self(Arc::new(move |_, host| format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n")))
    }

    pub fn post(
        path: &'static str,
        token: Option<&str>,
        body: impl Fn(u64) -> String + Send + Sync + 'static,
    ) -> Self {
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n"));
        let token = token.unwrap_or_default();
        Self(Arc::new(move |number, host| {
            let body = body(number);
            let length = body.len();
            format!(
                "POST {path} HTTP/1.1\r\nhost: {host}\r\n{token}content-type: application/json\r\n\
                 content-length: {length}\r\n\r\n{body}"
            )
        }))
    }
}

/// One kind of request to one server.
pub struct Load {
    address: String,
    request: Request,
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Load {
    pub fn new(address: &str, request: Request) -> Self {
        Self { address: address.to_owned(), request }
    }

    /// Answers a second, over one turn.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 answers")]
    pub fn run(&self) -> f64 {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let started = Instant::now();
        let answers: u64 = runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..CONNECTIONS {
                tasks.spawn(ask(self.address.clone(), self.request.clone(), started + TURN));
            }
            tasks.join_all().await.into_iter().sum()
        });
        answers as f64 / started.elapsed().as_secs_f64()
    }
}

async fn ask(address: String, request: Request, end: Instant) -> u64 {
    let stream = TcpStream::connect(&address).await.expect("the server accepts");
    stream.set_nodelay(true).expect("a socket");
    let mut stream = BufStream::new(stream);
    let mut answers = 0;
    while Instant::now() < end {
        let text = (request.0)(NUMBER.fetch_add(1, Ordering::Relaxed), &address);
        exchange(&mut stream, &text).await;
        answers += 1;
    }
    answers
}

/// The body of the answer to a request, which must succeed.
async fn exchange(stream: &mut BufStream<TcpStream>, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    stream.flush().await.expect("the server reads");
    let mut head = String::new();
    let mut length = 0;
    loop {
        let start = head.len();
        stream.read_line(&mut head).await.expect("the server answers");
        let line = head[start..].trim_end();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().expect("a number");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("the server answers");
    let body = String::from_utf8(body).expect("UTF-8");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}{body}");
    assert!(!body.contains("\"errors\"") && !body.contains("\"message\""), "{body}");
    body
}

/// How long one request over a connection of its own takes, which must succeed.
pub async fn ask_once(address: &str, request: &Request) -> Duration {
    let started = Instant::now();
    let stream = TcpStream::connect(address).await.expect("the server accepts");
    exchange(&mut BufStream::new(stream), &(request.0)(0, address)).await;
    started.elapsed()
}

/// Global ids of two roles.
pub fn role_ids(address: &str, token: &str) -> Vec<String> {
    let body = r#"{"query":"{ roles(first: 2) { nodes { id } } }"}"#;
    let request = Request::post("/graphql", Some(token), |_| body.to_owned());
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let answer = runtime.block_on(async {
        let stream = TcpStream::connect(address).await.expect("the server accepts");
        exchange(&mut BufStream::new(stream), &(request.0)(0, address)).await
    });
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    let nodes = answer["data"]["roles"]["nodes"].as_array().expect("a page").iter();
    nodes.map(|node| node["id"].as_str().expect("an id").to_owned()).collect()
}
