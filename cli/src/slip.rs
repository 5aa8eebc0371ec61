//! `issue slip`: a permit on paper, for people without a smartphone.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use livepermit::qr::{ErrorCorrection, QrCode, versions_for};
use livepermit::{Timestamp, Token};
use serde_json::json;

use crate::args::{PermitArgs, TokenFormat};
use crate::challenge::random;
use crate::failure::{Failure, Outcome};
use crate::issue::{Parts, issuer, prepare_failure, sign, write_token};
use crate::keys::read_secret;
use crate::qr::draw_failure;
use crate::time::{parse, parse_span};
use crate::{files, output, time};

#[derive(Debug, Args)]
pub(crate) struct SlipArgs {
    #[command(flatten)]
    permit: PermitArgs,
    /// The number printed beside the code, 6 to 12 digits [default: 8 random ones]
    #[arg(long, value_name = "DIGITS")]
    check_number: Option<String>,
    /// From when on it is valid [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    not_before: Option<Timestamp>,
    /// How long it is valid
    #[arg(long, value_name = "SPAN", value_parser = parse_span, default_value = "2160h", conflicts_with = "expires")]
    lifetime: u64,
    /// From when on it is not valid any more
    #[arg(long, value_name = "TIME", value_parser = parse)]
    expires: Option<Timestamp>,
    /// Sign under the older algorithm number (EdDSA, -8), for verifiers that know no other
    #[arg(long)]
    eddsa: bool,
    /// Write a page to be printed by a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the code as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the code as PNG
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

pub(crate) fn run(args: &SlipArgs, json: bool) -> Result<Outcome, Failure> {
    let permit = &args.permit;
    if permit.name.is_none() {
        return Err(Failure::new(
            "a slip names the person, because the gate compares it with the identity document",
            "write --name, and --birth-date where names are not enough",
        ));
    }
    if permit.status_uri.is_none() {
        return Err(Failure::new(
            "a slip lives for months, so it must name its status, or it could not be withdrawn",
            "write --status-uri and --status-index, as `livepermit status allocate` prints them",
        ));
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
    // Paper gets creased and wet.
    let text = token.to_qr_text();
    let code = QrCode::encode(&text, ErrorCorrection::Quartile)
        .or_else(|_| QrCode::encode(&text, ErrorCorrection::Low))
        .map_err(|error| draw_failure(&error))?;
    if let Some(path) = &args.svg {
        files::write(path, code.to_svg().as_bytes())?;
    }
    if let Some(path) = &args.png {
        let pixels = std::num::NonZeroU8::new(8).unwrap_or(std::num::NonZeroU8::MIN);
        files::write(path, &code.to_png(pixels).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.html {
        let page = page(permit, &code, &check_number, (not_before, expires));
        files::write(path, page.as_bytes())?;
        output::note("open the page in a browser and print it; it loads nothing from elsewhere");
    }
    output::note(
        "a slip can be copied: gates take it only with --accept-slips, and compare the identity document",
    );
    let drawn = args.html.is_some() || args.svg.is_some() || args.png.is_some();
    report(&token, permit, &check_number, drawn, json)
}

fn report(
    token: &Token,
    permit: &PermitArgs,
    check_number: &str,
    drawn: bool,
    json: bool,
) -> Result<Outcome, Failure> {
    let versions = versions_for(&token.to_qr_text()).ok().map(|versions| {
        json!({ "of": "slip", "bytes": token.as_bytes().len(), "check_number": check_number, "versions": {
            "L": versions.low, "M": versions.medium, "Q": versions.quartile, "H": versions.high } })
    });
    if drawn && permit.out.out.is_none() && permit.out.format == TokenFormat::Link && !json {
        // The code was asked for as a picture; the token itself needs not be on the screen too.
        return Ok(Outcome::Done);
    }
    write_token(token, &permit.out, json, versions)
}

fn check_number() -> Result<String, Failure> {
    let number = u64::from_be_bytes(random()?);
    Ok(format!("{:08}", number % 100_000_000))
}

/// What is written on the page, in words that stay the same. A page of its own language is made
/// from the SVG.
fn page(
    permit: &PermitArgs,
    code: &QrCode,
    check_number: &str,
    (not_before, expires): (Timestamp, Timestamp),
) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(rows, "<tr><th>{name}</th><td>{}</td></tr>", escape(value));
    };
    row("Name", permit.name.as_deref().unwrap_or_default());
    if let Some(date) = &permit.birth_date {
        row("Born", &birth_date(date));
    }
    row("Permit", &permit.subject);
    row("Class", &permit.class);
    row("Issued by", &permit.issuer);
    row("Valid from", &time::text(not_before));
    row("Valid until before", &time::text(expires));
    let spaced: Vec<String> = check_number
        .as_bytes()
        .chunks(4)
        .map(|digits| String::from_utf8_lossy(digits).into_owned())
        .collect();
    row("Check number", &spaced.join(" "));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>Permit slip {title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>Permit, printed</h1>\n<div class=\"code\">{svg}</div>\n<table>\n{rows}</table>\n\
         <p class=\"say\">Printed: check the identity document.</p>\n\
         <p>This code can be copied. It counts only together with the identity document of the person named here, at \
         gates that take slips, and until it is withdrawn.</p>\n</main>\n</body>\n</html>\n",
        title = escape(check_number),
        svg = code.to_svg().trim_end(),
    )
}

const STYLE: &str = "\
@page{size:A5;margin:12mm}\
body{font:12pt/1.4 system-ui,\"Noto Sans\",\"Noto Sans CJK SC\",\"PingFang SC\",\"Microsoft YaHei\",sans-serif;\
color:#000;background:#fff;margin:0}\
main{max-width:124mm;margin:0 auto}h1{font-size:16pt;margin:0 0 4mm}\
.code svg{display:block;width:70mm;height:70mm;margin:0 auto 4mm}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:1mm 2mm;\
border-bottom:.2mm solid #999;overflow-wrap:anywhere}th{font-weight:normal;white-space:nowrap;color:#333}\
.say{font-weight:bold;font-size:14pt;border:.6mm solid #000;padding:2mm;text-align:center}";

fn birth_date(digits: &str) -> String {
    match digits.as_bytes() {
        [y1, y2, y3, y4, m1, m2, d1, d2] => {
            let text = [*y1, *y2, *y3, *y4, b'-', *m1, *m2, b'-', *d1, *d2];
            String::from_utf8_lossy(&text).into_owned()
        }
        _ => digits.to_owned(),
    }
}

/// Text for a page: nothing in it can become markup.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}
