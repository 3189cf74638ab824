//! What stays open: sockets and event streams, how many each user has of them, and that they end when the
//! process does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::app::App;
use crate::domain::Actor;

/// How long a session may have ended before what it holds open ends, too.
pub const CHECK: Duration = Duration::from_secs(2);

/// Everything that stays open.
#[derive(Clone, Debug, Default)]
pub struct Live {
    stopping: watch::Sender<bool>,
    /// Connections that no longer speak HTTP.
    pub sockets: TaskTracker,
    seats: Arc<Mutex<HashMap<(Uuid, Kind), u64>>>,
}

/// What a user has some of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Sockets and event streams.
    Connection,
    /// Operations under way over sockets.
    Operation,
}

/// The right to one more, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    live: Live,
    place: (Uuid, Kind),
}

impl Live {
    /// Tells everything to end.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
        self.sockets.close();
    }

    /// Resolves when everything is to end.
    pub async fn stopped(&self) {
        self.stopping.subscribe().wait_for(|is_stopping| *is_stopping).await.ok();
    }

    /// One more for a user; `None` when they have as many as they may.
    #[must_use]
    pub fn seat(&self, user: Uuid, kind: Kind, most: u64) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry((user, kind)).or_default();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        if kind == Kind::Connection {
            metrics::gauge!("rolecall_open_sockets").increment(1);
        }
        Some(Seat { live: self.clone(), place: (user, kind) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.live.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.place) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.place);
            }
        }
        if self.place.1 == Kind::Connection {
            metrics::gauge!("rolecall_open_sockets").decrement(1);
        }
    }
}

/// Resolves within [`CHECK`] of the end of an actor's session or token.
pub async fn ended(app: &App, actor: &Actor) {
    loop {
        sleep(CHECK).await;
        if has_ended(app, actor).await {
            return;
        }
    }
}

/// Whether an actor's session or token has ended. While the database cannot be asked nothing ends, and
/// nothing is told to anybody either.
pub async fn has_ended(app: &App, actor: &Actor) -> bool {
    actor.again(app).await.is_ok_and(|actor| actor.require_signed_in().is_err())
}
