//! From places in a code, in modules, to points of the frame.

/// A projection of the plane of the code, in modules from the symbol's top left corner, to the
/// frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Projection([f32; 8]);

/// A place in the code, the point of the frame where it was seen, and its weight in a fit.
pub(super) struct SeenModule {
    pub(super) module: (f32, f32),
    pub(super) point: (f32, f32),
    pub(super) weight: f32,
}

impl Projection {
    /// The projection that maps three places to these three points: `origin` modules right of and
    /// below the corner of the symbol, `length` modules further right, and `length` modules further
    /// down. `growth` is the perspective along each axis: the camera's distance from the far place
    /// divided by its distance from the first; 1 means no perspective.
    pub(super) fn through(
        origin: f32,
        length: f32,
        [corner, right, below]: [(f32, f32); 3],
        growth: (f32, f32),
    ) -> Self {
        let (gx, gy) = ((growth.0 - 1.0) / length, (growth.1 - 1.0) / length);
        let pace = |to: f32, from: f32, growth: f32| (to * growth - from) / length;
        let (ax, ay) = (pace(right.0, corner.0, growth.0), pace(right.1, corner.1, growth.0));
        let (bx, by) = (pace(below.0, corner.0, growth.1), pace(below.1, corner.1, growth.1));
        // Up to here places are counted from the first place; now from the corner of the symbol.
        // The last number becomes 1.
        let move_back = |at: f32, x: f32, y: f32| at - origin * (x + y);
        let (cx, cy) = (move_back(corner.0, ax, bx), move_back(corner.1, ay, by));
        let last = move_back(1.0, gx, gy);
        Self([ax, bx, cx, ay, by, cy, gx, gy].map(|value| value / last))
    }

    /// The point of the frame for a place in the code.
    pub(super) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = 1.0 / (g * x + h * y + 1.0);
        ((a * x + b * y + c) * depth, (d * x + e * y + f) * depth)
    }

    /// The same projection for other steps: places keep their distance from `origin`, divided by
    /// `finer`.
    pub(super) fn in_steps(&self, origin: f32, finer: f32) -> Self {
        let [a, b, c, d, e, f, g, h] = self.0;
        let (scale, rest) = (1.0 / finer, origin * (1.0 - 1.0 / finer));
        let last = 1.0 + (g + h) * rest;
        let moved = [
            a * scale,
            b * scale,
            c + (a + b) * rest,
            d * scale,
            e * scale,
            f + (d + e) * rest,
            g * scale,
            h * scale,
        ];
        Self(moved.map(|value| value / last))
    }

    /// The projection that fits best. `None` if the points do not determine one.
    pub(super) fn fitted(seen: &[SeenModule], start: &Self) -> Option<Self> {
        // u·(g·x + h·y + 1) = a·x + b·y + c, and the same for v: linear in the eight unknowns. Each
        // equation is divided by the depth of the projection before, so that the fit minimises
        // distances in pixels. Modules and pixels are scaled to numbers near 1 first.
        let scale_in = 1.0 / 64.0;
        let scale_out = 1.0 / 512.0;
        let mut sums = [[0.0_f64; 9]; 8];
        let [_, _, _, _, _, _, g, h] = start.0;
        for SeenModule { module: (x, y), point: (u, v), weight } in seen {
            let depth = g * x + h * y + 1.0;
            let weight = f64::from(weight / (depth * depth));
            let (x, y) = (f64::from(x * scale_in), f64::from(y * scale_in));
            let (u, v) = (f64::from(u * scale_out), f64::from(v * scale_out));
            add(&mut sums, [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u], weight);
            add(&mut sums, [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v], weight);
        }
        let solved = solve(sums)?;
        let mut numbers = solved.map(|number| number as f32);
        let scales = [
            scale_in / scale_out,
            scale_in / scale_out,
            1.0 / scale_out,
            scale_in / scale_out,
            scale_in / scale_out,
            1.0 / scale_out,
            scale_in,
            scale_in,
        ];
        for (number, scale) in numbers.iter_mut().zip(scales) {
            *number *= scale;
        }
        numbers.iter().all(|number| number.is_finite()).then_some(Self(numbers))
    }

    /// Pixels along a module at a place in the code.
    pub(super) fn module_size(&self, x: f32, y: f32) -> f32 {
        let ((ax, ay), (bx, by)) = (self.at(x - 0.5, y), self.at(x + 0.5, y));
        let ((cx, cy), (dx, dy)) = (self.at(x, y - 0.5), self.at(x, y + 0.5));
        ((bx - ax).hypot(by - ay) * (dx - cx).hypot(dy - cy)).sqrt()
    }
}

fn add<const N: usize, const M: usize>(sums: &mut [[f64; M]; N], row: [f64; M], weight: f64) {
    for (sums, left) in sums.iter_mut().zip(row) {
        for (sum, right) in sums.iter_mut().zip(row) {
            *sum += left * right * weight;
        }
    }
}

/// Solves `N` linear equations by Gauss's elimination. The last column is the right side, so `M` is
/// `N + 1`. `None` if they have no single solution.
pub(super) fn solve<const N: usize, const M: usize>(mut rows: [[f64; M]; N]) -> Option<[f64; N]> {
    for at in 0..N {
        let best = (at..N).max_by(|left, right| {
            let size = |row: &usize| {
                rows.get(*row).and_then(|row| row.get(at)).map_or(0.0, |value| value.abs())
            };
            size(left).total_cmp(&size(right))
        })?;
        rows.swap(at, best);
        let pivot_row = *rows.get(at)?;
        let pivot = *pivot_row.get(at)?;
        if pivot.abs() < 1e-12 {
            return None;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            let part = row.get(at).copied().unwrap_or(0.0) / pivot;
            if index == at || part == 0.0 {
                continue;
            }
            for (value, pivot) in row.iter_mut().zip(pivot_row) {
                *value -= pivot * part;
            }
        }
    }
    let mut solved = [0.0; N];
    for (at, (value, row)) in solved.iter_mut().zip(&rows).enumerate() {
        *value = row.last()? / row.get(at)?;
    }
    Some(solved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: (f32, f32), right: (f32, f32)) -> bool {
        (left.0 - right.0).hypot(left.1 - right.1) < 0.01
    }

    #[test]
    fn goes_through_its_three_points() {
        let points = [(100.0, 50.0), (300.0, 60.0), (90.0, 260.0)];
        let projection = Projection::through(3.5, 66.0, points, (1.1, 0.95));
        assert!(near(projection.at(3.5, 3.5), points[0]));
        assert!(near(projection.at(69.5, 3.5), points[1]));
        assert!(near(projection.at(3.5, 69.5), points[2]));
    }

    #[test]
    fn is_found_again_from_what_it_does() {
        let points = [(100.0, 50.0), (300.0, 60.0), (90.0, 260.0)];
        let projection = Projection::through(3.5, 66.0, points, (1.1, 0.95));
        let seen: Vec<SeenModule> =
            [(3.5, 3.5), (69.5, 3.5), (3.5, 69.5), (66.5, 66.5), (30.5, 30.5)]
                .map(|module| SeenModule {
                    module,
                    point: projection.at(module.0, module.1),
                    weight: 1.0,
                })
                .into();
        let start = Projection::through(3.5, 66.0, points, (1.0, 1.0));
        let fitted = Projection::fitted(&seen, &start).unwrap();
        for module in [(0.0, 0.0), (73.0, 73.0), (73.0, 0.0), (20.0, 55.0)] {
            assert!(near(fitted.at(module.0, module.1), projection.at(module.0, module.1)));
        }
    }

    #[test]
    fn other_steps_reach_the_same_points() {
        let points = [(100.0, 50.0), (300.0, 60.0), (90.0, 260.0)];
        let projection = Projection::through(3.5, 66.0, points, (1.1, 0.95));
        let finer = projection.in_steps(3.5, 70.0 / 66.0);
        assert!(near(finer.at(3.5, 3.5), points[0]));
        assert!(near(finer.at(73.5, 3.5), points[1]));
        assert!(near(finer.at(3.5, 73.5), points[2]));
    }

    #[test]
    fn points_on_a_line_are_refused() {
        let start =
            Projection::through(3.5, 66.0, [(0.0, 0.0), (9.0, 0.0), (0.0, 9.0)], (1.0, 1.0));
        let seen: Vec<SeenModule> = (0..6)
            .map(|i| SeenModule {
                module: (i as f32, i as f32),
                point: (i as f32, i as f32),
                weight: 1.0,
            })
            .collect();
        assert!(Projection::fitted(&seen, &start).is_none());
    }
}
