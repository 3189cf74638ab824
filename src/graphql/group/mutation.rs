//! Making, changing and deleting groups.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::Group;
use crate::domain::group::{self as groups, GroupChange, GroupDeletion, NewGroup};
use crate::domain::id::Kind;
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::mutation_error::{CreateGroupError, DeleteGroupError, UpdateGroupError};
use crate::graphql::node::{global_id, texts};
use crate::graphql::page::Edge;
use crate::graphql::user_error::user_errors;

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
    /// Given back as it is; nothing is recognised by it.
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

/// A change of a group. Absent and null leave a field as it is.
#[derive(InputObject)]
pub struct UpdateGroupInput {
    /// The group's global id.
    id: ID,
    /// The version that the change was made for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// 1 to 255 characters, unlike every other group's.
    title: Option<String>,
    /// At most 1,000 characters; blank takes it away.
    description: Option<String>,
    /// Replaces all; 1 to 100.
    role_ids: Option<Vec<ID>>,
    /// Roles that the group has from now on, beside others.
    add_role_ids: Option<Vec<ID>>,
    /// Roles that the group no longer has.
    remove_role_ids: Option<Vec<ID>>,
    /// Users who are in the group from now on, beside others. At most 1,000.
    add_user_ids: Option<Vec<ID>>,
    /// Users who are no longer in the group. At most 1,000.
    remove_user_ids: Option<Vec<ID>>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of changing a group.
#[derive(SimpleObject)]
pub struct UpdateGroupPayload {
    /// The group as it is now; null on an error or when only validated.
    group: Option<Group>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<UpdateGroupError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A group to be deleted.
#[derive(InputObject)]
pub struct DeleteGroupInput {
    /// The group's global id.
    id: ID,
    /// The version that the deletion was decided for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// Delete it even if it has users, who lose what its roles allow.
    #[graphql(default)]
    force: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of deleting a group.
#[derive(SimpleObject)]
pub struct DeleteGroupPayload {
    /// The id of the group that is gone; null on an error.
    deleted_group_id: Option<ID>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<DeleteGroupError>,
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
        let new = NewGroup {
            title: input.title,
            description: input.description,
            role_ids: texts(Some(input.role_ids)),
            user_ids: texts(input.user_ids),
            validate_only: input.validate_only,
        };
        let made = groups::create(&caller.app, &caller.actor(), new).await;
        let (row, user_errors) = user_errors(made)?;
        let group = row.map(Group::from);
        Ok(CreateGroupPayload {
            group: group.clone(),
            group_edge: group.map(|node| Edge { cursor: groups::cursor(&node.row), node }),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Changes a group, its roles and its users. Adding what is there and removing what is not there is no
    /// change. Requires acl/group/update, and every access that the group, the roles and the users carry,
    /// or lose a denial of.
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateGroupInput,
    ) -> Result<UpdateGroupPayload, Failure> {
        let caller = caller(ctx);
        let change = GroupChange {
            id: input.id.0,
            expected_version: input.expected_version,
            title: input.title,
            description: input.description,
            role_ids: input.role_ids.map(|ids| texts(Some(ids))),
            add_role_ids: texts(input.add_role_ids),
            remove_role_ids: texts(input.remove_role_ids),
            add_user_ids: texts(input.add_user_ids),
            remove_user_ids: texts(input.remove_user_ids),
            validate_only: input.validate_only,
        };
        let changed = groups::update(&caller.app, &caller.actor(), change).await;
        let (row, user_errors) = user_errors(changed)?;
        Ok(UpdateGroupPayload {
            group: row.map(Group::from),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Deletes a group with its memberships. A group that still has users is refused (IN_USE) unless force.
    /// Requires acl/group/delete, and every access that the group carries or denies.
    async fn delete_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: DeleteGroupInput,
    ) -> Result<DeleteGroupPayload, Failure> {
        let caller = caller(ctx);
        let deletion = GroupDeletion {
            id: input.id.0,
            expected_version: input.expected_version,
            force: input.force,
        };
        let deleted = groups::delete(&caller.app, &caller.actor(), deletion).await;
        let (id, user_errors) = user_errors(deleted.map(Some))?;
        Ok(DeleteGroupPayload {
            deleted_group_id: id.map(|id| global_id(Kind::Group, id)),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }
}
