//! Whatever a camera may hand over as text, no step of time arithmetic on it leaves the range.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::Timestamp;

fuzz_target!(|text: &str| {
    let Ok(seconds) = text.parse::<u64>() else { return };
    let Some(time) = Timestamp::from_unix(seconds) else { return };
    assert_eq!(time.as_unix(), seconds);
    assert!(time.plus(seconds) <= Timestamp::MAX);
    assert_eq!(time.minus(seconds), Timestamp::MIN);
});
