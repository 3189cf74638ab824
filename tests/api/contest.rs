//! More that happens at once, on two instances: administrators against each other, names and versions that
//! only one gets, and groups that go while users come.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::client::rule_input;
use crate::support::guarding::{document, done, enrol, events, group_id, own_id, payload, rule_id};
use crate::support::{Client, PASSWORD, TestApp};

/// The administrator at two instances, again and again.
async fn hands(app: &TestApp, count: usize) -> Vec<Client> {
    let (admin, other) = (app.admin(), app.another().await);
    (0..count).map(|n| if n % 2 == 0 { admin.clone() } else { admin.on(&other) }).collect()
}

/// What came of one mutation, asked for with each of some inputs at once: what it made, and the user
/// errors.
async fn race(
    app: &TestApp,
    mutation: &str,
    made: &str,
    inputs: Vec<Value>,
) -> Vec<(Value, Value)> {
    let hands = hands(app, inputs.len()).await;
    let race = hands.iter().zip(inputs).map(async |(hand, input)| {
        let mut payload = payload(hand, mutation, input).await;
        (payload[made].take(), payload["userErrors"].take())
    });
    join_all(race).await
}

/// Says that everyone in a race won.
fn all_won(outcomes: &[(Value, Value)]) {
    for (made, errors) in outcomes {
        assert_eq!(*errors, json!([]));
        assert!(!made.is_null());
    }
}

/// What the one winner of a race made, and the errors of all others.
fn one_won(outcomes: Vec<(Value, Value)>) -> (Value, Vec<Value>) {
    let (won, lost): (Vec<_>, Vec<_>) =
        outcomes.into_iter().partition(|(_, errors)| *errors == json!([]));
    assert_eq!(won.len(), 1, "{won:#?} {lost:#?}");
    assert!(lost.iter().all(|(made, _)| made.is_null()), "{lost:#?}");
    (won[0].0.clone(), lost.into_iter().map(|(_, errors)| errors).collect())
}

/// That many users, and the group that all of them are in.
async fn crowd(admin: &Client, count: usize) -> (Vec<String>, String) {
    let role = admin.create_role("Empty", &[]).await;
    let home = admin.create_group("Home", &[&role]).await;
    let names = (0..count).map(|number| format!("user{number}"));
    let users = names.map(async |name| enrol(admin, &name, &[&home]).await);
    (join_all(users).await, home)
}

/// How many users and roles a group has, how many users it says it has, and its version.
async fn sizes(admin: &Client, group: &str) -> [usize; 4] {
    let query = "query($id: ID!) { group(id: $id) {
        users(first: 100) { nodes { id } } roles { id } userCount version
    } }";
    let group = admin.data(query, json!({ "id": group })).await["group"].take();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let length = |value: &Value| value.as_array().unwrap().len();
    let (users, roles) = (length(&group["users"]["nodes"]), length(&group["roles"]));
    [users, roles, number(&group["userCount"]), number(&group["version"])]
}

/// What each of those is told who come too late with an old version.
fn stale(noun: &str, id: &str) -> Value {
    json!([{
        "__typename": "StaleVersionError", "code": "STALE_VERSION",
        "message": format!("Someone else changed this {noun} meanwhile."),
        "path": ["input", "expectedVersion"], "expectedVersion": 1, "currentVersion": 2,
        "current": { "id": id },
    }])
}

/// What each of those is told who come too late for a unique value.
fn taken([noun, value, field, key]: [&str; 4], holder: &Value) -> Value {
    let (ty, existing) = match noun {
        "group" => ("TitleTakenError", "existingGroup"),
        "role" => ("NameTakenError", "existingRole"),
        _ => ("EmailTakenError", "existingUser"),
    };
    json!([{
        "__typename": ty, "code": "TAKEN", "path": ["input", field], "normalizedValue": key,
        "message": format!("A {noun} with this {value} exists already."), existing: holder,
    }])
}

/// Two administrators who do something to each other at once: one does it, and the other is told that
/// nobody would be left, or has lost the right before it came to that.
async fn duel(app: &TestApp, deeds: [&str; 2]) {
    let first = app.admin();
    let second = app.user_with("second", &[]).await;
    let group = group_id(&first, "Administrators").await;
    let ids = [own_id(&first).await, own_id(&second).await];
    done(&first, "updateGroup", json!({ "id": group, "addUserIds": [ids[1]] })).await;
    let second = second.on(&app.another().await);
    assert_eq!(second.data("{ users { totalCount } }", json!({})).await["users"]["totalCount"], 2);
    let strike = async |client: &Client, deed: &str, id: &str| {
        let (mutation, input) = match deed {
            "remove" => ("updateGroup", json!({ "id": group, "removeUserIds": [id] })),
            status => ("setUserStatus", json!({ "id": id, "status": status })),
        };
        let answer = client.run(&document(mutation), json!({ "input": input })).await;
        let errors = answer["data"][mutation]["userErrors"].clone();
        let code = answer["errors"][0]["extensions"]["code"].clone();
        match (errors, code) {
            (Value::Array(errors), _) if errors.is_empty() => true,
            (Value::Array(errors), _) => {
                assert_eq!(errors[0]["code"], "WOULD_LOCK_OUT", "{answer:#}");
                assert_eq!(errors.len(), 1, "{answer:#}");
                false
            }
            (_, code) => {
                assert!(
                    [json!("UNAUTHENTICATED"), json!("FORBIDDEN")].contains(&code),
                    "{answer:#}"
                );
                false
            }
        }
    };
    let blows = join(strike(&first, deeds[0], &ids[1]), strike(&second, deeds[1], &ids[0])).await;
    let left = match blows {
        (true, false) => &first,
        (false, true) => &second,
        both => panic!("{both:?}"),
    };
    let query = "query($id: ID!) {
        group(id: $id) { userCount }
        users(filter: { groupIds: [$id], statuses: [ACTIVE] }) { nodes { id } }
    }";
    let data = left.data(query, json!({ "id": group })).await;
    let active = json!([{ "id": own_id(left).await }]);
    assert_eq!(data["users"]["nodes"], active);
    done(left, "createRole", json!({ "name": "Still in charge" })).await;
}

api_tests! {
    async fn users_who_are_put_into_a_group_from_both_sides_at_once_are_in_it_once(app) {
        let admin = app.admin();
        let (users, _) = crowd(&admin, 10).await;
        let role = admin.create_role("Role", &[]).await;
        let group = admin.create_group("Ops", &[&role]).await;
        let before = events(&admin).await;
        let hands = hands(app, 2).await;
        let from_the_group = users.iter().map(async |user| {
            done(&hands[0], "updateGroup", json!({ "id": group, "addUserIds": [user] })).await
        });
        let from_the_user = users.iter().map(async |user| {
            done(&hands[1], "updateUser", json!({ "id": user, "addGroupIds": [group] })).await
        });
        join(join_all(from_the_group), join_all(from_the_user)).await;
        assert_eq!(sizes(&admin, &group).await, [10, 1, 10, 1]);
        assert_eq!(events(&admin).await, before + 10);
    }

    async fn twenty_who_each_add_another_rule_all_do_and_of_those_who_add_one_rule_one_does(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &[]).await;
        let input = |rule: &str| json!({ "id": role, "addRules": [rule_input(rule)] });
        let inputs = (0..20).map(|number| input(&format!("cms/page/{number}"))).collect();
        all_won(&race(app, "updateRole", "role", inputs).await);
        let (_, errors) = one_won(race(app, "updateRole", "role", vec![input("cms/page/x"); 8]).await);
        let rule = rule_id(&admin, &role, "cms/page/x").await;
        let there = json!([{
            "__typename": "DuplicateItemsError", "code": "DUPLICATE_ITEM",
            "message": "The same item stands here more than once.",
            "path": ["input", "addRules", "0"], "affectedIds": [rule],
        }]);
        assert_eq!(errors, vec![there; 7]);
        let query = "query($id: ID!) { role(id: $id) { version rules { id } } }";
        let data = admin.data(query, json!({ "id": role })).await;
        assert_eq!(data["role"]["version"], 22);
        assert_eq!(data["role"]["rules"].as_array().unwrap().len(), 21);
    }

    async fn of_eight_who_change_one_version_one_does_and_the_others_see_it(app) {
        let admin = app.admin();
        let (users, _) = crowd(&admin, 1).await;
        let role = admin.create_role("Role", &[]).await;
        let things = [
            ("updateRole", "role", &role, "name"),
            ("updateUser", "user", &users[0], "firstName"),
        ];
        for (mutation, noun, id, field) in things {
            let input = |number| json!({
                "id": id, "expectedVersion": 1, field: format!("Number {number}"),
            });
            let outcomes = race(app, mutation, noun, (0..8).map(input).collect()).await;
            let (won, errors) = one_won(outcomes);
            assert_eq!(won, json!({ "id": id }));
            assert_eq!(errors, vec![stale(noun, id); 7]);
        }
    }

    async fn of_those_who_give_different_things_one_name_one_does_and_the_others_learn_who(app) {
        let admin = app.admin();
        let (users, _) = crowd(&admin, 8).await;
        let (mut groups, mut roles) = (Vec::new(), Vec::new());
        for number in 0..8 {
            roles.push(admin.create_role(&format!("Role {number}"), &[]).await);
            groups.push(admin.create_group(&format!("Group {number}"), &[&roles[number]]).await);
        }
        let things = [
            ("updateGroup", &groups[..], ["group", "title", "title", "night"], "NIGHT"),
            ("updateRole", &roles[..], ["role", "name", "name", "readers"], "Readers"),
            ("updateUser", &users[..], ["user", "e-mail address", "email", "a@example.org"], "A@example.org"),
        ];
        for (mutation, ids, names, value) in things {
            let inputs = ids.iter().map(|id| json!({ "id": id, names[2]: value })).collect();
            let (won, errors) = one_won(race(app, mutation, names[0], inputs).await);
            assert_eq!(errors, vec![taken(names, &won); ids.len() - 1]);
        }
    }

    async fn of_eight_who_delete_one_user_one_does_and_the_group_counts_that_once(app) {
        let admin = app.admin();
        let (users, home) = crowd(&admin, 2).await;
        let before = events(&admin).await;
        for status in ["DELETED", "ACTIVE"] {
            let inputs = vec![json!({ "id": users[0], "status": status }); 8];
            all_won(&race(app, "setUserStatus", "user", inputs).await);
            let count = if status == "DELETED" { 1 } else { 2 };
            assert_eq!(sizes(&admin, &home).await, [count, 1, count, 1]);
        }
        assert_eq!(events(&admin).await, before + 2);
    }

    async fn a_group_is_either_deleted_or_gets_a_user(app) {
        let admin = app.admin();
        let (users, home) = crowd(&admin, 1).await;
        let role = admin.create_role("Role", &[]).await;
        let hands = hands(app, 2).await;
        for round in 0..8 {
            let group = admin.create_group(&format!("Group {round}"), &[&role]).await;
            let (mutation, input) = match round % 4 {
                0 | 1 => ("updateGroup", json!({ "id": group, "addUserIds": users })),
                2 => ("updateUser", json!({ "id": users[0], "addGroupIds": [group] })),
                _ => ("createUser", json!({
                    "email": format!("new{round}@example.org"), "firstName": "New", "lastName": "New",
                    "password": PASSWORD, "groupIds": [home, group],
                })),
            };
            let (joined, deleted) = join(
                payload(&hands[round % 2], mutation, input),
                payload(&hands[1 - round % 2], "deleteGroup", json!({ "id": group })),
            )
            .await;
            let codes = [&joined["userErrors"][0]["code"], &deleted["userErrors"][0]["code"]];
            let won = [[json!("NOT_FOUND"), Value::Null], [Value::Null, json!("IN_USE")]];
            assert!(won.iter().any(|it| [&it[0], &it[1]] == codes), "{joined:#} {deleted:#}");
        }
    }

    async fn of_two_administrators_who_block_each_other_one_does(app) {
        duel(app, ["BLOCKED", "BLOCKED"]).await;
    }

    async fn of_two_administrators_who_delete_each_other_one_does(app) {
        duel(app, ["DELETED", "DELETED"]).await;
    }

    async fn of_one_who_removes_and_one_who_blocks_the_other_one_does(app) {
        duel(app, ["remove", "BLOCKED"]).await;
    }
}
