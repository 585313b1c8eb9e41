"""Telephone numbers and addresses, read and normalised."""

import re
from urllib.parse import SplitResult, urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

# The full check of an address takes as long as all else about a person; plain ones come out of it as they are.
_PLAIN_ADDRESS = re.compile(
    r"(?!.*--)[\w%+-]{1,40}(\.[\w%+-]{1,20})?@([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\.){1,4}[a-z]{2,20}", re.A
)


def read_phone(value: str) -> str:
    """A telephone number in E.164. Raises ValueError for what cannot be one."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        number = None
    # Numbers reserved for fiction are possible, but not valid: they must work in samples and drills.
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError(f'"{value}" is not a phone number; write it with its country, like "+34 600 000 001"')
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_address(value: str) -> str:
    """An e-mail address, normalised. Raises ValueError for what cannot be one."""
    if _PLAIN_ADDRESS.fullmatch(value):
        return value
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        if "special-use or reserved name" in reason and value.count("@") == 1:
            return value.strip()  # example domains: samples and drills need them
        raise ValueError(f'"{value}" is not an e-mail address ({reason}); correct it') from None


def read_chat(value: str) -> str:
    """An Apprise address. Raises ValueError for what cannot be one."""
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value):
        raise ValueError("a chat contact is an Apprise address; write it with its scheme, like tgram://TOKEN/CHAT")
    return value


def read_feed(value: str) -> str:
    """The address of a feed, as it is written. Raises ValueError for what cannot be one, or holds a password."""
    parts = _parts(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or not value.isprintable():
        raise ValueError(f'"{value}" is not the address of a feed; write it like https://news.example.com/rss.xml')
    if parts.username is not None or parts.password is not None:
        raise ValueError("the address of a feed must hold no name or password; take them out")
    return value


def read_contact(value: str) -> str:
    """A contact of any channel, normalised as that channel does. Raises ValueError for what cannot be one."""
    if "://" in value:
        return read_chat(value.strip())
    return read_address(value) if "@" in value else read_phone(value)


def _parts(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 and not re.search(r"\s", value) else None
    except ValueError:  # a port that is none, or half an IPv6 address
        return None
