"""The language itself: what nobody expected fails a story, and so does what never comes."""

import pytest

from protocol.words import Channel
from tests.language.crisis import Crisis


def test_what_nobody_expected_fails_the_story_with_who_and_what(crisis: Crisis) -> None:
    crisis.tells("signal-alert", "lucia.romero", "tom.baker")
    crisis.phone("tom.baker").expects("possible crisis")
    with pytest.raises(AssertionError, match=r"nobody expected this:\nsms to lucia\.romero: INC-0, nivel naranja"):
        crisis.ends()
    crisis.ignores("signal-alert", Channel.EMAIL)
    with pytest.raises(AssertionError, match=r"lucia\.romero"):
        crisis.ends()
    crisis.ignores("signal-alert")


def test_what_never_came_fails_the_story_with_what_came_instead(crisis: Crisis) -> None:
    crisis.tells("signal-alert", "tom.baker")
    with pytest.raises(
        AssertionError, match=r"sms to tom\.baker with .*never came; there was sms to tom\.baker: INC-0"
    ):
        crisis.phone("tom.baker").expects("gabinete")
    crisis.phone("tom.baker").expects("possible crisis")
    with pytest.raises(AssertionError, match="there was nothing"):
        crisis.phone("tom.baker").expects("possible crisis")
