//! Correction of a block of codewords (ISO/IEC 18004:2015, 7.5.2 and annex B): wrong codewords at
//! unknown places ("errors") and doubtful ones at known places ("erasures").
//!
//! The places are found with the algorithm of Berlekamp and Massey, which begins with the known
//! places, and a search by Chien; the right values come from Forney's formula.

use super::galois::{power, product, quotient};

/// Correction codewords of the largest block (ISO/IEC 18004:2015, table 9).
pub(super) const MOST_CORRECTION: usize = 30;
/// A polynomial has a factor for each place, and there are at most so many places.
const TERMS: usize = MOST_CORRECTION + 1;

/// The coefficients of a polynomial, the constant first.
type Polynomial = [u8; TERMS];

/// What a block is at the powers of the generator. A right block is 0 at all of them.
pub(super) struct Syndromes {
    values: [u8; MOST_CORRECTION],
    correction: usize,
}

impl Syndromes {
    /// Of a block whose last `correction` codewords serve for correction. `None` if there are more
    /// of them than any block has.
    pub(super) fn of(block: &[u8], correction: usize) -> Option<Self> {
        let mut values = [0; MOST_CORRECTION];
        for (exponent, value) in values.get_mut(..correction)?.iter_mut().enumerate() {
            let base = power(exponent);
            *value = block.iter().fold(0, |sum, codeword| product(sum, base) ^ codeword);
        }
        Some(Self { values, correction })
    }

    /// Whether nothing in the block is wrong.
    pub(super) fn are_zero(&self) -> bool {
        self.values.iter().all(|value| *value == 0)
    }

    fn used(&self) -> &[u8] {
        self.values.get(..self.correction).unwrap_or_default()
    }

    /// The block with its errors corrected. Every error costs two of the correction codewords, and
    /// every one of `erased`, which holds indices, costs one. `spared` of them are left over, so
    /// that a block with more errors is refused and not changed into another. `None` if that is not
    /// enough.
    pub(super) fn corrected(
        &self,
        block: &[u8],
        erased: &[usize],
        spared: usize,
    ) -> Option<Vec<u8>> {
        let usable = self.correction.checked_sub(spared)?;
        let left_for_errors = usable.checked_sub(erased.len())?;
        let place = |index: &usize| block.len().checked_sub(*index)?.checked_sub(1);
        let mut erasures = ONE;
        for index in erased {
            let root = power(place(index)?);
            erasures = sum(&erasures, &scaled(&shifted(&erasures), root));
        }
        let (locator, places) = self.locator(erasures, erased.len())?;
        let errors = places.checked_sub(erased.len())?;
        if errors.checked_mul(2)? > left_for_errors {
            return None;
        }
        let evaluator = self.evaluator(&locator);
        let derivative = derivative(&locator);
        let mut corrected = block.to_vec();
        let mut found = 0_usize;
        for (codeword, exponent) in corrected.iter_mut().rev().zip(0_usize..) {
            let inverse = power(255_usize.checked_sub(exponent)?);
            if value(&locator, inverse) == 0 {
                let share = quotient(value(&evaluator, inverse), value(&derivative, inverse))?;
                *codeword ^= product(share, power(exponent));
                found = found.checked_add(1)?;
            }
        }
        // A locator with fewer roots in the block than its degree locates nothing. Otherwise the
        // block is right now; asking once more costs little.
        let is_right = found == places && Self::of(&corrected, self.correction)?.are_zero();
        is_right.then_some(corrected)
    }

    /// The polynomial whose roots are the inverses of all places, and how many places there are.
    fn locator(&self, erasures: Polynomial, erased: usize) -> Option<(Polynomial, usize)> {
        let (mut locator, mut earlier, mut places) = (erasures, erasures, erased);
        for step in erased..self.correction {
            let known = self.used().get(..=step)?.iter().rev();
            let difference =
                known.zip(&locator).fold(0, |sum, (value, term)| sum ^ product(*value, *term));
            earlier = shifted(&earlier);
            if difference == 0 {
                continue;
            }
            let next = sum(&locator, &scaled(&earlier, difference));
            let seen = step.checked_add(erased)?;
            if places.checked_mul(2)? <= seen {
                earlier = scaled(&locator, quotient(1, difference)?);
                places = seen.checked_add(1)?.checked_sub(places)?;
            }
            locator = next;
        }
        let degree = locator.iter().rposition(|term| *term != 0)?;
        (degree == places).then_some((locator, places))
    }

    /// The product of the locator and the syndromes, without the powers that have no syndrome.
    fn evaluator(&self, locator: &Polynomial) -> Polynomial {
        let mut evaluator = [0; TERMS];
        let mut shift = *locator;
        for value in self.used() {
            evaluator = sum(&evaluator, &scaled(&shift, *value));
            shift = shifted(&shift);
        }
        for term in evaluator.iter_mut().skip(self.correction) {
            *term = 0;
        }
        evaluator
    }
}

/// The locator of no place.
const ONE: Polynomial = {
    let mut one = [0; TERMS];
    let [constant, ..] = &mut one;
    *constant = 1;
    one
};

fn sum(left: &Polynomial, right: &Polynomial) -> Polynomial {
    let mut sum = *left;
    for (term, other) in sum.iter_mut().zip(right) {
        *term ^= other;
    }
    sum
}

fn scaled(polynomial: &Polynomial, factor: u8) -> Polynomial {
    polynomial.map(|term| product(term, factor))
}

/// Times x. The highest term falls away.
fn shifted(polynomial: &Polynomial) -> Polynomial {
    let mut shifted = *polynomial;
    shifted.rotate_right(1);
    let [constant, ..] = &mut shifted;
    *constant = 0;
    shifted
}

/// In this field, the terms with even powers fall away and the others lose one power.
fn derivative(polynomial: &Polynomial) -> Polynomial {
    let mut derivative = [0; TERMS];
    for (power, (term, from)) in derivative.iter_mut().zip(polynomial.iter().skip(1)).enumerate() {
        if power % 2 == 0 {
            *term = *from;
        }
    }
    derivative
}

fn value(polynomial: &Polynomial, at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, term| product(sum, at) ^ term)
}
