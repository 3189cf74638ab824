//! Requests with a session cookie that another site could have made someone's browser send, the addresses
//! of clients behind proxies, and what every answer tells browsers.

use axum::http::StatusCode;
use rolecall::http::Site;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::wire::address;
use crate::support::{ADMIN, Answer, Client, PASSWORD, TestApp};

const WHO: &str = "{ viewer { user { email } } }";
const REFUSAL: &str = "A session cookie counts only in requests that a page of this site makes, as \
    Sec-Fetch-Site or Origin tells: by POST, or by GET with the header GraphQL-Preflight. Programs send a token \
    instead: Authorization: Bearer rolecall_...";

/// Posts a question with a cookie and other headers.
async fn post(client: &Client, cookie: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("cookie", cookie), ("host", "127.0.0.1:8080")], headers].concat();
    client.post_with(&headers, json!({ "query": WHO }).to_string()).await
}

/// Gets an answer with a cookie and other headers.
async fn get(client: &Client, cookie: &str, headers: &[(&str, &str)]) -> Answer {
    let start = axum::http::Request::get(address(&[("query", WHO)]));
    let start = start.header("cookie", cookie).header("host", "127.0.0.1:8080");
    let request =
        headers.iter().fold(start, |request, (name, value)| request.header(*name, *value));
    client.send(request.body(axum::body::Body::empty()).unwrap()).await
}

/// Says that an answer is for someone; for nobody, where there is no name.
fn is_for(answer: &Answer, name: Option<&str>, context: &str) {
    let viewer = name.map(|email| json!({ "user": { "email": email } }));
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, json!({ "data": { "viewer": viewer } })),
        "{context}"
    );
}

/// Says that an answer refuses a request that was perhaps another site's.
fn is_refused(answer: &Answer) {
    answer.refused_with(StatusCode::FORBIDDEN, "CROSS_SITE_REQUEST", REFUSAL);
    assert_eq!(answer.header("set-cookie"), "");
}

/// A session's cookie on a site without a public URL.
async fn cookie(app: &TestApp) -> String {
    app.signed_in(ADMIN).await.cookies().concat()
}

/// The address that a session has which began with these headers, from this peer.
async fn client_address(app: &TestApp, peer: &str, headers: &[(&str, &str)]) -> Value {
    let query = format!(
        "mutation {{ signIn(input: {{ email: \"{ADMIN}\", password: \"{PASSWORD}\" }}) {{
            viewer {{ sessions {{ isCurrent address }} }}
        }} }}"
    );
    let client = app.nobody().at(peer);
    let answer = client.post_with(headers, json!({ "query": query }).to_string()).await.json();
    let session = &answer["data"]["signIn"]["viewer"]["sessions"][0];
    assert_eq!(session["isCurrent"], true, "{answer:#}");
    session["address"].clone()
}

/// A site that people reach by a URL, listening on every address.
fn site(url: &str, proxies: &[&str]) -> Site {
    let proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
    Site::new(Some(&url.parse().unwrap()), ([0, 0, 0, 0], 8080).into(), proxies)
}

api_tests! {
    async fn a_cookie_counts_in_requests_of_the_sites_own_pages(app) {
        let (client, cookie) = (app.nobody(), cookie(app).await);
        for headers in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("origin", "http://127.0.0.1:8080")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8080")],
            &[("sec-fetch-site", "same-origin"), ("graphql-preflight", "1")],
        ] {
            is_for(&post(&client, &cookie, headers).await, Some(ADMIN), &format!("{headers:?}"));
        }
    }

    async fn a_cookie_in_a_request_of_another_site_is_refused(app) {
        let (client, cookie) = (app.nobody(), cookie(app).await);
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "")],
            &[("sec-fetch-site", "same-origin, same-origin")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://127.0.0.1")],
            &[("origin", "http://127.0.0.1:8081")],
            &[("origin", "http://127.0.0.1:8080.evil.example")],
            &[("origin", "http://evil.example/127.0.0.1:8080")],
            &[("origin", "127.0.0.1:8080")],
            &[("origin", "null")],
            &[("origin", "")],
            // What no page of another site can add does not help where it is not asked for.
            &[("graphql-preflight", "1")],
            &[("origin", "http://evil.example"), ("graphql-preflight", "1")],
            &[("origin", "http://evil.example"), ("x-requested-with", "XMLHttpRequest")],
            &[("origin", "http://evil.example"), ("referer", "http://127.0.0.1:8080/")],
            &[("sec-fetch-site", "cross-site"), ("authorization", "Basic YWRhOng=")],
        ] {
            is_refused(&post(&client, &cookie, headers).await);
        }
    }

    async fn a_refused_request_changes_nothing(app) {
        let cookie = cookie(app).await;
        let body = json!({ "query": "mutation { createRole(input: { name: \"New\" }) { role { id } } }" });
        let headers = [("cookie", &*cookie), ("sec-fetch-site", "cross-site")];
        is_refused(&app.nobody().post_with(&headers, body.to_string()).await);
        let body = json!({ "query": "mutation { signOut(input: {}) { signedOut } }" });
        is_refused(&app.nobody().post_with(&headers, body.to_string()).await);
        assert_eq!(app.admin().names("").await, ["Administrator"]);
        let own = [("sec-fetch-site", "same-origin")];
        is_for(&post(&app.nobody(), &cookie, &own).await, Some(ADMIN), "still");
    }

    async fn with_get_a_cookie_takes_a_header_that_other_sites_cannot_send(app) {
        let (client, cookie) = (app.nobody(), cookie(app).await);
        let preflight = ("graphql-preflight", "1");
        for headers in [
            &[preflight][..],
            &[("sec-fetch-site", "same-origin"), preflight],
            &[("origin", "http://127.0.0.1:8080"), preflight],
        ] {
            is_for(&get(&client, &cookie, headers).await, Some(ADMIN), &format!("{headers:?}"));
        }
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "none"), preflight],
            &[("sec-fetch-site", "cross-site"), preflight],
            &[("origin", "http://evil.example"), preflight],
        ] {
            is_refused(&get(&client, &cookie, headers).await);
        }
        is_for(&get(&client, "theme=dark", &[]).await, None, "another cookie");
    }

    async fn where_the_public_url_is_set_no_host_header_speaks_for_it(app) {
        let instance = app.reached_by(site("https://roles.example.org", &[])).await;
        let cookie = instance.signed_in(ADMIN).await.cookies().concat();
        let client = instance.nobody();
        let own = [("origin", "https://roles.example.org")];
        is_for(&post(&client, &cookie, &own).await, Some(ADMIN), "own");
        for origin in [
            "http://127.0.0.1:8080", "http://roles.example.org", "https://roles.example.org:8443",
            "https://roles.example.org/", "https://www.roles.example.org", "HTTPS://ROLES.EXAMPLE.ORG",
        ] {
            is_refused(&post(&client, &cookie, &[("origin", origin)]).await);
        }
        let forged = [("host", "evil.example"), ("origin", "https://evil.example")];
        is_refused(&post(&client, &cookie, &forged).await);
    }

    async fn a_token_beside_a_cookie_counts_alone(app) {
        let (cookie, ada) = (cookie(app).await, app.user_with("ada", &[]).await);
        let cross = [("sec-fetch-site", "cross-site")];
        is_for(&post(&ada, &cookie, &cross).await, Some("ada@example.org"), "cross-site");
        is_for(&get(&ada, &cookie, &[]).await, Some("ada@example.org"), "GET");
        let own = [("sec-fetch-site", "same-origin")];
        is_for(&post(&ada, &cookie, &own).await, Some("ada@example.org"), "same-origin");
        // A wrong one is nobody's, whatever cookie there is.
        for headers in [&own[..], &cross] {
            is_for(&post(&app.bearer("rolecall_wrong"), &cookie, headers).await, None, "wrong");
        }
    }

    async fn a_cookie_that_is_no_session_is_nobodys(app) {
        let browser = app.signed_in(ADMIN).await;
        let ended = browser.cookies().concat();
        browser.sign_out().await;
        let never = format!("rolecall=rolecall_session_{}", "A".repeat(43));
        let own = [("sec-fetch-site", "same-origin")];
        for cookie in [&*ended, &*never] {
            is_for(&post(&app.nobody(), cookie, &own).await, None, cookie);
            is_refused(&post(&app.nobody(), cookie, &[]).await);
        }
        // No session's, and not even that of whoever has the token.
        let token = format!("rolecall={}", app.admin_token());
        for cookie in ["rolecall=", "rolecall=x", &token] {
            is_for(&post(&app.nobody(), cookie, &own).await, None, cookie);
            is_for(&post(&app.nobody(), cookie, &[]).await, None, cookie);
        }
    }

    async fn cookies_of_others_do_not_matter(app) {
        let (cookie, client) = (cookie(app).await, app.nobody());
        let secret = cookie.split_once('=').unwrap().1;
        for name in ["theme", "Rolecall", "rolecall_", "__Host-rolecall", "xrolecall"] {
            let other = format!("{name}={secret}");
            is_for(&post(&client, &other, &[("sec-fetch-site", "cross-site")]).await, None, name);
        }
        let own = [("sec-fetch-site", "same-origin")];
        for crowd in [
            format!("a=b; {cookie}; c=d"), format!("a;=b;;{cookie}"), format!("a=\"b; {cookie}"),
        ] {
            is_for(&post(&client, &crowd, &own).await, Some(ADMIN), &crowd);
        }
    }

    async fn the_address_of_a_client_is_what_a_proxy_of_ours_says(app) {
        let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48"];
        let instance = app.reached_by(site("https://roles.example.org", &proxies)).await;
        for (peer, forwarded, expected) in [
            ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("2001:db8:ffff::1", " 2001:db8::7 ", "2001:db8::7"),
            ("10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
            ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("10.0.0.1", "198.51.100.1, 203.0.113.7,10.0.0.2", "203.0.113.7"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
            ("10.0.0.1", "203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "203.0.113.7:4711, 10.0.0.2:80", "203.0.113.7"),
            ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ] {
            let address = client_address(&instance, peer, &[("x-forwarded-for", forwarded)]).await;
            assert_eq!(address, expected, "{peer} {forwarded}");
        }
        for header in ["forwarded", "x-real-ip", "true-client-ip"] {
            let address = client_address(&instance, "10.0.0.1", &[(header, "198.51.100.1")]).await;
            assert_eq!(address, "10.0.0.1");
        }
        // Without proxies of ours, nobody is believed.
        let address = client_address(app, "127.0.0.1", &[("x-forwarded-for", "203.0.113.7")]).await;
        assert_eq!(address, "127.0.0.1");
    }

    async fn every_answer_tells_browsers_what_they_may_do_with_it(app) {
        let https = app.reached_by(site("https://roles.example.org", &[])).await;
        let http = app.reached_by(site("http://roles.example.org", &[])).await;
        let cookie = cookie(app).await;
        let cookies = format!("{cookie}; __Host-{cookie}");
        for (instance, strict) in [(app, ""), (&http, ""), (&https, "max-age=31536000")] {
            let client = instance.nobody();
            let mut answers = Vec::new();
            for path in [
                "/", "/graphql", "/graphql/ws", "/livez", "/readyz", "/graphiql/", "/graphiql", "/none",
            ] {
                answers.push((path, client.get(path).await));
            }
            let own = [("sec-fetch-site", "same-origin")];
            answers.push(("signed in", post(&client, &cookies, &own).await));
            answers.push(("cross-site", post(&client, &cookies, &[]).await));
            answers.push(("no JSON", client.post("{").await));
            for (what, answer) in answers {
                let told = ["x-content-type-options", "referrer-policy", "cross-origin-resource-policy"]
                    .map(|name| answer.header(name));
                assert_eq!(told, ["nosniff", "no-referrer", "same-origin"], "{what}");
                let policy = answer.header("content-security-policy");
                assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
                assert!(policy.ends_with("frame-ancestors 'none'"), "{what}: {policy}");
                assert_eq!(answer.header("strict-transport-security"), strict, "{what}");
                assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
            }
        }
    }
}
