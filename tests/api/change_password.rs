//! Changing one's own password, which takes the one there is.

use entity::audit_event;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::browser::wrong;
use crate::support::changing::last_actions;
use crate::support::guarding::{document, done, events, own_id, refusal};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};

const NEW: &str = "another horse's battery staple";

/// What is wrong with changing one's password.
async fn errors(client: &Client, current: &str, new: &str) -> Value {
    let input = json!({ "currentPassword": current, "newPassword": new });
    refusal(client, "changePassword", input).await
}

/// Changes one's password.
async fn change(client: &Client, current: &str, new: &str) {
    let input = json!({ "currentPassword": current, "newPassword": new });
    let payload = done(client, "changePassword", input).await;
    assert_eq!(payload["viewer"]["user"]["id"], client.who().await);
}

/// Whether someone signs in with a password.
async fn opens(app: &TestApp, email: &str, password: &str) -> bool {
    let input = json!({ "email": email, "password": password });
    let query = document("signIn");
    let data = app.browser().data(&query, json!({ "input": input })).await;
    data["signIn"]["userErrors"] == json!([])
}

fn not_yours() -> Value {
    json!({
        "__typename": "SignInError", "code": "INVALID_CREDENTIALS", "path": ["input", "currentPassword"],
        "message": "This is not your password.", "retryAfterSeconds": null,
    })
}

fn text(code: &str, message: &str, [min, max, actual]: [Option<i32>; 3]) -> Value {
    json!({
        "__typename": "StringConstraintError", "message": message, "code": code,
        "path": ["input", "newPassword"], "min": min, "max": max, "actual": actual,
    })
}

api_tests! {
    async fn whoever_knows_the_password_can_give_themselves_another(app) {
        app.make_user("ada", &[]).await;
        let ada = app.signed_in("ada@example.org").await;
        let query = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
            viewer { user { email version } } userErrors { message } clientMutationId
        } }";
        let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW, "clientMutationId": "x" });
        let body = json!({ "query": query, "variables": { "input": input } }).to_string();
        let answer = ada.post(body).await;
        assert_eq!((answer.json(), answer.header("set-cookie")), (json!({ "data": { "changePassword": {
            "viewer": { "user": { "email": "ada@example.org", "version": 2 } },
            "userErrors": [], "clientMutationId": "x",
        } } }), ""));
        assert!(!opens(app, "ada@example.org", PASSWORD).await);
        assert!(opens(app, "ada@example.org", NEW).await);
        assert!(opens(app, ADMIN, PASSWORD).await);
    }

    async fn a_changed_password_ends_the_others_of_ones_sessions(app) {
        let ada = app.user_id("ada", &[]).await;
        let email = "ada@example.org";
        let (here, there) = (app.signed_in(email).await, app.signed_in(email).await);
        let admin = app.signed_in(ADMIN).await;
        change(&here, PASSWORD, NEW).await;
        assert_eq!((here.who().await, there.who().await), (json!(ada), Value::Null));
        assert_ne!(admin.who().await, Value::Null);
    }

    async fn with_a_token_a_changed_password_ends_all_sessions_and_no_token(app) {
        let program = app.user_with("ada", &[]).await;
        let browser = app.signed_in("ada@example.org").await;
        let ada = own_id(&browser).await;
        assert_eq!(errors(&program, NEW, NEW).await, json!([not_yours()]));
        change(&program, PASSWORD, NEW).await;
        assert_eq!((program.who().await, browser.who().await), (json!(ada), Value::Null));
    }

    async fn whoever_does_not_know_the_password_changes_nothing(app) {
        app.make_user("ada", &["*/*/*"]).await;
        let ada = app.signed_in("ada@example.org").await;
        let hashes = app.password_hashes().await;
        for current in ["", NEW, "Correct horse battery staple", "\u{0}"] {
            assert_eq!(errors(&ada, current, NEW).await, json!([not_yours()]));
        }
        assert_eq!(app.password_hashes().await, hashes);
        assert!(opens(app, "ada@example.org", PASSWORD).await);
    }

    async fn everything_that_is_wrong_with_a_change_is_said_at_once(app) {
        app.make_user("ada", &[]).await;
        let ada = app.signed_in("ada@example.org").await;
        let short = text(
            "TOO_SHORT", "At least 12 characters are needed, and these are 5.", [Some(12), None, Some(5)],
        );
        let long = text(
            "TOO_LONG", "At most 128 characters are allowed, and these are 129.",
            [None, Some(128), Some(129)],
        );
        for (new, fault) in [("short", short), (&format!("{}x", "\u{e9}x".repeat(64)), long)] {
            assert_eq!(errors(&ada, "wrong", new).await, json!([not_yours(), fault]));
            assert_eq!(errors(&ada, PASSWORD, new).await, json!([fault]));
        }
        assert!(opens(app, "ada@example.org", PASSWORD).await);
    }

    async fn a_new_password_that_is_easy_to_guess_is_refused(app) {
        let id = app.user_id("ada", &[]).await;
        let input = json!({
            "id": id, "email": "zyxomma.quoin@example.org", "firstName": "Zyxomma", "lastName": "Quoinage",
        });
        done(&app.admin(), "updateUser", input).await;
        let ada = app.signed_in("zyxomma.quoin@example.org").await;
        for new in [
            "passwordpassword", "aaaaaaaaaaaaaaaa", "zyxommaquoinage", "Quoinage2026",
            "zyxomma.quoin@example.org",
        ] {
            let errors = errors(&ada, PASSWORD, new).await;
            let [error] = &errors.as_array().unwrap()[..] else { panic!("{new}: {errors:#}") };
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with("This password is too weak. "), "{message}");
            assert_eq!(*error, text("TOO_WEAK", message, [None; 3]), "{new}");
        }
        // To whom these are no names, they are a surprise.
        change(&app.signed_in(ADMIN).await, PASSWORD, "zyxommaquoinage").await;
    }

    async fn guesses_at_ones_own_password_are_few(app) {
        let ada = app.user_with("ada", &[]).await;
        for number in 0..10 {
            let guess = format!("guess {number}");
            let told = match number {
                5 => app.browser().sign_in_errors("ada@example.org", &guess).await,
                _ => errors(&ada, &guess, NEW).await,
            };
            let expected = if number == 5 { wrong() } else { json!([not_yours()]) };
            assert_eq!(told, expected);
        }
        let hashes = app.password_hashes().await;
        for current in ["guess 10", PASSWORD] {
            let mut errors = errors(&ada, current, "short").await;
            let error = &mut errors[0];
            let seconds = error["retryAfterSeconds"].take();
            assert!((1..=600).contains(&seconds.as_i64().unwrap()), "{seconds}");
            assert_eq!(*error, json!({
                "__typename": "SignInError", "code": "RATE_LIMITED", "path": ["input", "currentPassword"],
                "message": "That was wrong too often. Try again in 10 minutes.", "retryAfterSeconds": null,
            }));
            assert_eq!(errors[1]["code"], "TOO_SHORT");
        }
        let told = errors(&ada, PASSWORD, NEW).await;
        assert_eq!(told[0]["code"], "RATE_LIMITED");
        assert_eq!(app.password_hashes().await, hashes);
    }

    async fn nobody_has_no_password_to_change(app) {
        let input = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
        let query = document("changePassword");
        let failures = app.browser().failures(&query, json!({ "input": input })).await;
        assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
    }

    async fn a_changed_password_is_told_without_it(app) {
        let ada = app.user_id("ada", &[]).await;
        let browser = app.signed_in("ada@example.org").await;
        errors(&browser, "wrong", NEW).await;
        errors(&browser, PASSWORD, "short").await;
        let count = events(&app.admin()).await;
        change(&browser, PASSWORD, NEW).await;
        let query = "{ auditEvents(first: 1) { totalCount nodes {
            action subjectId changes actor { id }
        } } }";
        let data = app.admin().data(query, json!({})).await;
        assert_eq!(data, json!({ "auditEvents": { "totalCount": count + 1, "nodes": [{
            "action": "user.password_changed", "subjectId": ada, "actor": { "id": ada },
            "changes": json!({ "passwordChanged": [false, true] }).to_string(),
        }] } }));
        let actions = ["user.password_changed", "password_change.failed", "sign_in.succeeded"];
        assert_eq!(last_actions(&app.admin(), 3).await, actions);
        let kept = audit_event::Entity::find().all(app.app.db.read()).await.unwrap();
        for secret in [PASSWORD, NEW, &app.password_hashes().await[1]] {
            assert!(!format!("{kept:?}").contains(secret), "{secret}");
        }
    }

    async fn of_two_changes_at_once_one_knows_the_password(app) {
        app.make_user("ada", &[]).await;
        let one = app.signed_in("ada@example.org").await;
        let query = document("changePassword");
        let input = |new: &str| json!({ "input": { "currentPassword": PASSWORD, "newPassword": new } });
        let (first, second) = ("correct horse battery first", "correct horse battery second");
        let (a, b) = tokio::join!(one.data(&query, input(first)), one.data(&query, input(second)));
        let outcomes = [a, b].map(|it| it["changePassword"]["userErrors"].clone());
        let expected = [json!([]), json!([not_yours()])];
        assert!(outcomes == expected || outcomes.iter().eq(expected.iter().rev()), "{outcomes:?}");
        let winner = if outcomes[0] == json!([]) { first } else { second };
        assert!(opens(app, "ada@example.org", winner).await);
    }
}
