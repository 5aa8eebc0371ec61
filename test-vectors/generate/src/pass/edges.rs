//! Values just inside the limits of trust, of policy, or of several forms.

use super::super::cbor::{array, bytes, hex, int, map, nested_arrays, text, uint, unhex};
use super::super::crypto::Key;
use super::super::json::{Case, Group, Policy, Trusted, case};
use super::super::token::{
    ALG, AUD, CLASS, EXP, ISS, KID, NOW, SHOWN, STATUS, SUB, VCT, pass, person, status,
};
use super::{application, human};

/// 128 characters. The last character makes the text a class.
fn long() -> &'static str {
    const LONG: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                        xxxxxxxxxxxxxxxxxxxxxxxxxxx:";
    assert_eq!(LONG.len(), 128);
    LONG
}

pub(super) fn groups() -> Vec<Group> {
    let entry = || Trusted::new(Key::Issuer);
    let shared = |key: Key| Trusted::new(key).edit(|key| key.key_id = "6b".to_string());
    let long = long();
    vec![
        Group::new("more edges of fields", vec![entry()], Policy::default(), fields()),
        Group::new("application claims", vec![entry()], Policy::default(), values()),
        Group::new(
            "names of 128 characters",
            vec![entry().edit(|key| (key.issuer, key.classes) = (long, vec![long]))],
            Policy::default().edit(|policy| (policy.gate, policy.classes) = (long, vec![long])),
            vec![
                case("Edge", "issuer, subject, class and audience")
                    .token(
                        &[ISS, SUB, VCT, AUD]
                            .iter()
                            .fold(pass(), |pass, label| pass.claim(*label, text(long))),
                    )
                    .accepted_pass(|verdict| {
                        verdict.issuer = long.to_string();
                        verdict.subject = long.to_string();
                        verdict.class = long.to_string();
                        verdict.audience = Some(long);
                    }),
            ],
        ),
        Group::new(
            "names of one character",
            vec![entry().edit(|key| (key.issuer, key.classes) = ("!", vec![":"]))],
            Policy::default().edit(|policy| (policy.gate, policy.classes) = ("~", vec![":"])),
            vec![
                case("Edge", "issuer, class and audience")
                    .token(
                        &pass().claim(ISS, text("!")).claim(VCT, text(":")).claim(AUD, text("~")),
                    )
                    .accepted_pass(|verdict| {
                        (verdict.issuer, verdict.class, verdict.audience) =
                            ("!".into(), ":".into(), Some("~"));
                    }),
            ],
        ),
        Group::new(
            "a key that signs for one second, and ends with the next",
            vec![entry().edit(|key| {
                (key.not_before, key.sign_until, key.expires) = (SHOWN, SHOWN + 1, NOW + 1)
            })],
            Policy::default(),
            vec![case("Edge", "in the only second").token(&pass()).accepted_pass(|_| {})],
        ),
        Group::new(
            "a key id of one NUL",
            vec![entry().edit(|key| key.key_id = "00".to_string())],
            Policy::default(),
            vec![
                case("KeyId", "key id of one NUL")
                    .token(&pass().header(KID, bytes(&[0])))
                    .accepted_pass(|verdict| verdict.key_id = "00".to_string()),
            ],
        ),
        Group::new(
            "a key id that looks like a path",
            vec![entry().edit(|key| key.key_id = hex(b"../../../dev/null"))],
            Policy::default(),
            vec![
                case("KeyId", "bytes like any others")
                    .token(&pass().header(KID, bytes(b"../../../dev/null")))
                    .accepted_pass(|verdict| verdict.key_id = hex(b"../../../dev/null")),
            ],
        ),
        Group::new(
            "four keys share a key id",
            [Key::OtherIssuer, Key::ThirdIssuer, Key::DeviceEd25519, Key::Issuer]
                .map(shared)
                .to_vec(),
            Policy::default(),
            vec![
                case("KeyId", "signed by the last of the four")
                    .token(&pass().header(KID, bytes(b"k")))
                    .accepted_pass(|verdict| verdict.key_id = "6b".to_string()),
            ],
        ),
        Group::new(
            "two keys share a key id, by two algorithms",
            vec![
                shared(Key::OtherIssuer),
                shared(Key::Issuer).edit(|key| (key.algorithm, key.uses) = ("EdDSA", vec!["pass"])),
            ],
            Policy::default(),
            vec![
                case("EdDSA", "algorithm -8, signed by the key pinned to it")
                    .token(&pass().header(KID, bytes(b"k")).header(ALG, int(-8)))
                    .accepted_pass(|verdict| verdict.key_id = "6b".to_string()),
                case("KeyId", "algorithm -19, signed by the other")
                    .token(&pass().header(KID, bytes(b"k")).signed_by(Key::OtherIssuer))
                    .accepted_pass(|verdict| verdict.key_id = "6b".to_string()),
            ],
        ),
        Group::new(
            "a key under two key ids, for two issuers",
            vec![
                entry(),
                entry().edit(|key| (key.key_id, key.issuer) = ("6b".into(), "tj.example")),
            ],
            Policy::default(),
            vec![
                case("KeyId", "key id and name of the second")
                    .token(&pass().header(KID, bytes(b"k")).claim(ISS, text("tj.example")))
                    .accepted_pass(|verdict| {
                        (verdict.key_id, verdict.issuer) = ("6b".into(), "tj.example".into())
                    }),
            ],
        ),
        Group::new(
            "several classes",
            vec![
                entry().edit(|key| {
                    key.classes = vec!["bj.example:driving", CLASS, "bj.example:visit"]
                }),
            ],
            Policy::default().edit(|policy| policy.classes = vec!["bj.example:visit", CLASS]),
            vec![
                case("Edge", "the second class of both").token(&pass()).accepted_pass(|_| {}),
                case("Edge", "the last class of the key, the first of the policy")
                    .token(&pass().claim(VCT, text("bj.example:visit")))
                    .accepted_pass(|verdict| verdict.class = "bj.example:visit".to_string()),
            ],
        ),
    ]
}

const TAMIL: &str = "சிவசுப்பிரமணியம் வெங்கடேஸ்வரன் கிருஷ்ணமூர்த்தி";

fn fields() -> Vec<Case> {
    let named = |comment: &str, name: &str| {
        case("PersonData", format!("full name {comment}"))
            .flag("Edge")
            .token(&pass().claim(PERSON, person(name, None)))
            .accepted_pass(|verdict| verdict.person = human(name, None))
    };
    let born = |date: &str| {
        case("PersonData", format!("born on {date}"))
            .flag("Edge")
            .token(&pass().claim(PERSON, person("Li Lei", Some(date))))
            .accepted_pass(|verdict| verdict.person = human("Li Lei", Some(date)))
    };
    let uri = "u".repeat(128);
    let mut cases = vec![
        named("of one byte", "A"),
        named(
            "with the first and the last character that is no control character",
            "\u{20}\u{7e}\u{a0}",
        ),
        named("of 255 bytes, 85 characters of three bytes", &"ம".repeat(85)),
        named("of 128 characters, which are 256 bytes", &"é".repeat(128)),
        named("of 256 bytes, the last character of four", &format!("{}𠀀", "a".repeat(252))),
        named("of three spaces: only issuing asks for a letter", "   "),
        named("of a mark alone", "\u{301}"),
        named("with a joiner at its end", "രാജന\u{d4d}\u{200d}"),
        named("of 46 characters in Tamil, which are 134 bytes", TAMIL),
        named("with a mark that turns the direction", "Li\u{202e}ieL"),
        named("in its decomposed form", "Zoe\u{308}"),
        case("Status", "URI of 128 characters")
            .flag("Edge")
            .token(&pass().claim(STATUS, status(0, &uri)))
            .accepted_pass(|verdict| {
                verdict.status =
                    Some(super::super::json::Status { uri: uri.clone(), index: "0".to_string() });
            }),
        case("Edge", "window of 2 seconds, dated a second ahead")
            .token(&pass().claim(EXP, uint(SHOWN + 2)))
            .at(SHOWN - 1)
            .accepted_pass(|verdict| (verdict.window, verdict.live_until) = (2, SHOWN + 2)),
        case("Edge", "in the last second of its window")
            .token(&pass())
            .at(SHOWN + 29)
            .accepted_pass(|_| {}),
        case("Edge", "dated as far ahead as the skew allows")
            .token(&pass())
            .at(SHOWN - 5)
            .accepted_pass(|_| {}),
    ];
    cases.extend(
        [
            "20040229", "20000229", "16000229", "00000101", "99991231", "20000101", "20000131",
            "20000331", "20000430", "20000531", "20000630", "20000731", "20000831", "20000930",
            "20001031", "20001130", "20001231", "19000228", "20010228", "0000", "1964", "9999",
            "200001", "196404", "200012", "000002",
        ]
        .map(born),
    );
    cases
}

use super::super::token::PERSON;

fn values() -> Vec<Case> {
    let labelled = |comment: &str, key: Vec<u8>| {
        case("Application", comment)
            .flag("Edge")
            .token(&pass().raw_claim(key.clone(), uint(1)))
            .accepted_pass(|verdict| verdict.application = hex(&map(&[(key, uint(1))])))
    };
    let seven = |key: Vec<u8>| (0..7).fold(key, |key, _| map(&[(key, uint(0))]));
    vec![
        application(
            "a map with 1 and true as keys, which are two",
            map(&[(uint(1), text("a")), (vec![0xf5], text("b"))]),
        ),
        application("a map with 0, false and null as keys", {
            map(&[(uint(0), text("a")), (vec![0xf4], text("b")), (vec![0xf6], text("c"))])
        }),
        application(
            "a map with 1 and the text 1 as keys",
            map(&[(uint(1), uint(0)), (text("1"), uint(0))]),
        ),
        application(
            "a map with a text and the same bytes as keys",
            map(&[(bytes(b"a"), uint(0)), (text("a"), uint(0))]),
        ),
        application("a map with two texts that are equal when composed", {
            map(&[(text("é"), uint(0)), (text("e\u{301}"), uint(0))])
        }),
        application("the smallest number in each length", {
            array(&[uint(0), uint(24), uint(256), uint(65_536), uint(1 << 32)])
        }),
        application("the largest number in each length", {
            array(&[uint(23), uint(255), uint(65_535), uint((1 << 32) - 1), uint(u64::MAX)])
        }),
        application("the smallest negative number in each length", {
            array(&[int(-1), int(-25), int(-257), int(-65_537), int(-(1 << 32) - 1)])
        }),
        application(
            "bytes of 23, 24 and 256",
            array(&[bytes(&[0; 23]), bytes(&[0; 24]), bytes(&[0; 256])]),
        ),
        application(
            "no bytes, no text, no elements, no pairs",
            array(&[bytes(&[]), text(""), array(&[]), map(&[])]),
        ),
        application("an array of 24 elements", array(&vec![uint(0); 24])),
        application(
            "a map of 65 pairs",
            map(&(0..65).map(|key| (uint(key), uint(0))).collect::<Vec<_>>()),
        ),
        application("text of each length of UTF-8", text("aé国𠀀")),
        application("the highest character there is", text("\u{10ffff}")),
        application("the characters around the surrogates", text("\u{d7ff}\u{e000}")),
        application(
            "eight maps, one in the other",
            (0..7).fold(map(&[]), |inside, _| map(&[(uint(0), inside)])),
        )
        .flag("Edge"),
        application("an array in seven levels of keys", seven(nested_arrays(1))).flag("Edge"),
        application("seven arrays, as a key of a map", map(&[(nested_arrays(7), uint(0))]))
            .flag("Edge"),
        application(
            "twice eight arrays, beside each other",
            array(&[nested_arrays(7), nested_arrays(7)]),
        )
        .flag("Edge"),
        labelled("text label of 3 letters", text("abc")),
        labelled("text label of 4 bytes, which are one character", text("𠀀")),
        labelled("text label of 24 bytes", text(&"l".repeat(24))),
        labelled("text label with NUL", text("a\0b")),
        labelled("text label that looks like a number", text("-65553")),
        labelled("label -65554", int(-65554)),
        labelled("label -2^32 - 1", unhex("3b0000000100000000")),
    ]
}
