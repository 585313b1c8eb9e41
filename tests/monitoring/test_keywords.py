"""Keywords are found as whole words, whatever their accents and case, as somebody who reads word by word finds them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.followed import Followed, channel_name
from monitoring.keywords import Keywords, folded_words, keyword_of, keywords_of
from protocol.practice import ListeningChannel


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("aurora", "AURORA recalls a drink"),
        ("auroragate", "what a #AuroraGate!"),
        ("auroragate", "ask @auroragate,please"),
        ("#auroragate", "auroragate"),
        ("devolucion", "Quiero una DEVOLUCIÓN ya"),
        ("devolución", "quiero una devolucion ya"),
        ("aurora foods", "Aurora\n  Foods, again"),
        ("food safety", "food-safety"),
        ("straße", "STRASSE"),
        ("aurora", "au\u00adrora"),
        ("at&t", "AT&T is down"),
        ("2026", "since 2026."),
    ],
)
def test_a_keyword_is_found_however_it_is_written(keyword: str, text: str) -> None:
    assert Keywords.of({keyword_of(keyword): "it"}).found_in(text) == {"it"}


@pytest.mark.parametrize(
    ("keyword", "text"),
    [("aurora", "auroral"), ("aurora", "an aurora_foods"), ("aurora foods", "aurora and foods"), ("data", "database")],
)
def test_part_of_a_word_is_no_keyword(keyword: str, text: str) -> None:
    assert Keywords.of({keyword_of(keyword): "it"}).found_in(text) == set()


def test_what_holds_no_word_is_no_keyword() -> None:
    assert keywords_of(["", " ", "!!", "Aurora", "aurora"]) == ["aurora"]
    assert Keywords.of({}).found_in("anything") == set()


words = st.lists(st.sampled_from(["ab", "a", "b", "é", "ß", "ab_c", "#x", "12"]), max_size=8).map(" ".join)


@given(st.lists(words, max_size=6), words)
def test_the_automaton_finds_what_reading_word_by_word_finds(texts: list[str], text: str) -> None:
    keywords = keywords_of(texts)
    said = folded_words(text)
    wanted = {
        keyword
        for keyword in keywords
        for start in range(len(said))
        if said[start : start + len(keyword.split())] == keyword.split()
    }
    assert Keywords.of({keyword: keyword for keyword in keywords}).found_in(text) == wanted


def channel(key: str, **lists: list[str]) -> ListeningChannel:
    every: dict[str, list[str]] = {"keywords": [], "competitors": [], "personalities": [], "trends": []}
    return ListeningChannel(key=key, kind="monitoring", name=key, **(every | lists))


def test_the_series_of_a_mention_name_channel_list_and_keyword_once_each() -> None:
    followed = Followed([channel("social", keywords=["Aurora Foods", "aurora"]), channel("press", trends=["aurora"])])
    assert followed.series_of("Aurora Foods again", frozenset()) == {
        "mentions",
        *("mentions.social", "mentions.social.keywords", "mentions.keyword.aurora-foods", "mentions.keyword.aurora"),
        *("mentions.press", "mentions.press.trends", "mentions.trend.aurora"),
    }


def test_a_channel_that_is_named_holds_a_mention_against_its_own_lists_and_an_unknown_one_against_all() -> None:
    followed = Followed([channel("social", keywords=["aurora"]), channel("press", competitors=["aurora"])])
    alone = {"mentions", "mentions.press", "mentions.press.competitors", "mentions.competitor.aurora"}
    assert followed.series_of("aurora", frozenset({"press"})) == alone
    assert followed.series_of("aurora", frozenset({"unknown"})) > alone


def test_no_channel_takes_a_name_that_means_something_else() -> None:
    assert [channel_name(key) for key in ("social", "a.b", "keyword", "negative")] == [
        *("social", "a-b", "channel-keyword", "channel-negative")
    ]
