//! Documents that are simpler than those of the domain: the register looks into neither.

use jiff::Timestamp;
use livepermit_issuer::domain::{BindingId, PermitId, SlipId, StatusEntry};
use livepermit_issuer::store::{
    AuditLine, CASES, Change, Column, Database, Document, EntryHolder, EntryUse, PERMITS,
    Statements, Store as _, StoreError,
};
use serde::{Deserialize, Serialize};

pub(super) const NOON: i64 = 1_790_000_000;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) office: String,
    pub(super) state: String,
    pub(super) deadline: i64,
    pub(super) decisions: u32,
}

impl Document for Case {
    const KIND: &'static str = "case";
    const STATEMENTS: Statements = CASES;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn columns(&self) -> [Column; 3] {
        let text = |text: &str| Column::Text(text.to_owned());
        [text(&self.office), text(&self.state), Column::Number(self.deadline)]
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Permit {
    pub(super) id: PermitId,
    pub(super) number: String,
    pub(super) holder: String,
    pub(super) ends: i64,
    pub(super) device: Option<StatusEntry>,
}

impl Document for Permit {
    const KIND: &'static str = "permit";
    const STATEMENTS: Statements = PERMITS;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self) -> [Column; 3] {
        let text = |text: &str| Column::Text(text.to_owned());
        [text(&self.number), text("active"), Column::Number(self.ends)]
    }
}

pub(super) fn case(id: &str) -> Case {
    Case {
        id: id.to_owned(),
        office: "haidian".to_owned(),
        state: "submitted".to_owned(),
        deadline: NOON,
        decisions: 0,
    }
}

/// An id that no other number has.
pub(super) fn bytes(number: u64) -> [u8; 16] {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub(super) fn permit_id(number: u64) -> PermitId {
    PermitId::from_bytes(bytes(number))
}

pub(super) fn permit(number: u64) -> Permit {
    Permit {
        id: permit_id(number),
        number: format!("BJ-{number:06}"),
        holder: "王小明 O'Neil \"; DROP TABLE permits; --".to_owned(),
        ends: NOON + 365 * 86_400,
        device: None,
    }
}

pub(super) fn line(action: &'static str, subject: &str) -> AuditLine {
    AuditLine::new(at(NOON), "officer:7", action, subject).unwrap()
}

/// An entry for a new device of this permit.
pub(super) fn for_device(permit: u64) -> EntryUse {
    let holder = EntryHolder::Binding(BindingId::from_bytes(rand::random()));
    EntryUse { permit: permit_id(permit), holder, ends: at(NOON + 86_400) }
}

/// An entry for a new slip of this permit.
pub(super) fn for_slip(permit: u64) -> EntryUse {
    let holder = EntryHolder::Slip(SlipId::from_bytes(rand::random()));
    EntryUse { permit: permit_id(permit), holder, ends: at(NOON + 7 * 86_400) }
}

/// Issues a permit to a device, as the service does: in one change.
pub(super) async fn issue(database: &Database, number: u64) -> Result<StatusEntry, StoreError> {
    let mut change = database.begin().await?;
    let entry = fill(&mut change, number).await?;
    change.commit().await?;
    Ok(entry)
}

/// What issuing writes.
pub(super) async fn fill(change: &mut Change, number: u64) -> Result<StatusEntry, StoreError> {
    let entry = change.give_entry(&for_device(number), at(NOON)).await?;
    let mut document = permit(number);
    document.device = Some(entry);
    change.add(document).await?;
    change.audit(line("permit-issued", &format!("permit:{}", permit_id(number))));
    Ok(entry)
}
