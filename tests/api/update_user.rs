//! Changing users.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::guarding::{
    document, done, enrol, events, group_id, own_id, picture, refusal, role_id,
};
use crate::support::{Client, PASSWORD};
use crate::user::{nodes, plain_group, plain_groups, taken};

const UPDATE: &str = "mutation($input: UpdateUserInput!) { updateUser(input: $input) {
    user { email firstName lastName status locale version groups { title } }
    userErrors { message code path } clientMutationId
} }";

/// What `updateUser` makes of a user, who must be changed without an error.
pub async fn updated(client: &Client, input: Value) -> Value {
    let mut payload = client.data(UPDATE, json!({ "input": input })).await["updateUser"].take();
    assert_eq!(payload["userErrors"], json!([]));
    payload["user"].take()
}

/// The paths and codes of what is wrong with a change.
pub async fn wrong(client: &Client, input: Value) -> Value {
    codes(&refusal(client, "updateUser", input).await)
}

api_tests! {
    async fn each_field_of_a_user_can_be_changed(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        let mut user = json!({
            "email": "ada@example.org", "firstName": "ada", "lastName": "Tester", "status": "ACTIVE",
            "locale": "en", "version": 1, "groups": [{ "title": "Plain" }],
        });
        let fields = [
            ("email", "ADA@example.org"), ("firstName", "Ada"), ("lastName", "King"), ("locale", "de"),
        ];
        for (version, (field, value)) in (2..).zip(fields) {
            user[field] = json!(value);
            user["version"] = json!(version);
            let input = json!({ "id": id, field: value });
            assert_eq!(updated(&admin, input.clone()).await, user);
            // Once more is no change.
            assert_eq!(updated(&admin, input).await, user);
        }
        let hashes = app.password_hashes().await;
        user["version"] = json!(6);
        let input = json!({ "id": id, "password": "another horse's battery staple" });
        assert_eq!(updated(&admin, input).await, user);
        let changed = app.password_hashes().await;
        assert_eq!(hashes.iter().filter(|hash| !changed.contains(hash)).count(), 1);
        let whole = json!({ "id": id, "email": "a@example.org", "firstName": "A", "lastName": "B" });
        assert_eq!(updated(&admin, whole).await["version"], 7);
    }

    async fn absent_and_null_leave_a_user_as_they_are(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        let before = picture(&admin).await;
        let nulls = json!({
            "id": id, "expectedVersion": null, "email": null, "firstName": null, "lastName": null,
            "password": null, "locale": null, "groupIds": null, "addGroupIds": null, "removeGroupIds": null,
        });
        for input in [json!({ "id": id }), nulls, json!({ "id": id, "addGroupIds": [group] })] {
            done(&admin, "updateUser", input).await;
        }
        assert_eq!(picture(&admin).await, before);
    }

    async fn the_groups_of_a_user_can_be_replaced_added_to_and_taken_from(app) {
        let admin = app.admin();
        let groups = plain_groups(&admin, 4).await;
        let [a, b, c, d] = [&*groups[0], &*groups[1], &*groups[2], &*groups[3]];
        let id = enrol(&admin, "ada", &[a]).await;
        let query = "query($id: ID!) { user(id: $id) { version updatedAt } }";
        let before = admin.data(query, json!({ "id": id })).await;
        for (input, expected) in [
            (json!({ "addGroupIds": [b, a] }), vec![0, 1]),
            (json!({ "removeGroupIds": [a, c] }), vec![1]),
            (json!({ "groupIds": [c, d] }), vec![2, 3]),
            (json!({ "groupIds": [a], "addGroupIds": [b] }), vec![0, 1]),
            (json!({ "groupIds": [c], "addGroupIds": [d], "removeGroupIds": [a] }), vec![2, 3]),
            (json!({ "addGroupIds": [a], "removeGroupIds": [c, d] }), vec![0]),
        ] {
            let mut input = input;
            input["id"] = json!(id);
            let titles = expected.iter().map(|n| json!({ "title": format!("Group {n:03}") }));
            let user = updated(&admin, input).await;
            assert_eq!(user["groups"], titles.collect::<Value>());
            let query = "{ groups(filter: { search: \"Group 0\" }) { nodes { userCount version } } }";
            let count = |n| json!({ "userCount": i32::from(expected.contains(&n)), "version": 1 });
            let counts: Value = (0..4).map(count).collect();
            assert_eq!(admin.data(query, json!({})).await["groups"]["nodes"], counts);
        }
        assert_eq!(admin.data(query, json!({ "id": id })).await, before);
    }

    async fn everything_that_is_wrong_with_a_change_is_said_at_once(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "A").await, plain_group(&admin, "B").await);
        let (role, nothing) = (role_id(&admin, "Role of A").await, unknown(Kind::Group));
        let id = enrol(&admin, "ada", &[&a]).await;
        let holder = enrol(&admin, "bob", &[&a]).await;
        let input = json!({
            "id": id, "expectedVersion": 3, "email": "BOB@example.org", "firstName": "", "lastName": "a\u{7}",
            "password": "123456789012", "locale": "?", "groupIds": [a, b, role],
            "addGroupIds": [b, b, nothing], "removeGroupIds": [b, a, "x"],
        });
        let before = picture(&admin).await;
        let errors = refusal(&admin, "updateUser", input.clone()).await;
        assert_eq!(codes(&errors), json!([
            "input.addGroupIds DUPLICATE_ITEM", "input.addGroupIds NOT_FOUND", "input.email TAKEN",
            "input.expectedVersion STALE_VERSION", "input.firstName BLANK", "input.groupIds WRONG_TYPE",
            "input.lastName INVALID_FORMAT", "input.locale INVALID_FORMAT", "input.password TOO_WEAK",
            "input.removeGroupIds CONTRADICTORY_ITEM", "input.removeGroupIds NOT_FOUND",
        ]));
        assert_eq!(errors[2], taken("bob@example.org", Some(&holder))[0]);
        let stale = json!({
            "__typename": "StaleVersionError", "message": "Someone else changed this user meanwhile.",
            "code": "STALE_VERSION", "path": ["input", "expectedVersion"],
            "expectedVersion": 3, "currentVersion": 1, "current": { "id": id },
        });
        assert_eq!(errors[3], stale);
        assert_eq!(errors[9]["affectedIds"], json!([b, a]));
        let mut rehearsal = input;
        rehearsal["validateOnly"] = json!(true);
        assert_eq!(refusal(&admin, "updateUser", rehearsal).await, errors);
        assert_eq!(picture(&admin).await, before);
    }

    async fn a_user_who_is_not_there_or_not_seen_is_not_found(app) {
        let blind = app.user_with("blind", &["user/user/update"]).await;
        let (ada, nothing) = (app.user_id("ada", &[]).await, unknown(Kind::User));
        let (admin, role) = (app.admin(), app.admin().root_role().await);
        for (client, id, code, message) in [
            (&admin, &*nothing, "NOT_FOUND", "There is no such user."),
            (&admin, "x", "NOT_FOUND", "There is no such user."),
            (&admin, &*role, "WRONG_TYPE", "This is not the id of a user."),
            (&blind, &*ada, "NOT_FOUND", "There is no such user."),
        ] {
            let expected = json!([nodes("id", code, message, ["User", id])]);
            let input = json!({ "id": id, "firstName": "X" });
            assert_eq!(refusal(client, "updateUser", input).await, expected);
            let input = json!({ "id": id, "status": "ACTIVE" });
            assert_eq!(refusal(client, "setUserStatus", input).await, expected);
        }
    }

    async fn everyone_may_change_their_own_names_and_language_and_nothing_else(app) {
        let ada = app.user_with("ada", &[]).await;
        let bob = app.user_id("bob", &[]).await;
        let (id, group) = (own_id(&ada).await, group_id(&app.admin(), "Group of ada").await);
        let input = json!({
            "id": id, "firstName": "Ada", "lastName": "King", "locale": "de", "expectedVersion": 1,
            "email": null, "groupIds": null,
        });
        let expected = json!({
            "email": "ada@example.org", "firstName": "Ada", "lastName": "King", "status": "ACTIVE",
            "locale": "de", "version": 2, "groups": [{ "title": "Group of ada" }],
        });
        assert_eq!(updated(&ada, input).await, expected);
        assert_eq!(wrong(&ada, json!({ "id": id, "lastName": "" })).await, json!(["input.lastName BLANK"]));
        let count = events(&app.admin()).await;
        for input in [
            json!({ "id": id, "email": "ada@example.org" }),
            json!({ "id": id, "firstName": "A", "password": PASSWORD }),
            json!({ "id": id, "groupIds": [group] }),
            json!({ "id": id, "addGroupIds": [group] }),
            json!({ "id": id, "removeGroupIds": [group], "validateOnly": true }),
            json!({ "id": bob, "firstName": "Bob" }),
            json!({ "id": unknown(Kind::User), "firstName": "Bob" }),
        ] {
            let failures = ada.failures(&document("updateUser"), json!({ "input": input })).await;
            assert_eq!(failures, json!([["FORBIDDEN", "user/user/update"]]), "{input}");
        }
        assert_eq!(events(&app.admin()).await, count);
    }
}
