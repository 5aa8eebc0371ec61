//! The visitor whom a lane with a hand scanner let in last.

use livepermit::{Form, Rejection, RejectionCode};
use livepermit_gate::{Admitted, Gate, LastVisitor};

use super::{assert_times, plus};
use livepermit_testkit::{
    Phone, admitted, default_gate, gate_with, issuer, issuer_key, now, pass, permit, policy,
    refused, slip, store,
};

/// A lane with its memory of the last visitor.
struct Lane {
    gate: Gate,
    last: LastVisitor,
}

impl Lane {
    fn new() -> Self {
        Self { gate: default_gate(), last: LastVisitor::default() }
    }

    fn judge(&mut self, text: &str, seconds: i64) -> Result<Admitted, Rejection> {
        self.last.judge(&self.gate, text, plus(seconds)).verdict
    }

    /// The code that this phone shows at this second.
    fn shows(&mut self, phone: &Phone, seconds: i64) -> Result<Admitted, Rejection> {
        self.judge(&phone.code(plus(seconds)), seconds)
    }
}

#[test]
fn a_phone_that_goes_on_is_the_visitor_who_was_let_in() {
    let (mut lane, phone) = (Lane::new(), Phone::number(20));
    admitted(lane.shows(&phone, 0));
    for seconds in [10, 15, 30] {
        let rejection = refused(lane.shows(&phone, seconds), RejectionCode::AlreadyAcceptedHere);
        assert_times(rejection, plus(seconds), now());
    }
    // The code that was let in, and those before it, are used.
    refused(lane.judge(&phone.code(plus(9)), 30), RejectionCode::CoolingDown);
    refused(lane.judge(&phone.code(now()), 29), RejectionCode::AlreadyUsed);
    refused(lane.judge(&phone.code(plus(-2)), 26), RejectionCode::Superseded);
}

#[test]
fn a_visitor_without_a_code_for_a_while_has_gone() {
    let gone = i64::try_from(LastVisitor::GONE_AFTER).unwrap();
    for (seconds, code) in
        [(gone, RejectionCode::AlreadyAcceptedHere), (gone + 1, RejectionCode::CoolingDown)]
    {
        let (mut lane, phone) = (Lane::new(), Phone::number(20));
        admitted(lane.shows(&phone, 0));
        refused(lane.shows(&phone, seconds), code);
    }
    // A second look at the same code counts too.
    let (mut lane, phone) = (Lane::new(), Phone::number(20));
    admitted(lane.shows(&phone, 0));
    refused(lane.judge(&phone.code(now()), 2), RejectionCode::AlreadyAcceptedHere);
    refused(lane.shows(&phone, 2 + gone), RejectionCode::AlreadyAcceptedHere);
    // A clock that was set back says nothing about how long ago a visitor was seen.
    refused(lane.judge(&phone.code(plus(20)), 16), RejectionCode::CoolingDown);
}

#[test]
fn nobody_else_goes_on_as_the_visitor() {
    let [phone, other] = [20, 21].map(|seed| Phone::with(seed, &permit(), now()));
    // Another phone with the same permit.
    let mut lane = Lane::new();
    admitted(lane.shows(&phone, 0));
    refused(lane.shows(&other, 10), RejectionCode::CoolingDown);
    // The visitor before the last one.
    let mut lane = Lane::new();
    admitted(lane.shows(&phone, 0));
    admitted(lane.shows(&Phone::of("BJ-OTHER", 22), 1));
    refused(lane.shows(&phone, 10), RejectionCode::CoolingDown);
    // Anybody can show a pass.
    let mut lane = Lane::new();
    admitted(lane.judge(&pass().to_qr_text(), 0));
    let next = issuer().prepare_pass(&permit(), None, plus(10)).unwrap();
    let next = next.sign(&issuer_key()).unwrap().to_qr_text();
    refused(lane.judge(&next, 10), RejectionCode::CoolingDown);
    // Another lane of the zone.
    let store = store();
    let [first, second] =
        ["1", "2"].map(|lane| gate_with(policy(), |gate| gate.lane(lane).store(store.clone())));
    let mut lane = Lane { gate: first, last: LastVisitor::default() };
    admitted(lane.shows(&phone, 0));
    let mut lane = Lane { gate: second, last: LastVisitor::default() };
    refused(lane.shows(&phone, 10), RejectionCode::CoolingDown);
}

#[test]
fn the_last_sighting_of_a_permit_is_told_for_good_signatures_alone() {
    let phone = Phone::number(20);
    let mut lane = Lane::new();
    assert_eq!(lane.gate.last_sighting(&phone.code(now()), now()), None);
    admitted(lane.shows(&phone, 3));
    let next = phone.code(plus(10));
    let sighting = lane.gate.last_sighting(&next, plus(10)).unwrap();
    assert_eq!((sighting.at, &*sighting.lane), (plus(3), lane.gate.place().lane()));
    assert_eq!(&*sighting.gate, lane.gate.place().gate());
    // However old the code is: its signatures are good.
    assert_eq!(lane.gate.last_sighting(&next, plus(1000)), Some(sighting));
    // Another permit, a text of nobody, and a code that somebody changed.
    let stranger = Phone::of("BJ-OTHER", 22).code(plus(10));
    let mut changed = next.clone();
    let last = changed.pop();
    changed.push(if last == Some('0') { '1' } else { '0' });
    for text in [stranger.as_str(), "LP1:AA0", "", &changed] {
        assert_eq!(lane.gate.last_sighting(text, plus(10)), None, "{text}");
    }
    let gate = gate_with(policy().with_forms([Form::Slip]), |gate| gate);
    let mut lane = Lane { gate, last: LastVisitor::default() };
    admitted(lane.judge(&slip().to_qr_text(), 5));
    let sighting = lane.gate.last_sighting(&slip().to_qr_text(), plus(9));
    assert_eq!(sighting.map(|sighting| sighting.at), Some(plus(5)));
}
