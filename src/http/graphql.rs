//! GraphQL over HTTP. The handlers of async-graphql-axum 7.2 run mutations from GET requests and plain
//! forms, read bodies without a limit, answer every failure with 200 and null data, and lose GET's
//! operationName; so only its response type serves here.

use std::time::Duration;

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
use tokio::time::timeout;

use super::Gateway;
use super::body::{self, Unread, Whole};
use super::media::{Media, is_json};
use super::trace::RequestId;
use crate::domain::Actor;
use crate::graphql::limits::{self, Limits, Refusal};
use crate::graphql::{Prepared, Question, coded, failure};

/// Answers `GET /graphql` and `POST /graphql`.
pub async fn handle(
    State(gateway): State<Gateway>,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let response = if let Some(media) = Media::negotiate(request.headers()) {
        respond(&gateway, id, media, request).await
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
    let body = serde_json::json!({ "errors": errors }).to_string();
    (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response()
}

async fn respond(
    gateway: &Gateway,
    request_id: String,
    media: Media,
    request: Request,
) -> Result<Response, Response> {
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
    let bearer = bearer(&parts.headers);
    let actor = Actor::authenticate(&gateway.app, bearer, Some(request_id)).await;
    let actor = actor
        .map_err(|error| refusal(StatusCode::SERVICE_UNAVAILABLE, media, &[failure(&error)]))?;
    let prepared = gateway.api.prepare(question, &actor).await.map_err(|errors| {
        let status = match media {
            Media::Json => StatusCode::OK,
            Media::GraphqlResponse => StatusCode::BAD_REQUEST,
        };
        refusal(status, media, &errors)
    })?;
    tracing::Span::current().record("operation", prepared.name());
    if prepared.kind() != OperationType::Query && !may_mutate {
        return Err(method_not_allowed("POST", media));
    }
    let seconds = gateway.api.limits().seconds;
    let is_query = prepared.kind() == OperationType::Query;
    let response = execute(gateway.clone(), prepared, actor).await.ok_or_else(|| {
        let outcome = if is_query { "Ask for less." } else { "What it changes may still happen." };
        let error = coded("TIMEOUT", format!("This takes longer than {seconds} s. {outcome}"));
        refusal(StatusCode::SERVICE_UNAVAILABLE, media, &[error])
    })?;
    let mut response = GraphQLResponse::from(response).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, media.content_type());
    Ok(response)
}

/// Runs a query for as long as its client waits, and a mutation to its end whatever its client does.
async fn execute(
    gateway: Gateway,
    prepared: Prepared,
    actor: Actor,
) -> Option<async_graphql::Response> {
    let is_query = prepared.kind() == OperationType::Query;
    let time = Duration::from_secs(gateway.api.limits().seconds);
    let run = async move { gateway.api.execute(prepared, &gateway.app, actor).await };
    if is_query {
        return timeout(time, run).await.ok();
    }
    let task = tokio::spawn(tracing::Instrument::in_current_span(run));
    match timeout(time, task).await.ok()? {
        Ok(response) => Some(response),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// A request's parameters before their types are checked, so that each fault has words of its own.
#[derive(Deserialize)]
struct Parameters {
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
    Ok((parameters.question(media)?, body))
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
    parameters.question(media)
}

impl Parameters {
    fn question(self, media: Media) -> Result<Question, Response> {
        let wrong = |text| bad(StatusCode::BAD_REQUEST, media, text);
        let query = match self.query {
            Some(Value::String(text)) => text,
            Some(_) => return Err(wrong("query must be a string.")),
            None => return Err(wrong("query is missing: it holds the GraphQL document.")),
        };
        let operation_name = match self.operation_name {
            None => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(wrong("operationName must be a string.")),
        };
        let variables = match self.variables {
            None => Variables::default(),
            Some(map @ Value::Object(_)) => Variables::from_json(map),
            Some(_) => return Err(wrong("variables must be an object.")),
        };
        if !matches!(self.extensions, None | Some(Value::Object(_))) {
            return Err(wrong("extensions must be an object."));
        }
        Ok(Question { query, operation_name, variables })
    }
}

/// The credential of `Authorization: Bearer` (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
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
fn bad(status: StatusCode, media: Media, text: &str) -> Response {
    refusal(status, media, &[coded("BAD_REQUEST", text)])
}
