//! The office: a code on a screen, six digits for the ear.

use livepermit_issuer::domain::{DomainError, PermitState, Reason, StaffId, SuspendGround};
use livepermit_issuer::store::Store as _;

use super::http::Answer;
use super::wallet::{OFFER, Wallet};
use super::world::World;
use crate::place::{Place, on_both, whole};
use livepermit_testkit::jwt::Key;

on_both! {
    a_permit_comes_to_a_phone_with_every_pair_of_keys,
    an_offer_is_taken_once,
    wrong_digits_end_an_offer,
    an_offer_ends,
    what_became_of_a_credential_is_noted,
}

async fn a_permit_comes_to_a_phone_with_every_pair_of_keys(place: Place) {
    let world = World::new(place).await;
    let pairs = [
        (Key::p256(1), Key::p256(2)),
        (Key::p256(3), Key::ed25519(4)),
        (Key::ed25519(5), Key::p256(6)),
        (Key::ed25519(7), Key::ed25519(8)),
    ];
    for (dpop, device) in pairs {
        let permit = world.permit().await;
        let offer = world.offer(permit).await;
        assert!(offer.uri.starts_with("openid-credential-offer://?credential_offer=%7B"));
        let mut wallet = Wallet::new(&world, dpop, device);
        wallet.take(&offer).await;
        let answer = wallet.fetch().await;
        wallet.check(&answer);
        let loaded = world.load(permit).await;
        assert!(loaded.bindings().active().is_some() && !loaded.enrolment_is_open());
    }
    // Opened, bound: the log knows, and it is whole.
    let lines = world.service().store().audit_behind(0, 1_000).await.unwrap();
    for action in ["session-opened", "device-bound"] {
        assert_eq!(lines.iter().filter(|line| line.action == action).count(), 4, "{action}");
    }
    assert_eq!(whole(world.service().store()).await, lines.len() as u64);
}

fn invalid_grant(answer: &Answer) {
    assert_eq!(answer.refused(), (400, "invalid_grant".to_owned()));
}

async fn an_offer_is_taken_once(place: Place) {
    let world = World::new(place).await;
    let offer = world.offer(world.permit().await).await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&offer).await;
    invalid_grant(&Wallet::seeded(&world, 2).try_take(&offer, &offer.tx_code).await);
    // The first one keeps what it has.
    let answer = wallet.fetch().await;
    wallet.check(&answer);
}

async fn wrong_digits_end_an_offer(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let wallet = Wallet::seeded(&world, 1);
    let offer = world.offer(permit).await;
    let wrong = |number: u32| {
        format!("{:06}", (offer.tx_code.parse::<u32>().unwrap() + number) % 1_000_000)
    };
    for number in 1..=5 {
        let answer = wallet.try_take(&offer, &wrong(number)).await;
        invalid_grant(&answer);
        let left = format!("{} attempts are left", 5 - number);
        assert!(answer.text("error_description").contains(&left), "{answer:?}");
    }
    // Now the right ones come too late.
    invalid_grant(&wallet.try_take(&offer, &offer.tx_code).await);
    // Four wrong ones do not.
    let offer = world.offer(permit).await;
    for _ in 0..4 {
        invalid_grant(&wallet.try_take(&offer, "abc").await);
    }
    wallet.try_take(&offer, &offer.tx_code).await.good(200);
    // Without digits nothing is tried, and nothing counted.
    let offer = world.offer(permit).await;
    for _ in 0..9 {
        let code = ("pre-authorized_code", &*offer.code);
        let answer = wallet.token(&[("grant_type", OFFER), code]).await;
        assert_eq!(answer.refused(), (400, "invalid_request".to_owned()));
        let mut none = offer.clone();
        none.code.push('A');
        invalid_grant(&wallet.try_take(&none, &offer.tx_code).await);
    }
    wallet.try_take(&offer, &offer.tx_code).await.good(200);
}

async fn an_offer_ends(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let offer = world.offer(permit).await;
    world.turn(60 * 60);
    let mut wallet = Wallet::seeded(&world, 1);
    invalid_grant(&wallet.try_take(&offer, &offer.tx_code).await);
    // A permit that was suspended meanwhile gives no credential, and says why.
    let offer = world.offer(permit).await;
    wallet.take(&offer).await;
    world
        .office(permit, |permit, moment| {
            let by = StaffId::new("officer-7").unwrap();
            permit.suspend(by, Reason::new(SuspendGround::Misuse), moment)
        })
        .await;
    assert!(matches!(world.load(permit).await.recorded_state(), PermitState::Suspended(_)));
    let answer = wallet.fetch().await;
    assert_eq!(answer.refused(), (400, "credential_request_denied".to_owned()));
    let since = DomainError::PermitSuspended { permit, since: world.clock.now() };
    let begin = since.to_string().split(" has been").next().unwrap().to_owned();
    assert!(answer.text("error_description").starts_with(&begin), "{answer:?}");
}

async fn what_became_of_a_credential_is_noted(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let offer = world.offer(permit).await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&offer).await;
    let id = wallet.fetch().await.good(200).text("notification_id");
    let told = |id: &str, event: &str| serde_json::json!({ "notification_id": id, "event": event });
    let path = "/notification";
    wallet.ask(path, &told(&id, "credential_accepted")).await.good(204);
    wallet.ask(path, &told(&id, "credential_deleted")).await.good(204);
    let answer = wallet.ask(path, &told("x", "credential_accepted")).await;
    assert_eq!(answer.refused(), (400, "invalid_notification_id".to_owned()));
    let answer = wallet.ask(path, &told(&id, "credential_eaten")).await;
    assert_eq!(answer.refused(), (400, "invalid_notification_request".to_owned()));
    // Of another session it is nobody's.
    let other = Wallet::enrolled(&world, 3).await;
    let answer = other.ask(path, &told(&id, "credential_accepted")).await;
    assert_eq!(answer.refused(), (400, "invalid_notification_id".to_owned()));
    let subject = format!("permit:{permit}");
    let lines = world.service().store().audit_about(&subject, 100).await.unwrap();
    let said: Vec<_> = lines.iter().map(|line| &*line.action).collect();
    assert!(said.ends_with(&["credential-accepted", "credential-deleted"]), "{said:?}");
}
