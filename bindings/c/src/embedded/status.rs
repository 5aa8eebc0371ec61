//! Status lists, as a verifier holds them.

use alloc::sync::Arc;
use alloc::vec::Vec;

use livepermit::status::{StatusLimits, StatusList, StatusState};

use super::number::{array, as_i64, as_seconds, count, length, size, time};
use super::trust::lp_trust;
use crate::buffer::{give, lp_buffer, set};
use crate::error::{lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::status::{lp_held_list, lp_status_limits, lp_status_list_facts};
use crate::text::{lp_bytes, lp_optional, object, optional, slice};

/// A status list whose signature is verified.
#[derive(Debug)]
pub struct lp_status_list(pub(super) Arc<StatusList>);

/// Fills the usual limits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_limits_default(
    limits: *mut lp_status_limits,
    error: *mut lp_error,
) -> lp_result {
    let usual = StatusLimits::default();
    let usual = lp_status_limits {
        list_bytes: length(usual.token_bytes),
        inflated_bytes: length(usual.inflated_bytes),
    };
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || set(limits, usual)) }
}

/// Takes in a list. `held` is what was stored of the lists before. `limits` can be NULL for the
/// usual ones, which are larger than the memory of most machines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_accept(
    list: lp_bytes,
    trust: *const lp_trust,
    now: i64,
    skew: i64,
    held: *const lp_held_list,
    held_count: usize,
    limits: *const lp_status_limits,
    accepted: *mut *mut lp_status_list,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let mut before = Vec::new();
            for held in slice(held, held_count, "the held lists")? {
                let (issuer, uri) = (held.issuer.get("the issuer")?, held.uri.get("the URI")?);
                before.push((issuer, uri, held.issued_at, held.digest.get("the digest")?));
            }
            let mut most = StatusLimits::default();
            let limits = optional(limits, "the limits")?;
            let trust = object(trust, "the trust")?;
            let bytes = list.get("the list")?;
            if let Some(limits) = limits {
                most.token_bytes = size("the limit of a list", limits.list_bytes)?;
                most.inflated_bytes = size("the limit of entries", limits.inflated_bytes)?;
            }
            let mut states = Vec::new();
            for (issuer, uri, issued_at, digest) in before {
                let state = StatusState::new(time(issued_at)?, array("digest", digest)?);
                states.push((issuer, uri, state));
            }
            let of = |issuer: &str, uri: &str| {
                let mut states = states.iter();
                states.find(|(of, at, _)| *of == issuer && *at == uri).map(|(_, _, state)| *state)
            };
            let (now, skew) = (time(now)?, count("the skew", skew)?);
            let list = StatusList::accept(bytes, &trust.0, now, skew, of, most)?;
            hand_out(accepted, lp_status_list(Arc::new(list)))
        })
    }
}

/// Frees a list. Verifiers that were made with it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_free(list: *mut lp_status_list) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(list) }
}

/// What a list says of itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_describe(
    list: *const lp_status_list,
    facts: *mut lp_status_list_facts,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let list = &object(list, "the list")?.0;
            let state = list.state();
            give(facts, buffer, |arena| lp_status_list_facts {
                held: lp_held_list {
                    issuer: arena.text(list.issuer()),
                    uri: arena.text(list.uri()),
                    issued_at: as_seconds(state.issued_at),
                    digest: arena.bytes(&state.digest),
                },
                bits: list.bits().into(),
                entries: as_i64(list.len()),
                expires: list.expires().map(as_seconds).into(),
            })
        })
    }
}

/// The value of an entry: 0 is valid, 1 withdrawn, 2 suspended. Absent beyond the end of the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_status_list_get(
    list: *const lp_status_list,
    index: u64,
    value: *mut lp_optional,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let found = object(list, "the list")?.0.get(index);
            set(value, found.map(|value| i64::from(value.as_u8())).into())
        })
    }
}
