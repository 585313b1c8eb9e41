"""Whether every gate can be decided, every public text signed, and every branch comes to an end."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from checks.findings import Finding, error
from checks.hours import Hours, in_words
from checks.places import Place, plans
from checks.reach import keys_of, nobody_reached, reachable_members
from incidents.phases import MOVES, Phase
from playbooks.format import Audience, Playbook, Publish
from protocol.who import who
from protocol.words import Remedy


def gate_findings(session: Session, playbooks: Sequence[Playbook], hours: Hours) -> Iterator[Finding]:
    """Gates that nobody could decide for some time, and phases from which the end cannot be reached."""
    reachable = reachable_members(session)
    for playbook in playbooks:
        shut: set[Phase] = set()
        for name, plan in plans(playbook):
            where = f"{playbook.key}, {name}, gate"
            audience = Audience(roles=plan.deciders)
            try:
                gaps = hours.gaps(partial(nobody_reached, session, audience, reachable))
            except Remedy as remedy:
                yield error(where, str(remedy), "Load the company with it, or change the playbook.")
                shut.add(Phase(name))
                continue
            if gaps:
                yield error(where, f"nobody can decide {in_words(gaps)}.", f"Add a deputy to {keys_of(audience)}.")
            if len(gaps) == 1 and gaps[0].ends - gaps[0].starts >= hours.moments[-1] - hours.moments[0]:
                shut.add(Phase(name))
        yield from _endless(playbook, shut)


def signer_findings(session: Session, places: Sequence[Place], hours: Hours) -> Iterator[Finding]:
    """Public steps that could not collect their sign-offs for some time."""
    for place in places:
        step = place.step
        if not isinstance(step, Publish):
            continue
        try:
            gaps = hours.gaps(partial(_too_few, session, step))
        except Remedy as remedy:
            yield error(place.where, str(remedy), "Load the company with it, or change the playbook.")
            continue
        if gaps:
            what = f"it cannot collect {step.sign_offs} sign-offs by different people {in_words(gaps)}."
            yield error(place.where, what, f"Give {', '.join(step.signers)} holders and deputies of their own.")


def signing_roles(session: Session, step: Publish, at: datetime) -> int:
    """For how many roles different people can sign. A person signs for the first of the roles that they hold."""
    signs_for: dict[int, str] = {}
    for role in step.signers:
        duty = who(session, role, at)
        for member in (duty.member, *duty.deputies):
            if member is not None:
                signs_for.setdefault(member.id, role)
    return len(set(signs_for.values()))


def _too_few(session: Session, step: Publish, at: datetime) -> bool:
    return signing_roles(session, step, at) < step.sign_offs


def _endless(playbook: Playbook, shut: set[Phase]) -> Iterator[Finding]:
    ends = {Phase.CLOSED}
    while grown := {phase for phase in Phase if phase not in ends | shut and ends & set(MOVES[phase])}:
        ends |= grown
    for phase in Phase:
        if phase not in ends:
            where = f"{playbook.key}, {phase}"
            yield error(where, "from here the incident can never be closed.", "Give each gate on the way a decider.")
