//! The records that wallets and gates have.

use livepermit_ffi::{
    Acting, Algorithm, Arrival, Challenge, CodeFacts, Countdown, ErrorCorrection, Evidence, Form,
    GateCode, HeldCredential, Permit, Person, Recipient, Rejection, ScheduleStep, Screen,
    SkippedKey, Slot, StatusReference, Token, TrustState, TrustedKey, Use, Validity,
};

use wasm_bindgen::JsValue;

use crate::cross::{Entry, Fields, FromJs, Read, ToJs, fields, name, record, union, words};

words! {
    Algorithm { Ed25519 = "Ed25519", EdDsa = "EdDSA", Esp256 = "ESP256" }
    ErrorCorrection { Low = "low", Medium = "medium", Quartile = "quartile", High = "high" }
    Form {
        Pass = "pass",
        Credential = "credential",
        Presentation = "presentation",
        Slip = "slip",
    }
    Use { Credential = "credential", Pass = "pass", Slip = "slip", Status = "status" }
}

union! {
    Arrival {
        Accepted = "accepted" {},
        TooLate = "too-late" { by_millis },
        Withdrawn = "withdrawn" {},
    }
    Evidence {
        Nothing = "nothing" {},
        Times = "times" { found, limit },
        Numbers = "numbers" { found, limit },
        Counts = "counts" { found, limit },
        Malformed = "malformed" { layer, flaw, at },
    }
    GateCode { OfGate = "of-gate" { gate }, Question = "question" { challenge } }
    Recipient {
        Anyone = "anyone" {},
        OneGate = "one-gate" { gate },
        Asked = "asked" { gate, nonce },
    }
    Screen {
        Code = "code" { slot },
        Waiting = "waiting" {},
        NotYetValid = "not-yet-valid" { from },
        Ended = "ended" { at },
    }
}

record! {
    Acting { role, representative }
    Challenge { gate, nonce, expires }
    CodeFacts { code, stage, fault, cause, instruction }
    Countdown { to_next, refresh, life_left, life }
    HeldCredential {
        bytes, issuer, subject, permit_class, not_before, expires, window, person, status, acting,
        application,
    }
    Permit { subject, permit_class, window, person, status, acting, application }
    Person { full_name, birth_date }
    Rejection { code, stage, fault, reason, instruction, evidence }
    ScheduleStep { screen, prepare, clock_changed, fetch, wake }
    SkippedKey { index, reason }
    Slot { number, issued_at }
    Token { form, bytes, qr_text, link_text, qr_version }
    TrustState { version, digest, issued_at, roots }
    TrustedKey { issuer, key, key_id, algorithm, uses, classes, not_before, sign_until, expires }
    Validity { backdate, lifetime }
}

/// An entry beyond 2^53 - 1, which no list has, is said exactly as text.
impl ToJs for StatusReference {
    fn to_js(self) -> JsValue {
        let out = Fields::new();
        out.put("uri", self.uri.to_js());
        out.put("index", self.index.to_js());
        if self.index > SAFE {
            out.put("indexText", self.index.to_string().to_js());
        }
        out.into()
    }
}

impl FromJs for StatusReference {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        let from = fields(value, what)?;
        Ok(Self { uri: from.take("uri")?, index: from.take("index")? })
    }
}

impl Entry for StatusReference {}

/// The largest whole number that JavaScript tells from its neighbours.
const SAFE: u64 = (1 << 53) - 1;
