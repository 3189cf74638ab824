//! Running operations, whatever brought them and however their answers travel: for as long as they may take,
//! and counted.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use async_graphql::{Response as Answer, ServerError};
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, poll};
use tokio::time::timeout;

use super::Gateway;
use super::metrics::Operation;
use crate::domain::Actor;
use crate::graphql::{Prepared, SessionChange, coded};

/// Runs a query for as long as its client waits, and a mutation to its end whatever its client does. Fails
/// when it takes too long, or over a bug of ours.
pub async fn execute(
    gateway: &Gateway,
    prepared: Prepared,
    actor: Actor,
) -> Result<(Answer, Option<SessionChange>), ServerError> {
    let started = Instant::now();
    let operation = Operation::of(&prepared, &actor);
    let is_query = prepared.kind() == OperationType::Query;
    let seconds = gateway.api.limits().seconds;
    let time = Duration::from_secs(seconds);
    let (api, app) = (gateway.api.clone(), gateway.app.clone());
    let run = async move { api.execute(prepared, &app, actor).await };
    let run = AssertUnwindSafe(run).catch_unwind();
    let done = if is_query {
        timeout(time, run).await
    } else {
        let task = tokio::spawn(tracing::Instrument::in_current_span(run));
        // A task ends without an outcome only with the process.
        timeout(time, task.map(|ended| ended.unwrap_or_else(|error| Err(Box::new(error))))).await
    };
    let done = if let Ok(done) = done {
        done.map_err(|panic| log_panic(&*panic))
    } else {
        let outcome = if is_query { "Ask for less." } else { "What it changes may still happen." };
        Err(coded("TIMEOUT", format!("This takes longer than {seconds} s. {outcome}")))
    };
    let errors = match &done {
        Ok((answer, _)) => &*answer.errors,
        Err(error) => std::slice::from_ref(error),
    };
    operation.count(errors, started.elapsed());
    done
}

/// Tells the log of a bug of ours, and gives what to tell the client.
pub fn log_panic(panic: &(dyn Any + Send)) -> ServerError {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("of unknown kind"), "a handler panicked");
    let text = "Something went wrong here. The log has the details under this request's id.";
    coded("INTERNAL", text)
}

/// The answers to any operation: one, or one for each event of a subscription. When this resolves, it has
/// begun: a subscription misses nothing from then on, and a mutation happens whoever still listens.
pub async fn answers(
    gateway: &Gateway,
    prepared: Prepared,
    actor: Actor,
) -> BoxStream<'static, Answer> {
    if prepared.kind() == OperationType::Subscription {
        let operation = Operation::of(&prepared, &actor);
        let answers = gateway.api.subscribe(prepared, &gateway.app, actor).await;
        return answers
            .inspect(move |answer| operation.count(&answer.errors, Duration::ZERO))
            .boxed();
    }
    let gateway = gateway.clone();
    let answer = async move {
        match execute(&gateway, prepared, actor).await {
            Ok((answer, _)) => answer,
            Err(error) => Answer::from_errors(vec![error]),
        }
    };
    let mut answers = answer.into_stream().boxed().peekable();
    let _is_there = poll!(Pin::new(&mut answers).peek()).is_ready();
    answers.boxed()
}
