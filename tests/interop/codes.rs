//! Our PNG and SVG are read by `zbarimg` and `zxing-cpp`, character for character.

use core::num::NonZeroU8;
use std::path::PathBuf;
use std::process::Command;

use livepermit::{qr::ErrorCorrection, qr::QrCode};

use crate::ours::sample_texts;
use crate::peers::{self, Scratch};

const LEVELS: [ErrorCorrection; 4] = [
    ErrorCorrection::Low,
    ErrorCorrection::Medium,
    ErrorCorrection::Quartile,
    ErrorCorrection::High,
];

struct Picture {
    path: PathBuf,
    text: String,
}

/// Each text at each level: PNGs of 3, 4 and 8 pixels a module, SVGs drawn at 3, 3.5 and 8.
fn pictures(scratch: &Scratch, rsvg_convert: &str) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for (number, text) in sample_texts().into_iter().enumerate() {
        for level in LEVELS {
            let code = QrCode::encode(&text, level).unwrap();
            let name = format!("{number}-{level:?}-{}", code.version());
            for scale in [3, 4, 8] {
                let png = code.to_png(NonZeroU8::new(scale).unwrap()).unwrap();
                let path = scratch.write(&format!("{name}-{scale}.png"), png);
                pictures.push(Picture { path, text: text.clone() });
            }
            let svg = scratch.write(&format!("{name}.svg"), code.to_svg());
            for half_pixels in [6, 7, 16] {
                let side = (code.width_with_quiet_zone() * half_pixels / 2).to_string();
                let path = scratch.path(&format!("{name}-{half_pixels}.svg.png"));
                let draw = ["--width", &side, "--height", &side, "--output"];
                peers::output(Command::new(rsvg_convert).args(draw).arg(&path).arg(&svg));
                pictures.push(Picture { path, text: text.clone() });
            }
        }
    }
    pictures
}

fn report(reader: &str, pictures: &[Picture], read: impl Fn(usize, &Picture) -> bool) {
    let unread: Vec<_> = pictures
        .iter()
        .enumerate()
        .filter(|(at, picture)| !read(*at, picture))
        .map(|(_, picture)| picture.path.file_name().unwrap())
        .collect();
    println!("{reader}: {} pictures, {} not read", pictures.len(), unread.len());
    assert!(unread.is_empty(), "{reader}: {unread:?}");
}

#[test]
fn zbarimg_reads_our_pictures() {
    let Some(rsvg_convert) = peers::installed("rsvg-convert") else { return };
    let Some(zbarimg) = peers::installed("zbarimg") else { return };
    let scratch = Scratch::new();
    report("zbarimg", &pictures(&scratch, rsvg_convert), |_, picture| {
        let options = ["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"];
        let output = Command::new(zbarimg).args(options).arg(&picture.path).output().unwrap();
        // It ends each code with a line feed.
        output.stdout == format!("{}\n", picture.text).into_bytes()
    });
}

#[test]
fn zxing_cpp_reads_our_pictures() {
    let Some(rsvg_convert) = peers::installed("rsvg-convert") else { return };
    let Some(python) = peers::python("PIL, zxingcpp") else { return };
    let scratch = Scratch::new();
    let pictures = pictures(&scratch, rsvg_convert);
    let mut command = peers::script(python, "read_codes.py");
    command.args(pictures.iter().map(|picture| &picture.path));
    let texts: Vec<Vec<String>> = serde_json::from_str(&peers::output(&mut command)).unwrap();
    assert_eq!(texts.len(), pictures.len());
    report("zxing-cpp", &pictures, |at, picture| texts[at] == [picture.text.as_str()]);
}

/// An `<img>` of the drawing, painted on a canvas as web apps do: without a size of its own,
/// Firefox paints nothing.
#[test]
fn a_browser_paints_our_svg_on_a_canvas() {
    let Some(chromium) = peers::installed("chromium") else { return };
    let Some(zbarimg) = peers::installed("zbarimg") else { return };
    let scratch = Scratch::new();
    let text = sample_texts().remove(0);
    let code = QrCode::encode(&text, ErrorCorrection::Medium).unwrap();
    scratch.write("code.svg", code.to_svg());
    let page = "<body style='margin:0'><img id=i src=code.svg><canvas id=c width=900 height=900>\
                </canvas><script>onload=()=>{c.getContext('2d').drawImage(i,0,0);i.remove()}\
                </script>";
    let page = scratch.write("page.html", page);
    let painted = scratch.path("painted.png");
    let mut browser = Command::new(chromium);
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=900,900"]);
    browser.arg("--allow-file-access-from-files");
    browser.arg(format!("--user-data-dir={}", scratch.path("profile").display()));
    browser.arg(format!("--screenshot={}", painted.display()));
    peers::output(browser.arg(format!("file://{}", page.display())));
    let options = ["--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"];
    let read = peers::output(Command::new(zbarimg).args(options).arg(painted));
    assert_eq!(read, format!("{text}\n"));
}
