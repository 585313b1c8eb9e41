"""The feeds of a listening channel: only of monitoring, only addresses, kept through file, store and spreadsheet."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from protocol.company import load_company, read_company
from protocol.company_export import company_of
from protocol.practice import ListeningChannel
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy

SAMPLE = Path("examples/company.yaml")
FEED = "https://news.example.com/rss.xml"


def company_with(tmp_path: Path, place: int, *feeds: str) -> Path:
    document = yaml.safe_load(SAMPLE.read_text())
    document["listening_channels"][place]["feeds"] = list(feeds)
    file = tmp_path / "company.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    return file


def test_feeds_come_into_the_store_and_out_again_each_once(store: Store, vault: Vault, tmp_path: Path) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(company_with(tmp_path, 0, FEED, FEED)))
    with store.read() as session:
        query = select(ListeningChannel.feeds).order_by(ListeningChannel.id)
        assert list(session.scalars(query)) == [[FEED], [], []]
        assert company_of(session, vault).listening_channels[0].feeds == [FEED]


def test_a_channel_of_customer_service_has_no_feeds(tmp_path: Path) -> None:
    with pytest.raises(Remedy) as refused:
        read_company(company_with(tmp_path, 2, FEED))
    sentence = (
        "listening_channel 3 (help-line): only a monitoring channel has feeds. Move them to one, or leave them out."
    )
    assert sentence in str(refused.value)


def test_what_is_no_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(Remedy) as refused:
        read_company(company_with(tmp_path, 0, "news"))
    assert '"news" is not the address of a feed; write it like https://news.example.com/rss.xml' in str(refused.value)
