//! The gates that a relay knows, each with the key that both share: a file that the operator keeps.

use std::collections::BTreeMap;
use std::path::Path;

use livepermit::field::{GateName, Shown};
use livepermit::setup::RelayKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::failure::Failure;
use super::hex::{hex, parse_hex};
use super::keys::claim_failure;
use super::random::fill;
use super::{files, json, texts};

const FORMAT: &str = "livepermit relay gates 1";
/// Room for ten thousand gates.
const MAX_FILE: u64 = 4 << 20;

/// A misspelt field is an error, so that no gate is overlooked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelayGates {
    format: String,
    /// By name. To end a gate's right to ask, remove its line.
    gates: BTreeMap<String, Key>,
}

/// In hexadecimal in the file.
struct Key(RelayKey);

impl RelayGates {
    /// The gates of an existing file, or none.
    pub(crate) fn read_or_new(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            return Self::read(path);
        }
        Ok(Self { format: FORMAT.to_owned(), gates: BTreeMap::new() })
    }

    /// The gates of the file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |error: &dyn std::fmt::Display| texts::no_relay_gates(path.display(), error);
        let text = Zeroizing::new(files::read_text(path, MAX_FILE)?);
        let found: Self =
            serde_json::from_str(&text).map_err(|error| wrong(&json::words(&error)))?;
        if found.format != FORMAT {
            return Err(wrong(&texts::other_relay_format(Shown::quoted(&found.format))));
        }
        for gate in found.gates.keys() {
            GateName::new(gate).map_err(|error| claim_failure(&error))?;
        }
        Ok(found)
    }

    /// Writes the file, for the owner alone.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(texts::relay_gates_not_written)?;
        let text = Zeroizing::new(text + "\n");
        files::keep_secret(path, text.as_bytes())
    }

    /// The key of a gate.
    pub(crate) fn key(&self, gate: &str) -> Option<RelayKey> {
        self.gates.get(gate).map(|key| RelayKey::from_bytes(key.0.as_bytes()))
    }

    /// Gives a gate a new key.
    pub(crate) fn draw(&mut self, gate: &str) -> Result<(), Failure> {
        let mut bytes = Zeroizing::new([0; 32]);
        fill(bytes.as_mut_slice())?;
        self.gates.insert(gate.to_owned(), Key(RelayKey::from_bytes(&bytes)));
        Ok(())
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(hex(self.0.as_bytes())))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = parse_hex(&text).map(Zeroizing::new).map_err(serde::de::Error::custom)?;
        let key = bytes
            .as_slice()
            .try_into()
            .map_err(|_| serde::de::Error::custom("a key of a gate has 64 hexadecimal digits"))?;
        Ok(Self(RelayKey::from_bytes(key)))
    }
}
