"""What is answered to a post of readings, mentions, e-mails or alerts, and how the OpenAPI document says it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.posted import FORMS, Faults, Form
from monitoring.rows import Breach, MonitoringRule
from protocol.words import Level


class BreachAnswer(BaseModel):
    """A rule that a post made speak; `incident` is the one that opened or was joined."""

    rule: str
    at: AwareDatetime
    level: Level
    why: str
    incident: int | None
    opened: bool


class FaultAnswer(BaseModel):
    """What is wrong with one line, place or event; the first is 1."""

    line: int
    error: str


class ReadingsAnswer(BaseModel):
    """How many were new, known already, and not taken; at most 100 faults are told."""

    accepted: int
    repeated: int
    refused: int
    breaches: list[BreachAnswer]
    errors: list[FaultAnswer]


class MentionsAnswer(ReadingsAnswer):
    """As of readings; `unmatched` hold nothing that the protocol follows."""

    unmatched: int


class Refusal(BaseModel):
    """Why a request was not taken, in one sentence."""

    error: str


def told(session: Session, breaches: Sequence[Breach]) -> list[dict[str, object]]:
    """The breaches as they are answered."""
    wanted = {breach.rule_id for breach in breaches}
    if not wanted:
        return []
    query = select(MonitoringRule.id, MonitoringRule.key).where(MonitoringRule.id.in_(wanted))
    keys = dict(session.execute(query).all())
    return [_breach(breach, keys[breach.rule_id]) for breach in breaches]


def answer(counts: Mapping[str, int], faults: Faults, breaches: list[dict[str, object]]) -> JSONResponse:
    """200, or 422 when nothing of a post could be taken."""
    return described(counts, faults, breaches)


def described(
    counts: Mapping[str, int], faults: Faults, breaches: list[dict[str, object]], **more: object
) -> JSONResponse:
    """As `answer`, with more to say."""
    errors = [{"line": fault.line, "error": fault.error} for fault in faults.shown]
    said = {**counts, "refused": faults.count, "breaches": breaches, "errors": errors, **more}
    return JSONResponse(said, 422 if faults.count and not any(counts.values()) else 200)


def responses_of(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Every answer of such a route, for the OpenAPI document."""
    refusals = {
        400: "The body or a header cannot be read.",
        401: "The bearer token is missing or wrong.",
        409: "A rule points at nothing; nothing was kept, and it can be sent again.",
        413: "The body is too large, or holds too many items.",
        415: "The body is of another type.",
        503: "No token is set, or the store does not answer just now.",
    }
    return {
        200: {"model": model, "description": "What could be taken is taken."},
        422: {"model": model, "description": "Nothing of it could be taken."},
        **{status: {"model": Refusal, "description": why} for status, why in refusals.items()},
    }


def body_of(item: Mapping[str, Any], forms: Iterable[Form] = Form) -> dict[str, Any]:
    """The body of such a route for the OpenAPI document: one item, a list, lines or CloudEvents."""
    several = {"type": "array", "items": item}
    either = {"oneOf": [item, several]}
    event = {
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1},
            "source": {"type": "string", "minLength": 1},
            "type": {"type": "string", "minLength": 1},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"type": "string"},
            "data": either,
        },
    }
    lines = {"description": "One item in each line."}
    schemas = {Form.JSON: either, Form.LINES: lines, Form.EVENT: event, Form.EVENTS: {"type": "array", "items": event}}
    wanted = set(forms)
    content = {kind: {"schema": schemas[form]} for kind, form in FORMS.items() if form in wanted}
    return {"requestBody": {"required": True, "content": content}}


def _breach(breach: Breach, rule: str) -> dict[str, object]:
    return {
        "rule": rule,
        "at": breach.at.isoformat(),
        "level": breach.level,
        "why": breach.why,
        "incident": breach.incident_id,
        "opened": breach.incident_id is not None and not breach.joined,
    }
