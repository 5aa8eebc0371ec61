//! Verdicts on signatures and keys, family by family. Each verdict must equal that of the library
//! that everyone trusts, and that of the specification, followed step by step with curve
//! arithmetic. docs/assurance.md states how many of each family are accepted and refused.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod ed25519;
mod p256;
mod wycheproof;

const ASSURANCE: &str = include_str!("../../../../docs/assurance.md");

/// How many of each family were accepted and refused.
#[derive(Default)]
struct Tally(Vec<(String, usize, usize)>);

impl Tally {
    fn count(&mut self, family: &str, accepted: bool) {
        let at = self.0.iter().position(|(name, ..)| name == family).unwrap_or(self.0.len());
        if at == self.0.len() {
            self.0.push((family.into(), 0, 0));
        }
        let (_, good, bad) = &mut self.0[at];
        *(if accepted { good } else { bad }) += 1;
    }

    /// Compares with what the document says.
    fn hold(&self) {
        let rows: Vec<String> = self
            .0
            .iter()
            .map(|(family, good, bad)| format!("| {family} | {good} | {bad} |"))
            .collect();
        let missing = rows.iter().any(|row| !ASSURANCE.lines().any(|line| line == row));
        assert!(!missing, "docs/assurance.md says otherwise:\n{}", rows.join("\n"));
    }
}

/// Big-endian numbers of 256 bits, added; `None` where the sum does not fit.
fn sum(a: &[u8; 32], b: &[u8; 32]) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    let mut carry = 0;
    for at in (0..32).rev() {
        let digits = u16::from(a[at]) + u16::from(b[at]) + carry;
        out[at] = digits.to_be_bytes()[1];
        carry = digits >> 8;
    }
    (carry == 0).then_some(out)
}

fn reversed(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes.reverse();
    bytes
}

/// A small number, big-endian.
fn small(number: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = number;
    bytes
}
