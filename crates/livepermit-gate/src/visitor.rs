//! The visitor whom a lane let in: a phone that goes on showing its next codes is no second visitor.

use livepermit::rejection::Stage;
use livepermit::verify::{Buffer, Judgement, PermitId};
use livepermit::{Context, PublicKey, Rejection, RejectionCode, Timestamp, Unverified, Verified};

use crate::gate::{Gate, GateJudgement};
use crate::replay::Sighting;

/// The phone that shows a code, and the moment of its newest code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "scan"), expect(unreachable_pub, reason = "the scanner's judge names it"))]
pub struct Bearer {
    permit: PermitId,
    /// The thumbprint of the device's key; `None` for a pass.
    device: Option<[u8; 32]>,
    /// `None` for a slip, whose text never changes.
    moment: Option<Timestamp>,
}

impl Bearer {
    pub(crate) fn of(verified: &Verified) -> Self {
        Self {
            permit: verified.permit_id(),
            device: verified.device_key().map(PublicKey::thumbprint),
            moment: verified.replay_key().moment,
        }
    }

    /// The phone according to the signatures, whatever the verdict is. `None` if a signature is
    /// wrong, or if the key must not sign such a code.
    pub(crate) fn signed(judgement: &Judgement) -> Option<Self> {
        let refused = judgement.verdict.as_ref().err();
        if refused.is_some_and(|rejection| rejection.stage() <= Stage::Signature) {
            return None;
        }
        let signed = judgement.signed.as_ref()?;
        Some(Self {
            permit: signed.permit,
            device: signed.device_key.as_ref().map(PublicKey::thumbprint),
            moment: signed.issued_at,
        })
    }

    /// Whether `next` is a code of the same phone and not older. Nothing continues a slip.
    pub(crate) fn goes_on_as(&self, next: &Self) -> bool {
        let is_newer = self.moment.is_some_and(|moment| Some(moment) <= next.moment);
        next.permit == self.permit && next.device == self.device && is_newer
    }

    /// Whether both are the same phone with the same permit, at any moment.
    #[cfg(feature = "scan")]
    pub(crate) fn is_phone_of(&self, other: &Self) -> bool {
        other.permit == self.permit && other.device == self.device
    }

    /// Whether a device shows its own codes. Anybody can show a pass.
    const fn is_device(&self) -> bool {
        self.device.is_some()
    }

    /// Whether `next` is a later code of the same phone. Another text with the same moment is a
    /// copy.
    pub(crate) fn goes_on_with_newer(&self, next: &Self) -> bool {
        self.goes_on_as(next) && self.moment != next.moment
    }
}

/// The visitor whom a lane without a camera let in last.
///
/// A camera follows a code from frame to frame, so a [`Scanner`] knows that a phone still shows its
/// next code. A hand scanner gives one text after another. A phone that is held before it shows a
/// new code every few seconds, and the cool-down refuses that code. This value turns the refusal
/// into `already-accepted-here` while the same phone goes on: nothing changes, and no door opens. A
/// pass is bound to no phone, so its next code is judged like any other.
///
/// [`Scanner`]: https://docs.rs/livepermit-gate/latest/livepermit_gate/scan/struct.Scanner.html
#[derive(Debug, Default)]
pub struct LastVisitor(Option<Visit>);

#[derive(Debug)]
struct Visit {
    bearer: Bearer,
    admitted: Timestamp,
    seen: Timestamp,
}

impl LastVisitor {
    /// Seconds without a code after which the visitor has gone. Phones show a new code every ten
    /// seconds.
    pub const GONE_AFTER: u64 = 15;

    /// [`Gate::judge`], with the memory of the last visitor. Use one value for each lane.
    ///
    /// For the next code of the phone that was let in last, the rejection is
    /// [`RejectionCode::AlreadyAcceptedHere`] with the time of the admission, instead of
    /// [`RejectionCode::CoolingDown`].
    pub fn judge(&mut self, gate: &Gate, text: &str, now: Timestamp) -> GateJudgement {
        let mut judgement = gate.judge(text, now);
        match &judgement.verdict {
            Ok(admitted) => {
                let bearer = Bearer::of(admitted.verified());
                self.0 = Some(Visit { bearer, admitted: now, seen: now });
            }
            Err(rejection) => {
                if let Some(again) = self.again(gate, text, *rejection, now) {
                    judgement.verdict = Err(again);
                }
            }
        }
        judgement
    }

    /// The rejection of a code with which the last visitor goes on.
    fn again(
        &mut self,
        gate: &Gate,
        text: &str,
        rejection: Rejection,
        now: Timestamp,
    ) -> Option<Rejection> {
        let visit = self.0.as_mut()?;
        match rejection.code() {
            RejectionCode::AlreadyAcceptedHere => {
                visit.seen = visit.seen.max(now);
                None
            }
            RejectionCode::CoolingDown => {
                let is_there =
                    now >= visit.seen && now.seconds_since(visit.seen) <= Self::GONE_AFTER;
                let next = shown_by(gate, text, now).filter(|_| is_there)?;
                if !next.is_device() || !visit.bearer.goes_on_with_newer(&next) {
                    return None;
                }
                (visit.bearer, visit.seen) = (next, now);
                let code = RejectionCode::AlreadyAcceptedHere;
                Some(Rejection::times(code, now, visit.admitted))
            }
            _ => None,
        }
    }
}

impl Gate {
    /// When and where a code of the same permit was let in last: of the permit that this text shows,
    /// if its signatures are good. This asks the store, and changes nothing. `None` if the store
    /// knows nothing, gives no answer, or does not show its records.
    #[must_use]
    pub fn last_sighting(&self, text: &str, now: Timestamp) -> Option<Sighting> {
        let permit = shown_by(self, text, now)?.permit;
        let record = self.store().earlier(permit).ok()??;
        let newest = record.newest.map(|(_, sighting)| sighting);
        newest.into_iter().chain(record.slip).max_by_key(|sighting| sighting.at)
    }
}

/// The phone that shows a code that was refused.
fn shown_by(gate: &Gate, text: &str, now: Timestamp) -> Option<Bearer> {
    let mut buffer = Buffer::new();
    let token = Unverified::read(&mut buffer, text).ok()?;
    Bearer::signed(&gate.verifier().judge(&token, &mut Context::at(now)))
}
