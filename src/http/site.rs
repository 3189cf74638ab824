//! Where people reach this server, and so what comes from it: the origin that requests with a cookie must
//! have, the cookie itself, and the address of a client behind proxies.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use cookie::{Cookie, SameSite};
use ipnet::IpNet;
use url::Url;

use crate::domain::credential::{Credential, CredentialKind};

/// What says that a request was made by a script, which browsers let other sites do only where a server
/// agrees to it. For GET, which has no content type.
const PREFLIGHT: HeaderName = HeaderName::from_static("graphql-preflight");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The one who opened a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Where people reach this server.
#[derive(Debug)]
pub struct Site {
    /// As browsers write it, if it is set.
    origin: Option<String>,
    /// Whether cookies may only travel encrypted.
    is_secure: bool,
    proxies: Vec<IpNet>,
    /// Says once that a proxy may be missing.
    unheard: Once,
}

/// A request with a session cookie that another site could have made someone's browser send.
#[derive(Debug)]
pub struct CrossSite;

impl Site {
    /// A server that people reach by this URL, or else by the address it listens on, through these proxies.
    #[must_use]
    pub fn new(public_url: Option<&Url>, listen: SocketAddr, proxies: Vec<IpNet>) -> Self {
        let is_on_loopback = match public_url {
            Some(url) => url.scheme() == "http" && names_loopback(url),
            None => listen.ip().is_loopback(),
        };
        let origin = public_url.map(|url| url.origin().ascii_serialization());
        Self { origin, is_secure: !is_on_loopback, proxies, unheard: Once::new() }
    }

    /// Whether cookies may only travel encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whether browsers are to come encrypted only, from now on.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.as_deref().is_some_and(|origin| origin.starts_with("https:"))
    }

    /// The secret that a request carries: that of `Authorization: Bearer` (RFC 6750, section 2.1) or else
    /// of the session cookie, which counts only where the request comes from this site.
    pub fn secret(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<String>, CrossSite> {
        if let Some(secret) = headers.get(header::AUTHORIZATION).and_then(bearer) {
            return Ok(Some(secret.to_owned()));
        }
        let Some(secret) = self.cookie(headers) else {
            return Ok(None);
        };
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        let is_ours = match self.is_from_here(headers) {
            // A page cannot add headers to what it makes a browser get from elsewhere.
            None => is_read && headers.contains_key(PREFLIGHT),
            Some(true) if is_read && !is_upgrade(headers) => headers.contains_key(PREFLIGHT),
            Some(is_from_here) => is_from_here,
        };
        if is_ours { Ok(Some(secret)) } else { Err(CrossSite) }
    }

    /// Whether a browser says that a page of this site made a request; `None` when it says nothing.
    #[must_use]
    pub fn is_from_here(&self, headers: &HeaderMap) -> Option<bool> {
        if let Some(site) = headers.get(FETCH_SITE) {
            return Some(site == "same-origin");
        }
        let origin = headers.get(header::ORIGIN)?.to_str().ok();
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Some(match (origin, &self.origin) {
            (Some(origin), Some(own)) => origin == own,
            (Some(origin), None) => {
                origin.split_once("://").is_some_and(|(_, its)| Some(its) == host)
            }
            (None, _) => false,
        })
    }

    /// Gives a browser its session.
    #[must_use]
    pub fn set_cookie(&self, secret: &str) -> Option<HeaderValue> {
        HeaderValue::try_from(self.build(secret).build().to_string()).ok()
    }

    /// Takes the session from a browser.
    #[must_use]
    pub fn remove_cookie(&self) -> Option<HeaderValue> {
        let gone = self.build("").max_age(cookie::time::Duration::ZERO).build();
        HeaderValue::try_from(gone.to_string()).ok()
    }

    /// The address of the client: of who connected or, where that is a proxy of ours, of who connected to
    /// that. What stands further left in the header, anybody can have written.
    #[must_use]
    pub fn client(&self, peer: Option<Peer>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.0.ip().to_canonical();
        if self.proxies.is_empty() && headers.contains_key(FORWARDED_FOR) {
            self.unheard.call_once(|| {
                tracing::warn!(%peer, "X-Forwarded-For is ignored: if this is a proxy of yours, whoever \
                    fails to sign in counts for everyone behind it, until ROLECALL_TRUSTED_PROXIES names it");
            });
        }
        let is_proxy = |it: &IpAddr| self.proxies.iter().any(|network| network.contains(it));
        let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let mut client = peer;
        for hop in hops.iter().rev() {
            if !is_proxy(&client) {
                break;
            }
            // Some proxies write the port, too.
            let address = hop.parse().or_else(|_| hop.parse().map(|it: SocketAddr| it.ip()));
            let Ok(address) = address else {
                break;
            };
            client = address.to_canonical();
        }
        Some(client)
    }

    fn build(&self, secret: &str) -> cookie::CookieBuilder<'static> {
        Cookie::build((self.cookie_name(), secret.to_owned()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.is_secure)
            .path("/")
    }

    /// `__Host-` lets no other host of the domain set it.
    fn cookie_name(&self) -> &'static str {
        if self.is_secure { "__Host-rolecall" } else { "rolecall" }
    }

    fn cookie(&self, headers: &HeaderMap) -> Option<String> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).flatten();
        let ours = cookies.find(|cookie| cookie.name() == self.cookie_name())?;
        // A token that stands there came from somebody else.
        let credential = Credential::parse(ours.value())?;
        (credential.kind == CredentialKind::Session).then(|| ours.value().to_owned())
    }
}

/// The secret in a value of Authorization.
pub fn bearer(value: &HeaderValue) -> Option<&str> {
    bearer_text(value.to_str().ok()?)
}

/// [`bearer`] for a text.
pub fn bearer_text(text: &str) -> Option<&str> {
    let (scheme, secret) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

fn names_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
