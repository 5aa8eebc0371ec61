//! A text that decodes is the one text of its bytes, and every byte string has its two texts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::verify::MAX_TOKEN_BYTES;
use livepermit::{Token, decode_text, fuzzing};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        let shorter = text.chars().skip(1).collect();
        for text in [text.to_owned(), shorter, format!("LP1:{text}"), format!("0oR{text}")] {
            if let Ok(bytes) = decode_text(&text) {
                let [qr, link] = fuzzing::encode_texts(&bytes);
                assert!(text == qr || text == link, "a second text");
                assert!(bytes.len() <= MAX_TOKEN_BYTES);
            }
            if let Ok(token) = Token::from_text(&text) {
                assert!(text == token.to_qr_text() || text == token.to_link_text());
            }
        }
    }
    if !data.is_empty() && data.len() <= MAX_TOKEN_BYTES {
        let [qr, link] = fuzzing::encode_texts(data);
        assert_eq!(decode_text(&qr).as_deref(), Ok(data));
        if link.starts_with("0oR") {
            assert_eq!(decode_text(&link).as_deref(), Ok(data));
        }
    }
});
