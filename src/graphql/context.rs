//! What a resolver finds in its context: who asks, and a budget for how much an answer may hold.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_graphql::Context;
use tokio::sync::Notify;

use super::error::Failure;
use crate::app::App;
use crate::domain::{Actor, Error};

/// Most things that one answer may list, over all its lists.
pub const ITEMS: u64 = 100_000;

/// What one request carries to its resolvers.
#[derive(Debug)]
pub struct Caller {
    pub app: App,
    /// Another one after signing in and out; and in a subscription, whose answers are long apart.
    actor: RwLock<Arc<Actor>>,
    items: AtomicU64,
    /// Told when a subscription follows what it is about.
    begun: Notify,
    session: Mutex<Option<SessionChange>>,
}

/// What became of the client's session, for the transport to tell the client.
#[derive(Debug)]
pub enum SessionChange {
    /// One began; this is its secret.
    Began(String),
    Ended,
}

impl Caller {
    #[must_use]
    pub fn new(app: App, actor: Actor) -> Self {
        let actor = RwLock::new(Arc::new(actor));
        let (items, begun) = (AtomicU64::new(0), Notify::new());
        Self { app, actor, items, begun, session: Mutex::default() }
    }

    /// Who asks.
    pub fn actor(&self) -> Arc<Actor> {
        self.actor.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From here on someone asks, and for something new.
    pub fn continue_as(&self, actor: Actor) {
        *self.actor.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(actor);
        self.items.store(0, Ordering::Relaxed);
    }

    /// Says that from now on nothing is missed of what a subscription is about.
    pub fn note_begun(&self) {
        self.begun.notify_one();
    }

    /// Resolves once a subscription has begun.
    pub async fn begun(&self) {
        self.begun.notified().await;
    }

    /// From here on nobody asks: their session has ended.
    pub fn sign_out(&self) {
        self.continue_as(Actor::nobody(self.actor().origin.clone()));
        self.note_session(SessionChange::Ended);
    }

    /// Fails over a socket: whoever began it asks to its end, and it keeps no cookie.
    pub fn require_request(&self) -> Result<(), Failure> {
        if self.actor().origin.is_socket {
            return Err(Error::Input("Sign in and out by POST, not over a socket.".into()).into());
        }
        Ok(())
    }

    /// Tells the transport what became of the session.
    pub fn note_session(&self, change: SessionChange) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    /// What became of the session, if anything did.
    pub fn session_change(&self) -> Option<SessionChange> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Counts what a list adds to the answer. Lists in lists multiply, and no estimate made before
    /// the data is known would be both safe and generous.
    pub fn spend(&self, items: usize) -> Result<(), Failure> {
        let spent = self.items.fetch_add(items as u64, Ordering::Relaxed) + items as u64;
        if spent > ITEMS {
            let text = format!("An answer lists at most {ITEMS} things. Ask for smaller pages.");
            return Err(Error::Input(text).into());
        }
        Ok(())
    }
}

/// Who asks, in any resolver: every road puts it there before it executes anything.
pub fn caller<'a>(ctx: &Context<'a>) -> &'a Arc<Caller> {
    ctx.data_unchecked::<Arc<Caller>>()
}
