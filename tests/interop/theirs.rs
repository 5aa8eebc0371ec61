//! What cwt, cryptography and cbor2 mint verifies here, and says what they put in.

use ciborium::value::Value as Cbor;
use livepermit::hold::Challenge;
use livepermit::verify::{Caution, ChallengePolicy};
use livepermit::{
    Context, Form, Holder, Policy, PublicKey, Recipient, RejectionCode, RevocationPolicy,
    SecretKey, Trust, TrustedKey, Use, Verified, Verifier,
};
use serde::Deserialize;
use serde_json::json;

use crate::peers::{self, Scratch};
use crate::{CLASS, GATE, ISSUER, NONCE, SUBJECT, hex, now, unhex};

const KID: &[u8] = b"their key";
const WINDOW: u64 = 20;

#[derive(Deserialize)]
struct Minted {
    issuer_key: String,
    passes: std::collections::BTreeMap<String, String>,
    devices: Vec<Device>,
}

#[derive(Deserialize)]
struct Device {
    name: String,
    public_key: String,
    private_key: String,
    credential: String,
    presentation: String,
    answer: String,
    high_s: Option<String>,
}

fn mint(python: std::path::PathBuf) -> Minted {
    let request = json!({
        "now": now().as_unix(),
        "window": WINDOW,
        "kid": hex(KID),
        "issuer": ISSUER,
        "subject": SUBJECT,
        "class": CLASS,
        "gate": GATE,
        "nonce": hex(&NONCE),
        "full_name": "张伟 Zhang Wei",
        "birth_date": "19900228",
        "status_uri": "https://s.bj.example/1",
        "status_index": 21_893_095,
    });
    let scratch = Scratch::new();
    let path = scratch.write("request.json", request.to_string());
    serde_json::from_str(&peers::output(peers::script(python, "mint.py").arg(path))).unwrap()
}

impl Minted {
    fn trusted(&self, wanted: Use) -> TrustedKey {
        let key = PublicKey::from_spki_pem(&self.issuer_key).unwrap();
        TrustedKey::new(ISSUER, key, [wanted], [CLASS]).unwrap().with_key_id(KID).unwrap()
    }
}

fn policy() -> Policy {
    Policy::new(GATE, [CLASS], RevocationPolicy::NotChecked)
}

fn verifier(key: TrustedKey, policy: Policy) -> Verifier {
    Verifier::new(Trust::new([key]).unwrap(), policy).unwrap()
}

/// What every token has that the script mints.
fn check(verified: &Verified) {
    assert_eq!((verified.issuer(), verified.subject(), verified.class()), (ISSUER, SUBJECT, CLASS));
    assert_eq!(verified.key_id(), KID);
    assert_eq!((verified.issued_at(), verified.window()), (now(), WINDOW));
    assert_eq!(verified.live_until(), now().plus(WINDOW));
    let person = verified.person().unwrap();
    assert_eq!(person.full_name(), "张伟 Zhang Wei");
    assert_eq!(person.birth_date().unwrap().as_str(), "19900228");
    let status = verified.status().unwrap();
    assert_eq!((status.uri(), status.index()), ("https://s.bj.example/1", 21_893_095));
    assert_eq!(verified.cautions().iter().collect::<Vec<_>>(), [Caution::RevocationNotChecked]);

    let text = |text: &str| Cbor::Text(text.into());
    let values =
        [Cbor::Bool(true), Cbor::Bytes(vec![0, 255]), Cbor::from(i64::MIN), Cbor::from(u64::MAX)];
    let vehicle = [
        (Cbor::from(1), Cbor::Array(values.into())),
        (Cbor::from(-1), Cbor::Null),
        (text("axles"), Cbor::from(2)),
    ];
    let wanted =
        [(Cbor::from(-70_000), text("zone 3")), (text("vehicle"), Cbor::Map(vehicle.into()))];
    assert_eq!(verified.application::<Cbor>().unwrap(), Cbor::Map(wanted.into()));
}

#[test]
fn we_verify_and_read_what_python_mints() {
    let Some(python) = peers::python("cbor2, cryptography, cwt") else { return };
    let minted = mint(python);

    assert_eq!(minted.passes.len(), 2);
    for (name, pass) in &minted.passes {
        println!("{name}");
        let trusted = minted.trusted(Use::Pass);
        let pinned = trusted.clone().pinned_to_eddsa().unwrap();
        let (right, wrong) = if name == "pass" { (trusted, pinned) } else { (pinned, trusted) };
        let pass = unhex(pass);
        let verified = verifier(right, policy()).verify(&pass, now()).unwrap();
        assert_eq!((verified.form(), verified.audience()), (Form::Pass, Some(GATE)));
        check(&verified);
        // The algorithm is the key's, not the token's.
        let refused = verifier(wrong, policy()).verify(&pass, now()).unwrap_err();
        assert_eq!(refused.code(), RejectionCode::AlgorithmMismatch);
    }

    assert_eq!(minted.devices.len(), 3);
    for device in &minted.devices {
        println!("{}", device.name);
        check_device(&minted, device);
    }
    assert_eq!(minted.devices.iter().filter(|device| device.high_s.is_some()).count(), 2);
}

fn check_device(minted: &Minted, device: &Device) {
    let gate = verifier(minted.trusted(Use::Credential), policy());
    let public = PublicKey::from_spki_pem(&device.public_key).unwrap();
    let private = SecretKey::from_pkcs8_pem(&device.private_key).unwrap();
    assert_eq!(private.public_key(), public);

    let check_shown = |verified: &Verified| {
        check(verified);
        assert_eq!(verified.form(), Form::Presentation);
        assert_eq!(verified.device_key(), Some(&public));
        assert_eq!(verified.credential_not_before(), Some(now().minus(300)));
        assert_eq!(verified.credential_expires(), Some(now().plus(86_400)));
    };
    let verified = gate.verify(&unhex(&device.presentation), now()).unwrap();
    check_shown(&verified);
    assert_eq!((verified.audience(), verified.challenge_answered()), (None, false));

    let asking = verifier(
        minted.trusted(Use::Credential),
        policy().with_challenge(ChallengePolicy::Required),
    );
    let challenge = Challenge::new(GATE, &NONCE, now().plus(60)).unwrap();
    let context = Context::at(now()).with_challenge(&challenge);
    let verified = asking.verify(&unhex(&device.answer), context).unwrap();
    check_shown(&verified);
    assert_eq!((verified.audience(), verified.challenge_answered()), (Some(GATE), true));

    if let Some(high_s) = &device.high_s {
        let refused = gate.verify(&unhex(high_s), now()).unwrap_err();
        assert_eq!(refused.code(), RejectionCode::BadDeviceSignature);
    }

    // Their credential in our wallet, shown with the key from their file.
    let mut holder = Holder::new(public.clone());
    holder.accept(&unhex(&device.credential), gate.trust(), now()).unwrap();
    let shown = holder.prepare(Recipient::Gate(GATE), now()).unwrap().sign(&private).unwrap();
    check_shown(&gate.verify(&shown, now()).unwrap());
}
