//! Pictures as phones and programs write them, and files that are no pictures: read, or named with
//! what to do; never a verdict about a visitor.

use std::path::PathBuf;
use std::process::Command;

use super::support::Desk;

/// A Python with Pillow, which writes what the crate `image` does not.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("LIVEPERMIT_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| "python3".into());
    let found = Command::new(&python).args(["-c", "import PIL"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    assert!(
        std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none_or(|value| value != "1"),
        "a Python with PIL is missing"
    );
    println!("skipped: a Python with PIL is missing; ci/install installs it");
    None
}

/// Writes one picture in many ways. `code.png` is the code, on white.
const VARIANTS: &str = r#"
from PIL import Image, ImageOps
code = Image.open("code.png").convert("L")
rgb, dark = code.convert("RGB"), ImageOps.invert(code)
other = Image.new("RGB", code.size, "white")
def save(name, picture, **options):
    picture.save("made/" + name, **options)
save("progressive.jpg", rgb, progressive=True, quality=80)
save("grey.jpg", code, quality=60)
save("cmyk.jpg", rgb.convert("CMYK"), quality=90)
turned = Image.Exif(); turned[0x0112] = 6
save("exif.jpg", rgb, exif=turned)
save("rough.jpg", rgb, quality=25, subsampling=2)
save("bits.png", code.convert("1"))
save("palette.png", rgb.quantize(4))
save("palette-bits.png", rgb.quantize(2), bits=1)
clear = rgb.quantize(2); save("palette-clear.png", clear, transparency=clear.getpixel((0, 0)))
save("rgb-clear.png", rgb, transparency=(255, 255, 255))
save("grey-16.png", Image.frombytes("I;16", code.size, b"".join(bytes([v, v]) for v in code.tobytes())))
save("grey-alpha.png", Image.merge("LA", (Image.new("L", code.size, 0), dark)))
save("white-on-clear.png", Image.merge("LA", (Image.new("L", code.size, 255), code)))
save("black-on-clear.webp", Image.merge("RGBA", (dark.point(lambda v: 0),) * 3 + (dark,)), lossless=True)
save("white-on-clear.webp", Image.merge("RGBA", (code.point(lambda v: 255),) * 3 + (code,)), quality=80)
save("dark.png", dark)
save("moving.png", rgb, save_all=True, append_images=[other])
save("moving.gif", rgb, save_all=True, append_images=[other])
save("moving.webp", rgb, save_all=True, append_images=[other])
save("lossy.webp", rgb, quality=50)
save("lossless.webp", rgb, lossless=True)
save("plain.gif", code)
for mode in "1", "L", "P", "RGB":
    save("bmp-" + mode + ".bmp", rgb.quantize(16) if mode == "P" else rgb.convert(mode))
for mode, name in ("1", "pbm"), ("L", "pgm"), ("RGB", "ppm"):
    save("pnm." + name, rgb.convert(mode))
for way in "raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg":
    save("tiff-" + way + ".tif", rgb, compression=way)
save("fax.tif", code.convert("1"), compression="group4")
save("small.ico", rgb.resize((256, 256)).convert("RGBA"))
save("large.jpg", ImageOps.expand(rgb, border=2000, fill="white"))
save("tall.png", ImageOps.expand(rgb, border=(100, 9000, 100, 600), fill="white"))
"#;

#[test]
fn every_way_to_write_a_picture_is_read() {
    let Some(python) = python() else { return };
    let desk = Desk::furnished("ed25519");
    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png", "--pixels", "6"]);
    std::fs::create_dir(desk.path("made")).unwrap();
    let made = Command::new(python).args(["-c", VARIANTS]).current_dir(desk.path(".")).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut names: Vec<_> = std::fs::read_dir(desk.path("made"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 35, "{names:?}");
    let mut unread = Vec::new();
    for name in names {
        let ran = desk.verify(&["--file", &format!("made/{name}")]);
        if ran.code != 0 {
            unread.push((name, ran.err));
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
    // And all of them by the folder.
    let mut scan = vec!["scan", "made", "--gate", "gate-3", "--revocation", "not-checked"];
    scan.extend(super::support::ISSUER);
    scan.extend(["--at", super::support::NOW]);
    let ran = desk.ok(&scan);
    assert_eq!(ran.text().matches("ACCEPTED").count(), ran.text().lines().count());
}

#[test]
fn what_we_draw_is_read_back_in_every_form() {
    let desk = Desk::furnished("p256");
    let size = ["--pixels", "4"];
    desk.ok(&[&["qr", "--file", "code.txt", "--png", "code.png"], &size[..]].concat());
    desk.ok(&["qr", "--file", "code.txt", "--svg", "code.svg"]);
    desk.ok(&["qr", "--file", "code.txt", "--svg", "bar.svg", "--countdown", "12/30"]);
    for name in ["code.png", "code.svg", "bar.svg"] {
        desk.verify(&["--file", name]).accepted();
        desk.verify_with(&["-"], &desk.read(name)).accepted();
    }
    // As PowerShell's `>` writes a text.
    let text = String::from_utf8(desk.read("code.txt")).unwrap().replace('\n', "\r\n");
    let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
    };
    for wide in [wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
        desk.verify_with(&["-"], &wide).accepted();
        desk.write("wide.txt", wide);
        desk.verify(&["--file", "wide.txt"]).accepted();
    }
    // Copied in a browser.
    let base64 = |bytes: &[u8]| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(bytes)
    };
    let png = format!("data:image/png;base64,{}", base64(&desk.read("code.png")));
    let svg = format!("data:image/svg+xml;base64,{}", base64(&desk.read("code.svg")));
    let plain = String::from_utf8(desk.read("code.svg")).unwrap();
    let plain = plain.replace('"', "%22").replace('#', "%23").replace('<', "%3C");
    let plain = format!("data:image/svg+xml,{plain}");
    for url in [png, svg, plain] {
        desk.verify(&[&url]).accepted();
        desk.verify_with(&["-"], format!("{url}\n").as_bytes()).accepted();
        desk.write("url.txt", &url);
        desk.verify(&["--file", "url.txt"]).accepted();
    }
    for broken in ["data:", "data:image/png;base64,####", "data:text/plain,hello", "data:x"] {
        desk.verify(&[broken]).failed("data URL");
    }
}

/// A file that is no code is never a verdict.
#[test]
fn a_file_that_is_no_code_is_named() {
    let desk = Desk::furnished("ed25519");
    let long = "A".repeat(20_000);
    for (content, reason) in [
        (b"\0\0\0\x18ftypheic\0\0\0\0".as_slice(), "is a HEIC photo"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "is an AVIF picture"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "is a video"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"PK\x03\x04\x14\0\0\0", "is a ZIP archive or a document"),
        (b"\x1f\x8b\x08\0\0\0", "is a compressed file"),
        (b"<!DOCTYPE html><html><body>log in", "is a web page"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "is an SVG drawing"),
        (b"{\"qr_text\": \"LP1:\"}", "is a JSON file"),
        (b"-----BEGIN PUBLIC KEY-----\n", "is a key or a certificate"),
        (b"\x7fELF\x02\x01\x01\0", "is a program"),
        (b"", "is empty"),
        (b"\r\n", "is empty"),
        (&[0xfe; 100], "is neither the text of a code"),
        (&[0; 100], "is empty, or has nothing but"),
        (long.as_bytes(), "is neither the text of a code"),
        (b"\x89PNG\r\n\x1a\n", "the PNG is cut short or broken"),
        (b"RIFF\x04\0\0\0WEBPVP8 ", "the WebP is cut short or broken"),
    ] {
        desk.write("some", content);
        let ran = desk.verify(&["--file", "some"]);
        ran.failed(reason);
        let scanned = desk.run(&["scan", "some"]);
        assert_eq!(scanned.code, 2, "{reason}: {scanned:?}");
        assert!(!scanned.text().contains("REFUSED"), "{scanned:?}");
    }
}
