//! Connections: Relay's names for the pages of `domain::page`.

use std::collections::HashMap;
use std::sync::Arc;

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

    /// Wraps rows that were read together, so that what belongs to them is loaded together.
    fn wrap(rows: Vec<Self::Row>) -> Vec<Self>;

    /// [`Listed::wrap`] for the rows of several owners, all of them together.
    fn wrap_each(by_owner: HashMap<Uuid, Vec<Self::Row>>) -> HashMap<Uuid, Vec<Self>> {
        let (owners, lists): (Vec<_>, Vec<_>) = by_owner.into_iter().unzip();
        let lengths: Vec<usize> = lists.iter().map(Vec::len).collect();
        let mut all = Self::wrap(lists.into_iter().flatten().collect()).into_iter();
        let lists = lengths.into_iter().map(|length| all.by_ref().take(length).collect());
        owners.into_iter().zip(lists).collect()
    }

    /// Loads what every list of these shows, if it is selected. It would be loaded anyway, when first
    /// asked for; but then all others of the list wait for it, which takes a sixth more of a page's time
    /// (measured).
    fn prepare(
        _all: &[Self],
        _caller: &Caller,
        _selected: &Lookahead<'_>,
    ) -> impl Future<Output = ()> + Send {
        async {}
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
    /// Counted with those of the pages beside this one.
    Known(i32),
}

impl<T: Listed> Connection<T> {
    /// Wraps a page of a list.
    pub async fn new(ctx: &Context<'_>, page: Page<T::Row>, filter: T::Filter) -> Self {
        let info = PageInfo::from(&page);
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let nodes = T::wrap(rows);
        T::prepare(&nodes, caller(ctx), &below_nodes(&ctx.look_ahead())).await;
        Self { edges: edges(cursors, nodes), info, total: Total::Of(filter) }
    }

    /// Wraps the pages of several owners. What they hold is wrapped together; the totals may be missing
    /// when nobody asks for them.
    pub fn each(
        pages: HashMap<Uuid, Page<T::Row>>,
        totals: &HashMap<Uuid, i32>,
    ) -> HashMap<Uuid, Arc<Self>> {
        let (mut frames, mut rows) = (Vec::new(), HashMap::new());
        for (owner, page) in pages {
            let info = PageInfo::from(&page);
            let (cursors, its_rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
            frames.push((owner, info, cursors));
            rows.insert(owner, its_rows);
        }
        let mut nodes = T::wrap_each(rows);
        let connections = frames.into_iter().map(|(owner, info, cursors)| {
            let edges = edges(cursors, nodes.remove(&owner).unwrap_or_default());
            let total = Total::Known(totals.get(&owner).copied().unwrap_or_default());
            (owner, Arc::new(Self { edges, info, total }))
        });
        connections.collect()
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
    /// Where it stands in the list; send it back as after or before. It stays good when the item goes, and for
    /// other filters of the same list, in either direction; not for another order's field.
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
