//! A gate: judges every line that a hand scanner types, offline, and lets each code in once.
//!
//! `cargo run --example gate`, then scan or type; or `cargo run --example phone | cargo run
//! --example gate`. It remembers used codes in a file of the temporary folder.
use std::io::{BufRead as _, Read as _};
use std::time::SystemTime;

use livepermit_gate::rejection::Fault;
use livepermit_gate::verify::MAX_TEXT_CHARS;
use livepermit_gate::wedge::{self, Reading};
use livepermit_gate::{
    FileReplay, Gate, LastVisitor, PublicKey, RejectionCode, RevocationPolicy, Timestamp, Trust,
};

/// All that a gate has to know of the issuer.
const ISSUER_KEY: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEA+ZeJar0Rkjiwc3e1rosXpMXw4mr367blXnUBaKcuM5g=\n\
    -----END PUBLIC KEY-----\n";

fn gate() -> Result<Gate, Box<dyn std::error::Error>> {
    let classes = ["bj.example:residence"];
    let trust = Trust::of_issuer("bj.example", PublicKey::from_spki_pem(ISSUER_KEY)?, classes)?;
    Ok(Gate::at("gate-3")
        .lane("lane-1")
        .zone("hall")
        .trusting(trust)
        .accepting(classes)
        .revocation(RevocationPolicy::NotChecked)
        // The file remembers what was used before this start. `MemoryReplay::after_restart` knows
        // nothing of that, so such a gate lets nobody in for the first half minute.
        .store(FileReplay::open(std::env::temp_dir().join("gate-3.redb"), Default::default())?)
        .build()?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = gate()?;
    // A phone that is held before the scanner goes on showing codes.
    let mut last_visitor = LastVisitor::default();
    let mut scanner = std::io::stdin().lock();
    loop {
        // A scanner types what it sees: a line without an end must not fill the memory.
        let mut line = Vec::new();
        scanner.by_ref().take(u64::try_from(MAX_TEXT_CHARS)? * 3).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        // What scanners add is cut off before.
        let text = match wedge::read(&wedge::decode(&line)) {
            Reading::Token(token) => token.text().to_owned(),
            Reading::Fault(fault) => {
                println!("OUT OF ORDER  the scanner or the keyboard layout: {fault:?}");
                continue;
            }
            Reading::Other(text) => text,
            _ => continue,
        };
        let now = Timestamp::try_from(SystemTime::now())?;
        match last_visitor.judge(&gate, &text, now).verdict {
            // The door opens here and nowhere else.
            Ok(admitted) if admitted.cautions().is_empty() => {
                println!("GREEN   {}", admitted.verified().subject())
            }
            Ok(admitted) => {
                let cautions: Vec<&str> =
                    admitted.cautions().iter().map(|caution| caution.code()).collect();
                println!("YELLOW  {} ({})", admitted.verified().subject(), cautions.join(", "));
            }
            Err(no) if no.code() == RejectionCode::AlreadyAcceptedHere => {
                println!("        seen already: let in a moment ago")
            }
            Err(no) if no.fault() == Fault::Ours => println!("OUT OF ORDER  {no}"),
            Err(no) => println!("RED     {no}. {}", no.instruction()),
        }
    }
}
