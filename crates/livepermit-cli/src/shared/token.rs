//! Writes a new token, or says why it could not be made.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use livepermit::issue::PrepareError;
use livepermit::{Form, Token};
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::keys::claim_failure;
use super::{files, output, texts, time};

#[derive(Debug, Args)]
#[command(next_help_heading = "The result")]
pub(crate) struct TokenOut {
    /// Write to a file, not to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How to write the token
    #[arg(long, value_enum, default_value = "link")]
    pub(crate) format: TokenFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// base64url, for links, headers and JSON
    Link,
    /// LP1: and base45, as in a QR code
    QrText,
    /// The bytes
    Raw,
}

pub(crate) fn prepare_failure(error: &PrepareError) -> Failure {
    match error {
        PrepareError::TooLong { .. } => texts::permit_too_long(error),
        PrepareError::Refused(_) => texts::permit_refused(error),
        PrepareError::EmptyValidity => texts::lifetime_empty(error),
        PrepareError::TimeOutOfRange => texts::lifetime_out_of_range(error),
        PrepareError::NotYetValid { now, not_before } => {
            texts::credential_not_yet_valid(time::text(*not_before), time::text(*now))
        }
        PrepareError::Expired { now, expires } => {
            texts::credential_expired(time::text(*expires), time::text(*now))
        }
        PrepareError::Claim(error) => claim_failure(error),
        _ => texts::token_not_made(error),
    }
}

/// Writes a token to the place and in the format that the command line names.
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
        output::note(&texts::credential_for_the_phone());
    }
    Ok(Outcome::Done)
}
