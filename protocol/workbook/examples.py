"""The example rows of each sheet of the template. They begin with #, so that they are never read."""

from collections.abc import Mapping, Sequence

from protocol.words import Language
from protocol.workbook.calendar_examples import CALENDAR_EXAMPLES, Example

_PERSON = {
    "team": "# communications",
    "team_es": "Comunicación",
    "team_en": "Communications",
    "member": "ana.ruiz",
    "name": "Ana Ruiz",
    "time_zone": "Europe/Madrid",
    "sms": "+34 600 000 008",
    "email": "ana.ruiz@example.com",
    "voice": "+34 600 000 008",
    "quiet_hours": "22:00-07:00",
}
_REFUND = {
    "key": "# refund",
    "answer_es": "Claro. Se lo preparo ahora mismo.",
    "answer_en": "Of course. I will prepare it now.",
    "team": "customer-service",
}
_ROWS: Mapping[Language, Mapping[str, Example]] = {
    Language.ES: {
        "teams": {
            **_PERSON,
            "functions": "Palabras, medios y cuentas oficiales",
            "outside": "no",
            "title": "Portavoz",
            "language": "español",
            "hours": "lun-vie 09:00-18:30; sáb 10:00-14:00",
            "responsibilities": "Habla con los medios",
            "responsible": "relación con medios; redes sociales",
            "verified": "+34 600 000 008 2026-03-01",
            "drill_roster": "sí",
            "tasks": "Prepara las declaraciones",
        },
        "protocol": {
            "what": "# rol",
            "key": "communications-lead",
            "name_es": "Responsable de comunicación",
            "name_en": "Communications lead",
            "description": "Palabras y tiempos",
            "people": "ana.ruiz; tom.baker",
            "cabinet": "sí",
        },
        "support": {
            **_REFUND,
            "kind": "consulta",
            "channel": "teléfono",
            "urgency": "media",
            "customer": "actual",
            "question": "Quiero devolver el producto",
        },
        "messages": {
            "key": "# crisis-declared",
            "language": "español",
            "channel": "SMS",
            "public": "no",
            "body": "{{ company }}: hay una crisis. Mira {{ link }}",
        },
    },
    Language.EN: {
        "teams": {
            **_PERSON,
            "functions": "Words, media and official accounts",
            "outside": "no",
            "title": "Spokesperson",
            "language": "Spanish",
            "hours": "mon-fri 09:00-18:30; sat 10:00-14:00",
            "responsibilities": "Speaks with the media",
            "responsible": "media relations; social media",
            "verified": "+34 600 000 008 2026-03-01",
            "drill_roster": "yes",
            "tasks": "Prepares the statements",
        },
        "protocol": {
            "what": "# role",
            "key": "communications-lead",
            "name_es": "Responsable de comunicación",
            "name_en": "Communications lead",
            "description": "Words and timing",
            "people": "ana.ruiz; tom.baker",
            "cabinet": "yes",
        },
        "support": {
            **_REFUND,
            "kind": "query",
            "channel": "phone",
            "urgency": "medium",
            "customer": "current",
            "question": "I want to return the product",
        },
        "messages": {
            "key": "# crisis-declared",
            "language": "English",
            "channel": "SMS",
            "public": "no",
            "body": "{{ company }}: there is a crisis. See {{ link }}",
        },
    },
}
EXAMPLES: Mapping[Language, Mapping[str, Sequence[Example]]] = {
    language: {**{sheet: [row] for sheet, row in rows.items()}, "calendar": CALENDAR_EXAMPLES[language]}
    for language, rows in _ROWS.items()
}
