"""What is particular to calls by Twilio."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

from notifiers.providers.base import Found
from notifiers.providers.words import TWILIO_CALLS, ReceiptWord
from notifiers.states import Concern, Outcome, State
from tests.fakes.contracts import load
from tests.fakes.faulty_server import FaultyServer, Reply, Request
from tests.fakes.rigs import CALL, voice
from tests.fakes.twilio_records import Call
from tests.fakes.twilio_server import NUMBER


class Doorstep(FaultyServer):
    """Where Twilio posts to; answers with TwiML."""

    def take(self, request: Request) -> Reply:
        return Reply(200, body="<html>")


def test_a_call_reads_the_words_twice_and_takes_one_digit(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        rig.send(replace(CALL, body="Fire & smoke in <4>", digit_callback="https://crisis.example.org/d?a=1&b=2"))
        (call,) = rig.fake.calls
        assert call.words == ["Fire & smoke in <4>"] * 2
        assert [gather.attrib for gather in call.twiml.findall("Gather")] == [
            {"numDigits": "1", "action": "https://crisis.example.org/d?a=1&b=2", "method": "POST", "timeout": "8"}
        ] * 2
        form = {name: value for name, value in call.form.items() if name != "Twiml"}
        assert form == {
            "To": CALL.to,
            "From": NUMBER,
            "StatusCallback": CALL.callback,
            "StatusCallbackEvent": ["answered", "completed"],
            "Timeout": 30,
        }


def test_a_call_speaks_the_language_of_the_message(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        for language in ("es", "en", "fr"):
            rig.send(replace(CALL, language=language))
        spoken = [call.twiml.find(".//Say").get("language") for call in rig.fake.calls]
        assert spoken == ["es-ES", "en-GB", "en-GB"]


def test_without_a_public_address_a_call_only_speaks(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        rig.send(replace(CALL, digit_callback=None, callback=None))
        (call,) = rig.fake.calls
        assert call.digits_to is None and call.words == [CALL.body] * 2
        assert "StatusCallback" not in call.form and "StatusCallbackEvent" not in call.form


def test_words_too_long_for_a_call_are_refused_not_cut(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        answer = rig.send(replace(CALL, body="&" * 400))[0]
        assert (answer.outcome, answer.concern) == (Outcome.REFUSED, Concern.CONTENT)
        assert answer.detail == "the words are too long for a call; shorten the template"
        assert rig.requests() == 0


def test_what_xml_cannot_hold_does_not_silence_a_call(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        assert rig.send(replace(CALL, body="Come\x07now"))[0].outcome is Outcome.ACCEPTED
        assert rig.fake.calls[0].words[0] == "Come now"


def test_a_person_presses_a_digit(tmp_path: Path) -> None:
    with Doorstep() as doorstep, voice(tmp_path) as rig:
        sid = rig.send(replace(CALL, digit_callback=f"{doorstep.url}/digits/tok-1"))[0].provider_id or ""
        assert rig.fake.press(sid, "1") == "<html>"
        (posted,) = doorstep.requests
        form = dict(parse_qsl(posted.body.decode()))
        assert (posted.path, form["Digits"], form["CallSid"], form["To"]) == ("/digits/tok-1", "1", sid, CALL.to)
        assert posted.headers["x-twilio-signature"] == rig.fake.sign(f"{doorstep.url}/digits/tok-1", form)


def test_a_call_reports_only_what_it_was_asked_to(tmp_path: Path) -> None:
    with Doorstep() as doorstep, voice(tmp_path) as rig:
        sid = rig.send(replace(CALL, callback=f"{doorstep.url}/calls/tok-1"))[0].provider_id or ""
        reported = [rig.fake.deliver(sid, status) for status in ("ringing", "in-progress", "completed")]
        assert reported == [None, 200, 200]
        statuses = [dict(parse_qsl(request.body.decode()))["CallStatus"] for request in doorstep.requests]
        assert statuses == ["in-progress", "completed"]


def test_every_call_that_may_be_the_one_is_named(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with voice(tmp_path) as rig:
        rig.fake.calls = [
            Call("CA" + "1" * 32, {"To": "+12025550199", "From": NUMBER}, now),  # somebody else
            Call("CA" + "2" * 32, {"To": CALL.to, "From": "+12025550198"}, now),  # from another number
            Call("CA" + "3" * 32, {"To": CALL.to, "From": NUMBER}, now - timedelta(days=2)),  # long ago
        ]
        assert rig.find(CALL, now) == Found()
        own = [Call(f"CA{n:032x}", {"To": CALL.to, "From": NUMBER}, now) for n in (4, 5)]
        rig.fake.calls += own
        assert rig.find(CALL, now) == Found((own[1].sid, own[0].sid))


def test_a_calls_status_is_the_one_that_a_callback_would_tell(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        sid = rig.send()[0].provider_id or ""
        rig.fake.calls[0].status = "no-answer"
        assert rig.ask(CALL, sid) == ReceiptWord("tok-1", sid, "no-answer", State.FAILED, "", f"{sid}:no-answer")


def test_every_status_of_a_call_is_known() -> None:
    schemas = load("twilio_api_v2010.messages-calls.json")["components"]["schemas"]
    assert set(TWILIO_CALLS) == {*schemas["call_enum_status"]["enum"], "initiated"}


def test_a_call_and_an_sms_from_one_number_keep_their_own_pace(tmp_path: Path) -> None:
    with voice(tmp_path) as rig:
        assert rig.provider.sender == f"call {NUMBER}"
