//! Status lists: the verdict of a verifier that holds them.

mod renewal;

use livepermit::RejectionCode;

use super::cbor::{Item, Map, array, bytes, int, join, map, text, uint, unhex};
use super::crypto::Key;
use super::json::{Case, Group, Policy, RevocationPolicy, Status, Trusted, Verdict, case, tokens};
use super::lists::{LIST_ENDS, LISTED, STATUS_LIST, TTL, held, status_list, stored};
use super::token::{
    ALG, EXP, IAT, KID, Layer, STATUS, STATUS_URI, VCT, credential, pass, present, presented, slip,
    status,
};

/// Sixteen entries of two bits: valid, revoked, suspended, 3, then valid, and the second last
/// revoked.
const ENTRIES: [u8; 4] = [0b1110_0100, 0, 0, 0b0001_0000];

pub(crate) fn file() -> String {
    let entry = entry_of_issuer;
    let group = |comment, max_age, grace, lists: &[Layer], cases| {
        Group::new(comment, vec![entry()], required(max_age, grace), cases)
            .with_status_lists(lists.iter().map(held))
    };
    let list = || status_list(STATUS_URI, 2, &ENTRIES);
    let endless = || list().no_claim(EXP);
    let later = status_list(STATUS_URI, 1, &[0b10]).claim(IAT, uint(LISTED + 1));
    let earlier = status_list(STATUS_URI, 1, &[0]);
    let mut groups = vec![
        group("a gate that looks up withdrawn permits", 7200, 0, &[list()], values()),
        group("its list ends", 7200, 0, &[list()], ends()),
        group("its list ends, and may be used for 600 seconds more", 7200, 600, &[list()], grace()),
        group("a list may be 1800 seconds old", 1800, 0, &[list()], ages()),
        group(
            "a list without end may be 1800 seconds old, and 60 more",
            1800,
            60,
            &[endless()],
            endless_ages(),
        ),
        group(
            "a list may be as old as it lives",
            3600,
            0,
            &[list()],
            vec![
                at(LIST_ENDS - 1, "in its last second")
                    .accepted_presentation(ED, fresh(LIST_ENDS - 1)),
                at(LIST_ENDS, "its end is named, not its age")
                    .refused(RejectionCode::StatusListExpired),
            ],
        ),
        group(
            "a list may be 0 seconds old",
            0,
            0,
            &[list()],
            vec![at(LISTED, "in the second it was made").refused(RejectionCode::StatusListTooOld)],
        ),
        group(
            "no list",
            7200,
            0,
            &[],
            vec![
                shown("presentation", 0).refused(RejectionCode::StatusListUnknown),
                by_pass("pass", 0).refused(RejectionCode::StatusListUnknown),
            ],
        ),
        group(
            "two lists of one URI: the later counts",
            7200,
            0,
            &[earlier.clone(), later.clone()],
            vec![shown("revoked in the later list", 1).refused(RejectionCode::Revoked)],
        ),
        group(
            "two lists of one URI, the later one first",
            7200,
            0,
            &[later, earlier],
            vec![shown("revoked in the later list", 1).refused(RejectionCode::Revoked)],
        ),
        group(
            "entries of one bit",
            7200,
            0,
            &[status_list(STATUS_URI, 1, &[0b10, 0x80])],
            vec![
                shown("bit 1 of the first byte", 1).refused(RejectionCode::Revoked),
                shown("bit 7 of the second byte", 15).refused(RejectionCode::Revoked),
                shown("bit 6 of the first byte", 6).accepted_presentation(ED, valid(6)),
                shown("bit 0 of the second byte", 8).accepted_presentation(ED, valid(8)),
                shown("behind the end", 16).refused(RejectionCode::StatusIndexOutOfRange),
            ],
        ),
        group(
            "entries of four bits",
            7200,
            0,
            &[status_list(STATUS_URI, 4, &[0x20, 0x0f])],
            vec![
                shown("lower half of the first byte", 0).accepted_presentation(ED, valid(0)),
                shown("upper half of the first byte", 1).refused(RejectionCode::Suspended),
                shown("lower half of the second byte: 15", 2)
                    .refused(RejectionCode::StatusNotValid),
                shown("behind the end", 4).refused(RejectionCode::StatusIndexOutOfRange),
            ],
        ),
        group(
            "entries of eight bits",
            7200,
            0,
            &[status_list(STATUS_URI, 8, &[0, 1, 2, 255])],
            vec![
                shown("0", 0).accepted_presentation(ED, valid(0)),
                shown("1", 1).refused(RejectionCode::Revoked),
                shown("2", 2).refused(RejectionCode::Suspended),
                shown("255", 3).refused(RejectionCode::StatusNotValid),
            ],
        ),
        group(
            "a list of no entries",
            7200,
            0,
            &[status_list(STATUS_URI, 1, &[])],
            vec![shown("the first entry", 0).refused(RejectionCode::StatusIndexOutOfRange)],
        ),
        group(
            "a list that is well-formed but not deterministic",
            7200,
            0,
            &[foreign()],
            vec![
                shown("valid", 0).accepted_presentation(ED, valid(0)),
                shown("revoked", 1).refused(RejectionCode::Revoked),
            ],
        ),
    ];
    groups.push(
        Group::new(
            "a list of another issuer under the URI",
            vec![entry(), entry_of_other()],
            required(7200, 0),
            vec![shown("not its to say", 0).refused(RejectionCode::StatusListUnknown)],
        )
        .with_status_lists([held(&{
            list().header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer)
        })]),
    );
    groups.push(
        Group::new(
            "a class that needs no list",
            vec![entry()],
            required(7200, 0).edit(|policy| policy.status_exempt = policy.classes.clone()),
            vec![
                case("Missing", "presentation without status")
                    .token(&presented(|credential| credential.no_claim(STATUS)))
                    .accepted_presentation(ED, |verdict| {
                        verdict.status = None;
                        verdict.cautions.clear();
                    }),
                shown("a status that is named is looked up all the same", 1)
                    .refused(RejectionCode::Revoked),
            ],
        )
        .with_status_lists([held(&list())]),
    );
    groups.push(
        Group::new(
            "a policy that does not look up",
            vec![entry()],
            Policy::default(),
            vec![shown("revoked", 1).accepted_presentation(ED, |verdict| {
                valid(1)(verdict);
                verdict.cautions = vec!["revocation-not-checked"];
            })],
        )
        .with_status_lists([held(&list())]),
    );
    groups.extend(renewal::groups());
    groups.push(
        Group::new(
            "status behind policy",
            vec![entry().edit(|key| key.classes.insert(0, "bj.example:driving"))],
            required(7200, 0),
            vec![
                case("Order", "revoked, and of a class that is not accepted")
                    .token(&numbered(|c| c.claim(VCT, text("bj.example:driving")), 1))
                    .refused(RejectionCode::ClassNotAccepted),
                case("Order", "revoked, and stale")
                    .token(&numbered(|c| c, 1))
                    .at(LISTED + 630)
                    .refused(RejectionCode::Stale),
            ],
        )
        .with_status_lists([held(&list())]),
    );
    tokens(
        &[
            "Permits under status lists (draft-ietf-oauth-status-list). Each list is taken in at the time accepted, which its \
             group says, and must be accepted then.",
        ],
        &[
            ("Value", "What an entry says."),
            ("Missing", "The permit names no status list."),
            ("Time", "On one side of a second in which a list ends or grows too old."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        groups,
    )
}

const ED: Key = Key::DeviceEd25519;

fn entry_of_issuer() -> Trusted {
    let uses = vec!["credential", "pass", "slip", "status"];
    Trusted::new(Key::Issuer).edit(|key| key.uses = uses)
}

fn entry_of_other() -> Trusted {
    Trusted::new(Key::OtherIssuer).edit(|key| {
        key.issuer = "tj.example";
        key.uses = vec!["status"];
    })
}

fn required(max_age: u64, grace: u64) -> Policy {
    Policy::default().edit(|policy| {
        policy.forms = vec!["pass", "presentation", "slip"];
        policy.revocation = RevocationPolicy::Required { max_age, grace };
    })
}

/// A presentation whose credential has this entry of the list.
fn numbered(change: impl FnOnce(Layer) -> Layer, index: u64) -> Layer {
    presented(|credential| change(credential).claim(STATUS, status(index, STATUS_URI)))
}

fn shown(comment: &str, index: u64) -> Case {
    case("Value", comment).token(&numbered(|credential| credential, index))
}

fn by_pass(comment: &str, index: u64) -> Case {
    case("Value", comment).token(&pass().claim(STATUS, status(index, STATUS_URI)))
}

fn by_slip(comment: &str, index: u64) -> Case {
    case("Value", comment).token(&slip().claim(STATUS, status(index, STATUS_URI)))
}

fn reference(index: u64) -> Option<Status> {
    Some(Status { uri: STATUS_URI.to_string(), index: index.to_string() })
}

/// Looked up, and valid.
fn valid(index: u64) -> impl Fn(&mut Verdict) {
    move |verdict| {
        verdict.status = reference(index);
        verdict.cautions.retain(|caution| *caution != "revocation-not-checked");
    }
}

/// A presentation made at `now`, of the permit with entry 0.
fn at(now: u64, comment: &str) -> Case {
    case("Time", comment).token(&numbered(|credential| credential, 0).claim(IAT, uint(now))).at(now)
}

fn fresh(now: u64) -> impl Fn(&mut Verdict) {
    move |verdict| {
        valid(0)(verdict);
        (verdict.issued_at, verdict.live_until) = (now, now + 30);
    }
}

fn overdue(now: u64) -> impl Fn(&mut Verdict) {
    move |verdict| {
        fresh(now)(verdict);
        verdict.cautions = vec!["status-old"];
    }
}

fn values() -> Vec<Case> {
    let by_p256 = || {
        let credential = credential(Key::DeviceP256).no_claim(STATUS);
        present(&credential, Key::DeviceP256)
    };
    let elsewhere = |uri: &str| presented(|credential| credential.claim(STATUS, status(0, uri)));
    vec![
        shown("presentation: valid", 0).accepted_presentation(ED, valid(0)),
        shown("presentation: the last entry", 15).accepted_presentation(ED, valid(15)),
        by_pass("pass: valid", 0).accepted_pass(valid(0)),
        by_slip("slip: valid", 0).accepted_slip(valid(0)),
        case("Missing", "pass without status: its issuer signed it seconds ago")
            .token(&pass())
            .accepted_pass(|verdict| verdict.cautions.clear()),
        case("Missing", "presentation without status")
            .token(&presented(|credential| credential.no_claim(STATUS)))
            .refused(RejectionCode::StatusMissing),
        case("Missing", "presentation without status, P-256 device")
            .token(&by_p256())
            .refused(RejectionCode::StatusMissing),
        shown("presentation: revoked", 1).refused(RejectionCode::Revoked),
        shown("presentation: the last entry but one, revoked", 14).refused(RejectionCode::Revoked),
        by_pass("pass: revoked", 1).refused(RejectionCode::Revoked),
        by_slip("slip: revoked", 1).refused(RejectionCode::Revoked),
        shown("presentation: suspended", 2).refused(RejectionCode::Suspended),
        by_slip("slip: suspended", 2).refused(RejectionCode::Suspended),
        shown("presentation: 3", 3).refused(RejectionCode::StatusNotValid),
        by_pass("pass: 3", 3).refused(RejectionCode::StatusNotValid),
        shown("presentation: one entry behind the end", 16)
            .refused(RejectionCode::StatusIndexOutOfRange),
        shown("presentation: entry 2^64 - 1", u64::MAX)
            .refused(RejectionCode::StatusIndexOutOfRange),
        by_slip("slip: one entry behind the end", 16).refused(RejectionCode::StatusIndexOutOfRange),
        case("Value", "another URI")
            .token(&elsewhere("https://s.bj.example/2"))
            .refused(RejectionCode::StatusListUnknown),
        case("Value", "URI in capitals")
            .token(&elsewhere("https://s.bj.example/1".to_uppercase().as_str()))
            .refused(RejectionCode::StatusListUnknown),
        case("Value", "URI with a slash behind")
            .token(&elsewhere("https://s.bj.example/1/"))
            .refused(RejectionCode::StatusListUnknown),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        at(LIST_ENDS - 1, "in its last second").accepted_presentation(ED, fresh(LIST_ENDS - 1)),
        at(LIST_ENDS, "when it ends").refused(RejectionCode::StatusListExpired),
        case("Order", "revoked by a list that has ended")
            .token(&numbered(|credential| credential, 1).claim(IAT, uint(LIST_ENDS)))
            .at(LIST_ENDS)
            .refused(RejectionCode::StatusListExpired),
        case("Order", "behind the end of a list that has ended")
            .token(&numbered(|credential| credential, 16).claim(IAT, uint(LIST_ENDS)))
            .at(LIST_ENDS)
            .refused(RejectionCode::StatusListExpired),
        case("Time", "slip, when it ends")
            .token(&slip())
            .at(LIST_ENDS)
            .refused(RejectionCode::StatusListExpired),
        case("Time", "pass without status, when it ends")
            .token(&pass().claim(IAT, uint(LIST_ENDS)).claim(EXP, uint(LIST_ENDS + 30)))
            .at(LIST_ENDS)
            .accepted_pass(|verdict| {
                verdict.cautions.clear();
                (verdict.issued_at, verdict.live_until) = (LIST_ENDS, LIST_ENDS + 30);
            }),
    ]
}

fn grace() -> Vec<Case> {
    let last = LIST_ENDS + 599;
    vec![
        at(LIST_ENDS - 1, "before it ends: no caution")
            .accepted_presentation(ED, fresh(LIST_ENDS - 1)),
        at(LIST_ENDS, "when it ends").accepted_presentation(ED, overdue(LIST_ENDS)),
        at(last, "in the last second of the grace").accepted_presentation(ED, overdue(last)),
        at(last + 1, "when the grace is over").refused(RejectionCode::StatusListExpired),
        case("Value", "revoked, within the grace")
            .token(&numbered(|credential| credential, 1).claim(IAT, uint(LIST_ENDS)))
            .at(LIST_ENDS)
            .refused(RejectionCode::Revoked),
    ]
}

fn ages() -> Vec<Case> {
    let age = LISTED + 1800;
    vec![
        at(age - 1, "the last second before it is too old")
            .accepted_presentation(ED, fresh(age - 1)),
        at(age, "too old").refused(RejectionCode::StatusListTooOld),
        case("Time", "slip, when it is too old")
            .token(&slip())
            .at(age)
            .refused(RejectionCode::StatusListTooOld),
        at(LIST_ENDS, "too old, and ended").refused(RejectionCode::StatusListTooOld),
    ]
}

fn endless_ages() -> Vec<Case> {
    let age = LISTED + 1800;
    vec![
        at(age - 1, "the last second before it is too old")
            .accepted_presentation(ED, fresh(age - 1)),
        at(age, "too old").accepted_presentation(ED, overdue(age)),
        at(age + 59, "in the last second of the grace")
            .accepted_presentation(ED, overdue(age + 59)),
        at(age + 60, "when the grace is over").refused(RejectionCode::StatusListTooOld),
    ]
}

/// A list as another publisher may write it: unsorted keys, numbers that are too long, an
/// unprotected key id, other claims, type 279.
fn foreign() -> Layer {
    let claims = Map {
        pairs: vec![
            (int(STATUS_LIST), {
                map(&[
                    (text("bits"), unhex("1801")),
                    (
                        text("lst"),
                        join([unhex("5a"), long_length(&stored(&[0b10])), stored(&[0b10])]),
                    ),
                    (text("aggregation_uri"), text("https://s.bj.example/all")),
                ])
            }),
            (unhex("1b0000000000000006"), uint(LISTED)),
            (int(2), text(STATUS_URI)),
            (int(TTL), uint(43_200)),
            (text("note"), array(&[text("made elsewhere"), int(-1)])),
        ],
        ..Map::default()
    };
    let header =
        Map { pairs: vec![(int(16), uint(279)), (int(ALG), unhex("3812"))], ..Map::default() };
    Layer::new(header, claims, Key::Issuer)
        .edit(|layer| layer.unprotected = map(&[(int(KID), bytes(&Key::Issuer.id()))]))
}

fn long_length(content: &[u8]) -> Item {
    u32::try_from(content.len()).unwrap().to_be_bytes().to_vec()
}
