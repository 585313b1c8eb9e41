"""The degraded mode, outside the company: words are put up for sign-off, and sent by the same command once signed."""

from collections.abc import Sequence

import typer
from sqlalchemy.orm import Session

from app.delivering import again, counting, deliver
from app.direct import incident_of, trial
from app.extent import Extent, measure
from app.extent_shown import show_extent
from app.order import Order, addressed
from app.outside import Waiting, let_go, propose, step_of, try_out, waiting
from app.sending import progress
from app.terminal import count, say
from incidents.clock import clock_for
from incidents.rows import Incident
from notifiers.sender import Sender
from playbooks.format import Publish
from protocol.words import Channel
from wiring.works import Works


def tell_outside(works: Works, order: Order, sender: Sender | None, yes: bool) -> int:
    """Tells people outside, as far as their words are signed; answers the code that the command ends with."""
    now = works.clock.now()
    with works.store.write() as session:
        incident, step = _step(session, works, order)
        let_go(session, incident, step, now)
        standing = waiting(session, incident, step)
    if standing is not None and standing.released:
        return _send(works, order, standing, sender)
    if standing is not None:
        _say_waiting(order, standing)
        return 0
    _show(works, order)
    if not (yes or typer.confirm("Put these words up for sign-off?")):
        return 1
    with works.store.write() as session:
        incident, step = _step(session, works, order)
        asked = propose(session, works, order, incident, step, works.clock.now())
        standing = waiting(session, incident, step)
    if standing is not None:
        _say_waiting(order, standing)
    say(f"Asked {count(len(asked), 'signer')}, each with a code.")
    return deliver(works, sender, asked, order, "Asking")


def _step(session: Session, works: Works, order: Order) -> tuple[Incident, Publish]:
    incident = incident_of(session, works, order)
    at = works.clock.now()
    return step_of(session, order, incident, clock_for(incident).at(at) if incident else at)


def _show(works: Works, order: Order) -> None:
    """The words, and what sending them would come to: done in full, and taken back."""
    now = works.clock.now()
    with counting(), trial(works.store) as session:
        incident, step = _step(session, works, order)
        people = addressed(session, order, clock_for(incident).at(now))
        text, placed = try_out(session, order, people, incident, step, now)
        extent: Extent = measure(session, works.scribe, placed)
    for language, words in text.texts.items():
        say(f"[{language}] {words['subject']}", "cyan")
        say(f"{words['body']}\n")
    show_extent(works.settings, extent)


def _send(works: Works, order: Order, standing: Waiting, sender: Sender | None) -> int:
    found = progress(works, [standing.dispatch], list(Channel))
    states = ", ".join(f"{number:,} {state}" for state, number in sorted(found.states.items()))
    whole = count(found.states.total(), "message")
    say(f"{whole} ({states}), words {standing.hash[:8]} signed by {_and(standing.signed)}; nobody is told twice.")
    return deliver(works, sender, [standing.dispatch], order)


def _say_waiting(order: Order, standing: Waiting) -> None:
    left = [role for role in standing.roles if role not in standing.signed]
    say(
        f"The words {standing.hash[:8]} are up for sign-off as {standing.step}: {len(standing.signed)} of "
        f"{standing.needed} roles signed{f' ({_and(standing.signed)})' if standing.signed else ''}; "
        f"{_or(left)} may. Nothing leaves before."
    )
    signs = f"crisis sign-off {order.incident} {standing.step} --as MEMBER --code CODE"
    say(f"A signer signs with `{signs}`, or by the link in the message.")
    say(f"Then `{again(order)}` sends them, unless a sender is at work.")


def _and(words: Sequence[str]) -> str:
    return " and ".join(words)


def _or(words: Sequence[str]) -> str:
    return " or ".join(words)
