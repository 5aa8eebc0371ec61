//! What a gate remembers about its lists, in the form in which it is stored.

use livepermit::field::Shown;
use livepermit::status::StatusState;
use livepermit::trust::TrustState;
use livepermit::{PublicKey, Timestamp};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "livepermit gate state 1";

/// The subfolder for copies of lists. A copy that no entry names is removed.
pub(super) const COPIES: &str = "lists";

/// Digits of a status list's digest in the name of its copy.
const SHORT_DIGEST: usize = 16;

/// Whether this is exactly a name that the gate gives to the copy of a list: `trust-7.cwt`, or
/// `status-` with 16 digits of the list's digest.
pub(super) fn is_copy(name: &str) -> bool {
    let Some(name) = name.strip_suffix(".cwt") else { return false };
    if let Some(digits) = name.strip_prefix("trust-") {
        return digits.parse::<u64>().is_ok_and(|version| version.to_string() == digits);
    }
    name.strip_prefix("status-").is_some_and(|digits| {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        digits.len() == SHORT_DIGEST && digits.bytes().all(is_hex)
    })
}

/// Whether this is the path of a copy within the state folder.
fn is_copy_path(path: &str) -> bool {
    path.strip_prefix(COPIES).and_then(|path| path.strip_prefix('/')).is_some_and(is_copy)
}

/// What a gate remembers about its lists, and the clock floor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    format: String,
    /// Seconds since 1970.
    clock_floor: u64,
    pub(super) trust: Option<KeptTrust>,
    pub(super) status: Vec<KeptStatus>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptTrust {
    pub(super) name: String,
    version: u64,
    digest: String,
    issued_at: u64,
    accepted_at: u64,
    roots: Vec<String>,
    pub(super) file: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptStatus {
    issuer: String,
    uri: String,
    digest: String,
    issued_at: u64,
    accepted_at: u64,
    pub(super) file: String,
}

impl Default for Memory {
    fn default() -> Self {
        Self { format: FORMAT.to_owned(), clock_floor: 0, trust: None, status: Vec::new() }
    }
}

impl Memory {
    /// Reads the stored form.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let memory: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if memory.format != FORMAT {
            return Err(format!("its format is {}", Shown::quoted(&memory.format)));
        }
        if let Some(file) = memory.files().find(|file| !is_copy_path(file)) {
            return Err(format!("it names the file {}", Shown::quoted(file)));
        }
        Ok(memory)
    }

    pub(super) fn floor(&self) -> Timestamp {
        time(self.clock_floor)
    }

    /// Raises the clock floor to `floor`.
    pub(super) fn raise_floor(&mut self, floor: Timestamp) {
        self.clock_floor = self.clock_floor.max(floor.as_unix());
    }

    /// Whether an entry names this copy. `file` is its path within the folder.
    pub(super) fn names(&self, file: &str) -> bool {
        self.files().any(|named| named == file)
    }

    fn files(&self) -> impl Iterator<Item = &str> {
        let trust = self.trust.iter().map(|trust| trust.file.as_str());
        trust.chain(self.status.iter().map(|status| status.file.as_str()))
    }

    pub(super) fn status_of(&self, issuer: &str, uri: &str) -> Option<&KeptStatus> {
        self.status.iter().find(|kept| kept.is_of(issuer, uri))
    }

    /// Remembers a status list, and forgets the earlier list with the same issuer and URI.
    pub(super) fn replace_status(&mut self, new: KeptStatus) {
        self.status.retain(|old| !old.is_of(&new.issuer, &new.uri));
        self.status.push(new);
    }
}

impl KeptTrust {
    pub(super) fn new(name: &str, state: &TrustState, accepted_at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            version: state.version,
            digest: hex(&state.digest),
            issued_at: state.issued_at.as_unix(),
            accepted_at: accepted_at.as_unix(),
            roots: state.roots.iter().map(PublicKey::to_spki_pem).collect(),
            file: format!("{COPIES}/trust-{}.cwt", state.version),
        }
    }

    /// `None` when the digest or a root key cannot be read.
    pub(super) fn state(&self) -> Option<TrustState> {
        let roots: Result<Vec<_>, _> =
            self.roots.iter().map(|pem| PublicKey::from_spki_pem(pem)).collect();
        Some(TrustState::new(
            self.version,
            digest(&self.digest)?,
            time(self.issued_at),
            roots.ok()?,
        ))
    }

    pub(super) fn accepted_at(&self) -> Timestamp {
        time(self.accepted_at)
    }
}

impl KeptStatus {
    pub(super) fn new(issuer: &str, uri: &str, state: StatusState, accepted_at: Timestamp) -> Self {
        let digest = hex(&state.digest);
        let short: String = digest.chars().take(SHORT_DIGEST).collect();
        Self {
            issuer: issuer.to_owned(),
            uri: uri.to_owned(),
            digest,
            issued_at: state.issued_at.as_unix(),
            accepted_at: accepted_at.as_unix(),
            file: format!("{COPIES}/status-{short}.cwt"),
        }
    }

    pub(super) fn state(&self) -> Option<StatusState> {
        Some(StatusState::new(time(self.issued_at), digest(&self.digest)?))
    }

    pub(super) fn accepted_at(&self) -> Timestamp {
        time(self.accepted_at)
    }

    pub(super) fn is_of(&self, issuer: &str, uri: &str) -> bool {
        self.issuer == issuer && self.uri == uri
    }
}

/// A stored time, in seconds since 1970. A number that is too large becomes the last possible time.
pub(super) fn time(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap_or(Timestamp::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
        .collect();
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_name_of_a_copy_is_the_gates() {
        let status =
            KeptStatus::new("issuer", "s:1", StatusState::new(time(1), [0xA7; 32]), time(1));
        for given in
            [status.file.as_str(), "lists/trust-0.cwt", "lists/trust-18446744073709551615.cwt"]
        {
            assert!(is_copy_path(given), "{given}");
        }
        for other in [
            "trust-1.cwt",
            "lists/trust-.cwt",
            "lists/trust-01.cwt",
            "lists/trust-+1.cwt",
            "lists/trust-18446744073709551616.cwt",
            "lists/trust-backup.cwt",
            "lists/trust-1.cwt.bak",
            "lists/trust-1.CWT",
            "lists/Trust-1.cwt",
            "lists/status-a7a7a7a7a7a7a7a.cwt",
            "lists/status-a7a7a7a7a7a7a7a7a.cwt",
            "lists/status-A7A7A7A7A7A7A7A7.cwt",
            "lists/status-old.cwt",
            "lists/../trust-1.cwt",
            "lists//trust-1.cwt",
            "lists/.trust-1.cwt.new",
            "/etc/passwd",
            "",
        ] {
            assert!(!is_copy_path(other), "{other}");
        }
    }

    #[test]
    fn digests_are_read_as_they_are_written() {
        let bytes: [u8; 32] = core::array::from_fn(|n| u8::try_from(n * 8).unwrap_or(0));
        assert_eq!(digest(&hex(&bytes)), Some(bytes));
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64)] {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }
}
