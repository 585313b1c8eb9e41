"""The faults of a workbook as people read them: one table, in the workbook's own language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from app.terminal import console, table
from protocol.words import Language, Remedy
from protocol.workbook.faults import Fault
from protocol.workbook.understanding import Understood

HEADINGS = {
    Language.ES: ("hoja", "celda", "columna", "valor", "qué pasa", "qué hacer"),
    Language.EN: ("sheet", "cell", "column", "value", "what is wrong", "what to do"),
}
REFUSED = {
    Language.ES: "{file}: {faults}; nada se ha escrito. Corríjalo, o deje fuera sus filas con --skip-bad-rows.",
    Language.EN: "{file}: {faults}; nothing was written. Correct it, or leave out their rows with --skip-bad-rows.",
}
REFUSED_ALL = {
    Language.ES: "{file}: {faults}; nada se ha escrito. Corríjalo.",
    Language.EN: "{file}: {faults}; nothing was written. Correct it.",
}
LEFT_OUT = {
    Language.ES: "Filas que se han dejado fuera: {rows}. Nadie ha salido de un equipo por ello.",
    Language.EN: "Rows that were left out: {rows}. Nobody left a team because of it.",
}
FAULTS = {Language.ES: ("fallo", "fallos"), Language.EN: ("fault", "faults")}


def refuse(file: Path, read: Understood) -> NoReturn:
    """Shows every fault on standard error, and raises Remedy with their number."""
    _refuse(file, read.faults, read.language, REFUSED)


def refuse_all(file: Path, faults: Sequence[Fault], language: Language) -> NoReturn:
    """The same of a file whose rows are taken all or not at all."""
    _refuse(file, faults, language, REFUSED_ALL)


def _refuse(file: Path, faults: Sequence[Fault], language: Language, told: Mapping[Language, str]) -> NoReturn:
    _show(faults, language)
    one, many = FAULTS[language]
    number = f"{len(faults):,} {one if len(faults) == 1 else many}"
    raise Remedy(told[language].format(file=file, faults=number))


def tell_left_out(read: Understood) -> None:
    """Shows the faults of the rows that were left out, and which rows these are."""
    _show(read.faults, read.language)
    rows = ", ".join(f"{sheet} {row}" for sheet, row in sorted(read.left_out))
    console(stderr=True).print(LEFT_OUT[read.language].format(rows=rows), style="yellow", soft_wrap=True)


def _show(faults: Sequence[Fault], language: Language) -> None:
    rows = [
        (fault.sheet, fault.cell, fault.heading, fault.value, f"{fault.reason}.", f"{fault.remedy}.")
        for fault in faults
    ]
    console(stderr=True).print(table("", HEADINGS[language], rows))
