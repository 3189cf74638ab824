//! Users: those who sign in, with the groups that say what they may do.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    /// NFKC case folding of the e-mail: unique over users of every status.
    pub email_key: String,
    pub first_name: String,
    pub first_name_key: String,
    pub last_name: String,
    pub last_name_key: String,
    /// argon2id, in PHC string format.
    pub password_hash: String,
    pub status: Status,
    /// BCP 47 tag of the language this user works in.
    pub locale: String,
    pub last_sign_in_at: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(has_many, via = "membership")]
    pub groups: HasMany<super::group::Entity>,
    #[sea_orm(has_many)]
    pub api_tokens: HasMany<super::api_token::Entity>,
}

/// Only active users may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    #[sea_orm(string_value = "BLOCKED")]
    Blocked,
    #[sea_orm(string_value = "DELETED")]
    Deleted,
}

impl ActiveModelBehavior for ActiveModel {}
