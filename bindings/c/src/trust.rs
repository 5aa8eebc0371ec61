//! Whom a verifier trusts.

use crate::text::{lp_byte_strings, lp_bytes, lp_optional, lp_text, lp_texts};

/// What a key may sign: one or several of the constants `LP_USE_*`, combined with `|`.
pub type lp_uses = u32;

/// Credentials.
pub const LP_USE_CREDENTIAL: u32 = 1;
/// Passes.
pub const LP_USE_PASS: u32 = 2;
/// Slips.
pub const LP_USE_SLIP: u32 = 4;
/// Status lists.
pub const LP_USE_STATUS: u32 = 8;

/// An algorithm of signatures: one of the constants `LP_ALGORITHM_*`.
pub type lp_algorithm = u32;

/// Ed25519 by its own number (RFC 9864).
pub const LP_ALGORITHM_ED25519: u32 = 1;
/// Ed25519 by the number of all Edwards curves (RFC 9053).
pub const LP_ALGORITHM_EDDSA: u32 = 2;
/// ECDSA with P-256 and SHA-256 (RFC 9864).
pub const LP_ALGORITHM_ESP256: u32 = 3;

/// A key of an issuer, and what the key may sign.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_trusted_key {
    /// The issuer.
    pub issuer: lp_text,
    /// The public key, as `COSE_Key`: see `lp_public_key_from_spki_der` and its like.
    pub key: lp_bytes,
    /// The id of the key; absent: the first 8 bytes of its thumbprint.
    pub key_id: lp_bytes,
    /// The algorithm.
    pub algorithm: lp_algorithm,
    /// What the key may sign.
    pub uses: lp_uses,
    /// The classes for which the key may sign.
    pub classes: lp_texts,
    /// The first second in which the key may sign; absent: no limit.
    pub not_before: lp_optional,
    /// The first second in which the key may not sign any more; absent: no limit.
    pub sign_until: lp_optional,
    /// The first second in which nothing of the key is accepted; absent: no limit.
    pub expires: lp_optional,
}

/// Several keys.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_trusted_keys {
    /// The first; can be NULL if there is none.
    pub items: *const lp_trusted_key,
    /// How many there are.
    pub count: usize,
}

/// A key of a trust list that the verifier does not use.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_skipped_key {
    /// Its place in the list, from 0.
    pub index: i64,
    /// Why.
    pub reason: lp_text,
}

/// What a trust list says beside its keys.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_trust_list {
    /// The name of the list.
    pub name: lp_text,
    /// The version.
    pub version: i64,
    /// When the list was signed.
    pub issued_at: i64,
    /// The first second in which the list is not used any more.
    pub expires: i64,
    /// Keys that are not used; can be NULL if there is none.
    pub skipped: *const lp_skipped_key,
    /// How many keys are not used.
    pub skipped_count: usize,
}

/// What a program stores of the last accepted trust list, for the time after a restart.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_trust_state {
    /// The version.
    pub version: i64,
    /// The SHA-256 of the list: 32 bytes.
    pub digest: lp_bytes,
    /// When the list was signed.
    pub issued_at: i64,
    /// The root keys from then on, as `COSE_Key`.
    pub roots: lp_byte_strings,
}

#[cfg(feature = "std")]
mod bridge {
    use std::sync::Arc;

    use livepermit_ffi::{Algorithm, PublicKey, Trust, TrustAnchor, TrustState, TrustedKey, Use};

    use super::*;
    use crate::buffer::{Arena, give, lp_buffer, set};
    use crate::error::{Failure, Outcome, lp_error, lp_result, run};
    use crate::handle::{free, hand_out};
    use crate::text::{object, slice};
    use crate::verify::owned;

    pub(crate) fn algorithm_of(number: lp_algorithm) -> Outcome<Algorithm> {
        match number {
            LP_ALGORITHM_ED25519 => Ok(Algorithm::Ed25519),
            LP_ALGORITHM_EDDSA => Ok(Algorithm::EdDsa),
            LP_ALGORITHM_ESP256 => Ok(Algorithm::Esp256),
            other => Err(Failure::value("the algorithm", other)),
        }
    }

    pub(crate) const fn algorithm_number(algorithm: Algorithm) -> lp_algorithm {
        match algorithm {
            Algorithm::Ed25519 => LP_ALGORITHM_ED25519,
            Algorithm::EdDsa => LP_ALGORITHM_EDDSA,
            Algorithm::Esp256 => LP_ALGORITHM_ESP256,
        }
    }

    const USES: [(Use, lp_uses); 4] = [
        (Use::Credential, LP_USE_CREDENTIAL),
        (Use::Pass, LP_USE_PASS),
        (Use::Slip, LP_USE_SLIP),
        (Use::Status, LP_USE_STATUS),
    ];

    fn uses_of(number: lp_uses) -> Outcome<Vec<Use>> {
        if number & !USES.iter().fold(0, |known, (_, bit)| known | bit) != 0 {
            return Err(Failure::value("the field of uses", number));
        }
        Ok(USES.iter().filter(|(_, bit)| number & bit != 0).map(|(word, _)| *word).collect())
    }

    fn number_of(uses: &[Use]) -> lp_uses {
        let bits = USES.iter().filter(|(word, _)| uses.contains(word));
        bits.fold(0, |number, (_, bit)| number | bit)
    }

    impl lp_trusted_key {
        /// # Safety
        /// Pointers are valid.
        pub(crate) unsafe fn take(&self) -> Outcome<TrustedKey> {
            // SAFETY: the caller answers for the pointers.
            unsafe {
                Ok(TrustedKey {
                    issuer: self.issuer.get("the issuer")?.into(),
                    key: Arc::new(PublicKey::from_cose_key(self.key.get("the key")?.into())?),
                    key_id: self.key_id.optional("the key id")?.map(Into::into),
                    algorithm: algorithm_of(self.algorithm)?,
                    uses: uses_of(self.uses)?,
                    classes: owned(&self.classes, "the classes")?,
                    not_before: self.not_before.into(),
                    sign_until: self.sign_until.into(),
                    expires: self.expires.into(),
                })
            }
        }

        pub(crate) fn of(key: &TrustedKey, arena: &mut Arena) -> Self {
            Self {
                issuer: arena.text(&key.issuer),
                key: arena.bytes(&key.key.to_cose_key()),
                key_id: arena.maybe_bytes(key.key_id.as_deref()),
                algorithm: algorithm_number(key.algorithm),
                uses: number_of(&key.uses),
                classes: arena.texts(&key.classes),
                not_before: key.not_before.into(),
                sign_until: key.sign_until.into(),
                expires: key.expires.into(),
            }
        }
    }

    /// # Safety
    /// `keys` points to `count` values with valid pointers.
    pub(crate) unsafe fn keys_of(
        keys: *const lp_trusted_key,
        count: usize,
    ) -> Outcome<Vec<TrustedKey>> {
        // SAFETY: the caller answers for the pointers.
        unsafe { slice(keys, count, "the keys")?.iter().map(|key| key.take()).collect() }
    }

    /// # Safety
    /// Pointers are valid.
    pub(crate) unsafe fn roots_of(roots: &lp_byte_strings) -> Outcome<Vec<Arc<PublicKey>>> {
        // SAFETY: the caller answers for the pointers.
        let roots = unsafe { slice(roots.items, roots.count, "the roots") }?;
        let key = |root: &lp_bytes| {
            // SAFETY: the same.
            let bytes = unsafe { root.get("a root") }?;
            Ok(Arc::new(PublicKey::from_cose_key(bytes.into())?))
        };
        roots.iter().map(key).collect()
    }

    /// Keys whose signatures are accepted.
    #[derive(Debug)]
    pub struct lp_trust(pub(crate) Arc<Trust>);

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
                let made = Trust::new(keys_of(keys, key_count)?)?;
                hand_out(trust, lp_trust(Arc::new(made)))
            })
        }
    }

    /// Frees a trust. Verifiers and gates that were made with it go on.
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
                hand_out(faster, lp_trust(object(trust, "the trust")?.0.with_tables(bytes)?))
            })
        }
    }

    /// The trusted keys.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn lp_trust_keys(
        trust: *const lp_trust,
        keys: *mut lp_trusted_keys,
        buffer: *mut lp_buffer,
        error: *mut lp_error,
    ) -> lp_result {
        // SAFETY: the caller answers for the pointers.
        unsafe {
            run(error, || {
                let known = object(trust, "the trust")?.0.keys();
                give(keys, buffer, |arena| {
                    let items: Vec<_> =
                        known.iter().map(|key| lp_trusted_key::of(key, arena)).collect();
                    lp_trusted_keys { items: arena.array(&items), count: items.len() }
                })
            })
        }
    }

    /// The name and the root keys of a trust list, and the state of the last accepted one.
    #[derive(Debug)]
    pub struct lp_trust_anchor(TrustAnchor);

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
                let made = if state.is_null() {
                    TrustAnchor::new(name, roots, lowest_version)?
                } else {
                    let held = object(state, "the state")?;
                    let state = TrustState {
                        version: held.version,
                        digest: held.digest.get("the digest")?.into(),
                        issued_at: held.issued_at,
                        roots: roots_of(&held.roots)?,
                    };
                    TrustAnchor::resume(name, roots, lowest_version, &state)?
                };
                hand_out(anchor, lp_trust_anchor(made))
            })
        }
    }

    /// Frees an anchor.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn lp_trust_anchor_free(anchor: *mut lp_trust_anchor) {
        // SAFETY: the caller answers for the handle.
        unsafe { free(anchor) }
    }

    /// Takes in a list. A refused list changes nothing. A list that was taken in can be given again,
    /// so nothing is lost when the buffer was too small.
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
                let bytes = list.get("the list")?.into();
                let list = object(anchor, "the anchor")?.0.accept(bytes, now, skew)?;
                give(facts, buffer, |arena| {
                    let skipped: Vec<_> = list
                        .skipped
                        .iter()
                        .map(|key| lp_skipped_key {
                            index: key.index,
                            reason: arena.text(&key.reason),
                        })
                        .collect();
                    lp_trust_list {
                        name: arena.text(&list.name),
                        version: list.version,
                        issued_at: list.issued_at,
                        expires: list.expires,
                        skipped: arena.array(&skipped),
                        skipped_count: skipped.len(),
                    }
                })?;
                hand_out(trust, lp_trust(list.trust))
            })
        }
    }

    /// What to store after each accepted list. Before the first, `is_known` gets `false`, and
    /// `state` stays as it is.
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
                let known = object(anchor, "the anchor")?.0.state();
                if let Some(known) = &known {
                    give(state, buffer, |arena| {
                        let roots: Vec<_> =
                            known.roots.iter().map(|root| root.to_cose_key()).collect();
                        lp_trust_state {
                            version: known.version,
                            digest: arena.bytes(&known.digest),
                            issued_at: known.issued_at,
                            roots: arena.byte_strings(&roots),
                        }
                    })?;
                }
                set(is_known, known.is_some())
            })
        }
    }
}
#[cfg(feature = "std")]
pub use bridge::*;
