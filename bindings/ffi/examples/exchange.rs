//! Makes codes that programs in other languages admit, and admits theirs: `exchange make FILE`,
//! `exchange admit FILE`, `exchange cost FILE CALLS [KIND]`. With the Rust library itself, not with
//! the bridge. KIND is the code that is verified: `ed25519` (unless said), `p256` or `pass`.
//! `ci/languages` runs each language against each.

use std::error::Error;
use std::time::{Instant, SystemTime};

use livepermit_gate::hold::Recipient;
use livepermit_gate::replay::Retention;
use livepermit_gate::{
    Gate, Holder, Issuer, MemoryReplay, Permit, Policy, PublicKey, RevocationPolicy, SecretKey,
    Timestamp, Trust, TrustedKey, Use, Validity, Verifier,
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
        ["cost", file, calls, kind @ ..] if kind.len() <= 1 => {
            let made = serde_json::from_str(&std::fs::read_to_string(file)?)?;
            cost(&made, calls.parse()?, kind.first().unwrap_or(&"ed25519"))
        }
        _ => Err("exchange make FILE, admit FILE, or cost FILE CALLS [KIND]".into()),
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

/// Calls that are timed together.
const TOGETHER: u32 = 200;

/// Prints the microseconds of a verdict on a code, the median of many small batches, and by how many
/// KiB the process grew in the second half of the calls.
fn cost(made: &Value, calls: u32, kind: &str) -> Result<(), Box<dyn Error>> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
    let key = PublicKey::from_cose_key(&hex::decode(text(&made["issuerKey"])?)?)?;
    let now = made["now"].as_u64().and_then(Timestamp::from_unix).ok_or("now is missing")?;
    let policy = Policy::new("gate-3", [CLASS], RevocationPolicy::NotChecked);
    let verifier = Verifier::new(trust(&key)?, policy)?;
    let code = text(&made["codes"][kind])?;
    let mut batches = Vec::new();
    let mut half = 0;
    for batch in 0..calls / TOGETHER {
        if batch == calls / TOGETHER / 2 {
            half = resident()?;
        }
        let start = Instant::now();
        for _ in 0..TOGETHER {
            verifier.verify(&code, now)?;
        }
        batches.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(TOGETHER));
    }
    batches.sort_by(f64::total_cmp);
    let median = batches.get(batches.len() / 2).ok_or("too few calls")?;
    println!("{median:.1} {}", resident()? - half);
    Ok(())
}

/// KiB of memory that the process has.
fn resident() -> Result<i64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}
