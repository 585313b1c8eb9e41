"""The environment, read once. The only place that knows the names of variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from notifiers.providers.smtp_relay import Relay
from protocol.installation import Environment
from protocol.words import Remedy
from wiring.given import Given
from wiring.setting_list import SETTINGS, Setting

__all__ = ["SETTINGS", "Setting", "Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """The environment, read and checked."""

    environment: Environment
    home: Path
    database_url: str
    secret_key: str
    contact_key: str
    former_contact_key: str
    retention_days: int | None
    public_url: str
    receiver_port: int
    prefect_port: int
    prefect_ui_url: str
    prefect_api_url: str
    own_prefect: bool
    readings_token: str
    readings_folder: Path | None
    feeds_every: timedelta
    sms_provider: str
    email_provider: str
    voice_provider: str
    chat_provider: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_messaging_service_sid: str
    twilio_from_number: str
    voice_from_number: str
    sendgrid_api_key: str
    sendgrid_webhook_key: str
    email_from: str
    smtp_relay: Relay | None
    sms_rate: float | None  # messages a second; None: no limit
    email_rate: float | None
    voice_rate: float | None
    sms_price: str
    email_price: str
    voice_price: str
    twilio_base_url: str
    sendgrid_base_url: str
    staging_accounts: tuple[str, ...]
    heartbeat_url: str


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Reads the environment. Raises Remedy for a value that cannot be."""
    given = Given({key: value.strip() for key, value in environ.items()})
    _refuse_unknown(environ)
    home = Path(given.text("CRISIS_HOME", ".crisis")).absolute()
    return Settings(
        home=home,
        database_url=given.text("CRISIS_DATABASE_URL", f"sqlite:///{home / 'crisis.db'}"),
        secret_key=given.text("CRISIS_SECRET_KEY"),
        contact_key=given.text("CRISIS_CONTACT_KEY"),
        retention_days=given.days("CRISIS_RETENTION_DAYS"),
        former_contact_key=given.text("CRISIS_FORMER_CONTACT_KEY"),
        readings_token=given.text("CRISIS_READINGS_TOKEN"),
        readings_folder=Path(folder).absolute() if (folder := given.text("CRISIS_READINGS_FOLDER")) else None,
        feeds_every=given.span("CRISIS_FEEDS_EVERY", "5m"),
        staging_accounts=tuple(a.strip() for a in given.text("CRISIS_STAGING_ACCOUNTS").split(",") if a.strip()),
        heartbeat_url=given.url("CRISIS_HEARTBEAT_URL"),
        **_addresses(given),
        **_channels(given),
        **_accounts(given),
        **_rates_and_prices(given),
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(key for key in environ if key.startswith("CRISIS_") and key not in known)
    if unknown:
        raise Remedy(f"{unknown[0]} is not a setting of Crisis Playbook; `crisis settings` lists them.")


def _addresses(given: Given) -> dict[str, Any]:
    prefect_port = given.port("CRISIS_PREFECT_PORT", 4200)
    receiver_port = given.port("CRISIS_RECEIVER_PORT", 8300)
    return {
        "public_url": given.url("CRISIS_PUBLIC_URL", f"http://127.0.0.1:{receiver_port}"),
        "receiver_port": receiver_port,
        "prefect_port": prefect_port,
        "prefect_ui_url": given.url("PREFECT_UI_URL", f"http://127.0.0.1:{prefect_port}"),
        "prefect_api_url": given.url("PREFECT_API_URL", f"http://127.0.0.1:{prefect_port}/api"),
        "own_prefect": not given.text("PREFECT_API_URL"),
        "twilio_base_url": given.url("CRISIS_TWILIO_BASE_URL"),
        "sendgrid_base_url": given.url("CRISIS_SENDGRID_BASE_URL"),
    }


def _channels(given: Given) -> dict[str, Any]:
    environment = given.choice("CRISIS_ENVIRONMENT", tuple(Environment), Environment.DEMO)
    more = "recorder" if environment is Environment.DEMO else "none"  # a channel is not claimed before it is set up
    return {
        "environment": environment,
        "sms_provider": given.choice("CRISIS_SMS_PROVIDER", ("recorder", "console", "twilio"), "recorder"),
        "email_provider": given.choice(
            "CRISIS_EMAIL_PROVIDER", ("recorder", "console", "sendgrid", "smtp"), "recorder"
        ),
        "voice_provider": given.choice("CRISIS_VOICE_PROVIDER", ("recorder", "console", "twilio", "none"), more),
        "chat_provider": given.choice("CRISIS_CHAT_PROVIDER", ("recorder", "console", "apprise", "none"), more),
    }


def _accounts(given: Given) -> dict[str, Any]:
    number = given.text("TWILIO_FROM_NUMBER")
    return {
        "twilio_account_sid": given.text("TWILIO_ACCOUNT_SID"),
        "twilio_auth_token": given.text("TWILIO_AUTH_TOKEN"),
        "twilio_messaging_service_sid": given.text("TWILIO_MESSAGING_SERVICE_SID"),
        "twilio_from_number": number,
        "voice_from_number": given.number("CRISIS_VOICE_FROM_NUMBER", number),
        "sendgrid_api_key": given.text("SENDGRID_API_KEY"),
        "sendgrid_webhook_key": given.text("SENDGRID_WEBHOOK_KEY"),
        "email_from": given.text("CRISIS_EMAIL_FROM"),
        "smtp_relay": given.relay("CRISIS_SMTP_URL"),
    }


def _rates_and_prices(given: Given) -> dict[str, Any]:
    return {
        "sms_rate": given.rate("CRISIS_SMS_RATE", 100 if given.text("TWILIO_MESSAGING_SERVICE_SID") else 1),
        "email_rate": given.rate("CRISIS_EMAIL_RATE", 500),
        "voice_rate": given.rate("CRISIS_VOICE_RATE", 1),
        "sms_price": given.price("CRISIS_SMS_PRICE"),
        "email_price": given.price("CRISIS_EMAIL_PRICE"),
        "voice_price": given.price("CRISIS_VOICE_PRICE"),
    }
