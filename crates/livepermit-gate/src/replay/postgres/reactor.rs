//! A thread that drives the connections. Lanes block, and the client library does not.

use std::future::Future;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::super::{StoreError, StoreErrorKind};

/// The thread. It also reads from idle connections, so that a connection that the other side
/// closed is known to be dead before a visitor needs it.
#[derive(Debug)]
pub(super) struct Reactor {
    handle: Handle,
    /// The thread ends when this is dropped.
    _running: oneshot::Sender<()>,
}

impl Reactor {
    pub(super) fn start() -> Result<Self, StoreError> {
        let of_io = |error: std::io::Error| {
            let reason = format!("no thread for the connections: {error}");
            StoreError::of(StoreErrorKind::Storage, &reason)
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(of_io)?;
        let (running, ended) = oneshot::channel();
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("livepermit-postgres".into())
            .spawn(move || runtime.block_on(ended).is_ok())
            .map_err(of_io)?;
        Ok(Self { handle, _running: running })
    }

    /// Runs `task` to its end, for `limit` at most.
    pub(super) fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        task: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = sync_channel(1);
        self.handle.spawn(async move {
            let done = tokio::time::timeout(limit, task).await.unwrap_or_else(|_| {
                Err(StoreError::new("the server did not answer within the timeout"))
            });
            // The lane waits until this is sent.
            let _ = sender.send(done);
        });
        receiver.recv().unwrap_or_else(|_| Err(StoreError::new("the connections have ended")))
    }
}
