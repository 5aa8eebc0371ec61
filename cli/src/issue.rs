//! `issue`: permits signed by an issuer's key.

use std::path::Path;

use livepermit::{
    Acting, BirthDate, Form, Issuer, Permit, Person, PrepareError, PublicKey, StatusReference,
    Token, TrustError, Validity,
};
use serde_json::{Value, json};

use crate::args::{IssueCommand, PermitArgs, TokenFormat, TokenOut};
use crate::failure::{Failure, Outcome};
use crate::keys::{claim_failure, read_public, read_secret};
use crate::sizes::{Optional, Sizes};
use crate::{files, output, time};

pub(crate) fn run(command: IssueCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        IssueCommand::Credential {
            permit: args,
            device_key,
            lifetime,
            backdate,
            acting_role,
            representative,
        } => {
            let mut parts = Parts::read(&args)?;
            if let (Some(role), Some(who)) = (acting_role, representative) {
                parts.acting =
                    Some(Acting::new(&role, &who).map_err(|error| claim_failure(&error))?);
            }
            let device_key = read_public(&device_key)?;
            let validity = Validity { backdate, lifetime };
            let key = read_secret(&args.key)?;
            let issuer = issuer(&args, key.public_key(), false)?;
            let now = time::at_or_now(args.time.at)?;
            let prepared = issuer.prepare_credential(
                &parts.permit(true, true, true)?,
                &device_key,
                validity,
                now,
            );
            let token = sign(prepared.map_err(|error| prepare_failure(&error))?.sign(&key))?;
            let sizes = Sizes::of_presentations(&args.issuer, &device_key, |o| parts.without(o))?;
            report(&token, &sizes, &args.out, json)
        }
        IssueCommand::Slip(args) => crate::slip::run(&args, json),
        IssueCommand::Pass { permit: args, audience, eddsa } => {
            let parts = Parts::read(&args)?;
            let key = read_secret(&args.key)?;
            let issuer = issuer(&args, key.public_key(), eddsa)?;
            let now = time::at_or_now(args.time.at)?;
            let audience = audience.as_deref();
            let prepared = issuer.prepare_pass(&parts.permit(true, true, true)?, audience, now);
            let token = sign(prepared.map_err(|error| prepare_failure(&error))?.sign(&key))?;
            let sizes = Sizes::of_passes(&args.issuer, audience, eddsa, |o| parts.without(o))?;
            report(&token, &sizes, &args.out, json)
        }
    }
}

pub(crate) fn issuer(args: &PermitArgs, key: PublicKey, eddsa: bool) -> Result<Issuer, Failure> {
    let issuer = Issuer::new(&args.issuer, key).map_err(|error| match error {
        TrustError::NotEd25519 => Failure::new(
            format!(
                "{} is not an Ed25519 key, and issuers sign with Ed25519 only",
                args.key.display()
            ),
            "make one with `livepermit key new --algorithm ed25519 --out FILE`",
        ),
        TrustError::Claim(error) => claim_failure(&error),
        _ => Failure::new(error, "see `livepermit issue --help`"),
    })?;
    Ok(if eddsa { issuer.pinned_to_eddsa() } else { issuer })
}

pub(crate) fn sign(token: Result<Token, livepermit::SignatureRefused>) -> Result<Token, Failure> {
    token
        .map_err(|error| Failure::new(error, "name the private key that belongs to the public one"))
}

pub(crate) fn prepare_failure(error: &PrepareError) -> Failure {
    let help = match error {
        PrepareError::TooLong { .. } => "leave claims out: a code holds one permit, not a file",
        PrepareError::Refused(_) => "shorten the claims",
        PrepareError::EmptyValidity => "give --lifetime at least one second",
        PrepareError::TimeOutOfRange => "give an earlier --at or a shorter --lifetime",
        PrepareError::NotYetValid { .. } => "wait, or give a later --at",
        PrepareError::Expired { .. } => "have a new credential issued",
        PrepareError::Claim(error) => return claim_failure(error),
        _ => "see --help",
    };
    Failure::new(error, help)
}

/// What goes into the permit, read from the command line.
pub(crate) struct Parts {
    subject: String,
    class: String,
    window: u64,
    person: Option<Person>,
    status: Option<StatusReference>,
    claims: Option<Value>,
    /// Who shows it for the subject.
    acting: Option<Acting>,
}

impl Parts {
    pub(crate) fn read(args: &PermitArgs) -> Result<Self, Failure> {
        let person =
            args.name.as_deref().map(Person::new).transpose().map_err(|e| claim_failure(&e))?;
        let birth_date: Option<BirthDate> = args
            .birth_date
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|e| claim_failure(&e))?;
        let person = match (person, birth_date) {
            (Some(person), Some(date)) => Some(person.with_birth_date(date)),
            (person, _) => person,
        };
        let status = match (&args.status_uri, args.status_index) {
            (Some(uri), Some(index)) => {
                Some(StatusReference::new(uri, index).map_err(|error| claim_failure(&error))?)
            }
            _ => None,
        };
        let claims = args.claims.as_deref().map(read_claims).transpose()?;
        let (subject, class) = (args.subject.clone(), args.class.clone());
        Ok(Self { subject, class, window: args.window, person, status, claims, acting: None })
    }

    pub(crate) fn permit(
        &self,
        person: bool,
        status: bool,
        claims: bool,
    ) -> Result<Permit, Failure> {
        let mut permit = Permit::new(&self.subject, &self.class)
            .and_then(|permit| permit.with_window(self.window))
            .map_err(|error| claim_failure(&error))?;
        if let Some(person) = self.person.clone().filter(|_| person) {
            permit = permit.with_person(person);
        }
        if let Some(status) = self.status.clone().filter(|_| status) {
            permit = permit.with_status(status);
        }
        if let Some(acting) = self.acting.clone() {
            permit = permit.with_acting(acting);
        }
        if let Some(claims) = self.claims.as_ref().filter(|_| claims) {
            permit = permit.with_application(claims).map_err(|error| {
                Failure::new(
                    error,
                    "use a JSON object with keys of 3 to 255 bytes and whole numbers, as in {\"zone\":3}",
                )
            })?;
        }
        Ok(permit)
    }

    /// The permit without one of its optional claims, or without all; `None` where it has no such
    /// claim.
    fn without(&self, left_out: Optional) -> Option<Permit> {
        let (person, status, claims) = match left_out {
            Optional::Nothing => (true, true, true),
            Optional::Person => (self.person.is_none(), true, true),
            Optional::Status => (true, self.status.is_none(), true),
            Optional::Claims => (true, true, self.claims.is_none()),
            Optional::All => (false, false, false),
        };
        let changes = left_out == Optional::Nothing || !(person && status && claims);
        self.permit(person, status, claims).ok().filter(|_| changes)
    }
}

/// A JSON object, written out or in a file.
fn read_claims(given: &str) -> Result<Value, Failure> {
    let text = if given.trim_start().starts_with('{') {
        given.to_owned()
    } else {
        files::read_small_text(Path::new(given))?
    };
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("the claims are not JSON: {error}"), "as in --claims '{\"zone\":3}'")
    })?;
    if !value.is_object() {
        return Err(Failure::new(
            "the claims are not a JSON object",
            "as in --claims '{\"zone\":3}'",
        ));
    }
    Ok(value)
}

fn report(token: &Token, sizes: &Sizes, out: &TokenOut, json: bool) -> Result<Outcome, Failure> {
    for (is_status, text) in sizes.growth() {
        if is_status { output::note(&text) } else { output::warning(&text) }
    }
    if !json {
        output::note(&sizes.to_string());
    }
    write_token(token, out, json, Some(sizes.to_json()))
}

/// Writes a token where and how the command line says.
pub(crate) fn write_token(
    token: &Token,
    out: &TokenOut,
    json: bool,
    sizes: Option<Value>,
) -> Result<Outcome, Failure> {
    let text = match out.format {
        TokenFormat::Link => token.to_link_text(),
        TokenFormat::QrText => token.to_qr_text(),
        TokenFormat::Raw => String::new(),
    };
    let content = match out.format {
        TokenFormat::Raw => token.as_bytes().to_vec(),
        _ => format!("{text}\n").into_bytes(),
    };
    if let Some(path) = &out.out {
        files::write(path, &content)?;
    }
    if json {
        let mut object = json!({
            "form": token.form().name(), "bytes": token.as_bytes().len(),
            "link": token.to_link_text(), "qr_text": token.to_qr_text(),
        });
        if let Some(object) = object.as_object_mut() {
            if let Some(sizes) = sizes {
                object.insert("qr".into(), sizes);
            }
            if let Some(path) = &out.out {
                object.insert("file".into(), path.display().to_string().into());
            }
        }
        output::print_json(&object)?;
    } else if out.out.is_none() {
        output::print_bytes(&content)?;
    } else if token.form() == Form::Credential {
        output::note(
            "give it to the phone; it shows presentations of it, never the credential itself",
        );
    }
    Ok(Outcome::Done)
}
