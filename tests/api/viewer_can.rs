//! What the API says that the viewer can do with something, and what it then lets them do.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::texts;
use crate::support::guarding::{
    COVERING, LIMITED, Scene, document, group_id, own_id, picture, role_id,
};
use crate::support::{ADMIN, Client, TestApp};

/// Each kind of thing: its list, and its name.
const ROLES: (&str, &str, &str) = ("roles(first: 50)", "name", "update delete assign");
const GROUPS: (&str, &str, &str) = ("groups(first: 50)", "title", "update delete addUsers");
const USERS: (&str, &str, &str) = (
    "users(first: 50, filter: { statuses: [ACTIVE, BLOCKED, DELETED] })",
    "email",
    "update block delete",
);

/// The things of one kind, each with what the viewer can do.
async fn things(client: &Client, (list, name, deeds): (&str, &str, &str)) -> Vec<Value> {
    let query =
        format!("{{ things: {list} {{ nodes {{ id name: {name} viewerCan {{ {deeds} }} }} }} }}");
    let mut data = client.data(&query, json!({})).await;
    let Value::Array(nodes) = data["things"]["nodes"].take() else { panic!("no list") };
    nodes
}

/// What the viewer can do with one thing, as letters: `+` or `-` for each deed, in the order of the
/// alphabet of the contract.
async fn can(client: &Client, kind: (&str, &str, &str), name: &str) -> String {
    let things = things(client, kind).await;
    let thing = things.iter().find(|thing| thing["name"] == name);
    let can = &thing.unwrap_or_else(|| panic!("no {name}"))["viewerCan"];
    let deeds = kind.2.split(' ');
    deeds.map(|deed| if can[deed].as_bool().expect("an answer") { '+' } else { '-' }).collect()
}

/// Whether a mutation is neither forbidden nor refused for what its subject is. Nothing is written: it is
/// a rehearsal, or of a version that never was.
async fn works(client: &Client, mutation: &str, input: Value) -> bool {
    let answer = client.run(&document(mutation), json!({ "input": input })).await;
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("FORBIDDEN") => return false,
        Some(_) => panic!("{answer:#}"),
        None => {}
    }
    let codes = texts(&answer["data"][mutation]["userErrors"], "code");
    assert!(!codes.contains(&"NOT_FOUND".to_owned()), "{mutation} {input}");
    !codes.iter().any(|code| ["OUT_OF_SCOPE", "PROTECTED"].contains(&code.as_str()))
}

/// What each deed comes to when it is tried.
async fn tried(client: &Client, deed: &str, kind: &str, id: &str, plain: &str) -> bool {
    let never = 9_999;
    match (kind, deed) {
        ("name", "update") => {
            let input = json!({ "id": id, "description": "Tried", "validateOnly": true });
            works(client, "updateRole", input).await
        }
        ("name", "delete") => {
            works(client, "deleteRole", json!({ "id": id, "expectedVersion": never })).await
        }
        ("name", _) => {
            let made = json!({ "title": "Tried", "roleIds": [id], "validateOnly": true });
            let added = json!({ "id": plain, "addRoleIds": [id], "validateOnly": true });
            works(client, "createGroup", made).await || works(client, "updateGroup", added).await
        }
        ("title", "update") => {
            let input = json!({ "id": id, "description": "Tried", "validateOnly": true });
            works(client, "updateGroup", input).await
        }
        ("title", "delete") => {
            let input = json!({ "id": id, "expectedVersion": never, "force": true });
            works(client, "deleteGroup", input).await
        }
        ("title", _) => {
            let me = own_id(client).await;
            let input = json!({ "id": id, "addUserIds": [me], "validateOnly": true });
            works(client, "updateGroup", input).await
        }
        (_, "update") => {
            // Everyone may change their own names, and nothing but those without the right.
            let input = json!({ "id": id, "lastName": "Tried", "validateOnly": true });
            works(client, "updateUser", input).await
        }
        (_, deed) => {
            let status = if deed == "block" { "BLOCKED" } else { "DELETED" };
            let input = json!({ "id": id, "status": status, "expectedVersion": never });
            works(client, "setUserStatus", input).await
        }
    }
}

/// Says that what someone is told of everything there is comes true.
async fn comes_true(app: &TestApp, name: &str, rules: &[&str]) {
    let client = app.user_with(name, rules).await;
    comes_true_for(app, &client).await;
}

/// Where what someone is told differs from what comes of it.
async fn lies(client: &Client, kinds: &[(&str, &str, &str)], plain: &str) -> Vec<String> {
    let mut lies = Vec::new();
    for kind in kinds {
        let things = things(client, *kind).await;
        assert!(things.len() > 5);
        for thing in things {
            let id = thing["id"].as_str().expect("an id");
            for deed in kind.2.split(' ') {
                let told = thing["viewerCan"][deed].as_bool().expect("an answer");
                if tried(client, deed, kind.1, id, plain).await != told {
                    lies.push(format!("{deed} {}: told {told}", thing["name"]));
                }
            }
        }
    }
    lies
}

async fn comes_true_for(app: &TestApp, client: &Client) {
    let admin = app.admin();
    let role = admin.create_role("Nothing", &[]).await;
    let plain = admin.create_group("Nothing", &[&role]).await;
    Scene::whole(&admin).await;
    let before = picture(&admin).await;
    let lies = lies(client, &[ROLES, GROUPS, USERS], &plain).await;
    assert_eq!(lies, Vec::<String>::new());
    assert_eq!(picture(&admin).await, before);
}

/// What one can do with the roles, groups and users of a scene, of the system, and of oneself.
async fn table(client: &Client, name: &str) -> Value {
    let own = format!("Role of {name}");
    let roles = ["weakRole", "strongRole", "mixedRole", "Administrator", &own];
    let own = format!("Group of {name}");
    let groups = ["plainGroup", "strongGroup", "doubleGroup", "Administrators", &own];
    let own = format!("{name}@example.org");
    let users = [
        "weakUser@example.org",
        "strongUser@example.org",
        "balancedUser@example.org",
        "blockedUser@example.org",
        "deletedUser@example.org",
        ADMIN,
        &own,
    ];
    let mut table = json!({ "roles": [], "groups": [], "users": [] });
    for name in roles {
        table["roles"].as_array_mut().unwrap().push(json!(can(client, ROLES, name).await));
    }
    for name in groups {
        table["groups"].as_array_mut().unwrap().push(json!(can(client, GROUPS, name).await));
    }
    for name in users {
        table["users"].as_array_mut().unwrap().push(json!(can(client, USERS, name).await));
    }
    table
}

api_tests! {
    async fn an_administrator_can_do_everything_but_to_what_is_protected(app) {
        Scene::whole(&app.admin()).await;
        app.user_id("ada", &["shop/*/*"]).await;
        let expected = json!({
            "roles": ["+++", "+++", "+++", "--+", "+++"],
            "groups": ["+++", "+++", "+++", "+-+", "+++"],
            "users": ["+++", "+++", "+++", "+++", "+++", "+--", "+++"],
        });
        assert_eq!(table(&app.admin(), "ada").await, expected);
    }

    async fn who_lacks_something_can_do_nothing_to_what_carries_it(app) {
        Scene::whole(&app.admin()).await;
        let limited = app.user_with("limited", &LIMITED).await;
        // Their own group denies something that they lack: deleting it would hand that out.
        let expected = json!({
            "roles": ["+++", "---", "+++", "---", "+++"],
            "groups": ["+++", "---", "---", "---", "+-+"],
            "users": ["+++", "---", "+++", "---", "---", "---", "+--"],
        });
        assert_eq!(table(&limited, "limited").await, expected);
    }

    async fn who_lacks_nothing_of_it_can_do_everything_to_it(app) {
        Scene::whole(&app.admin()).await;
        let covering = app.user_with("covering", &COVERING).await;
        let expected = json!({
            "roles": ["+++", "+++", "+++", "---", "+++"],
            "groups": ["+++", "+++", "+++", "---", "+++"],
            "users": ["+++", "+++", "+++", "+++", "+++", "---", "+--"],
        });
        assert_eq!(table(&covering, "covering").await, expected);
    }

    async fn who_may_only_read_can_change_nothing_but_themselves(app) {
        Scene::whole(&app.admin()).await;
        let rules = ["acl/role/index", "acl/group/index", "user/user/index", "shop/*/*"];
        let reader = app.user_with("reader", &rules).await;
        let expected = json!({
            "roles": vec!["---"; 5], "groups": vec!["---"; 5],
            "users": ["---", "---", "---", "---", "---", "---", "+--"],
        });
        assert_eq!(table(&reader, "reader").await, expected);
    }

    async fn each_right_allows_its_own_deed(app) {
        let admin = app.admin();
        let role = admin.create_role("Nothing", &[]).await;
        admin.create_group("Nothing", &[&role]).await;
        app.user_id("nobody", &[]).await;
        let rights = [
            ("acl/role/create", ["---", "---", "---"]),
            ("acl/role/update", ["+--", "---", "---"]),
            ("acl/role/delete", ["-+-", "---", "---"]),
            ("acl/group/create", ["--+", "---", "---"]),
            ("acl/group/update", ["--+", "+-+", "---"]),
            ("acl/group/delete", ["---", "-+-", "---"]),
            ("user/user/create", ["---", "---", "---"]),
            ("user/user/update", ["---", "---", "++-"]),
            ("user/user/delete", ["---", "---", "--+"]),
        ];
        for (number, (right, expected)) in rights.into_iter().enumerate() {
            let rules = ["acl/role/index", "acl/group/index", "user/user/index", right];
            let client = app.user_with(&format!("user{number}"), &rules).await;
            let found = [
                can(&client, ROLES, "Nothing").await,
                can(&client, GROUPS, "Nothing").await,
                can(&client, USERS, "nobody@example.org").await,
            ];
            assert_eq!(found, expected, "{right}");
        }
    }

    async fn what_an_administrator_is_told_comes_true(app) {
        app.user_id("ada", &["shop/*/*"]).await;
        comes_true_for(app, &app.admin()).await;
    }

    async fn what_someone_who_lacks_something_is_told_comes_true(app) {
        comes_true(app, "limited", &LIMITED).await;
    }

    async fn what_someone_who_lacks_nothing_of_it_is_told_comes_true(app) {
        comes_true(app, "covering", &COVERING).await;
    }

    async fn what_keepers_of_one_kind_are_told_comes_true(app) {
        let reading = ["acl/role/index", "acl/group/index", "user/user/index"];
        let admin = app.admin();
        let role = admin.create_role("Nothing", &[]).await;
        let plain = admin.create_group("Nothing", &[&role]).await;
        Scene::whole(&admin).await;
        let rights = [
            "acl/role/update", "acl/role/delete", "acl/group/create", "acl/group/update",
            "acl/group/delete", "user/user/update",
        ];
        for (number, right) in rights.into_iter().enumerate() {
            let rules = [&reading[..], &[right, "shop/order/view"]].concat();
            let client = app.user_with(&format!("keeper{number}"), &rules).await;
            let lies = lies(&client, &[ROLES, GROUPS], &plain).await;
            assert_eq!(lies, Vec::<String>::new(), "{right}");
        }
    }

    async fn what_can_be_done_follows_the_next_change(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        assert_eq!(can(&limited, GROUPS, "plainGroup").await, "+++");
        let input = scene.fill(&json!({ "id": "$weakRole", "addRules": ["+shop/order/refund"] }));
        crate::support::guarding::done(&admin, "updateRole", input).await;
        assert_eq!(can(&limited, GROUPS, "plainGroup").await, "---");
        assert_eq!(can(&limited, ROLES, "weakRole").await, "---");
        assert_eq!(can(&limited, USERS, "weakUser2@example.org").await, "---");
    }

    async fn one_thing_alone_says_what_its_list_says(app) {
        let (admin, limited) = (app.admin(), app.user_with("limited", &LIMITED).await);
        let query = "query($role: ID!, $group: ID!, $user: ID!) {
            role(id: $role) { viewerCan { update delete assign } }
            group(id: $group) { viewerCan { update delete addUsers } }
            user(id: $user) { viewerCan { update block delete } }
            viewer { user { viewerCan { update block delete } } }
        }";
        let variables = json!({
            "role": role_id(&admin, "Administrator").await,
            "group": group_id(&admin, "Administrators").await,
            "user": own_id(&admin).await,
        });
        let expected = json!({
            "role": { "viewerCan": { "update": false, "delete": false, "assign": false } },
            "group": { "viewerCan": { "update": false, "delete": false, "addUsers": false } },
            "user": { "viewerCan": { "update": false, "block": false, "delete": false } },
            "viewer": { "user": { "viewerCan": { "update": true, "block": false, "delete": false } } },
        });
        assert_eq!(limited.data(query, variables).await, expected);
    }
}
