//! Users.

mod mutation;
mod query;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Lookahead, Object, SimpleObject};

use entity::user;
use uuid::Uuid;

use super::access::{Access, AccessDecision};
use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::group::Group;
use super::node::global_id;
use super::page::Listed;
use super::siblings::{Siblings, way};
use crate::domain::decision::{self, Decision};
use crate::domain::id::Kind;
use crate::domain::user::{self as users, Can, Filter};
use crate::domain::{capability, group as groups};

pub use mutation::UserMutation;
pub use query::UserQuery;

/// A row of users, with what was loaded for it.
pub struct User {
    list: Arc<Users>,
    place: usize,
}

/// Users that were loaded together.
#[derive(Default)]
struct Users {
    rows: Vec<user::Model>,
    groups: Siblings<Vec<Arc<Group>>>,
    decisions: Siblings<Decision>,
    can: Siblings<Can>,
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self { list: Arc::new(Users { rows: vec![row], ..Users::default() }), place: 0 }
    }
}

impl User {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row().id
    }

    fn row(&self) -> &user::Model {
        &self.list.rows[self.place]
    }

    /// Those of the list whom the viewer may ask about: all, or oneself.
    fn asked(&self, sees_all: bool) -> Vec<user::Model> {
        if sees_all { self.list.rows.clone() } else { vec![self.row().clone()] }
    }
}

impl Listed for User {
    type Row = user::Model;
    type Filter = Filter;

    async fn load(
        _: &Caller,
        rows: Vec<user::Model>,
        _: &Lookahead<'_>,
    ) -> Result<Vec<Self>, Failure> {
        let list = Arc::new(Users { rows, ..Users::default() });
        Ok((0..list.rows.len()).map(|place| Self { list: list.clone(), place }).collect())
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(users::count(&caller.app, &caller.actor, filter).await?)
    }
}

/// Someone who signs in, and may do what the roles of their groups allow.
#[Object]
impl User {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::User, self.row().id)
    }

    /// What the user signs in with; unique over users of every status.
    async fn email(&self) -> &str {
        &self.row().email
    }

    /// First name.
    async fn first_name(&self) -> &str {
        &self.row().first_name
    }

    /// Last name.
    async fn last_name(&self) -> &str {
        &self.row().last_name
    }

    /// Whether the user may do anything at all.
    async fn status(&self) -> UserStatus {
        self.row().status.into()
    }

    /// BCP 47 tag of the language this user works in.
    async fn locale(&self) -> &str {
        &self.row().locale
    }

    /// At most 100, by title. Requires acl/group/index, but for one's own.
    async fn groups(&self, ctx: &Context<'_>) -> Result<Option<Arc<Vec<Arc<Group>>>>, Failure> {
        let caller = caller(ctx);
        let sees_all = caller.actor.may(capability::GROUP_INDEX);
        // Of their own groups everyone may read which roles they have.
        let as_own = caller.actor.user_id() == Some(self.uuid())
            && !caller.actor.may(capability::ROLE_INDEX);
        let load = || async {
            let users: Vec<Uuid> =
                self.asked(sees_all && !as_own).iter().map(|user| user.id).collect();
            let by_user = groups::of_users(&caller.app, &caller.actor, &users).await?;
            // Users share groups: each is loaded once.
            let mut rows: Vec<_> = by_user.values().flatten().cloned().collect();
            rows.sort_unstable_by_key(|group| group.id);
            rows.dedup_by_key(|group| group.id);
            let selected = ctx.look_ahead();
            let loaded = if as_own {
                Group::load_own(caller, rows, &selected).await?
            } else {
                Group::load(caller, rows, &selected).await?
            };
            let loaded = loaded.into_iter().map(|group| (group.uuid(), Arc::new(group)));
            let loaded: HashMap<Uuid, Arc<Group>> = loaded.collect();
            let of = |groups: Vec<entity::group::Model>| {
                groups.iter().filter_map(|group| loaded.get(&group.id).cloned()).collect()
            };
            Ok(by_user.into_iter().map(|(user, groups)| (user, of(groups))).collect())
        };
        let way = way(ctx, &(sees_all, as_own));
        let groups = self.list.groups.get(way, self.uuid(), load).await?.unwrap_or_default();
        caller.spend(groups.len())?;
        Ok(Some(groups))
    }

    /// When the user last signed in; null for never.
    async fn last_sign_in_at(&self) -> Option<DateTime> {
        self.row().last_sign_in_at.map(DateTime)
    }

    /// Grows by one with each change of this user; send it back as expectedVersion. Membership is not
    /// part of it.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// When the user was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row().created_at)
    }

    /// When the user last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row().updated_at)
    }

    /// The decision for this user, with the rules that made it.
    async fn access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bundle of what is asked about.")] bundle: String,
        #[graphql(desc = "The controller of what is asked about.")] controller: String,
        #[graphql(desc = "The action of what is asked about.")] action: String,
    ) -> Result<AccessDecision, Failure> {
        let caller = caller(ctx);
        let sees_all = caller.actor.may(capability::USER_INDEX);
        let access = Access { bundle, controller, action };
        let load = || async {
            let (app, actor) = (&caller.app, &caller.actor);
            let Access { bundle, controller, action } = &access;
            let users = self.asked(sees_all);
            Ok(decision::of_users(app, actor, &users, bundle, controller, action).await?)
        };
        let decision = self.list.decisions.get(format!("{access:?}"), self.uuid(), load).await?;
        let decision = AccessDecision::from(decision.as_deref());
        caller.spend(decision.origins())?;
        Ok(decision)
    }

    /// What the viewer may do with this user.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<UserCapabilities, Failure> {
        let (caller, rows) = (caller(ctx), &self.list.rows);
        let load =
            || async { Ok(users::what_can_be_done(&caller.app, &caller.actor, rows).await?) };
        let can = self.list.can.get(String::new(), self.uuid(), load).await?;
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
