"""Rows of numbers as short text."""

from array import array
from base64 import b85decode, b85encode
from collections.abc import Iterable

_WHOLE = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))


def packed(numbers: Iterable[float]) -> str:
    """The numbers exactly, in as few bytes as the largest of them needs; a letter in front says which."""
    values = list(numbers)
    code = _narrowest(values)
    kept = array(code, map(int, values)) if code != "d" else array(code, values)
    return code + b85encode(kept.tobytes()).decode()


def unpacked(text: str) -> list[float]:
    """What `packed` was given, as floats."""
    kept = array(text[0])
    kept.frombytes(b85decode(text[1:]))
    return [float(value) for value in kept]


def _narrowest(values: list[float]) -> str:
    if not all(value >= 0 and float(value).is_integer() for value in values):
        return "d"
    largest = max(values, default=0)
    return next((code for code, above in _WHOLE if largest < above), "d")
