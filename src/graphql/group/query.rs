//! Lists of groups.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::Group;
use crate::domain::group::{self as groups, Filter, OrderField};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::node::{filter_ids, uuid};
use crate::graphql::page::{Connection, OrderDirection};

/// Which groups a list is about. Conditions that are given must all hold.
#[derive(Default, InputObject)]
pub struct GroupFilter {
    /// Substring of the title, ignoring case.
    search: Option<String>,
    /// These groups. At most 100.
    ids: Option<Vec<ID>>,
    /// Groups that have at least one of these roles. At most 100.
    role_ids: Option<Vec<ID>>,
    /// Groups that at least one of these users is in. At most 100.
    user_ids: Option<Vec<ID>>,
}

impl GroupFilter {
    fn parse(self) -> Result<Filter, Failure> {
        Ok(Filter {
            search: self.search,
            ids: filter_ids(Kind::Group, self.ids)?,
            role_ids: filter_ids(Kind::Role, self.role_ids)?,
            user_ids: filter_ids(Kind::User, self.user_ids)?,
        })
    }
}

/// What a list of groups is ordered by; by title when nothing is said.
#[derive(InputObject)]
pub struct GroupOrder {
    /// What to compare.
    field: GroupOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What groups can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum GroupOrderField {
    /// The title, as titles are compared.
    Title,
    /// When the group was made.
    CreatedAt,
    /// When the group last changed.
    UpdatedAt,
    /// How many users are in the group.
    UserCount,
}

#[derive(Default)]
pub struct GroupQuery;

#[Object]
impl GroupQuery {
    /// One group; null when the id names none.
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group's global id.")] id: ID,
    ) -> Result<Option<Group>, Failure> {
        let caller = caller(ctx);
        let id = uuid(Kind::Group, &id).unwrap_or_default();
        let row = groups::find(&caller.app, &caller.actor(), id).await?;
        Ok(row.map(Group::from))
    }

    /// The group of this title, compared as titles are; null when there is none.
    async fn group_by_title(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group's title.")] title: String,
    ) -> Result<Option<Group>, Failure> {
        let caller = caller(ctx);
        let row = groups::find_by_title(&caller.app, &caller.actor(), &title).await?;
        Ok(row.map(Group::from))
    }

    /// A page of groups. A missing page size means 20; more than 100 is refused. The same for every
    /// list.
    #[expect(clippy::too_many_arguments, reason = "Relay's four, and two of the list")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which groups; all when absent.")] filter: Option<GroupFilter>,
        #[graphql(desc = "In which order; by title when absent.")] order_by: Option<GroupOrder>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Group>, Failure> {
        let caller = caller(ctx);
        let filter = filter.unwrap_or_default().parse()?;
        let (field, descending) = order_by.map_or_else(Default::default, |order| {
            (order.field.into(), order.direction == OrderDirection::Desc)
        });
        let request = Request { first, after, last, before };
        let (app, actor) = (&caller.app, &caller.actor());
        let page = groups::page(app, actor, &filter, field, descending, &request).await?;
        Ok(Connection::new(ctx, page, filter).await)
    }
}
