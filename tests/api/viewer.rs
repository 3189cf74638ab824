//! Who is asking: with a credential, with a wrong one, with none.

use serde_json::{Value, json};

use crate::api_tests;
use crate::forbidden::{OWN, READS, SIGNED_IN, WRITES};
use crate::support::{ADMIN, Client, TestApp};

const VIEWER: &str =
    "{ viewer { user { email firstName lastName status locale lastSignInAt version } } }";

/// Says that someone is taken for nobody: nothing but `viewer` works, and that is null.
async fn is_nobody(client: &Client) {
    assert_eq!(client.run(VIEWER, json!({})).await, json!({ "data": { "viewer": null } }));
    let guarded = READS.iter().chain(&WRITES).map(|(query, _)| *query);
    for query in guarded.chain(SIGNED_IN).chain(OWN) {
        let answer = client.run(query, json!({})).await;
        assert_eq!(
            answer["errors"][0]["extensions"],
            json!({ "code": "UNAUTHENTICATED" }),
            "{query}"
        );
        assert!(answer["data"].as_object().is_none_or(|it| it.values().all(Value::is_null)));
    }
}

/// Sets a user's status behind the application's back, as another program would.
async fn set_status(app: &TestApp, name: &str, status: &str) {
    let user = format!("WHERE email = '{name}@example.org'");
    app.sql(&format!("UPDATE users SET status = '{status}' {user}")).await;
    app.sql("UPDATE access_revision SET revision = revision + 1").await;
    app.app.identities.distrust();
}

api_tests! {
    async fn the_viewer_is_the_user_of_the_credential(app) {
        let viewer = |email: &str, first: &str, last: &str| json!({ "data": { "viewer": { "user": {
            "email": email, "firstName": first, "lastName": last, "status": "ACTIVE", "locale": "en",
            "lastSignInAt": null, "version": 1,
        } } } });
        let admin = app.admin().run(VIEWER, json!({})).await;
        assert_eq!(admin, viewer(ADMIN, "Rolecall", "Administrator"));
        let stranger = app.user_with("stranger", &[]).await.run(VIEWER, json!({})).await;
        assert_eq!(stranger, viewer("stranger@example.org", "stranger", "Tester"));
    }

    async fn nobody_may_do_anything_without_a_credential(app) {
        is_nobody(&app.nobody()).await;
    }

    async fn a_wrong_credential_is_none(app) {
        let wrong = ["x", "rolecall_", "rolecall_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];
        for token in wrong {
            is_nobody(&app.bearer(token)).await;
        }
    }

    async fn the_error_of_nobody_stands_at_the_field_and_viewer_beside_it(app) {
        let query = "{ viewer { user { id } } group(id: \"x\") { id } }";
        let mut answer = app.nobody().run(query, json!({})).await;
        answer["errors"][0]["message"].take();
        let expected = json!({
            "data": { "viewer": null, "group": null },
            "errors": [{
                "message": null,
                "locations": [{ "line": 1, "column": 26 }],
                "path": ["group"],
                "extensions": { "code": "UNAUTHENTICATED" },
            }],
        });
        assert_eq!(answer, expected);
    }

    async fn a_user_who_is_not_active_is_nobody(app) {
        let client = app.user_with("ada", &["*/*/*"]).await;
        assert_eq!(client.titles("").await, ["Administrators", "Group of ada"]);
        for status in ["BLOCKED", "DELETED"] {
            set_status(app, "ada", status).await;
            is_nobody(&client).await;
        }
        set_status(app, "ada", "ACTIVE").await;
        assert_eq!(client.titles("").await, ["Administrators", "Group of ada"]);
    }

    async fn a_user_who_was_blocked_before_their_first_request_is_nobody(app) {
        let client = app.user_with("ada", &["*/*/*"]).await;
        set_status(app, "ada", "BLOCKED").await;
        is_nobody(&client).await;
    }

    async fn a_token_that_expired_is_no_credential(app) {
        let client = app.user_with("ada", &["acl/group/index"]).await;
        let expire = async |time: &str| {
            app.sql(&format!("UPDATE api_tokens SET expires_at = '{time}' WHERE name = 'test'")).await;
            app.sql("UPDATE access_revision SET revision = revision + 1").await;
            app.app.identities.distrust();
        };
        expire("2999-01-01T00:00:00+00:00").await;
        assert_eq!(client.titles("").await, ["Administrators", "Group of ada"]);
        expire("2020-01-01T00:00:00+00:00").await;
        is_nobody(&client).await;
    }
}
