"""The environment is read once; what cannot be is told by name, value and choices."""

from datetime import timedelta
from pathlib import Path

import pytest

from protocol.words import Remedy
from wiring.settings import SETTINGS, read_settings


def test_nothing_set_is_the_demo_on_this_machine() -> None:
    settings = read_settings({})
    assert (settings.environment, settings.sms_provider, settings.email_provider) == ("demo", "recorder", "recorder")
    assert (settings.voice_provider, settings.chat_provider) == ("recorder", "recorder")
    assert settings.database_url == f"sqlite:///{Path('.crisis').absolute() / 'crisis.db'}"
    assert settings.public_url == "http://127.0.0.1:8300" and settings.own_prefect


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"CRISIS_ENVIRONMENT": "prod"},
            'CRISIS_ENVIRONMENT is "prod", which is not known; use one of: demo, staging, production.',
        ),
        *(
            (
                {"CRISIS_FEEDS_EVERY": span},
                f'CRISIS_FEEDS_EVERY is "{span}", which is no span from 10 seconds to a day; '
                "write it like 30s, 5m or 1h.",
            )
            for span in ("5", "9s", "25h", "often")
        ),
        (
            {"CRISIS_SMS_PROVIDER": "sendgrid"},
            'CRISIS_SMS_PROVIDER is "sendgrid", which is not known; use one of: recorder, console, twilio.',
        ),
        (
            {"CRISIS_PREFECT_PORT": "http"},
            'CRISIS_PREFECT_PORT is "http", which is not a port; use a number from 1 to 65535.',
        ),
        (
            {"CRISIS_RECEIVER_PORT": "65536"},
            'CRISIS_RECEIVER_PORT is "65536", which is not a port; use a number from 1 to 65535.',
        ),
        (
            {"CRISIS_PREFECT_PORT": "0"},
            'CRISIS_PREFECT_PORT is "0", which is not a port; use a number from 1 to 65535.',
        ),
        (
            {"CRISIS_PUBLIC_URL": "crisis.example.org"},
            'CRISIS_PUBLIC_URL is "crisis.example.org", which is not an address; '
            "it must start with http:// or https://.",
        ),
        (
            {"PREFECT_UI_URL": "prefect.example.org"},
            'PREFECT_UI_URL is "prefect.example.org", which is not an address; it must start with http:// or https://.',
        ),
        (
            {"CRISIS_EMAIL_PROVIDER": "mail"},
            'CRISIS_EMAIL_PROVIDER is "mail", which is not known; use one of: recorder, console, sendgrid, smtp.',
        ),
        (
            {"CRISIS_VOICE_PROVIDER": "phone"},
            'CRISIS_VOICE_PROVIDER is "phone", which is not known; use one of: recorder, console, twilio, none.',
        ),
        (
            {"CRISIS_CHAT_PROVIDER": "slack"},
            'CRISIS_CHAT_PROVIDER is "slack", which is not known; use one of: recorder, console, apprise, none.',
        ),
        *[
            (
                {f"CRISIS_{channel}_RATE": value},
                f'CRISIS_{channel}_RATE is "{value}", which is not a number of messages a second; '
                "use 10, or 0 for no limit.",
            )
            for channel in ("SMS", "EMAIL", "VOICE")
            for value in ("fast", "-1", "inf", "nan", "1e3")
        ],
        *[
            (
                {f"CRISIS_{channel}_PRICE": value},
                f'CRISIS_{channel}_PRICE is "{value}", which is not a price; '
                "write amount and currency, such as 0.075 EUR.",
            )
            for channel in ("SMS", "EMAIL", "VOICE")
            for value in ("0.075", "0,075 EUR", "cheap", "0.075 eur")
        ],
        (
            {"CRISIS_VOICE_FROM_NUMBER": "Aurora"},
            'CRISIS_VOICE_FROM_NUMBER is "Aurora", which is not a telephone number; write it like +12025550100.',
        ),
        *[
            (
                {"CRISIS_SMTP_URL": value},
                "CRISIS_SMTP_URL is not the address of a mail relay; it looks like smtp://USER:PASSWORD@HOST:587, "
                "smtps://HOST or smtp://HOST.",
            )
            for value in ("relay.example.org", "https://relay.example.org", "smtp://cell:secret@", "smtp://h:port")
        ],
        (
            {"CRISIS_ENVIROMENT": "staging"},
            "CRISIS_ENVIROMENT is not a setting of Crisis Playbook; `crisis settings` lists them.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_told(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(Remedy) as error:
        read_settings(environ)
    assert str(error.value) == sentence


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_outside_the_demo_a_channel_is_not_claimed_before_it_is_set_up(environment: str) -> None:
    settings = read_settings({"CRISIS_ENVIRONMENT": environment})
    assert (settings.voice_provider, settings.chat_provider) == ("none", "none")


@pytest.mark.parametrize(
    ("environ", "rates"),
    [
        ({}, (1, 500, 1)),
        ({"TWILIO_MESSAGING_SERVICE_SID": "MG1"}, (100, 500, 1)),
        ({"CRISIS_SMS_RATE": "0", "CRISIS_EMAIL_RATE": "2.5", "CRISIS_VOICE_RATE": "30"}, (None, 2.5, 30)),
    ],
)
def test_each_sender_has_its_pace(environ: dict[str, str], rates: tuple[float | None, ...]) -> None:
    settings = read_settings(environ)
    assert (settings.sms_rate, settings.email_rate, settings.voice_rate) == rates


def test_prices_are_as_they_are_written() -> None:
    settings = read_settings({"CRISIS_SMS_PRICE": "0.075 EUR", "CRISIS_VOICE_PRICE": "1 USD"})
    assert (settings.sms_price, settings.email_price, settings.voice_price) == ("0.075 EUR", "", "1 USD")


@pytest.mark.parametrize(
    ("sms", "voice", "number"),
    [
        ("+12025550100", "", "+12025550100"),
        ("+12025550100", "+12025550101", "+12025550101"),
        ("Aurora", "", ""),  # a name can send SMS, but cannot call
    ],
)
def test_calls_come_from_the_number_of_sms_unless_another_is_set(sms: str, voice: str, number: str) -> None:
    environ = {"TWILIO_FROM_NUMBER": sms, "CRISIS_VOICE_FROM_NUMBER": voice}
    assert read_settings(environ).voice_from_number == number


def test_spaces_and_a_slash_at_the_end_do_no_harm() -> None:
    settings = read_settings({"CRISIS_PUBLIC_URL": " https://crisis.example.org/ ", "CRISIS_ENVIRONMENT": " staging "})
    assert (settings.public_url, settings.environment) == ("https://crisis.example.org", "staging")


def test_empty_values_are_as_if_not_set() -> None:
    assert read_settings(dict.fromkeys([setting.name for setting in SETTINGS], "")) == read_settings({})


def test_staging_accounts_come_by_comma() -> None:
    assert read_settings({"CRISIS_STAGING_ACCOUNTS": "AC1, key2 ,"}).staging_accounts == ("AC1", "key2")


def test_every_setting_says_what_it_is() -> None:
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_listening_is_asked_every_five_minutes_and_watches_no_folder_unless_told(tmp_path: Path) -> None:
    settings = read_settings({})
    assert (settings.feeds_every, settings.readings_folder) == (timedelta(minutes=5), None)
    settings = read_settings({"CRISIS_FEEDS_EVERY": "90s", "CRISIS_READINGS_FOLDER": str(tmp_path)})
    assert (settings.feeds_every, settings.readings_folder) == (timedelta(seconds=90), tmp_path)
