"""Section 3: deterministic CBOR, and the laxer reading of status lists (section 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, List, Tuple

from .refusal import Malformed

MAX_LEVEL = 8
LAX_MAP_KEYS = 64
SIGN1_TAG = 18


class Kind(Enum):
    INTEGER = "integer"
    BYTES = "byte string"
    TEXT = "text string"
    ARRAY = "array"
    MAP = "map"
    TAG = "tag 18"
    BOOL = "false or true"
    NULL = "null"


@dataclass(frozen=True)
class Item:
    """One CBOR item. `value` is an int, bytes, str, bool or None; of an array a tuple of items, of a map a tuple of
    pairs of items, of a tag the item behind it. `raw` is the item as it was received."""

    kind: Kind
    value: Any
    raw: bytes


def decode(data: bytes, *, sign1: bool = False, lax: bool = False, around: int = 0) -> Item:
    """Reads one layer: one item, and nothing behind it. Tag 18 is read only where `sign1` says that a COSE_Sign1 can
    stand; whoever asks for it looks at where it stands. `around` is how many arrays and maps of a closed structure stand
    around the values whose levels are counted, besides the outermost."""
    reader = _Reader(data, sign1, lax, MAX_LEVEL + around)
    item = reader.item(0)
    if reader.position != len(data):
        raise Malformed("bytes behind the item")
    return item


class _Reader:
    def __init__(self, data: bytes, sign1: bool, lax: bool, max_level: int) -> None:
        self.data = data
        self.position = 0
        self.sign1 = sign1
        self.lax = lax
        self.max_level = max_level

    def take(self, count: int) -> bytes:
        end = self.position + count
        if end > len(self.data):
            raise Malformed("the item ends behind the end of its layer")
        taken = self.data[self.position:end]
        self.position = end
        return taken

    def head(self) -> Tuple[int, int, int]:
        """Major type, additional information and argument."""
        first = self.take(1)[0]
        major, information = first >> 5, first & 31
        if information >= 28:
            raise Malformed("indefinite length, break, or additional information 28, 29 or 30")
        if information < 24:
            return major, information, information
        size = 1 << (information - 24)
        argument = int.from_bytes(self.take(size), "big")
        shortest = 24 if size == 1 else 1 << (4 * size)
        if argument < shortest and not self.lax:
            raise Malformed("not in the shortest form")
        return major, information, argument

    def item(self, level: int) -> Item:
        """Reads an item which is, if it is an array or map, at this level."""
        start = self.position
        kind, value = self.content(level)
        return Item(kind, value, self.data[start:self.position])

    def content(self, level: int) -> Tuple[Kind, Any]:
        major, information, argument = self.head()
        if major == 0:
            return Kind.INTEGER, argument
        if major == 1:
            if argument >= 1 << 63:
                raise Malformed("a negative integer below -2^63")
            return Kind.INTEGER, -1 - argument
        if major == 2:
            return Kind.BYTES, self.take(argument)
        if major == 3:
            return Kind.TEXT, _utf8(self.take(argument))
        if major == 6:
            if not self.sign1:
                raise Malformed("a tag where none stands")
            if argument != SIGN1_TAG:
                raise Malformed("another tag than 18")
            return Kind.TAG, self.item(level + 1)
        if major == 7:
            return _simple(information)
        if level > self.max_level:
            raise Malformed("too many levels")
        if major == 4:
            return Kind.ARRAY, self.elements(argument, level)
        return Kind.MAP, self.pairs(argument, level)

    def elements(self, count: int, level: int) -> Tuple[Item, ...]:
        items: List[Item] = []
        while len(items) < count:
            items.append(self.item(level + 1))
        return tuple(items)

    def pairs(self, count: int, level: int) -> Tuple[Tuple[Item, Item], ...]:
        if self.lax and count > LAX_MAP_KEYS:
            raise Malformed("a map of more than 64 keys")
        pairs: List[Tuple[Item, Item]] = []
        seen = set()
        while len(pairs) < count:
            key = self.item(level + 1)
            if self.lax:
                if key.kind in (Kind.ARRAY, Kind.MAP):
                    raise Malformed("an array or a map as key")
                same = canonical(key)
                if same in seen:
                    raise Malformed("a key stands twice")
                seen.add(same)
            elif pairs and key.raw <= pairs[-1][0].raw:
                raise Malformed("keys not in ascending order")
            pairs.append((key, self.item(level + 1)))
        return tuple(pairs)


def levels(item: Item) -> int:
    """How many arrays and maps stand one in the other."""
    if item.kind is Kind.ARRAY:
        return 1 + max((levels(element) for element in item.value), default=0)
    if item.kind is Kind.MAP:
        return 1 + max((max(levels(key), levels(value)) for key, value in item.value), default=0)
    return 0


def _simple(information: int) -> Tuple[Kind, Any]:
    if information == 20:
        return Kind.BOOL, False
    if information == 21:
        return Kind.BOOL, True
    if information == 22:
        return Kind.NULL, None
    raise Malformed("a float, or a simple value other than false, true and null")


def _utf8(data: bytes) -> str:
    # Python's decoder is that of RFC 3629: it refuses overlong forms, surrogates and what is above U+10FFFF.
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise Malformed("text that is not UTF-8") from error


def head(major: int, argument: int) -> bytes:
    """The shortest head."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for information, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | information]) + argument.to_bytes(size, "big")
    raise ValueError("no head for an argument of more than 64 bits")


def encode(value: Any) -> bytes:
    """The deterministic encoding of Python's own values; a dict is a map."""
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return head(3, len(text)) + text
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b"".join(encode(element) for element in value)
    if isinstance(value, dict):
        return encoded_map([(encode(key), encode(element)) for key, element in value.items()])
    raise TypeError(f"no encoding for {type(value).__name__}")


def encoded_map(pairs: List[Tuple[bytes, bytes]]) -> bytes:
    return head(5, len(pairs)) + b"".join(key + value for key, value in sorted(pairs))


def canonical(item: Item) -> bytes:
    """The deterministic encoding of an item that was read laxly: equal items have equal ones."""
    if item.kind is Kind.ARRAY:
        return head(4, len(item.value)) + b"".join(canonical(element) for element in item.value)
    if item.kind is Kind.MAP:
        return encoded_map([(canonical(key), canonical(value)) for key, value in item.value])
    if item.kind is Kind.TAG:
        return head(6, SIGN1_TAG) + canonical(item.value)
    return encode(item.value)
