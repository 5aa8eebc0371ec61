use core::borrow::Borrow;

use livepermit::Timestamp;

use super::track::Standing;
use super::{FrameError, Judge, LumaFrame, Point, ScanEvent, Scanner};
use crate::gate::{Admitted, Gate, Pending};
use crate::replay::{Answer, Attempt, StoreError};
use crate::visitor::Bearer;

/// A code in view that is verified and not used yet: ask the store of used codes next.
///
/// [`Scanner::begin`] makes this type. Give [`Asked::attempt`] to the store, and give the store's
/// answer to [`Scanner::finish`], best before the next frame. When an `Asked` is dropped, the gate
/// has used nothing, and the code is only [`Held`](ScanEvent::Held) as long as it stays in view.
#[derive(Debug)]
#[must_use]
pub struct Asked {
    pending: Pending,
    corners: [Point; 4],
}

impl Asked {
    /// The question for the store of used codes.
    #[must_use]
    pub const fn attempt(&self) -> &Attempt {
        self.pending.attempt()
    }
}

/// For a program that asks the store of used codes itself: a database in a browser, a service.
impl<J: Judge<Accepted = Admitted> + Borrow<Gate>> Scanner<J> {
    /// The first half of [`Scanner::scan`]: everything except the store of used codes, as
    /// [`Gate::begin`] is of [`Gate::admit`]. **No door opens on an [`Asked`].**
    ///
    /// ```
    /// use livepermit_gate::replay::ReplayStore;
    /// use livepermit_gate::scan::{FrameError, LumaFrame, ScanEvent, Scanner};
    /// use livepermit_gate::{Gate, Timestamp};
    ///
    /// fn opened(
    ///     camera: &mut Scanner<Gate>,
    ///     frame: &LumaFrame<'_>,
    ///     store: &impl ReplayStore,
    ///     now: Timestamp,
    /// ) -> Result<usize, FrameError> {
    ///     let mut opened = 0;
    ///     for event in camera.begin(frame, now)? {
    ///         if let ScanEvent::Accepted { accepted: asked, .. } = event {
    ///             let answer = store.admit(asked.attempt());
    ///             let end = camera.finish(asked, answer, now);
    ///             opened += usize::from(matches!(end, ScanEvent::Accepted { .. }));
    ///         }
    ///     }
    ///     Ok(opened)
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Scanner::scan`].
    pub fn begin(
        &mut self,
        frame: &LumaFrame<'_>,
        now: Timestamp,
    ) -> Result<Vec<ScanEvent<Asked>>, FrameError> {
        self.look(frame, now, |judge, token, corners| {
            let (pending, permit) = Borrow::<Gate>::borrow(judge).begin_read(*token, now);
            let asked = |pending: Pending| {
                let bearer = Bearer::of(pending.verified());
                (Standing::Asked { bearer, before: None }, Asked { pending, corners })
            };
            (pending.map(asked), permit)
        })
    }

    /// The second half: the answer of the store decides, as with [`Gate::finish`]. The event is
    /// what [`Scanner::scan`] would have returned: [`Held`](ScanEvent::Held), if the same code is
    /// refused once more for the same reason.
    pub fn finish(
        &mut self,
        asked: Asked,
        answer: Result<Answer, StoreError>,
        now: Timestamp,
    ) -> ScanEvent<Admitted> {
        let Asked { pending, corners } = asked;
        let (bearer, permit) = (Bearer::of(pending.verified()), pending.verified().permit_id());
        let verdict = Borrow::<Gate>::borrow(&self.judge).finish(pending, answer, now);
        let is_new = self.tracks.answered(&bearer, corners, verdict.as_ref().err(), now);
        match verdict {
            Ok(accepted) => ScanEvent::Accepted { accepted, corners },
            Err(rejection) if is_new => {
                ScanEvent::Refused { rejection, permit: Some(permit), corners }
            }
            Err(_) => ScanEvent::Held { corners },
        }
    }
}
