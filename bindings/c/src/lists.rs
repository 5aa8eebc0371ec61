//! Lists that an issuer or a root makes.

use livepermit_ffi::{StatusListBuilder, prepare_trust_list};

use crate::buffer::{give, lp_buffer, set};
use crate::error::{lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::issue::{lp_issuer, lp_prepared_list};
use crate::key::public_key;
use crate::text::{lp_byte_strings, lp_bytes, lp_text, object};
use crate::trust::{keys_of, lp_trusted_key, roots_of};

/// A status list that its issuer keeps.
#[derive(Debug)]
pub struct lp_status_list_builder(StatusListBuilder);

/// What an issuer stores of its list.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_status_list_store {
    /// The values of all entries.
    pub values: lp_bytes,
    /// Which entries were given out: a bit each.
    pub occupied: lp_bytes,
}

/// Prepares a trust list: the keys that verifiers trust, signed by a root. `successor_roots` are the
/// roots from this list on; none: they stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_prepare_trust_list(
    name: lp_text,
    version: i64,
    keys: *const lp_trusted_key,
    key_count: usize,
    successor_roots: lp_byte_strings,
    root: lp_bytes,
    now: i64,
    expires: i64,
    prepared: *mut *mut lp_prepared_list,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let keys = keys_of(keys, key_count)?;
            let (roots, root) = (roots_of(&successor_roots)?, public_key(root)?);
            let name = name.get("the name")?;
            let made = prepare_trust_list(name, version, keys, roots, &root, now, expires)?;
            hand_out(prepared, lp_prepared_list(made))
        })
    }
}

/// Makes a status list with so many entries of 1, 2, 4 or 8 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_new(
    uri: lp_text,
    bits: i64,
    entries: i64,
    builder: *mut *mut lp_status_list_builder,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let made = StatusListBuilder::new(uri.get("the URI")?, bits, entries)?;
            hand_out(builder, lp_status_list_builder(made))
        })
    }
}

/// The same from what was stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_restore(
    uri: lp_text,
    bits: i64,
    stored: lp_status_list_store,
    builder: *mut *mut lp_status_list_builder,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let values = stored.values.get("the values")?.into();
            let occupied = stored.occupied.get("the occupied entries")?.into();
            let made = StatusListBuilder::restore(uri.get("the URI")?, bits, values, occupied)?;
            hand_out(builder, lp_status_list_builder(made))
        })
    }
}

/// Frees a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_free(builder: *mut lp_status_list_builder) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(builder) }
}

/// Gives out a random entry that nobody has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_allocate(
    builder: *const lp_status_list_builder,
    index: *mut u64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let reference = object(builder, "the list")?.0.allocate()?;
            set(index, reference.index)
        })
    }
}

/// Says that an entry was given out; `was_new` tells whether the list did not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_mark_given(
    builder: *const lp_status_list_builder,
    index: u64,
    was_new: *mut bool,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(was_new, object(builder, "the list")?.0.mark_given(index)?)) }
}

/// Sets an entry: 0 valid, 1 withdrawn, 2 suspended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_set(
    builder: *const lp_status_list_builder,
    index: u64,
    value: i64,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || Ok(object(builder, "the list")?.0.set(index, value)?)) }
}

/// What to store of the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_store(
    builder: *const lp_status_list_builder,
    store: *mut lp_status_list_store,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let list = &object(builder, "the list")?.0;
            let (values, occupied) = (list.values(), list.occupied());
            give(store, buffer, |arena| lp_status_list_store {
                values: arena.bytes(&values),
                occupied: arena.bytes(&occupied),
            })
        })
    }
}

/// Prepares the list for the issuer's signature.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_builder_prepare(
    builder: *const lp_status_list_builder,
    issuer: *const lp_issuer,
    now: i64,
    expires: i64,
    prepared: *mut *mut lp_prepared_list,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let issuer = object(issuer, "the issuer")?;
            let made = object(builder, "the list")?.0.prepare(&issuer.0, now, expires)?;
            hand_out(prepared, lp_prepared_list(made))
        })
    }
}
