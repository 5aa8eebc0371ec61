//! A checkpoint: judges every line a hand scanner types, offline, and lets each code in once.
//!
//! `cargo run --example gate`, then scan or type; or `cargo run --example phone | cargo run
//! --example gate`.
use std::io::{BufRead as _, Read as _};
use std::sync::Arc;
use std::time::SystemTime;

use livepermit::{
    AudiencePolicy, Checkpoint, CheckpointPolicy, ClockState, Fault, MAX_TEXT_CHARS, MemoryReplay,
    Place, Policy, PublicKey, Retention, Revocation, Timestamp, Trust, TrustedKey, Use, Verifier,
};

/// All that a gate has to know of the issuer.
const ISSUER_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEA+ZeJar0Rkjiwc3e1rosXpMXw4mr367blXnUBaKcuM5g=\n\
    -----END PUBLIC KEY-----\n";

fn checkpoint(now: Timestamp) -> Result<Checkpoint, Box<dyn std::error::Error>> {
    let classes = ["bj.example:residence"];
    let key = PublicKey::from_spki_pem(ISSUER_KEY)?;
    let trust =
        Trust::new([TrustedKey::new("bj.example", key, [Use::Credential, Use::Pass], classes)?])?;
    let policy =
        Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), classes, Revocation::NotChecked);
    let verifier = Verifier::new(trust, policy)?;
    // What was used before this start is not known, so codes made before it are refused: for half a
    // minute. `FileReplay` remembers.
    let store = MemoryReplay::after_restart(100_000, Retention::default(), now);
    let place = Place::new("gate-3", "lane-1", "hall")?;
    let (rules, clock) = (CheckpointPolicy::default(), ClockState::default());
    Ok(Checkpoint::new(Arc::new(verifier), Arc::new(store), place, rules, clock))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let checkpoint = checkpoint(Timestamp::try_from(SystemTime::now())?)?;
    let mut scanner = std::io::stdin().lock();
    loop {
        // A scanner types what it sees: a line without an end must not fill the memory.
        let mut line = Vec::new();
        scanner.by_ref().take(u64::try_from(MAX_TEXT_CHARS)? + 3).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        match checkpoint.admit(text, Timestamp::try_from(SystemTime::now())?) {
            // The door opens here and nowhere else.
            Ok(admitted) if admitted.cautions().is_empty() => {
                println!("GREEN   {}", admitted.verified().subject())
            }
            Ok(admitted) => {
                let cautions: Vec<&str> =
                    admitted.cautions().iter().map(|caution| caution.code()).collect();
                println!("YELLOW  {} ({})", admitted.verified().subject(), cautions.join(", "));
            }
            Err(no) if no.fault() == Fault::Ours => println!("OUT OF ORDER  {no}"),
            Err(no) => println!("RED     {no}. {}", no.instruction()),
        }
    }
}
