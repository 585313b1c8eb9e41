"""Numbers as short text: exact, and small enough to keep with every series."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

import numpy as np

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
    values = np.frombuffer(numbers if isinstance(numbers, array) else array("d", numbers))
    code = _narrowest(values)
    return code + b64encode(values.astype(code).tobytes()).decode()


def unpacked_narrow(text: str) -> "array[float]":
    """What `packed_narrow` was given, as floats."""
    return array("d", np.frombuffer(b64decode(text[1:]), text[0]).astype("d").tobytes())


def _narrowest(values: "np.ndarray[Any, np.dtype[np.float64]]") -> str:
    if not values.size:
        return "B"
    least, most = values.min(), values.max()
    if least < 0 or (np.floor(values) != values).any():
        return "d"
    return next((code for code, above in _WHOLE if most < above), "d")
