//! Searches the layers of a frame one after the other, and remembers what was seen in them.

use super::super::code::{FoundCode, Point};
use super::binary::BinaryLayer;
use super::budget::Budget;
use super::finder::{FinderPattern, find_patterns};
use super::groups::groups;
use super::lines::Corner;
use super::locate::{CornerPatterns, GreyLayers, locate};
use super::reader::FrameReading;
use super::sample::{BentBudget, decode, decode_bent};
use super::symbol::Symbol;

/// Modules that each unread symbol counts for, however small: its corners take time too.
const LEAST_UNREAD: usize = 4_000;
/// Sure patterns that a code may have between its corners, by chance or printed on it, and still
/// get its turn.
const MOST_WITHIN: usize = 2;
/// Patterns with a covered corner that one search considers.
const MOST_COVERED: usize = 8;

/// The searches of one frame.
pub(super) struct FrameSearch<'a> {
    layers: GreyLayers<'a>,
    budget: Budget,
    /// Symbols that were sampled and could not be read.
    failed: Vec<Symbol>,
    /// The modules of all these symbols.
    unread_modules: usize,
    bent: BentBudget,
    /// Patterns that earlier searches found.
    patterns: Vec<FinderPattern>,
    /// Places that may still be looked at more closely in this frame.
    checks_left: usize,
}

impl<'a> FrameSearch<'a> {
    /// Symbols are sampled from these layers.
    pub(super) const fn new(layers: GreyLayers<'a>, budget: Budget) -> Self {
        Self {
            layers,
            budget,
            failed: Vec::new(),
            unread_modules: 0,
            bent: BentBudget { symbols: budget.measured, modules: budget.bent_modules },
            patterns: Vec::new(),
            checks_left: budget.checks,
        }
    }

    /// Whether each symbol that was sampled could be read.
    pub(super) const fn has_read_all(&self) -> bool {
        self.failed.is_empty()
    }

    /// Patterns of the last search that lie on no code that was read.
    pub(super) fn patterns_left(
        &self,
        reading: &FrameReading,
    ) -> impl Iterator<Item = &FinderPattern> {
        let read = ReadAreas::of(&reading.codes);
        self.patterns.iter().filter(move |one| !read.cover(one.x, one.y))
    }

    /// Searches every `step`th row of one layer, with each of these thresholds. Returns how often a
    /// row in it looked like a finder pattern.
    pub(super) fn attempt(
        &mut self,
        binaries: &[BinaryLayer<'_>],
        step: usize,
        reading: &mut FrameReading,
    ) -> usize {
        reading.attempts += 1;
        let read = ReadAreas::of(&reading.codes);
        let is_read = |x: f32, y: f32| read.cover(x, y);
        let is_none = reading.attempts > 1 && reading.codes.is_empty();
        let corner = if is_none { Corner::Covered } else { Corner::Whole };
        let mut search =
            find_patterns(binaries, step, corner, &self.budget, &mut self.checks_left, &is_read);
        // What three thresholds show in one row only is noise.
        if binaries.len() > 1 {
            search.patterns.retain(|pattern| pattern.hits > 1);
        }
        let (covered, mut patterns): (Vec<_>, Vec<_>) =
            search.patterns.into_iter().partition(|pattern| pattern.is_covered);
        // Patterns of a large code come first: a wall of small codes hides nobody.
        patterns.sort_by(|left, right| {
            let sure = |pattern: &FinderPattern| pattern.hits.min(3);
            sure(right).cmp(&sure(left)).then_with(|| right.size().total_cmp(&left.size()))
        });
        patterns.truncate(self.budget.grouped);
        // A pattern that only an earlier search found may be the third corner.
        let own = patterns.len();
        let new = |earlier: &FinderPattern| !patterns.iter().any(|one| one.is_same(earlier));
        let earlier =
            self.patterns.iter().filter(|earlier| new(earlier) && !is_read(earlier.x, earlier.y));
        let earlier: Vec<_> = earlier.take(self.budget.grouped - own).copied().collect();
        patterns.extend(earlier);
        self.read_groups(&patterns, groups(&patterns), own, reading);
        if reading.codes.is_empty() && !covered.is_empty() {
            self.read_covered(&patterns, covered, own, reading);
        }
        self.patterns = patterns;
        reading.unread = !self.failed.is_empty();
        search.hits
    }

    /// Reads a code of which a finger covers a part of one corner.
    fn read_covered(
        &mut self,
        patterns: &[FinderPattern],
        mut covered: Vec<FinderPattern>,
        own: usize,
        reading: &mut FrameReading,
    ) {
        covered.retain(|one| !patterns.iter().any(|whole| whole.is_same(one)));
        covered.sort_by_key(|pattern| core::cmp::Reverse(pattern.hits));
        covered.truncate(MOST_COVERED);
        let count = covered.len();
        covered.extend_from_slice(patterns);
        let mut groups = groups(&covered);
        groups.retain(|places| places.iter().filter(|at| **at < count).count() == 1);
        self.read_groups(&covered, groups, count + own, reading);
    }

    /// Reads the codes of which every three patterns may be the corners. The first `own` patterns
    /// are of this search, the others of earlier ones.
    fn read_groups(
        &mut self,
        patterns: &[FinderPattern],
        groups: Vec<[usize; 3]>,
        own: usize,
        reading: &mut FrameReading,
    ) {
        let mut used = vec![false; patterns.len()];
        let (mut located, mut mixed) = (0, 0);
        // In a wall of codes, patterns of different codes fit as well as those of one. Between them
        // lie the patterns of others, so their turn comes last.
        let mut later = Vec::new();
        for places in groups {
            let earlier = places.iter().filter(|at| **at >= own).count();
            if is_used(&used, &places) || earlier == 3 || earlier > 0 && mixed == self.budget.mixed
            {
                continue;
            }
            if located >= self.budget.located || self.is_enough(reading) {
                break;
            }
            located += 1;
            mixed += usize::from(earlier > 0);
            let [Some(corner), Some(right), Some(below)] =
                places.map(|at| patterns.get(at).copied())
            else {
                continue;
            };
            let Some(symbol) = locate(&self.layers, &CornerPatterns { corner, right, below })
            else {
                continue;
            };
            let area = symbol.corners();
            let is_within = |(at, one): &(usize, &FinderPattern)| {
                !places.contains(at) && one.is_sure() && is_inside(&area, one.x, one.y)
            };
            if patterns.iter().enumerate().filter(is_within).count() > MOST_WITHIN {
                later.push((places, symbol));
            } else {
                self.read_symbol(&symbol, &places, patterns, &mut used, reading);
            }
        }
        for (places, symbol) in later {
            if self.is_enough(reading) {
                break;
            }
            if !is_used(&used, &places) {
                self.read_symbol(&symbol, &places, patterns, &mut used, reading);
            }
        }
    }

    const fn is_enough(&self, reading: &FrameReading) -> bool {
        self.unread_modules >= self.budget.unread_modules
            || reading.codes.len() >= self.budget.codes
    }

    fn read_symbol(
        &mut self,
        symbol: &Symbol,
        places: &[usize; 3],
        patterns: &[FinderPattern],
        used: &mut [bool],
        reading: &mut FrameReading,
    ) {
        if self.failed.iter().any(|failed| failed.is_near(symbol)) {
            return;
        }
        // A later search may see the same corner better, so the first look takes nothing from it.
        let is_covered =
            places.iter().any(|at| patterns.get(*at).is_some_and(|one| one.is_covered));
        let decoded = decode(&self.layers, symbol).or_else(|| {
            let bent = (!is_covered).then_some(&mut self.bent)?;
            decode_bent(&self.layers, symbol, bent)
        });
        let Some((content, corners)) = decoded else {
            self.unread_modules += (symbol.modules * symbol.modules).max(LEAST_UNREAD);
            if !is_covered {
                self.failed.push(*symbol);
            }
            return;
        };
        let code = FoundCode::new(content, corners);
        // Neither its own patterns nor others on it belong to another code.
        let read = ReadAreas::of(core::slice::from_ref(&code));
        for (at, (used, pattern)) in used.iter_mut().zip(patterns).enumerate() {
            *used |= places.contains(&at) || read.cover(pattern.x, pattern.y);
        }
        reading.codes.push(code);
    }
}

/// Whether one of these patterns belongs to a code that was read.
fn is_used(used: &[bool], places: &[usize; 3]) -> bool {
    places.iter().any(|at| used.get(*at).copied().unwrap_or(true))
}

/// The places of codes that were read, each with a box around it: a picture has many patterns and
/// may have many codes.
struct ReadAreas(Vec<([Point; 4], Point, Point)>);

impl ReadAreas {
    fn of(codes: &[FoundCode]) -> Self {
        let area = |code: &FoundCode| {
            let corners = code.corners();
            let extreme = |choose: fn(f32, f32) -> f32, start: f32| Point {
                x: corners.iter().map(|corner| corner.x).fold(start, choose),
                y: corners.iter().map(|corner| corner.y).fold(start, choose),
            };
            (corners, extreme(f32::min, f32::MAX), extreme(f32::max, f32::MIN))
        };
        Self(codes.iter().map(area).collect())
    }

    fn cover(&self, x: f32, y: f32) -> bool {
        self.0.iter().any(|(corners, from, to)| {
            from.x <= x && x <= to.x && from.y <= y && y <= to.y && is_inside(corners, x, y)
        })
    }
}

fn is_inside(corners: &[Point; 4], x: f32, y: f32) -> bool {
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let turns = sides.map(|(a, b)| (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x));
    let (mut left, mut right) = (false, false);
    for turn in turns {
        left |= turn > 0.0;
        right |= turn < 0.0;
    }
    left != right
}
