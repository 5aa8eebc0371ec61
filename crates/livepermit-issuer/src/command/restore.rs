//! `restore` and `restored`: a register that comes from a backup.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use super::failure::Failure;
use crate::config::{Config, in_words};
use crate::domain::EntryState;
use crate::store::{AuditLine, Change, Database, Settings, Store as _};

/// What lists say of entries that were perhaps given out after the backup.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Unknown {
    /// They stay good: people keep their permits, and so does whoever was withdrawn since
    Valid,
    /// They are refused until they end: everybody who enrolled since enrols again
    Suspended,
}

/// What becomes of entries that the backup does not know.
#[derive(Debug, Args)]
struct Lost {
    /// What lists say of entries that were perhaps given out after the backup
    #[arg(long, value_name = "STATE")]
    unknown: Unknown,
    /// For how many days such entries can have been given out at most: the life of a permit
    #[arg(long, value_name = "DAYS", default_value_t = 366)]
    days: u16,
}

impl Lost {
    /// Marks the lists that gave entries: they give no more. Tells how many.
    async fn mark(&self, change: &mut Change, now: Timestamp) -> Result<usize, Failure> {
        let span = SignedDuration::from_hours(24 * i64::from(self.days));
        let ends = now.saturating_add(span).unwrap_or(Timestamp::MAX);
        let state = match self.unknown {
            Unknown::Valid => EntryState::Valid,
            Unknown::Suspended => EntryState::Suspended,
        };
        let lost = change.mark_restored(state, ends).await?;
        for list in &lost {
            let subject = format!("list:{list}");
            change.audit(AuditLine::new(now, "command:restored", "list-lost", &subject)?);
        }
        Ok(lost.len())
    }
}

#[derive(Debug, Args)]
pub(super) struct Restored {
    #[command(flatten)]
    lost: Lost,
}

impl Restored {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        let mut change = database.begin().await?;
        let lost = self.lost.mark(&mut change, Timestamp::now()).await?;
        if lost == 0 {
            println!("no list has given an entry: nothing was marked");
            return Ok(());
        }
        change.commit().await?;
        println!("{lost} lists give no more entries; new entries come from new lists");
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup: a file that `backup` made
    from: PathBuf,
    #[command(flatten)]
    lost: Lost,
}

impl Restore {
    /// Everything is done to a copy. It takes the register's place when it is whole and marked, and
    /// when no other process has the register.
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let Some(register) = config.register.strip_prefix("sqlite:").map(PathBuf::from) else {
            return Err(Failure::of(
                "the register is in PostgreSQL: put it back by its own programs, then run \
                 `restored` before `serve`",
            ));
        };
        let copy = beside(&register, "restoring");
        let done = self.put_back(&config, &register, &copy).await;
        if done.is_err() {
            // The register and the backup are as they were.
            for left in [copy.clone(), beside(&copy, "wal"), beside(&copy, "shm")] {
                let _ = std::fs::remove_file(left);
            }
        }
        done
    }

    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    async fn put_back(&self, config: &Config, register: &Path, copy: &Path) -> Result<(), Failure> {
        let cannot = |what: &Path| {
            let what = what.display().to_string();
            move |error: std::io::Error| Failure::of(format_args!("{what}: {}", in_words(&error)))
        };
        if copy.exists() {
            return Err(Failure::of(format_args!(
                "{} is there: another `restore` runs, or was killed; remove the file then",
                copy.display()
            )));
        }
        let mut from = std::fs::File::open(&self.from).map_err(cannot(&self.from))?;
        let mut to = super::init::new_file(copy, super::init::Mode::Owner)?;
        std::io::copy(&mut from, &mut to).map_err(cannot(copy))?;
        to.sync_all().map_err(cannot(copy))?;
        drop(to);

        let database = Database::connect(Settings::file(copy)).await?;
        // The backup may be of an older program.
        database.migrate().await?;
        let state = super::audit::whole(&database).await?;
        let now = Timestamp::now();
        let mut change = database.begin().await?;
        let lost = self.lost.mark(&mut change, now).await?;
        change.audit(AuditLine::new(now, "command:restore", "register-restored", "register")?);
        change.commit().await?;
        database.settle().await?;

        let mut kept = None;
        if register.exists() {
            Database::connect(config.settings()?).await?.settle().await.map_err(|error| {
                Failure::of(format_args!(
                    "the register is in use: stop the service first ({error})"
                ))
            })?;
            let before = beside(register, &format!("before-{}", now.as_second()));
            std::fs::rename(register, &before).map_err(cannot(register))?;
            kept = Some(before);
        }
        std::fs::rename(copy, register).map_err(cannot(copy))?;
        println!("{}: {state}", self.from.display());
        println!("{lost} lists give no more entries; new entries come from new lists");
        if let Some(kept) = kept {
            println!("what was there before is kept as {}", kept.display());
        }
        println!(
            "withdraw again what was withdrawn since: the lists that were published last say it"
        );
        Ok(())
    }
}

/// A file beside this one: its name, a dash and more.
fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(more);
    name.into()
}
