//! Variables and arguments: what is checked before anything runs, what is given when nothing is.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::{Answer, Client};

const BY_NAME: &str = "query($name: String!) { roleByName(name: $name) { name } }";
const PAGE: &str = "query($first: Int, $filter: GroupFilter, $order: GroupOrder) {
    groups(first: $first, filter: $filter, orderBy: $order) { nodes { title } } }";
const CREATE: &str =
    "mutation($input: CreateRoleInput!) { createRole(input: $input) { role { name } } }";
const BEYOND: &str = "$first must be of type Int, and is a number beyond 32 bits.";

async fn ask(client: &Client, query: &str, variables: Value) -> Answer {
    client.post(json!({ "query": query, "variables": variables }).to_string()).await
}

api_tests! {
    async fn a_variable_that_does_not_fit_is_refused_before_anything_runs(app) {
        let cases = [
            (BY_NAME, json!({}), "The variable $name of type String! is required."),
            (BY_NAME, json!({ "name": null }), "$name must be of type String!, and is null."),
            (BY_NAME, json!({ "name": 7 }), "$name must be of type String!, and is a number."),
            (BY_NAME, json!({ "name": ["x"] }), "$name must be of type String!, and is a list."),
            (PAGE, json!({ "first": "7" }), "$first must be of type Int, and is a string."),
            (PAGE, json!({ "first": 2_147_483_648_u32 }), BEYOND),
            (PAGE, json!({ "first": -2_147_483_649_i64 }), BEYOND),
            (
                PAGE,
                json!({ "first": 1.5 }),
                "$first must be of type Int, and is a number with a fraction.",
            ),
            (PAGE, json!({ "first": true }), "$first must be of type Int, and is a boolean."),
            (
                PAGE,
                json!({ "filter": "x" }),
                "$filter must be of type GroupFilter, and is a string.",
            ),
            (
                "query($until: DateTime) { auditEvents(filter: { until: $until }) { totalCount } }",
                json!({ "until": "2026-11-25" }),
                "$until must be of type DateTime, such as 2026-11-23T09:30:00Z, and is a string.",
            ),
            (
                PAGE,
                json!({ "filter": { "ids": ["x", null] } }),
                "$filter.ids.1 must be of type ID!, and is null.",
            ),
            (
                PAGE,
                json!({ "filter": { "ids": { "a": 1 } } }),
                "$filter.ids must be of type ID!, and is an object.",
            ),
            (
                PAGE,
                json!({ "filter": { "titel": "x" } }),
                "$filter has no field \"titel\": GroupFilter does not know it.",
            ),
            (
                PAGE,
                json!({ "order": { "field": "title" } }),
                "$order.field must be one of CREATED_AT, TITLE, UPDATED_AT, USER_COUNT.",
            ),
            (PAGE, json!({ "order": {} }), "$order.field of type GroupOrderField! is required."),
            (
                PAGE,
                json!({ "order": { "field": "TITLE", "direction": null } }),
                "$order.direction must be of type OrderDirection!, and is null.",
            ),
            (CREATE, json!({ "input": {} }), "$input.name of type String! is required."),
            (
                CREATE,
                json!({ "input": { "name": "A", "rules": [{ "bundle": "a", "controller": "b",
                    "action": "c", "permission": "MAYBE" }] } }),
                "$input.rules.0.permission must be one of ALLOW, DENY.",
            ),
            (
                CREATE,
                json!({ "input": { "name": "A", "validateOnly": "true" } }),
                "$input.validateOnly must be of type Boolean!, and is a string.",
            ),
        ];
        for (query, variables, words) in cases {
            let answer = ask(&app.admin(), query, variables).await;
            answer.refused_with(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words);
        }
    }

    async fn every_variable_that_does_not_fit_is_told(app) {
        let variables = json!({ "first": "x", "filter": 1, "order": [] });
        let answer = ask(&app.admin(), PAGE, variables).await;
        let messages: Vec<Value> = answer.json()["errors"].as_array().unwrap().iter()
            .map(|error| error["message"].clone()).collect();
        assert_eq!(messages, [
            "$first must be of type Int, and is a string.",
            "$filter must be of type GroupFilter, and is a number.",
            "$order must be of type GroupOrder, and is a list.",
        ]);
    }

    async fn a_secret_in_the_wrong_place_is_not_repeated(app) {
        let answer = ask(&app.admin(), PAGE, json!({ "first": "hunter2 hunter2" })).await;
        answer.refused(StatusCode::BAD_REQUEST, "BAD_USER_INPUT");
        assert!(!answer.text.contains("hunter2"), "{}", answer.text);
    }

    async fn a_variable_that_does_not_fit_keeps_earlier_mutations_from_running(app) {
        let admin = app.admin();
        let query = "mutation($second: CreateRoleInput!) {
            a: createRole(input: { name: \"First\" }) { role { id } }
            b: createRole(input: $second) { role { id } } }";
        let answer = ask(&admin, query, json!({ "second": { "name": 5 } })).await;
        answer.refused(StatusCode::BAD_REQUEST, "BAD_USER_INPUT");
        assert_eq!(admin.names("").await, ["Administrator"]);
    }

    async fn one_value_stands_for_a_list_of_it(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &[]).await;
        admin.create_group("Web team", &[&role]).await;
        let data = admin.data(PAGE, json!({ "filter": { "roleIds": role } })).await;
        assert_eq!(data, json!({ "groups": { "nodes": [{ "title": "Web team" }] } }));
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let data = admin.data(query, json!({ "ids": role })).await;
        assert_eq!(data, json!({ "nodes": [{ "id": role }] }));
    }

    async fn null_and_absence_are_the_same_where_nothing_is_required(app) {
        let admin = app.admin();
        let expected = json!({ "groups": { "nodes": [{ "title": "Administrators" }] } });
        for variables in [
            json!({}),
            json!(null),
            json!({ "first": null, "filter": null, "order": null }),
            json!({ "filter": {}, "nobody": { "declared": "this" } }),
            json!({ "filter": { "search": null, "ids": null } }),
            json!({ "order": { "field": "TITLE" } }),
            json!({ "first": 2 }),
        ] {
            let data = admin.data(PAGE, variables.clone()).await;
            assert_eq!(data, expected, "{variables}");
        }
    }

    async fn the_default_of_a_variable_is_taken_when_it_is_absent_only(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &[]).await;
        for title in ["A", "B"] {
            admin.create_group(title, &[&role]).await;
        }
        let query = "query($first: Int = 1, $order: GroupOrder = { field: TITLE, direction: DESC }) {
            groups(first: $first, orderBy: $order) { nodes { title } } }";
        let titles = |titles: &[&str]| {
            let nodes: Vec<Value> = titles.iter().map(|it| json!({ "title": it })).collect();
            json!({ "groups": { "nodes": nodes } })
        };
        assert_eq!(admin.data(query, json!({})).await, titles(&["B"]));
        let two = titles(&["B", "Administrators"]);
        assert_eq!(admin.data(query, json!({ "first": 2 })).await, two);
        let nothing = json!({ "first": null, "order": null });
        assert_eq!(admin.data(query, nothing).await, titles(&["A", "Administrators", "B"]));
        let strict = "query($first: Int! = 1) { groups(first: $first) { nodes { title } } }";
        assert_eq!(admin.data(strict, json!({})).await, titles(&["A"]));
        let answer = ask(&admin, strict, json!({ "first": null })).await;
        let words = "$first must be of type Int!, and is null.";
        answer.refused_with(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words);
    }

    async fn a_condition_may_come_from_the_default_of_a_variable(app) {
        let query = "query($with: Boolean! = true, $without: Boolean! = true) {
            a: __typename @include(if: $with)
            b: __typename @skip(if: $without)
            ... @include(if: $with) { c: __typename }
            ...D @skip(if: $without)
        }
        fragment D on Query { d: __typename }";
        let nobody = app.nobody();
        let data = nobody.data(query, json!({})).await;
        assert_eq!(data, json!({ "a": "Query", "c": "Query" }));
        let data = nobody.data(query, json!({ "with": false, "without": false })).await;
        assert_eq!(data, json!({ "b": "Query", "d": "Query" }));
        let answer = ask(&nobody, query, json!({ "with": null })).await;
        answer.refused(StatusCode::BAD_REQUEST, "BAD_USER_INPUT");
        let bare = "query($with: Boolean!) { a: __typename @include(if: $with) }";
        let answer = ask(&nobody, bare, json!({})).await;
        let words = "The variable $with of type Boolean! is required.";
        answer.refused_with(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", words);
    }

    async fn an_absent_variable_leaves_an_argument_to_its_own_default(app) {
        let admin = app.admin();
        let order = "query($direction: OrderDirection) {
            groups(orderBy: { field: TITLE, direction: $direction }) { totalCount } }";
        assert_eq!(admin.data(order, json!({})).await, json!({ "groups": { "totalCount": 1 } }));
        let create = "mutation($name: String!, $only: Boolean, $about: String, $mutation: String) {
            createRole(input: { name: $name, validateOnly: $only, description: $about,
                clientMutationId: $mutation }) {
                role { name description } clientMutationId userErrors { message } } }";
        let data = admin.data(create, json!({ "name": "Editors" })).await;
        assert_eq!(data, json!({ "createRole": {
            "role": { "name": "Editors", "description": null },
            "clientMutationId": null,
            "userErrors": [],
        } }));
        let data = admin.data(create, json!({ "name": "Writers", "only": true })).await;
        assert_eq!(data["createRole"]["role"], Value::Null);
        let answer = admin.run(create, json!({ "name": "Readers", "only": null })).await;
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(admin.names("").await, ["Administrator", "Editors"]);
    }

    async fn a_literal_of_the_wrong_type_is_found_beside_variables(app) {
        let admin = app.admin();
        let documents = [
            "mutation($about: String) { createRole(input: { name: 5, description: $about }) { role { id } } }",
            "mutation($name: String!) { createRole(input: { name: $name, rules: 7 }) { role { id } } }",
            "mutation($name: String!) { createRole(input: { name: $name, nope: true }) { role { id } } }",
            "mutation($about: String) { createRole(input: { description: $about }) { role { id } } }",
            "mutation($b: String!) { createRole(input: { name: \"A\", rules: [{ bundle: $b, controller: \"c\",
                action: \"d\", permission: \"ALLOW\" }] }) { role { id } } }",
            "query($first: Int) { groups(first: $first, after: 5) { totalCount } }",
            "query($search: String) { groups(filter: { search: $search, ids: [1.5] }) { totalCount } }",
            "query($name: String) { roleByName(name: $name) { name } }",
            "query($name: ID!) { roleByName(name: $name) { name } }",
            "query($id: ID!) { nodes(ids: $id) { id } }",
            "query($ids: [ID]!) { nodes(ids: $ids) { id } }",
            "query($id: String!) { ...F } fragment F on Query { node(id: $id) { id } }",
            "{ roleByName(name: $name) { name } }",
            "{ groups(first: 2147483648) { totalCount } }",
            "query($first: Int = 2147483648) { groups(first: $first) { totalCount } }",
            "{ groups(orderBy: { field: \"TITLE\" }) { totalCount } }",
            "{ __typename @include }",
            "{ __typename @include(if: \"true\") }",
            "{ __typename @nope }",
            "query($with: Boolean) { __typename @include(if: $with) }",
            "query($name: Nope!) { roleByName(name: $name) { name } }",
            "query($name: String!, $name: String!) { roleByName(name: $name) { name } }",
            "query($first: Int = \"7\") { groups(first: $first) { totalCount } }",
            "query($unused: String) { __typename }",
        ];
        for query in documents {
            let variables =
                json!({ "name": "A", "about": "B", "b": "c", "first": 1, "search": "x" });
            let answer = ask(&admin, query, variables).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text);
            let json = answer.json();
            assert_eq!(json.get("data"), None, "{query}");
            for error in json["errors"].as_array().unwrap() {
                assert_eq!(error["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{query}");
                assert!(error["locations"][0]["line"].is_u64(), "{query}: {error}");
            }
        }
        assert_eq!(admin.names("").await, ["Administrator"]);
    }

    async fn an_id_may_be_a_number_and_is_then_no_id_of_ours(app) {
        let admin = app.admin();
        let query = "query($id: ID!) { a: role(id: $id) { id } b: role(id: 7) { id } }";
        for id in [json!(7), json!("7"), json!("")] {
            let data = admin.data(query, json!({ "id": id })).await;
            assert_eq!(data, json!({ "a": null, "b": null }));
        }
    }

    async fn an_operation_that_cannot_be_chosen_is_named_as_the_reason(app) {
        let two = "query A { __typename } query B { __typename }";
        let none = "The document has no operation of the name that operationName gives.";
        let which = "The document has several operations. Say in operationName which to run.";
        let cases = [
            (two, json!(null), which),
            (two, json!("C"), none),
            (two, json!(""), none),
            ("{ __typename }", json!("A"), none),
        ];
        for (query, name, words) in cases {
            let body = json!({ "query": query, "operationName": name }).to_string();
            let answer = app.nobody().post(body).await;
            answer.refused_with(StatusCode::BAD_REQUEST, "OPERATION_RESOLUTION_FAILURE", words);
        }
        let body = json!({ "query": two, "operationName": "B" }).to_string();
        assert_eq!(app.nobody().post(body).await.status, StatusCode::OK);
    }

    async fn a_document_that_cannot_be_parsed_is_told_where(app) {
        for (query, line, column) in
            [("{ a(", 1, 5), ("{\n  a:\n}", 3, 1), ("", 1, 1), ("nope", 1, 1)]
        {
            let answer = app.nobody().post(json!({ "query": query }).to_string()).await;
            let error = answer.refused(StatusCode::BAD_REQUEST, "GRAPHQL_PARSE_FAILED");
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with("Syntax error: "), "{message}");
            assert_eq!(error["locations"], json!([{ "line": line, "column": column }]), "{query}");
        }
    }
}
