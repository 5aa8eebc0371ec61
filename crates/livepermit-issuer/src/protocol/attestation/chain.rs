//! Chains of certificates up to a root that the office trusts.

use std::collections::BTreeSet;
use std::fmt;

use der::asn1::AnyRef;
use der::oid::ObjectIdentifier;
use der::{Decode as _, DecodePem as _, Encode as _, Reader as _, SliceReader};
use jiff::Timestamp;
use livepermit::PublicKey;
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use x509_cert::Certificate;
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// How many certificates a chain may have. Those of phones have four or five.
const LONGEST_CHAIN: usize = 8;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");

/// The key of a root that the office trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(SubjectPublicKeyInfoOwned);

impl Root {
    /// Reads the certificate of a root, in PEM. Its key alone is kept: the same key comes in
    /// certificates with different ends.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let certificate = Certificate::from_pem(text.trim_start())
            .map_err(|error| format!("this is no certificate in PEM: {error}"))?;
        Ok(Self(certificate.tbs_certificate().subject_public_key_info().clone()))
    }
}

/// Numbers of certificates that were withdrawn: the file that Google publishes for Android's
/// chains (<https://developer.android.com/privacy-and-security/security-key-attestation>).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn(BTreeSet<String>);

impl Withdrawn {
    /// Reads the file. A certificate that the file names is withdrawn, whatever its `status`.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct File {
            entries: std::collections::BTreeMap<String, serde::de::IgnoredAny>,
        }
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let number = |text: String| {
            let digits = text.trim_start_matches('0').to_ascii_lowercase();
            let good = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            good.then_some(digits).ok_or_else(|| format!("`{text}` is no number of a certificate"))
        };
        Ok(Self(file.entries.into_keys().map(number).collect::<Result<_, _>>()?))
    }

    fn has(&self, serial: &[u8]) -> bool {
        let digits = crate::hex::hex(serial);
        self.0.contains(digits.trim_start_matches('0'))
    }
}

/// Why a chain is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChainError {
    /// It has no certificate, or more than are read.
    Length {
        /// How many.
        certificates: usize,
    },
    /// Something is no certificate. The first is number 0.
    Certificate {
        /// Which one.
        number: usize,
    },
    /// A certificate is not valid yet, or no longer.
    Time {
        /// Which one.
        number: usize,
        /// From when it is valid, in seconds since 1970.
        from: u64,
        /// Until when it is valid.
        until: u64,
        /// The server's time.
        now: Timestamp,
    },
    /// A certificate names another issuer than the next one is.
    Issuer {
        /// Which one.
        number: usize,
    },
    /// A certificate may not sign others, and does.
    Authority {
        /// Which one.
        number: usize,
    },
    /// The signature of a certificate is not good.
    Signature {
        /// Which one.
        number: usize,
    },
    /// A certificate was withdrawn.
    Withdrawn {
        /// Which one.
        number: usize,
    },
    /// The last certificate leads to no root that the office trusts.
    Root,
}

impl fmt::Display for ChainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { certificates } => write!(
                f,
                "the chain has {certificates} certificates, and one to {LONGEST_CHAIN} are read"
            ),
            Self::Certificate { number } => {
                write!(f, "part {number} of the chain is no certificate")
            }
            Self::Time { number, from, until, now } => write!(
                f,
                "certificate {number} is valid from {from} until {until}, and the server has {}",
                now.as_second()
            ),
            Self::Issuer { number } => {
                write!(f, "certificate {number} names another issuer than the next one is")
            }
            Self::Authority { number } => {
                write!(f, "certificate {number} may not sign certificates")
            }
            Self::Signature { number } => {
                write!(f, "the signature of certificate {number} is not good")
            }
            Self::Withdrawn { number } => {
                write!(f, "certificate {number} was withdrawn: this phone's keys are known to leak")
            }
            Self::Root => f.write_str("the chain leads to no root that this office trusts"),
        }
    }
}

impl std::error::Error for ChainError {}

/// A chain whose every link is good, up to a trusted root.
pub(super) struct Chain {
    certificates: Vec<Certificate>,
}

impl Chain {
    pub(super) fn check(
        certificates: &[Vec<u8>],
        roots: &[Root],
        withdrawn: &Withdrawn,
        now: Timestamp,
    ) -> Result<Self, ChainError> {
        if certificates.is_empty() || certificates.len() > LONGEST_CHAIN {
            return Err(ChainError::Length { certificates: certificates.len() });
        }
        let links = certificates
            .iter()
            .enumerate()
            .map(|(number, der)| Link::read(der).ok_or(ChainError::Certificate { number }));
        let links = links.collect::<Result<Vec<_>, _>>()?;
        for (number, link) in links.iter().enumerate() {
            link.check(number, withdrawn, now)?;
            let Some(next) = links.get(number + 1) else { break };
            if link.certificate.tbs_certificate().issuer()
                != next.certificate.tbs_certificate().subject()
            {
                return Err(ChainError::Issuer { number });
            }
            if !link.is_signed_by(next.key()) {
                return Err(ChainError::Signature { number });
            }
        }
        // Some chains end with the root itself, others with what it signed.
        let trusted = links.last().is_some_and(|last| {
            roots.iter().any(|root| root.0 == *last.key() || last.is_signed_by(&root.0))
        });
        if !trusted {
            return Err(ChainError::Root);
        }
        Ok(Self { certificates: links.into_iter().map(|link| link.certificate).collect() })
    }

    /// The key of the first certificate. `None` for a key of another kind than tokens have.
    pub(super) fn key(&self) -> Option<PublicKey> {
        let first = self.certificates.first()?;
        let der = first.tbs_certificate().subject_public_key_info().to_der().ok()?;
        PublicKey::from_spki_der(&der).ok()
    }

    /// An extension of the first certificate that no other one has.
    pub(super) fn extension(&self, wanted: ObjectIdentifier) -> Option<&[u8]> {
        let (first, rest) = self.certificates.split_first()?;
        if rest.iter().any(|certificate| extensions(certificate, wanted).next().is_some()) {
            return None;
        }
        let mut found = extensions(first, wanted);
        let value = found.next()?;
        found.next().is_none().then_some(value)
    }
}

fn extensions(certificate: &Certificate, wanted: ObjectIdentifier) -> impl Iterator<Item = &[u8]> {
    let all = certificate.tbs_certificate().extensions();
    all.into_iter()
        .flatten()
        .filter(move |extension| extension.extn_id == wanted)
        .map(|extension| extension.extn_value.as_bytes())
}

/// A certificate, and its bytes that are signed.
struct Link {
    certificate: Certificate,
    signed: Vec<u8>,
}

impl Link {
    fn read(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        // The bytes as they came: what is written again may differ.
        let whole = AnyRef::from_der(der).ok()?;
        let signed = SliceReader::new(whole.value()).ok()?.tlv_bytes().ok()?.to_vec();
        Some(Self { certificate, signed })
    }

    fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.certificate.tbs_certificate().subject_public_key_info()
    }

    /// What the certificate says of itself. The first is that of the key and signs no other.
    fn check(
        &self,
        number: usize,
        withdrawn: &Withdrawn,
        now: Timestamp,
    ) -> Result<(), ChainError> {
        let facts = self.certificate.tbs_certificate();
        let from = facts.validity().not_before.to_unix_duration().as_secs();
        let until = facts.validity().not_after.to_unix_duration().as_secs();
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        if seconds < from || until < seconds {
            return Err(ChainError::Time { number, from, until, now });
        }
        if withdrawn.has(facts.serial_number().as_bytes()) {
            return Err(ChainError::Withdrawn { number });
        }
        let authority = facts.get_extension::<BasicConstraints>().ok().flatten();
        if number > 0 && !authority.is_some_and(|(_, constraints)| constraints.ca) {
            return Err(ChainError::Authority { number });
        }
        Ok(())
    }

    fn is_signed_by(&self, key: &SubjectPublicKeyInfoOwned) -> bool {
        let named = self.certificate.signature_algorithm();
        // The one outside is not signed.
        if named != self.certificate.tbs_certificate().signature() {
            return false;
        }
        let Some(algorithm) = algorithm(named.oid, key) else { return false };
        let Some(signature) = self.certificate.signature().as_bytes() else { return false };
        let Some(key) = key.subject_public_key.as_bytes() else { return false };
        UnparsedPublicKey::new(algorithm, key).verify(&self.signed, signature).is_ok()
    }
}

/// The algorithm that a certificate names, if the key is of its kind.
fn algorithm(
    named: ObjectIdentifier,
    key: &SubjectPublicKeyInfoOwned,
) -> Option<&'static dyn VerificationAlgorithm> {
    let parameters = key.algorithm.parameters.as_ref();
    let curve = || parameters.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    if key.algorithm.oid == RSA {
        return match named {
            RSA_SHA256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            RSA_SHA384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            RSA_SHA512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            _ => None,
        };
    }
    if key.algorithm.oid != EC {
        return None;
    }
    match (named, curve()?) {
        (ECDSA_SHA256, P256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (ECDSA_SHA384, P256) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (ECDSA_SHA256, P384) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (ECDSA_SHA384, P384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}
