"""What every provider promises to the sender, whatever the network and the company behind it do."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.providers.base import Found
from notifiers.states import Concern, Outcome
from tests.fakes.rigs import CANNOT_SAY, HOLDS_IT, HOLDS_NONE, PERSONAL, RIGS, patience, told
from tests.fakes.sendgrid_server import KEY
from tests.fakes.twilio_server import TOKEN

ACCEPTED, NOT_SENT, REFUSED, UNKNOWN = Outcome.ACCEPTED, Outcome.NOT_SENT, Outcome.REFUSED, Outcome.UNKNOWN
WEB = ("twilio", "voice", "sendgrid", "sendgrid batch")

# carrier, what breaks, what `send` answers, the pause it asks for, requests made, what `find` says afterwards
TABLE = [
    ("recorder", "", ACCEPTED, None, 1, HOLDS_IT),
    ("recorder", "disk", NOT_SENT, None, 1, HOLDS_NONE),
    ("console", "", ACCEPTED, None, 1, CANNOT_SAY),
    ("console", "terminal", UNKNOWN, None, 1, CANNOT_SAY),
    *[
        (carrier, *row)
        for carrier in WEB
        for row in (
            ("", ACCEPTED, None, 1, HOLDS_IT),
            # A request for many is refused for one of them: each is to be sent by itself.
            ("400", NOT_SENT if carrier == "sendgrid batch" else REFUSED, None, 1, HOLDS_NONE),
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
    ("voice", "garbled-after", UNKNOWN, None, 1, HOLDS_IT),
    ("sendgrid", "garbled-after", ACCEPTED, None, 1, HOLDS_IT),  # the answer is in its headers
    ("twilio", "21611", NOT_SENT, None, 1, HOLDS_NONE),  # passes by itself
    ("smtp", "", ACCEPTED, None, 1, CANNOT_SAY),
    ("smtp", "451", NOT_SENT, None, 1, CANNOT_SAY),
    ("smtp", "550", REFUSED, None, 1, CANNOT_SAY),
    ("smtp", "451-data", NOT_SENT, None, 1, CANNOT_SAY),
    ("smtp", "554-data", REFUSED, None, 1, CANNOT_SAY),
    ("smtp", "refuse", NOT_SENT, None, 0, CANNOT_SAY),
    ("smtp", "reset-before", NOT_SENT, None, 1, CANNOT_SAY),
    ("smtp", "reset-after", UNKNOWN, None, 1, CANNOT_SAY),
    ("smtp", "hang-before", NOT_SENT, None, 1, CANNOT_SAY),
    ("smtp", "hang-after", UNKNOWN, None, 1, CANNOT_SAY),
    ("apprise", "", ACCEPTED, None, 1, CANNOT_SAY),
    ("apprise", "401", UNKNOWN, None, 1, CANNOT_SAY),  # Apprise says no more than "not sent"
    ("apprise", "503-after", UNKNOWN, None, 1, CANNOT_SAY),
    ("apprise", "refuse", UNKNOWN, None, 0, CANNOT_SAY),
    ("apprise", "reset-after", UNKNOWN, None, 1, CANNOT_SAY),
    ("apprise", "hang-after", UNKNOWN, None, 1, CANNOT_SAY),
]

# carrier, what breaks, whom the refusal concerns
CONCERNS = [
    *[(carrier, "401", Concern.CAMPAIGN) for carrier in WEB],
    *[(carrier, "403", Concern.CAMPAIGN) for carrier in ("sendgrid", "sendgrid batch")],
    ("twilio", "21610", Concern.OPTED_OUT),
    ("twilio", "21614", Concern.RECIPIENT),
    ("twilio", "21612", Concern.PAIR),
    ("twilio", "21606", Concern.CAMPAIGN),
    ("twilio", "21617", Concern.CONTENT),
    ("twilio", "29999", None),  # a code that nobody knows
    ("voice", "21211", Concern.RECIPIENT),
    ("sendgrid", "400", None),
    ("sendgrid", "413", Concern.CONTENT),
    ("smtp", "550", Concern.RECIPIENT),
    ("smtp", "530", Concern.CAMPAIGN),
    ("smtp", "554-data", Concern.CONTENT),
]


@pytest.mark.parametrize(("carrier", "fault", "outcome", "pause", "requests", "afterwards"), TABLE)
def test_every_answer_is_the_truth_and_is_given_once(
    carrier: str, fault: str, outcome: Outcome, pause: float | None, requests: int, afterwards: str, tmp_path: Path
) -> None:
    with RIGS[carrier](tmp_path, patience(fault)) as rig:
        since = datetime.now(UTC)
        if fault:
            rig.break_by(fault)
        answers = rig.send()
        if fault.startswith("hang") and rig.fake:
            rig.fake.hanging.wait()
        assert len(answers) == len(rig.messages)
        for answer in answers:
            assert (answer.outcome, answer.retry_after) == (outcome, pause), answer
            assert bool(answer.detail) == (outcome is not ACCEPTED), answer
            assert not [part for part in PERSONAL if part in answer.detail], answer.detail
        assert rig.requests() == requests, "a transport never retries: a retry is a state"
        assert told(rig.find(rig.message, since, patiently=True)) == afterwards


@pytest.mark.parametrize(("carrier", "fault", "concern"), CONCERNS)
def test_a_refusal_says_whom_it_concerns(carrier: str, fault: str, concern: Concern | None, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        rig.break_by(fault)
        answer = rig.send()[0]
        assert (answer.outcome, answer.concern) == (REFUSED, concern)


@pytest.mark.parametrize(
    ("carrier", "grace"),
    [("recorder", 0), ("console", 0), ("smtp", 0), ("apprise", 0), *[(carrier, 62) for carrier in WEB]],
)
def test_a_provider_is_asked_once_its_own_time_out_and_a_minute_are_over(
    carrier: str, grace: float, tmp_path: Path
) -> None:
    with RIGS[carrier](tmp_path, 2.0) as rig:
        assert rig.provider.grace == grace


@pytest.mark.parametrize("carrier", ["recorder", "twilio", "sendgrid", "sendgrid batch"])
def test_the_id_of_an_accepted_message_is_the_one_found(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        (provider_id,) = {answer.provider_id for answer in rig.send()}
        assert rig.find(rig.messages[-1], datetime.now(UTC)) == Found((provider_id,))
        other = replace(rig.message, token="tok-9", reference="ZZZZ", request="")
        assert rig.find(other, datetime.now(UTC)) == Found()


@pytest.mark.parametrize("carrier", WEB)
@pytest.mark.parametrize("fault", ["429", "401", "500", "503-after", "reset-before", "hang", "garbled-after", "refuse"])
def test_a_question_without_a_clear_answer_is_not_a_no(carrier: str, fault: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path, patience(fault)) as rig:
        for _ in "twice":  # a GET on a connection that has gone may be made again
            rig.break_by(fault)
        assert rig.find(rig.message, datetime.now(UTC)) is None


@pytest.mark.parametrize("carrier", RIGS)
def test_a_provider_that_cannot_say_where_a_message_stands_says_nothing(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        assert rig.ask(rig.message, "never heard of") is None
        provider_id = rig.send()[0].provider_id or ""
        if carrier in WEB:
            rig.break_by("500")
        assert rig.ask(rig.message, provider_id) is None


@pytest.mark.parametrize("carrier", WEB)
def test_a_refusing_provider_is_reached_again_once_it_listens(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        assert rig.send()[0].outcome is ACCEPTED
        rig.break_by("refuse")
        rig.notice()
        assert rig.send()[0].outcome is NOT_SENT
        rig.fake.listen_again()
        assert rig.send()[0].outcome is ACCEPTED


@pytest.mark.parametrize("carrier", RIGS)
def test_sixty_four_sends_at_once_in_one_loop_are_sixty_four_messages(carrier: str, tmp_path: Path) -> None:
    with RIGS[carrier](tmp_path) as rig:
        answers = rig.send_each([replace(rig.message, token=f"tok-{number}") for number in range(64)])
        assert {answer.outcome for answer in answers} == {ACCEPTED}
        assert rig.fake is None or rig.requests() == 64


@pytest.mark.parametrize("carrier", RIGS)
@pytest.mark.parametrize("fault", ["", "400", "503-after"])
def test_no_log_line_holds_an_address_a_text_or_a_key(
    carrier: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with RIGS[carrier](tmp_path) as rig:
        if fault:
            rig.break_by(fault)
        answers = rig.send()
        rig.find(rig.message, datetime.now(UTC))
        rig.ask(rig.message, answers[0].provider_id or "")
    assert not [part for part in (*PERSONAL, KEY, TOKEN) if part in caplog.text]
