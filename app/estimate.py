"""What an order is likely to cost, and how long it takes at the senders' rates."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from app.extent import Extent, OfChannel
from protocol.words import Channel
from wiring.settings import Settings

UNLIMITED = ("recorder", "console")  # they keep to no rate


def rate(settings: Settings, channel: Channel) -> float | None:
    """Messages a second that a channel's sender may hand over; None: no limit is set."""
    if channel is Channel.CHAT or getattr(settings, f"{channel}_provider") in UNLIMITED:
        return None
    found: float | None = getattr(settings, f"{channel}_rate")
    return found


def seconds(settings: Settings, one: OfChannel) -> float | None:
    """How long the messages of a channel that do not wait take; None when no rate limits them."""
    limit = rate(settings, one.channel)
    return (one.messages - one.waiting) / limit if limit else None


def longest(settings: Settings, extent: Extent) -> float | None:
    """How long all of them take: channels leave beside each other, so the slowest counts."""
    return max((span for one in extent.channels if (span := seconds(settings, one)) is not None), default=None)


def cost(settings: Settings, one: OfChannel) -> str:
    """`0.75 EUR`, or what is to be set to know it. An SMS is paid for by the segment."""
    if one.channel is Channel.CHAT:
        return "–"
    return _total(settings, [one])


def total_cost(settings: Settings, extent: Extent) -> str:
    """The cost of all channels together, by currency."""
    return _total(settings, [one for one in extent.channels if one.channel is not Channel.CHAT])


def span(found: float | None) -> str:
    """`40 s`, `25 min`, `2 h 5 min`."""
    if found is None:
        return "no limit set"
    if found < 90:
        return f"{max(1, round(found))} s"
    minutes = round(found / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _total(settings: Settings, channels: Sequence[OfChannel]) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    unknown = []
    for one in channels:
        price: str = getattr(settings, f"{one.channel}_price")
        if not price:
            unknown.append(f"CRISIS_{one.channel.upper()}_PRICE")
            continue
        amount, currency = price.split()
        sums[currency] += Decimal(amount) * (one.messages if one.segments is None else one.segments)
    known = [f"{_plain(amount)} {currency}" for currency, amount in sorted(sums.items())]
    return " + ".join([*known, *([f"unknown: set {', '.join(unknown)}"] if unknown else [])]) or "–"


def _plain(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount >= 1 or not amount else f"{amount.normalize():f}"
