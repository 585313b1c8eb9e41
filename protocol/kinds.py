"""The kinds of entries that a protocol holds, and where a company file keeps those of each kind."""

from enum import StrEnum

from protocol.words import Remedy


class EntryKind(StrEnum):
    """What an entry of the protocol is, as people call it."""

    COMPANY = "company"
    TEAM = "team"
    MEMBER = "member"
    ROLE = "role"
    TOOL = "tool"
    RESOURCE = "resource"
    FLOW = "communication flow"
    MEASUREMENT = "measurement"
    LISTENING = "listening channel"
    SUBJECT = "subject"
    SUPPORT = "support entry"
    ROTATION = "rotation"
    TASK = "protocol task"
    MESSAGE = "message"

    @property
    def plural(self) -> str:
        """Several of them."""
        return f"{self.value[:-1]}ies" if self.value.endswith("y") else f"{self.value}s"


COLLECTIONS = {
    EntryKind.TEAM: "teams",
    EntryKind.MEMBER: "members",
    EntryKind.ROLE: "roles",
    EntryKind.TOOL: "tools",
    EntryKind.RESOURCE: "resources",
    EntryKind.FLOW: "communication_flows",
    EntryKind.MEASUREMENT: "measurements",
    EntryKind.LISTENING: "listening_channels",
    EntryKind.SUBJECT: "subjects",
    EntryKind.SUPPORT: "support",
    EntryKind.ROTATION: "rotations",
    EntryKind.TASK: "tasks",
}
"""The lists of a company file. The company stands by itself, and messages in files of their own."""


def read_kind(text: str) -> EntryKind:
    """The kind in a word, with hyphens or spaces; `flow` and the like are enough. Raises Remedy for an unknown one."""
    said = " ".join(text.lower().replace("-", " ").replace("_", " ").split())
    found = [kind for kind in EntryKind if said in (kind.value, *kind.value.split())]
    if len(found) != 1:
        known = ", ".join(kind.value.replace(" ", "-") for kind in EntryKind)
        raise Remedy(f'"{text}" is nothing that the protocol keeps. Use one of: {known}.')
    return found[0]
