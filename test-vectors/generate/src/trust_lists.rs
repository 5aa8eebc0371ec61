//! Trust lists that a gate accepts or refuses.

mod authority;
mod entries;
mod format;
mod skipped;
mod succession;

use livepermit::rejection::ListRejectionCode;

use super::cbor::{Item, array, bytes, hex, text, uint};
use super::crypto::Key;
use super::json::{Trusted, write_groups};
use super::list_case::{AcceptedTrustList, ListCase, ListTest, TrustListGroup, list_case};
use super::lists::{ROOTS, TRUST_ENDS, TRUST_NAME, VERSION, entry, keys_list};
use super::token::{CLASS, EXP, IAT, ISSUED, LAST_SECOND, Layer, NOW, SUB};

type Test = ListTest<AcceptedTrustList>;

const SKEW: u64 = 5;

pub(crate) fn file() -> String {
    let mut groups = vec![
        group("accepted: the list", Vec::new(), accepted()),
        group("accepted: its entries", Vec::new(), granted()),
        group("accepted, with an entry that is skipped", Vec::new(), skipped::cases()),
        TrustListGroup {
            lowest_version: 5,
            ..group("a gate that takes version 5 or higher", Vec::new(), lowest())
        },
        TrustListGroup { skew: 0, ..group("a gate without skew", Vec::new(), without_skew()) },
        TrustListGroup {
            name: "x".repeat(128),
            ..group("a list with a name of 128 characters", Vec::new(), long_name())
        },
        group("two roots", vec![Key::Root, Key::NextRoot], succession::two_roots()),
        group("a list is held", Vec::new(), succession::versions()),
        group("a list with other roots is held", Vec::new(), succession::cases()),
        group("not by a root", Vec::new(), authority::cases()),
        group("not this list, or not now", Vec::new(), refused()),
        group("malformed: envelope", Vec::new(), format::envelope()),
        group("malformed: header", Vec::new(), format::header()),
        group("malformed: claims", Vec::new(), format::claims()),
        group("malformed: entries", Vec::new(), entries::malformed()),
        group("entries that cannot stand together", Vec::new(), entries::together()),
    ];
    groups.retain(|group| !group.tests.is_empty());
    write_groups(
        &[
            "Trust lists handed to a gate: taken in, with the keys that then count, or refused. One fault each, and signed \
             by the root wherever a signature can be.",
            "In accepted, trust has the entries that count in the order of their key ids, their uses and classes sorted.",
        ],
        &[
            ("Accepted", "Taken in."),
            ("Edge", "On one side of an edge; the other side stands beside it."),
            ("Skipped", "An entry that does not count; the others do."),
            ("Version", "Which version may follow which."),
            ("Roots", "Who may sign the next list."),
            ("Time", "Dated ahead of the gate's clock, or ended."),
            ("Name", "Another list."),
            ("Key", "Not signed by a root."),
            ("Signature", "The signature is not good."),
            ("Malleable", "A signature that a laxer verifier accepts."),
            ("Cbor", "Not the one deterministic encoding, or an item that may not stand there."),
            ("Envelope", "Not the profile's COSE_Sign1."),
            ("Header", "A header parameter is missing, foreign or of another form."),
            ("Type", "The signed type is not that of a trust list."),
            ("Claim", "A claim is missing, foreign, or breaks the rules of its field."),
            ("Entry", "The shape of an entry is broken."),
            ("Together", "Entries that are good one by one, and cannot stand together."),
            ("Order", "Two faults: the one that is checked first is the answer."),
        ],
        groups,
    )
}

fn group(comment: &'static str, roots: Vec<Key>, tests: Vec<Test>) -> TrustListGroup {
    let roots = if roots.is_empty() { vec![Key::Root] } else { roots };
    TrustListGroup {
        r#type: "AcceptTrustList",
        comment,
        name: TRUST_NAME.to_string(),
        roots: cose(&roots),
        lowest_version: 0,
        skew: SKEW,
        tests,
    }
}

fn cose(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| hex(&key.cose())).collect()
}

/// The entry of most lists.
fn good() -> Trusted {
    Trusted::new(Key::Issuer)
}

/// A good list.
fn list() -> Layer {
    keys_list(&[entry(&good())])
}

fn version(number: u64) -> Layer {
    list().claim(VERSION, uint(number))
}

/// Claim −65543.
fn roots(keys: &[Key]) -> Item {
    array(&keys.iter().map(|key| key.cose()).collect::<Vec<_>>())
}

/// The content of the good list.
fn facts() -> AcceptedTrustList {
    AcceptedTrustList {
        version: 1,
        issued_at: ISSUED,
        expires: TRUST_ENDS,
        trust: vec![good()],
        skipped: 0,
        roots: cose(&[Key::Root]),
    }
}

fn case(flag: &'static str, comment: &str, list: &Layer) -> ListCase {
    list_case(flag, comment, list)
}

fn accepted() -> Vec<Test> {
    let every_claim = version(7).claim(ROOTS, roots(&[Key::Root, Key::NextRoot]));
    vec![
        case("Accepted", "one entry", &list()).accepted(facts()),
        case("Accepted", "with roots", &every_claim).accepted(AcceptedTrustList {
            version: 7,
            roots: cose(&[Key::Root, Key::NextRoot]),
            ..facts()
        }),
        case("Version", "version 0", &version(0))
            .accepted(AcceptedTrustList { version: 0, ..facts() }),
        case("Version", "version 2^32", &version(1 << 32))
            .accepted(AcceptedTrustList { version: 1 << 32, ..facts() }),
        case("Time", "dated as far ahead as the skew allows", &list().claim(IAT, uint(NOW + SKEW)))
            .flag("Edge")
            .accepted(AcceptedTrustList { issued_at: NOW + SKEW, ..facts() }),
        case("Time", "in its last second", &list().claim(EXP, uint(NOW + 1)))
            .flag("Edge")
            .accepted(AcceptedTrustList { expires: NOW + 1, ..facts() }),
        case("Time", "lives one second", &list().claim(IAT, uint(NOW)).claim(EXP, uint(NOW + 1)))
            .flag("Edge")
            .accepted(AcceptedTrustList { issued_at: NOW, expires: NOW + 1, ..facts() }),
        case(
            "Time",
            "from 0 to 2^40 - 1",
            &list().claim(IAT, uint(0)).claim(EXP, uint(LAST_SECOND)),
        )
        .flag("Edge")
        .accepted(AcceptedTrustList { issued_at: 0, expires: LAST_SECOND, ..facts() }),
    ]
}

fn granted() -> Vec<Test> {
    let taken = |flag, comment: &str, keys: &[Trusted]| {
        let entries: Vec<Item> = keys.iter().map(entry).collect();
        case(flag, comment, &keys_list(&entries))
            .accepted(AcceptedTrustList { trust: keys.to_vec(), ..facts() })
    };
    let one = |flag, comment: &str, change: &dyn Fn(&mut Trusted)| {
        taken(flag, comment, &[good().edit(|key| change(key))])
    };
    let mut two = [Key::Issuer, Key::OtherIssuer].map(Trusted::new);
    two.sort_by(|a, b| a.key_id.cmp(&b.key_id));
    let four = [Key::Issuer, Key::OtherIssuer, Key::DeviceEd25519, Key::OtherDeviceEd25519];
    vec![
        taken("Accepted", "two entries", &two),
        one("Accepted", "every use, and two classes", &|key| {
            key.uses = vec!["credential", "pass", "slip", "status"];
            key.classes = vec!["bj.example:driving", CLASS];
        }),
        one("Accepted", "pinned to EdDSA", &|key| {
            (key.algorithm, key.uses) = ("EdDSA", vec!["pass", "slip", "status"]);
        }),
        one("Accepted", "key id of 1 byte", &|key| key.key_id = "00".to_string()).edge(),
        one("Accepted", "key id of 32 bytes", &|key| key.key_id = "ff".repeat(32)).edge(),
        one("Accepted", "class of 128 characters", &|key| key.classes = vec![LONG_CLASS]).edge(),
        one("Accepted", "class that is a colon", &|key| key.classes = vec![":"]).edge(),
        one("Accepted", "signs for one second, and ends with it", &|key| {
            (key.not_before, key.sign_until, key.expires) = (NOW, NOW + 1, NOW + 1);
        })
        .edge(),
        one("Accepted", "has ended already: that is for tokens to find out", &|key| {
            (key.not_before, key.sign_until, key.expires) = (0, 1, 1);
        }),
        taken(
            "Together",
            "four entries share a key id",
            &four.map(|key| Trusted::new(key).edit(|key| key.key_id = "6b".to_string())),
        )
        .edge(),
        taken(
            "Together",
            "one key under two key ids",
            &["6b", "6c"].map(|id| good().edit(|key| key.key_id = id.to_string())),
        ),
    ]
}

/// 128 characters.
const LONG_CLASS: &str = "bj.example:ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\
                          cccccccccccccccccccccccccccccccccccccccccc";

fn lowest() -> Vec<Test> {
    vec![
        case("Version", "version 5", &version(5))
            .flag("Edge")
            .accepted(AcceptedTrustList { version: 5, ..facts() }),
        case("Version", "version 4", &version(4)).flag("Edge").refused(ListRejectionCode::Older),
        case("Version", "version 0", &version(0)).refused(ListRejectionCode::Older),
        case("Order", "version 4, and no entry", &keys_list(&[]).claim(VERSION, uint(4)))
            .refused(ListRejectionCode::Older),
        case("Order", "version 4, and ended", &version(4).claim(EXP, uint(NOW)))
            .refused(ListRejectionCode::Expired),
    ]
}

fn without_skew() -> Vec<Test> {
    let dated = |time| list().claim(IAT, uint(time));
    vec![
        case("Time", "dated now", &dated(NOW))
            .flag("Edge")
            .accepted(AcceptedTrustList { issued_at: NOW, ..facts() }),
        case("Time", "dated one second ahead", &dated(NOW + 1))
            .flag("Edge")
            .refused(ListRejectionCode::FromTheFuture),
    ]
}

fn long_name() -> Vec<Test> {
    let named = |name: &str| list().claim(SUB, text(name));
    vec![
        case("Name", "the same name", &named(&"x".repeat(128))).flag("Edge").accepted(facts()),
        case("Name", "a name of 127 characters", &named(&"x".repeat(127)))
            .refused(ListRejectionCode::WrongName),
        case("Name", "another last character", &named(&format!("{}y", "x".repeat(127))))
            .refused(ListRejectionCode::WrongName),
    ]
}

fn refused() -> Vec<Test> {
    let named = |name: &str| list().claim(SUB, text(name));
    let dated = |time| list().claim(IAT, uint(time));
    let until = |time| list().claim(EXP, uint(time));
    vec![
        case("Name", "list of another name", &named("tj.example"))
            .refused(ListRejectionCode::WrongName),
        case("Name", "name in capitals", &named("BJ.EXAMPLE"))
            .refused(ListRejectionCode::WrongName),
        case("Name", "name with a character behind", &named("bj.example."))
            .refused(ListRejectionCode::WrongName),
        case("Name", "name cut short", &named("bj.exampl")).refused(ListRejectionCode::WrongName),
        case("Time", "dated one second too far ahead", &dated(NOW + SKEW + 1))
            .flag("Edge")
            .refused(ListRejectionCode::FromTheFuture),
        case("Time", "dated 2^40 - 2", &dated(LAST_SECOND - 1).claim(EXP, uint(LAST_SECOND)))
            .refused(ListRejectionCode::FromTheFuture),
        case("Time", "when it ends", &until(NOW)).flag("Edge").refused(ListRejectionCode::Expired),
        case("Time", "the skew does not prolong its life", &until(NOW - 1))
            .refused(ListRejectionCode::Expired),
        case("Time", "long after it ended", &list())
            .at(LAST_SECOND)
            .refused(ListRejectionCode::Expired),
        case("Order", "another name, and ended", &named("tj.example").claim(EXP, uint(NOW)))
            .refused(ListRejectionCode::WrongName),
        case(
            "Order",
            "another name, and from the future",
            &named("tj.example").claim(IAT, uint(NOW + 60)),
        )
        .refused(ListRejectionCode::WrongName),
        case("Order", "ended, and no entry", &keys_list(&[]).claim(EXP, uint(NOW)))
            .refused(ListRejectionCode::Expired),
        case("Order", "from the future, and no entry", &keys_list(&[]).claim(IAT, uint(NOW + 60)))
            .refused(ListRejectionCode::FromTheFuture),
        case("Order", "by another root, with another name", &{
            named("tj.example")
                .header(super::token::KID, bytes(&Key::NextRoot.id()))
                .signed_by(Key::NextRoot)
        })
        .refused(ListRejectionCode::UnknownKey),
    ]
}
