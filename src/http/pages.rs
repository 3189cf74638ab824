//! Pages for people: the admin UI and GraphiQL from files in the binary, and where to go from the root.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use memory_serve::CacheControl;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Gateway;

/// GraphiQL's editor styles itself in place and works in a worker; it calls nothing but this server.
const GRAPHIQL_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The admin UI's one page; `NONCE` stands where each answer has a nonce of its own.
const ADMIN_PAGE: &str = include_str!("../../clients/admin-ui/dist/index.html");
const NONCE: &str = "{{nonce}}";

/// `/admin`: the admin UI. It finds its way by the part after `#`, so that there is one page alone.
pub fn admin() -> Router<Gateway> {
    let files = memory_serve::load!("admin-ui")
        .index_file(None)
        .cache_control(CacheControl::Long)
        .into_router();
    Router::new()
        .route("/admin", get(async || Redirect::permanent("/admin/")))
        .route("/admin/", get(admin_page))
        .nest("/admin/assets", files)
}

/// Its components write style sheets as they appear: by the nonce, they may, and nobody else.
async fn admin_page() -> Response {
    let mut random = [0; 16];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::error!(%error, "no random bytes for a nonce");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let nonce = BASE64_STANDARD.encode(random);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
        img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; \
        form-action 'self'; frame-ancestors 'none'"
    );
    let headers =
        [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store".to_owned())];
    (headers, Html(ADMIN_PAGE.replace(NONCE, &nonce))).into_response()
}

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

/// `/`: the way to the admin UI.
pub async fn start() -> Redirect {
    Redirect::temporary("/admin/")
}

/// Any other path.
pub async fn not_found() -> (StatusCode, &'static str) {
    let text =
        "Nothing is here. The admin UI is at /admin, the API at /graphql, GraphiQL at /graphiql.\n";
    (StatusCode::NOT_FOUND, text)
}
