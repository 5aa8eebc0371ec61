//! How large the QR codes of a permit will be, and which claim makes them larger.

use std::fmt;

use livepermit::{
    Holder, Issuer, Permit, PublicKey, Recipient, SecretKey, Timestamp, Token, Trust, TrustedKey,
    Use, Validity,
};
use livepermit::{qr::QrVersions, qr::versions_for};
use serde_json::{Value, json};

use super::texts;
use crate::shared::failure::Failure;
use crate::shared::keys::KeyAlgorithm;
use crate::shared::keys::generate;

/// What is left out of a permit to see what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Optional {
    Nothing,
    Person,
    Status,
    Claims,
    All,
}

/// The codes of a permit, and of the same permit with less in it.
#[derive(Debug)]
pub(crate) struct Sizes {
    what: &'static str,
    bytes: usize,
    versions: QrVersions,
    /// The version at level M without a claim.
    leaner: Vec<(Optional, Option<u8>)>,
}

impl Sizes {
    /// Of passes. Sizes depend on no key, so keys made for the moment stand in.
    pub(crate) fn of_passes(
        issuer: &str,
        audience: Option<&str>,
        eddsa: bool,
        now: Timestamp,
        permit: impl Fn(Optional) -> Option<Permit>,
    ) -> Result<Self, Failure> {
        let key = generate(KeyAlgorithm::Ed25519)?;
        let make = |permit: &Permit| {
            let mut issuer = Issuer::new(issuer, key.public_key()).ok()?;
            if eddsa {
                issuer = issuer.pinned_to_eddsa();
            }
            issuer.prepare_pass(permit, audience, now).ok()?.sign(&key).ok()
        };
        Self::of("pass", permit, make)
    }

    /// Of the presentations a phone will make for whoever reads them. Keys made for the moment
    /// stand in.
    pub(crate) fn of_presentations(
        issuer: &str,
        device_key: &PublicKey,
        now: Timestamp,
        permit: impl Fn(Optional) -> Option<Permit>,
    ) -> Result<Self, Failure> {
        let key = generate(KeyAlgorithm::Ed25519)?;
        let device = generate(match device_key.algorithm() {
            livepermit::key::Algorithm::Esp256 => KeyAlgorithm::P256,
            _ => KeyAlgorithm::Ed25519,
        })?;
        Self::of("presentation", permit, |permit| presentation(issuer, &key, &device, permit, now))
    }

    fn of(
        what: &'static str,
        permit: impl Fn(Optional) -> Option<Permit>,
        make: impl Fn(&Permit) -> Option<Token>,
    ) -> Result<Self, Failure> {
        let too_large = || texts::too_large(what);
        let measure = |left_out| {
            let token = make(&permit(left_out)?)?;
            Some((token.as_bytes().len(), versions_for(&token.to_qr_text()).ok()?))
        };
        let (bytes, versions) = measure(Optional::Nothing).ok_or_else(too_large)?;
        let leaner = [Optional::Person, Optional::Claims, Optional::Status, Optional::All]
            .into_iter()
            .filter_map(|left_out| Some((left_out, measure(left_out)?.1.medium)))
            .collect();
        Ok(Self { what, bytes, versions, leaner })
    }

    /// A sentence for each optional claim without which the code would be smaller, and one for all
    /// of them where that says more; `true` with it where it is the status, which a permit needs to
    /// be withdrawn.
    pub(crate) fn growth(&self) -> Vec<(bool, String)> {
        let now = self.versions.medium.unwrap_or(u8::MAX);
        let mut grown: Vec<(Optional, u8)> = self
            .leaner
            .iter()
            .filter_map(|(what, version)| Some((*what, version.filter(|v| *v < now)?)))
            .collect();
        let one = grown
            .iter()
            .filter(|(what, _)| *what != Optional::All)
            .map(|(_, version)| *version)
            .min();
        grown.retain(|(what, version)| {
            *what != Optional::All || one.is_none_or(|one| *version < one)
        });
        let with = match self.versions.medium {
            Some(version) => texts::version_at_m(version),
            None => texts::too_large_for_m(),
        };
        let sentence = |(what, without): &(Optional, u8)| {
            let text = match what {
                Optional::Person => texts::person_makes(&with, without),
                Optional::Claims => texts::claims_make(&with, without),
                Optional::Status => texts::status_makes(&with, without),
                _ => texts::all_claims_make(&with, without),
            };
            (*what == Optional::Status, text)
        };
        grown.iter().map(sentence).collect()
    }

    pub(crate) fn to_json(&self) -> Value {
        let QrVersions { low, medium, quartile, high, .. } = self.versions;
        json!({
            "of": self.what, "bytes": self.bytes,
            "versions": { "L": low, "M": medium, "Q": quartile, "H": high },
            "warnings": self.growth().into_iter().map(|(_, text)| text).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let QrVersions { low, medium, quartile, high, .. } = self.versions;
        let versions: Vec<String> = [("L", low), ("M", medium), ("Q", quartile), ("H", high)]
            .into_iter()
            .map(|(level, version)| match version {
                Some(version) => format!("{version}-{level}"),
                None => texts::no_version(level),
            })
            .collect();
        f.write_str(&texts::size(self.what, self.bytes, versions.join(", ")))
    }
}

fn presentation(
    issuer: &str,
    key: &SecretKey,
    device: &SecretKey,
    permit: &Permit,
    now: Timestamp,
) -> Option<Token> {
    let trust = Trust::new([TrustedKey::new(
        issuer,
        key.public_key(),
        [Use::Credential],
        [permit.class()],
    )
    .ok()?])
    .ok()?;
    let issuer = Issuer::new(issuer, key.public_key()).ok()?;
    let credential = issuer
        .prepare_credential(permit, &device.public_key(), Validity::default(), now)
        .ok()?
        .sign(key)
        .ok()?;
    let mut holder = Holder::new(device.public_key());
    holder.accept(credential.as_bytes(), &trust, now).ok()?;
    holder.prepare(Recipient::Anyone, now).ok()?.sign(device).ok()
}
