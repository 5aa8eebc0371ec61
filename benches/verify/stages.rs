//! What each stage of a verdict costs: how much more it takes to be refused one stage later.

use std::hint::black_box;

use livepermit::verify::CredentialCache;
use livepermit::{RejectionCode, SecretKey, Token, Verifier};
use livepermit_testkit::{ed25519_device, issuer_key, now, p256_device, pass};

use super::scene::{ask, changed, presentation};
use livepermit_measure::{Cost, Job, median};

/// What a verdict goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Text,
    Structure,
    LookUp,
    IssuerSignature,
    DeviceSignature,
    Rest,
}

impl Stage {
    pub(crate) const ALL: [Self; 6] = [
        Self::Text,
        Self::Structure,
        Self::LookUp,
        Self::IssuerSignature,
        Self::DeviceSignature,
        Self::Rest,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text to bytes",
            Self::Structure => "structure",
            Self::LookUp => "key look-up",
            Self::IssuerSignature => "issuer's signature",
            Self::DeviceSignature => "device's signature",
            Self::Rest => "authority to verdict",
        }
    }

    pub(crate) const fn is_arithmetic(self) -> bool {
        matches!(self, Self::IssuerSignature | Self::DeviceSignature)
    }
}

/// One verdict, and the refusals on the way to it.
pub(crate) struct Staged {
    pub(crate) name: &'static str,
    /// Whether the gate has seen the credential before.
    seen: bool,
    /// Where the last signature's s has its lowest byte, counted from the end.
    lowest: usize,
    /// For each step: the last stage it goes through, what is refused, the text, the code.
    steps: Vec<(Stage, &'static str, String, Option<RejectionCode>)>,
}

/// Makes the signature at the end of `bytes` a wrong one: the lowest bit of s is flipped.
fn wrong(bytes: &mut [u8], lowest: usize) {
    let place = bytes.len() - lowest;
    bytes[place] ^= 1;
}

/// Makes its s larger than any may be, which is found out before any point is computed.
fn too_large(bytes: &mut [u8], highest: usize) {
    let place = bytes.len() - highest;
    bytes[place] = 0xff;
}

/// Where s has its lowest and its highest byte, counted from the end.
const ED25519: (usize, usize) = (32, 1);
const P256: (usize, usize) = (1, 32);

fn place_of(part: &[u8], token: &Token) -> usize {
    token.as_bytes().windows(part.len()).position(|window| window == part).unwrap()
}

pub(crate) fn all() -> [Staged; 4] {
    let (ed25519, p256) = (ed25519_device(), p256_device());
    [
        of_pass(),
        of_presentation("presentation, first seen", &ed25519, ED25519, false),
        of_presentation("presentation, credential seen before", &ed25519, ED25519, true),
        of_presentation("P-256 presentation, first seen", &p256, P256, false),
    ]
}

fn of_pass() -> Staged {
    let pass = pass();
    let kid = place_of(&issuer_key().public_key().thumbprint()[..8], &pass);
    let steps = vec![
        (
            Stage::Text,
            "no token in the text",
            changed(&pass, |b| b[0] = 0),
            Some(RejectionCode::Malformed),
        ),
        (
            Stage::Structure,
            "unknown key",
            changed(&pass, |b| b[kid] ^= 1),
            Some(RejectionCode::UnknownKey),
        ),
        (
            Stage::LookUp,
            "issuer's s too large",
            changed(&pass, |b| too_large(b, ED25519.1)),
            Some(RejectionCode::BadSignature),
        ),
        (
            Stage::IssuerSignature,
            "issuer's signature wrong",
            changed(&pass, |b| wrong(b, ED25519.0)),
            Some(RejectionCode::BadSignature),
        ),
        (Stage::Rest, "accepted", pass.to_qr_text(), None),
    ];
    Staged { name: "pass", seen: false, lowest: ED25519.0, steps }
}

fn of_presentation(
    name: &'static str,
    device: &SecretKey,
    (lowest, highest): (usize, usize),
    seen: bool,
) -> Staged {
    let (credential, token) = presentation(device, 893_095);
    let kid = place_of(&issuer_key().public_key().thumbprint()[..8], &token);
    let credential_end = place_of(credential.as_bytes(), &token) + credential.as_bytes().len();
    let mut steps = vec![
        (
            Stage::Text,
            "no token in the text",
            changed(&token, |b| b[0] = 0),
            Some(RejectionCode::Malformed),
        ),
        (
            Stage::Structure,
            "unknown key",
            changed(&token, |b| b[kid] ^= 1),
            Some(RejectionCode::UnknownKey),
        ),
    ];
    let device_s = changed(&token, |b| too_large(b, highest));
    let after_issuer = if seen {
        Stage::LookUp
    } else {
        steps.push((
            Stage::LookUp,
            "issuer's s too large",
            changed(&token, |b| too_large(&mut b[..credential_end], ED25519.1)),
            Some(RejectionCode::BadSignature),
        ));
        Stage::IssuerSignature
    };
    steps.extend([
        (after_issuer, "device's s too large", device_s, Some(RejectionCode::BadDeviceSignature)),
        (
            Stage::DeviceSignature,
            "device's signature wrong",
            changed(&token, |b| wrong(b, lowest)),
            Some(RejectionCode::BadDeviceSignature),
        ),
        (Stage::Rest, "accepted", token.to_qr_text(), None),
    ]);
    Staged { name, seen, lowest, steps }
}

impl Staged {
    /// How many jobs it has.
    pub(crate) const fn len(&self) -> usize {
        self.steps.len()
    }

    /// A job for each step.
    pub(crate) fn jobs<'a>(&'a self, gate: &'a Verifier) -> Vec<Job<'a>> {
        let accepted = self.steps.last().map(|(.., text, _)| text.as_str()).unwrap_or_default();
        let job =
            |(_, refused, text, code): &'a (Stage, &'static str, String, Option<RejectionCode>)| {
                let mut cache = self.seen.then(|| CredentialCache::new(16));
                assert!(ask(gate, accepted, cache.as_mut(), now()).is_ok(), "{}", self.name);
                let verdict = ask(gate, text, cache.as_mut(), now());
                assert_eq!(
                    verdict.err().map(|rejection| rejection.code()),
                    *code,
                    "{}: {refused}",
                    self.name
                );
                Job::new(format!("{}: {refused}", self.name), move || {
                    ask(gate, black_box(text), cache.as_mut(), black_box(now()))
                })
            };
        self.steps.iter().map(job).collect()
    }

    /// What each stage adds, in nanoseconds, from the costs of the jobs. What is behind the
    /// signatures is measured apart with Ed25519: it does not depend on the algorithm, and with
    /// P-256 any change of a token changes all digits of its scalars.
    pub(crate) fn added(
        &self,
        costs: &[Cost],
        jobs: &mut [Job<'_>],
        rest: &mut f64,
    ) -> Vec<(Stage, f64)> {
        if self.lowest != P256.0
            && let Some(jobs) = jobs.last_chunk_mut()
        {
            *rest = apart(jobs);
        }
        let mut before = 0.0;
        self.steps
            .iter()
            .zip(costs)
            .map(|((stage, ..), cost)| {
                let added = (cost.nanos() - before).max(0.0);
                before = before.max(cost.nanos());
                (*stage, if *stage == Stage::Rest { *rest } else { added })
            })
            .collect()
    }
}

/// How much longer the second takes, in nanoseconds: single calls by turns, and the median of the
/// differences. For what is small beside both, where the difference of two medians would be chance.
fn apart(jobs: &mut [Job<'_>; 2]) -> f64 {
    const TURNS: usize = 20_001;
    let [one, other] = jobs;
    median((0..TURNS).map(|_| -one.time(1) + other.time(1)).collect())
}
