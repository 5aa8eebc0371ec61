//! What a step shows, from its words: `code@-4 of=P-1`.

use std::collections::BTreeMap;

use super::super::cbor::{bytes, text, uint};
use super::super::crypto::Key;
use super::super::token::{
    ACTING, AUD, CNONCE, EXP, GATE, IAT, ISS, KID, Layer, NBF, NOW, STATUS, SUB, SUBJECT, VCT,
    WINDOW, acting, credential, pass, present, qr_text, slip, status,
};

/// Nonces by their names in the steps.
pub(crate) type Nonces = BTreeMap<&'static str, Vec<u8>>;

/// A text for the camera, and whose permit it is.
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) subject: String,
}

/// `+34`, `0`, `-4`: seconds after [`NOW`].
pub(crate) fn time(word: &str) -> Result<u64, String> {
    let offset: i64 = word.parse().map_err(|_| format!("`{word}` is no time"))?;
    NOW.checked_add_signed(offset).ok_or_else(|| format!("`{word}` is before 1970"))
}

pub(crate) fn number(word: &str) -> Result<u64, String> {
    word.parse().map_err(|_| format!("`{word}` is no number"))
}

/// `name=value`.
pub(crate) fn pair(word: &str) -> Result<(&str, &str), String> {
    word.split_once('=').ok_or_else(|| format!("`{word}` is not name=value"))
}

pub(crate) fn nonce(nonces: &Nonces, name: &str) -> Result<Vec<u8>, String> {
    nonces.get(name).cloned().ok_or_else(|| format!("no nonce is named `{name}`"))
}

pub(crate) fn key_of(issuer: &str) -> Result<Key, String> {
    match issuer {
        "bj.example" => Ok(Key::Issuer),
        "sh.example" => Ok(Key::OtherIssuer),
        _ => Err(format!("no issuer is named `{issuer}`")),
    }
}

/// A text in quotes, or a form with its time and its differences from the usual token.
pub(crate) fn shown(what: &str, changes: &[&str], nonces: &Nonces) -> Result<Shown, String> {
    let subject = || SUBJECT.to_string();
    if let Some(text) = what.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return match changes {
            [] => Ok(Shown { text: text.to_string(), subject: subject() }),
            _ => Err("a text has no changes".to_string()),
        };
    }
    let (form, at) = match what.split_once('@') {
        Some((form, at)) => (form, Some(time(at)?)),
        None => (what, None),
    };
    let changes: Vec<_> = changes.iter().map(|word| pair(word)).collect::<Result<_, _>>()?;
    let change = |name| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let device = match change("device") {
        None => Key::DeviceEd25519,
        Some("p256") => Key::DeviceP256,
        Some(other) => return Err(format!("no device is named `{other}`")),
    };
    // The permit is changed first: what a phone signs contains its credential.
    let (mut layer, allowed) = match form {
        "code" => (pass(), CODE),
        "slip" => (slip(), SLIP),
        "presentation" => (credential(device), PRESENTATION),
        "answer" => (credential(device), ANSWER),
        _ => return Err(format!("`{form}` is no form")),
    };
    for (name, value) in &changes {
        if !allowed.contains(name) {
            return Err(format!("`{name}` cannot be changed in a {form}"));
        }
        layer = change_permit(layer, name, value)?;
    }
    layer = match (form, at) {
        ("slip", None) => layer,
        ("code", Some(at)) => {
            let window = change("window").map_or(Ok(WINDOW), number)?;
            layer.claim(IAT, uint(at)).claim(EXP, uint(at + window))
        }
        ("presentation", Some(at)) => present(&layer, device).claim(IAT, uint(at)),
        ("answer", Some(at)) => {
            let to = nonce(nonces, change("to").ok_or("an answer needs to=")?)?;
            let answer = present(&layer, device).claim(AUD, text(GATE)).claim(CNONCE, bytes(&to));
            answer.claim(IAT, uint(at))
        }
        _ => return Err(format!("`{what}`: a slip has no time, every other form has one")),
    };
    if let Some(gate) = change("for") {
        layer = layer.claim(AUD, text(gate));
    }
    if let Some(issuer) = change("signed-by") {
        layer = layer.signed_by(key_of(issuer)?);
    }
    let subject = change("of").map_or_else(subject, str::to_string);
    Ok(Shown { text: qr_text(&layer.encode()), subject })
}

/// The possible differences of each form.
const CODE: &[&str] = &["of", "class", "issuer", "status", "window", "for", "signed-by"];
const SLIP: &[&str] = &["of", "class", "begins", "ends"];
const PRESENTATION: &[&str] = &["of", "acting", "begins", "ends", "device", "for"];
const ANSWER: &[&str] = &["of", "to", "for"];

/// Changes a claim of a pass, a slip or a credential. Names that concern the complete code change
/// nothing here.
fn change_permit(permit: Layer, name: &str, value: &str) -> Result<Layer, String> {
    let two = || value.split_once(',').ok_or_else(|| format!("{name}= needs two values"));
    Ok(match name {
        "of" => permit.claim(SUB, text(value)),
        "class" => permit.claim(VCT, text(value)),
        "begins" => permit.claim(NBF, uint(time(value)?)),
        "ends" => permit.claim(EXP, uint(time(value)?)),
        "acting" => {
            let (role, representative) = two()?;
            permit.claim(ACTING, acting(role, representative))
        }
        "status" => {
            let (index, uri) = two()?;
            permit.claim(STATUS, status(number(index)?, uri))
        }
        "issuer" => {
            let key = key_of(value)?;
            permit.claim(ISS, text(value)).header(KID, bytes(&key.id())).signed_by(key)
        }
        _ => permit,
    })
}
