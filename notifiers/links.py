"""The addresses that messages carry: acknowledgement, sign-off, a new code, the gate, the board."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Links:
    """Builds links from where people reach the receiver and the Prefect UI."""

    public_url: str
    prefect_ui_url: str

    def acknowledgement(self, token: str) -> str:
        """The one-tap page of one message."""
        return f"{self.public_url}/a/{token}"

    def sign_off(self, token: str) -> str:
        """The page where the receiver of a message signs off exact words."""
        return f"{self.public_url}/s/{token}"

    def new_code(self, token: str) -> str:
        """The page where the receiver of a message asks for a new code."""
        return f"{self.public_url}/c/{token}"

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
