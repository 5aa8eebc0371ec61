use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use super::{PrepareError, SignatureRefused, SignedSetup};
use crate::bytes::cbor::Writer;
use crate::bytes::cose::{self, ToBeSigned, Typ, label};
use crate::bytes::text::MAX_TOKEN_BYTES;
use crate::key::{self, Algorithm, PublicKey, SIGNATURE_BYTES, SecretKey};
use crate::time::Timestamp;
use crate::token::{Form, Token};

/// A token or list without its signature: the first of two steps. The second step is
/// [`Prepared::attach`], so the key can stay in an HSM, Android Keystore, Secure Enclave or
/// `WebCrypto`, where signing may take a second and ask the user.
///
/// `T` is the result after signing: a [`Token`], a [`SignedList`] (trust list or status list), or a
/// [`SignedSetup`](super::SignedSetup).
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
pub struct Prepared<T: Signable> {
    draft: T::Draft,
    signer: PublicKey,
    protected: Vec<u8>,
    payload: Vec<u8>,
    message: Vec<u8>,
}

/// A result of signing in two steps: [`Token`], [`SignedList`] or
/// [`SignedSetup`](super::SignedSetup). No other crate can implement this trait.
pub trait Signable: sealed::Assemble {}

impl Signable for Token {}
impl Signable for SignedList {}

pub(super) mod sealed {
    use alloc::vec::Vec;

    /// No other crate can implement this trait.
    pub trait Assemble: Sized {
        /// The facts that are known beside the bytes.
        type Draft: Clone;

        /// Makes the result from the signed bytes.
        fn assembled(draft: &Self::Draft, bytes: Vec<u8>) -> Self;
    }
}

/// The form and the time of a token that is not signed yet.
#[derive(Debug, Clone, Copy)]
pub struct TokenDraft {
    form: Form,
    issued_at: Timestamp,
}

impl sealed::Assemble for Token {
    type Draft = TokenDraft;

    fn assembled(draft: &TokenDraft, bytes: Vec<u8>) -> Self {
        Self::assembled(draft.form, bytes)
    }
}

/// A signed trust list or status list. Publish its bytes as a file.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedList(Vec<u8>);

impl SignedList {
    /// The bytes of the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes of the file, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for SignedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedList({} bytes)", self.0.len())
    }
}

impl sealed::Assemble for SignedList {
    type Draft = ();

    fn assembled((): &(), bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// The content of a token's protected header.
pub(crate) enum PreparedHeader<'a> {
    Issued { algorithm: Algorithm, kid: &'a [u8] },
    Presentation { algorithm: Algorithm, credential: &'a [u8] },
}

impl Prepared<Token> {
    pub(crate) fn token(
        form: Form,
        issued_at: Timestamp,
        signer: PublicKey,
        header: &PreparedHeader<'_>,
        payload: Vec<u8>,
    ) -> Result<Self, PrepareError> {
        let protected = write_header(form, header);
        let prepared = Self::new(TokenDraft { form, issued_at }, signer, protected, payload);
        // Never sign a token that the verifier's parser would refuse.
        let trial = prepared.trial();
        if trial.len() > MAX_TOKEN_BYTES {
            return Err(PrepareError::TooLong { found: trial.len(), limit: MAX_TOKEN_BYTES });
        }
        Token::from_bytes(&trial).map_err(PrepareError::Refused)?;
        Ok(prepared)
    }

    /// The form of the token.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.draft.form
    }

    /// The time in the token: `iat` of a pass or presentation, `nbf` of a credential or slip.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.draft.issued_at
    }
}

impl Prepared<SignedList> {
    pub(super) fn list(signer: PublicKey, protected: Vec<u8>, payload: Vec<u8>) -> Self {
        Self::new((), signer, protected, payload)
    }
}

impl Prepared<SignedSetup> {
    pub(super) fn setup(signer: PublicKey, protected: Vec<u8>, payload: Vec<u8>) -> Self {
        Self::new((), signer, protected, payload)
    }
}

impl<T: Signable> Prepared<T> {
    fn new(draft: T::Draft, signer: PublicKey, protected: Vec<u8>, payload: Vec<u8>) -> Self {
        let message = ToBeSigned::vec(&protected, &payload);
        Self { draft, signer, protected, payload, message }
    }

    /// The bytes with a signature of zeros, for checks that ignore the signature.
    pub(super) fn trial(&self) -> Vec<u8> {
        cose::write(&self.protected, &self.payload, &[0; SIGNATURE_BYTES])
    }

    /// The bytes to sign: `Sig_structure` of RFC 9052 §4.4. For Ed25519 and for P-256 signers that
    /// hash by themselves.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// SHA-256 of [`Prepared::message`], for P-256 signers that accept only a hash. `None` for
    /// Ed25519, which signs the message itself.
    #[must_use]
    pub fn digest(&self) -> Option<[u8; 32]> {
        match self.signer.algorithm() {
            Algorithm::Esp256 => Some(Sha256::digest(&self.message).into()),
            _ => None,
        }
    }

    /// The public key that must sign.
    #[must_use]
    pub const fn signer(&self) -> &PublicKey {
        &self.signer
    }

    /// Accepts the signature as signers write it, verifies it under [`Prepared::signer`], and only
    /// then returns what was signed.
    ///
    /// Read are 64 raw bytes, and for P-256 also DER, halves without their leading zeros or with
    /// one more, halves with the lowest byte first, and `TPMT_SIGNATURE`; all of them also as
    /// hexadecimal or base64 text. What verifies is right. For P-256, s is made low.
    ///
    /// # Errors
    /// [`SignatureRefused`], which names the usual mistakes of signers. After an error you can call
    /// this function again with the right signature.
    pub fn attach(&self, signature: &[u8]) -> Result<T, SignatureRefused> {
        let readings = key::readings(&self.signer, signature);
        if let Some(signature) =
            readings.iter().find(|reading| self.signer.verifies(&self.message, reading))
        {
            let bytes = cose::write(&self.protected, &self.payload, signature);
            return Ok(sealed::Assemble::assembled(&self.draft, bytes));
        }
        if !signature.is_empty() && signature.iter().all(|byte| *byte == 0) {
            return Err(SignatureRefused::Zeros { length: signature.len() });
        }
        if readings.is_empty() {
            return Err(SignatureRefused::Encoding { length: signature.len() });
        }
        Err(key::mistake(&self.signer, &self.message, &self.payload, &readings)
            .map_or(SignatureRefused::DoesNotVerify, SignatureRefused::OtherBytes))
    }

    /// The P-256 keys of which `signature` would be a signature over [`Prepared::message`]. Compare
    /// them with the keys that your signer holds after [`SignatureRefused::DoesNotVerify`]: if one
    /// of them is a key of yours, that key signed. If none is, the signature is over other bytes.
    ///
    /// Always empty for Ed25519, whose signatures do not tell their key.
    #[must_use]
    pub fn possible_signers(&self, signature: &[u8]) -> Vec<PublicKey> {
        match self.signer.algorithm() {
            Algorithm::Esp256 => {
                key::recovered(&self.message, &key::readings(&self.signer, signature))
            }
            _ => Vec::new(),
        }
    }

    /// Makes both steps at once, with a software key.
    ///
    /// # Errors
    /// [`SignatureRefused::OtherKey`] if `key` is not the private half of [`Prepared::signer`].
    pub fn sign(&self, key: &SecretKey) -> Result<T, SignatureRefused> {
        self.attach(&key.sign(&self.message)).map_err(|error| {
            let found = key.public_key();
            if found == self.signer {
                return error;
            }
            let id = |key: &PublicKey| key.thumbprint().first_chunk().copied().unwrap_or_default();
            SignatureRefused::OtherKey { expected: id(&self.signer), found: id(&found) }
        })
    }
}

impl<T: Signable> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({} bytes to sign, {:?})", self.message.len(), self.signer)
    }
}

fn write_header(form: Form, header: &PreparedHeader<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    out.map(3).integer(label::ALG);
    match header {
        PreparedHeader::Issued { algorithm, kid } => {
            out.integer(algorithm.cose_id()).integer(label::KID).bytes(kid)
        }
        PreparedHeader::Presentation { algorithm, credential } => {
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
