//! Nobody locks everyone out, and what the system leans on stays as it is.

use futures_util::future::join;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::client::rule_input;
use crate::support::guarding::{done, enrol, group_id, own_id, picture, refusal, role_id, rule_id};
use crate::support::{Client, TestApp};

/// What an administrator must be able to do.
const API: [&str; 14] = [
    "acl/role/index",
    "acl/role/create",
    "acl/role/update",
    "acl/role/delete",
    "acl/group/index",
    "acl/group/create",
    "acl/group/update",
    "acl/group/delete",
    "user/user/index",
    "user/user/create",
    "user/user/update",
    "user/user/delete",
    "user/token/create",
    "audit/event/index",
];

fn lock_out() -> Value {
    json!([{
        "__typename": "LockoutError",
        "message": "Afterwards nobody could administer the system any more.",
        "code": "WOULD_LOCK_OUT",
        "path": [],
    }])
}

/// Says that a mutation would lock everyone out, and that nothing is written.
async fn locks_out(client: &Client, mutation: &str, input: Value) {
    let before = picture(client).await;
    let errors = refusal(client, mutation, input.clone()).await;
    assert_eq!(errors, lock_out(), "{mutation} {input}");
    assert_eq!(picture(client).await, before, "{mutation} {input}");
}

/// The group of the administrators, and the first of them.
async fn administrators(app: &TestApp) -> (String, String) {
    let admin = app.admin();
    (group_id(&admin, "Administrators").await, own_id(&admin).await)
}

/// Another administrator, with a credential.
async fn second(app: &TestApp) -> (Client, String) {
    let client = app.user_with("second", &[]).await;
    let (group, id) = (group_id(&app.admin(), "Administrators").await, own_id(&client).await);
    done(&app.admin(), "updateGroup", json!({ "id": group, "addUserIds": [id] })).await;
    (client, id)
}

/// Someone who may do everything, but not by the root role.
async fn sovereign(app: &TestApp) -> Client {
    app.user_with("sovereign", &["*/*/*"]).await
}

/// Every way to give the only administrator a rule. `carried` is a role of the administrators' group.
async fn ways(admin: &Client, carried: &str, rule: &str) -> Vec<(&'static str, Value)> {
    let (me, root) = (own_id(admin).await, admin.root_role().await);
    let administrators = group_id(admin, "Administrators").await;
    let role = admin.create_role(rule, &[rule]).await;
    let group = admin.create_group(rule, &[&role]).await;
    let rules = [rule_input(rule)];
    vec![
        ("createGroup", json!({ "title": "New", "roleIds": [role], "userIds": [me] })),
        ("updateGroup", json!({ "id": administrators, "addRoleIds": [role] })),
        ("updateGroup", json!({ "id": administrators, "roleIds": [root, role] })),
        ("updateGroup", json!({ "id": group, "addUserIds": [me] })),
        ("updateUser", json!({ "id": me, "addGroupIds": [group] })),
        ("updateUser", json!({ "id": me, "groupIds": [administrators, group] })),
        ("updateRole", json!({ "id": carried, "addRules": rules })),
        ("updateRole", json!({ "id": carried, "rules": rules })),
    ]
}

async fn carried(app: &TestApp) -> String {
    let admin = app.admin();
    let carried = admin.create_role("Carried", &["shop/order/view"]).await;
    let group = group_id(&admin, "Administrators").await;
    done(&admin, "updateGroup", json!({ "id": group, "addRoleIds": [carried] })).await;
    carried
}

api_tests! {
    async fn the_last_administrator_does_not_leave(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let role = admin.create_role("Empty", &[]).await;
        let other = admin.create_group("Others", &[&role]).await;
        done(&admin, "updateUser", json!({ "id": me, "addGroupIds": [other] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
        locks_out(&admin, "updateUser", json!({ "id": me, "removeGroupIds": [group] })).await;
        locks_out(&admin, "updateUser", json!({ "id": me, "groupIds": [other] })).await;
        let sovereign = sovereign(app).await;
        locks_out(&sovereign, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
        locks_out(&sovereign, "updateUser", json!({ "id": me, "groupIds": [other] })).await;
    }

    async fn the_last_administrator_is_not_blocked_or_deleted_by_someone_who_may_do_everything(app) {
        let (_, me) = administrators(app).await;
        let sovereign = sovereign(app).await;
        for status in ["BLOCKED", "DELETED"] {
            locks_out(&sovereign, "setUserStatus", json!({ "id": me, "status": status })).await;
        }
    }

    async fn the_root_role_counts_through_whatever_group(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let (root, role) = (admin.root_role().await, admin.create_role("Empty", &[]).await);
        let input = json!({ "title": "Second", "roleIds": [root, role], "userIds": [me] });
        let second = done(&admin, "createGroup", input).await["group"]["id"].take();
        done(&admin, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": second, "removeRoleIds": [root] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": second, "roleIds": [role] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": second, "removeUserIds": [me] })).await;
        locks_out(&admin, "deleteGroup", json!({ "id": second, "force": true })).await;
        let errors = refusal(&admin, "deleteGroup", json!({ "id": second })).await;
        assert_eq!(codes(&errors), json!([" WOULD_LOCK_OUT", "input.id IN_USE"]));
        done(&admin, "updateGroup", json!({ "id": group, "addUserIds": [me] })).await;
        done(&admin, "deleteGroup", json!({ "id": second, "force": true })).await;
    }

    async fn who_is_not_active_administers_nothing(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let second = enrol(&admin, "second", &[&group]).await;
        let leave = json!({ "id": group, "removeUserIds": [me] });
        for status in ["BLOCKED", "DELETED"] {
            done(&admin, "setUserStatus", json!({ "id": second, "status": status })).await;
            locks_out(&admin, "updateGroup", leave.clone()).await;
        }
        done(&admin, "setUserStatus", json!({ "id": second, "status": "ACTIVE" })).await;
        done(&admin, "updateGroup", leave).await;
        assert_eq!(
            admin.failures("{ groups { totalCount } }", json!({})).await,
            json!([["FORBIDDEN", "acl/group/index"]])
        );
    }

    async fn who_is_denied_some_of_it_administers_nothing(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let second = enrol(&admin, "second", &[&group]).await;
        let role = admin.create_role("Denial", &["!user/token/*"]).await;
        let denied = admin.create_group("Denied", &[&role]).await;
        done(&admin, "updateGroup", json!({ "id": denied, "addUserIds": [second] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
        locks_out(&admin, "updateGroup", json!({ "id": denied, "addUserIds": [me] })).await;
        done(&admin, "deleteGroup", json!({ "id": denied, "force": true })).await;
        done(&admin, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
    }

    async fn no_access_that_the_api_requires_is_denied_to_the_last_administrator_in_any_way(app) {
        let (admin, carried) = (app.admin(), carried(app).await);
        for access in API {
            let ways = ways(&admin, &carried, &format!("!{access}")).await;
            let before = picture(&admin).await;
            for (mutation, mut input) in ways {
                let errors = refusal(&admin, mutation, input.clone()).await;
                assert_eq!(errors, lock_out(), "{mutation} {input}");
                input["validateOnly"] = json!(true);
                assert_eq!(refusal(&admin, mutation, input).await, errors, "{mutation} rehearsed");
            }
            assert_eq!(picture(&admin).await, before, "{access}");
        }
    }

    async fn no_wildcard_denies_it_either(app) {
        let (admin, carried) = (app.admin(), carried(app).await);
        for rule in ["!*/*/*", "!acl/*/*", "!*/event/*", "!*/*/create", "!*/role/index", "!user/*/update"] {
            for (mutation, input) in ways(&admin, &carried, rule).await {
                let errors = refusal(&admin, mutation, input.clone()).await;
                assert_eq!(errors, lock_out(), "{mutation} {input}");
            }
        }
    }

    async fn whoever_keeps_a_role_of_the_administrators_locks_nobody_out(app) {
        let carried = carried(app).await;
        let keeper = app.user_with("keeper", &["acl/*/*", "shop/*/*"]).await;
        let before = picture(&app.admin()).await;
        let input = json!({ "id": carried, "addRules": [rule_input("!acl/role/index")] });
        assert_eq!(refusal(&keeper, "updateRole", input).await, lock_out());
        assert_eq!(picture(&app.admin()).await, before);
        app.administrator("second").await;
        let input = json!({ "id": carried, "addRules": [rule_input("!*/*/*")] });
        assert_eq!(refusal(&keeper, "updateRole", input).await, lock_out());
        let input = json!({ "id": carried, "addRules": [rule_input("shop/order/edit")] });
        done(&keeper, "updateRole", input).await;
    }

    async fn whatever_else_may_be_denied_to_the_last_administrator(app) {
        let (admin, carried) = (app.admin(), carried(app).await);
        for rule in ["!shop/*/*", "!acl/role/export", "!ACL/role/index", "!*/order/*"] {
            for (mutation, mut input) in ways(&admin, &carried, rule).await {
                input["validateOnly"] = json!(true);
                done(&admin, mutation, input).await;
            }
        }
    }

    async fn a_lock_out_is_told_beside_every_other_fault(app) {
        let (admin, carried) = (app.admin(), carried(app).await);
        let (group, me) = administrators(app).await;
        let input = json!({
            "id": group, "expectedVersion": 99, "title": "", "addRoleIds": ["x"],
            "removeUserIds": [me, "nobody"],
        });
        let expected = json!([
            " WOULD_LOCK_OUT", "input.addRoleIds NOT_FOUND", "input.expectedVersion STALE_VERSION",
            "input.removeUserIds NOT_FOUND", "input.title BLANK",
        ]);
        assert_eq!(codes(&refusal(&admin, "updateGroup", input).await), expected);
        let input = json!({
            "id": carried, "expectedVersion": 99, "name": "administrator",
            "addRules": [rule_input("!acl/*/*"), rule_input("a/b/")],
        });
        let expected = json!([
            " WOULD_LOCK_OUT", "input.addRules.1.action BLANK", "input.expectedVersion STALE_VERSION",
            "input.name TAKEN",
        ]);
        assert_eq!(codes(&refusal(&admin, "updateRole", input).await), expected);
        let input = json!({ "id": me, "email": "x", "removeGroupIds": [group] });
        let expected = json!([
            " WOULD_LOCK_OUT", "input.email INVALID_FORMAT", "input.removeGroupIds TOO_FEW_ITEMS",
        ]);
        assert_eq!(codes(&refusal(&admin, "updateUser", input).await), expected);
    }

    async fn administrators_come_and_go_as_long_as_one_stays(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let (second, id) = second(app).await;
        let both = json!({ "id": group, "removeUserIds": [me, id] });
        locks_out(&admin, "updateGroup", both).await;
        done(&second, "setUserStatus", json!({ "id": me, "status": "BLOCKED" })).await;
        locks_out(&second, "updateGroup", json!({ "id": group, "removeUserIds": [id] })).await;
        done(&second, "updateGroup", json!({ "id": group, "removeUserIds": [me] })).await;
    }

    async fn of_two_administrators_who_remove_each_other_one_stays(app) {
        let (group, me) = administrators(app).await;
        let (second, id) = second(app).await;
        let other = app.another().await;
        let (a, b) = join(
            app.admin().run(
                &crate::support::guarding::document("updateGroup"),
                json!({ "input": { "id": group, "removeUserIds": [id] } }),
            ),
            second.on(&other).run(
                &crate::support::guarding::document("updateGroup"),
                json!({ "input": { "id": group, "removeUserIds": [me] } }),
            ),
        )
        .await;
        let query = "query($id: ID!) { viewer { user { id } } group(id: $id) { userCount } }";
        let done = |answer: &Value| answer["data"]["updateGroup"]["userErrors"] == json!([]);
        assert_ne!(done(&a), done(&b), "{a:#} {b:#}");
        let left = if done(&a) { app.admin() } else { second };
        let data = left.data(query, json!({ "id": group })).await;
        assert_eq!(data["group"]["userCount"], json!(1));
    }
}

/// Says that something is protected, and that nothing is written.
async fn is_protected(admin: &Client, mutation: &str, input: Value, path: &str, subject: &str) {
    let before = picture(admin).await;
    let mut errors = refusal(admin, mutation, input.clone()).await;
    assert!(errors[0]["message"].take().is_string());
    let expected = json!([{
        "__typename": "ProtectedError", "message": null, "code": "PROTECTED", "path": ["input", path],
        "subject": { "id": subject }, "usedBy": null,
    }]);
    assert_eq!(errors, expected, "{mutation} {input}");
    assert_eq!(picture(admin).await, before, "{mutation} {input}");
}

/// Gives the only administrator the root role through another group, too.
async fn spare_group(app: &TestApp) {
    let (admin, me) = (app.admin(), own_id(&app.admin()).await);
    let input = json!({ "title": "Spare", "roleIds": [admin.root_role().await], "userIds": [me] });
    done(&admin, "createGroup", input).await;
}

api_tests! {
    async fn the_root_role_is_changed_in_no_way(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let rule = rule_id(&admin, &root, "*/*/*").await;
        let changes = [
            json!({ "id": root, "name": "Other" }),
            json!({ "id": root, "description": "" }),
            json!({ "id": root, "addRules": [rule_input("shop/order/view")] }),
            json!({ "id": root, "addRules": [rule_input("!shop/order/view")] }),
            json!({ "id": root, "removeRuleIds": [rule] }),
            json!({ "id": root, "rules": [] }),
            json!({ "id": root, "name": "Other", "validateOnly": true }),
        ];
        for input in changes {
            is_protected(&admin, "updateRole", input, "id", &root).await;
        }
        let errors = refusal(&admin, "deleteRole", json!({ "id": root })).await;
        assert_eq!(codes(&errors), json!(["input.id IN_USE", "input.id PROTECTED"]));
    }

    async fn the_administrators_group_is_not_deleted_and_keeps_its_role(app) {
        spare_group(app).await;
        let admin = app.admin();
        let (group, root) = (administrators(app).await.0, admin.root_role().await);
        let role = admin.create_role("Empty", &[]).await;
        done(&admin, "updateGroup", json!({ "id": group, "addRoleIds": [role] })).await;
        let input = json!({ "id": group, "force": true });
        is_protected(&admin, "deleteGroup", input, "id", &group).await;
        let input = json!({ "id": group, "removeRoleIds": [root] });
        is_protected(&admin, "updateGroup", input, "removeRoleIds", &group).await;
        let input = json!({ "id": group, "removeRoleIds": [root], "validateOnly": true });
        is_protected(&admin, "updateGroup", input, "removeRoleIds", &group).await;
        let input = json!({ "id": group, "roleIds": [role] });
        is_protected(&admin, "updateGroup", input, "roleIds", &group).await;
        let errors = refusal(&admin, "deleteGroup", json!({ "id": group })).await;
        assert_eq!(codes(&errors), json!(["input.id IN_USE", "input.id PROTECTED"]));
    }

    async fn whatever_else_the_administrators_group_has_may_change(app) {
        let admin = app.admin();
        let (group, me) = administrators(app).await;
        let (root, role) = (admin.root_role().await, admin.create_role("Empty", &[]).await);
        let second = enrol(&admin, "second", &[&group]).await;
        let changes = [
            json!({ "id": group, "title": "Bosses", "description": "" }),
            json!({ "id": group, "addRoleIds": [role] }),
            json!({ "id": group, "removeRoleIds": [role] }),
            json!({ "id": group, "roleIds": [role, root] }),
            json!({ "id": group, "roleIds": [root] }),
            json!({ "id": group, "removeUserIds": [second] }),
            json!({ "id": group, "addUserIds": [second], "removeUserIds": [me] }),
        ];
        for input in changes {
            done(&admin, "updateGroup", input).await;
        }
    }

    async fn nobody_blocks_or_deletes_themselves(app) {
        let (admin, _) = second(app).await;
        let me = own_id(&admin).await;
        for status in ["BLOCKED", "DELETED"] {
            let input = json!({ "id": me, "status": status });
            is_protected(&admin, "setUserStatus", input, "id", &me).await;
        }
        let first = own_id(&app.admin()).await;
        done(&admin, "setUserStatus", json!({ "id": first, "status": "BLOCKED" })).await;
        let errors = refusal(&admin, "setUserStatus", json!({ "id": me, "status": "BLOCKED" })).await;
        assert_eq!(codes(&errors), json!([" WOULD_LOCK_OUT", "input.id PROTECTED"]));
    }

    async fn what_is_protected_and_above_is_told_as_both(app) {
        let keeper = app.user_with("keeper", &["acl/*/*"]).await;
        spare_group(app).await;
        let (group, root) = (administrators(app).await.0, role_id(&app.admin(), "administrator").await);
        let errors = refusal(&keeper, "updateRole", json!({ "id": root, "name": "Mine" })).await;
        assert_eq!(codes(&errors), json!(["input.id OUT_OF_SCOPE", "input.id PROTECTED"]));
        let errors = refusal(&keeper, "deleteGroup", json!({ "id": group, "force": true })).await;
        assert_eq!(codes(&errors), json!(["input.id OUT_OF_SCOPE", "input.id PROTECTED"]));
    }
}
