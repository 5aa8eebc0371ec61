//! The gate's own clock: its floor, its jumps, and phones that agree against it.

use livepermit::{Caution, Code};

use super::super::cbor::uint;
use super::super::crypto::Key;
use super::super::json::Revocation;
use super::super::lists::{LISTED, held, status_list, trust_list};
use super::super::token::{
    EXP, ISSUED, Layer, NBF, NOW, SHOWN, STATUS, SUBJECT, credential, present, presentation, slip,
    status,
};
use super::steps::{
    AdmitGroup, AdmitTest, LANE, OTHER_SUBJECT, Steps, code, code_of, for_another_gate, steps,
};

const URI: &str = "https://s.bj.example/7";
const PEOPLE: [&str; 10] = ["P-0", "P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7", "P-8", "P-9"];

pub(crate) fn groups() -> Vec<AdmitGroup> {
    let day = 86_400;
    vec![
        AdmitGroup::new("a floor as far ahead as the skew allows", at_the_floor())
            .lanes([LANE.edit(|lane| lane.floor = Some(NOW + 5))]),
        AdmitGroup::new("a floor a second further ahead", below_the_floor())
            .lanes([LANE.edit(|lane| lane.floor = Some(NOW + 6))]),
        AdmitGroup::new("a floor below the date of the trust list", floor_of_the_trust_list())
            .lanes([LANE.edit(|lane| lane.floor = Some(ISSUED - 1000))])
            .under_trust_list(|trust| trust_list(trust, NOW + day)),
        AdmitGroup::new("a status list made later than the trust list", floor_of_a_status_list())
            .trust(|trust| trust[0].uses.push("status"))
            .policy(|policy| policy.revocation = Revocation::Required { max_age: day, grace: 0 })
            .holding(held(&status_list(URI, 1, &[0]))),
        AdmitGroup::new("the last admission as long ago as is no jump", no_jump())
            .lanes([LANE.edit(|lane| lane.last_admission = Some(NOW - day))]),
        AdmitGroup::new("the last admission a second longer ago", a_jump())
            .lanes([LANE.edit(|lane| lane.last_admission = Some(NOW - day - 1))]),
        AdmitGroup::new("the last admission later than now", went_back())
            .lanes([LANE.edit(|lane| lane.last_admission = Some(NOW + 10))]),
        AdmitGroup::new("phones that agree on another time", suspect())
            .policy(|policy| policy.forms.push("slip")),
    ]
}

fn at_the_floor() -> Vec<AdmitTest> {
    vec![
        steps("Clock", "now and skew are the floor").edge().show(&code(SHOWN)).admitted().done(),
        steps("Clock", "a second earlier")
            .edge()
            .at(NOW - 1)
            .show(&code(SHOWN))
            .refused(Code::ClockBelowFloor)
            .done(),
    ]
}

fn below_the_floor() -> Vec<AdmitTest> {
    vec![
        steps("Clock", "now and skew are below the floor")
            .edge()
            .show(&code(SHOWN))
            .refused(Code::ClockBelowFloor)
            .done(),
        steps("Clock", "before anything is read")
            .show_text("https://example.com".to_string())
            .refused(Code::ClockBelowFloor)
            .done(),
        steps("Clock", "set right")
            .show(&code(SHOWN))
            .refused(Code::ClockBelowFloor)
            .at(NOW + 1)
            .show(&code(SHOWN))
            .admitted()
            .done(),
    ]
}

fn floor_of_the_trust_list() -> Vec<AdmitTest> {
    vec![
        steps("Clock", "as early as the skew allows")
            .edge()
            .at(ISSUED - 5)
            .show(&code(ISSUED - 5))
            .admitted()
            .done(),
        steps("Clock", "a second earlier")
            .edge()
            .at(ISSUED - 6)
            .show(&code(ISSUED - 6))
            .refused(Code::ClockBelowFloor)
            .done(),
    ]
}

fn floor_of_a_status_list() -> Vec<AdmitTest> {
    let listed = |time| code(time).claim(STATUS, status(0, URI));
    vec![
        steps("Clock", "as early as the skew allows")
            .edge()
            .at(LISTED - 5)
            .show(&listed(LISTED - 5))
            .admitted_looked_up()
            .done(),
        steps("Clock", "a second earlier")
            .edge()
            .at(LISTED - 6)
            .show(&listed(LISTED - 6))
            .refused(Code::ClockBelowFloor)
            .done(),
    ]
}

fn no_jump() -> Vec<AdmitTest> {
    vec![
        steps("Clock", "a day later").edge().show(&code(SHOWN)).admitted().done(),
        steps("Clock", "a day and a second after the first code")
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 86_401)
            .show(&code_of(OTHER_SUBJECT, NOW + 86_401))
            .admitted_as(OTHER_SUBJECT, &[Caution::ClockJumped])
            .done(),
    ]
}

fn a_jump() -> Vec<AdmitTest> {
    let jumped = &[Caution::ClockJumped];
    vec![
        steps("Clock", "the first admission is cautioned of")
            .edge()
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, jumped)
            .done(),
        steps("Clock", "the second is not")
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, jumped)
            .show(&code_of(OTHER_SUBJECT, SHOWN))
            .admitted_as(OTHER_SUBJECT, &[])
            .done(),
        steps("Clock", "a refusal before does not use the caution up")
            .show(&for_another_gate(code(SHOWN)))
            .refused(Code::WrongAudience)
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, jumped)
            .done(),
        steps("Clock", "a refusal for what was used does not either")
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, jumped)
            .at(NOW + 86_401)
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .show(&code(NOW + 86_401))
            .admitted_as(SUBJECT, jumped)
            .done(),
        steps("Clock", "refusals within the day do not hide it")
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, jumped)
            .at(NOW + 43_200)
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .at(NOW + 86_401)
            .show(&code(NOW + 86_401))
            .admitted_as(SUBJECT, jumped)
            .done(),
    ]
}

fn went_back() -> Vec<AdmitTest> {
    vec![
        steps("Clock", "no jump").show(&code(SHOWN)).admitted().done(),
        steps("Clock", "the last admission stays the latest")
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 10 + 86_400)
            .show(&code(NOW + 10 + 86_400))
            .admitted()
            .done(),
        steps("Clock", "a refusal at a time to come leaves it as it was")
            .at(NOW + 86_400)
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .at(NOW + 10 + 86_401)
            .show(&code(NOW + 10 + 86_401))
            .admitted_as(SUBJECT, &[Caution::ClockJumped])
            .done(),
    ]
}

/// So many people's codes, each dated `time`, all refused with the code.
fn crowd(mut steps: Steps, people: usize, time: u64, code: Code) -> Steps {
    for person in &PEOPLE[..people] {
        steps = steps.show(&code_of(person, time)).refused(code);
    }
    steps
}

fn suspect() -> Vec<AdmitTest> {
    let hour = NOW - 3600;
    let four_late = |comment| crowd(steps("Clock", comment), 4, hour, Code::Stale);
    let five_late =
        |comment| four_late(comment).show(&code_of("P-4", hour)).refused(Code::ClockSuspect);
    let forged = |layer: Layer| layer.signed_by(Key::OtherIssuer);
    // A day and more ahead of the phones: not the codes but the credentials fail.
    let tomorrow = NOW + 2 * 86_400;
    vec![
        four_late("four are not enough").edge().show(&code(SHOWN)).admitted().done(),
        five_late("five late phones").edge().done(),
        five_late("a code that is right all the same is admitted")
            .show(&code(SHOWN))
            .admitted()
            .done(),
        five_late("another refusal than for time stays")
            .show(&for_another_gate(code_of("P-5", NOW)))
            .refused(Code::WrongAudience)
            .done(),
        five_late("a forged one is no phone")
            .show(&forged(code_of("P-5", hour)))
            .refused(Code::BadSignature)
            .done(),
        four_late("one phone five times is one voice")
            .show(&code_of("P-0", hour + 1))
            .refused(Code::Stale)
            .show(&code_of("P-0", hour + 2))
            .refused(Code::Stale)
            .done(),
        four_late("a forged fifth one does not count")
            .show(&forged(code_of("P-4", hour)))
            .refused(Code::BadSignature)
            .show(&code_of("P-3", hour))
            .refused(Code::Stale)
            .done(),
        four_late("a fifth one made for another gate counts")
            .show(&for_another_gate(code_of("P-4", hour)))
            .refused(Code::ClockSuspect)
            .done(),
        four_late("a fifth one 15 seconds off agrees")
            .edge()
            .show(&code_of("P-4", hour + 15))
            .refused(Code::ClockSuspect)
            .done(),
        four_late("a fifth one 16 seconds off does not")
            .edge()
            .show(&code_of("P-4", hour + 16))
            .refused(Code::Stale)
            .done(),
        four_late("a fifth one 15 seconds off to the other side agrees")
            .edge()
            .show(&code_of("P-4", hour - 15))
            .refused(Code::ClockSuspect)
            .done(),
        four_late("a fifth one 16 seconds off to the other side does not")
            .edge()
            .show(&code_of("P-4", hour - 16))
            .refused(Code::Stale)
            .done(),
        crowd(
            steps("Clock", "late by the window: a right clock explains it"),
            5,
            NOW - 30,
            Code::Stale,
        )
        .edge()
        .done(),
        crowd(steps("Clock", "late by a second more"), 4, NOW - 31, Code::Stale)
            .edge()
            .show(&code_of("P-4", NOW - 31))
            .refused(Code::ClockSuspect)
            .done(),
        crowd(
            steps("Clock", "five phones that are ahead by more than the skew"),
            4,
            NOW + 6,
            Code::FromTheFuture,
        )
        .edge()
        .show(&code_of("P-4", NOW + 6))
        .refused(Code::ClockSuspect)
        .done(),
        crowd_admitted(steps("Clock", "ahead by the skew: a right clock explains it"), 5, NOW + 5)
            .edge()
            .show(&code_of("P-5", NOW + 6))
            .refused(Code::FromTheFuture)
            .done(),
        crowd_admitted(steps("Clock", "six that are right against five that are late"), 6, NOW)
            .show(&code_of("P-6", hour))
            .refused(Code::Stale)
            .done(),
        crowd(
            crowd_admitted(
                steps("Clock", "of ten the first is no longer heard: four right, five late"),
                4,
                NOW,
            ),
            0,
            hour,
            Code::Stale,
        )
        .show(&code_of("P-4", hour))
        .refused(Code::Stale)
        .show(&code_of("P-5", hour))
        .refused(Code::Stale)
        .show(&code_of("P-6", hour))
        .refused(Code::Stale)
        .show(&code_of("P-7", hour))
        .refused(Code::Stale)
        .show(&code_of("P-8", hour))
        .refused(Code::ClockSuspect)
        .done(),
        crowd_admitted(
            steps("Clock", "of ten the first is no longer heard: five right, five late"),
            5,
            NOW,
        )
        .show(&code_of("P-5", hour))
        .refused(Code::Stale)
        .show(&code_of("P-6", hour))
        .refused(Code::Stale)
        .show(&code_of("P-7", hour))
        .refused(Code::Stale)
        .show(&code_of("P-8", hour))
        .refused(Code::Stale)
        .show(&code_of("P-9", hour))
        .refused(Code::ClockSuspect)
        .done(),
        five_late("of nine all are heard: five late, four right")
            .show(&code_of("P-5", NOW))
            .admitted_as("P-5", &[])
            .show(&code_of("P-6", NOW))
            .admitted_as("P-6", &[])
            .show(&code_of("P-7", NOW))
            .admitted_as("P-7", &[])
            .show(&code_of("P-8", NOW))
            .admitted_as("P-8", &[])
            .show(&code_of("P-4", hour))
            .refused(Code::ClockSuspect)
            .done(),
        five_late("not-yet-valid is doubted too")
            .show(&present(
                &credential(Key::DeviceEd25519).claim(NBF, uint(NOW + 1)),
                Key::DeviceEd25519,
            ))
            .refused(Code::ClockSuspect)
            .done(),
        five_late("an expired slip is doubted too")
            .show(&slip().claim(EXP, uint(NOW)))
            .refused(Code::ClockSuspect)
            .done(),
        crowd_at(
            steps("Clock", "a gate two days ahead, and a phone's expired credential"),
            tomorrow,
        )
        .show(&presentation())
        .refused(Code::ClockSuspect)
        .done(),
        five_late("another hour does not agree with them")
            .show(&code_of("P-5", NOW - 7200))
            .refused(Code::ClockSuspect)
            .done(),
    ]
}

/// Five phones of [`NOW`] at a gate whose clock shows `time`.
fn crowd_at(steps: Steps, time: u64) -> Steps {
    crowd(steps.at(time), 4, NOW, Code::Stale)
        .show(&code_of("P-4", NOW))
        .refused(Code::ClockSuspect)
}

/// So many people's codes, each dated `time`, all admitted.
fn crowd_admitted(mut steps: Steps, people: usize, time: u64) -> Steps {
    for person in &PEOPLE[..people] {
        steps = steps.show(&code_of(person, time)).admitted_as(person, &[]);
    }
    steps
}
