"""Rules go out into a spreadsheet and come in again: nothing is lost, and what is wrong is told by its cell."""

import ast
import string
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from monitoring.building import KINDS
from monitoring.definitions import Known, RuleDefinition, checked
from monitoring.workbook.explaining import in_spanish
from monitoring.workbook.reading import UnderstoodRules, read_rules_book
from monitoring.workbook.sheet import RULES
from monitoring.workbook.writing import rules_pages, rules_template
from protocol.words import Language, Level
from protocol.workbook.folder import write_folder
from protocol.workbook.lines import ERRORS
from protocol.workbook.paper import write_pages

LETTERS = string.ascii_letters + string.digits + " .,;:-_'\"#=+@/&()áéñ€"
words = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(lambda text: text and text not in ERRORS)
keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
spans = st.builds("{}{}".format, st.integers(1, 40), st.sampled_from("mhd"))
numbers = st.integers(2, 99_999) | st.floats(1.001, 99_999, allow_nan=False).map(lambda one: round(one, 3))
KNOWN = Known(["social-firestorm", "data-breach"], ["brand-aurora"])


@st.composite
def levels(draw: st.DrawFn, most: float = 1e6) -> dict[str, Any]:
    """One to three levels that rise, some with a score of their own at which they are left."""
    enters = sorted(draw(st.lists(numbers.filter(lambda one: one <= most), min_size=1, max_size=3, unique=True)))
    named = draw(st.permutations(["yellow", "orange", "red"]))[: len(enters)]
    ranked = sorted(named, key=lambda level: Level(level).rank)

    def band(enter: float) -> Any:
        return draw(st.sampled_from([enter, {"enter": enter, "leave": enter * 0.5}, {"enter": enter, "leave": enter}]))

    return {level: band(enter) for level, enter in zip(ranked, enters, strict=True)}


def patience() -> dict[str, Any]:
    return {"sustained": spans, "hold": spans, "clear": spans}


def counted(**more: Any) -> dict[str, Any]:
    return {"unit": words, **patience(), **more}


def of_kind(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


FIVE_WEEKS = st.sampled_from(["1d", "3d", "72h"])
HOURS = st.sampled_from(["30m", "1h", "60m", "3h"])
SILENCES = st.sampled_from([{"yellow": "20m"}, {"orange": "1h", "red": "1d"}, {"yellow": "60m", "red": "3h"}])
PARAMETERS = {
    "static": of_kind({"levels": levels()}, counted(window=spans, minimum=numbers)),
    "ratio": of_kind({"levels": levels(), "minimum": numbers}, counted(window=HOURS, baseline=FIVE_WEEKS)),
    "ewma": of_kind({"levels": levels(), "minimum": numbers}, counted(window=HOURS, half_life=FIVE_WEEKS)),
    "seasonal": of_kind({"levels": levels(), "minimum": numbers}, counted(window=spans)),
    "burst": of_kind({}, counted(levels=levels(), minimum=numbers)),
    "share": of_kind({"levels": levels(100), "minimum": numbers, "of": words}, counted(window=spans)),
    "absence": of_kind({"levels": SILENCES}, patience()),
}


@st.composite
def signals(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = draw(st.lists(st.sampled_from(sorted(PARAMETERS)), min_size=2, max_size=4))
    return [{"series": draw(words), "kind": kind, "parameters": draw(PARAMETERS[kind])} for kind in kinds]


COMBINED = of_kind(
    {"signals": signals()}, {"need": st.sampled_from(["all", "any", 1, 2]), "within": spans, **patience()}
)


@st.composite
def rules(draw: st.DrawFn) -> RuleDefinition:
    """A rule of any kind."""
    kind = draw(st.sampled_from([*PARAMETERS, "combination"]))
    said = {
        "key": draw(keys),
        "playbook": draw(st.sampled_from(KNOWN.playbooks)),
        "subject": "brand-aurora",
        "kind": kind,
        "opens": draw(st.booleans()),
        "actions": draw(
            st.dictionaries(st.sampled_from(["yellow", "orange", "red"]), st.sampled_from(["signal", "ask", "open"]))
        ),
        "parameters": draw(COMBINED if kind == "combination" else PARAMETERS[kind]),
    }
    return checked("here", said if kind == "combination" else {**said, "series": draw(words)})


def there_and_back(definitions: list[RuleDefinition], language: Language, csv: bool) -> UnderstoodRules:
    with TemporaryDirectory() as folder:
        if csv:
            write_folder(Path(folder), rules_pages(definitions, language), language, (RULES,))
            return read_rules_book(Path(folder), KNOWN)
        write_pages(Path(folder) / "rules.xlsx", rules_pages(definitions, language), language, (RULES,))
        return read_rules_book(Path(folder) / "rules.xlsx", KNOWN)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(rules(), min_size=1, max_size=4, unique_by=lambda one: one.key),
    st.sampled_from(list(Language)),
    st.booleans(),
)
def test_export_then_import_changes_nothing(definitions: list[RuleDefinition], language: Language, csv: bool) -> None:
    back = there_and_back(definitions, language, csv)
    assert back.faults == []
    assert back.language is language
    assert [one.meant for one in back.definitions] == [one.meant for one in definitions]


def test_every_word_of_a_rule_has_a_column() -> None:
    columns = {column.name for column in RULES.columns} | {"parameters", "actions", "levels", "signals"}
    fields = {*RuleDefinition.model_fields, *(name for model in KINDS.values() for name in model.model_fields)}
    assert fields - columns == set()


@pytest.mark.parametrize("language", Language)
def test_the_rows_of_the_template_are_not_read(tmp_path: Path, language: Language) -> None:
    write_pages(tmp_path / "rules.xlsx", rules_template(language), language, (RULES,))
    assert read_rules_book(tmp_path / "rules.xlsx") == UnderstoodRules([], [], language)


SPANISH = ("Clave", "Tipo", "Serie", "Playbook", "Asunto", "Amarillo", "Naranja", "Mínimo", "Señal de", "Ventana")
ENGLISH = ("Key", "Kind", "Series", "Playbook", "Subject", "Yellow", "Orange", "Minimum", "Signal of", "Window")
GOOD = ("many", "ratio", "mentions", "social-firestorm", "brand-aurora", 4, 6, 500)


def read(folder: Path, *rows: tuple[object, ...], headings: tuple[str, ...] = ENGLISH) -> UnderstoodRules:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Reglas" if headings is SPANISH else "Rules"
    for row in (headings, *rows):
        sheet.append(row)
    book.save(folder / "rules.xlsx")
    return read_rules_book(folder / "rules.xlsx", KNOWN)


def told(read_: UnderstoodRules) -> list[str]:
    assert not read_.definitions
    return [f"{fault.cell} {fault.heading} {fault.value}: {fault.reason}; {fault.remedy}." for fault in read_.faults]


def test_a_row_that_is_well_is_a_rule(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, GOOD).definitions
    assert rule.written == {
        "key": "many",
        "series": "mentions",
        "playbook": "social-firestorm",
        "subject": "brand-aurora",
        "kind": "ratio",
        "parameters": {"levels": {"yellow": 4, "orange": 6}, "minimum": 500},
    }


def test_every_fault_is_told_at_once_by_its_cell(tmp_path: Path) -> None:
    rows = (
        ("Many Mentions", "guess", "mentions", "data-breech", "brand-borealis", 4, 6, 500),
        ("low", "ratio", "mentions", "social-firestorm", "brand-aurora", 1, 6, 500),
        ("none", "ratio", None, "social-firestorm", "brand-aurora", 4, 6, None),
        ("none", "absence", "mentions", "social-firestorm", "brand-aurora", "a while", "1h", 500),
        ("fall", "static", "mentions", "social-firestorm", "brand-aurora", 9, "6 / 8", "1.500", None, "soon"),
    )
    assert told(read(tmp_path, *rows)) == [
        "A2 Key Many Mentions: it cannot be a key; use small letters, digits and hyphens, like many-mentions.",
        "B2 Kind guess: it is not a choice; write one of: static, ratio, moving average, seasonal, burst, share, "
        "absence, combination.",
        "D2 Playbook data-breech: there is no playbook data-breech; load it with crisis load, or use one of: "
        "data-breach, social-firestorm.",
        "E2 Subject brand-borealis: brand-borealis is no subject of the protocol; add it, or use one of: brand-aurora.",
        "F3 Yellow 1: a multiple of the usual must be above 1; correct it.",
        "C4 Series : it is empty; write it.",
        "H4 Minimum : it is empty; write it.",
        "A5 Key none: the key stands in row 4 too; give it another.",
        "F5 Yellow a while: it is not a span of time; write it like 30m, 2h or 3d.",
        "H5 Minimum 500: a rule of kind absence does not say it; empty the cell.",
        "H6 Minimum 1.500: it is not a number that can be read in one way only; write it without marks between "
        "thousands, like 1500 or 2.5.",
        "J6 Window soon: it is not a span of time; write it like 30m, 2h or 3d.",
    ]


def test_the_faults_are_told_in_the_language_of_the_sheet(tmp_path: Path) -> None:
    rows = (
        ("baja", "múltiplo", "menciones", "social-firestorm", "brand-aurora", 1, 6, 500),
        ("caida", "fija", "menciones", "social-firestorm", "brand-aurora", 9, 6, 500),
        ("nada", "fija", "menciones", "social-firestorm", "brand-aurora", 0, 6, 500),
    )
    assert told(read(tmp_path, *rows, headings=SPANISH)) == [
        "F2 Amarillo 1: un múltiplo de lo habitual tiene que ser mayor que 1; corríjalo.",
        "F3 Amarillo 9: amarillo 9, naranja 6: los límites tienen que subir de amarillo a rojo; corríjalo.",
        "F4 Amarillo 0: tiene que ser mayor que 0; corríjalo.",
    ]


COMBINED_ROW = ("both", "combination", None, "social-firestorm", "brand-aurora")


def signal(series: str, owner: str = "both", kind: str = "static", key: object = None) -> tuple[object, ...]:
    return (key, kind, series, None, None, 100, None, None, owner)


def test_rows_that_name_a_combination_are_its_signals_in_their_order(tmp_path: Path) -> None:
    (rule,) = read(tmp_path, signal("mentions"), COMBINED_ROW, signal("inquiries")).definitions
    assert [one["series"] for one in rule.parameters["signals"]] == ["mentions", "inquiries"]
    assert rule.watched == ("mentions", "inquiries")


def test_what_is_wrong_with_a_combination_is_told(tmp_path: Path) -> None:
    rows = (
        COMBINED_ROW,
        signal("mentions", kind="combination"),
        signal("mentions", owner="neither"),
        signal("inquiries", key="mine"),
        ("one", *COMBINED_ROW[1:]),
        signal("calls", owner="one"),
    )
    assert told(read(tmp_path, *rows)) == [
        "B3 Kind combination: a combination holds no other; write its signals one by one.",
        "I4 Signal of neither: neither is no combination of this sheet; add its row with Kind: combination, or correct "
        "the key.",
        "A5 Key mine: a signal does not say it; the row of its combination does; empty the cell.",
        "B6 Kind combination: a combination has 2 to 10 signals, and this one has 1; write a row for each signal, with "
        "this key under Signal of.",
    ]


def _sentences(source: str) -> list[str]:
    """What the code raises as ValueError; a 7 stands for each value in it."""
    raised = [node.exc for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Raise)]
    said = [call.args[0] for call in raised if isinstance(call, ast.Call) and ast.unparse(call.func) == "ValueError"]
    parts = [one.values if isinstance(one, ast.JoinedStr) else [one] for one in said]
    return ["".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in some) for some in parts]


def test_every_sentence_of_the_parameters_is_known_in_spanish() -> None:
    sentences = _sentences(Path("monitoring/parameters.py").read_text())
    assert sentences
    assert [one for one in sentences if in_spanish(one) is None] == []
