//! What officers see of permits.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{CardData, PersonData};
use super::openapi::{AttestationWord, ClosedWord, PermitStateWord, RepresentativeKindWord};
use super::views::{CheckView, DocumentView, known};
use crate::domain::{
    Attestation, Closed, Endorsement, Moment, Party, Permit, PermitState, Representative,
    RepresentativeKind, Slip,
};

/// Where a permit stands.
#[derive(Serialize, ToSchema)]
pub(super) struct StateView {
    #[schema(value_type = PermitStateWord)]
    name: &'static str,
    /// Since when it is suspended, or when it was cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Who suspended or cancelled it.
    by: Option<String>,
    /// Why, in kebab-case.
    #[schema(value_type = Option<String>)]
    ground: Option<serde_json::Value>,
    note: Option<String>,
}

impl StateView {
    fn of(state: &PermitState) -> Self {
        let name = state.name();
        match state {
            PermitState::Suspended(suspension)
            | PermitState::Ended { suspended: Some(suspension) } => Self {
                name,
                since: Some(suspension.since),
                by: Some(suspension.by.to_string()),
                ground: serde_json::to_value(suspension.reason.ground).ok(),
                note: suspension.reason.note.clone(),
            },
            PermitState::Cancelled(cancellation) => Self {
                name,
                since: Some(cancellation.at),
                by: cancellation.by.as_ref().map(ToString::to_string),
                ground: serde_json::to_value(cancellation.reason.ground).ok(),
                note: cancellation.reason.note.clone(),
            },
            PermitState::Active | PermitState::Ended { suspended: None } => {
                Self { name, since: None, by: None, ground: None, note: None }
            }
        }
    }
}

/// The device of a permit.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceView {
    /// The id of the binding.
    binding: String,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Where the device keeps its key.
    #[schema(value_type = AttestationWord)]
    attestation: Attestation,
    /// The id of the representative whose device it is; null if it is the holder's.
    representative: Option<String>,
}

impl DeviceView {
    fn of(permit: &Permit) -> Option<Self> {
        let active = permit.bindings().active()?;
        let representative = match active.binding.party {
            Party::Holder => None,
            Party::Representative(id) => Some(id.to_string()),
        };
        Some(Self {
            binding: active.binding.id.to_string(),
            since: active.since,
            attestation: active.binding.attestation,
            representative,
        })
    }
}

/// A slip that was printed.
#[derive(Serialize, ToSchema)]
pub(super) struct SlipRow {
    id: String,
    #[schema(value_type = String, format = DateTime)]
    printed: Timestamp,
    /// The first day on which it is valid no longer.
    #[schema(value_type = String, format = Date)]
    until: Date,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed: Option<Timestamp>,
    /// Why it was closed.
    #[schema(value_type = Option<ClosedWord>)]
    why: Option<Closed>,
}

impl SlipRow {
    fn of(slip: &Slip) -> Self {
        Self {
            id: slip.id.to_string(),
            printed: slip.printed,
            until: slip.until,
            closed: slip.closed.map(|(at, _)| at),
            why: slip.closed.map(|(_, why)| why),
        }
    }
}

/// Somebody who acts, or acted, for a holder.
#[derive(Serialize, ToSchema)]
pub(super) struct RepresentativeView {
    id: String,
    #[schema(value_type = RepresentativeKindWord)]
    kind: RepresentativeKind,
    /// Who; null after the erasure.
    person: Option<PersonData>,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// The first day on which the person acts no longer.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed: Option<Timestamp>,
}

impl RepresentativeView {
    fn of(representative: &Representative) -> Self {
        Self {
            id: representative.id.to_string(),
            kind: representative.kind,
            person: known(&representative.person),
            since: representative.since,
            until: representative.until,
            closed: representative.closed,
        }
    }
}

/// A year that was added.
#[derive(Serialize, ToSchema)]
pub(super) struct EndorsementView {
    case: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(value_type = String, format = Date)]
    ends: Date,
}

impl EndorsementView {
    fn of(endorsement: &Endorsement) -> Self {
        let Endorsement { case, at, ends } = endorsement;
        Self { case: case.to_string(), at: *at, ends: *ends }
    }
}

/// A permit.
#[derive(Serialize, ToSchema)]
pub(super) struct PermitView {
    id: String,
    /// The number that people read.
    number: String,
    class: String,
    /// The id of the case from which it was issued.
    case: String,
    /// Who has it; null after the erasure.
    holder: Option<PersonData>,
    #[schema(value_type = String, format = DateTime)]
    issued: Timestamp,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    began: Date,
    /// The first day on which it is valid no longer.
    #[schema(value_type = String, format = Date)]
    ends: Date,
    state: StateView,
    endorsements: Vec<EndorsementView>,
    /// Whether it takes a device now.
    enrolment_open: bool,
    device: Option<DeviceView>,
    slips: Vec<SlipRow>,
    representatives: Vec<RepresentativeView>,
    /// Physical cards. They stay valid until their end.
    cards: Vec<CardData>,
    /// Checks after the issue, the oldest first.
    follow_ups: Vec<CheckView>,
    /// Documents that came after the issue, for mandates.
    documents: Vec<DocumentView>,
}

impl PermitView {
    pub(super) fn of(permit: &Permit, moment: &Moment) -> Self {
        Self {
            id: permit.id().to_string(),
            number: permit.number().to_string(),
            class: permit.class().to_string(),
            case: permit.case().to_string(),
            holder: known(permit.holder()),
            issued: permit.issued(),
            began: permit.began(),
            ends: permit.ends(),
            state: StateView::of(&permit.state(moment)),
            endorsements: permit.endorsements().iter().map(EndorsementView::of).collect(),
            enrolment_open: permit.enrolment_is_open(),
            device: DeviceView::of(permit),
            slips: permit.slips().iter().map(SlipRow::of).collect(),
            representatives: permit.representatives().iter().map(RepresentativeView::of).collect(),
            cards: permit.cards().iter().map(CardData::of).collect(),
            follow_ups: permit.follow_ups().iter().map(CheckView::of).collect(),
            documents: permit.documents().iter().map(DocumentView::of).collect(),
        }
    }
}

/// A permit in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PermitRow {
    id: String,
    number: String,
    class: String,
    #[schema(value_type = PermitStateWord)]
    state: &'static str,
    #[schema(value_type = String, format = Date)]
    ends: Date,
    holder: Option<PersonData>,
}

impl PermitRow {
    pub(super) fn of(permit: &Permit, moment: &Moment) -> Self {
        Self {
            id: permit.id().to_string(),
            number: permit.number().to_string(),
            class: permit.class().to_string(),
            state: permit.state(moment).name(),
            ends: permit.ends(),
            holder: known(permit.holder()),
        }
    }
}

/// A page of permits.
#[derive(Serialize, ToSchema)]
pub(super) struct PermitPage {
    pub(super) permits: Vec<PermitRow>,
    /// Where the next page begins; null on the last one.
    pub(super) next: Option<String>,
}

/// A case that was approved, and the permit in which that was done.
#[derive(Serialize, ToSchema)]
pub(super) struct ApprovalView {
    pub(super) case: super::views::CaseView,
    pub(super) permit: PermitView,
}

/// An offer for a wallet.
#[derive(Serialize, ToSchema)]
pub(super) struct OfferView {
    /// The pre-authorized code.
    pub(super) code: String,
    /// The digits that the officer says aloud.
    pub(super) tx_code: String,
    #[schema(value_type = String, format = DateTime)]
    pub(super) ends: Timestamp,
    /// What the phone reads as a QR code.
    pub(super) uri: String,
}

/// A slip, to be printed.
#[derive(Serialize, ToSchema)]
pub(super) struct SlipView {
    pub(super) id: String,
    /// The text of the code: `LP1:…`.
    pub(super) token: String,
    /// The number beside the code, which a guard reads aloud.
    pub(super) check_number: String,
    /// The first day on which the slip is valid no longer.
    #[schema(value_type = String, format = Date)]
    pub(super) until: Date,
}
