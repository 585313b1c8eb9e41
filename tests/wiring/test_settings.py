"""The environment is read once; what cannot be is told by name, value and choices."""

from pathlib import Path

import pytest

from protocol.words import Remedy
from wiring.settings import SETTINGS, read_settings


def test_nothing_set_is_the_demo_on_this_machine() -> None:
    settings = read_settings({})
    assert (settings.environment, settings.sms_provider, settings.email_provider) == ("demo", "recorder", "recorder")
    assert settings.database_url == f"sqlite:///{Path('.crisis').absolute() / 'crisis.db'}"
    assert settings.public_url == "http://127.0.0.1:8300" and settings.own_prefect


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"CRISIS_ENVIRONMENT": "prod"},
            'CRISIS_ENVIRONMENT is "prod", which is not known; use one of: demo, staging, production.',
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
            {"CRISIS_ENVIROMENT": "staging"},
            "CRISIS_ENVIROMENT is not a setting of Crisis Playbook; `crisis settings` lists them.",
        ),
    ],
)
def test_a_value_that_cannot_be_is_told(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(Remedy) as error:
        read_settings(environ)
    assert str(error.value) == sentence


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
