"""The pages that people open on their phone: one file of HTML each, nothing fetched from anywhere, no script."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.page_words import WORDS
from protocol.words import Language

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("pages")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def show_page(
    name: str, language: Language, status: int = 200, *, headers: dict[str, str] | None = None, **values: object
) -> HTMLResponse:
    """The page of a template, in a language; `drill` among the values puts the banner on it."""
    words = {key: getattr(text, language) for key, text in WORDS.items()}
    html = _PAGES.get_template(f"{name}.html").render(w=words, language=language, **{"drill": False, **values})
    return HTMLResponse(html, status, {**HEADERS, **(headers or {})})


def note_page(
    key: str,
    language: Language,
    status: int = 200,
    *,
    headers: dict[str, str] | None = None,
    refresh: bool = False,
    drill: bool = False,
    kicker: str = "",
    facts: Mapping[str, str] | None = None,
    beside: Sequence[str] = (),
) -> HTMLResponse:
    """A page that only says something: the words `KEY_title` and `KEY_text`, with the facts put in.

    With `refresh` it asks again every three seconds. `beside` are sentences that stand below.
    """
    title, text = (getattr(WORDS[f"{key}_{part}"], language).format(**(facts or {})) for part in ("title", "text"))
    return show_page(
        "note",
        language,
        status,
        headers=headers,
        title=title,
        text=text,
        refresh=refresh,
        beside=beside,
        drill=drill,
        kicker=kicker,
        incident=(facts or {}).get("incident", ""),
        good=key in _GOOD,
    )


def reader_language(request: Request) -> Language:
    """The language of somebody whom we do not know: the first of ours that the browser asks for, else English."""
    for wish in request.headers.get("accept-language", "").split(","):
        start = wish.strip()[:2].lower()
        if start in tuple(Language):
            return Language(start)
    return Language.EN


_GOOD = ("code_sent",)
