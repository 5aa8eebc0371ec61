//! From an approved application to a permit that nobody accepts any longer.

use livepermit::SecretKey;
use livepermit_issuer::domain::{
    Attestation, CancelGround, Check, Class, Consent, Digest, Document, DocumentId, DocumentKind,
    DomainError, Finding, IdentityDocument, IdentityKind, KeyThumbprint, Mandate, MediaType,
    OfficeId, Party, Person, Reason, RepresentativeKind, Request, SuspendGround,
};
use livepermit_issuer::service::ServiceError;
use livepermit_issuer::store::{EntryHolder, Store as _, StoreError};

use super::world::{OFFICER, Phone, World, new_permit, officer};
use crate::place::{Place, on_both, whole};

on_both! {
    a_phone_shows_its_permit_day_after_day,
    a_new_phone_ends_the_one_before,
    what_is_withdrawn_is_refused_at_once,
    a_slip_is_paper_for_the_same_permit,
    a_pass_is_live_for_its_window_alone,
    a_guardian_shows_a_childs_permit,
    an_endorsement_keeps_the_entry_alive,
    what_was_decided_on_an_old_version_is_not_done,
    an_approval_that_cannot_be_done_is_no_approval,
}

fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> &'static str {
    result.unwrap_err().code()
}

async fn a_phone_shows_its_permit_day_after_day(place: Place) {
    let world = World::new(&place).await;
    let permit = world.approved(new_permit()).await.document;
    for (seed, key) in [
        (1, SecretKey::from_ed25519_seed(&[21; 32])),
        (2, SecretKey::generate_p256(&mut rand::rng())),
    ] {
        let permit =
            if seed == 1 { permit.clone() } else { world.approved(new_permit()).await.document };
        let mut phone = Phone::of(key);
        let issued = world.enrol(permit.id(), &mut phone).await.unwrap();
        assert_eq!(issued.until.duration_since(world.service.now()).as_hours(), 23);
        assert_eq!(world.gate(&phone.shows(&world)).await.unwrap(), permit.number().as_str());
        // The code of a minute ago, and the credential of yesterday.
        let shown = phone.shows(&world);
        world.service.clock().turn(jiff::SignedDuration::from_mins(2));
        assert_eq!(world.gate(&shown).await.unwrap_err(), "stale");
        world.turn(1);
        assert!(phone.holds_nothing_now(&world));
        world.renew(permit.id(), &mut phone).await.unwrap();
        assert_eq!(world.gate(&phone.shows(&world)).await.unwrap(), permit.number().as_str());
    }
    assert!(whole(world.service.store()).await > 10);
}

async fn a_new_phone_ends_the_one_before(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    let (mut old, mut new) = (Phone::new(31), Phone::new(32));
    world.enrol(permit, &mut old).await.unwrap();
    // Nobody binds a phone without the holder, who opens the enrolment.
    let stolen = world.enrol(permit, &mut new).await;
    assert_eq!(refused(stolen), "enrolment-closed");
    world.approved(Request::NewDevice { permit }).await;
    world.enrol(permit, &mut new).await.unwrap();
    world.gate(&new.shows(&world)).await.unwrap();
    assert_eq!(world.gate(&old.shows(&world)).await.unwrap_err(), "revoked");
    assert_eq!(refused(world.renew(permit, &mut old).await), "device-closed");
    // The refused attempt gave no entry away.
    assert_eq!(world.service.store().entries_of(permit).await.unwrap().len(), 2);
}

async fn what_is_withdrawn_is_refused_at_once(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    let mut phone = Phone::new(41);
    world.enrol(permit, &mut phone).await.unwrap();
    world.gate(&phone.shows(&world)).await.unwrap();

    let mut change = world.begin().await;
    let suspend = |permit: &mut livepermit_issuer::domain::Permit, moment: &_| {
        permit.suspend(officer(), Reason::new(SuspendGround::UnderReview), moment)
    };
    world.service.change_permit(&mut change, permit, None, OFFICER, suspend).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(world.gate(&phone.shows(&world)).await.unwrap_err(), "suspended");

    let mut change = world.begin().await;
    let resume = |permit: &mut livepermit_issuer::domain::Permit, moment: &_| {
        permit.resume(officer(), moment)
    };
    world.service.change_permit(&mut change, permit, None, OFFICER, resume).await.unwrap();
    change.commit().await.unwrap();
    world.gate(&phone.shows(&world)).await.unwrap();

    let mut change = world.begin().await;
    let cancel = |permit: &mut livepermit_issuer::domain::Permit, moment: &_| {
        permit.cancel(officer(), Reason::new(CancelGround::Untrue), moment)
    };
    world.service.change_permit(&mut change, permit, None, OFFICER, cancel).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(world.gate(&phone.shows(&world)).await.unwrap_err(), "revoked");
    assert_eq!(refused(world.renew(permit, &mut phone).await), "permit-cancelled");
}

async fn a_slip_is_paper_for_the_same_permit(place: Place) {
    let world = World::new(&place).await;
    let permit = world.approved(new_permit()).await.document;
    let until = world.service.moment().today().saturating_add(jiff::ToSpan::days(30));
    let mut change = world.begin().await;
    let slip =
        world.service.print_slip(&mut change, permit.id(), Some(until), OFFICER).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!((slip.until, slip.check_number.len()), (until, 8));
    let shown = slip.token.as_bytes();
    assert_eq!(world.gate(shown).await.unwrap(), permit.number().as_str());
    // A change of data: paper with the old data is refused.
    world.approved(Request::Change { permit: permit.id() }).await;
    assert_eq!(world.gate(shown).await.unwrap_err(), "revoked");
    world.turn(31);
    assert_eq!(world.gate(shown).await.unwrap_err(), "expired");
}

async fn a_pass_is_live_for_its_window_alone(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    let mut phone = Phone::new(51);
    world.enrol(permit, &mut phone).await.unwrap();
    let device = KeyThumbprint::from_bytes(phone.device().thumbprint());
    let pass = world.service.pass(permit, device).await.unwrap();
    world.gate(pass.as_bytes()).await.unwrap();
    world.service.clock().turn(jiff::SignedDuration::from_secs(40));
    assert_eq!(world.gate(pass.as_bytes()).await.unwrap_err(), "stale");
    let other = KeyThumbprint::from_bytes([9; 32]);
    assert_eq!(refused(world.service.pass(permit, other).await), "device-unknown");
}

async fn a_guardian_shows_a_childs_permit(place: Place) {
    let world = World::new(&place).await;
    let today = world.service.moment().today();
    let paper = Document {
        id: DocumentId::from_bytes([7; 16]),
        kind: DocumentKind::Mandate,
        media_type: MediaType::Pdf,
        digest: Digest::from_bytes([7; 32]),
        bytes: 1_000,
    };
    let card = |number: &str| IdentityDocument {
        kind: IdentityKind::IdentityCard,
        number: number.to_owned(),
    };
    let mandate = Mandate {
        kind: RepresentativeKind::Guardian,
        person: Person::new("王大明", "1985-01-02".parse().unwrap(), card("1")).unwrap(),
        evidence: vec![paper.id],
        consent: Consent { on: today, document: None },
        until: None,
    };
    let class = Class::new("residence").unwrap();
    let request = Request::New { class, mandate: Some(mandate) };
    let mut application = world.application(request);
    // The child comes of age in ten hours, at midnight or soon after.
    let born = today.saturating_sub(jiff::ToSpan::years(18)).saturating_add(jiff::ToSpan::days(1));
    application.applicant = Person::new("王小宝", born, card("2")).unwrap();
    let case = application.id;
    let mut change = world.begin().await;
    world.service.submit(&mut change, application).await.unwrap();
    world
        .service
        .change_case(&mut change, case, None, OFFICER, |case, moment| {
            let mut events = case.attach(paper, moment)?;
            events.extend(case.assign(OfficeId::new("haidian")?, officer(), moment)?);
            let (by, at) = (officer(), moment.now());
            let check = Check { by, at, finding: Finding::AsStated, note: None };
            events.extend(case.record_check(check, moment)?);
            Ok(events)
        })
        .await
        .unwrap();
    let (_, permit) = world.service.approve(&mut change, case, None, officer()).await.unwrap();
    change.commit().await.unwrap();
    let permit = permit.document;
    let guardian = Party::Representative(permit.representatives().first().unwrap().id);

    let mut phone = Phone::new(61);
    let mut change = world.begin().await;
    let device = phone.device();
    let issued = world
        .service
        .enrol(&mut change, permit.id(), &device, Attestation::Software, guardian)
        .await
        .unwrap();
    change.commit().await.unwrap();
    // Until the birthday, and not for a day.
    let birthday = world.service.moment().start_of(today.saturating_add(jiff::ToSpan::days(1)));
    assert_eq!(issued.until, birthday);
    phone.takes(&issued, &world);
    world.gate(&phone.shows(&world)).await.unwrap();
    world.turn(1);
    assert_eq!(refused(world.renew(permit.id(), &mut phone).await), "representative-closed");
}

async fn an_endorsement_keeps_the_entry_alive(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    let mut phone = Phone::new(71);
    world.enrol(permit, &mut phone).await.unwrap();
    let ends = |entries: &[livepermit_issuer::store::GivenEntry]| {
        let of_device = |given: &&livepermit_issuer::store::GivenEntry| {
            matches!(given.given_to.holder, EntryHolder::Binding(_))
        };
        entries.iter().find(of_device).unwrap().given_to.ends
    };
    let before = ends(&world.service.store().entries_of(permit).await.unwrap());
    world.turn(340);
    let endorsed = world.approved(Request::Endorsement { permit }).await.document;
    let after = ends(&world.service.store().entries_of(permit).await.unwrap());
    assert_eq!(after, world.service.moment().start_of(endorsed.ends()));
    assert!(after.duration_since(before).as_hours() >= 365 * 24);
    // In the second year the same phone goes on, with the same entry.
    world.turn(60);
    world.renew(permit, &mut phone).await.unwrap();
    world.gate(&phone.shows(&world)).await.unwrap();
}

async fn what_was_decided_on_an_old_version_is_not_done(place: Place) {
    let world = World::new(&place).await;
    let case = world.checked(new_permit()).await;
    let mut change = world.begin().await;
    let old = world.service.approve(&mut change, case, Some(1), officer()).await.unwrap_err();
    assert!(matches!(old, ServiceError::Store(StoreError::Changed { read: 1, .. })), "{old}");
    drop(change);
    let mut change = world.begin().await;
    world.service.approve(&mut change, case, Some(2), officer()).await.unwrap();
    change.commit().await.unwrap();
}

async fn an_approval_that_cannot_be_done_is_no_approval(place: Place) {
    let world = World::new(&place).await;
    let permit = world.permit().await;
    // An endorsement comes at the earliest 60 days before the end.
    let case = world.checked(Request::Endorsement { permit }).await;
    let mut change = world.begin().await;
    let early = world.service.approve(&mut change, case, None, officer()).await.unwrap_err();
    let ServiceError::Domain(DomainError::EndorsementTooEarly { .. }) = early else {
        panic!("{early}")
    };
    // Also a caller who goes on with the change leaves nothing of the approval.
    let lines = whole(world.service.store()).await;
    assert!(matches!(change.commit().await, Err(StoreError::Spoiled)));
    assert_eq!(whole(world.service.store()).await, lines);
    let id = case.to_string();
    let loaded: Option<livepermit_issuer::store::Loaded<livepermit_issuer::domain::Case>> =
        world.service.store().load(&id).await.unwrap();
    assert!(loaded.unwrap().document.decision().is_none());
}
