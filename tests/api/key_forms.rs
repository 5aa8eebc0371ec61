//! Every form of a key, of either type, public and private, in every wrapping that tools and people
//! put around.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use livepermit::key::{Algorithm, KeyFile, KeyFileError, MAX_KEY_FILE_BYTES, OtherFile};
use livepermit::{PublicKey, SecretKey};
use proptest::prelude::*;

use livepermit_testkit::{ed25519_device, p256_device};

/// The private bytes of the two devices: a seed, and a number.
const PRIVATE: [u8; 32] = [2; 32];

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<_> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap()
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    match u8::try_from(content.len()).unwrap() {
        length @ ..0x80 => [&[tag, length], content].concat(),
        length => [&[tag, 0x81, length], content].concat(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn ssh_string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

fn ssh_blob(key: &PublicKey) -> (&'static str, Vec<u8>) {
    let point = key.to_point_bytes();
    match key.algorithm() {
        Algorithm::Ed25519 => {
            ("ssh-ed25519", [ssh_string(b"ssh-ed25519"), ssh_string(&point)].concat())
        }
        _ => (
            "ecdsa-sha2-nistp256",
            [ssh_string(b"ecdsa-sha2-nistp256"), ssh_string(b"nistp256"), ssh_string(&point)]
                .concat(),
        ),
    }
}

/// An unencrypted private key as `ssh-keygen` writes it.
fn ssh_private(key: &SecretKey) -> Vec<u8> {
    let (_, blob) = ssh_blob(&key.public_key());
    let secret = match key.public_key().algorithm() {
        Algorithm::Ed25519 => [&PRIVATE[..], &key.public_key().to_point_bytes()].concat(),
        _ => PRIVATE.to_vec(),
    };
    let inner = [&[7; 8], &blob[..], &ssh_string(&secret), &ssh_string(b"me"), &[1, 2, 3]].concat();
    let none = [ssh_string(b"none"), ssh_string(b"none"), ssh_string(b"")].concat();
    [&b"openssh-key-v1\0"[..], &none, &[0, 0, 0, 1], &ssh_string(&blob), &ssh_string(&inner)]
        .concat()
}

fn jwk_members(key: &PublicKey) -> String {
    let point = key.to_point_bytes();
    match key.algorithm() {
        Algorithm::Ed25519 => {
            format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, url(&point))
        }
        _ => format!(
            r#""kty":"EC","crv":"P-256","x":"{}","y":"{}""#,
            url(&point[1..33]),
            url(&point[33..])
        ),
    }
}

/// SEC1 with the name of the curve and the public key, or without one of them.
fn sec1(curve: bool, public: bool, scalar: &[u8]) -> Vec<u8> {
    let point = p256_device().public_key().to_point_bytes();
    let oid = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let mut content = [vec![2, 1, 1], tlv(4, scalar)].concat();
    if curve {
        content.extend(tlv(0xa0, &oid));
    }
    if public {
        content.extend(tlv(0xa1, &tlv(3, &[&[0], &point[..]].concat())));
    }
    tlv(0x30, &content)
}

/// Texts and files that hold the public key.
fn public_forms(key: &PublicKey) -> Vec<(&'static str, Vec<u8>)> {
    let (spki, point) = (key.to_spki_der(), key.to_point_bytes());
    let pem = key.to_spki_pem();
    let escaped = pem.replace('\n', "\\n");
    let (kind, blob) = ssh_blob(key);
    let jwk = jwk_members(key);
    let text = |text: String| text.into_bytes();
    let mut forms = vec![
        ("SPKI PEM", text(pem.clone())),
        ("SPKI DER", spki.clone()),
        ("DER and a line end", [&spki[..], b"\r\n"].concat()),
        ("SPKI base64", text(STANDARD.encode(&spki))),
        ("SPKI base64url", text(url(&spki))),
        ("SPKI hex", text(hex(&spki))),
        ("SPKI hex with colons", {
            let bytes: Vec<String> = spki.iter().map(|byte| format!("{byte:02X}")).collect();
            text(bytes.join(":"))
        }),
        (
            "one long line",
            text(format!(
                "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----",
                STANDARD.encode(&spki)
            )),
        ),
        ("all on one line", text(pem.replace('\n', " "))),
        ("literal line ends", text(escaped.clone())),
        ("literal line ends, twice", text(escaped.replace('\\', "\\\\"))),
        ("literal CRLF", text(pem.replace('\n', "\\r\\n"))),
        ("a variable", text(format!("ISSUER_KEY=\"{escaped}\"\n"))),
        ("a variable of base64", text(format!("export ISSUER_KEY={}\n", STANDARD.encode(&spki)))),
        (
            "percent-encoded",
            text(
                pem.replace('+', "%2B")
                    .replace('/', "%2F")
                    .replace('=', "%3D")
                    .replace(' ', "%20")
                    .replace('\n', "%0A"),
            ),
        ),
        (
            "form-encoded",
            text(
                pem.replace('+', "%2B")
                    .replace('/', "%2F")
                    .replace('=', "%3D")
                    .replace(' ', "+")
                    .replace('\n', "%0A"),
            ),
        ),
        ("base64 of a PEM", text(STANDARD.encode(&pem))),
        ("a JSON string", text(format!("\"{escaped}\""))),
        ("JWK", text(format!("{{{jwk}}}"))),
        (
            "JWK and more",
            text(format!(r#"{{"use":"sig","kid":"1","d":null,{jwk},"n":[1,2.5e3]}}"#)),
        ),
        ("a set of one JWK", text(format!(r#"{{"keys":[{{{jwk}}}]}}"#))),
        (
            "AWS",
            text(format!(
                r#"{{"KeyId":"arn:aws:kms:eu-1:1:key/2","PublicKey":"{}","KeySpec":"ECC_NIST_P256"}}"#,
                STANDARD.encode(&spki)
            )),
        ),
        (
            "AWS as text",
            text(format!(
                "ECDSA_SHA_256\tarn:aws:kms:eu-1:1:key/2\tSIGN_VERIFY\t{}\tSIGN_VERIFY\n",
                STANDARD.encode(&spki)
            )),
        ),
        (
            "Google",
            text(format!(
                r#"{{"pem":"{escaped}","algorithm":"EC_SIGN_P256_SHA256","pemCrc32c":"3425"}}"#
            )),
        ),
        (
            "Vault",
            text(format!(
                r#"{{"data":{{"keys":{{"1":{{"name":"k","public_key":"{escaped}"}}}}}}}}"#
            )),
        ),
        (
            ".NET, which escapes the plus",
            text(format!(
                r#"{{"publicKey":"{}"}}"#,
                STANDARD.encode(&spki).replace('+', "\\u002B")
            )),
        ),
        ("an array of bytes", text(format!("{spki:?}"))),
        ("OpenSSH", text(format!("{kind} {} me@home\n", STANDARD.encode(&blob)))),
        ("OpenSSH without a comment", text(format!("{kind} {}", STANDARD.encode(&blob)))),
        (
            "authorized_keys",
            text(format!("# doors\nno-pty,command=\"ls\" {kind} {} me\n", STANDARD.encode(&blob))),
        ),
        (
            "RFC 4716",
            text(format!(
                "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"a key: of \\\nmine\"\n{}\n\
             ---- END SSH2 PUBLIC KEY ----\n",
                STANDARD.encode(&blob)
            )),
        ),
        ("COSE_Key", key.to_cose_key()),
        ("COSE_Key hex", text(hex(&key.to_cose_key()))),
        ("point hex", text(hex(&point))),
        ("point hex with 0x", text(format!("0x{}", hex(&point)))),
        ("point base64", text(STANDARD.encode(&point))),
        ("point base64url", text(url(&point))),
        ("point", point.clone()),
    ];
    if key.algorithm() == Algorithm::Esp256 {
        let (x, y) = (&point[1..33], &point[33..]);
        let webauthn =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat();
        let compressed = [&[2 | (y[31] & 1)], x].concat();
        let oids = &spki[2..23];
        forms.extend([
            ("COSE_Key of WebAuthn", webauthn),
            ("compressed point", compressed.clone()),
            ("compressed point hex", text(hex(&compressed))),
            ("x and y", [x, y].concat()),
            ("CKA_EC_POINT", tlv(4, &point)),
            (
                "SPKI with a compressed point",
                tlv(0x30, &[oids, &tlv(3, &[&[0], &compressed[..]].concat())].concat()),
            ),
            (
                "Azure",
                text(format!(
                    r#"{{"attributes":{{"enabled":true}},"key":{{"crv":"P-256","d":null,
                "kid":"https://v.vault.azure.net/keys/k/1","kty":"EC-HSM","x":"{}","y":"{}"}}}}"#,
                    STANDARD.encode(x),
                    STANDARD.encode(y)
                )),
            ),
        ]);
    } else {
        forms.extend([
            (
                "Vault, Ed25519",
                text(format!(
                    r#"{{"data":{{"keys":{{"1":{{"public_key":"{}"}}}}}}}}"#,
                    STANDARD.encode(&point)
                )),
            ),
            (
                "COSE_Key with alg and kid",
                [&[0xa5, 1, 1, 2, 0x41, 9, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], &point[..]].concat(),
            ),
        ]);
    }
    forms
}

/// Texts and files that hold the private key.
fn private_forms(key: &SecretKey) -> Vec<(&'static str, Vec<u8>)> {
    let public = key.public_key();
    let pkcs8 = key.to_pkcs8_pem();
    let der = der(&pkcs8);
    let jwk = format!(r#"{{{},"d":"{}"}}"#, jwk_members(&public), url(&PRIVATE));
    let escaped = pkcs8.replace('\n', "\\n");
    let text = |text: String| text.into_bytes();
    let mut forms = vec![
        ("PKCS#8 PEM", text(pkcs8.to_string())),
        ("PKCS#8 DER", der.clone()),
        ("PKCS#8 base64", text(STANDARD.encode(&der))),
        ("PKCS#8 base64 without padding", text(STANDARD_NO_PAD.encode(&der))),
        ("PKCS#8 hex", text(hex(&der))),
        ("PKCS#8 under the label of SEC1", text(pem("EC PRIVATE KEY", &der))),
        ("both halves", text([pkcs8.as_str(), &public.to_spki_pem()].concat())),
        ("both halves, the public first", text([&public.to_spki_pem(), pkcs8.as_str()].concat())),
        ("with its certificate", text([pkcs8.as_str(), &pem("CERTIFICATE", &[0x30, 0])].concat())),
        ("JWK", text(jwk)),
        ("a JSON string", text(format!("{{\"private_key\": \"{escaped}\"}}"))),
        (
            "a secret of Kubernetes",
            text(format!(
                "apiVersion: v1\ndata:\n  tls.key: {}\nkind: Secret\n",
                STANDARD.encode(pkcs8.as_str())
            )),
        ),
        ("OpenSSH", text(pem("OPENSSH PRIVATE KEY", &ssh_private(key)))),
        (
            "bag attributes",
            text(format!(
                "Bag Attributes\n    friendlyName: café\n    localKeyID: 01 02\n\
             Key Attributes: <No Attributes>\n{}",
                pkcs8.as_str()
            )),
        ),
    ];
    if public.algorithm() == Algorithm::Esp256 {
        let parameters = pem("EC PARAMETERS", &sec1(true, false, &PRIVATE)[39..]);
        let full = sec1(true, true, &PRIVATE);
        forms.extend([
            ("SEC1 PEM", text(pem("EC PRIVATE KEY", &full))),
            (
                "SEC1 behind its parameters",
                text([parameters, pem("EC PRIVATE KEY", &full)].concat()),
            ),
            ("SEC1 under the label of PKCS#8", text(pem("PRIVATE KEY", &full))),
            ("SEC1 DER", full),
            ("SEC1 without the public key", sec1(true, false, &PRIVATE)),
            ("SEC1 without the curve", sec1(false, true, &PRIVATE)),
            ("SEC1 with a zero in front", sec1(true, true, &[&[0], &PRIVATE[..]].concat())),
            (
                "COSE_Key",
                [
                    &[0xa5, 1, 2, 0x20, 1, 0x21, 0x58, 32],
                    &public.to_point_bytes()[1..33],
                    &[0x22, 0x58, 32],
                    &public.to_point_bytes()[33..],
                    &[0x23, 0x58, 32],
                    &PRIVATE,
                ]
                .concat(),
            ),
        ]);
    } else {
        let both = [&PRIVATE[..], &public.to_point_bytes()].concat();
        forms.extend([
            ("seed and public key", both.clone()),
            ("seed and public key, hex", text(hex(&both))),
            ("seed and public key, an array", text(format!("{both:?}"))),
        ]);
    }
    forms
}

/// What editors, shells and mail programs do to a text.
fn wrappings(form: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![("as it is", form.to_vec())];
    let Ok(text) = std::str::from_utf8(form) else { return all };
    let is_text = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if !text.chars().all(is_text) || text.len() == 32 || text.len() == 64 {
        return all;
    }
    let lines = |change: fn(&str) -> String| -> Vec<u8> {
        text.lines().map(change).collect::<String>().into_bytes()
    };
    let wide = |units: Vec<u8>, mark: [u8; 2]| [&mark[..], &units].concat();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let windows: Vec<u8> =
        text.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    all.extend([
        ("CRLF", lines(|line| format!("{line}\r\n"))),
        ("CR", lines(|line| format!("{line}\r"))),
        ("blank lines behind", [form, b"\n\n\r\n \n"].concat()),
        ("blank lines before", [b"\n\r\n\n", form].concat()),
        ("blank lines between", lines(|line| format!("{line}\n\n"))),
        ("spaces at line ends", lines(|line| format!("{line}  \t\n"))),
        ("spaces in front", lines(|line| format!("    {line}\n"))),
        ("no line end", text.trim_end().as_bytes().to_vec()),
        ("a mark", [b"\xef\xbb\xbf", form].concat()),
        ("a space without width behind", [form, "\u{200b}".as_bytes()].concat()),
        ("UTF-16 as PowerShell writes it", wide(windows, [0xff, 0xfe])),
        ("UTF-16, big endian", wide(big.clone(), [0xfe, 0xff])),
        ("UTF-16 without a mark", little),
        ("UTF-16, big endian without a mark", big),
    ]);
    if text.contains("-----BEGIN ") && text.lines().count() > 2 {
        all.extend([
            ("a comment before", [b"# the issuer's key, 2026\n", form].concat()),
            ("a comment behind", [form, b"# ask Mei\nsubject=CN = x\n"].concat()),
            ("a comment in Latin-1", [b"# caf\xe9\n", form].concat()),
            ("quoted mail", lines(|line| format!("> {line}\n"))),
            ("YAML", [b"key: |\n".to_vec(), lines(|line| format!("  {line}\n"))].concat()),
            ("source code", lines(|line| format!("  \"{line}\\n\" +\n"))),
            ("non-breaking spaces", lines(|line| format!("\u{a0}{line}\u{a0}\n"))),
        ]);
    }
    if !text.contains(['"', '{', '\n']) {
        all.push(("quotes", format!("'{text}'").into_bytes()));
    }
    all
}

#[test]
fn every_form_of_a_public_key_is_read() {
    for key in [ed25519_device().public_key(), p256_device().public_key()] {
        for (form, bytes) in public_forms(&key) {
            for (wrapping, bytes) in wrappings(&bytes) {
                let name = format!("{form}, {wrapping}, {key:?}");
                assert_eq!(PublicKey::from_file_bytes(&bytes), Ok(key.clone()), "{name}");
                let refused = SecretKey::from_file_bytes(&bytes).unwrap_err();
                let bare =
                    bytes.len() == 32 || matches!(KeyFile::read(&bytes), Ok(KeyFile::Unnamed(_)));
                let wanted = if bare { KeyFileError::Unnamed } else { KeyFileError::PublicKey };
                assert_eq!(refused, wanted, "{name}");
            }
        }
    }
}

#[test]
fn every_form_of_a_private_key_is_read() {
    for key in [ed25519_device(), p256_device()] {
        for (form, bytes) in private_forms(&key) {
            for (wrapping, bytes) in wrappings(&bytes) {
                let name = format!("{form}, {wrapping}, {key:?}");
                let read = SecretKey::from_file_bytes(&bytes);
                assert_eq!(read.map(|read| read.public_key()), Ok(key.public_key()), "{name}");
                let refused = PublicKey::from_file_bytes(&bytes);
                assert_eq!(refused, Err(KeyFileError::PrivateKey), "{name}");
            }
        }
    }
}

#[test]
fn only_points_of_ed25519_are_without_a_name() {
    let key = ed25519_device().public_key();
    for (form, bytes) in public_forms(&key) {
        let unnamed = matches!(KeyFile::read(&bytes), Ok(KeyFile::Unnamed(_)));
        assert_eq!(unnamed, form.starts_with("point") || form == "Vault, Ed25519", "{form}");
    }
    // 32 bytes that are no point are no public key, and perhaps a private one.
    let no_point = (0..=255)
        .map(|byte| [byte; 32])
        .find(|bytes| PublicKey::from_ed25519_bytes(bytes).is_err() && !bytes[0].is_ascii())
        .unwrap();
    assert_eq!(KeyFile::read(&no_point).unwrap_err(), KeyFileError::Unnamed);
    assert_eq!(KeyFile::read(hex(&no_point).as_bytes()).unwrap_err(), KeyFileError::Unnamed);
}

#[test]
fn what_is_no_key_is_named() {
    let (ed25519, p256) = (ed25519_device(), p256_device());
    let public = ed25519.public_key().to_spki_pem();
    let other = p256.public_key().to_spki_pem();
    let sequence = |parts: &[Vec<u8>]| tlv(0x30, &parts.concat());
    let oid = |bytes: &[u8]| tlv(6, bytes);
    let ec = oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]);
    let rsa = sequence(&[oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1]), vec![5, 0]]);
    let bits = tlv(3, &[0, 4, 5]);
    let explicit = sequence(&[ec.clone(), sequence(&[vec![2, 1, 1]])]);
    let spki = |algorithm: &[u8]| sequence(&[algorithm.to_vec(), bits.clone()]);
    let pkcs8 =
        |algorithm: &[u8]| sequence(&[vec![2, 1, 0], algorithm.to_vec(), tlv(4, &[4, 1, 0])]);
    let curve = |bytes: &[u8]| sequence(&[ec.clone(), oid(bytes)]);
    let p384 = curve(&[0x2b, 0x81, 4, 0, 0x22]);
    let encrypted = sequence(&[sequence(&[oid(&[0x2a])]), tlv(4, &[0; 48])]);
    let ssh = |kind: &str| {
        format!("{kind} {} x", STANDARD.encode(ssh_string(kind.as_bytes()))).into_bytes()
    };
    let sealed = [
        &b"openssh-key-v1\0"[..],
        &ssh_string(b"aes256-ctr"),
        &ssh_string(b"bcrypt"),
        &ssh_string(b"x"),
    ]
    .concat();
    let mismatch = format!(r#"{{{},"d":"{}"}}"#, jwk_members(&ed25519.public_key()), url(&[3; 32]));
    use KeyFileError::{
        Damaged, Empty, Encrypted, EncryptedLegacy, EncryptedOpenSsh, ExplicitCurve, Mismatch,
        NoKey, Other, OtherAlgorithm, SeveralKeys, TooLarge,
    };
    let text = |text: &str| text.as_bytes().to_vec();
    let body = public.lines().nth(1).unwrap();
    let cases: Vec<(&str, Vec<u8>, KeyFileError)> = vec![
        ("nothing", vec![], Empty),
        ("spaces", text("\u{feff} \r\n\t"), Empty),
        ("zeros", vec![0; 100], Empty),
        ("words", text("hello, this is no key at all, only some words"), NoKey),
        ("a token", text("LP1:6BF5W0$F0"), NoKey),
        ("noise", vec![0xff; 99], NoKey),
        (
            "too much",
            vec![b' '; MAX_KEY_FILE_BYTES + 1],
            TooLarge { bytes: MAX_KEY_FILE_BYTES + 1 },
        ),
        ("two keys", text(&[public.as_str(), &other].concat()), SeveralKeys { count: 2 }),
        (
            "two JWKs",
            text(&format!(
                r#"{{"keys":[{{{}}},{{{}}}]}}"#,
                jwk_members(&ed25519.public_key()),
                jwk_members(&p256.public_key())
            )),
            SeveralKeys { count: 2 },
        ),
        (
            "a pair that is none",
            text(&[other.as_str(), ed25519.to_pkcs8_pem().as_str()].concat()),
            SeveralKeys { count: 2 },
        ),
        ("a JWK pair that is none", text(&mismatch), Mismatch),
        ("no end", text(&public[..60]), Damaged),
        ("another end", text(&public.replace("END PUBLIC", "END OTHER")), Damaged),
        ("a letter lost", text(&public.replace("MCow", "MCw")), Damaged),
        ("a letter that is none", text(&public.replace("MCow", "MC\u{2022}w")), Damaged),
        (
            "dashes lost",
            text(&format!(
                "\u{2014}BEGIN PUBLIC KEY\u{2014}\n{body}\n\u{2014}END PUBLIC KEY\u{2014}"
            )),
            Damaged,
        ),
        ("encrypted", text(&pem("ENCRYPTED PRIVATE KEY", &encrypted)), Encrypted),
        ("encrypted DER", encrypted, Encrypted),
        (
            "encrypted, of old",
            text(
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AB\n\n\
             AAAA\n-----END EC PRIVATE KEY-----\n",
            ),
            EncryptedLegacy,
        ),
        ("encrypted, OpenSSH", text(&pem("OPENSSH PRIVATE KEY", &sealed)), EncryptedOpenSsh),
        ("explicit public", spki(&explicit), ExplicitCurve { private: false }),
        ("explicit private", pkcs8(&explicit), ExplicitCurve { private: true }),
        (
            "explicit SEC1",
            sequence(&[vec![2, 1, 1], tlv(4, &[2; 32]), tlv(0xa0, &sequence(&[vec![2, 1, 1]]))]),
            ExplicitCurve { private: true },
        ),
        ("RSA", spki(&rsa), OtherAlgorithm("RSA")),
        ("RSA private", pkcs8(&rsa), OtherAlgorithm("RSA")),
        ("RSA, PKCS#1", text(&pem("RSA PRIVATE KEY", &[0x30, 0])), OtherAlgorithm("RSA")),
        ("RSA, PKCS#1 DER", sequence(&[vec![2, 1, 5], vec![2, 1, 3]]), OtherAlgorithm("RSA")),
        ("RSA JWK", text(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#), OtherAlgorithm("RSA")),
        ("P-384", spki(&p384), OtherAlgorithm("P-384")),
        ("P-384 private", pkcs8(&p384), OtherAlgorithm("P-384")),
        ("secp256k1", spki(&curve(&[0x2b, 0x81, 4, 0, 10])), OtherAlgorithm("secp256k1")),
        ("secp256k1 JWK", text(r#"{"kty":"EC","crv":"secp256k1"}"#), OtherAlgorithm("secp256k1")),
        ("X25519", spki(&sequence(&[oid(&[0x2b, 0x65, 0x6e])])), OtherAlgorithm("X25519")),
        ("Ed448", spki(&sequence(&[oid(&[0x2b, 0x65, 0x71])])), OtherAlgorithm("Ed448")),
        ("OpenSSH RSA", ssh("ssh-rsa"), OtherAlgorithm("RSA")),
        ("OpenSSH P-521", ssh("ecdsa-sha2-nistp521"), OtherAlgorithm("P-521")),
        (
            "a security key",
            ssh("sk-ssh-ed25519@openssh.com"),
            OtherAlgorithm("an OpenSSH security key"),
        ),
        (
            "SEC1 of nobody knows which curve",
            sec1(false, false, &PRIVATE),
            OtherAlgorithm("an elliptic curve that the file does not name"),
        ),
        ("certificate", text(&pem("CERTIFICATE", &[0x30, 0])), Other(OtherFile::Certificate)),
        (
            "certificate DER",
            sequence(&[sequence(&[tlv(0xa0, &[2, 1, 2])]), rsa.clone(), bits.clone()]),
            Other(OtherFile::Certificate),
        ),
        (
            "request DER",
            sequence(&[
                sequence(&[vec![2, 1, 0], sequence(&[tlv(0x31, &[])])]),
                rsa.clone(),
                bits.clone(),
            ]),
            Other(OtherFile::CertificateRequest),
        ),
        ("PKCS#12", sequence(&[vec![2, 1, 3], rsa.clone()]), Other(OtherFile::Pkcs12)),
        ("parameters", text(&pem("EC PARAMETERS", &[6, 0])), Other(OtherFile::Parameters)),
        (
            "PGP",
            text("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAA\n-----END PGP PUBLIC KEY BLOCK-----"),
            Other(OtherFile::Pgp),
        ),
        ("PuTTY", text("PuTTY-User-Key-File-3: ssh-ed25519\n"), Other(OtherFile::Putty)),
        ("a web page", text("<!DOCTYPE html><html>log in</html>"), Other(OtherFile::WebPage)),
        ("a picture", b"\x89PNG\r\n\x1a\n".to_vec(), Other(OtherFile::Picture)),
        ("gzip", vec![0x1f, 0x8b, 8, 0], Other(OtherFile::Archive)),
        ("Java", vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], Other(OtherFile::JavaKeyStore)),
    ];
    let mut texts = std::collections::BTreeSet::new();
    for (name, bytes, error) in cases {
        assert_eq!(KeyFile::read(&bytes).unwrap_err(), error, "{name}");
        texts.insert((error.to_string(), error.code()));
    }
    // Each says something of its own.
    let different: std::collections::BTreeSet<_> = texts.iter().map(|(text, _)| text).collect();
    assert_eq!(different.len(), texts.len());
    assert!(different.iter().all(|text| text.len() > 4 && !text.ends_with('.')));
}

proptest! {
    /// Whatever is added or changed, nothing panics, and no other key comes out of a PEM.
    #[test]
    fn an_altered_pem_gives_its_key_or_none(
        at in 0_usize..119, byte in any::<u8>(), cut in 0_usize..119, wide in any::<bool>(),
    ) {
        let key = ed25519_device().public_key();
        let mut bytes = key.to_spki_pem().into_bytes();
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        let cut = &bytes[..cut.min(bytes.len())];
        let _ = KeyFile::read(cut);
        if wide {
            let units: Vec<u8> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
            let _ = KeyFile::read(&units);
        }
        // A letter of the point gives another point, and no letter of anything else does.
        if let Ok(read) = PublicKey::from_file_bytes(&bytes) {
            prop_assert!(read == key || (27 + 16..27 + 60).contains(&at), "{at} {byte}");
        }
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,200}") {
        let _ = KeyFile::read(&bytes);
        let _ = KeyFile::read(text.as_bytes());
        let _ = KeyFile::read(format!("{{\"key\": \"{text}\"}}").as_bytes());
        let _ = KeyFile::read(format!("-----BEGIN {text}-----END {text}-----").as_bytes());
    }
}
