//! Raw frames, one after the other.

use std::io::Read;

use livepermit::scan::{FrameReader, LumaBuffer, LumaFrame, Point, ScanEvent, Scanner};
use livepermit::{Timestamp, Verified, Verifier};
use serde_json::json;

use super::report::{Found, Report};
use super::{ScanArgs, draw};
use crate::failure::{Failure, Outcome};
use crate::frames::{Cutter, FrameSize, frame_failure, open};
use crate::{output, time};

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
        return Err(Failure::new(
            "no frame came",
            "pipe frames in, as in: ffmpeg -i video.mp4 -f rawvideo -pix_fmt gray -s 1280x720 - | livepermit scan --raw 1280x720 ...",
        ));
    }
    output::note(&format!("{number} frame(s), {} code(s)", report.codes()));
    if report.codes() == 0 {
        output::note(
            "if there should be some: --raw has to be the size of the frames that come (ffmpeg: -s 1280x720)",
        );
    }
    Ok(report.outcome())
}

fn input(args: &ScanArgs) -> Result<Box<dyn Read + Send>, Failure> {
    let path = match args.paths.as_slice() {
        [] => None,
        [path] if path.as_os_str() == "-" => None,
        [path] => Some(path.as_path()),
        _ => {
            return Err(Failure::new(
                "several files are named, and --raw reads one",
                "join them: cat ONE TWO | livepermit scan --raw ...",
            ));
        }
    };
    open(
        path,
        "name a file, or pipe frames in, as in: ffmpeg -i video.mp4 -f rawvideo -pix_fmt gray - | livepermit scan ...",
    )
}

enum Look {
    Judging(Box<Scanner<Verifier>>),
    /// What the last frame held, so that a code that stays in view is listed once.
    Listing {
        reader: FrameReader,
        before: Vec<Vec<u8>>,
    },
}

impl Look {
    /// What is new in this frame.
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
                let held = std::mem::replace(
                    before,
                    codes.iter().map(|code| code.bytes().to_vec()).collect(),
                );
                let new =
                    codes.iter().filter(|code| !held.iter().any(|bytes| bytes == code.bytes()));
                Ok(new
                    .map(|code| (Found::Read(code.text().map(str::to_owned)), code.corners()))
                    .collect())
            }
        }
    }
}

fn news(event: ScanEvent<Verified>) -> Option<(Found, [Point; 4])> {
    match event {
        ScanEvent::Accepted { accepted, corners } => {
            Some((Found::Verdict(Box::new(Ok(accepted))), corners))
        }
        ScanEvent::Refused { rejection, corners } => {
            Some((Found::Verdict(Box::new(Err(rejection))), corners))
        }
        ScanEvent::Foreign { corners } => Some((Found::Foreign, corners)),
        _ => None,
    }
}
