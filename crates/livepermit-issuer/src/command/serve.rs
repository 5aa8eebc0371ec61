//! `serve`: answers until it is stopped.

use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::failure::Failure;
use crate::config::{Config, Ports, in_words};
use crate::http::{self, Metrics};
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
        let service = config.service(register, Clock::system()).await?;
        let Ports { wallets, offices } = config.ports(&service)?;
        let (webhook, sample) = (config.webhook()?, config.sample()?);
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

        // All ports are there before one answers.
        let wallets_port = listen(config.wallets.listen).await?;
        let offices_port = listen(config.offices.listen).await?;
        let metrics_port = match config.metrics {
            Some(port) => Some(listen(port.listen).await?),
            None => None,
        };
        println!("wallets, gates and applicants: http://{}", wallets_port.local_addr()?);
        println!("officers: http://{}/office", offices_port.local_addr()?);

        let (stop, stopping) = watch::channel(false);
        let (health, metrics) = (jobs::Health::default(), Metrics::default());
        let wallets = metrics.counted("wallets", wallets);
        let offices = metrics.counted("offices", offices);
        let mut ports = vec![
            tokio::spawn(answer(wallets_port, wallets, stopping.clone())),
            tokio::spawn(answer(offices_port, offices, stopping.clone())),
        ];
        if let Some(port) = metrics_port {
            println!("metrics: http://{}/metrics", port.local_addr()?);
            let page = http::metrics(metrics, service.clone(), health.clone());
            ports.push(tokio::spawn(answer(port, page, stopping)));
        }
        let jobs = tokio::spawn(jobs::run(service.clone(), health, webhook, sample));
        told_to_stop().await?;
        tracing::info!("stops: no new questions are taken");
        let _ = stop.send(true);
        let mut ended = Ok(());
        for port in ports {
            ended = ended.and(port.await.map_err(Failure::of)?);
        }
        jobs.abort();
        service.store().close().await;
        Ok(ended?)
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::of(format_args!("cannot listen at {address}: {}", in_words(&error)))
    })
}

/// Answers questions at this port. Those that are under way when it stops are answered.
async fn answer(
    listener: TcpListener,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), std::io::Error> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
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
