//! `serve`: answers until it is stopped.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::failure::Failure;
use crate::config::{Config, in_words};
use crate::http::{PublicState, public};
use crate::jobs;
use crate::service::Clock;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Checks configuration, keys and register, and ends
    #[arg(long)]
    check: bool,
    /// Writes the log as JSON, a line for each event
    #[arg(long)]
    json: bool,
}

impl Serve {
    #[expect(clippy::print_stdout, reason = "a command tells what it found")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let register = config.register().await?;
        let service = config.service(register, Clock::system())?;
        if self.check {
            println!("the configuration can be used");
            return Ok(());
        }
        let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false);
        if self.json {
            log.json().init()
        } else {
            log.init()
        }

        let listener = TcpListener::bind(config.wallets.listen).await.map_err(|error| {
            let why = in_words(&error);
            Failure::of(format_args!("cannot listen at {}: {why}", config.wallets.listen))
        })?;
        let trust = config.trust.clone().map(Arc::new);
        let router = public(PublicState { service: service.clone(), trust });
        let address = listener.local_addr()?;
        println!("wallets and gates: http://{address}");

        let (stop, stopping) = watch::channel(false);
        let port = tokio::spawn(answer(listener, router, stopping));
        let health = jobs::Health::default();
        let jobs = tokio::spawn(jobs::run(service.clone(), health));
        told_to_stop().await?;
        tracing::info!("stops: no new questions are taken");
        let _ = stop.send(true);
        let answered = port.await;
        jobs.abort();
        service.store().close().await;
        answered.map_err(Failure::of)??;
        Ok(())
    }
}

/// Answers questions at this port. Those that are under way when it stops are answered.
async fn answer(
    listener: TcpListener,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), std::io::Error> {
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        })
        .await
}

/// Ctrl-C, or the SIGTERM of a service manager.
async fn told_to_stop() -> Result<(), std::io::Error> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
