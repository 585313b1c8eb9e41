"""The carriers of this environment: which provider each channel has, and the wall around staging."""

from collections.abc import Callable

from notifiers.providers.apprise_chat import AppriseChat
from notifiers.providers.base import Provider
from notifiers.providers.console import Console
from notifiers.providers.recorder import Recorder
from notifiers.providers.sendgrid_email import API as SENDGRID
from notifiers.providers.sendgrid_email import SendGridEmail
from notifiers.providers.smtp_email import SmtpEmail
from notifiers.providers.twilio_http import API as TWILIO
from notifiers.providers.twilio_sms import TwilioSms
from notifiers.providers.twilio_voice import TwilioVoice
from notifiers.providers.wall import Wall
from protocol.installation import Environment
from protocol.words import Channel, Remedy
from wiring.settings import Settings


def build_providers(settings: Settings, on_roster: Callable[[str], bool]) -> dict[Channel, Provider]:
    """One provider for each channel that has one. Demo records only; staging is walled to the drill roster.

    Raises Remedy.
    """
    named = {
        Channel.SMS: settings.sms_provider,
        Channel.EMAIL: settings.email_provider,
        Channel.VOICE: settings.voice_provider,
        Channel.CHAT: settings.chat_provider,
    }
    built = {channel: _build(settings, channel, name) for channel, name in named.items() if name != "none"}
    if settings.environment is Environment.STAGING:
        return {channel: Wall(provider, on_roster) for channel, provider in built.items()}
    return built


def _build(settings: Settings, channel: Channel, name: str) -> Provider:
    if name == "recorder":
        return Recorder(settings.home / "recorder.jsonl", channel)
    if name == "console":
        return Console(channel)
    if settings.environment is Environment.DEMO:
        raise Remedy(
            f"The demo reaches nobody, but CRISIS_{channel.upper()}_PROVIDER is {name}; "
            "unset it, or set CRISIS_ENVIRONMENT=staging or production."
        )
    return _REAL[channel, name](settings)


def _twilio_sms(settings: Settings) -> Provider:
    _twilio_account(settings)
    sender = settings.twilio_messaging_service_sid or settings.twilio_from_number
    _need(sender, "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM_NUMBER", "twilio")
    return TwilioSms(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        messaging_service_sid=settings.twilio_messaging_service_sid or None,
        from_number=settings.twilio_from_number or None,
        rate=settings.sms_rate,
        base_url=settings.twilio_base_url or TWILIO,
    )


def _twilio_voice(settings: Settings) -> Provider:
    _twilio_account(settings)
    _need(settings.voice_from_number, "CRISIS_VOICE_FROM_NUMBER", "twilio")
    return TwilioVoice(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        from_number=settings.voice_from_number,
        rate=settings.voice_rate,
        base_url=settings.twilio_base_url or TWILIO,
    )


def _sendgrid(settings: Settings) -> Provider:
    _need(settings.sendgrid_api_key, "SENDGRID_API_KEY", "sendgrid")
    _need(settings.email_from, "CRISIS_EMAIL_FROM", "sendgrid")
    _staging_account(settings, sendgrid_account(settings.sendgrid_api_key), "the key id in SENDGRID_API_KEY")
    base_url = settings.sendgrid_base_url or SENDGRID
    return SendGridEmail(settings.sendgrid_api_key, settings.email_from, rate=settings.email_rate, base_url=base_url)


def _smtp(settings: Settings) -> Provider:
    relay = settings.smtp_relay
    if relay is None:
        raise _lack("CRISIS_SMTP_URL", "smtp")
    _need(settings.email_from, "CRISIS_EMAIL_FROM", "smtp")
    _staging_account(settings, relay.host, "the host in CRISIS_SMTP_URL")
    return SmtpEmail(relay, settings.email_from, rate=settings.email_rate)


def _apprise(settings: Settings) -> Provider:
    try:
        return AppriseChat()
    except ImportError:
        raise Remedy(
            "The provider apprise needs the package apprise; "
            "install crisis-playbook[chat], or choose the provider recorder."
        ) from None


_REAL: dict[tuple[Channel, str], Callable[[Settings], Provider]] = {
    (Channel.SMS, "twilio"): _twilio_sms,
    (Channel.VOICE, "twilio"): _twilio_voice,
    (Channel.EMAIL, "sendgrid"): _sendgrid,
    (Channel.EMAIL, "smtp"): _smtp,
    (Channel.CHAT, "apprise"): _apprise,
}


def sendgrid_account(api_key: str) -> str:
    """The id of a SendGrid key, its second part, which is not secret: SG.<id>.<secret>."""
    parts = api_key.split(".")
    return parts[1] if len(parts) == 3 else ""


def _twilio_account(settings: Settings) -> None:
    _need(settings.twilio_account_sid, "TWILIO_ACCOUNT_SID", "twilio")
    _need(settings.twilio_auth_token, "TWILIO_AUTH_TOKEN", "twilio")
    _staging_account(settings, settings.twilio_account_sid, "TWILIO_ACCOUNT_SID")


def _need(value: str, name: str, provider: str) -> None:
    if not value:
        raise _lack(name, provider)


def _lack(name: str, provider: str) -> Remedy:
    return Remedy(f"The provider {provider} needs {name}; set it, or choose the provider recorder.")


def _staging_account(settings: Settings, account: str, name: str) -> None:
    if settings.environment is Environment.STAGING and account not in settings.staging_accounts:
        raise Remedy(
            f"Staging may use only the accounts in CRISIS_STAGING_ACCOUNTS, and {name} is not among them; "
            "add the account of your test set-up, never the real one."
        )
