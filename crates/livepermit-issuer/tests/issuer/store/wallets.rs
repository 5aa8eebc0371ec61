//! What is kept for wallets: taken once, ended in time, forgotten after it, without audit lines.

use jiff::Timestamp;
use livepermit_issuer::domain::{
    Attestation, CaseId, Digest, KeyThumbprint, Party, RepresentativeId, Seen, SessionId,
};
use livepermit_issuer::store::{
    Change, CodeAnswer, Database, Deferred, NewOffer, OfferAnswer, Owner, PendingRequest, Session,
    Store as _, StoreError,
};

use super::papers::{NOON, at, case, permit_id};
use crate::place::{Place, on_both, whole};

on_both! {
    an_offer_counts_what_was_tried,
    eight_wallets_take_one_offer,
    a_code_knows_who_took_it,
    a_session_is_found_until_it_ends,
    a_new_phone_ends_the_other_sessions,
    what_a_session_waits_for_is_one_thing,
    what_serves_once_serves_once_for_all,
    what_has_ended_is_forgotten_a_little_at_a_time,
    what_is_kept_needs_no_line_and_hides_none,
}

fn digest(number: u8) -> Digest {
    Digest::from_bytes([number; 32])
}

fn id(number: u8) -> SessionId {
    SessionId::from_bytes([number; 16])
}

fn key(number: u8) -> KeyThumbprint {
    KeyThumbprint::from_bytes([number; 32])
}

fn later(seconds: i64) -> Timestamp {
    at(NOON + seconds)
}

fn offer(tries: u32) -> NewOffer {
    let party = Party::Representative(RepresentativeId::from_bytes([3; 16]));
    let (code, tx_code) = (digest(1), digest(2));
    NewOffer { code, tx_code, tries, permit: permit_id(1), party, ends: later(60) }
}

fn session(number: u8) -> Session {
    Session {
        id: id(number),
        client: "wallet.example".to_owned(),
        owner: Owner::Permit(permit_id(1)),
        party: Party::Holder,
        dpop: key(number),
        device: None,
        ends: later(100),
    }
}

fn pending() -> PendingRequest {
    PendingRequest {
        client: "wallet.example".to_owned(),
        redirect: "https://wallet.example/?a='b'".to_owned(),
        state: "王 \" '; DROP TABLE permits; --".to_owned(),
        challenge: "c".to_owned(),
        dpop: Some(key(9)),
    }
}

/// Makes one change of what is done.
macro_rules! change {
    ($database:expr, |$change:ident| $done:expr) => {{
        let mut begun: Change = $database.begin().await.unwrap();
        let $change = &mut begun;
        let done = $done.await.unwrap();
        begun.commit().await.unwrap();
        done
    }};
}

async fn an_offer_counts_what_was_tried(place: Place) {
    let database = place.open().await;
    change!(database, |change| change.keep_offer(&offer(2)));
    let (right, wrong) = (digest(2), digest(9));
    let gone = change!(database, |c| c.take_offer(&digest(8), &right, id(1), later(0)));
    assert_eq!(gone, OfferAnswer::Gone);
    let late = change!(database, |c| c.take_offer(&digest(1), &right, id(1), later(60)));
    assert_eq!(late, OfferAnswer::Gone);
    // What is not committed does not count.
    let mut change = database.begin().await.unwrap();
    let tried = change.take_offer(&digest(1), &wrong, id(1), later(0)).await.unwrap();
    assert_eq!(tried, OfferAnswer::Wrong { left: 1 });
    drop(change);
    let tried = change!(database, |c| c.take_offer(&digest(1), &wrong, id(1), later(0)));
    assert_eq!(tried, OfferAnswer::Wrong { left: 1 });
    // The last attempt is one.
    let taken = change!(database, |c| c.take_offer(&digest(1), &right, id(1), later(59)));
    assert_eq!(taken, OfferAnswer::Taken { permit: permit_id(1), party: offer(2).party });
    let again = change!(database, |c| c.take_offer(&digest(1), &right, id(2), later(59)));
    assert_eq!(again, OfferAnswer::Gone);
    assert_eq!(whole(&database).await, 0);
}

async fn eight_wallets_take_one_offer(place: Place) {
    let database = place.open().await;
    change!(database, |change| change.keep_offer(&offer(20)));
    let mut wallets = Vec::new();
    for number in 0..8 {
        let database: Database = database.clone();
        wallets.push(tokio::spawn(async move {
            change!(database, |c| c.take_offer(&digest(1), &digest(2), id(number), later(0)))
        }));
    }
    let mut taken = 0;
    for wallet in wallets {
        taken += u32::from(wallet.await.unwrap() != OfferAnswer::Gone);
    }
    assert_eq!(taken, 1);
}

async fn a_code_knows_who_took_it(place: Place) {
    let database = place.open().await;
    change!(database, |c| c.keep_request(&digest(1), &pending(), later(60)));
    let (digest_1, first, last) = (digest(1), later(0), later(60));
    assert_eq!(database.wallet_request(&digest_1, first).await.unwrap(), Some(pending()));
    assert_eq!(database.wallet_request(&digest_1, last).await.unwrap(), None);
    assert_eq!(change!(database, |c| c.end_request(&digest_1, last)), None);
    assert_eq!(change!(database, |c| c.end_request(&digest_1, first)), Some(pending()));
    assert_eq!(change!(database, |c| c.end_request(&digest_1, first)), None);
    let owner = Owner::Case(CaseId::from_bytes([7; 16]));
    change!(database, |c| c.keep_code(&digest(2), &pending(), owner, last));
    let late = change!(database, |c| c.take_code(&digest(2), id(1), last));
    assert_eq!(late, CodeAnswer::Gone);
    let taken = change!(database, |c| c.take_code(&digest(2), id(1), first));
    let request = PendingRequest { state: String::new(), ..pending() };
    assert_eq!(taken, CodeAnswer::Taken { request, owner });
    // Without a key, anybody who has the secret may take it.
    let any = PendingRequest { dpop: None, ..pending() };
    change!(database, |c| c.keep_request(&digest(3), &any, last));
    assert_eq!(change!(database, |c| c.end_request(&digest(3), first)), Some(any.clone()));
    change!(database, |c| c.keep_code(&digest(3), &any, owner, last));
    let taken = change!(database, |c| c.take_code(&digest(3), id(1), first));
    let request = PendingRequest { state: String::new(), ..any };
    assert_eq!(taken, CodeAnswer::Taken { request, owner });
    let again = change!(database, |c| c.take_code(&digest(2), id(2), first));
    assert_eq!(again, CodeAnswer::Again(id(1)));
}

async fn a_session_is_found_until_it_ends(place: Place) {
    let database = place.open().await;
    change!(database, |c| c.open_session(&session(1), &digest(1)));
    let found = change!(database, |c| c.session(id(1), later(99)));
    assert_eq!(found, Some(session(1)));
    let found = change!(database, |c| c.session_by_refresh(&digest(1), later(99)));
    assert_eq!(found, Some(session(1)));
    assert_eq!(change!(database, |c| c.session_by_refresh(&digest(2), later(0))), None);
    assert_eq!(change!(database, |c| c.session(id(1), later(100))), None);
    change!(database, |c| c.prolong_session(id(1), later(200)));
    assert!(change!(database, |c| c.session(id(1), later(199))).is_some());
    // A session that has a device keeps it.
    assert!(change!(database, |c| c.bind_session(id(1), permit_id(2), key(5))));
    assert!(change!(database, |c| c.bind_session(id(1), permit_id(2), key(5))));
    assert!(!change!(database, |c| c.bind_session(id(1), permit_id(2), key(6))));
    let found = change!(database, |c| c.session(id(1), later(0))).unwrap();
    assert_eq!((found.owner, found.device), (Owner::Permit(permit_id(2)), Some(key(5))));
    assert!(change!(database, |c| c.revoke_session(id(1), later(0))));
    assert!(!change!(database, |c| c.revoke_session(id(1), later(0))));
    assert_eq!(change!(database, |c| c.session(id(1), later(0))), None);
    assert_eq!(change!(database, |c| c.session_by_refresh(&digest(1), later(0))), None);
    // No two sessions have one name or one refresh token.
    for (number, refresh) in [(1, 2), (2, 1)] {
        let mut change = database.begin().await.unwrap();
        let error = change.open_session(&session(number), &digest(refresh)).await.unwrap_err();
        assert!(matches!(error, StoreError::Constraint(_)), "{error}");
    }
}

async fn a_new_phone_ends_the_other_sessions(place: Place) {
    let database = place.open().await;
    for number in 1..=3 {
        change!(database, |c| c.open_session(&session(number), &digest(number)));
    }
    let other = Session { owner: Owner::Permit(permit_id(2)), ..session(4) };
    change!(database, |c| c.open_session(&other, &digest(4)));
    let ended = change!(database, |c| c.revoke_sessions_of(permit_id(1), Some(id(2)), later(0)));
    assert_eq!(ended, 2);
    for (number, left) in [(1, false), (2, true), (3, false), (4, true)] {
        let found = change!(database, |c| c.session(id(number), later(0)));
        assert_eq!(found.is_some(), left, "{number}");
    }
    let ended = change!(database, |c| c.revoke_sessions_of(permit_id(1), None, later(0)));
    assert_eq!(ended, 1);
}

async fn what_a_session_waits_for_is_one_thing(place: Place) {
    let database = place.open().await;
    let wait = |seed: u8, attestation| {
        let device = livepermit_testkit::public(seed);
        Deferred { device, attestation }
    };
    let (one, two) = (wait(1, Attestation::Software), wait(2, Attestation::AndroidStrongBox));
    change!(database, |c| c.keep_deferred(id(1), &digest(1), &one, later(60)));
    let found = change!(database, |c| c.deferred(id(1), &digest(1), later(59)));
    assert_eq!(found, Some(one.clone()));
    assert_eq!(change!(database, |c| c.deferred(id(2), &digest(1), later(0))), None);
    assert_eq!(change!(database, |c| c.deferred(id(1), &digest(1), later(60))), None);
    change!(database, |c| c.keep_deferred(id(1), &digest(2), &two, later(60)));
    assert_eq!(change!(database, |c| c.deferred(id(1), &digest(1), later(0))), None);
    assert_eq!(change!(database, |c| c.deferred(id(1), &digest(2), later(0))), Some(two));
    change!(database, |c| c.end_deferred(id(1)));
    assert_eq!(change!(database, |c| c.deferred(id(1), &digest(2), later(0))), None);
}

async fn what_serves_once_serves_once_for_all(place: Place) {
    let database = place.open().await;
    let mut wallets = Vec::new();
    for _ in 0..8 {
        let database = database.clone();
        wallets.push(tokio::spawn(async move {
            let seen = Seen { what: digest(1), ends: later(60) };
            change!(database, |c| c.see(&seen))
        }));
    }
    let mut first = 0;
    for wallet in wallets {
        first += u32::from(wallet.await.unwrap());
    }
    assert_eq!(first, 1);
    // What is dropped was not used.
    let other = Seen { what: digest(2), ends: later(60) };
    let mut change = database.begin().await.unwrap();
    assert!(change.see(&other).await.unwrap());
    drop(change);
    assert!(change!(database, |c| c.see(&other)));
}

async fn what_has_ended_is_forgotten_a_little_at_a_time(place: Place) {
    let database = place.open().await;
    for number in 0..25 {
        let seen = Seen { what: digest(number), ends: later(i64::from(number)) };
        change!(database, |c| c.see(&seen));
    }
    change!(database, |c| c.keep_offer(&offer(5)));
    change!(database, |c| c.keep_request(&digest(1), &pending(), later(60)));
    let owner = Owner::Permit(permit_id(1));
    change!(database, |c| c.keep_code(&digest(2), &pending(), owner, later(60)));
    change!(database, |c| c.open_session(&session(1), &digest(1)));
    // The ones that have ended, and no other.
    let counts = [8, 8, 4, 0];
    for count in counts {
        assert_eq!(change!(database, |c| c.forget_ended(later(19), 8)), count);
    }
    assert_eq!(place.sql("SELECT MIN(ends) FROM wallet_seen").await, [NOON + 20]);
    assert_eq!(change!(database, |c| c.forget_ended(later(60), 100)), 5 + 3);
    assert_eq!(change!(database, |c| c.forget_ended(later(100), 100)), 1);
    assert_eq!(whole(&database).await, 0);
}

/// What is kept for wallets is committed without a line. What is done to permits is not.
async fn what_is_kept_needs_no_line_and_hides_none(place: Place) {
    let database = place.open().await;
    let mut change = database.begin().await.unwrap();
    change.keep_offer(&offer(5)).await.unwrap();
    change.add(case("c1")).await.unwrap();
    assert!(matches!(change.commit().await, Err(StoreError::NoAuditLine)));
    let gone = change!(database, |c| c.take_offer(&digest(1), &digest(2), id(1), later(0)));
    assert_eq!(gone, OfferAnswer::Gone);
}
