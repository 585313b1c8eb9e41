"""What a playbook refers to: messages of the library, and roles, teams and members of the protocol."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from playbooks import desk_lines
from playbooks.chains import faults_of, stages
from playbooks.format import Audience, Clock, Convene, Notify, PhasePlan, Phases, Playbook, Publish, Record, Step
from playbooks.templates import MessageFile, text_for
from protocol.words import WRITTEN, Channel, Language

PLAYBOOK_FILE = "playbook.yaml"


@dataclass(frozen=True)
class Known:
    """The keys that the protocol has; `audiences` are the teams outside the company, also among `teams`."""

    roles: Sequence[str]
    teams: Sequence[str]
    audiences: Sequence[str]
    members: Sequence[str]


@dataclass(frozen=True)
class _Use:
    key: str
    channels: tuple[Channel, ...]
    public: bool = False


def phases_of(playbook: Playbook) -> Iterator[tuple[str, PhasePlan]]:
    """The name and the plan of each phase, in order."""
    for name in Phases.model_fields:
        yield name, getattr(playbook.phases, name)


def file_of(playbook: Playbook, library: str) -> str:
    """How errors name the file of a playbook."""
    return f"{library}/{playbook.key}/{PLAYBOOK_FILE}"


def inner_faults(playbook: Playbook, messages: Mapping[str, MessageFile], library: str) -> list[str]:
    """One sentence for each fault that can be seen without the protocol."""
    faults: list[str] = []
    for name, plan in phases_of(playbook):
        where = f"{file_of(playbook, library)}, {name}"
        faults += _order_faults(name, plan, where)
        faults += _message_faults(_Use(plan.gate_message, WRITTEN), messages, where)
        faults += desk_lines.faults_of(plan.desk, where) if plan.desk else []
        for place, step in _placed(plan, where):
            faults += _count_faults(step, place)
            faults += [fault.sentence(place) for fault in faults_of(step)]
            for use in _uses(step):
                faults += _message_faults(use, messages, place)
            faults += _stage_texts(step, messages, place)
    return faults


def protocol_faults(playbook: Playbook, known: Known, library: str) -> list[str]:
    """One sentence for each role, team or member that the protocol does not have."""
    faults: list[str] = []
    for name, plan in phases_of(playbook):
        where = f"{file_of(playbook, library)}, {name}"
        faults += _missing("role", plan.deciders, known.roles, where)
        for place, step in _placed(plan, where):
            faults += _step_faults(step, known, place)
            for stage in stages(step):
                faults += _audience_faults(stage.to, known, f"{place}, {stage.name}")
    return faults


def _placed(plan: PhasePlan, where: str) -> Iterator[tuple[str, Step]]:
    for number, step in enumerate(plan.steps, start=1):
        yield f"{where}, step {number} ({step.key})", step


def _order_faults(name: str, plan: PhasePlan, where: str) -> Iterator[str]:
    keys = [step.key for step in plan.steps]
    for number, step in enumerate(plan.steps, start=1):
        if step.key in keys[: number - 1]:
            yield f"{where}, step {number} ({step.key}): the key stands twice in this phase. Give it another one."
    first = plan.steps[0]
    if not isinstance(first, Notify) or first.after or first.level:
        # The supervisor sends this step by itself when no run can be started.
        yield f"{where}: the first step must tell people at once. Put a notify step without after and level first."
    elif name == "pre_crisis" and not (first.acknowledge and first.to.roles):
        yield f"{where}, step 1 ({first.key}): nobody has to answer. Give it roles and acknowledge: {{within: 5m}}."


def _count_faults(step: Step, where: str) -> Iterator[str]:
    match step:
        case Notify(to=to) if not (to.roles or to.teams or to.members):
            yield f"{where}: it tells nobody. Give `to` roles, teams or members."
        case Convene(quorum=quorum, roles=roles) if quorum > len(set(roles)):
            yield f"{where}: a quorum of {quorum} out of {len(set(roles))} roles is impossible. Lower it, or add roles."
        case Publish(sign_offs=wanted, signers=signers) if wanted > len(set(signers)):
            yield f"{where}: {wanted} sign-offs by {len(set(signers))} roles are impossible. Lower it, or add some."


def _uses(step: Step) -> Iterator[_Use]:
    match step:
        case Publish():
            yield _Use(step.message, (step.channel,), public=True)
            yield _Use(step.request, WRITTEN)
        case Notify() | Convene() | Record() | Clock():
            yield _Use(step.message, tuple(step.channels))


def _stage_texts(step: Step, messages: Mapping[str, MessageFile], where: str) -> Iterator[str]:
    """What the rungs and waves lack, besides what the step itself does."""
    if not isinstance(step, Notify | Convene) or step.message not in messages:
        return
    for stage in stages(step):
        further = tuple(channel for channel in stage.channels if channel not in step.channels)
        use = _Use(step.message, further, messages[step.message].public)
        yield from _message_faults(use, messages, f"{where}, {stage.name}")


def _message_faults(use: _Use, messages: Mapping[str, MessageFile], where: str) -> Iterator[str]:
    message = messages.get(use.key)
    if message is None:
        yield f'{where}: no message "{use.key}" in the library. Add it, or use one of: {_list(messages)}.'
        return
    if message.public != use.public:
        now, wanted = ("public", "false") if message.public else ("not public", "true")
        yield f'{where}: the message "{use.key}" is {now}. Use another one, or write `public: {wanted}` in its file.'
    for language in Language:
        for channel in use.channels:
            if text_for(message, language, channel) is None:
                yield f'{where}: the message "{use.key}" has no {channel} text in {language}. Write it in its file.'


def _step_faults(step: Step, known: Known, where: str) -> Iterator[str]:
    match step:
        case Notify(to=to):
            yield from _audience_faults(to, known, where)
        case Publish(signers=signers, audience=audience):
            yield from _missing("role", signers, known.roles, where)
            yield from _audience(audience, known, where)
        case Convene(roles=roles) | Record(roles=roles) | Clock(roles=roles):
            yield from _missing("role", roles, known.roles, where)


def _audience_faults(to: Audience, known: Known, where: str) -> Iterator[str]:
    yield from _missing("role", to.roles, known.roles, where)
    yield from _missing("team", to.teams, known.teams, where)
    yield from _missing("member", to.members, known.members, where)
    yield from _outside(to.teams, known, where)


def _audience(audience: str, known: Known, where: str) -> Iterator[str]:
    if audience in known.teams and audience not in known.audiences:
        yield (
            f'{where}: the team "{audience}" is inside the company. '
            f"Publish to a team with `outside: true`: {_list(known.audiences)}."
        )
        return
    yield from _missing("team", [audience], known.teams, where, known.audiences)


def _outside(teams: Iterable[str], known: Known, where: str) -> Iterator[str]:
    for team in teams:
        if team in known.audiences:
            # Nothing leaves the company without signed-off words.
            yield f'{where}: the team "{team}" is outside the company. Tell it by a publish step.'


def _missing(
    noun: str, keys: Iterable[str], known: Collection[str], where: str, choices: Collection[str] | None = None
) -> Iterator[str]:
    for key in keys:
        if key not in known:
            offered = _list(known if choices is None else choices)
            yield f'{where}: no {noun} "{key}" in the protocol. Add it, or use one of: {offered}.'


def _list(keys: Iterable[str]) -> str:
    return ", ".join(sorted(keys)) or "none yet"
