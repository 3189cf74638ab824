//! Media types of GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/draft/>).

use axum::http::{HeaderMap, HeaderValue, header};

/// How an answer is labelled, and with it what its status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: the status is 200 for every request that could be read.
    Json,
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphqlResponse,
}

impl Media {
    /// The value of Content-Type.
    pub fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// What the client likes best; `None` when it accepts nothing that there is.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut accepted = headers.get_all(header::ACCEPT).iter().peekable();
        if accepted.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges = accepted.filter_map(|value| value.to_str().ok());
        let mut best: Option<(Self, f32)> = None;
        for range in ranges.flat_map(|value| value.split(',')) {
            let Some((media, quality)) = Self::of_range(range) else {
                continue;
            };
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((media, quality));
            }
        }
        best.map(|(media, _)| media)
    }

    /// What a media range of an Accept header (RFC 9110, section 12.5.1) asks for, and how much.
    fn of_range(range: &str) -> Option<(Self, f32)> {
        let mut parts = range.split(';').map(str::trim);
        let media = match &*parts.next()?.to_ascii_lowercase() {
            "application/graphql-response+json" => Self::GraphqlResponse,
            "application/json" | "application/*" | "*/*" => Self::Json,
            _ => return None,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        Some((media, quality.unwrap_or(1.0)))
    }
}

/// Whether a body is JSON in UTF-8, by its Content-Type.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.next().as_deref() == Some("application/json")
        && parts.all(|part| match part.strip_prefix("charset=") {
            Some(charset) => charset.trim_matches('"') == "utf-8",
            None => true,
        })
}
