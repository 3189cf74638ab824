//! Every failure that the schema declares can happen, and none that it does not: one provocation at
//! least for each mutation and each type of failure, and for each code.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::guarding::{LIMITED, Scene, done, group_id, own_id, payload};
use crate::support::{ADMIN, PASSWORD, TestApp};

/// A mutation and an input that it refuses with a code. `$names` are those of a scene, and these:
/// `$me`, the only administrator; `$root` and `$administrators`; `$lockRole` and `$lockGroup`, which deny
/// something that the API requires; `$carried`, a role of the administrators.
type Provocation = (&'static str, &'static str, Value);

fn of_roles() -> Vec<Provocation> {
    let create = |code, input| ("createRole", code, input);
    let update = |code, mut input: Value| {
        if input.get("id").is_none() {
            input["id"] = json!("$weakRole");
        }
        ("updateRole", code, input)
    };
    let delete = |code, input| ("deleteRole", code, input);
    let many: Vec<String> = (0..501).map(|number| format!("+a/b/{number}")).collect();
    vec![
        create("TAKEN", json!({ "name": "administrator" })),
        create("BLANK", json!({ "name": "\u{200b}" })),
        create("TOO_LONG", json!({ "name": "x".repeat(256) })),
        create("INVALID_FORMAT", json!({ "name": "x", "rules": ["+sh?p/order/view"] })),
        create("TOO_MANY_ITEMS", json!({ "name": "x", "rules": many })),
        create("DUPLICATE_ITEM", json!({ "name": "x", "rules": ["+a/b/c", "+a/b/c"] })),
        create("OUT_OF_SCOPE", json!({ "name": "x", "rules": ["+shop/order/refund"] })),
        update("TAKEN", json!({ "name": "administrator" })),
        update("BLANK", json!({ "name": " " })),
        update("TOO_LONG", json!({ "description": "x".repeat(1_001) })),
        update("INVALID_FORMAT", json!({ "addRules": ["+sh?p/order/view"] })),
        update("TOO_MANY_ITEMS", json!({ "addRules": many[1..] })),
        update("DUPLICATE_ITEM", json!({ "addRules": ["+shop/order/view"] })),
        update("NOT_FOUND", json!({ "id": "x" })),
        update("NOT_FOUND", json!({ "removeRuleIds": ["$strongRule"] })),
        update("WRONG_TYPE", json!({ "id": "$plainGroup" })),
        update("WRONG_TYPE", json!({ "removeRuleIds": ["$weakRole"] })),
        update("STALE_VERSION", json!({ "expectedVersion": 9 })),
        update("OUT_OF_SCOPE", json!({ "addRules": ["+shop/order/refund"] })),
        update("WOULD_LOCK_OUT", json!({ "id": "$carried", "addRules": ["!acl/*/*"] })),
        update("PROTECTED", json!({ "id": "$root", "name": "x" })),
        delete("NOT_FOUND", json!({ "id": "x" })),
        delete("WRONG_TYPE", json!({ "id": "$plainGroup" })),
        delete("STALE_VERSION", json!({ "id": "$mixedRole", "expectedVersion": 9 })),
        delete("OUT_OF_SCOPE", json!({ "id": "$looseRole" })),
        delete("PROTECTED", json!({ "id": "$root" })),
        delete("IN_USE", json!({ "id": "$weakRole" })),
    ]
}

fn of_groups() -> Vec<Provocation> {
    let create = |code, mut input: Value| {
        let given = input.as_object_mut().expect("an object");
        given.entry("title").or_insert(json!("x"));
        given.entry("roleIds").or_insert(json!(["$weakRole"]));
        ("createGroup", code, input)
    };
    let update = |code, mut input: Value| {
        if input.get("id").is_none() {
            input["id"] = json!("$plainGroup");
        }
        ("updateGroup", code, input)
    };
    let delete = |code, input| ("deleteGroup", code, input);
    let lock = json!(["$lockRole"]);
    vec![
        create("TAKEN", json!({ "title": "administrators" })),
        create("BLANK", json!({ "title": "" })),
        create("TOO_LONG", json!({ "title": "x".repeat(256) })),
        create("INVALID_FORMAT", json!({ "title": "a\0b" })),
        create("TOO_FEW_ITEMS", json!({ "roleIds": [] })),
        create("TOO_MANY_ITEMS", json!({ "userIds": vec!["x"; 1_001] })),
        create("DUPLICATE_ITEM", json!({ "roleIds": ["$weakRole", "$weakRole"] })),
        create("NOT_FOUND", json!({ "userIds": ["x"] })),
        create("WRONG_TYPE", json!({ "userIds": ["$weakRole"] })),
        create("OUT_OF_SCOPE", json!({ "roleIds": ["$strongRole"] })),
        create("WOULD_LOCK_OUT", json!({ "roleIds": lock, "userIds": ["$me"] })),
        update("TAKEN", json!({ "title": "administrators" })),
        update("BLANK", json!({ "title": "" })),
        update("TOO_LONG", json!({ "description": "x".repeat(1_001) })),
        update("INVALID_FORMAT", json!({ "title": "a\u{202e}b" })),
        update("TOO_FEW_ITEMS", json!({ "removeRoleIds": ["$weakRole"] })),
        update("TOO_MANY_ITEMS", json!({ "addUserIds": vec!["x"; 1_001] })),
        update("DUPLICATE_ITEM", json!({ "addUserIds": ["$weakUser2", "$weakUser2"] })),
        update("CONTRADICTORY_ITEM", json!({ "addUserIds": ["$me"], "removeUserIds": ["$me"] })),
        update("NOT_FOUND", json!({ "id": "x" })),
        update("WRONG_TYPE", json!({ "addRoleIds": ["$me"] })),
        update("STALE_VERSION", json!({ "expectedVersion": 9 })),
        update("OUT_OF_SCOPE", json!({ "addRoleIds": ["$strongRole"] })),
        update("WOULD_LOCK_OUT", json!({ "id": "$administrators", "removeUserIds": ["$me"] })),
        update("PROTECTED", json!({ "id": "$administrators", "removeRoleIds": ["$root"] })),
        delete("NOT_FOUND", json!({ "id": "x" })),
        delete("WRONG_TYPE", json!({ "id": "$me" })),
        delete("STALE_VERSION", json!({ "id": "$wideGroup", "expectedVersion": 9 })),
        delete("OUT_OF_SCOPE", json!({ "id": "$strongGroup", "force": true })),
        delete("PROTECTED", json!({ "id": "$administrators", "force": true })),
        delete("IN_USE", json!({ "id": "$plainGroup" })),
    ]
}

fn of_users() -> Vec<Provocation> {
    let create = |code, mut input: Value| {
        let given = input.as_object_mut().expect("an object");
        given.entry("email").or_insert(json!("new@example.org"));
        for name in ["firstName", "lastName"] {
            given.entry(name).or_insert(json!("New"));
        }
        given.entry("password").or_insert(json!(PASSWORD));
        given.entry("groupIds").or_insert(json!(["$plainGroup"]));
        ("createUser", code, input)
    };
    let update = |code, mut input: Value| {
        if input.get("id").is_none() {
            input["id"] = json!("$weakUser2");
        }
        ("updateUser", code, input)
    };
    let status = |code, id, status, version: Value| {
        let input = json!({ "id": id, "status": status, "expectedVersion": version });
        ("setUserStatus", code, input)
    };
    let nine = || json!(9);
    vec![
        create("TAKEN", json!({ "email": ADMIN.to_uppercase() })),
        create("BLANK", json!({ "firstName": "" })),
        create("TOO_SHORT", json!({ "password": "short" })),
        create("TOO_LONG", json!({ "password": "x".repeat(129) })),
        create("TOO_WEAK", json!({ "password": "passwordpassword" })),
        create("INVALID_FORMAT", json!({ "locale": "not a language" })),
        create("TOO_FEW_ITEMS", json!({ "groupIds": [] })),
        create("TOO_MANY_ITEMS", json!({ "groupIds": vec!["x"; 101] })),
        create("DUPLICATE_ITEM", json!({ "groupIds": ["$plainGroup", "$plainGroup"] })),
        create("NOT_FOUND", json!({ "groupIds": ["x"] })),
        create("WRONG_TYPE", json!({ "groupIds": ["$me"] })),
        create("OUT_OF_SCOPE", json!({ "groupIds": ["$strongGroup"] })),
        update("TAKEN", json!({ "email": ADMIN.to_uppercase() })),
        update("BLANK", json!({ "email": "" })),
        update("TOO_SHORT", json!({ "password": "short" })),
        update("TOO_LONG", json!({ "lastName": "x".repeat(256) })),
        update("TOO_WEAK", json!({ "password": "weakUser2@example.org" })),
        update("INVALID_FORMAT", json!({ "email": "nobody" })),
        update("TOO_FEW_ITEMS", json!({ "groupIds": [] })),
        update("TOO_MANY_ITEMS", json!({ "groupIds": vec!["x"; 101] })),
        update("DUPLICATE_ITEM", json!({ "addGroupIds": ["$plainGroup2", "$plainGroup2"] })),
        update(
            "CONTRADICTORY_ITEM",
            json!({ "groupIds": ["$plainGroup"], "removeGroupIds": ["$plainGroup"] }),
        ),
        update("NOT_FOUND", json!({ "id": "x" })),
        update("WRONG_TYPE", json!({ "id": "$root" })),
        update("STALE_VERSION", json!({ "expectedVersion": 9 })),
        update("OUT_OF_SCOPE", json!({ "addGroupIds": ["$strongGroup"] })),
        update("WOULD_LOCK_OUT", json!({ "id": "$me", "addGroupIds": ["$lockGroup"] })),
        status("NOT_FOUND", "x", "BLOCKED", Value::Null),
        status("WRONG_TYPE", "$root", "BLOCKED", Value::Null),
        status("STALE_VERSION", "$weakUser2", "BLOCKED", nine()),
        status("OUT_OF_SCOPE", "$strongUser", "BLOCKED", Value::Null),
        status("PROTECTED", "$me", "BLOCKED", Value::Null),
    ]
}

fn of_tokens() -> Vec<Provocation> {
    let create = |code, input| ("createApiToken", code, input);
    let revoke = |code, input| ("revokeApiToken", code, input);
    vec![
        create("BLANK", json!({ "name": "" })),
        create("TOO_LONG", json!({ "name": "x".repeat(256) })),
        create("INVALID_FORMAT", json!({ "name": "x", "expiresAt": "2001-01-01T00:00:00Z" })),
        revoke("NOT_FOUND", json!({ "id": "x" })),
        revoke("WRONG_TYPE", json!({ "id": "$me" })),
    ]
}

fn of_sessions() -> Vec<Provocation> {
    let change = |code, current: &str, new: &str| {
        let input = json!({ "currentPassword": current, "newPassword": new });
        ("changePassword", code, input)
    };
    let revoke = |code, input| ("revokeSession", code, input);
    let clear = |code, input| ("clearSignInFailures", code, input);
    vec![
        ("signIn", "INVALID_CREDENTIALS", json!({ "email": "x", "password": "x" })),
        change("INVALID_CREDENTIALS", "x", PASSWORD),
        change("TOO_SHORT", "x", "short"),
        change("TOO_LONG", "x", &"x".repeat(129)),
        change("TOO_WEAK", "x", "passwordpassword"),
        revoke("NOT_FOUND", json!({ "id": "x" })),
        revoke("WRONG_TYPE", json!({ "id": "$me" })),
        clear("TOO_FEW_ITEMS", json!({})),
        clear("INVALID_FORMAT", json!({ "address": "x" })),
        clear("NOT_FOUND", json!({ "userId": "x" })),
        clear("WRONG_TYPE", json!({ "userId": "$root" })),
        clear("OUT_OF_SCOPE", json!({ "userId": "$strongUser" })),
    ]
}

/// What was provoked: mutation, type of failure, code.
type Failure = (String, String, String);

/// What failed, each with a type that has its code.
fn failures(mutation: &str, payload: &Value) -> Vec<Failure> {
    let errors = payload["userErrors"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let errors = errors.map(|error| {
        let (ty, code) = (text(&error["__typename"]), text(&error["code"]));
        assert!(ty.ends_with(type_of(&code)), "{mutation}: {code} is a {ty}");
        (mutation.to_owned(), ty, code)
    });
    errors.collect()
}

/// How the types end that have a code.
fn type_of(code: &str) -> &'static str {
    match code {
        "TAKEN" => "TakenError",
        "BLANK" | "TOO_SHORT" | "TOO_LONG" | "INVALID_FORMAT" | "TOO_WEAK" => {
            "StringConstraintError"
        }
        "TOO_FEW_ITEMS" | "TOO_MANY_ITEMS" => "ListSizeError",
        "DUPLICATE_ITEM" | "CONTRADICTORY_ITEM" => "DuplicateItemsError",
        "NOT_FOUND" | "WRONG_TYPE" => "NodesNotFoundError",
        "STALE_VERSION" => "StaleVersionError",
        "OUT_OF_SCOPE" => "OutOfScopeError",
        "WOULD_LOCK_OUT" => "LockoutError",
        "PROTECTED" | "IN_USE" => "ProtectedError",
        "INVALID_CREDENTIALS" | "RATE_LIMITED" => "SignInError",
        _ => panic!("no type is known for {code}"),
    }
}

/// Provokes everything that one table says, and gives all that failed.
async fn provoke(app: &TestApp, scene: &Scene, table: Vec<Provocation>) -> Vec<Failure> {
    let limited = app.user_with("limited", &LIMITED).await;
    let mut found = Vec::new();
    for (mutation, code, input) in table {
        let client = if code == "OUT_OF_SCOPE" { limited.clone() } else { app.admin() };
        let failed = failures(mutation, &payload(&client, mutation, scene.fill(&input)).await);
        let codes: Vec<&str> = failed.iter().map(|(_, _, code)| code.as_str()).collect();
        assert!(codes.contains(&code), "{mutation} {code}: {codes:?}");
        found.extend(failed);
    }
    found
}

/// A scene with what the tables mention beside it.
async fn arrange(app: &TestApp) -> Scene {
    let admin = app.admin();
    let mut scene = Scene::whole(&admin).await;
    let administrators = group_id(&admin, "Administrators").await;
    let carried = admin.create_role("Carried", &[]).await;
    done(&admin, "updateGroup", json!({ "id": administrators, "addRoleIds": [carried] })).await;
    let lock = admin.create_role("Lock", &["!acl/role/index"]).await;
    scene.know("$lockGroup", &admin.create_group("Lock", &[&lock]).await);
    scene.know("$lockRole", &lock);
    scene.know("$carried", &carried);
    scene.know("$administrators", &administrators);
    scene.know("$me", &own_id(&admin).await);
    scene.know("$root", &admin.root_role().await);
    scene
}

/// What takes more than one input to provoke.
async fn provoke_apart(app: &TestApp) -> Vec<Failure> {
    let admin = app.admin();
    let (root, me) = (admin.root_role().await, own_id(&admin).await);
    let second = json!({ "title": "Second", "roleIds": [root], "userIds": [me] });
    let second = done(&admin, "createGroup", second).await["group"]["id"].take();
    let first = group_id(&admin, "Administrators").await;
    done(&admin, "updateGroup", json!({ "id": first, "removeUserIds": [me] })).await;
    let delete = payload(&admin, "deleteGroup", json!({ "id": second, "force": true })).await;
    let sovereign = app.user_with("sovereign", &["*/*/*"]).await;
    let input = json!({ "id": me, "status": "BLOCKED" });
    let block = payload(&sovereign, "setUserStatus", input).await;
    for number in 1..100 {
        let input = json!({ "name": format!("Token {number}") });
        done(&sovereign, "createApiToken", input).await;
    }
    let token = payload(&sovereign, "createApiToken", json!({ "name": "Too many" })).await;
    let mut found = failures("deleteGroup", &delete);
    found.extend(failures("setUserStatus", &block));
    found.extend(failures("createApiToken", &token));
    for _ in 0..11 {
        let input = json!({ "email": "nobody@example.org", "password": "x" });
        found.extend(failures("signIn", &payload(&admin, "signIn", input).await));
    }
    found
}

/// The pairs of mutation and concrete type that the schema declares, and the codes.
fn declared() -> (BTreeSet<(String, String)>, BTreeSet<String>) {
    let document = parse_schema(include_str!("../../schema.graphql")).expect("a schema");
    let (mut mutations, mut concrete, mut codes) = (Vec::new(), Vec::new(), BTreeSet::new());
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::Enum(it) if name == "UserErrorCode" => {
                codes.extend(it.values.into_iter().map(|value| value.node.value.node.to_string()));
            }
            TypeKind::Object(it) => {
                let implements = it.implements.iter().map(|name| name.node.to_string());
                concrete.push((name.clone(), implements.collect::<Vec<_>>()));
                let fields = it.fields.into_iter().map(|field| field.node);
                for field in fields.filter(|field| field.name.node == "userErrors") {
                    let ty = field.ty.node.to_string();
                    let mutation = name.strip_suffix("Payload").expect("a payload");
                    let (first, rest) = mutation.split_at(1);
                    let mutation = format!("{}{rest}", first.to_lowercase());
                    mutations.push((mutation, ty.trim_matches(['[', ']', '!']).to_owned()));
                }
            }
            _ => {}
        }
    }
    let pairs = mutations.iter().flat_map(|(mutation, interface)| {
        let theirs = concrete.iter().filter(|(_, implements)| implements.contains(interface));
        theirs.map(|(ty, _)| (mutation.clone(), ty.clone()))
    });
    (pairs.collect(), codes)
}

api_tests! {
    async fn every_declared_failure_happens_and_no_other(app) {
        let scene = arrange(app).await;
        let tables = [of_roles(), of_groups(), of_users(), of_tokens(), of_sessions()].concat();
        let mut found = provoke(app, &scene, tables).await;
        found.extend(provoke_apart(app).await);
        let pairs = found.iter().map(|(mutation, ty, _)| (mutation.clone(), ty.clone()));
        let pairs: BTreeSet<_> = pairs.collect();
        let codes: BTreeSet<String> = found.into_iter().map(|(_, _, code)| code).collect();
        let (declared_pairs, declared_codes) = declared();
        let (never, undeclared): (Vec<_>, Vec<_>) = (
            declared_pairs.difference(&pairs).collect(),
            pairs.difference(&declared_pairs).collect(),
        );
        assert!(never.is_empty(), "declared and never provoked: {never:#?}");
        assert!(undeclared.is_empty(), "provoked and not declared: {undeclared:#?}");
        assert_eq!(codes, declared_codes);
    }
}
