"""The parts of members and roles in areas, between the company file and the store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from protocol.people import Responsibility
from protocol.raci import Raci, RaciEntry

Owner = tuple[str, int]
"""`("member", 7)` or `("role", 3)`."""


RACI_COLUMNS: Mapping[str, type] = {"part": str, "area": str, "position": int}
"""What the store keeps of one member or role, without its owner."""


def raci_rows(entry: RaciEntry) -> list[dict[str, Any]]:
    """Their rows, with these columns in this order."""
    return [
        {"part": part, "area": area, "position": position}
        for part in Raci
        for position, area in enumerate(entry.areas(part))
    ]


def responsibilities_of(session: Session) -> Mapping[Owner, RaciEntry]:
    """Everybody's, by owner; nothing for who has none."""
    found: defaultdict[Owner, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows: Sequence[Responsibility] = session.scalars(select(Responsibility).order_by(Responsibility.position)).all()
    for row in rows:
        owner = ("member", row.member_id) if row.member_id is not None else ("role", row.role_id or 0)
        found[owner][row.part.value].append(row.area)
    return {owner: RaciEntry(**parts) for owner, parts in found.items()}
