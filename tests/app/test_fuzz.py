"""Whatever is posted to the ways in of listening: no answer is unforeseen, and nothing is written without the token."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from app.receiver import create_receiver
from monitoring.definitions import load_rules
from notifiers.links import Links
from playbooks.library import Library, load_library
from protocol.company import CompanyFile, load_company
from protocol.store import Store
from protocol.vault import Vault
from tests.app.receiver_desk import EXAMPLES, NOW, PUBLIC, Clock
from wiring.settings import read_settings
from wiring.works import Works

pytestmark = pytest.mark.xdist_group("fuzz")
TOKEN = "a long random word"
WAYS_IN = "^/(readings|mentions|emails|alertmanager|inquiries)$"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FUZZED = settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@dataclass(frozen=True)
class Fuzzed:
    """A receiver with a token, and the store behind it."""

    app: FastAPI
    store: Store
    watcher: sqlite3.Connection

    def version(self) -> int:
        """A number that changes with every write of anybody else, whatever it changes."""
        return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture(scope="module")
def fuzzed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, company: CompanyFile, library: Library
) -> Iterator[Fuzzed]:
    home = tmp_path_factory.mktemp("fuzz")
    shutil.copy(sqlite_template, home / "crisis.db")
    store, vault = Store(f"sqlite:///{home}/crisis.db"), Vault(b"a secret of the tests")
    with store.write() as session:
        load_company(session, vault, company)
        load_library(session, library, NOW)
        load_rules(session, EXAMPLES / "rules.yaml")
    given = {"CRISIS_HOME": str(home), "CRISIS_PUBLIC_URL": PUBLIC, "CRISIS_READINGS_TOKEN": TOKEN}
    links = Links(PUBLIC, "http://127.0.0.1:4200", vault)
    with closing(sqlite3.connect(home / "crisis.db", isolation_level=None, check_same_thread=False)) as watcher:
        yield Fuzzed(create_receiver(Works(read_settings(given), store, vault, links, Clock())), store, watcher)
    store.close()


@pytest.fixture(scope="module")
def described(fuzzed: Fuzzed) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", fuzzed.app)


@schemathesis.serializer("application/x-ndjson", "application/ndjson", "application/jsonl")
def _lines(context: schemathesis.SerializationContext, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


schema = schemathesis.pytest.from_fixture("described").include(path_regex=WAYS_IN)


@schema.parametrize()
@FUZZED
def test_every_answer_is_one_that_the_document_foresees(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=CHECKS)


@schema.parametrize()
@FUZZED
def test_without_the_token_nothing_is_written(case: schemathesis.Case, fuzzed: Fuzzed) -> None:
    before = fuzzed.version()
    answer = case.call(headers={"Authorization": "Bearer another"})
    assert answer.status_code in (401, 405)  # it tries other methods, too
    assert fuzzed.version() == before


def test_the_document_describes_every_way_in(described: schemathesis.BaseSchema) -> None:
    paths = described.raw_schema["paths"]
    for path in ("/readings", "/mentions", "/emails", "/alertmanager"):
        post = paths[path]["post"]
        assert {"200", "400", "401", "409", "413", "415", "422", "503"} <= set(post["responses"])
        assert "application/json" in post["requestBody"]["content"]
        assert post["security"]


def test_a_write_would_have_been_noticed(fuzzed: Fuzzed) -> None:
    before = fuzzed.version()
    with fuzzed.store.write() as session:
        session.execute(text("UPDATE company SET name = 'Another'"))
    assert fuzzed.version() != before
