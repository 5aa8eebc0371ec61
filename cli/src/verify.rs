//! `verify`: one verdict, one reason.

use livepermit::{
    AudiencePolicy, Challenge, ChallengePolicy, Context, Form, Policy, Revocation, Timestamp, Use, Verifier,
};

use crate::args::{AudienceArg, RevocationArg, VerifyArgs};
use crate::failure::{Failure, Outcome};
use crate::keys::{claim_failure, read_trust};
use crate::{input, output, time, verdict};

pub(crate) fn run(args: &VerifyArgs, json: bool) -> Result<Outcome, Failure> {
    let verifier = verifier(args)?;
    let now = time::at_or_now(args.time.at)?;
    let challenge = challenge(args, now)?;
    let material = input::read(&args.input)?.one()?;
    let mut context = Context::at(now);
    if let Some(challenge) = &challenge {
        context = context.with_challenge(challenge);
    }
    let result = verifier.verify(material.as_input(), context);
    if json {
        output::print_json(&verdict::to_json(&result, now))?;
    } else {
        output::print(&verdict::to_text(&result, now))?;
    }
    if result.is_err()
        && let Some(path) = material.forgotten_file()
    {
        output::note(&format!("a file has this name; to read it, write --file {path}"));
    }
    Ok(if result.is_ok() { Outcome::Done } else { Outcome::Refused })
}

fn verifier(args: &VerifyArgs) -> Result<Verifier, Failure> {
    let Some(RevocationArg::NotChecked) = args.revocation else {
        return Err(Failure::new(
            "it must be said what to do about withdrawn permits (--revocation), there is no default",
            "write --revocation not-checked: withdrawn permits are then let in until they end, and each verdict says so",
        ));
    };
    let uses: &[Use] = if args.eddsa { &[Use::Pass] } else { &[Use::Credential, Use::Pass] };
    let trust = read_trust(&args.issuer, uses, args.eddsa)?;
    let gate = args.gate.clone();
    let audience = match args.audience {
        AudienceArg::Own => AudiencePolicy::Own(gate),
        AudienceArg::OwnOrAny => AudiencePolicy::OwnOrAny(gate),
    };
    let mut policy = Policy::new(audience, args.issuer.classes.iter().cloned(), Revocation::NotChecked)
        .with_window(args.window)
        .with_skew(args.skew)
        .with_max_credential_age(args.max_credential_age);
    if !args.forms.is_empty() {
        policy = policy.with_forms(args.forms.iter().map(|form| Form::from(*form)));
    }
    if args.nonce.is_some() {
        policy = policy.with_challenge(ChallengePolicy::Required);
    }
    Verifier::new(trust, policy).map_err(|error| Failure::new(error, "see `livepermit verify --help`"))
}

fn challenge(args: &VerifyArgs, now: Timestamp) -> Result<Option<Challenge>, Failure> {
    let Some(nonce) = &args.nonce else { return Ok(None) };
    let expires = args.nonce_expires.unwrap_or_else(|| now.plus(60));
    Challenge::new(&args.gate, &nonce.0, expires).map(Some).map_err(|error| claim_failure(&error))
}
