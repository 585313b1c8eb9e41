"""The steps of the newest playbooks with where they stand, whom they tell, and the messages that they use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from playbooks import versions
from playbooks.chains import stages
from playbooks.format import Audience, Clock, Convene, Notify, PhasePlan, Phases, Playbook, Publish, Record, Step
from protocol.words import WRITTEN, Channel


@dataclass(frozen=True)
class Place:
    """One step and where it stands: `social-firestorm, pre_crisis, step 1 (alert)`."""

    playbook: Playbook
    phase: str
    where: str
    step: Step


@dataclass(frozen=True)
class Use:
    """A message that a step sends, by which channels, to whom. `stage` is the rung or wave that does, if one does."""

    key: str
    channels: Sequence[Channel]
    audience: Audience
    public: bool = False
    stage: str = ""


def newest_playbooks(session: Session) -> list[Playbook]:
    """The newest version of every playbook in the store, by key."""
    return [versions.newest(session, key).playbook for key in versions.keys(session)]


def plans(playbook: Playbook) -> Iterator[tuple[str, PhasePlan]]:
    """The name and the plan of each phase, in order."""
    for name in Phases.model_fields:
        yield name, getattr(playbook.phases, name)


def places(playbooks: Sequence[Playbook]) -> Iterator[Place]:
    """Every step of every playbook, in order."""
    for playbook in playbooks:
        for phase, plan in plans(playbook):
            for number, step in enumerate(plan.steps, 1):
                yield Place(playbook, phase, f"{playbook.key}, {phase}, step {number} ({step.key})", step)


def audience_of(step: Step) -> Audience:
    """Whom a step tells; for public words, the audience outside."""
    match step:
        case Notify():
            return step.to
        case Publish():
            return Audience(teams=[step.audience])
        case Convene() | Record() | Clock():
            return Audience(roles=step.roles)


def uses_of(step: Step) -> Iterator[Use]:
    """The messages that a step sends."""
    if isinstance(step, Publish):
        yield Use(step.message, [step.channel], audience_of(step), public=True)
        yield Use(step.request, list(WRITTEN), Audience(roles=step.signers))
    else:
        yield Use(step.message, step.channels, audience_of(step))
    for stage in stages(step):
        yield Use(step.message, stage.channels, stage.to, stage=stage.name)
