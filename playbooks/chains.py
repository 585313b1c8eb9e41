"""The rungs and waves of a step: who they are, when they fire, and what is wrong with them in themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise

from playbooks.format import Audience, Convene, Notify, Rung, Step, Turn, Wave, Whom, write_duration
from protocol.words import Channel

Asking = Notify | Convene


@dataclass(frozen=True)
class Stage:
    """One rung or wave as people name it (`rung 2`), whom it names and by which channels it tells them."""

    name: str
    to: Audience
    channels: Sequence[Channel]

    @property
    def names_people(self) -> bool:
        """Whether it names people by key, and not just whose turn it is."""
        return not (isinstance(self.to, Whom) and self.to.turn)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rung, a wave or a quorum, and what to do."""

    where: str
    what: str
    remedy: str

    def sentence(self, step: str) -> str:
        """The fault in one line; `step` names the step."""
        return f"{step}, {self.where}: {self.what} {self.remedy}"


def rungs_of(step: Step) -> Sequence[Rung]:
    """The rungs of a step's chain; none means the next deputy, and so on."""
    return step.acknowledge.chain if isinstance(step, Notify | Convene) and step.acknowledge else ()


def waves_of(step: Step) -> Sequence[Wave]:
    """The waves of a step."""
    return step.waves if isinstance(step, Notify | Convene) else ()


def firings_of(rung: Rung) -> list[timedelta]:
    """How long after the start of the step a rung fires, each time."""
    every = rung.every or timedelta(0)
    return [rung.after + every * number for number in range(rung.repeat)]


def wave_times(step: Step) -> list[timedelta]:
    """How long after the start of the step each wave fires; the time of one begins when the one before fired."""
    return list(accumulate(wave.within for wave in waves_of(step)))


def stages(step: Step) -> Iterator[Stage]:
    """Every rung and wave of a step, in order."""
    if not isinstance(step, Notify | Convene):
        return
    for number, rung in enumerate(rungs_of(step), 1):
        yield Stage(f"rung {number}", rung.to, rung.channels or step.channels)
    for number, wave in enumerate(waves_of(step), 1):
        yield Stage(f"wave {number}", wave.to, wave.channels or step.channels)


def faults_of(step: Step) -> Iterator[Fault]:
    """What is wrong with the rungs, waves and quorum of a step, whatever the company."""
    if not isinstance(step, Notify | Convene):
        return
    yield from _times(rungs_of(step))
    for number, rung in enumerate(rungs_of(step), 1):
        yield from _rung(step, rung, f"rung {number}")
    for stage in stages(step):
        yield from _people(step, stage)
    if step.acknowledge and rungs_of(step) and not step.acknowledge.escalate:
        yield Fault("chain", "it stands beside `escalate: false`.", "Take one of them away.")
    if isinstance(step, Notify) and step.quorum and step.acknowledge is None:
        yield Fault("quorum", "nobody is given a time to answer in.", "Write acknowledge: {within: 5m}.")


def _times(rungs: Sequence[Rung]) -> Iterator[Fault]:
    for number, (before, rung) in enumerate(pairwise(rungs), 2):
        if rung.after <= before.after:
            this, that = write_duration(rung.after), write_duration(before.after)
            what = f"it comes after {this}, and rung {number - 1} after {that}."
            yield Fault(f"rung {number}", what, "Let the times grow from rung to rung.")


def _rung(step: Asking, rung: Rung, where: str) -> Iterator[Fault]:
    if rung.repeat > 1 and rung.every is None:
        what = f"it tells {rung.repeat} times, and does not say how far apart."
        yield Fault(where, what, "Write `every: 5m` beside `repeat`.")
    if rung.to.turn is Turn.NEXT_DEPUTY and isinstance(step, Notify) and not step.to.roles:
        what = "the step tells no role, so that nobody has a deputy."
        yield Fault(where, what, "Name roles, teams or members.")
    if rung.to.turn and (rung.to.roles or rung.to.teams or rung.to.members):
        yield Fault(where, f"it names people and {rung.to.turn} at once.", "Keep one of them; make the other a rung.")


def _people(step: Asking, stage: Stage) -> Iterator[Fault]:
    if not stage.names_people:
        return
    if not (stage.to.roles or stage.to.teams or stage.to.members):
        yield Fault(stage.name, "it tells nobody.", "Give `to` roles, teams or members.")
    if isinstance(step, Convene) and (stage.to.teams or stage.to.members):
        what = "only a role has a seat in the cabinet."
        yield Fault(stage.name, what, "Name roles instead of teams and members.")
