//! `permits` and `revoke`: permits of the register, by their numbers.

use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};

use super::failure::Failure;
use crate::config::Config;
use crate::domain::{CancelGround, Permit, PermitId, Reason, StaffId};
use crate::service::{Clock, Service};
use crate::store::{Database, Loaded, Mark, Store as _};

/// How many permits are read at once.
const PAGE: u32 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Permits {
    /// Lists the numbers of permits, those that end first before the others
    List {
        /// `active`, `suspended`, `cancelled` or `ended`
        #[arg(long, default_value = "active")]
        state: State,
    },
    /// Shows a permit without the person's data
    Show {
        /// The number of the permit
        number: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum State {
    Active,
    Suspended,
    Cancelled,
    Ended,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Ended => "ended",
        }
    }
}

impl Permits {
    #[expect(clippy::print_stdout, reason = "a command tells what it found")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        match self {
            Self::List { state } => {
                let mut behind = Mark::start();
                loop {
                    let page = database.permits(state.name(), &behind, PAGE).await?;
                    for mark in &page {
                        let loaded: Option<Loaded<Permit>> = database.load(&mark.id).await?;
                        if let Some(permit) = loaded.map(|loaded| loaded.document) {
                            println!("{}\t{}\tends {}", permit.number(), mark.id, permit.ends());
                        }
                    }
                    match page.last() {
                        Some(last) => behind = last.clone(),
                        None => return Ok(()),
                    }
                }
            }
            Self::Show { number } => {
                let permit = by_number(&database, number).await?.document;
                println!("number\t{}\nid\t{}", permit.number(), permit.id());
                println!("class\t{}", permit.class());
                println!("state\t{}", permit.recorded_state().name());
                println!("from\t{}\nends\t{}", permit.began(), permit.ends());
                let device = permit.bindings().active();
                println!("device\t{}", if device.is_some() { "bound" } else { "none" });
                for given in database.entries_of(permit.id()).await? {
                    println!("entry\t{}\t{:?}", given.entry, given.state);
                }
                Ok(())
            }
        }
    }
}

/// Why a permit is cancelled from the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ground {
    Untrue,
    MovedAway,
    Died,
    IssuedInError,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The number of the permit
    #[arg(long, value_name = "NUMBER")]
    subject: String,
    /// Why
    #[arg(long)]
    ground: Ground,
    /// Who decided, as the log names this person
    #[arg(long, value_name = "NAME")]
    by: String,
}

impl Revoke {
    #[expect(clippy::print_stdout, reason = "a command tells what it did")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let config = Config::read(config)?;
        let register = config.register().await?;
        let service: Service<Database> = config.service(register, Clock::system()).await?;
        let by = StaffId::new(&*self.by).map_err(Failure::of)?;
        let ground = match self.ground {
            Ground::Untrue => CancelGround::Untrue,
            Ground::MovedAway => CancelGround::MovedAway,
            Ground::Died => CancelGround::Died,
            Ground::IssuedInError => CancelGround::IssuedInError,
        };
        let permit = by_number(service.store(), &self.subject).await?.document.id();
        let mut change = service.store().begin().await?;
        let actor = by.to_string();
        let cancelled = service
            .change_permit(&mut change, permit, None, &actor, |permit, moment| {
                permit.cancel(by, Reason::new(ground), moment)
            })
            .await?;
        change.commit().await?;
        let entries = cancelled.document.entries_to_withdraw().count();
        println!("{} is cancelled; status lists withdraw {entries} entries", self.subject);
        Ok(())
    }
}

async fn by_number(database: &Database, number: &str) -> Result<Loaded<Permit>, Failure> {
    let id = database.permit_by_number(number).await?;
    let unknown = || Failure::of(format_args!("no permit has the number {number}"));
    let id: PermitId = id.ok_or_else(unknown)?.parse().map_err(Failure::of)?;
    let loaded: Option<Loaded<Permit>> = database.load(&id.to_string()).await?;
    loaded.ok_or_else(unknown)
}
