//! The issuer: it prepares what a key signs.

use std::sync::Arc;

use livepermit_ffi::{Issuer, PreparedList, PreparedToken, Validity, default_validity};

use crate::buffer::{give, lp_buffer, set};
use crate::error::{lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::key::{lp_secret_key, public_key};
use crate::permit::{lp_permit, lp_token};
use crate::text::{lp_bytes, lp_text, object};
use crate::trust::{algorithm_of, lp_algorithm};

/// How long a credential is valid.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_validity {
    /// Seconds before now, for phones whose clock is late.
    pub backdate: i64,
    /// Seconds from now.
    pub lifetime: i64,
}

/// An issuer: its name and its public key.
#[derive(Debug)]
pub struct lp_issuer(pub(crate) Issuer);

/// A token that waits for its signature.
#[derive(Debug)]
pub struct lp_prepared_token(pub(crate) Arc<PreparedToken>);

/// A trust list or status list that waits for its signature.
#[derive(Debug)]
pub struct lp_prepared_list(pub(crate) Arc<PreparedList>);

/// Fills the usual validity of a credential: a day.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_validity_default(
    validity: *mut lp_validity,
    error: *mut lp_error,
) -> lp_result {
    let usual = default_validity();
    let usual = lp_validity { backdate: usual.backdate, lifetime: usual.lifetime };
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(validity, usual)) }
}

/// Makes an issuer with a public key, whose private half signs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_new(
    name: lp_text,
    key: lp_bytes,
    issuer: *mut *mut lp_issuer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let made = Issuer::new(name.get("the name")?, &*public_key(key)?)?;
            hand_out(issuer, lp_issuer(made))
        })
    }
}

/// The same with a key id of one's own, and with the algorithm's number that verifiers expect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_with_key_id(
    name: lp_text,
    key: lp_bytes,
    key_id: lp_bytes,
    algorithm: lp_algorithm,
    issuer: *mut *mut lp_issuer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let (key, key_id) = (public_key(key)?, key_id.get("the key id")?.into());
            let algorithm = algorithm_of(algorithm)?;
            let made = Issuer::with_key_id(name.get("the name")?, &key, key_id, algorithm)?;
            hand_out(issuer, lp_issuer(made))
        })
    }
}

/// Frees an issuer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_free(issuer: *mut lp_issuer) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(issuer) }
}

/// Prepares a pass: for one gate, or for every gate if `audience` is absent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_prepare_pass(
    issuer: *const lp_issuer,
    permit: *const lp_permit,
    audience: lp_text,
    now: i64,
    prepared: *mut *mut lp_prepared_token,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let permit = object(permit, "the permit")?.take()?;
            let audience = audience.optional("the audience")?.map(Into::into);
            let issuer = object(issuer, "the issuer")?;
            hand_out(prepared, lp_prepared_token(issuer.0.prepare_pass(&permit, audience, now)?))
        })
    }
}

/// Prepares a credential for a device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_prepare_credential(
    issuer: *const lp_issuer,
    permit: *const lp_permit,
    device_key: lp_bytes,
    validity: lp_validity,
    now: i64,
    prepared: *mut *mut lp_prepared_token,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let permit = object(permit, "the permit")?.take()?;
            let device = public_key(device_key)?;
            let validity = Validity { backdate: validity.backdate, lifetime: validity.lifetime };
            let issuer = object(issuer, "the issuer")?;
            let made = issuer.0.prepare_credential(&permit, &device, validity, now)?;
            hand_out(prepared, lp_prepared_token(made))
        })
    }
}

/// Prepares a slip: a permit on paper, with a number that is printed beside the code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_issuer_prepare_slip(
    issuer: *const lp_issuer,
    permit: *const lp_permit,
    check_number: lp_text,
    not_before: i64,
    expires: i64,
    prepared: *mut *mut lp_prepared_token,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let permit = object(permit, "the permit")?.take()?;
            let number = check_number.get("the check number")?;
            let issuer = object(issuer, "the issuer")?;
            let made = issuer.0.prepare_slip(&permit, number, not_before, expires)?;
            hand_out(prepared, lp_prepared_token(made))
        })
    }
}

/// Frees a prepared token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_token_free(prepared: *mut lp_prepared_token) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(prepared) }
}

/// The bytes that the key signs. A P-256 key that hashes by itself takes them too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_token_message(
    prepared: *const lp_prepared_token,
    message: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let bytes = object(prepared, "the prepared token")?.0.message();
            give(message, buffer, |arena| arena.bytes(&bytes))
        })
    }
}

/// For a P-256 key that takes a hash: the SHA-256 of the message, 32 bytes. Absent for Ed25519.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_token_digest(
    prepared: *const lp_prepared_token,
    digest: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let bytes = object(prepared, "the prepared token")?.0.digest();
            give(digest, buffer, |arena| arena.maybe_bytes(bytes.as_deref()))
        })
    }
}

/// Attaches a signature that a keystore made: 64 bytes, or DER. A wrong one is told apart by code
/// and instruction.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_token_attach(
    prepared: *const lp_prepared_token,
    signature: lp_bytes,
    token: *mut lp_token,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let signature = signature.get("the signature")?.into();
            let signed = object(prepared, "the prepared token")?.0.attach(signature)?;
            give(token, buffer, |arena| lp_token::of(&signed, arena))
        })
    }
}

/// Signs with a key in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_token_sign(
    prepared: *const lp_prepared_token,
    key: *const lp_secret_key,
    token: *mut lp_token,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let key = object(key, "the key")?;
            let signed = object(prepared, "the prepared token")?.0.sign(&key.0)?;
            give(token, buffer, |arena| lp_token::of(&signed, arena))
        })
    }
}

/// Frees a prepared list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_list_free(prepared: *mut lp_prepared_list) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(prepared) }
}

/// The bytes that the key signs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_list_message(
    prepared: *const lp_prepared_list,
    message: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let bytes = object(prepared, "the prepared list")?.0.message();
            give(message, buffer, |arena| arena.bytes(&bytes))
        })
    }
}

/// Attaches a signature that a keystore made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_list_attach(
    prepared: *const lp_prepared_list,
    signature: lp_bytes,
    list: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let signature = signature.get("the signature")?.into();
            let signed = object(prepared, "the prepared list")?.0.attach(signature)?;
            give(list, buffer, |arena| arena.bytes(&signed))
        })
    }
}

/// Signs with a key in memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepared_list_sign(
    prepared: *const lp_prepared_list,
    key: *const lp_secret_key,
    list: *mut lp_bytes,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let key = object(key, "the key")?;
            let signed = object(prepared, "the prepared list")?.0.sign(&key.0)?;
            give(list, buffer, |arena| arena.bytes(&signed))
        })
    }
}
