//! Alarms before and after a last day, and leases of jobs.

use jiff::SignedDuration;
use livepermit_issuer::domain::{Alarm, Calendar, Case, CaseId, Request};
use livepermit_issuer::jobs::{self, Worker};
use livepermit_issuer::store::{Database, Loaded, Store as _};

use super::world::{World, new_permit};
use crate::place::{Place, on_both, whole};

on_both! {
    a_case_is_told_of_before_its_last_day_and_after_it,
    a_permit_is_told_of_before_its_end,
    of_two_processes_one_does_a_job,
    two_processes_give_each_alarm_once,
    a_calendar_of_the_next_year_sets_last_days,
}

async fn submitted(world: &World, request: Request) -> CaseId {
    let application = world.application(request);
    let case = application.id;
    let mut change = world.begin().await;
    world.service.submit(&mut change, application).await.unwrap();
    change.commit().await.unwrap();
    case
}

async fn told(database: &Database, about: &str) -> Vec<&'static str> {
    let alarms = database.alarms(about).await.unwrap();
    let told: Vec<_> = alarms.iter().map(|given| given.alarm.name()).collect();
    let lines = database.audit_about(about, 100).await.unwrap();
    let lines = lines.iter().filter(|line| line.actor == "job:alarms");
    let logged: Vec<_> = lines.map(|line| line.action.as_str()).collect();
    assert_eq!(told, logged, "the log has each alarm, and no other");
    told
}

async fn a_case_is_told_of_before_its_last_day_and_after_it(place: Place) {
    let world = World::new(&place).await;
    let (late, settled) = (submitted(&world, new_permit()).await, world.permit().await);
    let (store, about) = (world.service.store(), format!("case:{late}"));
    let case: Loaded<Case> = store.load(&late.to_string()).await.unwrap().unwrap();
    let due = case.document.due().unwrap();
    let mut seen = Vec::new();
    // The last day is the eighth working day: nine to twelve days later.
    for _ in 0..16 {
        let given = jobs::give_alarms(&world.service).await.unwrap();
        let case: Loaded<Case> = store.load(&late.to_string()).await.unwrap().unwrap();
        let moment = world.service.moment();
        let now = case.document.alarm(&world.service.office().calendar, &moment);
        assert_eq!(given, usize::from(now.is_some_and(|(alarm, _)| !seen.contains(&alarm))));
        if let Some((alarm, of)) = now.filter(|(alarm, _)| !seen.contains(alarm)) {
            assert_eq!(of, due);
            assert_eq!(alarm == Alarm::DeadlineOver, moment.today() > due);
            seen.push(alarm);
        }
        // Whoever decides on the version that was read is not told of somebody quicker.
        assert_eq!(case.version(), 1);
        world.turn(1);
    }
    assert_eq!(seen, [Alarm::DeadlineSoon, Alarm::DeadlineOver]);
    assert_eq!(told(store, &about).await, ["deadline-soon", "deadline-over"]);
    assert!(told(store, &format!("permit:{settled}")).await.is_empty());
    whole(store).await;
}

async fn a_permit_is_told_of_before_its_end(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    let about = format!("permit:{permit}");
    world.turn(300);
    assert_eq!(jobs::give_alarms(&world.service).await.unwrap(), 0);
    world.turn(6);
    assert_eq!(jobs::give_alarms(&world.service).await.unwrap(), 1);
    assert_eq!(jobs::give_alarms(&world.service).await.unwrap(), 0);
    assert_eq!(told(world.service.store(), &about).await, ["permit-ends-soon"]);
    // The next end has its own alarm.
    world.approved(Request::Endorsement { permit }).await;
    world.turn(365);
    assert_eq!(jobs::give_alarms(&world.service).await.unwrap(), 1);
}

async fn of_two_processes_one_does_a_job(place: Place) {
    let world = World::new(&place).await;
    let (first, second) = (Worker::new(world.service.clone()), Worker::new(world.service.clone()));
    let work = || async { Ok(7) };
    assert_eq!(first.alone("sweep", work).await.unwrap(), Some(7));
    assert_eq!(second.alone("sweep", work).await.unwrap(), None);
    assert_eq!(second.alone("forget", work).await.unwrap(), Some(7), "another job");
    assert_eq!(first.alone("sweep", work).await.unwrap(), Some(7), "it keeps the job");
    // The first one has died.
    world.service.clock().turn(SignedDuration::from_secs(301));
    assert_eq!(second.alone("sweep", work).await.unwrap(), Some(7));
    assert_eq!(first.alone("sweep", work).await.unwrap(), None);
}

async fn two_processes_give_each_alarm_once(place: Place) {
    let world = World::new(&place).await;
    for _ in 0..5 {
        submitted(&world, new_permit()).await;
    }
    world.turn(15);
    // Without a lease too: the register gives each alarm once.
    let other = World::new(&place).await;
    other.turn(15);
    let (one, two) =
        tokio::join!(jobs::give_alarms(&world.service), jobs::give_alarms(&other.service));
    assert_eq!(one.unwrap() + two.unwrap(), 5);
    whole(world.service.store()).await;
}

async fn a_calendar_of_the_next_year_sets_last_days(place: Place) {
    let known_until = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let short = Calendar::new([], [], known_until).unwrap();
    let world = World::with_calendar(&place, short).await;
    let case = submitted(&world, new_permit()).await;
    assert_eq!(jobs::set_deadlines(&world.service).await.unwrap(), 0);
    let world = World::new(&place).await;
    assert_eq!(jobs::set_deadlines(&world.service).await.unwrap(), 1);
    assert_eq!(jobs::set_deadlines(&world.service).await.unwrap(), 0);
    let store = world.service.store();
    let loaded: Loaded<Case> = store.load(&case.to_string()).await.unwrap().unwrap();
    assert!(loaded.document.due().is_some());
    whole(store).await;
}
