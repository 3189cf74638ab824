//! Roles and their rules.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Lookahead, Object, SimpleObject};

use entity::{role, rule};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::mutation_error::CreateRoleError;
use super::node::{filter_ids, global_id, uuid};
use super::page::{Connection, Edge, Listed, OrderDirection};
use super::rule::{Rule, RuleInput};
use super::user_error::user_errors;
use crate::domain::id::Kind;
use crate::domain::page::Request;
use crate::domain::role::{self as roles, Filter, NewRole, OrderField};
use crate::domain::rule::{self as rules, NewRule};

/// A row of roles, with what was loaded for it.
pub struct Role {
    row: role::Model,
    /// Loaded with a list, for all its roles at once, or when first asked for.
    rules: OnceCell<Arc<[Rule]>>,
    group_count: OnceCell<i32>,
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        Self { row, rules: OnceCell::new(), group_count: OnceCell::new() }
    }
}

impl Role {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.row.id
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
        let mut list: Vec<Self> = rows.into_iter().map(Self::from).collect();
        let mut ids: Vec<_> = list.iter().map(|role| role.row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() && selected.field("rules").exists() {
            let rules = load_rules(caller, &ids).await?;
            for role in &mut list {
                let rules = rules.get(&role.row.id).cloned().unwrap_or_default();
                caller.spend(rules.len())?;
                role.rules = OnceCell::new_with(Some(rules));
            }
        }
        if !ids.is_empty() && selected.field("groupCount").exists() {
            let counts = roles::group_counts(&caller.app, &caller.actor, &ids).await?;
            for role in &mut list {
                let count = counts.get(&role.row.id).copied().unwrap_or_default();
                role.group_count = OnceCell::new_with(Some(count));
            }
        }
        Ok(list)
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(roles::count(&caller.app, &caller.actor, filter).await?)
    }
}

async fn load_rules(
    caller: &Caller,
    roles: &[Uuid],
) -> Result<HashMap<Uuid, Arc<[Rule]>>, Failure> {
    let rules = rules::of_roles(&caller.app, &caller.actor, roles).await?;
    let wrap = |rules: Vec<rule::Model>| rules.into_iter().map(Rule).collect();
    Ok(rules.into_iter().map(|(role, rules)| (role, wrap(rules))).collect())
}

/// Access to a bundle/controller/action is allowed or denied by rules; a role is a named set of rules.
/// Groups carry roles, and users have the roles of their groups.
#[Object]
impl Role {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Role, self.row.id)
    }

    /// What identifies the role: unique, compared after trimming, Unicode NFC and case folding.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What the role is for, in the words of those who made it.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// At most 500, in the order bundle, controller, action, permission.
    async fn rules(&self, ctx: &Context<'_>) -> Result<&[Rule], Failure> {
        let load = async || {
            let (caller, id) = (caller(ctx), self.row.id);
            let mut rules = load_rules(caller, &[id]).await?;
            let rules = rules.remove(&id).unwrap_or_default();
            caller.spend(rules.len())?;
            Ok::<_, Failure>(rules)
        };
        Ok(self.rules.get_or_try_init(load).await?)
    }

    /// How many groups have this role.
    async fn group_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        let load = async || {
            let (caller, id) = (caller(ctx), self.row.id);
            let counts = roles::group_counts(&caller.app, &caller.actor, &[id]).await?;
            Ok::<_, Failure>(counts.get(&id).copied().unwrap_or_default())
        };
        Ok(*self.group_count.get_or_try_init(load).await?)
    }

    /// Whether this is the built-in root role: it cannot be renamed, changed or deleted.
    async fn is_protected(&self) -> bool {
        self.row.is_protected
    }

    /// Grows by one with each change of this role or its rules; send it back as expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When the role was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When the role or its rules last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
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

/// A role to be made.
#[derive(InputObject)]
pub struct CreateRoleInput {
    /// 1 to 255 characters, unlike every other role's.
    name: String,
    /// At most 1,000 characters.
    description: Option<String>,
    /// At most 500, each once. Without any, the role allows nothing yet.
    rules: Option<Vec<RuleInput>>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is.
    client_mutation_id: Option<String>,
}

/// What came of making a role.
#[derive(SimpleObject)]
pub struct CreateRolePayload {
    /// The new role; null on an error or when only validated.
    role: Option<Role>,
    /// The new role as an edge of roles in their default order.
    role_edge: Option<Edge<Role>>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<CreateRoleError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Makes a role with its rules. Requires acl/role/create, and every access that the rules allow.
    async fn create_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The role.")] input: CreateRoleInput,
    ) -> Result<CreateRolePayload, Failure> {
        let caller = caller(ctx);
        let client_mutation_id = input.client_mutation_id;
        let rules = input.rules.unwrap_or_default().into_iter();
        let new = NewRole {
            name: input.name,
            description: input.description,
            rules: rules.map(NewRule::from).collect(),
            validate_only: input.validate_only,
        };
        let made = roles::create(&caller.app, &caller.actor, new).await;
        let (row, user_errors) = user_errors(made)?;
        let below = ctx.look_ahead().field("role");
        let role = Role::load_one(caller, row.clone(), &below).await?;
        Ok(CreateRolePayload {
            role,
            role_edge: row.map(|row| Edge { cursor: roles::cursor(&row), node: row.into() }),
            user_errors,
            client_mutation_id,
        })
    }
}
