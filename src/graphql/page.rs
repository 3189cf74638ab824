//! Connections: Relay's names for the pages of `domain::page`.

use async_graphql::{Context, Enum, Lookahead, Object, OutputType, SimpleObject};

use super::context::{Caller, caller};
use super::error::Failure;
use super::group::Group;
use super::role::Role;
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

    /// How many there are on all pages.
    fn count(
        caller: &Caller,
        filter: &Self::Filter,
    ) -> impl Future<Output = Result<i32, Failure>> + Send;
}

/// A page of a list, with the filter that it is of.
pub struct Connection<T: Listed> {
    edges: Vec<Edge<T>>,
    info: PageInfo,
    filter: T::Filter,
}

impl<T: Listed> Connection<T> {
    /// Wraps a page, and loads what is selected below it.
    pub async fn load(
        caller: &Caller,
        page: Page<T::Row>,
        filter: T::Filter,
        selected: &Lookahead<'_>,
    ) -> Result<Self, Failure> {
        caller.spend(page.rows.len())?;
        let info = PageInfo::from(&page);
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let nodes = T::load(caller, rows, &below_nodes(selected)).await?;
        let edges = cursors.into_iter().zip(nodes);
        let edges = edges.map(|(cursor, node)| Edge { cursor, node }).collect();
        Ok(Self { edges, info, filter })
    }
}

/// A page of a list.
#[Object(
    concrete(name = "GroupConnection", params(Group)),
    concrete(name = "RoleConnection", params(Role))
)]
impl<T: Listed> Connection<T>
where
    Edge<T>: OutputType,
{
    /// What stands on this page, each with its cursor.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// What stands on this page.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.info
    }

    /// How many there are on all pages. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        T::count(caller(ctx), &self.filter).await
    }
}

/// Something in a list.
#[derive(SimpleObject)]
#[graphql(concrete(name = "GroupEdge", params(Group)), concrete(name = "RoleEdge", params(Role)))]
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
