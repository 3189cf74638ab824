//! Sessions: who signed in, from where, and until when that counts.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// The client's IP address, where it is known.
    pub address: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    pub created_at: DateTimeUtc,
    /// Up to a minute behind.
    pub last_used_at: DateTimeUtc,
    /// The end of a session that is in use all the time.
    pub expires_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
