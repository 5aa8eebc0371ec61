//! `key`, and the keys other commands read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use livepermit::{Algorithm, KeyError, PublicKey, SecretKey};
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::{KeyAlgorithm, KeyCommand};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::{hex, print, print_json, row};

pub(crate) fn run(command: KeyCommand, json: bool) -> Result<Outcome, Failure> {
    match command {
        KeyCommand::New { algorithm, out, public } => new(algorithm, &out, public, json),
        KeyCommand::Show { file } => show(&read_either(&file)?, None, json),
    }
}

fn new(
    algorithm: KeyAlgorithm,
    out: &Path,
    public: Option<PathBuf>,
    json: bool,
) -> Result<Outcome, Failure> {
    let public = public.unwrap_or_else(|| {
        let mut name = out.as_os_str().to_owned();
        name.push(".pub");
        name.into()
    });
    if public == out {
        return Err(Failure::new(
            "both keys would go into the same file",
            "give --public another name",
        ));
    }
    let key = generate(algorithm)?;
    let public_key = key.public_key();
    files::write_key_pair((out, &key.to_pkcs8_pem()), (&public, &public_key.to_spki_pem()))?;
    show(&public_key, Some((out, &public)), json)
}

fn show(key: &PublicKey, written: Option<(&Path, &Path)>, json: bool) -> Result<Outcome, Failure> {
    let thumbprint = key.thumbprint();
    let key_id = hex(thumbprint.first_chunk::<8>().map_or(&[], |id| id.as_slice()));
    let paths = written
        .map(|(secret, public)| (secret.display().to_string(), public.display().to_string()));
    if json {
        let mut object = json!({
            "algorithm": key.algorithm().to_string(), "key_id": key_id, "thumbprint": hex(&thumbprint),
            "public_key": key.to_spki_pem(),
        });
        if let (Some((secret, public)), Some(object)) = (paths, object.as_object_mut()) {
            object.insert("private_file".into(), secret.into());
            object.insert("public_file".into(), public.into());
        }
        print_json(&object)?;
        return Ok(Outcome::Done);
    }
    let mut text = String::new();
    if let Some((secret, public)) = paths {
        row(&mut text, "private key", format!("{secret} (keep it secret)"));
        row(&mut text, "public key", format!("{public} (give it to whoever verifies)"));
    }
    let curve = match key.algorithm() {
        Algorithm::Esp256 => "P-256 (ESP256)".to_owned(),
        other => other.to_string(),
    };
    row(&mut text, "algorithm", curve);
    row(&mut text, "key id", key_id);
    row(&mut text, "thumbprint", hex(&thumbprint));
    if written.is_none() {
        let _ = write!(text, "{}", key.to_spki_pem());
    }
    print(&text)?;
    Ok(Outcome::Done)
}

/// Makes a key from the operating system's randomness.
pub(crate) fn generate(algorithm: KeyAlgorithm) -> Result<SecretKey, Failure> {
    let mut bytes = Zeroizing::new([0; 32]);
    loop {
        SysRng.try_fill_bytes(bytes.as_mut_slice()).map_err(|error| {
            Failure::new(
                format!("the operating system gives no randomness: {error}"),
                "try again later",
            )
        })?;
        match algorithm {
            KeyAlgorithm::Ed25519 => return Ok(SecretKey::from_ed25519_seed(&bytes)),
            KeyAlgorithm::P256 => {
                // One number in 2^32 is no key; then another is drawn.
                if let Ok(key) = SecretKey::from_p256_scalar(&bytes) {
                    return Ok(key);
                }
            }
        }
    }
}

/// Reads a private key file.
pub(crate) fn read_secret(path: &Path) -> Result<SecretKey, Failure> {
    let pem = files::read_key_text(path)?;
    SecretKey::from_pkcs8_pem(&pem).map_err(|error| explain(path, &pem, &error, "private"))
}

/// Reads a public key file.
pub(crate) fn read_public(path: &Path) -> Result<PublicKey, Failure> {
    let pem = files::read_key_text(path)?;
    PublicKey::from_spki_pem(&pem).map_err(|error| explain(path, &pem, &error, "public"))
}

fn read_either(path: &Path) -> Result<PublicKey, Failure> {
    let pem = files::read_key_text(path)?;
    if pem.contains("PRIVATE KEY-----") {
        return SecretKey::from_pkcs8_pem(&pem)
            .map(|key| key.public_key())
            .map_err(|error| explain(path, &pem, &error, "private"));
    }
    PublicKey::from_spki_pem(&pem).map_err(|error| explain(path, &pem, &error, "public"))
}

/// Says what the file is, where it is one of the kinds that people hand over by mistake.
fn explain(path: &Path, pem: &str, error: &KeyError, wanted: &str) -> Failure {
    let name = path.display();
    let has = |label: &str| pem.contains(&format!("-----BEGIN {label}-----"));
    let failure = |what: &str, help: String| Failure::new(format!("{name} {what}"), help);
    if has("ENCRYPTED PRIVATE KEY") {
        failure(
            "is an encrypted key",
            format!("decrypt it first: openssl pkcs8 -in {name} -out plain.pem"),
        )
    } else if has("EC PRIVATE KEY") {
        let help = format!("convert it: openssl pkcs8 -topk8 -nocrypt -in {name} -out pkcs8.pem");
        failure("is a key in the older SEC1 format", help)
    } else if has("CERTIFICATE") {
        let help = format!("take the key out: openssl x509 -pubkey -noout -in {name}");
        failure("is a certificate, not a key", help)
    } else if wanted == "public" && has("PRIVATE KEY") {
        failure(
            "is a private key where a public one is needed",
            format!("name the public half, often {name}.pub"),
        )
    } else if wanted == "private" && has("PUBLIC KEY") {
        failure("is a public key where a private one is needed", "name the private key file".into())
    } else if !pem.contains("-----BEGIN ") {
        let help = "a key file is PEM text; make one with `livepermit key new --out FILE`";
        failure(&format!("is not a PEM {wanted} key file"), help.into())
    } else {
        failure(
            &format!("holds no usable {wanted} key: {error}"),
            "make one with `livepermit key new`".into(),
        )
    }
}

/// A value that breaks the rules of its field.
pub(crate) fn claim_failure(error: &livepermit::ClaimError) -> Failure {
    let help = match error.field {
        "class" => {
            "a class is 1 to 128 visible ASCII characters with a colon, as in bj.example:residence"
        }
        "nonce" => "a nonce has 6 to 32 bytes, 16 random ones as a rule",
        "window" => "a window is 1 to 86400 seconds",
        "full name" => "a full name has 1 to 128 bytes and no control characters",
        "check number" => "a check number is 6 to 12 digits",
        "birth date" => "a day of birth is eight digits that name a day: 19490731",
        _ => "a name is 1 to 128 visible ASCII characters without spaces",
    };
    Failure::new(error, help)
}
