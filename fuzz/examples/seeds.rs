//! Writes the seeds of every target: `cargo run --manifest-path fuzz/Cargo.toml --example seeds` in the root of the project.
//! The same every time.

use core::num::NonZeroU8;
use std::path::Path;
use std::{fs, io};

use livepermit::Permit;
use livepermit::qr::{ErrorCorrection, QrCode};
use livepermit_fuzz::{CLASS, credential, device, issuer_key, pass, permit, presentation};

fn main() -> io::Result<()> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        fs::create_dir_all(seeds.join(target))?;
        fs::write(seeds.join(target).join(name), bytes)
    };
    let small = Permit::new("BJ-7F3A9C2E", CLASS).expect("good names");
    for (size, permit) in [("small", small), ("full", permit())] {
        for (form, token) in [
            ("pass", pass(&permit)),
            ("credential-ed25519", credential(&permit, false)),
            ("credential-p256", credential(&permit, true)),
            ("presentation-ed25519", presentation(&permit, false)),
            ("presentation-p256", presentation(&permit, true)),
        ] {
            let name = format!("{form}-{size}");
            write("token", &name, token.as_bytes())?;
            write("text", &format!("{name}-qr"), token.to_qr_text().as_bytes())?;
            write("text", &format!("{name}-link"), token.to_link_text().as_bytes())?;
        }
    }
    for (name, p256) in [("ed25519", false), ("p256", true)] {
        let key = device(p256);
        write("key", &format!("{name}-cose"), &key.public_key().to_cose_key())?;
        write("key", &format!("{name}-spki"), &key.public_key().to_spki_der())?;
        write("key", &format!("{name}-spki-pem"), key.public_key().to_spki_pem().as_bytes())?;
        write("key", &format!("{name}-point"), &key.public_key().to_point_bytes())?;
        write("key", &format!("{name}-pkcs8-pem"), key.to_pkcs8_pem().as_bytes())?;
        // No edits, and edits that change the first and the last byte of the claims.
        write("held", name, &[u8::from(p256), 0])?;
        write(
            "held",
            &format!("{name}-edited"),
            &[u8::from(p256), 0, 0xe1, 0, 0, 0xa9, 0x81, 0xff, 0xff, 1],
        )?;
    }
    for (form, name) in ["pass", "presentation-ed25519", "presentation-p256"].iter().enumerate() {
        let form = u8::try_from(form).expect("three forms");
        write("verify", name, &[form, 0])?;
        write("verify", &format!("{name}-late"), &[form, 29])?;
        write("verify", &format!("{name}-edited"), &[form, 0, 0xe1, 0, 0, 0xa9, 0x81, 0xff, 0xff, 1])?;
    }
    for (name, bytes) in [
        ("integers", &[0x84, 0x17, 0x18, 0x18, 0x39, 0x03, 0xe7, 0x1a, 0, 0x0f, 0x42, 0x40][..]),
        ("map", &[0xa3, 0x01, 0xf5, 0x20, 0xf6, 0x61, b'a', 0x82, 0x41, 0xff, 0x60]),
        ("nested", &[0x81, 0x81, 0x81, 0x81, 0xa1, 0x80, 0xa0]),
        ("tagged", &[0xd2, 0x84, 0x40, 0xa0, 0x40, 0x40]),
    ] {
        write("cbor", name, bytes)?;
    }
    let code = QrCode::encode("LP1:", ErrorCorrection::Low).expect("short");
    let png = code.to_png(NonZeroU8::new(2).expect("not zero")).expect("small");
    write("picture", "png", &[&[0], png.as_slice()].concat())?;
    let side = u8::try_from(code.width_with_quiet_zone()).expect("the smallest code");
    let quiet = (code.width_with_quiet_zone() - code.width()) / 2;
    let mut pixels = vec![1, side * 2];
    for y in 0..usize::from(side) * 2 {
        for x in 0..usize::from(side) * 2 {
            let inside = |at: usize| (at / 2).checked_sub(quiet).filter(|at| *at < code.width());
            let dark = inside(x).zip(inside(y)).is_some_and(|(x, y)| code.is_dark(x, y));
            pixels.push(if dark { 0 } else { 255 });
        }
    }
    write("picture", "luma", &pixels)?;
    write("picture", "drawn", &[&[2, 1], issuer_key().public_key().to_point_bytes().as_slice()].concat())
}
