"""The feeds of a listening channel: each entry counts once, and nothing that a server sends does harm."""

import gzip
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from sqlalchemy import select

from app import feed_fetching
from app.feed_entries import MOST_LOOSE, NoFeed, entries_of
from app.feed_fetching import Door, Unfetched, fetch, is_near
from app.feeds import LOOK_EVERY, Feeds
from app.forgetting import Forgetting
from monitoring.definitions import RuleDefinition, keep_rule
from monitoring.listening_rows import PolledFeed, SeenMention
from monitoring.rows import MonitoringRule, Reading
from protocol.addresses import read_feed
from protocol.practice import ListeningChannel
from tests.app.receiver_desk import Desk
from tests.fakes.feed_server import FeedServer, Item, Page, feed_server

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aurora"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><item><guid>1</guid><title>&b;</title></item></channel></rss>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><item><guid>1</guid><title>&a;</title></item></channel></rss>"""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as serving:
        yield serving


@pytest.fixture
def poll(desk: Desk) -> Callable[[], int]:
    """Polls once more, five minutes later."""
    feeds = Feeds()

    def once() -> int:
        desk.clock.moment += timedelta(minutes=5)
        return feeds(desk.works)

    return once


def follow(desk: Desk, *addresses: str, channel: str = "social-media") -> None:
    with desk.works.store.write() as session:
        row = session.scalars(select(ListeningChannel).where(ListeningChannel.key == channel)).one()
        row.feeds = list(addresses)


def count(desk: Desk, series: str = "mentions") -> float:
    with desk.works.store.read() as session:
        return sum(session.scalars(select(Reading.value).where(Reading.series == series)))


def feed(desk: Desk, address: str) -> PolledFeed:
    with desk.works.store.read() as session:
        return session.get_one(PolledFeed, address)


@pytest.mark.parametrize("atom", [False, True])
def test_each_entry_counts_once_in_its_minute(
    desk: Desk, server: FeedServer, poll: Callable[[], int], atom: bool
) -> None:
    follow(desk, server.address())
    first = [Item("1", "Aurora recalls", 1), Item("2", "Weather", 2), Item("3", "News", 3, "about <b>#AuroraGate</b>")]
    server.publish(first, atom=atom)
    assert (poll(), poll()) == (2, 0)
    server.publish([*first, Item("4", "Aurora again", 4)], atom=atom)
    assert poll() == 1
    assert (count(desk), count(desk, "mentions.social-media.keywords")) == (3, 3)
    with desk.works.store.read() as session:
        query = select(Reading.at).where(Reading.series == "mentions").order_by(Reading.at)
        assert [moment.minute for moment in session.scalars(query)] == [1, 3, 4]
        assert {row.source for row in session.scalars(select(SeenMention))} == {"127.0.0.1"}


def test_only_the_lists_of_the_channel_that_has_the_feed_count(
    desk: Desk, server: FeedServer, poll: Callable[[], int]
) -> None:
    follow(desk, server.address(), channel="online-media")
    server.publish([Item("1", "auroragate"), Item("2", "Solsticio")])
    assert poll() == 1
    assert (count(desk, "mentions.online-media.competitors"), count(desk, "mentions.social-media")) == (1, 0)


def test_the_server_is_asked_only_for_what_is_new(desk: Desk, server: FeedServer, poll: Callable[[], int]) -> None:
    follow(desk, server.address())
    server.publish([Item("1", "Aurora")], etag='"7"')
    assert (poll(), poll(), poll()) == (1, 0, 0)
    asked = [headers.get("if-none-match") for _, headers in server.asked]
    assert asked == [None, '"7"', '"7"']
    assert {headers["accept-encoding"] for _, headers in server.asked} == {"identity"}


def test_a_feed_is_asked_as_often_as_is_set(desk: Desk, server: FeedServer, poll: Callable[[], int]) -> None:
    follow(desk, server.address())
    server.publish([])
    feeds = Feeds()
    for _ in range(12):
        desk.clock.moment += timedelta(minutes=1)
        feeds(desk.works)
    assert len(server.asked) == 3


def test_entries_without_a_moment_count_when_they_come_but_not_those_of_the_first_time(
    desk: Desk, server: FeedServer, poll: Callable[[], int]
) -> None:
    follow(desk, server.address())
    old = [Item("1", "Aurora", None), Item("2", "Aurora", None)]
    server.publish(old)
    assert poll() == 0
    server.publish([*old, Item("3", "Aurora", None)])
    assert (poll(), poll()) == (1, 0)


def test_what_is_still_in_a_feed_is_not_forgotten(desk: Desk, server: FeedServer, poll: Callable[[], int]) -> None:
    follow(desk, server.address())
    server.publish([], etag='"1"')
    poll()
    server.publish([Item("1", "Aurora", None)], etag='"2"')
    assert poll() == 1
    for _ in range(4):
        desk.clock.moment += timedelta(days=20)
        assert (poll(), Forgetting()(desk.works)) == (0, 0)
    server.publish([Item("1", "Aurora", None)], etag='"3"')
    assert poll() == 0
    follow(desk)
    desk.clock.moment += timedelta(days=32)
    assert Forgetting()(desk.works) == 1
    assert (desk.count(SeenMention), desk.count(PolledFeed)) == (0, 0)


def test_a_feed_that_is_broken_or_away_keeps_no_other_from_being_read(
    desk: Desk, server: FeedServer, poll: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "crisis.feeds")
    paths = ("/away?token=secret", "/bomb", "/file", "/page", "/good")
    follow(desk, "http://127.0.0.1:9/rss", *(server.address(path) for path in paths))
    server.pages |= {"/bomb": Page(BOMB), "/file": Page(FILE), "/page": Page(b"<html><p>Aurora</p></html>")}
    server.publish([Item("1", "Aurora")], path="/good")
    assert poll() == 1
    told = sorted(record.getMessage().partition(": ")[2] for record in caplog.records)
    assert told == [
        "it answered with status 404.",
        "it defines entities of its own, which no feed needs and an attack does.",
        "it defines entities of its own, which no feed needs and an attack does.",
        "it did not answer as it should (ConnectError).",
        "it is neither RSS nor Atom.",
    ]
    assert "secret" not in caplog.text
    assert feed(desk, server.address("/bomb")).fault.startswith("it defines entities")


def test_a_feed_whose_alarm_finds_no_subject_keeps_no_other_from_being_counted_and_is_tried_at_the_next_poll(
    desk: Desk, server: FeedServer, poll: Callable[[], int], caplog: pytest.LogCaptureFixture
) -> None:
    follow(desk, server.address("/first"))
    follow(desk, server.address("/second"), channel="online-media")
    point_rule_at(desk, "brand-gone")
    server.publish([Item("1", "Aurora", 59)], path="/first", etag='"1"')
    server.publish([Item("2", "Solsticio", 59)], path="/second")
    assert poll() == 1
    assert (count(desk, "mentions.social-media"), count(desk, "mentions.online-media.competitors")) == (0, 1)
    assert 'waits: No subject "brand-gone" in the protocol' in caplog.text
    feeds, asked = Feeds(), len(server.asked)
    desk.clock.moment += LOOK_EVERY
    assert (feeds(desk.works), len(server.asked)) == (0, asked)
    point_rule_at(desk, "brand-aurora")
    assert (poll(), count(desk, "mentions.social-media")) == (1, 1)


def point_rule_at(desk: Desk, subject: str) -> None:
    """A rule that speaks of the first mention in social media, about this subject."""
    definition = RuleDefinition(
        key="any-mention",
        series="mentions.social-media",
        playbook="social-firestorm",
        subject="brand-aurora",
        kind="static",
        parameters={"levels": {"yellow": 1}, "window": "3h"},
    )
    with desk.works.store.write() as session:
        found = session.scalar(select(MonitoringRule).where(MonitoringRule.key == definition.key))
        (found or keep_rule(session, definition)).subject = subject


def test_redirections_are_followed_a_few_times(server: FeedServer) -> None:
    server.publish([Item("1", "Aurora")])
    server.pages["/moved"] = Page(status=301, headers={"Location": "/rss"})
    server.pages["/round"] = Page(status=302, headers={"Location": "/round"})
    server.pages["/file"] = Page(status=302, headers={"Location": "file:///etc/passwd"})
    assert fetch(server.address("/moved")).body
    for path, sentence in (
        ("/round", "it leads on more than 3 times; name the address where it ends."),
        ("/file", "it leads to what is no address; correct it."),
    ):
        with pytest.raises(Unfetched) as refused:
            fetch(server.address(path))
        assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("address", "near"),
    [
        *((one, True) for one in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1")),
        *((one, True) for one in ("::1", "::ffff:127.0.0.1", "fe80::1", "fd00::1", "224.0.0.1", "2002:7f00:1::")),
        *((one, False) for one in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")),
    ],
)
def test_what_is_not_the_public_network_is_near(address: str, near: bool) -> None:
    assert is_near(ip_address(address)) is near


def test_a_public_feed_cannot_lead_into_this_machine(server: FeedServer) -> None:
    door = Door()
    door.first = False  # a public address came before
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(Unfetched) as refused:
            door.connect_tcp(host, server.port)
        assert str(refused.value) == (
            "it leads into a private network; name the address where it ends, if that is meant."
        )
    assert server.asked == []


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        (Page(b"x" * (feed_fetching.MOST_BYTES + 1)), "it is larger than 2,048 KB."),
        (
            Page(gzip.compress(b"x" * 1000), headers={"Content-Encoding": "gzip"}),
            "it sent something compressed that nobody asked for.",
        ),
    ],
)
def test_an_answer_has_an_end(server: FeedServer, page: Page, sentence: str) -> None:
    server.pages["/rss"] = page
    with pytest.raises(Unfetched) as refused:
        fetch(server.address())
    assert str(refused.value) == sentence


@pytest.mark.parametrize("drips_headers", [True, False])
def test_a_server_that_drips_its_answer_does_not_hold_on_for_ever(server: FeedServer, drips_headers: bool) -> None:
    server.pages["/rss"] = Page(b"x" * 100, seconds_before_each_piece=0.05, drips_headers=drips_headers)
    with pytest.raises(Unfetched) as refused:
        fetch(server.address(), seconds=0.5)
    assert str(refused.value) == "it took longer than 0.5 seconds."


def test_what_is_long_and_no_xml_is_not_guessed_at() -> None:
    with pytest.raises(NoFeed) as refused:
        entries_of(b"<rss>" + b"<item>" * (MOST_LOOSE // 6 + 1), "")
    assert str(refused.value) == "it is not well-formed, and too long (256 KB) to guess what it means."
    with pytest.raises(NoFeed):
        entries_of(BOMB.decode().encode("utf-16"), "")


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"/etc/passwd", b"http://127.0.0.1:9/", b"<", b"{}"])
def test_what_is_no_feed_has_no_entries(body: bytes) -> None:
    with pytest.raises(NoFeed):
        entries_of(body, "text/xml; charset=nonsense")


def test_a_feed_that_is_not_quite_xml_is_read_all_the_same() -> None:
    body = b"<rss version='2.0'><channel><item><guid>1</guid><title>Caf&eacute; &nbsp; Aurora</title></item></channel>"
    (entry,) = entries_of(body, "")
    assert entry.id == "1" and "Aurora" in entry.text


def test_feeds_are_addresses_of_the_web_without_a_password(desk: Desk) -> None:
    for bad, sentence in (
        ("ftp://x/rss", '"ftp://x/rss" is not the address of a feed; write it like https://news.example.com/rss.xml'),
        ("https://a:b@x/rss", "the address of a feed must hold no name or password; take them out"),
        ("http://[::1/rss", '"http://[::1/rss" is not the address of a feed'),
        ("http://x/a b", '"http://x/a b" is not the address of a feed'),
    ):
        with pytest.raises(ValueError) as refused:
            read_feed(bad)
        assert sentence in str(refused.value)
