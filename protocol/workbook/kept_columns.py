"""The columns that say who keeps an entry up to date, and by when it is to be looked at again."""

from protocol.company_parts import KeptEntry
from protocol.stewardship import Kept
from protocol.workbook.columns import Column, column_of

KEPT_COLUMNS = ("owner", "review")
TEAM_KEPT_COLUMNS = ("team_owner", "team_review")
_OWNER_NOTE = ("Quién la mantiene al día: un rol o una persona.", "Who keeps it up to date: a role or a person.")
_REVIEW_NOTE = (
    "El día en que hay que volver a mirarla, a más tardar.",
    "The day by which it is to be looked at again.",
)

KEPT: tuple[Column, ...] = (
    column_of("owner", ("Mantiene la ficha", "Kept by"), _OWNER_NOTE, ("responsable de la ficha", "owner"), width=20),
    column_of(
        "review",
        ("Revisar antes de", "Review by"),
        _REVIEW_NOTE,
        ("revisión", "próxima revisión", "review", "next review"),
        width=14,
    ),
)
TEAM_KEPT: tuple[Column, ...] = (
    column_of(
        "team_owner",
        ("Mantiene el equipo", "Team kept by"),
        _OWNER_NOTE,
        ("responsable del equipo", "team owner"),
        width=20,
    ),
    column_of(
        "team_review",
        ("Revisar equipo antes de", "Review team by"),
        _REVIEW_NOTE,
        ("revisión del equipo", "team review"),
        width=14,
    ),
)


def kept_cells(said: KeptEntry | Kept, columns: tuple[str, str] = KEPT_COLUMNS) -> dict[str, object]:
    """What the two columns say of an entry."""
    return {columns[0]: said.owner or "", columns[1]: said.review or ""}
