//! Checks after the issue: drawn, taken, recorded, and what follows.

use livepermit_issuer::domain::{
    CancelGround, Case, CaseState, Check, Finding, FollowUp, FollowUps, OfficeId, Permit, PermitId,
    PermitState, Reason, SampleSize, StaffId,
};
use livepermit_issuer::jobs;
use livepermit_issuer::service::ServiceError;
use livepermit_issuer::store::{Loaded, Store as _, Waiting};

use super::world::{World, officer};
use crate::place::{Place, on_both, whole};

on_both! {
    permits_are_drawn_when_their_time_has_come,
    nobody_is_drawn_without_a_share,
    a_check_is_taken_by_one_of_two,
    a_check_ends_the_wait_unless_nobody_was_met,
    a_case_of_cancellation_follows,
    what_is_over_is_checked_no_more,
}

const ALL: SampleSize = SampleSize { percent: 100, after_days: 30 };

fn office() -> OfficeId {
    OfficeId::new("haidian").unwrap()
}

async fn waiting(world: &World) -> Vec<FollowUp> {
    let queue: Option<Loaded<FollowUps>> = world.service.store().load("haidian").await.unwrap();
    queue.map(|queue| queue.document.waiting().to_vec()).unwrap_or_default()
}

async fn take(world: &World, by: &StaffId) -> Option<FollowUp> {
    let mut change = world.begin().await;
    let taken = world.service.take_follow_up(&mut change, &office(), by).await.unwrap();
    change.commit().await.unwrap();
    taken
}

async fn look(
    world: &World,
    permit: PermitId,
    (by, finding): (&StaffId, Finding),
    cancellation: Option<CancelGround>,
) -> Result<Option<Loaded<Case>>, ServiceError> {
    let mut change = world.begin().await;
    let check = Check { by: by.clone(), at: world.service.now(), finding, note: None };
    let service = &world.service;
    let (_, case) =
        service.record_follow_up(&mut change, permit, None, check, cancellation).await?;
    change.commit().await?;
    Ok(case)
}

async fn drawn(world: &World, permits: usize) -> Vec<PermitId> {
    let mut ids = Vec::new();
    for _ in 0..permits {
        ids.push(world.permit().await);
    }
    world.turn(30);
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), permits);
    ids
}

async fn permits_are_drawn_when_their_time_has_come(place: Place) {
    let world = World::new(&place).await;
    let mut permits = vec![world.permit().await];
    world.turn(29);
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), 0);
    permits.push(world.permit().await);
    world.turn(1);
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), 1);
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), 0, "each once");
    world.turn(29);
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), 1);
    let found = waiting(&world).await;
    assert_eq!(found.iter().map(|waits| waits.permit).collect::<Vec<_>>(), permits);
    let store = world.service.store();
    let Waiting { waiting, untaken, oldest } = store.follow_ups().await.unwrap();
    assert_eq!((waiting, untaken, oldest), (2, 2, found[0].since.as_second()));
    let lines = store.audit_about(&format!("permit:{}", permits[0]), 100).await.unwrap();
    let line = lines.iter().find(|line| line.action == "follow-up-queued").unwrap();
    assert_eq!(line.actor, "job:follow-ups");
    whole(store).await;
}

async fn nobody_is_drawn_without_a_share(place: Place) {
    let world = World::new(&place).await;
    world.permit().await;
    world.turn(30);
    let none = SampleSize::default();
    assert_eq!(jobs::draw_follow_ups(&world.service, none).await.unwrap(), 0);
    // What was not drawn then is not drawn later.
    assert_eq!(jobs::draw_follow_ups(&world.service, ALL).await.unwrap(), 0);
    assert_eq!(world.service.store().follow_ups().await.unwrap(), Waiting::default());
}

async fn a_check_is_taken_by_one_of_two(place: Place) {
    let world = World::new(&place).await;
    let permits = drawn(&world, 1).await;
    let (one, two) = (StaffId::new("one").unwrap(), StaffId::new("two").unwrap());
    let (first, second) = tokio::join!(take(&world, &one), take(&world, &two));
    let taken: Vec<_> = first.into_iter().chain(second).collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].permit, permits[0]);
    let other = if taken[0].officer.as_ref() == Some(&one) { &two } else { &one };
    let refused = look(&world, permits[0], (other, Finding::AsStated), None).await.unwrap_err();
    assert_eq!(refused.code(), "follow-up-taken");
    // Nothing of it stays.
    let permit: Loaded<Permit> =
        world.service.store().load(&permits[0].to_string()).await.unwrap().unwrap();
    assert!(permit.document.follow_ups().is_empty());
    let mut change = world.begin().await;
    let rule = |queue: &mut FollowUps, moment: &_| queue.give(permits[0], other, moment);
    world.service.change_follow_ups(&mut change, &office(), "intake", rule).await.unwrap();
    change.commit().await.unwrap();
    look(&world, permits[0], (other, Finding::AsStated), None).await.unwrap();
    assert!(waiting(&world).await.is_empty());
    whole(world.service.store()).await;
}

async fn a_check_ends_the_wait_unless_nobody_was_met(place: Place) {
    let world = World::new(&place).await;
    let permits = drawn(&world, 1).await;
    let me = officer();
    assert_eq!(take(&world, &me).await.unwrap().permit, permits[0]);
    look(&world, permits[0], (&me, Finding::NobodyMet), None).await.unwrap();
    assert_eq!(waiting(&world).await.len(), 1);
    look(&world, permits[0], (&me, Finding::AsStated), None).await.unwrap();
    assert!(waiting(&world).await.is_empty());
    // Who looks without being asked records that too.
    look(&world, permits[0], (&me, Finding::AsStated), None).await.unwrap();
    assert_eq!(take(&world, &me).await, None);
    assert_eq!(world.service.store().follow_ups().await.unwrap(), Waiting::default());
}

async fn a_case_of_cancellation_follows(place: Place) {
    let world = World::new(&place).await;
    let permits = drawn(&world, 1).await;
    let (me, permit) = (officer(), permits[0]);
    let moved = Some(CancelGround::MovedAway);
    let refused = look(&world, permit, (&me, Finding::AsStated), moved).await.unwrap_err();
    assert_eq!(refused.code(), "cancellation-unfounded");
    assert_eq!(waiting(&world).await.len(), 1, "nothing of it stays");
    let case = look(&world, permit, (&me, Finding::NotAsStated), moved).await.unwrap();
    let case = case.unwrap().document;
    let CaseState::Assigned { assignment } = case.state() else { panic!("{case:?}") };
    assert_eq!((&assignment.office, &assignment.officer), (&office(), &me));
    assert!(waiting(&world).await.is_empty());
    let decides = StaffId::new("decides").unwrap();
    let mut change = world.begin().await;
    let (_, done) =
        world.service.approve(&mut change, case.id(), None, decides.clone()).await.unwrap();
    change.commit().await.unwrap();
    let PermitState::Cancelled(cancellation) = done.document.recorded_state() else {
        panic!("it goes on")
    };
    assert_eq!(cancellation.by, Some(decides));
    assert_eq!(cancellation.reason.ground, CancelGround::MovedAway);
    whole(world.service.store()).await;
}

async fn what_is_over_is_checked_no_more(place: Place) {
    let world = World::new(&place).await;
    let cancel = async |permit| {
        let mut change = world.begin().await;
        let reason = Reason::new(CancelGround::Died);
        let rule = |permit: &mut Permit, moment: &_| permit.cancel(officer(), reason, moment);
        world.service.change_permit(&mut change, permit, None, "officer-7", rule).await.unwrap();
        change.commit().await.unwrap();
    };
    let before = world.permit().await;
    cancel(before).await;
    // Two are drawn, and the one that was cancelled before is not.
    drawn(&world, 2).await;
    let (over, me) = (waiting(&world).await[0].permit, officer());
    cancel(over).await;
    assert_ne!(take(&world, &me).await.unwrap().permit, over);
    assert!(waiting(&world).await.iter().all(|waits| waits.permit != over));

    let mine = waiting(&world).await[0].permit;
    let permit: Loaded<Permit> =
        world.service.store().load(&mine.to_string()).await.unwrap().unwrap();
    let mut change = world.begin().await;
    let service = &world.service;
    let due = service.close_follow_up(&mut change, &office(), &permit.document, &me).await;
    assert_eq!(due.unwrap_err().code(), "follow-up-due");
    drop(change);
    cancel(mine).await;
    let permit: Loaded<Permit> =
        world.service.store().load(&mine.to_string()).await.unwrap().unwrap();
    let mut change = world.begin().await;
    service.close_follow_up(&mut change, &office(), &permit.document, &me).await.unwrap();
    change.commit().await.unwrap();
    assert!(waiting(&world).await.is_empty());
    whole(service.store()).await;
}
