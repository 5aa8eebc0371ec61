//! Tokens built by hand, in the shape the specification gives them, so that each rule can be broken
//! by itself under a good signature.

use ed25519_dalek::{Signer as _, SigningKey};
use livepermit::SecretKey;
use p256::ecdsa;

use crate::keys::{ISSUER_SEED, key_id};
use crate::world::{CLASS, ISSUER, NOW, SUBJECT};
use cbor::{Item, Map, array, bytes, int, map, tag, text, unsigned};

pub mod cbor;

/// Header: algorithm.
pub const ALG: i64 = 1;
/// Header: key id.
pub const KID: i64 = 4;
/// Header: the credential in a presentation.
pub const KCWT: i64 = 13;
/// Header: type.
pub const TYP: i64 = 16;

/// Claim: issuer.
pub const ISS: i64 = 1;
/// Claim: subject.
pub const SUB: i64 = 2;
/// Claim: audience.
pub const AUD: i64 = 3;
/// Claim: end of the validity.
pub const EXP: i64 = 4;
/// Claim: begin of the validity.
pub const NBF: i64 = 5;
/// Claim: when it was made.
pub const IAT: i64 = 6;
/// Claim: the device key.
pub const CNF: i64 = 8;
/// Claim: class.
pub const VCT: i64 = 11;
/// Claim: the nonce of a challenge.
pub const CNONCE: i64 = 39;
/// Claim: the person.
pub const PERSON: i64 = 169;
/// Claim: entry of a status list.
pub const STATUS: i64 = 65535;
/// Claim: seconds a code is live.
pub const WINDOW: i64 = -65537;

/// The private halves of the keys of this world, for signing what the library would not.
#[derive(Debug, Clone)]
pub enum Signer {
    /// Of an Ed25519 key.
    Ed25519(Box<SigningKey>),
    /// Of a P-256 key.
    P256(Box<ecdsa::SigningKey>),
}

impl Signer {
    /// The Ed25519 key of this seed.
    pub fn ed25519(seed: u8) -> Self {
        Self::Ed25519(Box::new(SigningKey::from_bytes(&[seed; 32])))
    }

    /// The P-256 key of this scalar.
    pub fn p256(scalar: u8) -> Self {
        Self::P256(Box::new(ecdsa::SigningKey::from_slice(&[scalar; 32]).unwrap()))
    }

    /// A signature as COSE writes it; of P-256 with a low s.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::Ed25519(key) => key.sign(message).to_bytes(),
            Self::P256(key) => {
                let signature: ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        }
    }
}

/// `Sig_structure` of RFC 9052 §4.4.
pub fn sig_structure(protected: &[u8], payload: &[u8]) -> Item {
    array(&[text("Signature1"), bytes(protected), bytes(&[]), bytes(payload)])
}

/// The tagged array of four items, whatever they are.
pub fn envelope(protected: Item, unprotected: Item, payload: Item, signature: Item) -> Item {
    tag(18, &array(&[protected, unprotected, payload, signature]))
}

/// A `COSE_Sign1` with a good signature over any protected bytes and payload.
pub fn sign1(protected: &[u8], payload: &[u8], signer: &Signer) -> Item {
    let signature = signer.sign(&sig_structure(protected, payload));
    envelope(bytes(protected), map(&[]), bytes(payload), bytes(&signature))
}

/// A `COSE_Sign1` with a good signature of the Ed25519 key of this seed, and any unprotected
/// header.
#[must_use]
pub fn sign1_by(seed: u8, protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Item {
    let signature = Signer::ed25519(seed).sign(&sig_structure(protected, payload));
    envelope(bytes(protected), unprotected.to_vec(), bytes(payload), bytes(&signature))
}

/// A token before it is signed.
#[derive(Debug, Clone)]
pub struct Hand {
    /// The protected header.
    pub header: Map,
    /// The claims.
    pub claims: Map,
    /// Who signs.
    pub signer: Signer,
}

impl Hand {
    /// The default pass.
    pub fn pass() -> Self {
        Self {
            header: Map::new(&[
                (int(ALG), int(-19)),
                (int(KID), bytes(&key_id(ISSUER_SEED))),
                (int(TYP), text("application/vnd.lpp+cwt")),
            ]),
            claims: Map::new(&[
                (int(ISS), text(ISSUER)),
                (int(SUB), text(SUBJECT)),
                (int(EXP), time(NOW + 30)),
                (int(IAT), time(NOW)),
                (int(VCT), text(CLASS)),
            ]),
            signer: Signer::ed25519(1),
        }
    }

    /// The default credential for a device key.
    pub fn credential(device: &SecretKey) -> Self {
        Self::credential_for(&device.public_key().to_cose_key())
    }

    /// A credential for any bytes in the place of a device key.
    pub fn credential_for(cose_key: &[u8]) -> Self {
        Self {
            header: Map::new(&[
                (int(ALG), int(-19)),
                (int(KID), bytes(&key_id(ISSUER_SEED))),
                (int(TYP), int(293)),
            ]),
            claims: Map::new(&[
                (int(ISS), text(ISSUER)),
                (int(SUB), text(SUBJECT)),
                (int(EXP), time(NOW + 86_400)),
                (int(NBF), time(NOW - 300)),
                (int(CNF), map(&[(int(1), cose_key.to_vec())])),
                (int(VCT), text(CLASS)),
                (int(WINDOW), int(30)),
            ]),
            signer: Signer::ed25519(1),
        }
    }

    /// The default presentation of a credential, by the Ed25519 device.
    pub fn presentation(credential: &[u8]) -> Self {
        Self {
            header: Map::new(&[
                (int(ALG), int(-19)),
                (int(KCWT), credential.to_vec()),
                (int(TYP), int(294)),
            ]),
            claims: Map::new(&[(int(AUD), text("*")), (int(IAT), time(NOW))]),
            signer: Signer::ed25519(2),
        }
    }

    /// The default presentation of a credential, by the P-256 device.
    pub fn p256_presentation(credential: &[u8]) -> Self {
        Self::presentation(credential).header(ALG, int(-9)).by(Signer::p256(2))
    }

    /// Sets a header.
    pub fn header(mut self, label: i64, value: Item) -> Self {
        self.header.set(int(label), value);
        self
    }

    /// Leaves a header out.
    pub fn without_header(mut self, label: i64) -> Self {
        self.header.remove(&int(label));
        self
    }

    /// Sets a claim with a number for a name.
    pub fn claim(mut self, label: i64, value: Item) -> Self {
        self.claims.set(int(label), value);
        self
    }

    /// Sets a claim with a text for a name.
    pub fn text_claim(mut self, label: &str, value: Item) -> Self {
        self.claims.set(text(label), value);
        self
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, label: i64) -> Self {
        self.claims.remove(&int(label));
        self
    }

    /// Signed by somebody else.
    pub fn by(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    /// The bytes, under a good signature.
    pub fn signed(&self) -> Item {
        sign1(&self.header.encode(), &self.claims.encode(), &self.signer)
    }

    /// The default presentation of this credential.
    pub fn presented(&self) -> Item {
        Self::presentation(&self.signed()).signed()
    }
}

/// A time claim.
pub fn time(seconds: u64) -> Item {
    unsigned(seconds)
}
