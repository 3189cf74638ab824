//! The audit trail.

use std::collections::HashSet;

use async_graphql::{Context, ID, InputObject, Object};
use entity::audit_event;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::datetime::DateTime;
use super::error::Failure;
use super::node::{filter_ids, global_id, limit_ids};
use super::page::{Connection, Listed};
use super::siblings::{Relation, Sibling};
use super::user::User;
use crate::domain::audit::{self as events, Filter};
use crate::domain::capability;
use crate::domain::id::{Kind, NodeId};
use crate::domain::page::Request;
use crate::domain::user as users;

/// A row of audit events, with those who did what these say.
pub struct AuditEvent(Sibling<audit_event::Model, Relation<User>>);

impl AuditEvent {
    /// The id without its kind.
    pub fn uuid(&self) -> Uuid {
        self.0.uuid()
    }
}

impl Listed for AuditEvent {
    type Row = audit_event::Model;
    type Filter = Filter;

    fn wrap(rows: Vec<audit_event::Model>) -> Vec<Self> {
        Sibling::wrap(rows, |event| event.id).map(Self).collect()
    }

    async fn count(caller: &Caller, filter: &Filter) -> Result<i32, Failure> {
        Ok(events::count(&caller.app, &caller.actor(), filter).await?)
    }
}

/// One recorded change or security event. Never holds a secret.
#[Object]
impl AuditEvent {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::AuditEvent, self.0.id)
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who did it. Null when the system itself acted (bootstrap, command line) and when someone failed to sign
    /// in. Requires user/user/index, but for oneself.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<&User>, Failure> {
        let Some(id) = self.0.actor_id else {
            return Ok(None);
        };
        let caller = caller(ctx);
        let load = async || {
            let ids: HashSet<Uuid> = self.0.rows().iter().filter_map(|row| row.actor_id).collect();
            let ids: Vec<Uuid> = ids.into_iter().collect();
            let users = users::find_all(&caller.app, &caller.actor(), &ids).await?;
            Ok(User::wrap(users).into_iter().map(|user| (user.uuid(), user)).collect())
        };
        let user = self.0.relations().of(id, load).await?;
        if user.is_none() {
            caller.actor().require(capability::USER_INDEX)?;
        }
        Ok(user)
    }

    /// What was done: role.created, role.updated, role.rules_changed, role.deleted; group.created, group.updated,
    /// group.roles_changed, group.users_changed, group.deleted; user.created, user.updated,
    /// user.groups_changed, user.password_reset, user.password_changed, user.blocked, user.unblocked,
    /// user.deleted, user.restored; sign_in.succeeded, sign_in.failed, sign_in.throttled,
    /// sign_in.failures_cleared; password_change.failed; session.signed_out, session.revoked; api_token.created,
    /// api_token.revoked; system.bootstrapped, system.seeded.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// The global id of what was changed, if any.
    async fn subject_id(&self) -> Option<ID> {
        let row = &self.0;
        let kind = Kind::from_name(row.subject_kind.as_deref()?)?;
        Some(global_id(kind, row.subject_id?))
    }

    /// JSON text: each changed field with what was before and after. Of lists, what went and what came.
    async fn changes(&self) -> Option<&str> {
        self.0.changes.as_deref()
    }

    /// The id of the request that did it, as the log and the header X-Request-Id of its answer have it. Who
    /// sends that header gives the id.
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

/// Which events a list is about. Conditions that are given must all hold.
#[derive(Default, InputObject)]
pub struct AuditFilter {
    /// What at least one of these users did. At most 100.
    actor_ids: Option<Vec<ID>>,
    /// What was done to at least one of these, of any kind. A membership is an event of what it was changed
    /// through: of the group (group.users_changed) or of the user (user.groups_changed). At most 100.
    subject_ids: Option<Vec<ID>>,
    /// Events of these actions. At most 100.
    actions: Option<Vec<String>>,
    /// Events from then on.
    since: Option<DateTime>,
    /// Events before then.
    until: Option<DateTime>,
}

impl AuditFilter {
    fn parse(self) -> Result<Filter, Failure> {
        limit_ids(self.subject_ids.as_ref().map_or(0, Vec::len))?;
        limit_ids(self.actions.as_ref().map_or(0, Vec::len))?;
        let subjects = |ids: Vec<ID>| ids.iter().filter_map(|id| NodeId::parse(id)).collect();
        Ok(Filter {
            actor_ids: filter_ids(Kind::User, self.actor_ids)?,
            subject_ids: self.subject_ids.map(subjects),
            actions: self.actions,
            since: self.since.map(|DateTime(time)| time),
            until: self.until.map(|DateTime(time)| time),
        })
    }
}

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// A page of the audit trail, the newest first. Requires audit/event/index.
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which events; all when absent.")] filter: Option<AuditFilter>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Start after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Connection<AuditEvent>, Failure> {
        let caller = caller(ctx);
        let filter = filter.unwrap_or_default().parse()?;
        let request = Request { first, after, last, before };
        let page = events::page(&caller.app, &caller.actor(), &filter, &request).await?;
        Ok(Connection::new(ctx, page, filter).await)
    }
}
