//! GraphQL over HTTP. The handlers of async-graphql-axum 7.2 run mutations from GET requests and plain
//! forms, read bodies without a limit, answer every failure with 200 and null data, and lose GET's
//! operationName; so only its response type serves here.

use async_graphql::parser::types::OperationType;
use async_graphql::{ServerError, Variables};
use async_graphql_axum::GraphQLResponse;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use super::Gateway;
use super::body::{self, Unread, Whole};
use super::media::{Media, Wanted, is_json};
use super::site::{CrossSite, Peer};
use super::trace::RequestId;
use super::{events, execution, metrics};
use crate::domain::Actor;
use crate::domain::actor::Origin;
use crate::graphql::limits::{self, Limits, Refusal};
use crate::graphql::{Question, SessionChange, coded, failure};

/// Answers `GET /graphql` and `POST /graphql`.
pub async fn handle(
    State(gateway): State<Gateway>,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let response = if let Some(wanted) = Wanted::by(request.headers()) {
        respond(&gateway, id, wanted, request).await
    } else {
        let text = "Accept application/graphql-response+json or application/json.";
        Err(bad(StatusCode::NOT_ACCEPTABLE, Media::Json, text))
    };
    let mut response = response.unwrap_or_else(|refusal| refusal);
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}

/// An answer to a request that was not executed: errors and no data.
pub fn refusal(status: StatusCode, media: Media, errors: &[ServerError]) -> Response {
    metrics::count_refusal(errors);
    failed(status, media, errors)
}

/// [`refusal`], of what was counted before.
fn failed(status: StatusCode, media: Media, errors: &[ServerError]) -> Response {
    let body = serde_json::json!({ "errors": errors }).to_string();
    (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response()
}

async fn respond(
    gateway: &Gateway,
    request_id: String,
    wanted: Wanted,
    request: Request,
) -> Result<Response, Response> {
    let media = wanted.media();
    let (parts, body) = request.into_parts();
    let may_mutate = parts.method == Method::POST;
    // The body stays until the answer is there: it holds its place among the large ones.
    let (question, _body) = match parts.method {
        Method::GET | Method::HEAD => (from_query(&parts.uri, media)?, None),
        Method::POST => {
            let limits = gateway.api.limits();
            let (question, body) = from_body(&parts.headers, body, limits, media).await?;
            (question, Some(body))
        }
        _ => return Err(method_not_allowed("GET, POST", media)),
    };
    let secret = gateway.site.secret(&parts.method, &parts.headers);
    let secret = secret.map_err(|CrossSite| cross_site(media))?;
    let origin = origin(gateway, request_id, parts.extensions.get().copied(), &parts.headers);
    let actor = Actor::authenticate(&gateway.app, secret.as_deref(), origin).await;
    let actor = actor
        .map_err(|error| refusal(StatusCode::SERVICE_UNAVAILABLE, media, &[failure(&error)]))?;
    let prepared = gateway.api.prepare(question, &actor).await.map_err(|errors| match wanted {
        Wanted::Events => events::refused(&errors),
        Wanted::Json(Media::Json, _) => refusal(StatusCode::OK, media, &errors),
        Wanted::Json(..) => refusal(StatusCode::BAD_REQUEST, media, &errors),
    })?;
    tracing::Span::current().record("operation", prepared.name());
    if prepared.kind() != OperationType::Query && !may_mutate {
        return Err(method_not_allowed("POST", media));
    }
    if prepared.kind() == OperationType::Subscription {
        if !wanted.may_be_events() {
            return Err(bad(StatusCode::NOT_ACCEPTABLE, media, ELSEWHERE));
        }
        return Ok(events::follow(gateway, prepared, actor).await);
    }
    let (answer, session) = execution::execute(gateway, prepared, actor)
        .await
        .map_err(|error| failed(StatusCode::SERVICE_UNAVAILABLE, media, &[error]))?;
    let mut response = match wanted {
        Wanted::Events => events::once(&answer),
        Wanted::Json(media, _) => {
            let mut response = GraphQLResponse::from(answer).into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, media.content_type());
            response
        }
    };
    let cookie = session.and_then(|change| match change {
        SessionChange::Began(secret) => gateway.site.set_cookie(&secret),
        SessionChange::Ended => gateway.site.remove_cookie(),
    });
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

const ELSEWHERE: &str = "Subscriptions are answered over a WebSocket, at /graphql/ws, and to those who accept \
    text/event-stream.";

/// Where a request comes from.
pub fn origin(
    gateway: &Gateway,
    request_id: String,
    peer: Option<Peer>,
    headers: &HeaderMap,
) -> Origin {
    let user_agent = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    Origin {
        request_id: Some(request_id),
        address: gateway.site.client(peer, headers),
        user_agent: user_agent.map(str::to_owned),
        is_socket: false,
    }
}

/// The refusal of a request with a cookie that could be another site's.
pub fn cross_site(media: Media) -> Response {
    let text = "A session cookie counts only in requests that a page of this site makes, as Sec-Fetch-Site or \
                Origin tells: by POST, or by GET with the header GraphQL-Preflight. Programs send a token \
                instead: Authorization: Bearer rolecall_...";
    refusal(StatusCode::FORBIDDEN, media, &[coded("CROSS_SITE_REQUEST", text)])
}

/// A request's parameters before their types are checked, so that each fault has words of its own.
#[derive(Deserialize)]
pub struct Parameters {
    query: Option<Value>,
    #[serde(rename = "operationName")]
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

async fn from_body(
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
    media: Media,
) -> Result<(Question, Whole), Response> {
    if !is_json(headers) {
        let text = "Send the request as JSON, with Content-Type: application/json.";
        return Err(bad(StatusCode::UNSUPPORTED_MEDIA_TYPE, media, text));
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|it| it != "identity") {
        let text = "Send the body as it is, without Content-Encoding.";
        return Err(bad(StatusCode::UNSUPPORTED_MEDIA_TYPE, media, text));
    }
    let body = body::read(headers, body, limits.body_bytes).await;
    let body = body.map_err(|unread| match unread {
        Unread::TooLarge(actual) => too_large(limits.body_bytes, actual, media),
        Unread::Late => bad(StatusCode::REQUEST_TIMEOUT, media, "The body did not arrive in time."),
        Unread::Broken => bad(StatusCode::BAD_REQUEST, media, "The body broke off."),
    })?;
    let bytes = &*body.bytes;
    limits::scan_json(bytes, limits).map_err(|refused| {
        let errors: Vec<ServerError> = refused.into();
        refusal(StatusCode::BAD_REQUEST, media, &errors)
    })?;
    if bytes.trim_ascii_start().starts_with(b"[") {
        let text = "Send one request at a time: lists of requests are not served.";
        return Err(bad(StatusCode::BAD_REQUEST, media, text));
    }
    let parameters: Parameters = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = match error.classify() {
            Category::Data => "The body must be a JSON object with each parameter once",
            _ => "The body is not JSON that can be read",
        };
        let text = format!("{text} (line {line}, column {column}).");
        bad(StatusCode::BAD_REQUEST, media, &text)
    })?;
    let question = parameters.question();
    Ok((question.map_err(|text| bad(StatusCode::BAD_REQUEST, media, text))?, body))
}

fn from_query(uri: &axum::http::Uri, media: Media) -> Result<Question, Response> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Texts {
        query: Option<String>,
        operation_name: Option<String>,
        variables: Option<String>,
        extensions: Option<String>,
    }
    let Ok(Query(texts)) = Query::<Texts>::try_from_uri(uri) else {
        let text = "The parameters of this address cannot be read.";
        return Err(bad(StatusCode::BAD_REQUEST, media, text));
    };
    let json = |name: &str, text: Option<String>| {
        let text = text.filter(|text| !text.is_empty());
        let parsed = text.map(|text| serde_json::from_str::<Option<Value>>(&text)).transpose();
        parsed.map(Option::flatten).map_err(|_| {
            let text = format!("The parameter {name} is not JSON.");
            bad(StatusCode::BAD_REQUEST, media, &text)
        })
    };
    let named = texts.operation_name.filter(|name| !name.is_empty());
    let parameters = Parameters {
        query: texts.query.map(Value::String),
        operation_name: named.map(Value::String),
        variables: json("variables", texts.variables)?,
        extensions: json("extensions", texts.extensions)?,
    };
    parameters.question().map_err(|text| bad(StatusCode::BAD_REQUEST, media, text))
}

impl Parameters {
    /// The question that they ask, or what is wrong with them.
    pub fn question(self) -> Result<Question, &'static str> {
        let query = match self.query {
            Some(Value::String(text)) => text,
            Some(_) => return Err("query must be a string."),
            None => return Err("query is missing: it holds the GraphQL document."),
        };
        let operation_name = match self.operation_name {
            None => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err("operationName must be a string."),
        };
        let variables = match self.variables {
            None => Variables::default(),
            Some(map @ Value::Object(_)) => Variables::from_json(map),
            Some(_) => return Err("variables must be an object."),
        };
        if !matches!(self.extensions, None | Some(Value::Object(_))) {
            return Err("extensions must be an object.");
        }
        Ok(Question { query, operation_name, variables })
    }
}

fn method_not_allowed(allowed: &'static str, media: Media) -> Response {
    let text = match allowed {
        "POST" => "Mutations and subscriptions do not run from GET. Send a POST request.",
        _ => "Send a GET or a POST request.",
    };
    let mut response = bad(StatusCode::METHOD_NOT_ALLOWED, media, text);
    let allowed = HeaderValue::from_static(allowed);
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

fn too_large(maximum: usize, actual: usize, media: Media) -> Response {
    let refused = Refusal { limit: "body_bytes", maximum: maximum as u64, actual: actual as u64 };
    let errors: Vec<ServerError> = refused.into();
    refusal(StatusCode::PAYLOAD_TOO_LARGE, media, &errors)
}

/// A refusal of what is no GraphQL request.
pub fn bad(status: StatusCode, media: Media, text: &str) -> Response {
    refusal(status, media, &[coded("BAD_REQUEST", text)])
}
