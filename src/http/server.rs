//! Accepting connections, and letting go of them. `axum::serve` has no time limit for headers, so a
//! client that sends them slowly would hold its connection for ever.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::live::Live;
use super::site::Peer;

/// How long a client may take for the headers of a request, and stay without sending one.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// How long requests that are under way may take once the process was told to stop.
const DRAIN_TIME: Duration = Duration::from_secs(9);
/// How long connections without a request under way then stay.
const LINGER_TIME: Duration = Duration::from_secs(1);

/// Answers connections until `stop` resolves, then lets those under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    live: Live,
    stop: impl Future<Output = ()>,
) {
    let (say_stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(attend(stream, Peer(peer), router.clone(), stopping.clone()));
            }
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    tracing::info!("stopping: no new connections, and {DRAIN_TIME:?} for requests under way");
    say_stop.send_replace(true);
    live.stop();
    let all = async {
        while connections.join_next().await.is_some() {}
        live.sockets.wait().await;
    };
    if timeout(DRAIN_TIME, all).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// Listens from now on for being told to stop, by SIGTERM or Ctrl-C, and resolves then.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot wait for Ctrl-C");
            std::future::pending().await
        }
    })
}

/// Answers the requests of one connection, one after the other.
async fn attend(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    // Answers are written whole: waiting for more only delays them.
    stream.set_nodelay(true).ok();
    let is_busy = Arc::new(AtomicBool::new(false));
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let (router, is_busy) = (router.clone(), is_busy.clone());
        async move {
            is_busy.store(true, Ordering::Relaxed);
            let answer = router.oneshot(request).await;
            is_busy.store(false, Ordering::Relaxed);
            answer
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let told_to_stop = async { drop(stopping.wait_for(|is_stopping| *is_stopping).await) };
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = told_to_stop => {
            connection.as_mut().graceful_shutdown();
            match timeout(LINGER_TIME, &mut connection).await {
                Ok(ended) => ended,
                Err(_) if is_busy.load(Ordering::Relaxed) => connection.await,
                // Nothing, or not all of a request's headers, came over it.
                Err(_) => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Without file descriptors or memory for another connection there is nothing to do but to wait until
/// one closes.
async fn pause(error: &io::Error) {
    tracing::warn!(%error, "cannot accept a connection");
    sleep(Duration::from_millis(100)).await;
}
