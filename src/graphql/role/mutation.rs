//! Making, changing and deleting roles.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::Role;
use crate::domain::id::Kind;
use crate::domain::role::{self as roles, NewRole, RoleChange, RoleDeletion};
use crate::domain::rule::NewRule;
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::mutation_error::{CreateRoleError, DeleteRoleError, UpdateRoleError};
use crate::graphql::node::{global_id, texts};
use crate::graphql::page::Edge;
use crate::graphql::rule::RuleInput;
use crate::graphql::user_error::user_errors;

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
    /// Given back as it is; nothing is recognised by it.
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

/// A change of a role. Absent and null leave a field as it is.
#[derive(InputObject)]
pub struct UpdateRoleInput {
    /// The role's global id.
    id: ID,
    /// The version that the change was made for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// 1 to 255 characters, unlike every other role's.
    name: Option<String>,
    /// At most 1,000 characters; blank takes it away.
    description: Option<String>,
    /// Replaces all; at most 500, each once. Those that are there already keep their ids.
    rules: Option<Vec<RuleInput>>,
    /// Rules beside those there are. One that the role already has is refused (DUPLICATE_ITEM).
    add_rules: Option<Vec<RuleInput>>,
    /// Rules of this role that go.
    remove_rule_ids: Option<Vec<ID>>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of changing a role.
#[derive(SimpleObject)]
pub struct UpdateRolePayload {
    /// The role as it is now; null on an error or when only validated.
    role: Option<Role>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<UpdateRoleError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A role to be deleted.
#[derive(InputObject)]
pub struct DeleteRoleInput {
    /// The role's global id.
    id: ID,
    /// The version that the deletion was decided for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of deleting a role.
#[derive(SimpleObject)]
pub struct DeleteRolePayload {
    /// The id of the role that is gone; null on an error.
    deleted_role_id: Option<ID>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<DeleteRoleError>,
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
        let new = NewRole {
            name: input.name,
            description: input.description,
            rules: new_rules(input.rules),
            validate_only: input.validate_only,
        };
        let made = roles::create(&caller.app, &caller.actor(), new).await;
        let (row, user_errors) = user_errors(made)?;
        let role = row.map(Role::from);
        Ok(CreateRolePayload {
            role: role.clone(),
            role_edge: role.map(|node| Edge { cursor: roles::cursor(&node.0), node }),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Changes a role and its rules. Requires acl/role/update, and every access that the role allows, that
    /// new rules allow, and that rules which go deny.
    async fn update_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateRoleInput,
    ) -> Result<UpdateRolePayload, Failure> {
        let caller = caller(ctx);
        let change = RoleChange {
            id: input.id.0,
            expected_version: input.expected_version,
            name: input.name,
            description: input.description,
            rules: input.rules.map(|rules| new_rules(Some(rules))),
            add_rules: new_rules(input.add_rules),
            remove_rule_ids: texts(input.remove_rule_ids),
            validate_only: input.validate_only,
        };
        let changed = roles::update(&caller.app, &caller.actor(), change).await;
        let (row, user_errors) = user_errors(changed)?;
        Ok(UpdateRolePayload {
            role: row.map(Role::from),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Deletes a role with its rules. A role that a group still has is refused (IN_USE): there is no force.
    /// Requires acl/role/delete, and every access that the role allows.
    async fn delete_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role.")] input: DeleteRoleInput,
    ) -> Result<DeleteRolePayload, Failure> {
        let caller = caller(ctx);
        let deletion = RoleDeletion { id: input.id.0, expected_version: input.expected_version };
        let deleted = roles::delete(&caller.app, &caller.actor(), deletion).await;
        let (id, user_errors) = user_errors(deleted.map(Some))?;
        Ok(DeleteRolePayload {
            deleted_role_id: id.map(|id| global_id(Kind::Role, id)),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }
}

fn new_rules(rules: Option<Vec<RuleInput>>) -> Vec<NewRule> {
    rules.unwrap_or_default().into_iter().map(NewRule::from).collect()
}
