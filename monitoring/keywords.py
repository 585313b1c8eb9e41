"""Which of thousands of keywords a text holds: whole words, whatever their accents and case, in one pass."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

T = TypeVar("T")
_WORD = re.compile(r"\w+")


def folded_words(text: str) -> list[str]:
    """The words of a text without accents and case; what is no letter, digit or underscore parts them."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        # Marks and invisible signs, such as a soft hyphen, belong to the word around them.
        text = "".join(sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    return _WORD.findall(text.lower())


@dataclass(frozen=True)
class Keywords(Generic[T]):
    """Keywords, each with what follows from it. `#AuroraGate` and `@auroragate` hold the keyword `auroragate`."""

    meanings: Sequence[T]
    _automaton: AhoCorasick | None

    @classmethod
    def of(cls, keywords: Mapping[str, T]) -> "Keywords[T]":
        """From keywords as `keyword_of` writes them."""
        patterns = [f" {keyword} " for keyword in keywords]
        return cls(list(keywords.values()), AhoCorasick(patterns) if patterns else None)

    def found_in(self, text: str) -> set[T]:
        """What follows from the keywords in a text."""
        if self._automaton is None:
            return set()
        words = f" {' '.join(folded_words(text))} "
        # They overlap: the space after one word is the space before the next.
        found = self._automaton.find_matches_as_indexes(words, overlapping=True)
        return {self.meanings[which] for which, _, _ in found}


def keyword_of(text: str) -> str:
    """A keyword as it is looked for; empty when it holds no word at all."""
    return " ".join(folded_words(text))


def keywords_of(texts: Iterable[str]) -> list[str]:
    """Each keyword once, as it is looked for, in their order."""
    return [keyword for keyword in dict.fromkeys(map(keyword_of, texts)) if keyword]
