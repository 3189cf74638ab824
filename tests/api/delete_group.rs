//! Deleting a group: what goes with it and what stays.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::asking::{codes, unknown};
use crate::support::changing::{
    Ops, everything, faults, in_use, last_actions, not_found, protected, role, stale, stamp,
    wrong_type,
};
use crate::support::guarding::{
    LIMITED, Scene, done, enrol, events, group_id, out_of_scope, own_id, refusal,
};

const DELETE: &str = "deleteGroup";

/// What every way to a group finds.
async fn ways_to(client: &Client, id: &str, title: &str) -> Value {
    let query = "query($id: ID!, $title: String!) {
        group(id: $id) { id } groupByTitle(title: $title) { id }
        node(id: $id) { id } nodes(ids: [$id]) { id }
        groups(filter: { ids: [$id] }) { totalCount nodes { id } }
    }";
    client.data(query, json!({ "id": id, "title": title })).await
}

/// What is found of a group that is not there.
fn nowhere() -> Value {
    json!({
        "group": null, "groupByTitle": null, "node": null, "nodes": [null],
        "groups": { "totalCount": 0, "nodes": [] },
    })
}

api_tests! {
    async fn a_group_without_users_goes_and_is_null_afterwards(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &[]).await;
        let id = admin.create_group("Web team", &[&role]).await;
        let query = "mutation($input: DeleteGroupInput!) { deleteGroup(input: $input) {
            deletedGroupId userErrors { message code path } clientMutationId
        } }";
        let input = json!({ "id": id, "expectedVersion": 1, "clientMutationId": "\u{1f600}" });
        let answer = admin.run(query, json!({ "input": input })).await;
        let payload = json!({ "deletedGroupId": id, "userErrors": [], "clientMutationId": "\u{1f600}" });
        assert_eq!(answer, json!({ "data": { "deleteGroup": payload } }));
        assert_eq!(ways_to(&admin, &id, "Web team").await, nowhere());
        assert_eq!(last_actions(&admin, 1).await, ["group.deleted"]);
    }

    async fn the_clients_mutation_id_comes_back_from_a_refusal_too(app) {
        let query = "mutation($input: DeleteGroupInput!) { deleteGroup(input: $input) {
            deletedGroupId userErrors { code path } clientMutationId
        } }";
        for id in [json!("1"), json!(""), Value::Null] {
            let input = json!({ "id": "x", "clientMutationId": id });
            let data = app.admin().data(query, json!({ "input": input })).await;
            let errors = json!([{ "code": "NOT_FOUND", "path": ["input", "id"] }]);
            let expected = json!({ "deletedGroupId": null, "userErrors": errors, "clientMutationId": id });
            assert_eq!(data["deleteGroup"], expected);
        }
    }

    async fn a_group_with_users_is_in_use(app) {
        let ops = Ops::new(app).await;
        let input = json!({ "id": ops.id });
        let errors = faults(&ops.admin, DELETE, input.clone()).await;
        assert_eq!(errors, json!([in_use("This group still has 2 users.", &ops.id, 2)]));
        ops.set(json!({ "removeUserIds": [ops.users[0]] })).await;
        let errors = faults(&ops.admin, DELETE, json!({ "id": ops.id, "force": false })).await;
        assert_eq!(errors, json!([in_use("This group still has one user.", &ops.id, 1)]));
        ops.set(json!({ "removeUserIds": [ops.users[1]] })).await;
        done(&ops.admin, DELETE, input).await;
    }

    async fn users_who_are_blocked_count_and_users_who_are_deleted_do_not(app) {
        let ops = Ops::new(app).await;
        let [ada, bob, _] = &ops.users;
        done(&ops.admin, "setUserStatus", json!({ "id": ada, "status": "BLOCKED" })).await;
        done(&ops.admin, "setUserStatus", json!({ "id": bob, "status": "DELETED" })).await;
        let errors = faults(&ops.admin, DELETE, json!({ "id": ops.id })).await;
        assert_eq!(errors, json!([in_use("This group still has one user.", &ops.id, 1)]));
        done(&ops.admin, "setUserStatus", json!({ "id": ada, "status": "DELETED" })).await;
        done(&ops.admin, DELETE, json!({ "id": ops.id })).await;
        done(&ops.admin, "setUserStatus", json!({ "id": bob, "status": "ACTIVE" })).await;
        let query = "query($id: ID!) { user(id: $id) { status groups { title } } }";
        let data = ops.admin.data(query, json!({ "id": bob })).await;
        let expected = json!({ "status": "ACTIVE", "groups": [{ "title": "Elsewhere" }] });
        assert_eq!(data["user"], expected);
    }

    async fn what_goes_by_force_takes_its_memberships_and_links_along_and_nothing_else(app) {
        let ops = Ops::new(app).await;
        let kept: Vec<&String> = ops.roles.iter().chain(&ops.users).collect();
        let mut stamps = Vec::new();
        for id in &kept {
            stamps.push(stamp(&ops.admin, id).await);
        }
        let before = events(&ops.admin).await;
        let payload = done(&ops.admin, DELETE, json!({ "id": ops.id, "force": true })).await;
        assert_eq!(payload, json!({ "deletedGroupId": ops.id, "userErrors": [] }));
        assert_eq!(ways_to(&ops.admin, &ops.id, "Ops").await, nowhere());
        let query = "query($id: ID!) { user(id: $id) { status groups { title } } }";
        for id in &ops.users {
            let data = ops.admin.data(query, json!({ "id": id })).await;
            let groups = json!([{ "title": "Elsewhere" }]);
            assert_eq!(data, json!({ "user": { "status": "ACTIVE", "groups": groups } }));
        }
        for (id, [name, count]) in ops.roles.iter().zip([["A", "0"], ["B", "0"], ["C", "1"]]) {
            let expected = json!({
                "name": name, "description": null, "rules": [], "version": 1,
                "groupCount": count.parse::<i32>().unwrap(),
            });
            assert_eq!(role(&ops.admin, id).await, expected);
        }
        for (id, stamp_before) in kept.iter().zip(stamps) {
            assert_eq!(stamp(&ops.admin, id).await, stamp_before);
        }
        assert_eq!(events(&ops.admin).await, before + 1);
        assert_eq!(last_actions(&ops.admin, 1).await, ["group.deleted"]);
        done(&ops.admin, "deleteRole", json!({ "id": ops.roles[0] })).await;
    }

    async fn what_users_had_by_a_group_goes_with_the_next_request(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &["acl/group/index"]).await);
        assert_eq!(ada.titles("").await, ["Administrators", "Group of ada"]);
        let id = group_id(&admin, "Group of ada").await;
        done(&admin, DELETE, json!({ "id": id, "force": true })).await;
        let failures = ada.failures("{ groups { totalCount } }", json!({})).await;
        assert_eq!(failures, json!([["FORBIDDEN", "acl/group/index"]]));
        let query = "query($id: ID!) { user(id: $id) { status groups { id } } }";
        let data = admin.data(query, json!({ "id": own_id(&ada).await })).await;
        assert_eq!(data, json!({ "user": { "status": "ACTIVE", "groups": [] } }));
    }

    async fn the_title_of_a_deleted_group_is_free(app) {
        let ops = Ops::new(app).await;
        done(&ops.admin, DELETE, json!({ "id": ops.id, "force": true })).await;
        let again = ops.admin.create_group("OPS", &[&ops.roles[0]]).await;
        assert_ne!(again, ops.id);
        assert_eq!(ways_to(&ops.admin, &ops.id, "\0").await, nowhere());
    }

    async fn what_is_gone_or_was_never_there_is_not_found(app) {
        let ops = Ops::new(app).await;
        done(&ops.admin, DELETE, json!({ "id": ops.id, "force": true })).await;
        let unknown = unknown(Kind::Group);
        for id in [&*ops.id, &unknown, "x", "", "\0"] {
            for input in [json!({ "id": id }), json!({ "id": id, "force": true, "expectedVersion": 1 })] {
                let errors = faults(&ops.admin, DELETE, input).await;
                assert_eq!(errors, json!([not_found("id", "Group", &[id])]), "{id:?}");
            }
        }
        let input = json!({ "id": ops.id, "title": "Back", "addUserIds": [ops.users[0]] });
        let errors = faults(&ops.admin, "updateGroup", input).await;
        assert_eq!(errors, json!([not_found("id", "Group", &[&ops.id])]));
        for id in [&ops.roles[0], &ops.users[0]] {
            let errors = faults(&ops.admin, DELETE, json!({ "id": id, "force": true })).await;
            assert_eq!(errors, json!([wrong_type("id", "Group", &[id])]));
        }
    }

    async fn a_stale_version_is_told_with_what_is_current(app) {
        let ops = Ops::new(app).await;
        ops.set(json!({ "title": "Theirs" })).await;
        let input = json!({ "id": ops.id, "expectedVersion": 1, "force": true });
        let expected = stale("group", &ops.id, [1, 2]);
        assert_eq!(faults(&ops.admin, DELETE, input.clone()).await, json!([expected]));
        let query = "mutation($input: DeleteGroupInput!) { deleteGroup(input: $input) {
            userErrors { ... on StaleVersionError { current { ... on Group { title version } } } }
        } }";
        let data = ops.admin.data(query, json!({ "input": input })).await;
        let current = json!({ "title": "Theirs", "version": 2 });
        assert_eq!(data["deleteGroup"]["userErrors"], json!([{ "current": current }]));
        let input = json!({ "id": ops.id, "expectedVersion": 1 });
        let both = json!([expected, in_use("This group still has 2 users.", &ops.id, 2)]);
        assert_eq!(faults(&ops.admin, DELETE, input).await, both);
        done(&ops.admin, DELETE, json!({ "id": ops.id, "expectedVersion": 2, "force": true })).await;
    }

    async fn the_group_of_the_administrators_stays(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let (id, me) = (group_id(&admin, "Administrators").await, own_id(&admin).await);
        let input = json!({ "title": "Spare", "roleIds": [root], "userIds": [me] });
        let spare = done(&admin, "createGroup", input).await["group"]["id"].take();
        let errors = faults(&admin, DELETE, json!({ "id": id, "force": true })).await;
        assert_eq!(errors, json!([protected("group", "id", &id)]));
        let errors = faults(&admin, DELETE, json!({ "id": id, "expectedVersion": 7 })).await;
        let expected = json!([
            stale("group", &id, [7, 1]),
            in_use("This group still has one user.", &id, 1),
            protected("group", "id", &id),
        ]);
        assert_eq!(errors, expected);
        // Neither a new name nor the leaving of everyone takes the protection away.
        done(&admin, "updateGroup", json!({ "id": id, "title": "Old", "removeUserIds": [me] })).await;
        let errors = faults(&admin, DELETE, json!({ "id": id })).await;
        assert_eq!(errors, json!([protected("group", "id", &id)]));
        let errors = faults(&admin, DELETE, json!({ "id": spare, "force": true })).await;
        assert_eq!(codes(&errors), json!([" WOULD_LOCK_OUT"]));
    }

    async fn another_group_with_the_root_role_is_not_protected(app) {
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let id = admin.create_group("Spare", &[&root]).await;
        enrol(&admin, "second", &[&id]).await;
        done(&admin, DELETE, json!({ "id": id, "force": true })).await;
        assert_eq!(admin.titles("").await, ["Administrators"]);
    }

    async fn nobody_deletes_what_carries_more_than_their_own(app) {
        let admin = app.admin();
        let (scene, limited) = (Scene::whole(&admin).await, app.user_with("limited", &LIMITED).await);
        let before = everything(&admin).await;
        for name in ["$strongGroup", "$doubleGroup", "$deniedGroup"] {
            let id = scene.id(name);
            let errors = refusal(&limited, DELETE, json!({ "id": id, "force": true })).await;
            assert_eq!(errors, json!([out_of_scope("id", &[id], "shop/order/refund")]), "{name}");
        }
        assert_eq!(everything(&admin).await, before);
        done(&limited, DELETE, json!({ "id": scene.id("$plainGroup3"), "force": true })).await;
    }

    async fn two_deletions_in_one_operation_run_in_order(app) {
        let ops = Ops::new(app).await;
        let query = "mutation($id: ID!) {
            first: deleteGroup(input: { id: $id }) { deletedGroupId userErrors { code } }
            second: deleteGroup(input: { id: $id, force: true }) { deletedGroupId userErrors { code } }
            third: deleteGroup(input: { id: $id, force: true }) { deletedGroupId userErrors { code } }
        }";
        let answer = ops.admin.run(query, json!({ "id": ops.id })).await;
        let refused = |code: &str| json!({ "deletedGroupId": null, "userErrors": [{ "code": code }] });
        let expected = json!({ "data": {
            "first": refused("IN_USE"),
            "second": { "deletedGroupId": ops.id, "userErrors": [] },
            "third": refused("NOT_FOUND"),
        } });
        assert_eq!(answer, expected);
    }
}
