//! The answer of a gate in words, in the language of the guard.

use std::fmt::Write as _;

use livepermit::field::Shown;
use livepermit::rejection::Evidence;
use livepermit::{Form, Rejection, RejectionCode, Timestamp};
use livepermit_gate::Admitted;
use livepermit_gate::lists::Waiting;

use super::answer::{Answer, Finding};
use super::{equipment, messages};
use crate::language::{self, Language, caution};
use crate::shared::failure::on_one_line;

impl Answer {
    pub(super) fn instruction(&self, language: &Language) -> String {
        match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) if admitted.cautions().is_empty() => messages::let_in(language),
                Ok(admitted) => {
                    let cautions: Vec<_> =
                        admitted.cautions().iter().map(|c| caution(language, c)).collect();
                    messages::let_in_and(language, cautions.join(" "))
                }
                Err(rejection) => language::instruction(language, rejection.code()),
            },
            Finding::Mangled(mangled) => equipment::instruction(language, *mangled),
            Finding::Foreign => language::instruction(language, RejectionCode::NotOurs),
        }
    }

    /// Other details, on one line and without line ends or control characters.
    pub(super) fn details(&self, language: &Language) -> String {
        let mut out = match &self.finding {
            Finding::Judged(verdict) => match verdict.as_ref() {
                Ok(admitted) => of_admitted(language, admitted),
                Err(rejection) if rejection.code() == RejectionCode::AlreadyAcceptedHere => {
                    let ago = of_rejection(language, rejection, self.now);
                    messages::let_in_at(language, ago, &self.lane)
                }
                Err(rejection) => self
                    .warm_up(language, rejection)
                    .unwrap_or_else(|| of_rejection(language, rejection, self.now)),
            },
            Finding::Mangled(mangled) => equipment::cause(language, *mangled),
            Finding::Foreign => String::new(),
        };
        let offset = self.clock_offset.map(|seconds| offset(language, seconds));
        let waiting = self.waiting.iter().map(|waiting| list_waits(language, waiting));
        let remarks = self.remarks.iter().map(|remark| remark.text(language));
        let store = self.store_failure().map(on_one_line);
        for text in store.into_iter().chain(offset).chain(waiting).chain(remarks) {
            let _ = write!(out, "{}{text}", if out.is_empty() { "" } else { "; " });
        }
        out
    }

    /// Until when the gate warms up, if that is why the code was refused.
    fn warm_up(&self, language: &Language, rejection: &Rejection) -> Option<String> {
        match (rejection.code(), rejection.evidence()) {
            (RejectionCode::Forgotten, Evidence::Times { limit, .. })
                if self.warms_up && limit > self.now && limit < Timestamp::MAX =>
            {
                let span = language.span(limit.seconds_since(self.now));
                Some(messages::warms_up(language, language.local(limit), span))
            }
            _ => None,
        }
    }

    pub(super) fn to_line(&self, language: &Language) -> String {
        let mut line = format!("{} {}", self.light().name(), self.code());
        let details = self.details(language);
        if !details.is_empty() {
            let _ = write!(line, " ({details})");
        }
        let _ = write!(line, ": {}", self.instruction(language));
        line
    }
}

/// A list that is refused so far, on one line.
pub(super) fn list_waits(language: &Language, waiting: &Waiting) -> String {
    messages::list_waits(language, &waiting.name, waiting.code, language.local(waiting.again))
}

fn of_admitted(language: &Language, admitted: &Admitted) -> String {
    let verified = admitted.verified();
    let short: String = verified.permit_id().to_string().chars().take(16).collect();
    let mut parts =
        vec![messages::permit(language, form(language, verified.form()), verified.class(), short)];
    if let Some(acting) = verified.acting() {
        let (who, role) = (acting.representative(), acting.role());
        parts.push(messages::shown_by(language, who, role, verified.subject()));
    }
    // Staff compare the name with the identity document. It is escaped, so that no name can control
    // the terminal.
    if let Some(number) = verified.check_number() {
        parts.extend(
            verified
                .person()
                .map(|person| messages::person(language, Shown::new(person.full_name()))),
        );
        parts.push(messages::check_number(language, number));
    }
    let codes: Vec<&str> = admitted.cautions().iter().map(|caution| caution.code()).collect();
    if !codes.is_empty() {
        parts.push(codes.join(" "));
    }
    parts.join(", ")
}

fn of_rejection(language: &Language, rejection: &Rejection, now: Timestamp) -> String {
    let span = |later: Timestamp, earlier| language.span(later.seconds_since(earlier));
    match (rejection.code(), rejection.evidence()) {
        (RejectionCode::FromTheFuture, Evidence::Times { found, .. }) => {
            messages::phone_ahead(language, span(found, now))
        }
        (RejectionCode::Forgotten, Evidence::Times { limit: Timestamp::MAX, .. }) => {
            messages::memory_lost_for_good(language)
        }
        (RejectionCode::Forgotten, Evidence::Times { limit, .. }) if limit > now => {
            messages::memory_lost(language, language.local(limit), span(limit, now))
        }
        (RejectionCode::Forgotten, Evidence::Times { found, limit }) => {
            messages::forgotten(language, language.local(found), language.local(limit))
        }
        (RejectionCode::MemoryAhead, Evidence::Times { limit, .. }) => {
            messages::memory_ahead(language, language.local(limit))
        }
        (RejectionCode::Stale, Evidence::Times { limit, .. }) => {
            messages::stale(language, span(now, limit))
        }
        (RejectionCode::ClockSuspect, Evidence::Times { found, limit }) => {
            messages::phones_agree(language, language.local(limit), language.local(found))
        }
        (RejectionCode::CoolingDown, Evidence::Times { limit, .. }) => {
            messages::free_in(language, span(limit, now))
        }
        (
            RejectionCode::AlreadyUsed | RejectionCode::AlreadyAcceptedHere,
            Evidence::Times { limit, .. },
        ) => messages::ago(language, span(now, limit)),
        (
            RejectionCode::Expired
            | RejectionCode::CredentialTooOld
            | RejectionCode::KeyExpired
            | RejectionCode::ChallengeExpired
            | RejectionCode::TrustListExpired
            | RejectionCode::StatusListExpired
            | RejectionCode::StatusListTooOld,
            Evidence::Times { limit, .. },
        ) => messages::ended(language, language.local(limit), span(now, limit)),
        (RejectionCode::NotYetValid, Evidence::Times { limit, .. }) => {
            messages::begins(language, language.local(limit), span(limit, now))
        }
        (_, Evidence::Times { found, limit }) => {
            messages::beyond_limit(language, language.local(found), language.local(limit))
        }
        (_, Evidence::Numbers { found, limit }) => messages::beyond_limit(language, found, limit),
        (_, Evidence::Counts { found, limit }) => messages::beyond_limit(language, found, limit),
        (_, Evidence::Malformed(malformed)) => malformed.to_string(),
        _ => String::new(),
    }
}

/// By how much several phones say that the gate's clock is wrong.
pub(super) fn offset(language: &Language, seconds: i64) -> String {
    let span = language.span(seconds.unsigned_abs());
    if seconds < 0 {
        messages::clock_ahead(language, span)
    } else {
        messages::clock_behind(language, span)
    }
}

fn form(language: &Language, form: Form) -> String {
    language.say(&format!("form-{}", form.name()), &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::english;
    use livepermit::rejection::Fault;

    #[test]
    fn what_a_store_has_forgotten_is_told_with_both_times_and_is_the_gates_fault() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let forgotten = Rejection::times(RejectionCode::Forgotten, at(60), at(120));
        let detail = of_rejection(english(), &forgotten, at(130));
        assert!(detail.starts_with("made at 1970-01-01"), "{detail}");
        assert!(detail.contains("remembers used codes only from 1970-01-01"), "{detail}");
        let waiting = of_rejection(english(), &forgotten, at(119));
        assert!(waiting.ends_with("in 1 s"), "{waiting}");
        let lost = Rejection::times(RejectionCode::Forgotten, at(60), Timestamp::MAX);
        assert!(of_rejection(english(), &lost, at(60)).contains("go-on"));
        assert_eq!(forgotten.fault(), Fault::Ours);
        // The wait is over in the second that it ends.
        assert!(of_rejection(english(), &forgotten, at(120)).starts_with("made at "));
        let stale = Rejection::times(RejectionCode::Stale, at(90), at(60));
        assert_eq!(of_rejection(english(), &stale, at(90)), "it was live until 30 s ago");
    }

    #[test]
    fn times_that_need_no_sentence_are_told_as_they_are() {
        let at = |seconds| Timestamp::from_unix(seconds).unwrap();
        let (early, late) = (english().local(at(60)), english().local(at(90)));
        let expired = Rejection::times(RejectionCode::Expired, at(90), at(60));
        let told = format!("it ended at {early}, 30 s ago");
        assert_eq!(of_rejection(english(), &expired, at(90)), told);
        let begins = Rejection::times(RejectionCode::NotYetValid, at(60), at(90));
        let told = format!("it begins at {late}, in 30 s");
        assert_eq!(of_rejection(english(), &begins, at(60)), told);
        let suspect = Rejection::times(RejectionCode::ClockSuspect, at(90), at(60));
        // Its evidence is the same for both, so the words name both.
        let told =
            format!("phones or the shared memory say that it is {early}, the gate has {late}");
        assert_eq!(of_rejection(english(), &suspect, at(90)), told);
        assert_eq!(offset(english(), -120), "this gate's clock is 2 min ahead of several phones");
        assert_eq!(offset(english(), 120), "this gate's clock is 2 min behind several phones");
    }
}
