//! Android's attestation of keys: a chain of certificates from the key up to Google's root
//! (<https://developer.android.com/privacy-and-security/security-key-attestation>).

use jiff::Timestamp;
use livepermit::PublicKey;

use super::chain::{Chain, Root, Withdrawn};
use super::described::{DESCRIPTION, Described, Level, Maker, Start};
use super::{AttestationRefused, AttestationVerifier, Evidence};
use crate::domain::Attestation;

/// An app whose keys the office takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndroidApp {
    /// The name of its package, such as `org.example.wallet`.
    pub package: String,
    /// SHA-256 of the certificate with which it is signed, as `apksigner verify --print-certs`
    /// shows.
    pub signer: [u8; 32],
}

/// Checks chains of Android, offline.
///
/// What is checked: each signature up to a trusted root; ends, and numbers that were withdrawn; that
/// the description of the key stands in the key's own certificate and in no other one (else a key
/// of an app could sign a description); that the description was made for the nonce of the proof,
/// by secure hardware; that the key was made there and does nothing but sign; that the device is
/// locked and has started its maker's system; and, where apps are named, that one of them made it.
#[derive(Clone, Debug)]
pub struct AndroidAttestation {
    roots: Vec<Root>,
    withdrawn: Withdrawn,
    apps: Vec<AndroidApp>,
    least: Attestation,
}

impl AndroidAttestation {
    /// Trusts these roots. Any app, and a key without evidence, is taken until the office says
    /// more.
    #[must_use]
    pub fn trusting(roots: Vec<Root>) -> Self {
        let least = Attestation::Software;
        Self { roots, withdrawn: Withdrawn::default(), apps: Vec::new(), least }
    }

    /// Refuses chains with one of these certificates.
    #[must_use]
    pub fn without(self, withdrawn: Withdrawn) -> Self {
        Self { withdrawn, ..self }
    }

    /// Takes attested keys of these apps alone.
    #[must_use]
    pub fn of_apps(self, apps: Vec<AndroidApp>) -> Self {
        Self { apps, ..self }
    }

    /// Refuses keys in a worse place than this. [`Attestation::Software`] refuses none.
    #[must_use]
    pub fn at_least(self, least: Attestation) -> Self {
        Self { least, ..self }
    }

    fn by_chain(
        &self,
        key: &PublicKey,
        certificates: &[Vec<u8>],
        nonce: &str,
        now: Timestamp,
    ) -> Result<Attestation, String> {
        let chain = Chain::check(certificates, &self.roots, &self.withdrawn, now)
            .map_err(|error| error.to_string())?;
        if chain.key().as_ref() != Some(key) {
            return Err("the first certificate is that of another key".to_owned());
        }
        let described = chain.extension(DESCRIPTION).ok_or(
            "exactly the first certificate has to describe the key (Android's extension \
             1.3.6.1.4.1.11129.2.1.17)",
        )?;
        let described =
            Described::read(described).ok_or("the description of the key cannot be read")?;
        if described.challenge != nonce.as_bytes() {
            return Err("the key was not made for this nonce: give the nonce to \
                        setAttestationChallenge when the key is made"
                .to_owned());
        }
        if !described.made_inside || !described.signs_alone {
            return Err("the key has to be made in the phone's hardware, for signing alone \
                        (PURPOSE_SIGN)"
                .to_owned());
        }
        if described.start != Start::Verified {
            return Err("the phone is unlocked, or runs another system than its maker's".to_owned());
        }
        if !self.is_of_an_app(described.maker.as_ref()) {
            return Err("the key was made by another app than this office takes".to_owned());
        }
        // The description is worth as much as what made it.
        match described.attested_by.min(described.kept_by) {
            Level::StrongBox => Ok(Attestation::AndroidStrongBox),
            Level::TrustedEnvironment => Ok(Attestation::AndroidTrustedEnvironment),
            Level::Software => Err("the key is kept by software".to_owned()),
        }
    }

    fn is_of_an_app(&self, maker: Option<&Maker>) -> bool {
        // Apps that share an identity of the system share their keys, so all have to be known.
        let known = |maker: &Maker| {
            !maker.packages.is_empty()
                && maker.packages.iter().all(|package| {
                    self.apps.iter().any(|app| {
                        app.package.as_bytes() == package
                            && matches!(maker.signers.as_slice(), [one] if *one == app.signer)
                    })
                })
        };
        self.apps.is_empty() || maker.is_some_and(known)
    }

    fn is_enough(&self, place: Attestation) -> bool {
        let rank = |place| match place {
            Attestation::Software => 0,
            Attestation::AndroidTrustedEnvironment => 1,
            Attestation::AndroidStrongBox => 2,
        };
        rank(place) >= rank(self.least)
    }
}

impl AttestationVerifier for AndroidAttestation {
    fn place_of(
        &self,
        key: &PublicKey,
        evidence: Evidence<'_>,
        now: Timestamp,
    ) -> Result<Attestation, AttestationRefused> {
        let refused = |why| AttestationRefused { why };
        let place = match evidence {
            Evidence::Chain { certificates, nonce } => {
                self.by_chain(key, certificates, nonce, now).map_err(refused)?
            }
            // A statement of a maker is not read here.
            Evidence::None | Evidence::Statement(_) => Attestation::Software,
        };
        if self.is_enough(place) {
            Ok(place)
        } else {
            let wanted = match self.least {
                Attestation::AndroidStrongBox => "in a chip of its own (StrongBox)",
                _ => "in the phone's trusted environment",
            };
            Err(refused(format!(
                "this office takes keys that are proved to be {wanted}: send the chain of \
                 certificates of the key as x5c in the header of the proof"
            )))
        }
    }
}
