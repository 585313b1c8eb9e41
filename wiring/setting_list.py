"""Every setting by name, for the one who sets them."""

from dataclasses import dataclass


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
    Setting("CRISIS_FORMER_CONTACT_KEY", "", "Still opens contacts sealed under it, while the key is changed."),
    Setting(
        "CRISIS_RETENTION_DAYS", "", "After so many days `crisis retire` deletes what closed incidents left behind."
    ),
    Setting("CRISIS_PUBLIC_URL", "http://127.0.0.1:8300", "How people and providers reach the web receiver."),
    Setting("CRISIS_RECEIVER_PORT", "8300", "Port of the web receiver (loopback)."),
    Setting("CRISIS_PREFECT_PORT", "4200", "Port of the Prefect server that `crisis up` starts."),
    Setting("PREFECT_UI_URL", "http://127.0.0.1:4200", "How people reach the Prefect UI; gate links start with it."),
    Setting("PREFECT_API_URL", "from CRISIS_PREFECT_PORT", "Another Prefect API; `crisis up` then starts no server."),
    Setting("CRISIS_READINGS_TOKEN", "", "Bearer token that readings must carry; required outside demo."),
    Setting("CRISIS_READINGS_FOLDER", "", "Folder whose CSV files of readings the supervisor takes in as they grow."),
    Setting("CRISIS_FEEDS_EVERY", "5m", "How often the feeds of listening channels are asked: 30s, 5m or 1h."),
    Setting("CRISIS_SMS_PROVIDER", "recorder", "recorder, console or twilio."),
    Setting("CRISIS_EMAIL_PROVIDER", "recorder", "recorder, console, sendgrid or smtp."),
    Setting("CRISIS_VOICE_PROVIDER", "recorder in the demo", "recorder, console, twilio or none (no calls)."),
    Setting("CRISIS_CHAT_PROVIDER", "recorder in the demo", "recorder, console, apprise or none (no chat)."),
    Setting("TWILIO_ACCOUNT_SID", "", "Account of Twilio."),
    Setting("TWILIO_AUTH_TOKEN", "", "Secret of Twilio; also checks its callbacks."),
    Setting("TWILIO_MESSAGING_SERVICE_SID", "", "Sender: a messaging service (or TWILIO_FROM_NUMBER)."),
    Setting("TWILIO_FROM_NUMBER", "", "Sender: one number in E.164."),
    Setting("CRISIS_VOICE_FROM_NUMBER", "TWILIO_FROM_NUMBER", "The number that calls, in E.164."),
    Setting("SENDGRID_API_KEY", "", "Secret of SendGrid."),
    Setting("SENDGRID_WEBHOOK_KEY", "", "Public key of SendGrid's signed event webhook."),
    Setting("CRISIS_EMAIL_FROM", "", "Sender address of e-mail."),
    Setting("CRISIS_SMTP_URL", "", "The company's mail relay: smtp://USER:PASSWORD@HOST:587 or smtps://HOST."),
    Setting("CRISIS_SMS_RATE", "1; 100 for a messaging service", "SMS a second that the sender may send; 0: any."),
    Setting("CRISIS_EMAIL_RATE", "500", "E-mails a second that the sender may send; 0: any."),
    Setting("CRISIS_VOICE_RATE", "1", "Calls a second that the account may start; 0: any."),
    Setting("CRISIS_SMS_PRICE", "", "Price of one segment of an SMS, such as 0.075 EUR; for estimates."),
    Setting("CRISIS_EMAIL_PRICE", "", "Price of one e-mail, such as 0.001 EUR; for estimates."),
    Setting("CRISIS_VOICE_PRICE", "", "Price of one call, such as 0.05 EUR; for estimates."),
    Setting("CRISIS_TWILIO_BASE_URL", "", "Another address of the Twilio API (tests, proxies)."),
    Setting("CRISIS_SENDGRID_BASE_URL", "", "Another address of the SendGrid API (tests, proxies)."),
    Setting("CRISIS_STAGING_ACCOUNTS", "", "Accounts for staging, by comma: Twilio SID, SendGrid key id, relay host."),
    Setting("CRISIS_HEARTBEAT_URL", "", "Address that the supervisor asks every minute, so that silence is noticed."),
)
