use super::*;
use crate::language::english;
use crate::shared::frames::{Format, FrameSize};

const WIDTH: u32 = 120;
const HEIGHT: u32 = 100;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(1_790_000_000 + seconds).unwrap()
}

/// Frames of this width, in grey.
fn grey(width: u32) -> Cutter {
    Cutter::new(FrameSize { width, height: HEIGHT }, Format::Gray)
}

fn pixels(width: u32, pixel: impl Fn(u32, u32) -> u32) -> Vec<u8> {
    let places = (0..HEIGHT).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.map(|(x, y)| u8::try_from(pixel(x, y)).unwrap()).collect()
}

/// Numbers below `below` without a pattern.
fn noise(x: u32, y: u32, below: u32) -> u32 {
    let mixed =
        (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)).wrapping_mul(2_654_435_761);
    (mixed >> 16) % below
}

/// A picture as a camera takes it: light that changes slowly, things with edges, and noise.
fn scene(width: u32, number: u32) -> Vec<u8> {
    pixels(width, |x, y| {
        let thing = if (x / 14 + y / 10) % 3 == 0 { 90 } else { 0 };
        40 + x * 70 / width + y * 30 / HEIGHT + thing + noise(x, y + 1000 * number, 5)
    })
}

/// A wall of this grey.
fn wall(level: u32) -> Vec<u8> {
    pixels(WIDTH, |_, _| level)
}

/// Blinds: rows that differ from the rows above them.
fn blinds(number: u32) -> Vec<u8> {
    pixels(WIDTH, |_, y| if (y + number) % 4 < 2 { 30 } else { 200 })
}

/// The first judgement of these frames, all in the second in which it is due: what is told.
fn judged(frames: impl IntoIterator<Item = Vec<u8>>) -> Option<String> {
    let mut sight = Sight::default();
    for (number, frame) in frames.into_iter().enumerate() {
        let changed = sight.see(&frame, grey(WIDTH), at(if number == 0 { 0 } else { AFTER }));
        assert_eq!(changed, sight.trouble().is_some());
    }
    sight.trouble().map(|failure| failure.message.clone())
}

const DO_NOT_FOLLOW: &str =
    "the frames cannot be 120x100 gray: each frame shows something else than the frame before";

#[test]
fn frames_are_judged_after_a_while_and_again_after_the_next() {
    // As many bytes as a frame of the size that was given.
    let wrong = |number| scene(128, number)[..wall(0).len()].to_vec();
    let mut sight = Sight::default();
    // As many as you like, and too soon.
    for number in 0..20 {
        assert!(!sight.see(&wrong(number), grey(WIDTH), at(u64::from(number > 0))), "{number}");
    }
    assert!(sight.trouble().is_none());
    assert!(sight.see(&wrong(20), grey(WIDTH), at(2)));
    let told = sight.trouble().unwrap().message.clone();
    assert!(told.contains("rows of 120 bytes do not fit each other, and rows of 128"), "{told}");
    // The same again is no news, and too few frames prove nothing.
    for number in 0..10 {
        assert!(!sight.see(&wrong(number), grey(WIDTH), at(10)));
    }
    for number in 0..9 {
        assert!(!sight.see(&scene(WIDTH, number), grey(WIDTH), at(20)));
        assert!(sight.trouble().is_some());
    }
    assert!(sight.see(&scene(WIDTH, 9), grey(WIDTH), at(20)));
    assert!(sight.trouble().is_none());
    assert_eq!(sight.frames, 41);
}

#[test]
fn frames_that_have_nothing_to_do_with_each_other_are_told() {
    let turns = |first: u32, second: u32| {
        (0..11).map(move |number| wall(if number % 2 == 0 { first } else { second }))
    };
    assert_eq!(judged(turns(20, 220)).as_deref(), Some(DO_NOT_FOLLOW));
    // Twice of what neighbours differ by at most is a person who walks by.
    assert_eq!(judged(turns(100, 112)), None);
    assert_eq!(judged(turns(100, 113)).as_deref(), Some(DO_NOT_FOLLOW));
    // Eight of ten.
    let some = |strange: u32| {
        (0..11).map(move |number: u32| {
            wall(if number.min(strange).is_multiple_of(2) { 20 } else { 220 })
        })
    };
    assert_eq!(judged(some(8)).as_deref(), Some(DO_NOT_FOLLOW));
    assert_eq!(judged(some(7)), None);
    // Where neighbours differ much, as much may move.
    let rough = |number: u32| pixels(WIDTH, |x, y| noise(x, y + 1000 * number, 100));
    assert_eq!(judged((0..11).map(rough)), None);
    assert_eq!(judged((0..11).map(|number| scene(WIDTH, number))), None);
}

#[test]
fn stripes_that_stand_still_are_rows_of_the_right_length() {
    assert_eq!(judged((0..11).map(|_| blinds(0))), None);
    let told = judged((0..11).map(blinds)).unwrap();
    assert!(told.contains("rows of 120 bytes do not fit"), "{told}");
    // A picture that changes by as little as noise does stands still, and by more does not.
    let brighter = |step: u32| {
        (0..11).map(move |number| {
            let light = if number % 2 == 0 { 0 } else { step };
            pixels(WIDTH, |_, y| light + if y % 4 < 2 { 30 } else { 200 })
        })
    };
    assert_eq!(judged(brighter(6)), None);
    assert!(judged(brighter(7)).is_some());
    // Half of the frames are enough.
    let stands = |count: u32| (0..11_u32).map(move |n| blinds(n.saturating_sub(count)));
    assert_eq!(judged(stands(5)), None);
    assert!(judged(stands(4)).is_some());
    // Rows of another length are no stripes.
    assert!(judged((0..11).map(|_| scene(128, 0))).is_some());
}

/// The length of the rows that are told.
fn told_row(pixels: &[u8], width: u32) -> Option<String> {
    let told = trouble(pixels, grey(width), false)?.message;
    let (_, row) = told.rsplit_once("rows of ").unwrap();
    Some(row.to_owned())
}

#[test]
fn the_length_that_fits_is_told() {
    assert_eq!(told_row(&scene(WIDTH, 0), 110).as_deref(), Some("120 bytes do"));
    assert_eq!(told_row(&scene(128, 0), 110).as_deref(), Some("128 bytes do"));
    assert_eq!(told_row(&scene(128, 0), 128), None);
    // Noise alone: no length is much better than another.
    assert_eq!(told_row(&pixels(WIDTH, |x, y| noise(x, y, 200)), WIDTH), None);
    // Rows of 128 fit nearly as well as rows of 127. Rows have round lengths.
    let flat = pixels(127, |x, y| x.min(127 - x) + y / 2 + noise(x, y, 6));
    assert_eq!(told_row(&flat, 110).as_deref(), Some("128 bytes do"));
    // Rows of 128 differ twice as much as rows of 126, and their round length does not help.
    let steep = pixels(126, |x, y| 2 * x.min(126 - x) + noise(x, y, 6));
    assert_eq!(told_row(&steep, 110).as_deref(), Some("126 bytes do"));
}

#[test]
fn all_colours_of_a_frame_are_met() {
    for room in [1, 100, 1499, 1500, 3000, 4500, 6000, 9000, 1_000_000] {
        let found: Vec<usize> = places(room + 7, 7).collect();
        let few = room.min(POINTS / 2);
        assert!((few..=2 * POINTS).contains(&found.len()), "{room}: {}", found.len());
        assert!(found.windows(2).all(|two| (two[1] - two[0]) % 2 == 1), "{room}");
        assert!(found.iter().all(|at| *at < room), "{room}");
    }
}

#[test]
fn what_is_wrong_is_told_by_its_kind() {
    let missing = FrameTrouble::missing();
    assert_eq!(missing.code, "frames-missing");
    assert_eq!(missing.text(english()), messages::frames_missing(english()));
    let wrong = FrameTrouble::wrong(&texts::frames_do_not_follow("1x1".to_owned()));
    assert_eq!(wrong.code, "frames-wrong");
    assert!(wrong.text(english()).contains("1x1"), "{}", wrong.text(english()));
}
