//! What the process tells of itself: the log, on standard error, for people on a terminal and for machines
//! elsewhere; and counts.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::sleep;
use tracing_subscriber::EnvFilter;

/// Libraries that tell what this program tells itself.
const QUIET: &str = "sea_orm_migration=warn,memory_serve=warn";

/// Seconds that tell fast requests from slow ones.
const DURATIONS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts counting, and gives what has the counts.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    let durations = Matcher::Suffix("_seconds".into());
    let recorder = PrometheusBuilder::new().set_buckets_for_metric(durations, &DURATIONS)?;
    let counts = recorder.install_recorder()?;
    let upkeep = counts.clone();
    tokio::spawn(async move {
        // What nobody asks for would pile up.
        loop {
            sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    Ok(counts)
}

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
