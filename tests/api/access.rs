//! What the API requires of who asks, and what nobody may hand out.

use std::time::{Duration, Instant};

use rolecall::domain::id::Kind;
use serde_json::json;

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::guarding::{out_of_scope, own_id};
use crate::support::{Client, TestApp};

/// Puts users into a new group whose new role has some rules.
async fn give(admin: &Client, title: &str, rules: &[&str], users: &[&str]) {
    let role = admin.create_role(title, rules).await;
    let input = json!({ "title": title, "roleIds": [role], "userIds": users });
    assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
}

/// Whether someone may read groups.
async fn reads_groups(client: &Client) -> bool {
    let answer = client.run("{ groups { nodes { id } } }", json!({})).await;
    match answer["errors"][0]["extensions"]["code"].as_str() {
        None => true,
        Some("FORBIDDEN") => false,
        Some(code) => panic!("{code}"),
    }
}

/// Says that someone may not give a role of some rules to a group, and which access they lack for it.
async fn lacks(app: &TestApp, giver: &Client, rules: &[&str], example: &str) {
    let name = format!("{rules:?}");
    let role = app.admin().create_role(&name, rules).await;
    let errors = giver.group_errors(json!({ "title": name, "roleIds": [role] })).await;
    assert_eq!(errors, json!([out_of_scope("roleIds", &[&role], example)]), "{rules:?}");
}

api_tests! {
    async fn a_denial_wins_whatever_another_group_allows(app) {
        let client = app.user_with("ada", &["acl/group/index", "*/*/*"]).await;
        assert!(reads_groups(&client).await);
        give(&app.admin(), "Denial", &["!acl/*/index"], &[&own_id(&client).await]).await;
        assert!(!reads_groups(&client).await);
        let failures = client.failures("{ groups { totalCount } }", json!({})).await;
        assert_eq!(failures, json!([["FORBIDDEN", "acl/group/index"]]));
    }

    async fn rights_of_several_groups_add_up(app) {
        let client = app.user_with("ada", &["acl/role/index"]).await;
        assert!(!reads_groups(&client).await);
        give(&app.admin(), "More", &["acl/group/*"], &[&own_id(&client).await]).await;
        assert!(reads_groups(&client).await);
        assert_eq!(client.names("(filter: { search: \"More\" })").await, ["More"]);
    }

    async fn roles_of_groups_are_forbidden_one_by_one_and_their_siblings_stay(app) {
        let reader = app.user_with("reader", &["acl/group/index"]).await;
        let query = "{ groups { nodes { title roles { name } userCount } } }";
        let mut answer = reader.run(query, json!({})).await;
        for error in answer["errors"].as_array_mut().unwrap() {
            assert_eq!(error["message"].take(), "You need the access acl/role/index for this.");
            error["locations"].take();
        }
        let error = |index: usize| json!({
            "message": null, "locations": null, "path": ["groups", "nodes", index, "roles"],
            "extensions": { "code": "FORBIDDEN", "required": "acl/role/index" },
        });
        let group = |title: &str| json!({ "title": title, "roles": null, "userCount": 1 });
        let expected = json!({
            "data": { "groups": { "nodes": [group("Administrators"), group("Group of reader")] } },
            "errors": [error(0), error(1)],
        });
        assert_eq!(answer, expected);
    }

    async fn a_filter_by_something_requires_the_right_to_read_it(app) {
        let reader = app.user_with("reader", &["acl/group/index"]).await;
        let filters = [
            ("{ groups(filter: { roleIds: [] }) { totalCount } }", "acl/role/index"),
            ("{ groups(filter: { userIds: [] }) { nodes { id } } }", "user/user/index"),
        ];
        for (query, required) in filters {
            let failures = reader.failures(query, json!({})).await;
            assert_eq!(failures, json!([["FORBIDDEN", required]]));
        }
        let reader = app.user_with("another", &["acl/role/index"]).await;
        let query = "{ roles(filter: { groupIds: [] }) { nodes { id } } }";
        assert_eq!(reader.failures(query, json!({})).await, json!([["FORBIDDEN", "acl/group/index"]]));
    }

    async fn what_the_viewer_may_not_see_holds_a_title_without_being_named(app) {
        let admin = app.admin();
        let role = admin.create_role("Empty", &[]).await;
        admin.create_group("Secret", &[&role]).await;
        let maker = app.user_with("maker", &["acl/group/create", "acl/role/index"]).await;
        let errors = maker.group_errors(json!({ "title": "SECRET", "roleIds": [role] })).await;
        let expected = json!([{
            "__typename": "TitleTakenError",
            "message": "A group with this title exists already.",
            "code": "TAKEN",
            "path": ["input", "title"],
            "normalizedValue": "secret",
            "existingGroup": null,
        }]);
        assert_eq!(errors, expected);
    }

    async fn what_the_viewer_may_not_see_holds_a_name_without_being_named(app) {
        let maker = app.user_with("maker", &["acl/role/create"]).await;
        let errors = maker.role_errors(json!({ "name": "administrator" })).await;
        let expected = json!([{
            "__typename": "NameTakenError",
            "message": "A role with this name exists already.",
            "code": "TAKEN",
            "path": ["input", "name"],
            "normalizedValue": "administrator",
            "existingRole": null,
        }]);
        assert_eq!(errors, expected);
    }

    async fn roles_and_users_that_the_viewer_may_not_see_do_not_exist_for_them(app) {
        let role = app.admin().create_role("Empty", &[]).await;
        let user = app.user_id("ada", &[]).await;
        let maker = app.user_with("maker", &["acl/group/create"]).await;
        let me = own_id(&maker).await;
        let unknown = unknown(Kind::Role);
        let input = json!({ "title": "x", "roleIds": [role, unknown], "userIds": [user, me] });
        let errors = maker.group_errors(input).await;
        assert_eq!(codes(&errors), json!(["input.roleIds NOT_FOUND", "input.userIds NOT_FOUND"]));
        assert_eq!(errors[0]["affectedIds"], json!([role, unknown]));
        assert_eq!(errors[1]["affectedIds"], json!([user]));
    }

    async fn nobody_gives_a_group_what_they_lack(app) {
        let giver = app.user_with("giver", &["acl/*/*", "shop/*/*", "!shop/order/refund"]).await;
        lacks(app, &giver, &["*/*/*"], "*/*/*").await;
        lacks(app, &giver, &["shop/*/*"], "shop/order/refund").await;
        lacks(app, &giver, &["shop/order/refund"], "shop/order/refund").await;
        lacks(app, &giver, &["acl/role/index", "cms/*/edit"], "cms/*/edit").await;
        lacks(app, &giver, &["*/order/view", "!cms/*/*"], "*/order/view").await;
    }

    async fn what_one_has_one_may_give(app) {
        let giver = app.user_with("giver", &["acl/*/*", "shop/*/*", "!shop/order/refund"]).await;
        let covered: [&[&str]; 5] = [
            &[], &["shop/order/view"], &["shop/*/*", "!shop/*/refund"], &["!*/*/*"],
            &["acl/role/index", "shop/customer/*"],
        ];
        for rules in covered {
            let name = format!("{rules:?}");
            let role = app.admin().create_role(&name, rules).await;
            let payload = giver.try_group(json!({ "title": name, "roleIds": [role] })).await;
            assert_eq!(payload["userErrors"], json!([]), "{rules:?}");
        }
    }

    async fn every_role_beyond_ones_own_access_is_named(app) {
        let admin = app.admin();
        let giver = app.user_with("giver", &["acl/*/*"]).await;
        let mut roles = Vec::new();
        for rule in ["acl/role/index", "cms/page/edit", "acl/group/create", "shop/order/view"] {
            roles.push(admin.create_role(rule, &[rule]).await);
        }
        let errors = giver.group_errors(json!({ "title": "x", "roleIds": roles })).await;
        let beyond = [&*roles[1], &*roles[3]];
        assert_eq!(errors, json!([out_of_scope("roleIds", &beyond, "cms/page/edit")]));
    }

    async fn nobody_makes_a_role_of_what_they_lack(app) {
        let giver = app.user_with("giver", &["acl/role/*", "!acl/role/delete"]).await;
        let rule = |action: &str| json!({
            "bundle": "acl", "controller": "role", "action": action, "permission": "ALLOW",
        });
        let input = json!({ "name": "x", "rules": [rule("index"), rule("*")] });
        let expected = json!([out_of_scope("rules", &[], "acl/role/delete")]);
        assert_eq!(giver.role_errors(input).await, expected);
        let input = json!({ "name": "x", "rules": [rule("index"), rule("create")] });
        assert_eq!(giver.try_role(input).await["userErrors"], json!([]));
    }

    async fn nobody_touches_users_who_may_do_more(app) {
        let giver = app.user_with("giver", &["acl/*/*", "user/user/index"]).await;
        let role = app.admin().create_role("Empty", &[]).await;
        let peer = app.user_id("peer", &["acl/role/index"]).await;
        let above = app.user_id("above", &["acl/*/*", "shop/*/*"]).await;
        let beyond = app.user_id("beyond", &["*/*/*"]).await;
        let users = json!([above, peer, beyond, own_id(&giver).await]);
        let input = json!({ "title": "x", "roleIds": [role], "userIds": users });
        let expected = json!([out_of_scope("userIds", &[&above, &beyond], "shop/*/*")]);
        assert_eq!(giver.group_errors(input).await, expected);
        let input = json!({ "title": "x", "roleIds": [role], "userIds": [peer] });
        assert_eq!(giver.try_group(input).await["userErrors"], json!([]));
    }

    async fn nobody_locks_everyone_out_not_even_administrators(app) {
        let admin = app.admin();
        let role = admin.create_role("Denial", &["!audit/event/*"]).await;
        let input = json!({ "title": "Denied", "roleIds": [role], "userIds": [own_id(&admin).await] });
        let expected = json!([{
            "__typename": "LockoutError",
            "message": "Afterwards nobody could administer the system any more.",
            "code": "WOULD_LOCK_OUT",
            "path": [],
        }]);
        assert_eq!(admin.group_errors(input.clone()).await, expected);
        give(&admin, "Denial elsewhere", &["!shop/*/*"], &[&own_id(&admin).await]).await;
        app.administrator("second").await;
        assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
    }

    async fn a_lock_out_is_told_beside_everything_else(app) {
        let admin = app.admin();
        let role = admin.create_role("Denial", &["!acl/role/index"]).await;
        let users = json!([own_id(&admin).await, "nobody"]);
        let input = json!({ "title": "administrators", "roleIds": [role], "userIds": users });
        let expected = json!([" WOULD_LOCK_OUT", "input.title TAKEN", "input.userIds NOT_FOUND"]);
        assert_eq!(codes(&admin.group_errors(input).await), expected);
    }

    async fn a_right_that_is_revoked_is_gone_with_the_next_request(app) {
        let client = app.user_with("ada", &["*/*/*"]).await;
        assert!(reads_groups(&client).await);
        give(&app.admin(), "Denial", &["!acl/group/index"], &[&own_id(&client).await]).await;
        assert!(!reads_groups(&client).await);
    }

    async fn a_right_that_is_revoked_is_gone_from_every_other_instance_within_a_second(app) {
        let client = app.user_with("ada", &["*/*/*"]).await;
        let other = app.another().await;
        let there = client.on(&other);
        assert!(reads_groups(&there).await);
        give(&app.admin(), "Denial", &["!acl/group/index"], &[&own_id(&client).await]).await;
        let revoked = Instant::now();
        while reads_groups(&there).await {
            assert!(revoked.elapsed() < Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
