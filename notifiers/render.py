"""From template and frozen context to the exact words for one person. Pure: the same rows give the same words."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.links import Links
from protocol.words import Channel, Language, Level, Remedy

DRILL_MARK = "DRILL / SIMULACRO: "
_LEVELS = {
    Language.ES: {Level.GREEN: "verde", Level.YELLOW: "amarillo", Level.ORANGE: "naranja", Level.RED: "rojo"},
    Language.EN: {level: level.value for level in Level},
}
_LINKS: dict[str, Callable[[Links, int, str], str]] = {
    "link": Links.acknowledgement,
    "sign_link": Links.sign_off,
    "code_link": Links.new_code,
    "desk_link": Links.desk,
}
LINKS = tuple(_LINKS)
_PHASES = {
    Language.ES: {"pre_crisis": "precrisis", "crisis": "crisis", "post_crisis": "poscrisis", "closed": "cerrada"},
    Language.EN: {"pre_crisis": "pre-crisis", "crisis": "crisis", "post_crisis": "post-crisis", "closed": "closed"},
}


class Reader(NamedTuple):
    """The person a message is for, as far as words go."""

    name: str
    language: Language
    time_zone: str
    role_titles: Mapping[str, str]


class Rendered(NamedTuple):
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
        first = _compiled(subject).render(variables) if "{" in subject else subject
        return Rendered(first, _compiled(body).render(variables).rstrip("\n"))
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
    context: Mapping[str, Any],
    reader: Reader,
    language: Language,
    message_id: int,
    token: str,
    links: Links,
    purpose: str = "first",
) -> dict[str, Any]:
    """Everything a template may say, from the dispatch's frozen context and the person.

    `context` keys: `texts` and `variables` (per language), `plain` (the same in all), `level`, `phase`, `due` (ISO
    moment), `minutes`.
    """
    role = reader.role_titles.get(language, "")
    shared = shared_variables(context, language, reader.time_zone, role, is_stand_in(purpose))
    return shared | own_variables(reader.name, message_id, token, links)


def is_stand_in(purpose: str) -> bool:
    """Whether a message of this purpose goes to somebody who stands in."""
    return purpose.startswith("stand-in")


def shared_variables(
    context: Mapping[str, Any], language: Language, time_zone: str, role: str, stand_in: bool
) -> dict[str, Any]:
    """What a template may say to all readers of one language, time zone and role."""
    return {
        **context.get("variables", {}).get(language, {}),
        "from_team": "",
        "desk": False,
        "corrections": 0,
        **context.get("plain", {}),
        **context.get("texts", {}).get(language, {}),
        "level": _LEVELS[language][Level(context["level"])] if context.get("level") else "",
        "phase": _PHASES[language].get(context.get("phase", ""), ""),
        "due": _local(context.get("due"), time_zone),
        "minutes": context.get("minutes", 0),
        "role": role,
        "deputy_for": role if stand_in else "",
    }


def own_variables(
    name: str, message_id: int, token: str, links: Links, wanted: Collection[str] = LINKS
) -> dict[str, Any]:
    """What is one person's own. Of the links, each of which takes a signature, only the `wanted` ones."""
    own = {key: _LINKS[key](links, message_id, token) for key in LINKS if key in wanted}
    return own | {"name": name, "first_name": name.split()[0]}


@lru_cache(maxsize=2000)
def names_in(subject: str, body: str) -> frozenset[str]:
    """The variables that a template asks for. One that is broken asks for none; rendering it says why."""
    try:
        return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(f"{subject}\n{body}")))
    except TemplateError:
        return frozenset()


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
    template = _ENVIRONMENT.from_string(source)
    template.globals = dict(template.globals)  # Jinja's chain of mappings is copied, in Python, at every rendering
    return template


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
