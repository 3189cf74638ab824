//! Groups.

mod mutation;
mod query;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Lookahead, Object, SimpleObject};

use entity::group;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::node::global_id;
use super::page::{Connection, Listed};
use super::role::Role;
use super::siblings::{Relation, RelationWith, Sibling};
use super::user::User;
use crate::domain::group::{self as groups, Can, Filter};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::{capability, role as roles, user as users};

pub use mutation::GroupMutation;
pub use query::GroupQuery;

/// A row of groups.
#[derive(Clone)]
pub struct Group {
    row: Sibling<group::Model, Relations>,
    /// Whether this is one of the viewer's own groups, of which everyone may read the roles' names.
    is_own: bool,
}

#[derive(Default)]
struct Relations {
    roles: Relation<Vec<Role>>,
    own_roles: Relation<Vec<Role>>,
    users: RelationWith<Arc<Connection<User>>>,
    can: Relation<Can>,
}

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        let id = row.id;
        Self { row: Sibling::alone(row, id), is_own: false }
    }
}

impl Group {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row.uuid()
    }

    /// The same group, as one that the viewer is in.
    pub fn into_own(self) -> Self {
        Self { is_own: true, ..self }
    }

    async fn load_roles(&self, caller: &Caller) -> Result<&[Role], Failure> {
        let (app, actor, relations) = (&caller.app, &caller.actor(), self.row.relations());
        let roles = if self.is_own && !actor.may(capability::ROLE_INDEX) {
            let load = async || Ok(Role::by_group(roles::of_own_groups(app, actor).await?));
            relations.own_roles.of(self.uuid(), load).await?
        } else {
            let ids = self.row.ids();
            let load = async || Ok(Role::by_group(roles::of_groups(app, actor, ids).await?));
            relations.roles.of(self.uuid(), load).await?
        };
        Ok(roles.map(Vec::as_slice).unwrap_or_default())
    }
}

impl Listed for Group {
    type Row = group::Model;
    type Filter = Filter;

    fn wrap(rows: Vec<group::Model>) -> Vec<Self> {
        let rows = Sibling::wrap(rows, |group| group.id);
        rows.map(|row| Self { row, is_own: false }).collect()
    }

    async fn prepare(all: &[Self], caller: &Caller, selected: &Lookahead<'_>) {
        let below = selected.field("roles");
        if let (true, Some(group)) = (below.exists(), all.first()) {
            // What fails here fails again where it is asked for, and is told there.
            let roles = group.load_roles(caller).await.unwrap_or_default();
            Role::prepare(roles, caller, &below).await;
        }
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(groups::count(&caller.app, &caller.actor(), filter).await?)
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

    /// One to 100, by name. Requires acl/role/index, but for the viewer's own groups.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Option<&[Role]>, Failure> {
        let roles = self.load_roles(caller(ctx)).await?;
        caller(ctx).spend(roles.len())?;
        Ok(Some(roles))
    }

    /// A page of the users in the group, by e-mail address; deleted ones are left out. Requires
    /// user/user/index.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Words, at most 8, each a substring of e-mail, first or last name, ignoring case."
        )]
        search: Option<String>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Option<Arc<Connection<User>>>, Failure> {
        let (caller, search) = (caller(ctx), search.as_deref());
        let request = Request { first, after, last, before };
        let load = async || {
            let (app, actor, ids) = (&caller.app, &caller.actor(), self.row.ids());
            let pages = users::pages_of_groups(app, actor, ids, search, &request).await?;
            let totals = if ctx.look_ahead().field("totalCount").exists() {
                users::counts_of_groups(app, actor, ids, search).await?
            } else {
                HashMap::new()
            };
            Ok(Connection::each(pages, &totals))
        };
        self.row.relations().users.of(ctx, self.uuid(), load).await
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

    /// What the viewer may do with this group.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<GroupCapabilities, Failure> {
        let (caller, rows) = (caller(ctx), self.row.rows());
        let load = async || Ok(groups::what_can_be_done(&caller.app, &caller.actor(), rows).await?);
        let can = self.row.relations().can.of(self.uuid(), load).await?;
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
