//! Points of the curve y² = x³ − 3x + b (SEC 2 §2.4.2), doubled and added.

use super::field::Element;

const B: Element = Element::from_bytes_below_p([
    0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86, 0xbc,
    0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b,
]);

/// x and y. The neutral element has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Affine {
    pub(super) x: Element,
    pub(super) y: Element,
}

/// The generator G of the group.
pub(super) const GENERATOR: Affine = Affine {
    x: Element::from_bytes_below_p([
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
        0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
        0xc2, 0x96,
    ]),
    y: Element::from_bytes_below_p([
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
        0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
        0x51, 0xf5,
    ]),
};

/// A sum: x = X/Z², y = Y/Z³ (Jacobian coordinates); the neutral element has Z = 0.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) x: Element,
    y: Element,
    pub(super) z: Element,
}

/// A sum ready to be added to others: with Z² and Z³.
#[derive(Clone, Copy)]
pub(super) struct Addend {
    sum: Sum,
    zz: Element,
    zzz: Element,
}

/// x³ − 3x + b
fn right_side(x: &Element) -> Element {
    let three_x = x.plus(x).plus(x);
    x.squared().times(x).minus(&three_x).plus(&B)
}

impl Affine {
    /// The point with these coordinates. `None` where they are not below p or not on the curve.
    pub(super) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let (x, y) = (Element::from_bytes(x)?, Element::from_bytes(y)?);
        (y.squared() == right_side(&x)).then_some(Self { x, y })
    }

    /// The point with this x and the y of this sign (SEC 1 §2.3.4). `None` where x is not below p
    /// or of no point.
    pub(super) fn decompressed(x: &[u8; 32], y_is_odd: bool) -> Option<Self> {
        let x = Element::from_bytes(x)?;
        let y = right_side(&x).root()?;
        // No point has y = 0, because the order of the group is odd: so one of y and −y is odd.
        let root_is_odd = y.to_bytes().last().is_some_and(|byte| byte & 1 == 1);
        Some(Self { x, y: if root_is_odd == y_is_odd { y } else { y.negated() } })
    }

    pub(super) const fn negated(&self) -> Self {
        Self { x: self.x, y: self.y.negated() }
    }

    pub(super) const fn as_sum(&self) -> Sum {
        Sum { x: self.x, y: self.y, z: Element::ONE }
    }
}

impl Addend {
    pub(super) const fn new(sum: Sum) -> Self {
        let zz = sum.z.squared();
        Self { sum, zz, zzz: zz.times(&sum.z) }
    }

    pub(super) const fn negated(&self) -> Self {
        let sum = Sum { x: self.sum.x, y: self.sum.y.negated(), z: self.sum.z };
        Self { sum, zz: self.zz, zzz: self.zzz }
    }
}

impl Sum {
    pub(super) const NEUTRAL: Self = Self { x: Element::ONE, y: Element::ONE, z: Element::ZERO };

    pub(super) const fn is_neutral(&self) -> bool {
        self.z.is_zero()
    }

    /// x and y, given 1/Z.
    pub(super) const fn to_affine(self, z_inverted: &Element) -> Affine {
        let square = z_inverted.squared();
        Affine { x: self.x.times(&square), y: self.y.times(&square.times(z_inverted)) }
    }

    /// Eight multiplications. The tangent has the slope λ = (3x² − 3)/2y. With x = X/Z² and y =
    /// Y/Z³ that is α/YZ, where α = 3/2 · (X − Z²)(X + Z²). The double is (λ² − 2x, λ(x − x₃) − y);
    /// with Z₃ = YZ its numerators are X₃ = α² − 2XY² and Y₃ = α(XY² − X₃) − Y⁴. Of the neutral
    /// element Z₃ is 0, as it should be; no other point has y = 0, because the order of the group
    /// is odd.
    pub(super) const fn doubled(&self) -> Self {
        let zz = self.z.squared();
        let yy = self.y.squared();
        let xyy = self.x.times(&yy);
        let product = self.x.minus(&zz).times(&self.x.plus(&zz));
        let alpha = product.plus(&product.halved());
        let x = alpha.squared().minus(&xyy).minus(&xyy);
        let y = alpha.times(&xyy.minus(&x)).minus(&yy.squared());
        Self { x, y, z: self.y.times(&self.z) }
    }

    /// Fourteen multiplications: both points over the common Z₁Z₂.
    pub(super) const fn plus(&self, other: &Addend) -> Self {
        if self.is_neutral() {
            return other.sum;
        }
        if other.sum.is_neutral() {
            return *self;
        }
        let zz = self.z.squared();
        let zzz = zz.times(&self.z);
        let (u1, s1) = (self.x.times(&other.zz), self.y.times(&other.zzz));
        let (u2, s2) = (other.sum.x.times(&zz), other.sum.y.times(&zzz));
        let z = self.z.times(&other.sum.z);
        self.added((&u1, &s1), (&u2, &s2), &z)
    }

    /// Eleven multiplications: `other` has Z = 1.
    pub(super) const fn plus_affine(&self, other: &Affine) -> Self {
        if self.is_neutral() {
            return other.as_sum();
        }
        let zz = self.z.squared();
        let zzz = zz.times(&self.z);
        self.added((&self.x, &self.y), (&other.x.times(&zz), &other.y.times(&zzz)), &self.z)
    }

    /// The sum of `self`, which is (U₁/Z², S₁/Z³), and of (U₂/Z², S₂/Z³), neither of them neutral.
    ///
    /// The line through both has the slope λ = r/hZ, where h = U₂ − U₁ and r = S₂ − S₁. The sum is
    /// (λ² − x₁ − x₂, λ(x₁ − x₃) − y₁); with Z₃ = hZ and U₂ = U₁ + h its numerators are X₃ = r² −
    /// h³ − 2U₁h² and Y₃ = r(U₁h² − X₃) − S₁h³. Where h is 0 both have the same x, so that they are
    /// equal, or one is the other's negative.
    #[inline]
    const fn added(
        &self,
        (u1, s1): (&Element, &Element),
        (u2, s2): (&Element, &Element),
        z: &Element,
    ) -> Self {
        let (h, r) = (u2.minus(u1), s2.minus(s1));
        if h.is_zero() {
            return if r.is_zero() { self.doubled() } else { Self::NEUTRAL };
        }
        let hh = h.squared();
        let hhh = hh.times(&h);
        let u1hh = u1.times(&hh);
        let x = r.squared().minus(&hhh).minus(&u1hh).minus(&u1hh);
        let y = r.times(&u1hh.minus(&x)).minus(&s1.times(&hhh));
        Self { x, y, z: h.times(z) }
    }
}
