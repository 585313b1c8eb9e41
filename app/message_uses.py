"""How each standard message is sent: under which playbook, by which channels, and samples of what it would say."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checks.communication import flow_uses
from checks.places import newest_playbooks, places, uses_of
from checks.samples import Samples, samples
from checks.wording import newest_texts, versions_of
from incidents.opening import find
from notifiers.context import incident_context, playbook_of
from notifiers.segments import SmsSize, sms_size
from playbooks.format import Playbook
from protocol.messages import MessageTemplate
from protocol.words import WRITTEN, Channel, Language, Remedy
from wiring.works import Works


@dataclass(frozen=True)
class Sent:
    """The first use of a message; without one, as the product sends its own."""

    playbook: Playbook | None = None
    channels: Sequence[Channel] = WRITTEN
    public: bool = False


def sent_as(session: Session) -> Mapping[str, Sent]:
    """Every message that a step or a communication flow sends, by key."""
    playbooks = newest_playbooks(session)
    found: dict[str, Sent] = {}
    for place in places(playbooks):
        for use in uses_of(place.step):
            found.setdefault(use.key, Sent(place.playbook, use.channels, use.public))
    for flow in flow_uses(session):
        found.setdefault(flow.use.key, Sent(next(iter(playbooks), None), flow.use.channels))
    return found


def segments(session: Session, works: Works) -> dict[tuple[str, Language, Channel], int]:
    """As how many segments the longest case of each SMS is paid; those that do not render are left out."""
    found: dict[tuple[str, Language, Channel], int] = {}
    uses = sent_as(session)
    for place, row in newest_texts(session).items():
        if row.channel is Channel.SMS:
            with suppress(Remedy):
                found[place] = longest(row, samples_of(session, works, uses.get(row.key, Sent()))).segments
    return found


def longest(row: MessageTemplate, given: Samples) -> SmsSize:
    """The longest case of an SMS. Raises Remedy when it does not render."""
    sizes = (sms_size(words.body) for words in versions_of(row, given, public=row.public))
    return max(sizes, key=lambda size: (size.segments, size.units))


def samples_of(session: Session, works: Works, sent: Sent, incident: int | None = None) -> Samples:
    """What a message would say; about a real incident where one is named. Raises Remedy for an unknown one."""
    now = works.clock.now()
    if incident is None:
        playbook = sent.playbook or next(iter(newest_playbooks(session)), None)
        return samples(session, playbook, works.links, now)
    row = find(session, incident)
    sample = samples(session, playbook_of(session, row), works.links, now)
    real = incident_context(session, row, works.links)
    plain = {**sample.context["plain"], **real["plain"]}
    return Samples({**sample.context, **real, "plain": plain, "due": sample.context["due"]}, works.links)
