//! Signing in at the real binary: how settings and commands bear on it, what is counted of it, and that
//! sockets end with the process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{Place, Server};
use crate::{PASSWORD, VIEWER, started, token};

const ADMIN: &str = "admin@rolecall.local";

/// Sends a request and gives the whole answer, its head included.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Tries to sign in, and gives the whole answer.
fn try_to_sign_in(server: &Server, password: &str) -> String {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) {
        sessionToken userErrors { code }
    } }";
    let input = json!({ "email": ADMIN, "password": password, "returnToken": true });
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    exchange(server.address(), &request)
}

/// The codes of what is wrong with signing in, and the session if nothing is.
fn sign_in(server: &Server, password: &str) -> (Value, Option<String>) {
    let answer = try_to_sign_in(server, password);
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let answer: Value = serde_json::from_str(body).expect("JSON");
    let payload = &answer["data"]["signIn"];
    let session = payload["sessionToken"].as_str().map(str::to_owned);
    (payload["userErrors"].clone(), session)
}

fn session(server: &Server) -> String {
    sign_in(server, PASSWORD).1.expect("a session")
}

fn is_somebody(server: &Server, secret: &str) -> bool {
    server.ask(secret, VIEWER)["data"]["viewer"] != Value::Null
}

#[test]
fn a_session_that_is_not_used_ends_after_the_time_that_is_set() {
    let place = started();
    let server = place.serve(&[("ROLECALL_SESSION_IDLE", "1s")]);
    let session = session(&server);
    assert!(is_somebody(&server, &session));
    std::thread::sleep(Duration::from_millis(1_300));
    assert!(!is_somebody(&server, &session));
}

#[test]
fn a_session_ends_at_the_age_that_is_set_however_much_it_is_used() {
    let place = started();
    let server = place.serve(&[("ROLECALL_SESSION_LIFETIME", "1s")]);
    let session = session(&server);
    assert!(is_somebody(&server, &session));
    std::thread::sleep(Duration::from_millis(1_100));
    assert!(!is_somebody(&server, &session));
}

#[test]
fn cookies_of_a_public_server_travel_encrypted_only() {
    let place = started();
    let cookie = |env: &[(&str, &str)]| {
        let answer = try_to_sign_in(&place.serve(env), PASSWORD);
        let is_https = answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n");
        let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let (secret, rest) = line.expect("a cookie").split_once(';').expect("attributes");
        (secret.split('=').next().expect("a name").to_owned(), rest.to_owned(), is_https)
    };
    let open = ("rolecall".to_owned(), " HttpOnly; SameSite=Lax; Path=/".to_owned(), false);
    assert_eq!(cookie(&[]), open);
    assert_eq!(cookie(&[("ROLECALL_PUBLIC_URL", "http://localhost:9999")]), open);
    let sealed = |is_https| {
        let rest = " HttpOnly; SameSite=Lax; Secure; Path=/".to_owned();
        ("__Host-rolecall".to_owned(), rest, is_https)
    };
    assert_eq!(cookie(&[("ROLECALL_PUBLIC_URL", "https://roles.example.org")]), sealed(true));
    assert_eq!(cookie(&[("ROLECALL_PUBLIC_URL", "http://roles.example.org/")]), sealed(false));
}

#[test]
fn whoever_was_wrong_too_often_is_let_in_again_from_here() {
    let place = started();
    let server = place.serve(&[]);
    for _ in 0..10 {
        assert_eq!(sign_in(&server, "wrong").0, json!([{ "code": "INVALID_CREDENTIALS" }]));
    }
    let limited = (json!([{ "code": "RATE_LIMITED" }]), None);
    assert_eq!(sign_in(&server, PASSWORD), limited);
    let unblock = ["user", "unblock", "--email", ADMIN];
    assert_eq!(place.run(&unblock).succeeded(), "admin@rolecall.local is active.\n");
    // The address was wrong as often.
    assert_eq!(sign_in(&server, PASSWORD), limited);
    let from = |address| [&unblock[..], &["--from", address]].concat();
    place
        .run(&from("nowhere"))
        .refused(1, "address: This must be an IP address such as 192.0.2.1.");
    let printed = place.run(&["user", "unblock", "--from", "127.0.0.1"]).succeeded();
    assert_eq!(printed, "Whoever is at 127.0.0.1 may sign in.\n");
    assert_eq!(sign_in(&server, PASSWORD).0, json!([]));
}

#[test]
fn a_password_that_is_reset_ends_every_session() {
    let place = started();
    let server = place.serve(&[]);
    let session = session(&server);
    assert!(is_somebody(&server, &session));
    let reset = ["user", "reset-password", "--email", ADMIN];
    place.run_with(&reset, &[], "another long enough phrase 7").succeeded();
    // Another process did it: this one learns of it within a second.
    std::thread::sleep(Duration::from_secs(1));
    assert!(!is_somebody(&server, &session));
    assert_eq!(sign_in(&server, PASSWORD).0, json!([{ "code": "INVALID_CREDENTIALS" }]));
    assert_eq!(sign_in(&server, "another long enough phrase 7").0, json!([]));
}

#[test]
fn what_is_done_is_counted_on_an_address_of_its_own() {
    let place = started();
    let server = place.serve(&[("ROLECALL_METRICS_LISTEN", "127.0.0.1:0")]);
    let said = server.said();
    let line = said.lines().find(|line| line.contains("/metrics")).expect("it says where");
    let line: Value = serde_json::from_str(line).expect("JSON");
    let url = line["metrics"].as_str().expect("a URL").to_owned();
    let address: SocketAddr = url["http://".len()..].trim_end_matches("/metrics").parse().unwrap();
    let admin = token(&place, ADMIN);
    assert_eq!(sign_in(&server, "wrong").1, None);
    session(&server);
    server.ask(&admin, "query Menu { viewer { user { email } } }");
    server.ask(&admin, "query Menu { role(id: 3) { id } }");
    server.ask("", "query Flood { groups { totalCount } }");
    server.try_to_ask(&admin, "{ nonsense }");
    exchange(server.address(), "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let page = exchange(address, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for line in [
        "rolecall_sign_ins_total{outcome=\"failed\"} 1",
        "rolecall_sign_ins_total{outcome=\"succeeded\"} 1",
        "rolecall_requests_total{operation=\"Menu\",kind=\"query\",code=\"OK\"} 2",
        // Names that strangers give count for nothing.
        "rolecall_requests_total{operation=\"\",kind=\"query\",code=\"UNAUTHENTICATED\"} 1",
        "rolecall_requests_total{operation=\"\",kind=\"\",code=\"GRAPHQL_VALIDATION_FAILED\"} 1",
        "rolecall_requests_total{operation=\"\",kind=\"\",code=\"BAD_REQUEST\"} 1",
        "rolecall_request_duration_seconds_count{operation=\"Menu\",kind=\"query\"} 2",
        "rolecall_database_connections{pool=\"write\",state=\"used\"} 0",
    ] {
        assert!(page.contains(&format!("\n{line}\n")), "{line} is not in {page}");
    }
    assert!(!page.contains("Flood"), "{page}");
    let elsewhere =
        exchange(server.address(), "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
}

#[test]
fn told_to_stop_it_closes_sockets_and_ends_well() {
    let place = started();
    let mut server = place.serve(&[]);
    let admin = token(&place, ADMIN);
    let mut stream = server.connect();
    let request = format!(
        "GET /graphql/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer {admin}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    let mut status = String::new();
    reader.read_line(&mut status).expect("an answer");
    assert_eq!(status, "HTTP/1.1 101 Switching Protocols\r\n");
    while status != "\r\n" {
        status.clear();
        reader.read_line(&mut status).expect("a head");
    }
    // A text frame of a client, with a mask of zeros (RFC 6455, section 5.2).
    let init = br#"{"type":"connection_init"}"#;
    let length = u8::try_from(init.len()).expect("short");
    let frame = [&[0x81, 0x80 | length, 0, 0, 0, 0], &init[..]].concat();
    stream.write_all(&frame).expect("it reads");
    let acknowledged = br#"{"type":"connection_ack"}"#;
    let mut answer = vec![0; 2 + acknowledged.len()];
    reader.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer[2..], acknowledged);
    server.signal("-TERM");
    let mut last = [0; 4];
    reader.read_exact(&mut last).expect("a frame");
    let reason = u8::try_from("Going away".len()).expect("short");
    assert_eq!(last, [0x88, 2 + reason, 0x03, 0xe9]);
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn a_taken_port_for_metrics_is_told() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    place.run(&["--listen", "127.0.0.1:0", "--metrics-listen", &address]).refused(
        1,
        &format!("cannot listen on {address} for metrics: Address already in use (os error 98)"),
    );
    assert!(place.is_empty());
}
