//! The issuer who signs.

use livepermit::trust::TrustError;
use livepermit::{Issuer, PublicKey, Token};

use super::args::PermitArgs;
use super::texts;
use crate::shared::failure::Failure;
use crate::shared::keys::claim_failure;

pub(crate) fn issuer(args: &PermitArgs, key: PublicKey, eddsa: bool) -> Result<Issuer, Failure> {
    let issuer = Issuer::new(&args.issuer, key).map_err(|error| match error {
        TrustError::NotEd25519 => texts::not_an_issuer_key(args.key.display()),
        TrustError::Claim(error) => claim_failure(&error),
        _ => texts::issuer_refused(error),
    })?;
    Ok(if eddsa { issuer.pinned_to_eddsa() } else { issuer })
}

pub(crate) fn sign(
    token: Result<Token, livepermit::issue::SignatureRefused>,
) -> Result<Token, Failure> {
    token.map_err(texts::wrong_private_key)
}
