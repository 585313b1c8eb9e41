"""What is particular to chat through Apprise."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from notifiers.states import Concern, Outcome
from tests.fakes.rigs import CHAT, apprise


def test_a_chat_service_is_told_subject_and_text(tmp_path: Path) -> None:
    with apprise(tmp_path) as rig:
        text = "¡Ven a la sala 4!\n<b>Now</b> & *here*"
        rig.send(replace(rig.message, body=text))
        (told,) = rig.fake.messages
        assert (told["title"], told["message"]) == ("Come now", text)


@pytest.mark.parametrize("address", ["", "+12025550100", "unknown://somewhere", "json://"])
def test_a_contact_that_apprise_does_not_know_is_refused(address: str, tmp_path: Path) -> None:
    with apprise(tmp_path) as rig:
        (answer,) = rig.send(replace(CHAT, to=address))
        assert (answer.outcome, answer.concern) == (Outcome.REFUSED, Concern.RECIPIENT)
        assert answer.detail == "the contact is not an address that Apprise knows"


def test_apprises_log_stays_silent_when_logging_is_configured_after_us(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    with apprise(tmp_path) as rig, caplog.at_level(logging.DEBUG):
        rig.send()
        rig.send(replace(CHAT, to="unknown://ana.ruiz"))
        rig.break_by("500")
        rig.send()
    assert not [record for record in caplog.records if record.name.startswith("apprise")]
    assert "ana.ruiz" not in caplog.text
