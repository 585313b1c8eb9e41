"""A crisis for each story. Whatever arrives without being expected fails the story."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from protocol.store import Store
from protocol.vault import Vault
from tests.conftest import SECRET
from tests.fakes.company import Snapshot, put
from tests.fakes.set_clock import SetClock
from tests.fakes.terminal import Terminal
from tests.language.carriers import carriers
from tests.language.crisis import Crisis


@pytest.fixture
def crisis(
    store: Store,
    vault: Vault,
    tmp_path: Path,
    sample_company: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Crisis]:
    """The sample company, its telephones and mailboxes, and a clock that is set by hand."""
    put(store, sample_company)
    terminal = Terminal(tmp_path, monkeypatch, capsys, store.url.render_as_string(hide_password=False))
    terminal.settings["CRISIS_SECRET_KEY"] = SECRET.decode()
    with carriers(store, vault, tmp_path, SetClock()) as made:
        yield Crisis(made, terminal)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """The end of a story belongs to it: what nobody expected is its failure."""
    told = yield
    crisis = pyfuncitem.funcargs.get("crisis")
    if isinstance(crisis, Crisis):
        crisis.ends()
    return told
