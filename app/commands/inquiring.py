"""`crisis inquiry`: a customer asks or complains; what to answer, who does, by when, and that it was done."""

import secrets
from typing import Annotated

import typer

from app.arguments import AsJson
from app.default_command import TakesText
from app.desk_counts import hand_on
from app.inquiry_told import target_words, told
from app.terminal import examples, say, say_json
from desk.corrections import correct
from desk.inquiries import Customer, InquiryKind, InquiryValue
from desk.intake import Answered, take_in
from desk.languages import read_language
from desk.replying import find, forget_text, reply
from desk.spans import span_words
from protocol.words import Remedy, Urgency
from wiring.works import open_works

SOURCE = "terminal"

commands = typer.Typer()
_inquiry = typer.Typer(
    cls=TakesText,
    help="A customer asks or complains: what to answer, who does, and by when.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        'crisis inquiry "Quiero devolver el producto" --channel phone --urgency high --customer current',
        'crisis inquiry "It made me ill" --channel email --kind incident --subject product-oat-drink --json',
        "crisis inquiry replied INQ-12",
    ),
)
commands.add_typer(_inquiry, name="inquiry")

Said = Annotated[str, typer.Argument(metavar="INQUIRY", help="Our number, like INQ-12, or the id of its source.")]
Source = Annotated[str | None, typer.Option("--source", help="Where the id comes from, if several have it.")]


def _not_empty(text: str) -> str:
    if not text.strip():
        raise Remedy("TEXT is empty; write what the customer says.")
    return text


@_inquiry.command("new", epilog=examples('crisis inquiry "Is it true?" --channel social --urgency high'))
def new_inquiry(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the customer says.", callback=_not_empty)],
    channel: Annotated[str, typer.Option("--channel", help="Where from: phone, email, social and the like.")],
    urgency: Annotated[Urgency, typer.Option("--urgency", help="How soon it must be answered.")] = Urgency.MEDIUM,
    customer: Annotated[Customer, typer.Option("--customer", help="Who asks.")] = Customer.ANY,
    kind: Annotated[InquiryKind | None, typer.Option("--kind", help="As the answer has it unless given.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="Like es; found out unless given.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="The key of a support entry, or other.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="What it is about, by key.")] = None,
    given_id: Annotated[
        str | None, typer.Option("--id", help="Its id; the same one again is the same inquiry.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Takes in one inquiry and says what to answer. TEXT is a customer's: it is stored sealed, and can be erased."""
    works = open_works()
    now = works.clock.now()
    value = InquiryValue(
        *(given_id or secrets.token_hex(8), text, channel, now, SOURCE, kind, urgency, customer),
        *(read_language(language), subject, reason),
    )
    with works.store.write() as session:
        taken = take_in(session, works.vault, [value], now)
        hand_on(session, taken.new, now)
        (answered,) = taken.answered
        said = told(answered) | {"to_correct": answered.to_correct}
    if as_json:
        say_json(said, indent=1)
        return
    _say(answered)


@_inquiry.command(
    "replied", epilog=examples("crisis inquiry replied INQ-12", "crisis inquiry replied T-1 --source crm")
)
def replied(inquiry: Said, source: Source = None) -> None:
    """Notes the first reply to an inquiry, once."""
    works = open_works()
    now = works.clock.now()
    with works.store.write() as session:
        done = reply(session, find(session, works.vault, inquiry, source), now, now)
    row = done.inquiry
    assert row.replied_at is not None
    after = span_words(row.replied_at - row.at)
    how = "in time" if done.on_time else f"late: it was due by {row.due_at:%Y-%m-%d %H:%M} UTC"
    said = "is noted" if done.first else "was noted before"
    say(f"{row.name}: the first reply {said}, after {after}, {how}.")


@_inquiry.command("corrected", epilog=examples("crisis inquiry corrected INQ-12"))
def corrected(inquiry: Said, source: Source = None) -> None:
    """Notes that a customer who had a former answer was given the one that holds now."""
    works = open_works()
    with works.store.write() as session:
        row = find(session, works.vault, inquiry, source)
        correct(session, row, works.clock.now())
    say(f"{row.name}: the answer that holds now is noted as given.")


@_inquiry.command("erase", epilog=examples("crisis inquiry erase INQ-12 --yes"))
def erase(
    inquiry: Said,
    source: Source = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; there is no way back.")] = False,
) -> None:
    """Erases what a customer wrote. What is left leads to nobody and stays in the counts."""
    if not yes:
        raise Remedy("To erase what a customer wrote cannot be undone; say --yes.")
    works = open_works()
    with works.store.write() as session:
        row = find(session, works.vault, inquiry, source)
        forget_text(session, row)
    say(f"{row.name}: what the customer wrote is erased.")


def _say(answered: Answered) -> None:
    row, answer = answered.inquiry, answered.answer
    known = " It was taken in before." if answered.repeated else ""
    say(f"{row.name}: {row.reason} ({answer.why}).{known}", "bold")
    if answer.text:
        say(f"Answer ({answer.language}): {answer.text}", "green")
    if answered.to_correct:
        say(f"The customer was given a former answer; `crisis inquiry corrected {row.name}` notes this one.", "yellow")
    if answer.fallback:
        say(f"{answer.fallback[0].upper()}{answer.fallback[1:]}.", "yellow")
    for faq in answer.faqs:
        say(f"See also {faq.key}: {faq.address}")
    say(f"{_who(answered)} First reply within {target_words(answer.target)}: by {row.due_at:%Y-%m-%d %H:%M} UTC.")


def _who(answered: Answered) -> str:
    row, duty = answered.inquiry, answered.answer.duty
    if row.team is None:
        return "No team of the protocol answers customers; add customer-service."
    if duty.within_hours:
        return f"{row.team} answers; {duty.member or 'nobody'} is on duty."
    opens = f" It opens at {duty.opens_at:%Y-%m-%d %H:%M} UTC." if duty.opens_at else ""
    return f"{row.team} answers; nobody is at work now.{opens}"
