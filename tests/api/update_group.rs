//! Changing a group: what stays, what goes, what comes, and what each change is told.

use serde_json::json;

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::changing::{
    LONG_AGO, Ops, age, blank, changes_nothing, last_actions, ops_with, stamp, title_taken,
    too_long,
};
use crate::support::guarding::{done, events, group_id};

pub const UPDATE: &str = "updateGroup";

api_tests! {
    async fn a_change_of_everything_answers_with_all_of_it(app) {
        let ops = Ops::new(app).await;
        let [a, b, c] = &ops.roles;
        let query = "mutation($input: UpdateGroupInput!) { updateGroup(input: $input) {
            group {
                id title description roles { name } users { nodes { firstName } totalCount }
                userCount isProtected version
            }
            userErrors { message code path }
            clientMutationId
        } }";
        let input = json!({
            "id": ops.id, "expectedVersion": 1, "title": "  Night\u{a0}shift ", "description": " Two\nlines ",
            "roleIds": [b, a], "addRoleIds": [c], "removeRoleIds": [],
            "addUserIds": [ops.users[2]], "removeUserIds": [ops.users[0]],
            "clientMutationId": "7",
        });
        let answer = ops.admin.run(query, json!({ "input": input })).await;
        let expected = json!({ "data": { "updateGroup": {
            "group": {
                "id": ops.id, "title": "Night\u{a0}shift", "description": "Two\nlines",
                "roles": [{ "name": "A" }, { "name": "B" }, { "name": "C" }],
                "users": { "nodes": [{ "firstName": "bob" }, { "firstName": "cyd" }], "totalCount": 2 },
                "userCount": 2, "isProtected": false, "version": 2,
            },
            "userErrors": [],
            "clientMutationId": "7",
        } } });
        assert_eq!(answer, expected);
    }

    async fn a_group_of_a_new_title_is_found_by_it_and_no_longer_by_the_old_one(app) {
        let ops = Ops::new(app).await;
        ops.set(json!({ "title": "Betrieb" })).await;
        let query = "{ new: groupByTitle(title: \"BETRIEB\") { id } old: groupByTitle(title: \"Ops\") { id } }";
        let data = ops.admin.data(query, json!({})).await;
        assert_eq!(data, json!({ "new": { "id": ops.id }, "old": null }));
        let again = ops.admin.create_group("Ops", &[&ops.roles[0]]).await;
        assert_ne!(again, ops.id);
    }

    async fn a_taken_title_names_the_group_that_holds_it(app) {
        let ops = Ops::new(app).await;
        let holder = ops.admin.create_group("Straße", &[&ops.roles[0]]).await;
        let errors = ops.faults(json!({ "title": " STRASSE" })).await;
        assert_eq!(errors, json!([title_taken("strasse", &holder)]));
    }

    async fn another_spelling_of_its_own_title_is_no_conflict(app) {
        let ops = Ops::new(app).await;
        for (version, title) in [(2, "OPS"), (3, "\u{ff2f}ps"), (4, "Ops")] {
            ops.set(json!({ "title": title })).await;
            assert_eq!(ops.now().await, ops_with(json!({ "title": title, "version": version })));
        }
    }

    async fn a_title_is_as_strict_as_that_of_a_new_group(app) {
        let ops = Ops::new(app).await;
        for title in ["", " \u{200b}\t"] {
            assert_eq!(ops.faults(json!({ "title": title })).await, json!([blank("title")]), "{title:?}");
        }
        let errors = ops.faults(json!({ "title": "é".repeat(256) })).await;
        assert_eq!(errors, json!([too_long("title", 255)]));
        for title in ["a\0b", "a\u{202e}b", "a\nb"] {
            let errors = codes(&ops.faults(json!({ "title": title })).await);
            assert_eq!(errors, json!(["input.title INVALID_FORMAT"]), "{title:?}");
        }
        ops.set(json!({ "title": "e\u{301}".repeat(255) })).await;
        assert_eq!(ops.now().await["title"], "é".repeat(255));
    }

    async fn a_description_is_set_left_and_cleared(app) {
        let ops = Ops::new(app).await;
        ops.set(json!({ "description": "  New\r\none " })).await;
        let changed = ops_with(json!({ "description": "New\r\none", "version": 2 }));
        assert_eq!(ops.now().await, changed);
        ops.set(json!({ "title": "Left" })).await;
        let left = json!({ "title": "Left", "description": "New\r\none", "version": 3 });
        assert_eq!(ops.now().await, ops_with(left));
        ops.set(json!({ "description": "" })).await;
        let cleared = ops_with(json!({ "title": "Left", "description": null, "version": 4 }));
        assert_eq!(ops.now().await, cleared);
        changes_nothing(&ops.admin, UPDATE, ops.input(json!({ "description": " \n" }))).await;
        let errors = ops.faults(json!({ "description": "x".repeat(1_001) })).await;
        assert_eq!(errors, json!([too_long("description", 1_000)]));
    }

    async fn roles_are_replaced_added_and_removed(app) {
        let ops = Ops::new(app).await;
        let [a, b, c] = &ops.roles;
        let changes = [
            (json!({ "roleIds": [c] }), json!(["C"])),
            (json!({ "addRoleIds": [b, a] }), json!(["A", "B", "C"])),
            (json!({ "removeRoleIds": [c, b] }), json!(["A"])),
            (json!({ "addRoleIds": [b], "removeRoleIds": [a] }), json!(["B"])),
            (json!({ "roleIds": [a, c], "addRoleIds": [b] }), json!(["A", "B", "C"])),
            (json!({ "roleIds": [a], "removeRoleIds": [b] }), json!(["A"])),
        ];
        for (index, (change, roles)) in changes.into_iter().enumerate() {
            ops.set(change.clone()).await;
            let expected = ops_with(json!({ "roles": roles, "version": index + 2 }));
            assert_eq!(ops.now().await, expected, "{change}");
        }
    }

    async fn roles_that_come_and_go_count_with_the_next_request(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &[]).await);
        let group = group_id(&admin, "Group of ada").await;
        let role = admin.create_role("Readers", &["acl/group/index"]).await;
        let query = "{ groups { totalCount } }";
        let may = json!({ "groups": { "totalCount": 2 } });
        done(&admin, UPDATE, json!({ "id": group, "addRoleIds": [role] })).await;
        assert_eq!(ada.data(query, json!({})).await, may);
        done(&admin, UPDATE, json!({ "id": group, "removeRoleIds": [role] })).await;
        assert_eq!(ada.failures(query, json!({})).await, json!([["FORBIDDEN", "acl/group/index"]]));
    }

    async fn users_come_and_go_and_are_counted(app) {
        let ops = Ops::new(app).await;
        let [ada, bob, cyd] = &ops.users;
        let changes = [
            (json!({ "addUserIds": [cyd] }), json!(["ada", "bob", "cyd"]), 3),
            (json!({ "removeUserIds": [ada, bob] }), json!(["cyd"]), 1),
            (json!({ "addUserIds": [bob], "removeUserIds": [cyd] }), json!(["bob"]), 1),
            (json!({ "addUserIds": [bob, ada], "removeUserIds": [cyd] }), json!(["ada", "bob"]), 2),
            (json!({ "removeUserIds": [ada, bob, cyd] }), json!([]), 0),
        ];
        for (change, users, count) in changes {
            ops.set(change.clone()).await;
            let expected = ops_with(json!({ "users": users, "userCount": count }));
            assert_eq!(ops.now().await, expected, "{change}");
        }
    }

    async fn members_change_no_version_on_either_side_and_everything_else_changes_it_by_one(app) {
        let ops = Ops::new(app).await;
        let [ada, _, cyd] = &ops.users;
        age(app).await;
        let old = json!({ "version": 1, "updatedAt": LONG_AGO });
        ops.set(json!({ "addUserIds": [cyd], "removeUserIds": [ada] })).await;
        for id in [&ops.id, ada, cyd] {
            assert_eq!(stamp(&ops.admin, id).await, old);
        }
        let changes = [
            json!({ "title": "Other" }),
            json!({ "description": "Other" }),
            json!({ "addRoleIds": [ops.roles[2]] }),
            json!({ "title": "All", "description": "", "roleIds": [ops.roles[0]], "addUserIds": [ada] }),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            age(app).await;
            ops.set(change.clone()).await;
            let new = stamp(&ops.admin, &ops.id).await;
            assert_eq!(new["version"], index + 2, "{change}");
            assert!(new["updatedAt"].as_str() > Some(LONG_AGO), "{change} {new}");
            for id in ops.roles.iter().chain(&ops.users) {
                assert_eq!(stamp(&ops.admin, id).await, old, "{change}");
            }
        }
    }

    async fn each_change_is_one_event(app) {
        let ops = Ops::new(app).await;
        let [ada, _, cyd] = &ops.users;
        let changes = [
            (json!({ "title": "Other" }), "group.updated"),
            (json!({ "description": "" }), "group.updated"),
            (json!({ "addRoleIds": [ops.roles[2]] }), "group.roles_changed"),
            (json!({ "addUserIds": [cyd], "removeUserIds": [ada] }), "group.users_changed"),
            (json!({ "title": "Ops", "addUserIds": [ada], "roleIds": [ops.roles[0]] }), "group.updated"),
        ];
        for (change, action) in changes {
            let before = events(&ops.admin).await;
            ops.set(change.clone()).await;
            assert_eq!(events(&ops.admin).await, before + 1, "{change}");
            assert_eq!(last_actions(&ops.admin, 1).await, [action], "{change}");
        }
    }

    async fn what_changes_nothing_succeeds_and_leaves_no_trace(app) {
        let ops = Ops::new(app).await;
        let ([a, b, c], [ada, bob, cyd]) = (&ops.roles, &ops.users);
        age(app).await;
        let nothing = [
            json!({}),
            json!({
                "expectedVersion": null, "title": null, "description": null, "roleIds": null,
                "addRoleIds": null, "removeRoleIds": null, "addUserIds": null, "removeUserIds": null,
                "clientMutationId": null,
            }),
            json!({ "expectedVersion": 1 }),
            json!({ "title": " Ops\t", "description": "Who runs it\n" }),
            json!({ "addRoleIds": [], "removeRoleIds": [], "addUserIds": [], "removeUserIds": [] }),
            json!({ "roleIds": [b, a] }),
            json!({ "addRoleIds": [a] }),
            json!({ "removeRoleIds": [c] }),
            json!({ "addUserIds": [bob, ada] }),
            json!({ "removeUserIds": [cyd] }),
            json!({ "roleIds": [a], "addRoleIds": [b], "removeRoleIds": [c], "addUserIds": [ada] }),
        ];
        for fields in nothing {
            changes_nothing(&ops.admin, UPDATE, ops.input(fields)).await;
        }
        assert_eq!(ops.now().await, ops_with(json!({})));
    }
}
