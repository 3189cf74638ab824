//! What is wrong with a change of a role, all of it in one answer.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::changing::{
    Editors, contradictory, duplicate, everything, faults, name_taken, not_found, protected,
    rule_ids, stale, too_long, too_many, wrong_type,
};
use crate::support::client::rule_input;
use crate::support::guarding::{LIMITED, done, group_id, out_of_scope, refusal, role_id, rule_id};

const UPDATE: &str = "updateRole";

fn rules(rules: &[&str]) -> Value {
    rules.iter().map(|rule| rule_input(rule)).collect()
}

/// That many rules of different names.
fn many(from: usize, to: usize) -> Vec<Value> {
    (from..to).map(|number| rule_input(&format!("shop/order/action-{number:04}"))).collect()
}

api_tests! {
    async fn what_is_no_role_is_told_as_what_it_is(app) {
        let (admin, editors) = (app.admin(), Editors::new(app).await);
        let unknown = unknown(Kind::Role);
        for id in [&*unknown, "x", "", "\0"] {
            let errors = faults(&admin, UPDATE, json!({ "id": id, "name": "New" })).await;
            assert_eq!(errors, json!([not_found("id", "Role", &[id])]), "{id:?}");
        }
        let group = group_id(&admin, "Administrators").await;
        for id in [&group, &editors.rules[0]] {
            let errors = faults(&admin, UPDATE, json!({ "id": id })).await;
            assert_eq!(errors, json!([wrong_type("id", "Role", &[id])]));
        }
    }

    async fn what_is_wrong_with_the_rest_is_told_beside_an_unknown_role(app) {
        let input = json!({
            "id": "x", "name": "Administrator", "description": "\0", "addRules": rules(&["a/b/c", "a/b/c"]),
            "rules": rules(&["sal*/b/"]),
        });
        let expected = json!([
            "input.addRules.1 DUPLICATE_ITEM", "input.description INVALID_FORMAT", "input.id NOT_FOUND",
            "input.name TAKEN", "input.rules.0.action BLANK", "input.rules.0.bundle INVALID_FORMAT",
        ]);
        assert_eq!(codes(&faults(&app.admin(), UPDATE, input).await), expected);
    }

    async fn a_rule_twice_in_a_list_is_told_where_it_stands_again(app) {
        let editors = Editors::new(app).await;
        for list in ["rules", "addRules"] {
            let fields = json!({ list: rules(&["a/b/c", "!a/b/c", "a/b/d", "a/b/c", "!a/b/c"]) });
            let expected =
                json!([duplicate(&format!("{list}.3"), &[]), duplicate(&format!("{list}.4"), &[])]);
            assert_eq!(editors.faults(fields).await, expected, "{list}");
        }
    }

    async fn a_rule_that_the_role_has_is_not_added_again(app) {
        let editors = Editors::new(app).await;
        let [delete, edit, view] = &editors.rules;
        let fields = json!({ "addRules": rules(&["cms/page/view", "a/b/c", "!cms/page/delete"]) });
        let expected = json!([duplicate("addRules.0", &[view]), duplicate("addRules.2", &[delete])]);
        assert_eq!(editors.faults(fields).await, expected);
        let fields = json!({ "rules": rules(&["cms/page/edit"]), "addRules": rules(&["cms/page/edit"]) });
        assert_eq!(editors.faults(fields).await, json!([duplicate("addRules.0", &[edit])]));
        // What differs in anything is another rule.
        let others = ["!cms/page/view", "CMS/page/view", "cms/*/view"];
        editors.set(json!({ "addRules": rules(&others) })).await;
    }

    async fn no_rule_comes_and_goes_at_once(app) {
        let editors = Editors::new(app).await;
        let [delete, edit, view] = &editors.rules;
        let fields = json!({
            "addRules": rules(&["cms/page/view", "!cms/page/delete"]), "removeRuleIds": [delete, edit, view],
        });
        let expected = json!([contradictory("removeRuleIds", &[delete, view])]);
        assert_eq!(editors.faults(fields).await, expected);
        let fields = json!({
            "rules": rules(&["cms/page/view", "a/b/c"]), "removeRuleIds": [edit, view],
        });
        let expected = json!([contradictory("removeRuleIds", &[view])]);
        assert_eq!(editors.faults(fields).await, expected);
        // What the list of all rules leaves out can be added beside it, and be named as what goes.
        let fields = json!({
            "rules": rules(&["a/b/c"]), "addRules": rules(&["cms/page/edit"]), "removeRuleIds": [delete, view],
        });
        editors.set(fields).await;
        assert_eq!(editors.now().await["rules"], json!(["ALLOW a/b/c", "ALLOW cms/page/edit"]));
    }

    async fn every_part_of_every_rule_is_judged(app) {
        let editors = Editors::new(app).await;
        let long = "x".repeat(65);
        for list in ["rules", "addRules"] {
            let mut given: Vec<Value> = (0..10).map(|it| rule_input(&format!("a/b/{it}"))).collect();
            given.extend([rule_input(&format!("/sal*/{long}")), rule_input("é/b/ c")]);
            let expected = [
                "10.action TOO_LONG", "10.bundle BLANK", "10.controller INVALID_FORMAT",
                "11.action INVALID_FORMAT", "11.bundle INVALID_FORMAT",
            ];
            let expected = expected.map(|fault| format!("input.{list}.{fault}"));
            let errors = editors.faults(json!({ list: given })).await;
            assert_eq!(codes(&errors), json!(expected));
            assert_eq!(errors[0], too_long(&format!("{list}.10.action"), 64));
        }
    }

    async fn what_is_no_rule_of_this_role_is_not_found(app) {
        let editors = Editors::new(app).await;
        let other = editors.admin.create_role("Other", &["cms/page/view"]).await;
        let theirs = rule_id(&editors.admin, &other, "cms/page/view").await;
        let (unknown, view) = (unknown(Kind::Rule), &*editors.rules[2]);
        let ids = [&*theirs, view, "x", &unknown, "", &editors.id, view, "x", &other];
        let expected = json!([
            duplicate("removeRuleIds", &[view, "x"]),
            not_found("removeRuleIds", "Rule", &[&theirs, "x", &unknown, ""]),
            wrong_type("removeRuleIds", "Rule", &[&editors.id, &other]),
        ]);
        assert_eq!(editors.faults(json!({ "removeRuleIds": ids })).await, expected);
        editors.set(json!({ "removeRuleIds": [view] })).await;
        let errors = editors.faults(json!({ "removeRuleIds": [view] })).await;
        assert_eq!(errors, json!([not_found("removeRuleIds", "Rule", &[view])]));
        assert_eq!(rule_ids(&editors.admin, &other).await, [theirs]);
    }

    async fn a_role_has_at_most_500_rules_after_the_change(app) {
        let editors = Editors::new(app).await;
        let fields = json!({ "rules": many(0, 501) });
        assert_eq!(editors.faults(fields).await, json!([too_many("rules", [0, 500, 501])]));
        let fields = json!({ "addRules": many(0, 498) });
        assert_eq!(editors.faults(fields).await, json!([too_many("addRules", [0, 500, 501])]));
        let fields = json!({ "rules": many(0, 300), "addRules": many(300, 501) });
        assert_eq!(editors.faults(fields).await, json!([too_many("addRules", [0, 500, 501])]));
        let fields = json!({ "addRules": many(0, 499), "removeRuleIds": [editors.rules[0]] });
        assert_eq!(editors.faults(fields).await, json!([too_many("addRules", [0, 500, 501])]));
        editors.set(json!({ "addRules": many(0, 498), "removeRuleIds": [editors.rules[0]] })).await;
        let fields = json!({ "addRules": many(500, 501) });
        assert_eq!(editors.faults(fields).await, json!([too_many("addRules", [0, 500, 501])]));
        editors.set(json!({ "name": "Full" })).await;
    }

    async fn a_stale_version_comes_with_what_is_current(app) {
        let editors = Editors::new(app).await;
        editors.set(json!({ "name": "Theirs", "rules": [] })).await;
        for expected in [1, 3, 0, -1, i32::MAX] {
            let errors = editors.faults(json!({ "expectedVersion": expected, "name": "Mine" })).await;
            assert_eq!(errors, json!([stale("role", &editors.id, [expected, 2])]));
        }
        let query = "mutation($input: UpdateRoleInput!) { updateRole(input: $input) {
            role { id }
            userErrors { ... on StaleVersionError {
                current { __typename id ... on Role { name version rules { id } groupCount } }
            } }
        } }";
        let input = editors.input(json!({ "expectedVersion": 1 }));
        let data = editors.admin.data(query, json!({ "input": input })).await;
        let current = json!({
            "__typename": "Role", "id": editors.id, "name": "Theirs", "version": 2, "rules": [],
            "groupCount": 0,
        });
        let expected = json!({ "role": null, "userErrors": [{ "current": current }] });
        assert_eq!(data["updateRole"], expected);
        editors.set(json!({ "expectedVersion": 2, "name": "Mine" })).await;
        assert_eq!(editors.now().await["version"], 3);
    }

    async fn everything_that_is_wrong_is_told_at_once_by_path_then_code(app) {
        let editors = Editors::new(app).await;
        let holder = editors.admin.create_role("Taken", &[]).await;
        let view = &*editors.rules[2];
        let errors = editors.faults(json!({
            "expectedVersion": 9, "name": "TAKEN", "description": "x".repeat(1_001),
            "addRules": rules(&["a/b/c", "cms/page/edit", "a/b/c"]),
            "removeRuleIds": [view, "x", view, editors.id],
            "clientMutationId": "1",
        })).await;
        let expected = json!([
            duplicate("addRules.1", &[&editors.rules[1]]),
            duplicate("addRules.2", &[]),
            too_long("description", 1_000),
            stale("role", &editors.id, [9, 1]),
            name_taken("taken", &holder),
            duplicate("removeRuleIds", &[view]),
            not_found("removeRuleIds", "Rule", &["x"]),
            wrong_type("removeRuleIds", "Rule", &[&editors.id]),
        ]);
        assert_eq!(errors, expected);
    }

    async fn what_is_above_is_told_beside_everything_else(app) {
        let (admin, limited) = (app.admin(), app.user_with("limited", &LIMITED).await);
        let role = admin.create_role("Mixed", &["shop/order/view", "!shop/order/refund"]).await;
        let denial = rule_id(&admin, &role, "!shop/order/refund").await;
        let before = everything(&admin).await;
        let input = json!({
            "id": role, "expectedVersion": 7, "name": "administrator",
            "addRules": rules(&["shop/order/cancel", "shop/order/view"]), "removeRuleIds": ["x", denial],
        });
        let expected = json!([
            "input.addRules OUT_OF_SCOPE", "input.addRules.1 DUPLICATE_ITEM",
            "input.expectedVersion STALE_VERSION", "input.name TAKEN", "input.removeRuleIds NOT_FOUND",
            "input.removeRuleIds OUT_OF_SCOPE",
        ]);
        let errors = refusal(&limited, UPDATE, input).await;
        assert_eq!(codes(&errors), expected);
        assert_eq!(errors[0], out_of_scope("addRules", &[], "shop/order/cancel"));
        assert_eq!(errors[5], out_of_scope("removeRuleIds", &[&denial], "shop/order/refund"));
        assert_eq!(everything(&admin).await, before);
    }

    async fn the_root_role_is_protected_beside_everything_else(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let rule = rule_id(&admin, &root, "*/*/*").await;
        let group = group_id(&admin, "Administrators").await;
        done(&admin, "updateGroup", json!({ "id": group, "title": "Root" })).await;
        let ways = [
            json!({ "name": "Other" }),
            json!({ "description": "Another" }),
            json!({ "rules": rules(&["*/*/*", "a/b/c"]) }),
            json!({ "addRules": rules(&["a/b/c"]) }),
            json!({ "addRules": rules(&["!a/b/c"]) }),
            json!({ "rules": [] }),
            json!({ "removeRuleIds": [rule] }),
            json!({ "expectedVersion": 1, "name": "Other", "description": "", "addRules": rules(&["a/b/c"]) }),
        ];
        for mut input in ways {
            input["id"] = json!(root);
            let errors = faults(&admin, UPDATE, input).await;
            assert_eq!(errors, json!([protected("role", "id", &root)]));
        }
        let editors = Editors::new(app).await;
        let input = json!({
            "id": root, "expectedVersion": 2, "name": "EDITORS", "addRules": rules(&["*/*/*"]),
            "removeRuleIds": ["x"],
        });
        let expected = json!([
            duplicate("addRules.0", &[&rule]),
            stale("role", &root, [2, 1]),
            protected("role", "id", &root),
            name_taken("editors", &editors.id),
            not_found("removeRuleIds", "Rule", &["x"]),
        ]);
        assert_eq!(faults(&admin, UPDATE, input).await, expected);
    }

    async fn a_role_like_the_root_role_is_not_protected(app) {
        let admin = app.admin();
        app.user_with("sovereign", &["*/*/*"]).await;
        let id = role_id(&admin, "Role of sovereign").await;
        done(&admin, UPDATE, json!({ "id": id, "name": "Other", "rules": [] })).await;
    }
}
