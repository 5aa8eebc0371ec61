//! The shape of a sheet of paper: flat, bent, folded, or crumpled.

use super::random::Random;

/// A point of a sheet in space, in millimetres: right, down, and away from the flat sheet.
pub(crate) type Point3 = [f32; 3];

/// How a sheet of paper lies. Paper bends without being stretched, so every shape keeps the
/// distances along the paper: exactly, or for crumpled paper up to the square of its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "copied a few times a frame, and stays Copy")]
pub enum Sheet {
    /// In a plane.
    Flat,
    /// Around a cylinder or a cone.
    Bent {
        /// Half of the arc that the white square of the code covers, in degrees. Positive: the
        /// middle is nearer to the camera than the sides. Negative: the sheet lies hollow.
        half_angle: f32,
        /// The direction on the sheet in which it bends, in degrees from the rows of the code.
        direction: f32,
        /// From the middle of the code to the tip of the cone, in halves of the square's side. A
        /// cylinder has no tip: [`f32::INFINITY`].
        tip: f32,
    },
    /// Flat, then around an edge, then flat again: a fold (small radius) or a curled corner (large
    /// radius and large angle).
    Folded {
        /// The angle between the two flat parts, in degrees; negative folds towards the camera.
        angle: f32,
        /// The direction on the sheet across the fold, in degrees from the rows of the code.
        direction: f32,
        /// Where the fold begins: from the middle of the code, in millimetres.
        offset: f32,
        /// Radius of the edge, in millimetres.
        radius: f32,
    },
    /// Crushed in a hand and smoothed again: creases in all directions, and a facet between them.
    Crumpled(Creases),
}

/// The creases of crumpled paper: ridges and furrows, straight, in all directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Creases([Ridge; RIDGES]);

/// Ridges and furrows across the square of a code.
const RIDGES: usize = 12;

/// A straight ridge, or a furrow: the paper rises, falls, and goes on as before.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ridge {
    /// The direction on the sheet across the ridge: sine and cosine.
    across: (f32, f32),
    /// From the middle of the code to the top of the ridge, in millimetres.
    offset: f32,
    /// Sine of the angle of both sides; negative for a ridge towards the camera.
    rise: f32,
    /// Width of each side, in millimetres.
    width: f32,
    /// How round its three edges are, in millimetres.
    radius: f32,
}

impl Creases {
    /// Ridges and furrows in random places, whose sides slope by up to `angle` degrees.
    #[must_use]
    pub fn random(angle: f32, random: &mut Random) -> Self {
        Self([(); RIDGES].map(|()| Ridge {
            across: random.between(0.0, core::f32::consts::TAU).sin_cos(),
            offset: random.between(-20.0, 20.0),
            rise: random.between(-1.0, 1.0) * angle.to_radians().sin(),
            width: random.between(3.0, 9.0),
            radius: random.between(0.2, 0.8),
        }))
    }

    /// Sums up the ridges. Each alone keeps all lengths; where two cross, lengths change by the
    /// product of their slopes.
    fn place(&self, x: f32, y: f32) -> Point3 {
        let mut place = [x, y, 0.0];
        for ridge in &self.0 {
            let (sin, cos) = ridge.across;
            let beyond = x * cos + y * sin - ridge.offset;
            // The middle of the code stays where it is.
            let (depth, shorter) = ridge.at(beyond);
            let (depth_there, shorter_there) = ridge.at(-ridge.offset);
            let along = shorter_there - shorter;
            place[0] += along * cos;
            place[1] += along * sin;
            place[2] += depth - depth_there;
        }
        place
    }
}

impl Ridge {
    /// How deep the paper lies there, and by how much a line across the ridge is shorter up to
    /// there when it is seen from above.
    fn at(&self, beyond: f32) -> (f32, f32) {
        let Self { rise, width, radius, .. } = *self;
        let [begin, top, end] = [-width, 0.0, width].map(|edge| (beyond - edge).hypot(radius));
        let level = (1.0 - rise * rise).sqrt();
        (rise * ((begin + end) / 2.0 - top), (1.0 - level) * (begin - end) / 2.0)
    }
}

impl Sheet {
    /// Where a point of the paper (millimetres from the middle of the code) is in space. `half` is
    /// half the side of the white square.
    pub(crate) fn place(self, x: f32, y: f32, half: f32) -> Point3 {
        let direction = match self {
            Self::Flat => return [x, y, 0.0],
            Self::Crumpled(creases) => return creases.place(x, y),
            Self::Bent { direction, .. } | Self::Folded { direction, .. } => direction,
        };
        let (sin, cos) = direction.to_radians().sin_cos();
        let (along, across) = (x * cos + y * sin, y * cos - x * sin);
        let (along, across, away) = match self {
            Self::Flat | Self::Crumpled(_) => (along, across, 0.0),
            Self::Bent { half_angle, tip, .. } => bent(along, across, half_angle, tip, half),
            Self::Folded { angle, offset, radius, .. } => {
                let (along, away) = folded(along, angle, offset, radius);
                (along, across, away)
            }
        };
        [along * cos - across * sin, along * sin + across * cos, away]
    }
}

fn bent(along: f32, across: f32, half_angle: f32, tip: f32, half: f32) -> (f32, f32, f32) {
    let angle = half_angle.to_radians();
    if angle.abs() < 1e-4 {
        return (along, across, 0.0);
    }
    if !tip.is_finite() {
        let radius = half / angle;
        let turn = along / radius;
        return (radius * turn.sin(), across, radius * (1.0 - turn.cos()));
    }
    // A cone unrolls to a plane in which distances from the tip and angles around the tip stay in
    // proportion.
    let to_tip = tip * half;
    let (sin, cos) = (half / (to_tip * angle.abs())).atan().sin_cos();
    let from_tip = (to_tip + across).hypot(along);
    let turn = along.atan2(to_tip + across) / sin;
    let away = from_tip * sin * cos * (1.0 - turn.cos());
    (
        from_tip * sin * turn.sin(),
        from_tip * (sin * sin * turn.cos() + cos * cos) - to_tip,
        away * angle.signum(),
    )
}

fn folded(along: f32, angle: f32, offset: f32, radius: f32) -> (f32, f32) {
    let beyond = along - offset;
    if beyond <= 0.0 {
        return (along, 0.0);
    }
    let angle_size = angle.abs().to_radians();
    let turn = (beyond / radius).min(angle_size);
    let straight = beyond - turn * radius;
    let (sin, cos) = turn.sin_cos();
    let away = radius * (1.0 - cos) + straight * sin;
    (offset + radius * sin + straight * cos, away * angle.signum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_is_not_stretched() {
        let sheets = [
            Sheet::Flat,
            Sheet::Bent { half_angle: 30.0, direction: 25.0, tip: f32::INFINITY },
            Sheet::Bent { half_angle: -20.0, direction: 70.0, tip: 3.0 },
            Sheet::Folded { angle: 40.0, direction: 10.0, offset: 3.0, radius: 2.0 },
        ];
        let step = 0.01;
        for sheet in sheets {
            for (x, y) in [(0.0, 0.0), (15.0, 4.0), (-18.0, 18.0), (7.0, -20.0), (19.0, 19.0)] {
                let at = sheet.place(x, y, 20.0);
                let near = |dx: f32, dy: f32| {
                    let to = sheet.place(x + dx, y + dy, 20.0);
                    let [a, b, c] = [0, 1, 2].map(|axis| to[axis] - at[axis]);
                    a.hypot(b).hypot(c) / dx.hypot(dy)
                };
                for stretched in [near(step, 0.0), near(0.0, step), near(step, step)] {
                    assert!((stretched - 1.0).abs() < 0.01, "{sheet:?} {x} {y} {stretched}");
                }
            }
        }
    }

    /// Twice the angle, four times the stretch: the stretch is of the second order.
    #[test]
    fn crumpled_paper_is_stretched_by_the_square_of_its_slopes_only() {
        let most = |angle: f32| {
            let sheet = Sheet::Crumpled(Creases::random(angle, &mut Random::new(5)));
            let step = 0.01;
            let mut most = 0.0_f32;
            let at = |index: u8| f32::from(index) * 2.0 - 19.0;
            for (x, y) in (0..20).flat_map(|y| (0..20).map(move |x| (at(x), at(y)))) {
                let [at, right] = [0.0, step].map(|dx| sheet.place(x + dx, y, 20.0));
                let [dx, dy, dz] = [0, 1, 2].map(|axis| right[axis] - at[axis]);
                most = most.max((dx.hypot(dy).hypot(dz) / step - 1.0).abs());
            }
            most
        };
        let (mild, strong) = (most(4.0), most(8.0));
        assert!(strong > mild * 2.5 && strong < mild * 5.0, "{mild} {strong}");
        assert!(strong < 0.03, "{strong}");
        let middle = Sheet::Crumpled(Creases::random(8.0, &mut Random::new(6)));
        assert!(middle.place(0.0, 0.0, 20.0).iter().all(|at| at.abs() < 1e-6));
    }

    #[test]
    fn half_the_arc_is_the_given_angle() {
        // A square of 40 mm whose middle lies 2 mm hollow covers an arc of nearly 23 degrees.
        let sheet = Sheet::Bent { half_angle: 11.42, direction: 0.0, tip: f32::INFINITY };
        let [_, _, away] = sheet.place(20.0, 0.0, 20.0);
        assert!((away - 2.0).abs() < 0.05, "{away}");
        let cone = Sheet::Bent { half_angle: 11.42, direction: 0.0, tip: 40.0 };
        let [_, _, as_far] = cone.place(20.0, 0.0, 20.0);
        assert!((as_far - away).abs() < 0.1, "{as_far}");
    }
}
