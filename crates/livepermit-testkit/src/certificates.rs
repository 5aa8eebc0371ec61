//! Chains of certificates as Android phones have them, written byte by byte, so that a test can
//! break any part.

use livepermit::PublicKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};

/// A value in DER: its tag, its length, its content.
#[must_use]
pub fn der(tag: &[u8], content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..0x80 => vec![u8::try_from(short).unwrap()],
        long => {
            let bytes = long.to_be_bytes();
            let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap()..];
            [&[0x80 | u8::try_from(bytes.len()).unwrap()], bytes].concat()
        }
    };
    [tag, &length, content].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(&[0x30], &parts.concat())
}

fn set(parts: &[&[u8]]) -> Vec<u8> {
    der(&[0x31], &parts.concat())
}

/// The explicit tag of a field of an authorization list, which can be above 30.
fn field(number: u32, value: &[u8]) -> Vec<u8> {
    let seven = |bits: u32| u8::try_from(bits & 0x7f).unwrap();
    let tag = match number {
        0..=30 => vec![0xa0 | seven(number)],
        _ => vec![0xbf, 0x80 | seven(number >> 7), seven(number)],
    };
    der(&tag, value)
}

const ECDSA_SHA256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// Android's extension (1.3.6.1.4.1.11129.2.1.17).
pub const DESCRIPTION: &[u8] = &[0x06, 10, 0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 1, 0x11];
const BASIC_CONSTRAINTS: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x13];

/// What a phone says of a key. The default is what the office wants, for an empty nonce.
#[derive(Clone, Debug)]
pub struct Description {
    /// What made the description: 0 software, 1 trusted environment, 2 a chip of its own.
    pub attested_by: u8,
    /// What keeps the key, in the same way.
    pub kept_by: u8,
    /// For what the description was made.
    pub challenge: Vec<u8>,
    /// What the key may do; 2 is signing.
    pub purposes: Vec<u8>,
    /// Where the key was made: 0 inside, 2 outside. Not said if `None`.
    pub origin: Option<u8>,
    /// Whether the start of the device can be changed, and what was started: 0 the maker's own
    /// system. Not said if `None`.
    pub start: Option<(bool, u8)>,
    /// The app's package and the digest of its signer's certificate.
    pub app: Option<(String, Vec<u8>)>,
    /// Whether the system alone says what hardware should.
    pub by_system: bool,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            attested_by: 1,
            kept_by: 1,
            challenge: Vec::new(),
            purposes: vec![2],
            origin: Some(0),
            start: Some((true, 0)),
            app: Some(("org.livepermit.wallet".to_owned(), vec![7; 32])),
            by_system: false,
        }
    }
}

impl Description {
    /// For a key that was made for this nonce.
    #[must_use]
    pub fn of(nonce: &str) -> Self {
        Self { challenge: nonce.as_bytes().to_vec(), ..Self::default() }
    }

    /// The content of the extension.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let number = |value: u8| der(&[0x02], &[value]);
        let enumerated = |value: u8| der(&[0x0a], &[value]);
        let octets = |bytes: &[u8]| der(&[0x04], bytes);
        let purposes: Vec<_> = self.purposes.iter().map(|purpose| number(*purpose)).collect();
        let purposes: Vec<_> = purposes.iter().map(Vec::as_slice).collect();
        let mut by_hardware = field(1, &set(&purposes));
        by_hardware.extend(field(2, &number(3)));
        if let Some(origin) = self.origin {
            by_hardware.extend(field(702, &number(origin)));
        }
        if let Some((locked, state)) = self.start {
            let locked = der(&[0x01], &[if locked { 0xff } else { 0 }]);
            let root = [&octets(&[1; 32])[..], &locked, &enumerated(state), &octets(&[2; 32])];
            by_hardware.extend(field(704, &sequence(&root)));
        }
        let mut by_system = Vec::new();
        if self.by_system {
            by_system = std::mem::take(&mut by_hardware);
        }
        if let Some((package, signer)) = &self.app {
            let info = sequence(&[&octets(package.as_bytes()), &number(1)]);
            let app = sequence(&[&set(&[&info]), &set(&[&octets(signer)])]);
            by_system.extend(field(709, &octets(&app)));
        }
        sequence(&[
            &der(&[0x02], &[0x01, 0x2c]),
            &enumerated(self.attested_by),
            &der(&[0x02], &[0x01, 0x2c]),
            &enumerated(self.kept_by),
            &octets(&self.challenge),
            &octets(&[]),
            &der(&[0x30], &by_system),
            &der(&[0x30], &by_hardware),
        ])
    }
}

/// A certificate, before it is signed.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its number.
    pub serial: u8,
    /// Who signs.
    pub issuer: String,
    /// Whose it is.
    pub subject: String,
    /// From when it is valid, as `YYMMDDhhmmssZ`.
    pub from: &'static str,
    /// Until when.
    pub until: &'static str,
    /// The key, as SubjectPublicKeyInfo.
    pub key: Vec<u8>,
    /// Whether it may sign others.
    pub authority: bool,
    /// Contents of extensions with the description of a key.
    pub descriptions: Vec<Vec<u8>>,
}

impl Certificate {
    /// The certificate in DER, signed by this key.
    #[must_use]
    pub fn signed(&self, key: &SigningKey) -> Vec<u8> {
        let name = |name: &str| {
            let text = der(&[0x0c], name.as_bytes());
            let attribute = sequence(&[&[0x06, 3, 0x55, 4, 3], &text]);
            sequence(&[&set(&[&attribute])])
        };
        let time = |text: &str| der(&[0x17], text.as_bytes());
        let mut extensions = Vec::new();
        if self.authority {
            let content = der(&[0x04], &sequence(&[&der(&[0x01], &[0xff])]));
            extensions.extend(sequence(&[BASIC_CONSTRAINTS, &der(&[0x01], &[0xff]), &content]));
        }
        for description in &self.descriptions {
            extensions.extend(sequence(&[DESCRIPTION, &der(&[0x04], description)]));
        }
        let algorithm = sequence(&[ECDSA_SHA256]);
        let facts = sequence(&[
            &der(&[0xa0], &der(&[0x02], &[2])),
            &der(&[0x02], &[self.serial]),
            &algorithm,
            &name(&self.issuer),
            &sequence(&[&time(self.from), &time(self.until)]),
            &name(&self.subject),
            &self.key,
            &der(&[0xa3], &der(&[0x30], &extensions)),
        ]);
        let signature: DerSignature = key.sign(&facts);
        let bits = [&[0], signature.as_bytes()].concat();
        sequence(&[&facts, &algorithm, &der(&[0x03], &bits)])
    }
}

/// What makes chains: a root, and what it signed for a phone.
#[derive(Clone, Debug)]
pub struct Factory {
    root: SigningKey,
    phone: SigningKey,
}

impl Factory {
    /// The factory of this seed.
    #[must_use]
    pub fn new(seed: u8) -> Self {
        let key = |seed| SigningKey::from_slice(&[seed; 32]).unwrap();
        Self { root: key(seed), phone: key(seed + 1) }
    }

    /// The certificate of the root, in PEM.
    #[must_use]
    pub fn root_pem(&self) -> String {
        pem(&self.root().signed(&self.root))
    }

    /// The certificate of the root, before it is signed.
    #[must_use]
    pub fn root(&self) -> Certificate {
        Certificate {
            serial: 1,
            issuer: "root".to_owned(),
            subject: "root".to_owned(),
            from: "200101000000Z",
            until: "491231235959Z",
            key: spki(&self.root),
            authority: true,
            descriptions: Vec::new(),
        }
    }

    /// The certificate of the phone, before it is signed.
    #[must_use]
    pub fn phone(&self) -> Certificate {
        let subject = "phone".to_owned();
        Certificate { serial: 0x2b, subject, key: spki(&self.phone), ..self.root() }
    }

    /// The certificate of a key in the phone, before it is signed.
    #[must_use]
    pub fn leaf(&self, key: &PublicKey, description: &Description) -> Certificate {
        Certificate {
            serial: 1,
            issuer: "phone".to_owned(),
            subject: "key".to_owned(),
            key: key.to_spki_der(),
            authority: false,
            descriptions: vec![description.to_der()],
            ..self.root()
        }
    }

    /// A chain of these certificates, each signed by what it ought to be: key, phone and root.
    #[must_use]
    pub fn chain(&self, leaf: &Certificate, phone: &Certificate) -> Vec<Vec<u8>> {
        let root = self.root().signed(&self.root);
        vec![leaf.signed(&self.phone), phone.signed(&self.root), root]
    }

    /// The chain that an honest phone sends for this key.
    #[must_use]
    pub fn honest(&self, key: &PublicKey, description: &Description) -> Vec<Vec<u8>> {
        self.chain(&self.leaf(key, description), &self.phone())
    }
}

fn spki(key: &SigningKey) -> Vec<u8> {
    let point = key.verifying_key().to_sec1_point(false);
    PublicKey::from_sec1_bytes(point.as_bytes()).unwrap().to_spki_der()
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
