"""Sections 7 and 8 for Ed25519, in integers: the usual libraries verify with other rules for points of small order, and
none of them says so in its interface. It is slow and not constant in time: it handles public values only."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Optional, Tuple

from .refusal import BadKey, BadSignature

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x y = T/Z (RFC 8032, section 5.1.4).
Point = Tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    """The complete addition of RFC 8032, section 5.1.4: right for every two points of the curve."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, y, z, t = f - e, h - g, h + g, f + e
    return x * y % P, z * t % P, y * z % P, x * t % P


def negate(a: Point) -> Point:
    return -a[0] % P, a[1], a[2], -a[3] % P


def is_neutral(a: Point) -> bool:
    # No other point has y = 1.
    return (a[1] - a[2]) % P == 0


def times_eight(a: Point) -> Point:
    for _ in range(3):
        a = add(a, a)
    return a


def multiply(scalar: int, point: Point) -> Point:
    """scalar · point, with the scalar as it is: nothing is reduced here."""
    result = NEUTRAL
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def recover_x(y: int, sign: int) -> Optional[int]:
    """The x with this lowest bit that makes (x, y) a point, or none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQRT_MINUS_ONE % P
    if x * x % P != square:
        return None
    if x == 0 and sign == 1:
        return None
    return P - x if x % 2 != sign else x


def encode(point: Point) -> bytes:
    """The canonical encoding."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, -1, P) % P
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


@lru_cache(maxsize=4096)
def good_key(key: bytes) -> Point:
    """Section 7: the point of a good key."""
    number = int.from_bytes(key, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        raise BadKey("y is not reduced")
    x = recover_x(y, sign)
    if x is None:
        raise BadKey("not a point of the curve in its one encoding")
    point = (x, y, 1, x * y % P)
    if is_neutral(times_eight(point)):
        raise BadKey("a point of small order")
    return point


@lru_cache(maxsize=65536)
def commitment(key: bytes, k: int, s: int) -> Point:
    """Section 8, step 3: P = sB - kA."""
    return add(multiply(s, BASE), negate(multiply(k, good_key(key))))


def verify(key: bytes, signature: bytes, message: bytes) -> None:
    """Section 8. `key` has to be good."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        raise BadSignature("s is not below the order")
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    point = commitment(key, k, s)
    if encode(point) != r:
        raise BadSignature("the equation does not hold")
    if is_neutral(times_eight(point)):
        raise BadSignature("R is of small order")
