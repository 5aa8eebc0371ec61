//! Challenges: opened, answered once, over.

use livepermit::{Caution, Code};

use super::super::cbor::{bytes, text, uint};
use super::super::crypto::Key;
use super::super::token::{
    AUD, CNONCE, GATE, IAT, Layer, NONCE, NOW, SHOWN, SUB, SUBJECT, credential, present, slip,
};
use super::steps::{AdmitGroup, AdmitTest, LANE, OTHER_SUBJECT, answer_to, code, steps};

const OTHER_NONCE: [u8; 16] = *b"another question";
const DIGITS: [u8; 6] = *b"407915";

pub(crate) fn groups() -> Vec<AdmitGroup> {
    vec![
        AdmitGroup::new("a gate that asks", asked()).policy(|policy| policy.challenge = "required"),
        AdmitGroup::new("a gate that asks, in two lanes", asked_in_lanes())
            .policy(|policy| policy.challenge = "required")
            .lanes([LANE, LANE.edit(|lane| lane.lane = "lane-2")]),
        AdmitGroup::new("a gate that asks, and takes slips", asked_slips()).policy(|policy| {
            policy.challenge = "required";
            policy.forms.push("slip");
        }),
        AdmitGroup::new("what a gate may ask", may_ask())
            .policy(|policy| policy.challenge = "required"),
        AdmitGroup::new("a gate that has asked, but whose policy does not", does_not_ask()),
    ]
}

/// Another person's answer.
fn answer_of(subject: &str, nonce: &[u8]) -> Layer {
    let credential = credential(Key::DeviceEd25519).claim(SUB, text(subject));
    present(&credential, Key::DeviceEd25519).claim(AUD, text(GATE)).claim(CNONCE, bytes(nonce))
}

fn asked() -> Vec<AdmitTest> {
    let ends = NOW + 10;
    let asking = |comment| steps("Challenge", comment).asks(&NONCE, ends);
    let answered = |comment| asking(comment).show(&answer_to(&NONCE)).admitted();
    vec![
        answered("answered").done(),
        steps("Challenge", "answered, though nothing was asked")
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
        steps("Challenge", "a pass, though nothing was asked")
            .show(&code(SHOWN))
            .refused(Code::ChallengeUnknown)
            .done(),
        asking("no answer").show(&code(SHOWN)).refused(Code::ChallengeMissing).done(),
        asking("the answer to another question")
            .show(&answer_to(&OTHER_NONCE))
            .refused(Code::ChallengeMismatch)
            .done(),
        asking("answered in its last second")
            .edge()
            .at(ends - 1)
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
        asking("answered when it is over")
            .edge()
            .at(ends)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeExpired)
            .done(),
        asking("over, and no answer")
            .edge()
            .at(ends)
            .show(&code(SHOWN))
            .refused(Code::ChallengeUnknown)
            .done(),
        asking("over, and asked anew: the old answer")
            .at(ends)
            .asks(&OTHER_NONCE, ends + 10)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeMismatch)
            .done(),
        answered("the same answer read again in the same second")
            .show(&answer_to(&NONCE))
            .refused(Code::AlreadyAcceptedHere)
            .edge()
            .done(),
        answered("the same answer read again")
            .at(NOW + 2)
            .show(&answer_to(&NONCE))
            .refused(Code::AlreadyAcceptedHere)
            .edge()
            .done(),
        answered("the same answer when the debounce is over")
            .edge()
            .at(NOW + 3)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
        answered("the same answer by a clock that went back")
            .at(NOW - 1)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
        answered("a second answer of the phone")
            .show(&answer_to(&NONCE).claim(IAT, uint(SHOWN + 1)))
            .refused(Code::ChallengeUnknown)
            .done(),
        answered("another person's answer to the same question")
            .show(&answer_of(OTHER_SUBJECT, &NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
        answered("no answer behind the answer")
            .show(&code(SHOWN + 1))
            .refused(Code::ChallengeUnknown)
            .done(),
        answered("the next question, answered by another person")
            .asks(&OTHER_NONCE, ends)
            .show(&answer_of(OTHER_SUBJECT, &OTHER_NONCE))
            .admitted_as(OTHER_SUBJECT, &[])
            .done(),
        answered("the first answer, read again when the next question was answered")
            .asks(&OTHER_NONCE, ends)
            .show(&answer_of(OTHER_SUBJECT, &OTHER_NONCE))
            .admitted_as(OTHER_SUBJECT, &[])
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
        asking("a refused answer does not use the question up")
            .show(&answer_to(&NONCE).claim(AUD, text("gate-9")))
            .refused(Code::WrongAudience)
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
        asking("an answer that the store refuses does not either")
            .store_unreachable()
            .show(&answer_to(&NONCE))
            .refused(Code::StoreUnreachable)
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
        answered("a permit that is cooling down does not either")
            .asks(&OTHER_NONCE, ends)
            .show(&answer_to(&OTHER_NONCE).claim(IAT, uint(SHOWN + 1)))
            .refused(Code::CoolingDown)
            .show(&answer_of(OTHER_SUBJECT, &OTHER_NONCE))
            .admitted_as(OTHER_SUBJECT, &[])
            .done(),
        asking("the older of two open questions")
            .asks(&OTHER_NONCE, ends)
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
        asking("two open questions, each answered by its own person")
            .asks(&OTHER_NONCE, ends)
            .show(&answer_of(OTHER_SUBJECT, &OTHER_NONCE))
            .admitted_as(OTHER_SUBJECT, &[])
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
        steps("Challenge", "spoken digits")
            .asks(&DIGITS, NOW + 30)
            .show(&answer_to(&DIGITS))
            .admitted()
            .done(),
        steps("Challenge", "spoken digits, guessed wrong")
            .asks(&DIGITS, NOW + 30)
            .show(&answer_to(b"407916"))
            .refused(Code::ChallengeMismatch)
            .done(),
    ]
}

fn asked_in_lanes() -> Vec<AdmitTest> {
    vec![
        steps("Challenge", "a question of the lane beside")
            .asks(&NONCE, NOW + 10)
            .lane(1)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnknown)
            .done(),
    ]
}

fn asked_slips() -> Vec<AdmitTest> {
    let printed = &[Caution::Printed];
    vec![
        steps("Challenge", "a slip answers nothing and is admitted")
            .show(&slip())
            .admitted_as(SUBJECT, printed)
            .done(),
        steps("Challenge", "a slip uses no question up")
            .asks(&NONCE, NOW + 10)
            .show(&slip().claim(SUB, text(OTHER_SUBJECT)))
            .admitted_as(OTHER_SUBJECT, printed)
            .show(&answer_to(&NONCE))
            .admitted()
            .done(),
    ]
}

/// Sixteen different nonces and one more.
fn nonce(number: u8) -> [u8; 16] {
    let mut nonce = *b"question no. ...";
    nonce[15] = number;
    nonce
}

fn may_ask() -> Vec<AdmitTest> {
    let asks = |comment| steps("Challenge", comment);
    let sixteen =
        |comment| (0..16).fold(asks(comment), |steps, number| steps.asks(&nonce(number), NOW + 10));
    vec![
        asks("in another gate's name").may_not_ask("gate-9", &NONCE, NOW + 10).done(),
        asks("what is over").edge().may_not_ask(GATE, &NONCE, NOW).done(),
        asks("what is over in a second").edge().asks(&NONCE, NOW + 1).done(),
        asks("a nonce that is open")
            .asks(&NONCE, NOW + 10)
            .may_not_ask(GATE, &NONCE, NOW + 20)
            .done(),
        asks("a nonce that was open")
            .edge()
            .asks(&NONCE, NOW + 10)
            .at(NOW + 10)
            .asks(&NONCE, NOW + 20)
            .done(),
        asks("a nonce of 15 bytes").edge().may_not_ask(GATE, &NONCE[..15], NOW + 10).done(),
        asks("a nonce of 16 bytes").edge().asks(&NONCE, NOW + 10).done(),
        asks("a nonce of 32 bytes, for as long as one likes").asks(&[7; 32], NOW + 86_400).done(),
        asks("six bytes that are no digits").may_not_ask(GATE, b"40791x", NOW + 10).done(),
        asks("seven digits").may_not_ask(GATE, b"4079151", NOW + 10).done(),
        asks("digits for 30 seconds").edge().asks(&DIGITS, NOW + 30).done(),
        asks("digits for 31 seconds").edge().may_not_ask(GATE, &DIGITS, NOW + 31).done(),
        asks("digits while others are open")
            .asks(&DIGITS, NOW + 30)
            .may_not_ask(GATE, b"111111", NOW + 30)
            .done(),
        asks("digits when the others are over")
            .edge()
            .asks(&DIGITS, NOW + 30)
            .at(NOW + 30)
            .asks(b"111111", NOW + 60)
            .done(),
        asks("digits beside a nonce").asks(&NONCE, NOW + 10).asks(&DIGITS, NOW + 30).done(),
        sixteen("the oldest of sixteen is open")
            .edge()
            .show(&answer_to(&nonce(0)))
            .admitted()
            .done(),
        sixteen("the oldest of seventeen is not")
            .edge()
            .asks(&nonce(16), NOW + 10)
            .show(&answer_to(&nonce(0)))
            .refused(Code::ChallengeMismatch)
            .done(),
        sixteen("the second of seventeen is open")
            .edge()
            .asks(&nonce(16), NOW + 10)
            .show(&answer_to(&nonce(1)))
            .admitted()
            .done(),
    ]
}

fn does_not_ask() -> Vec<AdmitTest> {
    vec![
        steps("Challenge", "an answer nobody wants")
            .asks(&NONCE, NOW + 10)
            .show(&answer_to(&NONCE))
            .refused(Code::ChallengeUnexpected)
            .done(),
        steps("Challenge", "a code without answer")
            .asks(&NONCE, NOW + 10)
            .show(&code(SHOWN))
            .admitted()
            .done(),
    ]
}
