//! Every test vector, through the public API.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a failing test is what a panic is for here"
)]

#[path = "../examples/regenerate_vectors/generate/mod.rs"]
mod generate;
#[path = "vectors/model.rs"]
mod model;
#[path = "vectors/schema.rs"]
mod schema;

use std::collections::BTreeMap;
use std::fs::read_to_string;

use livepermit::{
    Code, Context, Evidence, Flaw, Form, HeldCredential, Input, Issuer, Permit, Person, PublicKey, Recipient,
    Rejection, SecretKey, Stage, StatusReference, Token, Validity, Verified, Verifier,
};
use model::{File, KeyGroup, TokenGroup, TokenTest, hex, time, unhex};
use serde_json::{Map, Value, json};

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/test-vectors/");
const TOKEN_FILES: [&str; 7] = [
    "pass.json",
    "credential-and-presentation.json",
    "slip.json",
    "acting.json",
    "status.json",
    "trust-list.json",
    "rejections.json",
];

fn read(name: &str) -> String {
    read_to_string(format!("{DIRECTORY}{name}")).unwrap()
}

#[test]
fn files_are_what_the_generator_writes() {
    for (name, text) in generate::files() {
        // No assert_eq: the difference of two files of half a megabyte helps nobody.
        assert!(
            read(name) == text,
            "{name} differs: run `cargo run --example regenerate_vectors -- test-vectors` and look at the difference"
        );
    }
}

#[test]
fn files_fit_the_schema() {
    let schema = serde_json::from_str(&read("schema.json")).unwrap();
    for name in TOKEN_FILES.into_iter().chain(["keys.json"]) {
        let violations = schema::violations(&schema, &serde_json::from_str(&read(name)).unwrap());
        assert!(violations.is_empty(), "{name}: {violations:#?}");
    }
}

#[test]
fn the_schema_check_finds_what_does_not_fit() {
    let schema = serde_json::from_str(&read("schema.json")).unwrap();
    let good: Value = serde_json::from_str(&read("pass.json")).unwrap();
    for (at, bad) in [
        ("/testGroups/0/tests/0/now", json!(-1)),
        ("/testGroups/0/tests/0/now", json!("1790000604")),
        ("/testGroups/0/tests/0/token", json!("D2")),
        ("/testGroups/0/tests/0/result", json!("invalid")),
        ("/testGroups/0/tests/0/verdict/cautions/0", json!("none")),
        ("/testGroups/0/tests/0/verdict/checkNumber", json!("42 705")),
        ("/testGroups/0/policy", json!({})),
        ("/testGroups/0/policy/revocation", json!({"maxAge": 1})),
        ("/testGroups/0/statusLists", json!([{"list": "d2"}])),
        ("/testGroups/0/tests/0/verdict/status", json!({"uri": "x", "index": "1", "more": 1})),
    ] {
        let mut bad_file = good.clone();
        match bad_file.pointer_mut(at) {
            Some(place) => *place = bad,
            None => {
                let (parent, name) = at.rsplit_once('/').unwrap();
                bad_file.pointer_mut(parent).unwrap()[name] = bad;
            }
        }
        assert!(!schema::violations(&schema, &bad_file).is_empty(), "{at}");
    }
}

#[test]
fn keys() {
    let file: File<KeyGroup> = serde_json::from_str(&read("keys.json")).unwrap();
    let mut count = 0;
    for test in file.test_groups.iter().flat_map(|group| &group.tests) {
        count += 1;
        let name = format!("keys.json {}: {}", test.tc_id, test.comment);
        match (PublicKey::from_cose_key(&unhex(&test.cose_key)), &test.key) {
            (Ok(key), Some(facts)) => {
                assert_eq!(test.result, "valid", "{name}");
                assert_eq!(key.algorithm().to_string(), facts.algorithm, "{name}");
                assert_eq!(hex(&key.to_cose_key()), test.cose_key, "{name}");
                assert_eq!(hex(&key.to_point_bytes()), facts.point, "{name}");
                assert_eq!(hex(&key.thumbprint()), facts.thumbprint, "{name}");
                assert_eq!(facts.thumbprint[..16], facts.key_id, "{name}");
                assert_eq!(hex(&key.to_spki_der()), facts.spki, "{name}");
                assert_eq!(PublicKey::from_spki_der(&unhex(&facts.spki)).unwrap(), key, "{name}");
                if let Some(private) = &facts.private {
                    assert_eq!(secret(&facts.algorithm, private).public_key(), key, "{name}");
                }
            }
            (Err(_), None) => assert_eq!(test.result, "invalid", "{name}"),
            (read, _) => panic!("{name}: {read:?}"),
        }
    }
    assert_eq!(count, file.number_of_tests);
}

fn secret(algorithm: &str, private: &str) -> SecretKey {
    let bytes = unhex(private).try_into().unwrap();
    match algorithm {
        "Ed25519" => SecretKey::from_ed25519_seed(&bytes),
        "ESP256" => SecretKey::from_p256_scalar(&bytes).unwrap(),
        other => panic!("{other}"),
    }
}

/// What a run over the token files saw of each code and flaw.
#[derive(Default)]
struct Seen {
    codes: BTreeMap<Code, usize>,
    flaws: Vec<Flaw>,
}

#[test]
fn tokens() {
    let mut seen = Seen::default();
    let mut failures = Vec::new();
    for name in TOKEN_FILES {
        let file: File<TokenGroup> = serde_json::from_str(&read(name)).unwrap();
        let mut count = 0;
        for group in &file.test_groups {
            let verifier = group.verifier();
            for test in &group.tests {
                count += 1;
                assert_eq!(test.tc_id, count, "{name}");
                if let Err(failure) = run(&verifier, test, &mut seen) {
                    failures.push(format!("{name} {}, {}: {failure}", test.tc_id, test.comment));
                }
            }
        }
        assert_eq!(count, file.number_of_tests, "{name}");
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    // What a checkpoint remembers follows from no single input: its codes have tests of their own.
    for code in Code::ALL.iter().filter(|code| code.stage() != Stage::Admission) {
        let times = seen.codes.get(code).copied().unwrap_or_default();
        assert!(times >= 2, "{code} has {times} vectors");
    }
    for flaw in Flaw::ALL {
        assert!(seen.flaws.contains(flaw), "no vector has the flaw {flaw}");
    }
}

fn run(verifier: &Verifier, test: &TokenTest, seen: &mut Seen) -> Result<(), String> {
    let token = test.token.as_deref().map(unhex);
    let inputs = [test.text.as_deref().map(Input::Text), token.as_deref().map(Input::Bytes)];
    assert!(inputs.iter().any(Option::is_some), "nothing to verify");
    for input in inputs.into_iter().flatten() {
        check(test, verify(verifier, test, input), seen)?;
    }
    // Every text of an accepted token gets its verdict, and no other text stands for it.
    if let (Some(token), "valid") = (token, test.result.as_str()) {
        let token = Token::from_bytes(&token).map_err(|rejection| rejection.to_string())?;
        for text in [token.to_qr_text(), token.to_link_text()] {
            check(test, verify(verifier, test, Input::Text(&text)), seen)?;
        }
        if let Some(text) = &test.text {
            assert_eq!(*text, token.to_qr_text());
        }
    }
    Ok(())
}

fn verify(verifier: &Verifier, test: &TokenTest, input: Input<'_>) -> Result<Verified, Rejection> {
    let challenge = test.challenge.as_ref().map(model::Question::build);
    let context = Context::at(time(test.now));
    match &challenge {
        Some(challenge) => verifier.verify(input, context.with_challenge(challenge)),
        None => verifier.verify(input, context),
    }
}

fn check(test: &TokenTest, outcome: Result<Verified, Rejection>, seen: &mut Seen) -> Result<(), String> {
    match (outcome, test.result.as_str()) {
        (Ok(verified), "valid") => {
            let found = describe(&verified);
            let expected = test.verdict.clone().unwrap();
            if found == expected { Ok(()) } else { Err(format!("verdict\n{found:#}\nnot\n{expected:#}")) }
        }
        (Err(rejection), "invalid") => {
            *seen.codes.entry(rejection.code()).or_default() += 1;
            let expected = (test.code.as_deref().unwrap(), test.stage.as_deref().unwrap());
            let mut same = (rejection.code().as_str(), rejection.stage().name()) == expected;
            if let Evidence::Malformed(found) = rejection.evidence() {
                seen.flaws.push(found.flaw);
                same &= test.malformed.as_ref().is_some_and(|expected| {
                    (found.layer.name(), found.flaw.name()) == (&expected.layer, &expected.flaw)
                });
            } else {
                same &= test.malformed.is_none();
            }
            if same { Ok(()) } else { Err(format!("refused as {rejection}, not {expected:?}")) }
        }
        (Ok(_), _) => Err("accepted".to_string()),
        (Err(rejection), _) => Err(format!("refused: {rejection}")),
    }
}

/// The verdict as the vectors write it.
fn describe(verified: &Verified) -> Value {
    let claim = verified.claim();
    assert_eq!(claim.permit, verified.permit_id());
    let is_slip = verified.form() == Form::Slip;
    assert_eq!(claim.moment, (!is_slip).then(|| verified.issued_at()));
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(name.to_string(), value);
        }
    };
    put("form", Some(json!(verified.form().name())));
    put("issuer", Some(json!(verified.issuer())));
    put("subject", Some(json!(verified.subject())));
    put("class", Some(json!(verified.class())));
    put("keyId", Some(json!(hex(verified.key_id()))));
    put("audience", verified.audience().map(|name| json!(name)));
    put("challengeAnswered", Some(json!(verified.challenge_answered())));
    put("issuedAt", Some(json!(verified.issued_at().as_unix())));
    put("liveUntil", Some(json!(verified.live_until().as_unix())));
    put("window", Some(json!(verified.window())));
    put(
        "credential",
        verified.device_key().map(|key| {
            json!({
                "notBefore": verified.credential_not_before().unwrap().as_unix(),
                "expires": verified.credential_expires().unwrap().as_unix(),
                "deviceKey": hex(&key.to_cose_key()),
            })
        }),
    );
    put(
        "person",
        verified.person().map(|person| match person.birth_date() {
            Some(date) => json!({"fullName": person.full_name(), "birthDate": date.as_str()}),
            None => json!({"fullName": person.full_name()}),
        }),
    );
    put(
        "status",
        verified.status().map(|status| json!({"uri": status.uri(), "index": status.index().to_string()})),
    );
    put(
        "acting",
        verified
            .acting()
            .map(|acting| json!({"role": acting.role(), "representative": acting.representative()})),
    );
    put("checkNumber", verified.check_number().map(|digits| json!(digits)));
    // ciborium keeps the order of a map and writes integers in their shortest form, so the bytes come back.
    let application: ciborium::Value = verified.application().unwrap();
    let mut encoded = Vec::new();
    ciborium::into_writer(&application, &mut encoded).unwrap();
    put("application", Some(json!(hex(&encoded))));
    put("cautions", Some(verified.cautions().iter().map(|caution| json!(caution.code())).collect()));
    put("permitId", Some(json!(claim.permit.to_string())));
    put("keepUntil", Some(json!(claim.keep_until.as_unix())));
    Value::Object(out)
}

/// The generator writes its tokens by hand; issuer and holder make the same bytes of the same permit.
#[test]
fn issuer_and_holder_make_the_default_tokens() {
    let keys: File<KeyGroup> = serde_json::from_str(&read("keys.json")).unwrap();
    let key = |name: &str| {
        let test = keys.test_groups[0].tests.iter().find(|test| test.comment == name).unwrap();
        let facts = test.key.as_ref().unwrap();
        secret(&facts.algorithm, facts.private.as_ref().unwrap())
    };
    let examples = |name: &str| -> Vec<String> {
        let file: File<TokenGroup> = serde_json::from_str(&read(name)).unwrap();
        let tests = file.test_groups.into_iter().flat_map(|group| group.tests);
        tests
            .filter(|test| test.flags.iter().any(|flag| flag == "WorkedExample"))
            .map(|test| test.token.unwrap())
            .collect()
    };
    let file: File<TokenGroup> = serde_json::from_str(&read("pass.json")).unwrap();
    let trust = file.test_groups[0].trust();
    let (issued, shown) = (time(1_790_000_000), time(1_790_000_600));

    let issuer_key = key("issuer");
    let issuer = Issuer::new("bj.example", issuer_key.public_key()).unwrap();
    let permit = Permit::new("BJ-7F3A9C2E", "bj.example:residence").unwrap();
    let pass = issuer.prepare_pass(&permit, None, shown).unwrap().sign(&issuer_key).unwrap();
    assert_eq!(examples("pass.json"), [hex(pass.as_bytes())]);

    let status = StatusReference::new("https://s.bj.example/1", 21_893_095).unwrap();
    let permit = permit.with_status(status);

    let person = Person::new("李雷 Li Lei").unwrap().with_birth_date("20000229".parse().unwrap());
    let named = permit.clone().with_person(person);
    let prepared = issuer.prepare_slip(&named, "42705183", issued, issued.plus(30 * 86_400)).unwrap();
    assert_eq!(examples("slip.json"), [hex(prepared.sign(&issuer_key).unwrap().as_bytes())]);

    let (mut credentials, mut presentations) = (Vec::new(), Vec::new());
    for device in [key("Ed25519 device"), key("P-256 device")] {
        let public = device.public_key();
        let prepared = issuer.prepare_credential(&permit, &public, Validity::default(), issued).unwrap();
        let credential = prepared.sign(&issuer_key).unwrap();
        let held = HeldCredential::accept(credential.as_bytes(), &public, &trust, shown).unwrap();
        let presentation = held.prepare(Recipient::Anyone, shown).unwrap().sign(&device).unwrap();
        credentials.push(hex(credential.as_bytes()));
        presentations.push(hex(presentation.as_bytes()));
    }
    let made: Vec<String> = presentations.into_iter().chain(credentials).collect();
    assert_eq!(examples("credential-and-presentation.json"), made);
}
