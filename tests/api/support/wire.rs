//! What goes over the wire and how it comes back, where that is what a test is about.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{Answer, Client, TestApp};

/// `application/json`, as answers have it.
pub const JSON: &str = "application/json; charset=utf-8";
/// `application/graphql-response+json`, as answers have it.
pub const GRAPHQL: &str = "application/graphql-response+json; charset=utf-8";

impl Client {
    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Asks by GET with parameters, which are encoded here.
    pub async fn get_with(&self, parameters: &[(&str, &str)]) -> Answer {
        let request = Request::get(address(parameters)).header(header::ACCEPT, GRAPHQL);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Posts JSON to `/graphql` with some headers, each at most once.
    pub async fn post_with(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let start = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        let mut request = start.body(body.into()).expect("a request");
        for (name, value) in headers {
            let name = header::HeaderName::try_from(*name).expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        self.send(request).await
    }
}

impl TestApp {
    /// The first administrator's token.
    pub fn admin_token(&self) -> &str {
        &self.database.admin_token
    }

    /// The database's own address.
    pub fn url(&self) -> &str {
        &self.database.url
    }
}

/// A POST to `/graphql` to which headers are still to be added.
pub fn post() -> Builder {
    Request::post("/graphql")
}

/// The address of a question by GET.
pub fn address(parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={}", encode(value)));
    format!("/graphql?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

impl Answer {
    /// Asserts a refusal of a request that was not executed, with one error and without data, and gives
    /// that error.
    #[track_caller]
    pub fn refused(&self, status: StatusCode, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let json = self.json();
        let keys: Vec<&String> = json.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["errors"], "{}", self.text);
        let errors = json["errors"].as_array().expect("a list");
        assert_eq!(errors.len(), 1, "{}", self.text);
        assert_eq!(errors[0]["extensions"]["code"], code, "{}", self.text);
        errors[0].clone()
    }

    /// [`Answer::refused`] in exactly these words.
    #[track_caller]
    pub fn refused_with(&self, status: StatusCode, code: &str, words: &str) {
        assert_eq!(
            self.refused(status, code),
            json!({ "message": words, "extensions": { "code": code } })
        );
    }
}
