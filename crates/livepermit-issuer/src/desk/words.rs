//! What people call the words of the domain.

use super::texts::Texts;
use crate::domain::{
    Attestation, CancelGround, Channel, Closed, DocumentKind, Finding, RefusalGround,
    RepresentativeKind, RequestKind, SuspendGround,
};
use crate::staff::Role;

/// Makes the functions: each word of the domain has its text.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident of $type:ty { $($word:pat => $text:ident,)+ })+) => {$(
        $(#[$doc])*
        pub(super) const fn $name(d: &Texts, word: $type) -> &'static str {
            match word { $($word => d.$text,)+ }
        }
    )+};
}

words! {
    /// What is applied for.
    kind of RequestKind {
        RequestKind::New => kind_new,
        RequestKind::Change => kind_change,
        RequestKind::Endorsement => kind_endorsement,
        RequestKind::NewDevice => kind_new_device,
        RequestKind::Cancellation => kind_cancellation,
    }
    /// By which way.
    channel of Channel {
        Channel::Website => channel_website,
        Channel::App => channel_app,
        Channel::Office => channel_office,
    }
    /// What a document shows.
    document of DocumentKind {
        DocumentKind::Identity => document_identity,
        DocumentKind::Residence => document_residence,
        DocumentKind::Occupation => document_occupation,
        DocumentKind::Portrait => document_portrait,
        DocumentKind::Mandate => document_mandate,
        DocumentKind::Consent => document_consent,
        DocumentKind::Other => document_other,
    }
    /// What was found on site.
    finding of Finding {
        Finding::AsStated => finding_as_stated,
        Finding::NotAsStated => finding_not_as_stated,
        Finding::NobodyMet => finding_nobody_met,
    }
    /// Why a case was refused.
    refusal_ground of RefusalGround {
        RefusalGround::Untrue => ground_untrue,
        RefusalGround::Incomplete => ground_incomplete,
        RefusalGround::NotEntitled => ground_not_entitled,
        RefusalGround::PermitPresent => ground_permit_present,
    }
    /// Why a permit is suspended.
    suspend_ground of SuspendGround {
        SuspendGround::UnderReview => ground_under_review,
        SuspendGround::Misuse => ground_misuse,
    }
    /// Why a permit was cancelled.
    cancel_ground of CancelGround {
        CancelGround::Untrue => ground_untrue,
        CancelGround::HolderAsked => ground_holder_asked,
        CancelGround::MovedAway => ground_moved_away,
        CancelGround::Died => ground_died,
        CancelGround::IssuedInError => ground_issued_in_error,
    }
    /// By what right somebody acts for a holder.
    representative of RepresentativeKind {
        RepresentativeKind::Guardian => representative_guardian,
        RepresentativeKind::Relative => representative_relative,
    }
    /// Where a device keeps its key.
    attestation of Attestation {
        Attestation::AndroidStrongBox => attested_strong_box,
        Attestation::AndroidTrustedEnvironment => attested_environment,
        Attestation::Software => attested_nothing,
    }
    /// Why a slip was closed.
    closed of Closed {
        Closed::Replaced => closed_replaced,
        Closed::Lost => closed_lost,
        Closed::DataChanged => closed_data,
        Closed::MandateOver => closed_mandate,
        Closed::PermitCancelled => closed_cancelled,
        Closed::TimeOverSuspended | Closed::TimeOver => closed_over,
    }
    /// What an officer may do.
    role of Role {
        Role::Intake => role_intake,
        Role::Check => role_check,
        Role::Decide => role_decide,
        Role::Keys => role_keys,
        Role::Audit => role_audit,
    }
}

/// What is asked of a permit that is there, as addresses name it.
pub(super) fn request(kind: &str) -> Option<RequestKind> {
    let kinds = [
        RequestKind::Change,
        RequestKind::Endorsement,
        RequestKind::NewDevice,
        RequestKind::Cancellation,
    ];
    kinds.into_iter().find(|known| known.to_string() == kind)
}

/// The kinds of documents, as the port names them.
pub(super) const DOCUMENT_KINDS: [(&str, DocumentKind); 7] = [
    ("identity", DocumentKind::Identity),
    ("residence", DocumentKind::Residence),
    ("occupation", DocumentKind::Occupation),
    ("portrait", DocumentKind::Portrait),
    ("mandate", DocumentKind::Mandate),
    ("consent", DocumentKind::Consent),
    ("other", DocumentKind::Other),
];

/// The states of cases, as addresses name them.
pub(super) const CASE_STATES: [&str; 5] =
    ["submitted", "assigned", "checked", "decided", "withdrawn"];

/// Where a case stands.
pub(super) fn case_state(d: &Texts, state: &str) -> &'static str {
    match state {
        "submitted" => d.state_submitted,
        "assigned" => d.state_assigned,
        "checked" => d.state_checked,
        "decided" => d.state_decided,
        _ => d.state_withdrawn,
    }
}

/// Where a permit stands.
pub(super) fn permit_state(d: &Texts, state: &str) -> &'static str {
    match state {
        "active" => d.permit_active,
        "suspended" => d.permit_suspended,
        "cancelled" => d.permit_cancelled,
        _ => d.permit_ended,
    }
}

/// Where a proposal stands.
pub(super) fn proposal_state(d: &Texts, state: &str) -> &'static str {
    match state {
        "open" => d.proposal_open,
        "approved" => d.approved,
        _ => d.proposal_rejected,
    }
}

/// Why a permit was suspended or cancelled, by the word that the port answers.
pub(super) fn state_ground(d: &Texts, state: &str, ground: &str) -> Option<&'static str> {
    let word = serde_json::Value::from(ground);
    match state {
        "cancelled" => serde_json::from_value(word).ok().map(|ground| cancel_ground(d, ground)),
        _ => serde_json::from_value(word).ok().map(|ground| suspend_ground(d, ground)),
    }
}

/// What a refusal of the port says; `None` for those that the desk says in the port's own words.
pub(super) fn refusal(d: &Texts, code: &str) -> Option<&'static str> {
    Some(match code {
        "login-refused" => d.login_refused,
        "too-many-tries" => d.login_wait,
        "case-settled" => d.no_case_settled,
        "case-not-assigned" => d.no_case_not_assigned,
        "case-assigned-already" => d.no_case_assigned_already,
        "case-of-another-officer" => d.no_case_of_another,
        "check-missing" => d.no_check_missing,
        "check-not-confirmed" => d.no_check_not_confirmed,
        "check-time" => d.no_check_time,
        "evidence-not-attached" => d.no_evidence,
        "officer-unfit" => d.no_officer_unfit,
        "office-of-others" => d.no_office_of_others,
        "permit-ended" => d.no_permit_ended,
        "permit-suspended" => d.no_permit_suspended,
        "permit-not-suspended" => d.no_permit_not_suspended,
        "permit-cancelled" => d.no_permit_cancelled,
        "endorsement-too-early" => d.no_endorsement_early,
        "device-not-bound" => d.no_device,
        "representative-unknown" | "representative-closed" => d.no_representative,
        "document-type" => d.no_document_type,
        "document-active" => d.no_document_active,
        "document-unreadable" => d.no_document_unreadable,
        "document-size" | "too-large" => d.no_document_size,
        "too-many-documents" => d.no_document_more,
        "born-in-future" => d.no_born,
        "guardian-of-adult" => d.no_guardian,
        "mandate-over" => d.no_mandate_over,
        "evidence-missing" => d.no_evidence_missing,
        "own-proposal" => d.no_own_proposal,
        "proposal-ended" => d.no_proposal_ended,
        "proposal-malformed" => d.no_proposal_many,
        "changed" => d.no_proposal_open,
        "card-malformed" => d.no_card,
        "card-recorded-already" => d.no_card_again,
        "consent-in-future" => d.no_consent,
        "follow-up-unknown" => d.no_follow_up,
        "follow-up-taken" => d.no_follow_up_taken,
        "follow-up-given-already" => d.no_follow_up_given,
        "follow-up-due" => d.no_follow_up_due,
        "cancellation-unfounded" => d.no_cancellation,
        "slip-over" => d.no_slip_over,
        "slip-closed" => d.no_slip_closed,
        "claim" => d.no_claim,
        "note-malformed" => d.no_note,
        "no-offers" => d.no_offers,
        "holder-erased" | "applicant-erased" => d.no_person,
        "unsupported" => d.no_search,
        _ => return None,
    })
}
