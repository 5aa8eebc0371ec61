//! What we mint verifies there, and says what we put in.

use ciborium::value::Value as Cbor;
use livepermit::{
    Holder, Issuer, Permit, Recipient, SecretKey, Token, Trust, TrustedKey, Use, Validity,
};
use serde_json::{Value, json};

use crate::peers::{self, Scratch};
use crate::{CLASS, GATE, ISSUER, NONCE, SUBJECT, full_permit, hex, now};

const TYP_PASS: &str = "application/vnd.lpp+cwt";
const TYP_CREDENTIAL: u64 = 293;
const TYP_PRESENTATION: u64 = 294;

/// Every kind of value and every width of a head, the keys in no order.
fn application() -> Cbor {
    let text = |text: &str| Cbor::Text(text.into());
    let integers = [
        23,
        24,
        255,
        256,
        65_535,
        65_536,
        0xffff_ffff,
        0x1_0000_0000,
        -1,
        -24,
        -25,
        -256,
        -257,
        i64::MIN,
    ];
    let vehicle = [
        (text("axles"), Cbor::from(2)),
        (
            Cbor::from(-1),
            Cbor::Map(vec![(text("plate"), Cbor::Null), (Cbor::from(0), Cbor::Map(vec![]))]),
        ),
        (Cbor::from(1), text(&"x".repeat(300))),
    ];
    Cbor::Map(vec![
        (text("vehicle"), Cbor::Map(vehicle.into())),
        (
            text("tags"),
            Cbor::Array(vec![Cbor::Bool(true), Cbor::Bytes(vec![0, 255]), Cbor::from(u64::MAX)]),
        ),
        (Cbor::from(i64::MIN), Cbor::Bool(false)),
        (Cbor::from(-65_553), Cbor::Array(integers.map(Cbor::from).into())),
        (text("zones"), Cbor::Array(vec![text("Chaoyang 朝阳"), Cbor::Array(vec![])])),
    ])
}

/// The same, in the order of the wire.
fn application_pairs() -> Vec<Value> {
    let integers: [i64; 14] = [
        23,
        24,
        255,
        256,
        65_535,
        65_536,
        0xffff_ffff,
        0x1_0000_0000,
        -1,
        -24,
        -25,
        -256,
        -257,
        i64::MIN,
    ];
    let plate = json!({"map": [[0, {"map": []}], ["plate", null]]});
    vec![
        json!([-65_553, integers]),
        json!([i64::MIN, false]),
        json!(["tags", [true, {"bytes": "00ff"}, u64::MAX]]),
        json!(["zones", ["Chaoyang 朝阳", []]]),
        json!(["vehicle", {"map": [[1, "x".repeat(300)], [-1, plate], ["axles", 2]]}]),
    ]
}

/// A permit with nothing in it that may be left out, or with all of it.
fn permit(full: bool) -> Permit {
    if full { full_permit(&application()) } else { Permit::new(SUBJECT, CLASS).unwrap() }
}

/// The claims of `permit(full)` around those of the form, in the order of the wire.
fn claims(full: bool, timing: Vec<Value>, window: Option<u64>) -> Value {
    let mut pairs = vec![json!([1, ISSUER]), json!([2, SUBJECT])];
    pairs.extend(timing);
    pairs.push(json!([11, CLASS]));
    if full {
        pairs.push(json!([169, {"map": [[4, "张伟 Zhang Wei"], [8, "19900228"]]}]));
        let entry = json!({"map": [["idx", 21_893_095], ["uri", "https://s.bj.example/1"]]});
        pairs.push(json!([65_535, {"map": [["status_list", entry]]}]));
    }
    if let Some(seconds) = window {
        pairs.push(json!([-65_537, seconds]));
    }
    if full {
        pairs.extend(application_pairs());
    }
    json!({ "map": pairs })
}

/// An issuer's key and what its tokens name it by.
struct Signer {
    key: SecretKey,
    issuer: Issuer,
    kid: Vec<u8>,
    kid_is_thumbprint: bool,
    alg: i64,
}

impl Signer {
    /// Under the default key id.
    fn new() -> Self {
        let key = SecretKey::from_ed25519_seed(&[1; 32]);
        let issuer = Issuer::new(ISSUER, key.public_key()).unwrap();
        let kid = key.public_key().thumbprint()[..8].to_vec();
        Self { key, issuer, kid, kid_is_thumbprint: true, alg: -19 }
    }

    fn named(mut self, kid: &[u8]) -> Self {
        self.issuer = self.issuer.with_key_id(kid).unwrap();
        (self.kid, self.kid_is_thumbprint) = (kid.to_vec(), false);
        self
    }

    fn pinned_to_eddsa(mut self) -> Self {
        self.issuer = self.issuer.pinned_to_eddsa();
        self.alg = -8;
        self
    }

    fn wanted(&self, typ: impl Into<Value>, claims: Value) -> Value {
        json!({
            "public_key": self.key.public_key().to_spki_pem(),
            "kid": hex(&self.kid),
            "kid_is_thumbprint": self.kid_is_thumbprint,
            "alg": self.alg,
            "typ": typ.into(),
            "claims": claims,
        })
    }

    fn pass(&self, full: bool) -> Value {
        let (audience, issued_at) = (full.then_some(GATE), now().as_unix());
        let pass = self
            .issuer
            .prepare_pass(&permit(full), audience, now())
            .unwrap()
            .sign(&self.key)
            .unwrap();
        let mut timing: Vec<Value> = audience.map(|gate| json!([3, gate])).into_iter().collect();
        timing.extend([json!([4, issued_at + permit(full).window()]), json!([6, issued_at])]);
        entry("pass", &pass, &self.wanted(TYP_PASS, claims(full, timing, None)), &Value::Null)
    }

    fn presentation(&self, full: bool, device: &Device, recipient: Recipient<'_>) -> Value {
        let public = device.key.public_key();
        let trust =
            TrustedKey::new(ISSUER, self.key.public_key(), [Use::Credential], [CLASS]).unwrap();
        let trust = Trust::new([trust.with_key_id(&self.kid).unwrap()]).unwrap();
        let permit = permit(full);
        let credential =
            self.issuer.prepare_credential(&permit, &public, Validity::default(), now()).unwrap();
        let credential = credential.sign(&self.key).unwrap();
        let mut holder = Holder::new(public.clone());
        holder.accept(credential.as_bytes(), &trust, now()).unwrap();
        let token = holder.prepare(recipient, now()).unwrap().sign(&device.key).unwrap();

        let issued_at = now().as_unix();
        let timing = vec![
            json!([4, issued_at + 86_400]),
            json!([5, issued_at - 300]),
            json!([8, {"map": [[1, device.cose_key()]]}]),
        ];
        let mut shown = match recipient {
            Recipient::Gate(gate) | Recipient::Challenge { gate, .. } => vec![json!([3, gate])],
            _ => vec![json!([3, "*"])],
        };
        shown.push(json!([6, issued_at]));
        if let Recipient::Challenge { nonce, .. } = recipient {
            shown.push(json!([39, {"bytes": hex(nonce)}]));
        }
        let shown = json!({
            "public_key": public.to_spki_pem(),
            "alg": device.alg,
            "typ": TYP_PRESENTATION,
            "claims": {"map": shown},
        });
        let issued = self.wanted(TYP_CREDENTIAL, claims(full, timing, Some(permit.window())));
        entry(&format!("presentation, {recipient:?}, {}", device.name), &token, &issued, &shown)
    }
}

struct Device {
    name: &'static str,
    key: SecretKey,
    alg: i64,
}

impl Device {
    /// One of each algorithm and, for P-256, of each sign of y.
    fn all() -> [Self; 3] {
        let p256 = |name, scalar| Self {
            name,
            key: SecretKey::from_p256_scalar(&scalar).unwrap(),
            alg: -9,
        };
        let all = [
            Self { name: "Ed25519", key: SecretKey::from_ed25519_seed(&[2; 32]), alg: -19 },
            p256("P-256, y even", [2; 32]),
            p256("P-256, y odd", [5; 32]),
        ];
        assert_eq!(all.each_ref().map(Self::y_is_odd), [None, Some(false), Some(true)]);
        all
    }

    fn y_is_odd(&self) -> Option<bool> {
        (self.alg == -9).then(|| self.key.public_key().to_point_bytes()[64] % 2 == 1)
    }

    fn cose_key(&self) -> Value {
        let point = self.key.public_key().to_point_bytes();
        match self.y_is_odd() {
            None => json!({"map": [[1, 1], [-1, 6], [-2, {"bytes": hex(&point)}]]}),
            Some(odd) => {
                json!({"map": [[1, 2], [-1, 1], [-2, {"bytes": hex(&point[1..33])}], [-3, odd]]})
            }
        }
    }
}

fn entry(name: &str, token: &Token, issued: &Value, shown: &Value) -> Value {
    json!({
        "name": name,
        "bytes": hex(token.as_bytes()),
        "qr_text": token.to_qr_text(),
        "link_text": token.to_link_text(),
        "issued": issued,
        "shown": shown,
    })
}

fn manifest() -> Vec<Value> {
    let mut manifest = Vec::new();
    for full in [false, true] {
        for signer in
            [Signer::new(), Signer::new().named(b"key-of-2026"), Signer::new().pinned_to_eddsa()]
        {
            manifest.push(signer.pass(full));
        }
        for device in Device::all() {
            for recipient in [
                Recipient::Anyone,
                Recipient::Gate(GATE),
                Recipient::Challenge { gate: GATE, nonce: &NONCE },
            ] {
                manifest.push(Signer::new().presentation(full, &device, recipient));
            }
        }
    }
    manifest
}

/// Texts for QR codes, from the shortest pass to a presentation with everything in it.
#[cfg(feature = "qr")]
pub(crate) fn sample_texts() -> Vec<String> {
    let [ed25519, p256, _] = Device::all();
    let signer = Signer::new();
    let samples = [
        signer.pass(false),
        signer.presentation(false, &ed25519, Recipient::Anyone),
        signer.presentation(false, &p256, Recipient::Anyone),
        signer.pass(true),
        signer.presentation(true, &p256, Recipient::Challenge { gate: GATE, nonce: &NONCE }),
    ];
    samples.iter().map(|entry| entry["qr_text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn python_verifies_and_reads_our_tokens() {
    let Some(python) = peers::python("cbor2, cryptography, cwt, pycose") else { return };
    let manifest = manifest();
    let scratch = Scratch::new();
    let path = scratch.write("manifest.json", serde_json::to_vec(&manifest).unwrap());
    let tally = peers::output(peers::script(python, "verify_ours.py").arg(path));
    println!("{tally}");
    assert!(tally.starts_with(&format!("tokens: {},", manifest.len())), "{tally}");
}
