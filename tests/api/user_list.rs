//! Lists of users: what search and filters leave, in which order, on which page.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{texts, unknown};
use crate::support::guarding::{done, enrol};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};
use crate::user::plain_group;

const FIELDS: [&str; 6] =
    ["EMAIL", "FIRST_NAME", "LAST_NAME", "STATUS", "LAST_SIGN_IN_AT", "CREATED_AT"];

/// Makes a user of a group and gives the id.
async fn person(admin: &Client, group: &str, [email, first, last]: [&str; 3]) -> String {
    let input = json!({
        "email": email, "firstName": first, "lastName": last, "password": PASSWORD, "groupIds": [group],
    });
    let made = done(admin, "createUser", input).await;
    made["user"]["id"].as_str().unwrap().to_owned()
}

/// Four users whose every field orders them in another way, and a group that they have.
async fn make_people(app: &TestApp) -> (String, [String; 4]) {
    let admin = app.admin();
    let group = plain_group(&admin, "People").await;
    let people = [
        ["b@example.org", "Émile", "Adams"],
        ["A@example.org", "zoe", "Straßer"],
        ["d@example.org", "Bob", "baker"],
        ["c@example.org", "alan", "Tuck-Zuse"],
    ];
    let mut ids = Vec::new();
    for person_of in people {
        ids.push(person(&admin, &group, person_of).await);
    }
    for (year, email) in [(2003, "A"), (2001, "c"), (2002, "d")] {
        signed_in(app, &format!("{email}@example.org"), &format!("{year}-02-28T12:00:00")).await;
    }
    (group, ids.try_into().unwrap())
}

/// Says when a user signed in last.
async fn signed_in(app: &TestApp, email: &str, at: &str) {
    let set = format!("UPDATE users SET last_sign_in_at = '{at}+00:00' WHERE email = '{email}'");
    app.sql(&set).await;
}

/// The addresses of the users whom an argument list of `users` leaves, in their order.
async fn emails(client: &Client, arguments: &str) -> Vec<String> {
    let query = format!("{{ users{arguments} {{ nodes {{ email }} }} }}");
    texts(&client.data(&query, json!({})).await["users"]["nodes"], "email")
}

/// The names before the `@` of those whom a filter leaves.
async fn found(client: &Client, filter: &str) -> String {
    let emails = emails(client, &format!("(filter: {{ {filter} }})")).await;
    let names: Vec<&str> = emails.iter().map(|it| it.split('@').next().unwrap()).collect();
    names.join(" ")
}

/// The names of those whom a search finds.
async fn search(client: &Client, text: &str) -> String {
    found(client, &format!("search: {}", json!(text))).await
}

/// One page of users: their addresses, and what is said of the page.
async fn page(client: &Client, arguments: &str) -> (Vec<String>, Value) {
    let query = format!(
        "{{ users({arguments}) {{
            nodes {{ email }}
            edges {{ cursor }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }} }}"
    );
    let mut users = client.data(&query, json!({})).await["users"].take();
    let cursors = texts(&users["edges"], "cursor");
    let info = users["pageInfo"].take();
    assert_eq!(info["startCursor"], json!(cursors.first()));
    assert_eq!(info["endCursor"], json!(cursors.last()));
    (texts(&users["nodes"], "email"), info)
}

/// All users of a list, read by pages of two from its start.
async fn forward(client: &Client, list: &str) -> Vec<String> {
    let (mut emails, mut after) = (Vec::new(), Value::Null);
    loop {
        let (some, mut info) = page(client, &format!("{list}, first: 2, after: {after}")).await;
        assert_eq!(info["hasPreviousPage"], !emails.is_empty());
        emails.extend(some);
        if info["hasNextPage"] == false {
            return emails;
        }
        after = info["endCursor"].take();
    }
}

/// All users of a list in its order, read by pages of two from its end.
async fn backward(client: &Client, list: &str) -> Vec<String> {
    let (mut emails, mut before) = (Vec::new(), Value::Null);
    loop {
        let (some, mut info) = page(client, &format!("{list}, last: 2, before: {before}")).await;
        assert_eq!(info["hasNextPage"], !emails.is_empty());
        emails.splice(0..0, some);
        if info["hasPreviousPage"] == false {
            return emails;
        }
        before = info["startCursor"].take();
    }
}

api_tests! {
    async fn a_search_finds_any_part_of_an_address_or_a_name_whatever_its_case_and_form(app) {
        make_people(app).await;
        let admin = app.admin();
        assert_eq!(search(&admin, "D@EXAMPLE").await, "d");
        assert_eq!(search(&admin, "\u{ff22}OB").await, "d");
        assert_eq!(search(&admin, "e\u{301}mi").await, "b");
        assert_eq!(search(&admin, "STRASS").await, "A");
        assert_eq!(search(&admin, " k-z\t").await, "c");
        assert_eq!(search(&admin, "ada").await, "b");
        assert_eq!(search(&admin, "b").await, "b d");
        assert_eq!(search(&admin, "baker BOB").await, "d");
        assert_eq!(search(&admin, "nobody").await, "");
    }

    async fn a_blank_search_finds_all_users(app) {
        make_people(app).await;
        for nothing in ["", " \t", "\u{200b}"] {
            assert_eq!(search(&app.admin(), nothing).await, "A admin b c d", "{nothing:?}");
        }
        assert_eq!(found(&app.admin(), "search: null").await, "A admin b c d");
    }

    async fn a_search_for_users_has_no_wildcards(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "People").await;
        person(&admin, &group, ["a_b@example.org", "100%", "c\\d"]).await;
        person(&admin, &group, ["axb@example.org", "100", "cd"]).await;
        for text in ["_", "%", "\\", "0%", "c\\d", "a_b"] {
            assert_eq!(search(&admin, text).await, "a_b", "{text}");
        }
        for text in ["a%b", "c_d", "\\%", "*", "' OR ''='"] {
            assert_eq!(search(&admin, text).await, "", "{text}");
        }
        for text in ["a\0b", &*"x".repeat(256)] {
            let query = format!("{{ users(filter: {{ search: {} }}) {{ totalCount }} }}", json!(text));
            assert_eq!(admin.failures(&query, json!({})).await, json!([["BAD_USER_INPUT"]]));
        }
    }

    async fn users_can_be_filtered_by_their_ids_and_their_groups(app) {
        let (people, [b, a, _, c]) = make_people(app).await;
        let admin = app.admin();
        let other = plain_group(&admin, "Others").await;
        done(&admin, "updateUser", json!({ "id": a, "addGroupIds": [other] })).await;
        enrol(&admin, "eve", &[&other]).await;
        let ids = async |ids: Value| found(&admin, &format!("ids: {ids}")).await;
        assert_eq!(ids(json!([c, b, c])).await, "b c");
        assert_eq!(ids(json!([unknown(Kind::User), people, "x", ""])).await, "");
        assert_eq!(ids(json!([])).await, "");
        let groups = async |ids: Value| found(&admin, &format!("groupIds: {ids}")).await;
        assert_eq!(groups(json!([people])).await, "A b c d");
        assert_eq!(groups(json!([other])).await, "A eve");
        assert_eq!(groups(json!([other, people])).await, "A b c d eve");
        assert_eq!(groups(json!([unknown(Kind::Group), a, "x"])).await, "");
        assert_eq!(groups(json!([])).await, "");
    }

    async fn a_filter_of_users_takes_at_most_100_ids(app) {
        let ids: Vec<String> = (0..101).map(|_| unknown(Kind::User)).collect();
        for field in ["ids", "groupIds"] {
            let query = "query($filter: UserFilter) { users(filter: $filter) { totalCount } }";
            let data = app.admin().data(query, json!({ "filter": { field: ids[..100] } })).await;
            assert_eq!(data, json!({ "users": { "totalCount": 0 } }));
            let failures = app.admin().failures(query, json!({ "filter": { field: ids } })).await;
            assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
        }
    }

    async fn deleted_users_are_left_out_unless_asked_for(app) {
        let (_, [b, a, ..]) = make_people(app).await;
        let admin = app.admin();
        done(&admin, "setUserStatus", json!({ "id": a, "status": "BLOCKED" })).await;
        done(&admin, "setUserStatus", json!({ "id": b, "status": "DELETED" })).await;
        for (filter, expected) in [
            ("statuses: null", "A admin c d"),
            ("statuses: [ACTIVE]", "admin c d"),
            ("statuses: [BLOCKED]", "A"),
            ("statuses: [DELETED]", "b"),
            ("statuses: [DELETED, BLOCKED, DELETED]", "A b"),
            ("statuses: [ACTIVE, BLOCKED, DELETED]", "A admin b c d"),
            ("statuses: []", ""),
            ("search: \"adams\"", ""),
            ("search: \"adams\", statuses: [DELETED]", "b"),
        ] {
            assert_eq!(found(&admin, filter).await, expected, "{filter}");
            let query = format!("{{ users(filter: {{ {filter} }}, first: 1) {{ totalCount }} }}");
            let expected = json!({ "users": { "totalCount": expected.split_whitespace().count() } });
            assert_eq!(admin.data(&query, json!({})).await, expected, "{filter}");
        }
        assert_eq!(found(&admin, &format!("ids: {}", json!([a, b]))).await, "A");
    }

    async fn users_who_never_signed_in_can_be_told_from_the_others(app) {
        make_people(app).await;
        let admin = app.admin();
        assert_eq!(found(&admin, "neverSignedIn: true").await, "admin b");
        assert_eq!(found(&admin, "neverSignedIn: false").await, "A c d");
        assert_eq!(found(&admin, "neverSignedIn: null").await, "A admin b c d");
    }

    async fn every_condition_of_a_filter_of_users_must_hold(app) {
        let (people, [b, a, ..]) = make_people(app).await;
        let admin = app.admin();
        let group = json!([people]);
        for (filter, expected) in [
            (format!("groupIds: {group}, neverSignedIn: true"), "b"),
            (format!("search: \"@\", groupIds: {group}, ids: {}", json!([a, b])), "A b"),
            (format!("search: \"z\", ids: {}", json!([b])), ""),
            (format!("statuses: [BLOCKED], groupIds: {group}"), ""),
            ("search: \"admin\", neverSignedIn: false".into(), ""),
        ] {
            assert_eq!(found(&admin, &filter).await, expected, "{filter}");
        }
    }

    async fn users_can_be_ordered_by_each_field_both_ways(app) {
        make_people(app).await;
        let orders = [
            ("EMAIL", ["A", "b", "c", "d"]),
            ("FIRST_NAME", ["c", "d", "A", "b"]),
            ("LAST_NAME", ["b", "d", "A", "c"]),
            ("LAST_SIGN_IN_AT", ["b", "c", "d", "A"]),
            ("CREATED_AT", ["b", "A", "d", "c"]),
        ];
        for (field, mut expected) in orders {
            for order in [format!("field: {field}"), format!("field: {field}, direction: DESC")] {
                let arguments = format!("(filter: {{ search: \"@example\" }}, orderBy: {{ {order} }})");
                let emails = emails(&app.admin(), &arguments).await;
                assert_eq!(emails, expected.map(|name| format!("{name}@example.org")), "{order}");
                expected.reverse();
            }
        }
        let default = ["A@example.org", ADMIN, "b@example.org", "c@example.org", "d@example.org"];
        assert_eq!(emails(&app.admin(), "").await, default);
        assert_eq!(emails(&app.admin(), "(orderBy: null)").await, default);
    }

    async fn users_can_be_ordered_by_status(app) {
        let (_, [b, a, ..]) = make_people(app).await;
        let admin = app.admin();
        done(&admin, "setUserStatus", json!({ "id": a, "status": "DELETED" })).await;
        done(&admin, "setUserStatus", json!({ "id": b, "status": "BLOCKED" })).await;
        let mut expected = ["ACTIVE", "ACTIVE", "ACTIVE", "BLOCKED", "DELETED"];
        for direction in ["ASC", "DESC"] {
            let query = format!(
                "{{ users(
                    filter: {{ statuses: [DELETED, BLOCKED, ACTIVE] }},
                    orderBy: {{ field: STATUS, direction: {direction} }}
                ) {{ nodes {{ status }} }} }}"
            );
            let data = admin.data(&query, json!({})).await;
            assert_eq!(texts(&data["users"]["nodes"], "status"), expected);
            expected.reverse();
        }
    }

    async fn pages_lead_through_users_in_every_order_through_ties_and_nothing(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "People").await;
        for number in 0..9 {
            let name = format!("user{}", number * 4 % 9);
            let names = [&*format!("{name}@example.org"), "Same", ["One", "Two"][number % 2]];
            let id = person(&admin, &group, names).await;
            let status = ["ACTIVE", "BLOCKED", "DELETED"][number % 3];
            done(&admin, "setUserStatus", json!({ "id": id, "status": status })).await;
        }
        app.sql("UPDATE users SET created_at = '2024-02-29T23:59:59.500+00:00'").await;
        for number in [1, 3, 8] {
            signed_in(app, &format!("user{number}@example.org"), "2024-02-29T23:59:59.123456").await;
        }
        // Later by less than what an answer shows.
        signed_in(app, "user5@example.org", "2024-02-29T23:59:59.123457").await;
        for field in FIELDS {
            let mut all = Vec::new();
            for direction in ["ASC", "DESC"] {
                let list = format!(
                    "filter: {{ statuses: [ACTIVE, BLOCKED, DELETED] }},
                    orderBy: {{ field: {field}, direction: {direction} }}"
                );
                all = emails(&admin, &format!("({list})")).await;
                assert_eq!(all.len(), 10);
                assert_eq!(forward(&admin, &list).await, all, "{field} {direction}");
                assert_eq!(backward(&admin, &list).await, all, "{field} {direction}");
            }
            if field == "LAST_SIGN_IN_AT" {
                assert_eq!(all[0], "user5@example.org");
                let mut ties = all[1..4].to_vec();
                ties.sort();
                assert_eq!(ties, [1, 3, 8].map(|number| format!("user{number}@example.org")));
            }
        }
    }

    async fn a_cursor_or_size_that_no_page_of_users_has_is_refused(app) {
        let admin = app.admin();
        let refused = async |arguments: String| {
            let query = format!("{{ users({arguments}) {{ nodes {{ id }} }} }}");
            let failures = admin.failures(&query, json!({})).await;
            assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{arguments}");
        };
        for size in ["first: 101", "last: 101", "first: -1", "last: -1", "first: 5, last: 5"] {
            refused(size.into()).await;
        }
        for field in FIELDS {
            let (_, info) = page(&admin, &format!("orderBy: {{ field: {field} }}, first: 1")).await;
            for other in FIELDS.iter().filter(|other| **other != field) {
                let arguments = format!("orderBy: {{ field: {other} }}, after: {}", info["endCursor"]);
                refused(arguments).await;
            }
        }
        let data = admin.data("{ groups { edges { cursor } } }", json!({})).await;
        refused(format!("after: {}", data["groups"]["edges"][0]["cursor"])).await;
        refused("before: \"x\"".into()).await;
    }

    async fn the_edge_of_a_new_user_stands_where_the_list_has_it(app) {
        let (group, _) = make_people(app).await;
        let admin = app.admin();
        let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { userEdge { cursor } } }";
        let input = json!({
            "email": "BB@example.org", "firstName": "B", "lastName": "B", "password": PASSWORD,
            "groupIds": [group],
        });
        let data = admin.data(query, json!({ "input": input })).await;
        let cursor = &data["createUser"]["userEdge"]["cursor"];
        assert_eq!(page(&admin, &format!("first: 1, after: {cursor}")).await.0, ["c@example.org"]);
        assert_eq!(page(&admin, &format!("last: 1, before: {cursor}")).await.0, ["b@example.org"]);
    }

    async fn a_cursor_leads_on_in_each_of_several_groups(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "Team A").await, plain_group(&admin, "Team B").await);
        plain_group(&admin, "Team C").await;
        for (name, groups) in [
            ("ada", vec![&*a]), ("bob", vec![&a, &b]), ("cyd", vec![&a]), ("dan", vec![&a, &b]),
            ("eve", vec![&b]),
        ] {
            enrol(&admin, name, &groups).await;
        }
        // Each as its users, and whether there are more after and before them.
        let pages = async |arguments: String| {
            let query = format!(
                "{{ groups(filter: {{ search: \"team\" }}) {{ nodes {{ users({arguments}) {{
                    nodes {{ firstName }} edges {{ cursor }} totalCount
                    pageInfo {{ hasNextPage hasPreviousPage }}
                }} }} }} }}"
            );
            let data = admin.data(&query, json!({})).await;
            let groups = data["groups"]["nodes"].as_array().unwrap().clone();
            groups.into_iter().map(|mut group| group["users"].take()).collect::<Vec<_>>()
        };
        let shown = |pages: &[Value]| -> Value {
            let page = |page: &Value| json!([
                texts(&page["nodes"], "firstName").join(" "), page["totalCount"],
                page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"],
            ]);
            pages[..2].iter().map(page).collect()
        };
        let first = pages("first: 2".into()).await;
        assert_eq!(shown(&first), json!([["ada bob", 4, true, false], ["bob dan", 3, true, false]]));
        let bob = &first[0]["edges"][1]["cursor"];
        let next = pages(format!("first: 2, after: {bob}")).await;
        assert_eq!(shown(&next), json!([["cyd dan", 4, false, true], ["dan eve", 3, false, true]]));
        let dan = &next[0]["edges"][1]["cursor"];
        let before = pages(format!("last: 1, before: {dan}")).await;
        assert_eq!(shown(&before), json!([["cyd", 4, true, true], ["bob", 3, true, false]]));
        for pages in [first, next, before] {
            assert_eq!((&pages[2]["nodes"], &pages[2]["totalCount"]), (&json!([]), &json!(0)));
        }
    }
}
