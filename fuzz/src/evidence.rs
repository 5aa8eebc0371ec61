//! What an accepted token must show: every check of the specification once more, on values that
//! `ciborium` read.

use ciborium::Value;
use livepermit::hold::Challenge;
use livepermit::status::StatusValue;
use livepermit::verify::{ActingPolicy, Caution, ChallengePolicy, PermitId, ReplayKey};
use livepermit::{AudiencePolicy, Form, Timestamp, Use, Verified};

use crate::{
    CLASS, GATE, Gate, ISSUER, NOW, STATUS_ENTRIES, URI, get, number, oracle, parse, status_value,
    text,
};

/// Header and claims of a tagged `COSE_Sign1`.
fn opened(token: &Value) -> (Value, Value) {
    let Value::Tag(18, inner) = token else { panic!("the tag of COSE_Sign1") };
    let parts = inner.as_array().expect("an array");
    let part = |index: usize| parse(parts[index].as_bytes().expect("a byte string"));
    (part(0), part(2))
}

fn time(claims: &Value, label: i64) -> u64 {
    let time = number(claims, label).expect("an unsigned integer");
    assert!(time < 1 << 40);
    time
}

/// # Panics
/// When the verdict lacks evidence of a check.
pub fn check(
    verified: &Verified,
    bytes: &[u8],
    gate: &Gate,
    question: Option<&Challenge>,
    now: Timestamp,
) {
    oracle::check_layers(bytes);
    assert_eq!(verified.token_bytes(), bytes);
    let token = parse(bytes);
    let (header, claims) = opened(&token);
    let now = now.as_unix();
    let policy = gate.verifier.policy();
    let typ = get(&header, 16).expect("a type");
    let form = match (typ.as_text(), number(&header, 16)) {
        (Some("application/vnd.lpp+cwt"), _) => Form::Pass,
        (Some("application/vnd.lps+cwt"), _) => Form::Slip,
        (None, Some(294)) => Form::Presentation,
        other => panic!("{other:?}"),
    };
    assert_eq!(verified.form(), form);
    assert!(policy.forms().contains(&form));

    let issued = match form {
        Form::Presentation => opened(get(&header, 13).expect("a credential")),
        _ => (header.clone(), claims.clone()),
    };
    check_authority(verified, &issued, form, gate, now);
    check_issuer_claims(verified, &issued.1, form);
    let audience = text(&claims, 3);
    let nonce = get(&claims, 39).and_then(Value::as_bytes);
    match form {
        Form::Slip => {
            let (begins, ends) = (time(&claims, 5), time(&claims, 4));
            assert!(begins <= now && now < ends);
            assert_eq!(
                (verified.issued_at().as_unix(), verified.live_until().as_unix()),
                (begins, ends)
            );
            assert!(audience.is_none() && nonce.is_none() && !verified.challenge_answered());
            assert!(get(&claims, 169).is_some() && verified.status().is_some());
            assert_eq!(verified.replay_key().moment, None);
            let digits = verified.check_number().expect("a check number");
            assert!(
                (6..=12).contains(&digits.len())
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
            );
        }
        Form::Pass => {
            let (dated, ends) = (time(&claims, 6), time(&claims, 4));
            check_freshness(verified, dated, ends - dated, ends, gate, now);
            check_audience(verified, audience, gate);
            check_answer(verified, nonce, question, now);
            assert_eq!(policy.challenge(), ChallengePolicy::NotUsed, "a pass answers nothing");
            assert!(verified.device_key().is_none() && verified.credential_expires().is_none());
        }
        _ => {
            let (begins, ends) = (time(&issued.1, 5), time(&issued.1, 4));
            let (dated, window) = (time(&claims, 6), time(&issued.1, -65_537));
            assert!(begins <= now && now < ends && now - begins <= policy.max_credential_age());
            assert!(begins <= dated && dated < ends);
            assert!((1..=86_400).contains(&window));
            check_freshness(verified, dated, window, ends, gate, now);
            check_audience(verified, audience.filter(|name| *name != "*"), gate);
            check_answer(verified, nonce, question, now);
            assert!(policy.challenge() == ChallengePolicy::NotUsed || question.is_some());
            let key = get(&issued.1, 8).and_then(|cnf| get(cnf, 1)).expect("a device key");
            let bound = verified.device_key().expect("a device key").to_cose_key();
            assert_eq!(parse(&bound), *key);
            assert_eq!(verified.credential_not_before().map(Timestamp::as_unix), Some(begins));
            assert_eq!(verified.credential_expires().map(Timestamp::as_unix), Some(ends));
        }
    }
    let mut cautions = check_status(&issued.1, form, gate, now);
    if form == Form::Slip {
        cautions.push(Caution::Printed);
    }
    let acting = get(&issued.1, -65_538);
    assert_eq!(
        acting.and_then(|acting| text(acting, 1)),
        verified.acting().as_ref().map(|acting| acting.role())
    );
    if acting.is_some() {
        assert_eq!((form, policy.acting()), (Form::Presentation, ActingPolicy::Accepted));
        cautions.push(Caution::Acting);
    }
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), cautions);
    assert_eq!(verified.cautions().is_empty(), cautions.is_empty());
    check_shown(verified);
}

/// What logs and guards see.
fn check_shown(verified: &Verified) {
    let key = verified.replay_key();
    assert_eq!(PermitId::from_bytes(*key.permit.as_bytes()), verified.permit_id());
    assert_eq!(ReplayKey::new(key.permit, key.moment, key.live_until, key.keep_until), key);
    for caution in verified.cautions().iter() {
        assert_eq!(caution.to_string(), caution.code());
        assert!(caution.instruction().ends_with('.'));
    }
    // Person data and application claims stay out of logs.
    let shown = format!("{verified:?} {:?} {:?}", verified.person(), verified.permit_id());
    assert!(shown.contains(&key.permit.to_string()));
    if let Some(person) = verified.person().filter(|person| person.full_name() == "Li Na") {
        assert!(!shown.contains(person.full_name()) && !shown.contains("19900131"));
        assert!(person.birth_date().is_none_or(|date| !format!("{date:?}").contains("1990")));
    }
}

/// One trusted key has this id and algorithm, and may sign this form now.
fn check_authority(
    verified: &Verified,
    (header, claims): &(Value, Value),
    form: Form,
    gate: &Gate,
    now: u64,
) {
    let kid = get(header, 4).and_then(Value::as_bytes).expect("a key id");
    assert_eq!(verified.key_id(), kid);
    let algorithm =
        get(header, 1).and_then(Value::as_integer).map(i128::from).expect("an algorithm");
    let (wanted, dated) = match form {
        Form::Pass => (Use::Pass, time(claims, 6)),
        Form::Slip => (Use::Slip, time(claims, 5)),
        _ => (Use::Credential, time(claims, 5)),
    };
    let trust = gate.verifier.trust();
    assert!(trust.expires().is_none_or(|ends| now < ends.as_unix()));
    assert!(trust.keys().iter().any(|key| {
        key.key_id() == kid
            && i128::from(key.algorithm().cose_id()) == algorithm
            && *key.public_key() == crate::issuer_key().public_key()
            && key.uses().contains(wanted)
            && key.not_before().as_unix() <= dated
            && dated < key.sign_until().as_unix()
            && now < key.expires().as_unix()
    }));
}

fn check_issuer_claims(verified: &Verified, claims: &Value, form: Form) {
    assert_eq!((text(claims, 1), text(claims, 11)), (Some(ISSUER), Some(CLASS)));
    assert_eq!((verified.issuer(), verified.class()), (ISSUER, CLASS));
    let visible = |name: &str| {
        (1..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    assert_eq!(text(claims, 2), Some(verified.subject()));
    assert!(visible(verified.subject()));
    let person = verified.person();
    let claimed = get(claims, 169);
    assert_eq!(
        claimed.and_then(|claim| text(claim, 4)),
        person.as_ref().map(|person| person.full_name())
    );
    assert_eq!(
        claimed.and_then(|claim| text(claim, 8)),
        person.as_ref().and_then(|person| person.birth_date()).map(|date| date.as_str())
    );
    let allowed: &[i64] = match form {
        Form::Pass => &[1, 2, 3, 4, 6, 11, 169, 65_535],
        Form::Slip => &[1, 2, 4, 5, 11, 169, 65_535, -65_544],
        _ => &[1, 2, 4, 5, 8, 11, 169, 65_535, -65_537, -65_538],
    };
    let mut own = Vec::new();
    for (key, value) in claims.as_map().expect("claims") {
        match key {
            Value::Text(name) => {
                assert!((3..=255).contains(&name.len()));
                own.push((key.clone(), value.clone()));
            }
            _ => {
                let label = i64::try_from(key.as_integer().expect("a label")).expect("64 bits");
                if label < -65_552 {
                    own.push((key.clone(), value.clone()));
                } else {
                    assert!(allowed.contains(&label), "claim {label}");
                }
            }
        }
    }
    assert_eq!(verified.application::<Value>().expect("any value"), Value::Map(own));
}

fn check_freshness(verified: &Verified, dated: u64, signed: u64, ends: u64, gate: &Gate, now: u64) {
    let policy = gate.verifier.policy();
    let window = signed.min(policy.window());
    let skew = policy.skew().min(window / 2);
    assert!((1..=86_400).contains(&signed));
    assert!(dated <= now + skew, "from the future");
    let until = (dated + window).min(ends);
    assert!(now < until, "stale");
    assert_eq!((verified.issued_at().as_unix(), verified.live_until().as_unix()), (dated, until));
    assert_eq!(verified.window(), window);
    let key = verified.replay_key();
    assert_eq!(key.moment.map(Timestamp::as_unix), Some(dated));
    assert!(key.keep_until.as_unix() >= until + policy.skew());
}

fn check_audience(verified: &Verified, audience: Option<&str>, gate: &Gate) {
    assert_eq!(verified.audience(), audience);
    match gate.verifier.policy().audience() {
        AudiencePolicy::Own => assert_eq!(audience, Some(GATE)),
        _ => assert!(matches!(audience, None | Some(GATE))),
    }
}

/// A question that was asked is answered, in the gate's own name; and none is answered that was
/// not.
fn check_answer(
    verified: &Verified,
    nonce: Option<&Vec<u8>>,
    question: Option<&Challenge>,
    now: u64,
) {
    assert_eq!(verified.challenge_answered(), question.is_some());
    assert_eq!(nonce.map(Vec::as_slice), question.map(Challenge::nonce));
    if let Some(question) = question {
        assert_eq!(verified.audience(), Some(question.gate()));
        assert!(now < question.expires().as_unix());
    }
}

/// The value of the entry is "valid", in a list that is not over. Tells the cautions.
fn check_status(claims: &Value, form: Form, gate: &Gate, now: u64) -> Vec<Caution> {
    let Some((fresh, grace)) = gate.status else { return vec![Caution::RevocationNotChecked] };
    let Some(reference) = get(claims, 65_535) else {
        assert!(form == Form::Pass || gate.exempt);
        return Vec::new();
    };
    let entry = get(reference, "status_list").expect("the one mechanism");
    let index = get(entry, "idx").and_then(Value::as_integer).expect("an index");
    let index = u64::try_from(index).expect("not negative");
    assert_eq!(get(entry, "uri").and_then(Value::as_text), Some(URI));
    assert!(index < STATUS_ENTRIES);
    assert_eq!(status_value(index), StatusValue::Valid);
    let ends = NOW + fresh;
    assert!(now < ends + grace);
    if now < ends { Vec::new() } else { vec![Caution::StatusOld] }
}
