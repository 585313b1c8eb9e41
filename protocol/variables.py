"""Variables of the company's own: words that never change, such as a help line, which its messages may say."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator
from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.company_parts import BothLanguages
from protocol.practice import Company
from protocol.words import Language

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def company_variables(session: Session) -> dict[str, dict[str, str]]:
    """Every variable's words, by language and name."""
    stored: dict[str, Any] = session.scalar(select(Company.variables).limit(1)) or {}
    return {language: {name: words[language] for name, words in stored.items()} for language in Language}


def declared(session: Session) -> frozenset[str]:
    """The names of the company's variables."""
    return frozenset(session.scalar(select(Company.variables).limit(1)) or {})


def _read(values: object) -> object:
    return {_name(name): _words(name, said) for name, said in values.items()} if isinstance(values, dict) else values


def _name(name: object) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f'"{name}" is no name of a variable; use small letters, digits and _, like help_line')
    return name


def _words(name: object, said: Any) -> BothLanguages:
    if isinstance(said, BothLanguages):
        return said
    both: dict[str, Any] = said if isinstance(said, dict) else dict.fromkeys(Language, said)
    if set(both) != set(Language) or not all(isinstance(words, str) and words.strip() for words in both.values()):
        raise ValueError(f'the variable "{name}" is no text; put it in quotes, or give es and en')
    return BothLanguages(es=both["es"].strip(), en=both["en"].strip())


Variables = Annotated[dict[str, BothLanguages], BeforeValidator(_read)]
"""By name; one text for both languages, or one for each."""
