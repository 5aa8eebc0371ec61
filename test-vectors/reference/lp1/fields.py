"""Section 6.1: kinds of fields, and maps with known labels."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple, TypeVar, Union

from .cbor import Item, Kind
from .refusal import Malformed

MAX_TIME = 2 ** 40 - 1
MAX_WINDOW = 86_400

Label = Union[int, str]
Value = TypeVar("Value")


class Map:
    """A map with integer and text labels: fields are taken out one by one, and what is left is for `end` to refuse."""

    def __init__(self, item: Item) -> None:
        self.left: Dict[Label, Tuple[Item, Item]] = {}
        if item.kind is not Kind.MAP:
            raise Malformed("not a map")
        for key, value in item.value:
            self.left[label(key)] = (key, value)

    def required(self, at: Label, kind: Callable[[Item], Value]) -> Value:
        if at not in self.left:
            raise Malformed(f"{at} is missing")
        return kind(self.left.pop(at)[1])

    def optional(self, at: Label, kind: Callable[[Item], Value]) -> Optional[Value]:
        return self.required(at, kind) if at in self.left else None

    def end(self) -> None:
        if self.left:
            raise Malformed(f"{sorted(map(str, self.left))} do not belong here")


def label(key: Item) -> Label:
    """Section 3: a label is an integer from -2^63 to 2^63 - 1, or text."""
    if key.kind is Kind.TEXT:
        return key.value
    if key.kind is not Kind.INTEGER:
        raise Malformed("a label that is neither integer nor text")
    if key.value >= 1 << 63:
        raise Malformed("a label above 2^63 - 1")
    return key.value


def any_value(item: Item) -> Item:
    return item


def text(item: Item) -> str:
    if item.kind is not Kind.TEXT:
        raise Malformed("not text")
    return item.value


def byte_string(item: Item) -> bytes:
    if item.kind is not Kind.BYTES:
        raise Malformed("not a byte string")
    return item.value


def array(item: Item) -> Tuple[Item, ...]:
    if item.kind is not Kind.ARRAY:
        raise Malformed("not an array")
    return item.value


def integer(item: Item) -> int:
    if item.kind is not Kind.INTEGER:
        raise Malformed("not an integer")
    return item.value


def algorithm(item: Item) -> int:
    if integer(item) >= 1 << 63:
        raise Malformed("an algorithm above 2^63 - 1")
    return item.value


def unsigned(item: Item) -> int:
    if integer(item) < 0:
        raise Malformed("a negative integer")
    return item.value


def name(item: Item) -> str:
    value = text(item)
    if not 1 <= len(value) <= 128:
        raise Malformed("a name of no or of more than 128 characters")
    if any(not "\x21" <= character <= "\x7e" for character in value):
        raise Malformed("a name with a character that is not visible ASCII")
    return value


def gate(item: Item) -> str:
    value = name(item)
    if value == "*":
        raise Malformed("no gate is named *")
    return value


def permit_class(item: Item) -> str:
    value = name(item)
    if ":" not in value:
        raise Malformed("a class without colon")
    return value


def address(item: Item) -> str:
    value = name(item)
    if not any(value.startswith(scheme) and value != scheme for scheme in ("https://", "http://")):
        raise Malformed("an address that does not begin with https:// or http://, and go on")
    return value


def time(item: Item) -> int:
    value = unsigned(item)
    if value > MAX_TIME:
        raise Malformed("a time from 2^40 on")
    return value


def window(item: Item) -> int:
    return in_window(unsigned(item))


def in_window(seconds: int) -> int:
    if not 1 <= seconds <= MAX_WINDOW:
        raise Malformed("a window that is not 1 to 86,400 seconds")
    return seconds


def nonce(item: Item) -> bytes:
    value = byte_string(item)
    if not 6 <= len(value) <= 32:
        raise Malformed("a nonce that has not 6 to 32 bytes")
    return value


def key_id(item: Item) -> bytes:
    value = byte_string(item)
    if not 1 <= len(value) <= 32:
        raise Malformed("a key id that has not 1 to 32 bytes")
    return value


def full_name(item: Item) -> str:
    value = text(item)
    if not 1 <= len(value.encode("utf-8")) <= 256:
        raise Malformed("a full name that has not 1 to 256 bytes")
    if any(character <= "\x1f" or "\x7f" <= character <= "\x9f" for character in value):
        raise Malformed("a full name with a control character")
    return value


def digits(value: str) -> bool:
    return all(character in "0123456789" for character in value)


def check_number(item: Item) -> str:
    value = text(item)
    if not 6 <= len(value) <= 12:
        raise Malformed("a check number that has not 6 to 12 digits")
    if not digits(value):
        raise Malformed("a check number with something else than digits")
    return value


def birth_date(item: Item) -> str:
    value = text(item)
    if len(value) not in (4, 6, 8):
        raise Malformed("a birth date that has not 4, 6 or 8 digits")
    if not digits(value):
        raise Malformed("a birth date with something else than digits")
    if len(value) > 4 and not 1 <= int(value[4:6]) <= 12:
        raise Malformed("no such month")
    if len(value) > 6 and not 1 <= int(value[6:]) <= days_of_month(int(value[:4]), int(value[4:6])):
        raise Malformed("no such day")
    return value


def days_of_month(year: int, month: int) -> int:
    """Of the Gregorian calendar, carried back to year 0, which is a leap year."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths: List[int] = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return lengths[month - 1]


def later(moment: int, seconds: int) -> int:
    """Section 1: a sum of times that would be larger than the largest time is that."""
    return min(moment + seconds, MAX_TIME)
