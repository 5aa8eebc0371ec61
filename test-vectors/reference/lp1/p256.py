"""Sections 7 and 8 for P-256. The point and the bounds of r and s are checked here; the equation of ECDSA is that of the
package `cryptography`."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from .refusal import BadKey, BadSignature

P = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def good_y(x: bytes, odd: bool) -> int:
    """Section 7 (SEC 1, section 2.3.4): the y of a good key."""
    number = int.from_bytes(x, "big")
    if number >= P:
        raise BadKey("x is not below the prime")
    square = (number ** 3 - 3 * number + B) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        raise BadKey("no point has this x")
    # No point has y = 0: the order of the group is odd.
    return y if y % 2 == int(odd) else P - y


def verify(x: bytes, odd: bool, signature: bytes, message: bytes) -> None:
    """Section 8, ESP256. The key has to be good."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not 1 <= r < ORDER:
        raise BadSignature("r out of range")
    if not 1 <= s <= (ORDER - 1) // 2:
        raise BadSignature("s is zero, or not the lower one")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), good_y(x, odd), ec.SECP256R1())
    try:
        numbers.public_key().verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise BadSignature("the equation does not hold") from error
