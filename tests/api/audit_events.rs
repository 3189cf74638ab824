//! The audit trail as the API shows it: who did what, on what, and what was before and after.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::client::rule_input;
use crate::support::guarding::{
    document, done, enrol, events, group_id, own_id, refusal, role_id, rule_id,
};
use crate::support::{ADMIN, Client, PASSWORD};
use crate::user::plain_group;

/// Does something that is one event, and gives its action, its subject and what it says of changes.
async fn event(client: &Client, mutation: &str, input: Value) -> Value {
    let count = events(client).await;
    done(client, mutation, input).await;
    let query = "{ auditEvents(first: 1) { totalCount nodes {
        action subjectId changes actor { id } requestId
    } } }";
    let mut data = client.data(query, json!({})).await["auditEvents"].take();
    assert_eq!(data["totalCount"], count + 1, "{mutation}");
    let event = &mut data["nodes"][0];
    assert_eq!(event["actor"]["id"], own_id(client).await, "{mutation}");
    assert_ne!(event["requestId"].as_str().unwrap_or_default(), "", "{mutation}");
    let changes: Value = serde_json::from_str(event["changes"].as_str().unwrap()).unwrap();
    json!([event["action"], event["subjectId"], changes])
}

/// The id of what was changed last.
pub async fn latest(client: &Client) -> String {
    let data = client.data("{ auditEvents(first: 1) { nodes { subjectId } } }", json!({})).await;
    data["auditEvents"]["nodes"][0]["subjectId"].as_str().unwrap().to_owned()
}

api_tests! {
    async fn what_is_done_to_a_role_is_told(app) {
        let admin = app.admin();
        let rules = [rule_input("cms/page/edit"), rule_input("!cms/page/delete")];
        let input = json!({ "name": "Editors", "rules": rules });
        let told = event(&admin, "createRole", input).await;
        let id = role_id(&admin, "Editors").await;
        assert_eq!(told, json!(["role.created", id, {
            "name": [null, "Editors"],
            "rules": [[], ["ALLOW cms/page/edit", "DENY cms/page/delete"]],
        }]));
        let input = json!({ "id": id, "name": "Writers", "description": "Who write" });
        assert_eq!(event(&admin, "updateRole", input).await, json!(["role.updated", id, {
            "name": ["Editors", "Writers"], "description": [null, "Who write"],
        }]));
        let gone = rule_id(&admin, &id, "!cms/page/delete").await;
        let new = [rule_input("cms/page/view")];
        let input = json!({ "id": id, "name": "writers ", "addRules": new, "removeRuleIds": [gone] });
        let rules = json!([["DENY cms/page/delete"], ["ALLOW cms/page/view"]]);
        assert_eq!(event(&admin, "updateRole", input).await, json!(["role.updated", id, {
            "name": ["Writers", "writers"], "rules": rules,
        }]));
        let input = json!({ "id": id, "rules": new });
        assert_eq!(event(&admin, "updateRole", input).await, json!(["role.rules_changed", id, {
            "rules": [["ALLOW cms/page/edit"], []],
        }]));
        let told = event(&admin, "deleteRole", json!({ "id": id })).await;
        assert_eq!(told, json!(["role.deleted", id, {
            "name": ["writers", null], "description": ["Who write", null],
            "rules": [["ALLOW cms/page/view"], []],
        }]));
    }

    async fn what_is_done_to_a_group_is_told(app) {
        let admin = app.admin();
        let (a, b) = (admin.create_role("A", &[]).await, admin.create_role("B", &[]).await);
        let (ada, bob) = (app.user_id("ada", &[]).await, app.user_id("bob", &[]).await);
        let input = json!({ "title": "Ops", "roleIds": [a], "userIds": [ada] });
        let told = event(&admin, "createGroup", input).await;
        let id = group_id(&admin, "Ops").await;
        assert_eq!(told, json!(["group.created", id, {
            "title": [null, "Ops"], "roleIds": [[], [a]], "userIds": [[], [ada]],
        }]));
        let input = json!({ "id": id, "title": "OPS", "description": "Who operate", "addRoleIds": [b] });
        assert_eq!(event(&admin, "updateGroup", input).await, json!(["group.updated", id, {
            "title": ["Ops", "OPS"], "description": [null, "Who operate"], "roleIds": [[], [b]],
        }]));
        let input = json!({ "id": id, "roleIds": [b] });
        assert_eq!(event(&admin, "updateGroup", input).await, json!(["group.roles_changed", id, {
            "roleIds": [[a], []],
        }]));
        let input = json!({ "id": id, "addUserIds": [ada, bob], "removeUserIds": [] });
        assert_eq!(event(&admin, "updateGroup", input).await, json!(["group.users_changed", id, {
            "userIds": [[], [bob]],
        }]));
        let input = json!({ "id": id, "description": "", "addRoleIds": [a], "removeUserIds": [ada] });
        assert_eq!(event(&admin, "updateGroup", input).await, json!(["group.updated", id, {
            "description": ["Who operate", null], "roleIds": [[], [a]], "userIds": [[ada], []],
        }]));
        let input = json!({ "id": id, "removeRoleIds": [b], "removeUserIds": [bob] });
        assert_eq!(event(&admin, "updateGroup", input).await, json!(["group.updated", id, {
            "roleIds": [[b], []], "userIds": [[bob], []],
        }]));
    }

    async fn what_goes_with_a_deleted_group_is_told(app) {
        let admin = app.admin();
        let role = admin.create_role("A", &[]).await;
        let input = json!({ "title": "Ops", "description": "Who operate", "roleIds": [role] });
        done(&admin, "createGroup", input).await;
        let id = group_id(&admin, "Ops").await;
        let told = event(&admin, "deleteGroup", json!({ "id": id })).await;
        assert_eq!(told[0], "group.deleted");
        assert_eq!(told[1], json!(id));
        assert_eq!(told[2]["title"], json!(["Ops", null]));
        assert_eq!(told[2]["description"], json!(["Who operate", null]));
        assert_eq!(told[2]["roleIds"], json!([[role], []]));
    }

    async fn what_is_done_to_a_user_is_told(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "A").await, plain_group(&admin, "B").await);
        let input = json!({
            "email": "ada@example.org", "firstName": "Ada", "lastName": "Lovelace", "locale": "fr",
            "password": PASSWORD, "groupIds": [a],
        });
        let told = event(&admin, "createUser", input).await;
        let id = latest(&admin).await;
        assert_eq!(told, json!(["user.created", id, {
            "email": [null, "ada@example.org"], "firstName": [null, "Ada"],
            "lastName": [null, "Lovelace"], "locale": [null, "fr"], "groupIds": [[], [a]],
        }]));
        let password = "another horse's battery staple";
        for (change, action, changes) in [
            (json!({ "groupIds": [b] }), "user.groups_changed", json!({ "groupIds": [[a], [b]] })),
            (
                json!({ "password": password }), "user.password_reset",
                json!({ "passwordChanged": [false, true] }),
            ),
            (
                json!({ "lastName": "King", "firstName": "Ada" }), "user.updated",
                json!({ "lastName": ["Lovelace", "King"] }),
            ),
            (
                json!({
                    "email": "a@example.org", "locale": "de", "password": PASSWORD, "addGroupIds": [a],
                }),
                "user.updated",
                json!({
                    "email": ["ada@example.org", "a@example.org"], "locale": ["fr", "de"],
                    "passwordChanged": [false, true], "groupIds": [[], [a]],
                }),
            ),
        ] {
            let mut input = change;
            input["id"] = json!(id);
            let told = event(&admin, "updateUser", input).await;
            assert_eq!(told, json!([action, id, changes]));
        }
        for (from, to, action) in [
            ("ACTIVE", "BLOCKED", "user.blocked"), ("BLOCKED", "ACTIVE", "user.unblocked"),
            ("ACTIVE", "DELETED", "user.deleted"), ("DELETED", "ACTIVE", "user.restored"),
            ("ACTIVE", "BLOCKED", "user.blocked"), ("BLOCKED", "DELETED", "user.deleted"),
            ("DELETED", "BLOCKED", "user.blocked"),
        ] {
            let told = event(&admin, "setUserStatus", json!({ "id": id, "status": to })).await;
            assert_eq!(told, json!([action, id, { "status": [from, to] }]));
        }
    }

    async fn what_is_done_to_a_token_is_told(app) {
        let admin = app.admin();
        let me = own_id(&admin).await;
        let told = event(&admin, "createApiToken", json!({ "name": "Deployment" })).await;
        let id = latest(&admin).await;
        let changes = json!({ "name": [null, "Deployment"], "userId": [null, me] });
        assert_eq!(told, json!(["api_token.created", id, changes]));
        let told = event(&admin, "revokeApiToken", json!({ "id": id })).await;
        assert_eq!(told, json!(["api_token.revoked", id, { "name": ["Deployment", null] }]));
    }

    async fn what_fails_is_only_validated_or_changes_nothing_is_not_told(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let (me, ada) = (own_id(&admin).await, enrol(&admin, "ada", &[&group]).await);
        let role = role_id(&admin, "Role of Plain").await;
        let root = admin.root_role().await;
        let person = json!({
            "email": "new@example.org", "firstName": "N", "lastName": "N", "password": PASSWORD,
            "groupIds": [group], "validateOnly": true,
        });
        let count = events(&admin).await;
        for (mutation, input) in [
            ("createRole", json!({ "name": "New", "validateOnly": true })),
            ("createGroup", json!({ "title": "New", "roleIds": [role], "validateOnly": true })),
            ("createUser", person),
            ("updateRole", json!({ "id": role, "name": "New", "validateOnly": true })),
            ("updateRole", json!({ "id": role, "name": "Role of Plain", "rules": [] })),
            ("updateGroup", json!({ "id": group, "title": "New", "validateOnly": true })),
            ("updateGroup", json!({ "id": group, "title": " Plain", "roleIds": [role], "addUserIds": [ada] })),
            ("updateGroup", json!({ "id": group, "removeUserIds": [me], "removeRoleIds": [root] })),
            ("updateUser", json!({ "id": ada, "firstName": "New", "validateOnly": true })),
            ("updateUser", json!({ "id": ada, "firstName": "ada", "groupIds": [group] })),
            ("setUserStatus", json!({ "id": ada, "status": "ACTIVE" })),
        ] {
            done(&admin, mutation, input).await;
        }
        for (mutation, input) in [
            ("createRole", json!({ "name": "administrator" })),
            ("createGroup", json!({ "title": "New", "roleIds": [] })),
            ("updateRole", json!({ "id": role, "name": "New", "expectedVersion": 7 })),
            ("deleteRole", json!({ "id": role })),
            ("updateGroup", json!({ "id": group, "title": "New", "removeRoleIds": [role] })),
            ("deleteGroup", json!({ "id": group })),
            ("updateUser", json!({ "id": ada, "firstName": "New", "groupIds": [] })),
            ("setUserStatus", json!({ "id": me, "status": "BLOCKED" })),
            ("createApiToken", json!({ "name": "" })),
            ("revokeApiToken", json!({ "id": "x" })),
        ] {
            refusal(&admin, mutation, input).await;
        }
        let stranger = app.user_with("stranger", &[]).await;
        // Made by the system: a role, a group, a user and a token.
        let input = json!({ "input": { "id": ada, "status": "BLOCKED" } });
        stranger.failures(&document("setUserStatus"), input.clone()).await;
        app.nobody().failures(&document("setUserStatus"), input).await;
        assert_eq!(events(&admin).await, count + 4);
    }

    async fn an_event_says_when_it_was_in_which_request_and_by_whom(app) {
        let admin = app.admin();
        let body = json!({
            "query": "mutation { createRole(input: { name: \"A\" }) { role { id createdAt } } }",
        });
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-request-id", "deploy-7.1_a")
            .body(Body::from(body.to_string()));
        let answer = admin.send(request.unwrap()).await;
        let query = "{ auditEvents(first: 1) { nodes { id at requestId actor { email } } } }";
        let mut data = admin.data(query, json!({})).await;
        let mut event = data["auditEvents"]["nodes"][0].take();
        let id = event["id"].take();
        let at = &answer.json()["data"]["createRole"]["role"]["createdAt"];
        assert_eq!(event["at"].as_str().unwrap()[..19], at.as_str().unwrap()[..19]);
        event["at"].take();
        let expected = json!({
            "id": null, "at": null, "requestId": "deploy-7.1_a", "actor": { "email": ADMIN },
        });
        assert_eq!(event, expected);
        let query = "query($id: ID!) { node(id: $id) { id ... on AuditEvent { action requestId } } }";
        let node = json!({ "id": id, "action": "role.created", "requestId": "deploy-7.1_a" });
        assert_eq!(admin.data(query, json!({ "id": id })).await, json!({ "node": node }));
    }

    async fn the_system_is_no_user(app) {
        let query = "{ auditEvents { nodes { action actor { id } requestId subjectId } totalCount } }";
        let mut data = app.admin().data(query, json!({})).await["auditEvents"].take();
        data["nodes"][0]["subjectId"].take();
        let system = |action: &str, subject: Value| json!({
            "action": action, "actor": null, "requestId": null, "subjectId": subject,
        });
        let me = json!(own_id(&app.admin()).await);
        let nodes = [system("api_token.created", Value::Null), system("system.bootstrapped", me)];
        assert_eq!(data, json!({ "nodes": nodes, "totalCount": 2 }));
    }
}
