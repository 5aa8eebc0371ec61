//! Points of the curve −x² + y² = 1 + d x² y² (RFC 8032 §5.1), and the one formula that adds them.

use super::field::{Loose, Tight};

/// d = −121665/121666.
const D: [u8; 32] = [
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
];

/// A square root of −1.
const ROOT_OF_MINUS_ONE: [u8; 32] = [
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
    0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
];

/// A point as x and y.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    x: Tight,
    y: Tight,
}

/// A point in the form in which it is added: y + x, y − x, 2dxy. The alignment puts it on two cache
/// lines that processors fetch as a pair.
#[derive(Clone, Copy)]
#[repr(align(128))]
pub(super) struct TableEntry {
    y_plus_x: Tight,
    y_minus_x: Tight,
    xy2d: Tight,
}

impl TableEntry {
    /// A word of each of its two cache lines, combined.
    pub(super) const fn touched(&self) -> u64 {
        self.y_plus_x.first_word() ^ self.xy2d.last_word()
    }
}

/// A point as X, Y, Z, T with x = X/Z, y = Y/Z, T = XY/Z ("extended" coordinates of Hisil, Wong,
/// Carter and Dawson, 2008).
#[derive(Clone, Copy)]
pub(super) struct Extended {
    x: Tight,
    y: Tight,
    pub(super) z: Tight,
    t: Tight,
}

impl Affine {
    /// Decodes a point (RFC 8032 §5.1.3). `None` for bytes that encode no point.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let sign = bytes.last()? >> 7;
        let y = Tight::from_bytes(*bytes);
        let yy = y.squared();
        let u = yy.minus(&Tight::ONE).tightened();
        let v = yy.times(&Tight::from_bytes(D)).plus(&Tight::ONE).tightened();
        // x = u v³ (u v⁷)^((p − 5) / 8) is a root of u/v or of −u/v, if there is one.
        let v3 = v.squared().times(&v);
        let uv7 = u.times(&v3.squared().times(&v));
        let mut x = u.times(&v3).times(&uv7.power_for_roots());
        let vxx = v.times(&x.squared());
        if !vxx.equals(&u) {
            if !vxx.equals(&u.negated().tightened()) {
                return None;
            }
            x = x.times(&Tight::from_bytes(ROOT_OF_MINUS_ONE));
        }
        if x.to_bytes().first()? & 1 != sign {
            x = x.negated().tightened();
        }
        Some(Self { x, y })
    }

    pub(super) fn negated(&self) -> Self {
        Self { x: self.x.negated().tightened(), y: self.y }
    }

    pub(super) fn as_entry(&self) -> TableEntry {
        let two_d = {
            let d = Tight::from_bytes(D);
            d.plus(&d).tightened()
        };
        TableEntry {
            y_plus_x: self.y.plus(&self.x).tightened(),
            y_minus_x: self.y.minus(&self.x).tightened(),
            xy2d: self.x.times(&self.y).times(&two_d),
        }
    }

    /// The canonical encoding (RFC 8032 §5.1.2): y, and the lowest bit of x at the top.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = self.y.to_bytes();
        let sign = self.x.to_bytes().first().map_or(0, |byte| byte & 1);
        if let Some(last) = bytes.last_mut() {
            *last |= sign << 7;
        }
        bytes
    }
}

impl Extended {
    pub(super) const NEUTRAL: Self =
        Self { x: Tight::ZERO, y: Tight::ONE, z: Tight::ONE, t: Tight::ZERO };

    /// Adds in seven multiplications. The formula is complete: it holds for all points, also for
    /// equal and neutral ones, because −1 is a square and d is not.
    #[inline]
    pub(super) fn plus(&self, other: &TableEntry) -> Self {
        let a = self.y.minus(&self.x).times(&other.y_minus_x.relax());
        let b = self.y.plus(&self.x).times(&other.y_plus_x.relax());
        let c = self.t.times(&other.xy2d);
        let d = self.z.plus(&self.z).tightened();
        Self::of(&b.minus(&a), &d.minus(&c), &d.plus(&c), &b.plus(&a))
    }

    /// Adds −other: its y + x and y − x change places, and its 2dxy changes its sign.
    #[inline]
    pub(super) fn minus(&self, other: &TableEntry) -> Self {
        let a = self.y.minus(&self.x).times(&other.y_plus_x.relax());
        let b = self.y.plus(&self.x).times(&other.y_minus_x.relax());
        let c = self.t.times(&other.xy2d);
        let d = self.z.plus(&self.z).tightened();
        Self::of(&b.minus(&a), &d.plus(&c), &d.minus(&c), &b.plus(&a))
    }

    #[inline]
    fn of(e: &Loose, f: &Loose, g: &Loose, h: &Loose) -> Self {
        Self { x: e.times(f), y: g.times(h), z: f.times(g), t: e.times(h) }
    }

    /// x and y, given 1/Z.
    pub(super) fn to_affine(self, z_inverted: &Tight) -> Affine {
        Affine { x: self.x.times(z_inverted), y: self.y.times(z_inverted) }
    }
}
