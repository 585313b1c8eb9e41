"""What every provider promises to the sender, whatever the network and the company behind it do."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.providers.base import Answer, Found
from notifiers.states import Outcome
from tests.fakes.rigs import CANNOT_SAY, HOLDS_IT, HOLDS_NONE, PERSONAL, RIGS, patience, told
from tests.fakes.sendgrid_server import KEY
from tests.fakes.twilio_server import TOKEN

ACCEPTED, NOT_SENT, REFUSED, UNKNOWN = Outcome.ACCEPTED, Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN

# carrier, what breaks, what `send` answers, the pause it asks for, requests made, what `find` says afterwards
TABLE = [
    ("recorder", "", ACCEPTED, None, 1, HOLDS_IT),
    ("recorder", "disk", NOT_SENT, None, 1, HOLDS_NONE),
    ("console", "", ACCEPTED, None, 1, CANNOT_SAY),
    ("console", "terminal", UNKNOWN, None, 1, CANNOT_SAY),
    *[
        (carrier, *row)
        for carrier in ("twilio", "sendgrid")
        for row in (
            ("", ACCEPTED, None, 1, HOLDS_IT),
            ("400", REFUSED, None, 1, HOLDS_NONE),
            ("401", REFUSED, None, 1, HOLDS_NONE),
            ("429", NOT_SENT, 2.0, 1, HOLDS_NONE),
            ("refuse", NOT_SENT, None, 0, CANNOT_SAY),
            ("302", UNKNOWN, None, 1, HOLDS_NONE),
            ("408", UNKNOWN, None, 1, HOLDS_NONE),
            ("500", UNKNOWN, None, 1, HOLDS_NONE),
            ("503-before", UNKNOWN, None, 1, HOLDS_NONE),
            ("503-after", UNKNOWN, None, 1, HOLDS_IT),
            ("reset-before", UNKNOWN, None, 1, HOLDS_NONE),
            ("reset-after", UNKNOWN, None, 1, HOLDS_IT),
            ("hang-before", UNKNOWN, None, 1, HOLDS_NONE),
            ("hang-after", UNKNOWN, None, 1, HOLDS_IT),
            ("garbled", UNKNOWN, None, 1, HOLDS_NONE),
        )
    ],
    ("twilio", "garbled-after", UNKNOWN, None, 1, HOLDS_IT),
    ("sendgrid", "garbled-after", ACCEPTED, None, 1, HOLDS_IT),  # the answer is in its headers
    ("twilio", "21610", REFUSED, None, 1, HOLDS_NONE),  # the recipient
    ("twilio", "21612", REFUSED, None, 1, HOLDS_NONE),  # the pair
    ("twilio", "21606", REFUSED, None, 1, HOLDS_NONE),  # the campaign
    ("twilio", "21617", REFUSED, None, 1, HOLDS_NONE),  # the content
    ("twilio", "21611", NOT_SENT, None, 1, HOLDS_NONE),  # passes by itself
    ("twilio", "29999", REFUSED, None, 1, HOLDS_NONE),  # a code that nobody knows
]


@pytest.mark.parametrize(("carrier", "fault", "outcome", "pause", "requests", "afterwards"), TABLE)
def test_every_answer_is_the_truth_and_is_given_once(
    carrier: str, fault: str, outcome: Outcome, pause: float | None, requests: int, afterwards: str, tmp_path: Path
) -> None:
    with RIGS[carrier](tmp_path, patience(fault)) as rig:
        since = datetime.now(UTC)
        if fault:
            rig.break_by(fault)
        answer = rig.provider.send(rig.message)
        if fault.startswith("hang") and rig.fake:
            rig.fake.hanging.wait()
        assert (answer.outcome, answer.retry_after) == (outcome, pause), answer
        assert rig.requests() == requests, "a transport never retries: a retry is a state"
        assert bool(answer.detail) == (outcome is not ACCEPTED), answer
        assert not [part for part in PERSONAL if part in answer.detail], answer.detail
        assert told(rig.asked.find(rig.message, since)) == afterwards


@pytest.mark.parametrize(("carrier", "grace"), [("recorder", 0), ("console", 0), ("twilio", 62), ("sendgrid", 62)])
def test_a_provider_is_asked_once_its_own_time_out_and_a_minute_are_over(
    carrier: str, grace: float, tmp_path: Path
) -> None:
    with RIGS[carrier](tmp_path, 2.0) as rig:
        assert rig.provider.grace == grace


@pytest.mark.parametrize("carrier", ["recorder", "twilio", "sendgrid"])
def test_the_id_of_an_accepted_message_is_the_one_found(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        answer = rig.provider.send(rig.message)
        assert rig.provider.find(rig.message, datetime.now(UTC)) == Found(answer.provider_id)
        other = replace(rig.message, token="tok-2", reference="ZZZZ")
        assert rig.provider.find(other, datetime.now(UTC)) == Found(None)


@pytest.mark.parametrize("carrier", ["twilio", "sendgrid"])
@pytest.mark.parametrize("fault", ["429", "401", "500", "503-after", "reset-before", "hang", "garbled-after", "refuse"])
def test_a_question_without_a_clear_answer_is_not_a_no(carrier: str, fault: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path, patience(fault)) as rig:
        rig.break_by(fault)
        assert rig.provider.find(rig.message, datetime.now(UTC)) is None


@pytest.mark.parametrize("carrier", ["twilio", "sendgrid"])
def test_a_refusing_provider_is_reached_again_once_it_listens(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        assert rig.provider.send(rig.message).outcome is ACCEPTED
        rig.break_by("refuse")
        assert rig.provider.send(rig.message).outcome is NOT_SENT
        assert rig.fake is not None
        rig.fake.listen_again()
        assert rig.provider.send(rig.message).outcome is ACCEPTED


@pytest.mark.parametrize("carrier", ["recorder", "console", "twilio", "sendgrid"])
def test_a_provider_is_shared_by_sixteen_threads(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig, ThreadPoolExecutor(16) as threads:
        messages = [replace(rig.message, token=f"tok-{number}") for number in range(64)]
        answers: list[Answer] = list(threads.map(rig.provider.send, messages))
        assert {answer.outcome for answer in answers} == {ACCEPTED}
        assert rig.fake is None or rig.requests() == 64


@pytest.mark.parametrize("carrier", ["recorder", "console", "twilio", "sendgrid"])
@pytest.mark.parametrize("fault", ["", "400", "503-after"])
def test_no_log_line_holds_an_address_a_text_or_a_key(
    carrier: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with RIGS[carrier](tmp_path) as rig:
        if fault:
            rig.break_by(fault)
        rig.provider.send(rig.message)
        rig.provider.find(rig.message, datetime.now(UTC))
    assert not [part for part in (*PERSONAL, KEY, TOKEN) if part in caplog.text]
