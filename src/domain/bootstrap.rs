//! The first start: an empty database gets the root role, the group that has it, and one
//! administrator. Never again once a user exists.

use entity::rule::Permission;
use entity::{group, role, rule, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::audit::Changes;
use super::error::Violations;
use super::id::{Kind, NodeId};
use super::password::Password;
use super::text::{Email, Label, key};
use super::{Actor, Error, actor, audit, group as groups, role as roles, user as users};
use crate::app::App;
use crate::db::{End, insert_all};

/// The first administrator, as configured.
#[derive(Clone, Debug)]
pub struct Administrator {
    pub email: String,
    /// `None` has one generated.
    pub password: Option<String>,
}

/// What a first start made.
#[derive(Debug)]
pub struct Made {
    pub email: String,
    /// To be shown once, when it was generated.
    pub generated: Option<Password>,
}

/// Makes what an empty database needs; `None` when a user exists already.
pub async fn run(app: &App, administrator: &Administrator) -> Result<Option<Made>, Error> {
    if has_users(app.db.read()).await? {
        return Ok(None);
    }
    let mut violations = Violations::default();
    let email = violations.text(&["email"], Email::parse(&administrator.email));
    let given = administrator.password.as_deref().map(|password| {
        let parsed = Password::parse(password, &[&administrator.email]);
        violations.text(&["password"], parsed)
    });
    let (Some(Email(email)), None | Some(Some(_))) = (email, &given) else {
        return Err(violations.into_error());
    };
    let (given, generated) = match given.flatten() {
        Some(password) => (Some(password), None),
        None => (None, Some(Password::generate()?)),
    };
    let password_hash = match given.as_ref().or(generated.as_ref()) {
        Some(password) => password.hash(app).await?,
        None => return Ok(None),
    };
    let user = administrator_row(app, email, password_hash);
    let row = &user;
    let made =
        app.db.transaction(End::Commit, |tx| async move { insert(app, &*tx, row).await }).await?;
    app.identities.distrust();
    Ok(made.then_some(Made { email: user.email, generated }))
}

/// The group whose members administer the system.
pub async fn administrators(app: &App) -> Result<Option<group::Model>, Error> {
    let is_protected = group::Column::IsProtected.eq(true);
    let group = group::Entity::find().filter(is_protected);
    Ok(group.one(app.db.read()).await?)
}

/// Whether this transaction was the one that made it: of several instances that start at once, each
/// waits here for the one before it, and finds its user.
async fn insert(app: &App, tx: &impl ConnectionTrait, user: &user::Model) -> Result<bool, Error> {
    actor::announce_change(tx).await?;
    if has_users(tx).await? {
        return Ok(false);
    }
    let role = root_role(app);
    let group = administrators_row(app);
    insert_all(tx, roles::create::rows(&role, &[root_rule(app)])).await?;
    let no_users = std::iter::empty();
    insert_all(tx, groups::create::rows(&group, std::iter::once(role.id), no_users)).await?;
    users::insert_rows(tx, user, &[group.id]).await?;
    let groups = vec![NodeId::new(Kind::Group, group.id).to_string()];
    let changes = Changes::default().field("email", Value::Null, &*user.email).field(
        "groupIds",
        Vec::<String>::new(),
        groups,
    );
    let subject = Some(NodeId::new(Kind::User, user.id));
    audit::record(app, tx, &Actor::system(), "system.bootstrapped", subject, changes).await?;
    Ok(true)
}

async fn has_users(db: &impl ConnectionTrait) -> Result<bool, Error> {
    let user = user::Entity::find().limit(1).one(db).await?;
    Ok(user.is_some())
}

fn root_role(app: &App) -> role::Model {
    let now = app.clock.now();
    role::Model {
        id: app.clock.new_id(),
        name: "Administrator".into(),
        name_key: key("Administrator"),
        description: Some("May do everything. It cannot be changed or deleted.".into()),
        is_protected: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn root_rule(app: &App) -> rule::Model {
    rule::Model {
        id: app.clock.new_id(),
        role_id: Uuid::nil(),
        bundle: "*".into(),
        controller: "*".into(),
        action: "*".into(),
        permission: Permission::Allow,
    }
}

fn administrators_row(app: &App) -> group::Model {
    let now = app.clock.now();
    group::Model {
        id: app.clock.new_id(),
        title: "Administrators".into(),
        title_key: key("Administrators"),
        description: Some("Who administers this system.".into()),
        is_protected: true,
        user_count: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn administrator_row(app: &App, email: Label, password_hash: String) -> user::Model {
    let now = app.clock.now();
    user::Model {
        id: app.clock.new_id(),
        email: email.text,
        email_key: email.key,
        first_name: "Rolecall".into(),
        first_name_key: key("Rolecall"),
        last_name: "Administrator".into(),
        last_name_key: key("Administrator"),
        password_hash,
        status: user::Status::Active,
        locale: "en".into(),
        last_sign_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
