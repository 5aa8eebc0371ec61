//! The holder's wallet.

use livepermit_ffi::{
    GateCode, HeldCredential, Holder, Recipient, challenge_qr_text, gate_name_qr_text,
    read_gate_code,
};

use crate::buffer::{Arena, give, lp_buffer, set};
use crate::error::{Failure, lp_error, lp_result, run};
use crate::handle::{free, hand_out};
use crate::issue::lp_prepared_token;
use crate::key::public_key;
use crate::permit::{
    give_acting, give_person, give_status, lp_acting, lp_person, lp_status_reference,
};
use crate::text::{lp_bytes, lp_text, object};
use crate::trust::lp_trust;
use crate::verify::lp_challenge;

/// For whom a code is made: one of the constants `LP_RECIPIENT_*`.
pub type lp_recipient = u32;

/// For every gate.
pub const LP_RECIPIENT_ANYONE: u32 = 1;
/// For one gate.
pub const LP_RECIPIENT_ONE_GATE: u32 = 2;
/// For the gate that asked.
pub const LP_RECIPIENT_ASKED: u32 = 3;

/// What a code of a gate says: one of the constants `LP_GATE_CODE_*`.
pub type lp_gate_code_kind = u32;

/// The name of the gate.
pub const LP_GATE_CODE_NAME: u32 = 1;
/// A question.
pub const LP_GATE_CODE_QUESTION: u32 = 2;

/// A code that a gate shows to phones.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_gate_code {
    /// A name or a question.
    pub kind: lp_gate_code_kind,
    /// The question. Of a name only the field `gate` has a meaning, and the nonce is absent.
    pub challenge: lp_challenge,
}

/// A credential in the wallet.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_held_credential {
    /// The bytes, to be stored.
    pub bytes: lp_bytes,
    /// The issuer.
    pub issuer: lp_text,
    /// The number of the permit.
    pub subject: lp_text,
    /// The class.
    pub permit_class: lp_text,
    /// The first second of its validity.
    pub not_before: i64,
    /// The first second after its validity.
    pub expires: i64,
    /// Seconds for which a code is live.
    pub window: i64,
    /// The person, or NULL.
    pub person: *const lp_person,
    /// The entry of a status list, or NULL.
    pub status: *const lp_status_reference,
    /// The representative, or NULL.
    pub acting: *const lp_acting,
    /// The claims of the application: a CBOR map.
    pub application: lp_bytes,
}

impl lp_held_credential {
    fn of(held: &HeldCredential, arena: &mut Arena) -> Self {
        let person = held
            .person
            .as_ref()
            .map(|person| give_person(arena, &person.full_name, person.birth_date.as_deref()));
        let status =
            held.status.as_ref().map(|status| give_status(arena, &status.uri, status.index));
        let acting = held
            .acting
            .as_ref()
            .map(|acting| give_acting(arena, &acting.role, &acting.representative));
        Self {
            bytes: arena.bytes(&held.bytes),
            issuer: arena.text(&held.issuer),
            subject: arena.text(&held.subject),
            permit_class: arena.text(&held.permit_class),
            not_before: held.not_before,
            expires: held.expires,
            window: held.window,
            person: person.unwrap_or(core::ptr::null()),
            status: status.unwrap_or(core::ptr::null()),
            acting: acting.unwrap_or(core::ptr::null()),
            application: arena.bytes(&held.application),
        }
    }
}

/// The wallet of one device key.
#[derive(Debug)]
pub struct lp_holder(Holder);

/// Makes an empty wallet for a device key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_holder_new(
    device_key: lp_bytes,
    holder: *mut *mut lp_holder,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe { run(error, || hand_out(holder, lp_holder(Holder::new(&*public_key(device_key)?)))) }
}

/// Frees a wallet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_holder_free(holder: *mut lp_holder) {
    // SAFETY: the caller answers for the handle.
    unsafe { free(holder) }
}

/// Takes in a credential that one of `issuers` signed for the device key. A credential that is held
/// can be given again, so nothing is lost when the buffer was too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_holder_accept(
    holder: *const lp_holder,
    credential: lp_bytes,
    issuers: *const lp_trust,
    now: i64,
    held: *mut lp_held_credential,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let credential = credential.get("the credential")?.into();
            let issuers = object(issuers, "the issuers")?;
            let taken = object(holder, "the holder")?.0.accept(credential, &issuers.0, now)?;
            give(held, buffer, |arena| lp_held_credential::of(&taken, arena))
        })
    }
}

/// The credential of which codes are made at `now`. If there is none, `is_held` gets `false` and
/// `held` stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_holder_current(
    holder: *const lp_holder,
    now: i64,
    is_held: *mut bool,
    held: *mut lp_held_credential,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let current = object(holder, "the holder")?.0.current(now)?;
            if let Some(current) = &current {
                give(held, buffer, |arena| lp_held_credential::of(current, arena))?;
            }
            set(is_held, current.is_some())
        })
    }
}

/// Prepares a code for the device key's signature. `gate` is absent for every gate; `nonce` is
/// there when the gate asked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_holder_prepare(
    holder: *const lp_holder,
    recipient: lp_recipient,
    gate: lp_text,
    nonce: lp_bytes,
    now: i64,
    prepared: *mut *mut lp_prepared_token,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let recipient = match recipient {
                LP_RECIPIENT_ANYONE => Recipient::Anyone,
                LP_RECIPIENT_ONE_GATE => Recipient::OneGate { gate: gate.get("the gate")?.into() },
                LP_RECIPIENT_ASKED => Recipient::Asked {
                    gate: gate.get("the gate")?.into(),
                    nonce: nonce.get("the nonce")?.into(),
                },
                other => return Err(Failure::value("the recipient", other)),
            };
            let made = object(holder, "the holder")?.0.prepare(&recipient, now)?;
            hand_out(prepared, lp_prepared_token(made))
        })
    }
}

/// The text of a QR code that asks a question.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_challenge_qr_text(
    challenge: *const lp_challenge,
    text: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let written = challenge_qr_text(&object(challenge, "the challenge")?.take()?)?;
            give(text, buffer, |arena| arena.text(&written))
        })
    }
}

/// The text of a QR code that names a gate.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_gate_name_qr_text(
    gate: lp_text,
    text: *mut lp_text,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let written = gate_name_qr_text(gate.get("the gate")?)?;
            give(text, buffer, |arena| arena.text(&written))
        })
    }
}

/// Reads the code that a gate shows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lp_read_gate_code(
    text: lp_text,
    code: *mut lp_gate_code,
    buffer: *mut lp_buffer,
    error: *mut lp_error,
) -> lp_result {
    // SAFETY: the caller answers for the pointers.
    unsafe {
        run(error, || {
            let read = read_gate_code(text.get("the text")?)?;
            give(code, buffer, |arena| match &read {
                GateCode::OfGate { gate } => lp_gate_code {
                    kind: LP_GATE_CODE_NAME,
                    challenge: lp_challenge {
                        gate: arena.text(gate),
                        nonce: lp_bytes::ABSENT,
                        expires: 0,
                    },
                },
                GateCode::Question { challenge } => lp_gate_code {
                    kind: LP_GATE_CODE_QUESTION,
                    challenge: lp_challenge::of(challenge, arena),
                },
            })
        })
    }
}
