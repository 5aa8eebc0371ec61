//! What a gate accepts, according to the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use livepermit::verify::ActingPolicy;
use livepermit::{AudiencePolicy, Form, Policy, RevocationPolicy, Use};

use super::failure::Failure;
use super::texts;
use super::time::parse_span;

/// What `verify` and `gate` accept alike.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is accepted")]
pub(crate) struct PolicyArgs {
    /// The name of this gate
    #[arg(long, value_name = "NAME")]
    pub(crate) gate: String,
    /// What to do about withdrawn permits; there is no default
    #[arg(long, value_enum)]
    pub(crate) revocation: Option<RevocationArg>,
    /// A list of withdrawn permits; may be repeated
    #[arg(long, value_name = "LIST")]
    pub(crate) status: Vec<PathBuf>,
    /// The oldest such a list may be
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    pub(crate) max_list_age: Option<u64>,
    /// How much longer a list that is too old is used, with a caution
    #[arg(
        long, value_name = "SPAN", value_parser = parse_span, default_value = "0s",
        requires = "max_list_age"
    )]
    pub(crate) grace: u64,
    /// The issuer's keys are pinned to the older EdDSA (-8); such keys sign no credentials
    #[arg(long, conflicts_with = "trust")]
    pub(crate) eddsa: bool,
    /// Which codes are accepted, by the gate they are made for
    #[arg(long, value_enum, default_value = "own-or-any")]
    pub(crate) audience: AudienceArg,
    /// A form that is accepted; may be repeated [default: both]
    #[arg(long = "form", value_enum, value_name = "FORM")]
    pub(crate) forms: Vec<FormArg>,
    /// Accept printed slips too; the verdict says to check the identity document
    #[arg(long)]
    pub(crate) accept_slips: bool,
    /// Accept representatives who show another person's permit; the verdict names both
    #[arg(long)]
    pub(crate) accept_acting: bool,
    /// The longest a code may be live here
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "30s")]
    pub(crate) window: u64,
    /// How far ahead of this clock a code may be dated
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "5s")]
    pub(crate) skew: u64,
    /// The oldest a credential may be
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "1d5m")]
    pub(crate) max_credential_age: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationArg {
    /// Look up each permit in the lists of --status, at most --max-list-age old
    Required,
    /// Do not look for withdrawn permits; every verdict says so
    NotChecked,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AudienceArg {
    /// Only codes made for this gate by name
    Own,
    /// Those, and codes made for every gate
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
    /// What issuer keys named by hand may sign: everything, so that only the policy limits what is
    /// accepted. Keys with the older algorithm number sign no credentials.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let all = [Use::Credential, Use::Pass, Use::Slip, Use::Status];
        all.into_iter().filter(|wanted| !(self.eddsa && *wanted == Use::Credential)).collect()
    }

    /// The policy for these classes.
    pub(crate) fn policy(&self, classes: &[String]) -> Result<Policy, Failure> {
        if classes.is_empty() {
            return Err(texts::no_class());
        }
        let audience = match self.audience {
            AudienceArg::Own => AudiencePolicy::Own,
            AudienceArg::OwnOrAny => AudiencePolicy::OwnOrAny,
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
        Ok(Policy::new(self.gate.clone(), classes.iter().cloned(), self.revocation()?)
            .with_audience(audience)
            .with_forms(forms)
            .with_acting(acting)
            .with_window(self.window)
            .with_skew(self.skew)
            .with_max_credential_age(self.max_credential_age))
    }

    fn revocation(&self) -> Result<RevocationPolicy, Failure> {
        match (self.revocation, self.max_list_age) {
            (Some(RevocationArg::Required), Some(max_age)) => {
                Ok(RevocationPolicy::Required { max_age, grace: self.grace })
            }
            (Some(RevocationArg::Required), None) => Err(texts::no_list_age()),
            (Some(RevocationArg::NotChecked), None) if self.status.is_empty() => {
                Ok(RevocationPolicy::NotChecked)
            }
            (Some(RevocationArg::NotChecked), _) => Err(texts::lists_not_looked_at()),
            (None, _) => Err(texts::no_revocation()),
        }
    }
}
