//! A gate with a camera: frames come through a pipe, and each code gets one verdict.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use livepermit::Timestamp;
use livepermit_gate::Admitted;
use livepermit_gate::scan::{ScanEvent, Scanner};
use livepermit_qr::read::LumaBuffer;

use super::answer::Finding;
use super::clock::Clock;
use super::desk::{Desk, IDLE};
use super::sight::{FrameTrouble, Sight};
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::frames::{Cutter, frame_failure};
use crate::shared::output;

/// After this many frames without a readable code, the gate asks the visitor to hold still: a third
/// of a second.
const UNREADABLE: u32 = 10;

/// After this time without a frame, the gate says so.
const NO_FRAME: Duration = Duration::from_secs(2);

/// A frame, or why no frame comes; `None` at the end.
type Next = Result<Option<Vec<u8>>, Failure>;

/// Answers what the camera sees, until the frames end or somebody ends the gate.
pub(crate) fn run(
    desk: &mut Desk,
    from: Box<dyn Read + Send>,
    cutter: Cutter,
    clock: Clock,
) -> Result<Outcome, Failure> {
    let (frames, used) = spawn(from, cutter);
    let mut scanner = Scanner::new(Arc::clone(&desk.gate));
    let mut buffer = LumaBuffer::new();
    let (mut number, mut unreadable) = (0_u64, 0_u32);
    let (mut sight, mut waited) = (Sight::default(), Duration::ZERO);
    desk.screen.ready(desk.gate.place());
    desk.begin(&clock)?;
    loop {
        if !desk.goes_on() {
            return Ok(Outcome::Done);
        }
        let pixels = match frames.recv_timeout(IDLE) {
            Ok(next) => match next? {
                Some(pixels) => pixels,
                None => return ended(&sight),
            },
            Err(RecvTimeoutError::Timeout) => {
                waited = waited.saturating_add(IDLE);
                let now = clock.of_frame(number)?;
                if waited == NO_FRAME {
                    desk.frames_are(Some(FrameTrouble::missing()), now);
                }
                // In tests, the time between two frames is not known.
                if clock.fps.is_none() {
                    desk.reload_lists(now)?;
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return ended(&sight),
        };
        let now = clock.of_frame(number)?;
        number = number.saturating_add(1);
        desk.saw_frame();
        let is_back = std::mem::take(&mut waited) >= NO_FRAME;
        if sight.see(&pixels, cutter, now) || is_back {
            desk.frames_are(sight.trouble().map(FrameTrouble::wrong), now);
        }
        desk.reload_lists_each_second(now)?;
        let frame = cutter.luma(&pixels, &mut buffer).map_err(|error| frame_failure(&error))?;
        match scanner.scan(&frame, now) {
            Ok(events) => {
                let is_unreadable = matches!(events.as_slice(), [ScanEvent::Unreadable]);
                unreadable = if is_unreadable { unreadable.saturating_add(1) } else { 0 };
                desk.screen.hint(unreadable >= UNREADABLE);
                for event in events {
                    if see(desk, event, now)? {
                        sight.codes = sight.codes.saturating_add(1);
                    }
                }
            }
            // Only this frame is lost.
            Err(error) => output::warning(&texts::frame_lost(number, error)),
        }
        // If the thread has ended, nobody needs the buffer again.
        let _ = used.send(pixels);
    }
}

/// Answers an event. Returns whether there was something to answer.
fn see(desk: &mut Desk, event: ScanEvent<Admitted>, now: Timestamp) -> Result<bool, Failure> {
    let (finding, permit) = match event {
        ScanEvent::Accepted { accepted, .. } => {
            let permit = accepted.verified().permit_id();
            (Finding::Judged(Box::new(Ok(accepted))), Some(permit))
        }
        ScanEvent::Refused { rejection, permit, .. } => {
            (Finding::Judged(Box::new(Err(rejection))), permit)
        }
        ScanEvent::Foreign { .. } => (Finding::Foreign, None),
        _ => return Ok(false),
    };
    desk.tell(finding, permit, now).map(|()| true)
}

fn ended(sight: &Sight) -> Result<Outcome, Failure> {
    if sight.frames == 0 {
        return Err(texts::no_frame());
    }
    output::note(&texts::seen(sight.frames, sight.codes));
    Ok(Outcome::Done)
}

/// Reads frames on a thread, one ahead, so that no frame grows old. Used buffers are sent back for
/// reuse.
fn spawn(mut from: Box<dyn Read + Send>, cutter: Cutter) -> (Receiver<Next>, SyncSender<Vec<u8>>) {
    let (sender, frames) = sync_channel(1);
    let (give_back, buffers) = sync_channel(2);
    std::thread::spawn(move || {
        for number in 0.. {
            // No used buffer has come back yet: make a new buffer.
            let mut pixels = buffers.try_recv().unwrap_or_else(|_| Vec::new());
            let next =
                cutter.next(&mut *from, &mut pixels, number).map(|is_one| is_one.then_some(pixels));
            let is_last = !matches!(next, Ok(Some(_)));
            if sender.send(next).is_err() || is_last {
                break;
            }
        }
    });
    (frames, give_back)
}
