//! Failed attempts to sign in: when they happened, for each account and each address.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_failures")]
pub struct Model {
    /// SHA-256 of what is counted.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// The latest of them, oldest first: a JSON list of milliseconds of Unix time.
    pub times: String,
    pub last_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
