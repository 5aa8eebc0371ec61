//! The records of gates.

use livepermit_ffi::{
    ActingPolicy, Admission, AskedBy, Attempt, AudiencePolicy, Caution, ChallengePolicy,
    ClockState, CoolDown, CoolDownPolicy, Corner, CredentialFacts, Decision, FetchStep, Frame,
    FrameCode, FrameCodes, GateSettings, GateSetup, GoOn, HeldList, HttpHeader, Known, ListRequest,
    Meeting, Newest, Passage, PixelLayout, Policy, RelayAccess, Retention, RevocationPolicy,
    ScanEvent, SetupTrust, Sighting, Standing, StatusLimits, StoreAnswer, StoreClock,
    StoreFailurePolicy, StoreHealth, StoreRecord, StoreState, UnverifiedSetup, Verdict, Verified,
    Witness,
};
use wasm_bindgen::JsValue;

use crate::cross::{FromJs, Read, ToJs, name, record, union, words, wrong};

words! {
    ActingPolicy { Refused = "refused", Accepted = "accepted" }
    AudiencePolicy { Own = "own", OwnOrAny = "own-or-any" }
    ChallengePolicy { NotUsed = "not-used", Required = "required" }
    GoOn {
        CoolDownsLost = "cool-downs-lost",
        NothingWasAdmitted = "nothing-was-admitted",
    }
    Passage { Enter = "enter", Leave = "leave" }
    PixelLayout {
        Luma = "luma",
        Yuv420 = "yuv420",
        Yuyv = "yuyv",
        Uyvy = "uyvy",
        Rgb = "rgb",
        Rgba = "rgba",
        Bgr = "bgr",
        Bgra = "bgra",
    }
    StoreClock { Own = "own", Askers = "askers" }
    StoreFailurePolicy { Refuse = "refuse", DangerousAdmit = "dangerous-admit" }
}

union! {
    Admission {
        Admitted = "admitted" { verified, cautions },
        Refused = "refused" { rejection },
    }
    CoolDownPolicy {
        Window = "window" {},
        Seconds = "seconds" { seconds },
        DangerousNone = "dangerous-none" {},
    }
    Decision { Write = "write" { record }, Answer = "answer" { answer } }
    FetchStep {
        NewList = "new-list" { list },
        Unchanged = "unchanged" {},
        AskAgain = "ask-again" {},
        NoList = "no-list" { code, reason, instruction },
    }
    RevocationPolicy { Required = "required" { max_age, grace }, NotChecked = "not-checked" {} }
    ScanEvent {
        Entered = "entered" { verified, cautions, corners },
        TurnedAway = "turned-away" { rejection, corners },
        Foreign = "foreign" { corners },
        Held = "held" { corners },
        Unreadable = "unreadable" {},
    }
    SetupTrust {
        Named = "named" { keys },
        Listed = "listed" { name, roots, lowest_version, address },
    }
    StoreAnswer {
        NotUsedBefore = "not-used-before" {},
        AlreadyAcceptedHere = "already-accepted-here" { then },
        AlreadyUsed = "already-used" { then },
        Superseded = "superseded" { newest },
        CoolingDown = "cooling-down" { until },
        Forgotten = "forgotten" { until },
        ClockApart = "clock-apart" { theirs },
        Full = "full" {},
        NoAnswer = "no-answer" { reason },
    }
    Verdict { Accepted = "accepted" { verified }, Refused = "refused" { rejection } }
}

record! {
    AskedBy { gate, witness, now }
    Attempt {
        permit, moment, live_until, keep_until, gate, lane, zone, passage, now, debounce, cool_down,
    }
    Caution { code, instruction }
    ClockState { floor, last_admission }
    CoolDown { zone, until, gate, generation }
    Corner { x, y }
    CredentialFacts { not_before, expires, device_key }
    Frame { width, height, stride, layout }
    FrameCode { text, bytes, corners }
    FrameCodes { codes, has_unread }
    GateSettings {
        policy, lane, zone, passage, debounce, cool_down, store_failure, clock_jump, clock,
        short_retention,
    }
    GateSetup {
        bytes, version, issued_at, operator, settings, trust, status_lists, relay, retention,
    }
    HeldList { issuer, uri, issued_at, digest }
    HttpHeader { name, value }
    Known { store, generation, incarnation }
    ListRequest { url, headers }
    Meeting { state, loss }
    Newest { moment, sighting }
    Policy {
        gate, classes, revocation, audience, forms, challenge, acting, dangerous_status_exempt,
        window, skew, max_credential_age,
    }
    RelayAccess { address, key }
    Retention { largest_window, largest_skew, clock_difference, longest_cool_down, old_master }
    Sighting { at, gate, lane }
    Standing { time, clock, generation, remembers_from, closed_until }
    StatusLimits { list_bytes, inflated_bytes }
    StoreHealth { out_of_order_until, loss, cautions }
    StoreRecord { newest, slip, cool_downs }
    StoreState {
        id, incarnation, generation, forgotten, lost, closed_until, records, admissions,
    }
    UnverifiedSetup { bytes, gate, version }
    Verified {
        form, issuer, subject, permit_class, key_id, audience, challenge_answered, issued_at,
        live_until, window, credential, person, status, acting, check_number, application, cautions,
        permit_id, keep_until,
    }
    Witness { known, admissions }
}

/// Where a corner is.
impl ToJs for f32 {
    fn to_js(self) -> JsValue {
        JsValue::from_f64(self.into())
    }
}

impl FromJs for f32 {
    fn from_js(value: JsValue, what: &str) -> Read<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "a place in a picture")]
        value.as_f64().map(|number| number as Self).ok_or_else(|| wrong(what, "a number"))
    }
}
