//! The vector files: what the generator writes, in the shape of the schema; and issuer and holder
//! make the same tokens.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test is what a panic is for here"
)]

mod schema;

use std::fs::read_to_string;

use livepermit::hold::HeldCredential;
use livepermit::issue::{Person, StatusReference};
use livepermit::{
    Issuer, Permit, PublicKey, Recipient, SecretKey, Timestamp, Trust, TrustedKey, Use, Validity,
};
use livepermit_vectors_generate::files;
use serde_json::{Value, json};

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../");

fn read(name: &str) -> String {
    read_to_string(format!("{DIRECTORY}{name}")).unwrap()
}

fn value(name: &str) -> Value {
    serde_json::from_str(&read(name)).unwrap()
}

#[test]
fn files_are_what_the_generator_writes() {
    for (name, text) in files() {
        // No assert_eq: the difference of two files of half a megabyte helps nobody.
        assert!(
            read(name) == text,
            "{name} differs: run `cargo run -p livepermit-vectors-generate -- test-vectors` and look at \
             the difference"
        );
    }
}

#[test]
fn files_fit_the_schema() {
    let schema = serde_json::from_str(&read("schema.json")).unwrap();
    for (name, _) in files().into_iter().filter(|(name, _)| *name != "schema.json") {
        let violations = schema::violations(&schema, &value(name));
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

/// The generator writes its tokens by hand; issuer and holder make the same bytes of the same
/// permit.
#[test]
fn issuer_and_holder_make_the_default_tokens() {
    let keys = value("keys.json");
    let key = |name: &str| {
        let tests = keys["testGroups"][0]["tests"].as_array().unwrap();
        let facts = &tests.iter().find(|test| test["comment"] == name).unwrap()["key"];
        let private = hex::decode(facts["private"].as_str().unwrap()).unwrap().try_into().unwrap();
        match facts["algorithm"].as_str().unwrap() {
            "Ed25519" => SecretKey::from_ed25519_seed(&private),
            "ESP256" => SecretKey::from_p256_scalar(&private).unwrap(),
            other => panic!("{other}"),
        }
    };
    let examples = |name: &str| -> Vec<String> {
        let file = value(name);
        let groups = file["testGroups"].as_array().unwrap();
        let tests = groups.iter().flat_map(|group| group["tests"].as_array().unwrap());
        tests
            .filter(|test| test["flags"].as_array().unwrap().contains(&json!("WorkedExample")))
            .map(|test| test["token"].as_str().unwrap().to_string())
            .collect()
    };
    let time = |seconds| Timestamp::from_unix(seconds).unwrap();
    let hex = |bytes: &[u8]| hex::encode(bytes);
    let entry = &value("pass.json")["testGroups"][0]["trust"][0];
    let trusted =
        PublicKey::from_cose_key(&hex::decode(entry["key"].as_str().unwrap()).unwrap()).unwrap();
    let uses = [Use::Credential, Use::Pass];
    let trusted = TrustedKey::new("bj.example", trusted, uses, ["bj.example:residence"]).unwrap();
    let trust = Trust::new([trusted]).unwrap();
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
    let prepared =
        issuer.prepare_slip(&named, "42705183", issued, issued.plus(30 * 86_400)).unwrap();
    assert_eq!(examples("slip.json"), [hex(prepared.sign(&issuer_key).unwrap().as_bytes())]);

    let (mut credentials, mut presentations) = (Vec::new(), Vec::new());
    for device in [key("Ed25519 device"), key("P-256 device")] {
        let public = device.public_key();
        let prepared =
            issuer.prepare_credential(&permit, &public, Validity::default(), issued).unwrap();
        let credential = prepared.sign(&issuer_key).unwrap();
        let held = HeldCredential::accept(credential.as_bytes(), &public, &trust, shown).unwrap();
        let presentation = held.prepare(Recipient::Anyone, shown).unwrap().sign(&device).unwrap();
        credentials.push(hex(credential.as_bytes()));
        presentations.push(hex(presentation.as_bytes()));
    }
    let made: Vec<String> = presentations.into_iter().chain(credentials).collect();
    assert_eq!(examples("credential-and-presentation.json"), made);
}
