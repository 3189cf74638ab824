//! A request's id, its span in the log, and one line when it is answered.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, info, info_span};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What one request is called in the log, in the audit trail and in its answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives each request an id, the client's own where it sends a usable one, and logs its answer.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).and_then(|it| it.to_str().ok());
    let id =
        given.filter(|id| is_usable(id)).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let header = HeaderValue::try_from(&id).ok();
    let span = info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
        operation = tracing::field::Empty,
    );
    request.extensions_mut().insert(RequestId(id));
    let started = Instant::now();
    let answer = async {
        let response = next.run(request).await;
        let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        info!(status = response.status().as_u16(), microseconds, "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    if let Some(header) = header {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

/// Short, and nothing that could be mistaken for something else in a log.
fn is_usable(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
