//! Rows that were read together. What belongs to one of them is loaded for all of them, when the first is
//! asked for it: so a list takes as many statements as the query has levels, however long it is.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Pos};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::error::Failure;

/// A row `M`, with all that were read with it and with `R`, the relations of all of them.
pub struct Sibling<M, R> {
    family: Arc<Family<M, R>>,
    place: usize,
}

/// Each row once, however often it is listed: groups share roles.
struct Family<M, R> {
    ids: Vec<Uuid>,
    rows: Vec<M>,
    relations: R,
}

impl<M, R: Default> Sibling<M, R> {
    /// Makes siblings of rows, one for each.
    pub fn wrap(rows: Vec<M>, id: impl Fn(&M) -> Uuid) -> impl Iterator<Item = Self> {
        let mut family = Family { ids: Vec::new(), rows: Vec::new(), relations: R::default() };
        let mut known = HashMap::with_capacity(rows.len());
        let mut places = Vec::with_capacity(rows.len());
        for row in rows {
            let id = id(&row);
            places.push(*known.entry(id).or_insert_with(|| {
                family.ids.push(id);
                family.rows.push(row);
                family.rows.len() - 1
            }));
        }
        let family = Arc::new(family);
        places.into_iter().map(move |place| Self { family: family.clone(), place })
    }

    /// A row without siblings.
    pub fn alone(row: M, id: Uuid) -> Self {
        let family = Family { ids: vec![id], rows: vec![row], relations: R::default() };
        Self { family: Arc::new(family), place: 0 }
    }
}

impl<M, R> Sibling<M, R> {
    /// The id of this row.
    pub fn uuid(&self) -> Uuid {
        self.family.ids[self.place]
    }

    /// The ids of all of them, each once.
    pub fn ids(&self) -> &[Uuid] {
        &self.family.ids
    }

    /// The rows of all of them, each once.
    pub fn rows(&self) -> &[M] {
        &self.family.rows
    }

    /// What was loaded for all of them.
    pub fn relations(&self) -> &R {
        &self.family.relations
    }
}

impl<M, R> Clone for Sibling<M, R> {
    fn clone(&self) -> Self {
        Self { family: self.family.clone(), place: self.place }
    }
}

impl<M, R> Deref for Sibling<M, R> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.family.rows[self.place]
    }
}

/// What belongs to each of some siblings, by their ids.
pub struct Relation<T>(OnceCell<Result<HashMap<Uuid, T>, Failure>>);

impl<T> Default for Relation<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T> Relation<T> {
    /// What belongs to one of them, if anything does. The first who asks loads it for all, and the others
    /// wait; when that fails, it fails for each of them.
    pub async fn of<F>(&self, id: Uuid, load: impl FnOnce() -> F) -> Result<Option<&T>, Failure>
    where
        F: Future<Output = Result<HashMap<Uuid, T>, Failure>>,
    {
        match self.0.get_or_init(load).await {
            Ok(loaded) => Ok(loaded.get(&id)),
            Err(failure) => Err(failure.clone()),
        }
    }
}

/// A relation with arguments: one for each place in the document where it is asked for.
pub struct RelationWith<T>(Mutex<HashMap<Pos, Arc<Relation<T>>>>);

impl<T> Default for RelationWith<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> RelationWith<T> {
    /// [`Relation::of`] for the arguments of the field that is asked for.
    pub async fn of<F>(
        &self,
        ctx: &Context<'_>,
        id: Uuid,
        load: impl FnOnce() -> F,
    ) -> Result<Option<T>, Failure>
    where
        F: Future<Output = Result<HashMap<Uuid, T>, Failure>>,
    {
        let relation = {
            let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            places.entry(ctx.item.pos).or_default().clone()
        };
        Ok(relation.of(id, load).await?.cloned())
    }
}
