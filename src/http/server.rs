//! Accepting connections, and letting go of them. `axum::serve` has no time limit for headers, so a
//! client that sends them slowly would hold its connection for ever.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// How long a client may take for the headers of a request, and stay without sending one.
const HEADER_TIME: Duration = Duration::from_secs(30);
/// How long requests that are under way may take once the process was told to stop.
const DRAIN_TIME: Duration = Duration::from_secs(9);

/// Answers connections until `stop` resolves, then lets those under way finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, _)) => connect(stream, router.clone(), &graceful),
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    tracing::info!("stopping: no new connections, and {DRAIN_TIME:?} for requests under way");
    if timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// Resolves when the process is told to stop, by SIGTERM or Ctrl-C.
pub async fn shutdown_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

fn connect(stream: TcpStream, router: Router, graceful: &GracefulShutdown) {
    // Answers are written whole: waiting for more only delays them.
    stream.set_nodelay(true).ok();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "a connection broke");
        }
    });
}

/// Without file descriptors or memory for another connection there is nothing to do but to wait until
/// one closes.
async fn pause(error: &io::Error) {
    tracing::warn!(%error, "cannot accept a connection");
    sleep(Duration::from_millis(100)).await;
}
