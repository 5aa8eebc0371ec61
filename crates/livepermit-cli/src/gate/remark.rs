//! What an answer says beside its verdict.

use livepermit::rejection::Evidence;
use livepermit::{Rejection, RejectionCode, Timestamp};
use livepermit_gate::{Admitted, Gate};

use super::answer::Finding;
use super::{equipment, messages};
use crate::language::Language;

/// One remark, in the details of an answer and as a code for programs.
#[derive(Debug, Clone)]
pub(super) enum Remark {
    /// The letters of the code arrived with their case changed, and were restored.
    CaseChanged,
    /// The code was refused for its time, and nothing proves the gate's clock yet.
    ClockUnproven { theirs: Timestamp, ours: Timestamp },
    /// Where another code of the permit was let in, and how many seconds ago.
    LetIn { seconds: u64, gate: Box<str>, lane: Box<str> },
}

impl Remark {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::CaseChanged => equipment::CASE,
            Self::ClockUnproven { .. } => "clock-unproven",
            Self::LetIn { .. } => "let-in-before",
        }
    }

    pub(super) fn text(&self, language: &Language) -> String {
        match self {
            Self::CaseChanged => messages::case_changed(language),
            Self::ClockUnproven { theirs, ours } => {
                messages::clock_unproven(language, language.local(*theirs), language.local(*ours))
            }
            Self::LetIn { seconds, gate, lane } => {
                messages::let_in_before(language, language.span(*seconds), gate, lane)
            }
        }
    }
}

/// Where the permit of a refused code was let in, if that is why it was refused.
pub(super) fn let_in_before(
    gate: &Gate,
    text: &str,
    verdict: &Result<Admitted, Rejection>,
    now: Timestamp,
) -> Option<Remark> {
    let code = verdict.as_ref().err()?.code();
    let is_used = matches!(
        code,
        RejectionCode::AlreadyUsed | RejectionCode::CoolingDown | RejectionCode::Superseded
    );
    let sighting = is_used.then(|| gate.last_sighting(text, now)).flatten()?;
    let seconds = now.seconds_since(sighting.at);
    // A sighting that is still to come is the gate's own fault, and told as that.
    (sighting.at <= now).then_some(Remark::LetIn {
        seconds,
        gate: sighting.gate,
        lane: sighting.lane,
    })
}

/// Whether a live code was accepted since the start: the clock that made it and the gate's clock
/// agree. A slip is as good at any hour, so it proves nothing.
#[derive(Debug, Default)]
pub(super) struct ClockProof {
    is_proven: bool,
}

impl ClockProof {
    /// Takes a finding. Returns what the guard should know about the gate's clock.
    pub(super) fn remark(&mut self, finding: &Finding, now: Timestamp) -> Option<Remark> {
        let Finding::Judged(verdict) = finding else { return None };
        let rejection = match verdict.as_ref() {
            Ok(admitted) => {
                self.is_proven |= admitted.verified().replay_key().moment.is_some();
                return None;
            }
            Err(rejection) => rejection,
        };
        let theirs = match (rejection.code(), rejection.evidence()) {
            // The code was live until this time.
            (RejectionCode::Stale, Evidence::Times { limit, .. }) => limit,
            (RejectionCode::FromTheFuture, Evidence::Times { found, .. }) => found,
            (RejectionCode::NotYetValid, Evidence::Times { found, limit }) => found.max(limit),
            _ => return None,
        };
        (!self.is_proven).then_some(Remark::ClockUnproven { theirs, ours: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_790_000_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix(NOW + seconds).unwrap()
    }

    fn refused(code: RejectionCode, found: u64, limit: u64) -> Finding {
        Finding::Judged(Box::new(Err(Rejection::times(code, at(found), at(limit)))))
    }

    #[test]
    fn a_refusal_for_its_time_names_both_clocks() {
        let mut proof = ClockProof::default();
        for (code, found, limit, theirs) in [
            (RejectionCode::Stale, 50, 20, Some(20)),
            (RejectionCode::FromTheFuture, 90, 55, Some(90)),
            (RejectionCode::NotYetValid, 50, 70, Some(70)),
            (RejectionCode::Expired, 50, 20, None),
            (RejectionCode::AlreadyUsed, 50, 20, None),
        ] {
            let remark = proof.remark(&refused(code, found, limit), at(50));
            let told = remark.map(|remark| match remark {
                Remark::ClockUnproven { theirs, ours } => (theirs, ours),
                other => panic!("{other:?}"),
            });
            assert_eq!(told, theirs.map(|theirs| (at(theirs), at(50))), "{code}");
        }
        assert!(proof.remark(&Finding::Foreign, at(50)).is_none());
    }
}
