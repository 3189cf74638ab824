//! Reading the body of a request: never more than allowed, and of many at once not much more than of one.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How long a client may take to send a body.
const TIME: Duration = Duration::from_secs(15);
/// Bytes that any number of clients may send at once. Nearly every request is smaller.
const SMALL: usize = 64 * 1024;

/// How many larger bodies there are at once: each takes room from its first bytes to its answer.
static LARGE: Semaphore = Semaphore::const_new(8);

/// A body, and its right to be large.
pub struct Whole {
    pub bytes: Vec<u8>,
    /// Held as long as the body is.
    place: Option<SemaphorePermit<'static>>,
}

/// Why a body was not read.
pub enum Unread {
    /// It has, or says that it has, this many bytes.
    TooLarge(usize),
    /// It did not arrive in time.
    Late,
    /// It broke off, or is not sent as HTTP says.
    Broken,
}

/// Reads a body of at most so many bytes.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Whole, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|it| it.to_str().ok()?.parse().ok()).unwrap_or_default();
    if announced > limit {
        return Err(Unread::TooLarge(announced));
    }
    timeout(TIME, collect(body, limit)).await.unwrap_or(Err(Unread::Late))
}

async fn collect(mut body: Body, limit: usize) -> Result<Whole, Unread> {
    let mut whole = Whole { bytes: Vec::new(), place: None };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = whole.bytes.len() + data.len();
        if length > limit {
            // How much more it would have been, nobody knows.
            return Err(Unread::TooLarge(limit + 1));
        }
        if length > SMALL && whole.place.is_none() {
            whole.place = LARGE.acquire().await.ok();
        }
        whole.bytes.extend_from_slice(&data);
    }
    Ok(whole)
}
