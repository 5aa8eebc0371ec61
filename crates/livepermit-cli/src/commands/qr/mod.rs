//! `qr`: a token as a picture.

mod args;
mod texts;

use std::io::{self, IsTerminal as _};
use std::num::NonZeroU8;

use anstream::ColorChoice;
use livepermit::Form;
use livepermit::{qr::Countdown, qr::QrCode, qr::TerminalStyle};
use serde_json::json;

use crate::shared::drawing::draw_failure;
use crate::shared::failure::{Failure, Outcome};
use crate::shared::{files, input, output};
use args::{Level, Style};

pub(crate) use args::QrArgs;

pub(crate) fn run(args: &QrArgs, json: bool) -> Result<Outcome, Failure> {
    let token = input::read(&args.input)?.one()?.token()?;
    let to_terminal = args.png.is_none() && args.svg.is_none() && !json;
    let level = args.level.unwrap_or(if to_terminal { Level::L } else { Level::M });
    if args.countdown.is_some() && json && args.svg.is_none() {
        return Err(texts::countdown_without_picture());
    }
    let text = token.to_qr_text();
    let code = QrCode::encode(&text, level.into()).map_err(|error| draw_failure(&error))?;
    if let Some(path) = &args.png {
        let pixels = match args.size {
            Some(size) => pixels_to_fit(&code, size)?,
            None => args.pixels,
        };
        files::write(path, &code.to_png(pixels).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.svg {
        let svg = args
            .countdown
            .map_or_else(|| code.to_svg(), |countdown| code.to_svg_with_countdown(countdown));
        files::write(path, svg.as_bytes())?;
    }
    if to_terminal {
        show(&code, args.style, args.countdown)?;
    }
    if token.form() == Form::Credential {
        output::warning(&texts::is_credential());
    }
    let (version, letter, side) = (code.version(), letter(level), code.width());
    if json {
        output::print_json(&json!({
            "form": token.form().name(), "text": text, "characters": text.len(), "version": version,
            "level": letter, "modules": side,
            "png": args.png.as_ref().map(|path| path.display().to_string()),
            "svg": args.svg.as_ref().map(|path| path.display().to_string()),
        }))?;
    } else {
        output::note(&texts::drawn(version, letter, side, text.len()));
    }
    Ok(Outcome::Done)
}

const fn letter(level: Level) -> &'static str {
    match level {
        Level::L => "L",
        Level::M => "M",
        Level::Q => "Q",
        Level::H => "H",
    }
}

/// With fewer pixels for a module, cameras begin to fail: see `docs/scanning.md`.
const FEWEST_PIXELS: u8 = 3;

fn pixels_to_fit(code: &QrCode, size: u32) -> Result<NonZeroU8, Failure> {
    let needed = code.width_with_quiet_zone().saturating_mul(FEWEST_PIXELS.into());
    code.pixels_to_fit(size)
        .filter(|pixels| pixels.get() >= FEWEST_PIXELS)
        .ok_or_else(|| texts::too_few_pixels(size, FEWEST_PIXELS, needed))
}

fn show(code: &QrCode, style: Option<Style>, countdown: Option<Countdown>) -> Result<(), Failure> {
    let style = style.map_or_else(automatic_style, |style| match style {
        Style::Colour => TerminalStyle::Ansi,
        Style::Light => TerminalStyle::DarkOnLight,
        Style::Dark => TerminalStyle::LightOnDark,
    });
    let (columns, mut lines) = code.terminal_size();
    let bar = countdown.map_or_else(String::new, |countdown| countdown.to_terminal(columns, style));
    lines = lines.saturating_add(bar.lines().count());
    if io::stdout().is_terminal()
        && let Ok((width, height)) = crossterm::terminal::size()
        && (usize::from(width) < columns || usize::from(height) < lines)
    {
        return Err(texts::window_too_small(columns, lines, width, height));
    }
    output::print_bytes((code.to_terminal(style) + &bar).as_bytes())
}

/// Colours work on every background. Without colours, assume a dark terminal and light paper.
fn automatic_style() -> TerminalStyle {
    if !io::stdout().is_terminal() {
        TerminalStyle::DarkOnLight
    } else if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        TerminalStyle::LightOnDark
    } else {
        TerminalStyle::Ansi
    }
}
