//! A checkpoint: verifies every line a hand scanner types, offline.
//!
//! `cargo run --example gate`, then scan or type; or `cargo run --example phone | cargo run --example gate`.
use std::io::{BufRead as _, Read as _};
use std::time::SystemTime;

use livepermit::{
    AudiencePolicy, Fault, MAX_TEXT_CHARS, Policy, PublicKey, Revocation, Timestamp, Trust, TrustedKey, Use,
    Verifier,
};

/// All that a gate has to know of the issuer.
const ISSUER_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEA+ZeJar0Rkjiwc3e1rosXpMXw4mr367blXnUBaKcuM5g=\n\
    -----END PUBLIC KEY-----\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classes = ["bj.example:residence"];
    let key = PublicKey::from_spki_pem(ISSUER_KEY)?;
    let trust = Trust::new([TrustedKey::new("bj.example", key, [Use::Credential, Use::Pass], classes)?])?;
    let policy = Policy::new(AudiencePolicy::OwnOrAny("gate-3".into()), classes, Revocation::NotChecked);
    let verifier = Verifier::new(trust, policy)?;

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
        match verifier.verify(text, Timestamp::try_from(SystemTime::now())?) {
            // Whether the same code was shown before is for a store of `verified.claim()` to say.
            Ok(verified) if verified.cautions().is_empty() => println!("GREEN   {}", verified.subject()),
            Ok(verified) => {
                let cautions: Vec<&str> = verified.cautions().iter().map(|caution| caution.code()).collect();
                println!("YELLOW  {} ({})", verified.subject(), cautions.join(", "));
            }
            Err(no) if no.fault() == Fault::Ours => println!("OUT OF ORDER  {no}"),
            Err(no) => println!("RED     {no}. {}", no.instruction()),
        }
    }
}
