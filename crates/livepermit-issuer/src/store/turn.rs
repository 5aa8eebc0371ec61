//! What a change writes by. SQLite takes one change at a time: who has the turn has the connection
//! that writes. PostgreSQL takes many, each with a connection of its own.
//!
//! The connection of the turn stands in no pool, because a pool asks it for a sign of life twice in
//! each change: a question to SQLite's thread costs more than most statements do.

use std::sync::Arc;

use sqlx::{Any, AnyConnection, Connection as _, Executor as _, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::audit::Head;
use super::error::StoreError;

/// The connection that writes to SQLite.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) connection: AnyConnection,
    /// The end of the audit log, if this connection wrote it last.
    pub(super) head: Option<Head>,
    /// Whether a change was begun that was neither handed in nor taken back.
    open: bool,
}

impl Turn {
    pub(super) fn new(connection: AnyConnection) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { connection, head: None, open: false }))
    }

    /// The connection for statements that begin a change. What the change before left is taken
    /// back first.
    pub(super) async fn opened(&mut self) -> &mut AnyConnection {
        self.take_back().await;
        // Before anything is sent: if nobody waits for the answer, the change may be open.
        self.open = true;
        &mut self.connection
    }

    /// What was asked for began no change: each statement was one of its own.
    pub(super) const fn done(&mut self) {
        self.open = false;
    }

    /// In the place of a connection that is broken.
    pub(super) fn replace(&mut self, connection: AnyConnection) {
        (self.connection, self.open, self.head) = (connection, false, None);
    }

    /// Ends the connection. In its place stands one to nothing.
    pub(super) async fn close(&mut self) {
        if let Ok(nothing) = AnyConnection::connect("sqlite::memory:").await {
            let ended = std::mem::replace(&mut self.connection, nothing);
            // What is open is taken back with it.
            let _ = ended.close().await;
        }
    }

    async fn take_back(&mut self) {
        if self.open {
            // Fails if the change did not begin, or was handed in and nobody heard of it.
            let _ = self.connection.execute("ROLLBACK").await;
            self.open = false;
        }
    }
}

/// A turn that somebody has. What it left open is taken back soon after.
#[derive(Debug)]
pub(super) struct Taken(OwnedMutexGuard<Turn>);

impl Taken {
    pub(super) async fn of(turn: &Arc<Mutex<Turn>>) -> Self {
        Self(Arc::clone(turn).lock_owned().await)
    }

    pub(super) fn turn(&mut self) -> &mut Turn {
        &mut self.0
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if !self.0.open {
            return;
        }
        let turn = Arc::clone(OwnedMutexGuard::mutex(&self.0));
        // Without a runtime the next change takes it back.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { turn.lock().await.take_back().await });
        }
    }
}

/// A transaction that was begun.
#[derive(Debug)]
pub(super) enum Work {
    Sqlite(Taken),
    Postgres(Transaction<'static, Any>),
}

impl Work {
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        match self {
            Self::Sqlite(taken) => &mut taken.0.connection,
            Self::Postgres(transaction) => transaction,
        }
    }

    /// The end of the audit log, if it is known without reading. It has to be given back.
    pub(super) fn take_head(&mut self) -> Option<Head> {
        match self {
            Self::Sqlite(taken) => taken.0.head.take(),
            Self::Postgres(_) => None,
        }
    }

    /// Hands everything in. From then on the audit log ends so, if the change has lines.
    pub(super) async fn commit(self, head: Option<Head>) -> Result<(), StoreError> {
        let done = match self {
            Self::Sqlite(mut taken) => {
                let turn = taken.turn();
                let done = turn.connection.execute("COMMIT").await;
                if done.is_ok() {
                    turn.open = false;
                    turn.head = head.or_else(|| turn.head.take());
                }
                done.map(drop)
            }
            Self::Postgres(transaction) => transaction.commit().await,
        };
        done.map_err(|error| match StoreError::from(error) {
            StoreError::Unavailable { why, .. } => StoreError::Unsure(why),
            error => error,
        })
    }

    /// Takes everything back.
    pub(super) async fn roll_back(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(mut taken) => {
                taken.turn().take_back().await;
                Ok(())
            }
            Self::Postgres(transaction) => Ok(transaction.rollback().await?),
        }
    }
}
