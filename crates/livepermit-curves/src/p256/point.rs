//! Points of the curve y² = x³ − 3x + b (SEC 2 §2.4.2), doubled and added.

use super::field::FieldElement;

const B: FieldElement = FieldElement::from_bytes_below_p([
    0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86, 0xbc,
    0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b,
]);

/// A point as x and y. The neutral element has no such form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct CurvePoint {
    pub(super) x: FieldElement,
    pub(super) y: FieldElement,
}

/// The generator G of the group.
pub(super) const GENERATOR: CurvePoint = CurvePoint {
    x: FieldElement::from_bytes_below_p([
        0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
        0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
        0xc2, 0x96,
    ]),
    y: FieldElement::from_bytes_below_p([
        0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
        0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
        0x51, 0xf5,
    ]),
};

/// A point as X, Y, Z with x = X/Z², y = Y/Z³ (Jacobian coordinates). The neutral element has
/// Z = 0.
#[derive(Clone, Copy)]
pub(super) struct Jacobian {
    pub(super) x: FieldElement,
    y: FieldElement,
    pub(super) z: FieldElement,
}

/// A point in the form in which it is added: with Z² and Z³.
#[derive(Clone, Copy)]
pub(super) struct JacobianAddend {
    sum: Jacobian,
    zz: FieldElement,
    zzz: FieldElement,
}

/// x³ − 3x + b
fn right_side(x: &FieldElement) -> FieldElement {
    let three_x = x.plus(x).plus(x);
    x.squared().times(x).minus(&three_x).plus(&B)
}

impl CurvePoint {
    /// The point with these coordinates. `None` if they are not below p or not on the curve.
    pub(super) fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Option<Self> {
        let (x, y) = (FieldElement::from_bytes(x)?, FieldElement::from_bytes(y)?);
        (y.squared() == right_side(&x)).then_some(Self { x, y })
    }

    /// The point with this x and the y of this sign (SEC 1 §2.3.4). `None` if x is not below p or
    /// the curve has no point with it.
    pub(super) fn decompressed(x: &[u8; 32], y_is_odd: bool) -> Option<Self> {
        let x = FieldElement::from_bytes(x)?;
        let y = right_side(&x).root()?;
        // No point has y = 0, because the order of the group is odd. So exactly one of y and −y is
        // odd.
        let root_is_odd = y.to_bytes().last().is_some_and(|byte| byte & 1 == 1);
        Some(Self { x, y: if root_is_odd == y_is_odd { y } else { y.negated() } })
    }

    pub(super) const fn negated(&self) -> Self {
        Self { x: self.x, y: self.y.negated() }
    }

    pub(super) const fn as_jacobian(&self) -> Jacobian {
        Jacobian { x: self.x, y: self.y, z: FieldElement::ONE }
    }
}

impl JacobianAddend {
    pub(super) const fn new(sum: Jacobian) -> Self {
        let zz = sum.z.squared();
        Self { sum, zz, zzz: zz.times(&sum.z) }
    }

    pub(super) const fn negated(&self) -> Self {
        let sum = Jacobian { x: self.sum.x, y: self.sum.y.negated(), z: self.sum.z };
        Self { sum, zz: self.zz, zzz: self.zzz }
    }
}

impl Jacobian {
    pub(super) const NEUTRAL: Self =
        Self { x: FieldElement::ONE, y: FieldElement::ONE, z: FieldElement::ZERO };

    pub(super) const fn is_neutral(&self) -> bool {
        self.z.is_zero()
    }

    /// x and y, given 1/Z.
    pub(super) const fn to_affine(self, z_inverted: &FieldElement) -> CurvePoint {
        let square = z_inverted.squared();
        CurvePoint { x: self.x.times(&square), y: self.y.times(&square.times(z_inverted)) }
    }

    /// Doubles in eight multiplications. The tangent has the slope λ = (3x² − 3)/2y. With x = X/Z²
    /// and y = Y/Z³ that is α/YZ, where α = 3/2 · (X − Z²)(X + Z²). The double is (λ² − 2x, λ(x −
    /// x₃) − y); with Z₃ = YZ its numerators are X₃ = α² − 2XY² and Y₃ = α(XY² − X₃) − Y⁴. For the
    /// neutral element Z₃ is 0, as it should be. No other point has y = 0, because the order of the
    /// group is odd.
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

    /// Adds in fourteen multiplications: both points are brought to the common Z₁Z₂.
    pub(super) const fn plus(&self, other: &JacobianAddend) -> Self {
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

    /// Adds in eleven multiplications: `other` has Z = 1.
    pub(super) const fn plus_affine(&self, other: &CurvePoint) -> Self {
        if self.is_neutral() {
            return other.as_jacobian();
        }
        let zz = self.z.squared();
        let zzz = zz.times(&self.z);
        self.added((&self.x, &self.y), (&other.x.times(&zz), &other.y.times(&zzz)), &self.z)
    }

    /// The sum of `self` = (U₁/Z², S₁/Z³) and of (U₂/Z², S₂/Z³). Neither of them is neutral.
    ///
    /// The line through both has the slope λ = r/hZ, where h = U₂ − U₁ and r = S₂ − S₁. The sum is
    /// (λ² − x₁ − x₂, λ(x₁ − x₃) − y₁); with Z₃ = hZ and U₂ = U₁ + h its numerators are X₃ = r² −
    /// h³ − 2U₁h² and Y₃ = r(U₁h² − X₃) − S₁h³. If h is 0, both have the same x: they are
    /// equal, or one is the negative of the other.
    #[inline]
    const fn added(
        &self,
        (u1, s1): (&FieldElement, &FieldElement),
        (u2, s2): (&FieldElement, &FieldElement),
        z: &FieldElement,
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
