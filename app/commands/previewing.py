"""`crisis preview`: what a message would say to somebody, and what its SMS costs."""

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.arguments import MaybeChannel, MaybeLanguage, incident_number
from app.message_uses import Sent, samples_of, sent_as
from app.preview_words import told_otherwise
from app.terminal import examples, say
from checks.samples import Samples, sample_reader
from checks.wording import as_sent, newest_texts, seconds_aloud
from incidents.opening import find
from notifiers.reach import Templates, newest_templates
from notifiers.recipients import Recipient
from notifiers.render import Reader, render_words
from notifiers.segments import sms_size
from notifiers.ways import require_texts, ways
from protocol.messages import MessageTemplate
from protocol.people import Member, Role
from protocol.who import member_by_key, role_titles
from protocol.words import Channel, Language, Remedy
from wiring.works import open_works

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
    to: Annotated[
        str, typer.Option(metavar="MEMBER", help="What this person would get, by the channels that reach them.")
    ] = "",
    language: MaybeLanguage = None,
    channel: MaybeChannel = None,
    incident: Annotated[
        int | None, typer.Option(parser=incident_number, metavar="INCIDENT", help="About a real incident.")
    ] = None,
) -> None:
    """Shows a message as it would be read, with samples where the incident does not say; sends nothing.

    With --to alone it shows exactly what that person would get, and says why where that is not as planned.
    """
    works = open_works()
    with works.store.read() as session:
        person = member_by_key(session, to) if to else None
        templates = _templates(session, message)
        sent = sent_as(session).get(message) or _unused(templates)
        given = samples_of(session, works, sent, incident)
        version = find(session, incident).protocol_version_id if incident is not None else None
        known = newest_templates(session, message, version)
        if person is not None and language is None:
            templates = _for_person(session, known, sent, person, [channel] if channel else sent.channels)
        else:
            templates = [row for _, row in sorted(known.items()) if _is_asked(row, language, channel)]
        for template in templates:
            _say_text(template, given, _reader(session, template, person), sent.public)


def _unused(templates: Sequence[MessageTemplate]) -> Sent:
    """How a message that nothing sends would be sent: by every channel that it is written for."""
    written = {template.channel for template in templates}
    return Sent(None, [channel for channel in Channel if channel in written], templates[0].public)


def _is_asked(row: MessageTemplate, language: Language | None, channel: Channel | None) -> bool:
    return language in (None, row.language) and channel in (None, row.channel)


def _for_person(
    session: Session, templates: Templates, sent: Sent, person: Member, channels: Sequence[Channel]
) -> list[MessageTemplate]:
    """Says what is not as planned for the person; answers the texts that would leave. Raises Remedy if none may."""
    require_texts(next(iter(templates.values())).key, templates, channels)
    found = ways(session, [Recipient(person.id)], templates, channels, only_these=sent.public)
    for line in told_otherwise(person, found, channels):
        say(line, "yellow")
    by_id = {template.id: template for template in templates.values()}
    return [by_id[way.template_id] for way in found]


def _templates(session: Session, message: str) -> list[MessageTemplate]:
    texts = newest_texts(session)
    found = [row for (key, _, _), row in sorted(texts.items()) if key == message]
    if not found:
        known = ", ".join(sorted({key for key, _, _ in texts})) or "none is loaded; run `crisis load`"
        raise Remedy(f'No message "{message}" in the protocol store. Use one of: {known}.')
    return found


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
