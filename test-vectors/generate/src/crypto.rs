//! Keys from fixed seeds, and good and crafted signatures.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use p256::ecdsa;
use sha2::{Digest as _, Sha256, Sha512};

use super::cbor::{Item, bytes, int, map, uint, unhex};

/// A named key of the vectors. Its private half is the SHA-256 of the name in [`Key::private`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Issuer,
    OtherIssuer,
    DeviceEd25519,
    DeviceP256,
    OtherDeviceEd25519,
    OtherDeviceP256,
    Root,
    NextRoot,
    ThirdIssuer,
    Operator,
    NextOperator,
}

impl Key {
    pub(crate) const ALL: [Self; 11] = [
        Self::Issuer,
        Self::OtherIssuer,
        Self::DeviceEd25519,
        Self::DeviceP256,
        Self::OtherDeviceEd25519,
        Self::OtherDeviceP256,
        Self::Root,
        Self::NextRoot,
        Self::ThirdIssuer,
        Self::Operator,
        Self::NextOperator,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::OtherIssuer => "other issuer",
            Self::DeviceEd25519 => "Ed25519 device",
            Self::DeviceP256 => "P-256 device",
            Self::OtherDeviceEd25519 => "other Ed25519 device",
            Self::OtherDeviceP256 => "other P-256 device",
            Self::Root => "root",
            Self::NextRoot => "next root",
            Self::ThirdIssuer => "third issuer",
            Self::Operator => "operator",
            Self::NextOperator => "next operator",
        }
    }

    pub(crate) const fn is_p256(self) -> bool {
        matches!(self, Self::DeviceP256 | Self::OtherDeviceP256)
    }

    pub(crate) const fn algorithm(self) -> i64 {
        if self.is_p256() { -9 } else { -19 }
    }

    pub(crate) fn private(self) -> [u8; 32] {
        Sha256::digest(format!("livepermit test vectors, key of the {}", self.name())).into()
    }

    pub(crate) fn ed25519(self) -> SigningKey {
        SigningKey::from_bytes(&self.private())
    }

    fn p256(self) -> ecdsa::SigningKey {
        ecdsa::SigningKey::from_slice(&self.private()).unwrap()
    }

    /// 32 bytes, or 65 (uncompressed SEC1).
    pub(crate) fn point(self) -> Vec<u8> {
        if self.is_p256() {
            self.p256().verifying_key().to_sec1_bytes().into_vec()
        } else {
            self.ed25519().verifying_key().to_bytes().to_vec()
        }
    }

    pub(crate) fn cose(self) -> Item {
        let point = self.point();
        if self.is_p256() {
            cose_p256(&point[1..33], point[64] & 1 == 1)
        } else {
            cose_ed25519(&point)
        }
    }

    /// RFC 9679: for P-256 with y written out.
    pub(crate) fn thumbprint(self) -> [u8; 32] {
        let point = self.point();
        if self.is_p256() {
            let y = bytes(&point[33..]);
            let x = bytes(&point[1..33]);
            Sha256::digest(map(&[
                (int(1), uint(2)),
                (int(-1), uint(1)),
                (int(-2), x),
                (int(-3), y),
            ]))
            .into()
        } else {
            Sha256::digest(self.cose()).into()
        }
    }

    pub(crate) fn id(self) -> Vec<u8> {
        self.thumbprint()[..8].to_vec()
    }

    pub(crate) fn sign(self, message: &[u8]) -> [u8; 64] {
        if self.is_p256() {
            let signature: ecdsa::Signature = self.p256().sign(message);
            signature.normalize_s().to_bytes().into()
        } else {
            self.ed25519().sign(message).to_bytes()
        }
    }
}

pub(crate) fn cose_ed25519(x: &[u8]) -> Item {
    map(&[(int(1), uint(1)), (int(-1), uint(6)), (int(-2), bytes(x))])
}

pub(crate) fn cose_p256(x: &[u8], y_is_odd: bool) -> Item {
    let y = vec![if y_is_odd { 0xf5 } else { 0xf4 }];
    map(&[(int(1), uint(2)), (int(-1), uint(1)), (int(-2), bytes(x)), (int(-3), y)])
}

/// 256-bit numbers, least significant limb first, with the few functions that the crafted
/// signatures need.
type Number = [u64; 4];

/// The order of the Ed25519 base point.
const ELL: Number = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000];
/// The order of the P-256 base point.
const N: Number =
    [0xf3b9_cac2_fc63_2551, 0xbce6_faad_a717_9e84, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000];

fn add(a: Number, b: Number) -> Number {
    let mut carry = 0;
    std::array::from_fn(|limb| {
        let sum = u128::from(a[limb]) + u128::from(b[limb]) + carry;
        carry = sum >> 64;
        sum as u64
    })
}

fn subtract(a: Number, b: Number) -> Number {
    let mut borrow = false;
    std::array::from_fn(|limb| {
        let (difference, under) = a[limb].overflowing_sub(b[limb]);
        let (difference, under_again) = difference.overflowing_sub(u64::from(borrow));
        borrow = under || under_again;
        difference
    })
}

fn add_mod_ell(a: Number, b: Number) -> Number {
    let sum = add(a, b);
    if sum.iter().rev().ge(ELL.iter().rev()) { subtract(sum, ELL) } else { sum }
}

fn bits_from_the_top(bytes: &[u8]) -> impl Iterator<Item = bool> {
    bytes.iter().rev().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1))
}

fn reduce_mod_ell(little_endian: &[u8]) -> Number {
    bits_from_the_top(little_endian).fold([0; 4], |number, bit| {
        let double = add_mod_ell(number, number);
        if bit { add_mod_ell(double, [1, 0, 0, 0]) } else { double }
    })
}

fn multiply_mod_ell(a: Number, b: Number) -> Number {
    bits_from_the_top(&to_bytes(b)).fold([0; 4], |number, bit| {
        let double = add_mod_ell(number, number);
        if bit { add_mod_ell(double, a) } else { double }
    })
}

fn to_bytes(number: Number) -> [u8; 32] {
    std::array::from_fn(|index| number[index / 8].to_le_bytes()[index % 8])
}

fn from_bytes(little_endian: &[u8]) -> Number {
    std::array::from_fn(|limb| {
        little_endian[limb * 8..limb * 8 + 8]
            .iter()
            .rev()
            .fold(0, |n, byte| n << 8 | u64::from(*byte))
    })
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// The same signature with ℓ added to s.
pub(crate) fn s_plus_order(signature: [u8; 64]) -> [u8; 64] {
    let s = to_bytes(add(from_bytes(&signature[32..]), ELL));
    [&signature[..32], &s].concat().try_into().unwrap()
}

/// The other P-256 signature of the same message: n − s.
pub(crate) fn high_s(signature: [u8; 64]) -> [u8; 64] {
    let s = from_bytes(&reversed(&signature[32..]));
    let other = reversed(&to_bytes(subtract(N, s)));
    [&signature[..32], &other].concat().try_into().unwrap()
}

/// The secret scalar of an Ed25519 key, reduced.
fn scalar(private: &[u8; 32]) -> Number {
    let mut clamped = Sha512::digest(private)[..32].to_vec();
    clamped[0] &= 0xf8;
    clamped[31] = clamped[31] & 0x7f | 0x40;
    reduce_mod_ell(&clamped)
}

fn challenge(r: &[u8], public: &[u8], message: &[u8]) -> Number {
    reduce_mod_ell(&Sha512::digest([r, public, message].concat()))
}

/// The neutral element, of order 1.
pub(crate) const IDENTITY: &str =
    "0100000000000000000000000000000000000000000000000000000000000000";
/// A point of order 8.
pub(crate) const ORDER_8: &str = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
/// Its coordinate y is 2^255 − 16, which is p + 3: the point with y = 3, in a form that is not the
/// canonical one.
pub(crate) const NON_CANONICAL: &str =
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";

/// R is the neutral element and s = k a: the equation sB = R + kA holds.
pub(crate) fn small_order_r(key: Key, message: &[u8]) -> [u8; 64] {
    let signature = small_order_r_as(IDENTITY, key, message);
    assert!(
        key.ed25519().verify(message, &ed25519_dalek::Signature::from_bytes(&signature)).is_ok()
    );
    signature
}

/// The same with the neutral element in this encoding.
pub(crate) fn small_order_r_as(encoding: &str, key: Key, message: &[u8]) -> [u8; 64] {
    let r = unhex(encoding);
    let k = challenge(&r, &key.point(), message);
    let s = to_bytes(multiply_mod_ell(k, scalar(&key.private())));
    [r.as_slice(), &s].concat().try_into().unwrap()
}

/// R has a part of order 8: 8sB = 8R + 8kA holds, sB = R + kA does not.
pub(crate) fn mixed_order_r(key: Key, message: &[u8]) -> [u8; 64] {
    let (r_number, r_point) = nonce(0);
    let r = plus_order_8(&r_point);
    let k = challenge(&r, &key.point(), message);
    let s = add_mod_ell(r_number, multiply_mod_ell(k, scalar(&key.private())));
    [r, to_bytes(s)].concat().try_into().unwrap()
}

/// The key's point with a point of order 8 added: neither of small order nor in the prime-order
/// group.
pub(crate) fn mixed_order_point(key: Key) -> [u8; 32] {
    plus_order_8(&key.ed25519().verifying_key())
}

/// A signature under [`mixed_order_point`], with k a multiple of 8 so that sB = R + kA holds.
pub(crate) fn sign_mixed_order(key: Key, message: &[u8]) -> [u8; 64] {
    mixed_order_where(key, message, |k| k.is_multiple_of(8))
}

/// A signature under [`mixed_order_point`], with an odd k: 8sB = 8R + 8kA holds, sB = R + kA does
/// not.
pub(crate) fn cofactor_only(key: Key, message: &[u8]) -> [u8; 64] {
    mixed_order_where(key, message, |k| !k.is_multiple_of(2))
}

fn mixed_order_where(key: Key, message: &[u8], fits: impl Fn(u64) -> bool) -> [u8; 64] {
    let public = mixed_order_point(key);
    (0..)
        .find_map(|turn| {
            let (r_number, r_point) = nonce(turn);
            let k = challenge(r_point.as_bytes(), &public, message);
            let s = add_mod_ell(r_number, multiply_mod_ell(k, scalar(&key.private())));
            let signature = [r_point.to_bytes(), to_bytes(s)].concat().try_into().unwrap();
            fits(k[0]).then_some(signature)
        })
        .unwrap()
}

fn nonce(turn: u8) -> (Number, VerifyingKey) {
    let seed =
        Sha256::digest([b"livepermit test vectors, nonce ".as_slice(), &[turn]].concat()).into();
    (scalar(&seed), SigningKey::from_bytes(&seed).verifying_key())
}

fn plus_order_8(point: &VerifyingKey) -> [u8; 32] {
    let torsion: [u8; 32] = unhex(ORDER_8).try_into().unwrap();
    let torsion = VerifyingKey::from_bytes(&torsion).unwrap().to_edwards();
    (point.to_edwards() + torsion).compress().to_bytes()
}
