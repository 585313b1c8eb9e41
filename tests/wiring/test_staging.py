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


def _providers(**environ: str) -> dict[Channel, object]:
    return dict(build_providers(read_settings(environ), lambda _: False))


def _in(room: Room, environment: Environment) -> Works:
    return replace(room.works, settings=replace(room.works.settings, environment=environment))


@pytest.mark.parametrize(
    "given", [{}, {"CRISIS_SMS_PROVIDER": "console"}, {**REAL, "CRISIS_STAGING_ACCOUNTS": "AC1,key1"}]
)
def test_staging_puts_every_provider_behind_the_wall(given: dict[str, str]) -> None:
    built = _providers(CRISIS_ENVIRONMENT="staging", **given)
    assert set(built) == set(Channel)
    assert all(isinstance(provider, Wall) for provider in built.values())


@pytest.mark.parametrize(
    ("accounts", "missing"), [("", "TWILIO_ACCOUNT_SID"), ("AC1", "the key id in SENDGRID_API_KEY"), ("key1", "TWILIO")]
)
def test_staging_uses_only_the_accounts_that_are_named(accounts: str, missing: str) -> None:
    with pytest.raises(Remedy, match="Staging may use only the accounts in CRISIS_STAGING_ACCOUNTS, and ") as error:
        _providers(CRISIS_ENVIRONMENT="staging", CRISIS_STAGING_ACCOUNTS=accounts, **REAL)
    assert missing in str(error.value) and "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "name"), [(TWILIO, "SMS_PROVIDER is twilio"), (SENDGRID, "EMAIL_PROVIDER is sendgrid")]
)
def test_the_demo_reaches_nobody(given: dict[str, str], name: str) -> None:
    with pytest.raises(Remedy) as error:
        _providers(**given)
    assert str(error.value) == (
        f"The demo reaches nobody, but CRISIS_{name}; unset it, or set CRISIS_ENVIRONMENT=staging or production."
    )


@pytest.mark.parametrize(
    "missing", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER", "CRISIS_EMAIL_FROM"]
)
def test_a_real_provider_says_what_it_lacks(missing: str) -> None:
    with pytest.raises(Remedy, match=rf"needs .*{missing}; set it, or choose the provider recorder\."):
        _providers(CRISIS_ENVIRONMENT="production", **{key: value for key, value in REAL.items() if key != missing})


def test_the_roster_is_known_by_address_however_it_is_written(room: Room) -> None:
    assert on_roster(room.works, "+34600000001") and on_roster(room.works, " Ana.Ruiz@example.com ")
    assert not on_roster(room.works, "+12025550105")  # Kate is a member, but not on the roster
    assert not on_roster(room.works, "economia@diario.example.com")
    assert not on_roster(room.works, "+15550100")


def test_in_staging_who_is_not_on_the_roster_is_refused_at_the_transport(room: Room) -> None:
    number = room.open(drill=True)
    room.tell("ana.ruiz", "kate.young", incident_id=number, channels=[Channel.SMS], drill=True)
    room.send(build_sender(_in(room, Environment.STAGING)))
    assert [line["to"] for line in room.phones()] == ["+34600000008"]
    message = room.message("kate.young")
    assert (message.state, message.reason) == (State.FAILED, "not on the drill roster")
    assert room.lines(number, "message_failed")[0]["reason"] == "not on the drill roster"


def test_who_leaves_the_roster_is_not_reached_by_what_was_enqueued_before(room: Room) -> None:
    room.tell("ana.ruiz", channels=[Channel.SMS])
    room.leave_roster("ana.ruiz")
    room.send(build_sender(_in(room, Environment.STAGING)))
    assert room.states() == ["failed"] and room.phones() == []


def test_production_sends_the_real_thing_and_leaves_rehearsals_alone(room: Room) -> None:
    room.tell("kate.young", channels=[Channel.SMS])
    room.tell("ana.ruiz", key="drill", channels=[Channel.SMS], drill=True)
    room.send(build_sender(_in(room, Environment.PRODUCTION)))
    assert room.states() == ["accepted", "pending"]
