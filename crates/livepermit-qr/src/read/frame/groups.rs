//! Groups of three finder patterns that may be the corners of one code.

use super::finder::FinderPattern;

/// Groups that are kept: the most plausible ones.
const MAX_GROUPS: usize = 4_000;
/// Patterns that may belong to one corner: the nearest ones. In a wall of codes each pattern would
/// otherwise be compared with every two others.
const MAX_NEAR: usize = 31;
/// The largest logarithm of the quotient of two sides of a code that is seen from the side.
const MOST_UNLIKE: f32 = 0.79;
/// Patterns that are few enough to consider every three that are possible at all.
const FEW: usize = 32;
/// Where there are more patterns: the largest sum of the differences in distance, angle and size.
const MOST_UNLIKE_OF_MANY: f32 = 0.8;
/// How much the size of the patterns counts beside how well they fit together.
const LARGER_FIRST: f32 = 0.3;
/// The same for the number of modules between them.
const NEARER_FIRST: f32 = 0.15;

/// A pattern, seen from another pattern that may be the corner.
struct NearPattern {
    at: usize,
    x: f32,
    y: f32,
    distance: f32,
    /// The logarithm of the distance, so that a quotient is a difference.
    scale: f32,
    is_sure: bool,
    /// The logarithm of the quotient of the two sizes, without its sign.
    unlike: f32,
}

/// The groups, the most plausible first: the indices of the pattern at the corner, of the one to
/// the right and of the one below.
pub(super) fn groups(patterns: &[FinderPattern]) -> Vec<[usize; 3]> {
    let mut groups = Vec::new();
    let is_few = patterns.len() <= FEW;
    let sizes: Vec<f32> = patterns.iter().map(FinderPattern::size).collect();
    for (at, (corner, size)) in patterns.iter().zip(&sizes).enumerate() {
        let near = |(other, (pattern, other_size)): (usize, (&FinderPattern, &f32))| {
            let (x, y) = (pattern.x - corner.x, pattern.y - corner.y);
            let ratio = other_size / size;
            let distance = (x * x + y * y).sqrt();
            let modules = distance / (other_size + size) * 14.0;
            (other != at
                && pattern.inverted == corner.inverted
                && (0.5..2.0).contains(&ratio)
                && (8.0..260.0).contains(&modules))
            .then(|| NearPattern {
                at: other,
                x,
                y,
                distance,
                scale: distance.ln(),
                is_sure: pattern.is_sure(),
                unlike: ratio.ln().abs(),
            })
        };
        let mut others: Vec<NearPattern> =
            patterns.iter().zip(&sizes).enumerate().filter_map(near).collect();
        if others.len() > MAX_NEAR {
            // Sure patterns first: between the corners of a large code lie many chance patterns.
            others.sort_by(|left, right| {
                let nearer = || left.distance.total_cmp(&right.distance);
                right.is_sure.cmp(&left.is_sure).then_with(nearer)
            });
            others.truncate(MAX_NEAR);
        }
        for (index, right) in others.iter().enumerate() {
            for below in others.iter().skip(index + 1) {
                let unlike = (right.scale - below.scale).abs();
                let cosine =
                    (right.x * below.x + right.y * below.y) / (right.distance * below.distance);
                if unlike > MOST_UNLIKE || cosine.abs() > 0.55 {
                    continue;
                }
                let unlike_all = unlike + cosine.abs() + right.unlike + below.unlike;
                if !is_few && unlike_all >= MOST_UNLIKE_OF_MANY {
                    continue;
                }
                // The largest code is that of the visitor in front. In a wall of codes, patterns of
                // different codes fit as well as those of one, and are farther apart.
                let modules = right.scale.max(below.scale) - size.ln();
                let score = unlike_all - LARGER_FIRST * size.ln() + NEARER_FIRST * modules;
                // Which of the two is right of the corner and which is below, if the code is not
                // mirrored.
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
    groups.into_iter().map(|(_, places)| places).collect()
}
