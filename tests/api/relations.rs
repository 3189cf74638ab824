//! What hangs together, read from either side: the users of a group, the groups of a role and of a user.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::asking::texts;
use crate::support::guarding::{done, enrol};

/// A list that stands at something: the kind of that thing, the list, and what names its members.
const USERS: [&str; 3] = ["Group", "users", "firstName"];
const GROUPS: [&str; 3] = ["Role", "groups", "title"];

/// The names on one page of a list, with what is said of the page; and how many there are on all pages.
async fn page(
    client: &Client,
    [kind, list, name]: [&str; 3],
    id: &str,
    arguments: &str,
) -> (Vec<String>, Value) {
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ list: {list}({arguments}) {{
            nodes {{ {name} }} edges {{ cursor node {{ {name} }} }} totalCount
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }} }} }} }}"
    );
    let mut found = client.data(&query, json!({ "id": id })).await["node"]["list"].take();
    let names = texts(&found["nodes"], name);
    let edges: Vec<Value> =
        found["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect();
    assert_eq!(texts(&json!(edges), name), names);
    let cursors = texts(&found["edges"], "cursor");
    let mut info = found["pageInfo"].take();
    assert_eq!(info["startCursor"], json!(cursors.first()));
    assert_eq!(info["endCursor"], json!(cursors.last()));
    info["totalCount"] = found["totalCount"].take();
    (names, info)
}

/// All names of a list, read by pages of two, forward and backward alike, of a total that must be theirs.
async fn both_ways(client: &Client, list: [&str; 3], id: &str, arguments: &str) -> Vec<String> {
    let (mut forward, mut after) = (Vec::new(), Value::Null);
    loop {
        let arguments = format!("{arguments} first: 2, after: {after}");
        let (names, mut info) = page(client, list, id, &arguments).await;
        assert_eq!(info["hasPreviousPage"], !forward.is_empty(), "{arguments}");
        forward.extend(names);
        if info["hasNextPage"] == false {
            assert_eq!(info["totalCount"], forward.len());
            break;
        }
        after = info["endCursor"].take();
    }
    let (mut backward, mut before) = (Vec::new(), Value::Null);
    loop {
        let arguments = format!("{arguments} last: 2, before: {before}");
        let (names, mut info) = page(client, list, id, &arguments).await;
        assert_eq!(info["hasNextPage"], !backward.is_empty(), "{arguments}");
        backward.splice(0..0, names);
        if info["hasPreviousPage"] == false {
            break;
        }
        before = info["startCursor"].take();
    }
    assert_eq!(forward, backward);
    forward
}

/// The names of all users of a group whom a search finds.
async fn search(client: &Client, group: &str, text: &str) -> String {
    let arguments = format!("search: {}", json!(text));
    page(client, USERS, group, &arguments).await.0.join(" ")
}

/// A group `Ops` of users of some names, and a group `Home` that has one more; the ids of both groups and
/// of the users.
async fn ops(admin: &Client, names: &[&str]) -> (String, String, Vec<String>) {
    let role = admin.create_role("Empty", &[]).await;
    let groups =
        [admin.create_group("Ops", &[&role]).await, admin.create_group("Home", &[&role]).await];
    enrol(admin, "someone-else", &[&groups[1]]).await;
    let both: Vec<&str> = groups.iter().map(String::as_str).collect();
    let users = join_all(names.iter().map(async |name| enrol(admin, name, &both).await)).await;
    let [ops, home] = groups;
    (ops, home, users)
}

/// That many groups of one new role, in an order unlike that of their titles.
async fn groups_of_a_role(admin: &Client, count: usize) -> String {
    let role = admin.create_role("Shared", &[]).await;
    for number in 0..count {
        admin.create_group(&format!("Group {:03}", number * 37 % 1_000), &[&role]).await;
    }
    role
}

/// What comes of asking for a list that stands at something with some arguments.
async fn failures(client: &Client, [kind, list, _]: [&str; 3], id: &str, arguments: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {list}({arguments}) {{ totalCount nodes {{ id }} }} }} }} }}"
    );
    client.failures(&query, json!({ "id": id })).await
}

api_tests! {
    async fn the_users_of_a_group_are_read_page_by_page_in_the_order_of_their_addresses(app) {
        let admin = app.admin();
        let (ops, home, _) = ops(&admin, &["eve", "bob", "gil", "ada", "fay", "cyd", "dan"]).await;
        let all = ["ada", "bob", "cyd", "dan", "eve", "fay", "gil"];
        assert_eq!(both_ways(&admin, USERS, &ops, "").await, all);
        assert_eq!(both_ways(&admin, USERS, &home, "").await, [&all[..], &["someone-else"]].concat());
        let (_, info) = page(&admin, USERS, &ops, "first: 3").await;
        let between = format!("first: 2, after: {}", info["endCursor"]);
        assert_eq!(page(&admin, USERS, &ops, &between).await.0, ["dan", "eve"]);
    }

    async fn a_search_among_the_users_of_a_group_leaves_pages_of_what_it_finds(app) {
        let admin = app.admin();
        let names = ["Anna", "hanna", "joanna", "ada", "brianna", "bob", "susanna"];
        let (ops, ..) = ops(&admin, &names).await;
        let found = both_ways(&admin, USERS, &ops, "search: \"ANNA\",").await;
        assert_eq!(found, ["Anna", "brianna", "hanna", "joanna", "susanna"]);
        let (names, info) = page(&admin, USERS, &ops, "search: \"anna\", first: 1").await;
        assert_eq!((names, &info["totalCount"]), (vec!["Anna".to_owned()], &json!(5)));
    }

    async fn a_search_among_the_users_of_a_group_looks_at_address_and_names_and_has_no_wildcards(app) {
        let admin = app.admin();
        let (ops, _, ids) = ops(&admin, &["ada", "bob"]).await;
        let names = json!({ "id": ids[0], "firstName": "Zoë 100%", "lastName": "Straßer" });
        done(&admin, "updateUser", names).await;
        for text in ["ADA@", "zoe\u{308}", "STRASSER", " 0%\t", "\u{eb} 1"] {
            assert_eq!(search(&admin, &ops, text).await, "Zoë 100%", "{text:?}");
        }
        assert_eq!(search(&admin, &ops, "tester").await, "bob");
        assert_eq!(search(&admin, &ops, "example.org").await, "Zoë 100% bob");
        for nothing in ["", "  ", "\u{200b}"] {
            assert_eq!(search(&admin, &ops, nothing).await, "Zoë 100% bob", "{nothing:?}");
        }
        for text in ["b_b", "b%b", "someone", "Empty", "\\", "' OR ''='"] {
            assert_eq!(search(&admin, &ops, text).await, "", "{text:?}");
        }
        let arguments = format!("search: {}", json!("a\0b"));
        assert_eq!(failures(&admin, USERS, &ops, &arguments).await, json!([["BAD_USER_INPUT"]]));
    }

    async fn a_group_shows_its_users_but_for_the_deleted_ones_until_they_are_restored(app) {
        let admin = app.admin();
        let (ops, _, ids) = ops(&admin, &["ada", "bob", "cyd"]).await;
        let query = "query($id: ID!) { group(id: $id) { userCount users { totalCount nodes { firstName status } } } }";
        let steps = [
            (0, "BLOCKED", json!([["ada", "BLOCKED"], ["bob", "ACTIVE"], ["cyd", "ACTIVE"]])),
            (1, "DELETED", json!([["ada", "BLOCKED"], ["cyd", "ACTIVE"]])),
            (0, "DELETED", json!([["cyd", "ACTIVE"]])),
            (1, "BLOCKED", json!([["bob", "BLOCKED"], ["cyd", "ACTIVE"]])),
            (0, "ACTIVE", json!([["ada", "ACTIVE"], ["bob", "BLOCKED"], ["cyd", "ACTIVE"]])),
        ];
        for (who, status, users) in steps {
            done(&admin, "setUserStatus", json!({ "id": ids[who], "status": status })).await;
            let count = users.as_array().unwrap().len();
            let nodes = users.as_array().unwrap().iter();
            let nodes: Value =
                nodes.map(|it| json!({ "firstName": it[0], "status": it[1] })).collect();
            let expected = json!({ "group": {
                "userCount": count, "users": { "totalCount": count, "nodes": nodes },
            } });
            assert_eq!(admin.data(query, json!({ "id": ops })).await, expected, "{who} {status}");
        }
    }

    async fn users_who_come_and_go_move_no_page_of_a_group(app) {
        let admin = app.admin();
        let (ops, home, ids) = ops(&admin, &["b", "d", "f", "h"]).await;
        let (names, info) = page(&admin, USERS, &ops, "first: 2").await;
        assert_eq!(names, ["b", "d"]);
        enrol(&admin, "a", &[&ops]).await;
        enrol(&admin, "e", &[&home, &ops]).await;
        done(&admin, "updateGroup", json!({ "id": ops, "removeUserIds": [ids[1]] })).await;
        done(&admin, "setUserStatus", json!({ "id": ids[2], "status": "DELETED" })).await;
        let rest = format!("first: 5, after: {}", info["endCursor"]);
        let (names, info) = page(&admin, USERS, &ops, &rest).await;
        assert_eq!((names, &info["totalCount"]), (vec!["e".to_owned(), "h".to_owned()], &json!(4)));
    }

    async fn the_groups_of_a_role_are_read_page_by_page_in_the_order_of_their_titles(app) {
        let admin = app.admin();
        let role = groups_of_a_role(&admin, 9).await;
        let other = admin.create_role("Other", &[]).await;
        let both = admin.create_group("\u{c9}quipe", &[&other, &role]).await;
        let mut titles: Vec<String> = (0..9).map(|number| format!("Group {:03}", number * 37)).collect();
        titles.push("\u{c9}quipe".into());
        assert_eq!(both_ways(&admin, GROUPS, &role, "").await, titles);
        assert_eq!(both_ways(&admin, GROUPS, &other, "").await, ["\u{c9}quipe"]);
        done(&admin, "updateGroup", json!({ "id": both, "removeRoleIds": [role] })).await;
        assert_eq!(both_ways(&admin, GROUPS, &role, "").await, titles[..9]);
    }

    async fn a_page_has_20_members_unless_asked_and_at_most_100(app) {
        let admin = app.admin();
        let role = groups_of_a_role(&admin, 101).await;
        let (all, info) = page(&admin, GROUPS, &role, "first: 100").await;
        assert_eq!((all.len(), &info["hasNextPage"], &info["totalCount"]), (100, &json!(true), &json!(101)));
        let (some, _) = page(&admin, GROUPS, &role, "before: null").await;
        assert_eq!(some, all[..20]);
        let (last, info) = page(&admin, GROUPS, &role, "last: 1").await;
        assert_eq!((last, &info["hasPreviousPage"]), (vec!["Group 999".to_owned()], &json!(true)));
        let (none, info) = page(&admin, GROUPS, &role, "first: 0").await;
        assert_eq!((none.len(), &info["totalCount"]), (0, &json!(101)));
    }

    async fn a_size_or_cursor_that_no_page_of_members_has_is_refused(app) {
        let admin = app.admin();
        let (ops, ..) = ops(&admin, &["ada"]).await;
        let role = groups_of_a_role(&admin, 1).await;
        let title = page(&admin, GROUPS, &role, "first: 1").await.1["endCursor"].take();
        let email = page(&admin, USERS, &ops, "first: 1").await.1["endCursor"].take();
        for (list, id, foreign) in [(USERS, &ops, &title), (GROUPS, &role, &email)] {
            let sizes = ["first: 101", "last: 101", "first: -1", "last: -1", "first: 1, last: 1"];
            let cursors = ["after: \"\"", "after: \"x\"", "before: \"\\u0000\""].map(str::to_owned);
            let foreign = [format!("after: {foreign}"), format!("before: {foreign}")];
            let all = sizes.map(str::to_owned).into_iter().chain(cursors).chain(foreign);
            for arguments in all {
                let failures = failures(&admin, list, id, &arguments).await;
                assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{list:?} {arguments}");
            }
        }
    }

    async fn each_thing_of_a_list_has_a_page_of_its_own(app) {
        let admin = app.admin();
        ops(&admin, &["ada", "bob", "cyd"]).await;
        let query = "{ groups { nodes {
            title
            first: users(first: 1) { nodes { firstName } pageInfo { hasNextPage } totalCount }
            last: users(last: 2, search: \"e\") { nodes { firstName } totalCount }
        } } }";
        let list = |names: &[&str]| -> Value {
            names.iter().map(|name| json!({ "firstName": name })).collect()
        };
        let group = |title: &str, first: (&[&str], bool, usize), last: (&[&str], usize)| json!({
            "title": title,
            "first": {
                "nodes": list(first.0), "pageInfo": { "hasNextPage": first.1 }, "totalCount": first.2,
            },
            "last": { "nodes": list(last.0), "totalCount": last.1 },
        });
        let expected = json!({ "groups": { "nodes": [
            group("Administrators", (&["Rolecall"], false, 1), (&["Rolecall"], 1)),
            group("Home", (&["ada"], true, 4), (&["cyd", "someone-else"], 4)),
            group("Ops", (&["ada"], true, 3), (&["bob", "cyd"], 3)),
        ] } });
        assert_eq!(admin.data(query, json!({})).await, expected);
    }

    async fn what_nothing_belongs_to_has_an_empty_page(app) {
        let admin = app.admin();
        let role = admin.create_role("Lonely", &[]).await;
        let carried = admin.create_role("Carried", &[]).await;
        let group = admin.create_group("Empty", &[&carried]).await;
        for (list, id) in [(GROUPS, &role), (USERS, &group)] {
            let nothing = json!({
                "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null,
                "totalCount": 0,
            });
            assert_eq!(page(&admin, list, id, "first: 5").await, (Vec::new(), nothing));
        }
    }

    async fn a_user_has_their_groups_by_title_whatever_their_status(app) {
        let admin = app.admin();
        let role = admin.create_role("Empty", &[]).await;
        let mut groups = Vec::new();
        for title in ["beta", "Zulu", "Alpha", "\u{c4}rzte"] {
            groups.push(admin.create_group(title, &[&role]).await);
        }
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let (ada, bob) = (enrol(&admin, "ada", &groups).await, enrol(&admin, "bob", &groups[..1]).await);
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { groups { title } } } }";
        let list = |titles: &[&str]| -> Value {
            titles.iter().map(|title| json!({ "title": title })).collect()
        };
        let all = list(&["Alpha", "beta", "Zulu", "\u{c4}rzte"]);
        let expected = json!({ "nodes": [{ "groups": all }, { "groups": list(&["beta"]) }] });
        for status in ["ACTIVE", "BLOCKED", "DELETED"] {
            done(&admin, "setUserStatus", json!({ "id": ada, "status": status })).await;
            assert_eq!(admin.data(query, json!({ "ids": [ada, bob] })).await, expected, "{status}");
        }
    }
}
