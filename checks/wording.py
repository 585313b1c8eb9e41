"""Whether every message renders in every language and channel that it is needed in, and what it costs."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.communication import flow_uses
from checks.findings import Finding, error, warning
from checks.places import Place, Use, uses_of
from checks.samples import REFERENCE, Samples, sample_reader
from notifiers.render import Rendered, finish, render_words
from notifiers.segments import in_gsm, sms_size
from playbooks.format import Audience, Playbook
from playbooks.variables import NEEDED_MESSAGES
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member, Role, Team
from protocol.words import WRITTEN, Channel, Language, Remedy

MOST_SEGMENTS = 3
LONGEST_CALL = 60  # seconds
Texts = Mapping[tuple[str, Language, Channel], MessageTemplate]


def word_findings(session: Session, places: Sequence[Place], samples: Mapping[str, Samples]) -> Iterator[Finding]:
    """Messages that are missing, that do not render, or that are long; `samples` by playbook."""
    texts = newest_texts(session)
    channels = _channels(session)
    told: set[str] = set()
    for where, use, sample in _sent(session, places, samples):
        yield from _missing(use, texts, where)
        yield from _unusable(session, use, texts, where, channels)
        if use.key not in told:
            told.add(use.key)
            yield from _render(use.key, texts, sample, public=use.public)


def _sent(
    session: Session, places: Sequence[Place], samples: Mapping[str, Samples]
) -> Iterator[tuple[str, Use, Samples]]:
    """What is sent by steps, by communication flows and by the product itself: where that is said, and samples."""
    for place in places:
        for use in uses_of(place.step):
            where = f"{place.where}, {use.stage}" if use.stage else place.where
            yield where, use, samples[place.playbook.key]
    for sample in list(samples.values())[:1]:
        for flow in flow_uses(session):
            yield flow.where, flow.use, sample
        for key in dict.fromkeys([*gate_messages(places), *NEEDED_MESSAGES]):
            yield "sent by the product itself", Use(key, list(WRITTEN), Audience()), sample


def one_language_findings(session: Session) -> Iterator[Finding]:
    """Messages of which nobody wrote a text in the other language."""
    written: dict[str, set[Language]] = {}
    for key, language, _ in newest_texts(session):
        written.setdefault(key, set()).add(language)
    for key, languages in sorted(written.items()):
        for missing in set(Language) - languages:
            what = f"it has no text in {missing}, so people who read {missing} get the {min(languages)} one."
            yield warning(f"message {key}", what, "Write it in the library, and run `crisis load`.")


def gate_messages(places: Sequence[Place]) -> list[str]:
    """The messages that carry the codes of the gates."""
    playbooks: dict[str, Playbook] = {place.playbook.key: place.playbook for place in places}
    phases = [playbook.phases for playbook in playbooks.values()]
    plans = [plan for phase in phases for plan in (phase.pre_crisis, phase.crisis, phase.post_crisis)]
    return list(dict.fromkeys(plan.gate_message for plan in plans))


def newest_texts(session: Session) -> Texts:
    """The newest text of each message, language and channel."""
    rows = session.scalars(select(MessageTemplate).order_by(MessageTemplate.version))
    return {(row.key, row.language, row.channel): row for row in rows}


def versions_of(template: MessageTemplate, samples: Samples, *, public: bool) -> Iterator[Rendered]:
    """The text as a first person, a deputy, and either of them without a deadline would get it."""
    reader = sample_reader(template.language)
    for purpose in ("first", "stand-in"):
        for due in (True, False):
            variables = samples.variables(
                template.key, reader, template.language, public=public, purpose=purpose, due=due
            )
            yield as_sent(render_words(template.subject, template.body, variables), template.channel, public=public)


def as_sent(rendered: Rendered, channel: Channel, *, public: bool) -> Rendered:
    """The words as they leave: an SMS with its reference and, unless people signed every letter, in plain letters."""
    if channel is Channel.SMS and not public:
        rendered = Rendered(rendered.subject, in_gsm(rendered.body))
    return finish(rendered, channel, REFERENCE, drill=False)


def seconds_aloud(text: str) -> int:
    """About how long a call takes to read a text, at 150 words a minute."""
    return round(len(text.split()) / 150 * 60)


def _missing(use: Use, texts: Texts, where: str) -> Iterator[Finding]:
    for language in Language:
        for channel in use.channels:
            if (use.key, language, channel) not in texts:
                what = f'the message "{use.key}" has no {channel} text in {language}.'
                yield error(where, what, "Write it in the library, and run `crisis load`.")


def _unusable(
    session: Session, use: Use, texts: Texts, where: str, channels: Mapping[int, Sequence[Channel]]
) -> Iterator[Finding]:
    """People who would be told by another channel than the step's, in which the message has no text."""
    for member in _people(session, use.audience):
        usable = channels.get(member.id, ())
        if not usable or set(usable) & set(use.channels):
            continue
        if not any((use.key, language, usable[0]) in texts for language in Language):
            what = f'{member.key} has only {usable[0]}, and the message "{use.key}" has no text for it.'
            yield error(where, what, f"Write one, or give the person {' or '.join(use.channels)}.")


def _channels(session: Session) -> dict[int, list[Channel]]:
    """The channels by which each member can be told, the first choice first."""
    usable = select(Contact).where(Contact.opted_out_at.is_(None)).order_by(Contact.position, Contact.id)
    found: dict[int, list[Channel]] = {}
    for contact in session.scalars(usable):
        found.setdefault(contact.member_id, []).append(contact.channel)
    return found


def _people(session: Session, audience: Audience) -> list[Member]:
    roles = session.scalars(select(Role).where(Role.key.in_(audience.roles))).all()
    teams = session.scalars(select(Team).where(Team.key.in_(audience.teams))).all()
    members = session.scalars(select(Member).where(Member.key.in_(audience.members))).all()
    everybody = [*(m for role in roles for m in role.holders), *(m for team in teams for m in team.members), *members]
    return list({member.id: member for member in everybody}.values())


def _render(key: str, texts: Texts, samples: Samples, *, public: bool) -> Iterator[Finding]:
    for (text_key, language, channel), template in texts.items():
        if text_key != key:
            continue
        where = f"message {key}, {language} {channel}"
        try:
            written = list(versions_of(template, samples, public=public))
        except Remedy as remedy:
            yield error(where, str(remedy), "Correct the library, and run `crisis load`.")
            continue
        if channel is Channel.SMS:
            yield from _length(where, written)
        if channel is Channel.VOICE:
            yield from _call(where, written)


def _length(where: str, written: Sequence[Rendered]) -> Iterator[Finding]:
    size = max((sms_size(text.body) for text in written), key=lambda found: found.segments)
    if size.segments > MOST_SEGMENTS:
        foreign = f", because of {' '.join(size.foreign[:8])}" if size.foreign else ""
        yield warning(where, f"{size}{foreign}; each segment is paid.", "Shorten it, or avoid those characters.")


def _call(where: str, written: Sequence[Rendered]) -> Iterator[Finding]:
    longest = max((text.body for text in written), key=seconds_aloud)
    if seconds_aloud(longest) > LONGEST_CALL:
        what = f"it takes about {seconds_aloud(longest)} s to read aloud; people hang up before they are asked."
        yield warning(where, what, f"Shorten it to {LONGEST_CALL} s.")
    if any("://" in text.body for text in written):
        yield warning(where, "it reads a link aloud.", "Say where to look instead.")
