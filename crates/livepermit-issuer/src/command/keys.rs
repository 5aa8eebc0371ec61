//! `keys`: keys that sign, their rotation, and the two people who agree to it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use livepermit::SecretKey;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::init::{Mode, write};
use super::login::Login;
use crate::config::{Config, encrypted, id_of};
use crate::domain::{CREDENTIAL_HOURS, KeyPurpose, KeyState, KeyStep, StaffId};
use crate::hex::hex;
use crate::staff::Role;
use crate::store::{
    AuditLine, Change, Database, Proposal, ProposalState, SigningKeyRow, StaffStore as _,
    Store as _,
};

/// For so long a proposal can be confirmed.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Lists the keys, where they are, and where they stand
    List,
    /// Makes a key, or takes one that is there, to sign later; gates have to learn of it first
    Prepare(Prepare),
    /// Has a prepared key sign from the next start: one proposes it, another confirms it
    Activate(Step),
    /// Gives up a key that was replaced, when all it has signed has ended: one proposes, another
    /// confirms
    Retire(Step),
}

/// What a key signs, as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Purpose {
    /// Credentials, passes and slips
    Tokens,
    /// Status lists
    Status,
}

#[derive(Debug, Args)]
pub(super) struct Prepare {
    /// What the key will sign
    purpose: Purpose,
    /// Where the private key is, as the configuration would name it; a file that is not there is
    /// made, encrypted if the configuration names a passphrase
    place: String,
}

#[derive(Debug, Args)]
pub(super) struct Step {
    /// The id of the key, or its beginning
    key: String,
    #[command(flatten)]
    login: Login,
}

impl Keys {
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let database = config.register().await?;
        match self {
            Self::List => list(&config, &database).await,
            Self::Prepare(prepare) => prepare.run(&config, &database).await,
            Self::Activate(step) => step.run(&config, &database, KeyStep::Activate).await,
            Self::Retire(step) => step.run(&config, &database, KeyStep::Retire).await,
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command tells what it found")]
async fn list(config: &Config, database: &Database) -> Result<(), Failure> {
    let known = database.signing_keys().await?;
    for purpose in KeyPurpose::ALL {
        if active(&known, purpose).is_none() {
            let place = config.key_place(purpose);
            let id = id_of(&config.open_key(place)?);
            println!("{id}\t{}\tactive\t{place}", purpose.name());
        }
    }
    for key in known {
        let until = match key.state {
            KeyState::Replaced { needed } => format!("\tneeded until {needed}"),
            _ => String::new(),
        };
        println!("{}\t{}\t{}\t{}{until}", key.id, key.purpose.name(), key.state.name(), key.place);
    }
    Ok(())
}

fn active(keys: &[SigningKeyRow], purpose: KeyPurpose) -> Option<&SigningKeyRow> {
    keys.iter().find(|key| key.purpose == purpose && key.state == KeyState::Active)
}

impl Prepare {
    #[expect(clippy::print_stdout, reason = "a command tells what it made")]
    async fn run(&self, config: &Config, database: &Database) -> Result<(), Failure> {
        let purpose = match self.purpose {
            Purpose::Tokens => KeyPurpose::Tokens,
            Purpose::Status => KeyPurpose::Status,
        };
        let path = config.folder.join(&self.place);
        let is_file = !self.place.starts_with("pkcs11:");
        if is_file && !path.exists() {
            make(config, &path)?;
        }
        let key = config.open_key(&self.place)?;
        let id = id_of(&key);
        let now = Timestamp::now();
        let in_use = KeyPurpose::ALL.map(|purpose| config.key_place(purpose));
        for place in in_use {
            if id_of(&config.open_key(place)?) == id {
                return Err(Failure::of(format_args!("{place} has this key: it is used already")));
            }
        }
        let (place, state) = (self.place.clone(), KeyState::Prepared);
        let row = SigningKeyRow { id: id.clone(), purpose, place, state, changed: now.as_second() };
        let mut change = database.begin().await?;
        change.add_key(&row).await?;
        let line = AuditLine::new(now, "command:keys", "key-prepared", &format!("key:{id}"))?;
        change.audit(line.with("purpose", purpose.name())?);
        change.commit().await?;
        println!("{id}\n{}", key.public_key().to_spki_pem().trim_end());
        println!(
            "Give this public key to the keeper of the trust list. When all gates have the list \
             with it, two officers with the role keys run `keys activate {}`.",
            short(&id)
        );
        Ok(())
    }
}

/// Makes a key in a new file.
fn make(config: &Config, path: &Path) -> Result<(), Failure> {
    let key = SecretKey::from_ed25519_seed(&Zeroizing::new(rand::random()));
    let text = match &config.passphrase {
        Some(_) => encrypted(&key, &config.passphrase_of(path)?)?,
        None => Zeroizing::new(key.to_pkcs8_pem().to_string()),
    };
    write(path, &text, Mode::Owner)?;
    let mut public = PathBuf::from(path).into_os_string();
    public.push(".pub");
    write(Path::new(&public), &key.public_key().to_spki_pem(), Mode::Everybody)
}

/// The beginning of an id, as people type it.
fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

impl Step {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    async fn run(
        &self,
        config: &Config,
        database: &Database,
        step: KeyStep,
    ) -> Result<(), Failure> {
        let officer = self.login.run(config, database, &[Role::Keys]).await?;
        let now = Timestamp::now();
        let known = database.signing_keys().await?;
        let key = named(&known, &self.key)?;
        // Refused before anybody is asked to confirm.
        key.state.after(step, now).map_err(Failure::of)?;
        let open = ProposalState::Open;
        let proposals =
            database.proposals(step.name(), open, (i64::MIN, ""), u32::from(u8::MAX)).await?;
        let alive =
            proposals.into_iter().filter(|it| it.body == key.id && now.as_second() < it.ends);
        let alive: Vec<_> = alive.collect();
        if alive.iter().any(|it| it.proposed_by == officer.as_str()) {
            return Err(Failure::of(
                "you have proposed this: another officer with the role keys confirms it by the \
                 same command",
            ));
        }
        let mut change = database.begin().await?;
        let Some(proposal) = alive.first() else {
            propose(&mut change, key, step, &officer, now).await?;
            change.commit().await?;
            println!(
                "proposed: another officer with the role keys confirms it within seven days, by \
                 the same command"
            );
            return Ok(());
        };
        let (approved, by) = (ProposalState::Approved, officer.as_str());
        change.decide_proposal(&proposal.id, approved, by, now).await?;
        take(&mut change, config, database, (&known, key, step), now).await?;
        let action = match step {
            KeyStep::Activate => "key-activated",
            KeyStep::Retire => "key-retired",
        };
        let line = AuditLine::new(now, by, action, &format!("key:{}", key.id))?;
        change.audit(line.with("proposed-by", &proposal.proposed_by)?);
        change.commit().await?;
        match step {
            KeyStep::Activate => println!("{} signs when the service is started again", key.id),
            KeyStep::Retire => {
                println!("{} is retired: take it out of the trust list, then destroy it", key.id)
            }
        }
        Ok(())
    }
}

async fn propose(
    change: &mut Change,
    key: &SigningKeyRow,
    step: KeyStep,
    officer: &StaffId,
    now: Timestamp,
) -> Result<(), Failure> {
    let ends = now.saturating_add(LIFETIME).unwrap_or(now);
    change
        .propose(&Proposal {
            id: hex(&rand::random::<[u8; 16]>()),
            kind: step.name().to_owned(),
            body: key.id.clone(),
            proposed_by: officer.to_string(),
            proposed_at: now.as_second(),
            ends: ends.as_second(),
            state: ProposalState::Open,
            decided_by: String::new(),
            decided_at: 0,
        })
        .await?;
    let action = match step {
        KeyStep::Activate => "key-activation-proposed",
        KeyStep::Retire => "key-retirement-proposed",
    };
    change.audit(AuditLine::new(now, officer.as_str(), action, &format!("key:{}", key.id))?);
    Ok(())
}

/// The one key whose id begins so.
fn named<'a>(keys: &'a [SigningKeyRow], begins: &str) -> Result<&'a SigningKeyRow, Failure> {
    let mut found = keys.iter().filter(|key| key.id.starts_with(begins));
    match (found.next(), found.next()) {
        (Some(key), None) if !begins.is_empty() => Ok(key),
        _ => {
            Err(Failure::of("no key, or more than one, has an id that begins so: see `keys list`"))
        }
    }
}

/// Takes a step that two people agree to.
async fn take(
    change: &mut Change,
    config: &Config,
    database: &Database,
    (known, key, step): (&[SigningKeyRow], &SigningKeyRow, KeyStep),
    now: Timestamp,
) -> Result<(), Failure> {
    let after = key.state.after(step, now).map_err(Failure::of)?;
    if step == KeyStep::Activate {
        // Looked at now: a service that does not start again would be noticed too late.
        if id_of(&config.open_key(&key.place)?) != key.id {
            return Err(Failure::of(format_args!("{} has another key now", key.place)));
        }
        let needed = needed(config, database, key.purpose, now).await?;
        let replaced = KeyState::Replaced { needed };
        match active(known, key.purpose) {
            Some(before) => change.set_key_state(before, replaced, now).await?,
            None => {
                let place = config.key_place(key.purpose).to_owned();
                let id = id_of(&config.open_key(&place)?);
                let (purpose, changed) = (key.purpose, now.as_second());
                let row = SigningKeyRow { id, purpose, place, state: replaced, changed };
                change.add_key(&row).await?;
            }
        }
    }
    Ok(change.set_key_state(key, after, now).await?)
}

/// When the last of what the present key has signed ends.
async fn needed(
    config: &Config,
    database: &Database,
    purpose: KeyPurpose,
    now: Timestamp,
) -> Result<Timestamp, Failure> {
    let later = |span: SignedDuration| now.saturating_add(span).unwrap_or(now);
    Ok(match purpose {
        KeyPurpose::Status => later(SignedDuration::from_secs(config.lists.lifetime.into())),
        KeyPurpose::Tokens => {
            let slips = Timestamp::from_second(database.last_slip().await?).map_err(Failure::of)?;
            later(SignedDuration::from_hours(CREDENTIAL_HOURS)).max(slips)
        }
    })
}
