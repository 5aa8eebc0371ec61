//! Keys, lists and rules of a group, as handles of C.

use alloc::vec::Vec;
use core::ptr::{null, null_mut};

use livepermit_c::{
    LP_OK, LP_REVOCATION_NOT_CHECKED, lp_byte_strings, lp_error, lp_optional, lp_policy,
    lp_policy_default, lp_status_list, lp_status_list_accept, lp_status_list_describe,
    lp_status_list_free, lp_status_list_get, lp_text, lp_texts, lp_trust, lp_trust_anchor_accept,
    lp_trust_anchor_free, lp_trust_anchor_new, lp_trust_anchor_state, lp_trust_free, lp_trust_new,
    lp_trust_with_tables, lp_trusted_key, lp_verifier, lp_verifier_free, lp_verifier_new,
};

use crate::read::Reader;
use crate::{BUFFER, succeeds};

pub(crate) struct Group {
    pub(crate) trust: *mut lp_trust,
    pub(crate) verifier: *mut lp_verifier,
}

impl Group {
    /// Builds everything anew; nothing of it stays when it is dropped.
    pub(crate) fn read(from: &mut Reader) -> Self {
        let mut trust = named_keys(from);
        if let Some(signed) = from.maybe(|from| signed_keys(from)) {
            // SAFETY: the handle is not used any more.
            unsafe { lp_trust_free(trust) };
            trust = signed;
        }
        let skew = from.long();
        let lists: Vec<*mut lp_status_list> =
            from.list(|from| status_list(from, trust, skew)).into_iter().collect();
        let verifier = verifier(from, trust, &lists, skew);
        for list in lists {
            // SAFETY: the handle is not used any more.
            unsafe { lp_status_list_free(list) };
        }
        Self { trust, verifier }
    }
}

impl Group {
    /// The same keys with tables, and the usual rules.
    pub(crate) fn with_tables(&self, bytes: i64, gate: lp_text, classes: lp_texts) -> Self {
        let (mut trust, mut verifier) = (null_mut(), null_mut());
        let mut rules = policy(gate, classes);
        rules.revocation = LP_REVOCATION_NOT_CHECKED;
        // SAFETY: the pointers are those of the values above.
        unsafe {
            succeeds("lp_trust_with_tables", |error| {
                lp_trust_with_tables(self.trust, bytes, &mut trust, error)
            });
            succeeds("lp_verifier_new", |error| {
                lp_verifier_new(trust, &rules, null(), 0, &mut verifier, error)
            });
        }
        Self { trust, verifier }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: the handles are not used any more.
        unsafe {
            lp_verifier_free(self.verifier);
            lp_trust_free(self.trust);
        }
    }
}

fn texts(items: &[lp_text]) -> lp_texts {
    lp_texts { items: items.as_ptr(), count: items.len() }
}

fn named_keys(from: &mut Reader) -> *mut lp_trust {
    let entries = from.list(|from| {
        let (issuer, key, key_id) = (from.text(), from.bytes(), from.bytes());
        let (algorithm, uses, classes) = (from.word(), from.word(), from.list(Reader::text));
        let times = [from.optional(), from.optional(), from.optional()];
        (issuer, key, key_id, algorithm, uses, classes, times)
    });
    let keys: Vec<lp_trusted_key> = entries
        .iter()
        .map(|(issuer, key, key_id, algorithm, uses, classes, times)| lp_trusted_key {
            issuer: *issuer,
            key: *key,
            key_id: *key_id,
            algorithm: *algorithm,
            uses: *uses,
            classes: texts(classes),
            not_before: times[0],
            sign_until: times[1],
            expires: times[2],
        })
        .collect();
    let mut trust = null_mut();
    // SAFETY: the pointers are those of the values above.
    succeeds("lp_trust_new", |error| unsafe {
        lp_trust_new(keys.as_ptr(), keys.len(), &mut trust, error)
    });
    trust
}

/// The keys of a signed trust list.
fn signed_keys(from: &mut Reader) -> *mut lp_trust {
    let (name, root) = (from.text(), from.bytes());
    let (list, accepted, skew, expires) = (from.bytes(), from.long(), from.long(), from.long());
    let roots = lp_byte_strings { items: &root, count: 1 };
    let (mut anchor, mut trust) = (null_mut(), null_mut());
    // SAFETY: the pointers are those of the values above; the buffer is used by one call at a time.
    unsafe {
        succeeds("lp_trust_anchor_new", |error| {
            lp_trust_anchor_new(name, roots, 0, null(), &mut anchor, error)
        });
        let mut facts = core::mem::zeroed();
        let mut buffer = BUFFER.take();
        succeeds("lp_trust_anchor_accept", |error| {
            lp_trust_anchor_accept(
                anchor,
                list,
                accepted,
                skew,
                &mut trust,
                &mut facts,
                &mut buffer,
                error,
            )
        });
        assert!(facts.expires == expires, "the end of a trust list");
        let (mut is_known, mut state) = (false, core::mem::zeroed());
        succeeds("lp_trust_anchor_state", |error| {
            lp_trust_anchor_state(anchor, &mut is_known, &mut state, &mut buffer, error)
        });
        let is_told = is_known && state.digest.length == 32 && state.roots.count == 1;
        assert!(is_told && state.version == facts.version, "what to store of a trust list");
        lp_trust_anchor_free(anchor);
    }
    trust
}

fn status_list(from: &mut Reader, trust: *const lp_trust, skew: i64) -> *mut lp_status_list {
    let (list, now) = (from.bytes(), from.long());
    let mut accepted = null_mut();
    // SAFETY: the pointers are those of the values above.
    succeeds("lp_status_list_accept", |error| unsafe {
        lp_status_list_accept(list, trust, now, skew, null(), 0, null(), &mut accepted, error)
    });
    // SAFETY: all bits zero are numbers and NULL; the pointers are those of the values above.
    unsafe {
        let (mut facts, mut buffer) = (core::mem::zeroed(), BUFFER.take());
        succeeds("lp_status_list_describe", |error| {
            lp_status_list_describe(accepted, &mut facts, &mut buffer, error)
        });
        assert!(facts.held.digest.length == 32 && facts.bits > 0, "facts of a status list");
        // The list can be empty.
        let last = facts.entries.saturating_sub(1);
        for (index, is_there) in [(last, facts.entries > 0), (facts.entries, false)] {
            let mut value = core::mem::zeroed::<lp_optional>();
            succeeds("lp_status_list_get", |error| {
                lp_status_list_get(accepted, index as u64, &mut value, error)
            });
            assert!(value.is_present == is_there, "the end of a status list");
        }
    }
    accepted
}

fn verifier(
    from: &mut Reader,
    trust: *const lp_trust,
    lists: &[*mut lp_status_list],
    skew: i64,
) -> *mut lp_verifier {
    let (gate, classes) = (from.text(), from.list(Reader::text));
    let mut policy = policy(gate, texts(&classes));
    policy.revocation = from.word();
    policy.status_max_age = from.long();
    policy.status_grace = from.long();
    policy.audience = from.word();
    policy.forms = from.word();
    policy.challenge = from.word();
    policy.acting = from.word();
    let exempt = from.list(Reader::text);
    policy.dangerous_status_exempt = texts(&exempt);
    policy.window = from.long();
    policy.skew = skew;
    policy.max_credential_age = from.long();
    let mut verifier = null_mut();
    let handles = lists.as_ptr().cast::<*const lp_status_list>();
    // SAFETY: the pointers are those of the values above.
    succeeds("lp_verifier_new", |error| unsafe {
        lp_verifier_new(trust, &policy, handles, lists.len(), &mut verifier, error)
    });
    verifier
}

/// The usual rules.
pub(crate) fn policy(gate: lp_text, classes: lp_texts) -> lp_policy {
    // SAFETY: all bits zero are numbers and NULL; the function writes every field.
    let mut policy = unsafe { core::mem::zeroed() };
    // SAFETY: the pointers are those of the values above.
    succeeds("lp_policy_default", |error: *mut lp_error| unsafe {
        let result = lp_policy_default(gate, classes, &mut policy, error);
        assert!(result == LP_OK);
        result
    });
    policy
}
