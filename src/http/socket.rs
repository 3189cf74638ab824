//! GraphQL over WebSocket: the protocol graphql-transport-ws
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>). The handler of async-graphql-axum 7.2
//! waits for ever to be initialised, closes with other codes or none, lets an operation replace another of
//! its id, and takes any number of them; so this is our own.

use std::collections::HashMap;
use std::pin::pin;
use std::time::{Duration, Instant};

use async_graphql::{Response as Answer, ServerError};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures_util::stream::{AbortHandle, BoxStream, SelectAll, abortable};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{interval, sleep, timeout};

use super::Gateway;
use super::graphql::{Parameters, bad, origin, refusal};
use super::live::{self, Kind, Seat};
use super::media::Media;
use super::site::{Peer, bearer_text};
use super::trace::RequestId;
use super::{execution, metrics};
use crate::domain::Actor;
use crate::domain::actor::Origin;
use crate::graphql::{coded, failure, limits};

/// The name of the protocol, as clients ask for it.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to initialise its connection.
const INITIALISATION: Duration = Duration::from_secs(10);
/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// How long a client may take to close, too.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a client may be silent.
const PATIENCE: Duration = Duration::from_secs(50);
/// How long a client may take for one message: a session that ended is not noticed meanwhile.
const SLOW: Duration = Duration::from_secs(4);
/// Bytes of a message. Whoever opens sockets costs that much each, before anybody is known.
const MESSAGE: usize = 128 * 1024;
/// Sockets whose clients are not known yet.
const STRANGERS: usize = 256;

static UNKNOWN: Semaphore = Semaphore::const_new(STRANGERS);

/// Bytes that a reason may have (RFC 6455, section 5.5).
const REASON: usize = 123;

/// Why a connection closes: a code and a reason.
struct Close(u16, String);

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }

    /// The client does not follow the protocol.
    fn invalid(reason: &str) -> Self {
        Self::new(4400, reason)
    }
}

/// Answers `GET /graphql/ws`.
pub async fn handle(
    State(gateway): State<Gateway>,
    Extension(RequestId(id)): Extension<RequestId>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        let text = "This is for WebSocket clients that speak graphql-transport-ws.";
        let mut refused = bad(StatusCode::UPGRADE_REQUIRED, Media::Json, text);
        let protocol = HeaderValue::from_static("websocket");
        refused.headers_mut().insert(header::UPGRADE, protocol);
        return refused;
    };
    // Browsers let every site open a socket to every other, and do not ask.
    let secret = match gateway.site.secret(&Method::GET, &headers) {
        Ok(secret) if gateway.site.is_from_here(&headers) != Some(false) => secret,
        _ => return super::graphql::cross_site(Media::Json),
    };
    let origin = origin(&gateway, id, peer.map(|Extension(peer)| peer), &headers);
    let origin = Origin { is_socket: true, ..origin };
    let Ok(unknown) = UNKNOWN.try_acquire() else {
        let error = coded("UNAVAILABLE", "Too many sockets are opened at once. Try again.");
        return refusal(StatusCode::SERVICE_UNAVAILABLE, Media::Json, &[error]);
    };
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MESSAGE).max_frame_size(MESSAGE);
    let span = tracing::Span::current();
    upgrade.on_upgrade(move |socket| {
        let sockets = gateway.live.sockets.clone();
        let talk = talk(socket, Connection::new(gateway, secret, origin, unknown));
        sockets.track_future(tracing::Instrument::instrument(talk, span))
    })
}

async fn talk(mut socket: WebSocket, connection: Connection) {
    let close = if socket.protocol().is_some() {
        connection.run(&mut socket).await
    } else {
        Some(Close::new(4406, "Subprotocol not acceptable"))
    };
    if let Some(Close(code, reason)) = close {
        let reason = Utf8Bytes::from(&reason[..reason.floor_char_boundary(REASON)]);
        let last = Message::Close(Some(CloseFrame { code, reason }));
        timeout(SLOW, socket.send(last)).await.ok();
    }
    // The client's farewell, or the answer to it, leaves when one listens on; and what stays unread would
    // take the close frame with it.
    let farewell = async { while let Some(Ok(_)) = socket.recv().await {} };
    timeout(FAREWELL, farewell).await.ok();
}

/// What a client sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    ConnectionInit {
        payload: Option<Map<String, Value>>,
    },
    Ping {
        payload: Option<Map<String, Value>>,
    },
    Pong {
        #[serde(rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// An answer to an operation, or its end.
type Step = (String, Option<Answer>);

struct Connection {
    gateway: Gateway,
    /// What the request for the socket carried.
    secret: Option<String>,
    origin: Origin,
    /// Held until it is initialised.
    unknown: Option<SemaphorePermit<'static>>,
    /// Who it is, once it is initialised.
    actor: Option<(Actor, Seat)>,
    steps: SelectAll<BoxStream<'static, Step>>,
    running: HashMap<String, (AbortHandle, Seat)>,
}

impl Connection {
    fn new(
        gateway: Gateway,
        secret: Option<String>,
        origin: Origin,
        unknown: SemaphorePermit<'static>,
    ) -> Self {
        let (steps, running) = (SelectAll::new(), HashMap::new());
        Self { gateway, secret, origin, unknown: Some(unknown), actor: None, steps, running }
    }

    /// Talks until there is a reason to close; `None` when the client is gone.
    async fn run(mut self, socket: &mut WebSocket) -> Option<Close> {
        let mut too_late = pin!(sleep(INITIALISATION));
        let mut check = interval(live::CHECK);
        let mut heard = Instant::now();
        let live = self.gateway.live.clone();
        let mut stopped = pin!(live.stopped());
        loop {
            let answer = tokio::select! {
                () = &mut stopped => Err(Close::new(1001, "Going away")),
                () = &mut too_late, if self.actor.is_none() => {
                    Err(Close::new(4408, "Connection initialisation timeout"))
                }
                _ = check.tick() => match heard.elapsed() {
                    silence if silence > PATIENCE => return None,
                    silence if silence > PING => {
                        send(socket, Message::Ping(Vec::new().into())).await?;
                        self.check().await
                    }
                    _ => self.check().await,
                },
                message = socket.recv() => {
                    heard = Instant::now();
                    match message? {
                        Ok(Message::Text(text)) => self.hear(text.as_bytes()).await,
                        Ok(Message::Binary(_)) => Err(Close::invalid("Invalid message received")),
                        Ok(Message::Ping(_) | Message::Pong(_)) => Ok(None),
                        Ok(Message::Close(_)) => return None,
                        Err(_) => Err(Close::new(1009, "Message too large or broken")),
                    }
                }
                Some(step) = self.steps.next(), if !self.steps.is_empty() => Ok(Some(self.tell(step))),
            };
            match answer {
                Ok(Some(answer)) => send(socket, Message::text(answer.to_string())).await?,
                Ok(None) => {}
                Err(close) => return Some(close),
            }
        }
    }

    /// Whether the session is still there.
    async fn check(&mut self) -> Result<Option<Value>, Close> {
        if let Some((actor, _)) = &self.actor
            && live::has_ended(&self.gateway.app, actor).await
        {
            return Err(Close::new(4401, "Unauthorized"));
        }
        Ok(None)
    }

    /// Takes a message, and gives what to answer at once.
    async fn hear(&mut self, text: &[u8]) -> Result<Option<Value>, Close> {
        let limits = self.gateway.api.limits();
        limits::scan_json(text, limits).map_err(|refusal| Close::invalid(&refusal.to_string()))?;
        let message = match text.trim_ascii_start().first() {
            Some(b'{') => serde_json::from_slice(text).ok(),
            // Serde would take a list of the type and the fields.
            _ => None,
        };
        match message.ok_or_else(|| Close::invalid("Invalid message received"))? {
            FromClient::Subscribe { id, .. } | FromClient::Complete { id } if id.is_empty() => {
                Err(Close::invalid("Invalid message received"))
            }
            FromClient::ConnectionInit { .. } if self.actor.is_some() => {
                Err(Close::new(4429, "Too many initialisation requests"))
            }
            FromClient::ConnectionInit { payload } => {
                self.initialise(&payload.unwrap_or_default()).await?;
                Ok(Some(json!({ "type": "connection_ack" })))
            }
            FromClient::Ping { payload: None } => Ok(Some(json!({ "type": "pong" }))),
            FromClient::Ping { payload } => Ok(Some(json!({ "type": "pong", "payload": payload }))),
            FromClient::Pong { .. } => Ok(None),
            FromClient::Subscribe { id, payload } => self.start(id, payload).await,
            FromClient::Complete { id } => {
                self.end(&id);
                Ok(None)
            }
        }
    }

    /// Finds out who it is: by what the message says or else the request for the socket said.
    async fn initialise(&mut self, payload: &Map<String, Value>) -> Result<(), Close> {
        let named = payload.get("Authorization").or_else(|| payload.get("authorization"));
        let named = named.and_then(Value::as_str).and_then(bearer_text);
        let secret = named.or(self.secret.as_deref());
        let (app, live) = (&self.gateway.app, &self.gateway.live);
        let actor = Actor::authenticate(app, secret, self.origin.clone()).await;
        let actor =
            actor.map_err(|_| Close::new(1013, "The database cannot be reached right now"))?;
        let user = actor.user_id().ok_or_else(|| Close::new(4403, "Forbidden"))?;
        let most = self.gateway.api.limits().sockets;
        let seat = live.seat(user, Kind::Connection, most).ok_or_else(|| {
            Close::new(4403, format!("Forbidden: at most {most} sockets are open for one user"))
        })?;
        self.actor = Some((actor, seat));
        self.unknown = None;
        Ok(())
    }

    /// Starts an operation, or tells why not.
    async fn start(
        &mut self,
        id: String,
        parameters: Map<String, Value>,
    ) -> Result<Option<Value>, Close> {
        let Some((actor, _)) = &self.actor else {
            return Err(Close::new(4401, "Unauthorized"));
        };
        if self.running.contains_key(&id) {
            return Err(Close::new(4409, format!("Subscriber for {id} already exists")));
        }
        let parameters = Parameters::deserialize(Value::Object(parameters));
        let parameters = parameters.map_err(|_| Close::invalid("Invalid message received"))?;
        let question = parameters.question().map_err(Close::invalid)?;
        let gateway = &self.gateway;
        let actor = match actor.again(&gateway.app).await {
            Ok(actor) => actor,
            Err(error) => return Ok(Some(refuse(&id, &[failure(&error)]))),
        };
        let user = actor.user_id().ok_or_else(|| Close::new(4401, "Unauthorized"))?;
        actor.note_use(&gateway.app);
        let most = gateway.api.limits().socket_operations;
        let Some(seat) = gateway.live.seat(user, Kind::Operation, most) else {
            let text =
                format!("At most {most} operations are under way over sockets for one user.");
            return Ok(Some(refuse(&id, &[coded("LIMIT_EXCEEDED", text)])));
        };
        let prepared = match gateway.api.prepare(question, &actor).await {
            Ok(prepared) => prepared,
            Err(errors) => return Ok(Some(refuse(&id, &errors))),
        };
        let answers = execution::answers(gateway, prepared, actor).await.map(Some);
        let name = id.clone();
        let steps = answers.chain(stream::iter([None])).map(move |answer| (name.clone(), answer));
        let (steps, handle) = abortable(steps);
        self.steps.push(steps.boxed());
        self.running.insert(id, (handle, seat));
        Ok(None)
    }

    /// What to tell of a step of an operation.
    fn tell(&mut self, (id, answer): Step) -> Value {
        if let Some(answer) = answer {
            return json!({ "id": id, "type": "next", "payload": answer });
        }
        self.end(&id);
        json!({ "id": id, "type": "complete" })
    }

    fn end(&mut self, id: &str) {
        if let Some((handle, _)) = self.running.remove(id) {
            handle.abort();
        }
    }
}

fn refuse(id: &str, errors: &[ServerError]) -> Value {
    metrics::count_refusal(errors);
    json!({ "id": id, "type": "error", "payload": errors })
}

/// Sends a message; `None` when the client does not take it.
async fn send(socket: &mut WebSocket, message: Message) -> Option<()> {
    timeout(SLOW, socket.send(message)).await.ok()?.ok()
}
