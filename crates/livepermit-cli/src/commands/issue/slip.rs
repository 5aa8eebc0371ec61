//! `issue slip`: a permit on paper, for people without a smartphone.

use livepermit::Token;
use livepermit::qr::{
    ErrorCorrection, PAPER_ERROR_CORRECTION, PAPER_SIDE_MM, QrCode, QrError, versions_for,
};
use serde_json::json;

use super::args::{PermitArgs, SlipArgs};
use super::page::{Paper, page};
use super::parts::Parts;
use super::signing::{issuer, sign};
use super::texts;
use crate::language::spoken;
use crate::shared::drawing::{DEFAULT_PIXELS, draw_failure};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::keys::read_secret;
use crate::shared::random::random;
use crate::shared::token::{TokenFormat, prepare_failure, write_token};
use crate::shared::{files, output, time};

pub(crate) fn run(args: &SlipArgs, json: bool) -> Result<Outcome, Failure> {
    let permit = &args.permit;
    let Some(name) = permit.name.as_deref() else { return Err(texts::slip_without_name()) };
    if permit.status_uri.is_none() {
        return Err(texts::slip_without_status());
    }
    let parts = Parts::read(permit)?;
    let key = read_secret(&permit.key)?;
    let issuer = issuer(permit, key.public_key(), args.eddsa)?;
    let not_before = match args.not_before {
        Some(time) => time,
        None => time::at_or_now(permit.time.at)?,
    };
    let expires = args.expires.unwrap_or_else(|| not_before.plus(args.lifetime));
    let check_number = args.check_number.clone().map_or_else(check_number, Ok)?;
    let prepared = issuer
        .prepare_slip(&parts.permit(true, true, true)?, &check_number, not_before, expires)
        .map_err(|error| prepare_failure(&error))?;
    let token = sign(prepared.sign(&key))?;
    let code = draw(&token).map_err(|error| draw_failure(&error))?;
    if let Some(path) = &args.svg {
        files::write(path, code.to_svg().as_bytes())?;
    }
    if let Some(path) = &args.png {
        files::write(path, &code.to_png(DEFAULT_PIXELS).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.html {
        let paper = Paper {
            title: args.title.as_deref(),
            authority: args.authority.as_deref(),
            template: args.template.as_deref(),
            language: spoken(),
        };
        let page = page(&paper, name, permit, &code, &check_number, (not_before, expires))?;
        files::write(path, page.as_bytes())?;
        output::note(&texts::print_the_page(PAPER_SIDE_MM));
    }
    output::note(&texts::slip_can_be_copied());
    let drawn = args.html.is_some() || args.svg.is_some() || args.png.is_some();
    report(&token, permit, &check_number, drawn, json)
}

/// The most modules along the side of a printed code, with its quiet zone: 0.55 mm each. At arm's
/// length, smaller modules cost more readings than error correction saves (`docs/scanning.md`).
const MOST_MODULES: usize = 112;

/// The code at the level that reads best from paper. A longer text, whose modules would be too
/// small, gets a lower level.
fn draw(token: &Token) -> Result<QrCode, QrError> {
    let text = token.to_qr_text();
    for level in [PAPER_ERROR_CORRECTION, ErrorCorrection::Medium] {
        match QrCode::encode(&text, level) {
            Ok(code) if code.width_with_quiet_zone() <= MOST_MODULES => return Ok(code),
            _ => {}
        }
    }
    QrCode::encode(&text, ErrorCorrection::Low)
}

fn report(
    token: &Token,
    permit: &PermitArgs,
    check_number: &str,
    drawn: bool,
    json: bool,
) -> Result<Outcome, Failure> {
    let versions = versions_for(&token.to_qr_text()).ok().map(|versions| {
        json!({
            "of": "slip", "bytes": token.as_bytes().len(), "check_number": check_number,
            "versions": {
                "L": versions.low, "M": versions.medium, "Q": versions.quartile,
                "H": versions.high,
            },
        })
    });
    if drawn && permit.out.out.is_none() && permit.out.format == TokenFormat::Link && !json {
        // The code was asked for as a picture; the token itself need not be on the screen too.
        return Ok(Outcome::Done);
    }
    write_token(token, &permit.out, json, versions)
}

fn check_number() -> Result<String, Failure> {
    let number = u64::from_be_bytes(random()?);
    Ok(format!("{:08}", number % 100_000_000))
}
