//! Sessions: what their users see of them, and everything that ends them.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::session;
use rolecall::db::End;
use rolecall::domain::id::{Kind, NodeId};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_tests;
use crate::support::asking::unknown;
use crate::support::guarding::{done, own_id, refusal};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};

/// An answer's header that takes the cookie away.
const NO_COOKIE: &str = "rolecall=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0";

/// The ids of the viewer's sessions, in their order.
async fn ids(client: &Client) -> Vec<String> {
    let data = client.data("{ viewer { sessions { id } } }", json!({})).await;
    crate::support::asking::texts(&data["viewer"]["sessions"], "id")
}

/// The id of the session that a client has.
async fn current(client: &Client) -> String {
    let data = client.data("{ viewer { sessions { id isCurrent } } }", json!({})).await;
    let sessions = data["viewer"]["sessions"].as_array().unwrap();
    let current: Vec<&Value> = sessions.iter().filter(|it| it["isCurrent"] == true).collect();
    let [current] = current[..] else { panic!("{data:#}") };
    current["id"].as_str().unwrap().to_owned()
}

/// Signs in with a User-Agent.
async fn sign_in_as(client: &Client, user_agent: &str) {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
    let input = json!({ "email": ADMIN, "password": PASSWORD });
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let answer = client.post_with(&[("user-agent", user_agent)], body).await;
    assert_eq!(answer.json(), json!({ "data": { "signIn": { "userErrors": [] } } }));
}

/// What is wrong with ending a session.
fn no_session(code: &str, message: &str, id: &str) -> Value {
    json!([{
        "__typename": "NodesNotFoundError", "message": message, "code": code,
        "path": ["input", "id"], "expectedType": "Session", "affectedIds": [id],
    }])
}

/// Sets a time of all sessions to one that lies so many minutes from now.
async fn set_time(app: &TestApp, column: &str, minutes: i64) {
    let time = (Utc::now() + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%S%.3f+00:00");
    app.sql(&format!("UPDATE sessions SET {column} = '{time}'")).await;
}

/// How many sessions are kept.
async fn kept(app: &TestApp) -> usize {
    session::Entity::find().all(app.app.db.read()).await.unwrap().len()
}

/// Makes a user have more sessions, each last used a second before the one made before it.
async fn crowd(app: &TestApp, user: &str, count: u32) {
    let now = app.app.clock.now();
    let sessions = (1..=count).map(|number| session::Model {
        id: Uuid::now_v7(),
        user_id: NodeId::parse(user).unwrap().uuid,
        hash: number.to_be_bytes().repeat(8),
        address: None,
        user_agent: Some(format!("Number {number}")),
        created_at: now,
        last_used_at: now - TimeDelta::seconds(number.into()),
        expires_at: now + TimeDelta::hours(1),
    });
    let rows: Vec<_> = sessions.map(|it| it.into_active_model().reset_all()).collect();
    let rows = &rows;
    let insert = |tx: std::sync::Arc<_>| async move {
        session::Entity::insert_many(rows.clone()).exec_without_returning(&*tx).await?;
        Ok(())
    };
    app.app.db.transaction(End::Commit, insert).await.unwrap();
}

api_tests! {
    async fn people_see_their_sessions_the_one_used_latest_first(app) {
        let (home, office) = (app.browser().at("2001:db8::7"), app.browser().at("192.0.2.1"));
        sign_in_as(&home, "Mozilla/5.0 (Macintosh)").await;
        sign_in_as(&office, &"x".repeat(600)).await;
        let query = "{ viewer { sessions { isCurrent address userAgent createdAt lastUsedAt expiresAt } } }";
        let mut data = home.data(query, json!({})).await;
        for session in data["viewer"]["sessions"].as_array_mut().unwrap() {
            let [made, used, end] = ["createdAt", "lastUsedAt", "expiresAt"]
                .map(|name| session[name].take().as_str().unwrap().parse::<DateTime<Utc>>().unwrap());
            assert_eq!((used - made, end - made), (TimeDelta::zero(), TimeDelta::hours(12)));
        }
        let session = |is_current: bool, address: &str, user_agent: &str| json!({
            "isCurrent": is_current, "address": address, "userAgent": user_agent,
            "createdAt": null, "lastUsedAt": null, "expiresAt": null,
        });
        assert_eq!(data, json!({ "viewer": { "sessions": [
            session(false, "192.0.2.1", &"x".repeat(512)),
            session(true, "2001:db8::7", "Mozilla/5.0 (Macintosh)"),
        ] } }));
        // Where nothing is known, nothing is said; with a token, no session is the current one.
        app.signed_in(ADMIN).await;
        let query = "{ viewer { sessions { isCurrent address userAgent } } }";
        let data = app.admin().data(query, json!({})).await;
        let unknown = json!({ "isCurrent": false, "address": null, "userAgent": null });
        assert_eq!(data["viewer"]["sessions"][0], unknown);
    }

    async fn using_a_session_brings_it_to_the_top(app) {
        let (first, second) = (app.signed_in(ADMIN).await, app.signed_in(ADMIN).await);
        let expected = [current(&second).await, current(&first).await];
        assert_eq!(ids(&first).await, expected);
        set_time(app, "last_used_at", -30).await;
        let other = app.another().await;
        first.on(&other).who().await;
        // It is noted beside the request: sooner or later.
        for _ in 0..1_000 {
            if ids(&second).await == [&*expected[1], &*expected[0]] {
                return;
            }
        }
        panic!("the use was not noted");
    }

    async fn a_session_is_there_for_its_user_alone(app) {
        app.make_user("ada", &["*/*/*"]).await;
        let (ada, admin) = (app.signed_in("ada@example.org").await, app.signed_in(ADMIN).await);
        let id = current(&ada).await;
        let query = "query($id: ID!) {
            node(id: $id) { __typename id ... on Session { isCurrent userAgent } } nodes(ids: [$id]) { id }
        }";
        let (variables, this) = (json!({ "id": id }), json!({ "id": id }));
        let whole = json!({ "__typename": "Session", "id": id, "isCurrent": true, "userAgent": null });
        let expected = json!({ "node": whole, "nodes": [this] });
        assert_eq!(ada.data(query, variables.clone()).await, expected);
        let nothing = json!({ "node": null, "nodes": [null] });
        assert_eq!(admin.data(query, variables.clone()).await, nothing);
        let unauthenticated = json!([["UNAUTHENTICATED"], ["UNAUTHENTICATED"]]);
        assert_eq!(app.nobody().failures(query, variables.clone()).await, unauthenticated);
        let errors = refusal(&admin, "revokeSession", json!({ "id": id })).await;
        assert_eq!(errors, no_session("NOT_FOUND", "There is no such session.", &id));
        let again = app.signed_in("ada@example.org").await;
        ada.sign_out().await;
        assert_eq!(again.data(query, variables).await, nothing);
    }

    async fn people_end_their_other_sessions(app) {
        let (here, there) = (app.signed_in(ADMIN).await, app.signed_in(ADMIN).await);
        let third = app.signed_in(ADMIN).await;
        let id = current(&there).await;
        let query = "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) {
            revokedSessionId userErrors { message } clientMutationId
        } }";
        let body = json!({ "query": query, "variables": { "input": { "id": id, "clientMutationId": "x" } } });
        let answer = here.post(body.to_string()).await;
        let expected = json!({ "data": { "revokeSession": {
            "revokedSessionId": id, "userErrors": [], "clientMutationId": "x",
        } } });
        assert_eq!((answer.json(), answer.header("set-cookie")), (expected, ""));
        assert_eq!(there.who().await, Value::Null);
        assert_eq!(ids(&here).await, [current(&third).await, current(&here).await]);
        let errors = refusal(&here, "revokeSession", json!({ "id": id })).await;
        assert_eq!(errors, no_session("NOT_FOUND", "There is no such session.", &id));
        // A token of the same user can end them, too.
        done(&app.admin(), "revokeSession", json!({ "id": current(&here).await })).await;
        assert_eq!(here.who().await, Value::Null);
    }

    async fn what_is_no_session_cannot_be_ended(app) {
        let browser = app.signed_in(ADMIN).await;
        for id in [&*unknown(Kind::Session), "", "x"] {
            let errors = refusal(&browser, "revokeSession", json!({ "id": id })).await;
            assert_eq!(errors, no_session("NOT_FOUND", "There is no such session.", id));
        }
        let me = own_id(&browser).await;
        let errors = refusal(&browser, "revokeSession", json!({ "id": me })).await;
        assert_eq!(errors, no_session("WRONG_TYPE", "This is not the id of a session.", &me));
        let query = crate::support::guarding::document("revokeSession");
        let variables = json!({ "input": { "id": current(&browser).await } });
        assert_eq!(app.nobody().failures(&query, variables).await, json!([["UNAUTHENTICATED"]]));
        assert_ne!(browser.who().await, Value::Null);
    }

    async fn ending_ones_own_session_is_signing_out(app) {
        let browser = app.signed_in(ADMIN).await;
        let query = "mutation($id: ID!) {
            revokeSession(input: { id: $id }) { revokedSessionId }
            createRole(input: { name: \"New\" }) { role { id } }
        }";
        let body = json!({ "query": query, "variables": { "id": current(&browser).await } });
        let answer = browser.post(body.to_string()).await;
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        assert_eq!(answer.json()["errors"][0]["path"], json!(["createRole"]));
        assert_eq!((answer.header("set-cookie"), browser.cookies()), (NO_COOKIE, Vec::new()));
        assert_eq!((kept(app).await, app.admin().names("").await), (0, vec!["Administrator".into()]));
    }

    async fn signing_out_ends_the_session_and_takes_the_cookie(app) {
        let (browser, other) = (app.signed_in(ADMIN).await, app.signed_in(ADMIN).await);
        let before = browser.copy();
        let query = "mutation { signOut(input: { clientMutationId: \"x\" }) { signedOut clientMutationId } }";
        let body = json!({ "query": query }).to_string();
        let answer = |signed_out: bool| json!({ "data": { "signOut": {
            "signedOut": signed_out, "clientMutationId": "x",
        } } });
        // The last two have a session that has ended, and none.
        for (client, signed_out) in [(&browser, true), (&before, false), (&browser, false)] {
            let told = client.post(body.clone()).await;
            assert_eq!((told.json(), told.header("set-cookie")), (answer(signed_out), NO_COOKIE));
            assert_eq!((client.who().await, client.cookies()), (Value::Null, Vec::new()));
        }
        assert_ne!(other.who().await, Value::Null);
        let program = app.admin();
        assert_eq!(program.post(body).await.json(), answer(false));
        assert_ne!(program.who().await, Value::Null);
    }

    async fn sessions_of_a_user_who_is_blocked_or_deleted_end_at_once_and_for_good(app) {
        let admin = app.admin();
        for (name, status) in [("ada", "BLOCKED"), ("bob", "DELETED")] {
            let id = app.user_id(name, &[]).await;
            let email = format!("{name}@example.org");
            let (one, two) = (app.signed_in(&email).await, app.signed_in(&email).await);
            for status in [status, "ACTIVE"] {
                done(&admin, "setUserStatus", json!({ "id": id, "status": status })).await;
                assert_eq!((one.who().await, two.who().await), (Value::Null, Value::Null));
            }
            assert_eq!(app.signed_in(&email).await.who().await, id);
        }
    }

    async fn a_new_password_from_an_administrator_ends_all_sessions_but_the_administrators_own(app) {
        let (admin, other) = (app.signed_in(ADMIN).await, app.signed_in(ADMIN).await);
        let (ada, me) = (app.user_id("ada", &[]).await, own_id(&admin).await);
        let (one, two) = (app.signed_in("ada@example.org").await, app.signed_in("ada@example.org").await);
        let password = "another horse's battery staple";
        let input = json!({ "id": ada, "password": password, "validateOnly": true });
        done(&admin, "updateUser", input).await;
        done(&admin, "updateUser", json!({ "id": ada, "firstName": "Ada" })).await;
        assert_eq!((one.who().await, two.who().await), (json!(ada), json!(ada)));
        done(&admin, "updateUser", json!({ "id": ada, "password": password })).await;
        assert_eq!((one.who().await, two.who().await), (Value::Null, Value::Null));
        done(&admin, "updateUser", json!({ "id": me, "password": password })).await;
        assert_eq!((admin.who().await, other.who().await), (json!(me), Value::Null));
    }

    async fn a_session_ends_that_is_not_used_for_an_hour(app) {
        // Its last use is kept to the minute.
        for (minutes, has_ended) in [(-62, true), (-60, false), (-59, false)] {
            let browser = app.signed_in(ADMIN).await;
            set_time(app, "last_used_at", minutes).await;
            let instance = app.another().await;
            assert_eq!(browser.on(&instance).who().await == Value::Null, has_ended, "{minutes}");
            assert_eq!(ids(&app.admin()).await.is_empty(), has_ended, "{minutes}");
        }
    }

    async fn a_session_ends_after_its_age_however_much_it_is_used(app) {
        let browser = app.signed_in(ADMIN).await;
        set_time(app, "expires_at", 1).await;
        let instance = app.another().await;
        assert_ne!(browser.on(&instance).who().await, Value::Null);
        set_time(app, "expires_at", -1).await;
        let instance = app.another().await;
        assert_eq!(browser.on(&instance).who().await, Value::Null);
        let query = "{ viewer { sessions { id } } }";
        let data = app.admin().data(query, json!({})).await;
        assert_eq!(data, json!({ "viewer": { "sessions": [] } }));
        // The next sign-in, whoever's it is, sweeps it away.
        app.make_user("ada", &[]).await;
        app.signed_in("ada@example.org").await;
        assert_eq!(kept(app).await, 1);
    }

    async fn how_long_sessions_last_can_be_set(app) {
        let short = app.with_sessions(Duration::from_hours(1), Duration::from_millis(1)).await;
        assert_eq!(short.signed_in(ADMIN).await.who().await, Value::Null);
        let hasty = app.with_sessions(Duration::from_millis(50), Duration::from_hours(1)).await;
        let browser = hasty.signed_in(ADMIN).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_eq!(browser.who().await, Value::Null);
    }

    async fn a_session_that_another_instance_saw_is_not_idle_here(app) {
        let hasty = app.with_sessions(Duration::from_millis(50), Duration::from_hours(1)).await;
        let browser = hasty.signed_in(ADMIN).await;
        // What another instance notes.
        set_time(app, "last_used_at", 1).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert_ne!(browser.who().await, Value::Null);
    }

    async fn a_session_that_ends_on_one_instance_ends_on_every_other_within_a_second(app) {
        let (other, ada) = (app.another().await, app.user_id("ada", &[]).await);
        for end in ["signOut", "revokeSession", "signIn", "updateUser"] {
            let (browser, admin) = (app.signed_in("ada@example.org").await, app.admin());
            let there = browser.copy().on(&other);
            assert_ne!(there.who().await, Value::Null);
            match end {
                "signOut" => assert_eq!(browser.sign_out().await, true),
                "revokeSession" => {
                    done(&browser, end, json!({ "id": current(&browser).await })).await;
                }
                "signIn" => browser.sign_in(ADMIN).await,
                _ => {
                    let password = "another horse's battery staple";
                    done(&admin, end, json!({ "id": ada, "password": password })).await;
                }
            }
            let ended = Instant::now();
            while there.who().await != Value::Null {
                assert!(ended.elapsed() < Duration::from_secs(1), "{end}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn a_new_session_beyond_100_ends_the_one_that_was_used_least_lately(app) {
        let browser = app.signed_in(ADMIN).await;
        crowd(app, &own_id(&browser).await, 99).await;
        assert_eq!(ids(&browser).await.len(), 100);
        // One in the place of another ends no third.
        browser.sign_in(ADMIN).await;
        let names = async || {
            let data = browser.data("{ viewer { sessions { userAgent } } }", json!({})).await;
            let sessions = data["viewer"]["sessions"].as_array().unwrap().clone();
            (sessions.len(), sessions.last().unwrap()["userAgent"].clone())
        };
        assert_eq!(names().await, (100, json!("Number 99")));
        app.signed_in(ADMIN).await;
        assert_eq!(names().await, (100, json!("Number 98")));
        app.make_user("ada", &[]).await;
        app.signed_in("ada@example.org").await;
        assert_eq!(names().await, (100, json!("Number 98")));
    }
}
