"""The address of a company's own mail relay."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Relay:
    """Where the relay listens and how it is entered. `tls`: encrypted from the first byte."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def must_encrypt(self) -> bool:
        """Whether STARTTLS is required rather than taken when offered: a password leaves this machine."""
        return self.user is not None and not self.tls and not _is_loopback(self.host)


def read_relay(url: str) -> Relay:
    """Reads smtp://user:password@host:port or smtps://…; raises ValueError for anything else, without repeating it."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("not the address of a mail relay")
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if bool(user) != bool(password):
        raise ValueError("a user and a password, or neither")
    return Relay(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
