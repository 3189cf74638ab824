//! Sample data of a chosen size, to try lists, searches and speed on something like the real thing.

use entity::rule::Permission;
use entity::{group, group_role, membership, role, rule, user};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
};
use uuid::Uuid;

use super::audit::Changes;
use super::text::key;
use super::{Actor, Error, actor, audit};
use crate::app::App;
use crate::db::End;

/// How much to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub roles: usize,
    pub groups: usize,
    pub users: usize,
    /// Roles that each group carries.
    pub roles_per_group: usize,
    /// Groups that each user is in.
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
    for batch in roles.chunks(BATCH) {
        let rules = batch.iter().flat_map(|role| some_rules(app, role.id));
        let rules = &rules.collect::<Vec<_>>();
        app.db
            .transaction(End::Commit, |tx| async move {
                let tx = &*tx;
                insert::<role::Entity, _>(tx, batch).await?;
                insert::<rule::Entity, _>(tx, rules).await
            })
            .await?;
        step(batch.len());
    }
    let groups: Vec<_> = (0..size.groups).map(|n| a_group(app, run, n, size)).collect();
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
    let name = format!("{} {} {run}-{n:06}", pick(AREAS, n), pick(DUTIES, n / AREAS.len()));
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

/// Reading and one kind of change in one area, as back offices hand them out.
fn some_rules(app: &App, role_id: Uuid) -> Vec<rule::Model> {
    let n = usize::from(role_id.as_bytes()[15]);
    let bundle = format!("{}-gui", pick(AREAS, n).to_lowercase());
    ["index", "view", pick(ACTIONS, n)]
        .into_iter()
        .map(|action| rule::Model {
            id: app.clock.new_id(),
            role_id,
            bundle: bundle.clone(),
            controller: pick(CONTROLLERS, n).to_owned(),
            action: action.to_owned(),
            permission: Permission::Allow,
        })
        .collect()
}

fn a_group(app: &App, run: &str, n: usize, size: Size) -> group::Model {
    let title = format!("{} {} {run}-{n:06}", pick(AREAS, n), pick(TEAMS, n / AREAS.len()));
    let now = app.clock.now();
    group::Model {
        id: app.clock.new_id(),
        title_key: key(&title),
        title,
        description: None,
        is_protected: false,
        user_count: i32::try_from(members(n, size)).unwrap_or(i32::MAX),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn a_user(app: &App, run: &str, n: usize) -> user::Model {
    let (first, last) = (pick(FIRST_NAMES, n), pick(LAST_NAMES, n / FIRST_NAMES.len()));
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

fn links_to_roles(
    groups: &[group::Model],
    start: usize,
    roles: &[role::Model],
    per_group: usize,
) -> Vec<group_role::Model> {
    let links = groups.iter().enumerate().flat_map(|(index, group)| {
        spread(start + index, per_group, roles.len())
            .map(|role| group_role::Model { group_id: group.id, role_id: roles[role].id })
    });
    links.collect()
}

fn links_to_groups(
    users: &[user::Model],
    start: usize,
    groups: &[group::Model],
    per_user: usize,
) -> Vec<membership::Model> {
    let links = users.iter().enumerate().flat_map(|(index, user)| {
        spread(start + index, per_user, groups.len())
            .map(|group| membership::Model { group_id: groups[group].id, user_id: user.id })
    });
    links.collect()
}

/// The `count` targets that number `n` is linked to, of `of` in all: neighbours, going round.
fn spread(n: usize, count: usize, of: usize) -> impl Iterator<Item = usize> {
    (0..count.min(of)).map(move |offset| (n + offset) % of)
}

/// How many users [`spread`] puts into group `n`.
fn members(n: usize, size: Size) -> usize {
    let per_user = size.groups_per_user.min(size.groups);
    let rounds = size.users / size.groups;
    let rest = size.users % size.groups;
    // Users n, n - 1, .. n - per_user + 1 (going round) reach group n; `rest` of them once more.
    let extra =
        (0..per_user).filter(|offset| (n + size.groups - offset) % size.groups < rest).count();
    rounds * per_user + extra
}

fn pick(words: &'static [&'static str], n: usize) -> &'static str {
    words[n % words.len()]
}

const AREAS: &[&str] = &[
    "Catalogue",
    "Sales",
    "Warehouse",
    "Finance",
    "Support",
    "Marketing",
    "Purchasing",
    "Returns",
    "Shipping",
    "Content",
];
const DUTIES: &[&str] = &["Reader", "Editor", "Approver", "Auditor", "Manager"];
const TEAMS: &[&str] = &["North", "South", "East", "West", "Night Shift", "Leads", "Partners"];
const ACTIONS: &[&str] = &["create", "edit", "delete", "export", "approve"];
const CONTROLLERS: &[&str] = &["index", "list", "detail", "report"];
const FIRST_NAMES: &[&str] =
    &["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Ken", "Radia", "Tony"];
const LAST_NAMES: &[&str] =
    &["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Perlman", "Hoare"];
