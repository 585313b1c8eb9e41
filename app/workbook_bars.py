"""How far an import or a change of key has come: reading, checking, sealing, writing, learning."""

from collections.abc import Callable
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from app.terminal import console

Told = Callable[[int], None]


class Bars:
    """Bars on standard error, gone when all is done."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reading(self) -> Told:
        """The file is being read, and nobody knows how long it is; the answer is told how many rows are."""
        return self._bar("Reading", None)

    def checking(self, rows: int) -> Told:
        """So many rows are to be understood; the answer is told how many are."""
        return self._bar("Checking", rows)

    def sealing(self, contacts: int) -> Told:
        """So many contacts are to be sealed; the answer is told how many are."""
        return self._bar("Sealing", contacts)

    def writing(self, members: int) -> Told:
        """So many members are to be written; the answer is told how many are."""
        return self._bar("Writing", members)

    def noting(self, entries: int) -> Told:
        """About so many entries are looked at for the history; the answer is told how many were."""
        return self._bar("Noting", entries)

    def learning(self, rules: int) -> Told:
        """So many rules learn the usual from the stored readings; the answer is told how many did."""
        return self._bar("Learning", rules)

    def stop(self) -> None:
        """Clears the bars, so that something can be said."""
        self._progress.stop()

    def _bar(self, name: str, total: int | None) -> Told:
        task = self._progress.add_task(name, total=total)
        return lambda done: self._progress.update(task, completed=done)
