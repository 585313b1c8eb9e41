"""Rows of numbers as short text."""

from array import array
from base64 import b64decode, b64encode, b85decode
from collections.abc import Iterable

import numpy as np

_WHOLE = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))
_BASE_64 = "="
"""In front of what is written in base 64; without it, it is in base 85, which takes a hundred times as long to read."""


def packed(numbers: Iterable[float]) -> str:
    """The numbers exactly, in as few bytes as the largest of them needs; a letter in front says which."""
    values = np.frombuffer(numbers if isinstance(numbers, array) else array("d", numbers))
    for code, above in _WHOLE:
        if values.size and not 0 <= values.min() <= values.max() < above:
            continue
        narrow = values.astype(code)
        if (narrow == values).all():
            return _written(code, narrow.tobytes())
        break  # a fraction is one in every width
    return _written("d", values.tobytes())


def unpacked(text: str) -> list[float]:
    """What `packed` was given, as floats."""
    return unpacked_array(text).tolist()


def unpacked_array(text: str) -> "array[float]":
    """The same in one block of memory."""
    in_64 = text.startswith(_BASE_64)
    code, kept = (text[1], b64decode(text[2:])) if in_64 else (text[0], b85decode(text[1:]))
    return array("d", np.frombuffer(kept, code).astype("d").tobytes())


def _written(code: str, kept: bytes) -> str:
    return f"{_BASE_64}{code}{b64encode(kept).decode('ascii')}"
