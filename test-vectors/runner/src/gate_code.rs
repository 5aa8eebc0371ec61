//! Groups of type `GateCode`.

use livepermit::hold::GateCode;

use crate::model::{Expected, GateCodeGroup, GateCodeTest, ReadGateCode};
use crate::report::{GroupReport, Seen};
use crate::setup;

pub(crate) fn run(group: &GateCodeGroup, report: &mut GroupReport) {
    for test in &group.tests {
        let outcome = run_test(test, &mut report.seen);
        report.push(test.tc_id, &test.comment, &test.flags, test.result, outcome);
    }
}

fn run_test(test: &GateCodeTest, seen: &mut Seen) -> setup::Result<()> {
    match (GateCode::from_text(&test.text), test.result) {
        (Ok(code), Expected::Valid) => {
            let found = describe(&code)?;
            if Some(&found) != test.gate_code.as_ref() {
                return Err(format!("read as {found:?}, not {:?}", test.gate_code));
            }
            if code.to_qr_text() == test.text {
                Ok(())
            } else {
                Err("a second text of one code".to_string())
            }
        }
        (Err(rejection), Expected::Invalid) => seen.hold_refusal(
            &rejection,
            (rejection.code().as_str(), &rejection.evidence()),
            (test.code.as_deref(), test.malformed.as_ref()),
        ),
        (Ok(_), Expected::Invalid) => Err("read".to_string()),
        (Err(rejection), Expected::Valid) => Err(format!("refused: {rejection}")),
    }
}

fn describe(code: &GateCode) -> setup::Result<ReadGateCode> {
    let gate = code.gate().to_string();
    match code {
        GateCode::Name(_) => Ok(ReadGateCode { gate, nonce: None, expires: None }),
        GateCode::Challenge(challenge) => Ok(ReadGateCode {
            gate,
            nonce: Some(challenge.nonce().to_vec()),
            expires: Some(challenge.expires()),
        }),
        other => Err(format!("a code this runner does not know: {other:?}")),
    }
}
