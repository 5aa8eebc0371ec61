//! A symbol in a frame: its size and its place.

use super::super::code::Point;
use super::projection::Projection;

/// Middle of a finder pattern, in modules from the symbol's corner.
pub(super) const FINDER: f32 = 3.5;
/// Row, and column, of the timing patterns.
pub(super) const TIMING: f32 = 6.5;

/// The size and the place of a code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    pub(super) modules: usize,
    pub(super) projection: Projection,
    /// Through the finder patterns alone, without alignment patterns.
    pub(super) plane: Projection,
    pub(super) inverted: bool,
}

impl Symbol {
    /// The same three corners with another number of modules between them, in the plane of the
    /// corners.
    pub(super) fn with_modules(&self, modules: usize) -> Self {
        let between = |modules: usize| modules as f32 - 2.0 * FINDER;
        let plane = self.plane.in_steps(FINDER, between(modules) / between(self.modules));
        Self { modules, projection: plane, plane, inverted: self.inverted }
    }

    /// Its corners: top left, top right, bottom right, bottom left.
    pub(super) fn corners(&self) -> [Point; 4] {
        self.corners_at(|x, y| self.projection.at(x, y))
    }

    /// The same where the modules are at other places.
    pub(super) fn corners_at(&self, place: impl Fn(f32, f32) -> (f32, f32)) -> [Point; 4] {
        let side = self.modules as f32;
        [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| {
            let (x, y) = place(x, y);
            Point { x, y }
        })
    }

    /// Pixels along a module in the middle.
    pub(super) fn module_size(&self) -> f32 {
        let middle = self.modules as f32 / 2.0;
        self.projection.module_size(middle, middle)
    }

    /// Whether both are the same symbol, found twice.
    pub(super) fn is_near(&self, other: &Self) -> bool {
        let side = self.modules as f32;
        let module = self.projection.module_size(side / 2.0, side / 2.0);
        self.modules == other.modules
            && [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].into_iter().all(|(x, y)| {
                let ((ax, ay), (bx, by)) = (self.projection.at(x, y), other.projection.at(x, y));
                (ax - bx).hypot(ay - by) < module * 0.7
            })
    }
}
