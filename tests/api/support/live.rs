//! What stays open: the application at a port of its own, sockets to it, and streams of events, which need
//! no port.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use futures_util::{SinkExt, StreamExt};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use super::{Client, TestApp};

/// The header that asks for the protocol.
pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

/// How long to wait for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The application, served.
pub struct Port {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl TestApp {
    /// Serves the application at a port until it is told to stop.
    pub async fn listen(&self) -> Port {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let (router, live) = (self.router.clone(), self.live.clone());
        let served = tokio::spawn(rolecall::http::serve(listener, router, live, stopped));
        Port { address, stop, served }
    }
}

impl Port {
    /// Tells the server to stop, and gives what resolves when it has.
    pub fn stop(self) -> JoinHandle<()> {
        self.stop.send(()).expect("it serves");
        self.served
    }

    /// Asks for a socket with these headers; the head of the answer when it is refused.
    pub async fn open(&self, headers: &[(&str, &str)]) -> Result<Socket, String> {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        let own = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = format!(
            "GET /graphql/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
            self.address,
            own.collect::<String>(),
        );
        stream.write_all(head.as_bytes()).await.expect("it reads");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("an answer"));
        }
        let answer = String::from_utf8(answer).expect("a text").to_ascii_lowercase();
        if !answer.starts_with("http/1.1 101 ") {
            return Err(answer);
        }
        let stream = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
        Ok(Socket { answer, stream })
    }

    /// A socket of nobody that speaks the protocol and is not initialised.
    pub async fn socket(&self) -> Socket {
        self.open(&[PROTOCOL]).await.expect("a socket")
    }

    /// Whether there is a place for another socket of whoever has this token, which is closed again.
    pub async fn is_admitted(&self, token: &str) -> bool {
        let mut socket = self.socket().await;
        socket.introduce(token).await;
        matches!(socket.next().await, Some(Message::Text(_)))
    }

    /// An initialised socket of whoever has this token.
    pub async fn socket_of(&self, token: &str) -> Socket {
        let mut socket = self.socket().await;
        socket.introduce(token).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }
}

/// A socket.
pub struct Socket {
    /// The head of the answer that opened it, in lower case.
    pub answer: String,
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Sends something, if anybody still takes it.
    pub async fn send(&mut self, message: Message) {
        self.stream.send(message).await.ok();
    }

    /// Sends JSON.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends what initialises a connection, with a token.
    pub async fn introduce(&mut self, token: &str) {
        let payload = json!({ "Authorization": format!("Bearer {token}") });
        self.say(json!({ "type": "connection_init", "payload": payload })).await;
    }

    /// Starts an operation.
    pub async fn start(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    /// Ends an operation.
    pub async fn end(&mut self, id: &str) {
        self.say(json!({ "id": id, "type": "complete" })).await;
    }

    /// The next message, which must come and be JSON.
    pub async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("no text, but {other:?}"),
        }
    }

    /// The answer to an operation that has one, and then ends.
    pub async fn answer(&mut self, id: &str) -> Value {
        let mut next = self.hear().await;
        let payload = next["payload"].take();
        assert_eq!(next, json!({ "id": id, "type": "next", "payload": null }), "{payload:#}");
        assert_eq!(self.hear().await, json!({ "id": id, "type": "complete" }));
        payload
    }

    /// The codes of the errors of an operation that was refused.
    pub async fn refused(&mut self, id: &str) -> Value {
        let error = self.hear().await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!(id)), "{error:#}");
        let errors = error["payload"].as_array().expect("a list").iter();
        errors.map(|error| error["extensions"]["code"].clone()).collect()
    }

    /// Says that everything was heard that the server had to say to what it was told so far.
    pub async fn settle(&mut self) {
        let payload = json!({ "so": "far" });
        self.say(json!({ "type": "ping", "payload": payload })).await;
        assert_eq!(self.hear().await, json!({ "type": "pong", "payload": payload }));
    }

    /// Why the server closes, which must be what comes next.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.next().await {
            Some(Message::Close(Some(frame))) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("no close, but {other:?}"),
        }
    }

    /// What comes next but answers to control frames; `None` when the connection is gone.
    pub async fn next(&mut self) -> Option<Message> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await.expect("something comes");
            match next {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return other?.ok(),
            }
        }
    }
}

/// An answer that may have more than one part.
pub struct Events {
    pub status: StatusCode,
    pub headers: HeaderMap,
    body: Body,
    text: String,
}

impl Client {
    /// Posts an operation and accepts these types.
    pub async fn stream(&self, accept: &str, query: &str, variables: Value) -> Events {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, accept)
            .body(body.into());
        let (parts, body) = self.respond(request.expect("a request")).await.into_parts();
        Events { status: parts.status, headers: parts.headers, body, text: String::new() }
    }
}

impl Events {
    /// The payload of the next event, which must come and be an answer.
    pub async fn hear(&mut self) -> Value {
        let (name, data) = self.next().await.expect("an event");
        assert_eq!(name, "next", "{data}");
        serde_json::from_str(&data).expect("JSON")
    }

    /// Says that this is the end.
    pub async fn completed(&mut self) {
        assert_eq!(self.next().await, Some(("complete".to_owned(), String::new())));
        assert_eq!(self.next().await, None);
    }

    /// All that is left, as it is.
    pub async fn rest(self) -> String {
        let bytes = self.body.collect().await.expect("the body ends").to_bytes();
        self.text + std::str::from_utf8(&bytes).expect("a text")
    }

    /// The name and the data of the next event; `None` after the last.
    pub async fn next(&mut self) -> Option<(String, String)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let lines: Vec<String> = event.lines().map(str::to_owned).collect();
                let rest = rest.to_owned();
                self.text = rest;
                let of = |name: &str| {
                    let mut found = lines.iter().filter_map(|line| line.strip_prefix(name));
                    found.next().map(|value| value.trim().to_owned())
                };
                if let Some(name) = of("event:") {
                    return Some((name, of("data:").expect("data")));
                }
                continue;
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("something comes");
            let data = frame?.expect("it does not break").into_data().expect("data");
            self.text += std::str::from_utf8(&data).expect("a text");
        }
    }
}
