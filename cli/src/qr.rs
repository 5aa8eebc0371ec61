//! `qr`: a token as a picture.

use std::io::{self, IsTerminal as _};
use std::num::NonZeroU8;

use anstream::ColorChoice;
use livepermit::Form;
use livepermit::qr::{Countdown, ErrorCorrection, QrCode, QrError, TerminalStyle};
use serde_json::json;

use crate::args::{Level, QrArgs, Style};
use crate::failure::{Failure, Outcome};
use crate::{files, input, output};

impl From<Level> for ErrorCorrection {
    fn from(level: Level) -> Self {
        match level {
            Level::L => Self::Low,
            Level::M => Self::Medium,
            Level::Q => Self::Quartile,
            Level::H => Self::High,
        }
    }
}

pub(crate) fn run(args: &QrArgs, json: bool) -> Result<Outcome, Failure> {
    let token = input::read(&args.input)?.one()?.token()?;
    let to_terminal = args.png.is_none() && args.svg.is_none() && !json;
    let level = args.level.unwrap_or(if to_terminal { Level::L } else { Level::M });
    if args.countdown.is_some() && json && args.svg.is_none() {
        return Err(Failure::new(
            "there is no picture for the countdown: --json draws nothing in the terminal",
            "name one with --svg FILE, or leave --json out",
        ));
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
        output::warning(
            "this is a credential: gates refuse it; make a code of it with `livepermit present`",
        );
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
        output::note(&format!(
            "QR code version {version}-{letter}, {side} x {side} modules, {} characters",
            text.len()
        ));
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

pub(crate) fn draw_failure(error: &QrError) -> Failure {
    let help = match error {
        QrError::TooLong { .. } => "take a lower --level, or leave claims out of the permit",
        _ => "look at the token with `livepermit inspect`",
    };
    Failure::new(error, help)
}

/// Below this cameras begin to fail: see `docs/rendering.md`.
const FEWEST_PIXELS: u8 = 3;

fn pixels_to_fit(code: &QrCode, size: u32) -> Result<NonZeroU8, Failure> {
    let needed = code.width_with_quiet_zone().saturating_mul(FEWEST_PIXELS.into());
    code.pixels_to_fit(size).filter(|pixels| pixels.get() >= FEWEST_PIXELS).ok_or_else(|| {
        Failure::new(
            format!(
                "{size} pixels are too few for this code: {FEWEST_PIXELS} a module make {needed}"
            ),
            format!("take --size {needed} or more, or a lower --level"),
        )
    })
}

fn show(code: &QrCode, style: Option<Style>, countdown: Option<Countdown>) -> Result<(), Failure> {
    let style = style.map_or_else(automatic_style, |style| match style {
        Style::Colour => TerminalStyle::Ansi,
        Style::Light => TerminalStyle::DarkOnLight,
        Style::Dark => TerminalStyle::LightOnDark,
    });
    let (columns, mut lines) = code.terminal_size();
    let bar = countdown.map(|countdown| countdown.to_terminal(columns, style)).unwrap_or_default();
    lines = lines.saturating_add(bar.lines().count());
    if io::stdout().is_terminal()
        && let Ok((width, height)) = crossterm::terminal::size()
        && (usize::from(width) < columns || usize::from(height) < lines)
    {
        return Err(Failure::new(
            format!(
                "the code takes {columns} x {lines} cells, and this window has {width} x {height}"
            ),
            "make the window larger or its letters smaller, or write a picture with --png FILE",
        ));
    }
    output::print_bytes((code.to_terminal(style) + &bar).as_bytes())
}

/// Colours are safe on every ground; where they are not wanted, most terminals are dark and most
/// paper is light.
pub(crate) fn automatic_style() -> TerminalStyle {
    if !io::stdout().is_terminal() {
        TerminalStyle::DarkOnLight
    } else if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        TerminalStyle::LightOnDark
    } else {
        TerminalStyle::Ansi
    }
}
