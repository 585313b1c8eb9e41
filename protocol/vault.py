"""Secrets of the installation: sealing contacts, fingerprints that find them, and keyed hashes."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from protocol.words import Remedy

SEALED = "sealed:"


class WrongKey(Remedy):
    """None of the keys at hand sealed this contact. Another process may well open it."""


class Vault:
    """Seals and fingerprints with the installation's keys.

    `secret` keys every hash (one-time codes, fingerprints). `contact_key`, when given, encrypts contact values at rest
    (Fernet: AES-128-CBC with HMAC-SHA-256). `former_key` opens what was sealed before the key was changed.
    """

    def __init__(self, secret: bytes, contact_key: str | None = None, former_key: str | None = None) -> None:
        self._secret = secret
        self._fernet = Fernet(_fernet_key(contact_key)) if contact_key else None
        self._former = Fernet(_fernet_key(former_key)) if former_key else None

    def keyed_hash(self, purpose: str, value: str) -> str:
        """HMAC-SHA-256 of a value for one purpose, as 64 hexadecimal digits."""
        return self.keyed_digest(purpose, value).hex()

    def keyed_digest(self, purpose: str, value: str) -> bytes:
        """The same as 32 bytes."""
        return hmac.digest(self._secret, f"{purpose}\0{value}".encode(), "sha256")

    def fingerprint(self, contact: str) -> str:
        """Finds a contact without decrypting any."""
        return self.keyed_hash("contact", contact.strip().lower())

    def seal(self, value: str) -> str:
        """The value as it is stored."""
        if self._fernet is None:
            return value
        return SEALED + self._fernet.encrypt(value.encode()).decode()

    def open(self, stored: str) -> str:
        """The stored value in clear. Raises WrongKey when neither the present nor the former key sealed it."""
        if not stored.startswith(SEALED):
            return stored
        for fernet in (self._fernet, self._former):
            value = _opened(fernet, stored)
            if value is not None:
                return value
        raise WrongKey(_WRONG[self._fernet is not None, self._former is not None])

    def reseal(self, stored: str) -> str:
        """The value as it would be stored now; the very same text where it is so already. Raises WrongKey."""
        if not stored.startswith(SEALED):
            return self.seal(stored)
        return stored if _opened(self._fernet, stored) is not None else self.seal(self.open(stored))

    def key_check(self) -> str:
        """Tells two secrets apart without giving either away."""
        return self.keyed_hash("key-check", "")[:16]


_WRONG = {
    (False, False): "Contacts are encrypted, but CRISIS_CONTACT_KEY is not set; set it to their key.",
    (True, False): "CRISIS_CONTACT_KEY is not the key that sealed the contacts; set the former one.",
    (False, True): "CRISIS_FORMER_CONTACT_KEY is not the key that sealed the contacts; set the one in use until now.",
    (True, True): "Neither CRISIS_CONTACT_KEY nor CRISIS_FORMER_CONTACT_KEY is the key that sealed the contacts; "
    "set the latter to the one in use until now.",
}


def _opened(fernet: Fernet | None, stored: str) -> str | None:
    if fernet is None:
        return None
    try:
        return fernet.decrypt(stored.removeprefix(SEALED).encode()).decode()
    except InvalidToken:
        return None


def _fernet_key(passphrase: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(passphrase.encode()).digest())
