//! `changes`: who is told of what, and of what nobody is told.

use rolecall::domain::id::Kind;
use sea_orm::DbBackend;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api_tests;
use crate::support::asking::global_id;
use crate::support::client::rule_input;
use crate::support::guarding::{document, done, enrol, group_id, own_id};
use crate::support::live::Socket;
use crate::support::{ADMIN, PASSWORD, TestApp};

/// Everything that an event says.
pub const FOLLOW: &str = "subscription($types: [ChangedType!]) { changes(types: $types) {
    type kind id
    node { id ... on Role { name } ... on Group { title } ... on User { firstName } }
} }";

/// What is selected where only that something is told matters.
const BARE: &str = "changes { id }";

/// A socket that follows changes, from now on.
pub async fn follow(app: &TestApp, token: &str, types: Value) -> Socket {
    let port = app.listen().await;
    let mut socket = port.socket_of(token).await;
    socket.start("1", FOLLOW, json!({ "types": types })).await;
    socket.settle().await;
    // The server goes on as long as the test does.
    std::mem::forget(port);
    socket
}

/// The next event.
pub async fn event(socket: &mut Socket) -> Value {
    let mut next = socket.hear().await;
    let mut event = next["payload"]["data"]["changes"].take();
    let rest = json!({ "id": "1", "type": "next", "payload": { "data": { "changes": null } } });
    assert_eq!(next, rest, "{event:#}");
    event.take()
}

/// An event about something as it is, or is no longer: its type and kind, its id, and its name.
pub fn told(what: &str, id: &Value, name: Option<&str>) -> Value {
    let (ty, kind) = what.split_once(' ').expect("a type and a kind");
    let field = match ty {
        "ROLE" => "name",
        "GROUP" => "title",
        _ => "firstName",
    };
    let node = name.map(|name| json!({ "id": id, field: name }));
    json!({ "type": ty, "kind": kind, "id": id, "node": node })
}

/// An event of the audit trail that nothing else belongs to.
pub fn stray(app: &TestApp, action: &str) -> (String, Value) {
    let (id, subject) = (Uuid::now_v7(), Uuid::now_v7());
    let literal = |id: Uuid| match app.app.db.backend() {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("X'{}'", id.simple()),
    };
    let sql = format!(
        "INSERT INTO audit_events (id, at, action, subject_kind, subject_id) \
         VALUES ({}, '2026-01-01T00:00:00+00:00', '{action}', 'group', {})",
        literal(id),
        literal(subject),
    );
    (sql, json!(global_id(Kind::Group, subject)))
}

api_tests! {
    async fn each_change_is_told_once_and_in_order(app) {
        let admin = app.admin();
        let mut socket = follow(app, app.admin_token(), Value::Null).await;
        let role = json!(admin.create_role("Writers", &[]).await);
        let mut next = async |what: &str, id: &Value, name: Option<&str>| {
            assert_eq!(event(&mut socket).await, told(what, id, name), "{what}");
        };
        next("ROLE CREATED", &role, Some("Writers")).await;
        done(&admin, "updateRole", json!({ "id": role, "name": "Authors" })).await;
        next("ROLE UPDATED", &role, Some("Authors")).await;
        let rule = rule_input("cms/page/edit");
        done(&admin, "updateRole", json!({ "id": role, "addRules": [rule] })).await;
        next("ROLE UPDATED", &role, Some("Authors")).await;
        let group = json!(admin.create_group("Team", &[role.as_str().unwrap()]).await);
        next("GROUP CREATED", &group, Some("Team")).await;
        let home = json!(admin.create_group("Home", &[role.as_str().unwrap()]).await);
        next("GROUP CREATED", &home, Some("Home")).await;
        let user = json!(enrol(&admin, "ada", &[home.as_str().unwrap()]).await);
        next("USER CREATED", &user, Some("ada")).await;
        for fields in [
            json!({ "title": "Crew" }), json!({ "addUserIds": [user] }), json!({ "removeUserIds": [user] }),
            json!({ "roleIds": [admin.root_role().await] }), json!({ "description": "x", "addUserIds": [user] }),
        ] {
            let mut input = fields;
            input["id"] = group.clone();
            done(&admin, "updateGroup", input).await;
            next("GROUP UPDATED", &group, Some("Crew")).await;
        }
        done(&admin, "updateUser", json!({ "id": user, "firstName": "Eve" })).await;
        next("USER UPDATED", &user, Some("Eve")).await;
        done(&admin, "updateUser", json!({ "id": user, "groupIds": [home] })).await;
        next("USER UPDATED", &user, Some("Eve")).await;
        for (status, kind) in [
            ("BLOCKED", "UPDATED"), ("ACTIVE", "UPDATED"), ("DELETED", "DELETED"), ("BLOCKED", "UPDATED"),
            ("DELETED", "DELETED"), ("ACTIVE", "UPDATED"),
        ] {
            done(&admin, "setUserStatus", json!({ "id": user, "status": status })).await;
            let name = (kind == "UPDATED").then_some("Eve");
            next(&format!("USER {kind}"), &user, name).await;
        }
        done(&admin, "deleteGroup", json!({ "id": group })).await;
        next("GROUP DELETED", &group, None).await;
        done(&admin, "deleteGroup", json!({ "id": home, "force": true })).await;
        next("GROUP DELETED", &home, None).await;
        done(&admin, "deleteRole", json!({ "id": role })).await;
        next("ROLE DELETED", &role, None).await;
        socket.settle().await;
    }

    async fn nobody_is_told_of_what_changes_nothing(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let group = admin.create_group("Team", &[&root]).await;
        let mut socket = follow(app, app.admin_token(), Value::Null).await;
        done(&admin, "updateGroup", json!({ "id": group, "title": "Team", "addRoleIds": [root] })).await;
        let user = own_id(&admin).await;
        done(&admin, "setUserStatus", json!({ "id": user, "status": "ACTIVE" })).await;
        for (mutation, input) in [
            ("createGroup", json!({ "title": "Other", "roleIds": [root], "validateOnly": true })),
            ("updateGroup", json!({ "id": group, "title": "Other", "validateOnly": true })),
            ("createRole", json!({ "name": "Other", "validateOnly": true })),
            ("createGroup", json!({ "title": "TEAM", "roleIds": [root] })),
            ("createRole", json!({ "name": "" })),
            ("deleteRole", json!({ "id": root })),
            ("setUserStatus", json!({ "id": user, "status": "DELETED" })),
            ("createApiToken", json!({ "name": "one" })),
        ] {
            admin.data(&document(mutation), json!({ "input": input })).await;
        }
        let sign_in = "mutation($input: SignInInput!) { signIn(input: $input) { sessionToken } }";
        for password in ["wrong", PASSWORD] {
            let input = json!({
                "email": ADMIN, "password": password, "returnToken": true,
            });
            let data = app.nobody().data(sign_in, json!({ "input": input })).await;
            if let Some(session) = data["signIn"]["sessionToken"].as_str() {
                let sign_out = "mutation { signOut(input: {}) { signedOut } }";
                app.bearer(session).data(sign_out, json!({})).await;
            }
        }
        let marker = json!(admin.create_role("Marker", &[]).await);
        assert_eq!(event(&mut socket).await, told("ROLE CREATED", &marker, Some("Marker")));
        socket.settle().await;
    }

    async fn a_mutation_of_several_changes_tells_each(app) {
        let mut socket = follow(app, app.admin_token(), json!(["ROLE"])).await;
        let query = "mutation {
            a: createRole(input: { name: \"A\" }) { role { id } }
            b: createRole(input: { name: \"a\" }) { role { id } }
            c: createRole(input: { name: \"C\" }) { role { id } }
        }";
        let made = app.admin().data(query, json!({})).await;
        for (alias, name) in [("a", "A"), ("c", "C")] {
            let expected = told("ROLE CREATED", &made[alias]["role"]["id"], Some(name));
            assert_eq!(event(&mut socket).await, expected);
        }
        socket.settle().await;
    }

    async fn only_the_types_asked_for_are_told(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let mut roles = follow(app, app.admin_token(), json!(["ROLE", "ROLE"])).await;
        let mut others = follow(app, app.admin_token(), json!(["GROUP", "USER"])).await;
        let role = json!(admin.create_role("A", &[]).await);
        let group = json!(admin.create_group("B", &[&root]).await);
        let user = json!(enrol(&admin, "c", &[group.as_str().unwrap()]).await);
        assert_eq!(event(&mut others).await, told("GROUP CREATED", &group, Some("B")));
        assert_eq!(event(&mut others).await, told("USER CREATED", &user, Some("c")));
        assert_eq!(event(&mut roles).await, told("ROLE CREATED", &role, Some("A")));
        roles.settle().await;
    }

    async fn types_that_one_may_not_read_are_forbidden(app) {
        let port = app.listen().await;
        let token = app.token_of("ada", &["acl/group/index"]).await;
        let mut socket = port.socket_of(&token).await;
        for (types, required) in [
            (json!(["ROLE"]), "acl/role/index"),
            (json!(["USER"]), "user/user/index"),
            (json!(["GROUP", "USER", "ROLE"]), "user/user/index"),
        ] {
            socket.start("1", FOLLOW, json!({ "types": types })).await;
            let mut answer = socket.answer("1").await;
            let error = answer["errors"][0].take();
            assert_eq!(answer, json!({ "data": null, "errors": [null] }));
            let extensions = json!({ "code": "FORBIDDEN", "required": required });
            assert_eq!(error["extensions"], extensions, "{types}");
        }
        socket.start("1", FOLLOW, json!({ "types": ["GROUP"] })).await;
        socket.settle().await;
    }

    async fn without_types_one_is_told_of_what_one_may_read_and_of_oneself(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let token = app.token_of("ada", &["acl/group/index"]).await;
        let mut socket = follow(app, &token, Value::Null).await;
        admin.create_role("A", &[]).await;
        enrol(&admin, "bob", &[&group_id(&admin, "Group of ada").await]).await;
        let group = json!(admin.create_group("B", &[&root]).await);
        assert_eq!(event(&mut socket).await, told("GROUP CREATED", &group, Some("B")));
        let own = json!(own_id(&app.bearer(&token)).await);
        done(&admin, "updateUser", json!({ "id": own, "firstName": "Eve" })).await;
        assert_eq!(event(&mut socket).await, told("USER UPDATED", &own, Some("Eve")));
        socket.settle().await;
    }

    async fn subscriptions_have_one_field_that_nothing_skips(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        for query in [
            format!("subscription {{ a: {BARE} b: {BARE} }}"),
            format!("subscription {{ {BARE} __typename }}"),
            "subscription { __typename }".to_owned(),
            "subscription { __schema { queryType { name } } }".to_owned(),
            "subscription { changes @skip(if: false) { id } }".to_owned(),
            "subscription($if: Boolean!) { changes @include(if: $if) { id } }".to_owned(),
            format!("subscription {{ ... @include(if: true) {{ {BARE} }} }}"),
            format!("subscription {{ ...F @skip(if: false) }} fragment F on Subscription {{ {BARE} }}"),
            format!("subscription {{ ...F {BARE} }} fragment F on Subscription {{ more: {BARE} }}"),
            format!("subscription A {{ {BARE} }} subscription B {{ {BARE} __typename }}"),
        ] {
            let payload = json!({
                "query": query, "variables": { "if": true },
                "operationName": query.contains(" A ").then_some("A"),
            });
            socket.say(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
            let refused = socket.refused("1").await;
            let mut codes = refused.as_array().unwrap().iter();
            assert!(codes.all(|code| code == "GRAPHQL_VALIDATION_FAILED"), "{query} {refused}");
        }
    }

    async fn the_field_of_a_subscription_may_stand_in_fragments(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        let cases = [
            ("a", "subscription { it: changes { kind: id type: __typename } }"),
            ("b", "subscription { ...F } fragment F on Subscription { it: changes { ...C } }
                fragment C on Change { kind: id ... on Change { type: __typename } }"),
            ("c", "subscription { ... { it: changes { kind: id } } ... on Subscription {
                it: changes { type: __typename no: id @skip(if: true) } } }"),
        ];
        for (id, query) in cases {
            socket.start(id, query, json!({})).await;
        }
        socket.settle().await;
        let role = app.admin().create_role("A", &[]).await;
        let mut told = Vec::new();
        for _ in cases {
            let next = socket.hear().await;
            let it = json!({ "kind": role, "type": "Change" });
            assert_eq!(next["payload"], json!({ "data": { "it": it } }));
            told.push(next["id"].as_str().unwrap().to_owned());
        }
        told.sort();
        assert_eq!(told, ["a", "b", "c"]);
    }
}
