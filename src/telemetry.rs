//! The log: on standard error, for people on a terminal and for machines elsewhere.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

/// Libraries that tell what this program tells itself.
const QUIET: &str = "sea_orm_migration=warn,memory_serve=warn";

/// Starts the log. `filter` is in the form of tracing's directives: `info`, `warn,rolecall=debug`.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .parse(format!("{QUIET},{filter}"))
        .with_context(|| format!("{filter:?} is no log filter (ROLECALL_LOG)"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.compact().with_target(false).init();
    } else {
        let log = log.json().flatten_event(true).with_current_span(true);
        log.with_span_list(false).init();
    }
    Ok(())
}
