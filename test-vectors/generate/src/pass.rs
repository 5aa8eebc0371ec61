//! Passes that are accepted.

mod edges;

use super::cbor::{bytes, head, hex, int, map, nested_arrays, text, uint};
use super::crypto::Key;
use super::json::{Case, Group, Person, Policy, Status, Trusted, case, tokens};
use super::token::{
    ALG, AUD, EXP, GATE, IAT, KID, LAST_SECOND, PERSON, SHOWN, STATUS, SUB, link_text, pass,
    person, status,
};

pub(crate) fn file() -> String {
    tokens(
        &[
            "Passes that a verifier accepts: what it then reports, and the accepted side of every edge of a field.",
        ],
        &[
            ("WorkedExample", "The example that docs/spec.md takes apart byte by byte."),
            ("Text", "The text forms of a token."),
            (
                "Edge",
                "The last value that is accepted; the first one refused is in rejections.json.",
            ),
            ("Application", "Claims of the application's own."),
            (
                "Status",
                "The pass names an entry of a status list, which the policy here does not look up.",
            ),
            ("PersonData", "Identity data, claim 169."),
            ("Audience", "The pass was made for this gate by name."),
            ("KeyId", "Key ids that are not the default one."),
            ("EdDSA", "The issuer key is pinned to algorithm -8."),
        ],
        [
            Group::new(
                "default trust and policy",
                vec![Trusted::new(Key::Issuer)],
                Policy::default(),
                cases(),
            ),
            Group::new(
                "a policy without limits of its own",
                vec![Trusted::new(Key::Issuer)],
                Policy::default().edit(|policy| (policy.window, policy.skew) = (86_400, 43_200)),
                widest(),
            ),
            Group::new(
                "a key pinned to EdDSA",
                vec![
                    Trusted::new(Key::Issuer)
                        .edit(|key| (key.algorithm, key.uses) = ("EdDSA", vec!["pass"])),
                ],
                Policy::default(),
                vec![
                    case("EdDSA", "algorithm -8")
                        .token(&pass().header(ALG, int(-8)))
                        .accepted_pass(|_| {}),
                ],
            ),
            Group::new(
                "two keys share a key id",
                [Key::OtherIssuer, Key::Issuer]
                    .map(|key| Trusted::new(key).edit(|key| key.key_id = "6b".to_string()))
                    .to_vec(),
                Policy::default(),
                vec![
                    case("KeyId", "signed by the second of the two")
                        .token(&pass().header(KID, bytes(b"k")))
                        .accepted_pass(|verdict| verdict.key_id = "6b".to_string()),
                ],
            ),
            Group::new(
                "a key id of 32 bytes",
                vec![Trusted::new(Key::Issuer).edit(|key| key.key_id = "ab".repeat(32))],
                Policy::default(),
                vec![
                    case("KeyId", "key id of 32 bytes")
                        .token(&pass().header(KID, bytes(&[0xab; 32])))
                        .accepted_pass(|verdict| verdict.key_id = "ab".repeat(32)),
                ],
            ),
        ]
        .into_iter()
        .chain(edges::groups())
        .collect(),
    )
}

fn cases() -> Vec<Case> {
    let longest = "x".repeat(128);
    vec![
        case("WorkedExample", "default pass").token(&pass()).accepted_pass(|_| {}),
        case("Text", "the same pass as link text")
            .only_text(link_text(&pass().encode()))
            .accepted_pass(|_| {}),
        case("Audience", "made for this gate").token(&pass().claim(AUD, text(GATE))).accepted_pass(
            |verdict| {
                verdict.audience = Some(GATE);
            },
        ),
        case("Edge", "window of 1 second, which leaves no skew")
            .token(&pass().claim(EXP, uint(SHOWN + 1)))
            .at(SHOWN)
            .accepted_pass(|verdict| (verdict.window, verdict.live_until) = (1, SHOWN + 1)),
        case("Edge", "window of 86400 seconds, which the policy shortens to 30")
            .token(&pass().claim(EXP, uint(SHOWN + 86_400)))
            .accepted_pass(|_| {}),
        case("Edge", "subject of 128 characters")
            .token(&pass().claim(SUB, text(&longest)))
            .accepted_pass(|verdict| {
                verdict.subject = longest.clone();
            }),
        case("Edge", "subject of 1 character").token(&pass().claim(SUB, text("~"))).accepted_pass(
            |verdict| {
                verdict.subject = "~".to_string();
            },
        ),
        case("Edge", "subject with the lowest visible character")
            .token(&pass().claim(SUB, text("!")))
            .accepted_pass(|verdict| verdict.subject = "!".to_string()),
        case("Status", "with a status reference")
            .token(&pass().claim(STATUS, status(7, "https://s.bj.example/1")))
            .accepted_pass(|verdict| verdict.status = reference("7")),
        case("Status", "index 2^64 - 1")
            .flag("Edge")
            .token(&pass().claim(STATUS, status(u64::MAX, "https://s.bj.example/1")))
            .accepted_pass(|verdict| verdict.status = reference("18446744073709551615")),
        case("PersonData", "full name in two scripts, born on a leap day")
            .token(&pass().claim(PERSON, person("李雷 Li Lei", Some("20000229"))))
            .accepted_pass(|verdict| verdict.person = human("李雷 Li Lei", Some("20000229"))),
        case("PersonData", "full name of 256 bytes")
            .flag("Edge")
            .token(&pass().claim(PERSON, person(&"x".repeat(256), None)))
            .accepted_pass(|verdict| verdict.person = human(&"x".repeat(256), None)),
        case(
            "PersonData",
            "born on the first day of year 0, a leap year of the calendar carried back",
        )
        .flag("Edge")
        .token(&pass().claim(PERSON, person("Old", Some("00000229"))))
        .accepted_pass(|verdict| verdict.person = human("Old", Some("00000229"))),
        application("an unsigned integer", uint(3)),
        application("2^64 - 1", uint(u64::MAX)).flag("Edge"),
        application("-2^63", head(1, (1 << 63) - 1)).flag("Edge"),
        application("byte string, text, true, false and null in an array", array_of_all()),
        application("the empty text", text("")),
        application("text with control and zero-width characters", text("a\u{0}\n\u{200b}")),
        application("eight arrays, one in the other", nested_arrays(8)).flag("Edge"),
        application("a map with keys of every type, in bytewise order", map_of_all()),
        application(
            "a map whose key is an array",
            map(&[(super::cbor::array(&[uint(1)]), uint(2))]),
        ),
        case("Application", "integer label -65553, the highest there is")
            .flag("Edge")
            .token(&pass().claim(-65553, uint(1)))
            .accepted_pass(|verdict| verdict.application = hex(&map(&[(int(-65553), uint(1))]))),
        case("Application", "integer label -2^63")
            .flag("Edge")
            .token(&pass().claim(i64::MIN, uint(1)))
            .accepted_pass(|verdict| verdict.application = hex(&map(&[(int(i64::MIN), uint(1))]))),
        case("Application", "text label of 3 bytes, which are one character")
            .flag("Edge")
            .token(&pass().raw_claim(text("区"), uint(1)))
            .accepted_pass(|verdict| verdict.application = hex(&map(&[(text("区"), uint(1))]))),
        case("Application", "text label of 255 bytes")
            .flag("Edge")
            .token(&pass().raw_claim(text(&"l".repeat(255)), uint(1)))
            .accepted_pass(|verdict| {
                verdict.application = hex(&map(&[(text(&"l".repeat(255)), uint(1))]))
            }),
        case("Application", "the longest token: 2861 bytes, in the longest text: 4296 characters")
            .flag("Edge")
            .token(&pass().raw_claim(text("filler"), text(&filler(2861))))
            .accepted_pass(|verdict| {
                verdict.application = hex(&map(&[(text("filler"), text(&filler(2861)))]));
            }),
        case("Text", "the longest token as link text: 3815 characters")
            .flag("Edge")
            .only_text(link_text(&pass().raw_claim(text("filler"), text(&filler(2861))).encode()))
            .accepted_pass(|verdict| {
                verdict.application = hex(&map(&[(text("filler"), text(&filler(2861)))]));
            }),
    ]
}

fn widest() -> Vec<Case> {
    let last =
        |issued_at: u64, expires: u64| pass().claim(IAT, uint(issued_at)).claim(EXP, uint(expires));
    vec![
        case("Edge", "window of 86400 seconds, in its last second")
            .token(&last(SHOWN, SHOWN + 86_400))
            .at(SHOWN + 86_399)
            .accepted_pass(|verdict| {
                (verdict.window, verdict.live_until) = (86_400, SHOWN + 86_400)
            }),
        case("Edge", "dated as far ahead as half the window allows")
            .token(&last(SHOWN, SHOWN + 31))
            .at(SHOWN - 15)
            .accepted_pass(|verdict| (verdict.window, verdict.live_until) = (31, SHOWN + 31)),
        case("Edge", "dated at 0").token(&last(0, 30)).at(0).accepted_pass(|verdict| {
            (verdict.issued_at, verdict.live_until) = (0, 30);
        }),
        case("Edge", "expires at 2^40 - 1")
            .token(&last(LAST_SECOND - 30, LAST_SECOND))
            .at(LAST_SECOND - 1)
            .accepted_pass(|verdict| {
                (verdict.issued_at, verdict.live_until) = (LAST_SECOND - 30, LAST_SECOND)
            }),
    ]
}

/// A text of such a length that the pass has `size` bytes.
pub(crate) fn filler(size: usize) -> String {
    let empty = pass().raw_claim(text("filler"), text(&"f".repeat(2000))).encode().len() - 2000;
    "f".repeat(size - empty)
}

fn application(what: &str, value: Vec<u8>) -> Case {
    let expected = hex(&map(&[(text("data"), value.clone())]));
    case("Application", what)
        .token(&pass().raw_claim(text("data"), value))
        .accepted_pass(|verdict| verdict.application = expected)
}

fn array_of_all() -> Vec<u8> {
    super::cbor::array(&[bytes(&[0, 255]), text("é"), vec![0xf5], vec![0xf4], vec![0xf6], map(&[])])
}

fn map_of_all() -> Vec<u8> {
    map(&[
        (uint(10), uint(1)),
        (uint(100), uint(2)),
        (int(-1), uint(3)),
        (bytes(b"z"), uint(4)),
        (text("z"), uint(5)),
        (text("aa"), uint(6)),
        (vec![0xf4], uint(7)),
        (vec![0xf5], uint(8)),
    ])
}

fn reference(index: &str) -> Option<Status> {
    Some(Status { uri: "https://s.bj.example/1".to_string(), index: index.to_string() })
}

fn human(full_name: &str, birth_date: Option<&str>) -> Option<Person> {
    Some(Person { full_name: full_name.to_string(), birth_date: birth_date.map(str::to_string) })
}
