//! GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/draft/>): what is asked in which way,
//! and how it is answered. What the documents themselves say is another file's matter.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use futures_util::stream;
use serde_json::json;

use crate::api_tests;
use crate::support::wire::{GRAPHQL, JSON, address, post};

const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;
const NO_JSON: &str = "Send the request as JSON, with Content-Type: application/json.";

api_tests! {
    async fn an_answer_is_of_the_type_that_the_client_likes_best(app) {
        let cases = [
            ("application/json", JSON),
            ("application/graphql-response+json", GRAPHQL),
            ("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", GRAPHQL),
            ("application/graphql-response+json, application/json", GRAPHQL),
            ("application/json, application/graphql-response+json", JSON),
            ("application/json;q=0.9, application/graphql-response+json", GRAPHQL),
            ("application/graphql-response+json;Q=0.8, application/json; q=0.9", JSON),
            ("text/html, application/graphql-response+json;q=0.1", GRAPHQL),
            ("*/*", JSON),
            ("application/*", JSON),
            ("text/html, */*;q=0.1", JSON),
            ("*/*, application/graphql-response+json", GRAPHQL),
            ("application/graphql-response+json;q=0.2, */*", JSON),
            ("application/json;q=0, */*", GRAPHQL),
            ("application/json;q=nan", JSON),
            ("", JSON),
        ];
        for (accept, content_type) in cases {
            let answer = app.nobody().post_with(&[("accept", accept)], TYPENAME).await;
            assert_eq!(answer.header("content-type"), content_type, "{accept}");
            assert_eq!((answer.status, answer.json()), (
                StatusCode::OK,
                json!({ "data": { "__typename": "Query" } }),
            ), "{accept}");
        }
    }

    async fn several_accept_headers_count_as_one(app) {
        let request = post()
            .header("accept", "text/html")
            .header("accept", "application/json;q=0.5")
            .header("accept", "application/graphql-response+json;q=0.6")
            .header("content-type", "application/json")
            .body(Body::from(TYPENAME));
        let answer = app.nobody().send(request.unwrap()).await;
        assert_eq!(answer.header("content-type"), GRAPHQL);
    }

    async fn without_a_word_on_types_the_answer_is_json(app) {
        let answer = app.nobody().post_with(&[], TYPENAME).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, JSON));
    }

    async fn a_client_that_accepts_neither_type_gets_406(app) {
        for accept in ["text/html", "application/xml", "application/json;q=0", "*/*;q=0", "json"] {
            let answer = app.nobody().post_with(&[("accept", accept)], TYPENAME).await;
            answer.refused_with(
                StatusCode::NOT_ACCEPTABLE,
                "BAD_REQUEST",
                "Accept application/graphql-response+json or application/json.",
            );
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }

    async fn only_json_in_utf_8_is_read(app) {
        let refused = [
            "text/plain",
            "text/plain;charset=utf-8",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/jsonp",
            "application/json; charset=iso-8859-1",
            "application/json; charset=utf-16",
            "",
        ];
        for content_type in refused {
            let answer = app.nobody().post_with(&[("content-type", content_type)], TYPENAME).await;
            answer.refused_with(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST", NO_JSON);
        }
        let nothing = post().body(Body::from(TYPENAME)).unwrap();
        let answer = app.nobody().send(nothing).await;
        answer.refused_with(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST", NO_JSON);
        for content_type in
            ["application/json; charset=\"UTF-8\"", "Application/JSON;charset=utf-8"]
        {
            let answer = app.nobody().post_with(&[("content-type", content_type)], TYPENAME).await;
            assert_eq!(answer.status, StatusCode::OK, "{content_type}");
        }
    }

    async fn a_mutation_as_a_form_or_as_plain_text_changes_nothing(app) {
        let admin = app.admin();
        let query = "mutation { createRole(input: { name: \"Forged\" }) { role { id } } }";
        let json = json!({ "query": query });
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        {
            let headers = [("content-type", content_type)];
            let answer = admin.post_with(&headers, json.to_string()).await;
            answer.refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST");
        }
        assert_eq!(admin.names("").await, ["Administrator"]);
    }

    async fn a_body_that_is_no_request_is_told_what_is_wrong_with_it(app) {
        let cases: [(&str, &str); 16] = [
            ("", "The body is not JSON that can be read (line 1, column 0)."),
            ("{", "The body is not JSON that can be read (line 1, column 1)."),
            ("{\"query\":\n nope}", "The body is not JSON that can be read (line 2, column 3)."),
            (
                "\"text\"",
                "The body must be a JSON object with each parameter once (line 1, column 6).",
            ),
            ("null", "The body must be a JSON object with each parameter once (line 1, column 4)."),
            (
                r#"{"query":"{a}","query":"{b}"}"#,
                "The body must be a JSON object with each parameter once (line 1, column 22).",
            ),
            ("[]", "Send one request at a time: lists of requests are not served."),
            (
                r#" [{"query":"{ __typename }"}]"#,
                "Send one request at a time: lists of requests are not served.",
            ),
            ("{}", "query is missing: it holds the GraphQL document."),
            (r#"{"query":null}"#, "query is missing: it holds the GraphQL document."),
            (r#"{"query":{}}"#, "query must be a string."),
            (r#"{"query":"{ a }","operationName":1}"#, "operationName must be a string."),
            (r#"{"query":"{ a }","variables":"{}"}"#, "variables must be an object."),
            (r#"{"query":"{ a }","variables":[]}"#, "variables must be an object."),
            (r#"{"query":"{ a }","extensions":"x"}"#, "extensions must be an object."),
            (r#"{"query":"{ a }","extensions":[]}"#, "extensions must be an object."),
        ];
        for (body, words) in cases {
            for (accept, content_type) in
                [("application/json", JSON), ("application/graphql-response+json", GRAPHQL)]
            {
                let answer = app.nobody().post_with(&[("accept", accept)], body).await;
                answer.refused_with(StatusCode::BAD_REQUEST, "BAD_REQUEST", words);
                assert_eq!(answer.header("content-type"), content_type);
            }
        }
    }

    async fn parameters_may_be_null_and_unknown_ones_are_passed_over(app) {
        let body = r#"{"query":"{ __typename }","operationName":null,"variables":null,
            "extensions":{"a":{"b":[1]}},"id":7}"#;
        let answer = app.nobody().post(body).await;
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
    }

    async fn a_body_over_1_mib_is_refused_by_its_announced_length(app) {
        let filled = |length: usize| {
            let start = r#"{"query":"{ __typename }","extensions":{"x":""#;
            format!("{start}{}\"}}}}", "x".repeat(length - start.len() - 3))
        };
        let most = filled(1_048_576);
        let length = most.len().to_string();
        let answer = app.nobody().post_with(&[("content-length", &length)], most).await;
        assert_eq!(answer.status, StatusCode::OK);
        let answer = app.nobody().post_with(&[("content-length", "209715200")], TYPENAME).await;
        let error = answer.refused(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED");
        assert_eq!(error, json!({
            "message": "The request exceeds the limit on body bytes: it has 209715200, and 1048576 is \
                the most.",
            "extensions": {
                "code": "LIMIT_EXCEEDED", "limit": "body_bytes",
                "maximum": 1_048_576, "actual": 209_715_200,
            },
        }));
    }

    async fn a_body_over_1_mib_is_refused_also_when_it_does_not_say_so(app) {
        let chunk = || Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]);
        let endless = stream::repeat_with(chunk);
        let answer = app.nobody().post(Body::from_stream(endless)).await;
        let error = answer.refused(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED");
        assert_eq!(error["extensions"], json!({
            "code": "LIMIT_EXCEEDED", "limit": "body_bytes",
            "maximum": 1_048_576, "actual": 1_048_577,
        }));
    }

    async fn a_query_by_get_takes_variables_and_the_name_of_an_operation(app) {
        let query = "query A { __typename }
            query B($name: String!) { b: roleByName(name: $name) { name } }";
        let answer = app.admin().get_with(&[
            ("query", query),
            ("operationName", "B"),
            ("variables", r#"{"name":"administrator"}"#),
            ("extensions", "{}"),
        ]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), GRAPHQL);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json(), json!({ "data": { "b": { "name": "Administrator" } } }));
        let query = ("query", "{ __typename }");
        let empty = [query, ("operationName", ""), ("variables", "null"), ("extensions", "")];
        let answer = app.nobody().get_with(&empty).await;
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
    }

    async fn a_get_that_is_no_request_is_told_what_is_wrong_with_it(app) {
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[], "query is missing: it holds the GraphQL document."),
            (&[("query", "{ a }"), ("variables", "{")], "The parameter variables is not JSON."),
            (&[("query", "{ a }"), ("variables", "[]")], "variables must be an object."),
            (&[("query", "{ a }"), ("extensions", "7")], "extensions must be an object."),
            (
                &[("query", "{ a }"), ("query", "{ b }")],
                "The parameters of this address cannot be read.",
            ),
        ];
        for (parameters, words) in cases {
            let answer = app.nobody().get_with(parameters).await;
            answer.refused_with(StatusCode::BAD_REQUEST, "BAD_REQUEST", words);
        }
    }

    async fn a_mutation_by_get_is_refused_and_writes_nothing(app) {
        let admin = app.admin();
        let named = "query Q { __typename }
            mutation M { createRole(input: { name: \"By GET\" }) { role { id } } }";
        let alone = "mutation { createRole(input: { name: \"By GET\" }) { role { id } } }";
        for parameters in [&[("query", named), ("operationName", "M")][..], &[("query", alone)]] {
            for accept in ["application/json", "application/graphql-response+json"] {
                let request = Request::get(address(parameters)).header("accept", accept);
                let answer = admin.send(request.body(Body::empty()).unwrap()).await;
                answer.refused_with(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "BAD_REQUEST",
                    "Mutations and subscriptions do not run from GET. Send a POST request.",
                );
                assert_eq!(answer.header("allow"), "POST");
            }
        }
        assert_eq!(admin.names("").await, ["Administrator"]);
        let answer = admin.get_with(&[("query", named), ("operationName", "Q")]).await;
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
    }

    async fn no_method_but_get_and_post_is_served(app) {
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE] {
            let request = Request::builder()
                .method(method)
                .uri(address(&[("query", "{ __typename }")]))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(TYPENAME));
            let answer = app.nobody().send(request.unwrap()).await;
            answer.refused_with(
                StatusCode::METHOD_NOT_ALLOWED,
                "BAD_REQUEST",
                "Send a GET or a POST request.",
            );
            assert_eq!(answer.header("allow"), "GET, POST");
        }
    }

    async fn the_status_says_whether_it_was_executed_unless_the_client_wants_plain_json(app) {
        let cases = [
            ("{ nope }", StatusCode::BAD_REQUEST),
            ("{", StatusCode::BAD_REQUEST),
            ("query A { __typename } query B { __typename }", StatusCode::BAD_REQUEST),
            ("query($x: Int!) { roles(first: $x) { totalCount } }", StatusCode::BAD_REQUEST),
            ("{ roles { totalCount } }", StatusCode::OK),
            ("{ __typename }", StatusCode::OK),
        ];
        for (query, status) in cases {
            let body = json!({ "query": query }).to_string();
            let strict = app.nobody().post(body.clone()).await;
            let plain = app.nobody().post_with(&[("accept", "application/json")], body).await;
            assert_eq!((strict.status, plain.status), (status, StatusCode::OK), "{query}");
            assert_eq!(strict.json(), plain.json(), "{query}");
            let has_data = strict.json().get("data").is_some();
            assert_eq!(has_data, status == StatusCode::OK, "{query}: {}", strict.text);
        }
    }

    async fn only_a_bearer_credential_counts_however_its_scheme_is_spelt(app) {
        let viewer = json!({ "query": "{ viewer { user { email } } }" }).to_string();
        let token = app.admin_token();
        for start in ["Bearer ", "bearer  ", "BEARER "] {
            let value = format!("{start}{token} ");
            let answer = app.nobody().post_with(&[("authorization", &value)], viewer.clone()).await;
            assert_eq!(answer.json()["data"]["viewer"]["user"]["email"], "admin@rolecall.local");
        }
        let no_token = token.trim_start_matches("rolecall_");
        let wrong = [token.to_owned(), format!("Basic {token}"), format!("Bearer {token}x"),
            format!("Bearer {no_token}"), "Bearer".into(), "Bearer \u{e9}".into()];
        for value in wrong {
            let answer = app.nobody().post_with(&[("authorization", &value)], viewer.clone()).await;
            assert_eq!(answer.json(), json!({ "data": { "viewer": null } }), "{value}");
        }
    }
}
