//! `init`: all that a new issuer begins with.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use livepermit::SecretKey;
use zeroize::Zeroizing;

use super::failure::Failure;
use crate::config::{Config, in_words};
use crate::hex::hex;
use crate::store::Database;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The new folder
    folder: PathBuf,
    /// The issuer's name in tokens and trust lists
    #[arg(long, value_name = "NAME")]
    issuer: String,
    /// The address under which wallets, gates and applicants reach the service
    #[arg(long, value_name = "URL")]
    public: String,
    /// The office's time zone
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    zone: String,
}

impl Init {
    #[expect(clippy::print_stdout, reason = "a command tells what it made")]
    pub(super) async fn run(&self) -> Result<(), Failure> {
        std::fs::create_dir(&self.folder).map_err(|error| {
            Failure::of(format_args!("cannot make {}: {}", self.folder.display(), in_words(&error)))
        })?;
        let config = self.folder.join("issuer.toml");
        write(&config, &self.text(), Mode::Everybody)?;
        let calendar = format!(
            "# The holidays of the authority, and the weekends that are worked instead.\n\
             holidays = []\nworking_weekends = []\n\
             # The last day of which this file speaks: a later day is an error, never a guess.\n\
             known_until = \"{}-12-31\"\n",
            jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).year()
        );
        write(&self.folder.join("calendar.toml"), &calendar, Mode::Everybody)?;
        for name in ["issuer.pem", "status.pem"] {
            let key = SecretKey::from_ed25519_seed(&Zeroizing::new(rand::random()));
            write(&self.folder.join(name), &key.to_pkcs8_pem(), Mode::Owner)?;
            let public = key.public_key().to_spki_pem();
            write(&self.folder.join(format!("{name}.pub")), &public, Mode::Everybody)?;
        }
        let mut secret = Zeroizing::new(hex(&*Zeroizing::new(rand::random::<[u8; 32]>())));
        secret.push('\n');
        write(&self.folder.join("secret.key"), &secret, Mode::Owner)?;
        let database = Database::connect(Config::read(&config)?.settings()?).await?;
        database.migrate().await?;
        database.close().await;
        println!(
            "{folder} is made. Look through issuer.toml and calendar.toml, then:\n\
             livepermit-issuer staff add NAME --role intake --config {folder}/issuer.toml\n\
             livepermit-issuer serve --config {folder}/issuer.toml\n\
             Give issuer.pem.pub and status.pem.pub to the keeper of the trust list.",
            folder = self.folder.display()
        );
        Ok(())
    }

    fn text(&self) -> String {
        let Self { issuer, public, zone, .. } = self;
        format!(
            r#"issuer = "{issuer}"
public = "{public}"
register = "sqlite:register.sqlite"
zone = "{zone}"
calendar = "calendar.toml"
key = "issuer.pem"
status-key = "status.pem"
secret = "secret.key"
# Signed elsewhere, by the root key; gates fetch it from here.
# trust = "trust.cwt"

# TLS stands before both ports: a proxy on the same machine.
[wallets]
listen = "127.0.0.1:8480"
# clients = [{{ id = "wallet.example", redirects = ["https://wallet.example/back"] }}]
# How often one address may ask; the proxy has to write the header.
# limit = {{ a-minute = 120, address = "x-forwarded-for" }}

[offices]
listen = "127.0.0.1:8481"

# [metrics]
# listen = "127.0.0.1:8482"

[pages]
authority = {{ zh = "{issuer}", en = "{issuer}" }}
classes = [{{ class = "residence", zh = "居住证", en = "Residence permit" }}]
"#
        )
    }
}

/// Who may read a file.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    Everybody,
    Owner,
}

/// Writes a file that is not there.
pub(super) fn write(path: &Path, text: &str, mode: Mode) -> Result<(), Failure> {
    Ok(new_file(path, mode)?.write_all(text.as_bytes())?)
}

/// Makes a file that is not there.
pub(super) fn new_file(path: &Path, mode: Mode) -> Result<std::fs::File, Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(
        &mut options,
        match mode {
            Mode::Everybody => 0o644,
            Mode::Owner => 0o600,
        },
    );
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path).map_err(|error| {
        Failure::of(format_args!("cannot make {}: {}", path.display(), in_words(&error)))
    })
}
