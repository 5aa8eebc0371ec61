//! What the strict reader accepts, other readers read and write again byte for byte; what it
//! refuses, a strict reader of others refuses too. The reader for lists of others takes any
//! encoding of the values the strict one takes, and no more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::rejection::Flaw;
use livepermit::{diagnostic_notation, fuzzing};
use livepermit_fuzz::{Input, has_container_key, memory, oracle, parse, tight};

/// More than any token has. The other reader's recursion is not bounded.
const MOST: usize = 4096;

fuzz_target!(|data: &[u8]| {
    if data.len() > MOST {
        return;
    }
    let ours = memory::bounded(0, || fuzzing::read_application_value(data));
    oracle::check_deterministic(data, ours);
    let shown = memory::bounded(memory::CONSTANT + 32 * data.len(), || diagnostic_notation(data));
    if let Ok(text) = &shown {
        assert!(!text.chars().any(char::is_control), "fit for a terminal");
    }
    let lax = memory::bounded(memory::CONSTANT, || fuzzing::read_value_in_any_order(data));
    if ours.is_ok() {
        assert!(shown.is_ok(), "what is accepted can be shown");
        oracle::check_second_writing(data);
        // A map of others has bounds of its own on its keys.
        match lax.map_err(|malformed| malformed.flaw) {
            Ok(()) | Err(Flaw::WrongCount) => {}
            Err(flaw) => {
                assert!(flaw == Flaw::WrongType && has_container_key(&parse(data)), "{flaw:?}")
            }
        }
    }
    if lax.is_ok() {
        let value = parse(data);
        assert!(!has_container_key(&value));
        let again = tight(&value);
        assert_eq!(fuzzing::read_application_value(&again), Ok(()), "another value");
        // The one encoding and any other say the same.
        let loose = livepermit_fuzz::loose(&value, &mut Input(data));
        assert_eq!(fuzzing::read_value_in_any_order(&loose), Ok(()));
    }
});
