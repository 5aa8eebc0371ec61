//! The gate: camera, scanner, and a record of what it said of whom.

use std::time::{Duration, Instant};

use livepermit::{Form, Timestamp};
use livepermit_gate::replay::Retention;
use livepermit_gate::scan::{ScanEvent, Scanner};
use livepermit_gate::{Admitted, Gate, MemoryReplay};
use livepermit_qr::read::{FrameReader, LumaFrame};
use livepermit_testkit::camera::{Frame, Phone, Pose, Random, Scene, Size, Slip};

use super::RATE;
use super::cast::{Part, Role, Shown};
use livepermit_testkit::{gate_with, policy};

/// What was said of one role.
struct Record {
    /// Whose permit, for a holder.
    subject: Option<String>,
    expected: &'static str,
    /// Whether it is a slip, or a copy of one.
    is_slip: bool,
    said: Vec<&'static str>,
    /// Frames that showed it until the first verdict.
    frames: u64,
    /// Time from the end of the frame to the verdict.
    took: Option<Duration>,
}

/// What the gate has to say, of screens and of slips (`true`).
const EXPECTED: [(&str, bool); 8] = [
    ("accepted", false),
    ("already-used", false),
    ("cooling-down", false),
    ("stale", false),
    ("expired", false),
    ("foreign", false),
    ("accepted", true),
    ("cooling-down", true),
];

pub(crate) struct RecordedGate {
    scanner: Scanner<Gate>,
    reader: FrameReader,
    /// Since the epoch, in frames.
    clock: u64,
    frames: u64,
    people: u32,
    records: Vec<Record>,
    wrong_texts: u64,
    wrong_people: u64,
    unread: u64,
    shown: u64,
}

impl RecordedGate {
    pub(crate) fn new() -> Self {
        let store = MemoryReplay::new(10_000, Retention::default());
        let policy = policy().with_forms([Form::Pass, Form::Presentation, Form::Slip]);
        let gate = gate_with(policy, |gate| gate.store(store));
        Self {
            scanner: Scanner::new(gate),
            reader: FrameReader::new(),
            clock: 1_790_000_000 * RATE,
            frames: 0,
            people: 0,
            records: Vec::new(),
            wrong_texts: 0,
            wrong_people: 0,
            unread: 0,
            shown: 0,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.clock / RATE).unwrap()
    }

    pub(crate) const fn frames(&self) -> u64 {
        self.frames
    }

    /// Frames that the camera takes and nobody computes.
    pub(crate) const fn skip(&mut self, frames: u64) {
        self.clock += frames;
    }

    /// Until the first frame of the ten seconds after this many, so that phones change their codes
    /// together.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.skip(seconds * RATE);
        if seconds >= 60 {
            self.clock = self.clock.next_multiple_of(10 * RATE);
        }
    }

    pub(crate) fn wait_until(&mut self, time: Timestamp) {
        self.clock = self.clock.max(time.as_unix() * RATE);
    }

    pub(crate) const fn number(&mut self) -> u32 {
        self.people += 1;
        self.people
    }

    pub(crate) fn role(&mut self, role: Role<'_>) -> Part {
        let (subject, expected, is_slip) = match role {
            Role::Holder(person) => (Some(person.subject.clone()), "accepted", person.has_slip()),
            Role::Copy(code) => (None, code, false),
            Role::SlipCopy(code) => (None, code, true),
            Role::Poster => (None, "foreign", false),
        };
        let said = Vec::new();
        self.records.push(Record { subject, expected, is_slip, said, frames: 0, took: None });
        Part(self.records.len() - 1)
    }

    /// Comes near, blurred at first, and is then held still.
    pub(crate) fn approach(&mut self, shown: &[Shown], random: &mut Random) {
        for (step, blur) in [6.0, 4.0, 2.0, 1.0, 0.5, 0.5].into_iter().enumerate() {
            let away = 1.0 + 0.25 / (1.0 + step as f32);
            let moved: Vec<Shown> = shown
                .iter()
                .map(|one| {
                    let mut one = one.clone();
                    one.pose.distance *= away;
                    one
                })
                .collect();
            self.take(&moved, blur, random);
        }
    }

    /// Held still, as far as a hand does.
    pub(crate) fn look(&mut self, shown: &[Shown], random: &mut Random) {
        self.take(shown, 0.5, random);
    }

    fn take(&mut self, shown: &[Shown], blur: f32, random: &mut Random) {
        let frame = photograph(shown, blur, random);
        self.frames += 1;
        self.shown += shown.len() as u64;
        let luma = LumaFrame::new(
            &frame.pixels,
            frame.size.width,
            frame.size.height,
            frame.size.width as usize,
        )
        .unwrap();
        let reading = self.reader.read(&luma).unwrap();
        self.unread += shown.len().saturating_sub(reading.codes().len()) as u64;
        let is_wrong =
            |text: Option<&str>| !frame.texts.iter().any(|shown| text == Some(shown.as_str()));
        self.wrong_texts +=
            reading.codes().iter().filter(|code| is_wrong(code.text())).count() as u64;

        let undecided = |record: &Record| record.said.is_empty();
        for one in shown {
            let record = &mut self.records[one.part.0];
            record.frames += u64::from(undecided(record));
        }
        let now = self.now();
        let start = Instant::now();
        let events = self.scanner.scan(&luma, now).unwrap();
        let took = start.elapsed();
        for event in events {
            self.note(&event, shown, took);
        }
        self.clock += 1;
    }

    fn note(&mut self, event: &ScanEvent<Admitted>, shown: &[Shown], took: Duration) {
        let Some(corners) = event.corners() else { return };
        let middle = corners
            .iter()
            .fold((0.0, 0.0), |sum, corner| (sum.0 + corner.x / 4.0, sum.1 + corner.y / 4.0));
        let whose = shown
            .iter()
            .min_by(|a, b| distance(a, middle).total_cmp(&distance(b, middle)))
            .unwrap();
        let record = &mut self.records[whose.part.0];
        let said = match event {
            ScanEvent::Accepted { accepted, .. } => {
                let verified = accepted.verified();
                let is_theirs = record.subject.as_deref() == Some(verified.subject());
                let is_shown =
                    livepermit::Token::from_bytes(verified.token_bytes()).unwrap().to_qr_text()
                        == whose.text;
                self.wrong_people += u64::from(!is_theirs || !is_shown);
                "accepted"
            }
            ScanEvent::Refused { rejection, .. } => rejection.code().as_str(),
            ScanEvent::Foreign { .. } => "foreign",
            _ => return,
        };
        record.said.push(said);
        record.took.get_or_insert(took);
    }

    fn of(&self, (expected, is_slip): (&'static str, bool)) -> impl Iterator<Item = &Record> {
        let is_it =
            move |record: &&Record| (record.expected, record.is_slip) == (expected, is_slip);
        self.records.iter().filter(is_it)
    }

    /// Prints the figures, and holds what was said to what had to be.
    pub(crate) fn report(&self) {
        println!(
            "frames computed: {}, codes in them: {}, of which not read: {}",
            self.frames, self.shown, self.unread
        );
        println!(
            "| what was shown | how many | frames to the verdict: median, 95th, most | ms in the last of them: median, 95th, most |"
        );
        println!("|---|---:|---|---|");
        for expected in EXPECTED {
            let what = if expected.1 { "slips: " } else { "" };
            let mut frames: Vec<u64> = self.of(expected).map(|record| record.frames).collect();
            let mut times: Vec<u64> = self
                .of(expected)
                .filter_map(|record| record.took)
                .map(|took| took.as_micros() as u64)
                .collect();
            println!(
                "| {what}{} | {} | {} | {} |",
                expected.0,
                frames.len(),
                spread(&mut frames, 1),
                spread(&mut times, 1000)
            );
        }
        println!("wrong texts: {}", self.wrong_texts);
        println!("codes credited to the wrong person: {}", self.wrong_people);
        let wrong: Vec<_> = self
            .records
            .iter()
            .enumerate()
            .filter(|(_, record)| record.said != [record.expected])
            .map(|(number, record)| (number, record.expected, record.said.clone(), record.frames))
            .collect();
        println!("other verdicts than expected, or more than one: {}", wrong.len());
        assert_eq!((self.wrong_texts, self.wrong_people), (0, 0));
        assert!(wrong.is_empty(), "{wrong:?}");
        for expected in EXPECTED {
            assert!(self.of(expected).next().is_some(), "nothing was to be {expected:?}");
        }
    }
}

fn spread(values: &mut [u64], unit: u64) -> String {
    values.sort_unstable();
    let at = |percent: usize| {
        values.get((values.len() * percent / 100).min(values.len().saturating_sub(1)))
    };
    let text = |value: Option<&u64>| {
        value.map_or("-".to_owned(), |value| {
            if unit == 1 {
                value.to_string()
            } else {
                format!("{:.1}", *value as f64 / unit as f64)
            }
        })
    };
    format!("{}, {}, {}", text(at(50)), text(at(95)), text(at(100)))
}

fn distance(shown: &Shown, (x, y): (f32, f32)) -> f32 {
    let (width, height) = (Size::HD.width as f32, Size::HD.height as f32);
    ((shown.pose.x + 0.5) * width - x).hypot((shown.pose.y + 0.5) * height - y)
}

/// What the camera makes of it, in a hand that is never still and light that is never the same.
fn photograph(shown: &[Shown], blur: f32, random: &mut Random) -> Frame {
    let mut scene = Scene::new(Vec::new());
    for one in shown {
        let mut shake = |by: f32| random.between(-by, by);
        let pose = Pose {
            distance: one.pose.distance + shake(4.0),
            yaw: one.pose.yaw + shake(1.5),
            pitch: one.pose.pitch + shake(1.5),
            roll: one.pose.roll + shake(1.5),
            x: one.pose.x + shake(0.006),
            y: one.pose.y + shake(0.006),
        };
        match one.paper {
            None => scene.phones.push(Phone::showing(&one.text, pose).grid(0.06, 0.4).held()),
            Some(sheet) => {
                let mut slip = Slip::showing(&one.text, pose);
                slip.sheet = sheet;
                scene.slips.push(slip);
            }
        }
    }
    scene.sensor.noise = random.between(2.0, 7.0);
    scene.sensor.exposure = random.between(0.35, 0.95);
    scene.light.veil = random.between(0.02, 0.25);
    scene.light.bands = random.between(0.0, 0.25);
    let (sin, cos) = random.between(0.0, core::f32::consts::TAU).sin_cos();
    scene.optics.motion = (cos * blur, sin * blur);
    scene.render(Size::HD, random)
}
