"""What a sheet of the workbook is made of: columns with headings, notes and choices in both languages."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from protocol.words import Language


@dataclass(frozen=True)
class Words:
    """The same words in both languages."""

    es: str
    en: str

    def told(self, language: Language) -> str:
        """The words in one language."""
        return self.es if language is Language.ES else self.en


@dataclass(frozen=True)
class Choice:
    """One word of a drop-down; `others` are understood too, and so is the value itself."""

    value: str
    words: Words
    others: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """Everything that is understood as this choice, folded."""
        return (folded(name) for name in (self.value, self.words.es, self.words.en, *self.others))


Choices = tuple[Choice, ...]


@dataclass(frozen=True)
class Column:
    """One column: `others` are headings that are understood too; a `many` column may stand more than once."""

    name: str
    heading: Words
    note: Words
    others: tuple[str, ...] = ()
    choices: Choices = ()
    many: bool = False
    width: int = 18

    def names(self) -> Iterator[str]:
        """Every heading that is understood as this column, folded."""
        return (folded(name) for name in (self.name, self.heading.es, self.heading.en, *self.others))


@dataclass(frozen=True)
class Sheet:
    """One sheet: `file` is what it is called in a folder of CSV files; `faults` are sentences that only it needs."""

    name: str
    title: Words
    file: Words
    columns: tuple[Column, ...]
    others: tuple[str, ...] = ()
    faults: Mapping[str, tuple[Words, Words]] = field(default_factory=dict, compare=False)

    def names(self) -> Iterator[str]:
        """Every title that is understood as this sheet, folded."""
        said = (self.title.es, self.title.en, self.file.es, self.file.en)
        return (folded(name) for name in (self.name, *said, *self.others))

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


def said(reason_es: str, remedy_es: str, reason_en: str, remedy_en: str) -> tuple[Words, Words]:
    """What is wrong with something and what to do, in both languages."""
    return Words(reason_es, reason_en), Words(remedy_es, remedy_en)


KEY_NOTE = (
    "Un nombre corto y fijo: minúsculas, cifras y guiones. Vacía, se saca del nombre.",
    "A short name that stays: small letters, digits and hyphens. Empty, it is made from the name.",
)
TEAM_NOTE = ("La clave o el nombre de un equipo.", "The key or the name of a team.")


def column_of(
    name: str,
    headings: tuple[str, str],
    notes: tuple[str, str],
    others: tuple[str, ...] = (),
    choices: Choices = (),
    many: bool = False,
    width: int = 18,
) -> Column:
    """A column; headings and notes are Spanish first."""
    return Column(name, Words(*headings), Words(*notes), others, choices, many, width)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Small letters and digits without accents, single spaces between: what two spellings of a word have in common."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.findall(r"[^\W_]+", letters))


def slug(text: str, joint: str = "-") -> str:
    """A key made from a name: `Ana Ruiz` is `ana.ruiz` when joined by a dot."""
    return joint.join(re.findall(r"[a-z0-9]+", folded(text)))[:60].rstrip(joint)


def spoken(choices: Choices, value: str, language: Language) -> str:
    """The word for a value in one language."""
    return next(choice.words.told(language) for choice in choices if choice.value == value)
