//! What the offices' port keeps: accounts, sessions, answers, proposals, documents, and what
//! permits are searched by.

use jiff::tz::TimeZone;
use livepermit_issuer::domain::{
    Application, Calendar, Case, CaseId, Channel, Check, Class, Digest, Document, DocumentId,
    DocumentKind, Finding, IdentityDocument, IdentityKind, MediaType, Moment, NewPermit, OfficeId,
    Permit, PermitId, PermitNumber, Person, RepresentativeId, Request, StaffId,
};
use livepermit_issuer::staff::{Account, Offices, Role};
use livepermit_issuer::store::{
    Answered, Begun, Database, Loaded, Proposal, ProposalState, SearchKey, StaffStore as _,
    Store as _, StoreError, Tried, Word,
};

use super::papers::{NOON, at, bytes, issue, line};
use crate::place::{Place, on_both, whole};

on_both! {
    an_account_comes_back_as_it_was,
    a_session_lasts_until_it_is_revoked,
    a_step_of_time_is_spent_once,
    tries_are_counted_also_at_once,
    a_request_is_answered_once_also_at_once,
    a_proposal_is_decided_once,
    bytes_come_back_and_go_with_the_erasure,
    permits_are_found_by_words,
}

fn account(name: &str) -> Account {
    let office = |name| OfficeId::new(name).unwrap();
    Account {
        name: StaffId::new(name).unwrap(),
        password: "$argon2id$x".to_owned(),
        totp: *b"0123456789\0\xff....",
        totp_step: 7,
        roles: [Role::Check, Role::Audit].into(),
        offices: Offices::These([office("north"), office("south")].into()),
        disabled: false,
    }
}

async fn add(database: &Database, account: &Account) -> Result<(), StoreError> {
    let mut change = database.begin().await?;
    change.add_account(account).await?;
    change.audit(line("account-made", "staff:lin"));
    change.commit().await
}

async fn an_account_comes_back_as_it_was(place: Place) {
    let database = place.open().await;
    let mut lin = account("lin");
    add(&database, &lin).await.unwrap();
    assert_eq!(database.account("lin").await.unwrap(), Some(lin.clone()));
    assert_eq!(database.account("mei").await.unwrap(), None);
    let twice = add(&database, &lin).await.unwrap_err();
    assert!(matches!(twice, StoreError::Exists { kind: "account", .. }), "{twice}");

    (lin.offices, lin.disabled, lin.totp_step) = (Offices::All, true, 9);
    lin.roles.clear();
    let mut change = database.begin().await.unwrap();
    change.save_account(&lin).await.unwrap();
    change.audit(line("account-closed", "staff:lin"));
    change.commit().await.unwrap();
    assert_eq!(database.account("lin").await.unwrap(), Some(lin.clone()));
    // An account is a change of the log.
    let mut change = database.begin().await.unwrap();
    change.save_account(&lin).await.unwrap();
    assert!(matches!(change.commit().await, Err(StoreError::NoAuditLine)));
    let mut change = database.begin().await.unwrap();
    let missing = change.save_account(&account("mei")).await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing { kind: "account", .. }), "{missing}");
}

async fn a_session_lasts_until_it_is_revoked(place: Place) {
    let database = place.open().await;
    let lin = account("lin");
    add(&database, &lin).await.unwrap();
    let mut change = database.begin().await.unwrap();
    for token in ["a", "b", "c"] {
        change.open_staff_session(token, "lin", at(NOON), at(NOON + 60)).await.unwrap();
    }
    // What a port keeps for itself needs no line of the log.
    change.commit().await.unwrap();
    assert_eq!(whole(&database).await, 1);
    let session = database.session("a").await.unwrap().unwrap();
    assert_eq!((session.used, session.ends), (NOON, NOON + 60));
    assert_eq!((session.officer.roles, session.officer.offices), (lin.roles, lin.offices));
    assert_eq!(database.session("d").await.unwrap(), None);

    let mut change = database.begin().await.unwrap();
    change.use_session("a", at(NOON + 5)).await.unwrap();
    change.revoke_staff_session("b").await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(database.session("a").await.unwrap().unwrap().used, NOON + 5);
    assert_eq!(database.session("b").await.unwrap(), None);
    let mut change = database.begin().await.unwrap();
    change.revoke_sessions("lin").await.unwrap();
    drop(change);
    assert!(database.session("c").await.unwrap().is_some());
    let mut change = database.begin().await.unwrap();
    assert_eq!(change.forget_ended(at(NOON + 60), 100).await.unwrap(), 3);
    change.commit().await.unwrap();
    assert_eq!(place.sql("SELECT count(*) FROM staff_sessions").await, [0]);
}

async fn a_step_of_time_is_spent_once(place: Place) {
    let database = place.open().await;
    add(&database, &account("lin")).await.unwrap();
    let mut done = Vec::new();
    for step in [8, 8, 7, 9] {
        let mut change = database.begin().await.unwrap();
        done.push(change.spend_totp_step("lin", step).await.unwrap());
        change.commit().await.unwrap();
    }
    assert_eq!(done, [true, false, false, true]);
}

async fn tries_are_counted_also_at_once(place: Place) {
    let database = place.open().await;
    let wait = |tries| if tries < 3 { 0 } else { 10 };
    let mut all = Vec::new();
    for _ in 0..8 {
        let database = database.clone();
        all.push(tokio::spawn(async move {
            let mut change = database.begin().await.unwrap();
            let tried = change.try_login("lin", at(NOON), wait).await.unwrap();
            change.commit().await.unwrap();
            tried
        }));
    }
    let mut passed = 0;
    for one in all {
        match one.await.unwrap() {
            Ok(()) => passed += 1,
            Err(tried) => assert_eq!(tried, Tried { tries: 3, last: NOON }),
        }
    }
    assert_eq!(passed, 3);
    for (now, passes) in [(NOON + 9, false), (NOON - 50, true), (NOON + 10, true)] {
        let mut change = database.begin().await.unwrap();
        assert_eq!(change.try_login("lin", at(now), wait).await.unwrap().is_ok(), passes);
    }
    let mut change = database.begin().await.unwrap();
    assert_eq!(change.forget_tries("lin").await.unwrap(), 3);
    assert_eq!(change.forget_tries("lin").await.unwrap(), 0);
    assert_eq!(change.try_login("lin", at(NOON), wait).await.unwrap(), Ok(()));
}

async fn a_request_is_answered_once_also_at_once(place: Place) {
    let database = place.open().await;
    let (now, ends) = (at(NOON), at(NOON + 60));
    let answered = Answered { status: 201, etag: "\"v1\"".to_owned(), body: "{}".to_owned() };
    // Given up: the key is free.
    let mut change = database.begin().await.unwrap();
    assert_eq!(change.begin_answer("lin", "k", "d", now, ends).await.unwrap(), Begun::New);
    drop(change);
    let mut all = Vec::new();
    for _ in 0..6 {
        let (database, answered) = (database.clone(), answered.clone());
        all.push(tokio::spawn(async move {
            let mut change = database.begin().await.unwrap();
            let begun = change.begin_answer("lin", "k", "d", now, ends).await.unwrap();
            if begun == Begun::New {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                change.answer("lin", "k", &answered).await.unwrap();
                change.commit().await.unwrap();
            }
            begun
        }));
    }
    let mut new = 0;
    for one in all {
        match one.await.unwrap() {
            Begun::New => new += 1,
            other => assert_eq!(other, Begun::Again(answered.clone())),
        }
    }
    assert_eq!(new, 1);
    let mut change = database.begin().await.unwrap();
    assert_eq!(change.begin_answer("lin", "k", "e", now, ends).await.unwrap(), Begun::Another);
    assert_eq!(change.begin_answer("mei", "k", "e", now, ends).await.unwrap(), Begun::New);
    let late = change.begin_answer("lin", "k", "e", ends, at(NOON + 90)).await.unwrap();
    assert_eq!(late, Begun::New);
}

async fn a_proposal_is_decided_once(place: Place) {
    let database = place.open().await;
    let proposal = |id: &str, proposed_at| Proposal {
        id: id.to_owned(),
        kind: "cancel-permits".to_owned(),
        body: "{}".to_owned(),
        proposed_by: "lin".to_owned(),
        proposed_at,
        ends: NOON + 60,
        state: ProposalState::Open,
        decided_by: String::new(),
        decided_at: 0,
    };
    let mut change = database.begin().await.unwrap();
    for (id, at) in [("a", NOON), ("b", NOON), ("c", NOON - 1)] {
        change.propose(&proposal(id, at)).await.unwrap();
    }
    change.audit(line("proposal-made", "proposal:a"));
    change.commit().await.unwrap();
    let open = ProposalState::Open;
    let listed = database.proposals("cancel-permits", open, (i64::MIN, ""), 2).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|proposal| proposal.id.as_str()).collect();
    assert_eq!(ids, ["c", "a"]);
    let listed = database.proposals("cancel-permits", open, (NOON, "a"), 2).await.unwrap();
    assert_eq!(listed, [proposal("b", NOON)]);

    let mut change = database.begin().await.unwrap();
    change.decide_proposal("a", ProposalState::Approved, "mei", at(NOON + 1)).await.unwrap();
    change.audit(line("proposal-approved", "proposal:a"));
    change.commit().await.unwrap();
    let mut change = database.begin().await.unwrap();
    let again = change.decide_proposal("a", ProposalState::Rejected, "bob", at(NOON + 2)).await;
    assert!(matches!(again, Err(StoreError::Changed { kind: "proposal", .. })), "{again:?}");
    drop(change);
    let found = database.proposal("a").await.unwrap().unwrap();
    assert_eq!((found.state, &*found.decided_by), (ProposalState::Approved, "mei"));
    assert_eq!(database.proposal("x").await.unwrap(), None);
}

fn person(name: &str) -> Person {
    let kind = IdentityKind::IdentityCard;
    let document = IdentityDocument { kind, number: "11010119900307123X".to_owned() };
    Person::new(name, "1990-03-07".parse().unwrap(), document).unwrap()
}

async fn bytes_come_back_and_go_with_the_erasure(place: Place) {
    let database = place.open().await;
    let moment = |day: i64| Moment::new(at(NOON + day * 86_400), TimeZone::UTC);
    let id = CaseId::from_bytes(bytes(1));
    let application = Application {
        id,
        request: Request::New { class: Class::new("resident").unwrap(), mandate: None },
        applicant: person("Lin Example"),
        address: None,
        channel: Channel::Office,
    };
    let calendar = Calendar::new([], [], "2099-12-31".parse().unwrap()).unwrap();
    let (mut case, _) = Case::submit(application, &calendar, &moment(0)).unwrap();
    // Every byte, and more than a page.
    let content: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let document = DocumentId::from_bytes(bytes(2));
    let attached = Document {
        id: document,
        kind: DocumentKind::Other,
        media_type: MediaType::Pdf,
        digest: Digest::from_bytes([0; 32]),
        bytes: 100_000,
    };
    case.attach(attached, &moment(0)).unwrap();
    case.withdraw(&moment(0)).unwrap();
    let mut change = database.begin().await.unwrap();
    change.add(case).await.unwrap();
    change.add_upload(id, document, content.clone()).await.unwrap();
    change.audit(line("case-submitted", "case:1"));
    change.commit().await.unwrap();
    assert_eq!(database.upload(document).await.unwrap(), Some(content));
    let mut change = database.begin().await.unwrap();
    let twice = change.add_upload(id, document, vec![1]).await.unwrap_err();
    assert!(matches!(twice, StoreError::Exists { kind: "document", .. }), "{twice}");
    drop(change);

    let mut change = database.begin().await.unwrap();
    let mut loaded: Loaded<Case> = change.load(&id.to_string()).await.unwrap();
    let events = loaded.document.erase(30, &moment(31)).unwrap();
    change.save(&mut loaded).await.unwrap();
    change.record(at(NOON), "job", &events).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(database.upload(document).await.unwrap(), None);
}

/// Issues a permit to a person, and tells its id.
async fn issued(database: &Database, number: u64) -> String {
    let moment = Moment::new(at(NOON), TimeZone::UTC);
    let calendar = Calendar::new([], [], "2099-12-31".parse().unwrap()).unwrap();
    let application = Application {
        id: CaseId::from_bytes(bytes(number)),
        request: Request::New { class: Class::new("resident").unwrap(), mandate: None },
        applicant: person("Lin Example"),
        address: None,
        channel: Channel::Office,
    };
    let (mut case, _) = Case::submit(application, &calendar, &moment).unwrap();
    let officer = StaffId::new("lin").unwrap();
    case.assign(OfficeId::new("north").unwrap(), officer.clone(), &moment).unwrap();
    let finding = Finding::AsStated;
    let check = Check { by: officer.clone(), at: at(NOON), finding, note: None };
    case.record_check(check, &moment).unwrap();
    case.approve(officer, &moment).unwrap();
    let new = NewPermit {
        id: PermitId::from_bytes(bytes(100 + number)),
        number: PermitNumber::new(format!("BJ-{number}")).unwrap(),
        representative: RepresentativeId::from_bytes(bytes(3)),
    };
    let (permit, events) = Permit::issue(new, &mut case, &moment).unwrap();
    let mut change = database.begin().await.unwrap();
    let added = change.add(permit).await.unwrap();
    change.record(at(NOON), "lin", &events).await.unwrap();
    change.commit().await.unwrap();
    added.document.id().to_string()
}

async fn permits_are_found_by_words(place: Place) {
    let settings = place.settings();
    let plain = place.open().await;
    // Without a key nothing is kept, and nothing is found.
    issue(&plain, 9).await.unwrap();
    let name = Word::name("Lin Example");
    let none = plain.permits_by_word(&name, "", 9).await.unwrap_err();
    assert!(matches!(none, StoreError::Unsupported(_)), "{none}");
    plain.close().await;

    let settings = settings.search_by(SearchKey::from_bytes([1; 32]));
    let database = Database::connect(settings.clone()).await.unwrap();
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(issued(&database, number).await);
    }
    ids.sort();
    assert_eq!(database.permits_by_word(&name, "", 9).await.unwrap(), ids);
    assert_eq!(database.permits_by_word(&name, "", 2).await.unwrap(), ids[..2]);
    assert_eq!(database.permits_by_word(&name, &ids[1], 2).await.unwrap(), ids[2..]);
    let document = Word::document("110101 19900307 123x");
    assert_eq!(database.permits_by_word(&document, "", 9).await.unwrap(), ids);
    assert_eq!(database.permits_by_word(&Word::name("Lin"), "", 9).await.unwrap(), [""; 0]);
    assert_eq!(place.sql("SELECT count(*) FROM search_words").await, [6]);
    database.close().await;
    // Another key finds nothing.
    let other = settings.search_by(SearchKey::from_bytes([2; 32]));
    let database = Database::connect(other).await.unwrap();
    assert_eq!(database.permits_by_word(&name, "", 9).await.unwrap(), [""; 0]);
}
