//! The connections of the service: how many there are, and how long each may take.
//!
//! A client that sends its headers byte by byte, or never reads its answer, holds a connection and
//! nothing else, and for a bounded time only.

use std::future::Future;
use std::io::{Error, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::Limits;

/// Largest line and headers of a request, in bytes; hyper answers 431 to more.
const HEAD_BYTES: usize = 16 * 1024;
/// Wait after a failure that only time mends, such as no file descriptor left.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `shutdown` is ready, then takes no new connections and lets requests under way
/// finish, within their time limit.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Limits,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let accept = async || {
        // Whoever comes when all places are taken waits in the kernel's queue.
        let place = Arc::clone(&places).acquire_owned().await;
        (accepted(&listener).await, place)
    };
    loop {
        let (stream, place) = tokio::select! {
            () = &mut shutdown => break,
            taken = accept() => taken,
        };
        let served = connection(stream, router.clone(), limits.clone(), stopped.clone());
        connections.spawn(async move {
            let _place = place;
            served.await;
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    stop.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    let most = Duration::from_secs(limits.request_seconds) + PAUSE;
    if tokio::time::timeout(most, all).await.is_err() {
        tracing::warn!("connections were broken off");
    }
}

async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_one_connection(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// One connection. When its time is over it takes no further request; one under way still has its
/// own time limit, then the connection is dropped.
async fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.header_seconds))
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut served = pin!(served);
    let over = tokio::time::sleep(Duration::from_secs(limits.connection_seconds));
    tokio::select! {
        // Its errors are the client's: a broken connection, a head that is none.
        _ = &mut served => return,
        _ = stopped.wait_for(|stopped| *stopped) => {}
        () = over => {}
    }
    served.as_mut().graceful_shutdown();
    let rest = Duration::from_secs(limits.request_seconds);
    let _ = tokio::time::timeout(rest, served).await;
}
