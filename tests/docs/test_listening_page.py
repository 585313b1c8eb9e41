"""What the page on listening shows can be posted as it stands."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from app import posted_emails, posted_mentions, posted_readings
from app.posted import Form, items_of
from monitoring.followed import LISTS, Followed
from protocol.company_format import ListeningEntry
from protocol.practice import ListeningChannel

PAGE = (Path(__file__).parents[2] / "docs" / "listening.md").read_text()
NOW = datetime(2026, 3, 3, 21, 10, tzinfo=UTC)


def shown(section: str, language: str) -> list[str]:
    """The examples of a section, in their order."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def test_the_readings_and_the_event_can_be_taken_in() -> None:
    reading, event = shown("Readings", "json")
    for example, form in ((reading, Form.JSON), (event, Form.EVENT)):
        found = posted_readings.judged(items_of(example.encode(), form, (), "reading"), NOW, timedelta())
        assert [(one.series, one.value) for one in found.readings] == [("mentions", 12)] and not found.faults.count


def test_the_mention_counts_in_the_series_that_the_table_names() -> None:
    (example,) = shown("Mentions", "json")
    mentions, faults = posted_mentions.judged(items_of(example.encode(), Form.JSON, (), "mention"), NOW, timedelta())
    lists = {name: ["Aurora", "aurora foods"] if name == "keywords" else [] for name in LISTS}
    followed = Followed([ListeningChannel(key="social-media", kind="monitoring", name="S", **lists)])
    named = set(re.findall(r"^\| `(mentions[^`]*)` \|", PAGE, re.M))
    (mention,) = mentions
    assert not faults.count and len(named) == 4
    assert followed.series_of(f"{mention.text} Aurora Foods", mention.channels) == named | {"mentions.keyword.aurora"}


def test_the_emails_can_be_counted() -> None:
    (example,) = shown("E-mails", "json")
    found = posted_emails.judged(items_of(example.encode(), Form.JSON, (), "e-mail"), NOW, timedelta())
    assert (len(found.mails), len(found.counts), found.faults.count) == (1, 1, 0)


def test_the_channel_with_a_feed_is_one_of_a_company_file() -> None:
    (example,) = shown("Feeds", "yaml")
    (channel,) = yaml.safe_load(example)["listening_channels"]
    assert ListeningEntry.model_validate(channel).feeds == ["https://news.example.com/rss.xml"]
    (alerts,) = shown("Alerts", "yaml")
    assert yaml.safe_load(alerts)["receivers"][0]["webhook_configs"][0]["url"].endswith("/alertmanager")
    assert all(json.loads(one) for one in shown("Readings", "json"))
