"""Rules as they were left, so that the next readings find them ready and need not read what they remember."""

from typing import NamedTuple

from monitoring.rules import Rule

MOST = 2000
"""So many are kept ready; one takes some ten kB."""


class Said(NamedTuple):
    """What makes a rule, apart from what it remembers; `parameters` as they are written in the store."""

    key: str
    series: str
    kind: str
    parameters: str


class LiveRules:
    """Each rule by what makes it and by what it remembers, as written in the store.

    One whose write was rolled back, or that another process has shown readings meanwhile, is therefore not found: then
    it is read. Whoever takes a rule has it alone until it is put back.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._rules: dict[tuple[Said, str], Rule] = {}

    def take(self, known_by: tuple[Said, str]) -> Rule | None:
        """The rule that remembers exactly this; None when it is not ready."""
        return self._rules.pop(known_by, None)

    def put(self, known_by: tuple[Said, str], rule: Rule) -> None:
        """Keeps a rule ready; the one that was put longest ago gives way."""
        self._rules[known_by] = rule
        while len(self._rules) > self._most:
            oldest = next(iter(self._rules), None)
            if oldest is not None:
                self._rules.pop(oldest, None)


LIVE = LiveRules()
"""Those of this process."""
