//! What a verifier says of a code.

use crate::buffer::Arena;
use crate::error::lp_evidence;
use crate::permit::{lp_acting, lp_forms, lp_person, lp_status_reference};
use crate::text::{lp_bytes, lp_text};

/// How a verdict or an admission ended: `LP_ACCEPTED` or `LP_REFUSED`.
pub type lp_verdict_kind = u32;

/// The permit is genuine, live, and for this gate.
pub const LP_ACCEPTED: u32 = 1;
/// It is not.
pub const LP_REFUSED: u32 = 2;

/// Why a code is refused.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_rejection {
    /// The stable code, such as `stale`. `lp_rejection_codes` has all.
    pub code: lp_text,
    /// The step of verification that refused, such as `freshness`.
    pub stage: lp_text,
    /// Who has to act, such as `not-live`. With `ours`, the gate itself is at fault: never show that
    /// as the visitor's fault.
    pub fault: lp_text,
    /// The code and the values compared, in one line, for a log.
    pub reason: lp_text,
    /// What the person at the gate should do.
    pub instruction: lp_text,
    /// The values compared.
    pub evidence: lp_evidence,
}

/// A warning for the person at the gate.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_caution {
    /// The stable code, such as `printed`.
    pub code: lp_text,
    /// What to do.
    pub instruction: lp_text,
}

/// Several warnings.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_cautions {
    /// The first; can be NULL if there is none.
    pub items: *const lp_caution,
    /// How many there are.
    pub count: usize,
}

/// What only a presentation has.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_credential_facts {
    /// The first second of the credential's validity.
    pub not_before: i64,
    /// The first second after its validity.
    pub expires: i64,
    /// The device key, as `COSE_Key`.
    pub device_key: lp_bytes,
}

/// A verified permit: genuine, live, and for this gate. A gate must also know whether the code was
/// used before: that is `lp_gate`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_verified {
    /// The form that was shown.
    pub form: lp_forms,
    /// The issuer.
    pub issuer: lp_text,
    /// The number of the permit.
    pub subject: lp_text,
    /// The class.
    pub permit_class: lp_text,
    /// The id of the issuer's key.
    pub key_id: lp_bytes,
    /// The gate for which the code was made; absent: for every gate.
    pub audience: lp_text,
    /// Whether the code answered the challenge.
    pub challenge_answered: bool,
    /// When the code was made; of a slip, when its validity began.
    pub issued_at: i64,
    /// The first second in which the code is stale.
    pub live_until: i64,
    /// Seconds for which the code is live: the shorter of the signed window and the policy's.
    pub window: i64,
    /// What only a presentation has, or NULL.
    pub credential: *const lp_credential_facts,
    /// The person, or NULL.
    pub person: *const lp_person,
    /// The entry of a status list, or NULL.
    pub status: *const lp_status_reference,
    /// The representative, or NULL.
    pub acting: *const lp_acting,
    /// The number beside a slip's code; else absent.
    pub check_number: lp_text,
    /// The claims of the application: a CBOR map in its one deterministic form.
    pub application: lp_bytes,
    /// Warnings for the person at the gate.
    pub cautions: lp_cautions,
    /// 32 bytes that stay the same when the permit is re-issued.
    pub permit_id: lp_bytes,
    /// Until when a memory of used codes must know this code.
    pub keep_until: i64,
}

/// The verdict on a code.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct lp_verdict {
    /// `LP_ACCEPTED` or `LP_REFUSED`.
    pub kind: lp_verdict_kind,
    /// With `LP_ACCEPTED` the permit, else NULL.
    pub verified: *const lp_verified,
    /// With `LP_REFUSED` why, else NULL.
    pub rejection: *const lp_rejection,
}

impl lp_verdict {
    pub(crate) fn accepted(verified: lp_verified, arena: &mut Arena) -> Self {
        let verified = arena.one(verified);
        Self { kind: LP_ACCEPTED, verified, rejection: core::ptr::null() }
    }

    pub(crate) fn refused(rejection: lp_rejection, arena: &mut Arena) -> Self {
        let rejection = arena.one(rejection);
        Self { kind: LP_REFUSED, verified: core::ptr::null(), rejection }
    }
}

#[cfg(feature = "std")]
mod bridge {
    use livepermit_ffi::{Caution, Rejection, Verdict, Verified};

    use super::*;
    use crate::permit::{form_number, give_acting, give_person, give_status};

    impl lp_rejection {
        pub(crate) fn of(rejection: &Rejection, arena: &mut Arena) -> Self {
            Self {
                code: arena.text(&rejection.code),
                stage: arena.text(&rejection.stage),
                fault: arena.text(&rejection.fault),
                reason: arena.text(&rejection.reason),
                instruction: arena.text(&rejection.instruction),
                evidence: (&rejection.evidence).into(),
            }
        }
    }

    impl lp_cautions {
        pub(crate) fn of(cautions: &[Caution], arena: &mut Arena) -> Self {
            let items: Vec<lp_caution> = cautions
                .iter()
                .map(|caution| lp_caution {
                    code: arena.text(&caution.code),
                    instruction: arena.text(&caution.instruction),
                })
                .collect();
            Self { items: arena.array(&items), count: items.len() }
        }
    }

    impl lp_verified {
        pub(crate) fn of(verified: &Verified, arena: &mut Arena) -> Self {
            let credential = verified.credential.as_ref().map(|credential| {
                let device_key = arena.bytes(&credential.device_key);
                arena.one(lp_credential_facts {
                    not_before: credential.not_before,
                    expires: credential.expires,
                    device_key,
                })
            });
            let person = verified
                .person
                .as_ref()
                .map(|person| give_person(arena, &person.full_name, person.birth_date.as_deref()));
            let status = verified
                .status
                .as_ref()
                .map(|status| give_status(arena, &status.uri, status.index));
            let acting = verified
                .acting
                .as_ref()
                .map(|acting| give_acting(arena, &acting.role, &acting.representative));
            Self {
                form: form_number(verified.form),
                issuer: arena.text(&verified.issuer),
                subject: arena.text(&verified.subject),
                permit_class: arena.text(&verified.permit_class),
                key_id: arena.bytes(&verified.key_id),
                audience: arena.maybe_text(verified.audience.as_deref()),
                challenge_answered: verified.challenge_answered,
                issued_at: verified.issued_at,
                live_until: verified.live_until,
                window: verified.window,
                credential: credential.unwrap_or(core::ptr::null()),
                person: person.unwrap_or(core::ptr::null()),
                status: status.unwrap_or(core::ptr::null()),
                acting: acting.unwrap_or(core::ptr::null()),
                check_number: arena.maybe_text(verified.check_number.as_deref()),
                application: arena.bytes(&verified.application),
                cautions: lp_cautions::of(&verified.cautions, arena),
                permit_id: arena.bytes(&verified.permit_id),
                keep_until: verified.keep_until,
            }
        }
    }

    impl lp_verdict {
        pub(crate) fn of(verdict: &Verdict, arena: &mut Arena) -> Self {
            match verdict {
                Verdict::Accepted { verified } => {
                    let verified = lp_verified::of(verified, arena);
                    Self::accepted(verified, arena)
                }
                Verdict::Refused { rejection } => {
                    let rejection = lp_rejection::of(rejection, arena);
                    Self::refused(rejection, arena)
                }
            }
        }
    }
}
