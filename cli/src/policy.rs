//! What a gate accepts, as the command line says it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use livepermit::{ActingPolicy, AudiencePolicy, Form, Policy, Revocation, Use};

use crate::failure::Failure;
use crate::time::parse_span;

/// What `verify` and `gate` accept alike.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// The name of this gate
    #[arg(long, value_name = "NAME")]
    pub(crate) gate: String,
    /// What to do about withdrawn permits; must be said
    #[arg(long, value_enum)]
    pub(crate) revocation: Option<RevocationArg>,
    /// A list of withdrawn permits; may be repeated
    #[arg(long, value_name = "LIST")]
    pub(crate) status: Vec<PathBuf>,
    /// The oldest such a list may be
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    pub(crate) max_list_age: Option<u64>,
    /// How much longer an overdue list is used, with a caution
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "0", requires = "max_list_age")]
    pub(crate) grace: u64,
    /// The issuer's keys are pinned to the older EdDSA (-8); they count for no credentials
    #[arg(long, conflicts_with = "trust")]
    pub(crate) eddsa: bool,
    /// Codes for which gates are accepted
    #[arg(long, value_enum, default_value = "own-or-any")]
    pub(crate) audience: AudienceArg,
    /// A form that is accepted; may be repeated [default: both]
    #[arg(long = "form", value_enum, value_name = "FORM")]
    pub(crate) forms: Vec<FormArg>,
    /// Accept printed slips too; each verdict on one says to check the identity document
    #[arg(long)]
    pub(crate) accept_slips: bool,
    /// Accept representatives who show another person's permit; each verdict on one names both
    #[arg(long)]
    pub(crate) accept_acting: bool,
    /// The longest a code may be live here
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "30")]
    pub(crate) window: u64,
    /// How far ahead of this clock a code may be dated
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "5")]
    pub(crate) skew: u64,
    /// The oldest a credential may be, in seconds or as in 24h
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "86700")]
    pub(crate) max_credential_age: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationArg {
    /// Withdrawn permits are looked up in lists of --status, at most --max-list-age old
    Required,
    /// Withdrawn permits are not found out; every verdict says so
    NotChecked,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AudienceArg {
    /// Only codes made for this gate by name
    Own,
    /// Those, and codes made for whoever reads them
    OwnOrAny,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormArg {
    Pass,
    Presentation,
}

impl From<FormArg> for Form {
    fn from(form: FormArg) -> Self {
        match form {
            FormArg::Pass => Self::Pass,
            FormArg::Presentation => Self::Presentation,
        }
    }
}

impl PolicyArgs {
    /// What issuer keys named by hand may sign: all there is, so that it is the policy that says
    /// what is not accepted here. Under the older algorithm number there are no credentials.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let all = [Use::Credential, Use::Pass, Use::Slip, Use::Status];
        all.into_iter().filter(|wanted| !(self.eddsa && *wanted == Use::Credential)).collect()
    }

    /// The policy for these classes.
    pub(crate) fn policy(&self, classes: &[String]) -> Result<Policy, Failure> {
        if classes.is_empty() {
            return Err(Failure::new(
                "it must be said which classes are let in",
                "write --class, as in --class bj.example:residence; `livepermit trust show` lists those of a trust list",
            ));
        }
        let audience = match self.audience {
            AudienceArg::Own => AudiencePolicy::Own(self.gate.clone()),
            AudienceArg::OwnOrAny => AudiencePolicy::OwnOrAny(self.gate.clone()),
        };
        let mut forms: Vec<Form> = self.forms.iter().map(|form| Form::from(*form)).collect();
        if forms.is_empty() {
            forms = vec![Form::Pass, Form::Presentation];
        }
        if self.accept_slips {
            forms.push(Form::Slip);
        }
        let acting =
            if self.accept_acting { ActingPolicy::Accepted } else { ActingPolicy::Refused };
        Ok(Policy::new(audience, classes.iter().cloned(), self.revocation()?)
            .with_forms(forms)
            .with_acting(acting)
            .with_window(self.window)
            .with_skew(self.skew)
            .with_max_credential_age(self.max_credential_age))
    }

    fn revocation(&self) -> Result<Revocation, Failure> {
        match (self.revocation, self.max_list_age) {
            (Some(RevocationArg::Required), Some(max_age)) => {
                Ok(Revocation::Required { max_age, grace: self.grace })
            }
            (Some(RevocationArg::Required), None) => Err(Failure::new(
                "it must be said how old a list of withdrawn permits may be, there is no default",
                "write --max-list-age, as in --max-list-age 24h",
            )),
            (Some(RevocationArg::NotChecked), None) if self.status.is_empty() => {
                Ok(Revocation::NotChecked)
            }
            (Some(RevocationArg::NotChecked), _) => Err(Failure::new(
                "lists of withdrawn permits are given, and --revocation not-checked says not to look into them",
                "write --revocation required, or leave --status and --max-list-age away",
            )),
            (None, _) => Err(Failure::new(
                "it must be said what to do about withdrawn permits (--revocation), there is no default",
                "write --revocation required --max-list-age 24h --status LIST, or --revocation not-checked: \
                 withdrawn permits are then let in until they end, and each verdict says so",
            )),
        }
    }
}
