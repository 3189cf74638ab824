//! Deleting a role: nothing that a group has, and never the root role.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::unknown;
use crate::support::changing::{
    Editors, age, everything, faults, in_use, last_actions, not_found, protected, stale, stamp,
    wrong_type,
};
use crate::support::guarding::{LIMITED, Scene, done, events, group_id, out_of_scope, refusal};

const DELETE: &str = "deleteRole";

api_tests! {
    async fn a_role_without_groups_goes_with_its_rules_and_is_null_afterwards(app) {
        let editors = Editors::new(app).await;
        let before = events(&editors.admin).await;
        let query = "mutation($input: DeleteRoleInput!) { deleteRole(input: $input) {
            deletedRoleId userErrors { message code path } clientMutationId
        } }";
        let input = json!({ "id": editors.id, "expectedVersion": 1, "clientMutationId": "\u{1f600}" });
        let answer = editors.admin.run(query, json!({ "input": input })).await;
        let payload =
            json!({ "deletedRoleId": editors.id, "userErrors": [], "clientMutationId": "\u{1f600}" });
        assert_eq!(answer, json!({ "data": { "deleteRole": payload } }));
        let query = "query($id: ID!, $rules: [ID!]!) {
            role(id: $id) { id } roleByName(name: \"Editors\") { id }
            node(id: $id) { id } nodes(ids: $rules) { id }
            roles(filter: { ids: [$id] }) { totalCount nodes { id } }
        }";
        let variables = json!({ "id": editors.id, "rules": editors.rules });
        let expected = json!({
            "role": null, "roleByName": null, "node": null, "nodes": [null, null, null],
            "roles": { "totalCount": 0, "nodes": [] },
        });
        assert_eq!(editors.admin.data(query, variables).await, expected);
        assert_eq!(events(&editors.admin).await, before + 1);
        assert_eq!(last_actions(&editors.admin, 1).await, ["role.deleted"]);
    }

    async fn the_clients_mutation_id_comes_back_from_a_refusal_too(app) {
        let query = "mutation($input: DeleteRoleInput!) { deleteRole(input: $input) {
            deletedRoleId userErrors { code path } clientMutationId
        } }";
        for id in [json!("1"), json!(""), Value::Null] {
            let input = json!({ "id": "x", "clientMutationId": id });
            let data = app.admin().data(query, json!({ "input": input })).await;
            let errors = json!([{ "code": "NOT_FOUND", "path": ["input", "id"] }]);
            let expected = json!({ "deletedRoleId": null, "userErrors": errors, "clientMutationId": id });
            assert_eq!(data["deleteRole"], expected);
        }
    }

    async fn a_role_that_groups_have_is_in_use_by_that_many(app) {
        let editors = Editors::new(app).await;
        let other = editors.admin.create_role("Other", &[]).await;
        let one = editors.admin.create_group("One", &[&editors.id]).await;
        let two = editors.admin.create_group("Two", &[&other, &editors.id]).await;
        let input = json!({ "id": editors.id });
        let errors = faults(&editors.admin, DELETE, input.clone()).await;
        assert_eq!(errors, json!([in_use("This role still belongs to 2 groups.", &editors.id, 2)]));
        let change = json!({ "id": two, "removeRoleIds": [editors.id] });
        done(&editors.admin, "updateGroup", change).await;
        let errors = faults(&editors.admin, DELETE, input.clone()).await;
        assert_eq!(errors, json!([in_use("This role still belongs to one group.", &editors.id, 1)]));
        done(&editors.admin, "deleteGroup", json!({ "id": one })).await;
        let payload = done(&editors.admin, DELETE, input).await;
        assert_eq!(payload, json!({ "deletedRoleId": editors.id, "userErrors": [] }));
    }

    async fn there_is_no_force(app) {
        let editors = Editors::new(app).await;
        let query = "mutation($id: ID!) {
            deleteRole(input: { id: $id, force: true }) { deletedRoleId }
        }";
        let answer = editors.admin.run(query, json!({ "id": editors.id })).await;
        assert_eq!(answer.get("data"), None, "{answer:#}");
        assert_eq!(editors.now().await["name"], "Editors");
    }

    async fn what_stays_is_as_it_was(app) {
        let editors = Editors::new(app).await;
        let other = editors.admin.create_role("Other", &["cms/page/view"]).await;
        let group = editors.admin.create_group("Team", &[&other]).await;
        age(app).await;
        let before = [stamp(&editors.admin, &other).await, stamp(&editors.admin, &group).await];
        done(&editors.admin, DELETE, json!({ "id": editors.id })).await;
        let after = [stamp(&editors.admin, &other).await, stamp(&editors.admin, &group).await];
        assert_eq!(after, before);
        assert_eq!(editors.admin.names("").await, ["Administrator", "Other"]);
    }

    async fn the_name_of_a_deleted_role_is_free(app) {
        let editors = Editors::new(app).await;
        done(&editors.admin, DELETE, json!({ "id": editors.id })).await;
        let again = editors.admin.create_role("EDITORS", &["cms/page/view"]).await;
        assert_ne!(again, editors.id);
    }

    async fn what_is_gone_or_was_never_there_is_not_found(app) {
        let editors = Editors::new(app).await;
        done(&editors.admin, DELETE, json!({ "id": editors.id })).await;
        let unknown = unknown(Kind::Role);
        for id in [&*editors.id, &unknown, "x", "", "\0"] {
            for input in [json!({ "id": id }), json!({ "id": id, "expectedVersion": 1 })] {
                let errors = faults(&editors.admin, DELETE, input).await;
                assert_eq!(errors, json!([not_found("id", "Role", &[id])]), "{id:?}");
            }
        }
        let errors = editors.faults(json!({ "name": "Back" })).await;
        assert_eq!(errors, json!([not_found("id", "Role", &[&editors.id])]));
        let input = json!({ "title": "New", "roleIds": [editors.id] });
        let errors = faults(&editors.admin, "createGroup", input).await;
        assert_eq!(errors, json!([not_found("roleIds", "Role", &[&editors.id])]));
        let group = group_id(&editors.admin, "Administrators").await;
        let errors = faults(&editors.admin, DELETE, json!({ "id": group })).await;
        assert_eq!(errors, json!([wrong_type("id", "Role", &[&group])]));
    }

    async fn a_stale_version_is_told_with_what_is_current_beside_the_use(app) {
        let editors = Editors::new(app).await;
        editors.set(json!({ "name": "Theirs" })).await;
        let input = json!({ "id": editors.id, "expectedVersion": 1 });
        let expected = stale("role", &editors.id, [1, 2]);
        assert_eq!(faults(&editors.admin, DELETE, input.clone()).await, json!([expected]));
        let query = "mutation($input: DeleteRoleInput!) { deleteRole(input: $input) {
            userErrors { ... on StaleVersionError { current { ... on Role { name version } } } }
        } }";
        let data = editors.admin.data(query, json!({ "input": input })).await;
        let current = json!({ "name": "Theirs", "version": 2 });
        assert_eq!(data["deleteRole"]["userErrors"], json!([{ "current": current }]));
        let group = editors.admin.create_group("Team", &[&editors.id]).await;
        let both = [expected, in_use("This role still belongs to one group.", &editors.id, 1)];
        assert_eq!(faults(&editors.admin, DELETE, input).await, json!(both));
        done(&editors.admin, "deleteGroup", json!({ "id": group })).await;
        done(&editors.admin, DELETE, json!({ "id": editors.id, "expectedVersion": 2 })).await;
    }

    async fn the_root_role_stays(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let expected = json!([
            in_use("This role still belongs to one group.", &root, 1),
            protected("role", "id", &root),
        ]);
        assert_eq!(faults(&admin, DELETE, json!({ "id": root })).await, expected);
        let errors = faults(&admin, DELETE, json!({ "id": root, "expectedVersion": 2 })).await;
        assert_eq!(errors[0], stale("role", &root, [2, 1]));
        assert_eq!(json!(errors.as_array().unwrap()[1..]), expected);
    }

    async fn nobody_deletes_what_carries_more_than_their_own(app) {
        let admin = app.admin();
        let (scene, limited) = (Scene::whole(&admin).await, app.user_with("limited", &LIMITED).await);
        let free = admin.create_role("Free strong", &["shop/order/refund"]).await;
        let before = everything(&admin).await;
        let errors = refusal(&limited, DELETE, json!({ "id": free })).await;
        assert_eq!(errors, json!([out_of_scope("id", &[&free], "shop/order/refund")]));
        let strong = scene.id("$strongRole");
        let errors = refusal(&limited, DELETE, json!({ "id": strong })).await;
        assert_eq!(errors[1], out_of_scope("id", &[strong], "shop/order/refund"));
        assert_eq!(errors[0]["code"], "IN_USE");
        assert_eq!(everything(&admin).await, before);
        // A denial that nobody has goes without handing anything to anyone.
        for rules in [["shop/order/view"], ["!shop/order/refund"]] {
            let weak = admin.create_role("Free weak", &rules).await;
            done(&limited, DELETE, json!({ "id": weak })).await;
        }
    }
}
