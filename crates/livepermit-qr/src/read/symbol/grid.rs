//! The modules of a symbol, before anything is read from them.

use std::ops::RangeInclusive;

/// Modules along the sides of versions 1 and 40 (ISO/IEC 18004:2015, 5.3.1.1).
const SIDES: RangeInclusive<usize> = 21..=177;

/// The modules of a symbol without its quiet zone, as they were seen.
#[derive(Debug, Clone)]
pub(in super::super) struct Grid {
    side: usize,
    version: u8,
    /// Row by row; dark is true. Exactly `side * side` of them.
    dark: Vec<bool>,
    /// How sure each module is, in the same order; 0 is a guess. Empty if nothing is known.
    sure: Vec<u8>,
}

impl Grid {
    /// A square of modules that are dark or light. `is_dark` gets column and row. `None` if no
    /// version has this side.
    #[cfg(test)]
    pub(in super::super) fn new(
        side: usize,
        mut is_dark: impl FnMut(usize, usize) -> bool,
    ) -> Option<Self> {
        let version = version_of(side)?;
        let dark = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        let dark = dark.map(|(x, y)| is_dark(x, y)).collect();
        Some(Self { side, version, dark, sure: Vec::new() })
    }

    /// The same with a light for each module: dark modules are below 0. The further a light is from
    /// 0, the surer is the module; from 1 on it counts as sure.
    pub(in super::super) fn of_light(
        side: usize,
        mut light: impl FnMut(usize, usize) -> f32,
    ) -> Option<Self> {
        let version = version_of(side)?;
        let modules = side.saturating_mul(side);
        let (mut dark, mut sure) = (Vec::with_capacity(modules), Vec::with_capacity(modules));
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let light = light(x, y);
            dark.push(light < 0.0);
            sure.push(sureness(light));
        }
        Some(Self { side, version, dark, sure })
    }

    /// Modules along a side: 21 to 177.
    pub(super) const fn side(&self) -> usize {
        self.side
    }

    /// 1 to 40. The version information in the symbol is not asked: with a wrong number of modules,
    /// no block of the symbol could be corrected.
    pub(super) const fn version(&self) -> u8 {
        self.version
    }

    /// Whether the module in this column and row is dark. Outside the symbol everything is light.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.at(x, y).and_then(|at| self.dark.get(at)).copied().unwrap_or(false)
    }

    pub(super) const fn has_doubts(&self) -> bool {
        !self.sure.is_empty()
    }

    /// How sure this module is: 0 is a guess.
    pub(super) fn sure(&self, x: usize, y: usize) -> u8 {
        self.at(x, y).and_then(|at| self.sure.get(at)).copied().unwrap_or(u8::MAX)
    }

    fn at(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.side).then(|| y.saturating_mul(self.side).saturating_add(x))
    }
}

/// The version whose symbols have this side.
fn version_of(side: usize) -> Option<u8> {
    if !SIDES.contains(&side) || side % 4 != 1 {
        return None;
    }
    u8::try_from(side.checked_sub(17)? / 4).ok()
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest byte, and nothing becomes 0"
)]
const fn sureness(light: f32) -> u8 {
    (light.abs() * 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sides_of_the_standard_are_symbols() {
        let sides: Vec<usize> =
            (0..200).filter(|side| Grid::new(*side, |_, _| false).is_some()).collect();
        assert_eq!(sides, (1..=40).map(|version| version * 4 + 17).collect::<Vec<_>>());
        assert!(Grid::new(usize::MAX - 2, |_, _| false).is_none());
    }

    #[test]
    fn light_says_how_sure_a_module_is() {
        let lights = [-3.0, -1.0, -0.5, -0.001, 0.0, 0.1, 1.0, f32::INFINITY, f32::NAN];
        let grid = Grid::of_light(21, |x, y| match y {
            0 => lights.get(x).copied().unwrap_or(0.0),
            _ => 0.0,
        });
        let grid = grid.unwrap();
        let sure: Vec<u8> = (0..lights.len()).map(|x| grid.sure(x, 0)).collect();
        assert_eq!(sure, [255, 255, 127, 0, 0, 25, 255, 255, 0]);
        let dark: Vec<bool> = (0..lights.len()).map(|x| grid.is_dark(x, 0)).collect();
        assert_eq!(dark, [true, true, true, true, false, false, false, false, false]);
        assert!(!grid.is_dark(21, 0) && !grid.is_dark(0, usize::MAX));
    }
}
