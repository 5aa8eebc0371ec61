//! An officer at the command line: name, password and one-time code, as at the desk.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::failure::Failure;
use crate::config::Config;
use crate::domain::StaffId;
use crate::staff::{Role, matching_step, verify, wait_after};
use crate::store::{Database, StaffStore as _, Store as _};

/// The longest file with a password.
const LONGEST_FILE: u64 = 4_096;

#[derive(Debug, Args)]
pub(super) struct Login {
    /// The name of your account
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The six digits that your authenticator shows
    #[arg(long, value_name = "DIGITS")]
    code: String,
    /// A file with your password; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    password: PathBuf,
}

impl Login {
    /// Lets an officer with one of these roles through.
    pub(super) async fn run(
        &self,
        config: &Config,
        database: &Database,
        roles: &[Role],
    ) -> Result<StaffId, Failure> {
        let refused = || {
            Failure::of(
                "name, password or code is wrong, or the code was used: wait for the next code",
            )
        };
        let (name, now) = (StaffId::new(&*self.by).map_err(Failure::of)?, Timestamp::now());
        let password = first_line(&self.password)?;
        // Counted before anything is looked at, as at the desk.
        let mut change = database.begin().await?;
        let wait = |tries| wait_after(tries).as_secs();
        let tried = change.try_login(name.as_str(), now, wait).await?;
        change.commit().await?;
        if let Err(tried) = tried {
            let why =
                format!("{} tries with this name have failed: wait, and try again", tried.tries);
            return Err(Failure::of(why));
        }
        let account = database.account(name.as_str()).await?;
        let account = account.filter(|account| !account.disabled).ok_or_else(refused)?;
        let secret = config.staff_key()?.totp_secret(&name, &account.totp);
        let step = matching_step(&secret, &self.code, now.as_second(), account.totp_step);
        let (true, Some(step)) = (verify(&password, &account.password), step) else {
            return Err(refused());
        };
        let mut change = database.begin().await?;
        if !change.spend_totp_step(name.as_str(), step).await? {
            return Err(refused());
        }
        change.forget_tries(name.as_str()).await?;
        change.commit().await?;
        if !roles.iter().any(|role| account.roles.contains(role)) {
            let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
            let why = format!("your account does not have the role {}", names.join(" or "));
            return Err(Failure::of(why));
        }
        Ok(name)
    }
}

/// The first line of a file; `-` is standard input.
pub(super) fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let mut bytes = Zeroizing::new(Vec::new());
    if path == Path::new("-") {
        std::io::stdin().take(LONGEST_FILE).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(LONGEST_FILE).read_to_end(&mut bytes)?;
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::of("the password is no text"))?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}
