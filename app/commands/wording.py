"""`crisis words` and `crisis sign-off`: the public words of an incident, read, edited and signed."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arguments import AsMember, Code, Number, Step
from app.terminal import count, examples, say
from app.words_file import read_words, write_words
from flows.steps import publish_step, request_sign_off, signers
from incidents import sign_off as approving
from incidents.clock import clock_for
from incidents.narrative import names_of
from incidents.opening import find
from incidents.rows import Incident, PublicText, SignOff
from notifiers.public_texts import release
from notifiers.rows import Message
from protocol.who import member_by_key
from protocol.words import Language, Remedy
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis words 7",
        "crisis words 7 holding-statement",
        "crisis words 7 holding-statement --export words.yaml",
        "crisis words 7 holding-statement --edit words.yaml --as lucia.romero",
    )
)
def words(
    incident: Number,
    step: Annotated[
        str, typer.Argument(metavar="[STEP]", help="Key of the public step; all of them unless given.")
    ] = "",
    edit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Put the words of this YAML file up instead.")
    ] = None,
    export: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the words as YAML, to edit.")] = None,
    member: Annotated[str, typer.Option("--as", metavar="MEMBER", help="Who edits.")] = "",
) -> None:
    """Shows the public words up for sign-off, with their hash and who signed; or edits them, which voids approvals."""
    if (edit or export) and (not step or (edit and export)):
        raise typer.BadParameter("--edit and --export need STEP, and one of them at a time.")
    if edit is not None and not member:
        raise typer.BadParameter("--edit needs --as MEMBER.")
    works = open_works()
    if edit is not None:
        say(_edit(works, incident, step, edit, member))
    elif export is not None:
        say(_export(works, incident, step, export))
    else:
        _show(works, incident, step)


def _edit(works: Works, number: int, step: str, file: Path, member: str) -> str:
    with works.store.write() as session:
        incident = find(session, number)
        standing = approving.require_text(session, incident, step)
        texts = read_words(file, standing)
        author = member_by_key(session, member)
        now = works.clock.now()
        at = clock_for(incident).at(now)
        fresh = approving.propose(
            session, incident, step, standing.channel, standing.audience, texts, at, written_by=author.id
        )
        if fresh.id == standing.id:
            return f"These are the words that are up already ({fresh.hash[:8]}); nothing was changed."
        plan = publish_step(session, incident, step)
        asked = request_sign_off(session, works, incident, plan, now)
        anew = f"{count(asked, 'signer')} asked anew"
        return f"{step} has new words ({fresh.hash[:8]}); earlier approvals are void, and {anew}."


def _export(works: Works, number: int, step: str, file: Path) -> str:
    with works.store.read() as session:
        text = approving.require_text(session, find(session, number), step)
    write_words(file, text)
    return f"The words of {step} ({text.hash[:8]}) are in {file}; edit it and give it back with --edit."


def _show(works: Works, number: int, step: str) -> None:
    with works.store.read() as session:
        incident = find(session, number)
        for text in _standing(session, incident, step):
            _say_text(session, incident, text)


def _standing(session: Session, incident: Incident, step: str) -> list[PublicText]:
    if step:
        return [approving.require_text(session, incident, step)]
    query = select(PublicText).where(PublicText.incident_id == incident.id, PublicText.voided_at.is_(None))
    found = list(session.scalars(query.order_by(PublicText.id)))
    if not found:
        say(f"{incident.name} has no public words yet.")
    return found


def _say_text(session: Session, incident: Incident, text: PublicText) -> None:
    needed = publish_step(session, incident, text.step).sign_offs
    say(f"{text.step} for {text.audience} by {text.channel}, words {text.hash[:8]}", "bold")
    for language, said in text.texts.items():
        say(f"[{language}] {said['subject']}", "cyan")
        say(f"{said['body']}\n")
    names = names_of(session, Language.EN)
    rows = session.scalars(
        select(SignOff).where(SignOff.incident_id == incident.id, SignOff.hash == text.hash).order_by(SignOff.id)
    )
    signed = ", ".join(f"{names.member(row.member_id)} as {row.role} at {row.signed_at:%H:%M}" for row in rows)
    have = approving.approvals(session, incident.id, text.hash)
    state = f"published at {text.released_at:%H:%M} UTC" if text.released_at else "not published"
    say(f"SHA-256 {text.hash}. Signed by {signed or 'nobody yet'}: {have} of {needed} roles, {state}.")


@commands.command("sign-off", epilog=examples("crisis sign-off 7 holding-statement --as pablo.serra --code 12345678"))
def sign_off(incident: Number, step: Step, member: AsMember, code: Code) -> None:
    """Signs exactly the words that are up, with a one-time code; enough signatures publish them."""
    works = open_works()
    now = works.clock.now()
    with works.store.write() as session:
        row = find(session, incident)
        text = approving.require_text(session, row, step)
        if text.released_at is not None:
            raise Remedy(
                f"The words of {step} were published at {text.released_at:%H:%M} UTC; nothing is left to sign."
            )
        plan = publish_step(session, row, step)
        entitled = signers(session, plan, clock_for(row).at(now))
        holder = member_by_key(session, member).id
        counted, reason = approving.sign(session, works.vault, row, text, code, entitled, now, holder)
        have = approving.approvals(session, incident, text.hash)
        released = counted and release(session, row, plan, now)
        sent = _messages(session, text) if released else 0
    # An error counts against the code, so the transaction is kept before the refusal is told.
    if not counted:
        raise Remedy(reason)
    say(f"{reason} {have} of {plan.sign_offs} sign-offs.")
    if released:
        say(f"Enqueued {count(sent, 'message')} to {text.audience}.")


def _messages(session: Session, text: PublicText) -> int:
    key = f"{text.incident_id}/{text.entry}/{text.step}/public-{text.id}"
    return len(session.scalars(select(Message.id).where(Message.dispatch_key == key)).all())
