"""The receiver that the tests of this room post to."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from monitoring.definitions import load_rules
from notifiers.links import Links
from playbooks.library import Library, load_library, read_library
from protocol.company import CompanyFile, load_company, read_company
from protocol.store import Store
from protocol.vault import Vault
from tests.app.receiver_desk import EXAMPLES, NOW, PUBLIC, SECRET, Clock, Desk
from wiring.settings import read_settings
from wiring.works import Works


@pytest.fixture(scope="module")
def company() -> CompanyFile:
    return read_company(EXAMPLES / "company.yaml")


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


@pytest.fixture
def desk(store: Store, vault: Vault, tmp_path: Path, company: CompanyFile, library: Library) -> Desk:
    clock = Clock()
    with store.write() as session:
        load_company(session, vault, company)
        load_library(session, library, NOW)
        load_rules(session, EXAMPLES / "rules.yaml")
    settings = read_settings({"CRISIS_HOME": str(tmp_path), "CRISIS_PUBLIC_URL": PUBLIC, "TWILIO_AUTH_TOKEN": SECRET})
    return Desk(Works(settings, store, vault, Links(PUBLIC, "http://127.0.0.1:4200", vault), clock), clock)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return desk.client()
