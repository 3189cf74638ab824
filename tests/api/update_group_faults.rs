//! Changes of groups that are refused: what each is told, all of it in one answer, and nothing written.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, texts, unknown};
use crate::support::changing::{
    Ops, attempt, contradictory, duplicate, faults, not_found, protected, rehearses, stale,
    title_taken, too_few, too_long, too_many, wrong_type,
};
use crate::support::guarding::{done, enrol, group_id, own_id};
use crate::update_group::UPDATE;

api_tests! {
    async fn a_group_that_is_not_there_is_named_beside_all_else_that_is_wrong(app) {
        let ops = Ops::new(app).await;
        let nothing = unknown(Kind::Group);
        for id in [&*nothing, "", "x", "Group:1"] {
            let errors = faults(&ops.admin, UPDATE, json!({ "id": id, "title": "Other" })).await;
            assert_eq!(errors, json!([not_found("id", "Group", &[id])]), "{id:?}");
        }
        for id in [&ops.roles[0], &ops.users[0]] {
            let errors = faults(&ops.admin, UPDATE, json!({ "id": id, "title": "Other" })).await;
            assert_eq!(errors, json!([wrong_type("id", "Group", &[id])]));
        }
        let input = json!({
            "id": nothing, "title": "OPS", "description": "x".repeat(1_001), "addRoleIds": ["x"],
            "addUserIds": [ops.roles[0]],
        });
        let expected = json!([
            not_found("addRoleIds", "Role", &["x"]),
            wrong_type("addUserIds", "User", &[&ops.roles[0]]),
            too_long("description", 1_000),
            not_found("id", "Group", &[&nothing]),
            title_taken("ops", &ops.id),
        ]);
        assert_eq!(faults(&ops.admin, UPDATE, input).await, expected);
    }

    async fn ids_of_nothing_are_named_by_the_list_that_has_them(app) {
        let ops = Ops::new(app).await;
        let (role, user) = (unknown(Kind::Role), unknown(Kind::User));
        for (list, id) in [
            ("roleIds", &role), ("addRoleIds", &role), ("removeRoleIds", &role), ("addUserIds", &user),
            ("removeUserIds", &user),
        ] {
            let ty = if list.ends_with("RoleIds") || list == "roleIds" { "Role" } else { "User" };
            let there = if ty == "Role" { &ops.roles[2] } else { &ops.users[2] };
            let errors = ops.faults(json!({ list: [id, there, "x", ""] })).await;
            assert_eq!(errors, json!([not_found(list, ty, &[id, "x", ""])]), "{list}");
        }
    }

    async fn ids_of_other_things_are_named_by_the_list_that_has_them(app) {
        let ops = Ops::new(app).await;
        let (role, user) = (&*ops.roles[0], &*ops.users[0]);
        for list in ["addRoleIds", "removeRoleIds"] {
            let errors = ops.faults(json!({ list: [user, role, ops.id] })).await;
            assert_eq!(errors, json!([wrong_type(list, "Role", &[user, &ops.id])]), "{list}");
        }
        let errors = ops.faults(json!({ "roleIds": [role, user] })).await;
        assert_eq!(errors, json!([wrong_type("roleIds", "Role", &[user])]));
        for list in ["addUserIds", "removeUserIds"] {
            let errors = ops.faults(json!({ list: [role, user, ops.id] })).await;
            assert_eq!(errors, json!([wrong_type(list, "User", &[role, &ops.id])]), "{list}");
        }
    }

    async fn ids_that_stand_twice_in_a_list_are_named_once(app) {
        let ops = Ops::new(app).await;
        let ([a, b, c], [ada, bob, cyd]) = (&ops.roles, &ops.users);
        let lists = [
            ("roleIds", [a, b, b, a, b]), ("addRoleIds", [c, b, b, c, a]),
            ("removeRoleIds", [c, b, b, c, b]), ("addUserIds", [cyd, bob, bob, cyd, ada]),
            ("removeUserIds", [cyd, bob, cyd, bob, ada]),
        ];
        for (list, ids) in lists {
            let errors = ops.faults(json!({ list: ids })).await;
            assert_eq!(codes(&errors), json!([format!("input.{list} DUPLICATE_ITEM")]));
            let mut named = texts(&json!(errors[0]["affectedIds"].as_array().unwrap().iter()
                .map(|id| json!({ "id": id })).collect::<Vec<Value>>()), "id");
            let mut twice = match list {
                "roleIds" => vec![a.clone(), b.clone()],
                "addRoleIds" | "removeRoleIds" => vec![b.clone(), c.clone()],
                _ => vec![bob.clone(), cyd.clone()],
            };
            named.sort();
            twice.sort();
            assert_eq!(named, twice, "{list}");
        }
        let errors = ops.faults(json!({ "addUserIds": [cyd, cyd, cyd] })).await;
        assert_eq!(errors, json!([duplicate("addUserIds", &[cyd])]));
    }

    async fn what_is_to_come_and_to_go_is_named_by_the_list_of_what_goes(app) {
        let ops = Ops::new(app).await;
        let ([a, b, c], [ada, bob, cyd]) = (&ops.roles, &ops.users);
        let changes = [
            (json!({ "addRoleIds": [c], "removeRoleIds": [a, c] }), contradictory("removeRoleIds", &[c])),
            (json!({ "roleIds": [a, b], "removeRoleIds": [b] }), contradictory("removeRoleIds", &[b])),
            (
                json!({ "addUserIds": [cyd, ada, bob], "removeUserIds": [bob, cyd] }),
                contradictory("removeUserIds", &[bob, cyd]),
            ),
        ];
        for (change, expected) in changes {
            assert_eq!(ops.faults(change.clone()).await, json!([expected]), "{change}");
        }
    }

    async fn a_group_keeps_at_least_one_role(app) {
        let ops = Ops::new(app).await;
        let [a, b, c] = &ops.roles;
        let changes = [
            (json!({ "roleIds": [] }), too_few("roleIds")),
            (json!({ "removeRoleIds": [a, b] }), too_few("removeRoleIds")),
            (json!({ "removeRoleIds": [c, b, a] }), too_few("removeRoleIds")),
        ];
        for (change, expected) in changes {
            assert_eq!(ops.faults(change.clone()).await, json!([expected]), "{change}");
        }
        rehearses(&ops.admin, UPDATE, ops.input(json!({ "roleIds": [], "addRoleIds": [c] }))).await;
        rehearses(&ops.admin, UPDATE, ops.input(json!({ "removeRoleIds": [a] }))).await;
        let both = json!({ "addRoleIds": [c], "removeRoleIds": [a, b] });
        rehearses(&ops.admin, UPDATE, ops.input(both)).await;
    }

    async fn a_group_has_at_most_100_roles_whatever_led_to_them(app) {
        let admin = app.admin();
        let mut roles = Vec::new();
        for number in 0..101 {
            roles.push(admin.create_role(&format!("Role {number}"), &[]).await);
        }
        let full: Vec<&str> = roles[..100].iter().map(String::as_str).collect();
        let id = admin.create_group("Full", &full).await;
        let faults = async |mut fields: Value| {
            fields["id"] = json!(id);
            faults(&admin, UPDATE, fields).await
        };
        let size = |path| json!([too_many(path, [1, 100, 101])]);
        assert_eq!(faults(json!({ "addRoleIds": [roles[100]] })).await, size("addRoleIds"));
        assert_eq!(faults(json!({ "addRoleIds": [roles[99], roles[100]] })).await, size("addRoleIds"));
        let split = json!({ "roleIds": roles[..60], "addRoleIds": roles[40..] });
        assert_eq!(faults(split).await, size("addRoleIds"));
        let errors = faults(json!({ "roleIds": roles })).await;
        assert!(errors.as_array().unwrap().contains(&size("roleIds")[0]), "{errors:#}");
        let swap = json!({ "id": id, "addRoleIds": [roles[100]], "removeRoleIds": [roles[0]] });
        done(&admin, UPDATE, swap).await;
        done(&admin, UPDATE, json!({ "id": id, "roleIds": roles[..100] })).await;
    }

    async fn at_most_1000_users_come_or_go_in_one_call(app) {
        let ops = Ops::new(app).await;
        let ids: Vec<String> = (0..1_001).map(|_| unknown(Kind::User)).collect();
        for list in ["addUserIds", "removeUserIds"] {
            let errors = ops.faults(json!({ list: ids })).await;
            let expected = json!([format!("input.{list} NOT_FOUND"), format!("input.{list} TOO_MANY_ITEMS")]);
            assert_eq!(codes(&errors), expected);
            assert_eq!(errors[1], too_many(list, [0, 1_000, 1_001]));
            let errors = ops.faults(json!({ list: ids[1..] })).await;
            assert_eq!(codes(&errors), json!([format!("input.{list} NOT_FOUND")]));
            assert_eq!(errors[0]["affectedIds"], json!(ids[1..]));
        }
    }

    async fn nobody_is_put_into_more_than_100_groups_from_either_side(app) {
        let ops = Ops::new(app).await;
        let [ada, bob, _] = &ops.users;
        // Both are in Elsewhere and in Ops.
        for number in 2..100 {
            let input = json!({
                "title": format!("Group {number}"), "roleIds": [ops.roles[0]],
                "userIds": if number == 99 { vec![ada] } else { vec![ada, bob] },
            });
            done(&ops.admin, "createGroup", input).await;
        }
        let last = ops.admin.create_group("Last", &[&ops.roles[0]]).await;
        let input = json!({ "id": last, "addUserIds": [bob, ada] });
        let expected = json!([too_many("addUserIds", [1, 100, 101])]);
        assert_eq!(faults(&ops.admin, UPDATE, input).await, expected);
        let input = json!({ "title": "More", "roleIds": [ops.roles[0]], "userIds": [ada] });
        let expected = json!([too_many("userIds", [1, 100, 101])]);
        assert_eq!(faults(&ops.admin, "createGroup", input).await, expected);
        let input = json!({ "id": ada, "addGroupIds": [last] });
        let expected = json!([too_many("addGroupIds", [1, 100, 101])]);
        assert_eq!(faults(&ops.admin, "updateUser", input).await, expected);
        done(&ops.admin, UPDATE, json!({ "id": last, "addUserIds": [bob] })).await;
        // Who is in it already does not join it again.
        ops.set(json!({ "addUserIds": [ada, bob] })).await;
    }

    async fn a_change_made_for_another_version_shows_what_is_current(app) {
        let ops = Ops::new(app).await;
        ops.set(json!({ "title": "Betrieb", "expectedVersion": 1 })).await;
        for expected in [1, 3, 0, -1, i32::MAX] {
            let errors = ops.faults(json!({ "title": "Mine", "expectedVersion": expected })).await;
            assert_eq!(errors, json!([stale("group", &ops.id, [expected, 2])]));
        }
        // Neither does a change of nothing get by.
        let errors = ops.faults(json!({ "expectedVersion": 1 })).await;
        assert_eq!(errors, json!([stale("group", &ops.id, [1, 2])]));
        let query = "mutation($input: UpdateGroupInput!) { updateGroup(input: $input) {
            userErrors { ... on StaleVersionError { current { ... on Group {
                title version userCount roles { name rules { action } }
            } } } }
        } }";
        let input = ops.input(json!({ "expectedVersion": 1 }));
        let data = ops.admin.data(query, json!({ "input": input })).await;
        let roles = json!([{ "name": "A", "rules": [] }, { "name": "B", "rules": [] }]);
        let current = json!({ "title": "Betrieb", "version": 2, "userCount": 2, "roles": roles });
        assert_eq!(data, json!({ "updateGroup": { "userErrors": [{ "current": current }] } }));
    }

    async fn who_was_deleted_is_nobody_to_a_group_and_who_is_blocked_is_somebody(app) {
        let ops = Ops::new(app).await;
        let [ada, bob, cyd] = &ops.users;
        done(&ops.admin, "setUserStatus", json!({ "id": cyd, "status": "BLOCKED" })).await;
        ops.set(json!({ "addUserIds": [cyd] })).await;
        assert_eq!(ops.now().await["userCount"], 3);
        ops.set(json!({ "removeUserIds": [cyd] })).await;
        for id in [ada, cyd] {
            done(&ops.admin, "setUserStatus", json!({ "id": id, "status": "DELETED" })).await;
        }
        let errors = ops.faults(json!({ "addUserIds": [cyd, bob] })).await;
        assert_eq!(errors, json!([not_found("addUserIds", "User", &[cyd])]));
        let errors = ops.faults(json!({ "removeUserIds": [bob, ada] })).await;
        assert_eq!(errors, json!([not_found("removeUserIds", "User", &[ada])]));
    }

    async fn every_fault_is_told_in_one_answer_by_path_then_code(app) {
        let ops = Ops::new(app).await;
        let ([a, b, c], [ada, bob, cyd]) = (&ops.roles, &ops.users);
        let elsewhere = group_id(&ops.admin, "Elsewhere").await;
        let fields = json!({
            "expectedVersion": 7,
            "title": "elsewhere",
            "description": "x".repeat(1_001),
            "roleIds": [a, a, b, "x"],
            "addRoleIds": [c, ada],
            "removeRoleIds": [c, b, b],
            "addUserIds": ["y", cyd, a, "y"],
            "removeUserIds": [bob, cyd],
        });
        let expected = json!([
            wrong_type("addRoleIds", "Role", &[ada]),
            duplicate("addUserIds", &["y"]),
            not_found("addUserIds", "User", &["y"]),
            wrong_type("addUserIds", "User", &[a]),
            too_long("description", 1_000),
            stale("group", &ops.id, [7, 1]),
            contradictory("removeRoleIds", &[c, b]),
            duplicate("removeRoleIds", &[b]),
            contradictory("removeUserIds", &[cyd]),
            duplicate("roleIds", &[a]),
            not_found("roleIds", "Role", &["x"]),
            title_taken("elsewhere", &elsewhere),
        ]);
        assert_eq!(ops.faults(fields).await, expected);
    }

    async fn a_rehearsal_of_what_is_right_writes_nothing_and_shows_nothing(app) {
        let ops = Ops::new(app).await;
        let ([a, b, c], [ada, _, cyd]) = (&ops.roles, &ops.users);
        let changes = [
            json!({}),
            json!({ "title": "Other" }),
            json!({ "description": "", "expectedVersion": 1 }),
            json!({ "roleIds": [c], "addRoleIds": [a], "removeRoleIds": [b] }),
            json!({ "addUserIds": [cyd], "removeUserIds": [ada] }),
        ];
        for fields in changes {
            rehearses(&ops.admin, UPDATE, ops.input(fields)).await;
        }
    }

    async fn the_group_of_the_administrators_keeps_the_root_role_and_changes_else(app) {
        let ops = Ops::new(app).await;
        let group = group_id(&ops.admin, "Administrators").await;
        let root = ops.admin.root_role().await;
        // The only administrator is one through another group, too: nobody is locked out here.
        let input = json!({ "id": ops.id, "addRoleIds": [root], "addUserIds": [own_id(&ops.admin).await] });
        done(&ops.admin, UPDATE, input).await;
        let taken = [
            (json!({ "removeRoleIds": [root], "addRoleIds": [ops.roles[0]] }), "removeRoleIds"),
            (json!({ "roleIds": [ops.roles[0]] }), "roleIds"),
        ];
        for (mut input, path) in taken {
            input["id"] = json!(group);
            let errors = faults(&ops.admin, UPDATE, input).await;
            assert_eq!(errors, json!([protected("group", path, &group)]));
        }
        let errors = faults(&ops.admin, UPDATE, json!({ "id": group, "removeRoleIds": [root] })).await;
        assert!(errors.as_array().unwrap().contains(&protected("group", "removeRoleIds", &group)));
        let changes = [
            json!({ "title": "Bosses", "description": "They decide" }),
            json!({ "addRoleIds": [ops.roles[0]] }),
            json!({ "roleIds": [root, ops.roles[1]] }),
            json!({ "addUserIds": [ops.users[0]] }),
            json!({ "removeUserIds": [ops.users[0], own_id(&ops.admin).await] }),
        ];
        for mut input in changes {
            input["id"] = json!(group);
            done(&ops.admin, UPDATE, input).await;
        }
        let query = "query($id: ID!) { group(id: $id) {
            title description roles { name } userCount isProtected version
        } }";
        let data = ops.admin.data(query, json!({ "id": group })).await;
        let roles = json!([{ "name": "Administrator" }, { "name": "B" }]);
        let expected = json!({ "group": {
            "title": "Bosses", "description": "They decide", "roles": roles, "userCount": 0,
            "isProtected": true, "version": 4,
        } });
        assert_eq!(data, expected);
    }

    async fn who_may_only_make_groups_changes_none(app) {
        let maker = app.user_with("maker", &["acl/group/index", "acl/group/create", "acl/role/index"]).await;
        let id = group_id(&maker, "Group of maker").await;
        let answer = attempt(&maker, UPDATE, json!({ "id": id, "title": "Mine" })).await;
        assert_eq!(answer["data"], json!(null));
        let required = json!({ "code": "FORBIDDEN", "required": "acl/group/update" });
        assert_eq!(answer["errors"][0]["extensions"], required);
        let answer = attempt(&app.nobody(), UPDATE, json!({ "id": id, "title": "Mine" })).await;
        assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "UNAUTHENTICATED" }));
    }

    async fn a_user_loses_their_last_group_from_the_side_of_the_group(app) {
        let admin = app.admin();
        let role = admin.create_role("Empty", &[]).await;
        let group = admin.create_group("Only", &[&role]).await;
        let user = enrol(&admin, "ada", &[&group]).await;
        done(&admin, UPDATE, json!({ "id": group, "removeUserIds": [user] })).await;
        let query = "query($id: ID!) { user(id: $id) { status version groups { title } } }";
        let data = admin.data(query, json!({ "id": user })).await;
        assert_eq!(data, json!({ "user": { "status": "ACTIVE", "version": 1, "groups": [] } }));
    }
}
