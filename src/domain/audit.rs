//! The audit trail: every change is one event, written in the change's own transaction. Never a
//! secret, a hash or a token.

use entity::audit_event;
use sea_orm::sea_query::InsertStatement;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryTrait};
use serde_json::Value;

use super::id::NodeId;
use super::{Actor, Error};
use crate::app::App;

/// Records that `actor` did `action` to `subject`. `changes` maps each changed field to its value
/// before and after: `{"title": [null, "Ops"]}`.
pub async fn record(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    action: &str,
    subject: Option<NodeId>,
    changes: &Value,
) -> Result<(), Error> {
    tx.execute(&event(app, actor, action, subject, changes)).await?;
    Ok(())
}

/// The statement that records an event, to be run with those that make the change.
#[must_use]
pub fn event(
    app: &App,
    actor: &Actor,
    action: &str,
    subject: Option<NodeId>,
    changes: &Value,
) -> InsertStatement {
    let event = audit_event::ActiveModel {
        id: Set(app.clock.new_id()),
        at: Set(app.clock.now()),
        actor_id: Set(actor.user_id()),
        action: Set(action.to_owned()),
        subject_kind: Set(subject.map(|subject| subject.kind.name().to_owned())),
        subject_id: Set(subject.map(|subject| subject.uuid)),
        changes: Set((!changes.is_null()).then(|| changes.to_string())),
        request_id: Set(actor.request_id.clone()),
    };
    audit_event::Entity::insert(event).into_query()
}
