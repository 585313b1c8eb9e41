"""What a company file says about a contact beside its value: whether it is shared, and when it was confirmed."""

from typing import Any

from protocol.words import Channel

FLAGS = frozenset({"shared", "verified"})


def without_flags(member: dict[str, Any]) -> dict[str, Any]:
    """The member with each `{to: VALUE, shared: true, verified: DATE}` as its bare value.

    The flags stand in the member's `shared` and `verified` instead. Raises ValueError for another shape.
    """
    shared, verified = member.get("shared", []), member.get("verified", {})
    if not isinstance(shared, list) or not isinstance(verified, dict):
        return member
    shared, verified = [*shared], {**verified}
    bare: dict[str, Any] = {}
    for channel in Channel:
        values = member.get(channel)
        if isinstance(values, list):
            bare[channel.value] = [_bare(value, shared, verified) for value in values]
    return {**member, **bare, "shared": shared, "verified": verified}


def _bare(value: object, shared: list[Any], verified: dict[Any, Any]) -> object:
    if not isinstance(value, dict):
        return value
    flags = {name: said for name, said in value.items() if name != "to"}
    if (
        not isinstance(value.get("to"), str)
        or not {*flags} <= FLAGS
        or not isinstance(flags.get("shared", False), bool)
    ):
        raise ValueError('a contact is written like {to: "+34 600 000 001", shared: true, verified: 2026-03-01}')
    if flags.get("shared"):
        shared.append(value["to"])
    if "verified" in flags:
        verified[value["to"]] = flags["verified"]
    return value["to"]
