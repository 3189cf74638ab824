//! What is loaded for all things of a list at once, when the first of them is asked for it. This is for
//! relations with arguments, and for what is seldom asked; what every list shows is loaded with the list.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::error::Failure;

type Loaded<T> = Arc<OnceCell<HashMap<Uuid, Arc<T>>>>;

/// One relation of all things of a list: of each of them, once for each way it is asked for.
#[derive(Debug)]
pub struct Siblings<T>(Mutex<HashMap<String, Loaded<T>>>);

impl<T> Default for Siblings<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Siblings<T> {
    /// What belongs to one of them. The first who asks in some way loads it for all, and the others wait;
    /// when loading fails, it fails for each of them.
    pub async fn get<F>(
        &self,
        way: String,
        id: Uuid,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<T>>, Failure>
    where
        F: Future<Output = Result<HashMap<Uuid, T>, Failure>>,
    {
        let cell = {
            let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            ways.entry(way).or_default().clone()
        };
        let load = || async {
            let loaded = load().await?.into_iter();
            Ok::<_, Failure>(loaded.map(|(id, it)| (id, Arc::new(it))).collect())
        };
        Ok(cell.get_or_try_init(load).await?.get(&id).cloned())
    }
}

/// A way to ask for a relation: under which name, and with which arguments.
pub fn way(ctx: &Context<'_>, arguments: &impl std::fmt::Debug) -> String {
    format!("{} {arguments:?}", ctx.item.node.response_key())
}
