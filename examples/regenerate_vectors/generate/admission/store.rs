//! Stores that are full, that have forgotten, that cannot be asked.

use livepermit::{Caution, Code};

use super::super::token::{NOW, SHOWN, SUBJECT, slip};
use super::steps::{
    AdmitGroup, AdmitTest, CoolDown, LANE, OTHER_SUBJECT, Steps, code, code_of, steps,
};

const THIRD: &str = "BJ-7EA7AB1E";

pub(crate) fn groups() -> Vec<AdmitGroup> {
    vec![
        AdmitGroup::new("a store with room for one permit", room_for_one())
            .store(|store| store.capacity = 1),
        AdmitGroup::new(
            "a store with room for one permit, at a gate that takes slips",
            room_for_one_slip(),
        )
        .policy(|policy| policy.forms.push("slip"))
        .store(|store| store.capacity = 1),
        AdmitGroup::new(
            "a store with room for one permit, at a zone that closes for an hour",
            a_closed_zone(),
        )
        .lanes([LANE.edit(|lane| lane.cool_down = CoolDown::Seconds(3600))])
        .store(|store| store.capacity = 1),
        AdmitGroup::new(
            "a store with room for one permit, at a gate without cool-down",
            no_closed_zone(),
        )
        .lanes([LANE.edit(|lane| lane.cool_down = CoolDown::Named("none"))])
        .store(|store| store.capacity = 1),
        AdmitGroup::new("a store without room", without_room()).store(|store| store.capacity = 0),
        AdmitGroup::new("a store that lost its memory just now", lost())
            .policy(|policy| policy.forms.push("slip"))
            .store(|store| store.lost_at = Some(NOW)),
        AdmitGroup::new(
            "a store with a window of 31 seconds that lost its memory just now",
            lost_at_odd_window(),
        )
        .store(|store| (store.lost_at, store.largest_window) = (Some(NOW), 31)),
        AdmitGroup::new("a store that cannot be asked", unreachable()),
        AdmitGroup::new(
            "a store that cannot be asked, and a policy that admits",
            unreachable_but_admitted(),
        )
        .lanes([LANE.edit(|lane| lane.store_failure = "admit")]),
    ]
}

/// Largest window 30, clocks 60 seconds apart: the code of [`SHOWN`] is forgotten from `SHOWN + 90`
/// on.
fn room_for_one() -> Vec<AdmitTest> {
    let first = |comment| steps("Store", comment).show(&code(SHOWN)).admitted();
    let second = |time| code_of(OTHER_SUBJECT, time);
    // The zone is free from NOW + 35, which is past when the cutoff reaches it, at NOW + 95.
    let forgotten = NOW + 95;
    vec![
        first("another permit").show(&second(SHOWN)).refused(Code::StoreFull).done(),
        first("a permit it knows needs no room")
            .at(NOW + 35)
            .show(&code(NOW + 35))
            .admitted()
            .done(),
        first("a used code is told so although there is no room")
            .at(NOW + 3)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
        first("the last second in which the first permit counts")
            .edge()
            .at(forgotten - 1)
            .show(&second(forgotten - 1))
            .refused(Code::StoreFull)
            .done(),
        first("the first second in which the first permit can be forgotten")
            .edge()
            .at(forgotten)
            .show(&second(forgotten))
            .admitted_as(OTHER_SUBJECT, &[])
            .done(),
        first("what was forgotten is refused, by a clock that is behind")
            .at(forgotten)
            .show(&second(forgotten))
            .admitted_as(OTHER_SUBJECT, &[])
            .at(NOW)
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .done(),
        first("so is every older code, whoever shows it")
            .edge()
            .at(forgotten)
            .show(&second(forgotten))
            .admitted_as(OTHER_SUBJECT, &[])
            .at(NOW)
            .show(&code_of(THIRD, SHOWN))
            .refused(Code::Stale)
            .done(),
        first("a code behind the forgotten one is not")
            .edge()
            .at(forgotten)
            .show(&second(forgotten))
            .admitted_as(OTHER_SUBJECT, &[])
            .at(NOW)
            .show(&code_of(THIRD, SHOWN + 1))
            .refused(Code::StoreFull)
            .done(),
    ]
}

/// Until this second what was admitted takes the only room, and from it on another permit gets it.
fn forgotten_from(second: u64, counts: Steps, is_gone: Steps) -> [AdmitTest; 2] {
    let other = |time| code_of(OTHER_SUBJECT, time);
    [
        counts.edge().at(second - 1).show(&other(second - 1)).refused(Code::StoreFull).done(),
        is_gone.edge().at(second).show(&other(second)).admitted_as(OTHER_SUBJECT, &[]).done(),
    ]
}

fn room_for_one_slip() -> Vec<AdmitTest> {
    let first =
        |comment| steps("Store", comment).show(&slip()).admitted_as(SUBJECT, &[Caution::Printed]);
    let forgotten = NOW + 90;
    let [counts, is_gone] = forgotten_from(
        forgotten,
        first("the last second in which the slip counts"),
        first("the first second in which the slip can be forgotten"),
    );
    vec![
        counts,
        is_gone,
        first("a forgotten slip forbids no code")
            .at(forgotten)
            .show(&code_of(OTHER_SUBJECT, forgotten))
            .admitted_as(OTHER_SUBJECT, &[])
            .at(NOW)
            .show(&code_of(OTHER_SUBJECT, SHOWN))
            .refused(Code::Superseded)
            .done(),
    ]
}

/// The code alone counts, as long as any gate's clock may show a time at which it is live.
fn no_closed_zone() -> Vec<AdmitTest> {
    let first = |comment| steps("Store", comment).show(&code(SHOWN)).admitted();
    let forgotten = SHOWN + 90;
    forgotten_from(
        forgotten,
        first("the last second in which the code counts"),
        first("the first second in which the code can be forgotten"),
    )
    .into()
}

fn a_closed_zone() -> Vec<AdmitTest> {
    let first = |comment| steps("Store", comment).show(&code(SHOWN)).admitted();
    let open = NOW + 3600 + 60;
    forgotten_from(open, first("a closed zone is not forgotten"), first("an open one is")).into()
}

fn without_room() -> Vec<AdmitTest> {
    vec![
        steps("Store", "any code").show(&code(SHOWN)).refused(Code::StoreFull).done(),
        steps("Store", "any code, although the policy would admit if the store could not be asked")
            .show(&code(SHOWN))
            .refused(Code::StoreFull)
            .show(&code(SHOWN))
            .refused(Code::StoreFull)
            .done(),
    ]
}

/// Half of the window is 15 seconds.
fn lost() -> Vec<AdmitTest> {
    vec![
        steps("Store", "a code of now").show(&code(NOW)).refused(Code::Stale).done(),
        steps("Store", "the last code that may have been used")
            .edge()
            .at(NOW + 16)
            .show(&code(NOW + 15))
            .refused(Code::Stale)
            .done(),
        steps("Store", "the first that cannot have been")
            .edge()
            .at(NOW + 16)
            .show(&code(NOW + 16))
            .admitted()
            .done(),
        steps("Store", "a slip has no moment")
            .show(&slip())
            .admitted_as(SUBJECT, &[Caution::Printed])
            .done(),
    ]
}

/// Half of 31 is 15 as well.
fn lost_at_odd_window() -> Vec<AdmitTest> {
    vec![
        steps("Store", "the last code that may have been used")
            .edge()
            .at(NOW + 16)
            .show(&code(NOW + 15))
            .refused(Code::Stale)
            .done(),
        steps("Store", "the first that cannot have been")
            .edge()
            .at(NOW + 16)
            .show(&code(NOW + 16))
            .admitted()
            .done(),
    ]
}

fn unreachable() -> Vec<AdmitTest> {
    vec![
        steps("Store", "any code")
            .store_unreachable()
            .show(&code(SHOWN))
            .refused(Code::StoreUnreachable)
            .done(),
        steps("Store", "nothing was recorded, and it goes on when it can be asked")
            .store_unreachable()
            .show(&code(SHOWN))
            .refused(Code::StoreUnreachable)
            .show(&code(SHOWN))
            .admitted()
            .done(),
        steps("Store", "a stale code is told so")
            .at(SHOWN + 30)
            .store_unreachable()
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .done(),
    ]
}

fn unreachable_but_admitted() -> Vec<AdmitTest> {
    let unchecked = &[Caution::ReplayNotChecked];
    vec![
        steps("Store", "any code")
            .store_unreachable()
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, unchecked)
            .done(),
        steps("Store", "the same code again")
            .store_unreachable()
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, unchecked)
            .store_unreachable()
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, unchecked)
            .done(),
        steps("Store", "a stale code is refused all the same")
            .at(SHOWN + 30)
            .store_unreachable()
            .show(&code(SHOWN))
            .refused(Code::Stale)
            .done(),
        steps("Store", "when it can be asked again, it decides")
            .show(&code(SHOWN))
            .admitted()
            .store_unreachable()
            .show(&code(SHOWN))
            .admitted_as(SUBJECT, unchecked)
            .at(NOW + 3)
            .show(&code(SHOWN))
            .refused(Code::AlreadyUsed)
            .done(),
    ]
}
