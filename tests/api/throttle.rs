//! Guessing at passwords: ten failures in ten minutes, for one account or from one address, are the most.

use entity::sign_in_failure;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::browser::wrong;
use crate::support::guarding::document;
use crate::support::{ADMIN, Client, PASSWORD, TestApp};

/// Signs in wrongly, which must count.
pub async fn fail(client: &Client, email: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(client.sign_in_errors(email, "wrong").await, wrong(), "{email}");
    }
}

/// Says that nobody is told any more whether a password is right.
pub async fn is_throttled(client: &Client, email: &str) {
    for password in ["wrong", PASSWORD] {
        let mut errors = client.sign_in_errors(email, password).await;
        let seconds = errors[0]["retryAfterSeconds"].take();
        assert!((541..=600).contains(&seconds.as_i64().unwrap()), "{seconds}");
        assert_eq!(errors, limited("10 minutes"), "{email} {password}");
    }
}

/// What is told after too many failures, but for the seconds.
fn limited(wait: &str) -> Value {
    json!([{
        "__typename": "SignInError", "code": "RATE_LIMITED", "path": [], "retryAfterSeconds": null,
        "message": format!("That was wrong too often. Try again in {wait}."),
    }])
}

/// The outcomes of signing in thirty times at once, each as its code or `null`.
async fn rush(clients: &[Client], email: &str, password: &str) -> Vec<Value> {
    let query = document("signIn");
    let variables = json!({ "input": { "email": email, "password": password } });
    let attempts = (0..30).map(|number| {
        let client = &clients[number % clients.len()];
        client.data(&query, variables.clone())
    });
    let answers = join_all(attempts).await;
    answers.iter().map(|it| it["signIn"]["userErrors"][0]["code"].clone()).collect()
}

/// Makes all failures to be so many seconds old.
async fn set_times(app: &TestApp, seconds: impl Iterator<Item = i64>) {
    let now = app.app.clock.now().timestamp_millis();
    let mut times: Vec<i64> = seconds.map(|seconds| now - seconds * 1000).collect();
    times.sort_unstable();
    app.sql(&format!("UPDATE sign_in_failures SET times = '{}'", json!(times))).await;
}

/// Everything that is kept of failures.
async fn kept(app: &TestApp) -> Vec<sign_in_failure::Model> {
    sign_in_failure::Entity::find().all(app.app.db.read()).await.unwrap()
}

api_tests! {
    async fn after_ten_failures_an_account_is_closed_to_everyone(app) {
        app.make_user("ada", &[]).await;
        for email in ["ada@example.org", "nobody@example.org", "ADMIN@rolecall.local"] {
            for number in 1..=10 {
                fail(&app.browser().at(&format!("192.0.2.{number}")), email, 1).await;
            }
            for address in ["192.0.2.1", "198.51.100.1", "2001:db8::1"] {
                is_throttled(&app.browser().at(address), email).await;
            }
            is_throttled(&app.browser(), email).await;
            app.make_user(&format!("after-{}", email.len()), &[]).await;
            let other = format!("after-{}@example.org", email.len());
            app.browser().at("198.51.100.1").sign_in(&other).await;
        }
        // However it is written.
        is_throttled(&app.browser(), ADMIN).await;
    }

    async fn after_ten_failures_an_address_is_closed_for_every_account(app) {
        app.make_user("ada", &[]).await;
        let here = app.browser().at("192.0.2.1");
        for number in 1..=10 {
            let email = if number == 5 { ADMIN.into() } else { format!("nobody{number}@example.org") };
            fail(&here, &email, 1).await;
        }
        for email in ["ada@example.org", ADMIN, "no address", "nobody@example.org"] {
            is_throttled(&here, email).await;
        }
        app.browser().at("192.0.2.2").sign_in("ada@example.org").await;
        app.signed_in(ADMIN).await;
    }

    async fn a_network_of_ipv6_is_one_address(app) {
        for number in 1..=10 {
            let client = app.browser().at(&format!("2001:db8:1:2:{number}::{number}"));
            fail(&client, &format!("nobody{number}@example.org"), 1).await;
        }
        is_throttled(&app.browser().at("2001:db8:1:2:ffff::"), ADMIN).await;
        for address in ["2001:db8:1:3::1", "2001:db8:2:2:1::1", "::ffff:1.2.0.1"] {
            app.browser().at(address).sign_in(ADMIN).await;
        }
    }

    async fn an_address_of_ipv4_is_the_same_in_ipv6(app) {
        for number in 1..=10 {
            let address = if number % 2 == 0 { "192.0.2.1" } else { "::ffff:192.0.2.1" };
            fail(&app.browser().at(address), &format!("nobody{number}@example.org"), 1).await;
        }
        for address in ["192.0.2.1", "::ffff:192.0.2.1"] {
            is_throttled(&app.browser().at(address), ADMIN).await;
        }
        for address in ["192.0.2.2", "::ffff:192.0.2.2"] {
            app.browser().at(address).sign_in(ADMIN).await;
        }
    }

    async fn failures_count_on_every_instance(app) {
        let other = app.another().await;
        fail(&app.browser(), ADMIN, 6).await;
        fail(&other.browser(), ADMIN, 4).await;
        is_throttled(&app.browser(), ADMIN).await;
        is_throttled(&other.browser(), ADMIN).await;
        is_throttled(&app.another().await.browser(), ADMIN).await;
    }

    async fn of_any_number_of_guesses_at_once_ten_are_answered(app) {
        let other = app.another().await;
        let clients = [app.browser().at("192.0.2.1"), other.browser().at("192.0.2.2")];
        let outcomes = rush(&clients, ADMIN, "wrong").await;
        let count = |code: &str| outcomes.iter().filter(|it| **it == code).count();
        assert_eq!((count("INVALID_CREDENTIALS"), count("RATE_LIMITED")), (10, 20), "{outcomes:?}");
        let right = rush(&clients, ADMIN, PASSWORD).await;
        assert_eq!(right, vec![json!("RATE_LIMITED"); 30]);
    }

    async fn of_more_guesses_at_once_than_can_wait_some_are_sent_away_and_nothing_stays_behind(app) {
        let query = document("signIn");
        let attempts = (0..400).map(|number| {
            let client = app.nobody().at(&format!("10.0.{}.{}", number / 200, number % 200));
            let email = format!("{number}@example.org");
            let input = json!({ "input": { "email": email, "password": "wrong" } });
            let query = &query;
            async move { client.run(query, input).await }
        });
        let answers = join_all(attempts).await;
        let codes = |pointer: &str, code: &str| {
            answers.iter().filter(|it| it.pointer(pointer) == Some(&json!(code))).count()
        };
        let busy = codes("/errors/0/extensions/code", "UNAVAILABLE");
        let wrong = codes("/data/signIn/userErrors/0/code", "INVALID_CREDENTIALS");
        assert!(busy > 0 && wrong >= 200, "{busy} {wrong}");
        assert_eq!(busy + wrong, 400);
        app.signed_in(ADMIN).await;
    }

    async fn any_number_of_right_ones_at_once_succeed(app) {
        let clients = [app.nobody().at("192.0.2.1"), app.another().await.nobody()];
        assert_eq!(rush(&clients, ADMIN, PASSWORD).await, vec![Value::Null; 30]);
        let data = app.admin().data("{ viewer { sessions { id } } }", json!({})).await;
        assert_eq!(data["viewer"]["sessions"].as_array().unwrap().len(), 30);
    }

    async fn a_failure_counts_for_ten_minutes(app) {
        let client = app.browser().at("192.0.2.1");
        fail(&client, ADMIN, 10).await;
        set_times(app, 300..310).await;
        let mut errors = client.sign_in_errors(ADMIN, PASSWORD).await;
        let seconds = errors[0]["retryAfterSeconds"].take();
        assert!((281..=291).contains(&seconds.as_i64().unwrap()), "{seconds}");
        assert_eq!(errors, limited("5 minutes"));
        set_times(app, 541..560).await;
        let mut errors = client.sign_in_errors(ADMIN, PASSWORD).await;
        assert!(errors[0]["retryAfterSeconds"].take().as_i64() <= Some(60));
        assert_eq!(errors, limited("one minute"));
        // Nine still count: one more closes the account again.
        set_times(app, (1..10).chain(600..610)).await;
        client.sign_in(ADMIN).await;
        fail(&client, ADMIN, 1).await;
        is_throttled(&client, ADMIN).await;
    }

    async fn what_is_over_is_swept_away(app) {
        fail(&app.browser().at("192.0.2.1"), "ada@example.org", 1).await;
        assert_eq!(kept(app).await.len(), 2);
        app.sql("UPDATE sign_in_failures SET last_at = '2001-02-03T04:05:06.789+00:00'").await;
        fail(&app.browser(), "bob@example.org", 1).await;
        assert_eq!(kept(app).await.len(), 1);
    }

    async fn signing_in_forgives_no_failure(app) {
        let client = app.browser();
        fail(&client, ADMIN, 9).await;
        client.sign_in(ADMIN).await;
        fail(&client, ADMIN, 1).await;
        is_throttled(&client, ADMIN).await;
    }

    async fn attempts_that_are_not_answered_do_not_count(app) {
        app.make_user("ada", &[]).await;
        let elsewhere = app.browser().at("198.51.100.1");
        fail(&elsewhere, ADMIN, 10).await;
        let client = app.browser().at("192.0.2.1");
        let before = kept(app).await;
        for _ in 0..6 {
            is_throttled(&client, ADMIN).await;
        }
        assert_eq!(kept(app).await, before);
        client.sign_in("ada@example.org").await;
    }

    async fn the_sessions_of_a_closed_account_go_on(app) {
        let browser = app.signed_in(ADMIN).await;
        fail(&app.browser(), ADMIN, 10).await;
        assert_ne!(browser.who().await, Value::Null);
    }
}
