//! Many changes at once: those that do not meet all happen, and of those that do, one.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::changing::{
    Ops, attempt, email_taken, group, last_actions, not_found, ops_with, stale, title_taken,
};
use crate::support::guarding::{done, enrol, events, group_id, own_id, payload};
use crate::support::{Client, PASSWORD, TestApp};

/// The first administrator at two instances on one database, by turns.
async fn everywhere(app: &TestApp) -> impl Fn(usize) -> Client {
    let instances = [app.admin(), app.admin().on(&app.another().await)];
    move |number| instances[number % 2].clone()
}

/// What those who lost a race were told; exactly one must have won it.
fn losers(payloads: &[Value]) -> Vec<&Value> {
    let errors = payloads.iter().map(|payload| &payload["userErrors"]);
    let lost: Vec<&Value> = errors.filter(|errors| **errors != json!([])).collect();
    assert_eq!(lost.len(), payloads.len() - 1, "{payloads:#?}");
    lost
}

/// Whether a mutation succeeded.
fn succeeded(answer: &Value, mutation: &str) -> bool {
    answer["data"][mutation]["userErrors"] == json!([])
}

api_tests! {
    async fn twenty_who_add_different_users_and_roles_to_one_group_all_succeed(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let elsewhere = group_id(&ops.admin, "Elsewhere").await;
        let mut additions = Vec::new();
        for number in 0..20 {
            let name = format!("new {number:02}");
            let role = ops.admin.create_role(&name, &[]).await;
            let user = enrol(&ops.admin, &format!("new{number:02}"), &[&elsewhere]).await;
            additions.push(ops.input(json!({ "addRoleIds": [role], "addUserIds": [user] })));
        }
        let before = events(&ops.admin).await;
        let race = additions.into_iter().enumerate().map(async |(number, input)| {
            done(&clients(number), "updateGroup", input).await
        });
        join_all(race).await;
        let names = |first: [&str; 2], new: &str| -> Vec<String> {
            let first = first.map(str::to_owned).into_iter();
            first.chain((0..20).map(|number| format!("{new}{number:02}"))).collect()
        };
        let expected = ops_with(json!({
            "roles": names(["A", "B"], "new "),
            "users": names(["ada", "bob"], "new"),
            "userCount": 22,
            "version": 21,
        }));
        assert_eq!(ops.now().await, expected);
        assert_eq!(events(&ops.admin).await, before + 20);
    }

    async fn those_who_add_and_those_who_remove_all_succeed(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let ([a, _, c], [ada, bob, cyd]) = (&ops.roles, &ops.users);
        let changes = [
            json!({ "addUserIds": [cyd] }),
            json!({ "removeUserIds": [ada] }),
            json!({ "removeUserIds": [bob] }),
            json!({ "addRoleIds": [c] }),
            json!({ "removeRoleIds": [a] }),
            json!({ "title": "Night shift" }),
            json!({ "description": "" }),
        ];
        let race = changes.into_iter().enumerate().map(async |(number, fields)| {
            done(&clients(number), "updateGroup", ops.input(fields)).await
        });
        join_all(race).await;
        let expected = ops_with(json!({
            "title": "Night shift", "description": null, "roles": ["B", "C"], "users": ["cyd"],
            "userCount": 1, "version": 5,
        }));
        assert_eq!(ops.now().await, expected);
    }

    async fn ten_who_add_the_same_user_and_role_all_succeed_and_it_happens_once(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let before = events(&ops.admin).await;
        let race = (0..10).map(async |number| {
            let fields = json!({ "addUserIds": [ops.users[2]], "addRoleIds": [ops.roles[2]] });
            done(&clients(number), "updateGroup", ops.input(fields)).await
        });
        join_all(race).await;
        let expected = ops_with(json!({
            "roles": ["A", "B", "C"], "users": ["ada", "bob", "cyd"], "userCount": 3, "version": 2,
        }));
        assert_eq!(ops.now().await, expected);
        assert_eq!(events(&ops.admin).await, before + 1);
    }

    async fn one_user_is_put_into_many_groups_at_once_from_either_side(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let cyd = &ops.users[2];
        let mut groups = Vec::new();
        for number in 0..10 {
            groups.push(ops.admin.create_group(&format!("Group {number}"), &[&ops.roles[0]]).await);
        }
        let race = groups.iter().enumerate().map(async |(number, id)| match number % 3 {
            0 => done(&clients(number), "updateUser", json!({ "id": cyd, "addGroupIds": [id] })).await,
            _ => done(&clients(number), "updateGroup", json!({ "id": id, "addUserIds": [cyd] })).await,
        });
        join_all(race).await;
        let query = "query($id: ID!) { user(id: $id) { version groups { title } } }";
        let data = ops.admin.data(query, json!({ "id": cyd })).await;
        let mut titles = vec!["Elsewhere".to_owned()];
        titles.extend((0..10).map(|number| format!("Group {number}")));
        let titles: Value = titles.into_iter().map(|title| json!({ "title": title })).collect();
        assert_eq!(data["user"], json!({ "version": 1, "groups": titles }));
    }

    async fn of_eight_editors_of_one_version_one_gets_through_and_seven_see_what_is_current(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let race = (0..8).map(async |number| {
            let fields = json!({ "expectedVersion": 1, "title": format!("Title {number}") });
            payload(&clients(number), "updateGroup", ops.input(fields)).await
        });
        let payloads = join_all(race).await;
        assert_eq!(losers(&payloads), vec![&json!([stale("group", &ops.id, [1, 2])]); 7]);
        let winner = payloads.iter().position(|payload| payload["userErrors"] == json!([]));
        let title = format!("Title {}", winner.unwrap());
        assert_eq!(ops.now().await, ops_with(json!({ "title": title, "version": 2 })));
    }

    async fn of_two_groups_that_want_one_title_one_gets_it_and_the_other_learns_who(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        for round in 0..5 {
            let one = ops.admin.create_group(&format!("One {round}"), &[&ops.roles[0]]).await;
            let two = ops.admin.create_group(&format!("Two {round}"), &[&ops.roles[0]]).await;
            let ids = [&one, &two];
            let race = ids.iter().enumerate().map(async |(number, id)| {
                let title = [format!("Wanted {round}"), format!(" WANTED {round}")];
                payload(&clients(number), "updateGroup", json!({ "id": id, "title": title[number] })).await
            });
            let payloads = join_all(race).await;
            let holder = if payloads[0]["userErrors"] == json!([]) { &one } else { &two };
            let expected = json!([title_taken(&format!("wanted {round}"), holder)]);
            assert_eq!(losers(&payloads), [&expected]);
            let query = "query($title: String!) { groupByTitle(title: $title) { id } }";
            let data = ops.admin.data(query, json!({ "title": format!("wanted {round}") })).await;
            assert_eq!(data["groupByTitle"]["id"], **holder);
        }
    }

    async fn two_groups_that_swap_their_titles_never_share_one(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let one = ops.admin.create_group("One", &[&ops.roles[0]]).await;
        let two = ops.admin.create_group("Two", &[&ops.roles[0]]).await;
        let (one, two) = join(
            payload(&clients(0), "updateGroup", json!({ "id": one, "title": "Two" })),
            payload(&clients(1), "updateGroup", json!({ "id": two, "title": "One" })),
        )
        .await;
        assert_eq!(codes(&one["userErrors"]), json!(["input.title TAKEN"]));
        assert_eq!(codes(&two["userErrors"]), json!(["input.title TAKEN"]));
    }

    async fn of_five_who_delete_one_group_one_succeeds_and_the_others_find_nothing(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let race = (0..5).map(async |number| {
            payload(&clients(number), "deleteGroup", json!({ "id": ops.id, "force": true })).await
        });
        let payloads = join_all(race).await;
        assert_eq!(losers(&payloads), vec![&json!([not_found("id", "Group", &[&ops.id])]); 4]);
        assert_eq!(group_count(&ops.admin, "Ops").await, 0);
        assert_eq!(last_actions(&ops.admin, 2).await[0], "group.deleted");
        assert_ne!(last_actions(&ops.admin, 2).await[1], "group.deleted");
    }

    async fn a_role_is_deleted_or_given_to_a_group_but_never_both(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        for round in 0..5 {
            let role = ops.admin.create_role(&format!("Wanted {round}"), &[]).await;
            let (given, deleted) = join(
                payload(&clients(round), "updateGroup", ops.input(json!({ "addRoleIds": [role] }))),
                payload(&clients(round + 1), "deleteRole", json!({ "id": role })),
            )
            .await;
            let outcome = json!([codes(&given["userErrors"]), codes(&deleted["userErrors"])]);
            let possible = [
                json!([[], ["input.id IN_USE"]]),
                json!([["input.addRoleIds NOT_FOUND"], []]),
            ];
            assert!(possible.contains(&outcome), "{outcome}");
            let names = group(&ops.admin, &ops.id).await["roles"].take();
            let has = names.as_array().unwrap().contains(&json!(format!("Wanted {round}")));
            assert_eq!(has, outcome == possible[0]);
        }
    }

    async fn of_two_administrators_who_remove_each_other_one_stays_and_administers(app) {
        let second = app.user_with("second", &[]).await;
        let first = app.admin();
        let (group, ids) =
            (group_id(&first, "Administrators").await, [own_id(&first).await, own_id(&second).await]);
        done(&first, "updateGroup", json!({ "id": group, "addUserIds": [ids[1]] })).await;
        let other = app.another().await;
        for round in 0..5 {
            let clients = match round % 2 {
                0 => [first.clone(), second.on(&other)],
                _ => [first.on(&other), second.on(&other)],
            };
            let removal = |id: &str| json!({ "id": group, "removeUserIds": [id] });
            let (a, b) = join(
                attempt(&clients[0], "updateGroup", removal(&ids[1])),
                attempt(&clients[1], "updateGroup", removal(&ids[0])),
            )
            .await;
            let done_by = [&a, &b].map(|answer| succeeded(answer, "updateGroup"));
            assert_ne!(done_by[0], done_by[1], "{a:#} {b:#}");
            let (stays, goes, refused) = if done_by[0] { (0, 1, b) } else { (1, 0, a) };
            let code = match refused.get("errors") {
                Some(errors) => errors[0]["extensions"]["code"].clone(),
                None => refused["data"]["updateGroup"]["userErrors"][0]["code"].clone(),
            };
            let possible = ["WOULD_LOCK_OUT", "FORBIDDEN", "UNAUTHENTICATED"].map(Value::from);
            assert!(possible.contains(&code), "{refused:#}");
            // Who stayed administers, and takes the other in again for the next round.
            let stays = [&first, &second][stays];
            assert_eq!(group_count(stays, "Administrators").await, 1);
            done(stays, "updateGroup", json!({ "id": group, "addUserIds": [ids[goes]] })).await;
        }
    }

    async fn of_twenty_users_with_one_address_one_is_made_and_the_others_learn_who(app) {
        let (ops, clients) = (Ops::new(app).await, everywhere(app).await);
        let spellings = ["eve@example.org", " EVE@example.org", "Eve@Example.ORG"];
        let race = (0..20).map(async |number| {
            let input = json!({
                "email": spellings[number % 3], "firstName": "Eve", "lastName": "Tester",
                "password": PASSWORD, "groupIds": [ops.id],
            });
            payload(&clients(number), "createUser", input).await
        });
        let payloads = join_all(race).await;
        let winner = payloads.iter().find(|payload| payload["userErrors"] == json!([]));
        let id = winner.unwrap()["user"]["id"].as_str().unwrap();
        assert_eq!(losers(&payloads), vec![&json!([email_taken("eve@example.org", id)]); 19]);
        assert_eq!(group_count(&ops.admin, "Ops").await, 3);
    }
}

/// How many users the group of a title has; none without it.
async fn group_count(client: &Client, title: &str) -> i64 {
    let query = "query($title: String!) { groupByTitle(title: $title) { userCount } }";
    let data = client.data(query, json!({ "title": title })).await;
    data["groupByTitle"]["userCount"].as_i64().unwrap_or_default()
}
