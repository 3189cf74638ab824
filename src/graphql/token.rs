//! API tokens.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::api_token;

use super::context::caller;
use super::datetime::DateTime;
use super::error::Failure;
use super::mutation_error::{CreateApiTokenError, RevokeApiTokenError};
use super::node::global_id;
use super::user_error::user_errors;
use crate::domain::id::Kind;
use crate::domain::token::{self as tokens, NewToken};

/// A row of API tokens.
pub struct ApiToken(pub api_token::Model);

/// A credential of the viewer's own for programs: whoever has its secret may do what the viewer may.
#[Object]
impl ApiToken {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::ApiToken, self.0.id)
    }

    /// What the token is for, in the words of who made it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The first characters, to tell tokens apart.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// When the token was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the token stops working; null for never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When the token was last used; up to a minute more may have passed. Null for never.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }
}

#[derive(Default)]
pub struct TokenQuery;

#[Object]
impl TokenQuery {
    /// The viewer's own API tokens, the newest first. Requires user/token/create.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>, Failure> {
        let caller = caller(ctx);
        let rows = tokens::list(&caller.app, &caller.actor()).await?;
        caller.spend(rows.len())?;
        Ok(rows.into_iter().map(ApiToken).collect())
    }
}

/// An API token to be made.
#[derive(InputObject)]
pub struct CreateApiTokenInput {
    /// What it is for: 1 to 255 characters.
    name: String,
    /// When it stops working; never when absent.
    expires_at: Option<DateTime>,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of making an API token.
#[derive(SimpleObject)]
pub struct CreateApiTokenPayload {
    /// The new token; null on an error.
    api_token: Option<ApiToken>,
    /// Shown this once; only its hash is stored. Null on an error.
    secret: Option<String>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<CreateApiTokenError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

/// An API token to be ended.
#[derive(InputObject)]
pub struct RevokeApiTokenInput {
    /// The token's global id.
    id: ID,
    /// Given back as it is; nothing is recognised by it.
    client_mutation_id: Option<String>,
}

/// What came of ending an API token.
#[derive(SimpleObject)]
pub struct RevokeApiTokenPayload {
    /// The id of the token that no longer works; null on an error.
    revoked_api_token_id: Option<ID>,
    /// Everything that was wrong, ordered by path then code; empty on success.
    user_errors: Vec<RevokeApiTokenError>,
    /// As it was given.
    client_mutation_id: Option<String>,
}

#[derive(Default)]
pub struct TokenMutation;

#[Object]
impl TokenMutation {
    /// Makes an API token of the viewer's own; at most 100. Requires user/token/create.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload, Failure> {
        let caller = caller(ctx);
        let expires_at = input.expires_at.map(|DateTime(time)| time);
        let new = NewToken { name: input.name, expires_at };
        let made = tokens::create(&caller.app, &caller.actor(), new).await;
        let (made, user_errors) = user_errors(made.map(Some))?;
        let (row, secret) = made.unzip();
        Ok(CreateApiTokenPayload {
            api_token: row.map(ApiToken),
            secret,
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }

    /// Ends an API token of the viewer's own at once. Requires user/token/create.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload, Failure> {
        let caller = caller(ctx);
        let revoked = tokens::revoke(&caller.app, &caller.actor(), &input.id).await;
        let (id, user_errors) = user_errors(revoked.map(Some))?;
        Ok(RevokeApiTokenPayload {
            revoked_api_token_id: id.map(|id| global_id(Kind::ApiToken, id)),
            user_errors,
            client_mutation_id: input.client_mutation_id,
        })
    }
}
