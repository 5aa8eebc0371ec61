//! Times, audience and challenge.

use livepermit::RejectionCode;

use super::super::cbor::{bytes, hex, text, uint};
use super::super::json::{Case, Challenge};
use super::super::token::{
    AUD, CNONCE, EXP, GATE, IAT, LAST_SECOND, Layer, NBF, NONCE, NOW, SHOWN, SIGNED_WINDOW, answer,
    pass, presentation, presentation_p256, presented,
};
use super::meaning::refused;

pub(super) fn times() -> Vec<Case> {
    let late = |comment: &str, code: RejectionCode, token: Layer, now: u64| {
        refused("Time", comment, code, &token).at(now)
    };
    let from = |not_before: u64| presented(|credential| credential.claim(NBF, uint(not_before)));
    let until = |expires: u64| presented(|credential| credential.claim(EXP, uint(expires)));
    let window =
        |seconds: u64| presented(|credential| credential.claim(SIGNED_WINDOW, uint(seconds)));
    vec![
        late(
            "one second before the credential begins",
            RejectionCode::NotYetValid,
            from(SHOWN),
            SHOWN - 1,
        ),
        late("long before the credential begins", RejectionCode::NotYetValid, presentation(), 0),
        late("the credential has just ended", RejectionCode::Expired, until(NOW), NOW),
        late(
            "long after the credential ended",
            RejectionCode::Expired,
            presentation(),
            LAST_SECOND - 1,
        ),
        late(
            "the credential is one second too old",
            RejectionCode::CredentialTooOld,
            from(NOW - 86_701),
            NOW,
        ),
        late("the credential begins at 0", RejectionCode::CredentialTooOld, from(0), NOW),
        late(
            "dated one second before the credential begins",
            RejectionCode::TimesOutOfOrder,
            from(SHOWN + 1),
            NOW,
        ),
        late(
            "dated when the credential ends, ahead of the gate's clock",
            RejectionCode::TimesOutOfOrder,
            until(SHOWN + 2).claim(IAT, uint(SHOWN + 2)),
            SHOWN,
        ),
        late(
            "presentation one second too far ahead",
            RejectionCode::FromTheFuture,
            presentation(),
            SHOWN - 6,
        ),
        late(
            "presentation of a clock turned a day ahead",
            RejectionCode::FromTheFuture,
            {
                presented(|credential| credential.claim(EXP, uint(SHOWN + 100_000)))
                    .claim(IAT, uint(SHOWN + 86_400))
            },
            NOW,
        ),
        late("pass one second too far ahead", RejectionCode::FromTheFuture, pass(), SHOWN - 6),
        late(
            "window of 3 seconds: the skew is 1 second",
            RejectionCode::FromTheFuture,
            window(3),
            SHOWN - 2,
        ),
        late(
            "window of 1 second: there is no skew",
            RejectionCode::FromTheFuture,
            window(1),
            SHOWN - 1,
        ),
        late("presentation when its window ends", RejectionCode::Stale, presentation(), SHOWN + 30),
        late(
            "presentation by a P-256 device when its window ends",
            RejectionCode::Stale,
            presentation_p256(),
            SHOWN + 30,
        ),
        late("presentation an hour old", RejectionCode::Stale, presentation(), SHOWN + 3600),
        late("signed window of 20 seconds ends", RejectionCode::Stale, window(20), SHOWN + 20),
        late(
            "signed window of 60 seconds, the policy's of 30 ends",
            RejectionCode::Stale,
            window(60),
            SHOWN + 30,
        ),
        late("pass when its window ends", RejectionCode::Stale, pass(), SHOWN + 30),
        late(
            "pass at the last second but one there is",
            RejectionCode::Stale,
            pass(),
            LAST_SECOND - 1,
        ),
        late(
            "gate's clock a day slow, presentation",
            RejectionCode::NotYetValid,
            presentation(),
            SHOWN - 86_400,
        ),
        late("gate's clock a day slow, pass", RejectionCode::FromTheFuture, pass(), SHOWN - 86_400),
        late(
            "gate's clock a day fast, presentation",
            RejectionCode::Expired,
            presentation(),
            SHOWN + 86_400,
        ),
        late("gate's clock a day fast, pass", RejectionCode::Stale, pass(), SHOWN + 86_400),
        late("gate's clock at 0, pass", RejectionCode::FromTheFuture, pass(), 0),
        late("gate's clock at 2^40 - 2, pass", RejectionCode::Stale, pass(), LAST_SECOND - 1),
        late(
            "dated in the last second but one there is",
            RejectionCode::FromTheFuture,
            until(LAST_SECOND).claim(IAT, uint(LAST_SECOND - 1)),
            NOW,
        ),
        late(
            "dated in the last second there is, when the credential ends",
            RejectionCode::TimesOutOfOrder,
            until(LAST_SECOND).claim(IAT, uint(LAST_SECOND)),
            NOW,
        ),
        late("dated at 0", RejectionCode::TimesOutOfOrder, presentation().claim(IAT, uint(0)), NOW),
        late(
            "pass dated at 0",
            RejectionCode::Stale,
            pass().claim(IAT, uint(0)).claim(EXP, uint(30)),
            NOW,
        ),
        late(
            "window of 2 seconds: the skew is 1 second",
            RejectionCode::FromTheFuture,
            window(2),
            SHOWN - 2,
        ),
        late("window of 2 seconds ends", RejectionCode::Stale, window(2), SHOWN + 2),
        late("window of 1 second ends", RejectionCode::Stale, window(1), SHOWN + 1),
        late(
            "pass of 1 second ends",
            RejectionCode::Stale,
            pass().claim(EXP, uint(SHOWN + 1)),
            SHOWN + 1,
        ),
        late(
            "the code is live, the credential ends first",
            RejectionCode::Expired,
            until(SHOWN + 10),
            SHOWN + 10,
        ),
        late(
            "the credential is too old, and its code dated before it",
            RejectionCode::CredentialTooOld,
            from(NOW - 86_701).claim(IAT, uint(NOW - 86_702)),
            NOW,
        )
        .flag("Order"),
        late(
            "not yet valid, and from the future",
            RejectionCode::NotYetValid,
            from(SHOWN),
            SHOWN - 60,
        )
        .flag("Order"),
        late(
            "times out of order, and stale",
            RejectionCode::TimesOutOfOrder,
            from(SHOWN + 1),
            SHOWN + 40,
        )
        .flag("Order"),
        refused(
            "Order",
            "the credential ended, and the code is for another gate",
            RejectionCode::Expired,
            &{ until(NOW).claim(AUD, text("gate-4")) },
        ),
        refused(
            "Order",
            "stale, and for another gate",
            RejectionCode::Stale,
            &presentation().claim(AUD, text("gate-4")),
        )
        .at(SHOWN + 30),
    ]
}

pub(super) fn audience() -> Vec<Case> {
    vec![
        refused("Audience", "presentation for another gate", RejectionCode::WrongAudience, &{
            presentation().claim(AUD, text("gate-4"))
        }),
        refused(
            "Audience",
            "gate name in capitals",
            RejectionCode::WrongAudience,
            &presentation().claim(AUD, text("GATE-3")),
        ),
        refused("Audience", "gate name with a character behind", RejectionCode::WrongAudience, &{
            presentation().claim(AUD, text("gate-33"))
        }),
        refused(
            "Audience",
            "pass for another gate",
            RejectionCode::WrongAudience,
            &pass().claim(AUD, text("gate-4")),
        ),
        refused(
            "Challenge",
            "an answer, and no question",
            RejectionCode::ChallengeUnexpected,
            &answer(),
        ),
        refused(
            "Challenge",
            "an answer for anyone, and no question",
            RejectionCode::ChallengeUnexpected,
            &{ presentation().claim(CNONCE, bytes(&NONCE)) },
        ),
        refused(
            "Challenge",
            "a question asked where none is required, and no answer",
            RejectionCode::ChallengeMissing,
            &{ presentation() },
        )
        .challenged(),
    ]
}

pub(super) fn challenges() -> Vec<Case> {
    let asked = |comment: &str, code: RejectionCode, token: Layer| {
        refused("Challenge", comment, code, &token).challenged()
    };
    let other_nonce = Challenge { gate: GATE, nonce: hex(b"another question"), expires: NOW + 10 };
    let ended = Challenge { gate: GATE, nonce: hex(&NONCE), expires: NOW };
    let elsewhere = Challenge { gate: "gate-4", nonce: hex(&NONCE), expires: NOW + 10 };
    vec![
        asked("no answer", RejectionCode::ChallengeMissing, presentation().claim(AUD, text(GATE))),
        asked("no answer, for anyone", RejectionCode::ChallengeMissing, presentation()),
        asked(
            "a pass, which cannot answer",
            RejectionCode::ChallengeMissing,
            pass().claim(AUD, text(GATE)),
        ),
        asked("answer for anyone", RejectionCode::WrongAudience, answer().claim(AUD, text("*"))),
        asked(
            "answer for another gate",
            RejectionCode::WrongAudience,
            answer().claim(AUD, text("gate-4")),
        ),
        asked(
            "answer cut short",
            RejectionCode::ChallengeMismatch,
            answer().claim(CNONCE, bytes(&NONCE[..15])),
        ),
        refused(
            "Challenge",
            "answer to another question",
            RejectionCode::ChallengeMismatch,
            &answer(),
        )
        .challenge(other_nonce),
        refused(
            "Challenge",
            "answer in the second the question ends",
            RejectionCode::ChallengeExpired,
            &answer(),
        )
        .flag("Time")
        .challenge(ended.clone()),
        refused("Order", "another answer, and too late", RejectionCode::ChallengeMismatch, &{
            answer().claim(CNONCE, bytes(b"another question"))
        })
        .challenge(ended),
        refused(
            "Challenge",
            "the question was asked in the name of another gate",
            RejectionCode::ChallengeNotSupplied,
            &answer(),
        )
        .challenge(elsewhere),
        refused(
            "Challenge",
            "no question handed over",
            RejectionCode::ChallengeNotSupplied,
            &answer(),
        ),
        refused(
            "Challenge",
            "no question handed over, and no answer",
            RejectionCode::ChallengeNotSupplied,
            &presentation(),
        ),
        asked("stale answer", RejectionCode::Stale, answer()).flag("Order").at(SHOWN + 30),
    ]
}
