//! What drawing a code costs, beside others that draw the same text: the module matrix, and the
//! pictures of it.
//!
//! `cargo bench -p livepermit-qr --bench draw --all-features` prints the tables in
//! `docs/scanning.md`. All contenders of a row take turns, so that whatever else the machine does
//! falls on each of them alike.
#![expect(clippy::unwrap_used, reason = "a bench that fails may panic")]

use std::hint::black_box;
use std::num::NonZeroU8;
use std::time::Duration;

use image::{ExtendedColorType, ImageEncoder as _};
use livepermit_measure::{micros, taking_turns};
use livepermit_qr::draw::{ErrorCorrection, QUIET_ZONE, QrCode, TerminalStyle};

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const TURNS: usize = 501;

/// Characters, their version at level M, and what they are.
const TEXTS: [(usize, u8, fast_qr::Version, &str); 5] = [
    (220, 8, fast_qr::Version::V08, "short pass"),
    (262, 9, fast_qr::Version::V09, "pass"),
    (519, 14, fast_qr::Version::V14, "presentation"),
    (1100, 22, fast_qr::Version::V22, "presentation with many claims"),
    (3391, 40, fast_qr::Version::V40, "largest there is"),
];

fn main() {
    println!("| | version | livepermit | fast_qr | qrcode | of fast_qr's | of qrcode's |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (length, version, fast_version, name) in TEXTS {
        let text = text(length);
        assert_eq!(QrCode::encode(&text, ErrorCorrection::Medium).unwrap().version(), version);
        let [ours, fast_qr, qrcode] = taking_turns(
            TURNS,
            &mut [
                &mut || {
                    black_box(QrCode::encode(black_box(&text), ErrorCorrection::Medium).unwrap());
                },
                &mut || {
                    // Mode and version given, so that it searches neither.
                    let code = fast_qr::QRBuilder::new(black_box(text.as_str()))
                        .mode(fast_qr::Mode::Alphanumeric)
                        .version(fast_version)
                        .ecl(fast_qr::ECL::M)
                        .build();
                    black_box(code.unwrap());
                },
                &mut || {
                    let mut bits = qrcode::bits::Bits::new(qrcode::Version::Normal(version.into()));
                    bits.push_alphanumeric_data(black_box(&text).as_bytes()).unwrap();
                    bits.push_terminator(qrcode::EcLevel::M).unwrap();
                    black_box(qrcode::QrCode::with_bits(bits, qrcode::EcLevel::M).unwrap());
                },
            ],
        );
        println!(
            "| {name}, {length} characters | {version}-M | {} | {} | {} | {} | {} |",
            micros(ours),
            micros(fast_qr),
            micros(qrcode),
            ratio(ours, fast_qr),
            ratio(ours, qrcode)
        );
    }

    println!();
    println!("| | pixels a module | PNG | | 8 bits by `image` | | SVG | | terminal |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (length, version, _, name) in TEXTS {
        let code = QrCode::encode(&text(length), ErrorCorrection::Medium).unwrap();
        for scale in [1, 3, 4, 8, 16] {
            let pixels = NonZeroU8::new(scale).unwrap();
            let [png, by_image, svg, terminal] = taking_turns(
                TURNS,
                &mut [
                    &mut || {
                        black_box(code.to_png(pixels).unwrap());
                    },
                    &mut || {
                        black_box(png_by_image(&code, scale));
                    },
                    &mut || {
                        black_box(code.to_svg());
                    },
                    &mut || {
                        black_box(code.to_terminal(TerminalStyle::Ansi));
                    },
                ],
            );
            println!(
                "| {name}, {version}-M | {scale} | {} | {} B | {} | {} B | {} | {} B | {} |",
                micros(png),
                code.to_png(pixels).unwrap().len(),
                micros(by_image),
                png_by_image(&code, scale).len(),
                micros(svg),
                code.to_svg().len(),
                micros(terminal)
            );
        }
    }
}

/// What most programs do: a byte a pixel, and the defaults of `image`.
fn png_by_image(code: &QrCode, scale: u8) -> Vec<u8> {
    let scale = usize::from(scale);
    let side = code.width_with_quiet_zone() * scale;
    let mut pixels = vec![255_u8; side * side];
    for (y, row) in code.rows().enumerate() {
        for line in pixels[(y + QUIET_ZONE) * scale * side..].chunks_mut(side).take(scale) {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                line[(x + QUIET_ZONE) * scale..][..scale].fill(0);
            }
        }
    }
    let side = u32::try_from(side).unwrap();
    let mut file = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.write_image(&pixels, side, side, ExtendedColorType::L8).unwrap();
    file
}

/// Letters in an order without a period, so that no symbol is special.
fn text(length: usize) -> String {
    (0..length).map(|i| char::from(ALPHABET[(i * i + 7 * i + i / 45) % ALPHABET.len()])).collect()
}

fn ratio(left: Duration, right: Duration) -> String {
    format!("{:.3}", left.as_secs_f64() / right.as_secs_f64())
}
