//! Connections: Relay's names for the pages of `domain::page`.

use async_graphql::{Enum, Lookahead, SimpleObject};

use crate::domain::page::Page;

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
pub fn below_nodes<'a>(connection: &Lookahead<'a>) -> Lookahead<'a> {
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
