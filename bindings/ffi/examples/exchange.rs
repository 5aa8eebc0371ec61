//! Makes codes that programs in other languages admit, and admits theirs: `exchange make FILE`,
//! `exchange admit FILE`. With the Rust library itself, not with the bridge. `ci/languages` runs each
//! language against each.

use std::error::Error;
use std::time::SystemTime;

use livepermit_gate::hold::Recipient;
use livepermit_gate::replay::Retention;
use livepermit_gate::{
    Gate, Holder, Issuer, MemoryReplay, Permit, PublicKey, RevocationPolicy, SecretKey, Timestamp,
    Trust, TrustedKey, Use, Validity,
};
use rand::rand_core::UnwrapErr;
use rand::rngs::SysRng;
use serde_json::{Map, Value, json};

const CLASS: &str = "bj.example:residence";

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", file] => Ok(std::fs::write(file, make()?.to_string())?),
        ["admit", file] => admit(&serde_json::from_str(&std::fs::read_to_string(file)?)?),
        _ => Err("exchange make FILE, or exchange admit FILE".into()),
    }
}

fn trust(key: &PublicKey) -> Result<Trust, Box<dyn Error>> {
    let uses = [Use::Credential, Use::Pass];
    Ok(Trust::new([TrustedKey::new("bj.example", key.clone(), uses, [CLASS])?])?)
}

fn make() -> Result<Value, Box<dyn Error>> {
    let rng = &mut UnwrapErr(SysRng);
    let now = Timestamp::try_from(SystemTime::now())?;
    let key = SecretKey::generate_ed25519(rng);
    let issuer = Issuer::new("bj.example", key.public_key())?;
    let pass = issuer.prepare_pass(&Permit::new("pass", CLASS)?, None, now)?.sign(&key)?;
    let mut codes = Map::new();
    codes.insert("pass".into(), pass.to_qr_text().into());
    let devices =
        [("ed25519", SecretKey::generate_ed25519(rng)), ("p256", SecretKey::generate_p256(rng))];
    for (name, device) in devices {
        let public = device.public_key();
        let credential = issuer
            .prepare_credential(&Permit::new(name, CLASS)?, &public, Validity::default(), now)?
            .sign(&key)?;
        let mut holder = Holder::new(public);
        holder.accept(credential.as_bytes(), &trust(&key.public_key())?, now)?;
        let code = holder.prepare(Recipient::Anyone, now)?.sign(&device)?;
        codes.insert(name.into(), code.to_qr_text().into());
    }
    let issuer_key = hex::encode(key.public_key().to_cose_key());
    Ok(json!({"issuerKey": issuer_key, "now": now.as_unix(), "codes": codes}))
}

fn admit(made: &Value) -> Result<(), Box<dyn Error>> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
    let key = PublicKey::from_cose_key(&hex::decode(text(&made["issuerKey"])?)?)?;
    let now = made["now"].as_u64().and_then(Timestamp::from_unix).ok_or("now is missing")?;
    let gate = Gate::at("gate-3")
        .trusting(trust(&key)?)
        .accepting([CLASS])
        .revocation(RevocationPolicy::NotChecked)
        .store(MemoryReplay::new(100, Retention::default()))
        .build()?;
    let codes = made["codes"].as_object().ok_or("codes are missing")?;
    if codes.len() != 3 {
        return Err(format!("{} codes, not 3", codes.len()).into());
    }
    for (name, code) in codes {
        let code = text(code)?;
        let admitted = gate.admit(&code, now.plus(1))?;
        if admitted.verified().subject() != name {
            return Err(format!("{name} is {}", admitted.verified().subject()).into());
        }
        match gate.admit(&code, now.plus(10)) {
            Err(again) if again.code().as_str() == "already-used" => {}
            other => return Err(format!("{name}, shown again: {other:?}").into()),
        }
    }
    Ok(())
}
