//! A scanner's line: what is read as a token is one, and what is cut off or undone changes nothing
//! more. No line takes long.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit_gate::Token;
use livepermit_gate::wedge::{Reading, decode, ending, read, trim};

fuzz_target!(|data: &[u8]| {
    let line = decode(data);
    match read(&line) {
        Reading::Token(token) => {
            assert!(Token::from_text(token.text()).is_ok());
            // Once more gives the same.
            assert!(
                matches!(read(token.text()), Reading::Token(again) if again.text() == token.text())
            );
        }
        Reading::Other(text) => assert!(Token::from_text(&text).is_err(), "a token is passed over"),
        _ => {}
    }
    let _ = ending(&line);
    let cut = trim(&line);
    assert!(line.contains(cut));
    assert_eq!(trim(cut), cut);
});
