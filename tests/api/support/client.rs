//! Someone who asks the API.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use rolecall::http::Peer;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::TestApp;
use super::browser::Browser;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text))
    }

    /// A header's text; empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }
}

/// Someone with a credential or without.
#[derive(Clone)]
pub struct Client {
    pub(super) router: Router,
    pub(super) token: Option<String>,
    pub(super) browser: Option<Browser>,
    pub(super) peer: Option<Peer>,
}

impl Client {
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token, browser: None, peer: None }
    }

    /// The same credential at another instance.
    pub fn on(&self, other: &TestApp) -> Self {
        Self { router: other.router.clone(), ..self.clone() }
    }

    /// Sends any request, with the credential.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.respond(request).await.into_parts();
        let bytes = body.collect().await.expect("the body ends").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// [`Client::send`], without waiting for the body.
    pub async fn respond(&self, mut request: Request<Body>) -> Response {
        if let Some(browser) = &self.browser {
            browser.dress(request.headers_mut());
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().expect("a header");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        if let Some(browser) = &self.browser {
            browser.keep(response.headers());
        }
        response
    }

    /// Posts a body to `/graphql` as JSON.
    pub async fn post(&self, body: impl Into<Body>) -> Answer {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json")
            .body(body.into());
        self.send(request.expect("a request")).await
    }

    /// Runs a document with variables and gives the whole answer.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.post(body).await.json()
    }

    /// Runs a document that must succeed and gives its data.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.run(query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].take()
    }

    /// Makes a role that must not fail, of rules like `bundle/controller/action`, and gives its id.
    pub async fn create_role(&self, name: &str, rules: &[&str]) -> String {
        let rules: Vec<Value> = rules.iter().map(|rule| rule_input(rule)).collect();
        let query = "mutation($input: CreateRoleInput!) {
            createRole(input: $input) { role { id } userErrors { message path } }
        }";
        let data = self.data(query, json!({ "input": { "name": name, "rules": rules } })).await;
        id(&data["createRole"], "role")
    }

    /// Makes a group that must not fail, and gives its id.
    pub async fn create_group(&self, title: &str, roles: &[&str]) -> String {
        let query = "mutation($input: CreateGroupInput!) {
            createGroup(input: $input) { group { id } userErrors { message path } }
        }";
        let data = self.data(query, json!({ "input": { "title": title, "roleIds": roles } })).await;
        id(&data["createGroup"], "group")
    }
}

/// A rule of `bundle/controller/action`, with a leading `!` for a denial.
pub fn rule_input(rule: &str) -> Value {
    let (permission, triple) = match rule.strip_prefix('!') {
        Some(triple) => ("DENY", triple),
        None => ("ALLOW", rule),
    };
    let parts: Vec<&str> = triple.split('/').collect();
    json!({
        "bundle": parts[0],
        "controller": parts[1],
        "action": parts[2],
        "permission": permission,
    })
}

fn id(payload: &Value, name: &str) -> String {
    let id = payload[name]["id"].as_str();
    id.unwrap_or_else(|| panic!("no {name} was made: {payload:#}")).to_owned()
}
