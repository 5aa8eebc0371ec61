//! `scan`: pictures, folders and raw frames, and every way to get them wrong.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, imageops};
use serde_json::Value;

use crate::support::{Desk, ISSUER, NOW, Ran};

const WIDTH: u32 = 480;
const HEIGHT: u32 = 440;

fn scan(desk: &Desk, more: &[&str]) -> Ran {
    scan_with(desk, more, b"")
}

fn scan_with(desk: &Desk, more: &[&str], input: &[u8]) -> Ran {
    let rules = ["--gate", "gate-3", "--revocation", "not-checked", "--at", NOW];
    desk.run_with(&[&["scan"][..], &ISSUER, &rules, more].concat(), input)
}

/// One JSON object a line.
fn objects(ran: &Ran) -> Vec<Value> {
    ran.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn save(desk: &Desk, name: &str, picture: &GrayImage, format: ImageFormat) {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    desk.write(name, file.into_inner());
}

/// With the live code as `code.png`, and a poster.
fn furnished() -> Desk {
    let desk = Desk::furnished("p256");
    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png", "--pixels", "4"]);
    let poster = livepermit::qr::QrCode::encode(
        "HTTPS://POSTER.EXAMPLE",
        livepermit::qr::ErrorCorrection::Medium,
    )
    .unwrap()
    .to_png(8.try_into().unwrap())
    .unwrap();
    desk.write("poster.png", poster);
    desk
}

/// A raw frame with a picture in its middle.
fn raw(desk: &Desk, picture: Option<&str>) -> Vec<u8> {
    let mut frame = GrayImage::from_pixel(WIDTH, HEIGHT, Luma([150]));
    if let Some(name) = picture {
        let code = image::load_from_memory(&desk.read(name)).unwrap().into_luma8();
        let (x, y) = ((WIDTH - code.width()) / 2, (HEIGHT - code.height()) / 2);
        imageops::replace(&mut frame, &code, x.into(), y.into());
    }
    frame.into_raw()
}

#[test]
fn pictures_and_folders() {
    let desk = furnished();
    let ran = scan(&desk, &["code.png"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.text().starts_with("code.png: ACCEPTED presentation BJ-7F3A9C2E"),
        "{}",
        ran.text()
    );
    assert_eq!(scan(&desk, &["poster.png"]).code, 1);

    std::fs::create_dir_all(desk.path("photos/deep/er")).unwrap();
    for name in ["photos/2.png", "photos/deep/er/1.png"] {
        std::fs::copy(desk.path("code.png"), desk.path(name)).unwrap();
    }
    desk.write("photos/notes.txt", "not a picture");
    std::fs::copy(desk.path("poster.png"), desk.path("photos/deep/poster")).unwrap();
    save(&desk, "photos/white.jpg", &GrayImage::from_pixel(90, 90, Luma([255])), ImageFormat::Jpeg);
    let ran = scan(&desk, &["--json", "photos", "--draw", "drawn"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let found = objects(&ran);
    let of = |name: &str| {
        found.iter().find(|object| object["file"] == format!("photos/{name}")).unwrap()
    };
    assert_eq!(found.len(), 4, "{found:?}");
    for name in ["2.png", "deep/er/1.png"] {
        assert_eq!(
            (&of(name)["verdict"], &of(name)["admitted"]),
            (&"accepted".into(), &false.into())
        );
        assert_eq!(of(name)["corners"].as_array().unwrap().len(), 4);
    }
    assert_eq!(of("deep/poster")["code"], "not-ours");
    assert_eq!(of("white.jpg")["error"], "no readable QR code is in the picture");
    let drawn = ["0001-2.png", "0002-1.png", "0003-poster.png"];
    for name in drawn {
        assert!(desk.path("drawn").join(name).is_file(), "{name}");
    }
    // Green where the code was accepted, yellow where it was another one.
    for (name, colour) in [(drawn[0], [0, 170, 60]), (drawn[2], [230, 180, 0])] {
        let picture =
            image::load_from_memory(&desk.read(&format!("drawn/{name}"))).unwrap().into_rgb8();
        assert!(picture.pixels().any(|pixel| pixel.0 == colour), "{name}");
    }
}

/// Picture of a code, drawn by hand from its rows: `#` is a dark module.
fn drawn(rows: &str) -> GrayImage {
    let dark: Vec<Vec<bool>> =
        rows.split_whitespace().map(|row| row.bytes().map(|byte| byte == b'#').collect()).collect();
    let side = dark.len() as u32 + 8;
    GrayImage::from_fn(side * 6, side * 6, |x, y| {
        let (x, y) = ((x / 6).wrapping_sub(4) as usize, (y / 6).wrapping_sub(4) as usize);
        let is_dark = dark.get(y).and_then(|row| row.get(x)).is_some_and(|dark| *dark);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

/// Part 2 of 4 (structured append), version 1-M.
const PART: &str = "
    #######..##...#######
    #.....#.#.##..#.....#
    #.###.#.....#.#.###.#
    #.###.#...###.#.###.#
    #.###.#.##..#.#.###.#
    #.....#.....#.#.....#
    #######.#.#.#.#######
    .........####........
    #.#.#.#..#.#....#..#.
    ##..##.#..#...####.##
    ......###.#.#..##.#.#
    ..##...##.#..#.##...#
    ##..#.#..##.#.##..###
    ........#..#.#..##...
    #######..###..#..#.##
    #.....#...####....#.#
    #.###.#.#..#..#.#.#.#
    #.###.#...#...#.###..
    #.###.#.#...#...#...#
    #.....#...#...#.##..#
    #######.###.#.#...#.#";
/// A Micro QR code, version M3-L.
const MICRO: &str = "
    #######.#.#.#.#
    #.....#.###..#.
    #.###.#...#...#
    #.###.#.....#..
    #.###.#.......#
    #.....#......##
    #######.#.#.#.#
    .........#####.
    #####..#.#.###.
    .#######.##.###
    #.#..#.######..
    ....####.#.##.#
    ##.####.#.#####
    ..######.####.#
    ##.#....#.####.";

/// "Part 2 of 4" is no permit, whatever its text looks like.
#[test]
fn a_part_of_a_longer_text_is_named() {
    let desk = furnished();
    save(&desk, "part.png", &drawn(PART), ImageFormat::Png);
    let ran = scan(&desk, &["part.png"]);
    let told = "part.png: REFUSED not-ours: this code is part 2 of 4 of a longer text; a permit is \
                always one code\n";
    assert_eq!((ran.code, ran.text()), (1, told));
    let found = objects(&scan(&desk, &["--json", "part.png"]));
    assert_eq!(found[0]["code"], "not-ours");
    assert_eq!(found[0]["part"], serde_json::json!({ "number": 2, "of": 4 }));
    let listed = desk.run(&["scan", "--read-only", "part.png"]);
    assert_eq!(listed.text(), "part.png: a code that is part 2 of 4 of a longer text\n");
    desk.verify(&["--file", "part.png"]).failed("is part 2 of 4 of a longer text");
    let inspected = desk.run(&["inspect", "--file", "part.png"]);
    assert!(inspected.err.contains("part 2 of 4 of a longer text left out"), "{inspected:?}");
}

#[test]
fn a_micro_qr_code_is_no_code_and_no_verdict() {
    let desk = furnished();
    save(&desk, "micro.png", &drawn(MICRO), ImageFormat::Png);
    desk.verify(&["--file", "micro.png"]).failed("no readable QR code is in the picture");
    assert!(desk.verify(&["--file", "micro.png"]).err.contains("a square in three corners"));
    let ran = scan(&desk, &["micro.png"]);
    assert_eq!((ran.code, ran.text()), (1, "micro.png: no readable QR code is in the picture\n"));
}

#[test]
fn a_stale_picture_is_refused() {
    let desk = furnished();
    let rules = ["--gate", "gate-3", "--revocation", "not-checked", "--at", "2026-09-21T14:15:00Z"];
    let ran = desk.run(&[&["scan", "--json", "code.png"][..], &ISSUER, &rules].concat());
    let found = objects(&ran);
    assert_eq!(
        (ran.code, &found[0]["code"], &found[0]["stage"]),
        (1, &"stale".into(), &"freshness".into())
    );
}

#[test]
fn what_codes_hold_is_listed_without_a_key() {
    let desk = furnished();
    let ran = desk.run(&["scan", "--read-only", "poster.png"]);
    assert_eq!((ran.code, ran.text()), (0, "poster.png: \"HTTPS://POSTER.EXAMPLE\"\n"));
    let ran = desk.run(&["scan", "--read-only", "--json", "code.png"]);
    assert_eq!(objects(&ran)[0]["text"].as_str().unwrap().split_at(4).0, "LP1:");
    // What is verified against means nothing there.
    let ran = desk.run(&["scan", "--read-only", "code.png", "--gate", "gate-3"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--read-only") && ran.err.contains("--help"), "{}", ran.err);
    let frames =
        [raw(&desk, None), raw(&desk, Some("poster.png")), raw(&desk, Some("poster.png"))].concat();
    let ran = desk.run_with(&["scan", "--read-only", "--raw", "480x440"], &frames);
    assert_eq!((ran.code, ran.text()), (0, "frame 1: \"HTTPS://POSTER.EXAMPLE\"\n"), "{ran:?}");
}

#[test]
fn frames_through_a_pipe_tell_each_code_once() {
    let desk = furnished();
    let (code, none) = (raw(&desk, Some("code.png")), raw(&desk, None));
    let poster = raw(&desk, Some("poster.png"));
    let mut frames = Vec::new();
    for _ in 0..6 {
        frames.extend(&code);
    }
    // Away for two seconds of four frames each, then a poster, and the code again when it is stale.
    for _ in 0..16 {
        frames.extend(&none);
    }
    frames.extend(&poster);
    frames.extend(&poster);
    for _ in 0..140 {
        frames.extend(none.iter());
    }
    frames.extend(&code);
    let ran = scan_with(&desk, &["--json", "--raw", "480x440", "--fps", "4"], &frames);
    let found = objects(&ran);
    let told: Vec<_> = found
        .iter()
        .map(|object| {
            let what = if object["verdict"] == "accepted" {
                "accepted"
            } else {
                object["code"].as_str().unwrap()
            };
            (object["frame"].as_u64().unwrap(), what)
        })
        .collect();
    assert_eq!(told, [(0, "accepted"), (22, "not-ours"), (164, "stale")]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("165 frame(s), 3 code(s)"), "{}", ran.err);

    desk.write("frames.raw", &code);
    let ran = scan(&desk, &["--raw", "480x440", "frames.raw", "--draw", "drawn"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.text().starts_with("frame 0: ACCEPTED"), "{}", ran.text());
    assert!(desk.path("drawn/frame-000000.png").is_file());
}

#[test]
fn frames_of_every_format() {
    let desk = furnished();
    let grey = raw(&desk, Some("code.png"));
    let wide = |pixels: &[&dyn Fn(u8) -> u8]| -> Vec<u8> {
        grey.iter()
            .flat_map(|grey| pixels.iter().map(|byte| byte(*grey)).collect::<Vec<_>>())
            .collect()
    };
    let (same, other) = (|grey: u8| grey, |_: u8| 128);
    let half_more = |mut frame: Vec<u8>| {
        frame.resize(frame.len() / 2 * 3, 128);
        frame
    };
    for (format, frame) in [
        ("gray", grey.clone()),
        ("yuv420p", half_more(grey.clone())),
        ("nv12", half_more(grey.clone())),
        ("yuyv422", wide(&[&same, &other])),
        ("uyvy422", wide(&[&other, &same])),
        ("rgb24", wide(&[&same, &same, &same])),
        ("bgr24", wide(&[&same, &same, &same])),
        ("rgba", wide(&[&same, &same, &same, &other])),
        ("bgra", wide(&[&same, &same, &same, &other])),
    ] {
        let frames = [frame.clone(), frame].concat();
        let ran = scan_with(
            &desk,
            &["--raw", "480x440", "--pix-fmt", format, "--draw", "drawn"],
            &frames,
        );
        assert_eq!((ran.code, ran.text().lines().count()), (0, 1), "{format}: {ran:?}");
    }
}

#[test]
fn misuses() {
    let desk = furnished();
    scan(&desk, &["missing.png"]).failed("1 of 1 files could not be read");
    assert!(scan(&desk, &["missing.png"]).err.contains("there is no file missing.png"));
    std::fs::create_dir(desk.path("empty")).unwrap();
    scan(&desk, &["empty"]).failed("there is no picture in empty");
    scan(&desk, &["code.txt"]).failed("files could not be read");
    desk.write("broken.png", b"\x89PNG\r\n\x1a\n and no more");
    // The others are done all the same.
    let ran = scan(&desk, &["broken.png", "code.png"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("the PNG is cut short or broken"), "{}", ran.err);
    assert!(ran.text().contains("code.png: ACCEPTED"), "{}", ran.text());
    let mut huge = vec![0; 33 << 20];
    huge[..3].copy_from_slice(&[0xFF, 0xD8, 0xFF]);
    desk.write("huge.jpg", huge);
    let ran = scan(&desk, &["huge.jpg"]);
    ran.failed("could not be read");
    assert!(ran.err.contains("33554433 bytes, 33554432 are allowed"), "{}", ran.err);
    scan(&desk, &["code.png", "--draw", "code.txt"]).failed("cannot be made");

    for words in [&["scan"][..], &["scan", "code.png"], &["scan", "--raw", "480x440"]] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{words:?}");
        assert!(ran.err.contains("required") && ran.err.contains("--help"), "{}", ran.err);
    }
    for size in ["480", "0x440", "480x", "x", "4x-1", "99999999x2", "60000x60000"] {
        let ran = scan(&desk, &["--raw", size]);
        assert_eq!(ran.code, 2, "{size}");
        assert!(ran.err.contains("--raw"), "{}", ran.err);
    }
    let frame = raw(&desk, Some("code.png"));
    scan_with(&desk, &["--raw", "480x440"], b"").failed("no frame came");
    let cut = scan_with(&desk, &["--raw", "480x440"], &frame[..frame.len() - 1]);
    cut.failed("frame 0 is cut short: 211199 bytes of 211200");
    let cut = scan_with(&desk, &["--raw", "480x440"], &[&frame[..], &frame[..9]].concat());
    assert_eq!(cut.code, 2);
    assert!(cut.err.contains("frame 1 is cut short: 9 bytes of 211200"), "{}", cut.err);
    assert!(cut.text().starts_with("frame 0: ACCEPTED"), "{}", cut.text());
    scan(&desk, &["--raw", "480x440", "one", "two"]).failed("--raw reads one");
    scan(&desk, &["--raw", "480x440", "missing"]).failed("there is no file missing");
    assert_eq!(scan(&desk, &["code.png", "--fps", "30"]).code, 2);
    assert_eq!(scan(&desk, &["--raw", "480x440", "--fps", "0"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_files_name_cannot_write_a_line_of_its_own() {
    let desk = furnished();
    let name = "a\n\u{1b}[32mfake.png: ACCEPTED";
    desk.write(name, desk.read("code.png"));
    let ran = scan(&desk, &[name]);
    assert_eq!(ran.text().lines().count(), 1, "{:?}", ran.text());
    assert!(!ran.text().contains('\u{1b}') && ran.text().contains("\\n"), "{:?}", ran.text());
}
