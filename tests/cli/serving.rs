//! Serving: the port, the log, the limits, and the end.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Place, answer, head};
use crate::{PASSWORD, started, token};

#[test]
fn a_taken_port_is_told_before_anything_is_done() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let sentence = format!("cannot listen on {address}: Address already in use (os error 98)");
    place.run(&["--listen", &address]).refused(1, &sentence);
    place.run(&["serve", "--listen", &address]).refused(1, &sentence);
    assert!(place.is_empty());
}

#[test]
fn each_request_is_a_line_of_the_log_with_its_id() {
    let place = started();
    let mut server = place.serve(&[]);
    let body = r#"{"query":"query Menu { __typename }"}"#;
    let mut stream = server.connect();
    let head =
        head("secret-token", body.len()).replacen("Host:", "X-Request-Id: abc-1\r\nHost:", 1);
    stream.write_all(format!("{head}{body}").as_bytes()).expect("it reads");
    assert_eq!(answer(&mut stream), (200, r#"{"data":{"__typename":"Query"}}"#.to_owned()));
    let line = server.until(|line| line.contains("answered"));
    let line: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((&line["level"], &line["status"]), (&json!("INFO"), &json!(200)));
    assert_eq!(line["span"]["id"], "abc-1");
    assert_eq!(
        (&line["span"]["path"], &line["span"]["operation"]),
        (&json!("/graphql"), &json!("Menu"))
    );
    assert!(!server.said().contains("secret-token"), "{}", server.said());
}

#[test]
fn limits_and_introspection_are_as_they_are_set() {
    let place = started();
    let server =
        place.serve(&[("ROLECALL_MAX_ALIASES", "2"), ("ROLECALL_INTROSPECTION", "everyone")]);
    let answer = server.ask("", "{ a: __typename b: __typename c: __typename }");
    let extensions =
        json!({ "code": "LIMIT_EXCEEDED", "limit": "aliases", "maximum": 2, "actual": 3 });
    assert_eq!(answer["errors"][0]["extensions"], extensions);
    let answer = server.ask("", "{ __schema { queryType { name } } }");
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
    drop(server);
    let server =
        place.serve(&[("ROLECALL_INTROSPECTION", "nobody"), ("ROLECALL_MAX_BODY_BYTES", "200")]);
    let admin = token(&place, "admin@rolecall.local");
    let answer = server.ask(&admin, "{ __schema { queryType { name } } }");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTROSPECTION_DISABLED");
    let mut stream = server.connect();
    stream.write_all(head("", 201).as_bytes()).expect("it reads");
    let (status, answer) = crate::process::answer(&mut stream);
    assert_eq!(status, 413, "{answer}");
}

#[test]
fn a_change_that_takes_too_long_is_answered_and_may_still_happen() {
    let place = started();
    let admin = token(&place, "admin@rolecall.local");
    let server = place.serve(&[("ROLECALL_MAX_SECONDS", "1")]);
    let other = place.sql("BEGIN IMMEDIATE");
    let create = "mutation { createRole(input: { name: \"Late\" }) { role { name } } }";
    let (status, answer) = server.try_to_ask(&admin, create);
    assert_eq!(status, 503, "{answer}");
    let error = json!({
        "message": "This takes longer than 1 s. What it changes may still happen.",
        "extensions": { "code": "TIMEOUT" },
    });
    assert_eq!(answer, json!({ "errors": [error] }));
    drop(other);
    let is_there = || {
        let answer = server.ask(&admin, "{ roleByName(name: \"Late\") { name } }");
        answer["data"]["roleByName"]["name"] == "Late"
    };
    let started = Instant::now();
    while !is_there() {
        assert!(started.elapsed() < Duration::from_secs(30), "it was lost");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn while_another_process_holds_the_database_everyone_is_told_so() {
    let place = started();
    let admin = token(&place, "admin@rolecall.local");
    let server = place.serve(&[]);
    let create = "mutation { createRole(input: { name: \"Held\" }) { role { id } } }";
    let other = place.sql("BEGIN IMMEDIATE");
    let body = json!({ "query": create }).to_string();
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = server.connect();
            let head = head(&admin, body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).expect("it reads");
            stream
        })
        .collect();
    for mut stream in asked {
        let (_, answer) = answer(&mut stream);
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
    }
    drop(other);
    let made = server.ask(&admin, create);
    assert!(made["data"]["createRole"]["role"]["id"].is_string(), "{made}");
}

#[test]
fn told_to_stop_it_answers_what_is_under_way_and_ends_well() {
    let place = started();
    let mut server = place.serve(&[]);
    let admin = token(&place, "admin@rolecall.local");
    let body =
        json!({ "query": "mutation { createRole(input: { name: \"Last\" }) { role { name } } }" })
            .to_string();
    let mut under_way = server.connect();
    under_way.write_all(head(&admin, body.len()).as_bytes()).expect("it reads");
    under_way.write_all(&body.as_bytes()[..20]).expect("it reads");
    let mut idle = server.connect();
    idle.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").expect("it reads");
    let mut start = [0; 15];
    idle.read_exact(&mut start).expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    let fresh = server.connect();
    server.signal("-TERM");
    server.until(|line| line.contains("stopping"));
    assert!(std::net::TcpStream::connect(server.address()).is_err(), "it still listens");
    under_way.write_all(&body.as_bytes()[20..]).expect("it reads");
    let made = (200, r#"{"data":{"createRole":{"role":{"name":"Last"}}}}"#.to_owned());
    assert_eq!(answer(&mut under_way), made);
    assert_eq!(server.ended(), Some(0));
    drop((idle, fresh));
    let server = place.serve(&[]);
    let data = server.ask(&admin, "{ roleByName(name: \"last\") { name } }");
    assert_eq!(data["data"]["roleByName"]["name"], "Last");
}

#[test]
fn a_client_that_never_finishes_its_headers_does_not_hold_up_the_end() {
    let place = started();
    let mut server = place.serve(&[]);
    let mut slow = server.connect();
    slow.write_all(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Le").expect("it reads");
    // An answer to another shows that the server has come to this one.
    assert_eq!(server.ask("", "{ __typename }")["data"]["__typename"], "Query");
    let told = Instant::now();
    server.signal("-INT");
    assert_eq!(server.ended(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    let mut rest = String::new();
    slow.read_to_string(&mut rest).ok();
    assert_eq!(rest, "");
}

#[test]
fn instances_that_start_at_once_make_one_administrator() {
    let place = Place::new();
    let env = [("ROLECALL_ADMIN_PASSWORD", PASSWORD)];
    let servers: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| place.serve(&env))).collect();
        starts.into_iter().map(|start| start.join().expect("it starts")).collect()
    });
    let made = servers.iter().filter(|it| it.said().contains("made the first administrator"));
    assert_eq!(made.count(), 1);
    let admin = token(&place, "admin@rolecall.local");
    for server in &servers {
        let numbers = server.ask(&admin, "{ roles { totalCount } groups { nodes { userCount } } }");
        let expected =
            json!({ "roles": { "totalCount": 1 }, "groups": { "nodes": [{ "userCount": 1 }] } });
        assert_eq!(numbers["data"], expected);
    }
}
