//! GraphQL over server-sent events, in the mode of distinct connections.

use std::time::{Duration, Instant};

use axum::http::{Method, Request, StatusCode, header};
use rolecall::graphql::Limits;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::Client;
use crate::support::guarding::{done, own_id};
use crate::support::live::Events;
use crate::support::wire::JSON;

const EVENTS: &str = "text/event-stream";
const FOLLOW: &str = "subscription { changes { type kind id } }";

/// A stream of events for an operation.
async fn stream(client: &Client, query: &str) -> Events {
    let events = client.stream(EVENTS, query, json!({})).await;
    assert_eq!(
        (events.status, &events.headers["content-type"]),
        (StatusCode::OK, &EVENTS.parse().unwrap())
    );
    assert_eq!(events.headers["x-accel-buffering"], "no");
    events
}

/// Says that a stream ends in time, with its session.
async fn ends(mut events: Events, since: Instant) {
    let mut answer = events.hear().await;
    let error = answer["errors"][0].take();
    assert_eq!(answer, json!({ "data": null, "errors": [null] }));
    assert_eq!(error["extensions"], json!({ "code": "UNAUTHENTICATED" }));
    events.completed().await;
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
}

api_tests! {
    async fn a_query_and_a_mutation_are_one_event_and_the_end(app) {
        let text = stream(&app.admin(), "{ roles { totalCount } }").await.rest().await;
        let expected = "event: next\ndata: {\"data\":{\"roles\":{\"totalCount\":1}}}\n\nevent: complete\ndata: \n\n";
        assert_eq!(text, expected);
        let query = "mutation { createRole(input: { name: \"A\\nB\" }) { role { name } userErrors { code } } }";
        let mut events = stream(&app.admin(), query).await;
        let made = json!({ "role": null, "userErrors": [{ "code": "INVALID_FORMAT" }] });
        assert_eq!(events.hear().await, json!({ "data": { "createRole": made } }));
        events.completed().await;
    }

    async fn changes_are_events_until_nobody_listens(app) {
        let admin = app.admin();
        let (mut one, mut two) = (stream(&admin, FOLLOW).await, stream(&admin, FOLLOW).await);
        for name in ["A", "B"] {
            let role = admin.create_role(name, &[]).await;
            let change = json!({ "type": "ROLE", "kind": "CREATED", "id": role });
            for events in [&mut one, &mut two] {
                assert_eq!(events.hear().await, json!({ "data": { "changes": change } }));
            }
        }
    }

    async fn what_is_refused_is_an_event_too(app) {
        for (client, query, code) in [
            (app.admin(), "{", "GRAPHQL_PARSE_FAILED"),
            (app.admin(), "{ nope }", "GRAPHQL_VALIDATION_FAILED"),
            (app.admin(), "subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
            (app.admin(), "query($a: ID!) { node(id: $a) { id } }", "BAD_USER_INPUT"),
            (app.nobody(), "{ __schema { queryType { name } } }", "UNAUTHENTICATED"),
        ] {
            let mut events = stream(&client, query).await;
            let answer = events.hear().await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer:#}");
            assert_eq!(answer.as_object().unwrap().len(), 1, "{answer:#}");
            events.completed().await;
        }
    }

    async fn nobody_and_who_may_not_are_told_so(app) {
        let ada = app.user_with("ada", &[]).await;
        let roles = "subscription { changes(types: [ROLE]) { id } }";
        let forbidden = json!({ "code": "FORBIDDEN", "required": "acl/role/index" });
        for (client, extensions) in [
            (app.nobody(), json!({ "code": "UNAUTHENTICATED" })),
            (app.bearer("rolecall_x"), json!({ "code": "UNAUTHENTICATED" })),
            (ada, forbidden),
        ] {
            let mut events = stream(&client, roles).await;
            let mut answer = events.hear().await;
            let error = answer["errors"][0].take();
            assert_eq!(answer, json!({ "data": null, "errors": [null] }));
            assert_eq!(error["extensions"], extensions);
            events.completed().await;
        }
    }

    async fn a_subscription_is_not_asked_for_by_get(app) {
        let address = "/graphql?query=subscription%20%7B%20changes%20%7B%20id%20%7D%20%7D";
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder().method(&method).uri(address).header(header::ACCEPT, EVENTS);
            let answer = app.admin().send(request.body("".into()).unwrap()).await;
            assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
            if method == Method::GET {
                let text = "Mutations and subscriptions do not run from GET. Send a POST request.";
                answer.refused_with(StatusCode::METHOD_NOT_ALLOWED, "BAD_REQUEST", text);
            }
        }
        let request = Request::get("/graphql?query=%7B__typename%7D").header(header::ACCEPT, EVENTS);
        let answer = app.admin().send(request.body("".into()).unwrap()).await;
        let expected = "event: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata: \n\n";
        assert_eq!((answer.header("content-type"), &*answer.text), (EVENTS, expected));
    }

    async fn who_takes_json_too_gets_events_where_there_is_more_than_one_answer(app) {
        let admin = app.admin();
        for accept in [
            "text/event-stream, application/json", "application/json;q=0.1, TEXT/Event-Stream; q=1",
            "*/*, text/event-stream",
        ] {
            let answer = admin.stream(accept, "{ __typename }", json!({})).await;
            assert_eq!(answer.headers["content-type"], JSON, "{accept}");
            assert_eq!(answer.rest().await, r#"{"data":{"__typename":"Query"}}"#);
            let events = admin.stream(accept, FOLLOW, json!({})).await;
            assert_eq!(events.headers["content-type"], EVENTS, "{accept}");
        }
        for accept in ["application/json", "*/*", "", "text/event-stream;q=0, application/json"] {
            let answer = admin.stream(accept, FOLLOW, json!({})).await;
            assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
            let text = "Subscriptions are answered over a WebSocket, at /graphql/ws, and to those who \
                        accept text/event-stream.";
            let error = json!({ "message": text, "extensions": { "code": "BAD_REQUEST" } });
            let answer: Value = serde_json::from_str(&answer.rest().await).unwrap();
            assert_eq!(answer, json!({ "errors": [error] }));
        }
        for accept in ["text/event-stream;q=0", "text/html", "text/*"] {
            let answer = admin.stream(accept, "{ __typename }", json!({})).await;
            assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
        }
    }

    async fn a_stream_ends_with_the_token_that_opened_it(app) {
        let other = app.another().await;
        let ada = app.user_with("ada", &["user/token/create"]).await;
        let made = done(&ada, "createApiToken", json!({ "name": "one" })).await;
        let hers = app.bearer(made["secret"].as_str().unwrap());
        let streams = [stream(&hers, FOLLOW).await, stream(&hers.on(&other), FOLLOW).await];
        let mut kept = stream(&ada, FOLLOW).await;
        done(&ada, "revokeApiToken", json!({ "id": made["apiToken"]["id"] })).await;
        let since = Instant::now();
        for events in streams {
            ends(events, since).await;
        }
        let own = json!(own_id(&ada).await);
        done(&app.admin(), "updateUser", json!({ "id": own, "firstName": "Eve" })).await;
        let change = json!({ "type": "USER", "kind": "UPDATED", "id": own });
        assert_eq!(kept.hear().await, json!({ "data": { "changes": change } }));
    }

    async fn a_stream_ends_with_its_user_and_says_why(app) {
        let other = app.another().await;
        let ada = app.user_with("ada", &["user/user/index"]).await;
        let streams = [stream(&ada, FOLLOW).await, stream(&ada.on(&other), FOLLOW).await];
        let id = own_id(&ada).await;
        done(&app.admin(), "setUserStatus", json!({ "id": id, "status": "BLOCKED" })).await;
        let since = Instant::now();
        for events in streams {
            ends(events, since).await;
        }
    }

    async fn a_user_has_so_many_streams_and_gets_places_back(app) {
        let few = app.with_limits(Limits { sockets: 2, ..Limits::default() }).await;
        let (admin, port) = (few.admin(), few.listen().await);
        let (one, mut two) = (stream(&admin, FOLLOW).await, stream(&admin, FOLLOW).await);
        let full = admin.stream(EVENTS, FOLLOW, json!({})).await;
        assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS);
        let text = "At most 2 sockets and event streams are open for one user.";
        let error = json!({ "message": text, "extensions": { "code": "LIMIT_EXCEEDED" } });
        let answer: Value = serde_json::from_str(&full.rest().await).unwrap();
        assert_eq!(answer, json!({ "errors": [error] }));
        assert!(!port.is_admitted(app.admin_token()).await);
        // What has one answer needs no place.
        stream(&admin, "{ __typename }").await.hear().await;
        drop(one);
        while !port.is_admitted(app.admin_token()).await {}
        let role = admin.create_role("A", &[]).await;
        assert_eq!(two.hear().await["data"]["changes"]["id"], json!(role));
    }

    async fn a_stream_breaks_off_when_the_server_stops(app) {
        let port = app.listen().await;
        let mut events = stream(&app.admin(), FOLLOW).await;
        port.stop().await.expect("it ends well");
        assert_eq!(events.next().await, None);
    }
}
