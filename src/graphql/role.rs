//! Roles and their rules.

mod mutation;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Lookahead, Object, SimpleObject};

use entity::{role, rule};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::context::{Caller, ITEMS, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::group::Group;
use super::node::{filter_ids, global_id, uuid};
use super::page::{Connection, Listed, OrderDirection};
use super::rule::Rule;
use super::siblings::{Siblings, way};
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::role::{self as roles, Can, Filter, OrderField};
use crate::domain::{capability, group as groups, rule as rules};

pub use mutation::RoleMutation;

/// A row of roles, with what was loaded for it.
pub struct Role {
    list: Arc<Roles>,
    place: usize,
    /// Loaded with a list, for all its roles at once, or when first asked for.
    rules: OnceCell<Arc<[Rule]>>,
    group_count: OnceCell<i32>,
}

/// Roles that were loaded together.
#[derive(Default)]
struct Roles {
    rows: Vec<role::Model>,
    groups: Siblings<Connection<Group>>,
    can: Siblings<Can>,
}

impl Roles {
    /// Each once: groups share roles.
    fn ids(&self) -> Vec<Uuid> {
        let mut ids: Vec<_> = self.rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        Self::new(&Arc::new(Roles { rows: vec![row], ..Roles::default() }), 0)
    }
}

impl Role {
    fn new(list: &Arc<Roles>, place: usize) -> Self {
        let list = list.clone();
        Self { list, place, rules: OnceCell::new(), group_count: OnceCell::new() }
    }

    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row().id
    }

    fn row(&self) -> &role::Model {
        &self.list.rows[self.place]
    }
}

impl Listed for Role {
    type Row = role::Model;
    type Filter = Filter;

    async fn load(
        caller: &Caller,
        rows: Vec<role::Model>,
        selected: &Lookahead<'_>,
    ) -> Result<Vec<Self>, Failure> {
        let list = Arc::new(Roles { rows, ..Roles::default() });
        let mut roles: Vec<Self> =
            (0..list.rows.len()).map(|place| Self::new(&list, place)).collect();
        // Who may not read roles may read the names of their own: the rest fails where it stands.
        if roles.is_empty() || !caller.actor.may(capability::ROLE_INDEX) {
            return Ok(roles);
        }
        let (rules, counts) = (selected.field("rules"), selected.field("groupCount"));
        let ids = if rules.exists() || counts.exists() { list.ids() } else { Vec::new() };
        if rules.exists() {
            let rules = load_rules(caller, &ids).await?;
            for role in &mut roles {
                let rules = rules.get(&role.uuid()).cloned().unwrap_or_default();
                role.rules = OnceCell::new_with(Some(rules));
            }
        }
        if counts.exists() {
            let counts = roles::group_counts(&caller.app, &caller.actor, &ids).await?;
            for role in &mut roles {
                let count = counts.get(&role.uuid()).copied().unwrap_or_default();
                role.group_count = OnceCell::new_with(Some(count));
            }
        }
        Ok(roles)
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(roles::count(&caller.app, &caller.actor, filter).await?)
    }
}

async fn load_rules(
    caller: &Caller,
    roles: &[Uuid],
) -> Result<HashMap<Uuid, Arc<[Rule]>>, Failure> {
    let rules = rules::of_roles(&caller.app, &caller.actor, roles, ITEMS).await?;
    let wrap = |rules: Vec<rule::Model>| rules.into_iter().map(Rule).collect();
    Ok(rules.into_iter().map(|(role, rules)| (role, wrap(rules))).collect())
}

/// Access to a bundle/controller/action is allowed or denied by rules; a role is a named set of rules.
/// Groups carry roles, and users have the roles of their groups.
#[Object]
impl Role {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Role, self.row().id)
    }

    /// What identifies the role: unique, compared after trimming, Unicode NFC and case folding.
    async fn name(&self) -> &str {
        &self.row().name
    }

    /// What the role is for, in the words of those who made it.
    async fn description(&self) -> Option<&str> {
        self.row().description.as_deref()
    }

    /// At most 500, in the order bundle, controller, action, permission.
    async fn rules(&self, ctx: &Context<'_>) -> Result<&[Rule], Failure> {
        let load = async || {
            let (caller, id) = (caller(ctx), self.row().id);
            let mut rules = load_rules(caller, &[id]).await?;
            Ok::<_, Failure>(rules.remove(&id).unwrap_or_default())
        };
        let rules = self.rules.get_or_try_init(load).await?;
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
        let (caller, selected) = (caller(ctx), ctx.look_ahead());
        let request = Request { first, after, last, before };
        let load = || async {
            let (app, actor, ids) = (&caller.app, &caller.actor, self.list.ids());
            let pages = groups::pages_of_roles(app, actor, &ids, &request).await?;
            let totals = if selected.field("totalCount").exists() {
                roles::group_counts(app, actor, &ids).await?
            } else {
                HashMap::new()
            };
            Connection::load_each(caller, pages, totals, &selected).await
        };
        self.list.groups.get(way(ctx, &request), self.uuid(), load).await
    }

    /// How many groups have this role.
    async fn group_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        let load = async || {
            let (caller, id) = (caller(ctx), self.row().id);
            let counts = roles::group_counts(&caller.app, &caller.actor, &[id]).await?;
            Ok::<_, Failure>(counts.get(&id).copied().unwrap_or_default())
        };
        Ok(*self.group_count.get_or_try_init(load).await?)
    }

    /// Whether this is the built-in root role: it cannot be renamed, changed or deleted.
    async fn is_protected(&self) -> bool {
        self.row().is_protected
    }

    /// Grows by one with each change of this role or its rules; send it back as expectedVersion.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// When the role was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row().created_at)
    }

    /// When the role or its rules last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row().updated_at)
    }

    /// What the viewer may do with this role.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<RoleCapabilities, Failure> {
        let (caller, rows) = (caller(ctx), &self.list.rows);
        let load =
            || async { Ok(roles::what_can_be_done(&caller.app, &caller.actor, rows).await?) };
        let can = self.list.can.get(String::new(), self.uuid(), load).await?;
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
        let row = roles::find(&caller.app, &caller.actor, id).await?;
        Role::load_one(caller, row, &ctx.look_ahead()).await
    }

    /// The role of this name, compared as names are; null when there is none.
    async fn role_by_name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role's name.")] name: String,
    ) -> Result<Option<Role>, Failure> {
        let caller = caller(ctx);
        let row = roles::find_by_name(&caller.app, &caller.actor, &name).await?;
        Role::load_one(caller, row, &ctx.look_ahead()).await
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
        let (app, actor) = (&caller.app, &caller.actor);
        let page = roles::page(app, actor, &filter, field, descending, &request).await?;
        Connection::load(caller, page, filter, &ctx.look_ahead()).await
    }
}
