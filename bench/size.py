"""How much is measured: so that each run takes some seconds, or, for a quick look, hardly any."""

from dataclasses import dataclass

QUICK = 20  # so many times less


@dataclass(frozen=True)
class Size:
    """Repetitions, and counts for a full run."""

    quick: bool = False

    @property
    def repetitions(self) -> int:
        """How often each row is measured."""
        return 1 if self.quick else 3

    @property
    def people(self) -> int:
        """How many stand in the store."""
        return self.of(100_000)

    @property
    def rounds(self) -> int:
        """How often a step is enqueued to see its first message."""
        return 2 if self.quick else 20

    @property
    def ceiling_seconds(self) -> int:
        """How long the stub is loaded to find its ceiling."""
        return 1 if self.quick else 3

    def of(self, full: int) -> int:
        """What a count of a full run comes to here."""
        return max(2, full // QUICK) if self.quick else full
