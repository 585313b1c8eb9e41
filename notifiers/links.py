"""The addresses that messages carry: acknowledgement, sign-off, a new code, the gate, the board."""

import base64
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from protocol.vault import Vault

MAC = 16  # characters of six bits each
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIGNED = re.compile(rf"([0-9a-z]{{1,6}})-\w{{{MAC}}}", re.ASCII)  # six digits hold every number of a row


class Purpose(StrEnum):
    """What a one-tap link is for; it opens no page of another purpose."""

    ACKNOWLEDGE = "a"
    SIGN_OFF = "s"
    NEW_CODE = "c"
    DESK = "d"


@dataclass(frozen=True)
class Links:
    """Builds links from where people reach the receiver and the Prefect UI, and signs those of one tap."""

    public_url: str
    prefect_ui_url: str
    vault: Vault

    def acknowledgement(self, message_id: int, token: str) -> str:
        """The one-tap page of one message."""
        return self._one_tap(Purpose.ACKNOWLEDGE, message_id, token)

    def sign_off(self, message_id: int, token: str) -> str:
        """The page where the receiver of a message signs off exact words."""
        return self._one_tap(Purpose.SIGN_OFF, message_id, token)

    def new_code(self, message_id: int, token: str) -> str:
        """The page where the receiver of a message asks for a new code."""
        return self._one_tap(Purpose.NEW_CODE, message_id, token)

    def desk(self, message_id: int, token: str) -> str:
        """The page where customer service sees what to say, or what waits for a reply."""
        return self._one_tap(Purpose.DESK, message_id, token)

    def signed(self, purpose: Purpose, message_id: int, token: str) -> str:
        """The last part of a one-tap link: the message's number in base 36, and a signature for one purpose."""
        digest = self.vault.keyed_digest("link", f"{purpose}:{message_id}:{token}")
        # Some telephones end a link before a last hyphen.
        mac = base64.urlsafe_b64encode(digest).decode()[:MAC].replace("-", "_")
        return f"{_base_36(message_id)}-{mac}"

    def opens(self, given: str, purpose: Purpose, message_id: int, token: str) -> bool:
        """Whether the last part of a link is that of this message and purpose."""
        return hmac.compare_digest(given.encode(), self.signed(purpose, message_id, token).encode())

    def gate(self, run_id: str) -> str:
        """The suspended run in the Prefect UI."""
        return f"{self.prefect_ui_url}/runs/flow-run/{run_id}"

    def board(self, incident_id: int) -> str:
        """The board of an incident in the Prefect UI."""
        return f"{self.prefect_ui_url}/artifacts/key/inc-{incident_id}"

    def receipts(self, channel: str, token: str) -> str | None:
        """Where a provider posts receipts; None while only this machine can be reached."""
        if self.public_url.startswith(("http://127.", "http://localhost")):
            return None
        return f"{self.public_url}/providers/{channel}/{token}"

    def digit(self, token: str) -> str | None:
        """Where the digit that a called person presses is posted; None while only this machine can be reached."""
        receipts = self.receipts("voice", token)
        return f"{receipts}/digit" if receipts else None

    def _one_tap(self, purpose: Purpose, message_id: int, token: str) -> str:
        return f"{self.public_url}/{purpose}/{self.signed(purpose, message_id, token)}"


def message_named_by(signed: str) -> int | None:
    """The number of the message that the last part of a one-tap link names; None for what cannot be one."""
    found = _SIGNED.fullmatch(signed)
    return int(found[1], 36) if found else None


def _base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
