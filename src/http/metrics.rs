//! What a monitoring system asks: how much is done, how fast, and with what outcome, in the text format of
//! Prometheus, on an address of its own.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{ServerError, Value};
use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;
use crate::domain::Actor;
use crate::graphql::Prepared;

/// Names of operations that are told apart. Clients choose them, and each takes room for ever.
const NAMES: usize = 200;

static KNOWN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// What is counted of an operation.
pub struct Operation {
    name: String,
    kind: &'static str,
}

impl Operation {
    /// An operation under its name, if someone who is signed in gave it one and there is room for it.
    pub fn of(prepared: &Prepared, actor: &Actor) -> Self {
        let name = prepared.name().filter(|_| actor.require_signed_in().is_ok());
        let name = match name {
            Some(name) => remember(name),
            None => String::new(),
        };
        let kind = match prepared.kind() {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        Self { name, kind }
    }

    /// Counts an answer; the events of subscriptions take no time that says anything.
    pub fn count(&self, errors: &[ServerError], time: Duration) {
        let Self { name, kind } = self;
        metrics::counter!(
            "rolecall_requests_total",
            "operation" => name.clone(), "kind" => *kind, "code" => code(errors)
        )
        .increment(1);
        if !time.is_zero() {
            let histogram = metrics::histogram!(
                "rolecall_request_duration_seconds", "operation" => name.clone(), "kind" => *kind
            );
            histogram.record(time);
        }
    }
}

/// Counts a request that was not executed.
pub fn count_refusal(errors: &[ServerError]) {
    metrics::counter!(
        "rolecall_requests_total", "operation" => "", "kind" => "", "code" => code(errors)
    )
    .increment(1);
}

fn remember(name: &str) -> String {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if !known.contains(name) {
        if known.len() >= NAMES {
            return "other".into();
        }
        known.insert(name.to_owned());
    }
    name.to_owned()
}

/// The code of the first error, which decides what a client does.
fn code(errors: &[ServerError]) -> String {
    let Some(first) = errors.first() else {
        return "OK".into();
    };
    match first.extensions.as_ref().and_then(|extensions| extensions.get("code")) {
        Some(Value::String(code)) => code.clone(),
        _ => "INTERNAL".into(),
    }
}

/// What is served to a monitoring system.
pub fn router(app: App, metrics: PrometheusHandle) -> Router {
    let page = move || {
        for (pool, connections, idle) in app.db.connections() {
            let gauge = |state| metrics::gauge!("rolecall_database_connections", "pool" => pool, "state" => state);
            let number = |count| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
            gauge("idle").set(number(idle));
            gauge("used").set(number(connections.saturating_sub(idle)));
        }
        let text = metrics.render();
        async { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", get(page))
}
