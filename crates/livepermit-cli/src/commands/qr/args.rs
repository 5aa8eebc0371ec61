//! The options of `qr`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use livepermit::{qr::Countdown, qr::ErrorCorrection};

use crate::shared::input::InputArgs;
use crate::shared::time::parse_span;

#[derive(Debug, Args)]
pub(crate) struct QrArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Write a PNG
    #[arg(long, value_name = "FILE")]
    pub(crate) png: Option<PathBuf>,
    /// Write an SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Error correction [default: m; in the terminal l, which is smallest]
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) level: Option<Level>,
    /// Pixels for each module of the PNG
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) pixels: std::num::NonZeroU8,
    /// Make the PNG as large as fits into so many pixels
    #[arg(long, value_name = "PIXELS", requires = "png", conflicts_with = "pixels")]
    pub(crate) size: Option<u32>,
    /// Show below the code how much of its life is left, as in 12/30; only SVG or terminal
    #[arg(long, value_name = "LEFT/OF", conflicts_with = "png", value_parser = parse_countdown)]
    pub(crate) countdown: Option<Countdown>,
    /// How to draw in the terminal [default: by colours where they are allowed]
    #[arg(long, value_enum)]
    pub(crate) style: Option<Style>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Level {
    /// 7 % may be unreadable
    L,
    /// 15 %
    M,
    /// 25 %
    Q,
    /// 30 %
    H,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Style {
    /// Black on white by colour codes
    Colour,
    /// Plain blocks, for a terminal with a light ground
    Light,
    /// Plain blocks, for a terminal with a dark ground
    Dark,
}

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

/// Two spans: what is left, and of how much.
fn parse_countdown(text: &str) -> Result<Countdown, String> {
    let wanted = || "what is left and of how much is expected, as in 12/30".to_owned();
    let (left, of) = text.split_once('/').ok_or_else(wanted)?;
    let (left, of) = (parse_span(left)?, parse_span(of)?);
    if of == 0 || left > of {
        return Err(wanted());
    }
    Ok(Countdown::new(Duration::from_secs(left), Duration::from_secs(of)))
}
