//! What is the same for each server that gates share.

use std::time::Duration;

use livepermit::Timestamp;
use livepermit_gate::replay::{GoOn, Retention};

use super::crowd::{Crowd, Lane, Outcome, clock};
use super::proxy::Proxy;
use super::{LIMITS, rounds};

/// Makes a lane: the port of the server, the number of the gate, the limits of the zone.
pub(crate) type MakeLane = fn(u16, usize, Retention) -> Lane;

/// Three gates behind one port.
pub(crate) fn three(port: u16, lane: MakeLane) -> Vec<Lane> {
    (0..3).map(|number| lane(port, number, LIMITS)).collect()
}

/// A fault as often as asked, then the end of the crowd.
pub(crate) fn play(mut crowd: Crowd, mut fault: impl FnMut()) -> Option<(u32, Outcome)> {
    for _ in 0..rounds() {
        crowd.round(&mut fault);
    }
    Some((rounds(), crowd.end()))
}

/// Two gates lose the line for 2 s, the third keeps it.
pub(crate) fn parted(port: u16, lane: MakeLane) -> Option<(u32, Outcome)> {
    let fronts: Vec<_> = (0..3).map(|_| Proxy::to(port)).collect();
    let lanes = fronts.iter().enumerate();
    let lanes = lanes.map(|(number, front)| lane(front.port(), number, LIMITS)).collect();
    play(Crowd::begin(lanes), || {
        fronts.iter().take(2).for_each(|front| front.turn(None));
        std::thread::sleep(Duration::from_secs(2));
        fronts.iter().take(2).for_each(|front| front.turn(Some(port)));
    })
}

/// Gates whose clocks are 60 s apart, which the zone allows, and one gate that is further apart than
/// the zone allows.
pub(crate) fn clocks(port: u16, lane: MakeLane) -> Option<(u32, Outcome)> {
    let limits = Retention { clock_difference: 120, ..LIMITS };
    let lanes = [0, 30, -30, 90].into_iter().enumerate();
    let lanes: Vec<_> =
        lanes.map(|(number, ahead)| lane(port, number, limits).ahead(ahead)).collect();
    // The zone is new: nothing was admitted before.
    let operator = lane(port, 9, limits).store;
    let now = Timestamp::from_unix(clock()).unwrap();
    operator.keep_alive(now).unwrap();
    operator.go_on(GoOn::NothingWasAdmitted, now).unwrap();
    play(Crowd::begin(lanes), || {})
}
