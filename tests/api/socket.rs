//! GraphQL over WebSocket, message by message: what opens a socket, what closes it, and who it is.

use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::api_tests;
use crate::support::live::{PROTOCOL, Port, Socket};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};

const WHO: &str = "{ viewer { user { email } } }";

/// What is no message, for all that its JSON says.
const NONSENSE: [&str; 39] = [
    "",
    "{",
    "nope",
    "null",
    "1",
    "\"ping\"",
    "[]",
    "[\"ping\"]",
    "[{\"type\":\"ping\"}]",
    "{}",
    "{\"type\":null}",
    "{\"type\":1}",
    "{\"type\":[\"ping\"]}",
    "{\"type\":\"Ping\"}",
    "{\"type\":\"start\"}",
    "{\"type\":\"connection_ack\"}",
    "{\"type\":\"next\",\"id\":\"1\",\"payload\":{}}",
    "{\"type\":\"ping\",\"type\":\"ping\"}",
    "{\"type\":\"ping\"} {\"type\":\"ping\"}",
    "{\"type\":\"ping\",\"payload\":1}",
    "{\"type\":\"ping\",\"payload\":[]}",
    "{\"type\":\"pong\",\"payload\":\"x\"}",
    "{\"type\":\"subscribe\"}",
    "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ __typename }\"}}",
    "{\"type\":\"subscribe\",\"id\":null,\"payload\":{\"query\":\"{ __typename }\"}}",
    "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{ __typename }\"}}",
    "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{ __typename }\"}}",
    "{\"type\":\"subscribe\",\"id\":\"1\"}",
    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":null}",
    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":\"{ __typename }\"}",
    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":[\"{ __typename }\",null,null,null]}",
    "[\"subscribe\",\"1\",{\"query\":\"{ __typename }\"}]",
    "{\"type\":\"complete\"}",
    "{\"type\":\"complete\",\"id\":null}",
    "{\"type\":\"complete\",\"id\":1}",
    "{\"type\":\"complete\",\"id\":\"\"}",
    "{\"type\":\"ping\",\"payload\":{\"a\":01}}",
    "{\"type\":\"ping\",\"payload\":{\"a\":\"\\ud800\"}}",
    "\u{feff}{\"type\":\"ping\"}",
];

/// What is wrong with the parameters of an operation, and how it is said.
const PARAMETERS: [(&str, &str); 5] = [
    ("{}", "query is missing: it holds the GraphQL document."),
    ("{\"query\":1}", "query must be a string."),
    ("{\"query\":\"{ __typename }\",\"operationName\":1}", "operationName must be a string."),
    ("{\"query\":\"{ __typename }\",\"variables\":[]}", "variables must be an object."),
    ("{\"query\":\"{ __typename }\",\"extensions\":1}", "extensions must be an object."),
];

/// A new session of the administrator.
pub async fn sign_in(client: &Client) -> String {
    let query = "mutation($input: SignInInput!) {
        signIn(input: $input) { sessionToken userErrors { code } }
    }";
    let input = json!({ "email": ADMIN, "password": PASSWORD, "returnToken": true });
    let data = client.data(query, json!({ "input": input })).await;
    data["signIn"]["sessionToken"].as_str().expect("a token").to_owned()
}

/// Why a server closes an initialised socket that says something.
async fn told(app: &TestApp, port: &Port, message: Message) -> (u16, String) {
    let mut socket = port.socket_of(app.admin_token()).await;
    socket.send(message).await;
    socket.closed().await
}

/// Says that a socket is initialised by what its request carried, or by a payload, and whose it is.
async fn is_of(mut socket: Socket, payload: Value, email: &str) {
    socket.say(json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
    socket.start("1", WHO, json!({})).await;
    let expected = json!({ "data": { "viewer": { "user": { "email": email } } } });
    assert_eq!(socket.answer("1").await, expected);
}

fn invalid() -> (u16, String) {
    (4400, "Invalid message received".to_owned())
}

api_tests! {
    async fn a_socket_speaks_one_protocol(app) {
        let port = app.listen().await;
        let other = ("sec-websocket-protocol", "graphql-ws");
        for headers in [&[][..], &[other], &[("sec-websocket-protocol", "GRAPHQL-TRANSPORT-WS")]] {
            let mut socket = port.open(headers).await.expect("a socket");
            assert!(!socket.answer.contains("sec-websocket-protocol"), "{}", socket.answer);
            assert_eq!(socket.closed().await, (4406, "Subprotocol not acceptable".to_owned()));
        }
        let both = ("sec-websocket-protocol", "graphql-ws, graphql-transport-ws");
        let socket = port.open(&[both]).await.expect("a socket");
        let chosen = "\r\nsec-websocket-protocol: graphql-transport-ws\r\n";
        assert!(socket.answer.contains(chosen), "{}", socket.answer);
        is_of(socket, json!({ "Authorization": format!("Bearer {}", app.admin_token()) }), ADMIN).await;
    }

    async fn without_an_upgrade_there_is_no_socket(app) {
        for answer in [
            app.admin().get("/graphql/ws").await,
            app.admin().send(axum::http::Request::post("/graphql/ws").body("{}".into()).unwrap()).await,
        ] {
            let text = "This is for WebSocket clients that speak graphql-transport-ws.";
            answer.refused_with(axum::http::StatusCode::UPGRADE_REQUIRED, "BAD_REQUEST", text);
        }
    }

    async fn what_is_no_message_closes_the_socket(app) {
        let port = app.listen().await;
        for text in NONSENSE {
            assert_eq!(told(app, &port, Message::text(text)).await, invalid(), "{text}");
        }
        let binary = Message::binary(b"{\"type\":\"ping\"}".to_vec());
        assert_eq!(told(app, &port, binary).await, invalid());
        for (payload, reason) in PARAMETERS {
            let text = format!("{{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{payload}}}");
            let close = told(app, &port, Message::text(&text)).await;
            assert_eq!(close, (4400, reason.to_owned()), "{text}");
        }
    }

    async fn what_is_no_message_closes_a_socket_that_is_not_initialised_too(app) {
        let port = app.listen().await;
        for text in ["x", "{\"type\":\"x\"}", "[\"connection_init\"]", "[\"connection_init\",null]",
            "{\"type\":\"connection_init\",\"payload\":[]}", "{\"type\":\"connection_init\",\"payload\":1}"] {
            let mut socket = port.socket().await;
            socket.send(Message::text(text)).await;
            assert_eq!(socket.closed().await, invalid(), "{text}");
        }
    }

    async fn why_a_socket_closes_is_heard_through_everything_said_meanwhile(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.send(Message::text("x")).await;
        for _ in 0..1_000 {
            socket.send(Message::text("{\"type\":\"pong\"}")).await;
        }
        assert_eq!(socket.closed().await, invalid());
    }

    async fn a_message_has_limits(app) {
        let port = app.listen().await;
        let nested = |depth| format!("{{\"type\":\"ping\",\"payload\":{{\"a\":{}{}}}}}",
            "[".repeat(depth), "]".repeat(depth));
        let listed = |count| format!("{{\"type\":\"ping\",\"payload\":{{\"a\":[{}0]}}}}", "0,".repeat(count));
        let many = "The request exceeds the limit on body values: it has 20005, and 20000 is the most.";
        assert_eq!(told(app, &port, Message::text(nested(15_000))).await, invalid());
        assert_eq!(told(app, &port, Message::text(listed(20_000))).await, (4400, many.to_owned()));
        let mut socket = port.socket_of(app.admin_token()).await;
        for text in [nested(100), listed(10_000)] {
            socket.send(Message::text(text)).await;
            assert_eq!(socket.hear().await["type"], "pong");
        }
    }

    async fn a_message_that_is_too_large_closes_the_socket(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        let text = |bytes: usize| format!("{{\"type\":\"pong\"{}}}", " ".repeat(bytes - 15));
        socket.send(Message::text(text(131_072))).await;
        socket.settle().await;
        socket.send(Message::text(text(131_073))).await;
        assert_eq!(socket.closed().await, (1009, "Message too large or broken".to_owned()));
    }

    async fn a_socket_is_initialised_once(app) {
        let port = app.listen().await;
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.introduce(app.admin_token()).await;
        let close = (4429, "Too many initialisation requests".to_owned());
        assert_eq!(socket.closed().await, close);
        let mut socket = port.socket_of(app.admin_token()).await;
        socket.start("1", "subscription { changes { id } }", json!({})).await;
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.closed().await, close);
        let mut socket = port.socket().await;
        for _ in 0..2 {
            socket.introduce(app.admin_token()).await;
        }
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        assert_eq!(socket.closed().await, close);
    }

    async fn nothing_runs_before_a_socket_is_initialised(app) {
        let port = app.listen().await;
        let mut socket = port.socket().await;
        socket.start("1", WHO, json!({})).await;
        assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
        let token = format!("Bearer {}", app.admin_token());
        let mut socket = port.open(&[PROTOCOL, ("authorization", &token)]).await.expect("a socket");
        socket.start("1", WHO, json!({})).await;
        assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
        let mut socket = port.socket().await;
        socket.end("1").await;
        socket.settle().await;
    }

    async fn nobody_has_no_socket(app) {
        let port = app.listen().await;
        let token = app.admin_token();
        for payload in [
            Value::Null, json!({}), json!({ "Authorization": null }), json!({ "Authorization": 1 }),
            json!({ "Authorization": "" }), json!({ "Authorization": "Bearer " }),
            json!({ "Authorization": "Bearer rolecall_x" }), json!({ "Authorization": token }),
            json!({ "Authorization": format!("Basic {token}") }), json!({ "token": token }),
            json!({ "Authorization": [format!("Bearer {token}")] }),
        ] {
            let mut socket = port.socket().await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{payload}");
        }
    }

    async fn a_socket_is_of_whom_its_message_names_or_else_its_request(app) {
        let port = app.listen().await;
        let hers = format!("bEaReR {}", app.token_of("ada", &[]).await);
        let admin = format!("Bearer {}", app.admin_token());
        for name in ["Authorization", "authorization"] {
            is_of(port.socket().await, json!({ name: hers, "x": [1] }), "ada@example.org").await;
        }
        let header = ("authorization", &*admin);
        for payload in [Value::Null, json!({}), json!({ "x": 1 })] {
            is_of(port.open(&[PROTOCOL, header]).await.expect("a socket"), payload, ADMIN).await;
        }
        let socket = port.open(&[PROTOCOL, header]).await.expect("a socket");
        is_of(socket, json!({ "Authorization": hers }), "ada@example.org").await;
    }

    async fn a_cookie_counts_where_a_page_of_this_site_asks(app) {
        let port = app.listen().await;
        let cookie = format!("theme=dark; rolecall={}", sign_in(&app.nobody()).await);
        let (cookie, own) = (("cookie", &*cookie), format!("http://{}", port.address));
        for from in [("origin", &*own), ("sec-fetch-site", "same-origin")] {
            let socket = port.open(&[PROTOCOL, cookie, from]).await.expect("a socket");
            is_of(socket, Value::Null, ADMIN).await;
        }
        let refused = port.open(&[PROTOCOL, cookie]).await.err().expect("no socket");
        assert!(refused.starts_with("http/1.1 403 "), "{refused}");
    }

    async fn a_page_of_another_site_has_no_socket_whatever_it_carries(app) {
        let port = app.listen().await;
        let (token, session) = (format!("Bearer {}", app.admin_token()), sign_in(&app.nobody()).await);
        let cookie = format!("rolecall={session}");
        for from in [
            ("origin", "http://evil.example"), ("origin", "null"), ("origin", "http://127.0.0.1"),
            ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("sec-fetch-site", "none"),
        ] {
            for with in [("authorization", &*token), ("cookie", &*cookie), ("x-none", "x")] {
                let refused = port.open(&[PROTOCOL, from, with]).await.err().expect("no socket");
                assert!(refused.starts_with("http/1.1 403 "), "{from:?} {with:?} {refused}");
            }
        }
    }

    async fn a_ping_is_answered_with_what_it_carried_and_a_pong_is_not(app) {
        let port = app.listen().await;
        let mut socket = port.socket().await;
        for turn in 0..2 {
            socket.say(json!({ "type": "ping" })).await;
            assert_eq!(socket.hear().await, json!({ "type": "pong" }));
            socket.say(json!({ "type": "ping", "payload": null })).await;
            assert_eq!(socket.hear().await, json!({ "type": "pong" }));
            let payload = json!({ "a": [1, 2.5, null, { "b": "\u{e9}" }] });
            socket.say(json!({ "type": "ping", "payload": payload, "more": 1 })).await;
            assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": payload }));
            for pong in [json!({ "type": "pong" }), json!({ "type": "pong", "payload": { "a": 1 } })] {
                socket.say(pong).await;
                socket.settle().await;
            }
            if turn == 0 {
                socket.introduce(app.admin_token()).await;
                assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
            }
        }
    }
}

#[tokio::test]
async fn a_socket_that_is_not_initialised_for_ten_seconds_closes() {
    let app = TestApp::new(crate::support::Backend::Sqlite).await.expect("SQLite is always here");
    let port = app.listen().await;
    let mut socket = port.socket().await;
    socket.settle().await;
    // Time then goes on as soon as everyone waits for it.
    tokio::time::pause();
    let opened = tokio::time::Instant::now();
    assert_eq!(socket.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    let elapsed = opened.elapsed();
    assert!(elapsed > Duration::from_secs(9) && elapsed <= Duration::from_secs(10), "{elapsed:?}");
}
