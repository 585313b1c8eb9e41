"""What a check found: how grave, where, what, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from protocol.workbook.columns import Words


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # in the fire somebody would not be told, or something could not be decided
    WARNING = "warning"  # it works, but costs money or hangs on one person
    NOTICE = "notice"  # it works, as far as anybody knows


SEVERITY_WORDS = {
    Severity.ERROR: (Words("error", "error"), Words("errores", "errors")),
    Severity.WARNING: (Words("advertencia", "warning"), Words("advertencias", "warnings")),
    Severity.NOTICE: (Words("nota", "notice"), Words("notas", "notices")),
}
"""Each severity as people read it: one of them, and several."""


@dataclass(frozen=True)
class Finding:
    """One thing to put right while it is calm."""

    severity: Severity
    where: str
    what: str
    remedy: str


def error(where: str, what: str, remedy: str) -> Finding:
    """A finding that must be put right."""
    return Finding(Severity.ERROR, where, what, remedy)


def warning(where: str, what: str, remedy: str) -> Finding:
    """A finding that should be put right."""
    return Finding(Severity.WARNING, where, what, remedy)


def notice(where: str, what: str, remedy: str) -> Finding:
    """A finding that is good to know."""
    return Finding(Severity.NOTICE, where, what, remedy)
