//! `webhook`: messages for the authority's own programs that were not delivered.

use std::path::Path;

use clap::Subcommand;
use jiff::Timestamp;

use super::failure::Failure;
use crate::config::Config;
use crate::store::{AuditLine, Store as _};

#[derive(Debug, Subcommand)]
pub(super) enum Webhook {
    /// Lists the messages that were not delivered
    List,
    /// Delivers messages again that are tried no more
    Again {
        /// The name of one message; all of them if it is not said
        message: Option<String>,
    },
}

impl Webhook {
    #[expect(clippy::print_stdout, reason = "a command tells what it found")]
    pub(super) async fn run(&self, config: &Path) -> Result<(), Failure> {
        let database = Config::read(config)?.register().await?;
        match self {
            Self::List => {
                for message in database.messages(10_000).await? {
                    let state = if message.dead { "dead" } else { "waiting" };
                    let at = Timestamp::from_second(message.written).map_err(Failure::of)?;
                    println!("{}\t{state}\t{}\t{at}", message.id, message.kind);
                }
            }
            Self::Again { message } => {
                let now = Timestamp::now();
                let mut change = database.begin().await?;
                let count = change.revive_messages(message.as_deref(), now).await?;
                if count == 0 {
                    return Err(Failure::of("no such message is dead: see `webhook list`"));
                }
                let line = AuditLine::new(now, "command:webhook", "messages-revived", "webhook")?;
                change.audit(line.with("messages", &count.to_string())?);
                change.commit().await?;
                println!("{count} messages are delivered by the service now");
            }
        }
        Ok(())
    }
}
