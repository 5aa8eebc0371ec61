//! What is written of tokens and of CBOR for people to read.

use livepermit::rejection::{Evidence, Flaw};
use livepermit::{decode_text, diagnostic_notation, inspect};

use livepermit_testkit::hand::cbor::{array, bytes, int, map, text};
use livepermit_testkit::{ISSUER, SUBJECT, credential, ed25519_device, every_token, now, pass};

fn notation(item: &[u8]) -> String {
    diagnostic_notation(item).unwrap()
}

/// Why bytes have no notation.
fn flaw(item: &[u8]) -> Flaw {
    match diagnostic_notation(item).unwrap_err().evidence() {
        Evidence::Malformed(malformed) => malformed.flaw,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_kind_of_value_has_its_notation() {
    let value = map(&[
        (int(1), array(&[int(0), int(-1), vec![0xf4], vec![0xf5], vec![0xf6]])),
        (int(-7), text("quoted \" and \n line")),
        (text("none"), array(&[])),
        (text("bytes"), bytes(&[0, 0x0f, 0xff])),
    ]);
    assert_eq!(
        notation(&value),
        r#"{1: [0, -1, false, true, null], -7: "quoted \" and \n line", "none": [], "bytes": h'000fff'}"#
    );
    assert_eq!(notation(&map(&[])), "{}");
    assert_eq!(notation(&[0xd2, 0x82, 0x01, 0x02]), "18([1, 2])");
    assert_eq!(flaw(&[0x82, 0x01]), Flaw::Truncated);
    assert_eq!(flaw(&[0x01, 0x02]), Flaw::TrailingBytes);
    assert_eq!(flaw(&[]), Flaw::Truncated);
}

#[test]
fn long_strings_are_shortened_and_counted() {
    let whole = format!("h'{}'", "07".repeat(256));
    assert_eq!(notation(&bytes(&[7; 256])), whole);
    assert_eq!(notation(&bytes(&[7; 257])), format!("{whole}/ and 1 more bytes /"));
    let whole = format!("\"{}\"", "é".repeat(256));
    assert_eq!(notation(&text(&"é".repeat(256))), whole);
    assert_eq!(notation(&text(&"é".repeat(258))), format!("{whole}/ and 2 more characters /"));
}

#[test]
fn as_deep_as_claims_are_read_and_no_deeper() {
    let nested = |levels: usize| [vec![0x81; levels - 1], vec![0x80]].concat();
    assert_eq!(notation(&nested(9)), format!("{}{}", "[".repeat(9), "]".repeat(9)));
    assert_eq!(flaw(&nested(10)), Flaw::TooDeep);
    let tagged = |levels: usize| [vec![0xc1; levels], vec![0x00]].concat();
    assert_eq!(notation(&tagged(9)), format!("{}0{}", "1(".repeat(9), ")".repeat(9)));
    assert_eq!(flaw(&tagged(10)), Flaw::TooDeep);
}

#[test]
fn a_token_is_shown_layer_by_layer_and_called_unverified() {
    for (name, token) in every_token() {
        let shown = inspect(&token).unwrap();
        assert!(shown.starts_with("UNVERIFIED"), "{name}: {shown}");
        for part in [
            ISSUER,
            SUBJECT,
            &format!("{} bytes", token.as_bytes().len()),
            &format!("dated {}", now()),
        ] {
            assert!(shown.contains(part), "{name} without {part}: {shown}");
        }
        assert_eq!(inspect(token.as_bytes()).unwrap(), shown);
        assert_eq!(inspect(token.to_qr_text().as_str()).unwrap(), shown);
        assert_eq!(decode_text(&token.to_link_text()).unwrap(), token.as_bytes());
    }
    assert!(inspect(&pass()).unwrap().contains("live 30 s"));
    let shown = inspect(&credential(&ed25519_device())).unwrap();
    assert!(
        shown.contains(&format!(
            "valid from {} until before {}",
            now().minus(300),
            now().plus(86_400)
        )),
        "{shown}"
    );
}
