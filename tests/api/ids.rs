//! Lists of ids in an input: each id is judged, and each kind of fault is told once, with every id it
//! is about.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};

/// Texts that are no id: no base64url, padded, of another length, of an unknown kind, with spare bits.
const MALFORMED: [&str; 8] = [
    "",
    "1",
    "Group:1",
    "R3JvdXA6MQ==",
    "cgGZq8wAAHAAgAAAAAAAAAA=",
    "cgGZq8wAAHAAgAAAAAAAAAF",
    "eAGZq8wAAHAAgAAAAAAAAAA",
    "\0",
];

fn nodes(path: &str, code: &str, kind: &str, ids: &[&str]) -> Value {
    let (noun, message) = match kind {
        "Role" => ("role", "This is not the id of a role."),
        _ => ("user", "This is not the id of a user."),
    };
    let message = match code {
        "NOT_FOUND" => format!("There is no such {noun}."),
        _ => message.to_owned(),
    };
    json!({
        "__typename": "NodesNotFoundError",
        "message": message,
        "code": code,
        "path": ["input", path],
        "expectedType": kind,
        "affectedIds": ids,
    })
}

fn duplicates(path: &str, ids: &[&str]) -> Value {
    json!({
        "__typename": "DuplicateItemsError",
        "message": "The same item stands here more than once.",
        "code": "DUPLICATE_ITEM",
        "path": ["input", path],
        "affectedIds": ids,
    })
}

fn size(path: &str, code: &str, message: &str, [min, max, actual]: [usize; 3]) -> Value {
    json!({
        "__typename": "ListSizeError",
        "message": message,
        "code": code,
        "path": ["input", path],
        "min": min,
        "max": max,
        "actual": actual,
    })
}

api_tests! {
    async fn ids_that_repeat_are_each_told_once(app) {
        let admin = app.admin();
        let (a, b) = (admin.create_role("A", &[]).await, admin.create_role("B", &[]).await);
        let ids = json!([a, b, a, b, a, unknown(Kind::Role)]);
        let errors = admin.group_errors(json!({ "title": "Twice", "roleIds": ids })).await;
        let expected = json!([
            duplicates("roleIds", &[&a, &b]),
            nodes("roleIds", "NOT_FOUND", "Role", &[ids[5].as_str().unwrap()]),
        ]);
        assert_eq!(errors, expected);
    }

    async fn an_unknown_id_that_repeats_is_both_unknown_and_repeated(app) {
        let (role, user, nothing) = (app.admin().root_role().await, unknown(Kind::User), "nothing");
        let input = json!({
            "title": "Twice", "roleIds": [role], "userIds": [nothing, user, nothing, user],
        });
        let expected = json!([
            duplicates("userIds", &[nothing, &user]),
            nodes("userIds", "NOT_FOUND", "User", &[nothing, &user]),
        ]);
        assert_eq!(app.admin().group_errors(input).await, expected);
    }

    async fn malformed_ids_are_unknown_ids(app) {
        let input = json!({ "title": "Malformed", "roleIds": MALFORMED });
        let errors = app.admin().group_errors(input).await;
        assert_eq!(errors, json!([nodes("roleIds", "NOT_FOUND", "Role", &MALFORMED)]));
    }

    async fn ids_of_another_kind_are_told_apart_from_unknown_ones(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        let group = admin.create_group("Real", &[&role]).await;
        let (user, token) = (unknown(Kind::User), unknown(Kind::ApiToken));
        let input = json!({ "title": "Mixed", "roleIds": [group, role, user], "userIds": [role, token] });
        let expected = json!([
            nodes("roleIds", "WRONG_TYPE", "Role", &[&group, &user]),
            nodes("userIds", "WRONG_TYPE", "User", &[&role, &token]),
        ]);
        assert_eq!(admin.group_errors(input).await, expected);
    }

    async fn a_bad_id_is_found_at_each_position(app) {
        let admin = app.admin();
        let good = [admin.create_role("A", &[]).await, admin.create_role("B", &[]).await];
        for bad in [unknown(Kind::Role), "malformed".to_owned()] {
            for position in 0..=good.len() {
                let mut ids = good.to_vec();
                ids.insert(position, bad.clone());
                let errors = admin.group_errors(json!({ "title": "Bad", "roleIds": ids })).await;
                let expected = json!([nodes("roleIds", "NOT_FOUND", "Role", &[&bad])]);
                assert_eq!(errors, expected, "at {position}");
            }
        }
    }

    async fn bad_ids_are_told_in_the_order_they_were_given(app) {
        let admin = app.admin();
        let (first, third, role) = (unknown(Kind::Role), unknown(Kind::Role), admin.root_role().await);
        let ids = json!([first, role, "second", third, "fourth"]);
        let errors = admin.group_errors(json!({ "title": "Bad", "roleIds": ids })).await;
        let bad = [&*first, "second", &*third, "fourth"];
        assert_eq!(errors, json!([nodes("roleIds", "NOT_FOUND", "Role", &bad)]));
    }

    async fn a_group_has_at_least_one_role(app) {
        let errors = app.admin().group_errors(json!({ "title": "None", "roleIds": [] })).await;
        let expected = size("roleIds", "TOO_FEW_ITEMS", "Choose at least one.", [1, 100, 0]);
        assert_eq!(errors, json!([expected]));
    }

    async fn a_group_has_at_most_100_roles(app) {
        let admin = app.admin();
        let mut ids = Vec::new();
        for number in 0..100 {
            ids.push(admin.create_role(&format!("Role {number}"), &[]).await);
        }
        let payload = admin.try_group(json!({ "title": "Full", "roleIds": ids })).await;
        assert_eq!(payload["userErrors"], json!([]));
        ids.push(admin.root_role().await);
        let errors = admin.group_errors(json!({ "title": "Too full", "roleIds": ids })).await;
        let message = "At most 100 are allowed, and these are 101.";
        assert_eq!(errors, json!([size("roleIds", "TOO_MANY_ITEMS", message, [1, 100, 101])]));
    }

    async fn one_mutation_takes_at_most_1000_users(app) {
        let role = app.admin().root_role().await;
        let users: Vec<String> = (0..1_001).map(|_| unknown(Kind::User)).collect();
        let input = json!({ "title": "Crowd", "roleIds": [role], "userIds": users });
        let errors = app.admin().group_errors(input).await;
        // No more is looked up than of the longest list there may be.
        let given: Vec<&str> = users[..1_000].iter().map(String::as_str).collect();
        let message = "At most 1000 are allowed, and these are 1001.";
        let expected = json!([
            nodes("userIds", "NOT_FOUND", "User", &given),
            size("userIds", "TOO_MANY_ITEMS", message, [0, 1_000, 1_001]),
        ]);
        assert_eq!(errors, expected);
    }

    async fn a_role_has_at_most_500_rules(app) {
        let rule = |action: usize| json!({
            "bundle": "b", "controller": "c", "action": action.to_string(), "permission": "ALLOW",
        });
        let admin = app.admin();
        let rules: Vec<Value> = (0..501).map(rule).collect();
        let payload = admin.try_role(json!({ "name": "Full", "rules": rules[..500] })).await;
        assert_eq!(payload["userErrors"], json!([]));
        let errors = admin.role_errors(json!({ "name": "Too full", "rules": rules })).await;
        let message = "At most 500 are allowed, and these are 501.";
        assert_eq!(errors, json!([size("rules", "TOO_MANY_ITEMS", message, [0, 500, 501])]));
    }

    async fn everything_that_is_wrong_is_told_at_once_by_path_then_code(app) {
        let admin = app.admin();
        let above = admin.create_role("Above", &["shop/order/refund"]).await;
        admin.create_group("Taken", &[&above]).await;
        let editor = app.user_with("editor", &["acl/*/*", "user/user/index"]).await;
        let boss = app.user_id("boss", &["*/*/*"]).await;
        let input = json!({
            "title": " TAKEN",
            "description": "a\0b",
            "roleIds": [above, "nothing", boss, above],
            "userIds": [boss, unknown(Kind::User), above],
        });
        let expected = json!([
            "input.description INVALID_FORMAT",
            "input.roleIds DUPLICATE_ITEM",
            "input.roleIds NOT_FOUND",
            "input.roleIds OUT_OF_SCOPE",
            "input.roleIds WRONG_TYPE",
            "input.title TAKEN",
            "input.userIds NOT_FOUND",
            "input.userIds OUT_OF_SCOPE",
            "input.userIds WRONG_TYPE",
        ]);
        assert_eq!(codes(&editor.group_errors(input).await), expected);
    }

    async fn a_blank_title_is_told_beside_empty_roles_and_unknown_users(app) {
        let input = json!({
            "title": "\u{200b}",
            "description": "x".repeat(1_001),
            "roleIds": [],
            "userIds": ["nobody"],
        });
        let expected = json!([
            "input.description TOO_LONG",
            "input.roleIds TOO_FEW_ITEMS",
            "input.title BLANK",
            "input.userIds NOT_FOUND",
        ]);
        assert_eq!(codes(&app.admin().group_errors(input).await), expected);
    }

    async fn everything_that_is_wrong_with_a_role_is_told_at_once(app) {
        app.admin().create_role("Taken", &[]).await;
        let maker = app.user_with("maker", &["acl/role/*", "shop/*/*"]).await;
        let rule = |bundle: &str, action: &str| json!({
            "bundle": bundle, "controller": "*", "action": action, "permission": "ALLOW",
        });
        // Eleven, so that the order of indexes is that of numbers.
        let mut rules: Vec<Value> = (0..9).map(|index| rule("shop", &format!("a{index}"))).collect();
        rules.extend([rule("", "a"), rule("", "sal*"), rule("shop", "a0"), rule("cms", "edit")]);
        rules[2] = rule("sh?p", "a2");
        let input = json!({ "name": "taken", "description": "\u{202e}", "rules": rules });
        let expected = json!([
            "input.description INVALID_FORMAT",
            "input.name TAKEN",
            "input.rules OUT_OF_SCOPE",
            "input.rules.2.bundle INVALID_FORMAT",
            "input.rules.9.bundle BLANK",
            "input.rules.10.action INVALID_FORMAT",
            "input.rules.10.bundle BLANK",
            "input.rules.11 DUPLICATE_ITEM",
        ]);
        assert_eq!(codes(&maker.role_errors(input).await), expected);
    }
}
