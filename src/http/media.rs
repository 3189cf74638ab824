//! Media types of GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/draft/>).

use std::cmp::{Ordering, Reverse};

use axum::http::{HeaderMap, HeaderValue, header};

/// How an answer is labelled, and with it what its status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
        let ranges = values.flat_map(|value| value.split(',')).map(str::trim);
        let ranges: Vec<Range> = ranges.filter(|it| !it.is_empty()).map(Range::parse).collect();
        if ranges.is_empty() {
            return Some(Self::Json);
        }
        // Of equals the last is taken.
        let offered = [Self::GraphqlResponse, Self::Json].into_iter();
        let wanted = offered.filter_map(|media| Some((media, Wish::of(media, &ranges)?)));
        let (media, _) = wanted.max_by(|(_, a), (_, b)| a.compare(b))?;
        Some(media)
    }
}

/// What a client takes for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// JSON, and whether a stream of events where there is more than one answer.
    Json(Media, bool),
    /// Nothing but a stream of events.
    Events,
}

impl Wanted {
    /// By the Accept header; `None` when there is nothing that it takes.
    pub fn by(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
        let mut types = values.flat_map(|value| value.split(','));
        let takes_events = types.any(|it| {
            let (ty, parameters) = it.split_once(';').unwrap_or((it, ""));
            ty.trim().eq_ignore_ascii_case("text/event-stream") && parameters.trim() != "q=0"
        });
        match Media::negotiate(headers) {
            Some(media) => Some(Self::Json(media, takes_events)),
            None => takes_events.then_some(Self::Events),
        }
    }

    /// How refusals are labelled.
    pub fn media(self) -> Media {
        match self {
            Self::Json(media, _) => media,
            Self::Events => Media::Json,
        }
    }

    /// Whether the answer may be a stream of events.
    pub fn may_be_events(self) -> bool {
        self != Self::Json(self.media(), false)
    }
}

/// A media range of an Accept header (RFC 9110, section 12.5.1).
struct Range {
    covers: Covers,
    quality: f32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Covers {
    Nothing,
    Everything,
    Applications,
    One(Media),
}

impl Range {
    fn parse(text: &str) -> Self {
        let mut parts = text.split(';').map(|part| part.trim().to_ascii_lowercase());
        let covers = match parts.next().as_deref() {
            Some("application/graphql-response+json") => Covers::One(Media::GraphqlResponse),
            Some("application/json") => Covers::One(Media::Json),
            Some("application/*") => Covers::Applications,
            Some("*/*") => Covers::Everything,
            _ => Covers::Nothing,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        let quality = quality.filter(|it| (0.0..=1.0).contains(it)).unwrap_or(1.0);
        Self { covers, quality }
    }

    fn covers(&self, media: Media) -> bool {
        match self.covers {
            Covers::Nothing => false,
            Covers::Everything | Covers::Applications => true,
            Covers::One(one) => one == media,
        }
    }
}

/// How much a client wants something.
struct Wish {
    quality: f32,
    /// By which range, and where that stands.
    by: (Covers, Reverse<usize>),
}

impl Wish {
    /// The wish of the most specific of the ranges that cover it; `None` when that excludes it.
    fn of(media: Media, ranges: &[Range]) -> Option<Self> {
        let covering = ranges.iter().enumerate().filter(|(_, range)| range.covers(media));
        let wishes = covering.map(|(place, range)| Self {
            quality: range.quality,
            by: (range.covers, Reverse(place)),
        });
        wishes.max_by_key(|wish| wish.by).filter(|wish| wish.quality > 0.0)
    }

    /// By quality first; then a type that is named goes before one that is merely covered.
    fn compare(&self, other: &Self) -> Ordering {
        let key = |wish: &Self| (matches!(wish.by.0, Covers::One(_)), wish.by.1);
        self.quality.total_cmp(&other.quality).then_with(|| key(self).cmp(&key(other)))
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
