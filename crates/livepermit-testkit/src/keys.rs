//! Keys made of seeds.

use livepermit::{PublicKey, SecretKey};

/// The seed of the issuer's key.
pub const ISSUER_SEED: u8 = 1;

/// The Ed25519 key of this seed.
#[must_use]
pub fn secret(seed: u8) -> SecretKey {
    SecretKey::from_ed25519_seed(&[seed; 32])
}

/// The public half of [`secret`].
#[must_use]
pub fn public(seed: u8) -> PublicKey {
    secret(seed).public_key()
}

/// The key id that the library gives the key of this seed.
#[must_use]
pub fn key_id(seed: u8) -> Vec<u8> {
    public(seed).thumbprint()[..8].to_vec()
}

/// The issuer's key.
#[must_use]
pub fn issuer_key() -> SecretKey {
    secret(ISSUER_SEED)
}

/// A device with an Ed25519 key.
#[must_use]
pub fn ed25519_device() -> SecretKey {
    secret(2)
}

/// A device with a P-256 key.
#[must_use]
pub fn p256_device() -> SecretKey {
    SecretKey::from_p256_scalar(&[2; 32]).unwrap()
}
