//! Making and changing users.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{User, UserStatus};
use crate::domain::user::{self as users, NewUser, StatusChange, UserChange};
use crate::graphql::context::caller;
use crate::graphql::error::Failure;
use crate::graphql::mutation_error::{CreateUserError, SetUserStatusError, UpdateUserError};
use crate::graphql::node::texts;
use crate::graphql::page::Edge;
use crate::graphql::user_error::user_errors;

/// A user to be made.
#[derive(InputObject)]
pub struct CreateUserInput {
    /// What the user signs in with: unlike every other user's, of whatever status.
    email: String,
    /// 1 to 255 characters.
    first_name: String,
    /// 1 to 255 characters.
    last_name: String,
    /// 12 to 128 characters, judged by an estimator of strength, not by character classes.
    password: String,
    /// 1 to 100. A repeated id is refused.
    group_ids: Vec<ID>,
    /// BCP 47 tag of the language the user works in; en when absent.
    locale: Option<String>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of making a user.
#[derive(SimpleObject)]
pub struct CreateUserPayload {
    /// The new user; null on an error or when only validated.
    user: Option<User>,
    /// The new user as an edge of users in their default order.
    user_edge: Option<Edge<User>>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<CreateUserError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A change of a user. Absent and null leave a field as it is.
#[derive(InputObject)]
pub struct UpdateUserInput {
    /// The user's global id.
    id: ID,
    /// The version that the change was made for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// What the user signs in with: unlike every other user's, of whatever status.
    email: Option<String>,
    /// 1 to 255 characters.
    first_name: Option<String>,
    /// 1 to 255 characters.
    last_name: Option<String>,
    /// 12 to 128 characters, judged by an estimator of strength, not by character classes. Another one ends the
    /// user's sessions, but for the one that asks.
    password: Option<String>,
    /// BCP 47 tag of the language the user works in.
    locale: Option<String>,
    /// Replaces all; 1 to 100. Memberships are no part of the version: what others added since goes, too. Who
    /// edits them on a screen sends addGroupIds and removeGroupIds.
    group_ids: Option<Vec<ID>>,
    /// Groups that the user is in from now on, beside others.
    add_group_ids: Option<Vec<ID>>,
    /// Groups that the user is no longer in.
    remove_group_ids: Option<Vec<ID>>,
    /// Run every check and write nothing.
    #[graphql(default)]
    validate_only: bool,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of changing a user.
#[derive(SimpleObject)]
pub struct UpdateUserPayload {
    /// The user as they are now; null on an error or when only validated.
    user: Option<User>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<UpdateUserError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// A user to be blocked, unblocked, deleted or restored.
#[derive(InputObject)]
pub struct SetUserStatusInput {
    /// The user's global id.
    id: ID,
    /// The version that the change was made for; another one is refused (STALE_VERSION).
    expected_version: Option<i32>,
    /// ACTIVE unblocks or restores; BLOCKED and DELETED end the user's sessions and tokens at once and for good.
    status: UserStatus,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of giving a user another status.
#[derive(SimpleObject)]
pub struct SetUserStatusPayload {
    /// The user as they are now; null on an error.
    user: Option<User>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<SetUserStatusError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Makes a user who is in some groups. Requires user/user/create, and every access that the groups
    /// carry.
    async fn create_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user.")] input: CreateUserInput,
    ) -> Result<CreateUserPayload, Failure> {
        let caller = caller(ctx);
        let new = NewUser {
            email: input.email,
            first_name: input.first_name,
            last_name: input.last_name,
            password: input.password,
            locale: input.locale,
            group_ids: texts(Some(input.group_ids)),
            validate_only: input.validate_only,
        };
        let made = users::create(&caller.app, &caller.actor(), new).await;
        let (row, user_errors) = user_errors(made)?;
        let user = row.map(User::from);
        Ok(CreateUserPayload {
            user: user.clone(),
            user_edge: user.map(|node| Edge { cursor: users::cursor(&node.0), node }),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Changes a user and their groups. Everyone may change their own names and language; all else requires
    /// user/user/update, and every access that the user and the groups carry, or lose a denial of.
    async fn update_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: UpdateUserInput,
    ) -> Result<UpdateUserPayload, Failure> {
        let caller = caller(ctx);
        let change = UserChange {
            id: input.id.0,
            expected_version: input.expected_version,
            email: input.email,
            first_name: input.first_name,
            last_name: input.last_name,
            password: input.password,
            locale: input.locale,
            group_ids: input.group_ids.map(|ids| texts(Some(ids))),
            add_group_ids: texts(input.add_group_ids),
            remove_group_ids: texts(input.remove_group_ids),
            validate_only: input.validate_only,
        };
        let changed = users::update(&caller.app, &caller.actor(), change).await;
        let (row, user_errors) = user_errors(changed)?;
        Ok(UpdateUserPayload {
            user: row.map(User::from),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Blocks, unblocks, deletes or restores a user. To and from BLOCKED requires user/user/update, to and
    /// from DELETED user/user/delete, and both require every access that the user carries. Nobody blocks or
    /// deletes themselves (PROTECTED). A deleted user's row and e-mail stay.
    async fn set_user_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: SetUserStatusInput,
    ) -> Result<SetUserStatusPayload, Failure> {
        let caller = caller(ctx);
        let change = StatusChange {
            id: input.id.0,
            expected_version: input.expected_version,
            status: input.status.into(),
        };
        let changed = users::set_status(&caller.app, &caller.actor(), change).await;
        let (row, user_errors) = user_errors(changed.map(Some))?;
        Ok(SetUserStatusPayload {
            user: row.map(User::from),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }
}
