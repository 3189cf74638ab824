//! Operations over a WebSocket: their answers, their errors and their ends, and how many there may be.

use std::fmt::Write as _;

use rolecall::graphql::Limits;
use serde_json::json;

use crate::api_tests;
use crate::support::live::Socket;

const FOLLOW: &str = "subscription { changes(types: [GROUP]) { id } }";
const NAME: &str = "query($name: String!) { roleByName(name: $name) { name } }";
const CREATE: &str = "mutation($name: String!) {
    createRole(input: { name: $name }) { role { name } userErrors { code } }
}";

/// Says that an operation is told of a group.
async fn told_of(socket: &mut Socket, id: &str, group: &str) {
    let payload = json!({ "data": { "changes": { "id": group } } });
    assert_eq!(socket.hear().await, json!({ "id": id, "type": "next", "payload": payload }));
}

fn aliases(count: usize) -> String {
    let fields = (0..count).map(|number| format!("a{number}: __typename"));
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
}

fn doubling_fragments(count: usize) -> String {
    let mut text = String::from("{ ...f0 }");
    for i in 0..count {
        write!(text, " fragment f{i} on Query {{ ...f{0} ...f{0} }}", i + 1).expect("memory");
    }
    write!(text, " fragment f{count} on Query {{ __typename }}").expect("memory");
    text
}

fn closed_for(id: &str) -> (u16, String) {
    (4409, format!("Subscriber for {id} already exists"))
}

api_tests! {
    async fn a_query_and_a_mutation_have_one_answer_and_end(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.start("q", NAME, json!({ "name": "administrator" })).await;
        let found = json!({ "data": { "roleByName": { "name": "Administrator" } } });
        assert_eq!(socket.answer("q").await, found);
        socket.start("m", CREATE, json!({ "name": "Writers" })).await;
        let made = json!({ "role": { "name": "Writers" }, "userErrors": [] });
        assert_eq!(socket.answer("m").await, json!({ "data": { "createRole": made } }));
        let payload = json!({
            "query": "query A { __typename } query B { roles { totalCount } } ", "operationName": "B",
            "variables": null, "extensions": { "x": 1 }, "more": 1,
        });
        socket.say(json!({ "id": "b", "type": "subscribe", "payload": payload })).await;
        assert_eq!(socket.answer("b").await, json!({ "data": { "roles": { "totalCount": 2 } } }));
    }

    async fn nobody_signs_in_or_out_over_a_socket(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        let sign_in = "mutation { signIn(input: { email: \"a\", password: \"b\" }) { sessionToken } }";
        let sign_out = "mutation { signOut(input: {}) { signedOut } }";
        for (query, field) in [(sign_in, "signIn"), (sign_out, "signOut")] {
            socket.start(field, query, json!({})).await;
            let answer = socket.answer(field).await;
            let error = &answer["errors"][0];
            assert_eq!(error["message"], "Sign in and out by POST, not over a socket.");
            assert_eq!((&error["extensions"]["code"], &answer["data"]), (&json!("BAD_USER_INPUT"), &json!(null)));
        }
    }

    async fn what_is_wrong_with_an_operation_is_told_and_the_socket_stays(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.start("1", "{", json!({})).await;
        let error = json!({
            "message": "Syntax error: the document cannot be read from line 1, column 2 on.",
            "locations": [{ "line": 1, "column": 2 }],
            "extensions": { "code": "GRAPHQL_PARSE_FAILED" },
        });
        assert_eq!(socket.hear().await, json!({ "id": "1", "type": "error", "payload": [error] }));
        let nested = format!("{{ roleByName(name: {}", "[".repeat(1_500));
        for (query, code) in [
            ("", "GRAPHQL_PARSE_FAILED"),
            ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
            ("{ nope nada }", "GRAPHQL_VALIDATION_FAILED"),
            (NAME, "BAD_USER_INPUT"),
            (&aliases(101), "LIMIT_EXCEEDED"),
            (&doubling_fragments(24), "LIMIT_EXCEEDED"),
            (&nested, "LIMIT_EXCEEDED"),
            ("{ ...f } fragment f on Query { ...f }", "LIMIT_EXCEEDED"),
        ] {
            socket.start("1", query, json!({})).await;
            let expected = if query.contains("nada") { json!([code, code]) } else { json!([code]) };
            assert_eq!(socket.refused("1").await, expected, "{query}");
        }
        socket.start("1", &doubling_fragments(24), json!({})).await;
        let mut error = socket.hear().await;
        let extensions = json!({
            "code": "LIMIT_EXCEEDED", "limit": "selections", "maximum": 1_000, "actual": 50_331_647,
        });
        assert_eq!(error["payload"][0]["extensions"].take(), extensions);
        socket.start("1", "{ __typename }", json!({})).await;
        assert_eq!(socket.answer("1").await, json!({ "data": { "__typename": "Query" } }));
    }

    async fn what_fails_while_it_runs_is_part_of_the_answer(app) {
        let port = app.listen().await;
        let (ada, role) = (app.token_of("ada", &[]).await, app.admin().root_role().await);
        let mut socket = port.socket_of(&ada).await;
        socket.start("1", "query($id: ID!) { __typename role(id: $id) { id } }", json!({ "id": role })).await;
        let mut answer = socket.answer("1").await;
        let error = answer["errors"][0].take();
        assert_eq!(answer, json!({ "data": { "__typename": "Query", "role": null }, "errors": [null] }));
        let forbidden = json!({ "code": "FORBIDDEN", "required": "acl/role/index" });
        assert_eq!((&error["path"], &error["extensions"]), (&json!(["role"]), &forbidden));
    }

    async fn an_id_is_of_one_operation_at_a_time(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.start("1", FOLLOW, json!({})).await;
        socket.start("1", "{ __typename }", json!({})).await;
        assert_eq!(socket.closed().await, closed_for("1"));
        let long = "x".repeat(200);
        let mut socket = port.socket_of(app.admin_token()).await;
        for _ in 0..2 {
            socket.start(&long, FOLLOW, json!({})).await;
        }
        let (code, reason) = socket.closed().await;
        assert_eq!((code, reason), (4409, closed_for(&long).1[..123].to_owned()));
        // What has ended, from either side or before it began, has left its id.
        let mut socket = port.socket_of(app.admin_token()).await;
        for _ in 0..3 {
            socket.start("1", "{ __typename }", json!({})).await;
            socket.answer("1").await;
            socket.start("1", "{", json!({})).await;
            socket.refused("1").await;
            socket.start("1", FOLLOW, json!({})).await;
            socket.end("1").await;
        }
        socket.settle().await;
    }

    async fn what_is_unknown_can_be_completed(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.end("1").await;
        socket.start("2", FOLLOW, json!({})).await;
        socket.end("3").await;
        socket.settle().await;
        let group = app.admin().create_group("One", &[&app.admin().root_role().await]).await;
        told_of(&mut socket, "2", &group).await;
        for _ in 0..2 {
            socket.end("2").await;
        }
        socket.settle().await;
    }

    async fn operations_go_on_beside_each_other(app) {
        let port = app.listen().await;
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let mut socket = port.socket_of(app.admin_token()).await;
        for id in ["a", "b", "\u{e9}\u{1f980}"] {
            socket.start(id, FOLLOW, json!({})).await;
        }
        socket.start("q", "{ __typename }", json!({})).await;
        socket.answer("q").await;
        socket.settle().await;
        let group = admin.create_group("One", &[&root]).await;
        let mut told = Vec::new();
        for _ in 0..3 {
            let next = socket.hear().await;
            assert_eq!(next["payload"], json!({ "data": { "changes": { "id": group } } }));
            told.push(next["id"].as_str().unwrap().to_owned());
        }
        told.sort();
        assert_eq!(told, ["a", "b", "\u{e9}\u{1f980}"]);
        socket.start("m", CREATE, json!({ "name": "Writers" })).await;
        assert_eq!(socket.answer("m").await["data"]["createRole"]["userErrors"], json!([]));
    }

    async fn what_was_completed_says_no_more(app) {
        let port = app.listen().await;
        let (admin, root) = (app.admin(), app.admin().root_role().await);
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.start("a", FOLLOW, json!({})).await;
        socket.start("b", FOLLOW, json!({})).await;
        socket.end("a").await;
        socket.settle().await;
        for title in ["One", "Two"] {
            let group = admin.create_group(title, &[&root]).await;
            told_of(&mut socket, "b", &group).await;
        }
        socket.settle().await;
    }

    async fn a_user_has_so_many_sockets_and_gets_places_back(app) {
        let few = app.with_limits(Limits { sockets: 2, ..Limits::default() }).await;
        let port = few.listen().await;
        let mut first = port.socket_of(app.admin_token()).await;
        let second = port.socket_of(app.admin_token()).await;
        let mut third = port.socket().await;
        third.introduce(app.admin_token()).await;
        let reason = "Forbidden: at most 2 sockets are open for one user".to_owned();
        assert_eq!(third.closed().await, (4403, reason));
        // Others have places of their own, and who is nobody needs none.
        port.socket_of(&app.token_of("ada", &[]).await).await;
        port.socket().await.settle().await;
        drop(second);
        first.settle().await;
        while !port.is_admitted(app.admin_token()).await {}
    }

    async fn a_user_has_so_many_operations_and_gets_places_back(app) {
        let few = app.with_limits(Limits { socket_operations: 2, ..Limits::default() }).await;
        let port = few.listen().await;
        let mut one = port.socket_of(app.admin_token()).await;
        let mut two = port.socket_of(app.admin_token()).await;
        one.start("1", FOLLOW, json!({})).await;
        one.settle().await;
        two.start("1", FOLLOW, json!({})).await;
        two.settle().await;
        let text = "At most 2 operations are under way over sockets for one user.";
        let error = json!({ "message": text, "extensions": { "code": "LIMIT_EXCEEDED" } });
        for id in ["2", "3"] {
            two.start(id, "{ __typename }", json!({})).await;
            assert_eq!(two.hear().await, json!({ "id": id, "type": "error", "payload": [error] }));
        }
        one.end("1").await;
        one.settle().await;
        // What ends by itself, or never begins, leaves its place, too.
        for query in ["{ __typename }", "{ nope }", "{ __typename }"] {
            two.start("2", query, json!({})).await;
            if query == "{ nope }" {
                two.refused("2").await;
            } else {
                two.answer("2").await;
            }
        }
        one.start("1", FOLLOW, json!({})).await;
        one.settle().await;
        drop(one);
        loop {
            two.start("2", "{ __typename }", json!({})).await;
            let next = two.hear().await;
            if next["type"] == "next" {
                break;
            }
            assert_eq!(next["payload"], json!([error]));
        }
    }

    async fn a_change_happens_whole_even_if_its_client_hangs_up_at_once(app) {
        let port = app.listen().await;
        let create = |name: String| format!("createRole(input: {{ name: \"{name}\" }}) {{ role {{ id }} }}");
        for number in 0..10 {
            let fields = (0..10).map(|part| format!("r{part}: {}", create(format!("Role {number} {part}"))));
            let query = format!("mutation {{ {} }}", fields.collect::<Vec<_>>().join(" "));
            let mut socket = port.socket_of(app.admin_token()).await;
            socket.start("1", &query, json!({})).await;
            drop(socket);
        }
        let started = std::time::Instant::now();
        loop {
            let data = app.admin().data("{ roles { totalCount } }", json!({})).await;
            if data["roles"]["totalCount"] == 101 {
                break;
            }
            assert!(started.elapsed().as_secs() < 10, "{data}");
        }
    }
}
