//! Blocking, unblocking, deleting and restoring users.

use std::sync::Arc;

use entity::user::Status;
use entity::{api_token, membership as memberships, user};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use super::judge_subject;
use crate::app::App;
use crate::db::End;
use crate::domain::audit::Changes;
use crate::domain::error::{Fault, Subject, Violations};
use crate::domain::guard;
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::Ids;
use crate::domain::{Actor, Error, actor, audit, capability, membership, session};

/// A user to be blocked, unblocked, deleted or restored.
#[derive(Clone, Debug)]
pub struct StatusChange {
    /// A global id.
    pub id: String,
    /// The version that the change was made for.
    pub expected_version: Option<i32>,
    pub status: Status,
}

/// Gives a user another status. Whoever is no longer active loses their sessions and API tokens for good.
pub async fn set_status(
    app: &App,
    actor: &Actor,
    change: StatusChange,
) -> Result<user::Model, Error> {
    match change.status {
        Status::Deleted => actor.require(capability::USER_DELETE)?,
        Status::Active if actor.may(capability::USER_DELETE) => {}
        Status::Active | Status::Blocked => actor.require(capability::USER_UPDATE)?,
    }
    let change = &change;
    let work = |tx: Arc<_>| async move { apply(app, &*tx, actor, change).await };
    let user = app.db.transaction(End::Commit, work).await?;
    app.identities.distrust();
    Ok(user)
}

async fn apply(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    change: &StatusChange,
) -> Result<user::Model, Error> {
    actor::announce_change(tx).await?;
    let mut violations = Violations::default();
    let id = Ids::one(Kind::User, &change.id, &mut violations);
    let version = change.expected_version;
    let Some(before) = judge_subject(tx, actor, &id, version, &mut violations).await? else {
        return Err(violations.into_error());
    };
    let ends = [before.status, change.status];
    if before.status != change.status {
        if ends.contains(&Status::Blocked) {
            actor.require(capability::USER_UPDATE)?;
        }
        if ends.contains(&Status::Deleted) {
            actor.require(capability::USER_DELETE)?;
        }
    }
    if change.status != Status::Active && actor.user_id() == Some(before.id) {
        violations.add(&["id"], Fault::Protected(Subject::User(before.clone())));
    }
    let mut after = before.clone();
    after.status = change.status;
    if after != before {
        after.version += 1;
        after.updated_at = app.clock.now();
        save(tx, &before, &after).await?;
        guard::judge_lock_out(tx, &mut violations).await?;
    }
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let action = match ends {
        [old, new] if old == new => return Ok(before),
        [_, Status::Deleted] => "user.deleted",
        [_, Status::Blocked] => "user.blocked",
        [Status::Deleted, Status::Active] => "user.restored",
        [_, Status::Active] => "user.unblocked",
    };
    let changes =
        Changes::default().field("status", before.status.to_value(), after.status.to_value());
    let subject = Some(NodeId::new(Kind::User, after.id));
    audit::record(app, tx, actor, action, subject, changes).await?;
    Ok(after)
}

/// Writes the status and what follows from it: ended sessions and tokens, and groups that count the user or not.
async fn save(
    tx: &impl ConnectionTrait,
    before: &user::Model,
    after: &user::Model,
) -> Result<(), Error> {
    user::Entity::update(after.clone().into_active_model().reset_all()).exec(tx).await?;
    if after.status != Status::Active {
        let own = api_token::Column::UserId.eq(after.id);
        api_token::Entity::delete_many().filter(own).exec(tx).await?;
        session::end_all(tx, after.id, None).await?;
    }
    let was_counted = before.status != Status::Deleted;
    let is_counted = after.status != Status::Deleted;
    if was_counted != is_counted {
        let own = memberships::Column::UserId.eq(after.id);
        let links = memberships::Entity::find().filter(own).all(tx).await?;
        let groups: Vec<Uuid> = links.into_iter().map(|link| link.group_id).collect();
        membership::count(tx, &groups, if is_counted { 1 } else { -1 }).await?;
    }
    Ok(())
}
