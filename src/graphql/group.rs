//! Groups.

use async_graphql::{Context, Enum, ID, InputObject, Lookahead, Object, SimpleObject};

use entity::group;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::mutation_error::CreateGroupError;
use super::node::{filter_ids, global_id, uuid};
use super::page::{Connection, Edge, Listed, OrderDirection};
use super::role::Role;
use super::user_error::user_errors;
use crate::domain::group::{self as groups, Filter, NewGroup, OrderField};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::{capability, role as roles};

/// A row of groups, with what was loaded for it.
pub struct Group {
    row: group::Model,
    /// Loaded with a list, for all its groups at once, or when first asked for.
    roles: OnceCell<Vec<Role>>,
}

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        Self { row, roles: OnceCell::new() }
    }
}

impl Group {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row.id
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
        let mut list: Vec<Self> = rows.into_iter().map(Self::from).collect();
        let below = selected.field("roles");
        if list.is_empty() || !below.exists() || !caller.actor.may(capability::ROLE_INDEX) {
            return Ok(list);
        }
        let ids: Vec<_> = list.iter().map(|group| group.row.id).collect();
        let mut by_group = roles::of_groups(&caller.app, &caller.actor, &ids).await?;
        let (mut rows, mut counts) = (Vec::new(), Vec::new());
        for id in &ids {
            let roles = by_group.remove(id).unwrap_or_default();
            counts.push(roles.len());
            rows.extend(roles);
        }
        caller.spend(rows.len())?;
        let mut roles = Role::load(caller, rows, &below).await?.into_iter();
        for (group, count) in list.iter_mut().zip(counts) {
            let roles = roles.by_ref().take(count).collect();
            group.roles = OnceCell::new_with(Some(roles));
        }
        Ok(list)
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
        global_id(Kind::Group, self.row.id)
    }

    /// Unique identifier of the group, compared after trimming, Unicode NFC and case folding.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What the group is for, in the words of those who made it.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// One to 100, by name. Requires acl/role/index.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<&Vec<Role>>, Failure> {
        let load = async || {
            let (caller, id) = (caller(ctx), self.row.id);
            let mut roles = roles::of_groups(&caller.app, &caller.actor, &[id]).await?;
            let rows = roles.remove(&id).unwrap_or_default();
            caller.spend(rows.len())?;
            Role::load(caller, rows, &ctx.look_ahead()).await
        };
        self.roles.get_or_try_init(load).await.map(Some)
    }

    /// How many users are in the group; deleted ones do not count.
    async fn user_count(&self) -> i32 {
        self.row.user_count
    }

    /// Whether this is the group that the root role was first given to: it cannot be deleted, and keeps
    /// that role.
    async fn is_protected(&self) -> bool {
        self.row.is_protected
    }

    /// Grows by one with each change of title, description or roles; send it back as expectedVersion.
    /// Membership is not part of it, nor of User.version: adding and removing commute.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When the group was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When the title, the description or the roles last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
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

/// A group to be made.
#[derive(InputObject)]
pub struct CreateGroupInput {
    /// 1 to 255 characters, unlike every other group's.
    title: String,
    /// At most 1,000 characters.
    description: Option<String>,
    /// 1 to 100. A repeated id is refused.
    role_ids: Vec<ID>,
    /// At most 1,000. A repeated id is refused.
    user_ids: Option<Vec<ID>>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is.
    client_mutation_id: Option<String>,
}

/// What came of making a group.
#[derive(SimpleObject)]
pub struct CreateGroupPayload {
    /// The new group; null on an error or when only validated.
    group: Option<Group>,
    /// The new group as an edge of groups in their default order.
    group_edge: Option<Edge<Group>>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<CreateGroupError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct GroupMutation;

#[Object]
impl GroupMutation {
    /// Makes a group that carries roles, with users or without. Requires acl/group/create, and every
    /// access that the roles allow.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateGroupInput,
    ) -> Result<CreateGroupPayload, Failure> {
        let caller = caller(ctx);
        let client_mutation_id = input.client_mutation_id;
        let texts = |ids: Vec<ID>| ids.into_iter().map(|id| id.0).collect();
        let new = NewGroup {
            title: input.title,
            description: input.description,
            role_ids: texts(input.role_ids),
            user_ids: texts(input.user_ids.unwrap_or_default()),
            validate_only: input.validate_only,
        };
        let made = groups::create(&caller.app, &caller.actor, new).await;
        let (row, user_errors) = user_errors(made)?;
        let below = ctx.look_ahead().field("group");
        let group = Group::load_one(caller, row.clone(), &below).await?;
        Ok(CreateGroupPayload {
            group,
            group_edge: row.map(|row| Edge { cursor: groups::cursor(&row), node: row.into() }),
            user_errors,
            client_mutation_id,
        })
    }
}
