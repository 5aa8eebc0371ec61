//! `staff`: accounts of officers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use super::failure::Failure;
use super::login::first_line;
use crate::config::Config;
use crate::domain::{OfficeId, StaffId};
use crate::staff::{Account, Offices, Role, TotpSerial, hash_password};
use crate::store::{AuditLine, Change, Database, Store as _};

#[derive(Debug, Subcommand)]
pub(super) enum Staff {
    /// Adds an account, and shows once what the officer's authenticator reads
    Add(Add),
    /// Closes an account: its sessions end at once
    Close {
        /// The name of the account
        name: String,
    },
    /// Sets a new password and a new authenticator: the sessions of the account end
    Reset(Reset),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The name of the account: the log names the officer so
    name: String,
    /// What the officer may do
    #[arg(long, value_name = "ROLE", required = true)]
    role: Vec<Word>,
    /// The offices whose cases the officer sees; all of them if none is said
    #[arg(long, value_name = "OFFICE")]
    office: Vec<String>,
    /// A file with the password; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    password: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Reset {
    /// The name of the account
    name: String,
    /// A file with the new password; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    password: PathBuf,
}

/// A role, as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Word {
    /// Takes applications, assigns cases, opens enrolments, prints slips
    Intake,
    /// Looks on site
    Check,
    /// Decides cases, suspends and cancels permits
    Decide,
    /// Rotates keys
    Keys,
    /// Reads the log
    Audit,
}

impl From<Word> for Role {
    fn from(word: Word) -> Self {
        match word {
            Word::Intake => Self::Intake,
            Word::Check => Self::Check,
            Word::Decide => Self::Decide,
            Word::Keys => Self::Keys,
            Word::Audit => Self::Audit,
        }
    }
}

impl Staff {
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let database = config.register().await?;
        match self {
            Self::Add(add) => add.run(&config, &database).await,
            Self::Reset(reset) => reset.run(&config, &database).await,
            Self::Close { name } => {
                let name = StaffId::new(&**name).map_err(Failure::of)?;
                let mut change = database.begin().await?;
                let mut account = change.account(name.as_str()).await?;
                account.disabled = true;
                change.save_account(&account).await?;
                change.revoke_sessions(name.as_str()).await?;
                note(&mut change, &name, "account-closed")?;
                Ok(change.commit().await?)
            }
        }
    }
}

impl Add {
    async fn run(&self, config: &Config, database: &Database) -> Result<(), Failure> {
        let name = StaffId::new(&*self.name).map_err(Failure::of)?;
        let offices: Result<BTreeSet<_>, _> =
            self.office.iter().map(|office| OfficeId::new(&**office)).collect();
        let offices = offices.map_err(Failure::of)?;
        let serial: TotpSerial = rand::random();
        let account = Account {
            password: password(&name, &self.password)?,
            totp: serial,
            totp_step: 0,
            roles: self.role.iter().copied().map(Role::from).collect(),
            offices: if offices.is_empty() { Offices::All } else { Offices::These(offices) },
            disabled: false,
            name: name.clone(),
        };
        let mut change = database.begin().await?;
        change.add_account(&account).await?;
        note(&mut change, &name, "account-added")?;
        change.commit().await?;
        show(config, &name, &serial)
    }
}

impl Reset {
    async fn run(&self, config: &Config, database: &Database) -> Result<(), Failure> {
        let name = StaffId::new(&*self.name).map_err(Failure::of)?;
        let password = password(&name, &self.password)?;
        let serial: TotpSerial = rand::random();
        let mut change = database.begin().await?;
        let mut account = change.account(name.as_str()).await?;
        (account.password, account.totp, account.totp_step) = (password, serial, 0);
        change.save_account(&account).await?;
        change.revoke_sessions(name.as_str()).await?;
        change.forget_tries(name.as_str()).await?;
        note(&mut change, &name, "account-reset")?;
        change.commit().await?;
        show(config, &name, &serial)
    }
}

fn note(change: &mut Change, name: &StaffId, action: &'static str) -> Result<(), Failure> {
    let subject = format!("staff:{name}");
    change.audit(AuditLine::new(jiff::Timestamp::now(), "command:staff", action, &subject)?);
    Ok(())
}

/// Shows, this once, what the officer's authenticator reads.
#[expect(clippy::print_stdout, reason = "a command tells what it made")]
fn show(config: &Config, name: &StaffId, serial: &TotpSerial) -> Result<(), Failure> {
    let address = config.staff_key()?.totp_address(&config.issuer, name, serial);
    let picture = QrCode::new(&address).map_err(Failure::of)?;
    println!("{}\n{address}", picture.render::<Dense1x2>().build());
    Ok(())
}

/// Reads a password: the first line of a file.
fn password(name: &StaffId, path: &Path) -> Result<String, Failure> {
    hash_password(name, &first_line(path)?, rand::random()).map_err(Failure::of)
}
