//! Whatever is done to the bytes or the text of a good token, it is refused.

use livepermit::Verifier;

use livepermit_testkit::hand::cbor;
use livepermit_testkit::{
    ed25519_device, every_token, hand::Hand, now, p256_device, pass, verdict, verifier,
};

/// Fails unless every one of `variants` is refused; tells how many there were.
fn all_refused(name: &str, variants: impl Iterator<Item = Vec<u8>>, verifier: &Verifier) -> usize {
    let mut count = 0;
    for variant in variants {
        assert!(verdict(verifier, &variant, now()).is_some(), "accepted: {name}, variant {count}");
        count += 1;
    }
    count
}

#[test]
fn tokens_built_by_hand_are_the_ones_the_library_makes() {
    let verifier = verifier();
    for (name, token) in every_token() {
        assert_eq!(verdict(&verifier, &token, now()), None, "{name}");
    }
    let [(_, pass), (_, ed25519), (_, p256)] = every_token();
    assert_eq!(Hand::pass().signed(), pass.as_bytes());
    assert_eq!(Hand::credential(&ed25519_device()).presented(), ed25519.as_bytes());
    let credential = Hand::credential(&p256_device()).signed();
    assert_eq!(Hand::p256_presentation(&credential).signed(), p256.as_bytes());
}

#[test]
fn every_single_bit_flip_is_refused() {
    let verifier = verifier();
    for (name, token) in every_token() {
        let bytes = token.as_bytes();
        let flips = (0..bytes.len() * 8).map(|bit| {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            flipped
        });
        assert_eq!(all_refused(name, flips, &verifier), bytes.len() * 8);
    }
}

#[test]
fn every_truncation_is_refused() {
    let verifier = verifier();
    for (name, token) in every_token() {
        let bytes = token.as_bytes();
        let ends = (0..bytes.len()).map(|end| bytes[..end].to_vec());
        assert_eq!(all_refused(name, ends, &verifier), bytes.len());
        let starts = (1..=bytes.len()).map(|start| bytes[start..].to_vec());
        assert_eq!(all_refused(name, starts, &verifier), bytes.len());
    }
}

#[test]
fn every_one_byte_extension_is_refused() {
    let verifier = verifier();
    for (name, token) in every_token() {
        let bytes = token.as_bytes();
        let ends = (0..=255).map(|byte| [bytes, &[byte]].concat());
        assert_eq!(all_refused(name, ends, &verifier), 256);
        let fronts = (0..=255).map(|byte| [&[byte], bytes].concat());
        assert_eq!(all_refused(name, fronts, &verifier), 256);
    }
}

#[test]
fn every_byte_left_out_doubled_or_put_in_is_refused() {
    let verifier = verifier();
    for (name, token) in every_token() {
        let bytes = token.as_bytes();
        let without = (0..bytes.len()).map(|at| [&bytes[..at], &bytes[at + 1..]].concat());
        assert_eq!(all_refused(name, without, &verifier), bytes.len());
        let doubled = (0..bytes.len()).map(|at| [&bytes[..=at], &bytes[at..]].concat());
        assert_eq!(all_refused(name, doubled, &verifier), bytes.len());
        let zero = (1..bytes.len()).map(|at| [&bytes[..at], &[0], &bytes[at..]].concat());
        assert_eq!(all_refused(name, zero, &verifier), bytes.len() - 1);
    }
}

/// Every text that differs from `good` in one character of `alphabet` is refused.
fn every_other_character_is_refused(good: &str, alphabet: &str) {
    let verifier = verifier();
    assert_eq!(verdict(&verifier, good, now()), None);
    for at in 0..good.len() {
        for other in alphabet.bytes().filter(|other| *other != good.as_bytes()[at]) {
            let mut changed = good.as_bytes().to_vec();
            changed[at] = other;
            let changed = String::from_utf8(changed).unwrap();
            assert!(verdict(&verifier, &changed, now()).is_some(), "accepted: {changed}");
        }
    }
}

#[test]
fn every_changed_character_of_the_qr_text_is_refused() {
    let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    every_other_character_is_refused(&pass().to_qr_text(), alphabet);
}

#[test]
fn every_changed_character_of_the_link_text_is_refused() {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ";
    every_other_character_is_refused(&pass().to_link_text(), alphabet);
}

#[test]
fn a_text_is_taken_whole_or_not_at_all() {
    let verifier = verifier();
    for text in [pass().to_qr_text(), pass().to_link_text()] {
        for changed in [
            format!(" {text}"),
            format!("{text} "),
            format!("{text}\n"),
            format!("\u{feff}{text}"),
            format!("{text}\0"),
            format!("{text}="),
            format!("https://example.com/{text}"),
            format!("{text}{text}"),
            text.to_lowercase(),
        ] {
            assert!(verdict(&verifier, &changed, now()).is_some(), "accepted: {changed:?}");
        }
        for end in 0..text.len() {
            assert!(verdict(&verifier, &text[..end], now()).is_some(), "accepted up to {end}");
        }
    }
}

#[test]
fn parts_of_two_good_tokens_do_not_make_a_third() {
    let verifier = verifier();
    let credential = Hand::credential(&ed25519_device()).signed();
    let other = Hand::credential(&ed25519_device()).claim(2, cbor::text("SOMEBODY-ELSE")).signed();
    let good = Hand::presentation(&credential).signed();
    let swapped = Hand::presentation(&other).signed();
    // The device signed the header with the first credential in it; its signature does not carry
    // over.
    let mixed = [&swapped[..swapped.len() - 64], &good[good.len() - 64..]].concat();
    for token in [&good, &swapped] {
        assert_eq!(verdict(&verifier, token, now()), None);
    }
    let code = verdict(&verifier, &mixed, now()).unwrap();
    assert_eq!(code.as_str(), "bad-device-signature");
}
