//! From the place of a symbol to its content: first in a plane, then as if its paper were bent.

use super::super::code::Point;
use super::super::symbol::{self, Content, Grid};
use super::bend::{Bend, bend_of_patterns};
use super::grey::GreyLayer;
use super::locate::GreyLayers;
use super::modules::{MIDDLE, Modules, spots};
use super::symbol::Symbol;
use super::version::modules_told;

/// How far the number of modules along a side may be from the measured number, on bent paper: three
/// versions.
const MOST_MODULES_OFF: usize = 12;
/// The part of the modules of known colour that must have it before a symbol is decoded.
const AGREES: f32 = 0.75;
/// The same in the middles of the modules: below it, there is no code.
const IS_NONE: f32 = 0.62;
/// The same: from it on, the middles may be enough to read the code.
const IS_CLEAR: f32 = 0.9;
/// The same before the places in bent paper are measured again.
const BENT_AGREES: f32 = 0.68;
/// The same after they were measured by the data once.
const BENT_AGREES_AFTER: f32 = 0.8;

/// What may still be spent on bent paper.
pub(super) struct BentBudget {
    /// Symbols whose bend may be measured.
    pub(super) symbols: usize,
    /// Modules that may be looked for.
    pub(super) modules: usize,
}

/// The content and the corners of a symbol in a plane.
pub(super) fn decode(layers: &GreyLayers<'_>, symbol: &Symbol) -> Option<(Content, [Point; 4])> {
    let layer = layers.for_module(symbol.module_size())?;
    let place = |x: f32, y: f32| symbol.projection.at(x, y);
    let spots = spots(layer, symbol);
    // A look at the middles costs a fifth. It tells what is no code, and reads clear codes.
    let middles = Modules::sampled(layer, symbol, MIDDLE, place);
    let agreement = middles.agreement();
    if agreement < IS_NONE {
        return None;
    }
    let content = if spots == MIDDLE {
        content_of(&middles)
    } else {
        let clear = if agreement < IS_CLEAR { None } else { decoded(middles.plain()) };
        clear.or_else(|| content_of(&Modules::sampled(layer, symbol, spots, place)))
    };
    Some((content?, symbol.corners()))
}

/// The same for a symbol on paper that is not flat.
pub(super) fn decode_bent(
    layers: &GreyLayers<'_>,
    symbol: &Symbol,
    budget: &mut BentBudget,
) -> Option<(Content, [Point; 4])> {
    budget.symbols = budget.symbols.checked_sub(1)?;
    let layer = layers.for_module(symbol.module_size())?;
    // If the number of modules was wrong, it is no wonder that nothing was read.
    let other = modules_told(layer, symbol)
        .filter(|modules| *modules != symbol.modules)
        .filter(|modules| modules.abs_diff(symbol.modules) <= MOST_MODULES_OFF)
        .map(|modules| symbol.with_modules(modules));
    let is_other = other.is_some();
    let symbol = &other.unwrap_or(*symbol);
    let mut bend = bend_of_patterns(layer, symbol)?;
    if !is_other && !bend.differs_from(&symbol.projection) {
        return None;
    }
    budget.modules = budget.modules.checked_sub(symbol.modules * symbol.modules)?;
    let mut needed = BENT_AGREES;
    for measure in [Bend::smooth_fit, Bend::mesh_fit, Bend::mesh_fit] {
        if let Some(found) = decode_at(layer, symbol, &bend, needed, false)? {
            return Some(found);
        }
        bend = measure(bend, layer, symbol)?;
        needed = BENT_AGREES_AFTER;
    }
    // Sharpening takes most of the time, and helps little before the places are right.
    decode_at(layer, symbol, &bend, needed, true)?
}

/// Reads a symbol on bent paper. The outer `None` says that these places are wrong, so that there
/// is nothing to go on with.
#[expect(clippy::option_option, reason = "not readable yet is not the same as no code")]
fn decode_at(
    layer: &GreyLayer<'_>,
    symbol: &Symbol,
    bend: &Bend,
    needed: f32,
    sharpen: bool,
) -> Option<Option<(Content, [Point; 4])>> {
    let modules = Modules::sampled(layer, symbol, spots(layer, symbol), |x, y| bend.at(x, y));
    if modules.agreement() < needed {
        return None;
    }
    let sharpened = || sharpen.then(|| decoded(modules.sharpened(1))).flatten();
    let content = decoded(modules.plain()).or_else(sharpened);
    Some(content.map(|content| (content, symbol.corners_at(|x, y| bend.at(x, y)))))
}

fn decoded(grid: Option<Grid>) -> Option<Content> {
    symbol::decode(&grid?)
}

fn content_of(modules: &Modules) -> Option<Content> {
    if modules.agreement() < AGREES {
        return None;
    }
    decoded(modules.plain())
        .or_else(|| decoded(modules.sharpened(1)))
        .or_else(|| decoded(modules.sharpened(2)))
}
