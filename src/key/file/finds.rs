//! What was found in a file that may hold several things.

use alloc::vec::Vec;

use super::{KeyFile, KeyFileError, OtherFile, Read};
use crate::key::PublicKey;

/// Different keys that are counted in one file.
const MOST_KEYS: usize = 100;

/// Keys and other things, in the order of the file.
#[derive(Default)]
pub(super) struct Finds {
    key: Option<KeyFile>,
    /// The different keys.
    different: Vec<PublicKey>,
    error: Option<KeyFileError>,
}

impl Finds {
    pub(super) fn add(&mut self, found: Read) {
        match found {
            None => {}
            Some(Ok(key)) => {
                let public = key.public_key();
                if !self.different.contains(&public) && self.different.len() < MOST_KEYS {
                    self.different.push(public);
                }
                let better = match (&self.key, &key) {
                    (None, _) => true,
                    (Some(KeyFile::Secret(_)), _) => false,
                    (_, KeyFile::Secret(_)) => true,
                    (Some(KeyFile::Unnamed(_)), KeyFile::Public(_)) => true,
                    _ => false,
                };
                if better {
                    self.key = Some(key);
                }
            }
            Some(Err(KeyFileError::SeveralKeys { count })) => {
                self.error = Some(KeyFileError::SeveralKeys { count });
            }
            Some(Err(error)) => {
                // Parameters say the least: a key often stands behind them.
                let vague = Some(KeyFileError::Other(OtherFile::Parameters));
                if self.error.is_none() || self.error == vague {
                    self.error = Some(error);
                }
            }
        }
    }

    /// The only key; or else the first thing that is no key.
    pub(super) fn finish(self) -> Read {
        match (self.key, self.different.len(), self.error) {
            (_, _, Some(error @ KeyFileError::SeveralKeys { .. })) => Some(Err(error)),
            (Some(key), 1, _) => Some(Ok(key)),
            (Some(_), count, _) => Some(Err(KeyFileError::SeveralKeys { count })),
            (None, _, error) => error.map(Err),
        }
    }
}
