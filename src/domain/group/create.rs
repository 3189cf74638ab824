//! Making groups.

use std::sync::Arc;

use entity::{group, group_role};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::{MAX_ROLES, judge_title};
use crate::app::App;
use crate::db::{End, Rows, insert_all};
use crate::domain::audit::Changes;
use crate::domain::error::Violations;
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::Ids;
use crate::domain::text::{self, Label};
use crate::domain::{Actor, Error, actor, audit, capability, membership, role, user};

/// A group to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    pub title: String,
    pub description: Option<String>,
    /// Global ids.
    pub role_ids: Vec<String>,
    /// Global ids.
    pub user_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

/// Makes a group with its roles and users; `None` when it was only to be judged.
pub async fn create(
    app: &App,
    actor: &Actor,
    new: NewGroup,
) -> Result<Option<group::Model>, Error> {
    actor.require(capability::GROUP_CREATE)?;
    let draft = &Draft::parse(app, &new);
    let end = End::rehearse_if(new.validate_only);
    if end == End::Commit
        && draft.needs_no_look(actor)
        && let Some(group) = &draft.group
    {
        match app.db.insert_together(inserts(app, actor, group, draft)).await {
            Ok(()) => return Ok(Some(group.clone())),
            // Something stands in the way. What, only a look tells.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let judge_and_insert = |tx: Arc<_>| async move { insert(app, &*tx, actor, draft).await };
    let group = app.db.transaction(end, judge_and_insert).await?;
    if draft.changes_access() {
        app.identities.distrust();
    }
    Ok((end == End::Commit).then_some(group))
}

/// What was typed, as far as it could be read.
struct Draft {
    /// `None` when the title cannot be one.
    group: Option<group::Model>,
    roles: Ids,
    users: Ids,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, new: &NewGroup) -> Self {
        let mut violations = Violations::default();
        let title = violations.text(&["title"], Label::parse(&new.title));
        let description = text::description(new.description.as_deref());
        let description = violations.text(&["description"], description).flatten();
        let (role, user) = (Kind::Role, Kind::User);
        let roles = Ids::parse("roleIds", role, &new.role_ids, 1..=MAX_ROLES, &mut violations);
        let users =
            Ids::parse("userIds", user, &new.user_ids, 0..=membership::MAX_USERS, &mut violations);
        let now = app.clock.now();
        let group = title.map(|title| group::Model {
            id: app.clock.new_id(),
            title: title.text,
            title_key: title.key,
            description,
            is_protected: false,
            user_count: i32::try_from(users.uuids().count()).unwrap_or(i32::MAX),
            version: 1,
            created_at: now,
            updated_at: now,
        });
        Self { group, roles, users, violations }
    }

    /// A group without users gives nobody anything yet.
    fn changes_access(&self) -> bool {
        !self.users.is_empty()
    }

    /// Whether nothing could be wrong that the database itself would not refuse: a taken title, a role
    /// that is not there.
    fn needs_no_look(&self, actor: &Actor) -> bool {
        self.violations.is_empty()
            && self.roles.are_readable()
            && self.users.are_readable()
            && self.users.is_empty()
            && actor.is_unlimited()
    }
}

async fn insert(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<group::Model, Error> {
    if draft.changes_access() {
        actor::announce_change(tx).await?;
    }
    let mut violations = draft.violations.clone();
    judge_links(tx, actor, draft, &mut violations).await?;
    if let Some(group) = &draft.group {
        judge_title(tx, actor, &group.title_key, None, &mut violations).await?;
    }
    let (true, Some(group)) = (violations.is_empty(), &draft.group) else {
        return Err(violations.into_error());
    };
    insert_all(tx, inserts(app, actor, group, draft)).await?;
    Ok(group.clone())
}

/// Notes roles and users that do not exist, that the actor may not see, or that stand above them, and
/// whether anyone would be left to administer the system.
async fn judge_links(
    db: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    violations: &mut Violations,
) -> Result<(), Error> {
    let roles = role::visible(db, actor, draft.roles.uuids()).await?;
    draft.roles.require(&roles, violations);
    let users = user::visible(db, actor, draft.users.uuids()).await?;
    draft.users.require(&users, violations);
    let given = draft.roles.uuids().filter(|id| roles.contains(id));
    guard::judge(db, actor, Deed::Give, "roleIds", Kind::Role, given, violations).await?;
    let members: Vec<Uuid> = draft.users.uuids().filter(|id| users.contains(id)).collect();
    membership::judge_room(db, "userIds", &members, violations).await?;
    guard::judge(db, actor, Deed::Give, "userIds", Kind::User, members, violations).await?;
    if draft.changes_access() {
        guard::foresee_lock_out(db, &users, &roles, violations).await?;
    }
    Ok(())
}

/// What makes a group, its event included.
fn inserts(app: &App, actor: &Actor, group: &group::Model, draft: &Draft) -> Vec<Rows> {
    let changes = Changes::default()
        .field("title", Value::Null, &*group.title)
        .field("description", Value::Null, group.description.clone())
        .field("roleIds", NOTHING, global_ids(Kind::Role, draft.roles.uuids()))
        .field("userIds", NOTHING, global_ids(Kind::User, draft.users.uuids()));
    let subject = Some(NodeId::new(Kind::Group, group.id));
    let mut inserts = rows(group, draft.roles.uuids(), draft.users.uuids());
    inserts.push(audit::event(app, actor, "group.created", subject, changes));
    inserts
}

/// A group with its links, and nothing else.
pub(in crate::domain) fn rows(
    group: &group::Model,
    roles: impl Iterator<Item = Uuid>,
    users: impl Iterator<Item = Uuid>,
) -> Vec<Rows> {
    let members = users.map(|user_id| entity::membership::Model { group_id: group.id, user_id });
    vec![Rows::of([group.clone()]), link_rows(group.id, roles), Rows::of(members)]
}

/// What links roles to a group.
pub(super) fn link_rows(group_id: Uuid, roles: impl IntoIterator<Item = Uuid>) -> Rows {
    let link = |role_id| group_role::Model { group_id, role_id };
    Rows::of(roles.into_iter().map(link))
}

const NOTHING: [&str; 0] = [];

fn global_ids(kind: Kind, uuids: impl Iterator<Item = Uuid>) -> Vec<String> {
    uuids.map(|uuid| NodeId::new(kind, uuid).to_string()).collect()
}
