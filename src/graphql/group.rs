//! Groups.

mod mutation;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Lookahead, Object, SimpleObject};

use entity::{group, role};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::node::{filter_ids, global_id, uuid};
use super::page::{Connection, Listed, OrderDirection};
use super::role::Role;
use super::siblings::{Siblings, way};
use super::user::User;
use crate::domain::group::{self as groups, Can, Filter, OrderField};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::{capability, role as roles, user as users};

pub use mutation::GroupMutation;

/// A row of groups, with what was loaded for it.
pub struct Group {
    list: Arc<Groups>,
    place: usize,
    /// Loaded with a list, for all its groups at once, or when first asked for.
    roles: OnceCell<Vec<Role>>,
}

/// Groups that were loaded together.
#[derive(Default)]
struct Groups {
    rows: Vec<group::Model>,
    /// Whether they are those of the one who asks.
    are_own: bool,
    own_roles: Siblings<Vec<role::Model>>,
    users: Siblings<Connection<User>>,
    can: Siblings<Can>,
}

impl Groups {
    fn ids(&self) -> Vec<Uuid> {
        self.rows.iter().map(|row| row.id).collect()
    }
}

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        let list = Groups { rows: vec![row], ..Groups::default() };
        Self { list: Arc::new(list), place: 0, roles: OnceCell::new() }
    }
}

impl Group {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row().id
    }

    /// Groups of the one who asks: they may read which roles these have, whatever else they may.
    pub async fn load_own(
        caller: &Caller,
        rows: Vec<group::Model>,
        selected: &Lookahead<'_>,
    ) -> Result<Vec<Self>, Failure> {
        Self::load_some(caller, Groups { rows, are_own: true, ..Groups::default() }, selected).await
    }

    fn row(&self) -> &group::Model {
        &self.list.rows[self.place]
    }

    async fn load_some(
        caller: &Caller,
        groups: Groups,
        selected: &Lookahead<'_>,
    ) -> Result<Vec<Self>, Failure> {
        let list = Arc::new(groups);
        let wrap = |place| Self { list: list.clone(), place, roles: OnceCell::new() };
        let mut groups: Vec<Self> = (0..list.rows.len()).map(wrap).collect();
        let below = selected.field("roles");
        if groups.is_empty() || !below.exists() || !caller.actor.may(capability::ROLE_INDEX) {
            return Ok(groups);
        }
        let by_group = roles::of_groups(&caller.app, &caller.actor, &list.ids()).await?;
        let (mut rows, mut counts) = (Vec::new(), Vec::new());
        for group in &list.rows {
            let roles = by_group.get(&group.id).map(Vec::as_slice).unwrap_or_default();
            counts.push(roles.len());
            rows.extend_from_slice(roles);
        }
        let mut roles = Role::load(caller, rows, &below).await?.into_iter();
        for (group, count) in groups.iter_mut().zip(counts) {
            let roles = roles.by_ref().take(count).collect();
            group.roles = OnceCell::new_with(Some(roles));
        }
        Ok(groups)
    }

    /// The roles of a group that was not loaded with a list, or that is the viewer's own.
    async fn load_roles(&self, ctx: &Context<'_>) -> Result<Vec<Role>, Failure> {
        let (caller, id) = (caller(ctx), self.uuid());
        let (app, actor) = (&caller.app, &caller.actor);
        let rows = if self.list.are_own && !actor.may(capability::ROLE_INDEX) {
            let load = || async { Ok(roles::of_own_groups(app, actor).await?) };
            let roles = self.list.own_roles.get(String::new(), id, load).await?;
            roles.map(|roles| roles.to_vec()).unwrap_or_default()
        } else {
            roles::of_groups(app, actor, &[id]).await?.remove(&id).unwrap_or_default()
        };
        Role::load(caller, rows, &ctx.look_ahead()).await
    }
}

impl Listed for Group {
    type Row = group::Model;
    type Filter = Filter;

    async fn load(
        caller: &Caller,
        rows: Vec<group::Model>,
        selected: &Lookahead<'_>,
    ) -> Result<Vec<Self>, Failure> {
        Self::load_some(caller, Groups { rows, ..Groups::default() }, selected).await
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(groups::count(&caller.app, &caller.actor, filter).await?)
    }
}

/// Users belong to groups, and groups carry roles: whoever is in a group may do what its roles allow.
#[Object]
impl Group {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Group, self.row().id)
    }

    /// Unique identifier of the group, compared after trimming, Unicode NFC and case folding.
    async fn title(&self) -> &str {
        &self.row().title
    }

    /// What the group is for, in the words of those who made it.
    async fn description(&self) -> Option<&str> {
        self.row().description.as_deref()
    }

    /// One to 100, by name. Requires acl/role/index, but for the viewer's own groups.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<&Vec<Role>>, Failure> {
        let roles = self.roles.get_or_try_init(|| self.load_roles(ctx)).await?;
        caller(ctx).spend(roles.len())?;
        Ok(Some(roles))
    }

    /// A page of the users in the group, by e-mail address; deleted ones are left out. Requires
    /// user/user/index.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Substring of e-mail, first or last name, ignoring case.")] search: Option<
            String,
        >,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Option<Arc<Connection<User>>>, Failure> {
        let (caller, selected) = (caller(ctx), ctx.look_ahead());
        let request = Request { first, after, last, before };
        let load = || async {
            let (app, actor, ids) = (&caller.app, &caller.actor, self.list.ids());
            let search = search.as_deref();
            let pages = users::pages_of_groups(app, actor, &ids, search, &request).await?;
            let totals = if selected.field("totalCount").exists() {
                users::counts_of_groups(app, actor, &ids, search).await?
            } else {
                HashMap::new()
            };
            Connection::load_each(caller, pages, totals, &selected).await
        };
        self.list.users.get(way(ctx, &(&search, &request)), self.uuid(), load).await
    }

    /// How many users are in the group; deleted ones do not count.
    async fn user_count(&self) -> i32 {
        self.row().user_count
    }

    /// Whether this is the group that the root role was first given to: it cannot be deleted, and keeps
    /// that role.
    async fn is_protected(&self) -> bool {
        self.row().is_protected
    }

    /// Grows by one with each change of title, description or roles; send it back as expectedVersion.
    /// Membership is not part of it, nor of User.version: adding and removing commute.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// When the group was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row().created_at)
    }

    /// When the title, the description or the roles last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row().updated_at)
    }

    /// What the viewer may do with this group.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<GroupCapabilities, Failure> {
        let caller = caller(ctx);
        let load = || async {
            Ok(groups::what_can_be_done(&caller.app, &caller.actor, &self.list.rows).await?)
        };
        let can = self.list.can.get(String::new(), self.uuid(), load).await?;
        Ok(can.map_or_else(GroupCapabilities::default, |can| GroupCapabilities {
            update: can.update,
            delete: can.delete,
            add_users: can.add_users,
        }))
    }
}

/// What the viewer may do with a group. The rules of the moment are the mutations': a group that has
/// users, for example, is deleted only with force.
#[derive(Default, SimpleObject)]
pub struct GroupCapabilities {
    /// Whether the viewer may change it and its roles.
    update: bool,
    /// Whether the viewer may delete it.
    delete: bool,
    /// Whether the viewer may put users into it.
    add_users: bool,
}

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
        let row = groups::find(&caller.app, &caller.actor, id).await?;
        Group::load_one(caller, row, &ctx.look_ahead()).await
    }

    /// The group of this title, compared as titles are; null when there is none.
    async fn group_by_title(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group's title.")] title: String,
    ) -> Result<Option<Group>, Failure> {
        let caller = caller(ctx);
        let row = groups::find_by_title(&caller.app, &caller.actor, &title).await?;
        Group::load_one(caller, row, &ctx.look_ahead()).await
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
        let (app, actor) = (&caller.app, &caller.actor);
        let page = groups::page(app, actor, &filter, field, descending, &request).await?;
        Connection::load(caller, page, filter, &ctx.look_ahead()).await
    }
}
