"""In which language a customer writes: given, or found out from the small words."""

from collections.abc import Mapping

from desk.empty_words import WORDS_OF
from desk.folding import words_in
from protocol.words import Language

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
