//! Signing in: what it takes, what it gives, and that whoever fails is not told why.

use axum::http::StatusCode;
use entity::session;
use rolecall::domain::seed::{self, Size};
use rolecall::http::Site;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::browser::wrong;
use crate::support::guarding::{document, done, events, own_id};
use crate::support::{ADMIN, Answer, Client, PASSWORD, TestApp};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
    viewer {
        user { email groups { title } }
        edit: can(bundle: \"cms\", controller: \"page\", action: \"edit\")
        view: can(bundle: \"cms\", controller: \"page\", action: \"view\")
    }
    sessionToken userErrors { message } clientMutationId
} }";

/// A mutation that nobody without a credential may use.
const THEN: &str = "createRole(input: { name: \"New\" }) { role { name } userErrors { message } }";

/// A field that signs someone in.
fn sign_in(email: &str) -> String {
    format!(
        "signIn(input: {{ email: \"{email}\", password: \"{PASSWORD}\" }}) {{
            viewer {{ user {{ email }} }} userErrors {{ message }}
        }}"
    )
}

/// The whole answer to someone who signs in.
async fn attempt(client: &Client, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    client.post(json!({ "query": SIGN_IN, "variables": { "input": input } }).to_string()).await
}

/// Says that a document that guesses passwords twice is refused as a whole.
async fn is_refused(client: &Client, document: &str) {
    let answer = client.post(json!({ "query": document }).to_string()).await;
    let expected = json!({
        "message": "The request exceeds the limit on sign ins: it has 2, and 1 is the most.",
        "extensions": { "code": "LIMIT_EXCEEDED", "limit": "sign_ins", "maximum": 1, "actual": 2 },
    });
    let refused = answer.refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
    assert_eq!(refused, expected, "{document}");
    assert_eq!(answer.header("set-cookie"), "");
}

/// A user's last sign-in and version.
async fn stamp(app: &TestApp, email: &str) -> Value {
    let query = "query($email: String!) { userByEmail(email: $email) {
        lastSignInAt version updatedAt
    } }";
    app.admin().data(query, json!({ "email": email })).await["userByEmail"].take()
}

api_tests! {
    async fn signing_in_sets_a_cookie_and_says_who_one_is_now(app) {
        app.make_user("ada", &["cms/page/edit", "acl/group/index"]).await;
        let browser = app.browser();
        let answer = attempt(&browser, "ada@example.org", PASSWORD).await;
        let expected = json!({ "data": { "signIn": {
            "viewer": {
                "user": { "email": "ada@example.org", "groups": [{ "title": "Group of ada" }] },
                "edit": true, "view": false,
            },
            "sessionToken": null, "userErrors": [], "clientMutationId": null,
        } } });
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, expected));
        let secret = browser.secret();
        // 256 bits take 43 characters of base64url.
        assert!(secret.starts_with("rolecall_session_") && secret.len() == 17 + 43, "{secret}");
        let cookie = format!("rolecall={secret}; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(answer.header("set-cookie"), cookie);
        assert_eq!(answer.header("cache-control"), "no-store");
        let data = browser.data("{ viewer { user { email } } }", json!({})).await;
        assert_eq!(data, json!({ "viewer": { "user": { "email": "ada@example.org" } } }));
    }

    async fn where_people_come_encrypted_the_cookie_travels_only_so(app) {
        let listen = ([127, 0, 0, 1], 8080).into();
        let https = "https://roles.example.org".parse().unwrap();
        let far = "http://10.0.0.1".parse().unwrap();
        for site in [
            Site::new(Some(&https), listen, Vec::new()),
            Site::new(Some(&far), listen, Vec::new()),
            Site::new(None, ([0, 0, 0, 0], 8080).into(), Vec::new()),
        ] {
            let instance = app.reached_by(site).await;
            let browser = instance.browser();
            let answer = attempt(&browser, ADMIN, PASSWORD).await;
            let secret = browser.secret();
            let cookie = format!("__Host-rolecall={secret}; HttpOnly; SameSite=Lax; Secure; Path=/");
            assert_eq!(answer.header("set-cookie"), cookie);
            assert_ne!(browser.who().await, Value::Null);
            // What another host of the domain could have set does not count.
            let headers = [("cookie", &*format!("rolecall={secret}"))];
            let body = json!({ "query": "{ viewer { user { id } } }" }).to_string();
            let answer = app.nobody().on(&instance).post_with(&headers, body).await;
            assert_eq!(answer.json(), json!({ "data": { "viewer": null } }));
        }
    }

    async fn the_last_sign_in_is_kept_and_is_no_change_of_the_user(app) {
        app.make_user("ada", &[]).await;
        let before = stamp(app, "ada@example.org").await;
        assert_eq!(before["lastSignInAt"], Value::Null);
        app.browser().sign_in_errors("ada@example.org", "wrong").await;
        assert_eq!(stamp(app, "ada@example.org").await, before);
        let browser = app.signed_in("ada@example.org").await;
        let after = stamp(app, "ada@example.org").await;
        let began = browser.data("{ viewer { sessions { createdAt } } }", json!({})).await;
        let began = &began["viewer"]["sessions"][0]["createdAt"];
        assert!(began.is_string() && after["lastSignInAt"].as_str() <= began.as_str(), "{after}");
        for unchanged in ["version", "updatedAt"] {
            assert_eq!(after[unchanged], before[unchanged]);
        }
    }

    async fn a_session_can_be_had_as_a_token_too(app) {
        let browser = app.browser();
        let input = json!({
            "email": ADMIN, "password": PASSWORD, "returnToken": true, "clientMutationId": "7",
        });
        let data = browser.data(SIGN_IN, json!({ "input": input })).await;
        let payload = &data["signIn"];
        assert_eq!(payload["sessionToken"], browser.secret());
        assert_eq!(payload["clientMutationId"], "7");
        let program = app.bearer(&browser.secret());
        let query = "{ viewer { sessions { id isCurrent } } }";
        let seen = program.data(query, json!({})).await;
        assert_eq!(seen["viewer"]["sessions"][0]["isCurrent"], true);
        assert_eq!(browser.data(query, json!({})).await, seen);
        assert_eq!(program.sign_out().await, true);
        assert_eq!(browser.who().await, Value::Null);
    }

    async fn whoever_fails_to_sign_in_is_not_told_why(app) {
        let admin = app.admin();
        for (name, status) in [("ada", "ACTIVE"), ("bob", "BLOCKED"), ("cyd", "DELETED")] {
            let id = app.user_id(name, &["*/*/*"]).await;
            done(&admin, "setUserStatus", json!({ "id": id, "status": status })).await;
        }
        assert_eq!(app.browser().sign_in_errors("ada@example.org", "wrong").await, wrong());
        let told = attempt(&app.browser(), "ada@example.org", "wrong").await;
        for (email, password) in [
            ("nobody@example.org", PASSWORD), ("bob@example.org", PASSWORD),
            ("bob@example.org", "wrong"), ("cyd@example.org", PASSWORD), ("ada", PASSWORD),
            ("", PASSWORD), ("", ""), ("ada@example.org", ""), ("a\u{0}@example.org", PASSWORD),
            ("ada@example.org", "correct horse battery staple "),
            ("ada@example.org", "Correct horse battery staple"),
            (&*format!("{}@example.org", "a".repeat(300)), PASSWORD), (" ", "\u{0}"),
            ("' OR 1=1 --", "x"),
        ] {
            let browser = app.browser();
            let answer = attempt(&browser, email, password).await;
            let context = format!("{email:?} {password:?}");
            assert_eq!((answer.status, &answer.text), (told.status, &told.text), "{context}");
            assert_eq!((answer.header("set-cookie"), browser.cookies()), ("", Vec::new()));
        }
    }

    async fn a_document_guesses_at_one_password(app) {
        let count = events(&app.admin()).await;
        let guess = sign_in(ADMIN);
        let change = format!("changePassword(input: {{
            currentPassword: \"{PASSWORD}\", newPassword: \"x\"
        }}) {{ clientMutationId }}");
        for client in [app.browser(), app.signed_in(ADMIN).await] {
            for document in [
                format!("mutation {{ a: {guess} b: {guess} }}"),
                format!("mutation {{ {guess} {change} }}"),
                format!("mutation {{ a: {change} b: {change} }}"),
                format!("mutation {{ {guess} ... on Mutation {{ b: {guess} }} }}"),
                format!("mutation {{ ...one a: {guess} }} fragment one on Mutation {{ {guess} }}"),
                format!("mutation {{ ...one ...two }} fragment one on Mutation {{ {guess} }}
                    fragment two on Mutation {{ again: {change} }}"),
            ] {
                is_refused(&client, &document).await;
            }
        }
        // Only that one of the two browsers signed in.
        assert_eq!(events(&app.admin()).await, count + 1);
    }

    async fn each_sign_in_is_a_new_session_in_the_place_of_the_browsers_last(app) {
        app.make_user("ada", &[]).await;
        let (browser, other) = (app.signed_in(ADMIN).await, app.signed_in(ADMIN).await);
        let admin = browser.who().await;
        let old = browser.copy();
        for email in [ADMIN, "ada@example.org", ADMIN] {
            let (before, secret) = (browser.copy(), browser.secret());
            browser.sign_in(email).await;
            assert_ne!(browser.secret(), secret);
            assert_eq!((before.who().await, old.who().await), (Value::Null, Value::Null));
            assert_eq!(browser.who().await == admin, email == ADMIN);
        }
        assert_eq!(other.who().await, admin);
        let sessions = session::Entity::find().all(app.app.db.read()).await.unwrap();
        assert_eq!(sessions.len(), 2);
    }

    async fn a_secret_that_a_stranger_put_into_a_browser_is_never_made_a_session(app) {
        let planted = format!("rolecall_session_{}", "A".repeat(43));
        let body = json!({
            "query": document("signIn"),
            "variables": { "input": { "email": ADMIN, "password": PASSWORD } },
        });
        let headers = [("cookie", &*format!("rolecall={planted}")), ("sec-fetch-site", "same-origin")];
        let answer = app.nobody().post_with(&headers, body.to_string()).await;
        assert!(answer.header("set-cookie").starts_with("rolecall=rolecall_session_"));
        assert!(!answer.header("set-cookie").contains(&planted));
        assert_eq!(app.bearer(&planted).who().await, Value::Null);
    }

    async fn a_failed_sign_in_leaves_the_session_as_it_was(app) {
        let browser = app.signed_in(ADMIN).await;
        let (who, secret) = (browser.who().await, browser.secret());
        assert_eq!(browser.sign_in_errors(ADMIN, "wrong").await, wrong());
        assert_eq!((browser.who().await, browser.secret()), (who, secret));
    }

    async fn a_token_outlasts_a_sign_in_that_it_came_with(app) {
        let program = app.user_with("ada", &[]).await;
        let ada = own_id(&program).await;
        program.sign_in(ADMIN).await;
        assert_eq!(program.who().await, ada);
    }

    async fn what_follows_in_a_document_is_done_by_whom_it_signed_in(app) {
        app.make_user("ada", &[]).await;
        let browser = app.browser();
        let data = browser.data(&format!("mutation {{ {} {THEN} }}", sign_in(ADMIN)), json!({})).await;
        let expected = json!({
            "signIn": { "viewer": { "user": { "email": ADMIN } }, "userErrors": [] },
            "createRole": { "role": { "name": "New" }, "userErrors": [] },
        });
        assert_eq!(data, expected);
        // What the one before could do, the next cannot.
        let mutation = format!("mutation {{ {} {THEN} }}", sign_in("ada@example.org"));
        let required = json!([["FORBIDDEN", "acl/role/create"]]);
        assert_eq!(browser.failures(&mutation, json!({})).await, required);
        let query = "{ auditEvents(first: 3) { nodes { action actor { email } } } }";
        let events = app.admin().data(query, json!({})).await;
        let event = |action, email| json!({ "action": action, "actor": { "email": email } });
        assert_eq!(events["auditEvents"]["nodes"], json!([
            event("sign_in.succeeded", "ada@example.org"),
            event("role.created", ADMIN), event("sign_in.succeeded", ADMIN),
        ]));
    }

    async fn what_follows_a_sign_out_in_a_document_is_done_by_nobody(app) {
        let query = format!("mutation {{ signOut(input: {{}}) {{ signedOut }} {THEN} }}");
        let client = app.signed_in(ADMIN).await;
        let failures = client.failures(&query, json!({})).await;
        assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
        assert_eq!(app.admin().names("").await, ["Administrator"]);
        // A token is no session: it stays who it is.
        let data = app.admin().data(&query, json!({})).await;
        assert_eq!(data["signOut"]["signedOut"], false);
        assert_eq!(app.admin().names("").await.len(), 2);
    }

    async fn nobody_signs_in_as_a_user_without_a_password(app) {
        let size = Size { roles: 1, groups: 1, users: 1, roles_per_group: 1, groups_per_user: 1 };
        seed::run(&app.app, size, |_| ()).await.unwrap();
        let users = app.admin().data("{ users { nodes { email } } }", json!({})).await;
        let users = users["users"]["nodes"].as_array().unwrap().iter();
        let emails: Vec<&str> = users.filter_map(|user| user["email"].as_str()).collect();
        let seeded: Vec<&&str> = emails.iter().filter(|email| **email != ADMIN).collect();
        let [email] = seeded[..] else { panic!("{emails:?}") };
        for password in ["", PASSWORD, "\u{0}"] {
            assert_eq!(app.browser().sign_in_errors(email, password).await, wrong());
        }
    }

    async fn an_e_mail_address_signs_in_however_it_is_written(app) {
        let ada = app.user_id("ada", &[]).await;
        for email in [
            "ADA@Example.ORG", " ada@example.org ", "\u{ff41}\u{ff44}\u{ff41}@example.org",
            "a\u{ad}da@example.org",
        ] {
            assert_eq!(app.signed_in(email).await.who().await, ada, "{email}");
        }
    }

    async fn a_password_is_taken_as_it_is_typed(app) {
        app.make_user("ada", &[]).await;
        for password in [
            &*PASSWORD.to_uppercase(), " correct horse battery staple",
            "correct\u{a0}horse battery staple",
        ] {
            assert_eq!(app.browser().sign_in_errors("ada@example.org", password).await, wrong());
        }
    }

    async fn no_secret_stands_in_the_audit_trail_or_in_an_answer(app) {
        app.make_user("ada", &["audit/event/index", "user/user/index", "acl/*/index"]).await;
        let browser = app.signed_in("ada@example.org").await;
        browser.sign_in_errors("ada@example.org", "a wrong guess").await;
        let query = "{
            auditEvents(first: 100) { nodes { id action subjectId changes requestId } }
            viewer { user { id email } sessions { id address userAgent } }
        }";
        let shown = app.admin().data(query, json!({})).await.to_string();
        let query = "{ viewer { user { email } sessions { id address userAgent } } }";
        let own = browser.data(query, json!({})).await;
        let events = entity::audit_event::Entity::find().all(app.app.db.read()).await.unwrap();
        let kept = format!("{shown} {own} {events:?}");
        let sessions = session::Entity::find().all(app.app.db.read()).await.unwrap();
        let mut secrets = app.password_hashes().await;
        secrets.extend([browser.secret(), PASSWORD.into(), "a wrong guess".into()]);
        for secret in secrets {
            assert!(!kept.contains(&secret) && !format!("{sessions:?}").contains(&secret), "{secret}");
        }
        for session in sessions {
            assert_ne!(session.hash, browser.secret().as_bytes());
        }
    }
}
