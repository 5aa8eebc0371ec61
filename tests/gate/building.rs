//! What a gate is made of, and what is refused before it stands.

use std::sync::Arc;

use livepermit::field::ClaimError;
use livepermit::verify::PolicyError;
use livepermit::{AudiencePolicy, Policy, RejectionCode, RevocationPolicy, Trust};
use livepermit_gate::replay::Retention;
use livepermit_gate::{CoolDownPolicy, Gate, GateBuilder, GateError, MemoryReplay};
use livepermit_testkit::{
    CLASS, GATE, Phone, admitted, default_gate, now, policy, refused, store, trust, verifier,
    verifier_with,
};

fn whole() -> GateBuilder {
    Gate::at(GATE)
        .trusting(trust())
        .accepting([CLASS])
        .revocation(RevocationPolicy::NotChecked)
        .store(store())
}

fn refused_build(builder: GateBuilder) -> GateError {
    builder.build().unwrap_err()
}

#[test]
fn a_gate_is_built_of_trust_classes_and_a_store() {
    let gate = whole().build().unwrap();
    assert_eq!((gate.place().gate(), gate.place().lane(), gate.place().zone()), (GATE, "1", GATE));
    assert_eq!(*gate.verifier().policy(), policy());
    admitted(gate.admit(&Phone::number(20).code(now()), now()));

    let gate = whole().lane("2").zone("hall").policy(|policy| policy.with_window(20));
    let gate = gate.build().unwrap();
    assert_eq!((gate.place().lane(), gate.place().zone()), ("2", "hall"));
    assert_eq!(gate.verifier().policy().window(), 20);
}

#[test]
fn what_is_missing_is_named() {
    let bare = || Gate::at(GATE).store(store());
    assert_eq!(refused_build(Gate::at(GATE).verifying(Arc::new(verifier()))), GateError::NoStore);
    assert_eq!(refused_build(bare()), GateError::NoTrust);
    assert_eq!(refused_build(bare().trusting(trust()).accepting([CLASS])), GateError::NoRevocation);
    bare().verifying(Arc::new(verifier())).build().unwrap();
}

#[test]
fn names_and_policies_are_checked() {
    for builder in [
        Gate::at("gate 3").store(store()).verifying(Arc::new(verifier())),
        whole().lane(""),
        whole().zone("große Halle"),
    ] {
        assert!(matches!(refused_build(builder), GateError::Claim(ClaimError { .. })));
    }
    for (builder, error) in [
        (whole().accepting(<[&str; 0]>::default()), PolicyError::NoClass),
        (whole().policy(|policy| policy.with_window(0)), PolicyError::Window { found: 0 }),
    ] {
        assert_eq!(refused_build(builder), GateError::Policy(error));
    }
    let every = Gate::at("*").trusting(trust()).accepting([CLASS]).store(store());
    let every = refused_build(every.revocation(RevocationPolicy::NotChecked));
    assert_eq!(every, GateError::Policy(PolicyError::ReservedName));
}

#[test]
fn a_verifier_of_another_gate_is_refused() {
    let error = GateError::OtherGate { found: "gate-4".into(), expected: GATE.into() };
    let other = Arc::new(verifier_with(policy().with_gate("gate-4")));
    assert_eq!(refused_build(whole().verifying(Arc::clone(&other))), error);
    // Nor does one take the place of the gate's own, which goes on.
    let gate = default_gate();
    assert_eq!(gate.replace_verifier(other), Err(error.clone()));
    assert_eq!(gate.verifier().policy().gate(), GATE);
    admitted(gate.admit(&Phone::number(20).code(now()), now()));
    let renamed = whole().policy(|policy| policy.with_gate("gate-4"));
    assert_eq!(refused_build(renamed), error);
}

#[test]
fn a_window_longer_than_the_store_remembers_is_refused_unless_it_is_allowed() {
    let remembering = |largest_window| {
        MemoryReplay::new(10, Retention { largest_window, ..Retention::default() })
    };
    let windowed =
        |seconds, store| whole().policy(move |policy| policy.with_window(seconds)).store(store);
    let error = GateError::WindowBeyondRetention { window: 31, retention: 30 };
    windowed(30, remembering(30)).build().unwrap();
    assert_eq!(refused_build(windowed(31, remembering(30))), error);
    windowed(31, remembering(31)).build().unwrap();
    let short = windowed(31, remembering(30)).allowing_short_retention().build().unwrap();

    let longer = |seconds| Arc::new(verifier_with(policy().with_window(seconds)));
    short.replace_verifier(longer(300)).unwrap();
    let strict = default_gate();
    assert_eq!(strict.replace_verifier(longer(31)), Err(error));
    assert_eq!(strict.verifier().policy().window(), 30);
    strict.replace_verifier(longer(29)).unwrap();
}

#[test]
fn a_skew_or_a_cool_down_beyond_the_zones_is_refused() {
    let limits = |largest_skew, longest_cool_down| {
        let limits = Retention { largest_skew, longest_cool_down, ..Retention::default() };
        MemoryReplay::new(10, limits)
    };
    let skewed =
        |seconds, store| whole().policy(move |policy| policy.with_skew(seconds)).store(store);
    skewed(5, limits(5, 0)).build().unwrap();
    let error = GateError::SkewBeyondRetention { skew: 6, retention: 5 };
    assert_eq!(refused_build(skewed(6, limits(5, 0))), error);
    assert_eq!(refused_build(skewed(6, limits(5, 0)).allowing_short_retention()), error);
    skewed(6, limits(6, 0)).build().unwrap();

    let cooled = |seconds, store| whole().cool_down(CoolDownPolicy::Seconds(seconds)).store(store);
    // The longest cool-down is never below the window and the skew.
    cooled(35, limits(5, 0)).build().unwrap();
    let error = GateError::CoolDownBeyondRetention { cool_down: 36, retention: 35 };
    assert_eq!(refused_build(cooled(36, limits(5, 0))), error);
    assert_eq!(refused_build(cooled(36, limits(5, 35)).allowing_short_retention()), error);
    cooled(3600, limits(5, 3600)).build().unwrap();
}

#[test]
fn each_error_says_what_was_compared() {
    for (error, parts) in [
        (GateError::Claim(livepermit::Permit::new("", CLASS).unwrap_err()), &["subject"][..]),
        (GateError::Policy(PolicyError::NoClass), &["class"]),
        (GateError::NoTrust, &["keys", "verifier"]),
        (GateError::NoRevocation, &["withdrawn"]),
        (GateError::NoStore, &["store"]),
        (GateError::OtherGate { found: "gate-4".into(), expected: GATE.into() }, &["gate-4", GATE]),
        (GateError::WindowBeyondRetention { window: 31, retention: 30 }, &["31", "30"]),
        (GateError::SkewBeyondRetention { skew: 6, retention: 5 }, &["6", "5"]),
        (GateError::CoolDownBeyondRetention { cool_down: 36, retention: 35 }, &["36", "35"]),
    ] {
        let text = error.to_string();
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
}

/// A lane remembers credentials. That changes no verdict, and a replaced trust counts at once.
#[test]
fn a_remembered_credential_is_worth_nothing_under_another_trust() {
    let (gate, phone) = (default_gate(), Phone::number(20));
    let code = phone.code(now());
    admitted(gate.admit(&code, now()));
    refused(gate.admit(&code, now()), RejectionCode::AlreadyAcceptedHere);
    let trusting = |trust| Arc::new(livepermit::Verifier::new(trust, policy()).unwrap());
    gate.replace_verifier(trusting(Trust::new([]).unwrap())).unwrap();
    refused(gate.admit(&code, now()), RejectionCode::UnknownKey);
    gate.replace_verifier(trusting(trust())).unwrap();
    refused(gate.admit(&code, now()), RejectionCode::AlreadyAcceptedHere);
}

#[test]
fn the_builder_shows_its_name_only() {
    assert_eq!(format!("{:?}", whole()), format!("GateBuilder {{ name: {GATE:?}, .. }}"));
    let own = Policy::new(GATE, [CLASS], RevocationPolicy::NotChecked);
    assert_eq!(own.with_audience(AudiencePolicy::Own).audience(), AudiencePolicy::Own);
}
