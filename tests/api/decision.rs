//! May this user do that, and why: the decision as the API tells it.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::client::rule_input;
use crate::support::guarding::{done, enrol, own_id, role_id, rule_id};
use crate::support::{Client, TestApp};

const ACCESS: &str = "query($user: ID!, $b: String!, $c: String!, $a: String!) { user(id: $user) {
    access(bundle: $b, controller: $c, action: $a) {
        allowed reason
        decidedBy { rule { bundle controller action permission } role { name } group { title } }
    }
} }";

/// Groups with their roles with their rules; an access, what comes of it, and who decided:
/// `group > role > rule`.
type Case = (
    &'static [(&'static str, &'static [(&'static str, &'static [&'static str])])],
    &'static str,
    &'static str,
    &'static [&'static str],
);

const SHOP: (&str, &[(&str, &[&str])]) = ("Shop", &[("all", &["shop/*/*"])]);

#[rustfmt::skip]
const CASES: [Case; 21] = [
    (&[SHOP], "shop/order/view", "ALLOWED", &["Shop > all > shop/*/*"]),
    (&[SHOP], "cms/order/view", "NO_MATCHING_RULE", &[]),
    (&[SHOP, ("No", &[("no", &["!shop/order/refund"])])], "shop/order/refund", "DENIED_BY_RULE", &["No > no > !shop/order/refund"]),
    (&[SHOP, ("No", &[("no", &["!shop/order/refund"])])], "shop/order/view", "ALLOWED", &["Shop > all > shop/*/*"]),
    (&[("Yes", &[("yes", &["shop/order/view"])]), ("No", &[("no", &["!*/*/*"])])], "shop/order/view", "DENIED_BY_RULE", &["No > no > !*/*/*"]),
    (&[("One", &[("yes", &["shop/order/view"]), ("no", &["!shop/order/*"])])], "shop/order/view", "DENIED_BY_RULE", &["One > no > !shop/order/*"]),
    (&[("One", &[("both", &["shop/order/view", "!shop/order/view"])])], "shop/order/view", "DENIED_BY_RULE", &["One > both > !shop/order/view"]),
    (&[("A", &[("a", &["!*/order/*", "shop/*/*"])]), ("B", &[("b", &["!shop/*/view", "*/*/*"])])], "shop/order/view", "DENIED_BY_RULE", &["A > a > !*/order/*", "B > b > !shop/*/view"]),
    (&[("A", &[("a", &["*/*/*", "*/*/view", "*/order/*", "*/order/view", "shop/*/*", "shop/*/view", "shop/order/*", "shop/order/view"])])], "shop/order/view", "ALLOWED",
        &["A > a > */*/*", "A > a > */*/view", "A > a > */order/*", "A > a > */order/view", "A > a > shop/*/*", "A > a > shop/*/view", "A > a > shop/order/*", "A > a > shop/order/view"]),
    (&[("A", &[("a", &["*/*/view", "*/order/*", "shop/*/*", "shop/order/*"])])], "cms/page/edit", "NO_MATCHING_RULE", &[]),
    (&[("A", &[("a", &["*/*/view", "!*/order/*", "shop/*/*"])])], "cms/page/view", "ALLOWED", &["A > a > */*/view"]),
    (&[("A", &[("shared", &["shop/order/*"])]), ("B", &[("shared", &[])])], "shop/order/view", "ALLOWED", &["A > shared > shop/order/*", "B > shared > shop/order/*"]),
    (&[("A", &[("shared", &["!shop/order/*"])]), ("B", &[("shared", &[]), ("yes", &["*/*/*"])])], "shop/order/view", "DENIED_BY_RULE", &["A > shared > !shop/order/*", "B > shared > !shop/order/*"]),
    (&[("A", &[("a", &["shop/order/view"])]), ("B", &[("b", &["shop/order/view"])])], "shop/order/view", "ALLOWED", &["A > a > shop/order/view", "B > b > shop/order/view"]),
    (&[("Empty", &[("empty", &[])])], "shop/order/view", "NO_MATCHING_RULE", &[]),
    (&[], "shop/order/view", "NO_MATCHING_RULE", &[]),
    (&[("A", &[("a", &["shop/order/view"])])], "Shop/order/view", "NO_MATCHING_RULE", &[]),
    (&[("A", &[("a", &["shop/order/view"])])], "shop/order/View", "NO_MATCHING_RULE", &[]),
    (&[("A", &[("a", &["shop/order/view"])])], "*/order/view", "NO_MATCHING_RULE", &[]),
    (&[("A", &[("a", &["shop/order/view"]), ("b", &["*/order/*"])])], "*/order/*", "ALLOWED", &["A > b > */order/*"]),
    (&[("A", &[("a", &["shop/order/view"])])], "shop /order/view", "NO_MATCHING_RULE", &[]),
];

/// The decision for a user with who decided as text, in the order of the alphabet.
async fn access(client: &Client, user: &str, [b, c, a]: [&str; 3]) -> Value {
    let variables = json!({ "user": user, "b": b, "c": c, "a": a });
    let mut data = client.data(ACCESS, variables).await;
    let decision = &mut data["user"]["access"];
    let origins = decision["decidedBy"].as_array().expect("a list").iter().map(|origin| {
        let rule = &origin["rule"];
        let part = |name: &str| rule[name].as_str().unwrap();
        let denial = if part("permission") == "DENY" { "!" } else { "" };
        let (group, role) = (&origin["group"]["title"], &origin["role"]["name"]);
        format!(
            "{} > {} > {denial}{}/{}/{}",
            group.as_str().unwrap(),
            role.as_str().unwrap(),
            part("bundle"),
            part("controller"),
            part("action")
        )
    });
    let mut origins: Vec<String> = origins.collect();
    origins.sort_unstable();
    decision["decidedBy"] = json!(origins);
    decision.take()
}

fn triple(access: &str) -> [&str; 3] {
    let parts: Vec<&str> = access.split('/').collect();
    parts.try_into().expect("three parts")
}

fn decision(reason: &str, origins: &[&str]) -> Value {
    json!({ "allowed": reason == "ALLOWED", "reason": reason, "decidedBy": origins })
}

/// What someone is told about themselves, for many accesses at once.
async fn can_all(client: &Client, accesses: &[[&str; 3]]) -> Value {
    let checks = accesses.iter().map(|[bundle, controller, action]| {
        json!({ "bundle": bundle, "controller": controller, "action": action })
    });
    let checks: Vec<Value> = checks.collect();
    let query = "query($checks: [AccessCheckInput!]!) { viewer { canAll(checks: $checks) } }";
    client.data(query, json!({ "checks": checks })).await["viewer"]["canAll"].take()
}

async fn can(client: &Client, [b, c, a]: [&str; 3]) -> bool {
    let query = "query($b: String!, $c: String!, $a: String!) {
        viewer { can(bundle: $b, controller: $c, action: $a) }
    }";
    let data = client.data(query, json!({ "b": b, "c": c, "a": a })).await;
    data["viewer"]["can"].as_bool().expect("an answer")
}

/// Someone whom only their own rules could tell.
async fn ada(app: &TestApp) -> Client {
    let rules = ["shop/*/*", "!shop/order/refund", "*/*/view", "cms/page/*", "!*/page/delete"];
    app.user_with("ada", &rules).await
}

api_tests! {
    async fn the_table_of_decisions(app) {
        let admin = app.admin();
        let nothing = admin.create_role("nothing", &[]).await;
        let nowhere = admin.create_group("nowhere", &[&nothing]).await;
        for (number, (groups, asked, reason, origins)) in CASES.into_iter().enumerate() {
            let name = |name: &str| format!("{number:02} {name}");
            let mut ids = Vec::new();
            let mut made: Vec<(&str, String)> = Vec::new();
            for (title, roles) in groups {
                let mut carried = Vec::new();
                for (role, rules) in *roles {
                    if !made.iter().any(|(name, _)| name == role) {
                        made.push((*role, admin.create_role(&name(role), rules).await));
                    }
                    let found = made.iter().find(|(name, _)| name == role);
                    carried.push(found.unwrap().1.clone());
                }
                let carried: Vec<&str> = carried.iter().map(String::as_str).collect();
                ids.push(admin.create_group(&name(title), &carried).await);
            }
            let ids: Vec<&str> = ids.iter().map(String::as_str).chain([&*nowhere]).collect();
            let user = enrol(&admin, &format!("user{number}"), &ids).await;
            if groups.is_empty() {
                let input = json!({ "id": nowhere, "removeUserIds": [user] });
                done(&admin, "updateGroup", input).await;
            }
            let mut found = access(&admin, &user, triple(asked)).await;
            for origin in found["decidedBy"].as_array_mut().unwrap() {
                *origin = json!(origin.as_str().unwrap().replace(&name(""), ""));
            }
            assert_eq!(found, decision(reason, origins), "{number}: {groups:?} {asked}");
        }
    }

    async fn who_is_not_active_may_do_nothing_whatever_their_rules_say(app) {
        let admin = app.admin();
        let role = admin.create_role("All", &["*/*/*"]).await;
        let group = admin.create_group("Everything", &[&role]).await;
        let user = enrol(&admin, "ada", &[&group]).await;
        let asked = ["shop", "order", "view"];
        let allowed = decision("ALLOWED", &["Everything > All > */*/*"]);
        assert_eq!(access(&admin, &user, asked).await, allowed);
        for status in ["BLOCKED", "DELETED", "BLOCKED"] {
            done(&admin, "setUserStatus", json!({ "id": user, "status": status })).await;
            let refused = decision("USER_NOT_ACTIVE", &[]);
            assert_eq!(access(&admin, &user, asked).await, refused, "{status}");
        }
        done(&admin, "setUserStatus", json!({ "id": user, "status": "ACTIVE" })).await;
        assert_eq!(access(&admin, &user, asked).await, allowed);
    }

    async fn many_checks_are_answered_in_their_order(app) {
        let ada = ada(app).await;
        let asked = [
            ["shop", "order", "view"], ["shop", "order", "refund"], ["cms", "page", "edit"],
            ["cms", "page", "delete"], ["x", "y", "view"], ["x", "y", "edit"],
            ["shop", "order", "view"],
        ];
        let expected = json!([true, false, true, false, true, false, true]);
        assert_eq!(can_all(&ada, &asked).await, expected);
        assert_eq!(can_all(&ada, &[]).await, json!([]));
        for (asked, expected) in asked.iter().zip(expected.as_array().unwrap()) {
            assert_eq!(json!(can(&ada, *asked).await), *expected, "{asked:?}");
        }
    }

    async fn five_hundred_checks_are_answered_and_no_more(app) {
        let ada = ada(app).await;
        let asked: Vec<[&str; 3]> =
            (0..500).map(|it| ["shop", "order", if it % 3 == 0 { "refund" } else { "view" }]).collect();
        let expected: Vec<bool> = (0..500).map(|it| it % 3 != 0).collect();
        assert_eq!(can_all(&ada, &asked).await, json!(expected));
        let check = json!({ "bundle": "a", "controller": "b", "action": "c" });
        let query = "query($checks: [AccessCheckInput!]!) { viewer { canAll(checks: $checks) } }";
        let failures = ada.failures(query, json!({ "checks": vec![check; 501] })).await;
        assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
    }

    async fn what_one_can_is_what_the_access_of_the_user_says(app) {
        let ada = ada(app).await;
        let mut asked = Vec::new();
        let names = ["shop", "cms", "order", "page", "view", "refund", "delete", "*", "\0", ""];
        for bundle in ["shop", "cms", "*", "x"] {
            for controller in ["order", "page", "*", ""] {
                asked.extend(names.map(|action| [bundle, controller, action]));
            }
        }
        let told = can_all(&ada, &asked).await;
        assert_eq!(told.as_array().unwrap().len(), 160);
        for (asked, told) in asked.chunks(40).zip(told.as_array().unwrap().chunks(40)) {
            let field = |(number, [b, c, a]): (usize, &[&str; 3])| {
                let [b, c, a] = [b, c, a].map(|part| json!(part));
                let arguments = format!("bundle: {b}, controller: {c}, action: {a}");
                format!("a{number}: access({arguments}) {{ allowed }}")
            };
            let fields: Vec<String> = asked.iter().enumerate().map(field).collect();
            let fields = fields.join(" ");
            let data = ada.data(&format!("{{ viewer {{ user {{ {fields} }} }} }}"), json!({})).await;
            for (number, (asked, told)) in asked.iter().zip(told).enumerate() {
                let access = &data["viewer"]["user"][format!("a{number}")]["allowed"];
                assert_eq!(access, told, "{asked:?}");
            }
        }
    }

    async fn hostile_names_are_names_like_any_other(app) {
        let (nothing, everything) =
            (app.user_with("nothing", &["shop/order/view"]).await, app.user_with("everything", &["*/*/*"]).await);
        let long = "x".repeat(10_000);
        let names = [
            "*", "", "\0", &long, "a/b", "shop/order/view", "\u{202e}", "\u{1f600}", "'; DROP TABLE rules; --",
            "%", " shop", "\u{feff}shop", "ｓhop",
        ];
        for name in names {
            for asked in [[name, "order", "view"], ["shop", name, "view"], ["shop", "order", name]] {
                assert!(!can(&nothing, asked).await, "{asked:?}");
                assert!(can(&everything, asked).await, "{asked:?}");
                let user = own_id(&nothing).await;
                let refused = decision("NO_MATCHING_RULE", &[]);
                assert_eq!(access(&app.admin(), &user, asked).await, refused, "{asked:?}");
                let user = own_id(&everything).await;
                let allowed = decision("ALLOWED", &["Group of everything > Role of everything > */*/*"]);
                assert_eq!(access(&app.admin(), &user, asked).await, allowed, "{asked:?}");
            }
        }
    }

    async fn a_change_counts_with_the_next_request(app) {
        let admin = app.admin();
        let ada = app.user_with("ada", &["shop/order/view"]).await;
        let (me, role) = (own_id(&ada).await, role_id(&admin, "Role of ada").await);
        let edit = ["shop", "order", "edit"];
        let told = async || {
            let access = access(&ada, &me, edit).await["allowed"].take();
            (can(&ada, edit).await, access, can_all(&ada, &[edit]).await)
        };
        let expected = |it: bool| (it, json!(it), json!([it]));
        assert_eq!(told().await, expected(false));
        let adding = json!({ "id": role, "addRules": [rule_input("shop/order/*")] });
        done(&admin, "updateRole", adding).await;
        assert_eq!(told().await, expected(true));
        let rule = rule_id(&admin, &role, "shop/order/*").await;
        done(&admin, "updateRole", json!({ "id": role, "removeRuleIds": [rule] })).await;
        assert_eq!(told().await, expected(false));

        let more = admin.create_role("More", &["shop/*/edit"]).await;
        let group = admin.create_group("More", &[&more]).await;
        done(&admin, "updateUser", json!({ "id": me, "addGroupIds": [group] })).await;
        assert_eq!(told().await, expected(true));
        let denial = admin.create_role("Denial", &["!*/*/edit"]).await;
        done(&admin, "updateGroup", json!({ "id": group, "addRoleIds": [denial] })).await;
        assert_eq!(told().await, expected(false));
        done(&admin, "updateGroup", json!({ "id": group, "roleIds": [more] })).await;
        assert_eq!(told().await, expected(true));
        done(&admin, "deleteGroup", json!({ "id": group, "force": true })).await;
        assert_eq!(told().await, expected(false));
    }

    async fn whoever_may_read_users_may_read_their_access_with_its_origins(app) {
        let reader = app.user_with("reader", &["user/user/index"]).await;
        let user = app.user_id("ada", &["shop/order/view"]).await;
        let allowed = decision("ALLOWED", &["Group of ada > Role of ada > shop/order/view"]);
        assert_eq!(access(&reader, &user, ["shop", "order", "view"]).await, allowed);
    }

    async fn everyone_may_read_their_own_access_and_nobody_elses(app) {
        let ada = app.user_with("ada", &["shop/order/view"]).await;
        let me = own_id(&ada).await;
        let allowed = decision("ALLOWED", &["Group of ada > Role of ada > shop/order/view"]);
        assert_eq!(access(&ada, &me, ["shop", "order", "view"]).await, allowed);
        let refused = decision("NO_MATCHING_RULE", &[]);
        assert_eq!(access(&ada, &me, ["shop", "order", "edit"]).await, refused);
        let other = app.user_id("bob", &["shop/order/view"]).await;
        let asked = json!({ "user": other, "b": "shop", "c": "order", "a": "view" });
        assert_eq!(ada.failures(ACCESS, asked).await, json!([["FORBIDDEN", "user/user/index"]]));
    }

    async fn nobody_signed_in_can_nothing_and_is_told_so_by_no_viewer(app) {
        let query = "{ viewer { can(bundle: \"a\", controller: \"b\", action: \"c\") } }";
        assert_eq!(app.nobody().run(query, json!({})).await, json!({ "data": { "viewer": null } }));
    }
}
