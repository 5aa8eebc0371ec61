//! What was admitted before, and the cool-down.

use livepermit::{Caution, Code};

use super::super::cbor::{bytes, text, uint};
use super::super::crypto::Key;
use super::super::json::Trusted;
use super::super::token::{
    ACTING, AUD, EXPIRES, GATE, ISS, ISSUED, Layer, NOW, SHOWN, SUBJECT, acting, credential,
    present, presentation, presentation_p256, slip,
};
use super::steps::{
    AdmitGroup, AdmitTest, CoolDown, LANE, OTHER_CLASS, OTHER_SUBJECT, code, code_of,
    for_another_gate, other_class, steps, windowed,
};

pub(crate) fn groups() -> Vec<AdmitGroup> {
    let issuers = |trust: &mut Vec<Trusted>| {
        trust.push(Trusted::new(Key::OtherIssuer).edit(|key| key.issuer = "sh.example"));
    };
    let slips =
        |comment, tests| AdmitGroup::new(comment, tests).policy(|policy| policy.forms.push("slip"));
    let none = LANE.edit(|lane| lane.cool_down = CoolDown::Named("none"));
    let cooling = |seconds| LANE.edit(|lane| lane.cool_down = CoolDown::Seconds(seconds));
    vec![
        AdmitGroup::new("one lane", one_lane())
            .trust(issuers)
            .policy(|policy| policy.acting = "accepted"),
        AdmitGroup::new("a lane that forgives no second reading", no_debounce())
            .lanes([LANE.edit(|lane| lane.debounce = 0)]),
        AdmitGroup::new("lanes, gates and zones that share a store", many_lanes()).lanes([
            LANE,
            LANE.edit(|lane| lane.lane = "lane-2"),
            LANE.edit(|lane| lane.gate = "gate-4"),
            LANE.edit(|lane| lane.zone = "yard"),
        ]),
        AdmitGroup::new("a zone with a way in and a way out", in_and_out()).lanes([
            LANE,
            LANE.edit(|lane| (lane.lane, lane.passage) = ("lane-2", "leave")),
            LANE.edit(|lane| lane.zone = "yard"),
        ]),
        AdmitGroup::new("no cool-down", no_cool_down()).lanes([none.clone()]),
        AdmitGroup::new(
            "a lane without cool-down beside one with, into one zone",
            some_cool_down(),
        )
        .lanes([none.clone(), LANE.edit(|lane| lane.lane = "lane-2")]),
        AdmitGroup::new("a cool-down of an hour", an_hour()).lanes([cooling(3600)]),
        AdmitGroup::new("a cool-down shorter than codes live together", too_short())
            .lanes([cooling(10)]),
        AdmitGroup::new("codes signed for other windows", windows()),
        AdmitGroup::new("codes signed for other windows, at gates that take them", wide_windows())
            .store(|store| store.largest_window = 60),
        AdmitGroup::new(
            "a gate whose window and skew are longer than the store reckons with",
            ahead_of_the_store(),
        )
        .policy(|policy| (policy.window, policy.skew) = (300, 60)),
        AdmitGroup::new("the same, and a store that lost its memory", ahead_of_a_store_that_lost())
            .policy(|policy| (policy.window, policy.skew) = (300, 60))
            .store(|store| store.lost_at = Some(NOW)),
        slips("printed slips", printed()),
        slips("printed slips, no cool-down", printed_no_cool_down()).lanes([none]),
        slips("printed slips, in two lanes and two zones", printed_in_zones()).lanes([
            LANE,
            LANE.edit(|lane| lane.lane = "lane-2"),
            LANE.edit(|lane| lane.zone = "yard"),
        ]),
    ]
}

fn one_lane() -> Vec<AdmitTest> {
    let first = |flag, comment| steps(flag, comment).show(&code(SHOWN)).admitted();
    let other_issuer = |time| {
        let kid = bytes(&Key::OtherIssuer.id());
        code(time).claim(ISS, text("sh.example")).header(4, kid).signed_by(Key::OtherIssuer)
    };
    let represented = || {
        let credential =
            credential(Key::DeviceEd25519).claim(ACTING, acting("guardian", "BJ-1F00D5EE"));
        present(&credential, Key::DeviceEd25519)
    };
    vec![
        first("Used", "shown once").done(),
        first("Used", "read again in the same second")
            .show(&code(SHOWN))
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        first("Used", "read again in the last second of the debounce")
            .edge()
            .at(NOW + 2)
            .show(&code(SHOWN))
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        first("Used", "read again when the debounce is over")
            .edge()
            .at(NOW + 3)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "reading again does not make the debounce longer")
            .at(NOW + 2)
            .show(&code(SHOWN))
            .refused(Code::AlreadyAcceptedHere)
            .at(NOW + 4)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "read again by a clock that went back a second")
            .at(NOW - 1)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "an older code, live still")
            .show(&code(SHOWN - 1))
            .refused(Code::Superseded)
            .done(),
        first("Used", "an older code does not become newer by being shown")
            .show(&code(SHOWN - 1))
            .refused(Code::Superseded)
            .show(&code(SHOWN))
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        first("CoolDown", "a newer code in the last second of the cool-down")
            .edge()
            .at(NOW + 34)
            .show(&code(NOW + 30))
            .refused(Code::CoolingDown)
            .done(),
        first("CoolDown", "a newer code when the cool-down is over")
            .edge()
            .at(NOW + 35)
            .show(&code(NOW + 30))
            .admitted()
            .done(),
        first("CoolDown", "what was refused for the cool-down was not used")
            .at(NOW + 34)
            .show(&code(NOW + 30))
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&code(NOW + 30))
            .admitted()
            .done(),
        first("CoolDown", "an attempt does not make the cool-down longer")
            .at(NOW + 20)
            .show(&code(NOW + 20))
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .done(),
        first("CoolDown", "admitted again, the cool-down begins anew")
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .at(NOW + 69)
            .show(&code(NOW + 69))
            .refused(Code::CoolingDown)
            .at(NOW + 70)
            .show(&code(NOW + 70))
            .admitted()
            .done(),
        first("CoolDown", "admitted again, the first code is older than the last")
            .at(NOW + 25)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .at(NOW + 36)
            .show(&code(NOW + 34))
            .refused(Code::Superseded)
            .done(),
        first("CoolDown", "an older code during the cool-down is told that it is older")
            .at(NOW + 10)
            .show(&code(SHOWN - 1))
            .refused(Code::Superseded)
            .done(),
        first("Used", "the same moment as a presentation")
            .show(&presentation())
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        first("Used", "the same moment from a second phone, later")
            .at(NOW + 5)
            .show(&presentation_p256())
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "the same moment, made for this gate")
            .at(NOW + 5)
            .show(&presentation().claim(AUD, text(GATE)))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "the same moment by a representative")
            .at(NOW + 5)
            .show(&represented())
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "the same moment under another credential")
            .at(NOW + 5)
            .show(&present(
                &credential(Key::DeviceEd25519).claim(4, uint(EXPIRES - 1)),
                Key::DeviceEd25519,
            ))
            .refused(Code::AlreadyUsed)
            .done(),
        steps("Used", "the same moment signed for another window")
            .show(&windowed(SHOWN, 20))
            .admitted()
            .at(NOW + 5)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "another person's code of the same moment")
            .show(&code_of(OTHER_SUBJECT, SHOWN))
            .admitted_as(OTHER_SUBJECT, &[])
            .done(),
        first("Used", "another permit of the same person")
            .show(&other_class(SHOWN))
            .admitted()
            .done(),
        first("Used", "the same subject and class of another issuer")
            .show(&other_issuer(SHOWN))
            .admitted()
            .done(),
        first("Used", "subject and class are not run together")
            .show(&code_of("BJ-7F3A9C2", SHOWN))
            .admitted_as("BJ-7F3A9C2", &[])
            .done(),
        steps("Used", "what was refused before was not used")
            .show(&for_another_gate(code(SHOWN)))
            .refused(Code::WrongAudience)
            .show(&code(SHOWN))
            .admitted()
            .done(),
        first("Used", "what was used is stale first")
            .edge()
            .at(SHOWN + 30)
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .done(),
        first("Used", "what was used is told so in its last second")
            .edge()
            .at(SHOWN + 29)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        steps("Used", "a code dated ahead, then one of now")
            .show(&code(NOW + 5))
            .admitted()
            .show(&code(NOW))
            .refused(Code::Superseded)
            .done(),
    ]
}

fn no_debounce() -> Vec<AdmitTest> {
    vec![
        steps("Used", "read again in the same second")
            .edge()
            .show(&code(SHOWN))
            .admitted()
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
    ]
}

/// 0: the lane; 1: beside it; 2: the same lane name at another gate; 3: into another zone.
fn many_lanes() -> Vec<AdmitTest> {
    let first = |flag, comment| steps(flag, comment).show(&code(SHOWN)).admitted();
    vec![
        first("Used", "the lane beside")
            .lane(1)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "a lane of the same name at another gate")
            .lane(2)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "the same code into another zone, later")
            .lane(3)
            .at(NOW + 3)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("Used", "an older code into another zone")
            .lane(3)
            .show(&code(SHOWN - 1))
            .refused(Code::Superseded)
            .done(),
        first("CoolDown", "a newer code into another zone")
            .lane(3)
            .show(&code(SHOWN + 1))
            .admitted()
            .done(),
        first("CoolDown", "a newer code into the zone by the lane beside")
            .lane(1)
            .at(NOW + 34)
            .show(&code(NOW + 30))
            .refused(Code::CoolingDown)
            .done(),
        first("CoolDown", "another zone in between leaves the cool-down of the first")
            .lane(3)
            .show(&code(SHOWN + 1))
            .admitted()
            .lane(0)
            .at(NOW + 34)
            .show(&code(NOW + 30))
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&code(NOW + 31))
            .admitted()
            .done(),
    ]
}

/// 0: in; 1: out of the same zone; 2: into another.
fn in_and_out() -> Vec<AdmitTest> {
    let entered = |comment| steps("Leave", comment).show(&code(SHOWN)).admitted();
    vec![
        entered("the code used to enter does not serve to leave")
            .lane(1)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        entered("leaving is not held up by the cool-down")
            .lane(1)
            .show(&code(SHOWN + 1))
            .admitted()
            .done(),
        entered("who left may enter again at once")
            .lane(1)
            .show(&code(SHOWN + 1))
            .admitted()
            .lane(0)
            .show(&code(SHOWN + 2))
            .admitted()
            .done(),
        entered("who left and entered again waits again")
            .lane(1)
            .show(&code(SHOWN + 1))
            .admitted()
            .lane(0)
            .show(&code(SHOWN + 2))
            .admitted()
            .show(&code(SHOWN + 3))
            .refused(Code::CoolingDown)
            .done(),
        entered("leaving one zone leaves the cool-down of another")
            .lane(2)
            .show(&code(SHOWN + 1))
            .admitted()
            .lane(1)
            .show(&code(SHOWN + 2))
            .admitted()
            .lane(2)
            .show(&code(SHOWN + 3))
            .refused(Code::CoolingDown)
            .done(),
        steps("Leave", "leaving starts no cool-down")
            .lane(1)
            .show(&code(SHOWN))
            .admitted()
            .lane(0)
            .show(&code(SHOWN + 1))
            .admitted()
            .done(),
        steps("Leave", "leaving twice with newer codes")
            .lane(1)
            .show(&code(SHOWN))
            .admitted()
            .show(&code(SHOWN + 1))
            .admitted()
            .done(),
        steps("Leave", "leaving twice with one code, later")
            .lane(1)
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 3)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        steps("Leave", "leaving with an older code")
            .lane(1)
            .show(&code(SHOWN))
            .admitted()
            .show(&code(SHOWN - 1))
            .refused(Code::Superseded)
            .done(),
    ]
}

fn no_cool_down() -> Vec<AdmitTest> {
    let first = |comment| steps("CoolDown", comment).show(&code(SHOWN)).admitted();
    vec![
        first("a newer code at once").show(&code(SHOWN + 1)).admitted().done(),
        first("the same code").at(NOW + 3).show(&code(SHOWN)).refused(Code::AlreadyUsed).done(),
        first("an older code").show(&code(SHOWN - 1)).refused(Code::Superseded).done(),
    ]
}

/// 0: without; 1: with.
fn some_cool_down() -> Vec<AdmitTest> {
    let first = |comment| steps("CoolDown", comment).show(&code(SHOWN)).admitted();
    vec![
        first("none was started").lane(1).show(&code(SHOWN + 1)).admitted().done(),
        first("none was started, by a clock a second behind")
            .edge()
            .lane(1)
            .at(NOW - 1)
            .show(&code(SHOWN + 1))
            .admitted()
            .done(),
    ]
}

fn an_hour() -> Vec<AdmitTest> {
    let first = |comment| steps("CoolDown", comment).show(&code(SHOWN)).admitted();
    vec![
        first("its last second")
            .edge()
            .at(NOW + 3599)
            .show(&code(NOW + 3599))
            .refused(Code::CoolingDown)
            .done(),
        first("over").edge().at(NOW + 3600).show(&code(NOW + 3600)).admitted().done(),
    ]
}

fn too_short() -> Vec<AdmitTest> {
    let first = |comment| steps("CoolDown", comment).show(&code(SHOWN)).admitted();
    vec![
        first("as long as codes live together")
            .edge()
            .at(NOW + 34)
            .show(&code(NOW + 30))
            .refused(Code::CoolingDown)
            .done(),
        first("over").edge().at(NOW + 35).show(&code(NOW + 35)).admitted().done(),
    ]
}

/// Window of the policy 30, largest window of the store 30, skew 5.
fn windows() -> Vec<AdmitTest> {
    vec![
        steps("CoolDown", "signed for 60 seconds: 30 and the skew")
            .edge()
            .show(&windowed(SHOWN, 60))
            .admitted()
            .at(NOW + 34)
            .show(&code(NOW + 34))
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .done(),
        steps("CoolDown", "signed for 20 seconds: 20 and the skew")
            .edge()
            .show(&windowed(SHOWN, 20))
            .admitted()
            .at(NOW + 24)
            .show(&code(NOW + 24))
            .refused(Code::CoolingDown)
            .at(NOW + 25)
            .show(&code(NOW + 25))
            .admitted()
            .done(),
        steps("CoolDown", "signed for 6 seconds: 6 and the skew of the policy")
            .edge()
            .show(&windowed(SHOWN, 6))
            .admitted()
            .at(NOW + 10)
            .show(&code(NOW + 10))
            .refused(Code::CoolingDown)
            .at(NOW + 11)
            .show(&code(NOW + 11))
            .admitted()
            .done(),
    ]
}

/// Half the largest window of the store is 15 seconds.
fn ahead_of_the_store() -> Vec<AdmitTest> {
    vec![
        steps("Store", "as far ahead as it reckons with")
            .edge()
            .show(&windowed(NOW + 15, 300))
            .admitted()
            .done(),
        steps("Store", "a second further, and a second later")
            .edge()
            .show(&windowed(NOW + 16, 300))
            .refused(Code::FromTheFuture)
            .at(NOW + 1)
            .show(&windowed(NOW + 16, 300))
            .admitted()
            .done(),
    ]
}

/// What could be admitted before the loss is refused after it.
fn ahead_of_a_store_that_lost() -> Vec<AdmitTest> {
    vec![
        steps("Store", "what was admitted before")
            .edge()
            .show(&windowed(NOW + 15, 300))
            .refused(Code::Stale)
            .done(),
        steps("Store", "what was refused before")
            .edge()
            .at(NOW + 1)
            .show(&windowed(NOW + 16, 300))
            .admitted()
            .done(),
    ]
}

/// Window of the policy 30, largest window of the store 60: other gates take codes for longer than
/// this one.
fn wide_windows() -> Vec<AdmitTest> {
    vec![
        steps("CoolDown", "signed for 90 seconds: 60 and the skew")
            .edge()
            .show(&windowed(SHOWN, 90))
            .admitted()
            .at(NOW + 64)
            .show(&code(NOW + 64))
            .refused(Code::CoolingDown)
            .at(NOW + 65)
            .show(&code(NOW + 65))
            .admitted()
            .done(),
        steps("CoolDown", "signed for 45 seconds: 45 and the skew")
            .edge()
            .show(&windowed(SHOWN, 45))
            .admitted()
            .at(NOW + 49)
            .show(&code(NOW + 49))
            .refused(Code::CoolingDown)
            .at(NOW + 50)
            .show(&code(NOW + 50))
            .admitted()
            .done(),
        steps("CoolDown", "signed for 30 seconds: 30 and the skew")
            .edge()
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 34)
            .show(&code(NOW + 34))
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .done(),
    ]
}

const PRINTED: &[Caution] = &[Caution::Printed];

fn admitted_slip(comment: &'static str) -> super::steps::Steps {
    steps("Slip", comment).show(&slip()).admitted_as(SUBJECT, PRINTED)
}

fn printed() -> Vec<AdmitTest> {
    let again = |comment, seconds| admitted_slip(comment).at(NOW + seconds).show(&slip());
    let other: Layer = slip().claim(5, uint(ISSUED + 1));
    vec![
        admitted_slip("shown once").done(),
        again("read again in the last second of the debounce", 2)
            .edge()
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        again("shown again when the debounce is over", 3).edge().refused(Code::CoolingDown).done(),
        again("shown again in the last second of the cool-down", 29)
            .edge()
            .refused(Code::CoolingDown)
            .done(),
        again("shown again when the cool-down is over", 30)
            .edge()
            .admitted_as(SUBJECT, PRINTED)
            .done(),
        admitted_slip("a second print of the permit within the debounce")
            .at(NOW + 2)
            .show(&other)
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        admitted_slip("the live code behind the slip")
            .show(&code(SHOWN))
            .refused(Code::CoolingDown)
            .done(),
        admitted_slip("the live code when the slip's cool-down is over")
            .at(NOW + 30)
            .show(&code(NOW + 30))
            .admitted()
            .done(),
        steps("Slip", "the slip behind the live code")
            .show(&code(SHOWN))
            .admitted()
            .show(&slip())
            .refused(Code::CoolingDown)
            .done(),
        steps("Slip", "the slip when the live code's cool-down is over")
            .edge()
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 34)
            .show(&slip())
            .refused(Code::CoolingDown)
            .at(NOW + 35)
            .show(&slip())
            .admitted_as(SUBJECT, PRINTED)
            .done(),
        steps("Slip", "a slip leaves the newest moment as it was")
            .show(&code(SHOWN))
            .admitted()
            .at(NOW + 35)
            .show(&slip())
            .admitted_as(SUBJECT, PRINTED)
            .at(SHOWN + 29)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        admitted_slip("another person's slip")
            .show(&slip().claim(2, text(OTHER_SUBJECT)))
            .admitted_as(OTHER_SUBJECT, PRINTED)
            .done(),
        admitted_slip("another permit's slip")
            .show(&slip().claim(11, text(OTHER_CLASS)))
            .admitted_as(SUBJECT, PRINTED)
            .done(),
    ]
}

fn printed_no_cool_down() -> Vec<AdmitTest> {
    vec![
        admitted_slip("shown again when the debounce is over")
            .edge()
            .at(NOW + 3)
            .show(&slip())
            .admitted_as(SUBJECT, PRINTED)
            .done(),
        admitted_slip("read again in the debounce")
            .edge()
            .at(NOW + 2)
            .show(&slip())
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        admitted_slip("the live code behind the slip").show(&code(SHOWN)).admitted().done(),
    ]
}

/// 0: the lane; 1: beside it; 2: into another zone.
fn printed_in_zones() -> Vec<AdmitTest> {
    vec![
        admitted_slip("the lane beside within the debounce")
            .lane(1)
            .show(&slip())
            .refused(Code::CoolingDown)
            .done(),
        admitted_slip("into another zone at once")
            .lane(2)
            .show(&slip())
            .refused(Code::AlreadyAcceptedHere)
            .done(),
        admitted_slip("into another zone when the debounce is over")
            .lane(2)
            .at(NOW + 3)
            .show(&slip())
            .admitted_as(SUBJECT, PRINTED)
            .done(),
    ]
}
