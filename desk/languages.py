"""In which language a customer writes: given, or found out from the small words."""

import re
from collections.abc import Mapping

from desk.empty_words import WORDS_OF
from desk.folding import words_in
from protocol.words import Language, Remedy

LONGEST_NAMED = 10
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SPANISH_SIGNS = frozenset("áéíóúüñ¿¡")


def language_of(text: str, usual: Language = Language.ES) -> Language:
    """The language of a text of a customer; `usual` when its words do not tell."""
    words = words_in(text)
    counts = {language: sum(word in known for word in words) for language, known in WORDS_OF.items()}
    if counts[Language.ES] != counts[Language.EN]:
        return max(counts, key=lambda language: counts[language])
    return Language.ES if _SPANISH_SIGNS & set(text.lower()) else usual


def in_language(texts: Mapping[str, str], wanted: str) -> tuple[str, str]:
    """The language that is there, the wanted one if it can be, and the words; English before Spanish otherwise."""
    for language in (wanted, Language.EN, Language.ES):
        if texts.get(language, "").strip():
            return str(language), texts[language]
    return wanted, ""


def read_language(said: str | None) -> str | None:
    """`es` of `es-ES`. Raises Remedy for what is no language."""
    if said is None:
        return None
    language = said.strip().lower().replace("_", "-").partition("-")[0]
    if not _LANGUAGE.fullmatch(language):
        raise Remedy(f"{_named(said)} must be two to three letters like es or en; correct it.")
    return language


def _named(said: str) -> str:
    """Too long is no language but perhaps what a customer wrote, which is not repeated."""
    is_short = 0 < len(said) <= LONGEST_NAMED and said.isprintable()
    return f'language "{said}"' if is_short else "language"
