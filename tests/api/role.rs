//! Roles and the rules in them.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::client::rule_input;

const ROLE: &str = "name description rules { bundle controller action permission } groupCount \
    isProtected version";

/// Rules of texts like `bundle/controller/action`, with a leading `!` for a denial.
fn rules(rules: &[&str]) -> Value {
    rules.iter().map(|rule| rule_input(rule)).collect()
}

/// Makes a role of some rules and gives what is wrong with it.
async fn rule_errors(client: &Client, texts: &[&str]) -> Value {
    let input = json!({ "name": "Some rules", "rules": rules(texts) });
    client.try_role(input).await["userErrors"].take()
}

fn repeated(index: &str) -> Value {
    json!({
        "__typename": "DuplicateItemsError",
        "message": "The same item stands here more than once.",
        "code": "DUPLICATE_ITEM",
        "path": ["input", "rules", index],
        "affectedIds": [],
    })
}

api_tests! {
    async fn a_role_is_made_with_its_rules_in_their_order(app) {
        let query = format!(
            "mutation($input: CreateRoleInput!) {{ createRole(input: $input) {{
                role {{ {ROLE} }}
                roleEdge {{ node {{ name rules {{ action }} }} }}
                userErrors {{ message code path }}
                clientMutationId
            }} }}"
        );
        let in_order = rules(&["!*/*/*", "Cms/page/edit", "cms/*/edit", "cms/page/*", "cms/page/edit"]);
        let given = rules(&["cms/page/edit", "cms/page/*", "!*/*/*", "Cms/page/edit", "cms/*/edit"]);
        let input = json!({
            "name": " Editors ", "description": " Who\nwrites ", "rules": given,
            "clientMutationId": "\u{1f600}",
        });
        let answer = app.admin().run(&query, json!({ "input": input })).await;
        let actions = json!([
            { "action": "*" }, { "action": "edit" }, { "action": "edit" }, { "action": "*" },
            { "action": "edit" },
        ]);
        let expected = json!({ "data": { "createRole": {
            "role": {
                "name": "Editors", "description": "Who\nwrites", "rules": in_order,
                "groupCount": 0, "isProtected": false, "version": 1,
            },
            "roleEdge": { "node": { "name": "Editors", "rules": actions } },
            "userErrors": [],
            "clientMutationId": "\u{1f600}",
        } } });
        assert_eq!(answer, expected);
    }

    async fn a_role_needs_a_name_alone(app) {
        let query = format!(
            "mutation {{ createRole(input: {{ name: \"Plain\" }}) {{
                role {{ {ROLE} }} userErrors {{ code }} clientMutationId
            }} }}"
        );
        let expected = json!({ "createRole": {
            "role": {
                "name": "Plain", "description": null, "rules": [], "groupCount": 0,
                "isProtected": false, "version": 1,
            },
            "userErrors": [],
            "clientMutationId": null,
        } });
        assert_eq!(app.admin().data(&query, json!({})).await, expected);
    }

    async fn a_role_is_found_by_its_id_and_by_any_spelling_of_its_name(app) {
        let admin = app.admin();
        let id = admin.create_role("Café Staff", &["cafe/till/open"]).await;
        admin.create_group("Baristas", &[&id]).await;
        let query = format!(
            "query($id: ID!, $name: String!) {{
                role(id: $id) {{ {ROLE} }} roleByName(name: $name) {{ {ROLE} }}
            }}"
        );
        let variables = json!({ "id": id, "name": " CAFE\u{301} ＳTAFF" });
        let role = json!({
            "name": "Café Staff", "description": null, "rules": rules(&["cafe/till/open"]),
            "groupCount": 1, "isProtected": false, "version": 1,
        });
        let expected = json!({ "role": role, "roleByName": role });
        assert_eq!(admin.data(&query, variables).await, expected);
    }

    async fn a_role_that_does_not_exist_is_null(app) {
        let admin = app.admin();
        let group = admin.create_group("Group", &[&admin.root_role().await]).await;
        let query = "query($id: ID!, $name: String!) { role(id: $id) { id } roleByName(name: $name) { id } }";
        for (id, name) in [(&*group, "Nothing"), ("x", ""), ("", "a\0b"), ("\0", &"x".repeat(256))] {
            let data = admin.data(query, json!({ "id": id, "name": name })).await;
            assert_eq!(data, json!({ "role": null, "roleByName": null }), "{id:?} {name:?}");
        }
    }

    async fn the_root_role_is_protected_and_allows_everything(app) {
        let query = format!("{{ roles {{ nodes {{ {ROLE} }} totalCount }} }}");
        let expected = json!({ "roles": { "totalCount": 1, "nodes": [{
            "name": "Administrator",
            "description": "May do everything. It cannot be changed or deleted.",
            "rules": rules(&["*/*/*"]),
            "groupCount": 1,
            "isProtected": true,
            "version": 1,
        }] } });
        assert_eq!(app.admin().data(&query, json!({})).await, expected);
    }

    async fn a_taken_name_names_the_role_that_holds_it(app) {
        let admin = app.admin();
        let id = admin.create_role("Straße", &[]).await;
        let expected = json!([{
            "__typename": "NameTakenError",
            "message": "A role with this name exists already.",
            "code": "TAKEN",
            "path": ["input", "name"],
            "normalizedValue": "strasse",
            "existingRole": { "id": id, "name": "Straße" },
        }]);
        assert_eq!(admin.role_errors(json!({ "name": "STRASSE " })).await, expected);
    }

    async fn a_rule_that_repeats_is_told_at_each_repetition(app) {
        let texts = ["a/b/c", "*/b/c", "a/b/c", "!a/b/c", "a/b/c", "!a/b/c"];
        let errors = rule_errors(&app.admin(), &texts).await;
        assert_eq!(errors, json!([repeated("2"), repeated("4"), repeated("5")]));
    }

    async fn allowing_and_denying_the_same_are_two_rules(app) {
        assert_eq!(rule_errors(&app.admin(), &["a/b/c", "!a/b/c"]).await, json!([]));
        let query = "{ roleByName(name: \"Some rules\") { rules { permission } } }";
        let data = app.admin().data(query, json!({})).await;
        let expected = json!([{ "permission": "ALLOW" }, { "permission": "DENY" }]);
        assert_eq!(data["roleByName"]["rules"], expected);
    }

    async fn rules_that_differ_in_case_alone_are_two_rules(app) {
        assert_eq!(rule_errors(&app.admin(), &["a/b/c", "A/b/c", "a/b/C"]).await, json!([]));
    }

    async fn validating_a_role_writes_nothing_and_finds_what_making_it_finds(app) {
        let admin = app.admin();
        let faults = json!({ "name": "ADMINISTRATOR", "rules": rules(&["a/b/c", "a/b/c", "sal*/b/"]) });
        let mut rehearsal = faults.clone();
        rehearsal["validateOnly"] = json!(true);
        let errors = admin.role_errors(rehearsal).await;
        assert_eq!(errors.as_array().unwrap().len(), 4);
        assert_eq!(errors, admin.role_errors(faults).await);

        let input = json!({ "name": "Fine", "rules": rules(&["a/b/c"]), "validateOnly": true });
        assert_eq!(admin.role_errors(input.clone()).await, json!([]));
        assert_eq!(admin.role_errors(input).await, json!([]));
        assert_eq!(admin.names("").await, ["Administrator"]);
    }
}
