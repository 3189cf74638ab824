//! Reading lists of rows. sqlx hands each row of SQLite from one thread to another and copies each of its
//! values: three quarters of the time of a page (measured). So SQLite is asked for a single value that
//! holds all rows as JSON, and PostgreSQL, where the same is slower, for rows.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr, SqliteQueryBuilder, Values};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    FromQueryResult, IdenStatic, Iterable, QuerySelect, QueryTrait, Select, Statement,
    TryIntoModel, Value,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::Db;

/// The name of the value that is read beside each row.
const BESIDE: &str = "beside";
/// The name of the rows that are read as JSON.
const LISTED: &str = "listed";

impl Db {
    /// The rows of a select, in its order.
    pub async fn all<E>(&self, select: Select<E>) -> Result<Vec<E::Model>, DbErr>
    where
        E: EntityTrait,
        E::ActiveModel: ActiveModelTrait<Entity = E> + TryIntoModel<E::Model>,
    {
        let rows = self.all_beside(select, Expr::val("")).await?;
        Ok(rows.into_iter().map(|(row, _)| row).collect())
    }

    /// The rows of a select, in its order, each with a text.
    pub async fn all_beside<E>(
        &self,
        select: Select<E>,
        beside: impl Into<SimpleExpr>,
    ) -> Result<Vec<(E::Model, String)>, DbErr>
    where
        E: EntityTrait,
        E::ActiveModel: ActiveModelTrait<Entity = E> + TryIntoModel<E::Model>,
    {
        let select = select.expr_as(beside.into(), BESIDE);
        if self.backend() != DbBackend::Sqlite {
            let rows = self.read.query_all(&select.into_query()).await?;
            let model =
                |row| Ok((E::Model::from_query_result(&row, "")?, row.try_get("", BESIDE)?));
            return rows.into_iter().map(model).collect();
        }
        let values = E::Column::iter().map(|column| {
            let value = Expr::col(column.as_str());
            match column.def().get_column_type() {
                ColumnType::Uuid | ColumnType::Blob | ColumnType::VarBinary(_) => {
                    Func::cust("hex").arg(value).into()
                }
                _ => value,
            }
        });
        let row = Func::cust("json_array").args(values.chain([Expr::col(BESIDE)]));
        let json = Query::select()
            .expr(Func::cust("json_group_array").arg(row))
            .from_subquery(select.into_query(), LISTED)
            .to_owned();
        let (sql, values) = write_limit_out(json.build(SqliteQueryBuilder));
        let json = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let json = self.read.query_one_raw(json).await?;
        let json: String = json.map_or_else(|| Ok("[]".into()), |row| row.try_get_by_index(0))?;
        let rows: Vec<Vec<Json>> = serde_json::from_str(&json).map_err(unreadable)?;
        rows.into_iter().map(parse::<E>).collect()
    }
}

impl Db {
    /// An id as text, to be read beside a row.
    #[must_use]
    pub fn id_as_text(&self, column: impl ColumnTrait) -> SimpleExpr {
        match self.backend() {
            DbBackend::Sqlite => Func::cust("hex").arg(column.into_expr()).into(),
            _ => Expr::expr(column.into_expr()).cast_as("text"),
        }
    }

    /// All ids of a group of rows as one text, with commas between them.
    #[must_use]
    pub fn ids_as_text(&self, column: impl ColumnTrait) -> SimpleExpr {
        let id = self.id_as_text(column);
        match self.backend() {
            DbBackend::Sqlite => Func::cust("group_concat").arg(id).into(),
            _ => Func::cust("string_agg").arg(id).arg(",").into(),
        }
    }
}

/// Writes a last LIMIT as a number. SQLite looks at the value of a bound one when it plans, and so plans
/// anew each time one is bound: a fifth of the time of the statement (measured).
fn write_limit_out((sql, mut values): (String, Values)) -> (String, Values) {
    let end = format!(") AS \"{LISTED}\"");
    let limited = sql.strip_suffix(&end).and_then(|sql| sql.strip_suffix("LIMIT ?"));
    match (limited, values.0.last()) {
        (Some(before), Some(Value::BigUnsigned(Some(limit)))) => {
            let sql = format!("{before}LIMIT {limit}{end}");
            values.0.pop();
            (sql, values)
        }
        _ => (sql, values),
    }
}

/// A row of the columns of an entity, in their order, and a text.
fn parse<E>(mut row: Vec<Json>) -> Result<(E::Model, String), DbErr>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + TryIntoModel<E::Model>,
{
    let Some(Json::String(beside)) = row.pop() else {
        return Err(unreadable("no text beside a row"));
    };
    let mut model = <E::ActiveModel as ActiveModelTrait>::default();
    for (column, json) in E::Column::iter().zip(row) {
        let value = value(column.def().get_column_type(), json)?;
        model.try_set(column, value)?;
    }
    Ok((model.try_into_model()?, beside))
}

/// The value that a JSON value stands for in a column.
fn value(ty: &ColumnType, json: Json) -> Result<Value, DbErr> {
    Ok(match (ty, json) {
        // What `hex` makes of null.
        (ColumnType::Uuid, Json::String(hex)) if hex.is_empty() => Value::Uuid(None),
        (ColumnType::Uuid, Json::String(hex)) => {
            Value::Uuid(Some(Uuid::try_parse(&hex).map_err(unreadable)?))
        }
        (ColumnType::TimestampWithTimeZone, Json::String(text)) => {
            let time = DateTime::parse_from_rfc3339(&text).map_err(unreadable)?;
            Value::ChronoDateTimeUtc(Some(time.with_timezone(&Utc)))
        }
        (ColumnType::TimestampWithTimeZone, Json::Null) => Value::ChronoDateTimeUtc(None),
        (ColumnType::Boolean, Json::Number(number)) => {
            Value::Bool(Some(number.as_i64() == Some(1)))
        }
        (ColumnType::Integer, Json::Number(number)) => {
            let number = number.as_i64().and_then(|number| i32::try_from(number).ok());
            Value::Int(Some(number.ok_or_else(|| unreadable("a number out of range"))?))
        }
        (ColumnType::String(_) | ColumnType::Text, Json::String(text)) => Value::String(Some(text)),
        (ColumnType::String(_) | ColumnType::Text, Json::Null) => Value::String(None),
        (ty, json) => return Err(unreadable(format!("{json} in a column of {ty:?}"))),
    })
}

fn unreadable(error: impl std::fmt::Display) -> DbErr {
    DbErr::Type(format!("a row of JSON cannot be read: {error}"))
}
