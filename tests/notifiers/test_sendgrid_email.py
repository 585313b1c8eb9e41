"""What is particular to SendGrid."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notifiers.providers.base import Found, Outgoing
from notifiers.providers.console import Console
from notifiers.providers.parts import parts_of
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.wall import Wall
from notifiers.providers.words import SENDGRID_LOGS, ReceiptWord
from notifiers.states import Concern, Outcome, State
from tests.fakes.contracts import load
from tests.fakes.rigs import EMAIL, FROM, people, sendgrid, sendgrid_batch
from tests.fakes.sendgrid_server import KEY

LONG = "é" * 5000  # 10,000 bytes, and the tag besides


def test_sendgrid_is_given_opaque_tokens_and_no_tracking(tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        rig.send()
        mail = rig.fake.messages[0]
        assert (mail.to, mail.subject, mail.body, mail.token) == (EMAIL.to, EMAIL.subject, EMAIL.body, "tok-1")
        assert mail.request["from"] == {"email": "cell@example.org", "name": "Crisis cell"}
        assert mail.request["categories"] == ["cp-tok-1"]
        assert mail.request["tracking_settings"] == {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        }


@pytest.mark.parametrize("token", ["o'brien", "x') OR categories IN ('y", ""])
def test_a_token_that_could_bend_a_query_is_never_asked_for(token: str, tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        assert rig.find(replace(EMAIL, token=token), datetime.now(UTC)) is None
        assert rig.ask(replace(EMAIL, to="o'brien@example.org"), "id") is None
        assert rig.requests() == 0


def test_a_thousand_people_are_one_request_and_each_reads_their_own_words(tmp_path: Path) -> None:
    messages = [replace(message, subject=f"{message.to}!") for message in people(1000)]
    with sendgrid(tmp_path) as rig:
        answers = rig.send(*messages)
        assert rig.requests() == 1
        read = [(mail.to, mail.subject, mail.body, mail.token) for mail in rig.fake.messages]
        assert read == [(message.to, message.subject, message.body, message.token) for message in messages]
        assert [answer.provider_id for answer in answers] == [rig.fake.messages[0].id] * 1000
        assert {tuple(mail.request["categories"]) for mail in rig.fake.messages} == {("cp-req-1",)}


def test_any_mail_of_a_request_proves_the_whole(tmp_path: Path) -> None:
    with sendgrid_batch(tmp_path) as rig:
        rig.send()
        del rig.fake.messages[1:]  # the logs lag behind
        assert rig.find(rig.messages[2], datetime.now(UTC)) == Found((rig.fake.messages[0].id,))
        assert rig.find(replace(rig.messages[2], request="req-2"), datetime.now(UTC)) == Found()


@pytest.mark.parametrize("fault", ["400", "413"])
def test_a_request_refused_as_a_whole_is_to_be_sent_one_by_one(fault: str, tmp_path: Path) -> None:
    with sendgrid_batch(tmp_path) as rig:
        rig.break_by(fault)
        assert {(answer.outcome, answer.alone) for answer in rig.send()} == {(Outcome.NOT_SENT, True)}
        rig.break_by(fault)
        answer = rig.send(rig.message)[0]
        assert (answer.outcome, answer.alone) == (Outcome.REFUSED, False)


def test_one_bad_address_among_many_is_found_by_sending_one_by_one(tmp_path: Path) -> None:
    with sendgrid_batch(tmp_path) as rig:
        messages = [*rig.messages, replace(rig.message, to="not an address", token="tok-4")]
        assert all(answer.alone for answer in rig.send(*messages))
        outcomes = [rig.send(message)[0].outcome for message in messages]
        assert outcomes == [*[Outcome.ACCEPTED] * 3, Outcome.REFUSED]


@pytest.mark.parametrize(
    "misfit",
    [
        {"to": "ANA.RUIZ+1@example.org"},  # somebody who is there already
        {"request": "req-2"},
        {"body": LONG},
        {"body": ""},
        {"subject": ""},
        {"subject": "-words-"},
    ],
)
def test_what_does_not_fit_into_a_request_is_not_sent_with_it(misfit: dict[str, str], tmp_path: Path) -> None:
    with sendgrid_batch(tmp_path) as rig:
        answers = rig.send(*rig.messages, replace(EMAIL, **{"request": "req-1", **misfit}))
        detail = "the messages do not fit into one request, to be sent one by one"
        assert {(answer.outcome, answer.detail, answer.alone) for answer in answers} == {
            (Outcome.NOT_SENT, detail, True)
        }
        assert rig.requests() == 0


def test_a_request_without_a_name_is_not_shared(tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        assert all(answer.alone for answer in rig.send(*people(2, request="")))


def test_messages_are_parted_so_that_every_request_is_taken(tmp_path: Path) -> None:
    many = people(1002)
    again = [replace(many[0], token="again"), replace(many[1], token="again too", to=many[1].to.upper())]
    alone = [replace(EMAIL, body=LONG), replace(EMAIL, body="with -words- in it"), replace(EMAIL, subject="")]
    messages = [*many, *again, *alone]
    for provider in (_provider(), Wall(_provider(), lambda _: True)):
        parts = parts_of(provider, messages)
        assert [len(part) for part in parts] == [1, 1, 1, 1000, 2, 2]
        assert [part[0] for part in parts[:3]] == alone
        assert list(parts[-1]) == again
        assert sorted(message.token for part in parts for message in part) == sorted(m.token for m in messages)
    with sendgrid(tmp_path) as rig:
        for number, part in enumerate(parts_of(rig.provider, [*many, *again])):
            answers = rig.send(*[replace(message, request=f"req-{number}") for message in part])
            assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}


def test_a_provider_without_rules_is_given_slices_of_its_batch() -> None:
    messages = people(250)
    assert [len(part) for part in parts_of(Console("email"), messages)] == [100, 100, 50]
    assert [message for part in parts_of(Console("email"), messages) for message in part] == list(messages)


def test_a_large_request_arrives_whole(tmp_path: Path) -> None:
    with sendgrid(tmp_path) as rig:
        messages: list[Outgoing] = [replace(message, body="x" * 9000) for message in people(500)]
        assert {answer.outcome for answer in rig.send(*messages)} == {Outcome.ACCEPTED}
        assert len(rig.fake.requests[0].body) > 4_000_000


def test_a_persons_own_mail_of_a_request_is_asked_for(tmp_path: Path) -> None:
    with sendgrid_batch(tmp_path) as rig:
        provider_id = rig.send()[1].provider_id or ""
        own = rig.fake.messages[1]
        rig.fake.deliver(provider_id, "bounce", to=own.to)
        word = rig.ask(rig.messages[1], provider_id)
        detail, key = "refused by the recipient's server", f"{own.event_id}:bounced"
        assert word == ReceiptWord(
            "tok-2", provider_id, "bounced", State.FAILED, detail, key, concern=Concern.RECIPIENT
        )
        other = rig.ask(rig.messages[2], provider_id)
        assert other and (other.token, other.status, other.state) == ("tok-3", "processed", State.SENT)
        assert rig.ask(rig.messages[1], "another id") is None


def test_every_status_in_the_logs_is_known() -> None:
    statuses = load("sendgrid_logs_v3.json")["components"]["schemas"]["EmailLogsMessageStatus"]["enum"]
    assert set(SENDGRID_LOGS) == set(statuses)


def _provider() -> SendGridEmail:
    return SendGridEmail(KEY, FROM)
