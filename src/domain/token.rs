//! API tokens: 256 random bits that are shown once and stored as a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::api_token;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::error::Violations;
use super::id::{Kind, NodeId};
use super::text::Label;
use super::{Actor, Error, audit, capability};
use crate::app::App;
use crate::db::End;

/// What every token starts with, so that people and secret scanners recognise one.
const PREFIX: &str = "rolecall_";
/// Characters of a token that are kept in clear, to tell tokens apart.
const SHOWN: usize = PREFIX.len() + 6;

/// SHA-256 of a token. A token has the entropy of its hash, so a slow hash would add nothing.
pub type Hash = [u8; 32];

/// The hash of what could be a token; `None` for what cannot be one.
#[must_use]
pub fn hash(secret: &str) -> Option<Hash> {
    secret.starts_with(PREFIX).then(|| Sha256::digest(secret.as_bytes()).into())
}

/// Makes a token for a user and returns its secret, which nothing keeps.
pub async fn create(app: &App, actor: &Actor, user_id: Uuid, name: &str) -> Result<String, Error> {
    actor.require(capability::TOKEN_CREATE)?;
    let mut violations = Violations::default();
    let name = violations.text(&["name"], Label::parse(name));
    let Some(name) = name else {
        return Err(violations.into_error());
    };
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let token = &api_token::Model {
        id: app.clock.new_id(),
        user_id,
        name: name.text,
        prefix: secret[..SHOWN].to_owned(),
        hash: Sha256::digest(secret.as_bytes()).to_vec(),
        created_at: app.clock.now(),
        expires_at: None,
        last_used_at: None,
    };
    let subject = Some(NodeId::new(Kind::ApiToken, token.id));
    let changes = &json!({ "name": [null, token.name], "userId": [null, NodeId::new(Kind::User, user_id).to_string()] });
    app.db
        .transaction(End::Commit, |tx| async move {
            let tx = &*tx;
            let row = token.clone().into_active_model().reset_all();
            api_token::Entity::insert(row).exec_without_returning(tx).await?;
            audit::record(app, tx, actor, "api_token.created", subject, changes).await
        })
        .await?;
    Ok(secret)
}
