//! Writes sample frames as PNG files, to look at: `cargo run -p livepermit-testkit --features
//! camera --example dump -- FOLDER`.
#![expect(clippy::unwrap_used, reason = "a failure ends it")]

use livepermit_testkit::camera::{CONDITIONS, LEVELS, PAPER, Size};

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "frames-out".to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    for condition in CONDITIONS.iter().chain(PAPER) {
        for level in 0..LEVELS {
            let frame = condition.frame(Size::HD, level, 1);
            let name = format!("{folder}/{}-{level}.png", condition.name.replace([' ', ':'], "-"));
            image::save_buffer(
                name,
                &frame.pixels,
                frame.size.width,
                frame.size.height,
                image::ColorType::L8,
            )
            .unwrap();
        }
    }
}
