//! What is asked of every server that gates share.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use livepermit_gate::replay::Retention;
use zeroize::Zeroizing;

use crate::shared::failure::Failure;
use crate::shared::texts;
use crate::shared::time::parse_span;

/// Holds the password of the server, unless a file does.
const PASSWORD: &str = "LIVEPERMIT_STORE_PASSWORD";

#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    /// Gates with the same prefix share the memory [default: livepermit]
    #[arg(long, value_name = "NAME", alias = "redis-prefix")]
    store_prefix: Option<String>,
    /// The user of the server
    #[arg(long, value_name = "NAME")]
    store_user: Option<String>,
    /// Read the password of the server from this file [default: the environment variable
    /// LIVEPERMIT_STORE_PASSWORD, or the URL, which others can see in the list of processes]
    #[arg(long, value_name = "FILE")]
    store_password_file: Option<PathBuf>,
    /// Trust servers whose certificate this authority signed (PEM). rediss:// needs this, and
    /// PostgreSQL is asked through TLS with this
    #[arg(long, value_name = "FILE")]
    store_ca: Option<PathBuf>,
    /// Refuse a server whose settings can forget used codes; without this, warn
    #[arg(long)]
    store_strict: bool,
    /// What happens when another server takes the place of the master: none (one server, or a
    /// PostgreSQL that waits for all its standbys), wait=N (each admission waits for N replicas;
    /// Redis), bounded=SPAN (the old master stops after this time), unbounded (only an operator
    /// ends the wait)
    #[arg(long, value_name = "HOW", value_parser = parse_failover, default_value = "none")]
    failover: Failover,
}

/// What ends the life of an old master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failover {
    None,
    Waited(usize),
    Bounded(u64),
    Unbounded,
}

fn parse_failover(text: &str) -> Result<Failover, String> {
    match text.split_once('=') {
        None if text == "none" => Ok(Failover::None),
        None if text == "unbounded" => Ok(Failover::Unbounded),
        Some(("wait", count)) => match count.parse() {
            Ok(replicas @ 1..) => Ok(Failover::Waited(replicas)),
            _ => Err(format!("{count} is no number of replicas")),
        },
        Some(("bounded", span)) => match parse_span(span)? {
            0 => Err("0 seconds are no bound".to_owned()),
            span => Ok(Failover::Bounded(span)),
        },
        _ => Err("none, wait=N, bounded=SPAN or unbounded is expected".to_owned()),
    }
}

impl ServerArgs {
    pub(super) fn prefix(&self) -> &str {
        self.store_prefix.as_deref().unwrap_or("livepermit")
    }

    pub(super) const fn failover(&self) -> Failover {
        self.failover
    }

    /// [`Retention::old_master`].
    pub(super) const fn old_master(&self) -> u64 {
        match self.failover {
            Failover::None | Failover::Waited(_) => 0,
            Failover::Bounded(seconds) => seconds,
            Failover::Unbounded => Retention::UNBOUNDED,
        }
    }

    /// Options of a server mean that somebody forgot the server.
    pub(super) fn needs_no_server(&self) -> Result<(), Failure> {
        let named = self.store_prefix.is_some()
            || self.store_user.is_some()
            || self.store_password_file.is_some()
            || self.store_ca.is_some()
            || self.store_strict
            || self.failover != Failover::None;
        if named { Err(texts::options_need_server()) } else { Ok(()) }
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.store_user.as_deref()
    }

    pub(super) const fn is_strict(&self) -> bool {
        self.store_strict
    }

    pub(super) fn authority(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        self.store_ca.as_deref().map(read_file).transpose()
    }

    pub(super) fn password(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        if let Some(path) = &self.store_password_file {
            let text = read_file(path)?;
            return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned().into()));
        }
        Ok(std::env::var(PASSWORD).ok().map(Into::into))
    }
}

pub(super) fn read_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = fs::read_to_string(path);
    text.map(Into::into).map_err(|error| texts::store_file_unreadable(path.display(), error))
}
