//! The holder's app: shows a fresh code every few seconds, with no network.
//!
//! Run it for half a minute with `cargo run --example phone`, or into a gate:
//! `cargo run --example phone | cargo run --example gate`.
use std::time::{Duration, Instant, SystemTime};

use livepermit::hold::{
    schedule::Arrival, schedule::Schedule, schedule::ScheduleSettings, schedule::Screen,
    schedule::Uptime,
};
use livepermit::{
    Holder, Issuer, Permit, PublicKey, Recipient, SecretKey, Timestamp, Token, Trust, TrustedKey,
    Use, Validity,
};

/// Published here, so good for examples only. The app of course has the public half alone.
const ISSUER_KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIEql5RO/2UETDciCsIIbtWcJ7eE/tQq5dLBliQZ5ikmE\n\
    -----END PRIVATE KEY-----\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let wall = || Timestamp::try_from(SystemTime::now());
    // Take a counter that goes on while the device sleeps where there is one.
    let uptime = || Uptime::from(started.elapsed());

    // Once: the device key. On a phone it lives in the keystore: see `livepermit::issue::Prepared`
    // for signing in two steps.
    let device_key = SecretKey::generate_p256(&mut rand::rng());
    let mut holder = Holder::new(device_key.public_key());

    // While there is a network: fetch a credential and take it in.
    let (credential, issuer_key) = fetch(holder.device_key(), wall()?)?;
    let trusted =
        TrustedKey::new("bj.example", issuer_key, [Use::Credential], ["bj.example:residence"])?;
    let held = holder.accept(credential.as_bytes(), &Trust::new([trusted])?, wall()?)?;
    let settings = ScheduleSettings::new(held.not_before(), held.expires());

    // From then on: the display loop.
    let mut schedule = Schedule::new(settings)?;
    let mut codes = Vec::new();
    let mut on_screen = None;
    while started.elapsed() < Duration::from_secs(30) {
        let step = schedule.at(wall()?, uptime());
        if let Screen::Code(slot) = step.screen
            && on_screen != Some(slot)
            && let Some((_, token)) = codes.iter().find(|(of, _): &&(_, Token)| *of == slot)
        {
            // An app draws `livepermit::qr::QrCode::encode(text, ..)` here.
            println!("{}", token.to_qr_text());
            on_screen = Some(slot);
        }
        if step.fetch {
            eprintln!(
                "half of the credential's life has gone: fetch the next one, then `schedule.renew`"
            );
        }
        if let Some(slot) = step.prepare {
            let token = holder.prepare(Recipient::Anyone, slot.issued_at())?.sign(&device_key)?;
            if schedule.prepared(slot, uptime()) == Arrival::Accepted {
                codes.insert(0, (slot, token));
                codes.truncate(2);
            }
            continue;
        }
        std::thread::sleep(Duration::from_millis(step.wake.millis_since(uptime())));
    }
    Ok(())
}

/// Stands for the request to the issuer's server: see the example `issuer_server`.
fn fetch(
    device_key: &PublicKey,
    now: Timestamp,
) -> Result<(Token, PublicKey), Box<dyn std::error::Error>> {
    let key = SecretKey::from_pkcs8_pem(ISSUER_KEY)?;
    let issuer = Issuer::new("bj.example", key.public_key())?;
    let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence")?;
    let credential =
        issuer.prepare_credential(&permit, device_key, Validity::default(), now)?.sign(&key)?;
    Ok((credential, key.public_key()))
}
