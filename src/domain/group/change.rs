//! Changing and deleting groups.

use std::collections::HashSet;
use std::sync::Arc;

use entity::{group, group_role, role};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::create::link_rows;
use super::{MAX_ROLES, judge_title};
use crate::app::App;
use crate::db::{End, insert_all};
use crate::domain::audit::Changes;
use crate::domain::error::{Fault, Subject, Violations};
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::{Ids, Links, Relinked};
use crate::domain::text::{self, Label};
use crate::domain::{Actor, Error, actor, audit, capability, membership, role as roles, user};

/// A change of a group, as it was typed. What is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    /// A global id, as are all others here.
    pub id: String,
    /// The version that the change was made for.
    pub expected_version: Option<i32>,
    pub title: Option<String>,
    /// Blank takes it away.
    pub description: Option<String>,
    /// Replaces all.
    pub role_ids: Option<Vec<String>>,
    pub add_role_ids: Vec<String>,
    pub remove_role_ids: Vec<String>,
    pub add_user_ids: Vec<String>,
    pub remove_user_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

/// A group to be deleted.
#[derive(Clone, Debug, Default)]
pub struct GroupDeletion {
    /// A global id.
    pub id: String,
    /// The version that the deletion was decided for.
    pub expected_version: Option<i32>,
    /// Delete it even if it has users.
    pub force: bool,
}

/// Changes a group; `None` when the change was only to be judged.
pub async fn update(
    app: &App,
    actor: &Actor,
    change: GroupChange,
) -> Result<Option<group::Model>, Error> {
    actor.require(capability::GROUP_UPDATE)?;
    let end = End::rehearse_if(change.validate_only);
    let draft = &Draft::parse(change);
    let work = |tx: Arc<_>| async move { apply(app, &*tx, actor, draft).await };
    let group = app.db.transaction(end, work).await?;
    if draft.changes_access() {
        app.identities.distrust();
    }
    Ok((end == End::Commit).then_some(group))
}

/// Deletes a group with its links and memberships, and gives its id.
pub async fn delete(app: &App, actor: &Actor, deletion: GroupDeletion) -> Result<Uuid, Error> {
    actor.require(capability::GROUP_DELETE)?;
    let deletion = &deletion;
    let work = |tx: Arc<_>| async move { remove(app, &*tx, actor, deletion).await };
    let id = app.db.transaction(End::Commit, work).await?;
    app.identities.distrust();
    Ok(id)
}

/// What was typed, as far as it could be read.
struct Draft {
    id: Ids,
    expected_version: Option<i32>,
    title: Option<Label>,
    /// Empty when there is to be none.
    description: Option<String>,
    roles: Links,
    users: Links,
    violations: Violations,
}

impl Draft {
    fn parse(change: GroupChange) -> Self {
        let mut violations = Violations::default();
        let title = change.title.and_then(|title| {
            let title = Label::parse(&title);
            violations.text(&["title"], title)
        });
        let description = change.description.and_then(|description| {
            let parsed = text::description(Some(&description));
            violations.text(&["description"], parsed).map(Option::unwrap_or_default)
        });
        Self {
            id: Ids::one(Kind::Group, &change.id, &mut violations),
            expected_version: change.expected_version,
            title,
            description,
            roles: Links::parse(
                ["roleIds", "addRoleIds", "removeRoleIds"],
                Kind::Role,
                [
                    change.role_ids.as_deref(),
                    Some(&change.add_role_ids),
                    Some(&change.remove_role_ids),
                ],
                1..=MAX_ROLES,
                &mut violations,
            ),
            users: Links::parse(
                ["userIds", "addUserIds", "removeUserIds"],
                Kind::User,
                [None, Some(&change.add_user_ids), Some(&change.remove_user_ids)],
                0..=membership::MAX_USERS,
                &mut violations,
            ),
            violations,
        }
    }

    fn changes_access(&self) -> bool {
        !self.roles.are_absent() || !self.users.are_absent()
    }
}

async fn apply(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<group::Model, Error> {
    if draft.changes_access() {
        actor::announce_change(tx).await?;
    }
    let mut violations = draft.violations.clone();
    let visible_roles = roles::visible(tx, actor, draft.roles.uuids()).await?;
    draft.roles.require(&visible_roles, &mut violations);
    let visible_users = user::visible(tx, actor, draft.users.uuids()).await?;
    draft.users.require(&visible_users, &mut violations);
    let version = draft.expected_version;
    let before = judge_subject(tx, actor, &draft.id, version, Deed::Give, &mut violations).await?;
    if let Some(title) = &draft.title {
        let own = before.as_ref().map(|group| group.id);
        judge_title(tx, actor, &title.key, own, &mut violations).await?;
    }
    let Some(before) = before else {
        return Err(violations.into_error());
    };
    let roles = relink_roles(tx, actor, draft, &before, &visible_roles, &mut violations).await?;
    let users = relink_users(tx, actor, draft, &before, &visible_users, &mut violations).await?;
    if !roles.is_empty() || !users.is_empty() {
        guard::judge_lock_out(tx, &mut violations).await?;
    }
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let mut after = before.clone();
    if let Some(title) = &draft.title {
        after.title.clone_from(&title.text);
        after.title_key.clone_from(&title.key);
    }
    if let Some(description) = &draft.description {
        after.description = (!description.is_empty()).then(|| description.clone());
    }
    save(app, tx, actor, before, after, &roles, &users).await
}

/// The group that a change is about, locked; notes when there is none, when it is another version, and
/// when it carries more than the actor has.
async fn judge_subject(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    id: &Ids,
    expected_version: Option<i32>,
    deed: Deed,
    violations: &mut Violations,
) -> Result<Option<group::Model>, Error> {
    let group = match id.uuids().next() {
        Some(id) if actor.may(capability::GROUP_INDEX) => {
            group::Entity::find_by_id(id).lock_exclusive().one(tx).await?
        }
        _ => None,
    };
    id.require(&group.iter().map(|group| group.id).collect(), violations);
    if let Some(group) = &group {
        violations.version(expected_version, &Subject::Group(group.clone()));
        guard::judge(tx, actor, deed, "id", Kind::Group, [group.id], violations).await?;
    }
    Ok(group)
}

/// Links roles and takes links away, and notes what is wrong with that.
async fn relink_roles(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    group: &group::Model,
    visible: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<Relinked, Error> {
    if draft.roles.are_absent() {
        return Ok(Relinked::default());
    }
    let links = group_role::Entity::find().filter(group_role::Column::GroupId.eq(group.id));
    let before = links.all(tx).await?.into_iter().map(|link| link.role_id).collect();
    draft.roles.judge_size(&before, 1..=MAX_ROLES, violations);
    let changed = draft.roles.apply(&before, visible);
    for (path, roles) in Relinked::by_list(&changed.new) {
        guard::judge(tx, actor, Deed::Give, path, Kind::Role, roles, violations).await?;
    }
    for (path, roles) in Relinked::by_list(&changed.gone) {
        if group.is_protected && has_root_role(tx, &roles).await? {
            violations.add(&[path], Fault::Protected(Subject::Group(group.clone())));
        }
        guard::judge(tx, actor, Deed::Take, path, Kind::Role, roles, violations).await?;
    }
    group_role::Entity::delete_many()
        .filter(group_role::Column::GroupId.eq(group.id))
        .filter(group_role::Column::RoleId.is_in(ids(&changed.gone)))
        .exec(tx)
        .await?;
    insert_all(tx, [link_rows(group.id, ids(&changed.new))]).await?;
    Ok(changed)
}

/// Puts users into a group and takes users out, and notes what is wrong with that.
async fn relink_users(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    group: &group::Model,
    visible: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<Relinked, Error> {
    if draft.users.are_absent() {
        return Ok(Relinked::default());
    }
    let members = entity::membership::Entity::find()
        .filter(entity::membership::Column::GroupId.eq(group.id))
        .filter(entity::membership::Column::UserId.is_in(draft.users.uuids()));
    let before = members.all(tx).await?.into_iter().map(|member| member.user_id).collect();
    let changed = draft.users.apply(&before, visible);
    for (path, users) in Relinked::by_list(&changed.new) {
        membership::judge_room(tx, path, &users, violations).await?;
        guard::judge(tx, actor, Deed::Give, path, Kind::User, users, violations).await?;
    }
    for (path, users) in Relinked::by_list(&changed.gone) {
        let denied = guard::lacking(tx, actor, Deed::Take, Kind::Group, &[group.id]).await?;
        if let Some(example) = denied.into_values().next() {
            let ids = users.iter().map(|id| NodeId::new(Kind::User, *id).to_string()).collect();
            violations.add(&[path], Fault::OutOfScope { ids, example });
        } else {
            guard::judge(tx, actor, Deed::Give, path, Kind::User, users, violations).await?;
        }
    }
    membership::leave(tx, &[group.id], &ids(&changed.gone)).await?;
    membership::join(tx, &[group.id], &ids(&changed.new)).await?;
    membership::count(tx, &[group.id], more(&changed)?).await?;
    Ok(changed)
}

/// Writes what changed, if anything did.
async fn save(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    before: group::Model,
    mut after: group::Model,
    roles: &Relinked,
    users: &Relinked,
) -> Result<group::Model, Error> {
    let [roles_gone, roles_new] = roles.describe(Kind::Role);
    let changes = Changes::default()
        .field("title", &*before.title, &*after.title)
        .field("description", before.description.clone(), after.description.clone())
        .field("roleIds", roles_gone, roles_new);
    let own = !changes.is_empty();
    if own {
        after.version += 1;
        after.updated_at = app.clock.now();
    }
    after.user_count += more(users)?;
    let [users_gone, users_new] = users.describe(Kind::User);
    let changes = changes.field("userIds", users_gone, users_new);
    if changes.is_empty() {
        return Ok(before);
    }
    let action = match () {
        () if changes.are_only("roleIds") => "group.roles_changed",
        () if changes.are_only("userIds") => "group.users_changed",
        () => "group.updated",
    };
    group::Entity::update(after.clone().into_active_model().reset_all()).exec(tx).await?;
    let subject = Some(NodeId::new(Kind::Group, after.id));
    audit::record(app, tx, actor, action, subject, changes).await?;
    Ok(after)
}

async fn remove(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    deletion: &GroupDeletion,
) -> Result<Uuid, Error> {
    actor::announce_change(tx).await?;
    let mut violations = Violations::default();
    let id = Ids::one(Kind::Group, &deletion.id, &mut violations);
    let version = deletion.expected_version;
    let group = judge_subject(tx, actor, &id, version, Deed::Detach, &mut violations).await?;
    let Some(group) = group else {
        return Err(violations.into_error());
    };
    let subject = Subject::Group(group.clone());
    if group.is_protected {
        violations.add(&["id"], Fault::Protected(subject.clone()));
    }
    if group.user_count > 0 && !deletion.force {
        violations.add(&["id"], Fault::InUse { subject, used_by: group.user_count });
    }
    let links = group_role::Entity::find().filter(group_role::Column::GroupId.eq(group.id));
    let roles = links.order_by_asc(group_role::Column::RoleId).all(tx).await?;
    group::Entity::delete_by_id(group.id).exec(tx).await?;
    guard::judge_lock_out(tx, &mut violations).await?;
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let roles = roles.iter().map(|link| NodeId::new(Kind::Role, link.role_id).to_string());
    let changes = Changes::default()
        .field("title", &*group.title, Value::Null)
        .field("description", group.description.clone(), Value::Null)
        .field("roleIds", roles.collect::<Vec<_>>(), Vec::<String>::new())
        .field("userCount", group.user_count, Value::Null);
    let subject = Some(NodeId::new(Kind::Group, group.id));
    audit::record(app, tx, actor, "group.deleted", subject, changes).await?;
    Ok(group.id)
}

/// Whether the role that may do everything is among these.
async fn has_root_role(tx: &impl ConnectionTrait, roles: &[Uuid]) -> Result<bool, Error> {
    let root = role::Entity::find()
        .filter(role::Column::Id.is_in(roles.iter().copied()))
        .filter(role::Column::IsProtected.eq(true));
    Ok(root.one(tx).await?.is_some())
}

/// How many users more a group has.
fn more(users: &Relinked) -> Result<i32, Error> {
    let count = |links: &[_]| i32::try_from(links.len()).map_err(Error::internal);
    Ok(count(&users.new)? - count(&users.gone)?)
}

fn ids(links: &[(&str, Uuid)]) -> Vec<Uuid> {
    links.iter().map(|(_, id)| *id).collect()
}
