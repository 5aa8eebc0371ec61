//! `key`: key pairs, made and shown.

mod args;
mod texts;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use livepermit::PublicKey;
use livepermit::key::Algorithm;
use serde_json::json;

use crate::shared::failure::{Failure, Outcome};
use crate::shared::files;
use crate::shared::hex::hex;
use crate::shared::keys::{KeyAlgorithm, generate, read_either};
use crate::shared::output::{print, print_json, row};

pub(crate) use args::KeyCommand;

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
        return Err(texts::same_file());
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
            "algorithm": key.algorithm().to_string(), "key_id": key_id,
            "thumbprint": hex(&thumbprint),
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
        row(&mut text, "private key", texts::keep_secret(secret));
        row(&mut text, "public key", texts::give_to_verifiers(public));
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
