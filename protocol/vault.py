"""Secrets of the installation: sealing contacts, fingerprints that find them, and keyed hashes."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from protocol.words import Remedy

SEALED = "sealed:"


class Vault:
    """Seals and fingerprints with the installation's keys.

    `secret` keys every hash (one-time codes, fingerprints). `contact_key`, when given, encrypts contact values at rest
    (Fernet: AES-128-CBC with HMAC-SHA-256).
    """

    def __init__(self, secret: bytes, contact_key: str | None = None) -> None:
        self._secret = secret
        self._fernet = Fernet(_fernet_key(contact_key)) if contact_key else None

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
        """The stored value in clear. Raises Remedy when it was sealed under another key."""
        if not stored.startswith(SEALED):
            return stored
        if self._fernet is None:
            raise Remedy("Contacts are encrypted, but CRISIS_CONTACT_KEY is not set; set it to their key.")
        try:
            return self._fernet.decrypt(stored.removeprefix(SEALED).encode()).decode()
        except InvalidToken:
            raise Remedy("CRISIS_CONTACT_KEY is not the key that sealed the contacts; set the former one.") from None

    def key_check(self) -> str:
        """Tells two secrets apart without giving either away."""
        return self.keyed_hash("key-check", "")[:16]


def _fernet_key(passphrase: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(passphrase.encode()).digest())
