"""Words without case, accents and endings, so that people are understood however they type, in both languages."""

import re
import unicodedata
from collections.abc import Iterator

from desk.empty_words import EMPTY_WORDS

STEM = 5
"""So many letters of a word count. Cutting words off there finds most forms of a word in Spanish and in English."""

_WORD = re.compile(r"[0-9a-z]+")
_PARTS = re.compile(r"[^0-9a-z]+")


def folded(text: str) -> str:
    """Lower case, without accents: `¿Devolución?` is `¿devolucion?`."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def words_in(text: str) -> list[str]:
    """Every word, folded, in order."""
    return _WORD.findall(folded(text))


def telling_words(text: str) -> Iterator[str]:
    """The words that say what it is about, folded, in order."""
    return (word for word in words_in(text) if len(word) > 1 and word not in EMPTY_WORDS)


def stem(word: str) -> str:
    """What different forms of a folded word have in common: `datos`, `dato` and `data` are `dat`."""
    root = word[:-1] if len(word) > 3 and word.endswith("s") else word
    root = root[:-1] if len(root) > 3 and root[-1] in "aeo" else root
    return root[:STEM]


def stems_of(text: str) -> dict[str, str]:
    """By stem the first word of it, of all words that say what it is about."""
    found: dict[str, str] = {}
    for word in telling_words(text):
        found.setdefault(stem(word), word)
    return found


def word_key(text: str) -> str:
    """A word as a key: `Página web` is `pagina-web`."""
    return _PARTS.sub("-", folded(text)).strip("-")
