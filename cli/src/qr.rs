//! `qr`: a token as a picture.

use std::io::{self, IsTerminal as _};

use anstream::ColorChoice;
use livepermit::Form;
use livepermit::qr::{ErrorCorrection, QrCode, QrError, TerminalStyle};
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
    let text = token.to_qr_text();
    let code = QrCode::encode(&text, level.into()).map_err(|error| draw_failure(&error))?;
    if let Some(path) = &args.png {
        files::write(path, &code.to_png(args.pixels).map_err(|error| draw_failure(&error))?)?;
    }
    if let Some(path) = &args.svg {
        files::write(path, code.to_svg().as_bytes())?;
    }
    if to_terminal {
        show(&code, args.style)?;
    }
    if token.form() == Form::Credential {
        output::warning("this is a credential: gates refuse it; make a code of it with `livepermit present`");
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

fn show(code: &QrCode, style: Option<Style>) -> Result<(), Failure> {
    let style = style.map_or_else(automatic_style, |style| match style {
        Style::Colour => TerminalStyle::Ansi,
        Style::Light => TerminalStyle::DarkOnLight,
        Style::Dark => TerminalStyle::LightOnDark,
    });
    let (columns, lines) = code.terminal_size();
    if io::stdout().is_terminal()
        && let Ok((width, height)) = crossterm::terminal::size()
        && (usize::from(width) < columns || usize::from(height) < lines)
    {
        return Err(Failure::new(
            format!("the code takes {columns} x {lines} cells, and this window has {width} x {height}"),
            "make the window larger or its letters smaller, or write a picture with --png FILE",
        ));
    }
    output::print_bytes(code.to_terminal(style).as_bytes())
}

/// Colours are safe on every ground; where they are not wanted, most terminals are dark and most paper is light.
pub(crate) fn automatic_style() -> TerminalStyle {
    if !io::stdout().is_terminal() {
        TerminalStyle::DarkOnLight
    } else if anstream::AutoStream::choice(&io::stdout()) == ColorChoice::Never {
        TerminalStyle::LightOnDark
    } else {
        TerminalStyle::Ansi
    }
}
