//! Status lists, as a verifier holds them.

use crate::text::{lp_bytes, lp_optional, lp_text};

/// What a status list may cost.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_status_limits {
    /// Bytes of the signed list.
    pub list_bytes: i64,
    /// Bytes of its entries.
    pub inflated_bytes: i64,
}

/// What a program stores of an accepted list, so that no older list is accepted after a restart.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_held_list {
    /// The issuer.
    pub issuer: lp_text,
    /// The URI.
    pub uri: lp_text,
    /// When the list was signed.
    pub issued_at: i64,
    /// The SHA-256 of the list: 32 bytes.
    pub digest: lp_bytes,
}

/// What a status list says of itself.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_status_list_facts {
    /// What to store.
    pub held: lp_held_list,
    /// Bits of an entry: 1, 2, 4 or 8.
    pub bits: i64,
    /// The number of entries.
    pub entries: i64,
    /// The first second in which the list is not used any more; absent: the policy's age counts.
    pub expires: lp_optional,
}

#[cfg(feature = "std")]
mod bridge {
    use std::sync::Arc;

    use livepermit_ffi::{HeldList, StatusLimits, StatusList};

    use super::*;
    use crate::buffer::{give, lp_buffer, set};
    use crate::error::{lp_error, lp_result, run};
    use crate::handle::{free, hand_out};
    use crate::text::{object, optional, slice};
    use crate::trust::lp_trust;

    /// A status list whose signature is verified.
    #[derive(Debug)]
    pub struct lp_status_list(pub(crate) Arc<StatusList>);

    /// Fills the usual limits.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn lp_status_limits_default(
        limits: *mut lp_status_limits,
        error: *mut lp_error,
    ) -> lp_result {
        let usual = livepermit_ffi::default_status_limits();
        let usual =
            lp_status_limits { list_bytes: usual.list_bytes, inflated_bytes: usual.inflated_bytes };
        // SAFETY: the caller answers for the pointers.
        unsafe { run(error, || set(limits, usual)) }
    }

    /// Takes in a list. `held` is what was stored of the lists before. `limits` can be NULL for the
    /// usual ones.
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
                    before.push(HeldList {
                        issuer: held.issuer.get("the issuer")?.into(),
                        uri: held.uri.get("the URI")?.into(),
                        issued_at: held.issued_at,
                        digest: held.digest.get("the digest")?.into(),
                    });
                }
                let limits = optional(limits, "the limits")?.map(|limits| StatusLimits {
                    list_bytes: limits.list_bytes,
                    inflated_bytes: limits.inflated_bytes,
                });
                let limits = limits.unwrap_or_else(livepermit_ffi::default_status_limits);
                let trust = object(trust, "the trust")?;
                let bytes = list.get("the list")?.into();
                let list = StatusList::accept(bytes, &trust.0, now, skew, before, limits)?;
                hand_out(accepted, lp_status_list(Arc::new(list)))
            })
        }
    }

    /// Frees a list. Verifiers and gates that were made with it go on.
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
                let held = list.held();
                give(facts, buffer, |arena| lp_status_list_facts {
                    held: lp_held_list {
                        issuer: arena.text(&held.issuer),
                        uri: arena.text(&held.uri),
                        issued_at: held.issued_at,
                        digest: arena.bytes(&held.digest),
                    },
                    bits: list.bits(),
                    entries: list.entries(),
                    expires: list.expires().into(),
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
        unsafe { run(error, || set(value, object(list, "the list")?.0.get(index).into())) }
    }
}
#[cfg(feature = "std")]
pub use bridge::*;
