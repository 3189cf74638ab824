//! What is beside the API: health, pages for people, and the headers that every answer has.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::api_tests;
use crate::support::{Answer, Backend, Client, TestApp};

const NOTHING_LOADS: &str = "default-src 'none'; frame-ancestors 'none'";

async fn asset(client: &Client, extension: &str) -> String {
    let page = client.get("/graphiql/").await.text;
    let mut links = page.split(['"', '\'']).filter(|it| it.ends_with(extension));
    let link = links.next_back().unwrap_or_else(|| panic!("no {extension} in {page}"));
    match link.strip_prefix("./") {
        Some(link) => format!("/graphiql/{link}"),
        None => link.to_owned(),
    }
}

async fn if_none_match(client: &Client, path: &str, tag: &str) -> Answer {
    let request = Request::get(path).header("if-none-match", tag).body(Body::empty());
    client.send(request.unwrap()).await
}

api_tests! {
    async fn every_answer_has_the_headers_that_keep_browsers_safe(app) {
        let nobody = app.nobody();
        let answers = [
            nobody.get("/").await,
            nobody.get("/nothing/here").await,
            nobody.get("/livez").await,
            nobody.get("/readyz").await,
            nobody.get("/graphql").await,
            nobody.post("nope").await,
            nobody.post(r#"{"query":"{ __typename }"}"#).await,
            nobody.post_with(&[("accept", "text/html")], "").await,
            nobody.send(Request::put("/livez").body(Body::empty()).unwrap()).await,
            nobody.send(Request::put("/graphql").body(Body::empty()).unwrap()).await,
        ];
        for answer in &answers {
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{answer:?}");
            assert_eq!(answer.header("content-security-policy"), NOTHING_LOADS, "{answer:?}");
            assert_eq!(answer.header("x-request-id").len(), 36, "{answer:?}");
        }
        for answer in &answers[4..8] {
            assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        }
    }

    async fn a_request_has_the_id_that_its_client_gave_it(app) {
        let body = r#"{"query":"{ __typename }"}"#;
        for id in ["a", "2f8c1e9a-7d4b_3.x", &"x".repeat(64)] {
            let answer = app.nobody().post_with(&[("x-request-id", id)], body).await;
            assert_eq!(answer.header("x-request-id"), id);
        }
        for id in ["", "a b", "{\"a\":1}", "a/b", "\u{e9}", &"x".repeat(65)] {
            let answer = app.nobody().post_with(&[("x-request-id", id)], body).await;
            assert_eq!(answer.header("x-request-id").len(), 36, "{id}");
        }
        let ids = [app.nobody().post(body).await, app.nobody().post(body).await];
        assert_ne!(ids[0].header("x-request-id"), ids[1].header("x-request-id"));
    }

    async fn it_lives_and_is_ready(app) {
        let (live, ready) = (app.nobody().get("/livez").await, app.nobody().get("/readyz").await);
        assert_eq!((live.status, &*live.text), (StatusCode::OK, "alive\n"));
        assert_eq!((ready.status, &*ready.text), (StatusCode::OK, "ready\n"));
    }

    async fn it_is_not_ready_while_the_database_lacks_migrations(app) {
        app.sql("DELETE FROM seaql_migrations").await;
        let (live, ready) = (app.nobody().get("/livez").await, app.nobody().get("/readyz").await);
        assert_eq!(live.status, StatusCode::OK);
        assert_eq!(
            (ready.status, &*ready.text),
            (StatusCode::SERVICE_UNAVAILABLE, "the database lacks migrations\n")
        );
    }

    async fn it_is_not_ready_on_a_database_that_a_newer_one_migrated(app) {
        app.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9_future', 0)").await;
        let ready = app.nobody().get("/readyz").await;
        assert_eq!(
            (ready.status, &*ready.text),
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used\n")
        );
    }

    async fn without_its_database_it_lives_and_says_so_to_each(app) {
        let admin = app.admin();
        let query = "{ viewer { user { id } } roles { totalCount } }";
        let body = json!({ "query": query }).to_string();
        assert_eq!(admin.post(body.clone()).await.status, StatusCode::OK);
        app.app.db.clone().close().await;
        app.app.identities.distrust();
        let (live, ready) = (admin.get("/livez").await, admin.get("/readyz").await);
        assert_eq!(live.status, StatusCode::OK);
        assert_eq!(
            (ready.status, &*ready.text),
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used\n")
        );
        let answer = admin.post(body).await;
        answer.refused_with(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "The database cannot be reached right now. Try again.",
        );
        let answer = app.nobody().run("{ viewer { user { id } } }", json!({})).await;
        assert_eq!(answer, json!({ "data": { "viewer": null } }));
    }

    async fn the_root_leads_to_the_admin_ui(app) {
        let nobody = app.nobody();
        for (path, status, to) in [
            ("/", StatusCode::TEMPORARY_REDIRECT, "/admin/"),
            ("/admin", StatusCode::PERMANENT_REDIRECT, "/admin/"),
            ("/graphiql", StatusCode::PERMANENT_REDIRECT, "/graphiql/"),
        ] {
            let answer = nobody.get(path).await;
            assert_eq!((answer.status, answer.header("location")), (status, to));
        }
    }

    async fn each_answer_of_the_admin_ui_has_a_nonce_of_its_own_in_its_policy(app) {
        let mut nonces = Vec::new();
        for _ in 0..2 {
            let answer = app.nobody().get("/admin/").await;
            assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
            let policy = answer.header("content-security-policy");
            let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
            assert_eq!(
                policy,
                format!(
                    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
                    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
                    form-action 'self'; frame-ancestors 'none'"
                )
            );
            assert!(answer.text.contains(&format!("nonce=\"{nonce}\"")), "{}", answer.text);
            assert!(!answer.text.contains("{{nonce}}"), "{}", answer.text);
            nonces.push(nonce.to_owned());
        }
        assert_ne!(nonces[0], nonces[1]);
    }

    async fn the_admin_uis_files_may_be_kept_for_ever(app) {
        let nobody = app.nobody();
        let page = nobody.get("/admin/").await.text;
        let mut links = page.split('"').filter(|it| it.starts_with("/admin/assets/")).peekable();
        assert!(links.peek().is_some(), "{page}");
        for path in links {
            let answer = nobody.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.header("cache-control").contains("immutable"), "{path}");
            let again = if_none_match(&nobody, path, answer.header("etag")).await;
            assert_eq!((again.status, &*again.text), (StatusCode::NOT_MODIFIED, ""), "{path}");
        }
    }

    async fn an_unknown_path_says_where_things_are(app) {
        for path in [
            "/nope",
            "/graphql/",
            "/admin/nope",
            "/admin/assets/nope.js",
            "/graphiql/nope",
            "/graphiql/assets/nope.js",
            "/.env",
        ] {
            let answer = app.nobody().get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let answer = app.nobody().get("/nope").await;
        let words = "Nothing is here. The admin UI is at /admin, the API at /graphql, GraphiQL at /graphiql.\n";
        assert_eq!(answer.text, words);
        let escape = app.nobody().get("/graphiql/..%2f..%2f..%2fCargo.toml").await;
        assert_eq!(escape.status, StatusCode::NOT_FOUND);
    }

    async fn graphiql_comes_with_a_policy_that_lets_nothing_in_from_elsewhere(app) {
        let nobody = app.nobody();
        let script = asset(&nobody, ".js").await;
        for path in ["/graphiql/", &script] {
            let answer = nobody.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            let policy = answer.header("content-security-policy");
            let parts: Vec<&str> = policy.split("; ").collect();
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self' 'unsafe-inline'",
                "connect-src 'self'",
                "worker-src 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(parts.contains(&part), "{path}: {part} is not in {policy}");
            }
            for open in ["http", "*", "unsafe-eval", "script-src 'self' 'unsafe-inline'"] {
                assert!(!policy.contains(open), "{path}: {open} is in {policy}");
            }
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
    }

    async fn graphiqls_files_have_their_types_and_are_sent_once(app) {
        let nobody = app.nobody();
        let (script, style) = (asset(&nobody, ".js").await, asset(&nobody, ".css").await);
        for (path, content_type) in
            [("/graphiql/", "text/html"), (&script, "text/javascript"), (&style, "text/css")]
        {
            let answer = nobody.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert_eq!(answer.header("content-type"), content_type, "{path}");
            let tag = answer.header("etag").to_owned();
            assert!(!tag.is_empty(), "{path} has no etag");
            assert!(!answer.header("cache-control").is_empty(), "{path}");
            let again = if_none_match(&nobody, path, &tag).await;
            assert_eq!((again.status, &*again.text), (StatusCode::NOT_MODIFIED, ""), "{path}");
            let other = if_none_match(&nobody, path, "\"other\"").await;
            assert_eq!(other.status, StatusCode::OK, "{path}");
        }
    }
}

/// The limit on the pages of a file stands for a full disk: it, too, ends with the connection.
#[tokio::test]
async fn what_a_full_disk_refuses_is_not_acknowledged_and_writing_goes_on_when_there_is_room() {
    let app = TestApp::new(Backend::Sqlite).await.expect("SQLite is always here");
    let admin = app.admin();
    let role = admin.root_role().await;
    app.sql("PRAGMA max_page_count = 1").await;
    let query = "mutation($input: CreateGroupInput!) {
        createGroup(input: $input) { group { id } userErrors { code } }
    }";
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for number in 0..200 {
        let title = format!("Group {number} {}", "x".repeat(200));
        let description = "y".repeat(1_000);
        let input = json!({ "title": title, "description": description, "roleIds": [role] });
        let answer = admin.run(query, json!({ "input": input })).await;
        if let Some(id) = answer["data"]["createGroup"]["group"]["id"].as_str() {
            acknowledged.push(id.to_owned());
        } else {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer:#}");
            refused += 1;
        }
    }
    assert!(refused > 0 && acknowledged.len() > 100, "{refused} of 200 were refused");
    let there = app.another().await;
    for id in acknowledged {
        let query = "query($id: ID!) { group(id: $id) { id } }";
        let found = admin.on(&there).data(query, json!({ "id": id })).await;
        assert_eq!(found, json!({ "group": { "id": id } }));
    }
}
