//! Keyset pages: a page starts at a value, not at a number of rows, so it stays put while rows come
//! and go, and the last page costs what the first costs. Relay's cursor connections:
//! <https://relay.dev/graphql/connections.htm>.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, NullOrdering, Order, Query, SimpleExpr, WindowStatement,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationDef, Select, TryIntoModel,
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
    /// No value: smaller than any.
    #[serde(rename = "0")]
    Nothing,
}

impl Key {
    /// Whether a column can hold this: anyone can write a cursor.
    fn fits(&self, column: impl ColumnTrait) -> bool {
        let column = column.def();
        match (self, column.get_column_type()) {
            (Self::Text(text), ColumnType::String(_) | ColumnType::Text) => !text.contains('\0'),
            (Self::Time(time), ColumnType::TimestampWithTimeZone) => {
                (0..10_000).contains(&time.year())
            }
            (Self::Number(_), ColumnType::Integer) => true,
            (Self::Nothing, _) => column.is_null(),
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
    let rows = window.order(window.restrict(select, sort, id), sort, id);
    let rows = db.all(rows.limit(window.size + 1)).await?;
    Ok(window.page(sort.name, rows, key))
}

/// The page that was asked for of the rows of each of some owners, all in one statement. `links` names
/// the column that has the owner, and how rows lead to it; `sort` must be unique.
#[expect(clippy::too_many_arguments, reason = "those of `read`, and whose rows they are")]
pub async fn read_each<E, O>(
    db: &Db,
    select: Select<E>,
    (links, owner): (RelationDef, O),
    owners: &[Uuid],
    sort: Sort<E::Column>,
    id: E::Column,
    request: &Request,
    key: impl Fn(&E::Model) -> (Key, Uuid),
) -> Result<HashMap<Uuid, Page<E::Model>>, Error>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + TryIntoModel<E::Model>,
    O: ColumnTrait,
{
    let window = Window::parse(request, sort)?;
    let linked = select.join(JoinType::InnerJoin, links);
    let linked = linked.filter(owner.is_in(owners.iter().copied()));
    let linked = window.restrict(linked, sort, id);
    // A page of each: the rows of an owner are numbered, and those with small numbers stay.
    let by_owner = WindowStatement::partition_by(owner.as_column_ref())
        .order_by(sort.column.as_column_ref(), window.direction(sort))
        .to_owned();
    let numbered = linked
        .clone()
        .select_only()
        .expr_as(owner.into_expr(), "owner")
        .expr_as(id.into_expr(), "listed")
        .into_query()
        .expr_window_as(Func::cust("row_number"), by_owner, "place")
        .to_owned();
    let chosen = Query::select()
        .columns(["owner", "listed"])
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("place").lte(window.size + 1))
        .to_owned();
    let pair = Expr::tuple([owner.into_expr(), id.into_expr()]);
    let rows = window.order(linked.filter(pair.in_subquery(chosen)), sort, id);
    let mut by_owner: HashMap<Uuid, Vec<E::Model>> =
        owners.iter().map(|owner| (*owner, Vec::new())).collect();
    for (row, owner) in db.all_beside(rows, db.id_as_text(owner)).await? {
        let owner = Uuid::try_parse(&owner).map_err(Error::internal)?;
        by_owner.entry(owner).or_default().push(row);
    }
    let pages = by_owner.into_iter();
    Ok(pages.map(|(owner, rows)| (owner, window.page(sort.name, rows, &key))).collect())
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

    /// Only the rows between the cursors.
    fn restrict<E: EntityTrait>(
        &self,
        mut rows: Select<E>,
        sort: Sort<E::Column>,
        id: E::Column,
    ) -> Select<E> {
        if let Some(cursor) = &self.after {
            rows = rows.filter(past(sort, id, cursor, !sort.descending));
        }
        if let Some(cursor) = &self.before {
            rows = rows.filter(past(sort, id, cursor, sort.descending));
        }
        rows
    }

    /// The rows from the end that the page is at.
    fn order<E: EntityTrait>(
        &self,
        rows: Select<E>,
        sort: Sort<E::Column>,
        id: E::Column,
    ) -> Select<E> {
        let order = self.direction(sort);
        let rows = if sort.column.def().is_null() {
            let nulls = if order == Order::Asc { NullOrdering::First } else { NullOrdering::Last };
            rows.order_by_with_nulls(sort.column, order.clone(), nulls)
        } else {
            rows.order_by(sort.column, order.clone())
        };
        if sort.is_unique { rows } else { rows.order_by(id, order) }
    }

    fn direction<C: ColumnTrait>(&self, sort: Sort<C>) -> Order {
        if self.backward == sort.descending { Order::Asc } else { Order::Desc }
    }

    /// The page of rows that were read in this order, of which there may be one too many.
    fn page<M>(&self, list: &str, mut rows: Vec<M>, key: impl Fn(&M) -> (Key, Uuid)) -> Page<M> {
        let has_more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        if self.backward {
            rows.reverse();
        }
        // On the side one came from there is at least the row of the cursor, unless it went meanwhile.
        let (has_next, has_previous) = if self.backward {
            (self.before.is_some(), has_more)
        } else {
            (has_more, self.after.is_some())
        };
        let rows = rows.into_iter().map(|row| {
            let (key, id) = key(&row);
            (cursor(list, key, id), row)
        });
        Page { rows: rows.collect(), has_next, has_previous }
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
    let column = Expr::col(sort.column.as_column_ref());
    let value: SimpleExpr = match &cursor.key {
        Key::Text(text) => Expr::val(text.clone()),
        Key::Time(time) => Expr::val(*time),
        Key::Number(number) => Expr::val(*number),
        Key::Nothing => {
            let id = Expr::col(id.as_column_ref());
            return if is_greater {
                column.clone().is_not_null().or(column.is_null().and(id.gt(cursor.id)))
            } else {
                column.is_null().and(id.lt(cursor.id))
            };
        }
    };
    let (left, right) = if sort.is_unique {
        (column.clone(), value)
    } else {
        (
            Expr::tuple([column.clone(), Expr::col(id.as_column_ref())]),
            Expr::tuple([value, Expr::val(cursor.id)]),
        )
    };
    match (is_greater, sort.column.def().is_null()) {
        (true, _) => left.gt(right),
        (false, false) => left.lt(right),
        (false, true) => left.lt(right).or(column.is_null()),
    }
}

/// The ids of a list that [`Db::ids_as_text`] makes.
pub(super) fn owners(list: &str) -> impl Iterator<Item = Result<Uuid, Error>> {
    list.split(',').map(|id| Uuid::try_parse(id).map_err(Error::internal))
}
