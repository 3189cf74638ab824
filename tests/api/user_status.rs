//! Blocking, unblocking, deleting and restoring users.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::guarding::{
    document, done, enrol, events, group_id, own_id, payload, picture, refusal,
};
use crate::support::{Client, TestApp};
use crate::user::{nodes, plain_group};

const SET: &str = "mutation($input: SetUserStatusInput!) { setUserStatus(input: $input) {
    user { email status version } userErrors { message } clientMutationId
} }";

/// Gives a user a status.
async fn set(client: &Client, id: &str, status: &str) {
    done(client, "setUserStatus", json!({ "id": id, "status": status })).await;
}

/// What is wrong with giving a user a status.
async fn wrong(client: &Client, id: &str, status: &str) -> Value {
    refusal(client, "setUserStatus", json!({ "id": id, "status": status })).await
}

/// The users that two groups count.
async fn counts(admin: &Client) -> Value {
    let query = "{ a: groupByTitle(title: \"A\") { userCount } b: groupByTitle(title: \"B\") { userCount } }";
    let data = admin.data(query, json!({})).await;
    json!([data["a"]["userCount"], data["b"]["userCount"]])
}

/// Says that a token no longer says who someone is.
async fn is_nobody(client: &Client) {
    let data = client.data("{ viewer { user { id } } }", json!({})).await;
    assert_eq!(data, json!({ "viewer": null }));
    let failures = client.failures("{ groups { totalCount } }", json!({})).await;
    assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
    let failures = client.failures("{ apiTokens { id } }", json!({})).await;
    assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
}

fn protected(id: &str) -> Value {
    json!({
        "__typename": "ProtectedError", "message": "You cannot block or delete yourself.",
        "code": "PROTECTED", "path": ["input", "id"], "subject": { "id": id }, "usedBy": null,
    })
}

/// Whether someone may bring a user of each status to each status: null, or the right that is missing.
async fn may_set(app: &TestApp, name: &str, rules: &[&str], expected: [[Value; 3]; 3]) {
    let (admin, client) = (app.admin(), app.user_with(name, rules).await);
    let id = app.user_id(&format!("subject-of-{name}"), &[]).await;
    let statuses = ["ACTIVE", "BLOCKED", "DELETED"];
    for (from, expected) in statuses.iter().zip(expected) {
        for (to, expected) in statuses.iter().zip(expected) {
            set(&admin, &id, from).await;
            let variables = json!({ "input": { "id": id, "status": to } });
            let answer = client.run(&document("setUserStatus"), variables).await;
            let required = &answer["errors"][0]["extensions"]["required"];
            assert_eq!(*required, expected, "{name}: {from} to {to}");
            let query = "query($id: ID!) { user(id: $id) { status } }";
            let data = admin.data(query, json!({ "id": id })).await;
            let after = if expected.is_null() { to } else { from };
            assert_eq!(data["user"]["status"], *after, "{name}: {from} to {to}");
        }
    }
}

api_tests! {
    async fn every_status_leads_to_every_other(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        let path = [
            "BLOCKED", "ACTIVE", "DELETED", "ACTIVE", "BLOCKED", "DELETED", "BLOCKED", "ACTIVE",
        ];
        for (version, status) in (2..).zip(path) {
            let input = json!({
                "id": id, "status": status, "expectedVersion": version - 1, "clientMutationId": status,
            });
            let expected = json!({ "data": { "setUserStatus": {
                "user": { "email": "ada@example.org", "status": status, "version": version },
                "userErrors": [], "clientMutationId": status,
            } } });
            assert_eq!(admin.run(SET, json!({ "input": input })).await, expected);
        }
    }

    async fn the_status_that_a_user_has_is_no_change(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        for status in ["ACTIVE", "BLOCKED", "DELETED"] {
            set(&admin, &id, status).await;
            let before = picture(&admin).await;
            set(&admin, &id, status).await;
            assert_eq!(picture(&admin).await, before);
        }
        set(&admin, &own_id(&admin).await, "ACTIVE").await;
    }

    async fn nobody_can_block_or_delete_themselves(app) {
        let admin = app.admin();
        app.administrator("other").await;
        let manager = app.user_with("manager", &["user/user/*"]).await;
        for client in [&admin, &manager] {
            let id = own_id(client).await;
            for status in ["BLOCKED", "DELETED"] {
                assert_eq!(wrong(client, &id, status).await, json!([protected(&id)]));
            }
        }
    }

    async fn everything_that_is_wrong_with_a_status_is_said_at_once(app) {
        let admin = app.admin();
        let id = own_id(&admin).await;
        let before = picture(&admin).await;
        let input = json!({ "id": id, "status": "DELETED", "expectedVersion": 9 });
        let expected = json!([
            {
                "__typename": "LockoutError", "code": "WOULD_LOCK_OUT", "path": [],
                "message": "Afterwards nobody could administer the system any more.",
            },
            {
                "__typename": "StaleVersionError", "message": "Someone else changed this user meanwhile.",
                "code": "STALE_VERSION", "path": ["input", "expectedVersion"],
                "expectedVersion": 9, "currentVersion": 1, "current": { "id": id },
            },
            protected(&id),
        ]);
        assert_eq!(refusal(&admin, "setUserStatus", input).await, expected);
        assert_eq!(picture(&admin).await, before);
    }

    async fn a_stale_version_is_refused_even_where_nothing_would_change(app) {
        let admin = app.admin();
        let id = app.user_id("ada", &[]).await;
        for status in ["ACTIVE", "BLOCKED", "DELETED"] {
            let input = json!({ "id": id, "status": status, "expectedVersion": 2 });
            let errors = refusal(&admin, "setUserStatus", input).await;
            assert_eq!(codes(&errors), json!(["input.expectedVersion STALE_VERSION"]));
        }
    }

    async fn the_tokens_of_a_user_who_is_blocked_or_deleted_end_at_once_and_for_good(app) {
        let admin = app.admin();
        for (name, status) in [("ada", "BLOCKED"), ("bob", "DELETED")] {
            let client = app.user_with(name, &["acl/group/index", "user/token/create"]).await;
            let made = done(&client, "createApiToken", json!({ "name": "Another" })).await;
            let other = app.bearer(made["secret"].as_str().unwrap());
            let id = own_id(&client).await;
            assert_eq!(own_id(&other).await, id);
            set(&admin, &id, status).await;
            is_nobody(&client).await;
            is_nobody(&other).await;
            set(&admin, &id, "ACTIVE").await;
            is_nobody(&client).await;
            is_nobody(&other).await;
        }
    }

    async fn a_user_who_is_unblocked_may_do_again_what_they_did(app) {
        let admin = app.admin();
        let id = app.user_id("ada", &["cms/page/edit"]).await;
        let query = "query($id: ID!) { user(id: $id) {
            access(bundle: \"cms\", controller: \"page\", action: \"edit\") { allowed reason }
        } }";
        let inactive = json!({ "allowed": false, "reason": "USER_NOT_ACTIVE" });
        let active = json!({ "allowed": true, "reason": "ALLOWED" });
        for (status, expected) in [
            ("BLOCKED", &inactive), ("ACTIVE", &active), ("DELETED", &inactive), ("ACTIVE", &active),
        ] {
            set(&admin, &id, status).await;
            let data = admin.data(query, json!({ "id": id })).await;
            assert_eq!(data["user"]["access"], *expected);
        }
    }

    async fn groups_count_their_users_but_for_the_deleted_ones(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "A").await, plain_group(&admin, "B").await);
        let ada = enrol(&admin, "ada", &[&a, &b]).await;
        enrol(&admin, "bob", &[&a]).await;
        assert_eq!(counts(&admin).await, json!([2, 1]));
        for (status, expected) in [
            ("BLOCKED", [2, 1]), ("DELETED", [1, 0]), ("DELETED", [1, 0]), ("ACTIVE", [2, 1]),
            ("DELETED", [1, 0]), ("BLOCKED", [2, 1]), ("ACTIVE", [2, 1]),
        ] {
            set(&admin, &ada, status).await;
            assert_eq!(counts(&admin).await, json!(expected), "{status}");
        }
    }

    async fn the_groups_of_a_deleted_user_change_without_counting_them(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "A").await, plain_group(&admin, "B").await);
        let ada = enrol(&admin, "ada", &[&a]).await;
        set(&admin, &ada, "DELETED").await;
        done(&admin, "updateUser", json!({ "id": ada, "groupIds": [b] })).await;
        assert_eq!(counts(&admin).await, json!([0, 0]));
        set(&admin, &ada, "ACTIVE").await;
        assert_eq!(counts(&admin).await, json!([0, 1]));
    }

    async fn a_deleted_user_stays_with_their_address_and_their_groups(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        set(&admin, &id, "DELETED").await;
        let query = "query($id: ID!) {
            user(id: $id) { email status groups { title } }
            userByEmail(email: \"ada@example.org\") { id }
            node(id: $id) { id }
            users(filter: { search: \"ada@\" }) { totalCount nodes { id } }
            deleted: users(filter: { statuses: [DELETED] }) { totalCount nodes { id } }
            groupByTitle(title: \"Plain\") { users { totalCount nodes { id } } }
        }";
        let this = json!({ "id": id });
        let none = json!({ "totalCount": 0, "nodes": [] });
        let expected = json!({
            "user": { "email": "ada@example.org", "status": "DELETED", "groups": [{ "title": "Plain" }] },
            "userByEmail": this,
            "node": this,
            "users": none,
            "deleted": { "totalCount": 1, "nodes": [this] },
            "groupByTitle": { "users": none },
        });
        assert_eq!(admin.data(query, json!({ "id": id })).await, expected);
    }

    async fn a_deleted_user_comes_into_no_group_from_the_groups_side(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let (role, id) = (admin.root_role().await, enrol(&admin, "ada", &[&group]).await);
        set(&admin, &id, "DELETED").await;
        let missing = |path| json!([nodes(path, "NOT_FOUND", "There is no such user.", ["User", &id])]);
        let input = json!({ "title": "New", "roleIds": [role], "userIds": [id] });
        assert_eq!(refusal(&admin, "createGroup", input).await, missing("userIds"));
        for path in ["addUserIds", "removeUserIds"] {
            let input = json!({ "id": group, path: [id] });
            assert_eq!(refusal(&admin, "updateGroup", input).await, missing(path));
        }
    }

    async fn a_group_whose_users_are_all_deleted_can_be_deleted(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        let payload = payload(&admin, "deleteGroup", json!({ "id": group })).await;
        assert_eq!(codes(&payload["userErrors"]), json!(["input.id IN_USE"]));
        set(&admin, &id, "DELETED").await;
        done(&admin, "deleteGroup", json!({ "id": group })).await;
        let query = "query($id: ID!) { user(id: $id) { status groups { id } } }";
        let expected = json!({ "user": { "status": "DELETED", "groups": [] } });
        assert_eq!(admin.data(query, json!({ "id": id })).await, expected);
    }

    async fn whoever_may_update_users_blocks_and_unblocks_them(app) {
        let delete = json!("user/user/delete");
        let (yes, rules) = (Value::Null, ["user/user/index", "user/user/update"]);
        let expected = [
            [yes.clone(), yes.clone(), delete.clone()],
            [yes.clone(), yes.clone(), delete.clone()],
            // What is deleted already needs no right that a change would need, but deleting does.
            [delete.clone(), delete.clone(), delete],
        ];
        may_set(app, "updater", &rules, expected).await;
    }

    async fn whoever_may_delete_users_deletes_and_restores_them(app) {
        let update = json!("user/user/update");
        let (yes, rules) = (Value::Null, ["user/user/index", "user/user/delete"]);
        let expected = [
            [yes.clone(), update.clone(), yes.clone()],
            [update.clone(), update.clone(), update.clone()],
            [yes.clone(), update, yes],
        ];
        may_set(app, "deleter", &rules, expected).await;
    }

    async fn whoever_may_neither_update_nor_delete_users_sets_no_status(app) {
        let (update, delete) = (json!("user/user/update"), json!("user/user/delete"));
        let row = [update.clone(), update, delete];
        let expected = [row.clone(), row.clone(), row];
        may_set(app, "reader", &["user/user/index"], expected).await;
    }

    async fn whoever_may_update_and_delete_users_sets_every_status(app) {
        may_set(app, "manager", &["user/user/*"], Default::default()).await;
    }

    async fn setting_the_status_of_someone_who_is_not_there_is_no_event(app) {
        let (admin, count) = (app.admin(), events(&app.admin()).await);
        let group = group_id(&admin, "Administrators").await;
        for id in [&*unknown(Kind::User), &*group, "", "x"] {
            for status in ["ACTIVE", "BLOCKED", "DELETED"] {
                let errors = codes(&wrong(&admin, id, status).await);
                let code = if id == group { "WRONG_TYPE" } else { "NOT_FOUND" };
                assert_eq!(errors, json!([format!("input.id {code}")]));
            }
        }
        assert_eq!(events(&admin).await, count);
    }
}
