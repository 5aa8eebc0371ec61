//! The setup of a gate: what an operator makes, a gate reads.

use livepermit::field::Address;
use livepermit::issue::{PrepareError, SetupBuilder, SignedSetup};
use livepermit::setup::{
    CheckNumber, CoolDownPolicy, GateSetup, Passage, RelayAccess, RelayKey, Retention, SetupTrust,
    TrustListSource, UnverifiedSetup,
};
use livepermit::{
    AudiencePolicy, Form, Policy, RevocationPolicy, SecretKey, Timestamp, Trust, TrustedKey, Use,
};
use proptest::prelude::*;

const CLASS: &str = "bj.example:residence";

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn operator() -> SecretKey {
    SecretKey::from_ed25519_seed(&[9; 32])
}

fn keys(count: u8) -> SetupTrust {
    let key = |seed| SecretKey::from_ed25519_seed(&[seed; 32]).public_key();
    let entry = |seed| TrustedKey::new("bj.example", key(seed), [Use::Pass], [CLASS]).unwrap();
    SetupTrust::Keys(Trust::new((1..=count).map(entry)).unwrap())
}

fn address(path: &str) -> Address {
    Address::new(&format!("https://a.example/{path}")).unwrap()
}

fn sign(builder: &SetupBuilder, now: u64) -> SignedSetup {
    let prepared = builder.prepare(&operator().public_key(), at(now)).unwrap();
    prepared.sign(&operator()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_an_operator_makes_a_gate_reads(
        names in ("[!-)+-~]{1,128}", "[!-~]{1,128}", "[!-~]{1,128}"),
        (version, now, listed, relayed) in (any::<u64>(), 0..1_u64 << 40, any::<bool>(), any::<bool>()),
        (window, skew, cool_down) in (1..=86_400_u64, 0..=43_200_u64, 0..1_u64 << 40),
        (age, debounce, leaves) in (1..1_u64 << 40, 0..1_u64 << 40, any::<bool>()),
        look_up in prop::option::of((0..1_u64 << 40, 0..1_u64 << 40)),
        lists in prop::collection::hash_set("[!-~]{1,20}", 0..5),
        old_master in prop::option::of(0..1_u64 << 40),
    ) {
        let (gate, lane, zone) = &names;
        let revocation = look_up.map_or(RevocationPolicy::NotChecked, |(max_age, grace)| {
            RevocationPolicy::Required { max_age, grace }
        });
        let policy = Policy::new(gate.as_str(), [CLASS], revocation)
            .with_audience(AudiencePolicy::Own)
            .with_forms([Form::Slip, Form::Pass])
            .with_window(window)
            .with_skew(skew)
            .with_max_credential_age(age);
        let root = SecretKey::from_ed25519_seed(&[1; 32]).public_key();
        let source = TrustListSource::new(zone, [root], version, address("trust")).unwrap();
        let trust = if listed { SetupTrust::List(source) } else { keys(3) };
        let retention = Retention {
            largest_window: window,
            largest_skew: skew,
            clock_difference: debounce,
            longest_cool_down: cool_down,
            old_master: old_master.unwrap_or(Retention::UNBOUNDED),
        };
        let wanted = match cool_down {
            0 => CoolDownPolicy::DangerousNone,
            seconds => CoolDownPolicy::Seconds(seconds),
        };
        let lists: Vec<Address> = lists.iter().map(|path| address(path)).collect();
        let mut builder = SetupBuilder::new(policy.clone(), trust, version)
            .lane(lane)
            .zone(zone)
            .cool_down(wanted)
            .debounce(debounce)
            .status_lists(lists.clone())
            .retention(retention);
        if leaves {
            builder = builder.passage(Passage::Leave);
        }
        if relayed {
            builder = builder.relay(RelayAccess::new(address("relay"), RelayKey::from_bytes(&[7; 32])));
        }
        let signed = sign(&builder, now);
        let read = UnverifiedSetup::from_text(&signed.to_qr_text()).unwrap();
        prop_assert_eq!(read.unverified_bytes(), signed.as_bytes());
        let again = UnverifiedSetup::from_text(&signed.to_link_text()).unwrap();
        prop_assert_eq!(again.unverified_bytes(), signed.as_bytes());
        prop_assert!(read.signed_by(&operator().public_key(), at(now), 0).is_ok());
        let setup = GateSetup::from_storage(signed.as_bytes()).unwrap();
        prop_assert_eq!(setup.policy(), &policy);
        prop_assert_eq!((setup.version(), setup.issued_at()), (version, at(now)));
        prop_assert_eq!((setup.lane(), setup.zone()), (lane.as_str(), zone.as_str()));
        prop_assert_eq!((setup.cool_down(), setup.debounce()), (wanted, debounce));
        prop_assert_eq!(setup.passage() == Passage::Leave, leaves);
        prop_assert_eq!(setup.status_lists(), lists.as_slice());
        prop_assert_eq!(setup.retention(), retention);
        prop_assert_eq!(setup.operator(), &operator().public_key());
        prop_assert_eq!(setup.relay().map(|relay| *relay.key().as_bytes()), relayed.then_some([7; 32]));
        match setup.trust() {
            SetupTrust::Keys(trust) => prop_assert!(!listed && trust.keys().len() == 3),
            SetupTrust::List(list) => {
                prop_assert!(listed && list.lowest_version() == version && list.name() == zone);
            }
            _ => prop_assert!(false),
        }
    }
}

fn usual() -> SetupBuilder {
    let policy = Policy::new("gate-3", [CLASS], RevocationPolicy::NotChecked);
    SetupBuilder::new(policy, keys(1), 1)
}

#[test]
fn a_changed_byte_is_never_accepted() {
    let signed = sign(&usual(), 1000);
    let number = signed.check_number().to_string();
    for index in 0..signed.as_bytes().len() {
        let mut bytes = signed.as_bytes().to_vec();
        bytes[index] ^= 1;
        let held = GateSetup::from_storage(signed.as_bytes()).unwrap();
        let accepted =
            UnverifiedSetup::read(&bytes).and_then(|read| read.accept_after(&held, at(1000), 0));
        assert!(accepted.is_err(), "byte {index}");
        let first =
            UnverifiedSetup::read(&bytes).map(|read| read.signed_by(held.operator(), at(1000), 0));
        assert!(first.is_err() || first.is_ok_and(|signed| signed.is_err()), "byte {index}");
    }
    let read = UnverifiedSetup::read(signed.as_bytes()).unwrap();
    assert!(read.accept_first(&number, at(1000), 0).is_ok());
}

#[test]
fn nothing_is_signed_that_a_gate_would_refuse() {
    let prepared = |builder: &SetupBuilder| {
        let now = at(1000);
        builder.prepare(&operator().public_key(), now).map(drop).map_err(|error| error.code())
    };
    assert_eq!(prepared(&usual()), Ok(()));
    assert_eq!(prepared(&usual().lane("")), Err("length-out-of-range"));
    let policy = || Policy::new("gate-3", [CLASS], RevocationPolicy::NotChecked);
    let of = |policy| SetupBuilder::new(policy, keys(1), 1);
    assert_eq!(prepared(&of(policy().with_window(31))), Err("setup-malformed"));
    assert_eq!(prepared(&of(policy().with_window(0))), Err("window-out-of-range"));
    assert_eq!(prepared(&SetupBuilder::new(policy(), keys(17), 1)), Err("setup-too-long"));
    let twice = usual().status_lists([address("1"), address("1")]);
    assert_eq!(prepared(&twice), Err("setup-malformed"));
    let p256 = SecretKey::generate_p256(&mut rand::rng()).public_key();
    let refused = usual().prepare(&p256, at(1000)).map(drop);
    assert!(matches!(refused, Err(PrepareError::OperatorNotEd25519)));
}

/// The number of RFC 7914's PBKDF2 and of Python's, so that every language shows the same digits.
#[test]
fn a_check_number_is_read_as_people_write_it() {
    let number = CheckNumber::of(b"a setup");
    let digits = number.digits();
    assert_eq!(digits.len(), 12);
    let shown = number.to_string();
    assert_eq!(shown, format!("{} {} {}", &digits[..4], &digits[4..8], &digits[8..]));
    for text in [&shown, &digits, &format!(" {} ", shown.replace(' ', "-"))] {
        assert!(number.is_written(text), "{text:?}");
    }
    for text in ["", &digits[1..], &format!("{digits}0"), &digits.replace('0', "O"), "x"] {
        assert!(!number.is_written(text) || text == digits, "{text:?}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let relay = RelayAccess::new(address("r"), RelayKey::from_bytes(&[0xab; 32]));
    let signed = sign(&usual().relay(relay), 1000);
    let setup = GateSetup::from_storage(signed.as_bytes()).unwrap();
    let read = UnverifiedSetup::read(signed.as_bytes()).unwrap();
    for shown in [format!("{signed:?}"), format!("{setup:?}"), format!("{read:?}")] {
        assert!(shown.len() < 60, "{shown}");
    }
    assert!(!format!("{:?}", setup.relay().unwrap()).contains("171"));
}
