"""From template and frozen context to the exact words for one person. Pure: the same rows give the same words."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.links import Links
from protocol.words import Channel, Language, Level, Remedy

DRILL_MARK = "DRILL / SIMULACRO: "
_LEVELS = {
    Language.ES: {Level.GREEN: "verde", Level.YELLOW: "amarillo", Level.ORANGE: "naranja", Level.RED: "rojo"},
    Language.EN: {level: level.value for level in Level},
}
_PHASES = {
    Language.ES: {"pre_crisis": "precrisis", "crisis": "crisis", "post_crisis": "poscrisis", "closed": "cerrada"},
    Language.EN: {"pre_crisis": "pre-crisis", "crisis": "crisis", "post_crisis": "post-crisis", "closed": "closed"},
}


@dataclass(frozen=True)
class Reader:
    """The person a message is for, as far as words go."""

    name: str
    language: Language
    time_zone: str
    role_titles: Mapping[str, str]


@dataclass(frozen=True)
class Rendered:
    """The exact words."""

    subject: str
    body: str

    @property
    def hash(self) -> str:
        """SHA-256 of subject and body."""
        return hashlib.sha256(f"{self.subject}\0{self.body}".encode()).hexdigest()


def render_words(subject: str, body: str, variables: Mapping[str, Any]) -> Rendered:
    """Fills in a template in the sandbox. Raises Remedy for a missing variable or a broken template."""
    try:
        return Rendered(_compiled(subject).render(variables), _compiled(body).render(variables).rstrip("\n"))
    except UndefinedError as error:
        raise Remedy(
            f"A message cannot be rendered: {error.message}; give the variable or correct the template."
        ) from None
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        kind = type(error).__name__  # its text may hold a value
        raise Remedy(f"A message cannot be rendered: its template meets a {kind}; correct it in the library.") from None
    except TemplateError as error:
        raise Remedy(f"A message template is broken: {error.message}; correct it in the library.") from None


def finish(rendered: Rendered, channel: Channel, reference: str, drill: bool) -> Rendered:
    """Adds the mark of a drill in front and, to an SMS, the reference at the end."""
    mark = DRILL_MARK if drill else ""
    tail = f" #{reference}" if channel is Channel.SMS else ""
    subject = f"{mark}{rendered.subject}" if rendered.subject else ""
    return Rendered(subject, f"{mark}{rendered.body}{tail}")


def variables_for(
    context: Mapping[str, Any], reader: Reader, language: Language, token: str, links: Links, purpose: str = "first"
) -> dict[str, Any]:
    """Everything a template may say, from the dispatch's frozen context and the person.

    `context` keys: `texts` (per language), `plain` (the same in all), `level`, `phase`, `due` (ISO moment), `minutes`.
    """
    role = reader.role_titles.get(language, "")
    return {
        **context.get("plain", {}),
        **context.get("texts", {}).get(language, {}),
        "level": _LEVELS[language][Level(context["level"])] if context.get("level") else "",
        "phase": _PHASES[language].get(context.get("phase", ""), ""),
        "due": _local(context.get("due"), reader.time_zone),
        "minutes": context.get("minutes", 0),
        "name": reader.name,
        "first_name": reader.name.split()[0],
        "role": role,
        "link": links.acknowledgement(token),
        "sign_link": links.sign_off(token),
        "code_link": links.new_code(token),
        "deputy_for": role if purpose.startswith("stand-in") else "",
    }


def level_word(level: Level, language: Language) -> str:
    """What a level is called."""
    return _LEVELS[language][level]


def phase_word(phase: str, language: Language) -> str:
    """What a phase is called."""
    return _PHASES[language][phase]


def _local(moment: str | None, time_zone: str) -> str:
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(time_zone))
    return f"{local:%H:%M} {local.tzname()}"


@lru_cache(maxsize=2000)
def _compiled(source: str) -> Template:
    # Autoescaping stays off: the words are plain text for SMS and e-mail, never HTML.
    return _ENVIRONMENT.from_string(source)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
