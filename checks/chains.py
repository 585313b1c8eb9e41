"""Whether the rungs, waves and quorums of every step can do what they promise."""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy.orm import Session

from checks.findings import Finding, error
from checks.hours import Hours, in_words
from checks.places import Place, audience_of
from checks.reach import keys_of, nobody_reached, reachable_members
from notifiers.recipients import find
from playbooks.chains import faults_of, stages, waves_of
from playbooks.format import Audience, Notify
from protocol.words import Remedy


def chain_findings(session: Session, places: Sequence[Place], hours: Hours) -> Iterator[Finding]:
    """Rungs and waves that reach nobody for some time or come in no order, and numbers that can never be reached."""
    reachable = reachable_members(session)
    for place in places:
        for fault in faults_of(place.step):
            yield error(f"{place.where}, {fault.where}", fault.what, fault.remedy)
        for stage in stages(place.step):
            if stage.names_people:
                yield from _unreached(session, f"{place.where}, {stage.name}", stage.to, reachable, hours)
        yield from _numbers(session, place, hours)


def _unreached(
    session: Session, where: str, audience: Audience, reachable: frozenset[int], hours: Hours
) -> Iterator[Finding]:
    try:
        gaps = hours.gaps(partial(nobody_reached, session, audience, reachable))
    except Remedy as remedy:
        yield error(where, str(remedy), "Load the company with it, or change the playbook.")
        return
    if gaps:
        remedy_for = f"Add somebody with a contact to {keys_of(audience)}, or move an absence."
        yield error(where, f"it reaches nobody {in_words(gaps)}.", remedy_for)


def _numbers(session: Session, place: Place, hours: Hours) -> Iterator[Finding]:
    """A quorum of more people than are told, and a wave that wants more answers than people were asked before it."""
    step = place.step
    try:
        asked = _people(session, audience_of(step), hours)
        for number, wave in enumerate(waves_of(step), 1):
            if wave.fewer_than > len(asked):
                what = f"it wants {wave.fewer_than} answers, and only {len(asked)} people were asked before."
                yield error(f"{place.where}, wave {number}", what, "Lower `fewer_than`, or tell more people first.")
            asked |= _people(session, wave.to, hours)
    except Remedy:
        return  # an unknown key is a finding of its own
    if isinstance(step, Notify) and step.quorum and step.quorum > len(asked):
        what = f"{step.quorum} people are to acknowledge, and only {len(asked)} are told."
        yield error(f"{place.where}, quorum", what, f"Lower it, or add people to {keys_of(step.to)}.")


def _people(session: Session, audience: Audience, hours: Hours) -> set[int]:
    return {person.member_id for person in find(session, audience, hours.moments[0]).recipients}
