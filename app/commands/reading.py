"""`crisis readings`: takes in readings from CSV files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app.ahead import ahead_of
from app.reading_batches import Taken, take_lines
from app.terminal import console, count, examples, say, show, table
from monitoring.reading_files import LONGEST_LINE, lines_of, table_of
from protocol.words import Remedy
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis readings mentions.csv --series mentions.brand-aurora",
        "crisis readings exports/ --source press-review",
    )
)
def readings(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...", help="CSV files, or folders of them: timestamp,value[,series,source]."
        ),
    ],
    series: Annotated[
        str, typer.Option(metavar="NAME", help="Of lines that name none; otherwise the name of the file.")
    ] = "",
    source: Annotated[str, typer.Option(metavar="NAME", help="Who counted, for lines that name nobody.")] = "",
) -> None:
    """Takes in readings from files, each once; a broken line is told by its number, and the rest is kept."""
    works = open_works()
    chosen = list(_files(files))
    before = 0
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    results: dict[Path, Taken] = {}
    screen = console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        bar = progress.add_task("Readings", total=sum(file.stat().st_size for file in chosen))
        for file in chosen:
            results[file] = taken = Taken()
            for end in _take(works, file, series or file.stem, source, taken):
                progress.update(bar, completed=before + end)
            before += file.stat().st_size
    _tell(results)


def _take(works: Works, file: Path, series: str, source: str, taken: Taken) -> Iterator[int]:
    try:
        with file.open("rb") as opened:
            heading = table_of(opened.readline(LONGEST_LINE), file.name)
            for last in take_lines(works, lines_of(opened, heading, series, source), ahead_of(works), taken):
                yield last.end
    except OSError as error:
        raise Remedy(f"{file} cannot be read ({error.strerror}); give a readable CSV file.") from None


def _files(given: list[Path]) -> Iterator[Path]:
    for path in given:
        if path.is_dir():
            within = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv")
            if not within:
                raise Remedy(f"{path} holds no CSV files; name another folder, or a file.")
            yield from within
        elif path.exists():
            yield path
        else:
            raise Remedy(f"No file {path}; check the path.")


def _tell(results: dict[Path, Taken]) -> None:
    rows = [(file.name, str(line), fault) for file, taken in results.items() for line, fault in taken.faults]
    if rows:
        show(table("Lines that were not taken", ("file", "line", "fault"), rows))
    accepted = sum(taken.accepted for taken in results.values())
    repeated = sum(taken.repeated for taken in results.values())
    broken = sum(taken.broken for taken in results.values())
    alarms = sum(taken.breaches for taken in results.values())
    if not accepted + repeated:
        raise Remedy("No reading could be kept; correct the lines under timestamp,value and try again.")
    said = f"{count(accepted, 'reading')} taken in, {repeated:,} known already, {count(broken, 'line')} not taken"
    say(f"{said}; {count(alarms, 'alarm')}.")
