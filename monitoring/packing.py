"""Numbers as short text: exact, and small enough to keep with every series."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

_WHOLE = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))


def packed(numbers: "array[Any]") -> str:
    """The numbers' bytes in base64."""
    return b64encode(numbers.tobytes()).decode()


def unpacked(code: str, text: str) -> "array[Any]":
    """The numbers that `packed` wrote; `code` is the type code of their array."""
    numbers: array[Any] = array(code)
    numbers.frombytes(b64decode(text))
    return numbers


def packed_narrow(numbers: Iterable[float]) -> str:
    """The numbers in as few bytes as the largest of them needs; a letter in front says which."""
    values = list(numbers)
    code = _narrowest(values)
    return code + packed(array(code, values) if code == "d" else array(code, map(int, values)))


def unpacked_narrow(text: str) -> list[float]:
    """What `packed_narrow` was given, as floats."""
    return [float(value) for value in unpacked(text[0], text[1:])]


def _narrowest(values: list[float]) -> str:
    if not all(value >= 0 and float(value).is_integer() for value in values):
        return "d"
    largest = max(values, default=0)
    return next((code for code, above in _WHOLE if largest < above), "d")
