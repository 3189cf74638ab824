//! Connections: Relay's names for the pages of `domain::page`.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Lookahead, Object, OutputType, SimpleObject};
use uuid::Uuid;

use super::audit::AuditEvent;
use super::context::{Caller, caller};
use super::error::Failure;
use super::group::Group;
use super::role::Role;
use super::user::User;
use crate::domain::page::Page;

/// What stands in lists.
pub trait Listed: OutputType + Sized {
    type Row: Send;
    type Filter: Send + Sync;

    /// Wraps rows, and loads what is selected below them with one statement a relation.
    fn load(
        caller: &Caller,
        rows: Vec<Self::Row>,
        selected: &Lookahead<'_>,
    ) -> impl Future<Output = Result<Vec<Self>, Failure>> + Send;

    /// [`Listed::load`] for at most one row.
    fn load_one(
        caller: &Caller,
        row: Option<Self::Row>,
        selected: &Lookahead<'_>,
    ) -> impl Future<Output = Result<Option<Self>, Failure>> + Send {
        let loading = Self::load(caller, row.into_iter().collect(), selected);
        async { Ok(loading.await?.pop()) }
    }

    /// [`Listed::load_one`] for what a mutation made or changed: it is there, so what cannot be loaded
    /// below it fails where it stands.
    fn load_changed(
        caller: &Caller,
        row: Option<Self::Row>,
        selected: &Lookahead<'_>,
    ) -> impl Future<Output = Option<Self>> + Send
    where
        Self: From<Self::Row>,
        Self::Row: Clone + Sync,
    {
        async move {
            let loaded = Self::load_one(caller, row.clone(), selected).await;
            loaded.unwrap_or_else(|_| row.map(Self::from))
        }
    }

    /// How many there are on all pages.
    fn count(
        caller: &Caller,
        filter: &Self::Filter,
    ) -> impl Future<Output = Result<i32, Failure>> + Send;
}

/// A page of a list.
pub struct Connection<T: Listed> {
    edges: Vec<Edge<T>>,
    info: PageInfo,
    total: Total<T>,
}

/// How many there are on all pages.
enum Total<T: Listed> {
    /// To be counted when asked for.
    Of(T::Filter),
    /// Counted with the pages beside this one.
    Known(i32),
}

impl<T: Listed> Connection<T> {
    /// Wraps a page, and loads what is selected below it.
    pub async fn load(
        caller: &Caller,
        page: Page<T::Row>,
        filter: T::Filter,
        selected: &Lookahead<'_>,
    ) -> Result<Self, Failure> {
        let info = PageInfo::from(&page);
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let nodes = T::load(caller, rows, &below_nodes(selected)).await?;
        Ok(Self { edges: edges(cursors, nodes), info, total: Total::Of(filter) })
    }

    /// Wraps the pages of several owners, and loads what is selected below all of them together.
    pub async fn load_each(
        caller: &Caller,
        pages: HashMap<Uuid, Page<T::Row>>,
        totals: HashMap<Uuid, i32>,
        selected: &Lookahead<'_>,
    ) -> Result<HashMap<Uuid, Self>, Failure> {
        let (mut all, mut parts) = (Vec::new(), Vec::new());
        for (owner, page) in pages {
            let info = PageInfo::from(&page);
            let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
            parts.push((owner, info, cursors));
            all.extend(rows);
        }
        let mut nodes = T::load(caller, all, &below_nodes(selected)).await?.into_iter();
        let connections = parts.into_iter().map(|(owner, info, cursors)| {
            let nodes = nodes.by_ref().take(cursors.len()).collect();
            let total = Total::Known(totals.get(&owner).copied().unwrap_or_default());
            (owner, Self { edges: edges(cursors, nodes), info, total })
        });
        Ok(connections.collect())
    }
}

fn edges<T: OutputType>(cursors: Vec<String>, nodes: Vec<T>) -> Vec<Edge<T>> {
    cursors.into_iter().zip(nodes).map(|(cursor, node)| Edge { cursor, node }).collect()
}

/// A page of a list.
#[Object(
    concrete(name = "AuditEventConnection", params(AuditEvent)),
    concrete(name = "GroupConnection", params(Group)),
    concrete(name = "RoleConnection", params(Role)),
    concrete(name = "UserConnection", params(User))
)]
impl<T: Listed> Connection<T>
where
    Edge<T>: OutputType,
{
    /// What stands on this page, each with its cursor.
    #[expect(clippy::unused_async, reason = "resolvers are")]
    async fn edges(&self, ctx: &Context<'_>) -> Result<&[Edge<T>], Failure> {
        caller(ctx).spend(self.edges.len())?;
        Ok(&self.edges)
    }

    /// What stands on this page.
    #[expect(clippy::unused_async, reason = "resolvers are")]
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<&T>, Failure> {
        caller(ctx).spend(self.edges.len())?;
        Ok(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.info
    }

    /// How many there are on all pages. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        match &self.total {
            Total::Of(filter) => T::count(caller(ctx), filter).await,
            Total::Known(count) => Ok(*count),
        }
    }
}

/// Something in a list.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "AuditEventEdge", params(AuditEvent)),
    concrete(name = "GroupEdge", params(Group)),
    concrete(name = "RoleEdge", params(Role)),
    concrete(name = "UserEdge", params(User))
)]
pub struct Edge<T: OutputType> {
    /// Where it stands in the list; send it back as after or before.
    pub cursor: String,
    /// It itself.
    pub node: T,
}

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there is more after this page.
    pub has_next_page: bool,
    /// Whether there is more before this page.
    pub has_previous_page: bool,
    /// The cursor of the first edge; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null on an empty page.
    pub end_cursor: Option<String>,
}

impl<M> From<&Page<M>> for PageInfo {
    fn from(page: &Page<M>) -> Self {
        let cursor = |(cursor, _): &(String, M)| cursor.clone();
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.rows.first().map(cursor),
            end_cursor: page.rows.last().map(cursor),
        }
    }
}

/// What is selected of the things that a connection lists, in its nodes and in its edges together.
fn below_nodes<'a>(connection: &Lookahead<'a>) -> Lookahead<'a> {
    let nodes = connection.field("nodes");
    let mut fields = nodes.selection_fields();
    fields.extend(connection.field("edges").field("node").selection_fields());
    Lookahead::try_from(&*fields).unwrap_or(nodes)
}

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// From the smallest to the greatest, from the oldest to the newest.
    Asc,
    /// From the greatest to the smallest, from the newest to the oldest.
    Desc,
}
