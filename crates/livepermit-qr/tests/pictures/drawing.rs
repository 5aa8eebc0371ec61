//! Modules, sizes and pictures of the codes that are drawn.

use core::num::NonZeroU8;
use core::time::Duration;

use livepermit_qr::draw::{
    Countdown, ErrorCorrection, QUIET_ZONE, QrCode, QrError, TerminalStyle, versions_for,
    versions_for_length,
};

use super::{LEVELS, text};

/// All modules of the picture, quiet zone and all; dark is true.
fn picture(code: &QrCode) -> Vec<Vec<bool>> {
    let side = code.width_with_quiet_zone();
    let dark = |x: usize, y: usize| {
        x >= QUIET_ZONE && y >= QUIET_ZONE && code.is_dark(x - QUIET_ZONE, y - QUIET_ZONE)
    };
    (0..side).map(|y| (0..side).map(|x| dark(x, y)).collect()).collect()
}

#[test]
fn what_alphanumeric_mode_cannot_hold_is_refused_with_its_place() {
    for (text, position, character) in [
        ("a", 0, 'a'),
        ("LP1:abc", 4, 'a'),
        ("LP1:ABC\n", 7, '\n'),
        ("AB\u{e9}", 2, '\u{e9}'),
        ("A\u{10348}B", 1, '\u{10348}'),
        ("A\0", 1, '\0'),
        // Full-width letters look right and are not.
        ("\u{ff2c}P1:", 0, '\u{ff2c}'),
    ] {
        let refused = QrError::Character { position, character };
        assert_eq!(QrCode::encode(text, ErrorCorrection::Low).unwrap_err(), refused);
        assert_eq!(versions_for(text).unwrap_err(), refused);
        assert!(refused.to_string().contains(&position.to_string()));
    }
    assert_eq!(QrCode::encode("", ErrorCorrection::Low).unwrap_err(), QrError::Empty);
    assert_eq!(versions_for("").unwrap_err(), QrError::Empty);
}

#[test]
fn a_text_one_character_too_long_is_refused_with_both_sizes() {
    for (level, capacity) in LEVELS.into_iter().zip([4296, 3391, 2420, 1852]) {
        assert_eq!(QrCode::encode(&text(capacity), level).unwrap().version(), 40);
        let refused = QrError::TooLong { characters: capacity + 1, capacity };
        assert_eq!(QrCode::encode(&text(capacity + 1), level).unwrap_err(), refused);
        assert_eq!(versions_for(&text(capacity + 1)).unwrap().at(level), None);
    }
    let huge = "A".repeat(10_000_000);
    assert_eq!(
        QrCode::encode(&huge, ErrorCorrection::Low).unwrap_err(),
        QrError::TooLong { characters: 10_000_000, capacity: 4296 }
    );
}

/// Every length up to version 9 and each edge above it; the unit tests compare all lengths bit by
/// bit.
#[test]
fn the_version_told_is_the_version_drawn() {
    for level in LEVELS {
        let mut told_before = 0;
        for length in 1..=1852 {
            let told = versions_for_length(length).at(level).unwrap();
            if told <= 4 || told != told_before {
                let code = QrCode::encode(&text(length), level).unwrap();
                assert_eq!(code.version(), told, "{length} {level:?}");
                assert_eq!(code.width(), 17 + 4 * usize::from(told));
                assert_eq!(code.error_correction(), level);
            }
            told_before = told;
        }
    }
}

/// The sizes that the tokens are designed for.
#[test]
fn sizes_of_tokens() {
    let medium =
        |bytes: usize| versions_for_length(4 + bytes / 2 * 3 + bytes % 2 * 2).medium.unwrap();
    assert_eq!((medium(144), medium(145)), (8, 9));
    assert_eq!((medium(172), medium(173)), (9, 10));
    assert_eq!((medium(319), medium(320)), (13, 14));
    assert_eq!((medium(349), medium(350)), (14, 15));
}

#[test]
fn finder_patterns_stand_in_three_corners() {
    let code = QrCode::encode(&text(500), ErrorCorrection::Medium).unwrap();
    let far = code.width() - 7;
    for (left, top) in [(0, 0), (far, 0), (0, far)] {
        for (x, y) in (0..7_usize).flat_map(|x| (0..7_usize).map(move |y| (x, y))) {
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            assert_eq!(code.is_dark(left + x, top + y), ring != 2, "{left} {top} {x} {y}");
        }
    }
    assert!(!code.is_dark(code.width(), 0));
    assert!(!code.is_dark(0, code.width()));
    assert!(!code.is_dark(usize::MAX, usize::MAX));
    assert_eq!(code.rows().len(), code.width());
    assert!(code.rows().enumerate().all(|(y, row)| {
        row.len() == code.width()
            && row.iter().enumerate().all(|(x, dark)| code.is_dark(x, y) == *dark)
    }));
}

#[test]
fn the_same_text_gives_the_same_code() {
    let encode = || QrCode::encode(&text(300), ErrorCorrection::default()).unwrap();
    assert_eq!(encode(), encode());
    assert_eq!(encode().to_png(NonZeroU8::MIN), encode().to_png(NonZeroU8::MIN));
    assert_eq!(ErrorCorrection::default(), ErrorCorrection::Medium);
}

#[test]
fn logs_do_not_show_the_code() {
    let shown = format!("{:?}", QrCode::encode("LP1:SECRET", ErrorCorrection::Low).unwrap());
    assert_eq!(shown, "QrCode { version: 1, error_correction: Low, width: 21, .. }");
}

#[test]
fn the_png_is_the_matrix_at_one_bit_a_pixel() {
    for (length, scale) in [(10, 1_u8), (10, 3), (10, 11), (262, 16), (528, 8), (4296, 2)] {
        let code = QrCode::encode(&text(length), ErrorCorrection::Low).unwrap();
        let file = code.to_png(NonZeroU8::new(scale).unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let info = reader.info();
        assert_eq!(
            (info.color_type, info.bit_depth),
            (png::ColorType::Grayscale, png::BitDepth::One)
        );
        let scale = usize::from(scale);
        let side = code.width_with_quiet_zone() * scale;
        assert_eq!((info.width as usize, info.height as usize), (side, side));
        let mut packed = vec![0; reader.output_buffer_size().unwrap()];
        let line = reader.next_frame(&mut packed).unwrap().line_size;
        let expected = picture(&code);
        for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
            let white = packed[y * line + x / 8] >> (7 - x % 8) & 1 == 1;
            assert_eq!(white, !expected[y / scale][x / scale], "{x} {y}");
        }
    }
}

/// A default presentation on a screen: version 14, level M.
#[test]
fn the_png_of_a_presentation_is_small() {
    let code = QrCode::encode(&text(528), ErrorCorrection::Medium).unwrap();
    assert_eq!(code.version(), 14);
    let size = code.to_png(NonZeroU8::new(8).unwrap()).unwrap().len();
    println!("version 14 at 8 pixels a module: {size} bytes");
    assert!(size < 5_000, "{size}");
}

#[test]
fn the_largest_png_there_is() {
    let code = QrCode::encode(&text(4296), ErrorCorrection::Low).unwrap();
    let file = code.to_png(NonZeroU8::MAX).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
    assert_eq!(reader.info().width, 185 * 255);
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).expect(start).1.split_once(end).expect(end).0
}

/// Reads the path back: `M4 4`, then `m dx dy h n v1 h-n` again and again, each ending one row
/// below where it began.
fn modules_of_svg(svg: &str) -> Vec<Vec<bool>> {
    let view_box: Vec<usize> =
        between(svg, "viewBox=\"", "\"").split(' ').map(|n| n.parse().unwrap()).collect();
    let [0, 0, width, height] = view_box[..] else { panic!("{view_box:?}") };
    let mut modules = vec![vec![false; width]; height];
    let mut runs = between(svg, " d=\"", "\"").split('m');
    assert_eq!(runs.next(), Some("M4 4"));
    let (mut x, mut y) = (4_i32, 4_i32);
    for run in runs {
        let (step, size) = run.split_once('h').unwrap();
        // A second number begins with a space or a minus.
        let (right, down) = step.split_at(step.rfind([' ', '-']).unwrap());
        x += right.parse::<i32>().unwrap();
        y += down.trim().parse::<i32>().unwrap();
        let (length, back) = size.split_once("v1h-").unwrap();
        assert_eq!(length, back);
        let start = usize::try_from(x).unwrap();
        let row = &mut modules[usize::try_from(y).unwrap()];
        for module in &mut row[start..start + length.parse::<usize>().unwrap()] {
            assert!(!*module, "drawn twice");
            *module = true;
        }
        y += 1;
    }
    modules
}

#[test]
fn the_svg_is_the_matrix() {
    for length in [1, 10, 500, 2000, 4296] {
        let code = QrCode::encode(&text(length), ErrorCorrection::Low).unwrap();
        let svg = code.to_svg();
        assert_eq!(modules_of_svg(&svg), picture(&code));
        let side = code.width_with_quiet_zone();
        let ground = format!("<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=");
        assert!(
            svg.contains(&ground),
            "white under all of it, then black, which is what a path without a fill is"
        );
        assert!(svg.contains("shape-rendering=\"crispEdges\""));
        // Browsers paint no drawing without a size on a canvas.
        let pixels = (side * 8).to_string();
        assert_eq!(between(&svg, " width=\"", "\""), pixels);
        assert_eq!(between(&svg, " height=\"", "\""), pixels);
        assert_eq!(svg.matches("<path").count(), 1);
    }
}

/// Everything that a countdown adds stands below the quiet zone, a module away from it; what is
/// above is the same.
#[test]
fn a_countdown_does_not_touch_the_code() {
    for length in [1, 262, 519, 4296] {
        let code = QrCode::encode(&text(length), ErrorCorrection::Low).unwrap();
        let side = code.width_with_quiet_zone();
        let plain = code.to_svg();
        for (left, width) in [(0, "0.00"), (15_000, "half"), (30_000, "whole"), (90_000, "whole")] {
            let countdown = Countdown::new(Duration::from_millis(left), Duration::from_secs(30));
            let svg = code.to_svg_with_countdown(countdown);
            let (above, elements) = svg.split_once("\"/><rect x=").unwrap();
            let taller = |svg: &str| {
                svg.replacen(&format!("0 0 {side} {side}"), &format!("0 0 {side} {}", side + 4), 1)
                    .replacen(
                        &format!("height=\"{}\"", side * 8),
                        &format!("height=\"{}\"", (side + 4) * 8),
                        1,
                    )
                    .replacen(&format!("height=\"{side}\""), &format!("height=\"{}\"", side + 4), 1)
            };
            assert_eq!(taller(plain.strip_suffix("\"/></svg>\n").unwrap()), above);

            let bars: Vec<&str> = elements.split("<rect").collect();
            assert_eq!(bars.len(), 2, "the track and what is left");
            for bar in &bars {
                assert_eq!(between(bar, " y=\"", "\"").parse::<usize>().unwrap(), side + 1);
                assert_eq!(between(bar, "height=\"", "\""), "2");
            }
            let hundredths = match width {
                "half" => code.width() * 50,
                "whole" => code.width() * 100,
                _ => 0,
            };
            let expected = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            assert_eq!(between(bars[1], "width=\"", "\""), expected);
            assert_eq!(svg.contains("<animate "), left > 0);
            assert!(left < 30_000 || svg.contains("dur=\"30.000s\""));
            assert!(svg.ends_with("</rect></svg>\n"));

            for style in
                [TerminalStyle::Ansi, TerminalStyle::DarkOnLight, TerminalStyle::LightOnDark]
            {
                let line = countdown.to_terminal(side, style);
                let bare = line.trim_start_matches("\x1b[30;107m").trim_end_matches("\x1b[0m\n");
                let bare = bare.trim_end_matches('\n');
                assert_eq!(bare.chars().count(), side);
                assert_eq!(bare.matches('━').count(), hundredths / 100);
                assert!(bare.starts_with("    ") && bare.ends_with("    "));
                assert_eq!(line.matches('\n').count(), 1);
            }
        }
    }
    let nothing = Countdown::new(Duration::MAX, Duration::ZERO);
    assert_eq!(nothing, Countdown::new(Duration::ZERO, Duration::ZERO));
    assert_eq!(nothing.to_terminal(10, TerminalStyle::DarkOnLight), "          \n");
    let for_ever = Countdown::new(Duration::MAX, Duration::MAX);
    assert_eq!(for_ever.to_terminal(10, TerminalStyle::DarkOnLight), "    ━━    \n");
    assert_eq!(for_ever.to_terminal(3, TerminalStyle::DarkOnLight).trim(), "");
}

#[test]
fn pixels_that_fit() {
    let code = QrCode::encode(&text(519), ErrorCorrection::Medium).unwrap();
    assert_eq!(code.width_with_quiet_zone(), 81);
    let fits = |side| code.pixels_to_fit(side).map(NonZeroU8::get);
    assert_eq!(
        [0, 80, 81, 242, 243, 1080].map(fits),
        [None, None, Some(1), Some(2), Some(3), Some(13)]
    );
    assert_eq!(fits(u32::MAX), Some(255));
}

/// Reads the characters back; a character says whether its halves are painted.
fn modules_of_terminal(text: &str, side: usize, painted_is_dark: bool) -> Vec<Vec<bool>> {
    let mut modules = Vec::new();
    for line in text.lines() {
        let halves = line.chars().map(|cell| match cell {
            ' ' => (false, false),
            '▀' => (true, false),
            '▄' => (false, true),
            '█' => (true, true),
            other => panic!("{other:?}"),
        });
        let (upper, lower): (Vec<bool>, Vec<bool>) = halves.unzip();
        modules.push(upper);
        modules.push(lower);
    }
    assert_eq!(modules.pop(), Some(vec![false; side]), "half a line beyond the picture");
    for module in modules.iter_mut().flatten() {
        *module = *module == painted_is_dark;
    }
    modules
}

#[test]
fn the_terminal_shows_the_matrix_in_every_style() {
    for length in [1, 500, 4296] {
        let code = QrCode::encode(&text(length), ErrorCorrection::Low).unwrap();
        let side = code.width_with_quiet_zone();
        let expected = picture(&code);
        let (columns, lines) = code.terminal_size();

        let plain = code.to_terminal(TerminalStyle::DarkOnLight);
        assert_eq!((columns, lines), (side, plain.lines().count()));
        assert!(plain.lines().all(|line| line.chars().count() == columns));
        assert_eq!(modules_of_terminal(&plain, side, true), expected);

        let light = code.to_terminal(TerminalStyle::LightOnDark);
        assert_eq!(modules_of_terminal(&light, side, false), expected);

        let coloured = code.to_terminal(TerminalStyle::default());
        let bare: Vec<&str> = coloured
            .lines()
            .map(|line| line.strip_prefix("\x1b[30;107m").unwrap().strip_suffix("\x1b[0m").unwrap())
            .collect();
        assert_eq!(bare.join("\n") + "\n", plain);
    }
}

#[test]
fn a_presentation_in_a_terminal() {
    // 326 bytes at level L: version 12.
    let code = QrCode::encode(&text(4 + 326 / 2 * 3), ErrorCorrection::Low).unwrap();
    assert_eq!((code.version(), code.terminal_size()), (12, (73, 37)));
}
