//! Raw frames, one after the other.

use std::io::Read;

use livepermit::{Timestamp, Verified, Verifier};
use livepermit_gate::scan::{ScanEvent, Scanner};
use livepermit_qr::read::{FoundCode, FrameReader, LumaBuffer, LumaFrame, Part, Point};
use serde_json::json;

use super::args::ScanArgs;
use super::report::{Found, Report};
use super::{draw, texts};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::frames::{Cutter, FrameSize, frame_failure, open};
use crate::shared::{output, time};

pub(super) fn run(
    args: &ScanArgs,
    size: FrameSize,
    verifier: Option<Verifier>,
    start: Timestamp,
    mut report: Report,
) -> Result<Outcome, Failure> {
    let mut input = input(args)?;
    let cutter = Cutter::new(size, args.format.pix_fmt);
    let mut look = verifier.map_or_else(
        || Look::Listing { reader: FrameReader::new(), before: Vec::new() },
        |verifier| Look::Judging(Box::new(Scanner::new(verifier))),
    );
    let (mut pixels, mut buffer) = (Vec::new(), LumaBuffer::new());
    let mut number = 0_u64;
    while cutter.next(&mut *input, &mut pixels, number)? {
        let frame = cutter.luma(&pixels, &mut buffer).map_err(|error| frame_failure(&error))?;
        let now = match args.fps {
            Some(fps) => start.plus(number / u64::from(fps)),
            None => time::at_or_now(args.time.at)?,
        };
        let found = look.at(&frame, now)?;
        let name = format!("frame {number}");
        for (found, corners) in &found {
            report.found((&name, json!({ "frame": number })), found, *corners, now)?;
        }
        if let (Some(folder), false) = (&args.draw, found.is_empty()) {
            let marks: Vec<_> =
                found.iter().map(|(found, corners)| (found.mark(), *corners)).collect();
            draw::frame(
                cutter.grey(&pixels),
                size,
                &marks,
                &folder.join(format!("frame-{number:06}.png")),
            )?;
        }
        number = number.saturating_add(1);
    }
    if number == 0 {
        return Err(texts::no_frame());
    }
    output::note(&texts::counted(number, report.codes()));
    if report.codes() == 0 {
        output::note(&texts::check_size());
    }
    Ok(report.outcome())
}

fn input(args: &ScanArgs) -> Result<Box<dyn Read + Send>, Failure> {
    let path = match args.paths.as_slice() {
        [] => None,
        [path] if path.as_os_str() == "-" => None,
        [path] => Some(path.as_path()),
        _ => {
            return Err(texts::several_streams());
        }
    };
    open(path, texts::no_frames_from_keyboard)
}

enum Look {
    Judging(Box<Scanner<Verifier>>),
    /// The codes of the last frame, so that a code that stays in view is listed once.
    Listing {
        reader: FrameReader,
        before: Vec<(Vec<u8>, Option<Part>)>,
    },
}

impl Look {
    /// The codes that are new in this frame.
    fn at(
        &mut self,
        frame: &LumaFrame<'_>,
        now: Timestamp,
    ) -> Result<Vec<(Found, [Point; 4])>, Failure> {
        match self {
            Self::Judging(scanner) => {
                let events = scanner.scan(frame, now).map_err(|error| frame_failure(&error))?;
                Ok(events.into_iter().filter_map(news).collect())
            }
            Self::Listing { reader, before } => {
                let codes = reader.read(frame).map_err(|error| frame_failure(&error))?.into_codes();
                let content = |code: &FoundCode| (code.bytes().to_vec(), code.part());
                let held = std::mem::replace(before, codes.iter().map(content).collect());
                let new = codes.iter().filter(|code| !held.contains(&content(code)));
                let found = |code: &FoundCode| match code.part() {
                    Some(part) => Found::Part(part, false),
                    None => Found::Read(code.text().map(str::to_owned)),
                };
                Ok(new.map(|code| (found(code), code.corners())).collect())
            }
        }
    }
}

fn news(event: ScanEvent<Verified>) -> Option<(Found, [Point; 4])> {
    match event {
        ScanEvent::Accepted { accepted, corners } => {
            Some((Found::Verdict(Box::new(Ok(accepted))), corners))
        }
        ScanEvent::Refused { rejection, corners, .. } => {
            Some((Found::Verdict(Box::new(Err(rejection))), corners))
        }
        ScanEvent::Foreign { corners } => Some((Found::Foreign, corners)),
        _ => None,
    }
}
