//! Permits that were issued again, lists of two issuers under one URI, and the end of time.

use livepermit::RejectionCode;

use super::super::cbor::{bytes, uint};
use super::super::crypto::Key;
use super::super::json::{Group, case};
use super::super::lists::{LISTED, held, status_list};
use super::super::token::{EXP, IAT, KID, LAST_SECOND, Layer, NBF, NOT_BEFORE, STATUS_URI, slip};
use super::{ED, entry_of_issuer, entry_of_other, numbered, required, shown, valid};

pub(super) fn groups() -> Vec<Group> {
    let list = |entries: &[u8]| status_list(STATUS_URI, 1, entries);
    let other =
        |layer: Layer| layer.header(KID, bytes(&Key::OtherIssuer.id())).signed_by(Key::OtherIssuer);
    let group = |comment, lists: &[Layer], cases| {
        let mut trust = vec![entry_of_issuer(), entry_of_other()];
        trust.sort_by(|a, b| a.key_id.cmp(&b.key_id));
        Group::new(comment, trust, required(7200, 0), cases)
            .with_status_lists(lists.iter().map(held))
    };
    let revoked = || vec![shown("revoked by its own issuer", 1).refused(RejectionCode::Revoked)];
    let nothing_revoked = || other(list(&[0]).claim(IAT, uint(LISTED + 1)));
    let endless = list(&[0]).claim(IAT, uint(LISTED));
    vec![
        group(
            "a permit was withdrawn, and issued again",
            &[list(&[0b10])],
            vec![
                shown("the old credential", 1).refused(RejectionCode::Revoked),
                case("Value", "the old credential, with a code of this second")
                    .token(&numbered(|credential| credential.claim(NBF, uint(NOT_BEFORE - 1)), 1))
                    .refused(RejectionCode::Revoked),
                shown("the new credential", 2).accepted_presentation(ED, valid(2)),
            ],
        ),
        group("lists of two issuers under one URI", &[list(&[0b10]), nothing_revoked()], revoked()),
        group(
            "lists of two issuers under one URI, the other one's first",
            &[nothing_revoked(), list(&[0b10])],
            revoked(),
        ),
        Group::new(
            "a list may be as old as time",
            vec![entry_of_issuer()],
            required(LAST_SECOND, LAST_SECOND),
            vec![
                case("Time", "slip, in the last second but one there is")
                    .token(
                        &slip()
                            .claim(EXP, uint(LAST_SECOND))
                            .claim(super::STATUS, super::status(0, STATUS_URI)),
                    )
                    .at(LAST_SECOND - 1)
                    .accepted_slip(|verdict| {
                        valid(0)(verdict);
                        verdict.live_until = LAST_SECOND;
                    }),
            ],
        )
        .with_status_lists([held(&endless.no_claim(EXP))]),
    ]
}
