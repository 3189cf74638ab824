//! Keyset pages: a page starts at a value, not at a number of rows, so it stays put while rows come
//! and go, and the last page costs what the first costs. Relay's cursor connections:
//! <https://relay.dev/graphql/connections.htm>.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Order, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, TryIntoModel,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Error;
use crate::db::Db;

/// Rows of a page when nothing else is asked for.
pub const DEFAULT_SIZE: u64 = 20;
/// Most rows of a page.
pub const MAX_SIZE: u64 = 100;

/// A page as asked for, by the names of Relay's arguments.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// The order of a list: a column, and the direction of it. Rows with equal values are ordered by id.
#[derive(Clone, Copy, Debug)]
pub struct Sort<C> {
    pub column: C,
    /// Written into cursors, so that one of another order is recognised.
    pub name: &'static str,
    pub descending: bool,
    /// Whether no two rows share a value: the id is then not needed to tell them apart.
    pub is_unique: bool,
}

/// A page of rows, in the order asked for, each with its cursor.
#[derive(Clone, Debug)]
pub struct Page<M> {
    pub rows: Vec<(String, M)>,
    pub has_next: bool,
    pub has_previous: bool,
}

/// A value that rows are ordered by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    #[serde(rename = "s")]
    Text(String),
    #[serde(rename = "t")]
    Time(DateTime<Utc>),
    #[serde(rename = "n")]
    Number(i32),
}

impl Key {
    /// Whether a column can hold this: anyone can write a cursor.
    fn fits(&self, column: impl ColumnTrait) -> bool {
        match (self, column.def().get_column_type()) {
            (Self::Text(text), ColumnType::String(_)) => !text.contains('\0'),
            (Self::Time(time), ColumnType::TimestampWithTimeZone) => {
                (0..10_000).contains(&time.year())
            }
            (Self::Number(_), ColumnType::Integer) => true,
            _ => false,
        }
    }
}

/// Reads the page of `select` that was asked for. `key` gives a row's value of the sort column, and
/// its id.
pub async fn read<E>(
    db: &Db,
    select: Select<E>,
    sort: Sort<E::Column>,
    id: E::Column,
    request: &Request,
    key: impl Fn(&E::Model) -> (Key, Uuid),
) -> Result<Page<E::Model>, Error>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + TryIntoModel<E::Model>,
{
    let window = Window::parse(request, sort)?;
    let from_end = window.backward != sort.descending;
    let position =
        |cursor: &Cursor, past_it_is_greater: bool| past(sort, id, cursor, past_it_is_greater);
    let mut rows = select.clone();
    if let Some(cursor) = &window.after {
        rows = rows.filter(position(cursor, !sort.descending));
    }
    if let Some(cursor) = &window.before {
        rows = rows.filter(position(cursor, sort.descending));
    }
    let order = if from_end { Order::Desc } else { Order::Asc };
    rows = rows.order_by(sort.column, order.clone());
    if !sort.is_unique {
        rows = rows.order_by(id, order);
    }
    let mut rows = db.all(rows.limit(window.size + 1)).await?;

    let has_more = rows.len() as u64 > window.size;
    rows.truncate(usize::try_from(window.size).unwrap_or(usize::MAX));
    if window.backward {
        rows.reverse();
    }
    // On the side one came from there is at least the row of the cursor, unless it went meanwhile.
    let (has_next, has_previous) = if window.backward {
        (window.before.is_some(), has_more)
    } else {
        (has_more, window.after.is_some())
    };
    let rows = rows.into_iter().map(|row| {
        let (key, id) = key(&row);
        (cursor(sort.name, key, id), row)
    });
    Ok(Page { rows: rows.collect(), has_next, has_previous })
}

/// The cursor of a row in the list of a sort's name.
#[must_use]
pub fn cursor(list: &str, key: Key, id: Uuid) -> String {
    let list = list.to_owned();
    Cursor { list, key, id }.to_string()
}

/// How many rows there are in all.
pub async fn count<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
) -> Result<i32, Error> {
    let count = select
        .select_only()
        .column_as(Expr::cust("count(*)"), "count")
        .into_tuple::<i64>()
        .one(db)
        .await?;
    i32::try_from(count.unwrap_or_default()).map_err(Error::internal)
}

/// A request that makes sense.
struct Window {
    size: u64,
    backward: bool,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

impl Window {
    fn parse<C: ColumnTrait>(request: &Request, sort: Sort<C>) -> Result<Self, Error> {
        let (size, backward) = match (request.first, request.last) {
            (Some(_), Some(_)) => {
                return Err(Error::Input(
                    "Give first or last, not both: a page goes forward or backward.".into(),
                ));
            }
            (None, Some(last)) => (page_size("last", last)?, true),
            (Some(first), None) => (page_size("first", first)?, false),
            (None, None) => (DEFAULT_SIZE, request.before.is_some() && request.after.is_none()),
        };
        let cursor = |name, text: &Option<String>| {
            text.as_deref().map(|text| Cursor::parse(name, text, sort)).transpose()
        };
        Ok(Self {
            size,
            backward,
            after: cursor("after", &request.after)?,
            before: cursor("before", &request.before)?,
        })
    }
}

fn page_size(name: &str, size: i32) -> Result<u64, Error> {
    u64::try_from(size).ok().filter(|size| *size <= MAX_SIZE).ok_or_else(|| {
        Error::Input(format!(
            "{name} must be 0 to {MAX_SIZE}, and is {size}. Ask for the next page instead."
        ))
    })
}

/// Where a row stands in a list. Opaque outside.
#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "l")]
    list: String,
    #[serde(rename = "k")]
    key: Key,
    #[serde(rename = "i")]
    id: Uuid,
}

impl Cursor {
    fn parse<C: ColumnTrait>(name: &str, text: &str, sort: Sort<C>) -> Result<Self, Error> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|cursor| cursor.list == sort.name && cursor.key.fits(sort.column))
            .ok_or_else(|| {
                Error::Input(format!(
                    "{name} is not a cursor of this list in this order. Send a cursor as this list \
                     gave it."
                ))
            })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| std::fmt::Error)?;
        f.write_str(&URL_SAFE_NO_PAD.encode(json))
    }
}

/// The rows beyond a cursor.
fn past<C: ColumnTrait>(sort: Sort<C>, id: C, cursor: &Cursor, is_greater: bool) -> SimpleExpr {
    let value: SimpleExpr = match &cursor.key {
        Key::Text(text) => Expr::val(text.clone()),
        Key::Time(time) => Expr::val(*time),
        Key::Number(number) => Expr::val(*number),
    };
    let column = Expr::col(sort.column.as_column_ref());
    let (left, right) = if sort.is_unique {
        (column, value)
    } else {
        (
            Expr::tuple([column, Expr::col(id.as_column_ref())]),
            Expr::tuple([value, Expr::val(cursor.id)]),
        )
    };
    if is_greater { left.gt(right) } else { left.lt(right) }
}
