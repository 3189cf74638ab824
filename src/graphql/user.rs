//! Users, and who is asking.

use async_graphql::{Context, Enum, ID, Object};

use entity::user;

use super::context::caller;
use super::datetime::DateTime;
use super::error::Failure;
use super::node::global_id;
use crate::domain::id::Kind;
use crate::domain::user as users;

/// A row of users.
pub struct User(pub user::Model);

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

/// The row of the one who asks.
pub struct Viewer(user::Model);

/// Who is asking.
#[Object]
impl Viewer {
    /// The signed-in user.
    async fn user(&self) -> User {
        User(self.0.clone())
    }
}

#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Null when nobody is signed in: the one field that needs no credential.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Failure> {
        let caller = caller(ctx);
        match caller.actor.user_id() {
            Some(id) => {
                let user = users::find(&caller.app, &caller.actor, id).await?;
                Ok(user.map(Viewer))
            }
            None => Ok(None),
        }
    }
}
