//! The demo without a terminal, in simulated time: every step goes through a picture file and has
//! one right verdict.

use std::fmt::Write as _;
use std::num::NonZeroU8;

use livepermit::hold::{
    schedule::Arrival, schedule::Schedule, schedule::ScheduleSettings, schedule::Screen,
    schedule::Uptime,
};
use livepermit::verify::Caution;
use livepermit::{RejectionCode, Timestamp, Token};
use serde_json::{Value, json};

use super::cast::{Cast, Phone, altered, defect, photograph, redated};
use super::expected::Expected;
use super::folder::Folder;
use super::texts;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::KeyAlgorithm;
use crate::shared::output::{BAD, CAUTION, FAINT, GOOD, STRONG, print, print_json};
use crate::shared::{time, verdict};

use Expected::{Accepted, Refused};

const START: u64 = 1_790_000_000;
/// Small, for speed: a file needs no camera.
const PIXELS: NonZeroU8 = match NonZeroU8::new(4) {
    Some(pixels) => pixels,
    None => NonZeroU8::MIN,
};

struct Step {
    title: String,
    picture: String,
    at: Timestamp,
    expected: Expected,
    got: Expected,
    verdict: Value,
}

struct Run<'a> {
    cast: Cast,
    folder: &'a Folder,
    steps: Vec<Step>,
}

pub(super) fn run(at: Option<Timestamp>, folder: &Folder, json: bool) -> Result<Outcome, Failure> {
    let start = at.or(Timestamp::from_unix(START)).unwrap_or(Timestamp::MIN);
    if start < Timestamp::MIN.plus(100_000) || start.as_unix() > u64::from(u32::MAX) - 200_000 {
        return Err(texts::time_out_of_range());
    }
    let mut run = Run { cast: Cast::new()?, folder, steps: Vec::new() };
    for (name, algorithm) in [("ed25519", KeyAlgorithm::Ed25519), ("p256", KeyAlgorithm::P256)] {
        run.phone(name, algorithm, start)?;
    }
    run.passes(start)?;
    run.display(start)?;
    run.stranger(start)?;
    report(&run.steps, folder, start, json)
}

impl Run<'_> {
    /// Draws the token once, and shows the picture at each of these times.
    fn show(
        &mut self,
        picture: &str,
        token: &Token,
        looks: &[(&str, Timestamp, Expected)],
    ) -> Result<(), Failure> {
        let picture = format!("{picture}.png");
        let path = self.folder.path(&picture);
        photograph(token, &path, PIXELS)?;
        for (title, at, expected) in looks {
            let verdict = self.cast.judge(&path, *at)?;
            self.steps.push(Step {
                title: (*title).to_owned(),
                picture: picture.clone(),
                at: *at,
                expected: *expected,
                got: Expected::of(&verdict),
                verdict: verdict::to_json(&verdict, *at),
            });
        }
        Ok(())
    }

    fn phone(
        &mut self,
        name: &str,
        algorithm: KeyAlgorithm,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let phone = self.cast.phone(algorithm, now)?;
        let token = phone.show(now)?;
        let live = texts::phone_screenshot(name);
        let later = texts::phone_last_second(name);
        let stale = texts::phone_second_later(name);
        self.show(
            &format!("{name}-screenshot"),
            &token,
            &[
                (&live, now.plus(2), Accepted),
                (&later, now.plus(29), Accepted),
                (&stale, now.plus(30), Refused(RejectionCode::Stale)),
            ],
        )?;
        let title = texts::phone_altered(name);
        self.show(
            &format!("{name}-altered"),
            &altered(&token)?,
            &[(&title, now.plus(2), Refused(RejectionCode::BadSignature))],
        )?;
        let title = texts::phone_redated(name);
        let forged = redated(&token, now, now.plus(600))?;
        let expected = Refused(RejectionCode::BadDeviceSignature);
        self.show(&format!("{name}-redated"), &forged, &[(&title, now.plus(602), expected)])?;
        let title = texts::phone_clock_ahead(name);
        let ahead = phone.show(now.plus(3600))?;
        self.show(
            &format!("{name}-ahead"),
            &ahead,
            &[(&title, now, Refused(RejectionCode::FromTheFuture))],
        )?;
        let title = texts::phone_credential(name);
        self.show(
            &format!("{name}-credential"),
            &phone.credential()?,
            &[(&title, now, Refused(RejectionCode::CredentialAlone))],
        )
    }

    fn passes(&mut self, now: Timestamp) -> Result<(), Failure> {
        let pass = self.cast.pass(now)?;
        self.show(
            "pass-screenshot",
            &pass,
            &[
                (&texts::pass_screenshot(), now.plus(2), Accepted),
                (&texts::pass_last_second(), now.plus(29), Accepted),
                (&texts::pass_second_later(), now.plus(30), Refused(RejectionCode::Stale)),
                (&texts::pass_at_slow_gate(5), now.minus(5), Accepted),
                (&texts::pass_at_slow_gate(6), now.minus(6), Refused(RejectionCode::FromTheFuture)),
            ],
        )?;
        let forged = altered(&pass)?;
        let expected = Refused(RejectionCode::BadSignature);
        self.show("pass-altered", &forged, &[(&texts::pass_altered(), now.plus(2), expected)])?;
        let ahead = self.cast.pass(now.plus(3600))?;
        self.show(
            "pass-ahead",
            &ahead,
            &[(&texts::pass_ahead(), now, Refused(RejectionCode::FromTheFuture))],
        )
    }

    /// The display loop of a phone for half a minute. Each code is scanned when it comes and when
    /// it goes.
    fn display(&mut self, start: Timestamp) -> Result<(), Failure> {
        let phone = self.cast.phone(KeyAlgorithm::Ed25519, start)?;
        let mut schedule = Schedule::new(settings(&phone)?).map_err(defect)?;
        let mut codes = Vec::new();
        let mut on_show = None;
        let mut millis = 0;
        let mut count = 0;
        while millis <= 30_000 {
            let (wall, uptime) = (start.plus(millis / 1000), Uptime::from_millis(millis));
            let step = schedule.at(wall, uptime);
            if let Screen::Code(slot) = step.screen
                && on_show != Some(slot)
            {
                let code = |slot| {
                    codes
                        .iter()
                        .find(|(of, _)| *of == slot)
                        .map(|(_, token): &(_, Token)| token.clone())
                };
                if let Some(old) = on_show.and_then(code) {
                    let title = texts::display_gives_way(count);
                    self.show(&format!("display-{count}"), &old, &[(&title, wall, Accepted)])?;
                }
                count += 1;
                let new =
                    code(slot).ok_or_else(|| defect("the schedule shows a code nobody made"))?;
                let title = texts::display_comes(count);
                self.show(&format!("display-{count}"), &new, &[(&title, wall, Accepted)])?;
                on_show = Some(slot);
            }
            if let Some(slot) = step.prepare {
                let token = phone.show(slot.issued_at())?;
                // As slow as a keystore that asks nobody.
                millis += 300;
                if schedule.prepared(slot, Uptime::from_millis(millis)) == Arrival::Accepted {
                    codes.push((slot, token));
                }
                continue;
            }
            millis = step.wake.as_millis().max(millis + 1);
        }
        Ok(())
    }

    /// Somebody who calls himself the same issuer.
    fn stranger(&mut self, now: Timestamp) -> Result<(), Failure> {
        let token = Cast::new()?.pass(now)?;
        self.show(
            "stranger",
            &token,
            &[(&texts::stranger(), now, Refused(RejectionCode::UnknownKey))],
        )
    }
}

pub(super) fn settings(phone: &Phone) -> Result<ScheduleSettings, Failure> {
    let (from, until) = phone.validity().ok_or_else(|| defect("the phone has no credential"))?;
    Ok(ScheduleSettings::new(from, until))
}

fn report(
    steps: &[Step],
    folder: &Folder,
    start: Timestamp,
    json: bool,
) -> Result<Outcome, Failure> {
    let wrong = steps.iter().filter(|step| step.got != step.expected).count();
    if json {
        let steps: Vec<Value> = steps
            .iter()
            .map(|step| {
                json!({
                    "title": step.title, "picture": step.picture, "at": step.at.as_unix(),
                    "expected": step.expected.name(), "got": step.got.name(),
                    "verdict": step.verdict,
                })
            })
            .collect();
        let kept = folder.kept.then(|| folder.folder.path().display().to_string());
        print_json(&json!({ "ok": wrong == 0, "wrong": wrong, "folder": kept, "steps": steps }))?;
    } else {
        print(&transcript(steps, folder, start, wrong))?;
    }
    Ok(if wrong == 0 { Outcome::Done } else { Outcome::Refused })
}

fn transcript(steps: &[Step], folder: &Folder, start: Timestamp, wrong: usize) -> String {
    let mut out = format!(
        "{}\n{}\n\n",
        texts::simulated(time::text(start), folder.describe()),
        texts::how_it_is_verified()
    );
    for step in steps {
        let (style, word) = match step.got {
            Accepted => (GOOD, "ACCEPTED".to_owned()),
            Refused(code) => (BAD, format!("REFUSED {code}")),
        };
        let at =
            time::apart(step.at, start).replace(" after", "").replace("in that very second", "0 s");
        let _ =
            write!(out, "  {FAINT}{at:>11}{FAINT:#}  {:<58} {style}{word}{style:#}", step.title);
        if step.got != step.expected {
            let _ =
                write!(out, "  {CAUTION}{}{CAUTION:#}", texts::wrong_verdict(step.expected.name()));
        }
        out.push('\n');
    }
    let caution = Caution::RevocationNotChecked;
    let _ = writeln!(
        out,
        "\n{CAUTION}CAUTION{CAUTION:#} {STRONG}{caution}{STRONG:#}, at every acceptance: {}",
        caution.instruction()
    );
    let _ = if wrong == 0 {
        writeln!(out, "{}", texts::all_right(steps.len()))
    } else {
        writeln!(out, "{BAD}{}{BAD:#}", texts::some_wrong(wrong, steps.len()))
    };
    out
}
