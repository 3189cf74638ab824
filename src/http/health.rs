//! What a load balancer and a supervisor ask.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::timeout;

use super::Gateway;

/// How long the database may take to answer before this instance does not count as ready: less than those
/// who ask usually wait.
const TIME: Duration = Duration::from_millis(900);

/// The process runs.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The process can answer requests: the database is reachable and has every migration.
pub async fn ready(State(gateway): State<Gateway>) -> (StatusCode, &'static str) {
    let Ok(steps) = timeout(TIME, gateway.app.db.migrations()).await else {
        tracing::warn!("the database does not answer in time");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n");
    };
    match steps {
        Ok(steps) if steps.iter().all(|step| step.is_applied) => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database lacks migrations\n"),
        Err(error) => {
            tracing::warn!(%error, "the database cannot be used");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used\n")
        }
    }
}
