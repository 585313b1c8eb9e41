"""POST /alertmanager: the webhook of Prometheus Alertmanager; each firing alert is a reading, once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from app.ahead import ahead_of
from app.posted import Form, form_for, parsed, unread
from app.posted_alerts import judged
from app.posting_answers import ReadingsAnswer, responses_of
from app.posting_door import DOOR
from app.web_readings import kept
from app.web_request import BatchBody, GivenWorks, Refused
from protocol.words import Remedy

LABELS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
BODY: dict[str, Any] = {
    "type": "object",
    "required": ["version", "alerts"],
    "properties": {
        "version": {"const": "4"},
        "groupKey": {"type": "string"},
        "status": {"enum": ["firing", "resolved"]},
        "alerts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["status", "labels", "startsAt", "fingerprint"],
                "properties": {
                    "status": {"enum": ["firing", "resolved"]},
                    "labels": {**LABELS, "required": ["alertname"]},
                    "annotations": LABELS,
                    "startsAt": {"type": "string", "format": "date-time"},
                    "fingerprint": {"type": "string", "minLength": 1},
                },
            },
        },
    },
}

router = APIRouter()
GivenForm = Annotated[Form, Depends(form_for("alerts"))]


@router.post(
    "/alertmanager",
    dependencies=DOOR,
    responses=responses_of(ReadingsAnswer),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}}},
)
def post_alerts(works: GivenWorks, form: GivenForm, body: BatchBody) -> JSONResponse:
    """Takes in what fires; resolved alerts count nothing."""
    if form is not Form.JSON:
        raise Refused(415, "Send alerts as application/json, as Alertmanager does.")
    try:
        posted = judged(parsed(body), works.clock.now(), ahead_of(works))
    except Remedy as remedy:
        raise unread(remedy) from None
    return kept(works, posted)
