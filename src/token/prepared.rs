use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use super::{Form, Token};
use crate::cbor::Writer;
use crate::cose::{self, ToBeSigned, Typ, label};
use crate::key::{Algorithm, PublicKey, SIGNATURE_BYTES, SecretKey};
use crate::rejection::Rejection;
use crate::text::MAX_TOKEN_BYTES;
use crate::time::Timestamp;

/// A token that lacks only its signature: the first of two steps, for keys that live in an HSM,
/// Android Keystore, Secure Enclave or `WebCrypto`, where signing may take a second and a prompt.
///
/// ```
/// # use livepermit::{Issuer, Permit, SecretKey, Timestamp};
/// # let key = SecretKey::from_ed25519_seed(&[7; 32]);
/// # let issuer = Issuer::new("bj.example", key.public_key())?;
/// # let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
/// # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
/// # let hsm_sign = |message: &[u8]| {
/// #     use ed25519_dalek::Signer as _;
/// #     ed25519_dalek::SigningKey::from_bytes(&[7; 32]).sign(message).to_bytes()
/// # };
/// let prepared = issuer.prepare_pass(&permit, None, now)?;
/// let signature = hsm_sign(prepared.message());
/// let token = prepared.attach(&signature)?;
/// assert!(token.to_qr_text().starts_with("LP1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Prepared {
    form: Form,
    issued_at: Timestamp,
    signer: PublicKey,
    protected: Vec<u8>,
    payload: Vec<u8>,
    message: Vec<u8>,
}

/// What goes into the protected header.
pub(crate) enum Header<'a> {
    Issued { algorithm: Algorithm, kid: &'a [u8] },
    Presentation { algorithm: Algorithm, credential: &'a [u8] },
}

/// Why a token cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrepareError {
    /// The claims together are larger than the largest QR code holds.
    TooLong {
        /// Bytes the token would have.
        found: usize,
        /// [`MAX_TOKEN_BYTES`].
        limit: usize,
    },
    /// The verifier's own parser would refuse the token.
    Refused(Rejection),
    /// The time is too late for the validity asked for: it would pass [`Timestamp::MAX`].
    TimeOutOfRange,
    /// Credentials are not signed by keys pinned to the older `EdDSA` number.
    PinnedToEdDsa,
    /// A validity of no seconds.
    EmptyValidity,
    /// The credential is not valid yet: showing it would only be refused.
    NotYetValid {
        /// The time asked for.
        now: Timestamp,
        /// When the credential becomes valid.
        not_before: Timestamp,
    },
    /// The credential's validity is over: fetch a new one.
    Expired {
        /// The time asked for.
        now: Timestamp,
        /// When its validity ended.
        expires: Timestamp,
    },
    /// The permit names somebody who acts for its subject: only a credential, bound to a device,
    /// can carry that.
    ActingNeedsCredential,
    /// The holder has no credential.
    NoCredential,
    /// A value that breaks the rules of its field.
    Claim(super::ClaimError),
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found, limit } => {
                write!(f, "the token would have {found} bytes, at most {limit} fit")
            }
            Self::Refused(rejection) => write!(f, "the token would be refused: {rejection}"),
            Self::TimeOutOfRange => f.write_str("the validity would end beyond 2^40 seconds"),
            Self::PinnedToEdDsa => {
                f.write_str("a key pinned to EdDSA (-8) signs passes and slips only")
            }
            Self::EmptyValidity => f.write_str("the validity has no seconds"),
            Self::NotYetValid { now, not_before } => {
                write!(f, "the credential is valid from {not_before}, and it is {now}")
            }
            Self::Expired { now, expires } => {
                write!(f, "the credential ended at {expires}, and it is {now}")
            }
            Self::ActingNeedsCredential => {
                f.write_str("a permit that names a representative can only be a credential")
            }
            Self::NoCredential => f.write_str("the holder has no credential"),
            Self::Claim(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PrepareError {}

impl From<super::ClaimError> for PrepareError {
    fn from(error: super::ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// The signature handed to [`Prepared::attach`] is not one of the right key over the right message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureRefused {
    /// Neither 64 raw bytes nor, for P-256, DER.
    Encoding {
        /// Bytes given.
        length: usize,
    },
    /// It does not verify under the public key the token was prepared for.
    DoesNotVerify,
}

impl fmt::Display for SignatureRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { length } => {
                write!(
                    f,
                    "a signature of {length} bytes is neither 64 raw bytes nor DER of a P-256 signature"
                )
            }
            Self::DoesNotVerify => f.write_str(
                "the signature does not verify under the public key the token was prepared for",
            ),
        }
    }
}

impl core::error::Error for SignatureRefused {}

impl Prepared {
    pub(crate) fn new(
        form: Form,
        issued_at: Timestamp,
        signer: PublicKey,
        header: &Header<'_>,
        payload: Vec<u8>,
    ) -> Result<Self, PrepareError> {
        let protected = write_header(form, header);
        // What the verifier's parser would refuse is never signed.
        let trial = cose::write(&protected, &payload, &[0; SIGNATURE_BYTES]);
        if trial.len() > MAX_TOKEN_BYTES {
            return Err(PrepareError::TooLong { found: trial.len(), limit: MAX_TOKEN_BYTES });
        }
        Token::from_bytes(&trial).map_err(PrepareError::Refused)?;
        let message = ToBeSigned::vec(&protected, &payload);
        Ok(Self { form, issued_at, signer, protected, payload, message })
    }

    /// The bytes to sign: `Sig_structure` of RFC 9052 §4.4. For Ed25519 and for P-256 signers that
    /// hash by themselves.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// SHA-256 of [`Prepared::message`], for P-256 signers that take only a hash. `None` for
    /// Ed25519, which signs the message itself.
    #[must_use]
    pub fn digest(&self) -> Option<[u8; 32]> {
        match self.signer.algorithm() {
            Algorithm::Esp256 => Some(Sha256::digest(&self.message).into()),
            _ => None,
        }
    }

    /// The form of the token.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The time in the token: `iat` of a pass or presentation, `nbf` of a credential.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The public key whose signature is awaited.
    #[must_use]
    pub const fn signer(&self) -> &PublicKey {
        &self.signer
    }

    /// Takes the signature (64 raw bytes; for P-256 also DER), makes s low, verifies it under
    /// [`Prepared::signer`], and only then gives the token.
    ///
    /// # Errors
    /// [`SignatureRefused`]. Nothing is consumed: a right signature can follow a wrong one.
    pub fn attach(&self, signature: &[u8]) -> Result<Token, SignatureRefused> {
        let readings = self.signer.normalise_signature(signature);
        if readings.iter().all(Option::is_none) {
            return Err(SignatureRefused::Encoding { length: signature.len() });
        }
        let signature = readings
            .into_iter()
            .flatten()
            .find(|signature| self.signer.verifies(&self.message, signature))
            .ok_or(SignatureRefused::DoesNotVerify)?;
        Ok(Token::assembled(self.form, cose::write(&self.protected, &self.payload, &signature)))
    }

    /// Both steps in one, with a software key.
    ///
    /// # Errors
    /// [`SignatureRefused::DoesNotVerify`] when `key` is not the private half of
    /// [`Prepared::signer`].
    pub fn sign(&self, key: &SecretKey) -> Result<Token, SignatureRefused> {
        self.attach(&key.sign(&self.message))
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Prepared({}, {} bytes to sign, {:?})",
            self.form,
            self.message.len(),
            self.signer
        )
    }
}

fn write_header(form: Form, header: &Header<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    out.map(3).integer(label::ALG);
    match header {
        Header::Issued { algorithm, kid } => {
            out.integer(algorithm.cose_id()).integer(label::KID).bytes(kid)
        }
        Header::Presentation { algorithm, credential } => {
            out.integer(algorithm.cose_id()).integer(label::KCWT).raw(credential)
        }
    };
    out.integer(label::TYP);
    match form.typ() {
        Typ::ContentFormat(number) => out.unsigned(number),
        Typ::MediaType(name) => out.text(name),
    };
    out.into_bytes()
}
