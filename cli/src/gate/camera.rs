//! A gate with a camera: frames through a pipe, each code one verdict.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

use livepermit::Timestamp;
use livepermit::scan::{LumaBuffer, ScanEvent, Scanner};

use super::answer::Finding;
use super::{Gate, GateArgs, IDLE};
use crate::failure::{Failure, Outcome};
use crate::frames::{Cutter, FrameSize, frame_failure, open};
use crate::{output, time};

/// Frames without a readable code, one after the other, before somebody is asked to hold still: a
/// third of a second.
const UNREADABLE: u32 = 10;

/// A frame, or why there is none any more; `None` at the end.
type Next = Result<Option<Vec<u8>>, Failure>;

pub(super) fn run(gate: &mut Gate, args: &GateArgs, size: FrameSize) -> Result<Outcome, Failure> {
    let cutter = Cutter::new(size, args.format.pix_fmt);
    let help = "name a pipe or file with --input, or pipe the camera in; `livepermit gate --help` shows how";
    let (frames, used) = spawn(open(args.input.as_deref(), help)?, cutter);
    let mut scanner = Scanner::new(Arc::clone(&gate.checkpoint));
    let mut buffer = LumaBuffer::new();
    let (mut number, mut unreadable) = (0_u64, 0_u32);
    gate.screen.ready(gate.checkpoint.place());
    loop {
        gate.screen.refresh();
        if gate.screen.is_over() {
            return Ok(Outcome::Done);
        }
        let pixels = match frames.recv_timeout(IDLE) {
            Ok(next) => match next? {
                Some(pixels) => pixels,
                None => return ended(number),
            },
            Err(RecvTimeoutError::Timeout) => {
                gate.take_up_lists_now_and_then(time_of(args, number)?)?;
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return ended(number),
        };
        // The time at which it is judged, not taken: what waited in the pipe has not become
        // younger.
        let now = time_of(args, number)?;
        number = number.saturating_add(1);
        gate.take_up_lists_now_and_then(now)?;
        let frame = cutter.luma(&pixels, &mut buffer).map_err(|error| frame_failure(&error))?;
        match scanner.scan(&frame, now) {
            Ok(events) => {
                let is_unreadable = matches!(events.as_slice(), [ScanEvent::Unreadable]);
                unreadable = if is_unreadable { unreadable.saturating_add(1) } else { 0 };
                gate.screen.hint(unreadable >= UNREADABLE);
                for event in events {
                    gate.see(event, now)?;
                }
            }
            // One frame is lost; the next one comes at once.
            Err(error) => output::warning(&format!("frame {number}: {error}")),
        }
        // Where the other side is gone the room is not needed again.
        let _ = used.send(pixels);
    }
}

impl Gate {
    fn see(
        &mut self,
        event: ScanEvent<livepermit::Admitted>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        match event {
            ScanEvent::Accepted { accepted, .. } => {
                self.tell(Finding::Judged(Box::new(Ok(accepted))), now)
            }
            ScanEvent::Refused { rejection, .. } => {
                self.tell(Finding::Judged(Box::new(Err(rejection))), now)
            }
            ScanEvent::Foreign { .. } => self.tell(Finding::Foreign, now),
            _ => Ok(()),
        }
    }
}

fn time_of(args: &GateArgs, number: u64) -> Result<Timestamp, Failure> {
    let at = args
        .dangerous_at
        .zip(args.dangerous_fps)
        .map(|(at, fps)| at.plus(number / u64::from(fps.get())));
    time::at_or_now(at.or(args.dangerous_at))
}

fn ended(frames: u64) -> Result<Outcome, Failure> {
    if frames == 0 {
        return Err(Failure::new(
            "no frame came",
            "pipe the camera in, as in: ffmpeg -f v4l2 -i /dev/video0 -f rawvideo -pix_fmt gray -s 1280x720 - | livepermit gate ...",
        ));
    }
    Ok(Outcome::Done)
}

/// Reads frames beside the gate: one waits, so that none grows old. Rooms of frames that were
/// looked at go back.
fn spawn(mut from: Box<dyn Read + Send>, cutter: Cutter) -> (Receiver<Next>, SyncSender<Vec<u8>>) {
    let (sender, frames) = sync_channel(1);
    let (give_back, rooms) = sync_channel(2);
    std::thread::spawn(move || {
        for number in 0.. {
            let mut pixels = rooms.try_recv().unwrap_or_default();
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
