//! Users.

mod mutation;
mod query;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use entity::user;
use uuid::Uuid;

use super::access::AccessDecision;
use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::group::Group;
use super::node::global_id;
use super::page::Listed;
use super::siblings::{Relation, RelationWith, Sibling};
use crate::domain::id::Kind;
use crate::domain::user::{self as users, Can, Filter};
use crate::domain::{Error, capability, decision, group as groups};

pub use mutation::UserMutation;
pub use query::UserQuery;

/// A row of users.
#[derive(Clone)]
pub struct User(Sibling<user::Model, Relations>);

#[derive(Default)]
struct Relations {
    groups: Relation<Vec<Group>>,
    own_groups: Relation<Vec<Group>>,
    access: RelationWith<Arc<AccessDecision>>,
    can: Relation<Can>,
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        let id = row.id;
        Self(Sibling::alone(row, id))
    }
}

impl User {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.0.uuid()
    }
}

impl Listed for User {
    type Row = user::Model;
    type Filter = Filter;

    fn wrap(rows: Vec<user::Model>) -> Vec<Self> {
        Sibling::wrap(rows, |user| user.id).map(Self).collect()
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(users::count(&caller.app, &caller.actor(), filter).await?)
    }
}

/// Reads the groups of some users, of which one may be the viewer.
async fn load_groups(
    caller: &Caller,
    users: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Group>>, Failure> {
    let rows = groups::of_users(&caller.app, &caller.actor(), users).await?;
    let mut groups = Group::wrap_each(rows);
    if let Some((user, own)) = caller.actor().user_id().and_then(|me| groups.remove_entry(&me)) {
        groups.insert(user, own.into_iter().map(Group::into_own).collect());
    }
    Ok(groups)
}

/// Someone who signs in, and may do what the roles of their groups allow.
#[Object]
impl User {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::User, self.0.id)
    }

    /// What the user signs in with; unique over users of every status.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// First name.
    async fn first_name(&self) -> &str {
        &self.0.first_name
    }

    /// Last name.
    async fn last_name(&self) -> &str {
        &self.0.last_name
    }

    /// Whether the user may do anything at all.
    async fn status(&self) -> UserStatus {
        self.0.status.into()
    }

    /// BCP 47 tag of the language this user works in.
    async fn locale(&self) -> &str {
        &self.0.locale
    }

    /// At most 100, by title; none once the last one was deleted or gave the user up. Requires
    /// acl/group/index, but for one's own.
    async fn groups(&self, ctx: &Context<'_>) -> Result<Option<&[Group]>, Failure> {
        let (caller, relations, id) = (caller(ctx), self.0.relations(), self.uuid());
        let is_oneself = caller.actor().user_id() == Some(id);
        let groups = if is_oneself && !caller.actor().may(capability::GROUP_INDEX) {
            relations.own_groups.of(id, async || load_groups(caller, &[id]).await).await?
        } else {
            relations.groups.of(id, async || load_groups(caller, self.0.ids()).await).await?
        };
        let groups = groups.map(Vec::as_slice).unwrap_or_default();
        caller.spend(groups.len())?;
        Ok(Some(groups))
    }

    /// When the user last signed in; null for never.
    async fn last_sign_in_at(&self) -> Option<DateTime> {
        self.0.last_sign_in_at.map(DateTime)
    }

    /// Grows by one with each change of this user; send it back as expectedVersion. Membership is not
    /// part of it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the user was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the user last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// The decision for this user, with the rules that made it.
    async fn access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bundle of what is asked about.")] bundle: String,
        #[graphql(desc = "The controller of what is asked about.")] controller: String,
        #[graphql(desc = "The action of what is asked about.")] action: String,
    ) -> Result<Arc<AccessDecision>, Failure> {
        let (caller, rows) = (caller(ctx), self.0.rows());
        let load = async || {
            let (app, actor) = (&caller.app, &caller.actor());
            let them = decision::of_users(app, actor, rows, &bundle, &controller, &action);
            Ok(AccessDecision::each(them.await?))
        };
        let decision = self.0.relations().access.of(ctx, self.uuid(), load).await?;
        let decision = decision.ok_or_else(|| Error::internal("a user without a decision"))?;
        caller.spend(decision.origins())?;
        Ok(decision)
    }

    /// What the viewer may do with this user.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<UserCapabilities, Failure> {
        let (caller, rows) = (caller(ctx), self.0.rows());
        let load = async || Ok(users::what_can_be_done(&caller.app, &caller.actor(), rows).await?);
        let can = self.0.relations().can.of(self.uuid(), load).await?;
        Ok(can.map_or_else(UserCapabilities::default, |can| UserCapabilities {
            update: can.update,
            block: can.block,
            delete: can.delete,
        }))
    }
}

/// What the viewer may do with a user. Everyone may change their own names and language.
#[derive(Default, SimpleObject)]
pub struct UserCapabilities {
    /// Whether the viewer may change them, or at least their names and language.
    update: bool,
    /// Whether the viewer may block or unblock them.
    block: bool,
    /// Whether the viewer may delete or restore them.
    delete: bool,
}

/// Whether a user may do anything at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "user::Status")]
pub enum UserStatus {
    /// May do what their groups' roles allow.
    Active,
    /// May do nothing until unblocked.
    Blocked,
    /// May do nothing and is left out of lists; can be restored.
    Deleted,
}
