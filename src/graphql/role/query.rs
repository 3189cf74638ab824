//! Lists of roles.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::Role;
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::role::{self as roles, Filter, OrderField};
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::node::{filter_ids, uuid};
use crate::graphql::page::{Connection, OrderDirection};

/// Which roles a list is about. Conditions that are given must all hold.
#[derive(Default, InputObject)]
pub struct RoleFilter {
    /// Substring of the name, ignoring case.
    search: Option<String>,
    /// These roles. At most 100.
    ids: Option<Vec<ID>>,
    /// Roles that at least one of these groups has. At most 100.
    group_ids: Option<Vec<ID>>,
}

impl RoleFilter {
    fn parse(self) -> Result<Filter, Failure> {
        Ok(Filter {
            search: self.search,
            ids: filter_ids(Kind::Role, self.ids)?,
            group_ids: filter_ids(Kind::Group, self.group_ids)?,
        })
    }
}

/// What a list of roles is ordered by; by name when nothing is said.
#[derive(InputObject)]
pub struct RoleOrder {
    /// What to compare.
    field: RoleOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What roles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum RoleOrderField {
    /// The name, as names are compared.
    Name,
    /// When the role was made.
    CreatedAt,
    /// When the role last changed.
    UpdatedAt,
}

#[derive(Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// One role; null when the id names none.
    async fn role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role's global id.")] id: ID,
    ) -> Result<Option<Role>, Failure> {
        let caller = caller(ctx);
        let id = uuid(Kind::Role, &id).unwrap_or_default();
        let row = roles::find(&caller.app, &caller.actor(), id).await?;
        Ok(row.map(Role::from))
    }

    /// The role of this name, compared as names are; null when there is none.
    async fn role_by_name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role's name.")] name: String,
    ) -> Result<Option<Role>, Failure> {
        let caller = caller(ctx);
        let row = roles::find_by_name(&caller.app, &caller.actor(), &name).await?;
        Ok(row.map(Role::from))
    }

    /// A page of roles. A missing page size means 20; more than 100 is refused. The same for every
    /// list.
    #[expect(clippy::too_many_arguments, reason = "Relay's four, and two of the list")]
    async fn roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which roles; all when absent.")] filter: Option<RoleFilter>,
        #[graphql(desc = "In which order; by name when absent.")] order_by: Option<RoleOrder>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Role>, Failure> {
        let caller = caller(ctx);
        let filter = filter.unwrap_or_default().parse()?;
        let (field, descending) = order_by.map_or_else(Default::default, |order| {
            (order.field.into(), order.direction == OrderDirection::Desc)
        });
        let request = Request { first, after, last, before };
        let (app, actor) = (&caller.app, &caller.actor());
        let page = roles::page(app, actor, &filter, field, descending, &request).await?;
        Ok(Connection::new(ctx, page, filter).await)
    }
}
