//! Changing users.

use std::collections::HashSet;
use std::sync::Arc;

use entity::user;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::{judge_email, judge_subject};
use crate::app::App;
use crate::db::End;
use crate::domain::audit::Changes;
use crate::domain::error::Violations;
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::{Ids, Links, Relinked};
use crate::domain::password::Password;
use crate::domain::text::{self, Email, Label};
use crate::domain::{Actor, Error, actor, audit, capability, group, membership, session};

/// A change of a user, as it was typed. What is absent stays as it is.
#[derive(Clone, Default)]
pub struct UserChange {
    /// A global id, as are all others here.
    pub id: String,
    /// The version that the change was made for.
    pub expected_version: Option<i32>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub password: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// Replaces all.
    pub group_ids: Option<Vec<String>>,
    pub add_group_ids: Vec<String>,
    pub remove_group_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

impl UserChange {
    /// Whether it is of nothing but what everyone may change of themselves.
    fn is_personal(&self) -> bool {
        self.email.is_none()
            && self.password.is_none()
            && self.group_ids.is_none()
            && self.add_group_ids.is_empty()
            && self.remove_group_ids.is_empty()
    }
}

/// Changes a user; `None` when the change was only to be judged. Everyone may change their own names
/// and language.
pub async fn update(
    app: &App,
    actor: &Actor,
    change: UserChange,
) -> Result<Option<user::Model>, Error> {
    let own = actor.user_id().map(|id| NodeId::new(Kind::User, id).to_string());
    if own.is_none_or(|own| own != change.id) || !change.is_personal() {
        actor.require(capability::USER_UPDATE)?;
    }
    let end = End::rehearse_if(change.validate_only);
    let mut draft = Draft::parse(app, actor, change).await?;
    if end == End::Commit
        && draft.violations.is_empty()
        && let Some(password) = &draft.password
    {
        draft.password_hash = Some(password.hash(app).await?);
    }
    let draft = &draft;
    let work = |tx: Arc<_>| async move { apply(app, &*tx, actor, draft).await };
    let user = app.db.transaction(end, work).await?;
    if draft.needs_announcement() {
        app.identities.distrust();
    }
    Ok((end == End::Commit).then_some(user))
}

/// What was typed, as far as it could be read.
struct Draft {
    id: Ids,
    expected_version: Option<i32>,
    email: Option<Label>,
    first_name: Option<Label>,
    last_name: Option<Label>,
    password: Option<Password>,
    /// Made of the password outside of the transaction: it takes a while.
    password_hash: Option<String>,
    locale: Option<String>,
    groups: Links,
    violations: Violations,
}

impl Draft {
    async fn parse(app: &App, actor: &Actor, change: UserChange) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let id = Ids::one(Kind::User, &change.id, &mut violations);
        let password = match &change.password {
            Some(password) => {
                let words = known_words(app, actor, &id, &change).await?;
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                violations.text(&["password"], Password::parse(password, &words))
            }
            None => None,
        };
        let email = change.email.map(|email| Email::parse(&email).map(|Email(label)| label));
        let email = email.and_then(|email| violations.text(&["email"], email));
        let mut name = |path, name: Option<String>| {
            name.and_then(|name| violations.text(&[path], Label::parse(&name)))
        };
        let (first_name, last_name) =
            (name("firstName", change.first_name), name("lastName", change.last_name));
        let locale = change.locale.and_then(|tag| {
            let tag = text::locale(&tag);
            violations.text(&["locale"], tag)
        });
        Ok(Self {
            id,
            expected_version: change.expected_version,
            email,
            first_name,
            last_name,
            password,
            password_hash: None,
            locale,
            groups: Links::parse(
                ["groupIds", "addGroupIds", "removeGroupIds"],
                Kind::Group,
                [
                    change.group_ids.as_deref(),
                    Some(&change.add_group_ids),
                    Some(&change.remove_group_ids),
                ],
                1..=membership::MAX_GROUPS,
                &mut violations,
            ),
            violations,
        })
    }
}

/// What a person's password must not be made of: their names and address, old and new.
async fn known_words(
    app: &App,
    actor: &Actor,
    id: &Ids,
    change: &UserChange,
) -> Result<Vec<String>, Error> {
    let new = [&change.email, &change.first_name, &change.last_name];
    let mut words: Vec<String> = new.into_iter().flatten().cloned().collect();
    let ids: Vec<Uuid> = id.uuids().collect();
    for user in super::find_all(app, actor, &ids).await? {
        words.extend([user.email, user.first_name, user.last_name]);
    }
    Ok(words)
}

async fn apply(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<user::Model, Error> {
    if draft.needs_announcement() {
        actor::announce_change(tx).await?;
    }
    let mut violations = draft.violations.clone();
    let visible = group::visible(tx, actor, draft.groups.uuids()).await?;
    draft.groups.require(&visible, &mut violations);
    let before =
        judge_subject(tx, actor, &draft.id, draft.expected_version, &mut violations).await?;
    if let Some(email) = &draft.email {
        let own = before.as_ref().map(|user| user.id);
        judge_email(tx, actor, &email.key, own, &mut violations).await?;
    }
    let Some(before) = before else {
        return Err(violations.into_error());
    };
    let groups = relink_groups(tx, actor, draft, &before, &visible, &mut violations).await?;
    if !groups.is_empty() {
        guard::judge_lock_out(tx, &mut violations).await?;
    }
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let after = draft.change(before.clone());
    save(app, tx, actor, before, after, &groups).await
}

/// Puts a user into groups and takes them out of groups, and notes what is wrong with that.
async fn relink_groups(
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
    user: &user::Model,
    visible: &HashSet<Uuid>,
    violations: &mut Violations,
) -> Result<Relinked, Error> {
    if draft.groups.are_absent() {
        return Ok(Relinked::default());
    }
    let own = entity::membership::Column::UserId.eq(user.id);
    let links = entity::membership::Entity::find().filter(own).all(tx).await?;
    let before = links.into_iter().map(|link| link.group_id).collect();
    draft.groups.judge_size(&before, 1..=membership::MAX_GROUPS, violations);
    let changed = draft.groups.apply(&before, visible);
    for (links, deed) in [(&changed.new, Deed::Give), (&changed.gone, Deed::Detach)] {
        for (path, groups) in Relinked::by_list(links) {
            guard::judge(tx, actor, deed, path, Kind::Group, groups, violations).await?;
        }
    }
    let ids = |links: &[(_, Uuid)]| links.iter().map(|(_, id)| *id).collect::<Vec<_>>();
    let (gone, new) = (ids(&changed.gone), ids(&changed.new));
    membership::leave(tx, &gone, &[user.id]).await?;
    membership::join(tx, &new, &[user.id]).await?;
    if user.status != user::Status::Deleted {
        membership::count(tx, &gone, -1).await?;
        membership::count(tx, &new, 1).await?;
    }
    Ok(changed)
}

impl Draft {
    /// Whether it changes what someone may do, or ends their sessions.
    fn needs_announcement(&self) -> bool {
        !self.groups.are_absent() || self.password.is_some()
    }

    /// The user with what was typed.
    fn change(&self, mut user: user::Model) -> user::Model {
        if let Some(email) = self.email.clone() {
            (user.email, user.email_key) = (email.text, email.key);
        }
        if let Some(name) = self.first_name.clone() {
            (user.first_name, user.first_name_key) = (name.text, name.key);
        }
        if let Some(name) = self.last_name.clone() {
            (user.last_name, user.last_name_key) = (name.text, name.key);
        }
        if let Some(locale) = self.locale.clone() {
            user.locale = locale;
        }
        if let Some(hash) = self.password_hash.clone() {
            user.password_hash = hash;
        }
        user
    }
}

/// Writes what changed, if anything did.
async fn save(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    before: user::Model,
    mut after: user::Model,
    groups: &Relinked,
) -> Result<user::Model, Error> {
    let changes = Changes::default()
        .field("email", &*before.email, &*after.email)
        .field("firstName", &*before.first_name, &*after.first_name)
        .field("lastName", &*before.last_name, &*after.last_name)
        .field("locale", &*before.locale, &*after.locale)
        .field("passwordChanged", false, before.password_hash != after.password_hash);
    if !changes.is_empty() {
        after.version += 1;
        after.updated_at = app.clock.now();
        user::Entity::update(after.clone().into_active_model().reset_all()).exec(tx).await?;
    }
    if before.password_hash != after.password_hash {
        session::end_all(tx, after.id, actor.session_id()).await?;
    }
    let [gone, new] = groups.describe(Kind::Group);
    let changes = changes.field("groupIds", gone, new);
    if changes.is_empty() {
        return Ok(before);
    }
    let action = match () {
        () if changes.are_only("groupIds") => "user.groups_changed",
        () if changes.are_only("passwordChanged") => "user.password_reset",
        () => "user.updated",
    };
    let subject = Some(NodeId::new(Kind::User, after.id));
    audit::record(app, tx, actor, action, subject, changes).await?;
    Ok(after)
}
