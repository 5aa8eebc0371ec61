//! The source of a trust list: plain JSON that people may edit.

use std::path::{Path, PathBuf};

use livepermit::{
    Algorithm, PublicKey, SecretKey, Timestamp, TrustError, TrustListBuilder, TrustListError,
    TrustedKey, Use,
};
use serde::{Deserialize, Serialize};

use super::SignArgs;
use crate::failure::Failure;
use crate::keys::{claim_failure, read_public, read_secret};
use crate::output::{hex, parse_hex};
use crate::trusted::explain_trust;
use crate::{files, time};

const FORMAT: &str = "livepermit trust source 1";
/// Room for twenty thousand keys.
const MAX_SOURCE: u64 = 32 << 20;

/// Misspelt fields are errors: a limit that is overlooked would be none.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    format: String,
    pub(super) name: String,
    pub(super) version: u64,
    pub(super) keys: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) issuer: String,
    /// In hexadecimal.
    pub(super) key_id: String,
    /// `Ed25519`, or `EdDSA` for the older number.
    algorithm: String,
    uses: Vec<String>,
    classes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sign_until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<String>,
    pub(super) public_key: String,
}

const USES: [Use; 4] = [Use::Credential, Use::Pass, Use::Slip, Use::Status];

impl Entry {
    pub(super) fn of(key: &TrustedKey) -> Self {
        let limited = |at: Timestamp, no: Timestamp| (at != no).then(|| time::exact(at));
        Self {
            issuer: key.issuer().to_owned(),
            key_id: hex(key.key_id()),
            algorithm: key.algorithm().to_string(),
            uses: key.uses().iter().map(|wanted| wanted.name().to_owned()).collect(),
            classes: key.classes().map(str::to_owned).collect(),
            not_before: limited(key.not_before(), Timestamp::MIN),
            sign_until: limited(key.sign_until(), key.expires()),
            expires: limited(key.expires(), Timestamp::MAX),
            public_key: key.public_key().to_spki_pem(),
        }
    }

    fn key(&self) -> Result<TrustedKey, Failure> {
        let name = format!("the key {} of {}", self.key_id, self.issuer);
        let help = "mend it in the source of the list";
        let wrong = |what: &str| Failure::new(format!("{name}: {what}"), help);
        let limit = |text: &Option<String>, no: Timestamp| match text {
            Some(text) => time::parse(text).map_err(|error| wrong(&error)),
            None => Ok(no),
        };
        let public = PublicKey::from_spki_pem(&self.public_key)
            .map_err(|error| wrong(&format!("its public_key is no PEM key: {error}")))?;
        let mut uses = Vec::new();
        for text in &self.uses {
            let found = USES.into_iter().find(|known| known.name() == text);
            uses.push(found.ok_or_else(|| {
                wrong(&format!(
                    "use {text:?} is unknown: there are credential, pass, slip and status"
                ))
            })?);
        }
        let id = parse_hex(&self.key_id).map_err(|error| wrong(&error))?;
        let not_before = limit(&self.not_before, Timestamp::MIN)?;
        let expires = limit(&self.expires, Timestamp::MAX)?;
        let sign_until = limit(&self.sign_until, expires)?;
        let key = TrustedKey::new(&self.issuer, public, uses, &self.classes)
            .and_then(|key| key.with_key_id(&id))
            .and_then(|key| key.with_times(not_before, sign_until, expires));
        let key = if self.algorithm == Algorithm::EdDsa.to_string() {
            key.and_then(TrustedKey::pinned_to_eddsa)
        } else if self.algorithm == Algorithm::Ed25519.to_string() {
            key
        } else {
            return Err(wrong(&format!(
                "algorithm {:?}: there are Ed25519 and EdDSA",
                self.algorithm
            )));
        };
        key.map_err(|error| match error {
            TrustError::TimesOutOfOrder => Failure::new(
                format!("{name}: {error}"),
                "give it times in that order; a key that never was good is removed",
            ),
            error => explain_trust(&name, &error, help),
        })
    }
}

impl Source {
    pub(super) fn new(name: &str) -> Self {
        Self { format: FORMAT.to_owned(), name: name.to_owned(), version: 0, keys: Vec::new() }
    }

    pub(super) fn read(args: &SignArgs) -> Result<Self, Failure> {
        let path = source_path(args);
        if !path.exists() {
            return Err(Failure::new(
                format!("there is no source {} of the list", path.display()),
                "begin one with `livepermit trust new`, or name it with --source",
            ));
        }
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::new(
                format!("{} is not the source of a trust list: {error}", path.display()),
                "name the JSON file that `livepermit trust new` wrote; mend it where the message points",
            )
        };
        let source: Self = serde_json::from_str(&files::read_text(&path, MAX_SOURCE)?)
            .map_err(|error| wrong(&error))?;
        if source.format != FORMAT {
            return Err(wrong(&format!("its format is {:?}", source.format)));
        }
        Ok(source)
    }

    /// Counts the version up, signs, and writes: the source first, so that no version is ever
    /// signed twice.
    pub(super) fn sign(mut self, args: &SignArgs) -> Result<(Self, Vec<u8>, Timestamp), Failure> {
        let root = read_root(&args.root_key)?;
        let now = time::at_or_now(args.time.at)?;
        self.version = self.version.checked_add(1).ok_or_else(|| {
            Failure::new(
                "the version cannot be counted up any more",
                "mend \"version\" in the source",
            )
        })?;
        let keys: Vec<TrustedKey> = self.keys.iter().map(Entry::key).collect::<Result<_, _>>()?;
        let roots: Vec<PublicKey> =
            args.successor_root.iter().map(|path| read_public(path)).collect::<Result<_, _>>()?;
        let expires = now.plus(args.lifetime);
        let list = TrustListBuilder::new(&self.name, self.version, keys)
            .map_err(|error| list_failure(&error))?
            .with_successor_roots(roots)
            .sign(&root, now, expires)
            .map_err(|error| list_failure(&error))?;
        let mut text = serde_json::to_string_pretty(&self)
            .map_err(|error| Failure::new(error, "tell the maintainers: this is a defect"))?;
        text.push('\n');
        files::keep(&source_path(args), text.as_bytes())?;
        files::write(&args.out, &list)?;
        Ok((self, list, expires))
    }
}

pub(super) fn source_path(args: &SignArgs) -> PathBuf {
    args.source.clone().unwrap_or_else(|| {
        let mut name = args.out.clone().into_os_string();
        name.push(".json");
        name.into()
    })
}

fn read_root(path: &Path) -> Result<SecretKey, Failure> {
    let key = read_secret(path)?;
    if key.public_key().algorithm() != Algorithm::Ed25519 {
        return Err(Failure::new(
            format!("{} is not an Ed25519 key, and roots sign with Ed25519 only", path.display()),
            "make one with `livepermit key new --algorithm ed25519 --out FILE`, and keep it offline",
        ));
    }
    Ok(key)
}

fn list_failure(error: &TrustListError) -> Failure {
    match error {
        TrustListError::Claim(error) => claim_failure(error),
        TrustListError::Refused(rejection) => {
            let help = match rejection.code() {
                livepermit::ListCode::NothingTrusted => {
                    "a list needs a usable key: add the new one before the last goes; the root key cannot be an issuer key"
                }
                livepermit::ListCode::Expired | livepermit::ListCode::Malformed => {
                    "give --lifetime at least one second"
                }
                _ => rejection.instruction(),
            };
            Failure::new(error, help)
        }
        TrustListError::TooLong { .. } => Failure::new(error, "remove keys that have expired"),
        _ => Failure::new(
            error,
            "name each key once; a root key is no issuer key; root keys are Ed25519",
        ),
    }
}
