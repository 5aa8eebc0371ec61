//! Whom a verifier trusts.

use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

use livepermit::trust::{TrustAnchor, TrustState};
use livepermit::{PublicKey, Trust, TrustedKey, Use};

use super::number::{array, as_i64, as_seconds, count, length, size, time};
use crate::buffer::{give, lp_buffer, set};
use crate::error::{Failure, Outcome, lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::text::{lp_byte_strings, lp_bytes, lp_text, object, slice};
use crate::trust::{
    LP_ALGORITHM_ED25519, LP_ALGORITHM_EDDSA, LP_ALGORITHM_ESP256, LP_USE_CREDENTIAL, LP_USE_PASS,
    LP_USE_SLIP, LP_USE_STATUS, lp_skipped_key, lp_trust_list, lp_trust_state, lp_trusted_key,
    lp_uses,
};

const USES: [(Use, lp_uses); 4] = [
    (Use::Credential, LP_USE_CREDENTIAL),
    (Use::Pass, LP_USE_PASS),
    (Use::Slip, LP_USE_SLIP),
    (Use::Status, LP_USE_STATUS),
];

impl lp_trusted_key {
    /// # Safety
    /// Pointers are valid.
    unsafe fn build(&self) -> Outcome<TrustedKey> {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            let issuer = self.issuer.get("the issuer")?;
            let key = PublicKey::from_cose_key(self.key.get("the key")?)?;
            let key_id = self.key_id.optional("the key id")?;
            let is_eddsa = match self.algorithm {
                LP_ALGORITHM_EDDSA => true,
                LP_ALGORITHM_ED25519 | LP_ALGORITHM_ESP256 => false,
                other => return Err(Failure::value("the algorithm", other)),
            };
            if self.uses & !USES.iter().fold(0, |known, (_, bit)| known | bit) != 0 {
                return Err(Failure::value("the field of uses", self.uses));
            }
            let uses = USES.iter().filter(|(_, bit)| self.uses & bit != 0).map(|(word, _)| *word);
            let classes = self.classes.get("the classes")?.collect::<Outcome<Vec<_>>>()?;
            let mut key = TrustedKey::new(issuer, key, uses, classes)?;
            if let Some(key_id) = key_id {
                key = key.with_key_id(key_id)?;
            }
            let or = |given: Option<i64>, usual| given.map_or(Ok(usual), time);
            let not_before = or(self.not_before.into(), key.not_before())?;
            let sign_until = or(self.sign_until.into(), key.sign_until())?;
            let expires = or(self.expires.into(), key.expires())?;
            key = key.with_times(not_before, sign_until, expires)?;
            Ok(if is_eddsa { key.pinned_to_eddsa()? } else { key })
        }
    }
}

/// # Safety
/// Pointers are valid.
unsafe fn roots_of(roots: &lp_byte_strings) -> Outcome<Vec<PublicKey>> {
    // SAFETY: the caller answers for the pointers.
    let roots = unsafe { slice(roots.items, roots.count, "the roots") }?;
    let key = |root: &lp_bytes| {
        // SAFETY: the same.
        let bytes = unsafe { root.get("a root") }?;
        Ok(PublicKey::from_cose_key(bytes)?)
    };
    roots.iter().map(key).collect()
}

/// Keys whose signatures are accepted.
#[derive(Debug)]
pub struct lp_trust(pub(super) Trust);

/// Trusts these keys.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_new(
    keys: *const lp_trusted_key,
    key_count: usize,
    trust: *mut *mut lp_trust,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let keys = slice(keys, key_count, "the keys")?;
            let keys = keys.iter().map(|key| key.build()).collect::<Outcome<Vec<_>>>()?;
            hand_out(trust, lp_trust(Trust::new(keys)?))
        })
    }
}

/// Frees a trust. Verifiers that were made with it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_free(trust: *mut lp_trust) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(trust) }
}

/// The same keys with tables in memory, with which signatures are checked sooner. `bytes` is the
/// most that the tables may take.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_with_tables(
    trust: *const lp_trust,
    bytes: i64,
    faster: *mut *mut lp_trust,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let trust = object(trust, "the trust")?.0.clone();
            let bytes = size("the memory for tables", bytes)?;
            hand_out(faster, lp_trust(trust.with_tables(bytes)))
        })
    }
}

/// The name and the root keys of a trust list, and the state of the last accepted one.
#[derive(Debug)]
pub struct lp_trust_anchor {
    is_used: AtomicBool,
    anchor: UnsafeCell<TrustAnchor>,
}

impl lp_trust_anchor {
    /// One call at a time. Nothing can wait here: the other call may be the one that an interrupt
    /// stopped.
    fn alone<T>(&self, work: impl FnOnce(&mut TrustAnchor) -> Outcome<T>) -> Outcome<T> {
        if self.is_used.swap(true, Ordering::Acquire) {
            return Err(Failure::new("anchor-busy", &["another call uses the anchor"]));
        }
        // SAFETY: `is_used` was not set, so no other call has this reference.
        let done = work(unsafe { &mut *self.anchor.get() });
        self.is_used.store(false, Ordering::Release);
        done
    }
}

/// Trusts lists of this name that a root signed, from `lowest_version` on. `state` is what was
/// stored after the last accepted list, or NULL before the first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_anchor_new(
    name: lp_text,
    roots: lp_byte_strings,
    lowest_version: i64,
    state: *const lp_trust_state,
    anchor: *mut *mut lp_trust_anchor,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let (name, roots) = (name.get("the name")?, roots_of(&roots)?);
            let version = count("the lowest version", lowest_version)?;
            let mut made = TrustAnchor::new(name, roots, version)?;
            if !state.is_null() {
                let held = object(state, "the state")?;
                let digest = held.digest.get("the digest")?;
                let roots = roots_of(&held.roots)?;
                // The greatest number was that version or more: no list may come that is older.
                let version = match held.version {
                    i64::MAX => u64::MAX,
                    version => count("the version", version)?,
                };
                made = made.with_state(TrustState::new(
                    version,
                    array("the digest", digest)?,
                    time(held.issued_at)?,
                    roots,
                ))?;
            }
            let (is_used, made) = (AtomicBool::new(false), UnsafeCell::new(made));
            hand_out(anchor, lp_trust_anchor { is_used, anchor: made })
        })
    }
}

/// Frees an anchor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_anchor_free(anchor: *mut lp_trust_anchor) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(anchor) }
}

/// Takes in a list. A refused list changes nothing. A list that was taken in can be given again, so
/// nothing is lost when the buffer was too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_anchor_accept(
    anchor: *const lp_trust_anchor,
    list: lp_bytes,
    now: i64,
    skew: i64,
    trust: *mut *mut lp_trust,
    facts: *mut lp_trust_list,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let bytes = list.get("the list")?;
            let anchor = object(anchor, "the anchor")?;
            let (now, skew) = (time(now)?, count("the skew", skew)?);
            let list = anchor.alone(|anchor| Ok(anchor.accept(bytes, now, skew)?))?;
            give(facts, buffer, |arena| {
                let skipped: Vec<_> = list
                    .skipped()
                    .iter()
                    .map(|key| lp_skipped_key {
                        index: length(key.index),
                        reason: arena.text(&key.reason),
                    })
                    .collect();
                lp_trust_list {
                    name: arena.text(list.name()),
                    version: as_i64(list.version()),
                    issued_at: as_seconds(list.issued_at()),
                    expires: as_seconds(list.expires()),
                    skipped: arena.array(&skipped),
                    skipped_count: skipped.len(),
                }
            })?;
            hand_out(trust, lp_trust(list.trust().clone()))
        })
    }
}

/// What to store after each accepted list. Before the first, `is_known` gets `false`, and `state`
/// stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_trust_anchor_state(
    anchor: *const lp_trust_anchor,
    is_known: *mut bool,
    state: *mut lp_trust_state,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let anchor = object(anchor, "the anchor")?;
            let known = anchor.alone(|anchor| Ok(anchor.state().map(|state| state.to_owned())))?;
            if let Some(known) = &known {
                give(state, buffer, |arena| {
                    let roots: Vec<_> = known.roots.iter().map(PublicKey::to_cose_key).collect();
                    lp_trust_state {
                        version: as_i64(known.version),
                        digest: arena.bytes(&known.digest),
                        issued_at: as_seconds(known.issued_at),
                        roots: arena.byte_strings(&roots),
                    }
                })?;
            }
            set(is_known, known.is_some())
        })
    }
}
