"""Numbers as short text: exact, and small enough to keep with every series."""

from array import array
from base64 import b64decode, b64encode
from typing import Any


def packed(numbers: "array[Any]") -> str:
    """The numbers' bytes in base64."""
    return b64encode(numbers.tobytes()).decode()


def unpacked(code: str, text: str) -> "array[Any]":
    """The numbers that `packed` wrote; `code` is the type code of their array."""
    numbers: array[Any] = array(code)
    numbers.frombytes(b64decode(text))
    return numbers
