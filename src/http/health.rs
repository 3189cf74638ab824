//! What a load balancer and a supervisor ask.

use axum::extract::State;
use axum::http::StatusCode;

use super::Gateway;

/// The process runs.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The process can answer requests: the database is reachable and has every migration.
pub async fn ready(State(gateway): State<Gateway>) -> (StatusCode, &'static str) {
    match gateway.app.db.migrations().await {
        Ok(steps) if steps.iter().all(|step| step.is_applied) => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database lacks migrations\n"),
        Err(error) => {
            tracing::warn!(%error, "the database cannot be used");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used\n")
        }
    }
}
