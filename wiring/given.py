"""What the environment gives, value by value: each is checked, and what cannot be is told in one sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from notifiers.providers.smtp_relay import Relay, read_relay
from protocol.words import Remedy

T = TypeVar("T", bound=str)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_PRICE = re.compile(r"[0-9]+(\.[0-9]+)? [A-Z]{3}")
_SPAN = re.compile(r"([0-9]{1,6})(s|m|h)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Given:
    """The variables, without the spaces around their values. An empty one is as if not set."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Any text."""
        return self.values.get(name) or default

    def choice(self, name: str, choices: tuple[T, ...], default: T) -> T:
        """One of the choices."""
        value = self.text(name, default)
        for choice in choices:
            if value == choice:
                return choice
        raise Remedy(f'{name} is "{value}", which is not known; use one of: {", ".join(choices)}.')

    def port(self, name: str, default: int) -> int:
        """A port."""
        value = self.text(name, str(default))
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise Remedy(f'{name} is "{value}", which is not a port; use a number from 1 to 65535.')
        return int(value)

    def days(self, name: str) -> int | None:
        """A whole number of days; None where it is not set."""
        value = self.text(name)
        if value and (not value.isdecimal() or not 0 < int(value) < 100_000):
            raise Remedy(f'{name} is "{value}", which is not a number of days; use a whole number, such as 730.')
        return int(value) if value else None

    def span(self, name: str, default: str) -> timedelta:
        """A span of time, from 10 seconds to a day."""
        value = self.text(name, default)
        found = _SPAN.fullmatch(value)
        span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
        if not timedelta(seconds=10) <= span <= timedelta(days=1):
            raise Remedy(
                f'{name} is "{value}", which is no span from 10 seconds to a day; write it like 30s, 5m or 1h.'
            )
        return span

    def url(self, name: str, default: str = "") -> str:
        """The address of a web page or interface, without a slash at its end."""
        value = self.text(name, default)
        if value and not value.startswith(("http://", "https://")):
            raise Remedy(f'{name} is "{value}", which is not an address; it must start with http:// or https://.')
        return value.rstrip("/")

    def rate(self, name: str, default: float) -> float | None:
        """Messages a second; None where there is no limit."""
        value = self.text(name, str(default))
        if not _NUMBER.fullmatch(value):
            raise Remedy(f'{name} is "{value}", which is not a number of messages a second; use 10, or 0 for no limit.')
        return float(value) or None

    def price(self, name: str) -> str:
        """An amount and its currency; empty where it is not known."""
        value = self.text(name)
        if value and not _PRICE.fullmatch(value):
            raise Remedy(f'{name} is "{value}", which is not a price; write amount and currency, such as 0.075 EUR.')
        return value

    def number(self, name: str, default: str) -> str:
        """A telephone number; empty where the default is the name of a sender and no number."""
        value = self.text(name)
        if value and not _E164.fullmatch(value):
            raise Remedy(f'{name} is "{value}", which is not a telephone number; write it like +12025550100.')
        return value or (default if _E164.fullmatch(default) else "")

    def relay(self, name: str) -> Relay | None:
        """The address of a mail relay. Not repeated in an error: it may hold a password."""
        try:
            return read_relay(self.text(name)) if self.text(name) else None
        except ValueError:
            raise Remedy(
                f"{name} is not the address of a mail relay; it looks like smtp://USER:PASSWORD@HOST:587, "
                "smtps://HOST or smtp://HOST."
            ) from None
