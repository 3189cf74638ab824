//! Changing a role: what stays, what goes, what comes, and which rules stay the same.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::changing::{
    Editors, LONG_AGO, age, blank, changes_nothing, editors_with, last_actions, name_taken,
    rehearses, role, rule_ids, stamp, too_long,
};
use crate::support::client::rule_input;
use crate::support::guarding::{done, events, role_id};

const UPDATE: &str = "updateRole";

fn rules(rules: &[&str]) -> Value {
    rules.iter().map(|rule| rule_input(rule)).collect()
}

api_tests! {
    async fn a_change_of_everything_answers_with_all_of_it(app) {
        let editors = Editors::new(app).await;
        let query = "mutation($input: UpdateRoleInput!) { updateRole(input: $input) {
            role {
                id name description rules { id action permission } groups { totalCount } groupCount
                isProtected version
            }
            userErrors { message code path }
            clientMutationId
        } }";
        let [delete, edit, view] = &editors.rules;
        let input = json!({
            "id": editors.id, "expectedVersion": 1, "name": " Writers ", "description": "",
            "addRules": rules(&["cms/page/delete", "!cms/page/*"]), "removeRuleIds": [view],
            "clientMutationId": "8",
        });
        let mut answer = editors.admin.run(query, json!({ "input": input })).await;
        let rules = answer["data"]["updateRole"]["role"]["rules"].as_array_mut().unwrap();
        assert_eq!(rules.len(), 4);
        for new in [0, 1] {
            assert!(!editors.rules.iter().any(|id| rules[new]["id"].take() == **id));
        }
        let expected = json!({ "data": { "updateRole": {
            "role": {
                "id": editors.id, "name": "Writers", "description": null,
                "rules": [
                    { "id": null, "action": "*", "permission": "DENY" },
                    { "id": null, "action": "delete", "permission": "ALLOW" },
                    { "id": delete, "action": "delete", "permission": "DENY" },
                    { "id": edit, "action": "edit", "permission": "ALLOW" },
                ],
                "groups": { "totalCount": 0 }, "groupCount": 0, "isProtected": false, "version": 2,
            },
            "userErrors": [],
            "clientMutationId": "8",
        } } });
        assert_eq!(answer, expected);
    }

    async fn a_role_of_a_new_name_is_found_by_it_and_no_longer_by_the_old_one(app) {
        let editors = Editors::new(app).await;
        editors.set(json!({ "name": "Autoren" })).await;
        let query = "{ new: roleByName(name: \"AUTOREN\") { id } old: roleByName(name: \"Editors\") { id } }";
        let data = editors.admin.data(query, json!({})).await;
        assert_eq!(data, json!({ "new": { "id": editors.id }, "old": null }));
        assert_ne!(editors.admin.create_role("Editors", &[]).await, editors.id);
    }

    async fn a_taken_name_names_the_role_that_holds_it(app) {
        let editors = Editors::new(app).await;
        let holder = editors.admin.create_role("Straße", &[]).await;
        let errors = editors.faults(json!({ "name": "\tSTRASSE" })).await;
        assert_eq!(errors, json!([name_taken("strasse", &holder)]));
    }

    async fn another_spelling_of_its_own_name_is_no_conflict(app) {
        let editors = Editors::new(app).await;
        for (version, name) in [(2, "EDITORS"), (3, "\u{ff25}ditors"), (4, "Editors")] {
            editors.set(json!({ "name": name })).await;
            let expected = editors_with(json!({ "name": name, "version": version }));
            assert_eq!(editors.now().await, expected);
        }
    }

    async fn a_name_is_as_strict_as_that_of_a_new_role(app) {
        let editors = Editors::new(app).await;
        for name in ["", " \u{200b}\t"] {
            assert_eq!(editors.faults(json!({ "name": name })).await, json!([blank("name")]), "{name:?}");
        }
        let errors = editors.faults(json!({ "name": "é".repeat(256) })).await;
        assert_eq!(errors, json!([too_long("name", 255)]));
        for name in ["a\0b", "a\u{202e}b", "a\nb"] {
            let errors = codes(&editors.faults(json!({ "name": name })).await);
            assert_eq!(errors, json!(["input.name INVALID_FORMAT"]), "{name:?}");
        }
        editors.set(json!({ "name": "e\u{301}".repeat(255) })).await;
        assert_eq!(editors.now().await["name"], "é".repeat(255));
    }

    async fn a_description_is_set_left_and_cleared(app) {
        let editors = Editors::new(app).await;
        editors.set(json!({ "description": "  New\r\none " })).await;
        let changed = editors_with(json!({ "description": "New\r\none", "version": 2 }));
        assert_eq!(editors.now().await, changed);
        editors.set(json!({ "description": null, "name": "Left" })).await;
        let left = json!({ "name": "Left", "description": "New\r\none", "version": 3 });
        assert_eq!(editors.now().await, editors_with(left));
        editors.set(json!({ "description": "" })).await;
        let cleared = editors_with(json!({ "name": "Left", "description": null, "version": 4 }));
        assert_eq!(editors.now().await, cleared);
        changes_nothing(&editors.admin, UPDATE, editors.input(json!({ "description": " \n" }))).await;
        let errors = editors.faults(json!({ "description": "x".repeat(1_001) })).await;
        assert_eq!(errors, json!([too_long("description", 1_000)]));
    }

    async fn rules_are_added_and_removed_and_those_that_stay_keep_their_ids(app) {
        let editors = Editors::new(app).await;
        let [delete, edit, view] = &editors.rules;
        editors.set(json!({ "addRules": rules(&["cms/menu/edit", "*/*/view"]) })).await;
        let expected = [
            "ALLOW */*/view", "ALLOW cms/menu/edit", "DENY cms/page/delete", "ALLOW cms/page/edit",
            "ALLOW cms/page/view",
        ];
        assert_eq!(editors.now().await, editors_with(json!({ "rules": expected, "version": 2 })));
        let ids = rule_ids(&editors.admin, &editors.id).await;
        assert_eq!(ids[2..], editors.rules);
        editors.set(json!({ "removeRuleIds": [ids[0], delete, view] })).await;
        let expected = ["ALLOW cms/menu/edit", "ALLOW cms/page/edit"];
        assert_eq!(editors.now().await, editors_with(json!({ "rules": expected, "version": 3 })));
        assert_eq!(rule_ids(&editors.admin, &editors.id).await, [&ids[1], edit].map(String::clone));
        let change = json!({ "addRules": rules(&["cms/page/view"]), "removeRuleIds": ids[1..=1] });
        editors.set(change).await;
        let expected = ["ALLOW cms/page/edit", "ALLOW cms/page/view"];
        assert_eq!(editors.now().await, editors_with(json!({ "rules": expected, "version": 4 })));
        let ids = rule_ids(&editors.admin, &editors.id).await;
        assert_eq!(ids[0], *edit);
        editors.set(json!({ "removeRuleIds": ids })).await;
        assert_eq!(editors.now().await, editors_with(json!({ "rules": [], "version": 5 })));
    }

    async fn rules_are_replaced_and_those_that_stay_keep_their_ids(app) {
        let editors = Editors::new(app).await;
        let [delete, edit, _] = &editors.rules;
        let new = rules(&["!cms/page/edit", "cms/page/edit", "!cms/page/delete"]);
        editors.set(json!({ "rules": new })).await;
        let expected = ["DENY cms/page/delete", "ALLOW cms/page/edit", "DENY cms/page/edit"];
        assert_eq!(editors.now().await, editors_with(json!({ "rules": expected, "version": 2 })));
        let ids = rule_ids(&editors.admin, &editors.id).await;
        assert_eq!(ids[..2], [delete.clone(), edit.clone()]);
        assert!(!editors.rules.contains(&ids[2]));
        editors.set(json!({ "rules": [], "addRules": rules(&["a/b/c"]) })).await;
        assert_eq!(editors.now().await, editors_with(json!({ "rules": ["ALLOW a/b/c"], "version": 3 })));
        editors.set(json!({ "rules": [] })).await;
        assert_eq!(editors.now().await, editors_with(json!({ "rules": [], "version": 4 })));
    }

    async fn a_rule_that_is_gone_is_null_by_its_id(app) {
        let editors = Editors::new(app).await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let [delete, edit, view] = &editors.rules;
        editors.set(json!({ "removeRuleIds": [delete] })).await;
        editors.set(json!({ "rules": rules(&["cms/page/edit"]) })).await;
        let data = editors.admin.data(query, json!({ "ids": [delete, edit, view] })).await;
        assert_eq!(data, json!({ "nodes": [null, { "id": edit }, null] }));
    }

    async fn names_of_rules_differ_in_case(app) {
        let editors = Editors::new(app).await;
        editors.set(json!({ "addRules": rules(&["CMS/page/edit", "cms/Page/edit", "cms/page/EDIT"]) })).await;
        let now = editors.now().await;
        assert_eq!(now["rules"].as_array().unwrap().len(), 6);
        changes_nothing(&editors.admin, UPDATE, editors.input(json!({ "rules": [
            rule_input("cms/Page/edit"), rule_input("cms/page/view"), rule_input("!cms/page/delete"),
            rule_input("CMS/page/edit"), rule_input("cms/page/EDIT"), rule_input("cms/page/edit"),
        ] }))).await;
    }

    async fn a_role_has_500_rules_after_the_change_and_no_more(app) {
        let admin = app.admin();
        let names = |from: usize, to: usize| -> Vec<Value> {
            (from..to).map(|number| rule_input(&format!("shop/order/action-{number:04}"))).collect()
        };
        let input = json!({ "name": "Full", "rules": names(0, 499) });
        let id = done(&admin, "createRole", input).await["role"]["id"].as_str().unwrap().to_owned();
        done(&admin, UPDATE, json!({ "id": id, "addRules": names(499, 500) })).await;
        let ids = rule_ids(&admin, &id).await;
        assert_eq!(ids.len(), 500);
        let change = json!({ "id": id, "addRules": names(500, 600), "removeRuleIds": ids[..100] });
        done(&admin, UPDATE, change).await;
        done(&admin, UPDATE, json!({ "id": id, "rules": names(1_000, 1_500) })).await;
        let after = role(&admin, &id).await;
        assert_eq!(after["rules"].as_array().unwrap().len(), 500);
        assert_eq!(after["rules"][499], "ALLOW shop/order/action-1499");
        assert_eq!(after["version"], 4);
    }

    async fn what_its_rules_allow_counts_with_the_next_request(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &[]).await);
        let role = role_id(&admin, "Role of ada").await;
        let query = "{ groups { totalCount } }";
        let may = json!({ "groups": { "totalCount": 2 } });
        let may_not = json!([["FORBIDDEN", "acl/group/index"]]);
        done(&admin, UPDATE, json!({ "id": role, "addRules": rules(&["acl/group/*"]) })).await;
        assert_eq!(ada.data(query, json!({})).await, may);
        done(&admin, UPDATE, json!({ "id": role, "addRules": rules(&["!acl/*/index"]) })).await;
        assert_eq!(ada.failures(query, json!({})).await, may_not);
        done(&admin, UPDATE, json!({ "id": role, "rules": rules(&["*/*/index"]) })).await;
        assert_eq!(ada.data(query, json!({})).await, may);
        let ids = rule_ids(&admin, &role).await;
        done(&admin, UPDATE, json!({ "id": role, "removeRuleIds": ids })).await;
        assert_eq!(ada.failures(query, json!({})).await, may_not);
    }

    async fn each_change_is_one_version_and_one_event(app) {
        let editors = Editors::new(app).await;
        let changes = [
            (json!({ "name": "Other" }), "role.updated"),
            (json!({ "description": "" }), "role.updated"),
            (json!({ "addRules": rules(&["a/b/c", "a/b/d"]) }), "role.rules_changed"),
            (json!({ "removeRuleIds": editors.rules[..2] }), "role.rules_changed"),
            (json!({ "rules": [] }), "role.rules_changed"),
            (json!({ "name": "All", "description": "x", "rules": rules(&["a/b/c"]) }), "role.updated"),
        ];
        for (index, (change, action)) in changes.into_iter().enumerate() {
            age(app).await;
            let before = events(&editors.admin).await;
            editors.set(change.clone()).await;
            let new = stamp(&editors.admin, &editors.id).await;
            assert_eq!(new["version"], index + 2, "{change}");
            assert!(new["updatedAt"].as_str() > Some(LONG_AGO), "{change} {new}");
            assert_eq!(events(&editors.admin).await, before + 1, "{change}");
            assert_eq!(last_actions(&editors.admin, 1).await, [action], "{change}");
        }
    }

    async fn a_change_of_a_role_is_no_change_of_its_groups(app) {
        let editors = Editors::new(app).await;
        let group = editors.admin.create_group("Web team", &[&editors.id]).await;
        age(app).await;
        editors.set(json!({ "name": "Other", "rules": [] })).await;
        let old = json!({ "version": 1, "updatedAt": LONG_AGO });
        assert_eq!(stamp(&editors.admin, &group).await, old);
    }

    async fn what_changes_nothing_succeeds_and_leaves_no_trace(app) {
        let editors = Editors::new(app).await;
        age(app).await;
        let nothing = [
            json!({}),
            json!({
                "expectedVersion": null, "name": null, "description": null, "rules": null,
                "addRules": null, "removeRuleIds": null, "clientMutationId": null,
            }),
            json!({ "expectedVersion": 1, "name": " Editors\t", "description": "Who writes\n" }),
            json!({ "addRules": [], "removeRuleIds": [] }),
            json!({ "rules": rules(&["cms/page/edit", "!cms/page/delete", "cms/page/view"]) }),
        ];
        for fields in nothing {
            changes_nothing(&editors.admin, UPDATE, editors.input(fields)).await;
            assert_eq!(rule_ids(&editors.admin, &editors.id).await, editors.rules);
        }
        assert_eq!(editors.now().await, editors_with(json!({})));
    }

    async fn a_rule_that_is_left_out_and_added_in_one_call_stays_as_it_is(app) {
        let editors = Editors::new(app).await;
        age(app).await;
        let (most, last) = (rules(&["cms/page/edit", "cms/page/view"]), rules(&["!cms/page/delete"]));
        let fields = json!({ "rules": most, "addRules": last });
        done(&editors.admin, UPDATE, editors.input(fields)).await;
        assert_eq!(editors.now().await, editors_with(json!({})));
        assert_eq!(rule_ids(&editors.admin, &editors.id).await, editors.rules);
        let old = json!({ "version": 1, "updatedAt": LONG_AGO });
        assert_eq!(stamp(&editors.admin, &editors.id).await, old);
    }

    async fn a_rehearsal_writes_nothing_and_gives_nothing(app) {
        let editors = Editors::new(app).await;
        let changes = [
            json!({}),
            json!({ "name": "New", "description": "" }),
            json!({ "rules": [] }),
            json!({ "addRules": rules(&["a/b/c"]), "removeRuleIds": editors.rules }),
        ];
        for fields in changes {
            rehearses(&editors.admin, UPDATE, editors.input(fields)).await;
        }
    }
}
