//! Tokens built by hand, in the shape the specification gives them, so that each rule can be broken
//! by itself under a good signature.

use ed25519_dalek::{Signer as _, SigningKey};
use livepermit::SecretKey;
use p256::ecdsa;

use super::cbor::{Item, Map, array, bytes, int, map, tag, text};
use super::{CLASS, ISSUER, NOW, SUBJECT, issuer_key};

pub(crate) const ALG: i64 = 1;
pub(crate) const KID: i64 = 4;
pub(crate) const KCWT: i64 = 13;
pub(crate) const TYP: i64 = 16;

pub(crate) const ISS: i64 = 1;
pub(crate) const SUB: i64 = 2;
pub(crate) const AUD: i64 = 3;
pub(crate) const EXP: i64 = 4;
pub(crate) const NBF: i64 = 5;
pub(crate) const IAT: i64 = 6;
pub(crate) const CNF: i64 = 8;
pub(crate) const VCT: i64 = 11;
pub(crate) const CNONCE: i64 = 39;
pub(crate) const PERSON: i64 = 169;
pub(crate) const STATUS: i64 = 65535;
pub(crate) const WINDOW: i64 = -65537;

/// The private halves of the keys in [`super`], for signing what the library would not.
#[derive(Debug, Clone)]
pub(crate) enum Signer {
    Ed25519(Box<SigningKey>),
    P256(Box<ecdsa::SigningKey>),
}

impl Signer {
    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(Box::new(SigningKey::from_bytes(&[seed; 32])))
    }

    pub(crate) fn p256(scalar: u8) -> Self {
        Self::P256(Box::new(ecdsa::SigningKey::from_slice(&[scalar; 32]).unwrap()))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
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
pub(crate) fn sig_structure(protected: &[u8], payload: &[u8]) -> Item {
    array(&[text("Signature1"), bytes(protected), bytes(&[]), bytes(payload)])
}

/// The tagged array of four items, whatever they are.
pub(crate) fn envelope(protected: Item, unprotected: Item, payload: Item, signature: Item) -> Item {
    tag(18, &array(&[protected, unprotected, payload, signature]))
}

/// A `COSE_Sign1` with a good signature over any protected bytes and payload.
pub(crate) fn sign1(protected: &[u8], payload: &[u8], signer: &Signer) -> Item {
    let signature = signer.sign(&sig_structure(protected, payload));
    envelope(bytes(protected), map(&[]), bytes(payload), bytes(&signature))
}

/// A token before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    pub(crate) header: Map,
    pub(crate) claims: Map,
    pub(crate) signer: Signer,
}

impl Hand {
    /// The default pass.
    pub(crate) fn pass() -> Self {
        Self {
            header: Map::new(&[
                (int(ALG), int(-19)),
                (int(KID), bytes(&issuer_key().public_key().thumbprint()[..8])),
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
    pub(crate) fn credential(device: &SecretKey) -> Self {
        Self::credential_for(&device.public_key().to_cose_key())
    }

    /// A credential for any bytes in the place of a device key.
    pub(crate) fn credential_for(cose_key: &[u8]) -> Self {
        Self {
            header: Map::new(&[
                (int(ALG), int(-19)),
                (int(KID), bytes(&issuer_key().public_key().thumbprint()[..8])),
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
    pub(crate) fn presentation(credential: &[u8]) -> Self {
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
    pub(crate) fn p256_presentation(credential: &[u8]) -> Self {
        Self::presentation(credential).header(ALG, int(-9)).by(Signer::p256(2))
    }

    pub(crate) fn header(mut self, label: i64, value: Item) -> Self {
        self.header.set(int(label), value);
        self
    }

    pub(crate) fn without_header(mut self, label: i64) -> Self {
        self.header.remove(&int(label));
        self
    }

    pub(crate) fn claim(mut self, label: i64, value: Item) -> Self {
        self.claims.set(int(label), value);
        self
    }

    pub(crate) fn text_claim(mut self, label: &str, value: Item) -> Self {
        self.claims.set(text(label), value);
        self
    }

    pub(crate) fn without_claim(mut self, label: i64) -> Self {
        self.claims.remove(&int(label));
        self
    }

    pub(crate) fn by(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    pub(crate) fn signed(&self) -> Item {
        sign1(&self.header.encode(), &self.claims.encode(), &self.signer)
    }

    /// The default presentation of this credential.
    pub(crate) fn presented(&self) -> Item {
        Self::presentation(&self.signed()).signed()
    }
}

/// A time claim.
pub(crate) fn time(seconds: u64) -> Item {
    super::cbor::head(0, seconds)
}
