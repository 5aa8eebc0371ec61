//! Verdicts of the library, written into the caller's structs.

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::ptr::null;

use ciborium::Value;
use livepermit::{Form, Rejection, Verified};

use super::number::{as_i64, as_seconds};
use crate::buffer::Arena;
use crate::error::{Failure, Outcome, lp_evidence};
use crate::permit::{
    LP_FORM_CREDENTIAL, LP_FORM_PASS, LP_FORM_PRESENTATION, LP_FORM_SLIP, give_acting, give_person,
    give_status, lp_forms,
};
use crate::text::lp_bytes;
use crate::verdict::{
    lp_caution, lp_cautions, lp_credential_facts, lp_rejection, lp_verdict, lp_verified,
};

/// All forms, with their numbers.
const FORMS: [(Form, lp_forms); 4] = [
    (Form::Pass, LP_FORM_PASS),
    (Form::Credential, LP_FORM_CREDENTIAL),
    (Form::Presentation, LP_FORM_PRESENTATION),
    (Form::Slip, LP_FORM_SLIP),
];

fn form_number(form: Form) -> lp_forms {
    FORMS.iter().filter(|(of, _)| *of == form).fold(0, |_, (_, number)| *number)
}

pub(super) fn forms_of(forms: lp_forms) -> Outcome<impl Iterator<Item = Form>> {
    let known = FORMS.iter().fold(0, |known, (_, number)| known | number);
    if forms == 0 || forms & !known != 0 {
        return Err(Failure::value("the field of forms", forms));
    }
    Ok(FORMS.iter().filter(move |(_, number)| forms & number != 0).map(|(form, _)| *form))
}

/// The claims of the application: a CBOR map in its one deterministic form.
///
/// Not inlined: the reader of `ciborium` takes 4 KB of the stack, which must not stand there while
/// signatures are checked.
#[inline(never)]
pub(super) fn application(verified: &Verified) -> Outcome<Vec<u8>> {
    let claims: Value = verified.application()?;
    let mut bytes = Vec::new();
    ciborium::into_writer(&claims, &mut bytes).map_err(|error| {
        let instruction = "Tell who makes livepermit: this is a defect.";
        Failure::told("internal", error.to_string(), instruction, lp_evidence::NOTHING)
    })?;
    Ok(bytes)
}

impl lp_verdict {
    pub(super) fn of(found: &Result<(Verified, Vec<u8>), Rejection>, arena: &mut Arena) -> Self {
        match found {
            Ok((verified, application)) => {
                let application = arena.bytes(application);
                let verified = lp_verified::of(verified, application, arena);
                Self::accepted(verified, arena)
            }
            Err(rejection) => {
                let rejection = lp_rejection::of(rejection, arena);
                Self::refused(rejection, arena)
            }
        }
    }
}

impl lp_rejection {
    fn of(rejection: &Rejection, arena: &mut Arena) -> Self {
        Self {
            code: arena.text(rejection.code().as_str()),
            stage: arena.text(rejection.stage().name()),
            fault: arena.text(rejection.fault().name()),
            reason: arena.text(&rejection.to_string()),
            instruction: arena.text(rejection.instruction()),
            evidence: rejection.evidence().into(),
        }
    }
}

impl lp_cautions {
    fn of(verified: &Verified, arena: &mut Arena) -> Self {
        let items: Vec<_> = verified
            .cautions()
            .iter()
            .map(|caution| lp_caution {
                code: arena.text(caution.code()),
                instruction: arena.text(caution.instruction()),
            })
            .collect();
        Self { items: arena.array(&items), count: items.len() }
    }
}

impl lp_verified {
    fn of(verified: &Verified, application: lp_bytes, arena: &mut Arena) -> Self {
        let times = verified.credential_not_before().zip(verified.credential_expires());
        let credential = times.zip(verified.device_key()).map(|((not_before, expires), key)| {
            let device_key = arena.bytes(&key.to_cose_key());
            arena.one(lp_credential_facts {
                not_before: as_seconds(not_before),
                expires: as_seconds(expires),
                device_key,
            })
        });
        let person = verified.person().map(|person| {
            let birth_date = person.birth_date().map(|date| date.as_str());
            give_person(arena, person.full_name(), birth_date)
        });
        let status =
            verified.status().map(|status| give_status(arena, status.uri(), status.index()));
        let acting = verified
            .acting()
            .map(|acting| give_acting(arena, acting.role(), acting.representative()));
        Self {
            form: form_number(verified.form()),
            issuer: arena.text(verified.issuer()),
            subject: arena.text(verified.subject()),
            permit_class: arena.text(verified.class()),
            key_id: arena.bytes(verified.key_id()),
            audience: arena.maybe_text(verified.audience()),
            challenge_answered: verified.challenge_answered(),
            issued_at: as_seconds(verified.issued_at()),
            live_until: as_seconds(verified.live_until()),
            window: as_i64(verified.window()),
            credential: credential.unwrap_or(null()),
            person: person.unwrap_or(null()),
            status: status.unwrap_or(null()),
            acting: acting.unwrap_or(null()),
            check_number: arena.maybe_text(verified.check_number()),
            application,
            cautions: lp_cautions::of(verified, arena),
            permit_id: arena.bytes(verified.permit_id().as_bytes()),
            keep_until: as_seconds(verified.replay_key().keep_until),
        }
    }
}
