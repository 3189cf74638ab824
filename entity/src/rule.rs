//! Rules: bundle, controller and action, each an exact name or `*`, allowed or denied.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub role_id: Uuid,
    pub bundle: String,
    pub controller: String,
    pub action: String,
    pub permission: Permission,
    #[sea_orm(belongs_to, from = "role_id", to = "id")]
    pub role: BelongsTo<super::role::Entity>,
}

/// What a rule does to the accesses it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Permission {
    #[sea_orm(string_value = "ALLOW")]
    Allow,
    #[sea_orm(string_value = "DENY")]
    Deny,
}

impl ActiveModelBehavior for ActiveModel {}
