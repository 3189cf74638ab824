//! Pages for people: GraphiQL from files in the binary, and where to go from the root.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Redirect;
use axum::routing::get;
use memory_serve::CacheControl;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Gateway;

/// GraphiQL's editor styles itself in place and works in a worker; it calls nothing but this server.
const GRAPHIQL_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// `/graphiql`: the API's own workbench.
pub fn graphiql() -> Router<Gateway> {
    let files = memory_serve::load!("graphiql")
        .index_file(Some("/index.html"))
        .html_cache_control(CacheControl::NoCache)
        .cache_control(CacheControl::Long)
        .into_router();
    let policy = HeaderValue::from_static(GRAPHIQL_POLICY);
    let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy);
    Router::new()
        .route("/graphiql", get(async || Redirect::permanent("/graphiql/")))
        .nest("/graphiql/", files)
        .layer(policy)
}

/// `/`: there is nothing here but the way on.
pub async fn start() -> Redirect {
    Redirect::temporary("/graphiql/")
}

/// Any other path.
pub async fn not_found() -> (StatusCode, &'static str) {
    let text = "Nothing is here. The API is at /graphql, GraphiQL at /graphiql.\n";
    (StatusCode::NOT_FOUND, text)
}
