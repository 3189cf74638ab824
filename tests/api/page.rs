//! Pages: a list read page by page, forward and backward, while rows come and go.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::asking::texts;

/// A page of groups or roles: its names, whether there is more on either side, and its cursors.
struct Page {
    names: Vec<String>,
    has_next: bool,
    has_previous: bool,
    start: Value,
    end: Value,
}

/// Reads the page of a list, `groups` or `roles`, that some arguments ask for.
async fn page(client: &Client, list: &str, arguments: &str) -> Page {
    let name = if list == "groups" { "title" } else { "name" };
    let query = format!(
        "{{ {list}({arguments}) {{
            nodes {{ {name} }}
            edges {{ cursor }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }} }}"
    );
    let list = client.data(&query, json!({})).await[list].take();
    let cursors = texts(&list["edges"], "cursor");
    let info = &list["pageInfo"];
    assert_eq!(info["startCursor"], json!(cursors.first()));
    assert_eq!(info["endCursor"], json!(cursors.last()));
    Page {
        names: texts(&list["nodes"], name),
        has_next: info["hasNextPage"].as_bool().unwrap(),
        has_previous: info["hasPreviousPage"].as_bool().unwrap(),
        start: info["startCursor"].clone(),
        end: info["endCursor"].clone(),
    }
}

/// All names of a list, read by pages of two from its start. `between` is called after each page.
async fn forward(
    client: &Client,
    list: &str,
    order: &str,
    between: impl AsyncFn(&str),
) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let arguments = format!("orderBy: {{ {order} }}, first: 2, after: {after}");
        let page = page(client, list, &arguments).await;
        assert_eq!(page.has_previous, !names.is_empty());
        for name in &page.names {
            between(name).await;
        }
        names.extend(page.names);
        if !page.has_next {
            return names;
        }
        after = page.end;
    }
}

/// All names of a list in its order, read by pages of two from its end.
async fn backward(client: &Client, list: &str, order: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut before = Value::Null;
    loop {
        let arguments = format!("orderBy: {{ {order} }}, last: 2, before: {before}");
        let page = page(client, list, &arguments).await;
        assert_eq!(page.has_next, !names.is_empty());
        names.splice(0..0, page.names);
        if !page.has_previous {
            return names;
        }
        before = page.start;
    }
}

/// Makes that many groups, in an order unlike that of their titles.
async fn make_groups(admin: &Client, count: usize) {
    let role = admin.create_role("Empty", &[]).await;
    for number in 0..count {
        admin.create_group(&format!("Group {:03}", number * 37 % 1_000), &[&role]).await;
    }
}

/// The cursor of some text.
fn forge(text: &str) -> Value {
    json!(URL_SAFE_NO_PAD.encode(text))
}

/// What comes of asking for groups after some cursor, in an order.
async fn after(client: &Client, order: &str, cursor: &Value) -> Value {
    let query = "query($after: String, $order: GroupOrder) {
        groups(after: $after, orderBy: $order) { nodes { id } }
    }";
    let variables = json!({ "after": cursor, "order": { "field": order } });
    client.failures(query, variables).await
}

api_tests! {
    async fn pages_lead_through_groups_in_every_order_without_loss_or_repetition(app) {
        let admin = app.admin();
        make_groups(&admin, 9).await;
        for field in ["TITLE", "CREATED_AT", "UPDATED_AT", "USER_COUNT"] {
            for direction in ["ASC", "DESC"] {
                let order = format!("field: {field}, direction: {direction}");
                let all = admin.titles(&format!("(orderBy: {{ {order} }})")).await;
                assert_eq!(all.len(), 10);
                assert_eq!(forward(&admin, "groups", &order, async |_| {}).await, all, "{order}");
                assert_eq!(backward(&admin, "groups", &order).await, all, "{order}");
            }
        }
    }

    async fn pages_lead_through_roles_that_were_made_in_one_moment(app) {
        let admin = app.admin();
        for number in 0..8 {
            admin.create_role(&format!("Role {}", number * 3 % 8), &[]).await;
        }
        let time = "'2024-02-29T23:59:59.500+00:00'";
        app.sql(&format!("UPDATE roles SET created_at = {time}, updated_at = {time}")).await;
        for field in ["NAME", "CREATED_AT", "UPDATED_AT"] {
            for direction in ["ASC", "DESC"] {
                let order = format!("field: {field}, direction: {direction}");
                let all = admin.names(&format!("(orderBy: {{ {order} }})")).await;
                assert_eq!(all.len(), 9);
                assert_eq!(forward(&admin, "roles", &order, async |_| {}).await, all, "{order}");
                assert_eq!(backward(&admin, "roles", &order).await, all, "{order}");
            }
        }
    }

    async fn rows_that_come_and_go_move_no_page(app) {
        let admin = &app.admin();
        let role = &admin.create_role("Empty", &[]).await;
        for title in ["B", "D", "F", "H", "J"] {
            admin.create_group(title, &[role]).await;
        }
        // Beside each title that was read: one group before it and one after it come, itself goes.
        let change = async |title: &str| {
            if title.len() == 1 {
                admin.create_group(&format!("0 before {title}"), &[role]).await;
                admin.create_group(&format!("Z after {title}"), &[role]).await;
                app.sql(&format!("DELETE FROM groups WHERE title = '{title}'")).await;
            }
        };
        let seen = forward(admin, "groups", "field: TITLE", change).await;
        let expected = [
            "Administrators", "B", "D", "F", "H", "J",
            "Z after B", "Z after D", "Z after F", "Z after H", "Z after J",
        ];
        assert_eq!(seen, expected);
    }

    async fn rows_of_an_equal_value_that_come_move_no_page(app) {
        let admin = &app.admin();
        let role = &admin.create_role("Empty", &[]).await;
        for title in ["e", "d", "c", "b", "a"] {
            admin.create_group(title, &[role]).await;
        }
        let change = async |title: &str| {
            if title.len() == 1 {
                admin.create_group(&format!("after {title}"), &[role]).await;
            }
        };
        // Without users, in the order in which they were made; the one group with a user is last.
        let seen = forward(admin, "groups", "field: USER_COUNT", change).await;
        let expected = [
            "e", "d", "c", "b", "a",
            "after e", "after d", "after c", "after b", "after a", "Administrators",
        ];
        assert_eq!(seen, expected);
    }

    async fn a_page_has_20_rows_unless_asked_and_at_most_100(app) {
        let admin = app.admin();
        make_groups(&admin, 101).await;
        let all = page(&admin, "groups", "first: 100").await;
        assert_eq!((all.names.len(), all.has_next, all.has_previous), (100, true, false));
        let some = page(&admin, "groups", "filter: {}").await;
        assert_eq!((&some.names[..], some.has_next), (&all.names[..20], true));
        let before = page(&admin, "groups", &format!("before: {}", all.end)).await;
        assert_eq!(before.names, all.names[79..99]);
        let last = page(&admin, "groups", "last: 100").await;
        assert_eq!((last.names.len(), last.has_next, last.has_previous), (100, false, true));
        assert_eq!(last.names[..98], all.names[2..]);
    }

    async fn a_page_can_lie_between_two_cursors(app) {
        let admin = app.admin();
        make_groups(&admin, 6).await;
        let all = page(&admin, "groups", "first: 7").await;
        let second = page(&admin, "groups", "first: 2").await.end;
        let between = format!("after: {second}, before: {}", all.end);
        let start = page(&admin, "groups", &format!("first: 2, {between}")).await;
        assert_eq!((&start.names[..], start.has_next), (&all.names[2..4], true));
        let end = page(&admin, "groups", &format!("last: 2, {between}")).await;
        assert_eq!((&end.names[..], end.has_previous), (&all.names[4..6], true));
        let whole = page(&admin, "groups", &between).await;
        assert_eq!(whole.names, all.names[2..6]);
    }

    async fn an_empty_page_has_no_cursors(app) {
        let nothing = page(&app.admin(), "groups", "filter: { search: \"nothing\" }").await;
        assert_eq!((nothing.has_next, nothing.has_previous), (false, false));
        assert_eq!((nothing.start, nothing.end), (Value::Null, Value::Null));
        let none = page(&app.admin(), "groups", "first: 0").await;
        assert_eq!((none.names.len(), none.has_next), (0, true));
    }

    async fn a_size_that_no_page_has_is_refused(app) {
        let sizes = ["first: 101", "last: 101", "first: -1", "last: -1", "first: 5, last: 5"];
        for list in ["groups", "roles"] {
            for size in sizes {
                let query = format!("{{ {list}({size}) {{ pageInfo {{ hasNextPage }} }} }}");
                let failures = app.admin().failures(&query, json!({})).await;
                assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{size}");
            }
        }
    }

    async fn a_text_that_is_no_cursor_is_refused(app) {
        let id = "01890000-0000-7000-8000-000000000000";
        let texts = [
            json!(""), json!("x"), json!("\0"), json!("=="), forge("null"), forge("{}"),
            forge(&format!("{{\"l\":\"group.title\",\"k\":{{\"s\":\"a\"}},\"i\":\"{id}\"")),
            forge(&format!("{{\"l\":\"group.title\",\"k\":{{\"n\":1}},\"i\":\"{id}\"}}")),
            forge(&format!("{{\"l\":\"group.title\",\"k\":{{\"s\":\"\\u0000\"}},\"i\":\"{id}\"}}")),
        ];
        for text in texts {
            let failures = after(&app.admin(), "TITLE", &text).await;
            assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{text}");
        }
        let ancient = format!(
            "{{\"l\":\"group.created_at\",\"k\":{{\"t\":\"-200000-01-01T00:00:00Z\"}},\"i\":\"{id}\"}}"
        );
        let failures = after(&app.admin(), "CREATED_AT", &forge(&ancient)).await;
        assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
    }

    async fn a_cursor_of_another_list_or_order_is_refused(app) {
        let admin = app.admin();
        let role = page(&admin, "roles", "first: 1").await.end;
        assert_eq!(after(&admin, "TITLE", &role).await, json!([["BAD_USER_INPUT"]]));
        let title = page(&admin, "groups", "first: 1").await.end;
        for order in ["CREATED_AT", "UPDATED_AT", "USER_COUNT"] {
            assert_eq!(after(&admin, order, &title).await, json!([["BAD_USER_INPUT"]]), "{order}");
        }
        let time = page(&admin, "groups", "first: 1, orderBy: { field: CREATED_AT }").await.end;
        assert_eq!(after(&admin, "UPDATED_AT", &time).await, json!([["BAD_USER_INPUT"]]));
    }

    async fn the_edge_of_a_new_group_stands_where_the_list_has_it(app) {
        let admin = app.admin();
        make_groups(&admin, 3).await;
        let query = "mutation($input: CreateGroupInput!) {
            createGroup(input: $input) { groupEdge { cursor } }
        }";
        let input = json!({ "title": "Group 037b", "roleIds": [admin.root_role().await] });
        let data = admin.data(query, json!({ "input": input })).await;
        let cursor = &data["createGroup"]["groupEdge"]["cursor"];
        let next = page(&admin, "groups", &format!("first: 5, after: {cursor}")).await;
        assert_eq!(next.names, ["Group 074"]);
        let previous = page(&admin, "groups", &format!("last: 1, before: {cursor}")).await;
        assert_eq!(previous.names, ["Group 037"]);
    }

    async fn the_total_counts_all_pages_of_what_the_filter_leaves(app) {
        let admin = app.admin();
        make_groups(&admin, 4).await;
        let query = "{
            all: groups(first: 2) { totalCount }
            some: groups(filter: { search: \"GROUP 0\" }, first: 1) { totalCount nodes { id } }
            none: groups(filter: { search: \"nothing\" }) { totalCount }
            roles(first: 1) { totalCount }
        }";
        let mut data = admin.data(query, json!({})).await;
        data["some"]["nodes"].take();
        let expected = json!({
            "all": { "totalCount": 5 },
            "some": { "totalCount": 3, "nodes": null },
            "none": { "totalCount": 0 },
            "roles": { "totalCount": 2 },
        });
        assert_eq!(data, expected);
    }
}
