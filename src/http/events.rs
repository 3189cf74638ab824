//! GraphQL over server-sent events, in the mode of distinct connections
//! (<https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>): for clients without sockets.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use async_graphql::{Response as Answer, ServerError};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Gateway;
use super::graphql::refusal;
use super::live::{self, Kind};
use super::media::Media;
use super::{execution, metrics};
use crate::domain::{Actor, Error};
use crate::graphql::{Prepared, coded, failure};

/// How long a stream may be silent: less than proxies usually wait.
const SILENCE: Duration = Duration::from_secs(12);
/// How long a client may take for one event: a session that ended is not noticed meanwhile.
const PATIENCE: Duration = Duration::from_secs(4);

/// One answer, and the end.
pub fn once(answer: &Answer) -> Response {
    respond(stream::iter([next(answer), complete()]))
}

/// [`once`] for a request that was not executed.
pub fn refused(errors: &[ServerError]) -> Response {
    metrics::count_refusal(errors);
    let payload = serde_json::json!({ "errors": errors }).to_string();
    respond(stream::iter([event("next", &payload), complete()]))
}

/// An answer for each event of a subscription, until it or the session ends.
pub async fn follow(gateway: &Gateway, prepared: Prepared, actor: Actor) -> Response {
    let most = gateway.api.limits().sockets;
    // Who is nobody gets an error and the end.
    let seat = actor.user_id().map(|user| gateway.live.seat(user, Kind::Connection, most));
    if matches!(seat, Some(None)) {
        return too_many(most);
    }
    let answers = execution::answers(gateway, prepared, actor.clone()).await;
    let (told, mut events) = mpsc::channel(1);
    let gateway = gateway.clone();
    tokio::spawn(async move {
        let _held = seat;
        tokio::select! {
            () = tell(&gateway, answers, &actor, &told) => {}
            // The client hears no end, and tries again elsewhere.
            () = gateway.live.stopped() => {}
            () = told.closed() => {}
        }
    });
    respond(stream::poll_fn(move |context| events.poll_recv(context)))
}

async fn tell(
    gateway: &Gateway,
    mut answers: BoxStream<'static, Answer>,
    actor: &Actor,
    told: &mpsc::Sender<String>,
) {
    let mut ended = pin!(live::ended(&gateway.app, actor));
    loop {
        let (answer, is_last) = tokio::select! {
            answer = answers.next() => {
                let is_last = answer.is_none();
                (answer, is_last)
            }
            () = &mut ended => {
                (Some(Answer::from_errors(vec![failure(&Error::Unauthenticated)])), true)
            }
        };
        for event in answer.iter().map(next).chain(is_last.then(complete)) {
            // Whoever takes no more holds nothing open.
            if !matches!(timeout(PATIENCE, told.send(event)).await, Ok(Ok(()))) {
                return;
            }
        }
        if is_last {
            return;
        }
    }
}

fn respond(events: impl Stream<Item = String> + Send + 'static) -> Response {
    let body = stream::unfold(Box::pin(events), async |mut events| {
        let event = match timeout(SILENCE, events.next()).await {
            Ok(event) => event?,
            Err(_) => COMMENT.to_owned(),
        };
        Some((Ok::<_, Infallible>(event), events))
    });
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // nginx would hold events back otherwise.
    let buffering = HeaderName::from_static("x-accel-buffering");
    let buffering = (buffering, HeaderValue::from_static("no"));
    ([content_type, buffering], Body::from_stream(body)).into_response()
}

/// What clients pass over.
const COMMENT: &str = ":\n\n";

fn next(answer: &Answer) -> String {
    event("next", &serde_json::to_string(answer).unwrap_or_default())
}

fn complete() -> String {
    event("complete", "")
}

/// An event. Data stands there even if it is empty: browsers pass over events without, and axum leaves it out.
fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

fn too_many(most: u64) -> Response {
    let text = format!("At most {most} sockets and event streams are open for one user.");
    refusal(StatusCode::TOO_MANY_REQUESTS, Media::Json, &[coded("LIMIT_EXCEEDED", text)])
}
