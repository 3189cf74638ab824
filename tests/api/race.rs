//! Many at once: of those who want the same, one gets it, and the others are told by whom.

use entity::{audit_event, group, membership, role, rule, user};
use futures_util::future::join_all;
use rolecall::app::App;
use rolecall::db::Db;
use rolecall::domain::bootstrap::{self, Administrator};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, TransactionTrait};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::client::rule_input;
use crate::support::database::{self, Backend, Database};
use crate::support::{ADMIN, PASSWORD, TestApp};

/// Parts the payloads of those who raced for one thing: what the one winner made, and the others' errors.
fn judge(payloads: Vec<Value>, made: &str) -> (Value, Vec<Value>) {
    let (winners, losers): (Vec<_>, Vec<_>) =
        payloads.into_iter().partition(|payload| payload["userErrors"] == json!([]));
    assert_eq!(winners.len(), 1, "{winners:#?}");
    assert!(losers.iter().all(|payload| payload[made].is_null()));
    let errors = losers.into_iter().map(|mut payload| payload["userErrors"].take());
    (winners[0][made].clone(), errors.collect())
}

/// What each of those who lost a race for a title or a name is told.
fn taken(kind: &str, value: &str, holder: &Value) -> Value {
    let (ty, field, existing, article) = match kind {
        "group" => ("TitleTakenError", "title", "existingGroup", "this title"),
        _ => ("NameTakenError", "name", "existingRole", "this name"),
    };
    json!([{
        "__typename": ty,
        "message": format!("A {kind} with {article} exists already."),
        "code": "TAKEN",
        "path": ["input", field],
        "normalizedValue": value,
        existing: holder,
    }])
}

/// Twenty spellings of one title.
fn spelling(number: usize) -> &'static str {
    ["Night shift", " NIGHT SHIFT", "night\u{a0}shift", "Ｎight shift"][number % 4]
}

/// Starts that many instances at once on an empty database, as `rolecall serve` does.
async fn start_together(database: &Database, instances: usize) -> Vec<(App, bool)> {
    let start = async |_| {
        let db = Db::connect(&database.url, 4).await.expect("the database opens");
        db.migrate().await.expect("the migrations apply");
        let app = App::new(db);
        let administrator = Administrator { email: ADMIN.into(), password: Some(PASSWORD.into()) };
        let made = bootstrap::run(&app, &administrator).await.expect("the start works");
        (app, made.is_some())
    };
    join_all((0..instances).map(start)).await
}

/// Says that five instances that start at once make one of everything.
async fn five_instances_make_one_of_everything(database: &Database) {
    let started = start_together(database, 5).await;
    assert_eq!(started.iter().filter(|(_, made)| *made).count(), 1);
    let db = started[0].0.db.read();
    let counts = [
        role::Entity::find().count(db).await.unwrap(),
        rule::Entity::find().count(db).await.unwrap(),
        group::Entity::find().count(db).await.unwrap(),
        user::Entity::find().count(db).await.unwrap(),
        membership::Entity::find().count(db).await.unwrap(),
    ];
    assert_eq!(counts, [1; 5]);
    let events = audit_event::Entity::find().all(db).await.unwrap();
    let actions: Vec<&str> = events.iter().map(|event| &*event.action).collect();
    assert_eq!(actions, ["system.bootstrapped"]);
    let again = start_together(database, 2).await;
    assert!(again.iter().all(|(_, made)| !made));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_instances_that_start_at_once_make_one_of_everything_on_sqlite() {
    let database = Database::empty(Backend::Sqlite).await.expect("SQLite is always here");
    five_instances_make_one_of_everything(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_instances_that_start_at_once_make_one_of_everything_on_postgres() {
    match Database::empty(Backend::Postgres).await {
        Some(database) => five_instances_make_one_of_everything(&database).await,
        None => database::skip(module_path!()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_group_that_waits_for_a_locked_role_holds_no_other_up_for_good() {
    let Some(app) = TestApp::new(Backend::Postgres).await else {
        return database::skip(module_path!());
    };
    let admin = app.admin();
    let (free, locked) = (admin.root_role().await, admin.create_role("Locked", &[]).await);
    let stuck = app.app.db.read().begin().await.unwrap();
    stuck.execute_unprepared("SELECT 1 FROM roles WHERE name = 'Locked' FOR UPDATE").await.unwrap();
    let make = async |number: usize| {
        let role = if number == 3 { &locked } else { &free };
        let input = json!({ "title": format!("Group {number}"), "roleIds": [role] });
        let query = "mutation($input: CreateGroupInput!) { createGroup(input: $input) { userErrors { code } } }";
        let answer = admin.run(query, json!({ "input": input })).await;
        (number, answer)
    };
    for (number, answer) in join_all((0..10).map(make)).await {
        if number == 3 {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        } else {
            assert_eq!(answer["data"]["createGroup"]["userErrors"], json!([]), "{answer}");
        }
    }
    stuck.rollback().await.unwrap();
}

/// Two instances on one database.
async fn pair(app: &TestApp) -> [TestApp; 2] {
    [app.another().await, app.another().await]
}

api_tests! {
    async fn of_many_that_are_made_at_once_one_that_cannot_be_harms_no_other(app) {
        let (admin, role) = (app.admin(), app.admin().root_role().await);
        let make = async |number: usize| {
            let title = if number.is_multiple_of(5) { "administrators".into() } else { format!("Group {number}") };
            let payload = admin.try_group(json!({ "title": title, "roleIds": [role] })).await;
            (number, payload)
        };
        for (number, payload) in join_all((0..40).map(make)).await {
            let codes: Vec<_> = payload["userErrors"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
            let expected: &[&str] = if number.is_multiple_of(5) { &["TAKEN"] } else { &[] };
            assert_eq!(codes, expected, "{number}");
        }
        let data = admin.data("{ groups { totalCount } auditEvents(filter: { actions: [\"group.created\"] }) { totalCount } }", json!({})).await;
        assert_eq!(data["groups"]["totalCount"], 33);
        assert_eq!(data["auditEvents"]["totalCount"], 32);
    }

    async fn of_twenty_who_want_one_title_one_gets_it_and_the_others_learn_who(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        let race = (0..20).map(async |number| {
            admin.try_group(json!({ "title": spelling(number), "roleIds": [role] })).await
        });
        let (winner, errors) = judge(join_all(race).await, "group");
        assert_eq!(errors, vec![taken("group", "night shift", &winner); 19]);
        assert_eq!(admin.titles("").await.len(), 2);
    }

    async fn of_twenty_who_want_one_name_one_gets_it_and_the_others_learn_who(app) {
        let admin = app.admin();
        let race = (0..20).map(async |number| {
            admin.try_role(json!({ "name": spelling(number) })).await
        });
        let (winner, errors) = judge(join_all(race).await, "role");
        assert_eq!(errors, vec![taken("role", "night shift", &winner); 19]);
        assert_eq!(admin.names("").await.len(), 2);
    }

    async fn of_twenty_with_users_for_one_title_on_two_instances_one_gets_it(app) {
        let instances = pair(app).await;
        let admin = app.admin();
        let (role, user) = (admin.root_role().await, app.user_id("ada", &[]).await);
        let race = (0..20).map(async |number| {
            let input = json!({ "title": spelling(number), "roleIds": [role], "userIds": [user] });
            admin.on(&instances[number % 2]).try_group(input).await
        });
        let (winner, errors) = judge(join_all(race).await, "group");
        assert_eq!(errors, vec![taken("group", "night shift", &winner); 19]);
    }

    async fn of_two_instances_that_want_the_same_titles_in_opposite_order_one_gets_each(app) {
        let instances = pair(app).await;
        let (admin, role) = (app.admin(), app.admin().root_role().await);
        let race = (0..40).map(async |number: usize| {
            let title = if number < 20 { number } else { 39 - number };
            let input = json!({ "title": format!("Group {title}"), "roleIds": [role] });
            (title, admin.on(&instances[number / 20]).try_group(input).await)
        });
        let payloads = join_all(race).await;
        for title in 0..20 {
            let of_title = payloads.iter().filter(|(it, _)| *it == title).map(|(_, it)| it.clone());
            let (winner, errors) = judge(of_title.collect(), "group");
            assert_eq!(errors, [taken("group", &format!("group {title}"), &winner)]);
        }
    }

    async fn many_large_roles_that_are_made_at_once_are_all_made(app) {
        let admin = app.admin();
        let rules = (0..400).map(|number| rule_input(&format!("cms/page/{number}")));
        let rules: Vec<_> = rules.collect();
        let race = (0..30).map(async |number| {
            admin.try_role(json!({ "name": format!("Role {number}"), "rules": rules })).await["userErrors"].take()
        });
        assert_eq!(join_all(race).await, vec![json!([]); 30]);
        // Theirs, and the administrators' one.
        assert_eq!(rule::Entity::find().count(app.app.db.read()).await.unwrap(), 30 * 400 + 1);
    }

    async fn those_who_want_different_titles_all_get_them(app) {
        let admin = app.admin();
        let (role, user) = (admin.root_role().await, app.user_id("ada", &[]).await);
        let race = (0..20).map(async |number| {
            let title = format!("Group {number}");
            let input = json!({ "title": title, "roleIds": [role], "userIds": [user] });
            admin.try_group(input).await["userErrors"].take()
        });
        assert_eq!(join_all(race).await, vec![json!([]); 20]);
    }

    async fn a_role_that_goes_while_a_group_is_made_is_an_unknown_role(app) {
        let admin = app.admin();
        let role = admin.create_role("Short-lived", &[]).await;
        app.sql("DELETE FROM roles WHERE name = 'Short-lived'").await;
        let errors = admin.group_errors(json!({ "title": "Late", "roleIds": [role] })).await;
        assert_eq!(errors[0]["code"], "NOT_FOUND");
        assert_eq!(errors[0]["affectedIds"], json!([role]));
        assert_eq!(admin.titles("").await, ["Administrators"]);
    }
}
