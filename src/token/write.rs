//! Writes claims to bytes, as `claims` reads them.

use alloc::vec::Vec;

use super::claims::{
    BIRTH_DATE, CNF_COSE_KEY, Claims, FULL_NAME, FormClaims, IDX, PresentationClaims,
    REPRESENTATIVE, ROLE, STATUS_LIST, URI,
};
use super::label;
use crate::bytes::cbor::Writer;

/// Writes labels in the bytewise order of their encoding: 1 to 11, 39, 169, 65535, then negative
/// labels.
pub(crate) fn write_claims(claims: &Claims<'_>) -> Vec<u8> {
    let own_pairs = 4_usize
        .saturating_add(match claims.form {
            FormClaims::Pass { audience, .. } => {
                1_usize.saturating_add(usize::from(audience.is_some()))
            }
            FormClaims::Credential { acting, .. } => {
                3_usize.saturating_add(usize::from(acting.is_some()))
            }
            FormClaims::Slip { .. } => 2,
        })
        .saturating_add(usize::from(claims.person.is_some()))
        .saturating_add(usize::from(claims.status.is_some()));
    // Each application pair takes at least two bytes of memory, so their number fits.
    let application_pairs = usize::try_from(claims.application.pairs).unwrap_or(usize::MAX);
    let mut out = Writer::new();
    out.map(own_pairs.saturating_add(application_pairs));
    out.integer(label::ISS).text(claims.issuer);
    out.integer(label::SUB).text(claims.subject);
    match &claims.form {
        FormClaims::Pass { audience, issued_at, expires } => {
            if let Some(audience) = audience {
                out.integer(label::AUD).text(audience);
            }
            out.integer(label::EXP).unsigned(expires.as_unix());
            out.integer(label::IAT).unsigned(issued_at.as_unix());
        }
        FormClaims::Credential { not_before, expires, device_key, .. } => {
            out.integer(label::EXP).unsigned(expires.as_unix());
            out.integer(label::NBF).unsigned(not_before.as_unix());
            out.integer(label::CNF).map(1).integer(CNF_COSE_KEY);
            device_key.write(&mut out);
        }
        FormClaims::Slip { not_before, expires, .. } => {
            out.integer(label::EXP).unsigned(expires.as_unix());
            out.integer(label::NBF).unsigned(not_before.as_unix());
        }
    }
    out.integer(label::VCT).text(claims.class);
    if let Some(person) = &claims.person {
        out.integer(label::PERSON).map(if person.birth_date.is_some() { 2 } else { 1 });
        out.integer(FULL_NAME).text(person.full_name);
        if let Some(date) = person.birth_date {
            out.integer(BIRTH_DATE).text(date);
        }
    }
    if let Some(status) = &claims.status {
        out.integer(label::STATUS).map(1).text(STATUS_LIST);
        out.map(2).text(IDX).unsigned(status.index).text(URI).text(status.uri);
    }
    match claims.form {
        FormClaims::Credential { window, acting, .. } => {
            out.integer(label::WINDOW).unsigned(window);
            if let Some(acting) = acting {
                out.integer(label::ACTING).map(2).integer(ROLE).text(acting.role);
                out.integer(REPRESENTATIVE).text(acting.representative);
            }
        }
        FormClaims::Slip { check_number, .. } => {
            out.integer(label::CHECK_NUMBER).text(check_number);
        }
        FormClaims::Pass { .. } => {}
    }
    out.raw(claims.application.encoded);
    out.into_bytes()
}

pub(crate) fn write_presentation_claims(claims: &PresentationClaims<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    out.map(if claims.nonce.is_some() { 3 } else { 2 });
    out.integer(label::AUD).text(claims.audience);
    out.integer(label::IAT).unsigned(claims.issued_at.as_unix());
    if let Some(nonce) = claims.nonce {
        out.integer(label::CNONCE).bytes(nonce);
    }
    out.into_bytes()
}
