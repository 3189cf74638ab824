//! A hundred people who sign in at once: what that takes of memory, and whether all others still get their
//! answers meanwhile.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::load::{Request, ask_once};
use crate::{ADMIN, PASSWORD, Server};

const PEOPLE: usize = 100;

/// Lets them sign in, and prints what came of it.
pub fn report(server: &Server, token: &str) {
    let query = "{ groups(first: 20) { nodes { id title roles { id name } } } }";
    let body = json!({ "query": query }).to_string();
    let read = Request::post("/graphql", Some(token), move |_| body.clone());
    let query = "mutation($input: SignInInput!) { signIn(input: $input) {
        viewer { user { email } } userErrors { message }
    } }";
    let input = json!({ "email": ADMIN, "password": PASSWORD });
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let sign_in = Request::post("/graphql", None, move |_| body.clone());
    let before = server.peak_memory();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (quiet, busy, took) = runtime.block_on(async {
        let mut quiet = Vec::new();
        for _ in 0..100 {
            quiet.push(ask_once(&server.address, &read).await);
        }
        let started = Instant::now();
        let mut people = JoinSet::new();
        for _ in 0..PEOPLE {
            let (address, sign_in) = (server.address.clone(), sign_in.clone());
            people.spawn(async move { ask_once(&address, &sign_in).await });
        }
        let mut busy = Vec::new();
        while !people.is_empty() {
            busy.push(ask_once(&server.address, &read).await);
            while people.try_join_next().is_some() {}
        }
        (quiet, busy, started.elapsed())
    });
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        (times[times.len() / 2], times[times.len() - 1])
    };
    let (quiet, _) = middle(quiet);
    let (busy, slowest) = middle(busy);
    println!(
        "{PEOPLE} sign-ins at once take {took:.2?}; peak memory {} MiB, before {before} MiB",
        server.peak_memory()
    );
    println!(
        "a page meanwhile: median {busy:.2?}, slowest {slowest:.2?}; before: median {quiet:.2?}"
    );
}
