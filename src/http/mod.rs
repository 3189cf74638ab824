//! The transport: which path leads where, GraphQL over HTTP, and the headers that every answer has.
//! Never knows a database.

mod body;
mod events;
mod execution;
mod graphql;
mod health;
mod live;
mod media;
mod metrics;
mod pages;
mod server;
mod site;
mod socket;
mod trace;

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{any, get};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

pub use live::Live;
pub use metrics::router as metrics_router;
pub use server::{serve, shutdown_signal};
pub use site::{Peer, Site};

use crate::app::App;
use crate::graphql::Api;

/// Lets no page of another site take an answer in as an image or a script.
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// What every handler shares.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub app: App,
    pub api: Arc<Api>,
    pub site: Arc<Site>,
    pub live: Live,
}

/// Everything that is served.
pub fn router(gateway: Gateway) -> Router {
    let around_all = ServiceBuilder::new()
        .layer(axum::middleware::from_fn(trace::trace))
        .layer(header_unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_unless_set(header::REFERRER_POLICY, "no-referrer"))
        .layer(header_unless_set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ))
        .layer(header_unless_set(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"))
        .option_layer(
            gateway
                .site
                .is_https()
                .then(|| header_unless_set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")),
        )
        .layer(CatchPanicLayer::custom(answer_panic));
    Router::new()
        .route("/", get(pages::start))
        .route("/graphql", any(graphql::handle))
        .route("/graphql/ws", any(socket::handle))
        .merge(pages::admin())
        .merge(pages::graphiql())
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(pages::not_found)
        .layer(around_all)
        .with_state(gateway)
}

fn header_unless_set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// A bug of ours: the log has what it was, the client a code.
#[expect(clippy::needless_pass_by_value, reason = "what the layer calls it with")]
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let error = execution::log_panic(&*panic);
    graphql::refusal(StatusCode::INTERNAL_SERVER_ERROR, media::Media::Json, &[error])
}
