//! Ways to more access than one has: each was an advisory of some product, and each ends at a guard.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::guarding::{
    COVERING, LIMITED, Scene, done, group_id, out_of_scope, own_id, picture, refusal, role_id,
    rule_id,
};
use crate::support::{Client, PASSWORD, TestApp};

const ADMINISTRATORS: &str = "Administrators";

/// Says that a mutation is refused for what these ids carry, and that nothing is written.
async fn is_beyond(
    app: &TestApp,
    client: &Client,
    mutation: &str,
    input: Value,
    (path, ids, example): (&str, &[&str], &str),
) {
    let before = picture(&app.admin()).await;
    let errors = refusal(client, mutation, input.clone()).await;
    assert_eq!(errors, json!([out_of_scope(path, ids, example)]), "{mutation} {input}");
    assert_eq!(picture(&app.admin()).await, before, "{mutation} {input}");
}

async fn can(client: &Client, access: &str) -> bool {
    let parts: Vec<&str> = access.split('/').collect();
    let query = "query($b: String!, $c: String!, $a: String!) {
        viewer { can(bundle: $b, controller: $c, action: $a) }
    }";
    let variables = json!({ "b": parts[0], "c": parts[1], "a": parts[2] });
    client.data(query, variables).await["viewer"]["can"].as_bool().expect("an answer")
}

/// Someone who would have `shop/order/refund`, were it not for a group of its own that denies it: the
/// role and the group that deny.
async fn denied_apart(app: &TestApp) -> (Client, String, String) {
    let admin = app.admin();
    let client = app.user_with("ada", &COVERING).await;
    let role = admin.create_role("Denial", &["shop/order/view", "!shop/order/refund"]).await;
    let empty = admin.create_role("Empty", &[]).await;
    let group = admin.create_group("Denied", &[&empty, &role]).await;
    let joining = json!({ "id": group, "addUserIds": [own_id(&client).await] });
    done(&admin, "updateGroup", joining).await;
    assert!(!can(&client, "shop/order/refund").await);
    (client, role, group)
}

api_tests! {
    async fn nobody_joins_the_administrators_from_either_side(app) {
        let limited = app.user_with("limited", &LIMITED).await;
        let me = own_id(&limited).await;
        let group = group_id(&app.admin(), ADMINISTRATORS).await;
        let root = app.admin().root_role().await;
        let input = json!({ "id": group, "addUserIds": [me] });
        is_beyond(app, &limited, "updateGroup", input, ("id", &[&group], "*/*/*")).await;
        let input = json!({ "id": me, "addGroupIds": [group] });
        is_beyond(app, &limited, "updateUser", input, ("addGroupIds", &[&group], "*/*/*")).await;
        let mine = group_id(&app.admin(), "Group of limited").await;
        let input = json!({ "id": me, "groupIds": [mine, group] });
        is_beyond(app, &limited, "updateUser", input, ("groupIds", &[&group], "*/*/*")).await;
        let input = json!({ "title": "Mine", "roleIds": [root], "userIds": [me] });
        is_beyond(app, &limited, "createGroup", input, ("roleIds", &[&root], "*/*/*")).await;
    }

    async fn nobody_makes_an_administrator(app) {
        let limited = app.user_with("limited", &LIMITED).await;
        let group = group_id(&app.admin(), ADMINISTRATORS).await;
        let plain = group_id(&app.admin(), "Group of limited").await;
        let input = json!({
            "email": "me@example.org", "firstName": "Me", "lastName": "Too", "password": PASSWORD,
            "groupIds": [plain, group],
        });
        is_beyond(app, &limited, "createUser", input, ("groupIds", &[&group], "*/*/*")).await;
    }

    async fn nobody_takes_over_an_administrators_account(app) {
        app.administrator("second").await;
        let limited = app.user_with("limited", &LIMITED).await;
        let admin = own_id(&app.admin()).await;
        let steps = [
            json!({ "id": admin, "password": "staple battery horse correct" }),
            json!({ "id": admin, "email": "me@example.org" }),
            json!({ "id": admin, "addGroupIds": [group_id(&app.admin(), "Group of limited").await] }),
        ];
        for input in steps {
            is_beyond(app, &limited, "updateUser", input, ("id", &[&admin], "*/*/*")).await;
        }
        for status in ["BLOCKED", "DELETED"] {
            let input = json!({ "id": admin, "status": status });
            is_beyond(app, &limited, "setUserStatus", input, ("id", &[&admin], "*/*/*")).await;
        }
    }

    async fn nobody_gives_their_own_group_what_they_lack(app) {
        let limited = app.user_with("limited", &LIMITED).await;
        let admin = app.admin();
        let (root, scene) = (admin.root_role().await, Scene::whole(&admin).await);
        let group = group_id(&admin, "Group of limited").await;
        let role = role_id(&admin, "Role of limited").await;
        let strong = scene.id("$strongRole");
        let input = json!({ "id": group, "addRoleIds": [scene.id("$weakRole"), root, strong] });
        is_beyond(app, &limited, "updateGroup", input, ("addRoleIds", &[&root, strong], "*/*/*")).await;
        let input = scene.fill(&json!({ "id": role, "addRules": ["+shop/order/view", "+*/*/*"] }));
        is_beyond(app, &limited, "updateRole", input, ("addRules", &[], "*/*/*")).await;
    }

    async fn everything_else_can_be_done_to_ones_own_group_and_role(app) {
        let limited = app.user_with("limited", &LIMITED).await;
        let admin = app.admin();
        let scene = Scene::whole(&admin).await;
        let group = group_id(&admin, "Group of limited").await;
        let role = role_id(&admin, "Role of limited").await;
        done(&limited, "updateGroup", json!({
            "id": group, "title": "Ours", "addRoleIds": [scene.id("$weakRole")],
            "addUserIds": [scene.id("$weakUser")],
        })).await;
        let rules = scene.fill(&json!(["+shop/customer/view", "!shop/order/delete"]));
        done(&limited, "updateRole", json!({ "id": role, "name": "Ours", "addRules": rules })).await;
        assert!(can(&limited, "shop/order/view").await);
        assert!(!can(&limited, "shop/order/delete").await);
    }

    async fn nobody_strips_the_denial_from_a_role_of_their_own(app) {
        let limited = app.user_with("limited", &LIMITED).await;
        let role = role_id(&app.admin(), "Role of limited").await;
        let rule = rule_id(&app.admin(), &role, "!shop/order/refund").await;
        let input = json!({ "id": role, "removeRuleIds": [rule] });
        let expected = ("removeRuleIds", &[&*rule][..], "shop/order/refund");
        is_beyond(app, &limited, "updateRole", input, expected).await;
        let before = picture(&app.admin()).await;
        let rules = ["acl/*/*", "user/*/*", "shop/*/*"].map(crate::support::client::rule_input);
        let errors = refusal(&limited, "updateRole", json!({ "id": role, "rules": rules })).await;
        for error in errors.as_array().unwrap() {
            assert_eq!(codes(&json!([error])), json!(["input.rules OUT_OF_SCOPE"]));
        }
        assert_eq!(picture(&app.admin()).await, before);
    }

    async fn nobody_strips_a_denial_from_themselves_by_its_rule(app) {
        let (ada, role, _) = denied_apart(app).await;
        let rule = rule_id(&app.admin(), &role, "!shop/order/refund").await;
        let input = json!({ "id": role, "removeRuleIds": [rule] });
        let expected = ("removeRuleIds", &[&*rule][..], "shop/order/refund");
        is_beyond(app, &ada, "updateRole", input, expected).await;
        let kept = [crate::support::client::rule_input("shop/order/view")];
        for rules in [json!([]), json!(kept)] {
            let input = json!({ "id": role, "rules": rules });
            is_beyond(app, &ada, "updateRole", input, ("rules", &[&rule], "shop/order/refund")).await;
        }
        assert!(!can(&ada, "shop/order/refund").await);
    }

    async fn nobody_strips_a_denial_from_themselves_by_its_role(app) {
        let (ada, role, group) = denied_apart(app).await;
        let empty = role_id(&app.admin(), "Empty").await;
        let input = json!({ "id": group, "removeRoleIds": [role] });
        let expected = ("removeRoleIds", &[&*role][..], "shop/order/refund");
        is_beyond(app, &ada, "updateGroup", input, expected).await;
        let input = json!({ "id": group, "roleIds": [empty] });
        is_beyond(app, &ada, "updateGroup", input, ("roleIds", &[&role], "shop/order/refund")).await;
        let before = picture(&app.admin()).await;
        let errors = refusal(&ada, "deleteRole", json!({ "id": role })).await;
        assert!(codes(&errors).as_array().unwrap().contains(&json!("input.id IN_USE")), "{errors:#}");
        assert_eq!(picture(&app.admin()).await, before);
    }

    async fn nobody_strips_a_denial_from_themselves_by_its_group(app) {
        let (ada, _, group) = denied_apart(app).await;
        let (me, mine) = (own_id(&ada).await, group_id(&app.admin(), "Group of ada").await);
        let refund = "shop/order/refund";
        let input = json!({ "id": group, "removeUserIds": [me] });
        is_beyond(app, &ada, "updateGroup", input, ("removeUserIds", &[&me], refund)).await;
        let input = json!({ "id": me, "removeGroupIds": [group] });
        is_beyond(app, &ada, "updateUser", input, ("removeGroupIds", &[&group], refund)).await;
        let input = json!({ "id": me, "groupIds": [mine] });
        is_beyond(app, &ada, "updateUser", input, ("groupIds", &[&group], refund)).await;
        let input = json!({ "id": group, "force": true });
        is_beyond(app, &ada, "deleteGroup", input, ("id", &[&group], refund)).await;
        assert!(!can(&ada, refund).await);
    }

    async fn a_denial_of_what_one_has_can_be_taken_away(app) {
        let (_, role, group) = denied_apart(app).await;
        let covering = app.user_with("covering", &COVERING).await;
        let rule = rule_id(&app.admin(), &role, "!shop/order/refund").await;
        done(&covering, "updateRole", json!({ "id": role, "removeRuleIds": [rule] })).await;
        done(&covering, "deleteGroup", json!({ "id": group, "force": true })).await;
        done(&covering, "deleteRole", json!({ "id": role })).await;
    }

    async fn a_denial_that_hides_everything_is_not_taken_away(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let me = own_id(&limited).await;
        let role = admin.create_role("Hidden", &["*/*/*", "!*/*/*"]).await;
        let input = json!({ "title": "Nothing", "roleIds": [role], "userIds": [me] });
        done(&app.admin(), "createGroup", input).await;
        assert!(!can(&limited, "shop/order/view").await);
        let deputy = app.user_with("deputy", &LIMITED).await;
        let rule = rule_id(&admin, &role, "!*/*/*").await;
        let input = json!({ "id": role, "removeRuleIds": [rule] });
        is_beyond(app, &deputy, "updateRole", input, ("removeRuleIds", &[&rule], "*/*/*")).await;
        let input = json!({ "id": group_id(&admin, "Nothing").await, "removeUserIds": [me] });
        is_beyond(app, &deputy, "updateGroup", input, ("removeUserIds", &[&me], "*/*/*")).await;
    }

    async fn a_role_below_oneself_may_change_even_where_a_group_above_carries_it(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        let role = scene.id("$weakRole");
        let input = |rule: &str| scene.fill(&json!({ "id": role, "addRules": [rule] }));
        done(&limited, "updateRole", input("+shop/order/archive")).await;
        let beyond = input("+shop/order/cancel");
        is_beyond(app, &limited, "updateRole", beyond, ("addRules", &[], "shop/order/cancel")).await;
        let errors = refusal(&limited, "deleteRole", json!({ "id": role })).await;
        assert_eq!(codes(&errors), json!(["input.id IN_USE"]));
    }

    async fn whoever_is_blocked_or_deleted_stands_where_they_stood(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        let refund = "shop/order/refund";
        for user in ["$blockedUser", "$deletedUser"].map(|name| scene.id(name)) {
            let input = json!({ "id": user, "password": "staple battery horse correct" });
            is_beyond(app, &limited, "updateUser", input, ("id", &[user], refund)).await;
            let input = json!({ "id": user, "status": "ACTIVE" });
            is_beyond(app, &limited, "setUserStatus", input, ("id", &[user], refund)).await;
        }
    }

    async fn who_leaves_their_last_group_may_do_nothing_with_the_next_request(app) {
        let covering = app.user_with("covering", &COVERING).await;
        let group = group_id(&app.admin(), "Group of covering").await;
        let input = json!({ "id": group, "removeUserIds": [own_id(&covering).await] });
        done(&covering, "updateGroup", input).await;
        assert!(!can(&covering, "shop/order/view").await);
        let query = "{ groups { totalCount } }";
        let expected = json!([["FORBIDDEN", "acl/group/index"]]);
        assert_eq!(covering.failures(query, json!({})).await, expected);
    }

    async fn a_rule_that_is_given_today_is_no_way_round_tomorrow(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let me = own_id(&limited).await;
        let role = limited.create_role("Mine", &["shop/order/view"]).await;
        let input = json!({ "title": "Mine", "roleIds": [role], "userIds": [me] });
        done(&limited, "createGroup", input).await;
        let rules = [crate::support::client::rule_input("cms/*/*")];
        let input = json!({ "id": role, "addRules": rules });
        is_beyond(app, &limited, "updateRole", input, ("addRules", &[], "cms/*/*")).await;
        done(&admin, "updateRole", json!({ "id": role, "addRules": rules })).await;
        assert!(can(&limited, "cms/page/edit").await);
        done(&limited, "updateRole", json!({ "id": role, "addRules": [
            crate::support::client::rule_input("cms/page/edit"),
        ] })).await;
    }
}
