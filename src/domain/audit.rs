//! The audit trail: every change is one event, written in the change's own transaction. Never a
//! secret, a hash or a token.

use chrono::{DateTime, Utc};
use entity::audit_event;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Select};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::actor::Origin;
use super::id::NodeId;
use super::page::{self, Key, Page, Sort};
use super::{Actor, Error, capability};
use crate::app::App;
use crate::db::{Rows, insert_all};

/// What changed: each field with its value before and after. Of lists, what went and what came.
#[derive(Clone, Debug, Default)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Notes a field, if it changed.
    #[must_use]
    pub fn field(mut self, name: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.0.insert(name.to_owned(), json!([before, after]));
        }
        self
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing but this field changed.
    #[must_use]
    pub fn are_only(&self, field: &str) -> bool {
        self.0.len() == 1 && self.0.contains_key(field)
    }
}

/// Which events a list is about. Conditions that are given must all hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What one of these users did.
    pub actor_ids: Option<Vec<Uuid>>,
    /// What was done to one of these.
    pub subject_ids: Option<Vec<NodeId>>,
    pub actions: Option<Vec<String>>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
    /// Before then.
    pub until: Option<DateTime<Utc>>,
}

/// A page of events, the newest first.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    request: &page::Request,
) -> Result<Page<audit_event::Model>, Error> {
    let sort = Sort {
        column: audit_event::Column::At,
        name: "audit_event.at",
        descending: true,
        is_unique: false,
    };
    let key = |event: &audit_event::Model| (Key::Time(event.at), event.id);
    let select = select(actor, filter)?;
    page::read(&app.db, select, sort, audit_event::Column::Id, request, key).await
}

/// How many events a filter leaves.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<i32, Error> {
    page::count(app.db.read(), select(actor, filter)?).await
}

/// Those of some events that there are.
pub async fn find_all(
    app: &App,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<audit_event::Model>, Error> {
    actor.require(capability::AUDIT_INDEX)?;
    let events = audit_event::Entity::find();
    let events = events.filter(audit_event::Column::Id.is_in(ids.iter().copied()));
    Ok(events.all(app.db.read()).await?)
}

/// Who did something, and from where.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub user_id: Option<Uuid>,
    pub origin: &'a Origin,
}

impl<'a> From<&'a Actor> for By<'a> {
    fn from(actor: &'a Actor) -> Self {
        Self { user_id: actor.user_id(), origin: &actor.origin }
    }
}

/// Records that someone did `action` to `subject`.
pub async fn record(
    app: &App,
    tx: &impl ConnectionTrait,
    by: impl Into<By<'_>>,
    action: &str,
    subject: Option<NodeId>,
    changes: Changes,
) -> Result<(), Error> {
    Ok(insert_all(tx, [event(app, by, action, subject, changes)]).await?)
}

/// What records an event, to be written with the change itself.
#[must_use]
pub fn event<'a>(
    app: &App,
    by: impl Into<By<'a>>,
    action: &str,
    subject: Option<NodeId>,
    changes: Changes,
) -> Rows {
    let By { user_id, origin } = by.into();
    Rows::of([audit_event::Model {
        id: app.clock.new_id(),
        at: app.clock.now(),
        actor_id: user_id,
        action: action.to_owned(),
        subject_kind: subject.map(|subject| subject.kind.name().to_owned()),
        subject_id: subject.map(|subject| subject.uuid),
        changes: (!changes.is_empty()).then(|| Value::Object(changes.0).to_string()),
        request_id: origin.request_id.clone(),
    }])
}

fn select(actor: &Actor, filter: &Filter) -> Result<Select<audit_event::Entity>, Error> {
    actor.require(capability::AUDIT_INDEX)?;
    let mut holds = Condition::all();
    if let Some(actors) = &filter.actor_ids {
        holds = holds.add(audit_event::Column::ActorId.is_in(actors.iter().copied()));
    }
    if let Some(subjects) = &filter.subject_ids {
        let same = |subject: &NodeId| {
            Condition::all()
                .add(audit_event::Column::SubjectId.eq(subject.uuid))
                .add(audit_event::Column::SubjectKind.eq(subject.kind.name()))
        };
        let uuids = subjects.iter().map(|subject| subject.uuid);
        holds = holds
            .add(audit_event::Column::SubjectId.is_in(uuids))
            .add(subjects.iter().map(same).fold(Condition::any(), Condition::add));
    }
    if let Some(actions) = &filter.actions {
        // A name with U+0000 is no action, and no text for PostgreSQL.
        let actions = actions.iter().filter(|action| !action.contains('\0'));
        holds = holds.add(audit_event::Column::Action.is_in(actions));
    }
    if let Some(since) = filter.since {
        holds = holds.add(audit_event::Column::At.gte(since));
    }
    if let Some(until) = filter.until {
        holds = holds.add(audit_event::Column::At.lt(until));
    }
    Ok(audit_event::Entity::find().filter(holds))
}
