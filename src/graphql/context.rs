//! What a resolver finds in its context: who asks, and a budget for how much an answer may hold.

use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::Context;

use super::error::Failure;
use crate::app::App;
use crate::domain::{Actor, Error};

/// Most things that one answer may list, over all its lists.
pub const ITEMS: u64 = 100_000;

/// What one request carries to its resolvers.
#[derive(Debug)]
pub struct Caller {
    pub app: App,
    pub actor: Actor,
    items: AtomicU64,
}

impl Caller {
    #[must_use]
    pub fn new(app: App, actor: Actor) -> Self {
        let items = AtomicU64::new(0);
        Self { app, actor, items }
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
pub fn caller<'a>(ctx: &Context<'a>) -> &'a Caller {
    ctx.data_unchecked::<Caller>()
}
