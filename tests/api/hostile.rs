//! Requests that mean harm: each is refused with a typed error that tells nothing of what is behind the
//! API, and leaves it as it was.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::{Answer, Client};

/// What no client must ever read.
const INNER_WORDS: [&str; 16] = [
    "sqlx",
    "SELECT",
    "INSERT",
    "sea_orm",
    "SeaORM",
    "panicked",
    "async_graphql",
    "serde",
    "rolecall::",
    "sqlite",
    "postgres",
    "access_revision",
    "group_role",
    ".rs",
    "/work",
    "/root",
];

/// Asserts that an answer tells nothing of what is behind it, and gives it back.
#[track_caller]
fn clean(answer: Answer) -> Answer {
    for word in INNER_WORDS {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
    assert!(answer.text.len() < 100_000, "{} bytes", answer.text.len());
    answer
}

/// Asserts a refusal over a limit, by name and with both figures.
#[track_caller]
fn over(answer: Answer, limit: &str, maximum: u64, actual: u64) {
    let answer = clean(answer);
    let error = answer.refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
    let limit_words = limit.replace('_', " ");
    assert_eq!(
        error,
        json!({
            "message": format!(
                "The request exceeds the limit on {limit_words}: it has {actual}, and {maximum} is the most."
            ),
            "extensions": {
                "code": "LIMIT_EXCEEDED", "limit": limit, "maximum": maximum, "actual": actual,
            },
        })
    );
}

async fn post(client: &Client, query: &str, variables: Value) -> Answer {
    client.post(json!({ "query": query, "variables": variables }).to_string()).await
}

async fn still_answers(client: &Client) {
    let query = "{ groups(first: 20) { nodes { title roles { name rules { action } } } } }";
    let data = client.data(query, json!({})).await;
    assert_eq!(data["groups"]["nodes"][0]["title"], "Administrators");
}

fn doubling_fragments(count: usize) -> String {
    let mut text = String::from("{ ...f0 }");
    for i in 0..count {
        write!(text, " fragment f{i} on Query {{ ...f{0} ...f{0} }}", i + 1).expect("memory");
    }
    write!(text, " fragment f{count} on Query {{ __typename }}").expect("memory");
    text
}

api_tests! {
    async fn brackets_within_brackets_are_refused_wherever_they_stand(app) {
        let (open, close) = ("[".repeat(1_500), "]".repeat(1_500));
        let objects = "{a:".repeat(1_500);
        let sets = "{a".repeat(1_500);
        let documents = [
            (format!("{{ roleByName(name: {open}{close}) {{ id }} }}"), 1_502),
            (format!("{{ roleByName(name: {open}"), 1_502),
            (format!("{{ roleByName(name: {objects}1"), 1_502),
            (format!("query($x: [ID!]! = {open}{close}) {{ nodes(ids: $x) {{ id }} }}"), 1_501),
            (format!("query($x: {open}ID{close}) {{ nodes(ids: $x) {{ id }} }}"), 1_501),
            (format!("{{ __typename @include(if: {open}{close}) }}"), 1_502),
            (format!("query @include(if: {open}{close}) {{ __typename }}"), 1_501),
            (format!("fragment F on Query @skip(if: {open}{close}) {{ __typename }} {{ ...F }}"), 1_501),
            (sets, 1_500),
        ];
        for client in [app.nobody(), app.admin()] {
            for (query, actual) in &documents {
                over(post(&client, query, json!({})).await, "nesting", 32, *actual);
                over(client.get_with(&[("query", query)]).await, "nesting", 32, *actual);
            }
        }
        still_answers(&app.admin()).await;
    }

    async fn fragments_that_double_or_go_round_are_refused_at_once(app) {
        let doubling = doubling_fragments(24);
        let nobody = app.nobody();
        over(post(&nobody, &doubling, json!({})).await, "selections", 1_000, 3 * (1 << 24) - 1);
        let by_get = nobody.get_with(&[("query", &doubling)]).await;
        over(by_get, "selections", 1_000, 3 * (1 << 24) - 1);
        for circle in [
            "{ ...f } fragment f on Query { ...f ...f }",
            "{ ...f } fragment f on Query { ...g } fragment g on Query { ...h } fragment h on Query { ...f }",
            "{ __typename } fragment f on Query { ...g ...g } fragment g on Query { ...f ...f }",
            "{ viewer { ...v } } fragment v on Viewer { user { ... { ...u } } } fragment u on User { id ...u }",
        ] {
            over(post(&nobody, circle, json!({})).await, "depth", 32, 33);
        }
        still_answers(&app.admin()).await;
    }

    async fn a_flood_of_anything_is_refused_by_the_limit_on_it(app) {
        let floods = [
            (format!("{{ {} }}", "a: __typename ".repeat(101)), "aliases", 100, 101),
            (
                format!("{{ ...F ...F }} fragment F on Query {{ {} }}", "a: __typename ".repeat(51)),
                "aliases", 100, 102,
            ),
            (format!("{{ __typename {} }}", "@skip(if: false) ".repeat(51)), "directives", 50, 51),
            (format!("{{ {} }}", "... { __typename } ".repeat(501)), "spreads", 500, 501),
            (format!("{{ {} }}", "__typename ".repeat(1_001)), "selections", 1_000, 1_001),
            (format!("{{ {} }}", "a ".repeat(9_999)), "tokens", 10_000, 10_001),
            (format!("{{ {} }}", "!".repeat(9_999)), "tokens", 10_000, 10_001),
            (format!("{{ __typename }}{}", " ".repeat(65_523)), "query_bytes", 65_536, 65_537),
            (format!("{{ {} }}", "a".repeat(129)), "name_length", 128, 129),
            (format!("query({}) {{ a }}", "$a: Int ".repeat(501)), "variables", 500, 501),
            (
                format!("{{ roles({}) {{ totalCount }} }}", "first: 1 ".repeat(13)),
                "arguments", 12, 13,
            ),
            (
                (0..21).fold(String::new(), |text, n| format!("{text}query q{n} {{ __typename }} ")),
                "operations", 20, 21,
            ),
            (
                format!("{{ a }} fragment G on B {{ {} }} fragment F on B {{ {} }}",
                    "b { ...F } ".repeat(9), "a ".repeat(900)),
                "merges", 2_000, 9_010,
            ),
        ];
        for (query, limit, maximum, actual) in &floods {
            over(post(&app.nobody(), query, json!({})).await, limit, *maximum, *actual);
        }
        still_answers(&app.admin()).await;
    }

    async fn more_than_ten_mutations_in_one_operation_change_nothing(app) {
        let admin = app.admin();
        let mutations = |count: usize| {
            let one = |n| format!("m{n}: createRole(input: {{ name: \"R{n}\" }}) {{ role {{ id }} }} ");
            format!("mutation {{ {} }}", (0..count).map(one).collect::<String>())
        };
        over(post(&admin, &mutations(11), json!({})).await, "root_mutations", 10, 11);
        let spread = format!(
            "mutation {{ ...F }} fragment F on Mutation {}",
            mutations(11).trim_start_matches("mutation ")
        );
        over(post(&admin, &spread, json!({})).await, "root_mutations", 10, 11);
        assert_eq!(admin.names("").await, ["Administrator"]);
        admin.data(&mutations(10), json!({})).await;
        assert_eq!(admin.names("").await.len(), 11);
    }

    async fn pages_within_lists_are_refused_by_what_they_could_come_to(app) {
        let admin = app.admin();
        let page = "groups(first: 100) { nodes { roles { rules { id bundle controller action } } }
            edges { node { roles { rules { id bundle controller action } } } } }";
        let bomb = format!("{{ a: {page} b: {page} }}");
        let answer = clean(post(&admin, &bomb, json!({})).await);
        let error = answer.refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
        assert_eq!(error["extensions"]["limit"], "complexity");
        assert_eq!(error["extensions"]["maximum"], 100_000);
        assert!(error["extensions"]["actual"].as_u64() > Some(100_000), "{error}");
        let by_variable = bomb.replace("100", "$n").replacen('{', "query($n: Int = 100) {", 1);
        for variables in [json!({}), json!({ "n": 100 }), json!({ "n": 2_000_000_000 })] {
            let answer = clean(post(&admin, &by_variable, variables).await);
            answer.refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
        }
        let small = post(&admin, &by_variable, json!({ "n": 5 })).await;
        assert_eq!(small.status, StatusCode::OK, "{}", small.text);
        for size in ["-1", "101", "2147483647", "-2147483648"] {
            let query = format!("{{ groups(first: {size}) {{ totalCount }} }}");
            let answer = clean(post(&admin, &query, json!({})).await).json();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{size}");
        }
    }

    async fn introspection_that_goes_in_circles_is_refused(app) {
        let query = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
        over(post(&app.admin(), query, json!({})).await, "introspection_nesting", 2, 3);
        over(post(&app.nobody(), query, json!({})).await, "introspection_nesting", 2, 3);
    }

    async fn a_large_variable_counts_for_each_of_its_uses(app) {
        let query = format!("query($v: [ID!]!) {{ {} }}", "nodes(ids: $v) { id } ".repeat(20));
        let variables = json!({ "v": vec!["x"; 600] });
        over(post(&app.admin(), &query, variables).await, "values", 10_000, 20 * 601);
        let text = "x".repeat(1_000_000);
        let query = "query($t: String!) { a: roleByName(name: $t) { id } b: roleByName(name: $t) { id }
            c: roleByName(name: $t) { id } }";
        let uses = 3 * (1 + 1_000_000 / 256);
        over(post(&app.admin(), query, json!({ "t": text })).await, "values", 10_000, uses);
        still_answers(&app.admin()).await;
    }

    async fn json_within_json_is_read_to_a_depth_and_refused_beyond(app) {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        for field in ["variables", "extensions"] {
            for (depth, code) in [(130, "BAD_REQUEST"), (200_000, "LIMIT_EXCEEDED")] {
                let value = nested(depth);
                let body = format!(r#"{{"query":"{{ __typename }}","{field}":{{"a":{value}}}}}"#);
                let answer = clean(app.nobody().post(body).await);
                answer.refused(StatusCode::BAD_REQUEST, code);
            }
        }
        let query = "query($v: [ID!]!) { nodes(ids: $v) { id } }";
        let variables: Value = serde_json::from_str(&nested(100)).unwrap();
        let answer = clean(post(&app.admin(), query, json!({ "v": variables })).await);
        answer.refused(StatusCode::BAD_REQUEST, "BAD_USER_INPUT");
        still_answers(&app.admin()).await;
    }

    async fn strings_without_an_end_are_refused(app) {
        let block = "{ roleByName(name: \"\"\" never ends [[[[ \\\"\"\" ";
        over(post(&app.nobody(), block, json!({})).await, "unterminated_block_strings", 0, 1);
        let many = format!("{{ a(b: {}", "\"\"\"\" ".repeat(10_000));
        let answer = clean(post(&app.nobody(), &many, json!({})).await);
        answer.refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
        for query in
            ["{ roleByName(name: \"never ends", "{ roleByName(name: \"\n\") { id } }", "# only"]
        {
            let answer = clean(post(&app.nobody(), query, json!({})).await);
            answer.refused(StatusCode::BAD_REQUEST, "GRAPHQL_PARSE_FAILED");
        }
    }

    async fn bytes_that_are_no_text_are_refused(app) {
        let bodies: [&[u8]; 6] = [
            b"\xff\xfe{\x00}\x00",
            b"{\"query\":\"{ roleByName(name: \\\"\xff\\\") { id } }\"}",
            b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":\"\xc3\x28\"}}",
            br#"{"query":"{ __typename }","variables":{"a":"\ud800"}}"#,
            br#"{"query":"{ roleByName(name: \"\udfff\") { id } }"}"#,
            b"{\"query\":\"\x00\"}",
        ];
        for body in bodies {
            let answer = clean(app.admin().post(Body::from(body)).await);
            answer.refused(StatusCode::BAD_REQUEST, "BAD_REQUEST");
        }
        let request = axum::http::Request::get("/graphql?query=%7B%FF%FE%7D").body(Body::empty());
        let answer = clean(app.admin().send(request.unwrap()).await);
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED");
    }

    async fn no_text_in_any_place_is_an_internal_error(app) {
        let admin = app.admin();
        let query = "query($t: String!, $id: ID!) {
            a: role(id: $id) { id } b: group(id: $id) { id } c: node(id: $id) { id }
            d: nodes(ids: [$id, $id]) { id } e: roleByName(name: $t) { id } f: groupByTitle(title: $t) { id }
        }";
        let lists = [
            "query($t: String!, $id: ID!) { roles(filter: { search: $t, ids: [$id], groupIds: [$id] }) { totalCount } }",
            "query($t: String!, $id: ID!) { groups(filter: { search: $t, ids: [$id], roleIds: [$id],
                userIds: [$id] }) { totalCount nodes { id } } }",
            "query($t: String!) { roles(after: $t) { totalCount nodes { id } } }",
            "query($t: String!) { groups(before: $t, last: 1) { nodes { id } } }",
            "mutation($t: String!) { createRole(input: { name: $t, description: $t, clientMutationId: $t,
                validateOnly: true, rules: [{ bundle: $t, controller: $t, action: $t, permission: DENY }] })
                { userErrors { code message path } clientMutationId } }",
            "mutation($t: String!, $id: ID!) { createGroup(input: { title: $t, description: $t, roleIds: [$id],
                userIds: [$id], clientMutationId: $t, validateOnly: true })
                { userErrors { code message path } clientMutationId } }",
        ];
        let long = "%_\\".repeat(1_000);
        let texts = [
            "\0", "a\0b", "'; DROP TABLE roles; --", "\" OR 1=1", "%", "_", "\\", "\u{ffff}", "\u{202e}",
            "$1", "?1", ":a", "{{7*7}}", "%00", "\r\n", &long, "\u{10ffff}", "rolecall_\0",
        ];
        for text in texts {
            for query in lists.iter().chain([&query]) {
                let answer = clean(post(&admin, query, json!({ "t": text, "id": text })).await);
                let json = answer.json();
                for error in json["errors"].as_array().into_iter().flatten() {
                    let code = &error["extensions"]["code"];
                    assert_eq!(code, "BAD_USER_INPUT", "{text:?} in {query}: {error}");
                }
            }
        }
        let nul = r#"{ roleByName(name: "\u0000") { id } groupByTitle(title: "a\u0000") { id } }"#;
        let data = admin.data(nul, json!({})).await;
        assert_eq!(data, json!({ "roleByName": null, "groupByTitle": null }));
        still_answers(&admin).await;
    }

    async fn thousands_of_faults_are_answered_with_twenty(app) {
        let query = format!("{{ {} }}", "undefined ".repeat(900));
        let answer = clean(post(&app.admin(), &query, json!({})).await);
        let errors = answer.json()["errors"].as_array().unwrap().len();
        assert_eq!((answer.status, errors), (StatusCode::BAD_REQUEST, 20));
        let fields = "nodes(ids: 1.5) { id } ".repeat(100);
        let answer = clean(post(&app.admin(), &format!("{{ {fields} }}"), json!({})).await);
        assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    }

    async fn bombs_in_parallel_leave_others_their_answers(app) {
        let bombs = [
            doubling_fragments(24),
            format!("{{ roleByName(name: {}", "[".repeat(60_000)),
            format!("{{ {} }}", "a ".repeat(32_000)),
            format!("{{ a(b: {}", "\"\"\"\" ".repeat(12_000)),
        ];
        let (nobody, admin) = (app.nobody(), app.admin());
        let all = bombs.iter().cycle().take(32).map(|bomb| post(&nobody, bomb, json!({})));
        let (answers, ()) = tokio::join!(join_all(all), still_answers(&admin));
        for answer in answers {
            clean(answer).refused(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED");
        }
        still_answers(&admin).await;
    }
}
