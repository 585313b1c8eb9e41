"""Public holidays of a country or one of its regions, as `ES` or `ES-MD`, from the library *holidays*."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import holidays

from protocol.words import Language

NONE = "none"
"""Instead of a place: no public holidays at all."""

_ENGLISH = ("en_US", "en_GB", "en")
LOCALES = {Language.ES: ("es", *_ENGLISH), Language.EN: _ENGLISH}


def read_place(value: str) -> str:
    """A country, or a country and a region. Raises ValueError for one that the library does not know."""
    country, _, said = value.strip().upper().partition("-")
    regions = _regions().get(country)
    if regions is None:
        raise ValueError(f'"{value}" is not a country; write its two letters, like ES or ES-MD')
    region = next((one for one in regions if one.upper() == said), None)
    if said and region is None:
        known = ", ".join(f"{country}-{one}" for one in regions) or country
        raise ValueError(f'"{value}" is not a region of {country}; use one of: {known}')
    return f"{country}-{region}" if region else country


def public_holiday(place: str, day: date, language: Language) -> str | None:
    """The name of the public holiday of a day in a place; None when it is none, and always for the place `none`."""
    return None if place == NONE else _calendar(place, language).get(day)


@lru_cache(maxsize=256)
def _calendar(place: str, language: Language) -> Mapping[date, str]:
    country, _, region = place.partition("-")
    known = holidays.country_holidays(country)
    # Without a language the library would ask the environment for one.
    spoken = next((one for one in LOCALES[language] if one in known.supported_languages), known.default_language)
    return holidays.country_holidays(country, subdiv=region or None, language=spoken)


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Sequence[str]]:
    return holidays.list_supported_countries()
