//! Accounts of the staff.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::super::change::Change;
use super::super::error::StoreError;
use crate::domain::{OfficeId, StaffId};
use crate::hex::hex;
use crate::staff::{Account, Officer, Offices, Role, TotpSerial};

/// The columns of an account, in the order in which [`read`] takes them.
const SELECT: &str = "SELECT name, password, totp, totp_step, roles, offices, disabled \
                      FROM staff_accounts WHERE name = $1";

impl Change {
    /// Keeps a new account.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`] for a name that is or was somebody's, and those of the database.
    pub async fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO staff_accounts \
                              (name, password, totp, totp_step, roles, offices, disabled) \
                              VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let done = write(self.writes(), INSERT, account).await;
        let exists = || StoreError::Exists { kind: "account", id: account.name.to_string() };
        let done = match done {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(exists()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        };
        self.step(done)
    }

    /// Saves an account that was read in this change: another password, other roles, or closed. The
    /// sessions of a closed account end at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`], and those of the database.
    pub async fn save_account(&mut self, account: &Account) -> Result<(), StoreError> {
        const UPDATE: &str = "UPDATE staff_accounts SET password = $2, totp = $3, totp_step = $4, \
                              roles = $5, offices = $6, disabled = $7 WHERE name = $1";
        let done = match write(self.writes(), UPDATE, account).await {
            Ok(1) => Ok(()),
            Ok(_) => Err(missing(account.name.as_str())),
            Err(error) => Err(error.into()),
        };
        self.step(done)
    }

    /// Reads an account. On PostgreSQL nobody else saves it before this change ends, if its row is
    /// written by this change first; see [`Change::spend_totp_step`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`], and those of the database.
    pub async fn account(&mut self, name: &str) -> Result<Account, StoreError> {
        let done = load(self.reads(), name).await;
        let done = done.and_then(|found| found.ok_or_else(|| missing(name)));
        self.step(done)
    }

    /// Uses the one-time code of this step of time. Tells `false` if it, or a later one, was used.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn spend_totp_step(&mut self, name: &str, step: i64) -> Result<bool, StoreError> {
        const SPEND: &str = "UPDATE staff_accounts SET totp_step = $2 \
                             WHERE name = $1 AND totp_step < $2 AND disabled = 0";
        let query = sqlx::query(SPEND).bind(name.to_owned()).bind(step);
        let done = query.execute(self.keeps()).await;
        self.step(done.map(|done| done.rows_affected() == 1).map_err(StoreError::from))
    }
}

fn missing(name: &str) -> StoreError {
    StoreError::Missing { kind: "account", id: name.to_owned() }
}

async fn write(
    connection: &mut AnyConnection,
    statement: &'static str,
    account: &Account,
) -> Result<u64, sqlx::Error> {
    let roles: Vec<_> = account.roles.iter().map(|role| role.name()).collect();
    let offices = match &account.offices {
        Offices::All => "*".to_owned(),
        Offices::These(these) => these.iter().map(OfficeId::as_str).collect::<Vec<_>>().join(" "),
    };
    let done = sqlx::query(statement)
        .bind(account.name.to_string())
        .bind(account.password.clone())
        .bind(hex(&account.totp))
        .bind(account.totp_step)
        .bind(roles.join(" "))
        .bind(offices)
        .bind(i64::from(account.disabled))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Reads an account.
pub(super) async fn load(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query(SELECT).bind(name.to_owned()).fetch_optional(connection).await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &AnyRow) -> Result<Account, StoreError> {
    let officer = officer(row, 0, 4, 5)?;
    let damaged = |why: &str| damaged(officer.name.as_str(), why);
    let hex: String = row.try_get(2)?;
    Ok(Account {
        password: row.try_get(1)?,
        totp: serial(&hex).ok_or_else(|| damaged("has no serial of one-time codes"))?,
        totp_step: row.try_get(3)?,
        disabled: row.try_get::<i64, _>(6)? != 0,
        name: officer.name,
        roles: officer.roles,
        offices: officer.offices,
    })
}

/// Who an account is, from these columns: name, roles, offices.
pub(super) fn officer(
    row: &AnyRow,
    name: usize,
    roles: usize,
    offices: usize,
) -> Result<Officer, StoreError> {
    let name: String = row.try_get(name)?;
    let (roles, offices): (String, String) = (row.try_get(roles)?, row.try_get(offices)?);
    let damaged = |why: &str| damaged(&name, why);
    let named = |role: &str| Role::named(role).ok_or_else(|| damaged("has an unknown role"));
    let roles = roles.split_whitespace().map(named).collect::<Result<_, _>>()?;
    let office = |name: &str| OfficeId::new(name).map_err(|_| damaged("has an unknown office"));
    let offices = match offices.as_str() {
        "*" => Offices::All,
        these => Offices::These(these.split_whitespace().map(office).collect::<Result<_, _>>()?),
    };
    let name = StaffId::new(name.clone()).map_err(|_| damaged("has no name"))?;
    Ok(Officer { name, roles, offices })
}

fn damaged(name: &str, why: &str) -> StoreError {
    StoreError::Damaged { kind: "account", id: name.to_owned(), why: why.to_owned() }
}

fn serial(hex: &str) -> Option<TotpSerial> {
    let mut serial = TotpSerial::default();
    if hex.len() != 2 * serial.len() {
        return None;
    }
    for (byte, digits) in serial.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(serial)
}
