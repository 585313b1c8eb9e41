"""Every setting, read from the environment once. The only place that knows the names of variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from protocol.installation import Environment
from protocol.words import Remedy

T = TypeVar("T", bound=str)


@dataclass(frozen=True)
class Setting:
    """One variable, for the settings page and its test."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("CRISIS_ENVIRONMENT", "demo", "demo, staging or production; stamped in the database at its first start."),
    Setting("CRISIS_HOME", ".crisis", "Folder for the SQLite stores, keys, logs and reports."),
    Setting("CRISIS_DATABASE_URL", "sqlite in CRISIS_HOME", "The protocol store; postgresql://USER@HOST/DB."),
    Setting("CRISIS_SECRET_KEY", "CRISIS_HOME/secret.key", "Keys the hashes of one-time codes and contacts."),
    Setting("CRISIS_CONTACT_KEY", "", "Encrypts contact values at rest when set."),
    Setting("CRISIS_PUBLIC_URL", "http://127.0.0.1:8300", "How people and providers reach the web receiver."),
    Setting("CRISIS_RECEIVER_PORT", "8300", "Port of the web receiver (loopback)."),
    Setting("CRISIS_PREFECT_PORT", "4200", "Port of the Prefect server that `crisis up` starts."),
    Setting("PREFECT_UI_URL", "http://127.0.0.1:4200", "How people reach the Prefect UI; gate links start with it."),
    Setting("PREFECT_API_URL", "from CRISIS_PREFECT_PORT", "Another Prefect API; `crisis up` then starts no server."),
    Setting("CRISIS_READINGS_TOKEN", "", "Bearer token that readings must carry; required outside demo."),
    Setting("CRISIS_SMS_PROVIDER", "recorder", "recorder, console or twilio."),
    Setting("CRISIS_EMAIL_PROVIDER", "recorder", "recorder, console or sendgrid."),
    Setting("TWILIO_ACCOUNT_SID", "", "Account of Twilio."),
    Setting("TWILIO_AUTH_TOKEN", "", "Secret of Twilio; also checks its callbacks."),
    Setting("TWILIO_MESSAGING_SERVICE_SID", "", "Sender: a messaging service (or TWILIO_FROM_NUMBER)."),
    Setting("TWILIO_FROM_NUMBER", "", "Sender: one number in E.164."),
    Setting("SENDGRID_API_KEY", "", "Secret of SendGrid."),
    Setting("SENDGRID_WEBHOOK_KEY", "", "Public key of SendGrid's signed event webhook."),
    Setting("CRISIS_EMAIL_FROM", "", "Sender address of e-mail."),
    Setting("CRISIS_TWILIO_BASE_URL", "", "Another address of the Twilio API (tests, proxies)."),
    Setting("CRISIS_SENDGRID_BASE_URL", "", "Another address of the SendGrid API (tests, proxies)."),
    Setting("CRISIS_STAGING_ACCOUNTS", "", "Accounts (Twilio SID, SendGrid key id) that staging may use, by comma."),
    Setting("CRISIS_HEARTBEAT_URL", "", "Address that the supervisor asks every minute, so that silence is noticed."),
)


@dataclass(frozen=True)
class Settings:
    """The environment, read and checked."""

    environment: Environment
    home: Path
    database_url: str
    secret_key: str
    contact_key: str
    public_url: str
    receiver_port: int
    prefect_port: int
    prefect_ui_url: str
    prefect_api_url: str
    own_prefect: bool
    readings_token: str
    sms_provider: str
    email_provider: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_messaging_service_sid: str
    twilio_from_number: str
    sendgrid_api_key: str
    sendgrid_webhook_key: str
    email_from: str
    twilio_base_url: str
    sendgrid_base_url: str
    staging_accounts: tuple[str, ...]
    heartbeat_url: str


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Reads the environment. Raises Remedy for a value that cannot be."""
    given = {key: value.strip() for key, value in environ.items()}
    unknown = sorted(key for key in given if key.startswith("CRISIS_") and key not in {s.name for s in SETTINGS})
    if unknown:
        raise Remedy(f"{unknown[0]} is not a setting of Crisis Playbook; `crisis settings` lists them.")
    home = Path(given.get("CRISIS_HOME") or ".crisis").absolute()
    prefect_port = _port(given, "CRISIS_PREFECT_PORT", 4200)
    receiver_port = _port(given, "CRISIS_RECEIVER_PORT", 8300)
    return Settings(
        environment=_choice(given, "CRISIS_ENVIRONMENT", tuple(Environment), Environment.DEMO),
        home=home,
        database_url=given.get("CRISIS_DATABASE_URL") or f"sqlite:///{home / 'crisis.db'}",
        secret_key=given.get("CRISIS_SECRET_KEY", ""),
        contact_key=given.get("CRISIS_CONTACT_KEY", ""),
        public_url=_url(given, "CRISIS_PUBLIC_URL", f"http://127.0.0.1:{receiver_port}"),
        receiver_port=receiver_port,
        prefect_port=prefect_port,
        prefect_ui_url=_url(given, "PREFECT_UI_URL", f"http://127.0.0.1:{prefect_port}"),
        prefect_api_url=_url(given, "PREFECT_API_URL", f"http://127.0.0.1:{prefect_port}/api"),
        own_prefect=not given.get("PREFECT_API_URL"),
        readings_token=given.get("CRISIS_READINGS_TOKEN", ""),
        sms_provider=_choice(given, "CRISIS_SMS_PROVIDER", ("recorder", "console", "twilio"), "recorder"),
        email_provider=_choice(given, "CRISIS_EMAIL_PROVIDER", ("recorder", "console", "sendgrid"), "recorder"),
        twilio_account_sid=given.get("TWILIO_ACCOUNT_SID", ""),
        twilio_auth_token=given.get("TWILIO_AUTH_TOKEN", ""),
        twilio_messaging_service_sid=given.get("TWILIO_MESSAGING_SERVICE_SID", ""),
        twilio_from_number=given.get("TWILIO_FROM_NUMBER", ""),
        sendgrid_api_key=given.get("SENDGRID_API_KEY", ""),
        sendgrid_webhook_key=given.get("SENDGRID_WEBHOOK_KEY", ""),
        email_from=given.get("CRISIS_EMAIL_FROM", ""),
        twilio_base_url=_url(given, "CRISIS_TWILIO_BASE_URL", ""),
        sendgrid_base_url=_url(given, "CRISIS_SENDGRID_BASE_URL", ""),
        staging_accounts=tuple(a.strip() for a in given.get("CRISIS_STAGING_ACCOUNTS", "").split(",") if a.strip()),
        heartbeat_url=_url(given, "CRISIS_HEARTBEAT_URL", ""),
    )


def _choice(given: Mapping[str, str], name: str, choices: tuple[T, ...], default: T) -> T:
    value = given.get(name) or default
    for choice in choices:
        if value == choice:
            return choice
    raise Remedy(f'{name} is "{value}", which is not known; use one of: {", ".join(choices)}.')


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name) or str(default)
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Remedy(f'{name} is "{value}", which is not a port; use a number from 1 to 65535.')
    return int(value)


def _url(given: Mapping[str, str], name: str, default: str) -> str:
    value = given.get(name) or default
    if value and not value.startswith(("http://", "https://")):
        raise Remedy(f'{name} is "{value}", which is not an address; it must start with http:// or https://.')
    return value.rstrip("/")
