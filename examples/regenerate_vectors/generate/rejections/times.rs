//! Times, audience and challenge.

use livepermit::Code;

use super::super::cbor::{bytes, hex, text, uint};
use super::super::json::{Case, Challenge};
use super::super::token::{
    AUD, CNONCE, EXP, GATE, IAT, LAST_SECOND, Layer, NBF, NONCE, NOW, SHOWN, SIGNED_WINDOW, answer,
    pass, presentation, presentation_p256, presented,
};
use super::meaning::refused;

pub(super) fn times() -> Vec<Case> {
    let late = |comment: &str, code: Code, token: Layer, now: u64| {
        refused("Time", comment, code, &token).at(now)
    };
    let from = |not_before: u64| presented(|credential| credential.claim(NBF, uint(not_before)));
    let until = |expires: u64| presented(|credential| credential.claim(EXP, uint(expires)));
    let window =
        |seconds: u64| presented(|credential| credential.claim(SIGNED_WINDOW, uint(seconds)));
    vec![
        late("one second before the credential begins", Code::NotYetValid, from(SHOWN), SHOWN - 1),
        late("long before the credential begins", Code::NotYetValid, presentation(), 0),
        late("the credential has just ended", Code::Expired, until(NOW), NOW),
        late("long after the credential ended", Code::Expired, presentation(), LAST_SECOND - 1),
        late(
            "the credential is one second too old",
            Code::CredentialTooOld,
            from(NOW - 86_701),
            NOW,
        ),
        late("the credential begins at 0", Code::CredentialTooOld, from(0), NOW),
        late(
            "dated one second before the credential begins",
            Code::TimesOutOfOrder,
            from(SHOWN + 1),
            NOW,
        ),
        late(
            "dated when the credential ends, ahead of the gate's clock",
            Code::TimesOutOfOrder,
            until(SHOWN + 2).claim(IAT, uint(SHOWN + 2)),
            SHOWN,
        ),
        late(
            "presentation one second too far ahead",
            Code::FromTheFuture,
            presentation(),
            SHOWN - 6,
        ),
        late(
            "presentation of a clock turned a day ahead",
            Code::FromTheFuture,
            {
                presented(|credential| credential.claim(EXP, uint(SHOWN + 100_000)))
                    .claim(IAT, uint(SHOWN + 86_400))
            },
            NOW,
        ),
        late("pass one second too far ahead", Code::FromTheFuture, pass(), SHOWN - 6),
        late(
            "window of 3 seconds: the skew is 1 second",
            Code::FromTheFuture,
            window(3),
            SHOWN - 2,
        ),
        late("window of 1 second: there is no skew", Code::FromTheFuture, window(1), SHOWN - 1),
        late("presentation when its window ends", Code::Stale, presentation(), SHOWN + 30),
        late(
            "presentation by a P-256 device when its window ends",
            Code::Stale,
            presentation_p256(),
            SHOWN + 30,
        ),
        late("presentation an hour old", Code::Stale, presentation(), SHOWN + 3600),
        late("signed window of 20 seconds ends", Code::Stale, window(20), SHOWN + 20),
        late(
            "signed window of 60 seconds, the policy's of 30 ends",
            Code::Stale,
            window(60),
            SHOWN + 30,
        ),
        late("pass when its window ends", Code::Stale, pass(), SHOWN + 30),
        late("pass at the last second but one there is", Code::Stale, pass(), LAST_SECOND - 1),
        late(
            "gate's clock a day slow, presentation",
            Code::NotYetValid,
            presentation(),
            SHOWN - 86_400,
        ),
        late("gate's clock a day slow, pass", Code::FromTheFuture, pass(), SHOWN - 86_400),
        late(
            "gate's clock a day fast, presentation",
            Code::Expired,
            presentation(),
            SHOWN + 86_400,
        ),
        late("gate's clock a day fast, pass", Code::Stale, pass(), SHOWN + 86_400),
        late("gate's clock at 0, pass", Code::FromTheFuture, pass(), 0),
        late("gate's clock at 2^40 - 2, pass", Code::Stale, pass(), LAST_SECOND - 1),
        late(
            "dated in the last second but one there is",
            Code::FromTheFuture,
            until(LAST_SECOND).claim(IAT, uint(LAST_SECOND - 1)),
            NOW,
        ),
        late(
            "dated in the last second there is, when the credential ends",
            Code::TimesOutOfOrder,
            until(LAST_SECOND).claim(IAT, uint(LAST_SECOND)),
            NOW,
        ),
        late("dated at 0", Code::TimesOutOfOrder, presentation().claim(IAT, uint(0)), NOW),
        late("pass dated at 0", Code::Stale, pass().claim(IAT, uint(0)).claim(EXP, uint(30)), NOW),
        late(
            "window of 2 seconds: the skew is 1 second",
            Code::FromTheFuture,
            window(2),
            SHOWN - 2,
        ),
        late("window of 2 seconds ends", Code::Stale, window(2), SHOWN + 2),
        late("window of 1 second ends", Code::Stale, window(1), SHOWN + 1),
        late("pass of 1 second ends", Code::Stale, pass().claim(EXP, uint(SHOWN + 1)), SHOWN + 1),
        late(
            "the code is live, the credential ends first",
            Code::Expired,
            until(SHOWN + 10),
            SHOWN + 10,
        ),
        late(
            "the credential is too old, and its code dated before it",
            Code::CredentialTooOld,
            from(NOW - 86_701).claim(IAT, uint(NOW - 86_702)),
            NOW,
        )
        .flag("Order"),
        late("not yet valid, and from the future", Code::NotYetValid, from(SHOWN), SHOWN - 60)
            .flag("Order"),
        late("times out of order, and stale", Code::TimesOutOfOrder, from(SHOWN + 1), SHOWN + 40)
            .flag("Order"),
        refused(
            "Order",
            "the credential ended, and the code is for another gate",
            Code::Expired,
            &{ until(NOW).claim(AUD, text("gate-4")) },
        ),
        refused(
            "Order",
            "stale, and for another gate",
            Code::Stale,
            &presentation().claim(AUD, text("gate-4")),
        )
        .at(SHOWN + 30),
    ]
}

pub(super) fn audience() -> Vec<Case> {
    vec![
        refused("Audience", "presentation for another gate", Code::WrongAudience, &{
            presentation().claim(AUD, text("gate-4"))
        }),
        refused(
            "Audience",
            "gate name in capitals",
            Code::WrongAudience,
            &presentation().claim(AUD, text("GATE-3")),
        ),
        refused("Audience", "gate name with a character behind", Code::WrongAudience, &{
            presentation().claim(AUD, text("gate-33"))
        }),
        refused(
            "Audience",
            "pass for another gate",
            Code::WrongAudience,
            &pass().claim(AUD, text("gate-4")),
        ),
        refused("Challenge", "an answer, and no question", Code::ChallengeUnexpected, &answer()),
        refused(
            "Challenge",
            "an answer for anyone, and no question",
            Code::ChallengeUnexpected,
            &{ presentation().claim(CNONCE, bytes(&NONCE)) },
        ),
        refused(
            "Challenge",
            "a question asked where none is required, and no answer",
            Code::ChallengeMissing,
            &{ presentation() },
        )
        .challenged(),
    ]
}

pub(super) fn challenges() -> Vec<Case> {
    let asked = |comment: &str, code: Code, token: Layer| {
        refused("Challenge", comment, code, &token).challenged()
    };
    let other_nonce = Challenge { gate: GATE, nonce: hex(b"another question"), expires: NOW + 10 };
    let ended = Challenge { gate: GATE, nonce: hex(&NONCE), expires: NOW };
    let elsewhere = Challenge { gate: "gate-4", nonce: hex(&NONCE), expires: NOW + 10 };
    vec![
        asked("no answer", Code::ChallengeMissing, presentation().claim(AUD, text(GATE))),
        asked("no answer, for anyone", Code::ChallengeMissing, presentation()),
        asked("a pass, which cannot answer", Code::ChallengeMissing, pass().claim(AUD, text(GATE))),
        asked("answer for anyone", Code::WrongAudience, answer().claim(AUD, text("*"))),
        asked("answer for another gate", Code::WrongAudience, answer().claim(AUD, text("gate-4"))),
        asked(
            "answer cut short",
            Code::ChallengeMismatch,
            answer().claim(CNONCE, bytes(&NONCE[..15])),
        ),
        refused("Challenge", "answer to another question", Code::ChallengeMismatch, &answer())
            .challenge(other_nonce),
        refused(
            "Challenge",
            "answer in the second the question ends",
            Code::ChallengeExpired,
            &answer(),
        )
        .flag("Time")
        .challenge(ended.clone()),
        refused("Order", "another answer, and too late", Code::ChallengeMismatch, &{
            answer().claim(CNONCE, bytes(b"another question"))
        })
        .challenge(ended),
        refused(
            "Challenge",
            "the question was asked in the name of another gate",
            Code::ChallengeNotSupplied,
            &answer(),
        )
        .challenge(elsewhere),
        refused("Challenge", "no question handed over", Code::ChallengeNotSupplied, &answer()),
        refused(
            "Challenge",
            "no question handed over, and no answer",
            Code::ChallengeNotSupplied,
            &presentation(),
        ),
        asked("stale answer", Code::Stale, answer()).flag("Order").at(SHOWN + 30),
    ]
}
