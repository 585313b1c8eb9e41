"""Staging reaches nobody outside the drill roster, the demo reaches nobody, production rehearses nothing."""

from dataclasses import replace

import pytest

from notifiers.providers.wall import Wall
from notifiers.states import State
from protocol.installation import Environment
from protocol.words import Channel, Remedy
from tests.fakes.room import Room
from wiring.providers import build_providers
from wiring.senders import build_sender, on_roster
from wiring.settings import read_settings
from wiring.works import Works

TWILIO = {"CRISIS_SMS_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
SENDERS = {"TWILIO_FROM_NUMBER": "+12025550100", "CRISIS_EMAIL_FROM": "cell@example.org"}
SENDGRID = {"CRISIS_EMAIL_PROVIDER": "sendgrid", "SENDGRID_API_KEY": "SG.key1.secret"}
REAL = {**TWILIO, **SENDGRID, **SENDERS}
VOICE = {"CRISIS_VOICE_PROVIDER": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}
SMTP = {"CRISIS_EMAIL_PROVIDER": "smtp", "CRISIS_SMTP_URL": "smtp://u:secret@relay.example.org:587"}
CHAT = {"CRISIS_CHAT_PROVIDER": "apprise"}
RECORDED = {"CRISIS_VOICE_PROVIDER": "recorder", "CRISIS_CHAT_PROVIDER": "console"}
ACCOUNTS = {"CRISIS_STAGING_ACCOUNTS": "AC1,key1,relay.example.org"}


def _providers(**environ: str) -> dict[Channel, object]:
    return dict(build_providers(read_settings(environ), lambda _: False))


def _in(room: Room, environment: Environment) -> Works:
    return replace(room.works, settings=replace(room.works.settings, environment=environment))


def _send_all(room: Room) -> None:
    """Round after round: who is refused on one channel is tried on the next."""
    sender = build_sender(_in(room, Environment.STAGING))
    while room.send(sender):
        pass
    sender.close()


@pytest.mark.parametrize(
    ("given", "channels"),
    [
        ({}, {Channel.SMS, Channel.EMAIL}),
        ({"CRISIS_SMS_PROVIDER": "console", **RECORDED}, set(Channel)),
        ({**REAL, **VOICE, **CHAT, **ACCOUNTS}, set(Channel)),
        ({**SMTP, **SENDERS, **ACCOUNTS}, {Channel.SMS, Channel.EMAIL}),
    ],
)
def test_staging_puts_every_provider_behind_the_wall(given: dict[str, str], channels: set[Channel]) -> None:
    built = _providers(CRISIS_ENVIRONMENT="staging", **given)
    assert set(built) == channels
    assert all(isinstance(provider, Wall) for provider in built.values())


@pytest.mark.parametrize(
    ("given", "accounts", "missing"),
    [
        (REAL, "", "TWILIO_ACCOUNT_SID"),
        (REAL, "AC1", "the key id in SENDGRID_API_KEY"),
        (REAL, "key1", "TWILIO"),
        ({**VOICE, **SENDERS}, "key1", "TWILIO_ACCOUNT_SID"),
        ({**SMTP, **SENDERS}, "AC1", "the host in CRISIS_SMTP_URL"),
    ],
)
def test_staging_uses_only_the_accounts_that_are_named(given: dict[str, str], accounts: str, missing: str) -> None:
    with pytest.raises(Remedy, match="Staging may use only the accounts in CRISIS_STAGING_ACCOUNTS, and ") as error:
        _providers(CRISIS_ENVIRONMENT="staging", CRISIS_STAGING_ACCOUNTS=accounts, **given)
    assert missing in str(error.value) and "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (TWILIO, "SMS_PROVIDER is twilio"),
        (SENDGRID, "EMAIL_PROVIDER is sendgrid"),
        (SMTP, "EMAIL_PROVIDER is smtp"),
        (VOICE, "VOICE_PROVIDER is twilio"),
        (CHAT, "CHAT_PROVIDER is apprise"),
    ],
)
def test_the_demo_reaches_nobody(given: dict[str, str], name: str) -> None:
    with pytest.raises(Remedy) as error:
        _providers(**given)
    assert str(error.value) == (
        f"The demo reaches nobody, but CRISIS_{name}; unset it, or set CRISIS_ENVIRONMENT=staging or production."
    )


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (REAL, "TWILIO_ACCOUNT_SID"),
        (REAL, "TWILIO_AUTH_TOKEN"),
        (REAL, "TWILIO_FROM_NUMBER"),
        (REAL, "CRISIS_EMAIL_FROM"),
        ({**SMTP, **SENDERS}, "CRISIS_SMTP_URL"),
        ({**SMTP, **SENDERS}, "CRISIS_EMAIL_FROM"),
        ({**VOICE, "CRISIS_VOICE_FROM_NUMBER": "+12025550100"}, "CRISIS_VOICE_FROM_NUMBER"),
    ],
)
def test_a_real_provider_says_what_it_lacks(given: dict[str, str], missing: str) -> None:
    left = {key: value for key, value in given.items() if key != missing}
    with pytest.raises(Remedy, match=rf"needs .*{missing}; set it, or choose the provider recorder\."):
        _providers(CRISIS_ENVIRONMENT="production", **left)


def test_real_senders_have_a_pace_and_recorders_have_none() -> None:
    given = {**REAL, **VOICE, "CRISIS_SMS_RATE": "7", "CRISIS_EMAIL_RATE": "0", "CRISIS_VOICE_RATE": "3"}
    built = build_providers(read_settings({"CRISIS_ENVIRONMENT": "production", **given}), lambda _: True)
    assert {channel: (provider.sender, provider.rate) for channel, provider in built.items()} == {
        Channel.SMS: ("+12025550100", 7),
        Channel.EMAIL: ("cell@example.org", None),
        Channel.VOICE: ("call +12025550100", 3),
    }
    demo = build_providers(read_settings({}), lambda _: True)
    assert {provider.rate for provider in demo.values()} == {None} and set(demo) == set(Channel)


def test_the_roster_is_known_by_address_however_it_is_written(room: Room) -> None:
    assert on_roster(room.works, "+34600000001") and on_roster(room.works, " Ana.Ruiz@example.com ")
    assert not on_roster(room.works, "+12025550105")  # Kate is a member, but not on the roster
    assert not on_roster(room.works, "economia@diario.example.com")
    assert not on_roster(room.works, "+15550100")


def test_in_staging_who_is_not_on_the_roster_is_refused_at_the_transport(room: Room) -> None:
    number = room.open()
    room.tell("ana.ruiz", "kate.young", incident_id=number, channels=[Channel.SMS])
    _send_all(room)
    assert [line["to"] for line in room.phones()] == ["+34600000008"]
    message = room.message("kate.young")
    assert (message.state, message.reason) == (State.FAILED, "not on the drill roster")
    assert room.lines(number, "message_failed")[0]["reason"] == "not on the drill roster"


def test_who_leaves_the_roster_is_not_reached_by_what_was_enqueued_before(room: Room) -> None:
    room.tell("ana.ruiz", channels=[Channel.SMS])
    room.leave_roster("ana.ruiz")
    _send_all(room)
    assert set(room.states()) == {"failed"} and room.phones() == []


def test_production_sends_the_real_thing_and_leaves_rehearsals_alone(room: Room) -> None:
    room.tell("kate.young", channels=[Channel.SMS])
    room.tell("ana.ruiz", key="drill", channels=[Channel.SMS], drill=True)
    room.send(build_sender(_in(room, Environment.PRODUCTION)))
    assert room.states() == ["accepted", "pending"]
