//! Someone's browser: it keeps cookies, and says that its requests come from a page of this site.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, HeaderValue, header};
use rolecall::http::Peer;
use serde_json::{Value, json};

use super::guarding::{done, refusal};
use super::{Client, PASSWORD, TestApp};

/// What a browser keeps. Its clones are tabs of one browser.
#[derive(Clone, Default)]
pub struct Browser {
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    /// Adds what a browser adds to each request of a page of the site itself.
    pub fn dress(&self, headers: &mut HeaderMap) {
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            headers.insert(header::COOKIE, pairs.join("; ").parse().expect("a header"));
        }
    }

    /// Keeps the cookies of an answer, and forgets those that it takes away.
    pub fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a text");
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if attributes.split(';').any(|attribute| attribute.trim() == "Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl TestApp {
    /// A browser without cookies.
    pub fn browser(&self) -> Client {
        Client { browser: Some(Browser::default()), ..self.nobody() }
    }

    /// A browser in which someone has just signed in.
    pub async fn signed_in(&self, email: &str) -> Client {
        let browser = self.browser();
        browser.sign_in(email).await;
        browser
    }
}

impl Client {
    /// The same, connecting from this address.
    pub fn at(&self, address: &str) -> Self {
        let address: IpAddr = address.parse().expect("an address");
        Self { peer: Some(Peer(SocketAddr::new(address, 50_000))), ..self.clone() }
    }

    /// The cookies that a browser has, as it sends them.
    pub fn cookies(&self) -> Vec<String> {
        let browser = self.browser.as_ref().expect("a browser");
        let cookies = browser.cookies.lock().unwrap();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// The secret in a browser's session cookie.
    pub fn secret(&self) -> String {
        let cookies = self.cookies();
        let [cookie] = &cookies[..] else { panic!("not one cookie: {cookies:?}") };
        cookie.split_once('=').expect("a cookie").1.to_owned()
    }

    /// The same browser as it is now: what either does from here on, the other does not notice.
    pub fn copy(&self) -> Self {
        let browser = self.browser.as_ref().expect("a browser");
        let cookies = Arc::new(Mutex::new(browser.cookies.lock().unwrap().clone()));
        Self { browser: Some(Browser { cookies }), ..self.clone() }
    }

    /// Signs in with the right password.
    pub async fn sign_in(&self, email: &str) {
        let input = json!({ "email": email, "password": PASSWORD });
        done(self, "signIn", input).await;
    }

    /// What is wrong with signing in.
    pub async fn sign_in_errors(&self, email: &str, password: &str) -> Value {
        refusal(self, "signIn", json!({ "email": email, "password": password })).await
    }

    /// Signs out, and says whether a session ended.
    pub async fn sign_out(&self) -> Value {
        let query = "mutation { signOut(input: {}) { signedOut } }";
        self.data(query, json!({})).await["signOut"]["signedOut"].take()
    }

    /// The id of who asks; null for nobody.
    pub async fn who(&self) -> Value {
        let data = self.data("{ viewer { user { id } } }", json!({})).await;
        data.pointer("/viewer/user/id").cloned().unwrap_or_default()
    }
}

/// An answer to a wrong e-mail address, a wrong password, or a user who may not sign in.
pub fn wrong() -> Value {
    json!([{
        "__typename": "SignInError", "code": "INVALID_CREDENTIALS", "path": [],
        "message": "This e-mail address or password is wrong.", "retryAfterSeconds": null,
    }])
}
