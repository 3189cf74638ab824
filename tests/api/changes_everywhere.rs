//! `changes` over time and over several instances: nothing is lost, told twice or told too early.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rolecall::db::End;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::api_tests;
use crate::changes::{event, follow, stray, told};
use crate::support::asking::texts;
use crate::support::guarding::{done, group_id, own_id};
use crate::support::live::Socket;
use crate::support::{Backend, TestApp, database};

const VERSIONS: &str = "subscription { changes(types: [GROUP]) {
    id kind node { ... on Group { version } }
} }";

/// Longer than an instance takes to notice what another one did.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn versions(app: &TestApp) -> Socket {
    let port = app.listen().await;
    let mut socket = port.socket_of(app.admin_token()).await;
    socket.start("1", VERSIONS, json!({})).await;
    socket.settle().await;
    std::mem::forget(port);
    socket
}

api_tests! {
    async fn every_instance_tells_every_change_once(app) {
        let other = app.another().await;
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let group = admin.create_group("Team", &[&root]).await;
        let mut followers = [versions(app).await, versions(&other).await];
        let instances = [app.admin(), other.admin()];
        let changes = (0..50).map(|number: usize| {
            let (client, group, root) = (&instances[number % 2], &group, &root);
            async move {
                if number.is_multiple_of(5) {
                    return client.create_group(&format!("Group {number}"), &[root]).await;
                }
                let input = json!({ "id": group, "description": format!("{number}") });
                done(client, "updateGroup", input).await;
                group.clone()
            }
        });
        let mut changed = join_all(changes).await;
        changed.sort();
        for socket in &mut followers {
            let mut events = Vec::new();
            for _ in 0..50 {
                events.push(event(socket).await);
            }
            socket.settle().await;
            let mut ids = texts(&json!(events), "id");
            ids.sort();
            assert_eq!(ids, changed);
            let made = events.iter().filter(|event| event["kind"] == "CREATED");
            assert_eq!(made.count(), 10);
            let of_group = events.iter().filter(|event| event["id"] == *group);
            let seen = of_group.map(|event| event["node"]["version"].as_i64().unwrap());
            let seen: Vec<i64> = seen.collect();
            assert!(seen.is_sorted(), "{seen:?}");
            assert_eq!(seen.last(), Some(&41));
        }
    }

    async fn nothing_is_told_before_it_is_committed(app) {
        let (sql, id) = stray(app, "group.updated");
        let socket = &Mutex::new(follow(app, app.admin_token(), Value::Null).await);
        let sql = &sql;
        let work = |tx: std::sync::Arc<sea_orm::DatabaseTransaction>| async move {
            tx.execute_unprepared(sql).await?;
            a_while().await;
            socket.lock().await.settle().await;
            Ok(())
        };
        app.app.db.transaction(End::RollBack, work).await.expect("it is rolled back");
        app.app.db.transaction(End::Commit, work).await.expect("it is committed");
        let mut socket = socket.lock().await;
        assert_eq!(event(&mut socket).await, told("GROUP UPDATED", &id, None));
        a_while().await;
        socket.settle().await;
    }

    async fn what_is_gone_when_it_is_told_is_null(app) {
        let mut socket = follow(app, app.admin_token(), Value::Null).await;
        for (action, what) in [
            ("group.created", "GROUP CREATED"), ("group.roles_changed", "GROUP UPDATED"),
            ("group.deleted", "GROUP DELETED"),
        ] {
            let (sql, id) = stray(app, action);
            app.sql(&sql).await;
            assert_eq!(event(&mut socket).await, told(what, &id, None));
        }
    }

    async fn who_follows_is_told_of_what_comes_later(app) {
        let (other, admin) = (app.another().await, app.admin());
        admin.create_role("Before", &[]).await;
        let mut first = follow(app, app.admin_token(), Value::Null).await;
        let one = json!(admin.on(&other).create_role("One", &[]).await);
        assert_eq!(event(&mut first).await, told("ROLE CREATED", &one, Some("One")));
        let mut second = follow(app, app.admin_token(), Value::Null).await;
        let two = json!(admin.on(&other).create_role("Two", &[]).await);
        for socket in [&mut first, &mut second] {
            assert_eq!(event(socket).await, told("ROLE CREATED", &two, Some("Two")));
            socket.settle().await;
        }
    }

    async fn following_begins_where_it_is_asked_for(app) {
        let other = app.another().await;
        for turn in 0..20 {
            let mut socket = follow(app, app.admin_token(), Value::Null).await;
            let name = format!("Role {turn}");
            let role = json!(app.admin().on(&other).create_role(&name, &[]).await);
            assert_eq!(event(&mut socket).await, told("ROLE CREATED", &role, Some(&name)));
        }
    }

    async fn after_the_last_one_left_following_begins_anew(app) {
        let admin = app.admin();
        let mut socket = follow(app, app.admin_token(), Value::Null).await;
        for turn in 0..3 {
            socket.end("1").await;
            socket.settle().await;
            a_while().await;
            let ((), asked) = app.statements(a_while()).await;
            assert_eq!(asked, Vec::<String>::new());
            admin.create_role(&format!("Unseen {turn}"), &[]).await;
            let variables = json!({ "types": ["ROLE"] });
            socket.start("1", crate::changes::FOLLOW, variables).await;
            socket.settle().await;
            let name = format!("Seen {turn}");
            let role = json!(admin.create_role(&name, &[]).await);
            assert_eq!(event(&mut socket).await, told("ROLE CREATED", &role, Some(&name)));
            socket.settle().await;
        }
    }

    async fn a_right_that_was_taken_away_elsewhere_is_gone_with_the_next_change(app) {
        let other = app.another().await;
        let (admin, root) = (app.admin().on(&other), app.admin().root_role().await);
        let token = app.token_of("ada", &["acl/group/index"]).await;
        let (own, less) = (json!(own_id(&app.bearer(&token)).await), admin.create_role("Less", &[]).await);
        let hers = group_id(&admin, "Group of ada").await;
        let mut socket = follow(app, &token, Value::Null).await;
        let group = json!(admin.create_group("Seen", &[&root]).await);
        assert_eq!(event(&mut socket).await, told("GROUP CREATED", &group, Some("Seen")));
        done(&admin, "updateGroup", json!({ "id": hers, "roleIds": [less] })).await;
        admin.create_group("Unseen", &[&root]).await;
        done(&admin, "updateUser", json!({ "id": own, "firstName": "Eve" })).await;
        assert_eq!(event(&mut socket).await, told("USER UPDATED", &own, Some("Eve")));
        let reader = admin.create_role("Reader", &["acl/group/index"]).await;
        done(&admin, "updateGroup", json!({ "id": hers, "roleIds": [reader] })).await;
        assert_eq!(event(&mut socket).await["id"], hers);
        socket.settle().await;
    }
}

#[tokio::test]
async fn a_transaction_that_takes_long_holds_nothing_up_and_is_told_when_it_is_committed() {
    let Some(app) = TestApp::new(Backend::Postgres).await else {
        return database::skip(module_path!());
    };
    let elsewhere = Database::connect(app.url()).await.expect("the server answers");
    let begin = async || elsewhere.begin().await.expect("a transaction begins");
    let [((one, one_id), early), ((two, two_id), late)] = [
        (stray(&app, "group.updated"), begin().await),
        (stray(&app, "group.created"), begin().await),
    ];
    early.execute_unprepared(&one).await.expect("it is written");
    let mut socket = follow(&app, app.admin_token(), Value::Null).await;
    late.execute_unprepared(&two).await.expect("it is written");
    for turn in 0..5 {
        let (name, started) = (format!("Role {turn}"), Instant::now());
        let role = json!(app.admin().create_role(&name, &[]).await);
        assert_eq!(event(&mut socket).await, told("ROLE CREATED", &role, Some(&name)));
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
    late.commit().await.expect("it is committed");
    assert_eq!(event(&mut socket).await, told("GROUP CREATED", &two_id, None));
    let role = json!(app.admin().create_role("Last", &[]).await);
    assert_eq!(event(&mut socket).await, told("ROLE CREATED", &role, Some("Last")));
    early.commit().await.expect("it is committed");
    assert_eq!(event(&mut socket).await, told("GROUP UPDATED", &one_id, None));
    a_while().await;
    socket.settle().await;
}
