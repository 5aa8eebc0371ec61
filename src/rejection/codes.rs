//! The one table of rejection codes: the source of code, stage, fault, instruction, documentation
//! and the list of codes in the test vectors.

use super::table::codes;

codes! {
    /// The stable code of a rejection.
    enum RejectionCode, instruction: "What the person at the gate should do.";

    Empty = "empty", Structure, Malformed,
        "The input is empty.",
        "Scan again.";
    TooLong = "too-long", Structure, Malformed,
        "The input is longer than any token.",
        "This is not a permit code. Ask for the permit app.";
    NotOurs = "not-ours", Structure, Malformed,
        "The text has neither the prefix nor the form of a token: it is some other QR code.",
        "This is not a permit code. Ask for the permit app.";
    OtherVersion = "other-version", Structure, Malformed,
        "The prefix names a version of the format that this verifier does not know.",
        "Update the gate, or ask for the permit app to be updated.";
    Malformed = "malformed", Structure, Malformed,
        "A rule of the format is broken; the evidence says which and where.",
        "Scan again; if it stays, the app or its issuer makes broken codes.";
    UnknownType = "unknown-type", Structure, Malformed,
        "The signed type is none of the forms that can be shown.",
        "This is not a permit code. Ask for the permit app.";
    CredentialAlone = "credential-alone", Structure, NotLive,
        "A credential is shown without the device's signature over the time, so nothing shows that it is live.",
        "Ask for the live code in the app, not a copy of the credential.";

    TrustListExpired = "trust-list-expired", Key, Ours,
        "The gate's list of trusted keys has ended.",
        "Gate out of order: fetch a new trust list.";
    UnknownKey = "unknown-key", Key, Untrusted,
        "No trusted key has this key id.",
        "Refuse. If many visitors show this, the gate's trusted keys are old.";
    AlgorithmMismatch = "algorithm-mismatch", Key, Untrusted,
        "The token names another algorithm than its key is pinned to; the evidence has both COSE numbers.",
        "Refuse.";

    BadSignature = "bad-signature", Signature, Untrusted,
        "The issuer's signature does not verify under any candidate key.",
        "Refuse: the code was altered or forged.";
    BadDeviceKey = "bad-device-key", Signature, Untrusted,
        "The device key the issuer signed is not a valid point of its curve.",
        "Refuse and tell the issuer.";
    BadDeviceSignature = "bad-device-signature", Signature, Untrusted,
        "The presentation is not signed by the device key inside the credential.",
        "Refuse: the code was altered or forged.";
    IssuerMismatch = "issuer-mismatch", Signature, Untrusted,
        "The token names another issuer than the one its key belongs to.",
        "Refuse and tell the issuer.";
    ClassNotGranted = "class-not-granted", Signature, Untrusted,
        "The key may not sign permits of this class.",
        "Refuse and tell the issuer.";
    UseNotGranted = "use-not-granted", Signature, Untrusted,
        "The key may not sign this form.",
        "Refuse and tell the issuer.";
    KeyNotYetValid = "key-not-yet-valid", Signature, Untrusted,
        "The token is dated before the key may sign.",
        "Refuse and tell the issuer.";
    KeyRetired = "key-retired", Signature, Untrusted,
        "The token is dated at or after the time from which the key may sign nothing new.",
        "Refuse; the holder needs a new permit from the issuer.";
    KeyExpired = "key-expired", Signature, Untrusted,
        "The key is trusted no longer, whatever it signed.",
        "Refuse; the holder needs a new permit from the issuer.";

    NotYetValid = "not-yet-valid", Credential, NotLive,
        "The credential's validity has not begun.",
        "Refuse; it becomes valid at the time shown. If many visitors show this, check the gate's clock.";
    Expired = "expired", Credential, NotLive,
        "The credential's validity is over.",
        "Ask the holder to go online so that the app fetches a new credential.";
    CredentialTooOld = "credential-too-old", Credential, NotLive,
        "The credential is still valid, but older than this gate accepts.",
        "Ask the holder to go online so that the app fetches a new credential.";
    TimesOutOfOrder = "times-out-of-order", Credential, NotLive,
        "The presentation is dated outside the validity of the credential in it.",
        "Ask the holder to set the phone's clock.";

    FromTheFuture = "from-the-future", Freshness, NotLive,
        "The code is dated later than this gate's clock and its skew allow.",
        "Ask the holder to set the phone's clock. If many visitors show this, check the gate's clock.";
    Stale = "stale", Freshness, NotLive,
        "The code is older than its window: a screenshot, a photo or a frozen app.",
        "Ask for the live code in the app.";
    WrongAudience = "wrong-audience", Freshness, NotHere,
        "The code was made for another gate, or for any gate where this one wants its own name.",
        "Ask the holder to make a code for this gate.";
    ChallengeMissing = "challenge-missing", Freshness, NotHere,
        "The gate asked a question and the code does not answer it.",
        "Ask the holder to scan the gate's code first.";
    ChallengeUnexpected = "challenge-unexpected", Freshness, NotHere,
        "The code answers a question this gate did not ask.",
        "Ask the holder to make a code for this gate.";
    ChallengeMismatch = "challenge-mismatch", Freshness, NotHere,
        "The code answers another question than the one this gate asked.",
        "Ask the holder to scan the gate's code again.";
    ChallengeExpired = "challenge-expired", Freshness, NotLive,
        "The gate's question was answered too late.",
        "Ask the holder to scan the gate's new code.";
    ChallengeNotSupplied = "challenge-not-supplied", Freshness, Ours,
        "A challenge is required, but the call to verify handed over none, or one of another gate.",
        "Gate out of order: tell its operator.";

    FormNotAccepted = "form-not-accepted", Policy, NotHere,
        "The policy does not accept this form (pass, presentation, slip).",
        "Refuse; say which form this gate takes.";
    ClassNotAccepted = "class-not-accepted", Policy, NotHere,
        "The permit is genuine, but of a class this gate does not let in.",
        "Refuse: the permit is not for this place.";
    ActingNotAccepted = "acting-not-accepted", Policy, NotHere,
        "Somebody shows the permit for another person, and the policy does not take that.",
        "Refuse; the person named in the permit must come in person.";

    StatusMissing = "status-missing", Status, Untrusted,
        "The permit names no status list, and its class is not exempt.",
        "Refuse and tell the issuer.";
    StatusListUnknown = "status-list-unknown", Status, Ours,
        "The gate holds no status list of this issuer under the URI the permit names.",
        "Gate out of order: fetch the issuer's status lists.";
    StatusListExpired = "status-list-expired", Status, Ours,
        "The status list the gate holds has ended.",
        "Gate out of order: fetch the issuer's status lists.";
    StatusListTooOld = "status-list-too-old", Status, Ours,
        "The status list the gate holds is older than the policy allows.",
        "Gate out of order: fetch the issuer's status lists.";
    StatusIndexOutOfRange = "status-index-out-of-range", Status, Untrusted,
        "The permit names an entry behind the end of its status list; the evidence has the index and the length.",
        "Refuse and tell the issuer.";
    Revoked = "revoked", Status, Withdrawn,
        "The issuer has withdrawn the permit for good.",
        "Refuse: the permit was withdrawn.";
    Suspended = "suspended", Status, Withdrawn,
        "The issuer has suspended the permit for now.",
        "Refuse: the permit is suspended; the holder asks the issuer.";
    StatusNotValid = "status-not-valid", Status, Withdrawn,
        "The status list gives the permit a value that does not mean valid.",
        "Refuse; the holder asks the issuer.";

    ClockBelowFloor = "clock-below-floor", Admission, Ours,
        "The gate's clock is earlier than a list it has accepted was dated: it was set back.",
        "Gate out of order: set its clock.";
    ClockSuspect = "clock-suspect", Admission, Ours,
        "Several different phones, or the clock of the shared store, have a time that is not the gate's; the evidence has the gate's time and theirs.",
        "Gate out of order: check its clock.";
    ChallengeUnknown = "challenge-unknown", Admission, NotHere,
        "The code answers a question that is not open here: not asked, answered already or over.",
        "Ask the holder to scan the gate's code again.";
    AlreadyAcceptedHere = "already-accepted-here", Admission, Used,
        "The same code was accepted by this lane a moment ago and is being read again.",
        "Nothing: it was let in already. A second person showing the same code is not.";
    AlreadyUsed = "already-used", Admission, Used,
        "The same code was accepted before; the evidence has the time now and then.",
        "Refuse: ask for the live code in the app.";
    Superseded = "superseded", Admission, Used,
        "A newer code of the same permit was accepted already; the evidence has both moments.",
        "Refuse: ask for the live code in the app.";
    CoolingDown = "cooling-down", Admission, Used,
        "The permit was accepted in this zone a short while ago; the evidence has the time now and when it is free again.",
        "Refuse for now; it is free again at the time shown.";
    MemoryAhead = "memory-ahead", Admission, Ours,
        "The gate remembers a time of this permit that is still to come: its clock is behind, or a clock was ahead when a code was accepted, as in a rehearsal; the evidence has the time now and that time.",
        "Gate out of order for this permit: check the gate's clock. If the clock is right, let the holder in by hand until the time shown.";
    Forgotten = "forgotten", Admission, Ours,
        "The gate's memory of used codes does not reach back to this code: it was lost, or the code is old.",
        "Gate out of order: codes and slips are accepted again from the time shown. Wait until then and scan a new code.";
    StoreFull = "store-full", Admission, Ours,
        "The gate's memory of used codes is full.",
        "Gate out of order: give its store more room.";
    StoreUnreachable = "store-unreachable", Admission, Ours,
        "The gate cannot reach its memory of used codes.",
        "Gate out of order: check its store.";
}

impl RejectionCode {
    /// Whether the input does not even claim to be a token: a poster, a link, a gate's own code.
    #[must_use]
    pub const fn is_foreign(self) -> bool {
        matches!(self, Self::Empty | Self::TooLong | Self::NotOurs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_kebab_case_and_in_stage_order() {
        for (index, code) in RejectionCode::ALL.iter().enumerate() {
            let name = code.as_str();
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{name}");
            assert!(
                RejectionCode::ALL[..index].iter().all(|other| other.as_str() != name),
                "{name} twice"
            );
            assert!(code.cause().ends_with('.') && code.instruction().ends_with('.'), "{name}");
        }
        assert!(RejectionCode::ALL.is_sorted_by_key(|code| code.stage()));
    }
}
