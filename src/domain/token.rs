//! API tokens: 256 random bits that are shown once and stored as a hash.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use entity::{api_token, user};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::Value;
use uuid::Uuid;

use super::audit::Changes;
use super::credential::{Credential, CredentialKind, PREFIX};
use super::error::{Fault, ListSize, TextFault, Violations};
use super::id::{Kind, NodeId};
use super::ids::Ids;
use super::text::Label;
use super::{Actor, Error, actor, audit, capability};
use crate::app::App;
use crate::db::End;

/// Most tokens that a user may have.
pub const MAX_TOKENS: usize = 100;
/// Characters of a token that are kept in clear, to tell tokens apart.
const SHOWN: usize = PREFIX.len() + 6;

/// A token to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    pub name: String,
    /// When it stops working; never when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a token of the actor's own and gives it with its secret, which nothing keeps.
pub async fn create(
    app: &App,
    actor: &Actor,
    new: NewToken,
) -> Result<(api_token::Model, String), Error> {
    actor.require(capability::TOKEN_CREATE)?;
    create_for(app, actor, actor.user_id().unwrap_or_default(), new).await
}

/// [`create`] for some user: what only the system itself may do.
pub async fn create_for(
    app: &App,
    actor: &Actor,
    user_id: Uuid,
    new: NewToken,
) -> Result<(api_token::Model, String), Error> {
    let mut violations = Violations::default();
    let name = violations.text(&["name"], Label::parse(&new.name));
    let now = app.clock.now();
    if new.expires_at.is_some_and(|end| end <= now || end.year() >= 10_000) {
        violations.add(&["expiresAt"], Fault::Text(NO_END));
    }
    let (credential, secret) = &Credential::generate(CredentialKind::ApiToken)?;
    let token = name.map(|name| api_token::Model {
        id: app.clock.new_id(),
        user_id,
        name: name.text,
        prefix: secret[..SHOWN].to_owned(),
        hash: credential.hash.to_vec(),
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
    });
    let (token, violations) = (&token, &violations);
    let insert = |tx: Arc<DatabaseTransaction>| async move {
        let (tx, mut violations) = (&*tx, violations.clone());
        // Whoever else makes a token for this user waits here, so that all of them are counted.
        user::Entity::find_by_id(user_id).lock_exclusive().one(tx).await?;
        let own = api_token::Column::UserId.eq(user_id);
        let others = api_token::Entity::find().filter(own).count(tx).await?;
        let actual = usize::try_from(others).map_err(Error::internal)? + 1;
        if actual > MAX_TOKENS {
            let size = ListSize { min: 0, max: MAX_TOKENS, actual };
            violations.add(&[], Fault::TooManyItems(size));
        }
        let (true, Some(token)) = (violations.is_empty(), token) else {
            return Err(violations.into_error());
        };
        let row = token.clone().into_active_model().reset_all();
        api_token::Entity::insert(row).exec_without_returning(tx).await?;
        let owner = NodeId::new(Kind::User, user_id).to_string();
        let changes = Changes::default()
            .field("name", Value::Null, &*token.name)
            .field("userId", Value::Null, owner)
            .field("expiresAt", Value::Null, token.expires_at.map(|end| end.to_rfc3339()));
        let subject = Some(NodeId::new(Kind::ApiToken, token.id));
        audit::record(app, tx, actor, "api_token.created", subject, changes).await?;
        Ok(token.clone())
    };
    let token = app.db.transaction(End::Commit, insert).await?;
    Ok((token, secret.clone()))
}

/// The actor's own tokens, the newest first.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<api_token::Model>, Error> {
    actor.require(capability::TOKEN_CREATE)?;
    let tokens = own(actor).order_by_desc(api_token::Column::Id);
    Ok(tokens.all(app.db.read()).await?)
}

/// Those of some tokens that are the actor's own.
pub async fn find_all(
    app: &App,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<api_token::Model>, Error> {
    actor.require(capability::TOKEN_CREATE)?;
    let tokens = own(actor).filter(api_token::Column::Id.is_in(ids.iter().copied()));
    Ok(tokens.all(app.db.read()).await?)
}

/// Ends one of the actor's own tokens, and gives its id.
pub async fn revoke(app: &App, actor: &Actor, id: &str) -> Result<Uuid, Error> {
    actor.require(capability::TOKEN_CREATE)?;
    let mut violations = Violations::default();
    let (id, violations) = (&Ids::one(Kind::ApiToken, id, &mut violations), &violations);
    let remove = |tx: Arc<DatabaseTransaction>| async move {
        let (tx, mut violations) = (&*tx, violations.clone());
        // Other instances remember whose token this is until someone's access changes.
        actor::announce_change(tx).await?;
        let token = own(actor).filter(api_token::Column::Id.is_in(id.uuids())).one(tx).await?;
        id.require(&token.iter().map(|token| token.id).collect(), &mut violations);
        let Some(token) = token else {
            return Err(violations.into_error());
        };
        api_token::Entity::delete_by_id(token.id).exec(tx).await?;
        let changes = Changes::default().field("name", &*token.name, Value::Null);
        let subject = Some(NodeId::new(Kind::ApiToken, token.id));
        audit::record(app, tx, actor, "api_token.revoked", subject, changes).await?;
        Ok(token.id)
    };
    let id = app.db.transaction(End::Commit, remove).await?;
    app.identities.distrust();
    Ok(id)
}

const NO_END: TextFault = TextFault::InvalidFormat("must be a time in the future");

fn own(actor: &Actor) -> Select<api_token::Entity> {
    api_token::Entity::find().filter(api_token::Column::UserId.eq(actor.user_id()))
}
