//! Groups.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::asking::unknown;
use rolecall::domain::id::Kind;

const GROUP: &str = "title description roles { name } userCount isProtected version";

/// When a group was made and last changed.
async fn times(client: &Client, title: &str) -> [Value; 2] {
    let query = "query($title: String!) { groupByTitle(title: $title) { createdAt updatedAt } }";
    let mut data = client.data(query, json!({ "title": title })).await;
    let mut group = data["groupByTitle"].take();
    [group["createdAt"].take(), group["updatedAt"].take()]
}

api_tests! {
    async fn a_group_is_made_with_its_roles(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &["cms/page/edit"]).await;
        let query = format!(
            "mutation($input: CreateGroupInput!) {{ createGroup(input: $input) {{
                group {{ {GROUP} }}
                groupEdge {{ node {{ title roles {{ rules {{ bundle }} }} }} }}
                userErrors {{ message code path }}
                clientMutationId
            }} }}"
        );
        let input = json!({
            "title": "  Web team ", "description": "Who keeps the site", "roleIds": [role],
            "clientMutationId": "1",
        });
        let answer = admin.run(&query, json!({ "input": input })).await;
        let roles = json!([{ "rules": [{ "bundle": "cms" }] }]);
        let expected = json!({ "data": { "createGroup": {
            "group": {
                "title": "Web team", "description": "Who keeps the site",
                "roles": [{ "name": "Editors" }], "userCount": 0, "isProtected": false, "version": 1,
            },
            "groupEdge": { "node": { "title": "Web team", "roles": roles } },
            "userErrors": [],
            "clientMutationId": "1",
        } } });
        assert_eq!(answer, expected);
    }

    async fn a_group_has_its_roles_by_name_and_counts_its_users(app) {
        let admin = app.admin();
        let mut roles = Vec::new();
        for name in ["beta", "Alpha", "gamma", "Ä"] {
            roles.push(admin.create_role(name, &[]).await);
        }
        let users = [app.user_id("ada", &[]).await, app.user_id("bob", &[]).await];
        let input = json!({ "title": "Everyone", "roleIds": roles, "userIds": users });
        assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
        let query = "{ groupByTitle(title: \"everyone\") { userCount roles { name } } }";
        let names = json!([{ "name": "Alpha" }, { "name": "beta" }, { "name": "gamma" }, { "name": "Ä" }]);
        let expected = json!({ "groupByTitle": { "userCount": 2, "roles": names } });
        assert_eq!(admin.data(query, json!({})).await, expected);
    }

    async fn users_of_a_new_group_may_do_what_its_roles_allow_at_once(app) {
        let admin = app.admin();
        let ada = app.user_with("ada", &[]).await;
        let query = "{ groups { totalCount } }";
        assert_eq!(ada.failures(query, json!({})).await, json!([["FORBIDDEN", "acl/group/index"]]));
        let role = admin.create_role("Readers", &["acl/group/index"]).await;
        let me = ada.data("{ viewer { user { id } } }", json!({})).await;
        let input = json!({
            "title": "Readers", "roleIds": [role], "userIds": [me["viewer"]["user"]["id"]],
        });
        assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
        assert_eq!(ada.data(query, json!({})).await, json!({ "groups": { "totalCount": 3 } }));
    }

    async fn a_group_is_found_by_its_id_and_by_any_spelling_of_its_title(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &[]).await;
        let id = admin.create_group("Straße Nord", &[&role]).await;
        let query = format!(
            "query($id: ID!, $title: String!) {{
                group(id: $id) {{ {GROUP} }} groupByTitle(title: $title) {{ {GROUP} }}
            }}"
        );
        let group = json!({
            "title": "Straße Nord", "description": null, "roles": [{ "name": "Editors" }],
            "userCount": 0, "isProtected": false, "version": 1,
        });
        let data = admin.data(&query, json!({ "id": id, "title": "\tSTRASSE nord" })).await;
        assert_eq!(data, json!({ "group": group, "groupByTitle": group }));
    }

    async fn a_group_that_does_not_exist_is_null(app) {
        let admin = app.admin();
        let query = "query($id: ID!, $title: String!) {
            group(id: $id) { id } groupByTitle(title: $title) { id }
        }";
        let role = admin.root_role().await;
        let nothing = unknown(Kind::Group);
        let asked = [(&*role, "Nothing"), (&*nothing, ""), ("x", "a\0b"), ("\0", &*"x".repeat(256))];
        for (id, title) in asked {
            let data = admin.data(query, json!({ "id": id, "title": title })).await;
            assert_eq!(data, json!({ "group": null, "groupByTitle": null }), "{id:?} {title:?}");
        }
    }

    async fn the_first_group_is_protected_and_has_the_first_administrator(app) {
        let query = format!("{{ groups {{ nodes {{ {GROUP} }} totalCount }} }}");
        let expected = json!({ "groups": { "totalCount": 1, "nodes": [{
            "title": "Administrators",
            "description": "Who administers this system.",
            "roles": [{ "name": "Administrator" }],
            "userCount": 1,
            "isProtected": true,
            "version": 1,
        }] } });
        assert_eq!(app.admin().data(&query, json!({})).await, expected);
    }

    async fn a_group_says_when_it_was_made_in_utc_with_milliseconds(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        admin.create_group("Ops", &[&role]).await;
        let [created, updated] = times(&admin, "Ops").await;
        assert_eq!(created, updated);
        let time = "'2024-02-29T22:59:59.123456+00:00'";
        app.sql(&format!("UPDATE groups SET created_at = {time} WHERE title = 'Ops'")).await;
        assert_eq!(times(&admin, "Ops").await, [json!("2024-02-29T22:59:59.123Z"), updated]);
    }

    async fn a_taken_title_names_the_group_that_holds_it(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        let id = admin.create_group("Opération", &[&role]).await;
        let input = json!({ "title": " OPE\u{301}RATION", "roleIds": [role] });
        let expected = json!([{
            "__typename": "TitleTakenError",
            "message": "A group with this title exists already.",
            "code": "TAKEN",
            "path": ["input", "title"],
            "normalizedValue": "opération",
            "existingGroup": { "id": id, "title": "Opération" },
        }]);
        assert_eq!(admin.group_errors(input).await, expected);
    }

    async fn validating_a_group_writes_nothing_and_finds_what_making_it_finds(app) {
        let admin = app.admin();
        let role = admin.create_role("Denial", &["!*/*/*"]).await;
        let me = admin.data("{ viewer { user { id } } }", json!({})).await;
        let me = me["viewer"]["user"]["id"].clone();
        let faults = json!({ "title": "administrators", "roleIds": [role, role, "x"], "userIds": [me] });
        let mut rehearsal = faults.clone();
        rehearsal["validateOnly"] = json!(true);
        let errors = admin.group_errors(rehearsal).await;
        assert_eq!(errors.as_array().unwrap().len(), 4);
        assert_eq!(errors, admin.group_errors(faults).await);

        let ada = app.user_id("ada", &[]).await;
        let input = json!({
            "title": "Fine", "roleIds": [role], "userIds": [ada], "validateOnly": true,
        });
        assert_eq!(admin.group_errors(input.clone()).await, json!([]));
        assert_eq!(admin.group_errors(input).await, json!([]));
        assert_eq!(admin.titles("").await, ["Administrators", "Group of ada"]);
    }

    async fn the_clients_mutation_id_comes_back_whatever_happens(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        let inputs = [
            json!({ "title": "Fine", "roleIds": [role], "clientMutationId": "a\u{0}\u{1f600}" }),
            json!({ "title": "", "roleIds": [], "clientMutationId": "" }),
            json!({ "title": "Dry", "roleIds": [role], "validateOnly": true, "clientMutationId": "3" }),
            json!({ "title": "None", "roleIds": [role], "clientMutationId": null }),
        ];
        for input in inputs {
            let payload = admin.try_group(input.clone()).await;
            assert_eq!(payload["clientMutationId"], input["clientMutationId"]);
        }
    }

    async fn mutations_run_in_order_and_one_that_fails_does_not_stop_the_next(app) {
        let admin = app.admin();
        let query = "mutation($role: ID!) {
            first: createRole(input: { name: \"One\" }) { role { name } userErrors { code path } }
            second: createRole(input: { name: \"ONE\" }) { role { name } userErrors { code path } }
            third: createGroup(input: { title: \" \", roleIds: [] }) { userErrors { code path } }
            fourth: createGroup(input: { title: \"Two\", roleIds: [$role] }) {
                group { title } userErrors { code path }
            }
        }";
        let answer = admin.run(query, json!({ "role": admin.root_role().await })).await;
        let fault = |code: &str, field: &str| json!({ "code": code, "path": ["input", field] });
        let few = fault("TOO_FEW_ITEMS", "roleIds");
        let expected = json!({ "data": {
            "first": { "role": { "name": "One" }, "userErrors": [] },
            "second": { "role": null, "userErrors": [fault("TAKEN", "name")] },
            "third": { "userErrors": [few, fault("BLANK", "title")] },
            "fourth": { "group": { "title": "Two" }, "userErrors": [] },
        } });
        assert_eq!(answer, expected);
    }

    async fn a_mutation_that_is_forbidden_does_not_stop_the_next(app) {
        let role = app.admin().create_role("Empty", &[]).await;
        let maker = app.user_with("maker", &["acl/group/*", "acl/role/index"]).await;
        let query = "mutation($role: ID!) {
            createRole(input: { name: \"One\" }) { role { id } }
            createGroup(input: { title: \"Two\", roleIds: [$role] }) { group { id } }
        }";
        let failures = maker.failures(query, json!({ "role": role })).await;
        assert_eq!(failures, json!([["FORBIDDEN", "acl/role/create"]]));
        assert_eq!(maker.titles("").await, ["Administrators", "Group of maker", "Two"]);
    }
}
