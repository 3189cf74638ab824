//! How often the database is asked: as often for many rows as for few.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::guarding::enrol;
use crate::support::{Client, TestApp};

/// Everything that lists of users, groups, roles and events can be asked for, each in one query.
const BIGGEST: [&str; 6] = [
    "{ users(first: 15) { totalCount nodes {
        email viewerCan { update block delete }
        access(bundle: \"cms\", controller: \"page\", action: \"0\") {
            allowed reason decidedBy { rule { action } role { name } group { title } }
        }
        groups {
            title userCount viewerCan { update delete addUsers }
            roles { name rules { action } viewerCan { update delete assign } }
        }
    } } }",
    "{ groups(first: 15) { totalCount nodes {
        title userCount viewerCan { update delete addUsers }
        roles { name rules { action } groupCount viewerCan { update delete assign } }
        users(first: 5) {
            totalCount pageInfo { hasNextPage } nodes { email viewerCan { update block delete } }
        }
    } } }",
    "{ roles(first: 15) { totalCount nodes {
        name groupCount rules { action } viewerCan { update delete assign }
        groups(first: 5) {
            totalCount pageInfo { hasNextPage } nodes { title viewerCan { update delete addUsers } }
        }
    } } }",
    "{ users(first: 15) { nodes {
        access(bundle: \"cms\", controller: \"page\", action: \"0\") { decidedBy {
            role { rules { action } groupCount groups(first: 3) { nodes { title } } viewerCan { update } }
            group { roles { name rules { action } } users(first: 3) { nodes { groups { title } } } }
        } }
    } } }",
    "{ users(first: 15) { nodes {
        groups { id } groups { roles { name } }
        more: groups { roles { rules { action } } users(first: 2) { nodes { id } } }
    } } groups(first: 15) { nodes {
        users(first: 3) { nodes { id } }
        users(first: 3) { nodes { groups { roles { name } } viewerCan { update } } }
    } } }",
    "{ auditEvents(first: 50) { totalCount nodes { action actor { email viewerCan { update } } } } }",
];

/// Makes that many more groups, each with as many roles of as many rules, and gives the ids of those
/// groups and roles.
async fn grow(app: &TestApp, prefix: &str, count: usize) -> (Vec<String>, Vec<String>) {
    let admin = app.admin();
    let rules: Vec<String> = (0..count).map(|number| format!("cms/page/{number}")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let (mut groups, mut roles) = (Vec::new(), Vec::new());
    for number in 0..count {
        roles.push(admin.create_role(&format!("{prefix} {number}"), &rules).await);
    }
    let ids: Vec<&str> = roles.iter().map(String::as_str).collect();
    for number in 0..count {
        groups.push(admin.create_group(&format!("{prefix} {number}"), &ids).await);
    }
    (groups, roles)
}

/// The statements of a document, its credential known.
async fn count(app: &TestApp, client: &Client, query: &str, variables: Value) -> usize {
    client.data("{ viewer { user { id } } }", json!({})).await;
    app.statements(client.data(query, variables)).await.1.len()
}

/// Says that a query takes so many statements, with few rows and with many.
async fn takes(app: &TestApp, expected: usize, query: &str) {
    let admin = app.admin();
    for (prefix, size) in [("few", 1), ("many", 9)] {
        let (groups, roles) = grow(app, prefix, size).await;
        let ids: Vec<&String> = groups.iter().chain(&roles).collect();
        let variables = json!({ "group": groups[0], "role": roles[0], "ids": ids });
        admin.data("{ viewer { user { id } } }", json!({})).await;
        let (_, statements) = app.statements(admin.data(query, variables)).await;
        assert_eq!(statements.len(), expected, "{prefix}: {statements:#?}");
    }
}

api_tests! {
    async fn a_list_of_groups_takes_one_statement_for_each_level(app) {
        takes(app, 1, "{ groups { nodes { title } } }").await;
    }

    async fn a_list_of_groups_with_roles_with_rules_takes_three_statements(app) {
        let query = "{ groups { nodes { title roles { name rules { action } } } } }";
        takes(app, 3, query).await;
    }

    async fn nodes_and_edges_of_one_list_are_loaded_together(app) {
        let query = "{ groups {
            nodes { roles { name } again: roles { rules { action } } }
            edges { cursor node { title roles { groupCount } } }
            ...more
        } }
        fragment more on GroupConnection { edges { node { ... on Group { roles { id } } } } }";
        takes(app, 4, query).await;
    }

    async fn only_an_edge_that_asks_for_roles_loads_them(app) {
        takes(app, 2, "{ groups { nodes { id } edges { node { roles { id } } } } }").await;
    }

    async fn a_list_of_roles_with_rules_and_counts_takes_three_statements(app) {
        takes(app, 3, "{ roles { nodes { name rules { action } groupCount } } }").await;
    }

    async fn one_group_with_roles_with_rules_and_counts_takes_four_statements(app) {
        let query = "query($group: ID!) {
            group(id: $group) { title roles { name rules { action } groupCount } }
        }";
        takes(app, 4, query).await;
    }

    async fn one_role_with_rules_takes_two_statements(app) {
        takes(app, 2, "query($role: ID!) { role(id: $role) { name rules { action } } }").await;
    }

    async fn a_total_takes_one_more_statement_and_only_when_asked_for(app) {
        grow(app, "some", 3).await;
        for list in ["groups", "roles"] {
            let admin = app.admin();
            let query = |fields: &str| format!("{{ {list} {{ {fields} }} }}");
            let without = count(app, &admin, &query("nodes { id }"), json!({})).await;
            let with = count(app, &admin, &query("nodes { id } totalCount"), json!({})).await;
            assert_eq!((without, with), (1, 2), "{list}");
        }
    }

    async fn nodes_take_one_statement_for_each_kind_and_level(app) {
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) {
            ... on Group { title roles { name rules { action } } }
            ... on Role { name rules { action } }
        } }";
        takes(app, 5, query).await;
    }

    async fn the_biggest_queries_take_as_many_statements_for_many_rows_as_for_few(app) {
        let rules = ["acl/*/*", "user/*/*", "audit/*/*", "cms/*/*", "!cms/page/1"];
        let clients = [app.admin(), app.user_with("limited", &rules).await];
        let mut counts = Vec::new();
        for (prefix, size) in [("few", 1), ("many", 7)] {
            let (groups, _) = grow(app, prefix, size).await;
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            for number in 0..size {
                let user = format!("{prefix}{number}");
                enrol(&app.admin(), &user, &groups).await;
                app.user_with(&format!("keeper-of-{user}"), &["acl/role/create"]).await
                    .create_role(&format!("By {user}"), &[]).await;
            }
            let mut counted = Vec::new();
            for client in &clients {
                for query in BIGGEST {
                    counted.push(count(app, client, query, json!({})).await);
                }
            }
            counts.push(counted);
        }
        assert_eq!(counts[0], counts[1]);
    }

    async fn a_page_of_users_takes_one_statement_for_each_level(app) {
        let admin = app.admin();
        let (groups, _) = grow(app, "some", 3).await;
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        enrol(&admin, "ada", &groups).await;
        for (fields, expected) in [("email", 1), ("groups { title }", 2), ("groups { roles { name } }", 3)] {
            let others = "users(filter: { search: \"@example.org\" })";
            let query = format!("{{ {others} {{ nodes {{ {fields} }} }} }}");
            assert_eq!(count(app, &admin, &query, json!({})).await, expected, "{fields}");
        }
    }

    async fn making_a_group_takes_as_many_statements_for_many_links_as_for_few(app) {
        let admin = app.admin();
        let query = "mutation($input: CreateGroupInput!) { createGroup(input: $input) {
            group { title roles { name rules { action } } }
            userErrors { code ... on TitleTakenError { existingGroup { roles { name } } } }
        } }";
        let mut counts = Vec::new();
        for (prefix, size) in [("few", 1), ("many", 9)] {
            let (_, roles) = grow(app, prefix, size).await;
            let input = json!({ "input": { "title": prefix, "roleIds": roles } });
            let made = count(app, &admin, query, input.clone()).await;
            let refused = count(app, &admin, query, input).await;
            counts.push((made, refused));
        }
        assert_eq!(counts[0], counts[1]);
    }

    async fn making_a_group_of_many_users_takes_as_many_statements_as_of_one(app) {
        let giver = app.user_with("giver", &["acl/*/*", "user/*/*", "cms/*/*"]).await;
        let query = "mutation($input: CreateGroupInput!) { createGroup(input: $input) {
            group { userCount } userErrors { code }
        } }";
        let mut counts = Vec::new();
        for (prefix, size) in [("few", 1), ("many", 5)] {
            let (_, roles) = grow(app, prefix, size).await;
            let mut users = Vec::new();
            for number in 0..size {
                users.push(app.user_id(&format!("{prefix}{number}"), &["cms/page/view"]).await);
            }
            let input = json!({ "title": prefix, "roleIds": roles, "userIds": users });
            counts.push(count(app, &giver, query, json!({ "input": input })).await);
        }
        assert_eq!(counts[0], counts[1]);
    }

    async fn making_a_role_takes_as_many_statements_for_many_rules_as_for_few(app) {
        let admin = app.admin();
        let query = "mutation($input: CreateRoleInput!) { createRole(input: $input) {
            role { name rules { action } groupCount } userErrors { code }
        } }";
        let mut counts = Vec::new();
        for size in [1, 500] {
            let rule = |action: usize| json!({
                "bundle": "b", "controller": "c", "action": action.to_string(), "permission": "DENY",
            });
            let rules: Vec<Value> = (0..size).map(rule).collect();
            let input = json!({ "input": { "name": format!("{size} rules"), "rules": rules } });
            counts.push(count(app, &admin, query, input).await);
        }
        assert_eq!(counts[0], counts[1]);
    }

    async fn who_asks_is_read_once_for_many_requests(app) {
        let client = app.user_with("ada", &["acl/group/index"]).await;
        let query = "{ groups { nodes { id } } }";
        client.data(query, json!({})).await;
        for _ in 0..3 {
            let (_, statements) = app.statements(client.data(query, json!({}))).await;
            assert_eq!(statements.len(), 1, "{statements:#?}");
        }
    }
}
