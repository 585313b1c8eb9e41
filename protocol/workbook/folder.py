"""The same sheets as a folder of CSV files, one for each."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from protocol.words import Language, Remedy
from protocol.workbook.cells import plain
from protocol.workbook.columns import Sheet
from protocol.workbook.pages import Page
from protocol.workbook.sheets import SHEETS

# What a spreadsheet would take for a formula; numbers with a sign stay as they are.
_FORMULA = r"(?:[=@]|[+-](?!\d))"


def read_folder(path: Path) -> list[Page]:
    """Every CSV file of the folder as a sheet of that name. Raises Remedy for what is no CSV."""
    files = sorted(path.glob("*.csv"))
    if not files:
        raise Remedy(f"{path}: there is no CSV file in this folder; check its name.")
    return [_page(file) for file in files]


def files_of(path: Path, language: Language, sheets: Sequence[Sheet] = SHEETS) -> list[Path]:
    """The files of the sheets in the folder; those of the protocol unless others are given."""
    return [path / f"{sheet.file.told(language)}.csv" for sheet in sheets]


def write_folder(path: Path, pages: Sequence[Page], language: Language, sheets: Sequence[Sheet] = SHEETS) -> None:
    """Writes one CSV file for each of the sheets, readable by you only."""
    path.mkdir(parents=True, exist_ok=True)
    for file, page in zip(files_of(path, language, sheets), pages, strict=True):
        file.touch(mode=0o600)  # contacts stand in it
        with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel that it is UTF-8
            csv.writer(out).writerows([[_guarded(plain(cell)) for cell in row] for row in page.rows])


def _page(file: Path) -> Page:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            first = text.readline()
            text.seek(0)
            delimiter = max(",;\t", key=first.count)
            rows = [[_opened(cell) for cell in row] for row in csv.reader(text, delimiter=delimiter, strict=True)]
    except UnicodeDecodeError:
        raise Remedy(f"{file}: this is not UTF-8 text; save it as CSV UTF-8.") from None
    except csv.Error as error:
        raise Remedy(f"{file}: this is not CSV ({error}); save it as CSV again.") from None
    return Page(file.stem, rows)


def _guarded(text: str) -> str:
    return "'" + text if re.match(f"'*{_FORMULA}", text) else text


def _opened(text: str) -> str:
    return text[1:] if re.match(f"'+{_FORMULA}", text) else text
