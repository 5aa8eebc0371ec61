//! Codes read from generated camera frames.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use livepermit_qr::read::{FrameError, FrameReader, FrameReading, LumaFrame};
use livepermit_testkit::camera::{
    Background, CONDITIONS, Frame, Glare, LEVELS, PAPER, Phone, Pose, Random, Scene, Size, Slip,
    hostile, sample_text,
};

fn read(frame: &Frame) -> FrameReading {
    let Size { width, height } = frame.size;
    let luma = LumaFrame::new(&frame.pixels, width, height, width as usize).unwrap();
    FrameReader::new().read(&luma).unwrap()
}

fn texts(reading: &FrameReading) -> Vec<String> {
    let mut texts: Vec<String> =
        reading.codes().iter().map(|code| code.text().unwrap().to_owned()).collect();
    texts.sort_unstable();
    texts
}

/// How many of the frames of this condition and level are read whole.
fn share(name: &str, level: u32) -> (usize, usize) {
    let condition =
        CONDITIONS.iter().chain(PAPER).find(|condition| condition.name == name).unwrap();
    let frames = (0..2).map(|seed| condition.frame(Size::HD, level, seed));
    let mut counts = (0, 0);
    for frame in frames {
        let reading = read(&frame);
        assert!(
            texts(&reading).iter().all(|text| frame.texts.contains(text)),
            "{name}: a text nobody showed"
        );
        counts.0 += frame.texts.iter().filter(|text| texts(&reading).contains(text)).count();
        counts.1 += frame.texts.len();
    }
    counts
}

#[test]
fn mild_conditions_are_read() {
    for condition in CONDITIONS {
        let (read, shown) = share(condition.name, 0);
        assert_eq!(read, shown, "{}", condition.name);
    }
}

#[test]
fn many_conditions_are_read_at_their_worst() {
    for name in ["distance", "tilt", "rotation", "jpeg", "noise", "inverted", "mirrored", "several"]
    {
        let (read, shown) = share(name, LEVELS - 1);
        assert_eq!(read, shown, "{name}");
    }
}

/// One plane through three corners reads none of the frames in which paper is bent by 20 degrees.
#[test]
fn paper_is_read_however_it_lies() {
    for (name, level) in [
        ("paper: flat", 0),
        ("paper: bent", 0),
        ("paper: bent", 1),
        ("paper: bent", 2),
        ("paper: cone", 1),
        ("paper: cone", 2),
        ("paper: folded", 2),
        ("paper: shadow", 1),
        ("paper: laminate glare", 0),
        ("paper: crumpled", 2),
        ("paper: moved", 3),
    ] {
        let (read, shown) = share(name, level);
        assert_eq!(read, shown, "{name}, level {level}");
    }
}

/// A scene with one flat slip, straight before the camera.
fn slip_scene(text: &str, change: impl FnOnce(&mut Slip)) -> Scene {
    let mut slip = Slip::showing(text, Pose { distance: 250.0, ..Pose::default() });
    change(&mut slip);
    let mut scene = Scene::new(Vec::new());
    scene.slips.push(slip);
    scene
}

/// The rows of the picture are exposed one after the other, so a slip that moves to the right leans
/// to the right at the bottom, and a slip that moves down is stretched.
#[test]
fn a_slip_that_moves_is_sheared_and_stretched() {
    let text = sample_text(200, &mut Random::new(21));
    let corners = |drift: (f32, f32)| {
        let scene = slip_scene(&text, |slip| slip.drift = drift);
        let reading = read(&scene.render(Size::HD, &mut Random::new(22)));
        reading.codes()[0].corners()
    };
    let still = corners((0.0, 0.0));
    let height = still[3].y - still[0].y;
    let leans = corners((120.0, 0.0));
    let lean = leans[3].x - leans[0].x - (still[3].x - still[0].x);
    assert!((lean - 120.0 * height / 720.0).abs() < 4.0, "{lean}");
    let stretched = corners((0.0, 72.0));
    // The slip goes on while its rows are exposed, so more than a tenth.
    let longer = (stretched[3].y - stretched[0].y) / height;
    assert!((longer - 1.0 / 0.9).abs() < 0.01, "{longer}");
}

/// And the highlight lies where it is said to lie.
#[test]
fn a_highlight_is_brighter_than_the_paper() {
    let text = sample_text(200, &mut Random::new(23));
    let pixels = |light: f32| {
        let glare = Glare { light, direction: 90.0, offset: 0.0, width: 4.0, edge: 0.5 };
        let scene = slip_scene(&text, |slip| slip.glare = Some(glare));
        scene.render(Size::HD, &mut Random::new(24)).pixels
    };
    let (plain, mirrored) = (pixels(0.0), pixels(3.0));
    let rows = |pixels: &[u8], rows: std::ops::Range<usize>| {
        let middle = rows.flat_map(|row| row * 1280 + 500..row * 1280 + 780);
        let (sum, count) =
            middle.fold((0, 0), |(sum, count), at| (sum + u32::from(pixels[at]), count + 1));
        sum / count
    };
    // 4 mm are 28 pixels at this distance.
    assert!(rows(&mirrored, 350..370) > 250 && rows(&plain, 350..370) < 200);
    for beside in [300..330, 390..420] {
        assert_eq!(rows(&mirrored, beside.clone()), rows(&plain, beside));
    }
}

#[test]
fn corners_under_a_finger_or_at_the_edge_of_the_picture_are_found() {
    for (name, level) in [("paper: finger", 0), ("paper: finger", 1), ("paper: edge", 1)] {
        let (read, shown) = share(name, level);
        assert_eq!(read, shown, "{name}, level {level}");
    }
}

/// The lines through the middle of a pattern do not show it: a finger covers three modules of one
/// corner, or the edge of a shadow lies beside it.
#[test]
fn one_corner_of_three_may_be_half_seen() {
    for (name, seeds) in [("paper: finger", [0, 2, 3, 4]), ("paper: shadow", [0, 1, 2, 3])] {
        let condition = PAPER.iter().find(|one| one.name == name).unwrap();
        for seed in seeds {
            let frame = condition.frame(Size::HD, 2, seed);
            assert_eq!(texts(&read(&frame)), frame.texts, "{name}, seed {seed}");
        }
    }
}

/// The codes behind have larger modules than the code in front.
#[test]
fn a_wall_of_codes_hides_nobody() {
    for level in 0..4 {
        let condition = PAPER.iter().find(|one| one.name == "paper: crowd").unwrap();
        for seed in [0, 1, 2, 3, 4, 5, 22, 51] {
            let frame = condition.frame(Size::HD, level, seed);
            let front = frame.texts.last().unwrap();
            assert!(texts(&read(&frame)).contains(front), "level {level}, seed {seed}");
        }
    }
}

/// Frames of paper hold texts that nearly fit; none but the shown one may come out.
#[test]
fn no_text_is_read_that_no_paper_shows() {
    for condition in PAPER {
        for level in 0..LEVELS {
            let frame = condition.frame(Size::HD, level, 3);
            assert!(
                texts(&read(&frame)).iter().all(|text| frame.texts.contains(text)),
                "{}, level {level}",
                condition.name
            );
        }
    }
}

/// Thresholds that reached over several bands read none of these.
#[test]
fn codes_in_narrow_bands_are_read() {
    let flicker = CONDITIONS.iter().find(|condition| condition.name == "flicker").unwrap();
    for (level, seed) in [(1, 5_003), (2, 5_000), (3, 5_002)] {
        let frame = flicker.frame(Size::HD, level, seed);
        assert_eq!(texts(&read(&frame)), frame.texts, "level {level}");
    }
}

#[test]
fn nothing_is_read_where_nothing_is_shown() {
    for condition in CONDITIONS.iter().filter(|condition| condition.name.starts_with("no code")) {
        let frame = condition.frame(Size::HD, 2, 7);
        assert!(frame.texts.is_empty());
        assert_eq!(read(&frame).codes().len(), 0, "{}", condition.name);
    }
}

#[test]
fn hostile_frames_end_and_hold_nothing() {
    let frames = [
        hostile::finder_wall(Size::HD, 1),
        hostile::finder_wall(Size::HD, 3),
        hostile::finder_grid(Size::HD, 3, 14),
        hostile::finder_grid(Size::HD, 4, 14),
        hostile::stripes(Size::HD, 2),
        hostile::finder_rain(Size::HD, 5_000, 1),
        hostile::static_noise(Size::HD, 1),
    ];
    for frame in &frames {
        let reading = read(frame);
        assert_eq!(reading.codes().len(), 0);
    }
}

/// Symbols without data, perfectly square, are tried before a phone that is held at an angle.
#[test]
fn symbols_without_data_do_not_keep_a_code_from_being_read() {
    let text = sample_text(262, &mut Random::new(3));
    let phone = Phone::showing(&text, Pose { yaw: 25.0, pitch: 10.0, ..Pose::default() });
    let mut frame = Scene::new(vec![phone]).render(Size::HD, &mut Random::new(4));
    assert_eq!(texts(&read(&frame)), std::slice::from_ref(&text));
    let (modules, module) = (21, 4);
    let finder = |x: i32, y: i32| {
        (x - 3).abs().max((y - 3).abs()) != 2 && (x - 3).abs().max((y - 3).abs()) <= 3
    };
    let dark = |x: i32, y: i32| {
        let is_timing = (x == 6 && y % 2 == 0 || y == 6 && x % 2 == 0) && x.max(y) < modules;
        finder(x, y) || finder(x - modules + 7, y) || finder(x, y - modules + 7) || is_timing
    };
    // Eight in two columns, left and right of the phone.
    for place in 0..8 {
        let (left, top) = (place % 2 * 1130 + 15, place / 2 * 160 + 5);
        for (x, y) in (0..29 * module).flat_map(|y| (0..29 * module).map(move |x| (x, y))) {
            let (u, v) = (x / module - 4, y / module - 4);
            frame.pixels[((top + y) * 1280 + left + x) as usize] =
                if dark(u, v) { 30 } else { 220 };
        }
    }
    assert_eq!(texts(&read(&frame)), [text]);
}

#[test]
fn small_codes_beside_large_ones_are_read_when_all_are_asked_for() {
    let mut random = Random::new(12);
    let (near, far) = (sample_text(100, &mut random), sample_text(262, &mut random));
    let phones = vec![
        Phone::showing(&near, Pose { distance: 220.0, x: -0.2, ..Pose::default() }),
        Phone::showing(&far, Pose { distance: 680.0, x: 0.3, ..Pose::default() }),
    ];
    let frame = Scene::new(phones).render(Size::HD, &mut random);
    // The quick search may see the small one too: its patterns belong to no code that was read.
    assert!(texts(&read(&frame)).contains(&near));
    let luma = LumaFrame::new(&frame.pixels, 1280, 720, 1280).unwrap();
    let mut both = [near, far];
    both.sort_unstable();
    assert_eq!(texts(&FrameReader::new().read_all(&luma).unwrap()), both);
}

fn scene(text: &str) -> Scene {
    Scene::new(vec![Phone::showing(text, Pose::default())])
}

#[test]
fn full_hd_is_read_and_corners_are_in_its_pixels() {
    let text = sample_text(262, &mut Random::new(3));
    for size in [
        Size::HD,
        Size::FULL_HD,
        Size { width: 640, height: 480 },
        Size { width: 3840, height: 2160 },
    ] {
        let frame = scene(&text).render(size, &mut Random::new(4));
        let reading = read(&frame);
        assert_eq!(texts(&reading), std::slice::from_ref(&text), "{size:?}");
        // 62 mm with the quiet zone, 53 of 61 modules, at 300 mm with a focal length of 1.4 widths.
        let half = 31.0 * 53.0 / 61.0 / 300.0 * 1.4 * size.width as f32;
        let (x, y) = (size.width as f32 / 2.0, size.height as f32 / 2.0);
        let expected = [(-half, -half), (half, -half), (half, half), (-half, half)];
        for (corner, (dx, dy)) in reading.codes()[0].corners().into_iter().zip(expected) {
            assert!(
                (corner.x - x - dx).hypot(corner.y - y - dy) < size.width as f32 / 300.0,
                "{corner:?}"
            );
        }
    }
}

#[test]
fn rows_may_be_apart() {
    let text = sample_text(100, &mut Random::new(5));
    let frame = scene(&text).render(Size::HD, &mut Random::new(6));
    let stride = 1280 + 64;
    let mut pixels = Vec::new();
    for row in frame.pixels.chunks(1280) {
        pixels.extend_from_slice(row);
        pixels.extend((0..64).map(|index: u8| index.wrapping_mul(97)));
    }
    pixels.truncate(stride * 719 + 1280);
    let luma = LumaFrame::new(&pixels, 1280, 720, stride).unwrap();
    assert_eq!(FrameReader::new().read(&luma).unwrap(), read(&frame));
    assert_eq!(texts(&read(&frame)), [text]);
}

#[test]
fn every_code_comes_once() {
    let mut random = Random::new(8);
    let (left, right) = (sample_text(262, &mut random), sample_text(100, &mut random));
    let mut scene = Scene::new(vec![
        Phone::showing(&left, Pose { x: -0.25, roll: 170.0, ..Pose::default() }),
        Phone::showing(&right, Pose { x: 0.25, roll: 185.0, ..Pose::default() }).mirrored(),
    ]);
    scene.background = Background::Clutter;
    let mut expected = vec![left, right];
    expected.sort_unstable();
    assert_eq!(texts(&read(&scene.render(Size::HD, &mut random))), expected);
}

#[test]
fn every_version_is_read() {
    for length in [20, 38, 90, 154, 221, 311, 528, 758, 1_000] {
        let text = sample_text(length, &mut Random::new(length as u64));
        let phone = Phone::showing(&text, Pose { distance: 190.0, roll: 3.0, ..Pose::default() });
        let frame = Scene::new(vec![phone]).render(Size::FULL_HD, &mut Random::new(9));
        assert_eq!(texts(&read(&frame)), [text], "{length} characters");
    }
}

#[test]
fn the_same_frame_reads_the_same() {
    let frame = CONDITIONS[0].frame(Size::HD, 0, 1);
    assert_eq!(frame.pixels, CONDITIONS[0].frame(Size::HD, 0, 1).pixels);
    assert_eq!(read(&frame), read(&frame));
}

#[test]
fn a_frame_must_have_its_pixels() {
    let pixels = [0_u8; 100];
    let new = |width, height, stride| {
        LumaFrame::new(&pixels, width, height, stride).map(|_| ()).unwrap_err()
    };
    assert_eq!(new(0, 10, 10), FrameError::Empty);
    assert_eq!(new(10, 0, 10), FrameError::Empty);
    assert_eq!(new(10, 10, 9), FrameError::StrideTooShort { stride: 9, width: 10 });
    assert_eq!(new(10, 10, 11), FrameError::TooFewPixels { pixels: 100, needed: 109 });
    assert_eq!(
        new(70_000, 1, 70_000),
        FrameError::SideTooLong { width: 70_000, height: 1, limit: 65_535 }
    );
    assert_eq!(
        new(10, 10, usize::MAX),
        FrameError::TooFewPixels { pixels: 100, needed: usize::MAX }
    );
    assert!(LumaFrame::new(&pixels, 10, 10, 10).is_ok());
}

#[test]
fn frames_of_any_shape_are_looked_at() {
    let pixels: Vec<u8> =
        (0..40_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (width, height) in
        [(1, 1), (1, 40_000), (40_000, 1), (2, 3), (7, 9), (21, 21), (200, 200), (33, 1_000)]
    {
        let luma = LumaFrame::new(&pixels, width, height, width as usize).unwrap();
        assert_eq!(FrameReader::new().read(&luma).unwrap().codes().len(), 0, "{width} x {height}");
    }
}
