//! The shape of a light, as large as the screen allows: people who cannot distinguish colours, and
//! people across the room, see a tick, a cross or an exclamation mark.

use super::answer::Light;

/// A stroke from one point to another, in a square whose sides are 1.
type Stroke = ((f32, f32), (f32, f32));

const TICK: &[Stroke] = &[((0.04, 0.52), (0.36, 0.86)), ((0.36, 0.86), (0.96, 0.14))];
/// A tick, and an exclamation mark beside it: let in, and look.
const TICK_AND_LOOK: &[Stroke] = &[
    ((0.02, 0.56), (0.24, 0.84)),
    ((0.24, 0.84), (0.64, 0.2)),
    ((0.9, 0.1), (0.9, 0.6)),
    ((0.9, 0.86), (0.9, 0.86)),
];
const CROSS: &[Stroke] = &[((0.1, 0.1), (0.9, 0.9)), ((0.9, 0.1), (0.1, 0.9))];
/// An exclamation mark in a triangle.
const ATTENTION: &[Stroke] = &[
    ((0.5, 0.04), (0.02, 0.94)),
    ((0.02, 0.94), (0.98, 0.94)),
    ((0.98, 0.94), (0.5, 0.04)),
    ((0.5, 0.38), (0.5, 0.62)),
    ((0.5, 0.79), (0.5, 0.79)),
];
/// Two bars: nothing changes.
const EQUAL: &[Stroke] = &[((0.12, 0.34), (0.88, 0.34)), ((0.12, 0.66), (0.88, 0.66))];

/// The smallest shape that can be recognised, in rows of the screen.
const SMALLEST: usize = 3;
/// A larger one only takes the room of words.
const LARGEST: usize = 24;

/// The shape as one character, for a line.
pub(super) const fn mark(light: Light) -> &'static str {
    match light {
        Light::Green => "✓",
        Light::Yellow => "✓!",
        Light::Red => "✗",
        Light::OutOfOrder => "!",
        Light::Neutral => "=",
    }
}

/// The shape of a light in at most so many rows and columns of the screen; `None` where there is no
/// room for a shape that can be recognised. A character is twice as high as it is wide, so each
/// row holds two rows of the picture.
pub(super) fn shape(light: Light, rows: usize, columns: usize) -> Option<Vec<String>> {
    let rows = rows.min(columns / 2).min(LARGEST);
    if rows < SMALLEST {
        return None;
    }
    let strokes = match light {
        Light::Green => TICK,
        Light::Yellow => TICK_AND_LOOK,
        Light::Red => CROSS,
        Light::OutOfOrder => ATTENTION,
        Light::Neutral => EQUAL,
    };
    let size = rows.saturating_mul(2);
    let is_set = |x: usize, y: usize| {
        let at = (middle(x, size), middle(y, size));
        strokes.iter().any(|stroke| distance(at, *stroke) < thickness(light))
    };
    Some(
        (0..rows)
            .map(|row| {
                let upper = row.saturating_mul(2);
                let lower = upper.saturating_add(1);
                (0..size)
                    .map(|x| match (is_set(x, upper), is_set(x, lower)) {
                        (true, true) => '█',
                        (true, false) => '▀',
                        (false, true) => '▄',
                        (false, false) => ' ',
                    })
                    .collect()
            })
            .collect(),
    )
}

/// Half of the width of a stroke. Shapes of many strokes need thinner ones.
const fn thickness(light: Light) -> f32 {
    match light {
        Light::OutOfOrder => 0.06,
        Light::Yellow => 0.085,
        _ => 0.1,
    }
}

/// The middle of a pixel.
fn middle(pixel: usize, size: usize) -> f32 {
    let number = |n: usize| u16::try_from(n).map_or(f32::from(u16::MAX), f32::from);
    (number(pixel) + 0.5) / number(size)
}

/// The distance of a point from a stroke.
fn distance(at: (f32, f32), ((ax, ay), (bx, by)): Stroke) -> f32 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((at.0 - ax) * dx + (at.1 - ay) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (x, y) = (at.0 - (ax + along * dx), at.1 - (ay + along * dy));
    (x * x + y * y).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIGHTS: [Light; 5] =
        [Light::Green, Light::Yellow, Light::Red, Light::OutOfOrder, Light::Neutral];

    #[test]
    fn shapes_differ_without_their_colours_at_every_size() {
        for rows in SMALLEST..=LARGEST {
            let drawn = LIGHTS.map(|light| shape(light, rows, 200).unwrap());
            for (index, one) in drawn.iter().enumerate() {
                assert_eq!(one.len(), rows);
                assert!(one.iter().all(|line| line.chars().count() == 2 * rows));
                assert!(one.iter().any(|line| line.contains(['█', '▀', '▄'])));
                assert!(drawn[..index].iter().all(|other| other != one), "{rows} rows");
            }
        }
    }

    #[test]
    fn no_shape_is_drawn_where_it_has_no_room() {
        assert_eq!(shape(Light::Red, 2, 200), None);
        assert_eq!(shape(Light::Red, 20, 5), None);
        assert_eq!(shape(Light::Red, 20, 8).unwrap().len(), 4);
        assert_eq!(shape(Light::Red, 90, 200).unwrap().len(), LARGEST);
    }
}
