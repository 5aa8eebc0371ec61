//! Where the key of a phone is, as the phone proves it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use livepermit_issuer::domain::Attestation;
use livepermit_testkit::certificates::{Description, Factory};
use serde_json::{Value, json};

use super::wallet::Wallet;
use super::world::{FACTORY, World};
use crate::place::{Place, on_both};

on_both! {
    a_phone_proves_where_its_key_is,
    a_chain_for_another_nonce_is_refused,
    a_wait_keeps_what_was_proved,
}

/// A proof whose key stands in a chain, for a key that was made for this nonce.
fn proof(wallet: &Wallet<'_>, nonce: &str, made_for: &str) -> String {
    let description = Description { attested_by: 2, kept_by: 2, ..Description::of(made_for) };
    let chain = Factory::new(FACTORY).honest(wallet.device.public(), &description);
    let chain: Vec<_> = chain.iter().map(|der| STANDARD.encode(der)).collect();
    let mut header = wallet.device.header("openid4vci-proof+jwt");
    header.as_object_mut().unwrap().remove("jwk");
    header["x5c"] = json!(chain);
    wallet.device.sign(&header, &wallet.proof_claims(nonce))
}

async fn place_of(world: &World, permit: livepermit_issuer::domain::PermitId) -> Attestation {
    let permit = world.load(permit).await;
    permit.bindings().active().unwrap().binding.attestation
}

async fn a_phone_proves_where_its_key_is(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&world.offer(permit).await).await;
    let nonce = wallet.nonce().await;
    let answer = wallet.fetch_with(&proof(&wallet, &nonce, &nonce)).await;
    wallet.check(&answer);
    assert_eq!(place_of(&world, permit).await, Attestation::AndroidStrongBox);
    // The next day a plain proof suffices, and what was proved stays.
    world.turn(86_400);
    wallet.refresh().await;
    wallet.check(&wallet.fetch().await);
    assert_eq!(place_of(&world, permit).await, Attestation::AndroidStrongBox);
}

async fn a_chain_for_another_nonce_is_refused(place: Place) {
    let world = World::new(place).await;
    let permit = world.permit().await;
    let mut wallet = Wallet::seeded(&world, 1);
    wallet.take(&world.offer(permit).await).await;
    let (old, nonce) = (wallet.nonce().await, wallet.nonce().await);
    let answer = wallet.fetch_with(&proof(&wallet, &nonce, &old)).await;
    assert_eq!(answer.refused(), (400, "invalid_proof".to_owned()));
    assert!(answer.text("error_description").contains("not made for this nonce"), "{answer:?}");
    for broken in [json!([]), json!(["AA=="]), json!("x"), json!([7]), Value::Null] {
        let mut header = wallet.device.header("openid4vci-proof+jwt");
        header.as_object_mut().unwrap().remove("jwk");
        header["x5c"] = broken;
        let proof = wallet.device.sign(&header, &wallet.proof_claims(&nonce));
        let answer = wallet.fetch_with(&proof).await;
        assert_eq!(answer.refused(), (400, "invalid_proof".to_owned()));
    }
}

async fn a_wait_keeps_what_was_proved(place: Place) {
    let world = World::new(place).await;
    let (case, wallet) = super::deferred::applied(&world, 3).await;
    let nonce = wallet.nonce().await;
    let answer = wallet.fetch_with(&proof(&wallet, &nonce, &nonce)).await.good(202);
    let transaction = answer.text("transaction_id");
    let permit = world.approve(case).await;
    wallet.check(&super::deferred::ask(&wallet, &transaction).await);
    assert_eq!(place_of(&world, permit).await, Attestation::AndroidStrongBox);
}
