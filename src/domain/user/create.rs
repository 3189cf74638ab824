//! Making users.

use std::collections::HashSet;
use std::sync::Arc;

use entity::user;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::Value;
use uuid::Uuid;

use super::judge_email;
use crate::app::App;
use crate::db::End;
use crate::domain::audit::Changes;
use crate::domain::error::Violations;
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::Ids;
use crate::domain::password::Password;
use crate::domain::text::{self, Email, Label};
use crate::domain::{Actor, Error, actor, audit, capability, group, membership};

/// A user to be made, as it was typed.
#[derive(Clone, Default)]
pub struct NewUser {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub password: String,
    /// BCP 47; English when absent.
    pub locale: Option<String>,
    /// Global ids.
    pub group_ids: Vec<String>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

/// Makes a user who belongs to some groups; `None` when it was only to be judged.
pub async fn create(app: &App, actor: &Actor, new: NewUser) -> Result<Option<user::Model>, Error> {
    actor.require(capability::USER_CREATE)?;
    let mut draft = Draft::parse(app, &new);
    let end = End::rehearse_if(new.validate_only);
    if end == End::Commit
        && let (Some(user), Some(password)) = (&mut draft.user, &draft.password)
    {
        user.password_hash = password.hash(app).await?;
    }
    let draft = &draft;
    let work = |tx: Arc<_>| async move { insert(app, &*tx, actor, draft).await };
    let user = app.db.transaction(end, work).await?;
    app.identities.distrust();
    Ok((end == End::Commit).then_some(user))
}

/// What was typed, as far as it could be read.
struct Draft {
    /// `None` when something of it cannot be.
    user: Option<user::Model>,
    email: Option<Label>,
    password: Option<Password>,
    groups: Ids,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, new: &NewUser) -> Self {
        let mut violations = Violations::default();
        let email = violations.text(&["email"], Email::parse(&new.email)).map(|Email(it)| it);
        let first = violations.text(&["firstName"], Label::parse(&new.first_name));
        let last = violations.text(&["lastName"], Label::parse(&new.last_name));
        let known = [&*new.email, &*new.first_name, &*new.last_name];
        let password = violations.text(&["password"], Password::parse(&new.password, &known));
        let locale = text::locale(new.locale.as_deref().unwrap_or("en"));
        let locale = violations.text(&["locale"], locale);
        let size = 1..=membership::MAX_GROUPS;
        let groups = Ids::parse("groupIds", Kind::Group, &new.group_ids, size, &mut violations);
        let now = app.clock.now();
        let user = match (&email, first, last, locale) {
            (Some(email), Some(first), Some(last), Some(locale)) => Some(user::Model {
                id: app.clock.new_id(),
                email: email.text.clone(),
                email_key: email.key.clone(),
                first_name: first.text,
                first_name_key: first.key,
                last_name: last.text,
                last_name_key: last.key,
                password_hash: String::new(),
                status: user::Status::Active,
                locale,
                last_sign_in_at: None,
                version: 1,
                created_at: now,
                updated_at: now,
            }),
            _ => None,
        };
        Self { user, email, password, groups, violations }
    }
}

async fn insert(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<user::Model, Error> {
    actor::announce_change(tx).await?;
    let mut violations = draft.violations.clone();
    if let Some(email) = &draft.email {
        judge_email(tx, actor, &email.key, None, &mut violations).await?;
    }
    let visible: HashSet<Uuid> = group::visible(tx, actor, draft.groups.uuids()).await?;
    draft.groups.require(&visible, &mut violations);
    let groups = draft.groups.uuids().filter(|id| visible.contains(id));
    let groups: Vec<Uuid> = groups.collect();
    let given = groups.iter().copied();
    guard::judge(tx, actor, Deed::Give, "groupIds", Kind::Group, given, &mut violations).await?;
    let (true, Some(user)) = (violations.is_empty(), &draft.user) else {
        return Err(violations.into_error());
    };
    insert_rows(tx, user, &groups).await?;
    let ids = groups.iter().map(|id| NodeId::new(Kind::Group, *id).to_string());
    let changes = Changes::default()
        .field("email", Value::Null, &*user.email)
        .field("firstName", Value::Null, &*user.first_name)
        .field("lastName", Value::Null, &*user.last_name)
        .field("locale", Value::Null, &*user.locale)
        .field("groupIds", Vec::<String>::new(), ids.collect::<Vec<_>>());
    let subject = Some(NodeId::new(Kind::User, user.id));
    audit::record(app, tx, actor, "user.created", subject, changes).await?;
    Ok(user.clone())
}

/// Writes a user with memberships, keeps the groups' counts, and nothing else.
pub(in crate::domain) async fn insert_rows(
    tx: &impl ConnectionTrait,
    user: &user::Model,
    groups: &[Uuid],
) -> Result<(), Error> {
    let row = user.clone().into_active_model().reset_all();
    user::Entity::insert(row).exec_without_returning(tx).await?;
    membership::join(tx, groups, &[user.id]).await?;
    membership::count(tx, groups, 1).await
}
