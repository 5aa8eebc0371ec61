//! The setup of a gate: one code that the operator signed, with all that a gate needs.

use livepermit_ffi::{
    GateSetup, SetupTrust, UnverifiedSetup, accept_first_setup, accept_next_setup, read_setup,
    read_setup_bytes, setup_check_number, stored_setup,
};

use crate::buffer::{Arena, give, lp_buffer};
use crate::error::{lp_error, lp_result, run};
use crate::gate::lp_gate_settings;
use crate::store::lp_retention;
use crate::text::{lp_byte_strings, lp_bytes, lp_text, lp_texts};
use crate::trust::{lp_trusted_key, lp_trusted_keys};

/// A setup that was read and is **not verified**: anybody can make one with any content.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_unverified_setup {
    /// The bytes, for `lp_setup_accept_first` and `lp_setup_accept_next`.
    pub bytes: lp_bytes,
    /// The name that the setup gives the gate.
    pub gate: lp_text,
    /// The number that the setup claims to have.
    pub version: i64,
}

/// Where a gate fetches the keys that it trusts: the arguments of `lp_trust_anchor_new`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_setup_trust_list {
    /// The name of the list.
    pub name: lp_text,
    /// The roots that sign the list, as `COSE_Key`.
    pub roots: lp_byte_strings,
    /// The lowest version that is accepted.
    pub lowest_version: i64,
    /// Where the list is.
    pub address: lp_text,
}

/// A setup that this gate accepted. Store `bytes`, and give them to `lp_setup_stored` after a
/// restart.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_gate_setup {
    /// The bytes to store. They hold the key of the relay.
    pub bytes: lp_bytes,
    /// The number of this setup. Every later setup of the gate has a higher number.
    pub version: i64,
    /// When it was made.
    pub issued_at: i64,
    /// The key that signs the next setup, as `COSE_Key`.
    pub operator_key: lp_bytes,
    /// The place and the rules of the gate, ready for `lp_gate_new`.
    pub settings: lp_gate_settings,
    /// The keys that the gate trusts until the next setup; none with `trust_list`.
    pub keys: lp_trusted_keys,
    /// The signed list whose keys the gate trusts, or NULL.
    pub trust_list: *const lp_setup_trust_list,
    /// Where the gate fetches the lists of withdrawn permits.
    pub status_lists: lp_texts,
    /// Where the gate shares its memory of used codes; absent: it is alone.
    pub relay_address: lp_text,
    /// The secret that this gate and the relay share: 32 bytes; absent: it is alone.
    pub relay_key: lp_bytes,
    /// How long the memory of used codes remembers.
    pub retention: lp_retention,
}

impl lp_unverified_setup {
    fn of(setup: &UnverifiedSetup, arena: &mut Arena) -> Self {
        Self {
            bytes: arena.bytes(&setup.bytes),
            gate: arena.text(&setup.gate),
            version: setup.version,
        }
    }
}

impl lp_gate_setup {
    fn of(setup: &GateSetup, arena: &mut Arena) -> Self {
        let relay = setup.relay.as_ref();
        let (mut keys, mut trust_list) = (Vec::new(), core::ptr::null());
        match &setup.trust {
            SetupTrust::Named { keys: named } => {
                keys = named.iter().map(|key| lp_trusted_key::of(key, arena)).collect();
            }
            SetupTrust::Listed { name, roots, lowest_version, address } => {
                let roots: Vec<_> = roots.iter().map(|root| root.to_cose_key()).collect();
                let list = lp_setup_trust_list {
                    name: arena.text(name),
                    roots: arena.byte_strings(&roots),
                    lowest_version: *lowest_version,
                    address: arena.text(address),
                };
                trust_list = arena.one(list);
            }
        }
        Self {
            bytes: arena.bytes(&setup.bytes),
            version: setup.version,
            issued_at: setup.issued_at,
            operator_key: arena.bytes(&setup.operator.to_cose_key()),
            settings: lp_gate_settings::of(&setup.settings, arena),
            keys: lp_trusted_keys { items: arena.array(&keys), count: keys.len() },
            trust_list,
            status_lists: arena.texts(&setup.status_lists),
            relay_address: arena.maybe_text(relay.map(|relay| &*relay.address)),
            relay_key: arena.maybe_bytes(relay.map(|relay| &*relay.key)),
            retention: lp_retention::of(setup.retention),
        }
    }
}

/// Reads the text of a setup: that of a QR code, or of a link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_read(
    text: lp_text,
    setup: *mut lp_unverified_setup,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = read_setup(text.get("the text")?)?;
            give(setup, buffer, |arena| lp_unverified_setup::of(&read, arena))
        })
    }
}

/// Reads the bytes of a setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_read_bytes(
    bytes: lp_bytes,
    setup: *mut lp_unverified_setup,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = read_setup_bytes(bytes.get("the setup")?.into())?;
            give(setup, buffer, |arena| lp_unverified_setup::of(&read, arena))
        })
    }
}

/// The check number of a setup: twelve digits in three groups, for the person who compares the
/// operator's screen with the gate's. Takes a phone a fifth of a second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_check_number(
    bytes: lp_bytes,
    check_number: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let digits = setup_check_number(bytes.get("the setup")?.into())?;
            give(check_number, buffer, |arena| arena.text(&digits))
        })
    }
}

/// Accepts the first setup of a gate. `compared` is the check number as the **operator's** screen
/// shows it: what a person typed, or that of `lp_setup_check_number` after a person said that both
/// screens show the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_accept_first(
    bytes: lp_bytes,
    compared: lp_text,
    now: i64,
    skew: i64,
    setup: *mut lp_gate_setup,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let compared = compared.get("the check number")?;
            let read = bytes.get("the setup")?.into();
            let accepted = accept_first_setup(read, compared, now, skew)?;
            give(setup, buffer, |arena| lp_gate_setup::of(&accepted, arena))
        })
    }
}

/// Accepts a later setup of a gate that has `held` now: the bytes that it stored. After an error the
/// gate keeps the setup that it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_accept_next(
    bytes: lp_bytes,
    held: lp_bytes,
    now: i64,
    skew: i64,
    setup: *mut lp_gate_setup,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let held = held.get("the setup that the gate has")?.into();
            let accepted = accept_next_setup(bytes.get("the setup")?.into(), held, now, skew)?;
            give(setup, buffer, |arena| lp_gate_setup::of(&accepted, arena))
        })
    }
}

/// Reads a setup that this gate accepted before, from its own storage. No signature is checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_setup_stored(
    bytes: lp_bytes,
    setup: *mut lp_gate_setup,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let stored = stored_setup(bytes.get("the setup")?.into())?;
            give(setup, buffer, |arena| lp_gate_setup::of(&stored, arena))
        })
    }
}
