//! The shape of answers: the order of what is in them, what becomes null over an error, and how the
//! schema is told.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api_tests;

api_tests! {
    async fn data_is_in_the_order_of_the_document(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &["a/b/c"]).await;
        admin.create_group("Web team", &[&role]).await;
        let query = r#"query {
            z: __typename
            roles(first: 1) { totalCount nodes { rules { action __typename bundle } name id groupCount } }
            viewer { user { lastName email ... on User { id firstName } } }
            ...Rest
            a: __typename
        }
        fragment Rest on Query {
            groups(filter: { search: "web" }) {
                pageInfo { hasNextPage } ...Page totalCount
            }
            viewer { __typename user { status } }
        }
        fragment Page on GroupConnection {
            nodes { userCount ... { roles { name id version } title } __typename }
        }"#;
        let answer = admin.post(json!({ "query": query }).to_string()).await;
        let role = &role;
        let data = answer.json();
        let root = &data["data"]["roles"]["nodes"][0]["id"];
        let user = &data["data"]["viewer"]["user"]["id"];
        let expected = format!(
            r#"{{"data":{{
                "z":"Query",
                "roles":{{"totalCount":2,"nodes":[{{
                    "rules":[{{"action":"*","__typename":"Rule","bundle":"*"}}],
                    "name":"Administrator","id":{root},"groupCount":1}}]}},
                "viewer":{{
                    "user":{{
                        "lastName":"Administrator","email":"admin@rolecall.local",
                        "id":{user},"firstName":"Rolecall","status":"ACTIVE"}},
                    "__typename":"Viewer"}},
                "groups":{{
                    "pageInfo":{{"hasNextPage":false}},
                    "nodes":[{{
                        "userCount":0,"roles":[{{"name":"Editors","id":"{role}","version":1}}],
                        "title":"Web team","__typename":"Group"}}],
                    "totalCount":1}},
                "a":"Query"}}}}"#
        );
        assert_eq!(answer.text, joined(&expected));
    }

    async fn mutations_run_in_order_and_one_that_fails_does_not_stop_the_next(app) {
        let admin = app.admin();
        let query = r#"mutation {
            z: createRole(input: { name: "Editors" }) { role { name } userErrors { code } }
            y: createRole(input: { name: "EDITORS" }) { role { name } userErrors { code } }
            x: createRole(input: { name: "Writers" }) { userErrors { code } role { name } }
        }"#;
        let answer = admin.post(json!({ "query": query }).to_string()).await;
        let expected = r#"{"data":{
            "z":{"role":{"name":"Editors"},"userErrors":[]},
            "y":{"role":null,"userErrors":[{"code":"TAKEN"}]},
            "x":{"userErrors":[],"role":{"name":"Writers"}}}}"#;
        assert_eq!(answer.text, joined(expected));
    }

    async fn an_error_where_null_may_not_be_makes_what_holds_it_null(app) {
        let nobody = app.nobody();
        let answer = nobody.run("{ viewer { user { id } } roles { totalCount } }", json!({})).await;
        assert_eq!(answer["data"], Value::Null);
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
        assert_eq!(answer["errors"][0]["path"], json!(["roles"]));
        assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "UNAUTHENTICATED" }));
    }

    async fn an_error_where_null_may_be_leaves_its_siblings_alone(app) {
        let nobody = app.nobody();
        let query = r#"{ a: role(id: "x") { id } viewer { user { id } } b: roleByName(name: "x") { id } }"#;
        let answer = nobody.run(query, json!({})).await;
        assert_eq!(answer["data"], json!({ "a": null, "viewer": null, "b": null }));
        let errors = answer["errors"].as_array().unwrap();
        let mut paths: Vec<&Value> = errors.iter().map(|error| &error["path"][0]).collect();
        paths.sort_by_key(|path| path.as_str());
        assert_eq!(paths, ["a", "b"]);
    }

    async fn roles_that_one_may_not_read_are_null_in_groups_that_one_may(app) {
        let reader = app.user_with("ann", &["acl/group/index"]).await;
        let query = "{ groups { nodes { title roles { name } userCount } totalCount } }";
        let answer = reader.run(query, json!({})).await;
        assert_eq!(answer["data"], json!({ "groups": {
            "nodes": [
                { "title": "Administrators", "roles": null, "userCount": 1 },
                { "title": "Group of ann", "roles": null, "userCount": 1 },
            ],
            "totalCount": 2,
        } }));
        let errors = answer["errors"].as_array().unwrap();
        let mut paths: Vec<&Value> = errors.iter().map(|error| &error["path"]).collect();
        paths.sort_by_key(|path| path[2].as_u64());
        assert_eq!(paths, [
            &json!(["groups", "nodes", 0, "roles"]),
            &json!(["groups", "nodes", 1, "roles"]),
        ]);
        for error in errors {
            let extensions = json!({ "code": "FORBIDDEN", "required": "acl/role/index" });
            assert_eq!(error["extensions"], extensions);
        }
    }

    async fn an_answer_that_would_list_too_much_is_refused_where_it_grows(app) {
        let admin = app.admin();
        let rules: Vec<String> = (0..500).map(|n| format!("a/b/c{n}")).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let role = admin.create_role("Large", &rules).await;
        for n in 0..99 {
            admin.create_group(&format!("Group {n}"), &[&role]).await;
        }
        let page = "groups(first: 100) { nodes { roles { rules { action } } } }";
        let two = admin.data(&format!("{{ a: {page} b: {page} }}"), json!({})).await;
        assert_eq!(two["b"]["nodes"][99]["roles"][0]["rules"].as_array().unwrap().len(), 500);
        let three = format!("{{ a: {page} b: {page} c: {page} }}");
        let answer = admin.run(&three, json!({})).await;
        let groups = ["a", "b", "c"].map(|page| answer["data"][page]["nodes"].as_array().unwrap());
        let refused = groups.into_iter().flatten().filter(|group| group["roles"].is_null()).count();
        let error = &answer["errors"][0];
        assert!((1..200).contains(&refused), "{refused} of 300 were refused");
        assert_eq!(error["path"][5], "rules");
        let words = "An answer lists at most 100000 things. Ask for smaller pages.";
        assert_eq!(error["message"], words);
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    }

    async fn only_who_is_signed_in_may_read_the_schema(app) {
        let documents = [
            "{ __schema { queryType { name } } }",
            "{ __type(name: \"Role\") { name } }",
            "{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }",
            "{ __schema @skip(if: true) { queryType { name } } __typename }",
        ];
        for query in documents {
            let answer = app.nobody().post(json!({ "query": query }).to_string()).await;
            answer.refused_with(
                StatusCode::BAD_REQUEST,
                "UNAUTHENTICATED",
                "Only those who are signed in may read the schema. Sign in, or send a token: \
                 Authorization: Bearer rolecall_...",
            );
            let answer = app.admin().run(query, json!({})).await;
            assert!(answer["data"].is_object(), "{answer}");
            // Nor when the document is remembered.
            let answer = app.nobody().post(json!({ "query": query }).to_string()).await;
            answer.refused(StatusCode::BAD_REQUEST, "UNAUTHENTICATED");
        }
        let answer = app.nobody().run("{ __typename }", json!({})).await;
        assert_eq!(answer, json!({ "data": { "__typename": "Query" } }));
    }

    async fn introspection_tells_every_type_that_it_names(app) {
        let query = "{ __schema { types { name
            interfaces { name } possibleTypes { name } fields { type { ...T } args { type { ...T } } }
            inputFields { type { ...T } } } } }
            fragment T on __Type { name ofType { name ofType { name ofType { name } } } }";
        let data = app.admin().data(query, json!({})).await;
        let mut named = Vec::new();
        collect_names(&data, &mut named);
        let types = data["__schema"]["types"].as_array().unwrap();
        let known: Vec<&str> = types.iter().filter_map(|it| it["name"].as_str()).collect();
        let unknown: Vec<&&str> = named.iter().filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "named, but not told: {unknown:?}");
        assert!(known.contains(&"UserError") && known.len() > 40, "{known:?}");
    }

    async fn suggestions_are_for_those_who_are_signed_in(app) {
        for (query, hint) in [
            ("{ rols { totalCount } }", "roles"),
            ("{ viewer { user { emai } } }", "email"),
            ("{ roles(firs: 1) { totalCount } }", "first"),
        ] {
            let body = json!({ "query": query }).to_string();
            let answer = app.nobody().post(body.clone()).await;
            answer.refused(StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED");
            assert!(!answer.text.contains("id you mean"), "{}", answer.text);
            assert!(!answer.text.contains(&format!("\\\"{hint}\\\"")), "{}", answer.text);
            let answer = app.admin().post(body).await;
            answer.refused(StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED");
            assert!(answer.text.contains("id you mean"), "{query}: {}", answer.text);
        }
    }
}

fn collect_names<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            names.extend(fields.get("name").and_then(Value::as_str));
            fields.values().for_each(|it| collect_names(it, names));
        }
        Value::Array(items) => items.iter().for_each(|it| collect_names(it, names)),
        _ => {}
    }
}

/// A text whose lines were broken for reading.
fn joined(text: &str) -> String {
    text.lines().map(str::trim).collect()
}
