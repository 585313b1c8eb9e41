"""A mention counts once in each of its series, in any order, repetition and grouping; nothing of it is kept."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from monitoring import seen
from monitoring.followed import Followed, Following
from monitoring.listening_rows import SeenMention
from monitoring.mailboxes import Mail, count_mails
from monitoring.mentions import Counted, Mention, count_mentions, mention_fault
from monitoring.opening import opener
from monitoring.rows import Reading
from protocol.practice import ListeningChannel
from protocol.store import Store

NOW = datetime(2026, 3, 3, 21, 0, 30, tzinfo=UTC)
MINUTE = NOW.replace(second=0)
FOLLOWED = Followed(
    [
        ListeningChannel(
            key="social",
            kind="monitoring",
            name="Social",
            keywords=["aurora"],
            competitors=["borealis"],
            personalities=[],
            trends=[],
        )
    ]
)


def mention(number: int = 1, said: str = "aurora", minutes: int = 0, **more: object) -> Mention:
    return Mention("press", NOW - timedelta(minutes=minutes), said, id=str(number), **more)  # type: ignore[arg-type]


def take(store: Store, *mentions: Mention, now: datetime = NOW) -> Counted:
    with store.write() as session:
        return count_mentions(session, FOLLOWED, mentions, now, opener(now))


def series(store: Store) -> dict[tuple[str, datetime], float]:
    with store.read() as session:
        return {(one.series, one.at): one.value for one in session.scalars(select(Reading))}


def test_a_mention_counts_once_in_each_of_its_series(store: Store) -> None:
    found = take(store, mention(reach=250, sentiment=-0.6), mention(), mention(2, "nothing of ours"))
    assert (found.counted, found.repeated, found.unmatched) == (1, 1, 1)
    names = ("mentions", "mentions.social", "mentions.social.keywords", "mentions.keyword.aurora")
    counted = {(name, MINUTE): 1 for name in names} | {(f"{name}.negative", MINUTE): 1 for name in names}
    assert series(store) == counted | {(f"{name}.reach", MINUTE): 250 for name in names}


def test_a_mention_that_comes_again_in_another_post_changes_nothing(store: Store) -> None:
    take(store, mention())
    before = series(store)
    again = take(store, mention(), now=NOW + timedelta(hours=1))
    assert (again.counted, again.repeated, series(store)) == (0, 1, before)


def test_without_an_id_a_mention_is_told_by_source_author_moment_and_text(store: Store) -> None:
    one = Mention("press", NOW, "aurora", author="@a")
    others = [Mention("press", NOW, "aurora", author="@b"), Mention("blogs", NOW, "aurora", author="@a")]
    found = take(store, one, one, *others, Mention("press", NOW, "aurora!", author="@a"))
    assert (found.counted, found.repeated) == (4, 1)


def test_neither_text_nor_author_nor_id_stands_in_the_store(store: Store) -> None:
    take(store, Mention("press", NOW, "aurora secretword", id="secretid", author="secretauthor"))
    with store.read() as session:
        tables = [Reading.__table__, SeenMention.__table__]
        said = " ".join(str(row) for table in tables for row in session.execute(select(table)))
    assert "press" in said and "secret" not in said


def test_a_mention_of_long_ago_or_of_the_future_is_refused(store: Store) -> None:
    assert mention_fault(NOW - timedelta(days=31), NOW) == (
        "at lies more than 30 days back, where nobody knows whether it was counted; post readings instead."
    )
    assert mention_fault(NOW + timedelta(minutes=7), NOW) == (
        "at lies 7 minutes in the future; set the clock of its source, or its time zone."
    )
    assert mention_fault(NOW - timedelta(days=30), NOW) is None


def test_what_was_counted_is_forgotten_only_when_it_can_no_longer_be_taken_in(store: Store) -> None:
    take(store, mention())
    with store.write() as session:
        session.execute(seen.to_forget(NOW + seen.REMEMBERED))
    assert take(store, mention(), now=NOW + timedelta(days=29)).repeated == 1
    with store.write() as session:  # it came again meanwhile
        session.execute(seen.to_forget(NOW + timedelta(days=45)))
    assert take(store, mention(), now=NOW + timedelta(days=29)).repeated == 1
    with store.write() as session:
        session.execute(seen.to_forget(NOW + timedelta(days=61)))
        assert session.scalars(select(SeenMention)).all() == []


def test_each_email_counts_once_in_its_mailbox(store: Store) -> None:
    mails = [Mail("help", NOW, "<1@x>"), Mail("help", NOW, "<2@x>"), Mail("press", NOW, "<1@x>")]
    with store.write() as session:
        first = count_mails(session, [*mails, mails[0]], NOW, opener(NOW))
        again = count_mails(session, mails, NOW, opener(NOW))
    assert (first.accepted, first.repeated, again.accepted, again.repeated) == (3, 1, 0, 3)
    assert series(store) == {("email.help", MINUTE): 2, ("email.press", MINUTE): 1}


def test_what_is_followed_is_read_anew_when_the_lists_change(store: Store) -> None:
    following = Following()
    with store.write() as session:
        row = ListeningChannel(key="social", kind="monitoring", name="S", keywords=["aurora"])
        row.competitors = row.personalities = row.trends = []
        session.add(row)
        session.add(
            ListeningChannel(
                key="help", kind="customer-service", name="H", keywords=["refund"], **{name: [] for name in LISTS}
            )
        )
    with store.read() as session:
        known = following.now(session)
        assert following.now(session) is known
        assert known.series_of("refund", frozenset()) == set()
    with store.write() as session:
        session.scalars(select(ListeningChannel).where(ListeningChannel.key == "social")).one().trends = ["recall"]
    with store.read() as session:
        assert "mentions.trend.recall" in following.now(session).series_of("a RECALL", frozenset())


LISTS = ("competitors", "personalities", "trends")
SAID = ("aurora", "Borealis", "aurora borealis", "nothing")


@st.composite
def posts(draw: st.DrawFn) -> tuple[list[Mention], list[list[Mention]]]:
    """Some mentions, and posts that bring each of them at least once, in any order."""
    numbers = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True))
    every = [
        mention(
            number,
            draw(st.sampled_from(SAID)),
            draw(st.integers(0, 3)),
            reach=draw(st.integers(0, 9)),
            sentiment=draw(st.sampled_from([None, -1.0, 0.5])),
        )
        for number in numbers
    ]
    repeated = draw(st.permutations([*every, *draw(st.lists(st.sampled_from(every), max_size=8))]))
    cuts = sorted(draw(st.lists(st.integers(0, len(repeated)), max_size=4)))
    parts = [repeated[a:b] for a, b in zip([0, *cuts], [*cuts, len(repeated)], strict=True)]
    return every, parts


def expected(mentions: list[Mention]) -> dict[tuple[str, datetime], float]:
    """The counts as somebody would count them by hand."""
    counts: Counter[tuple[str, datetime]] = Counter()
    for one in mentions:
        minute = one.at.replace(second=0, microsecond=0)
        for name in FOLLOWED.series_of(one.text, one.channels):
            counts[name, minute] += 1
            if one.sentiment == -1.0:
                counts[f"{name}.negative", minute] += 1
            if one.reach:
                counts[f"{name}.reach", minute] += one.reach
    return dict(counts)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=posts())
def test_any_order_repetition_and_grouping_gives_the_same_series(
    store: Store, posted: tuple[list[Mention], list[list[Mention]]]
) -> None:
    every, parts = posted
    with store.write() as session:
        session.execute(delete(Reading))
        session.execute(delete(SeenMention))
    for part in parts:
        take(store, *part)
    assert series(store) == expected(every)


def test_the_digest_of_two_texts_is_not_that_of_one() -> None:
    assert seen.digest("ab", "c") != seen.digest("a", "bc")
    assert len(seen.digest("\ud800")) == 32


def test_thousands_are_marked_at_once(store: Store) -> None:
    many = [mention(number) for number in range(2500)]
    assert take(store, *many).counted == 2500
    assert take(store, *many).repeated == 2500
    with store.read() as session:
        assert session.scalar(text("SELECT count(*) FROM seen_mention")) == 2500
