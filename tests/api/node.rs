//! Whatever a global id names: alone, in lists, and what the viewer may not see.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::asking::unknown;

const FIELDS: &str = "
    __typename id
    ... on Role { name rules { action } }
    ... on Rule { action }
    ... on Group { title roles { name rules { action } } }
    ... on User { firstName }
";

async fn node(client: &Client, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ {FIELDS} }} }}");
    client.data(&query, json!({ "id": id })).await["node"].take()
}

async fn nodes(client: &Client, ids: &[&str]) -> Value {
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {FIELDS} }} }}");
    client.data(&query, json!({ "ids": ids })).await["nodes"].take()
}

/// The ids of a role with a rule, of the rule, of a group with the role, and of a user.
async fn one_of_each(client: &Client) -> [String; 4] {
    let role = client.create_role("Editors", &["cms/page/edit"]).await;
    let group = client.create_group("Web team", &[&role]).await;
    let query = "query($id: ID!) { role(id: $id) { rules { id } } viewer { user { id } } }";
    let data = client.data(query, json!({ "id": role })).await;
    let text = |id: &Value| id.as_str().expect("an id").to_owned();
    let (rule, user) = (&data["role"]["rules"][0]["id"], &data["viewer"]["user"]["id"]);
    [role, text(rule), group, text(user)]
}

/// What [`FIELDS`] say of each of [`one_of_each`].
fn all_of_it([role, rule, group, user]: &[String; 4]) -> [Value; 4] {
    let editors = json!({ "name": "Editors", "rules": [{ "action": "edit" }] });
    [
        json!({
            "__typename": "Role", "id": role, "name": "Editors", "rules": [{ "action": "edit" }],
        }),
        json!({ "__typename": "Rule", "id": rule, "action": "edit" }),
        json!({ "__typename": "Group", "id": group, "title": "Web team", "roles": [editors] }),
        json!({ "__typename": "User", "id": user, "firstName": "Rolecall" }),
    ]
}

api_tests! {
    async fn an_id_leads_to_the_thing_that_it_names(app) {
        let admin = app.admin();
        let ids = one_of_each(&admin).await;
        for (id, expected) in ids.iter().zip(all_of_it(&ids)) {
            assert_eq!(node(&admin, id).await, expected);
        }
    }

    async fn an_id_of_nothing_leads_to_null(app) {
        let admin = app.admin();
        let kinds = [Kind::Role, Kind::Rule, Kind::Group, Kind::User, Kind::ApiToken];
        let mut ids: Vec<String> = kinds.map(unknown).to_vec();
        ids.extend(["", "x", "Group:1", "\0"].map(str::to_owned));
        for id in ids {
            assert_eq!(node(&admin, &id).await, Value::Null, "{id:?}");
        }
    }

    async fn nodes_are_as_many_and_in_the_order_of_their_ids(app) {
        let admin = app.admin();
        let ids = one_of_each(&admin).await;
        let [role, rule, group, user] = all_of_it(&ids);
        let nothing = unknown(Kind::Group);
        let asked = [&*ids[3], "x", &*ids[2], &*ids[0], &*nothing, &*ids[1], &*ids[2], ""];
        let expected = json!([user, null, group, role, null, rule, group, null]);
        assert_eq!(nodes(&admin, &asked).await, expected);
        assert_eq!(nodes(&admin, &[]).await, json!([]));
    }

    async fn nodes_takes_at_most_100_ids(app) {
        let ids: Vec<String> = (0..101).map(|_| unknown(Kind::Role)).collect();
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let data = app.admin().data(query, json!({ "ids": ids[1..] })).await;
        assert_eq!(data["nodes"], json!(vec![Value::Null; 100]));
        let failures = app.admin().failures(query, json!({ "ids": ids })).await;
        assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
    }

    async fn what_the_viewer_may_not_see_is_null_except_for_themselves(app) {
        let ids = one_of_each(&app.admin()).await;
        let stranger = app.user_with("stranger", &[]).await;
        let me = stranger.data("{ viewer { user { id } } }", json!({})).await;
        let me = me["viewer"]["user"]["id"].as_str().unwrap();
        let asked = [&*ids[0], &*ids[1], &*ids[2], &*ids[3], me];
        let myself = json!({ "__typename": "User", "id": me, "firstName": "stranger" });
        let expected = json!([null, null, null, null, myself]);
        assert_eq!(nodes(&stranger, &asked).await, expected);
        assert_eq!(node(&stranger, &ids[2]).await, Value::Null);
        assert_eq!(node(&stranger, me).await, myself);
    }

    async fn each_right_to_read_opens_its_own_kind(app) {
        let ids = one_of_each(&app.admin()).await;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let rights = [
            ("roles", "acl/role/index", [true, true, false, false]),
            ("groups", "acl/group/index", [false, false, true, false]),
            ("users", "user/user/index", [false, false, false, true]),
        ];
        for (name, right, expected) in rights {
            let client = app.user_with(name, &[right]).await;
            let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
            let data = client.data(query, json!({ "ids": ids })).await;
            let seen = data["nodes"].as_array().unwrap().iter().map(|node| !node.is_null());
            assert_eq!(seen.collect::<Vec<_>>(), expected, "{name}");
        }
    }
}
