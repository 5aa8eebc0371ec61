//! Codes of others, which are no fault of the gate.

use livepermit_gate::wedge::{Reading, read};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{BASE45, LINK};

fn is_other(text: &str) -> bool {
    matches!(read(text), Reading::Other(_))
}

#[test]
fn codes_of_others_stay_what_they_are() {
    let long = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor \
                incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud \
                exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat.";
    let token = "a8Zk".repeat(80);
    let jwt = format!("eyJhbGciOiJFUzI1NiJ9.{}", "eyJzdWIiOiJhYmNkZWZnaGlqa2xtbm9wIn0".repeat(8));
    for text in [
        "https://example.org/menu",
        &format!("https://example.org/?token={token}"),
        "HTTPS://EXAMPLE.ORG/MENU",
        "WIFI:T:WPA;S:guest network;P:correct horse battery staple;H:false;;",
        "BEGIN:VCARD\nVERSION:3.0\nN:Muster;Max\nTEL:+49123\nEND:VCARD",
        "BEGIN:VEVENT",
        "00020101021226580014br.gov.bcb.pix0136123e4567-e12b-12d3-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D",
        "https://u.wechat.com/EAbcDefGh1jKlMnOpQrStUv",
        "wxp://f2f0abcdefghijklmnopqrstuvwxyz0123456789",
        "https://qr.alipay.com/fkx12345abcdefg",
        "M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100",
        "upi://pay?pa=shop@bank&pn=Shop&am=10.00&cu=INR",
        "bitcoin:175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W",
        "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example",
        "mailto:office@example.org",
        "tel:+441234567890",
        "geo:52.5,13.4",
        "SPC\r\n0200\r\n1\r\nCH4431999123000889012",
        "BCD\n002\n1\nSCT\n\nMax Muster\nDE71110220330123456789\nEUR1",
        long,
        &long.to_uppercase(),
        &jwt,
        &long.repeat(8),
        "Добро пожаловать на наш праздник! Здесь будет музыка, еда и много друзей.",
        "本日は晴天なり。本日は晴天なり。受付は二階です。",
        "欢迎光临，请出示您的健康码。",
        "ברוכים הבאים",
        "أهلا وسهلا بكم",
        "ยินดีต้อนรับ",
        "नमस्ते",
        "4006381333931",
        "12345",
        "A",
        "LP9:ABC",
        "LP1:",
        "LP1:HELLO",
        "lp1:nonsense",
        "LPC1:ABC",
        &"A".repeat(400),
        &"LP1:".repeat(200),
        // A random line that begins as a pass does, with other letters.
        "A$-%**0-*1 *20A0AA00AAA A$0A*00*-0A$AA$0$0 A0- A*-$$*  0  A-0B1*$$B1K*7*12$.%%$02 .C*B-CD%D1%2E1J-C%OD E.%Q%H4K $4$ 4 + %+3T43*$%XF52HM$%ERO $5FFG$+L%+0$/IU LV56+-16% N:*3/ MP*2*W3S8+** GI.7+G+*%B9+A ",
        // The beginning of a token by chance, in a long code of others.
        &format!("HC1:{}LP1:0HW000", "0".repeat(300)),
        &format!("HC1:{}LP1:RRQ", "0".repeat(300)),
        &"0oR".repeat(200),
        &"%25".repeat(300),
    ] {
        assert!(is_other(text), "{text:?}: {:?}", read(text));
    }
}

/// A random line can look as a mistyped token by chance: some one in a hundred thousand does.
#[test]
fn hardly_a_random_line_is_held_for_a_mistyped_token() {
    const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // Secrets and invoices.
    const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let (count, most) = if cfg!(debug_assertions) { (1_000, 0) } else { (10_000, 1) };
    let mut random = StdRng::seed_from_u64(45);
    for (characters, lengths) in [
        (BASE45, 120..200),
        (BASE45, 200..500),
        (LETTERS, 120..200),
        (LETTERS, 200..500),
        (STANDARD, 120..200),
        (STANDARD, 200..500),
        (LINK, 200..500),
        (BASE32, 200..500),
        (BECH32, 200..500),
    ] {
        let mut ours = Vec::new();
        for _ in 0..count {
            let length = random.random_range(lengths.clone());
            let places = (0..length).map(|_| random.random_range(0..characters.len()));
            let text: String = places.map(|at| characters.as_bytes()[at] as char).collect();
            if !is_other(&text) {
                ours.push(text);
            }
        }
        assert!(ours.len() <= most, "{lengths:?} {ours:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 4000 }))]
    #[test]
    fn health_certificates_stay_theirs(
        body in proptest::collection::vec(0..45_usize, 300..600),
        before in proptest::sample::select(&["", "]Q1", "\"", "\u{2}", "code=", "{\"code\":\""][..]),
        behind in proptest::sample::select(&["", "\t", "\"}", "#n]", "\u{3}"][..]),
    ) {
        let body: String = body.iter().map(|at| BASE45.as_bytes()[*at] as char).collect();
        let text = format!("HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9D{body}");
        let text = format!("{before}{text}{behind}");
        prop_assert!(is_other(&text), "{text}");
    }

    #[test]
    fn random_texts_stay_theirs(text in "\\PC{120,300}") {
        prop_assert!(is_other(&text), "{text}");
    }

    #[test]
    fn addresses_with_long_secrets_stay_theirs(host in "[a-z]{3,12}", secret in "[A-Za-z0-9]{200,400}") {
        let text = format!("https://{host}.example/?k={secret}");
        prop_assert!(is_other(&text), "{text}");
    }
}

/// Lines made to cost much: beginnings, escapes and half mistyped tokens, as long as a gate reads.
#[test]
fn no_line_takes_long() {
    let start = std::time::Instant::now();
    for part in [
        "LP1:",
        "0oR",
        "LP1:RRQ",
        "lp1:rrq",
        "AB",
        "LP1ÖRRQL6BERKÖE6",
        "%25",
        "&amp;",
        "\\u0025",
        "ＬＰ１：",
        "=3D",
        "é",
        "Д",
        "LP1:RRQ8ABERK%25RRQJEA 60GO0",
        "abcdeefghieej",
        "\u{200b}x",
    ] {
        let line: String = part.chars().cycle().take(12_000).collect();
        let _ = (read(&line), livepermit_gate::wedge::ending(&line));
        println!("{part}: {:?}", start.elapsed());
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
}
