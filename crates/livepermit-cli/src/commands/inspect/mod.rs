//! `inspect`: what a token says, verified by nobody.

mod args;
mod texts;

use std::fmt::Write as _;

use livepermit::field::Shown;
use livepermit::hold::GateCode;
use livepermit::verify::Input;
use livepermit::{Rejection, decode_text, diagnostic_notation};
use serde_json::{Value, json};

use crate::shared::failure::{Failure, Outcome};
use crate::shared::hex::hex;
use crate::shared::input::{self, Codes, Material};
use crate::shared::output::{self, CAUTION, STRONG, row};
use crate::shared::{time, verdict};

pub(crate) use args::InspectArgs;

pub(crate) fn run(args: &InspectArgs, json: bool) -> Result<Outcome, Failure> {
    let material = input::read(&args.input)?;
    let seen: Vec<Seen> = match &material {
        Material::Picture(picture) => {
            let Codes { permits, foreign, parts, not_text } = input::codes(picture)?;
            for part in parts {
                output::note(&texts::part_left_out(part));
            }
            if not_text > 0 {
                output::note(&texts::codes_without_text(not_text));
            }
            permits.iter().chain(&foreign).map(|text| Seen::of(Input::Text(text))).collect()
        }
        other => vec![Seen::of(other.as_input())],
    };
    if json {
        let tokens: Vec<Value> = seen.iter().map(Seen::to_json).collect();
        output::print_json(&json!({ "verified": false, "tokens": tokens }))?;
    } else {
        let texts: Vec<String> = seen.iter().map(Seen::to_text).collect();
        output::print(&texts.join("\n"))?;
    }
    if !json {
        material.hint_at_file();
    }
    match seen.iter().any(|seen| seen.result.is_ok() || seen.gate_code.is_some()) {
        true => Ok(Outcome::Done),
        false => Ok(Outcome::Refused),
    }
}

/// One code, looked at.
struct Seen {
    result: Result<String, Rejection>,
    /// Of what is no token: its CBOR, where it is that.
    notation: Option<String>,
    foreign_text: Option<String>,
    /// What a gate shows for phones is no token, and no stranger's code either.
    gate_code: Option<GateCode>,
}

impl Seen {
    fn of(input: Input<'_>) -> Self {
        let result = livepermit::inspect(input);
        let bytes = match input {
            Input::Text(text) => decode_text(text).ok(),
            Input::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        };
        let notation = match (&result, bytes) {
            (Err(_), Some(bytes)) => diagnostic_notation(&bytes).ok(),
            _ => None,
        };
        let foreign_text = match input {
            Input::Text(text) if result.is_err() => Some(text.chars().take(120).collect()),
            _ => None,
        };
        let gate_code = match input {
            Input::Text(text) if result.is_err() => GateCode::from_text(text).ok(),
            _ => None,
        };
        Self { result, notation, foreign_text, gate_code }
    }

    fn to_text(&self) -> String {
        if let Some(code) = &self.gate_code {
            let mut out = format!("{CAUTION}A GATE'S CODE{CAUTION:#}, {}\n", texts::gate_code());
            row(&mut out, "gate", code.gate());
            if let GateCode::Challenge(challenge) = code {
                row(&mut out, "question", hex(challenge.nonce()));
                row(&mut out, "until", time::text(challenge.expires()));
            }
            return out;
        }
        let rejection = match &self.result {
            Ok(shown) => {
                return match shown.split_once('\n') {
                    Some((loud, rest)) => format!("{CAUTION}{loud}{CAUTION:#}\n{rest}"),
                    None => shown.clone(),
                };
            }
            Err(rejection) => rejection,
        };
        let mut out =
            format!("{CAUTION}NOT A TOKEN{CAUTION:#} {STRONG}{}{STRONG:#}\n", rejection.code());
        row(&mut out, "cause", rejection.code().cause());
        if let livepermit::rejection::Evidence::Malformed(malformed) = rejection.evidence() {
            row(&mut out, "broken", malformed);
        }
        if let Some(text) = &self.foreign_text {
            row(&mut out, "text", Shown::quoted(text));
        }
        match &self.notation {
            Some(notation) => {
                row(&mut out, "as CBOR", notation);
                let _ = writeln!(out, "{CAUTION}UNVERIFIED{CAUTION:#}: {}", texts::unverified());
            }
            None => row(&mut out, "as CBOR", texts::not_cbor()),
        }
        out
    }

    fn to_json(&self) -> Value {
        if let Some(code) = &self.gate_code {
            let challenge = match code {
                GateCode::Challenge(challenge) => Some(challenge),
                _ => None,
            };
            return json!({
                "well_formed": true, "gate": code.gate(),
                "nonce": challenge.map(|asked| hex(asked.nonce())),
                "expires": challenge.map(|asked| asked.expires().as_unix()),
            });
        }
        match &self.result {
            Ok(shown) => json!({ "well_formed": true, "text": shown }),
            Err(rejection) => json!({
                "well_formed": false, "code": rejection.code().as_str(),
                "evidence": verdict::evidence(&rejection.evidence()), "notation": self.notation,
                "foreign_text": self.foreign_text,
            }),
        }
    }
}
