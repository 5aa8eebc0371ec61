//! Keys. A public key is its `COSE_Key`: bytes of the caller.

use std::sync::Arc;

use livepermit_ffi::{PublicKey, SecretKey};

use crate::buffer::{Arena, give, lp_buffer};
use crate::error::{Outcome, lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::text::{lp_bytes, lp_text, object};
use crate::trust::{algorithm_number, lp_algorithm};

/// A public key in all its forms.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_public_key {
    /// The algorithm.
    pub algorithm: lp_algorithm,
    /// As `COSE_Key` (RFC 9052 §7): what all functions take.
    pub cose_key: lp_bytes,
    /// As SubjectPublicKeyInfo in DER (RFC 5280).
    pub spki_der: lp_bytes,
    /// As SubjectPublicKeyInfo in PEM.
    pub spki_pem: lp_text,
    /// The point: 32 bytes of Ed25519, 33 of P-256 in its compressed form.
    pub point: lp_bytes,
    /// The SHA-256 thumbprint (RFC 9679): 32 bytes.
    pub thumbprint: lp_bytes,
}

impl lp_public_key {
    fn of(key: &PublicKey, arena: &mut Arena) -> Self {
        Self {
            algorithm: algorithm_number(key.algorithm()),
            cose_key: arena.bytes(&key.to_cose_key()),
            spki_der: arena.bytes(&key.to_spki_der()),
            spki_pem: arena.text(&key.to_spki_pem()),
            point: arena.bytes(&key.to_point()),
            thumbprint: arena.bytes(&key.thumbprint()),
        }
    }
}

/// # Safety
/// The pointer is valid.
pub(crate) unsafe fn public_key(cose_key: lp_bytes) -> Outcome<Arc<PublicKey>> {
    // SAFETY: the caller answers for the pointer.
    let bytes = unsafe { cose_key.get("the public key") }?;
    Ok(Arc::new(PublicKey::from_cose_key(bytes.into())?))
}

/// Reads a `COSE_Key`, in its one deterministic form.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_public_key_from_cose_key(
    cose_key: lp_bytes,
    key: *mut lp_public_key,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = public_key(cose_key)?;
            give(key, buffer, |arena| lp_public_key::of(&read, arena))
        })
    }
}

/// Reads a SubjectPublicKeyInfo in DER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_public_key_from_spki_der(
    der: lp_bytes,
    key: *mut lp_public_key,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = PublicKey::from_spki_der(der.get("the public key")?.into())?;
            give(key, buffer, |arena| lp_public_key::of(&read, arena))
        })
    }
}

/// Reads a SubjectPublicKeyInfo in PEM.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_public_key_from_spki_pem(
    pem: lp_text,
    key: *mut lp_public_key,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = PublicKey::from_spki_pem(pem.get("the public key")?)?;
            give(key, buffer, |arena| lp_public_key::of(&read, arena))
        })
    }
}

/// Reads a point: 32 bytes of Ed25519, or a point of P-256 (SEC 1).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_public_key_from_point(
    point: lp_bytes,
    key: *mut lp_public_key,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = PublicKey::from_point(point.get("the point")?.into())?;
            give(key, buffer, |arena| lp_public_key::of(&read, arena))
        })
    }
}

/// A private key in the memory of this process, which is overwritten when the key is freed. Keys in
/// a keystore sign what `lp_prepared_token_message` gives, and `lp_prepared_token_attach` takes the signature.
#[derive(Debug)]
pub struct lp_secret_key(pub(crate) SecretKey);

/// Makes an Ed25519 key from the randomness of the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_generate_ed25519(
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || hand_out(key, lp_secret_key(SecretKey::generate_ed25519()?))) }
}

/// Makes a P-256 key from the randomness of the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_generate_p256(
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || hand_out(key, lp_secret_key(SecretKey::generate_p256()?))) }
}

/// Reads a PKCS#8 key in PEM, not encrypted. The caller overwrites its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_from_pkcs8_pem(
    pem: lp_text,
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = SecretKey::from_pkcs8_pem(pem.get("the private key")?)?;
            hand_out(key, lp_secret_key(read))
        })
    }
}

/// Reads a PKCS#8 key in DER, not encrypted. The caller overwrites its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_from_pkcs8_der(
    der: lp_bytes,
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = SecretKey::from_pkcs8_der(der.get("the private key")?.into())?;
            hand_out(key, lp_secret_key(read))
        })
    }
}

/// Takes the 32 bytes of an Ed25519 key (RFC 8032). The caller overwrites its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_from_ed25519_seed(
    seed: lp_bytes,
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = SecretKey::from_ed25519_seed(seed.get("the private key")?.into())?;
            hand_out(key, lp_secret_key(read))
        })
    }
}

/// Takes the 32 bytes of a P-256 key. The caller overwrites its own copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_from_p256_scalar(
    scalar: lp_bytes,
    key: *mut *mut lp_secret_key,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = SecretKey::from_p256_scalar(scalar.get("the private key")?.into())?;
            hand_out(key, lp_secret_key(read))
        })
    }
}

/// Overwrites and frees a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_free(key: *mut lp_secret_key) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(key) }
}

/// The key as PKCS#8 in PEM, **with its secret**. The caller overwrites the buffer after use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_to_pkcs8_pem(
    key: *const lp_secret_key,
    pem: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let written = object(key, "the key")?.0.to_pkcs8_pem();
            give(pem, buffer, |arena| arena.text(&written))
        })
    }
}

/// The public half.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_secret_key_public(
    key: *const lp_secret_key,
    public_half: *mut lp_public_key,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let half = object(key, "the key")?.0.public_key();
            give(public_half, buffer, |arena| lp_public_key::of(&half, arena))
        })
    }
}
