//! Groups: a title, and links to roles and users.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub title: String,
    /// NFKC case folding of the title: what is unique, searched and sorted by.
    pub title_key: String,
    pub description: Option<String>,
    pub is_protected: bool,
    /// Members that are not deleted; kept with each change of membership so that lists can sort by it.
    pub user_count: i32,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(has_many, via = "group_role")]
    pub roles: HasMany<super::role::Entity>,
    #[sea_orm(has_many, via = "membership")]
    pub users: HasMany<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
