"""The example rows of the sheet of rules. They begin with #, so that they are never read."""

from collections.abc import Mapping, Sequence

from protocol.words import Language

_BURST = {
    "key": "# mentions-burst",
    "series": "mentions.brand-aurora",
    "playbook": "social-firestorm",
    "subject": "brand-aurora",
    "yellow": 4,
    "orange": 6,
    "window": "1h",
    "minimum": 500,
    "baseline": "3d",
    "unit": "mentions",
}
_SILENCE = {
    "key": "# mentions-silence",
    "series": "mentions.brand-aurora",
    "playbook": "social-firestorm",
    "subject": "brand-aurora",
    "yellow": "20m",
}
EXAMPLES: Mapping[Language, Sequence[Mapping[str, object]]] = {
    Language.ES: (
        _BURST | {"kind": "múltiplo", "yellow_action": "preguntar", "orange_action": "abrir", "opens": "sí"},
        _SILENCE | {"kind": "silencio", "yellow_action": "anotar"},
    ),
    Language.EN: (
        _BURST | {"kind": "ratio", "yellow_action": "ask", "orange_action": "open", "opens": "yes"},
        _SILENCE | {"kind": "absence", "yellow_action": "note"},
    ),
}
