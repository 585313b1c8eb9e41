"""Out into a spreadsheet and in again: nothing is lost, nothing changes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.company import read_company
from protocol.company_format import CompanyFile
from protocol.words import Channel, Language, Remedy
from protocol.workbook.cells import list_text, listed
from protocol.workbook.differences import Change, Difference, differences
from protocol.workbook.folder import read_folder, write_folder
from protocol.workbook.pages import Page, read_pages
from protocol.workbook.paper import write_pages
from protocol.workbook.reading import book_of
from protocol.workbook.texts import MessageText
from protocol.workbook.understanding import Understood, understand
from protocol.workbook.writing import pages_of
from tests.protocol.workbooks import LETTERS, companies, sorted_people, texts

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"
languages = st.sampled_from(list(Language))
slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def there(pages: list[Page], language: Language, csv: bool) -> list[Page]:
    """The sheets as they come back from a file."""
    with TemporaryDirectory() as folder:
        if csv:
            write_folder(Path(folder), pages, language)
            return read_folder(Path(folder))
        write_pages(Path(folder) / "book.xlsx", pages, language)
        return read_pages(Path(folder) / "book.xlsx")


def read(pages: list[Page]) -> Understood:
    return understand(book_of(pages), "ES", lambda _: ())


@slow
@given(companies(), texts(), languages, st.booleans())
def test_export_then_import_changes_nothing(
    company: CompanyFile, said: list[MessageText], language: Language, csv: bool
) -> None:
    back = read(there(pages_of(company, said, language), language, csv))
    assert back.faults == []
    assert back.company is not None
    assert sorted_people(back.company) == sorted_people(company)
    assert list(back.texts) == said
    assert differences(company, back.company, said, back.texts) == []


@slow
@given(companies(), texts(), languages, st.booleans())
def test_import_then_export_gives_back_every_cell(
    company: CompanyFile, said: list[MessageText], language: Language, csv: bool
) -> None:
    first = there(pages_of(company, said, language), language, csv)
    back = read(first)
    assert back.company is not None
    again = there(pages_of(back.company, back.texts, language), language, csv)
    assert [(page.title, _meant(page)) for page in again] == [(page.title, _meant(page)) for page in first]


def _meant(page: Page) -> list[list[object]]:
    return sorted(([cell or "" for cell in row] for row in page.rows), key=str)


@given(st.lists(st.text(LETTERS), max_size=4))
def test_a_list_in_one_cell_is_read_back(entries: list[str]) -> None:
    assert listed(list_text(entries)) == entries


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("csv", [False, True])
def test_the_sample_company_is_the_same_in_both_languages(language: Language, csv: bool) -> None:
    company = read_company(SAMPLE)
    pages = there(pages_of(company, [], language), language, csv)
    back = read(pages)
    assert back.company is not None and back.language is language
    assert sorted_people(back.company) == sorted_people(company)


def test_what_differs_is_told_by_what_key_and_field() -> None:
    company = read_company(SAMPLE)
    [first, *others] = company.tools
    changed = company.model_copy(update={"tools": [first.model_copy(update={"purpose": "All"}), *others[1:]]})
    before = [MessageText("sitrep", Language.ES, Channel.SMS, "", "Uno")]
    after = [MessageText("sitrep", Language.EN, Channel.SMS, "", "One")]
    assert differences(company, changed, before, after) == [
        Difference(Change.CHANGED, "tool", "listening-suite", "purpose", first.purpose, "All"),
        Difference(Change.ADDED, "message", "sitrep en sms"),
        Difference(Change.REMOVED, "tool", "ticket-desk"),
        Difference(Change.REMOVED, "message", "sitrep es sms"),
    ]


def test_another_order_of_the_flows_is_a_difference() -> None:
    company = read_company(SAMPLE)
    turned = company.model_copy(update={"communication_flows": company.communication_flows[::-1]})
    [difference] = differences(company, turned)
    assert (difference.what, difference.field) == ("communication flow", "order")


def test_a_text_that_excel_would_cut_is_refused(tmp_path: Path) -> None:
    company = read_company(SAMPLE)
    long = [MessageText("sitrep", Language.ES, Channel.EMAIL, "", "x" * 32_768)]
    with pytest.raises(Remedy, match=r"^Mensajes tipo, F2: Excel cannot hold this text; export to a folder of CSV"):
        write_pages(tmp_path / "book.xlsx", pages_of(company, long, Language.ES), Language.ES)
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    pages = pages_of(read_company(SAMPLE), [], Language.ES)
    write_pages(tmp_path / "book.xlsx", pages, Language.ES)
    write_folder(tmp_path / "sheets", pages, Language.ES)
    files = [tmp_path / "book.xlsx", *(tmp_path / "sheets").iterdir()]
    assert [file.stat().st_mode & 0o077 for file in files] == [0] * 6
