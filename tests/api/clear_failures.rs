//! What the audit trail tells of signing in, and letting people try again at once.

use entity::{audit_event, session, sign_in_failure};
use futures_util::future::join_all;
use rolecall::domain::id::Kind;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::changing::last_actions;
use crate::support::guarding::{document, done, events, group_id, out_of_scope, own_id, refusal};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};
use crate::throttle::{fail, is_throttled};

/// What is wrong with letting someone try again.
async fn errors(client: &Client, input: Value) -> Value {
    refusal(client, "clearSignInFailures", input).await
}

/// The latest events, newest first: each action, subject, actor and changes.
async fn told(admin: &Client, count: usize) -> Value {
    let query = "query($first: Int) { auditEvents(first: $first) { nodes {
        action subjectId actor { id } changes
    } } }";
    let data = admin.data(query, json!({ "first": count })).await;
    let nodes = data["auditEvents"]["nodes"].as_array().unwrap().iter();
    nodes
        .map(|it| json!([it["action"], it["subjectId"], it["actor"]["id"], it["changes"]]))
        .collect()
}

/// An address that came or went, as an event has it.
fn address(change: [Option<&str>; 2]) -> String {
    json!({ "address": change }).to_string()
}

fn no_user(code: &str, message: &str, id: &str) -> Value {
    json!([{
        "__typename": "NodesNotFoundError", "message": message, "code": code,
        "path": ["input", "userId"], "expectedType": "User", "affectedIds": [id],
    }])
}

/// Closes two accounts and, by other accounts, an address.
async fn close(app: &TestApp) {
    fail(&app.browser(), "ada@example.org", 10).await;
    fail(&app.browser(), ADMIN, 10).await;
    for number in 0..10 {
        fail(&app.browser().at("192.0.2.1"), &format!("nobody{number}@example.org"), 1).await;
    }
}

api_tests! {
    async fn failures_are_forgotten_for_a_user_for_an_address_or_for_both(app) {
        let (admin, ada) = (app.admin(), app.user_id("ada", &[]).await);
        close(app).await;
        let query = "mutation($input: ClearSignInFailuresInput!) { clearSignInFailures(input: $input) {
            userErrors { message } clientMutationId
        } }";
        let input = json!({ "userId": ada, "clientMutationId": "x" });
        let payload = json!({ "userErrors": [], "clientMutationId": "x" });
        let data = admin.data(query, json!({ "input": input })).await;
        assert_eq!(data, json!({ "clearSignInFailures": payload }));
        app.browser().at("192.0.2.2").sign_in("ada@example.org").await;
        is_throttled(&app.browser().at("192.0.2.1"), "ada@example.org").await;
        is_throttled(&app.browser(), ADMIN).await;
        done(&admin, "clearSignInFailures", json!({ "address": " ::ffff:192.0.2.1 " })).await;
        app.browser().at("192.0.2.1").sign_in("ada@example.org").await;
        is_throttled(&app.browser(), ADMIN).await;
        for number in 10..20 {
            fail(&app.browser().at("192.0.2.1"), &format!("nobody{number}@example.org"), 1).await;
        }
        let input = json!({ "userId": own_id(&admin).await, "address": "192.0.2.1" });
        done(&admin, "clearSignInFailures", input).await;
        app.browser().at("192.0.2.1").sign_in(ADMIN).await;
        // All ten may be wrong again.
        fail(&app.browser(), ADMIN, 10).await;
        is_throttled(&app.browser(), ADMIN).await;
    }

    async fn an_address_of_ipv6_stands_for_its_network(app) {
        for number in 0..10 {
            let client = app.browser().at(&format!("2001:db8::{number}"));
            fail(&client, &format!("nobody{number}@example.org"), 1).await;
        }
        is_throttled(&app.browser().at("2001:db8::f"), ADMIN).await;
        done(&app.admin(), "clearSignInFailures", json!({ "address": "2001:DB8::" })).await;
        app.browser().at("2001:db8::f").sign_in(ADMIN).await;
    }

    async fn forgetting_while_others_fail_fails_neither(app) {
        let (admin, ada) = (app.admin(), app.user_id("ada", &[]).await);
        let (sign_in, clear) = (document("signIn"), document("clearSignInFailures"));
        let guess = json!({ "input": { "email": "ada@example.org", "password": "wrong" } });
        let forget = json!({ "input": { "userId": ada, "address": "192.0.2.1" } });
        let client = app.nobody().at("192.0.2.1");
        let guesses = (0..40).map(|_| client.data(&sign_in, guess.clone()));
        let clearings = (0..40).map(|_| admin.data(&clear, forget.clone()));
        let (answers, cleared) = tokio::join!(join_all(guesses), join_all(clearings));
        for answer in answers {
            let code = &answer["signIn"]["userErrors"][0]["code"];
            assert!(*code == "INVALID_CREDENTIALS" || *code == "RATE_LIMITED", "{answer}");
        }
        let nothing = json!({ "clearSignInFailures": { "userErrors": [] } });
        assert_eq!(cleared, vec![nothing; 40]);
    }

    async fn someone_is_to_be_named(app) {
        let expected = json!([{
            "__typename": "ListSizeError", "message": "Choose at least one.", "code": "TOO_FEW_ITEMS",
            "path": [], "min": 1, "max": 2, "actual": 0,
        }]);
        for input in [json!({}), json!({ "userId": null, "address": null })] {
            assert_eq!(errors(&app.admin(), input).await, expected);
        }
    }

    async fn what_is_no_address_is_refused(app) {
        let expected = json!([{
            "__typename": "StringConstraintError", "code": "INVALID_FORMAT", "path": ["input", "address"],
            "message": "This must be an IP address such as 192.0.2.1.",
            "min": null, "max": null, "actual": null,
        }]);
        for address in ["", "x", "192.0.2.256", "192.0.2.1/32", "192.0.2.1:80", "[::1]", "localhost"] {
            assert_eq!(errors(&app.admin(), json!({ "address": address })).await, expected);
        }
    }

    async fn who_is_no_user_is_refused(app) {
        let admin = app.admin();
        for id in [&*unknown(Kind::User), "", "x"] {
            let missing = no_user("NOT_FOUND", "There is no such user.", id);
            assert_eq!(errors(&admin, json!({ "userId": id })).await, missing);
        }
        let group = group_id(&admin, "Administrators").await;
        let other = no_user("WRONG_TYPE", "This is not the id of a user.", &group);
        assert_eq!(errors(&admin, json!({ "userId": group })).await, other);
        // Everything that is wrong is said at once, and nothing is forgotten.
        close(app).await;
        let all = errors(&admin, json!({ "userId": "x", "address": "x" })).await;
        assert_eq!(codes(&all), json!(["input.address INVALID_FORMAT", "input.userId NOT_FOUND"]));
        errors(&admin, json!({ "userId": own_id(&admin).await, "address": "x" })).await;
        errors(&admin, json!({ "userId": "x", "address": "192.0.2.1" })).await;
        is_throttled(&app.browser(), ADMIN).await;
        is_throttled(&app.browser().at("192.0.2.1"), "cyd@example.org").await;
    }

    async fn nobody_opens_accounts_that_carry_more_than_their_own(app) {
        let (ada, bob) = (app.user_id("ada", &["cms/page/edit"]).await, app.user_id("bob", &[]).await);
        let helper = app.user_with("helper", &["user/user/update", "user/user/index", "shop/*/*"]).await;
        fail(&app.browser(), "ada@example.org", 10).await;
        let expected = json!([out_of_scope("userId", &[&ada], "cms/page/edit")]);
        assert_eq!(errors(&helper, json!({ "userId": ada })).await, expected);
        is_throttled(&app.browser(), "ada@example.org").await;
        done(&helper, "clearSignInFailures", json!({ "userId": bob })).await;
        done(&helper, "clearSignInFailures", json!({ "address": "192.0.2.1" })).await;
    }

    async fn letting_people_try_again_takes_the_right_to_change_users(app) {
        let ada = app.user_with("ada", &["*/*/*", "!user/user/update"]).await;
        let query = document("clearSignInFailures");
        for input in [json!({}), json!({ "userId": "x" }), json!({ "address": "192.0.2.1" })] {
            let variables = json!({ "input": input });
            let required = json!([["FORBIDDEN", "user/user/update"]]);
            assert_eq!(ada.failures(&query, variables.clone()).await, required);
            let failures = app.nobody().failures(&query, variables).await;
            assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
        }
    }

    async fn who_signed_in_and_who_failed_is_told(app) {
        let (admin, ada) = (app.admin(), app.user_id("ada", &[]).await);
        let me = own_id(&admin).await;
        let browser = app.browser().at("192.0.2.1");
        fail(&browser, "ada@example.org", 1).await;
        fail(&browser, "nobody@example.org", 1).await;
        browser.sign_in("ada@example.org").await;
        app.browser().sign_in(ADMIN).await;
        let from = address([None, Some("192.0.2.1")]);
        assert_eq!(told(&admin, 4).await, json!([
            ["sign_in.succeeded", me, me, null],
            ["sign_in.succeeded", ada, ada, from],
            ["sign_in.failed", null, null, from],
            ["sign_in.failed", ada, null, from],
        ]));
        let secret = browser.secret();
        browser.sign_out().await;
        assert_eq!(last_actions(&admin, 1).await, ["session.signed_out"]);
        assert!(!told(&admin, 50).await.to_string().contains(&secret));
    }

    async fn an_account_or_address_that_is_closed_is_told_once(app) {
        let (admin, ada) = (app.admin(), app.user_id("ada", &[]).await);
        let browser = app.browser().at("192.0.2.1");
        fail(&browser, "ada@example.org", 9).await;
        assert_eq!(last_actions(&admin, 9).await, ["sign_in.failed"; 9]);
        let count = events(&admin).await;
        // Both limits at once are one event.
        fail(&browser, "ada@example.org", 1).await;
        let from = address([None, Some("192.0.2.1")]);
        assert_eq!(told(&admin, 2).await, json!([
            ["sign_in.throttled", ada, null, from], ["sign_in.failed", ada, null, from],
        ]));
        is_throttled(&browser, "ada@example.org").await;
        is_throttled(&browser, ADMIN).await;
        is_throttled(&app.browser(), "ada@example.org").await;
        assert_eq!(events(&admin).await, count + 2);
        done(&admin, "clearSignInFailures", json!({ "address": "192.0.2.1" })).await;
        done(&admin, "clearSignInFailures", json!({ "userId": ada })).await;
        let me = own_id(&admin).await;
        assert_eq!(told(&admin, 2).await, json!([
            ["sign_in.failures_cleared", ada, me, null],
            ["sign_in.failures_cleared", null, me, address([Some("192.0.2.1"), None])],
        ]));
        // What has no failures is no event.
        done(&admin, "clearSignInFailures", json!({ "userId": ada, "address": "192.0.2.1" })).await;
        assert_eq!(events(&admin).await, count + 4);
    }

    async fn what_was_typed_as_an_address_is_kept_nowhere(app) {
        let typed = ["hunter2", "hunter2@secret.example", "Tr0ub4dor&3@example.org"];
        for email in typed {
            fail(&app.browser().at("192.0.2.1"), email, 3).await;
        }
        fail(&app.browser(), "hunter2@secret.example", 7).await;
        is_throttled(&app.browser(), "hunter2@secret.example").await;
        let db = app.app.db.read();
        let events = audit_event::Entity::find().all(db).await.unwrap();
        let failures = sign_in_failure::Entity::find().all(db).await.unwrap();
        let sessions = session::Entity::find().all(db).await.unwrap();
        let kept = format!("{events:?} {failures:?} {sessions:?}");
        for word in ["hunter2", "secret.example", "Tr0ub4dor", "tr0ub4dor", PASSWORD, "wrong"] {
            assert!(!kept.contains(word), "{word}");
        }
        for failure in failures {
            assert!(failure.key.len() == 32 && !typed.iter().any(|it| failure.key == it.as_bytes()));
        }
    }
}
