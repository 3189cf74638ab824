//! Parse, start the log, dispatch.

use std::process::ExitCode;

use rolecall::config::Invocation;
use rolecall::{cli, telemetry};

/// A sixth to a third more requests a second than the system's allocator (measured).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let invocation = match Invocation::parse() {
        Ok(invocation) => invocation,
        Err(usage) => return cli::explain(&usage),
    };
    let started = telemetry::start(&invocation.settings.log);
    match started {
        Ok(()) => cli::run(invocation).await,
        Err(error) => cli::refuse(&error),
    }
}
