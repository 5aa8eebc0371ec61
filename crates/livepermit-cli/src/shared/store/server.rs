//! What is asked of every server that gates share.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use crate::shared::failure::Failure;
use crate::shared::texts;

/// Holds the password of the server, unless a file does.
const PASSWORD: &str = "LIVEPERMIT_STORE_PASSWORD";

#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    /// Gates with the same prefix share the memory
    #[arg(long, value_name = "NAME", default_value = "livepermit", alias = "redis-prefix")]
    store_prefix: String,
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
}

impl ServerArgs {
    pub(super) fn prefix(&self) -> &str {
        &self.store_prefix
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.store_user.as_deref()
    }

    #[cfg(feature = "redis")]
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
