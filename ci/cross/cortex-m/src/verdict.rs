//! A verdict in the form in which the vectors have it, so that the two are compared whole.

use alloc::vec::Vec;
use core::ffi::CStr;

use livepermit_c::{
    LP_ACCEPTED, LP_EVIDENCE_MALFORMED, LP_REFUSED, lp_bytes, lp_rejection, lp_text, lp_verdict,
    lp_verified,
};

/// # Safety
/// The verdict and the buffer behind it are those of the last call.
pub(crate) unsafe fn write(verdict: &lp_verdict) -> Vec<u8> {
    let mut out = Writer(Vec::new());
    out.0.push(u8::try_from(verdict.kind).unwrap_or(u8::MAX));
    // SAFETY: the caller answers for the pointers.
    match unsafe { (verdict.verified.as_ref(), verdict.rejection.as_ref()) } {
        (Some(verified), None) if verdict.kind == LP_ACCEPTED => out.verified(verified),
        (None, Some(rejection)) if verdict.kind == LP_REFUSED => out.rejection(rejection),
        _ => out.0.push(u8::MAX),
    }
    out.0
}

struct Writer(Vec<u8>);

impl Writer {
    fn verified(&mut self, verified: &lp_verified) {
        self.word(verified.form);
        self.text(&verified.issuer);
        self.text(&verified.subject);
        self.text(&verified.permit_class);
        self.bytes(&verified.key_id);
        self.maybe_text(&verified.audience);
        self.0.push(verified.challenge_answered.into());
        self.long(verified.issued_at);
        self.long(verified.live_until);
        self.long(verified.window);
        self.maybe(verified.credential, |out, credential| {
            out.long(credential.not_before);
            out.long(credential.expires);
            out.bytes(&credential.device_key);
        });
        self.maybe(verified.person, |out, person| {
            out.text(&person.full_name);
            out.maybe_text(&person.birth_date);
        });
        self.maybe(verified.status, |out, status| {
            out.text(&status.uri);
            out.0.extend(status.index.to_le_bytes());
        });
        self.maybe(verified.acting, |out, acting| {
            out.text(&acting.role);
            out.text(&acting.representative);
        });
        self.maybe_text(&verified.check_number);
        self.bytes(&verified.application);
        // SAFETY: as many cautions as the struct says.
        let cautions = match verified.cautions.count {
            0 => &[],
            count => unsafe { core::slice::from_raw_parts(verified.cautions.items, count) },
        };
        self.count(cautions.len());
        for caution in cautions {
            self.text(&caution.code);
            assert!(caution.instruction.length > 0, "a caution without an instruction");
        }
        self.bytes(&verified.permit_id);
        self.long(verified.keep_until);
    }

    fn rejection(&mut self, rejection: &lp_rejection) {
        self.text(&rejection.code);
        self.text(&rejection.stage);
        let is_malformed = rejection.evidence.kind == LP_EVIDENCE_MALFORMED;
        self.0.push(is_malformed.into());
        if is_malformed {
            for fixed in [&rejection.evidence.layer[..], &rejection.evidence.flaw[..]] {
                let text = CStr::from_bytes_until_nul(fixed).unwrap_or_default().to_bytes();
                self.slice(text);
            }
        }
        for said in [rejection.fault, rejection.reason, rejection.instruction] {
            assert!(said.length > 0, "a refusal that does not say all");
        }
    }

    fn word(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    fn long(&mut self, number: i64) {
        self.0.extend(number.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.word(u32::try_from(count).unwrap_or(u32::MAX));
    }

    fn slice(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend(bytes);
    }

    fn bytes(&mut self, bytes: &lp_bytes) {
        assert!(!bytes.data.is_null(), "bytes are absent");
        // SAFETY: as many bytes as the struct says.
        self.slice(unsafe { core::slice::from_raw_parts(bytes.data, bytes.length) });
    }

    fn text(&mut self, text: &lp_text) {
        assert!(!text.data.is_null(), "a text is absent");
        // SAFETY: as many bytes as the struct says, and a zero byte behind.
        let bytes = unsafe { core::slice::from_raw_parts(text.data, text.length + 1) };
        assert!(bytes[text.length] == 0, "no zero byte behind a text");
        self.slice(&bytes[..text.length]);
    }

    fn maybe_text(&mut self, text: &lp_text) {
        self.0.push((!text.data.is_null()).into());
        if !text.data.is_null() {
            self.text(text);
        }
    }

    fn maybe<T>(&mut self, item: *const T, write: impl FnOnce(&mut Self, &T)) {
        // SAFETY: NULL, or an item in the caller's buffer.
        let item = unsafe { item.as_ref() };
        self.0.push(item.is_some().into());
        if let Some(item) = item {
            write(self, item);
        }
    }
}
