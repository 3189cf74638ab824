//! Sample data of a chosen size, to try lists, searches and speed on something like the real thing.

mod office;

use super::audit::Changes;
use super::text::key;
use super::{Actor, Error, actor, audit};
use crate::app::App;
use crate::db::End;
use entity::{group, group_role, membership, role, rule, user};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
};

/// How much to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub roles: usize,
    pub groups: usize,
    pub users: usize,
    /// Roles that each group carries.
    pub roles_per_group: usize,
    /// Groups that a user is in, on average.
    pub groups_per_user: usize,
}

impl Size {
    /// Rows of the four nouns, which progress is counted in.
    #[must_use]
    pub fn total(&self) -> usize {
        self.roles + self.groups + self.users
    }
}

/// Rows that one transaction writes: enough that its end does not matter, few enough that others get
/// their turn.
const BATCH: usize = 2_000;
/// Rows that one statement writes, well under the 32,766 parameters that SQLite takes.
const ROWS: usize = 1_000;

/// Makes sample data and calls `progress` with the rows made so far. Users cannot sign in until their
/// password is set.
pub async fn run(app: &App, size: Size, progress: impl Fn(usize)) -> Result<(), Error> {
    // Names of two runs do not collide.
    let run = &app.clock.new_id().simple().to_string()[..12].to_owned();
    let mut done = 0;
    let mut step = |rows| {
        done += rows;
        progress(done);
    };
    let roles: Vec<_> = (0..size.roles).map(|n| a_role(app, run, n)).collect();
    for (index, batch) in roles.chunks(BATCH).enumerate() {
        let rules = &rules(app, batch, index * BATCH);
        app.db
            .transaction(End::Commit, |tx| async move {
                let tx = &*tx;
                insert::<role::Entity, _>(tx, batch).await?;
                insert::<rule::Entity, _>(tx, rules).await
            })
            .await?;
        step(batch.len());
    }
    let counts = user_counts(size);
    let groups = counts.iter().enumerate().map(|(n, count)| a_group(app, run, n, *count));
    let groups: Vec<_> = groups.collect();
    for (index, batch) in groups.chunks(BATCH).enumerate() {
        let links = &links_to_roles(batch, index * BATCH, &roles, size.roles_per_group);
        app.db
            .transaction(End::Commit, |tx| async move {
                let tx = &*tx;
                insert::<group::Entity, _>(tx, batch).await?;
                insert::<group_role::Entity, _>(tx, links).await
            })
            .await?;
        step(batch.len());
    }
    let users: Vec<_> = (0..size.users).map(|n| a_user(app, run, n)).collect();
    for (index, batch) in users.chunks(BATCH).enumerate() {
        let links = &links_to_groups(batch, index * BATCH, &groups, size.groups_per_user);
        app.db
            .transaction(End::Commit, |tx| async move {
                let tx = &*tx;
                insert::<user::Entity, _>(tx, batch).await?;
                insert::<membership::Entity, _>(tx, links).await
            })
            .await?;
        step(batch.len());
    }
    app.db
        .transaction(End::Commit, |tx| async move {
            let tx = &*tx;
            actor::announce_change(tx).await?;
            let changes = Changes::default()
                .field("roles", 0, size.roles)
                .field("groups", 0, size.groups)
                .field("users", 0, size.users);
            audit::record(app, tx, &Actor::system(), "system.seeded", None, changes).await
        })
        .await
}

async fn insert<E, M>(tx: &impl ConnectionTrait, rows: &[M]) -> Result<(), Error>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    M: IntoActiveModel<E::ActiveModel> + Clone,
{
    for rows in rows.chunks(ROWS) {
        let rows = rows.iter().map(|row| row.clone().into_active_model().reset_all());
        E::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn a_role(app: &App, run: &str, n: usize) -> role::Model {
    let name = format!("{} {run}-{n:06}", office::role_name(n));
    let now = app.clock.now();
    role::Model {
        id: app.clock.new_id(),
        name_key: key(&name),
        name,
        description: None,
        is_protected: false,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn rules(app: &App, roles: &[role::Model], start: usize) -> Vec<rule::Model> {
    let rules = roles.iter().zip(start..).flat_map(|(role, n)| {
        office::rules(n).into_iter().map(|(parts, permission)| {
            let [bundle, controller, action] = parts.map(str::to_owned);
            let (id, role_id) = (app.clock.new_id(), role.id);
            rule::Model { id, role_id, bundle, controller, action, permission }
        })
    });
    rules.collect()
}

fn a_group(app: &App, run: &str, n: usize, user_count: i32) -> group::Model {
    let title = format!("{} {run}-{n:06}", office::group_title(n));
    let now = app.clock.now();
    group::Model {
        id: app.clock.new_id(),
        title_key: key(&title),
        title,
        description: None,
        is_protected: false,
        user_count,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn a_user(app: &App, run: &str, n: usize) -> user::Model {
    let (first, last) = office::user_name(n);
    let email = format!("{first}.{last}.{run}-{n}@example.org").to_lowercase();
    let now = app.clock.now();
    user::Model {
        id: app.clock.new_id(),
        email_key: key(&email),
        email,
        first_name: first.to_owned(),
        first_name_key: key(first),
        last_name: last.to_owned(),
        last_name_key: key(last),
        // No password has this hash.
        password_hash: String::new(),
        status: user::Status::Active,
        locale: "en".into(),
        last_sign_in_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// How many users each group gets.
fn user_counts(size: Size) -> Vec<i32> {
    let mut counts = vec![0; size.groups];
    for user in 0..size.users {
        for group in office::groups_of(user, size.groups_per_user, size.groups) {
            counts[group] += 1;
        }
    }
    counts
}

fn links_to_roles(
    groups: &[group::Model],
    start: usize,
    roles: &[role::Model],
    per_group: usize,
) -> Vec<group_role::Model> {
    let links = groups.iter().zip(start..).flat_map(|(group, n)| {
        let its_roles = office::roles_of(n, per_group, roles.len()).into_iter();
        its_roles.map(|role| group_role::Model { group_id: group.id, role_id: roles[role].id })
    });
    links.collect()
}

fn links_to_groups(
    users: &[user::Model],
    start: usize,
    groups: &[group::Model],
    per_user: usize,
) -> Vec<membership::Model> {
    let links = users.iter().zip(start..).flat_map(|(user, n)| {
        let its_groups = office::groups_of(n, per_user, groups.len()).into_iter();
        its_groups.map(|group| membership::Model { group_id: groups[group].id, user_id: user.id })
    });
    links.collect()
}
