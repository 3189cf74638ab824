//! The audit trail: one event for each change, in its transaction; none for what did not happen.

use axum::body::Body;
use axum::http::{Request, header};
use entity::audit_event;
use rolecall::domain::id::Kind;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::global_id;
use crate::support::client::rule_input;
use crate::support::{ADMIN, PASSWORD, TestApp};

/// All events, oldest first.
async fn events(app: &TestApp) -> Vec<audit_event::Model> {
    let events = audit_event::Entity::find().order_by_asc(audit_event::Column::Id);
    events.all(app.app.db.read()).await.expect("the events can be read")
}

/// What happened since there were that many events.
async fn actions_since(app: &TestApp, count: usize) -> Vec<String> {
    let events = events(app).await.into_iter().skip(count);
    events.map(|event| event.action).collect()
}

fn changes(event: &audit_event::Model) -> Value {
    serde_json::from_str(event.changes.as_deref().unwrap_or("null")).expect("changes are JSON")
}

fn subject(event: &audit_event::Model) -> Option<String> {
    let kinds = [Kind::Role, Kind::Group, Kind::User, Kind::ApiToken];
    let name = event.subject_kind.as_deref()?;
    let kind = kinds.into_iter().find(|kind| kind.name() == name)?;
    Some(global_id(kind, event.subject_id?))
}

async fn admin_id(app: &TestApp) -> String {
    let mut data = app.admin().data("{ viewer { user { id } } }", json!({})).await;
    data["viewer"]["user"]["id"].take().as_str().expect("an id").to_owned()
}

api_tests! {
    async fn the_first_start_is_an_event_of_the_system_itself(app) {
        let events = events(app).await;
        let first = &events[0];
        assert_eq!(first.action, "system.bootstrapped");
        assert_eq!((first.actor_id, &first.request_id), (None, &None));
        assert_eq!(subject(first), Some(admin_id(app).await));
        assert_eq!(changes(first)["email"], json!([null, ADMIN]));
        let actions: Vec<&str> = events.iter().map(|event| &*event.action).collect();
        assert_eq!(actions, ["system.bootstrapped", "api_token.created"]);
    }

    async fn a_new_role_is_one_event_that_says_all_of_it(app) {
        let admin = app.admin();
        let count = events(app).await.len();
        let rules = json!([rule_input("cms/*/edit"), rule_input("!cms/page/delete")]);
        let input = json!({ "name": "Editors", "description": "Who writes", "rules": rules });
        let payload = admin.try_role(input).await;
        let events = &events(app).await[count..];
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].action, "role.created");
        assert_eq!(subject(&events[0]).as_deref(), payload["role"]["id"].as_str());
        let actor = events[0].actor_id.map(|id| global_id(Kind::User, id));
        assert_eq!(actor, Some(admin_id(app).await));
        let expected = json!({
            "name": [null, "Editors"],
            "description": [null, "Who writes"],
            "rules": [[], ["ALLOW cms/*/edit", "DENY cms/page/delete"]],
        });
        assert_eq!(changes(&events[0]), expected);
    }

    async fn a_new_group_is_one_event_that_says_all_of_it(app) {
        let admin = app.admin();
        let (role, user) = (admin.root_role().await, app.user_id("ada", &[]).await);
        let count = events(app).await.len();
        let input = json!({ "title": "Ops", "roleIds": [role], "userIds": [user] });
        let payload = admin.try_group(input).await;
        let events = &events(app).await[count..];
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].action, "group.created");
        assert_eq!(subject(&events[0]).as_deref(), payload["group"]["id"].as_str());
        let actor = events[0].actor_id.map(|id| global_id(Kind::User, id));
        assert_eq!(actor, Some(admin_id(app).await));
        let expected = json!({
            "title": [null, "Ops"],
            "roleIds": [[], [role]],
            "userIds": [[], [user]],
        });
        assert_eq!(changes(&events[0]), expected);
    }

    async fn an_event_has_the_id_of_its_request(app) {
        let query = "mutation {
            a: createRole(input: { name: \"A\" }) { role { id } }
            b: createRole(input: { name: \"B\" }) { role { id } }
        }";
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-request-id", "deploy-7.1_a");
        let body = json!({ "query": query }).to_string();
        let answer = app.admin().send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.header("x-request-id"), "deploy-7.1_a");
        let last = events(app).await.split_off(2);
        let ids: Vec<_> = last.iter().map(|event| event.request_id.as_deref()).collect();
        assert_eq!(ids, [Some("deploy-7.1_a"); 2]);
    }

    async fn what_fails_or_is_only_validated_is_no_event(app) {
        let admin = app.admin();
        let role = admin.create_role("Taken", &[]).await;
        admin.create_group("Taken", &[&role]).await;
        let stranger = app.user_with("stranger", &[]).await;
        let count = events(app).await.len();
        admin.role_errors(json!({ "name": "taken" })).await;
        admin.role_errors(json!({ "name": "Dry", "validateOnly": true })).await;
        admin.group_errors(json!({ "title": "TAKEN", "roleIds": [role] })).await;
        admin.group_errors(json!({ "title": "x", "roleIds": [] })).await;
        let dry = json!({ "title": "Dry", "roleIds": [role], "validateOnly": true });
        assert_eq!(admin.group_errors(dry).await, json!([]));
        let query = "mutation { createRole(input: { name: \"x\" }) { userErrors { code } } }";
        stranger.failures(query, json!({})).await;
        app.nobody().failures(query, json!({})).await;
        assert_eq!(actions_since(app, count).await, [""; 0]);
    }

    async fn of_several_mutations_those_that_worked_are_events_in_their_order(app) {
        let query = "mutation($role: ID!) {
            a: createRole(input: { name: \"A\" }) { userErrors { code } }
            b: createRole(input: { name: \"a\" }) { userErrors { code } }
            c: createGroup(input: { title: \"C\", roleIds: [$role] }) { userErrors { code } }
            d: createGroup(input: { title: \"c\", roleIds: [$role] }) { userErrors { code } }
        }";
        let count = events(app).await.len();
        let admin = app.admin();
        admin.data(query, json!({ "role": admin.root_role().await })).await;
        assert_eq!(actions_since(app, count).await, ["role.created", "group.created"]);
    }

    async fn no_event_holds_a_secret(app) {
        app.user_with("ada", &["*/*/*"]).await;
        app.admin().create_role("Editors", &["cms/page/edit"]).await;
        let events = events(app).await;
        let actions: Vec<&str> = events.iter().map(|event| &*event.action).collect();
        assert!(actions.contains(&"user.created") && actions.contains(&"api_token.created"));
        let hashes = app.password_hashes().await;
        assert_eq!(hashes.len(), 2);
        for event in &events {
            let text = format!("{event:?}").to_lowercase();
            for secret in [PASSWORD, "rolecall_", "argon2", "password"] {
                assert!(!text.contains(secret), "{text}");
            }
            assert!(hashes.iter().all(|hash| !text.contains(&hash.to_lowercase())));
        }
    }
}
