"""`crisis preview`: what a message would say to somebody, and what its SMS costs."""

from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arguments import MaybeChannel, MaybeLanguage, incident_number
from app.terminal import examples, say
from checks.places import newest_playbooks, places, uses_of
from checks.samples import Samples, sample_reader, samples
from checks.wording import as_sent, newest_texts, seconds_aloud
from incidents.opening import find
from notifiers.context import incident_context, playbook_of
from notifiers.render import Reader, render_words
from notifiers.segments import sms_size
from protocol.messages import MessageTemplate
from protocol.people import Member, Role
from protocol.who import member_by_key, role_titles
from protocol.words import Channel, Remedy
from wiring.works import Works, open_works

commands = typer.Typer()


@commands.command(
    epilog=examples(
        "crisis preview signal-alert",
        "crisis preview signal-alert --to tom.baker --channel sms",
        "crisis preview cabinet-convocation --lang es --incident 7",
    )
)
def preview(
    message: Annotated[str, typer.Argument(help="Key of the message.")],
    to: Annotated[str, typer.Option(metavar="MEMBER", help="To this person, in their language.")] = "",
    language: MaybeLanguage = None,
    channel: MaybeChannel = None,
    incident: Annotated[
        int | None, typer.Option(parser=incident_number, metavar="INCIDENT", help="About a real incident.")
    ] = None,
) -> None:
    """Shows a message as it would be read, with samples where the incident does not say; sends nothing."""
    works = open_works()
    with works.store.read() as session:
        person = member_by_key(session, to) if to else None
        wanted = language or (person.language if person else None)
        given = _samples(session, works, message, incident)
        public = _is_public(session, message)
        for template in _templates(session, message):
            if wanted in (None, template.language) and channel in (None, template.channel):
                _say_text(template, given, _reader(session, template, person), public)


def _samples(session: Session, works: Works, message: str, number: int | None) -> Samples:
    steps = places(newest_playbooks(session))
    playbook = next((place.playbook for place in steps for use in uses_of(place.step) if use.key == message), None)
    if number is None:
        playbook = playbook or next(iter(newest_playbooks(session)), None)
        return samples(session, playbook, works.links, works.clock.now())
    incident = find(session, number)
    sample = samples(session, playbook_of(session, incident), works.links, works.clock.now())
    real = incident_context(session, incident, works.links)
    plain = {**sample.context["plain"], **real["plain"]}
    return Samples({**sample.context, **real, "plain": plain, "due": sample.context["due"]}, works.links)


def _templates(session: Session, message: str) -> list[MessageTemplate]:
    texts = newest_texts(session)
    found = [row for (key, _, _), row in sorted(texts.items()) if key == message]
    if not found:
        known = ", ".join(sorted({key for key, _, _ in texts})) or "none is loaded; run `crisis load`"
        raise Remedy(f'No message "{message}" in the protocol store. Use one of: {known}.')
    return found


def _is_public(session: Session, message: str) -> bool:
    steps = places(newest_playbooks(session))
    return any(use.public and use.key == message for place in steps for use in uses_of(place.step))


def _reader(session: Session, template: MessageTemplate, person: Member | None) -> Reader:
    if person is None:
        return sample_reader(template.language)
    role = session.scalar(select(Role.key).where(Role.holders.any(Member.id == person.id)).order_by(Role.id).limit(1))
    return Reader(person.name, template.language, person.time_zone, role_titles(session, role))


def _say_text(template: MessageTemplate, given: Samples, reader: Reader, public: bool) -> None:
    variables = given.variables(template.key, reader, template.language, public=public)
    rendered = as_sent(render_words(template.subject, template.body, variables), template.channel, public=public)
    say(f"{template.key}, {template.language} {template.channel}, version {template.version}", "bold")
    if template.channel is Channel.SMS:
        say(rendered.body)
        size = sms_size(rendered.body)
        because = f", because of {' '.join(size.foreign)}" if size.foreign else ""
        say(f"{size}{because}\n", "dim")
        return
    if template.channel is Channel.VOICE:
        say(rendered.body)
        say(f"about {seconds_aloud(rendered.body)} s aloud\n", "dim")
        return
    if template.channel is Channel.CHAT:
        say(f"{rendered.body}\n")
        return
    say(f"Subject: {rendered.subject}\n\n{rendered.body}\n")
