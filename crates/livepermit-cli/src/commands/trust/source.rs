//! The source of a trust list: plain JSON that people may edit.

use std::path::{Path, PathBuf};

use livepermit::field::Shown;
use livepermit::issue::{PrepareError, TrustListBuilder};
use livepermit::key::Algorithm;
use livepermit::rejection::ListRejectionCode;
use livepermit::trust::TrustError;
use livepermit::{PublicKey, SecretKey, Timestamp, TrustedKey, Use};
use serde::{Deserialize, Serialize};

use super::args::SignArgs;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::hex::{hex, parse_hex};
use crate::shared::keys::{claim_failure, read_public, read_secret};
use crate::shared::trusted::trust_failure;
use crate::shared::{files, json, time};

const FORMAT: &str = "livepermit trust source 1";
/// Room for twenty thousand keys.
const MAX_SOURCE: u64 = 32 << 20;

/// A misspelt field is an error: a limit that is overlooked would not limit anything.
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
        let name = texts::key_of(&self.key_id, &self.issuer);
        let wrong = |what: &str| texts::entry_wrong(&name, what);
        let limit = |text: &Option<String>, no: Timestamp| match text {
            Some(text) => time::parse(text).map_err(|error| wrong(&error)),
            None => Ok(no),
        };
        let public = PublicKey::from_spki_pem(&self.public_key)
            .map_err(|error| wrong(&texts::key_not_pem(error)))?;
        let mut uses = Vec::new();
        for text in &self.uses {
            let found = USES.into_iter().find(|known| known.name() == text);
            uses.push(found.ok_or_else(|| wrong(&texts::unknown_use(Shown::quoted(text))))?);
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
            return Err(wrong(&texts::unknown_algorithm(Shown::quoted(&self.algorithm))));
        };
        key.map_err(|error| match error {
            TrustError::TimesOutOfOrder => texts::times_wrong(&name, &error),
            error => trust_failure(&name, &error, texts::entry_wrong),
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
            return Err(texts::no_source(path.display()));
        }
        let wrong = |error: &dyn std::fmt::Display| texts::not_a_source(path.display(), error);
        let source: Self = serde_json::from_str(&files::read_text(&path, MAX_SOURCE)?)
            .map_err(|error| wrong(&json::words(&error)))?;
        if source.format != FORMAT {
            return Err(wrong(&texts::other_format(Shown::quoted(&source.format))));
        }
        Ok(source)
    }

    /// Increases the version, signs, and writes. The source is written first, so that no version is
    /// ever signed twice.
    pub(super) fn sign(mut self, args: &SignArgs) -> Result<(Self, Vec<u8>, Timestamp), Failure> {
        if args.lifetime == 0 {
            return Err(texts::lifetime_empty());
        }
        let root = read_root(&args.root_key)?;
        let now = time::at_or_now(args.time.at)?;
        self.version = self.version.checked_add(1).ok_or_else(texts::version_at_end)?;
        let keys: Vec<TrustedKey> = self.keys.iter().map(Entry::key).collect::<Result<_, _>>()?;
        let roots: Vec<PublicKey> =
            args.successor_root.iter().map(|path| read_public(path)).collect::<Result<_, _>>()?;
        let expires = now.plus(args.lifetime);
        let list = TrustListBuilder::new(&self.name, self.version, keys)
            .map_err(|error| claim_failure(&error))?
            .with_successor_roots(roots)
            .prepare(&root.public_key(), now, expires)
            .map_err(|error| list_failure(&error))?
            .sign(&root)
            .map_err(texts::list_refused)?
            .into_bytes();
        let mut text = serde_json::to_string_pretty(&self).map_err(texts::defect)?;
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
        return Err(texts::not_a_root_key(path.display()));
    }
    Ok(key)
}

fn list_failure(error: &PrepareError) -> Failure {
    match error {
        PrepareError::Claim(error) => claim_failure(error),
        PrepareError::ListRefused(rejection) => match rejection.code() {
            ListRejectionCode::NothingTrusted => texts::nothing_trusted(error),
            _ => texts::list_not_valid(error, rejection.instruction()),
        },
        PrepareError::ListTooLong { .. } => texts::list_too_long(error),
        _ => texts::list_refused(error),
    }
}
