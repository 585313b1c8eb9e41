"""Who has which part in an area: responsible, accountable, consulted or informed."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

LONGEST = 80


class Raci(StrEnum):
    """The part that a person or a role has in an area."""

    RESPONSIBLE = "responsible"  # does it
    ACCOUNTABLE = "accountable"  # answers for it; one for each area
    CONSULTED = "consulted"  # is asked before
    INFORMED = "informed"  # is told after


def read_area(value: str) -> str:
    """A function or an area of steps, as people call it. Raises ValueError for what cannot be one."""
    area = value.strip()
    if not area or "\n" in area or len(area) > LONGEST:
        raise ValueError(f"an area is one line of up to {LONGEST} characters, like media relations; correct it")
    return area


def _each_once(areas: list[str]) -> list[str]:
    seen: set[str] = set()
    for area in areas:
        if area.casefold() in seen:
            raise ValueError(f'the area "{area}" stands twice. Keep one')
        seen.add(area.casefold())
    return areas


Areas = Annotated[list[Annotated[str, AfterValidator(read_area)]], AfterValidator(_each_once)]


class RaciEntry(BaseModel):
    """The areas of one person or role, by part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    responsible: Areas = []
    accountable: Areas = []
    consulted: Areas = []
    informed: Areas = []

    def areas(self, part: Raci) -> list[str]:
        """The areas of one part, in their order."""
        areas: list[str] = getattr(self, part)
        return areas
