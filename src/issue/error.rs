use core::fmt;

use crate::field::ClaimError;
use crate::key::signature::SignedBytes;
use crate::rejection::{ListRejection, Rejection, SetupRejection};
use crate::time::Timestamp;
use crate::trust::SkippedKey;
use crate::verify::PolicyError;

/// Why a token or a list cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrepareError {
    /// The token would be larger than the largest QR code holds.
    TooLong {
        /// Bytes that the token would have.
        found: usize,
        /// [`MAX_TOKEN_BYTES`](crate::verify::MAX_TOKEN_BYTES).
        limit: usize,
    },
    /// The list is larger than a gate accepts.
    ListTooLong {
        /// Bytes that the list would have.
        found: usize,
        /// The most that a gate accepts.
        limit: usize,
    },
    /// The verifier's own parser would refuse the token.
    Refused(Rejection),
    /// The validity would end after [`Timestamp::MAX`].
    TimeOutOfRange,
    /// A key pinned to the older `EdDSA` number cannot sign credentials.
    PinnedToEdDsa,
    /// The validity has no seconds.
    EmptyValidity,
    /// The credential is not valid yet: a gate would refuse it.
    NotYetValid {
        /// The time of the presentation.
        now: Timestamp,
        /// When the credential becomes valid.
        not_before: Timestamp,
    },
    /// The credential has expired: fetch a new credential.
    Expired {
        /// The time of the presentation.
        now: Timestamp,
        /// When the credential expired.
        expires: Timestamp,
    },
    /// The permit names a representative. Only a credential, which is bound to a device, can do
    /// that.
    ActingNeedsCredential,
    /// The holder has no credential.
    NoCredential,
    /// A value breaks the rules of its field.
    Claim(ClaimError),
    /// Root keys sign with Ed25519 only.
    RootNotEd25519,
    /// A gate with this root would refuse the list.
    ListRefused(ListRejection),
    /// A gate with this root would skip this entry of the trust list.
    EntrySkipped(SkippedKey),
    /// Operators sign setups with Ed25519 only.
    OperatorNotEd25519,
    /// The policy of a setup cannot be used.
    Policy(PolicyError),
    /// A gate would refuse the setup.
    SetupRefused(SetupRejection),
}

impl PrepareError {
    /// The stable code of the error, such as `token-too-long`. A wrapped error or rejection gives
    /// its own code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "token-too-long",
            Self::ListTooLong { .. } => "list-too-long",
            Self::Refused(rejection) => rejection.code().as_str(),
            Self::TimeOutOfRange => "time-out-of-range",
            Self::PinnedToEdDsa => "pinned-to-eddsa",
            Self::EmptyValidity => "validity-empty",
            Self::NotYetValid { .. } => "credential-not-yet-valid",
            Self::Expired { .. } => "credential-expired",
            Self::ActingNeedsCredential => "acting-needs-credential",
            Self::NoCredential => "no-credential",
            Self::Claim(error) => error.code(),
            Self::RootNotEd25519 => "root-not-ed25519",
            Self::ListRefused(rejection) => rejection.code().as_str(),
            Self::EntrySkipped(_) => "entry-skipped",
            Self::OperatorNotEd25519 => "operator-not-ed25519",
            Self::Policy(error) => error.code(),
            Self::SetupRefused(rejection) => rejection.code().as_str(),
        }
    }
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found, limit } => {
                write!(f, "the token would have {found} bytes, at most {limit} fit")
            }
            Self::ListTooLong { found, limit } => {
                write!(f, "the list would have {found} bytes, at most {limit} are accepted")
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
            Self::RootNotEd25519 => f.write_str("root keys are Ed25519 keys"),
            Self::ListRefused(rejection) => write!(f, "a gate would refuse the list: {rejection}"),
            Self::EntrySkipped(skipped) => {
                write!(f, "a gate would skip key {}: {}", skipped.index, skipped.reason)
            }
            Self::OperatorNotEd25519 => f.write_str("an operator's keys are Ed25519 keys"),
            Self::Policy(error) => error.fmt(f),
            Self::SetupRefused(rejection) => {
                write!(f, "a gate would refuse the setup: {rejection}")
            }
        }
    }
}

impl core::error::Error for PrepareError {}

impl From<ClaimError> for PrepareError {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

/// [`Prepared::attach`](super::Prepared::attach) refused the signature: it is not a signature of
/// the right key over the right message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureRefused {
    /// The bytes are no signature in any form that is read.
    Encoding {
        /// Bytes given.
        length: usize,
    },
    /// The bytes are all zero: the signer gave none.
    Zeros {
        /// Bytes given.
        length: usize,
    },
    /// The right key signed, but other bytes than the message.
    OtherBytes(SignedBytes),
    /// The private key given to [`Prepared::sign`](super::Prepared::sign) is of another key pair.
    /// The first eight bytes of both thumbprints.
    OtherKey {
        /// The key that must sign.
        expected: [u8; 8],
        /// The key that was given.
        found: [u8; 8],
    },
    /// The signature does not verify under the public key that should sign. Another key signed, or
    /// bytes that are none of the usual mistakes; from a signature alone nobody can tell which. See
    /// [`Prepared::possible_signers`](super::Prepared::possible_signers).
    DoesNotVerify,
}

impl SignatureRefused {
    /// The stable code of the error, such as `hashed-twice`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding { .. } => "signature-encoding",
            Self::Zeros { .. } => "signature-zeros",
            Self::OtherBytes(SignedBytes::Digest) => "hashed-twice",
            Self::OtherBytes(SignedBytes::Sha384 | SignedBytes::Sha512) => "other-hash",
            Self::OtherBytes(SignedBytes::Ed25519ph) => "prehashed",
            Self::OtherBytes(SignedBytes::Unhashed) => "not-hashed",
            Self::OtherBytes(_) => "other-bytes",
            Self::OtherKey { .. } => "other-key",
            Self::DoesNotVerify => "does-not-verify",
        }
    }

    /// What to do about the error.
    #[must_use]
    pub const fn instruction(&self) -> &'static str {
        match self {
            Self::Encoding { .. } => {
                "Hand over the signer's signature: 64 raw bytes, or for P-256 also DER."
            }
            Self::Zeros { .. } => "Look at the signer's own error: it gave no signature.",
            Self::OtherBytes(SignedBytes::Digest) => {
                "Give this signer the message, or tell it that the input is a digest already. An \
                 Ed25519 signer always gets the message."
            }
            Self::OtherBytes(SignedBytes::Sha384 | SignedBytes::Sha512) => {
                "Set the signer to SHA-256 for P-256, and give an Ed25519 signer the message \
                 itself."
            }
            Self::OtherBytes(SignedBytes::Ed25519ph) => {
                "Set the signer to Ed25519 (PureEdDSA) instead of Ed25519ph."
            }
            Self::OtherBytes(SignedBytes::Unhashed) => {
                "Give this signer the digest, or tell it to hash with SHA-256."
            }
            Self::OtherBytes(_) => {
                "Give the signer exactly the bytes of the message, or for P-256 of its digest."
            }
            Self::OtherKey { .. } => "Name the private key that belongs to the public key.",
            Self::DoesNotVerify => {
                "Check which key the signer used, and that it signed this message and no earlier \
                 one."
            }
        }
    }
}

impl fmt::Display for SignatureRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { length } => {
                write!(
                    f,
                    "a signature of {length} bytes is neither 64 raw bytes nor DER of a P-256 \
                     signature"
                )
            }
            Self::Zeros { length } => write!(f, "the signature is {length} bytes of zero"),
            Self::OtherBytes(bytes) => f.write_str(match bytes {
                SignedBytes::Digest => {
                    "the right key signed the SHA-256 digest of the message instead of the \
                     message: it was hashed twice"
                }
                SignedBytes::Sha384 => "the right key signed the SHA-384 digest of the message",
                SignedBytes::Sha512 => "the right key signed the SHA-512 digest of the message",
                SignedBytes::Unhashed => {
                    "the right key signed the first 32 bytes of the message as if they were its \
                     digest: it was not hashed"
                }
                SignedBytes::Ed25519ph => {
                    "the right key signed with Ed25519ph, which is another algorithm than Ed25519"
                }
                SignedBytes::MessageText => {
                    "the right key signed the message written as text (hexadecimal or base64)"
                }
                SignedBytes::DigestText => {
                    "the right key signed the digest written as text (hexadecimal or base64)"
                }
                SignedBytes::LineEnd => "the right key signed the message and a line end",
                SignedBytes::Payload => "the right key signed the payload without its header",
                SignedBytes::Empty => "the right key signed nothing: no byte reached the signer",
            }),
            Self::OtherKey { expected, found } => {
                f.write_str("the key ")?;
                found.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(" was given, and the key ")?;
                expected.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(" must sign")
            }
            Self::DoesNotVerify => f.write_str(
                "the signature does not verify under the public key that should sign: another key \
                 signed, or other bytes than the message",
            ),
        }
    }
}

impl core::error::Error for SignatureRefused {}
