"""The desk's part of the schema: everything that stood in the store before stands there after, and inquiries work."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect

from desk.inquiries import InquiryValue
from desk.intake import take_in
from desk.rows import Inquiry
from protocol.practice import Company, SupportEntry
from protocol.reply_targets import DEFAULTS, targets_of
from protocol.store import Store
from protocol.vault import Vault
from tests.fakes.former import KINDS, store_of_release
from wiring import schema

FORMER = "0014"
NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
ROWS = (
    "INSERT INTO company (id, name, press_page, quiet_below, holidays, variables)"
    " VALUES (1, 'Aurora', 'https://example.com', 'red', 'ES-MD', '{}')",
    "INSERT INTO support_entry (id, key, kind, channel, urgency, customer, question, answers, team_id) VALUES"
    " (3, 'refund', 'query', 'phone', 'medium', 'current', 'Quiero devolver', '{\"es\": \"Claro.\"}', NULL)",
)


ASKED = (
    "INSERT INTO inquiry (id, source, print, kind, channel, urgency, customer, language, reason, at, taken_at, due_at,"
    " sealed, rung) VALUES (7, 'crm', 'p', 'query', 'phone', 'low', 'any', 'es', 'other', :at, :at, :at, 'x', 0)"
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a company and a support entry."""
    with store_of_release(request, tmp_path, FORMER, ROWS) as store:
        yield store


def test_the_company_and_its_support_are_kept(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        company = session.query(Company).one()
        assert (company.name, company.holidays, company.support_targets) == ("Aurora", "ES-MD", {})
        assert set(targets_of(session)) == set(DEFAULTS)
        entry = session.get_one(SupportEntry, 3)
        assert (entry.key, entry.urgency, entry.answers, entry.team_id) == ("refund", "medium", {"es": "Claro."}, None)


def test_an_inquiry_is_answered_from_what_stood_there(former: Store) -> None:
    schema.migrate(former)
    with former.write() as session:
        taken = take_in(session, Vault(b"x"), [InquiryValue("1", "Quisiera devolverlo", "phone", NOW)], NOW)
        (answered,) = taken.answered
        assert (answered.answer.reason, answered.answer.text, answered.answer.team) == ("refund", "Claro.", None)


@pytest.fixture(params=KINDS)
def numbered(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release whose inquiries could be given a number twice, with one inquiry."""
    with store_of_release(request, tmp_path, "0013", (ASKED,), at=f"{NOW:%Y-%m-%d %H:%M:%S.000000}") as store:
        yield store


def test_inquiries_are_kept_and_no_number_is_given_twice(numbered: Store) -> None:
    schema.migrate(numbered)
    schema.require_current(numbered)
    with numbered.write() as session:
        row = session.query(Inquiry).one()
        assert (row.name, row.source, row.channel, row.sealed, row.at) == ("INQ-7", "crm", "phone", "x", NOW)
        assert {one["name"] for one in inspect(session.connection()).get_indexes("inquiry")} >= {
            *("ix_inquiry_at", "ix_inquiry_print", "ix_inquiry_rung_at", "ix_inquiry_subject_at")
        }
        taken = take_in(session, Vault(b"x"), [InquiryValue("1", "Hola", "phone", NOW)], NOW)
        newest = taken.new[0]
        session.delete(newest)
        session.flush()
        again = take_in(session, Vault(b"x"), [InquiryValue("2", "Hola", "phone", NOW)], NOW)
        assert again.new[0].id > newest.id
