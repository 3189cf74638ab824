//! Lists of users.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::{User, UserStatus};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::user::{self as users, Filter, OrderField};
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::node::{filter_ids, uuid};
use crate::graphql::page::{Connection, OrderDirection};

/// Which users a list is about. Conditions that are given must all hold.
#[derive(Default, InputObject)]
pub struct UserFilter {
    /// Words, at most 8, each a substring of e-mail, first or last name, ignoring case.
    search: Option<String>,
    /// These users. At most 100.
    ids: Option<Vec<ID>>,
    /// Users who are in at least one of these groups. At most 100.
    group_ids: Option<Vec<ID>>,
    /// Users of these statuses; all but deleted ones when absent.
    statuses: Option<Vec<UserStatus>>,
    /// Whether they never signed in, or have.
    never_signed_in: Option<bool>,
}

impl UserFilter {
    fn parse(self) -> Result<Filter, Failure> {
        let statuses = self.statuses.map(|them| them.into_iter().map(Into::into).collect());
        Ok(Filter {
            search: self.search,
            ids: filter_ids(Kind::User, self.ids)?,
            group_ids: filter_ids(Kind::Group, self.group_ids)?,
            statuses,
            never_signed_in: self.never_signed_in,
        })
    }
}

/// What a list of users is ordered by; by e-mail address when nothing is said.
#[derive(InputObject)]
pub struct UserOrder {
    /// What to compare.
    field: UserOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What users can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum UserOrderField {
    /// The e-mail address, ignoring case.
    Email,
    /// The first name, ignoring case.
    FirstName,
    /// The last name, ignoring case.
    LastName,
    /// The status: active, blocked, deleted.
    Status,
    /// When the user last signed in; who never did counts as the earliest.
    LastSignInAt,
    /// When the user was made.
    CreatedAt,
}

#[derive(Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// One user, of whatever status; null when the id names none. Requires user/user/index, but for
    /// oneself.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's global id.")] id: ID,
    ) -> Result<Option<User>, Failure> {
        let caller = caller(ctx);
        let id = uuid(Kind::User, &id).unwrap_or_default();
        let row = users::find(&caller.app, &caller.actor(), id).await?;
        Ok(row.map(User::from))
    }

    /// The user of this e-mail address, of whatever status, ignoring case; null when there is none.
    /// Requires user/user/index.
    async fn user_by_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's e-mail address.")] email: String,
    ) -> Result<Option<User>, Failure> {
        let caller = caller(ctx);
        let row = users::find_by_email(&caller.app, &caller.actor(), &email).await?;
        Ok(row.map(User::from))
    }

    /// A page of users. A missing page size means 20; more than 100 is refused. The same for every list.
    /// Requires user/user/index.
    #[expect(clippy::too_many_arguments, reason = "Relay's four, and two of the list")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which users; all but deleted ones when absent.")] filter: Option<
            UserFilter,
        >,
        #[graphql(desc = "In which order; by e-mail address when absent.")] order_by: Option<
            UserOrder,
        >,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Connection<User>, Failure> {
        let caller = caller(ctx);
        let filter = filter.unwrap_or_default().parse()?;
        let (field, descending) = order_by.map_or_else(Default::default, |order| {
            (order.field.into(), order.direction == OrderDirection::Desc)
        });
        let request = Request { first, after, last, before };
        let (app, actor) = (&caller.app, &caller.actor());
        let page = users::page(app, actor, &filter, field, descending, &request).await?;
        Ok(Connection::new(ctx, page, filter).await)
    }
}
