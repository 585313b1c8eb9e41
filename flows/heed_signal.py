"""The heed-signal flow: a Prefect event `crisis.signal` opens an incident or joins one, once however often it comes."""

from prefect import flow
from prefect.runtime import flow_run
from sqlalchemy.orm import Session

from flows.boundary import FlowError, boundary, note
from flows.runs import Unreachable, forget_parameter
from incidents.opening import Signal, take_once
from playbooks import versions
from protocol.practice import subject_keys
from protocol.words import Language, Level
from wiring.works import Works, open_works

LONGEST_WHY = 300  # characters: it stands in an SMS
LEVELS = [level.value for level in Level if level is not Level.GREEN]
NO_WHY: dict[str, str] = {
    Language.ES: "Lo señaló un sistema por Prefect, sin decir por qué.",
    Language.EN: "A system signalled it through Prefect and did not say why.",
}


@flow(name="heed-signal", log_prints=False)
def heed_signal(event: str, playbook: str = "", subject: str = "", level: str = "", why: str = "") -> int:
    """Opens an incident (or joins the open one) and answers its number. `event` is the Prefect event's id."""
    with boundary("heed-signal"):
        try:
            number = heed(open_works(), event, playbook, subject, level, why)
        except FlowError:
            _forget_why()
            raise
        _forget_why()  # after another error it stays, so that Retry can be pressed
        return number


def heed(works: Works, event: str, playbook: str, subject: str, level: str, why: str) -> int:
    """The number of the incident that the signal opened or joined. Raises FlowError, in one sentence, for a bad one.

    No sentence repeats what came in: it may be anything. A level that is not given is yellow.
    """
    with works.store.write() as session:
        _check(session, playbook, subject, level)
        signal = Signal(
            playbook=playbook,
            subject=subject,
            level=Level(level or Level.YELLOW),
            why=dict.fromkeys(map(str, Language), _short(why)) if why.strip() else NO_WHY,
            opened_by=f"event:{event}",
        )
        return take_once(session, event, signal, works.clock.now())


def _check(session: Session, playbook: str, subject: str, level: str) -> None:
    playbooks, subjects = versions.keys(session), subject_keys(session)
    for name, given, known in (("playbook", playbook, playbooks), ("subject", subject, subjects)):
        if given not in known:
            others = ", ".join(known) or "none is loaded yet"
            raise FlowError(f'The signal\'s payload has no "{name}" that the protocol knows; use one of: {others}.')
    if level and level not in LEVELS:
        raise FlowError(f'The signal\'s payload has no "level" that there is; use one of: {", ".join(LEVELS)}.')


def _short(why: str) -> str:
    """The sentence, cut at a word and marked with … when it is too long for an SMS; the event holds all of it."""
    said = " ".join(why.split())
    if len(said) <= LONGEST_WHY:
        return said
    whole_words = said[:LONGEST_WHY].rpartition(" ")[0] or said[: LONGEST_WHY - 1]
    return f"{whole_words}…"


def _forget_why() -> None:
    run_id = flow_run.get_id()
    if run_id is None:
        return
    try:
        forget_parameter(run_id, "why")
    except Unreachable as error:
        note("forget why", error)
