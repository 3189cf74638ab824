//! Roles and their rules.

mod mutation;
mod query;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Lookahead, Object, SimpleObject};

use entity::role;
use uuid::Uuid;

use super::context::{Caller, ITEMS, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::group::Group;
use super::node::global_id;
use super::page::{Connection, Listed};
use super::rule::Rule;
use super::siblings::{Relation, RelationWith, Sibling};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::role::{self as roles, Can, Filter};
use crate::domain::{group as groups, rule as rules};

pub use mutation::RoleMutation;
pub use query::RoleQuery;

/// A row of roles.
#[derive(Clone)]
pub struct Role(Sibling<role::Model, Relations>);

#[derive(Default)]
struct Relations {
    rules: Relation<Vec<Rule>>,
    groups: RelationWith<Arc<Connection<Group>>>,
    group_count: Relation<i32>,
    can: Relation<Can>,
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        let id = row.id;
        Self(Sibling::alone(row, id))
    }
}

impl Role {
    /// Wraps roles that come once each, for each of the groups that have them: groups share roles.
    pub fn by_group(rows: Vec<(role::Model, Vec<Uuid>)>) -> HashMap<Uuid, Vec<Self>> {
        let (rows, groups): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let mut by_group: HashMap<Uuid, Vec<Self>> = HashMap::new();
        for (role, groups) in Self::wrap(rows).into_iter().zip(groups) {
            for group in groups {
                by_group.entry(group).or_default().push(role.clone());
            }
        }
        by_group
    }

    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.0.uuid()
    }

    async fn load_rules(&self, caller: &Caller) -> Result<&[Rule], Failure> {
        let load = async || {
            let (app, actor) = (&caller.app, &caller.actor());
            let rules = rules::of_roles(app, actor, self.0.ids(), ITEMS).await?;
            let wrap = |rules: Vec<_>| rules.into_iter().map(Rule).collect();
            Ok(rules.into_iter().map(|(role, rules)| (role, wrap(rules))).collect())
        };
        let rules = self.0.relations().rules.of(self.uuid(), load).await?;
        Ok(rules.map(Vec::as_slice).unwrap_or_default())
    }
}

impl Listed for Role {
    type Row = role::Model;
    type Filter = Filter;

    fn wrap(rows: Vec<role::Model>) -> Vec<Self> {
        Sibling::wrap(rows, |role| role.id).map(Self).collect()
    }

    async fn prepare(all: &[Self], caller: &Caller, selected: &Lookahead<'_>) {
        if let (true, Some(role)) = (selected.field("rules").exists(), all.first()) {
            role.load_rules(caller).await.ok();
        }
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(roles::count(&caller.app, &caller.actor(), filter).await?)
    }
}

/// Access to a bundle/controller/action is allowed or denied by rules; a role is a named set of rules.
/// Groups carry roles, and users have the roles of their groups.
#[Object]
impl Role {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Role, self.0.id)
    }

    /// What identifies the role: unique, compared after trimming, Unicode NFC and case folding.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What the role is for, in the words of those who made it.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// At most 500, in the order bundle, controller, action, permission.
    async fn rules(&self, ctx: &Context<'_>) -> Result<&[Rule], Failure> {
        let rules = self.load_rules(caller(ctx)).await?;
        caller(ctx).spend(rules.len())?;
        Ok(rules)
    }

    /// A page of the groups that have this role, by title. Requires acl/group/index.
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Option<Arc<Connection<Group>>>, Failure> {
        let caller = caller(ctx);
        let request = Request { first, after, last, before };
        let load = async || {
            let (app, actor, ids) = (&caller.app, &caller.actor(), self.0.ids());
            let pages = groups::pages_of_roles(app, actor, ids, &request).await?;
            let totals = if ctx.look_ahead().field("totalCount").exists() {
                roles::group_counts(app, actor, ids).await?
            } else {
                HashMap::new()
            };
            Ok(Connection::each(pages, &totals))
        };
        self.0.relations().groups.of(ctx, self.uuid(), load).await
    }

    /// How many groups have this role.
    async fn group_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        let caller = caller(ctx);
        let load =
            async || Ok(roles::group_counts(&caller.app, &caller.actor(), self.0.ids()).await?);
        let count = self.0.relations().group_count.of(self.uuid(), load).await?;
        Ok(count.copied().unwrap_or_default())
    }

    /// Whether this is the built-in root role: it cannot be renamed, changed or deleted.
    async fn is_protected(&self) -> bool {
        self.0.is_protected
    }

    /// Grows by one with each change of this role or its rules; send it back as expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the role was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the role or its rules last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the viewer may do with this role.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<RoleCapabilities, Failure> {
        let (caller, rows) = (caller(ctx), self.0.rows());
        let load = async || Ok(roles::what_can_be_done(&caller.app, &caller.actor(), rows).await?);
        let can = self.0.relations().can.of(self.uuid(), load).await?;
        Ok(can.map_or_else(RoleCapabilities::default, |can| RoleCapabilities {
            update: can.update,
            delete: can.delete,
            assign: can.assign,
        }))
    }
}

/// What the viewer may do with a role. The rules of the moment are the mutations': a role that a group
/// has, for example, is not deleted.
#[derive(Default, SimpleObject)]
pub struct RoleCapabilities {
    /// Whether the viewer may change it and its rules.
    update: bool,
    /// Whether the viewer may delete it.
    delete: bool,
    /// Whether the viewer may give it to groups.
    assign: bool,
}
