//! Modules of a code: any modules get an answer within its bounds, the same again; of a code that is
//! drawn and damaged, what is read is what was drawn; with a little damage, it is read, also
//! mirrored.
#![no_main]

use libfuzzer_sys::fuzz_target;
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use livepermit_fuzz::Input;
use livepermit_qr::read::decode_modules;

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const LEVELS: [ErrorCorrection; 4] = [
    ErrorCorrection::Low,
    ErrorCorrection::Medium,
    ErrorCorrection::Quartile,
    ErrorCorrection::High,
];
/// Digits in the largest symbol.
const LONGEST: usize = 7089;

fn decode(side: usize, light: &[i8]) -> Option<Vec<u8>> {
    let read = decode_modules(side, light);
    assert!(read.as_ref().is_none_or(|bytes| bytes.len() <= LONGEST));
    assert_eq!(read, decode_modules(side, light), "another answer for the same modules");
    read
}

fn mirrored(side: usize, light: &[i8]) -> Vec<i8> {
    (0..side * side).map(|at| light[at % side * side + at / side]).collect()
}

/// Modules as they come, repeated as often as the symbol is large.
fn anything(input: &mut Input<'_>) {
    let side = usize::from(input.byte());
    let rest = input.0;
    if rest.is_empty() {
        return;
    }
    let rest: Vec<i8> = rest.iter().map(|byte| byte.cast_signed()).collect();
    let light: Vec<i8> = rest.iter().copied().cycle().take(side * side).collect();
    let read = decode(side, &light);
    assert!(read.is_none() || (21..=177).contains(&side) && side % 4 == 1);
    // Fewer modules than there should be.
    decode(side, &rest);
}

/// A code whose modules are damaged at some places.
fn drawn(input: &mut Input<'_>) {
    let (level, edits) = (usize::from(input.byte() % 4), usize::from(input.byte()));
    let edits: Vec<[u8; 3]> = (0..edits).map(|_| [(); 3].map(|()| input.byte())).collect();
    let text: String =
        input.0.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 45)])).collect();
    let Ok(code) = QrCode::encode(&text, LEVELS[level]) else { return };
    let side = code.width();
    let mut light: Vec<i8> =
        code.rows().flatten().map(|dark| if *dark { -127 } else { 127 }).collect();
    for [x, y, value] in &edits {
        let (x, y) = (usize::from(*x) * side / 256, usize::from(*y) * side / 256);
        light[y * side + x] = value.cast_signed();
    }
    // Two wrong codewords are corrected in every symbol, and three wrong modules of its format.
    let is_read = edits.len() <= 2;
    for light in [mirrored(side, &light), light] {
        let read = decode(side, &light);
        assert!(
            read.as_deref().map_or(!is_read, |read| read == text.as_bytes()),
            "{read:?}, drawn {text:?}, {} edits",
            edits.len()
        );
    }
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    match input.byte() % 2 {
        0 => anything(&mut input),
        _ => drawn(&mut input),
    }
});
