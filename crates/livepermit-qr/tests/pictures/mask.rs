//! The mask of every symbol is the one that the standard's rules choose: drawn and scored again
//! here, module by module, as ISO/IEC 18004:2015, 7.8, puts it.

use livepermit_qr::draw::{ErrorCorrection, QrCode, versions_for_length};
use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::{Color, EcLevel, Version};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::ALPHABET;

const LEVELS: [(ErrorCorrection, EcLevel); 4] = [
    (ErrorCorrection::Low, EcLevel::L),
    (ErrorCorrection::Medium, EcLevel::M),
    (ErrorCorrection::Quartile, EcLevel::Q),
    (ErrorCorrection::High, EcLevel::H),
];
const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Modules as `symbol[y][x]`, dark is true.
type Symbol = Vec<Vec<bool>>;

/// What a text scores under each rule, without the weight of the fourth, on which readings differ.
struct Score {
    without_balance: u32,
    dark: u32,
    modules: u32,
}

impl Score {
    fn of(symbol: &Symbol) -> Self {
        let width = symbol.len();
        let columns: Symbol =
            (0..width).map(|x| symbol.iter().map(|row| row[x]).collect()).collect();
        let lines = || symbol.iter().chain(&columns);
        let runs: u32 = lines().map(|line| runs(line)).sum();
        let finders: u32 = lines().map(|line| finders(line)).sum();
        let dark = symbol.iter().flatten().filter(|dark| **dark).count();
        Self {
            without_balance: runs + blocks(symbol) + finders,
            dark: u32::try_from(dark).unwrap(),
            modules: u32::try_from(width * width).unwrap(),
        }
    }

    /// The fourth rule: 10 for each whole 5 % that the dark modules are away from half of all.
    fn standard(&self) -> u32 {
        let percent = f64::from(self.dark) * 100.0 / f64::from(self.modules);
        let steps =
            (0..10).rev().find(|steps| (percent - 50.0).abs() >= f64::from(steps * 5)).unwrap();
        self.without_balance + 10 * steps
    }

    /// `qrcode` counts half per cents, without the steps.
    fn of_qrcode(&self) -> u32 {
        self.without_balance + (self.dark * 200 / self.modules).abs_diff(100)
    }
}

/// The first rule: 3 for five modules alike in a line, 1 for each one more.
fn runs(line: &[bool]) -> u32 {
    line.chunk_by(|left, right| left == right)
        .filter(|run| run.len() >= 5)
        .map(|run| u32::try_from(run.len()).unwrap() - 5 + 3)
        .sum()
}

/// The second rule: 3 for each two by two modules alike, overlapping ones too.
fn blocks(symbol: &Symbol) -> u32 {
    let mut score = 0;
    for rows in symbol.windows(2) {
        for x in 1..symbol.len() {
            if [rows[0][x], rows[1][x - 1], rows[1][x]] == [rows[0][x - 1]; 3] {
                score += 3;
            }
        }
    }
    score
}

/// The third rule: 40 for each likeness of a finder pattern that has four light modules before it
/// or after it; the quiet zone is light.
fn finders(line: &[bool]) -> u32 {
    let mut padded = vec![false; 4];
    padded.extend(line);
    padded.extend([false; 4]);
    let found = padded.windows(15).filter(|window| {
        window[4..11] == [true, false, true, true, true, false, true]
            && (!window[..4].contains(&true) || !window[11..].contains(&true))
    });
    40 * u32::try_from(found.count()).unwrap()
}

/// The symbol under each of the eight masks, drawn by `qrcode`.
fn candidates(text: &str, version: u8, level: EcLevel) -> Vec<Symbol> {
    let version = Version::Normal(version.into());
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes()).unwrap();
    bits.push_terminator(level).unwrap();
    let (data, check) = construct_codewords(&bits.into_bytes(), version, level).unwrap();
    let draw = |mask| {
        let mut canvas = Canvas::new(version, level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &check);
        canvas.apply_mask(mask);
        rows(&canvas.into_colors())
    };
    MASKS.into_iter().map(draw).collect()
}

fn rows(colours: &[Color]) -> Symbol {
    let width = colours.len().isqrt();
    colours
        .chunks(width)
        .map(|row| row.iter().map(|module| *module == Color::Dark).collect())
        .collect()
}

fn chosen(candidates: &[Symbol], score: impl Fn(&Score) -> u32) -> usize {
    (0..candidates.len()).min_by_key(|at| score(&Score::of(&candidates[*at]))).unwrap()
}

/// Characters of the longest text that takes this version at this level.
fn longest(version: u8, level: ErrorCorrection) -> usize {
    (1..=4297)
        .find(|characters| versions_for_length(*characters).at(level).is_none_or(|v| v > version))
        .unwrap()
        - 1
}

/// Every version at every level, and random texts of its whole range of lengths: modules equal
/// those of the standard's choice; `qrcode`'s own choice is explained by its reading of the fourth
/// rule, and nothing else.
#[test]
fn the_mask_is_the_standards_choice() {
    let mut random = StdRng::seed_from_u64(18_004);
    let (mut symbols, mut otherwise, mut used) = (0, 0, [0; 8]);
    for version in 1..=40 {
        for (level, qrcode_level) in LEVELS {
            let lengths = match version {
                1 => 1..=longest(1, level),
                _ => longest(version - 1, level) + 1..=longest(version, level),
            };
            for _ in 0..if version <= 20 { 3 } else { 1 } {
                let length = random.random_range(lengths.clone());
                let text: String =
                    (0..length).map(|_| char::from(ALPHABET[random.random_range(0..45)])).collect();
                let candidates = candidates(&text, version, qrcode_level);
                let standard = chosen(&candidates, Score::standard);

                let ours = QrCode::encode(&text, level).unwrap();
                assert!(
                    ours.rows().eq(candidates[standard].iter()),
                    "version {version} {level:?}, mask {standard}: {text}"
                );

                let mut bits = Bits::new(Version::Normal(version.into()));
                bits.push_alphanumeric_data(text.as_bytes()).unwrap();
                bits.push_terminator(qrcode_level).unwrap();
                let theirs =
                    rows(&qrcode::QrCode::with_bits(bits, qrcode_level).unwrap().into_colors());
                let expected = chosen(&candidates, Score::of_qrcode);
                assert_eq!(theirs, candidates[expected], "version {version} {level:?}: {text}");

                symbols += 1;
                otherwise += usize::from(expected != standard);
                used[standard] += 1;
            }
        }
    }
    println!(
        "{symbols} symbols, masks 0 to 7 chosen {used:?} times, \
         by qrcode otherwise {otherwise} times"
    );
    assert!(
        used.iter().all(|times| *times > 0),
        "a mask that is never chosen proves nothing: {used:?}"
    );
}
