//! The documents of the domain in the register: the life of a permit, saved at every step.

use jiff::tz::TimeZone;
use livepermit_issuer::domain::{
    Application, Attestation, Binding, BindingId, Calendar, CancelGround, Case, CaseId, Channel,
    Check, Class, DomainError, EntryState, Finding, IdentityDocument, IdentityKind, KeyThumbprint,
    Moment, NewPermit, OfficeId, Party, Permit, PermitId, PermitNumber, Person, Reason,
    RepresentativeId, Request, SlipId, StaffId,
};
use livepermit_issuer::store::{
    Database, EntryHolder, EntryUse, Loaded, Mark, Store as _, StoreError, WrittenLine, date_number,
};

use super::papers::{NOON, at, bytes};
use crate::place::{Place, on_both, whole};

on_both! {
    from_application_to_cancellation,
    of_two_phones_at_once_one_is_bound,
    two_officers_issue_one_case_at_once,
}

const DAY: i64 = 86_400;
const OFFICER: &str = "officer-7";

fn moment(day: i64) -> Moment {
    Moment::new(at(NOON + day * DAY), TimeZone::UTC)
}

fn officer() -> StaffId {
    StaffId::new(OFFICER).unwrap()
}

fn permit_id() -> PermitId {
    PermitId::from_bytes(bytes(2))
}

fn case_id() -> CaseId {
    CaseId::from_bytes(bytes(1))
}

fn application() -> Application {
    let kind = IdentityKind::IdentityCard;
    let document = IdentityDocument { kind, number: "110101199003071234".to_owned() };
    Application {
        id: case_id(),
        request: Request::New { class: Class::new("resident").unwrap(), mandate: None },
        applicant: Person::new("王小明", "1990-03-07".parse().unwrap(), document).unwrap(),
        address: None,
        channel: Channel::Website,
    }
}

/// Submits the case, has it checked, and approves it: three changes.
async fn approved(database: &Database) {
    let calendar = Calendar::new([], [], "2027-12-31".parse().unwrap()).unwrap();
    let (case, events) = Case::submit(application(), &calendar, &moment(0)).unwrap();
    let due = case.due().unwrap();
    let mut change = database.begin().await.unwrap();
    change.add(case).await.unwrap();
    change.record(at(NOON), "channel:website", &events).await.unwrap();
    change.commit().await.unwrap();
    let queue = database.cases("", "submitted", &Mark::start(), 9).await.unwrap();
    assert_eq!(queue, [Mark { date: date_number(due), id: case_id().to_string() }]);

    let mut change = database.begin().await.unwrap();
    let mut loaded: Loaded<Case> = change.load(&case_id().to_string()).await.unwrap();
    let office = OfficeId::new("haidian").unwrap();
    let mut events = loaded.document.assign(office, officer(), &moment(1)).unwrap();
    let found = Finding::AsStated;
    let check = Check { by: officer(), at: at(NOON + DAY), finding: found, note: None };
    events.extend(loaded.document.record_check(check, &moment(1)).unwrap());
    change.save(&mut loaded).await.unwrap();
    change.record(at(NOON + DAY), OFFICER, &events).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(database.cases("haidian", "checked", &Mark::start(), 9).await.unwrap().len(), 1);

    let mut change = database.begin().await.unwrap();
    let mut loaded: Loaded<Case> = change.load(&case_id().to_string()).await.unwrap();
    let events = loaded.document.approve(officer(), &moment(1)).unwrap();
    change.save(&mut loaded).await.unwrap();
    change.record(at(NOON + DAY), OFFICER, &events).await.unwrap();
    change.commit().await.unwrap();
}

/// What an officer does with an approved case. The domain's refusal is the inner error.
async fn issue(database: &Database) -> Result<Result<(), DomainError>, StoreError> {
    let mut change = database.begin().await?;
    let mut case: Loaded<Case> = change.load(&case_id().to_string()).await?;
    let new = NewPermit {
        id: permit_id(),
        number: PermitNumber::new("BJ-000001").unwrap(),
        representative: RepresentativeId::from_bytes(bytes(3)),
    };
    let (permit, events) = match Permit::issue(new, &mut case.document, &moment(1)) {
        Ok(issued) => issued,
        Err(refused) => return Ok(Err(refused)),
    };
    change.add(permit).await?;
    change.save(&mut case).await?;
    change.record(at(NOON + DAY), OFFICER, &events).await?;
    change.commit().await?;
    Ok(Ok(()))
}

/// What a phone does that enrols.
async fn bind(database: &Database, phone: u64) -> Result<Result<(), DomainError>, StoreError> {
    let mut change = database.begin().await?;
    let mut permit: Loaded<Permit> = change.load(&permit_id().to_string()).await?;
    let id = BindingId::from_bytes(bytes(100 + phone));
    let holder = EntryHolder::Binding(id);
    let ends = moment(0).start_of(permit.document.ends());
    let given_to = EntryUse { permit: permit_id(), holder, ends };
    let entry = change.give_entry(&given_to, at(NOON + DAY)).await?;
    let mut device = [0; 32];
    device[..8].copy_from_slice(&phone.to_be_bytes());
    let binding = Binding {
        id,
        device: KeyThumbprint::from_bytes(device),
        entry,
        attestation: Attestation::Software,
        party: Party::Holder,
    };
    let events = match permit.document.bind(binding, &moment(1)) {
        Ok(events) => events,
        Err(refused) => return Ok(Err(refused)),
    };
    change.save(&mut permit).await?;
    change.record(at(NOON + DAY), "wallet:1", &events).await?;
    change.commit().await?;
    Ok(Ok(()))
}

/// What the register says of the entries is what the permit says of them.
async fn agrees(database: &Database, permit: &Permit) {
    let entries = database.entries_of(permit_id()).await.unwrap();
    let mut kept: Vec<_> = entries.iter().map(|given| (given.entry, given.state)).collect();
    let mut meant: Vec<_> = permit.entries().collect();
    kept.sort();
    meant.sort();
    assert_eq!(kept, meant);
}

async fn from_application_to_cancellation(place: Place) {
    let database = place.open().await;
    approved(&database).await;
    issue(&database).await.unwrap().unwrap();
    bind(&database, 1).await.unwrap().unwrap();

    // A new phone: the old one's entry is withdrawn in the same change.
    let mut change = database.begin().await.unwrap();
    let mut permit: Loaded<Permit> = change.load(&permit_id().to_string()).await.unwrap();
    let events = permit.document.open_enrolment(&moment(1)).unwrap();
    change.save(&mut permit).await.unwrap();
    change.record(at(NOON + DAY), OFFICER, &events).await.unwrap();
    change.commit().await.unwrap();
    bind(&database, 2).await.unwrap().unwrap();
    let permit: Loaded<Permit> = database.load(&permit_id().to_string()).await.unwrap().unwrap();
    agrees(&database, &permit.document).await;
    assert_eq!(permit.document.entries_to_withdraw().count(), 1);

    // A slip.
    let mut change = database.begin().await.unwrap();
    let mut permit: Loaded<Permit> = change.load(&permit_id().to_string()).await.unwrap();
    let slip = SlipId::from_bytes(bytes(9));
    let holder = EntryHolder::Slip(slip);
    let given_to = EntryUse { permit: permit_id(), holder, ends: at(NOON + 30 * DAY) };
    let entry = change.give_entry(&given_to, at(NOON + 2 * DAY)).await.unwrap();
    let until = moment(30).today();
    let events = permit.document.print_slip(slip, entry, Some(until), &moment(2)).unwrap();
    change.save(&mut permit).await.unwrap();
    change.record(at(NOON + 2 * DAY), OFFICER, &events).await.unwrap();
    change.commit().await.unwrap();
    agrees(&database, &permit.document).await;

    // The cancellation withdraws all that is open.
    let mut change = database.begin().await.unwrap();
    let mut permit: Loaded<Permit> = change.load(&permit_id().to_string()).await.unwrap();
    let reason = Reason::new(CancelGround::Untrue);
    let events = permit.document.cancel(officer(), reason, &moment(3)).unwrap();
    change.save(&mut permit).await.unwrap();
    change.record(at(NOON + 3 * DAY), OFFICER, &events).await.unwrap();
    change.commit().await.unwrap();
    agrees(&database, &permit.document).await;
    let list = database.lists().await.unwrap()[0].list;
    let set = database.statuses(list).await.unwrap().set;
    assert_eq!(set.len(), 3);
    assert!(set.iter().all(|(_, state)| *state == EntryState::Withdrawn));
    assert_eq!(database.permits("cancelled", &Mark::start(), 9).await.unwrap().len(), 1);
    assert_eq!(database.permits("active", &Mark::start(), 9).await.unwrap(), []);

    // Nothing of the person is in the log.
    let lines = database.audit_behind(0, 1_000).await.unwrap();
    assert_eq!(whole(&database).await, lines.len() as u64);
    // Hashes and the number of the list are drawn by chance, and may have any four digits.
    let words =
        |line: &WrittenLine| [&*line.actor, &line.action, &line.subject, &line.detail].join(" ");
    let said = lines.iter().map(words).collect::<Vec<_>>().join("\n");
    let said = said.replace(&list.to_string(), "the list");
    for personal in ["王", "110101199003071234", "1990"] {
        assert!(!said.contains(personal), "{personal}");
    }
    assert!(said.contains("permit-cancelled") && said.contains("device-bound"), "{said}");
}

/// The domain lets one device enrol: the second phone meets what the first has done, and the entry
/// that was taken for it goes back with its change.
async fn of_two_phones_at_once_one_is_bound(place: Place) {
    let database = place.open().await;
    approved(&database).await;
    issue(&database).await.unwrap().unwrap();
    let mut phones = Vec::new();
    for phone in 0..6 {
        let database = database.clone();
        phones.push(tokio::spawn(async move { bind(&database, phone).await.unwrap() }));
    }
    let mut bound = 0;
    for phone in phones {
        match phone.await.unwrap() {
            Ok(()) => bound += 1,
            Err(DomainError::EnrolmentClosed { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(bound, 1);
    let permit: Loaded<Permit> = database.load(&permit_id().to_string()).await.unwrap().unwrap();
    assert!(permit.document.bindings().past().is_empty());
    agrees(&database, &permit.document).await;
    assert_eq!(database.lists().await.unwrap()[0].given, 1);
}

async fn two_officers_issue_one_case_at_once(place: Place) {
    let database = place.open().await;
    approved(&database).await;
    let before = whole(&database).await;
    let (one, two) = tokio::join!(issue(&database), issue(&database));
    let results = [one.unwrap(), two.unwrap()];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let refused = results.iter().find_map(|result| result.as_ref().err()).unwrap();
    assert!(matches!(refused, DomainError::CaseCarriedOut { .. }), "{refused}");
    // The case was carried out, and the permit issued: one line each.
    assert_eq!(whole(&database).await, before + 2);
}
