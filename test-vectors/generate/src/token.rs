//! Tokens that tests change: each builder starts from a good token.

use super::cbor::{Item, Map, array, bytes, int, join, map, text, uint};
use super::crypto::Key;

pub(crate) const ISSUER: &str = "bj.example";
pub(crate) const SUBJECT: &str = "BJ-7F3A9C2E";
pub(crate) const CLASS: &str = "bj.example:residence";
pub(crate) const GATE: &str = "gate-3";
pub(crate) const NONCE: [u8; 16] = *b"sixteen bytes ok";
pub(crate) const STATUS_URI: &str = "https://s.bj.example/1";
pub(crate) const STATUS_INDEX: u64 = 21_893_095;

/// When the credential was issued.
pub(crate) const ISSUED: u64 = 1_790_000_000;
pub(crate) const NOT_BEFORE: u64 = ISSUED - 300;
pub(crate) const EXPIRES: u64 = ISSUED + 86_400;
/// The `iat` of passes and presentations.
pub(crate) const SHOWN: u64 = ISSUED + 600;
/// When most passes and presentations are verified.
pub(crate) const NOW: u64 = SHOWN + 4;
pub(crate) const WINDOW: u64 = 30;
pub(crate) const LAST_SECOND: u64 = (1 << 40) - 1;

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
pub(crate) const SIGNED_WINDOW: i64 = -65537;
pub(crate) const ACTING: i64 = -65538;
pub(crate) const CHECK_NUMBER: i64 = -65544;

pub(crate) const ALG: i64 = 1;
pub(crate) const KID: i64 = 4;
pub(crate) const KCWT: i64 = 13;
pub(crate) const TYP: i64 = 16;

pub(crate) const TYP_PASS: &str = "application/vnd.lpp+cwt";
pub(crate) const TYP_SLIP: &str = "application/vnd.lps+cwt";

/// The text printed beside the code of a slip.
pub(crate) const PRINTED: &str = "42705183";
pub(crate) const FULL_NAME: &str = "李雷 Li Lei";
pub(crate) const BIRTH_DATE: &str = "20000229";
/// Slips begin when they are issued and live 30 days.
pub(crate) const SLIP_EXPIRES: u64 = ISSUED + 30 * 86_400;

/// Makes the signature of these bytes.
type Sign = fn(Key, &[u8]) -> Vec<u8>;

/// One `COSE_Sign1`.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) head: Item,
    pub(crate) header: Map,
    pub(crate) unprotected: Item,
    pub(crate) claims: Map,
    pub(crate) tail: Item,
    /// Instead of the payload's byte string.
    pub(crate) payload_item: Option<Item>,
    /// Instead of the protected header's byte string.
    pub(crate) protected_item: Option<fn(Vec<u8>) -> Item>,
    /// Instead of the signature's byte string.
    pub(crate) signature_item: Option<fn(Vec<u8>) -> Item>,
    signer: Key,
    sign: Sign,
}

impl Layer {
    pub(crate) fn new(header: Map, claims: Map, signer: Key) -> Self {
        Self {
            head: vec![0xd2, 0x84],
            header,
            unprotected: vec![0xa0],
            claims,
            tail: Vec::new(),
            payload_item: None,
            protected_item: None,
            signature_item: None,
            signer,
            sign: |key, message| key.sign(message).to_vec(),
        }
    }

    pub(crate) fn claim(self, label: i64, value: Item) -> Self {
        self.raw_claim(int(label), value)
    }

    pub(crate) fn raw_claim(mut self, key: Item, value: Item) -> Self {
        self.claims = self.claims.with(key, value);
        self
    }

    pub(crate) fn no_claim(mut self, label: i64) -> Self {
        self.claims = self.claims.without(&int(label));
        self
    }

    pub(crate) fn header(mut self, label: i64, value: Item) -> Self {
        self.header = self.header.with(int(label), value);
        self
    }

    pub(crate) fn raw_header(mut self, key: Item, value: Item) -> Self {
        self.header = self.header.with(key, value);
        self
    }

    pub(crate) fn no_header(mut self, label: i64) -> Self {
        self.header = self.header.without(&int(label));
        self
    }

    /// Any other change.
    pub(crate) fn edit(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn signed_by(mut self, key: Key) -> Self {
        self.signer = key;
        self
    }

    pub(crate) fn signed(mut self, sign: Sign) -> Self {
        self.sign = sign;
        self
    }

    /// The signed bytes: `Sig_structure` of RFC 9052 §4.4.
    pub(crate) fn message(&self) -> Vec<u8> {
        array(&[
            text("Signature1"),
            bytes(&self.header.encode()),
            bytes(&[]),
            bytes(&self.claims.encode()),
        ])
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let signature = (self.sign)(self.signer, &self.message());
        let item = |custom: Option<fn(Vec<u8>) -> Item>, content: Vec<u8>| match custom {
            Some(write) => write(content),
            None => bytes(&content),
        };
        join([
            self.head.clone(),
            item(self.protected_item, self.header.encode()),
            self.unprotected.clone(),
            self.payload_item.clone().unwrap_or_else(|| bytes(&self.claims.encode())),
            item(self.signature_item, signature),
            self.tail.clone(),
        ])
    }
}

pub(crate) fn pass() -> Layer {
    let header =
        Map::of(&[(ALG, int(-19)), (KID, bytes(&Key::Issuer.id())), (TYP, text(TYP_PASS))]);
    let claims = Map::of(&[
        (ISS, text(ISSUER)),
        (SUB, text(SUBJECT)),
        (EXP, uint(SHOWN + WINDOW)),
        (IAT, uint(SHOWN)),
        (VCT, text(CLASS)),
    ]);
    Layer::new(header, claims, Key::Issuer)
}

pub(crate) fn slip() -> Layer {
    let header =
        Map::of(&[(ALG, int(-19)), (KID, bytes(&Key::Issuer.id())), (TYP, text(TYP_SLIP))]);
    let claims = Map::of(&[
        (ISS, text(ISSUER)),
        (SUB, text(SUBJECT)),
        (EXP, uint(SLIP_EXPIRES)),
        (NBF, uint(ISSUED)),
        (VCT, text(CLASS)),
        (PERSON, person(FULL_NAME, Some(BIRTH_DATE))),
        (STATUS, status(STATUS_INDEX, STATUS_URI)),
        (CHECK_NUMBER, text(PRINTED)),
    ]);
    Layer::new(header, claims, Key::Issuer)
}

pub(crate) fn credential(device: Key) -> Layer {
    let header = Map::of(&[(ALG, int(-19)), (KID, bytes(&Key::Issuer.id())), (TYP, uint(293))]);
    let claims = Map::of(&[
        (ISS, text(ISSUER)),
        (SUB, text(SUBJECT)),
        (EXP, uint(EXPIRES)),
        (NBF, uint(NOT_BEFORE)),
        (CNF, cnf(&device.cose())),
        (VCT, text(CLASS)),
        (STATUS, status(STATUS_INDEX, STATUS_URI)),
        (SIGNED_WINDOW, uint(WINDOW)),
    ]);
    Layer::new(header, claims, Key::Issuer)
}

pub(crate) fn present(credential: &Layer, device: Key) -> Layer {
    let header =
        Map::of(&[(ALG, int(device.algorithm())), (KCWT, credential.encode()), (TYP, uint(294))]);
    Layer::new(header, Map::of(&[(AUD, text("*")), (IAT, uint(SHOWN))]), device)
}

/// A presentation by the Ed25519 device, of a good credential with one change.
pub(crate) fn presented(change: impl FnOnce(Layer) -> Layer) -> Layer {
    present(&change(credential(Key::DeviceEd25519)), Key::DeviceEd25519)
}

/// A good presentation by the Ed25519 device.
pub(crate) fn presentation() -> Layer {
    presented(|credential| credential)
}

pub(crate) fn presentation_p256() -> Layer {
    present(&credential(Key::DeviceP256), Key::DeviceP256)
}

/// A good answer to the challenge of the gate.
pub(crate) fn answer() -> Layer {
    presentation().claim(AUD, text(GATE)).claim(CNONCE, bytes(&NONCE))
}

pub(crate) fn cnf(key: &Item) -> Item {
    map(&[(int(1), key.clone())])
}

/// Claim -65538.
pub(crate) fn acting(role: &str, representative: &str) -> Item {
    map(&[(int(1), text(role)), (int(2), text(representative))])
}

pub(crate) fn status(index: u64, uri: &str) -> Item {
    map(&[(text("status_list"), map(&[(text("idx"), uint(index)), (text("uri"), text(uri))]))])
}

pub(crate) fn person(full_name: &str, birth_date: Option<&str>) -> Item {
    let mut pairs = vec![(int(4), text(full_name))];
    pairs.extend(birth_date.map(|date| (int(8), text(date))));
    map(&pairs)
}

/// RFC 9285, with the prefix.
pub(crate) fn qr_text(token: &[u8]) -> String {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut out = String::from("LP1:");
    for group in token.chunks(2) {
        let (mut value, width) = match *group {
            [high, low] => (usize::from(high) * 256 + usize::from(low), 3),
            _ => (usize::from(group[0]), 2),
        };
        for _ in 0..width {
            out.push(char::from(alphabet[value % 45]));
            value /= 45;
        }
    }
    out
}

/// RFC 4648 §5, without padding.
pub(crate) fn link_text(token: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for group in token.chunks(3) {
        let at = |index: usize| usize::from(group.get(index).copied().unwrap_or(0));
        let value = at(0) << 16 | at(1) << 8 | at(2);
        out.extend(
            (0..=group.len()).map(|place| char::from(alphabet[value >> (18 - 6 * place) & 63])),
        );
    }
    out
}
