//! Which three finder patterns may be the corners of one code.

use super::finder::Pattern;

/// Threes that are kept, the most plausible ones.
const MAX_GROUPS: usize = 500;
/// Logarithm of the quotient of two sides of a code, seen at a slant.
const MOST_UNLIKE: f32 = 0.79;

/// A pattern as seen from one that may be the corner.
struct Other {
    at: usize,
    x: f32,
    y: f32,
    distance: f32,
    /// The distance's logarithm: a quotient is then a difference.
    scale: f32,
    /// How unlike the two are in size.
    unlike: f32,
}

/// Threes that may be corners, the most plausible first: the corner, the one to its right, the one
/// below.
pub(super) fn groups(patterns: &[Pattern]) -> Vec<(f32, [usize; 3])> {
    let mut groups = Vec::new();
    let sizes: Vec<f32> =
        patterns.iter().map(|pattern| (pattern.across * pattern.down).sqrt()).collect();
    for (at, (corner, size)) in patterns.iter().zip(&sizes).enumerate() {
        let near = |(other, (pattern, other_size)): (usize, (&Pattern, &f32))| {
            let (x, y) = (pattern.x - corner.x, pattern.y - corner.y);
            let ratio = other_size / size;
            let distance = (x * x + y * y).sqrt();
            let modules = distance / (other_size + size) * 14.0;
            (other != at
                && pattern.inverted == corner.inverted
                && (0.5..2.0).contains(&ratio)
                && (8.0..260.0).contains(&modules))
            .then(|| Other {
                at: other,
                x,
                y,
                distance,
                scale: distance.ln(),
                unlike: ratio.ln().abs(),
            })
        };
        let others: Vec<Other> = patterns.iter().zip(&sizes).enumerate().filter_map(near).collect();
        for (index, right) in others.iter().enumerate() {
            for below in others.iter().skip(index + 1) {
                let unlike = (right.scale - below.scale).abs();
                let cosine =
                    (right.x * below.x + right.y * below.y) / (right.distance * below.distance);
                if unlike > MOST_UNLIKE || cosine.abs() > 0.55 {
                    continue;
                }
                let score = unlike + cosine.abs() + right.unlike + below.unlike;
                // Which is right of the corner, and which below, as the unmirrored code has it.
                let turn = right.x * below.y - right.y * below.x;
                let (right, below) =
                    if turn > 0.0 { (right.at, below.at) } else { (below.at, right.at) };
                groups.push((score, [at, right, below]));
            }
        }
    }
    if groups.len() > MAX_GROUPS {
        groups.select_nth_unstable_by(MAX_GROUPS, |left, right| left.0.total_cmp(&right.0));
        groups.truncate(MAX_GROUPS);
    }
    groups.sort_by(|left, right| left.0.total_cmp(&right.0));
    groups
}
