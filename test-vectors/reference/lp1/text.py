"""Section 2: the two texts of a token."""

from __future__ import annotations

from .refusal import Malformed, Refused

MAX_TOKEN_BYTES = 2861
MAX_TEXT_BYTES = 4296
MAX_LINK_BYTES = 3815

QR_PREFIX = "LP1:"
LINK_START = "0oR"

BASE45 = {c: n for n, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
BASE64URL = {
    c: n for n, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}


def token_of_text(text: str) -> bytes:
    """The bytes that a text stands for. It is recognised in the order of the table."""
    if text == "":
        raise Refused("empty")
    if len(text.encode("utf-8")) > MAX_TEXT_BYTES:
        raise Refused("too-long")
    if text.startswith(QR_PREFIX):
        return base45(text[len(QR_PREFIX):])
    if text.startswith(LINK_START):
        if len(text.encode("utf-8")) > MAX_LINK_BYTES:
            raise Refused("too-long")
        return base64url(text)
    if is_other_version(text):
        raise Refused("other-version")
    raise Refused("not-ours")


def is_other_version(text: str) -> bool:
    """`LP`, one to three digits 0-9, a colon."""
    number, colon, _ = text[2:].partition(":")
    return (
        text.startswith("LP")
        and colon == ":"
        and 1 <= len(number) <= 3
        and all(digit in "0123456789" for digit in number)
    )


def base45(text: str) -> bytes:
    """RFC 9285, strict."""
    if text == "":
        raise Malformed("a prefix with nothing behind it")
    values = []
    for character in text:
        if character not in BASE45:
            raise Malformed("a character outside the alphabet of base45")
        values.append(BASE45[character])
    if len(values) % 3 == 1:
        raise Malformed("a single character at the end")
    data = bytearray()
    for at in range(0, len(values), 3):
        group = values[at:at + 3]
        number = sum(value * 45 ** place for place, value in enumerate(group))
        size = len(group) - 1
        if number >= 256 ** size:
            raise Malformed("a group above its largest value")
        data += number.to_bytes(size, "big")
    return bytes(data)


def base64url(text: str) -> bytes:
    """RFC 4648 section 5 without padding, strict."""
    if len(text) % 4 == 1:
        raise Malformed("a length that base64url cannot have")
    number = 0
    for character in text:
        if character not in BASE64URL:
            raise Malformed("a character outside the alphabet of base64url")
        number = number << 6 | BASE64URL[character]
    unused = len(text) * 6 % 8
    if number & ((1 << unused) - 1):
        raise Malformed("unused bits that are not zero")
    return (number >> unused).to_bytes(len(text) * 6 // 8, "big")
