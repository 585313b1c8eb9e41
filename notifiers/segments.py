"""How a text travels as SMS: its encoding and the number of segments that it is paid for as."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""The GSM 7-bit default alphabet and its extension table, each character of which takes two places (3GPP TS 23.038)."""

_KNOWN = BASIC | EXTENSION
_SIGNS = {"×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "·": "-"}


class Encoding(StrEnum):
    """How the characters are written."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True)
class SmsSize:
    """What a text comes to. `foreign` are the characters that made it UCS-2, in order of appearance."""

    encoding: Encoding
    units: int
    segments: int
    foreign: tuple[str, ...] = ()

    def __str__(self) -> str:
        plural = "segment" if self.segments == 1 else "segments"
        return f"{self.encoding}, {self.segments} {plural} ({self.units} characters)"


def sms_size(text: str) -> SmsSize:
    """The size of a text: 160 characters in one GSM-7 segment and 153 in each of several; 70 and 67 in UCS-2."""
    foreign = tuple(dict.fromkeys(character for character in text if character not in _KNOWN))
    if foreign:
        costs = [len(character.encode("utf-16-be")) // 2 for character in text]
        return SmsSize(Encoding.UCS2, sum(costs), _segments(costs, 70, 67), foreign)
    costs = [2 if character in EXTENSION else 1 for character in text]
    return SmsSize(Encoding.GSM7, sum(costs), _segments(costs, 160, 153))


def in_gsm(text: str) -> str:
    """The text with plain letters for accents and signs that GSM-7 lacks; unchanged if that is not enough.

    One of them would make the whole text UCS-2 and more than double its price.
    """
    if _KNOWN.issuperset(text):
        return text
    plain = "".join(character if character in _KNOWN else _plain(character) for character in text)
    return plain if all(character in _KNOWN for character in plain) else text


def _plain(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in _KNOWN else character


def _segments(costs: Iterable[int], alone: int, joined: int) -> int:
    costs = list(costs)
    if sum(costs) <= alone:
        return 1
    number, used = 1, 0
    for cost in costs:
        if used + cost > joined:  # a character of two places is never split between segments
            number, used = number + 1, 0
        used += cost
    return number
