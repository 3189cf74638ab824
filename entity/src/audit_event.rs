//! Audit events: who changed what, when. Rows are added, never changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    /// Null when the system itself acted.
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    /// JSON text: changed fields before and after.
    pub changes: Option<String>,
    pub request_id: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
