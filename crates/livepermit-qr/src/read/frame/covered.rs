//! Finder patterns of which a finger covers a corner: searched where two others ask for a third.

use super::finder::FinderPattern;
use super::lines::{Corner, Place};

/// Sure patterns that may be the other two corners. Where there are more, a wall of codes or patterns
/// stands behind the visitor, and every place would be the third of some two.
pub(super) const MOST_OTHERS: usize = 16;
/// Places that are compared with these. They come from all parts of the picture.
const MOST_PLACES: usize = 400;
/// Places that are looked at more closely.
const MOST_CHECKS: usize = 128;
/// How many times as long one side of a code may seem as the other, and one pattern as another.
const MOST_UNLIKE: f32 = 1.6;
/// The largest cosine between two sides of a code.
const MOST_OBLIQUE: f32 = 0.4;
/// The shortest side of a code, in lengths of its patterns.
const SHORTEST_SIDE: f32 = 1.7;

/// The patterns at these places, where a row looks like a pattern and the column does not. They are
/// in pixels of the layer, as `found` are.
pub(super) fn find_covered(places: &[Place<'_>], found: &[FinderPattern]) -> Vec<FinderPattern> {
    let mut covered: Vec<FinderPattern> = Vec::new();
    let others: Vec<&FinderPattern> = found.iter().filter(|one| one.is_sure()).collect();
    if others.len() > MOST_OTHERS {
        return covered;
    }
    let mut checks = 0;
    for place in places.iter().take(MOST_PLACES) {
        let is_known =
            found.iter().chain(&covered).any(|known| known.is_at(place.x as f32, place.y as f32));
        if is_known || checks >= MOST_CHECKS || !place.is_third(&others) {
            continue;
        }
        checks += 1;
        if let Some(mut pattern) = place.check(Corner::Covered) {
            let rows = places.iter().filter(|other| place.is_beside(other)).count();
            pattern.hits = u16::try_from(rows).unwrap_or(u16::MAX);
            covered.push(pattern);
        }
    }
    covered
}

impl Place<'_> {
    /// Whether the place is the third corner of a code that has two of these patterns.
    fn is_third(&self, others: &[&FinderPattern]) -> bool {
        let is_like =
            |length: f32, other: f32| (1.0 / MOST_UNLIKE..MOST_UNLIKE).contains(&(length / other));
        let length = self.length as f32;
        let like = || {
            let alike = move |one: &&&FinderPattern| {
                one.inverted == self.inverted && is_like(length, one.across)
            };
            others.iter().filter(alike).map(|one| (one.x, one.y))
        };
        let here = (self.x as f32, self.y as f32);
        let is_corner = |corner: (f32, f32), right: (f32, f32), below: (f32, f32)| {
            let (ax, ay) = (right.0 - corner.0, right.1 - corner.1);
            let (bx, by) = (below.0 - corner.0, below.1 - corner.1);
            let (a, b) = (ax.hypot(ay), bx.hypot(by));
            a > SHORTEST_SIDE * length
                && is_like(a, b)
                && (ax * bx + ay * by).abs() < MOST_OBLIQUE * a * b
        };
        like().enumerate().any(|(at, one)| {
            like().skip(at + 1).any(|other| {
                is_corner(here, one, other)
                    || is_corner(one, here, other)
                    || is_corner(other, here, one)
            })
        })
    }

    /// Whether the rows of both can be of one pattern.
    const fn is_beside(&self, other: &Self) -> bool {
        self.inverted == other.inverted
            && self.x.abs_diff(other.x) <= self.length / 7
            && self.y.abs_diff(other.y) <= self.length * 3 / 7
    }
}
