"""The company whose messages are sent through chaos: an audience written in bulk, half SMS and half e-mail."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from flows.steps import phase_plan, run_step
from incidents.opening import Signal, open_or_join
from incidents.rows import Incident
from notifiers.outbox import Plan, enqueue
from notifiers.recipients import Recipient
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.practice import ChannelLimit, Subject
from protocol.words import Channel, Language, Level
from wiring.works import Works

ROOT = Path(__file__).parents[2]
TEMPLATE = "chaos-notice"
BODY = "{{ name }}, we look into reports about our product. Seen it? {{ link }}"
WHY = {"es": "Muchas menciones.", "en": "Many mentions."}
KEY = "chaos-"  # begins the key of each member
BARE_SHARE = 5  # one message in so many belongs to no incident
CROWDED, TIMES = 12, 9  # so many people are told so often that the limit holds some back, to leave as one text
FAST = 60.0  # the clock of that incident: a minute of the limit is a second
ALERTED = timedelta(minutes=5, seconds=20)  # after so long the supervisor tells the deputies by itself
WITHOUT_RUN = timedelta(seconds=60)  # after so long it does the first step by itself
REFUSED = tuple(f"+120255501{number}" for number in range(90, 100))
NUMBERS = (
    *(f"+120255501{number:02}" for number in range(90)),
    *(f"+34600000{number:03}" for number in range(20, 100)),
)


@dataclass(frozen=True)
class Audience:
    """Ids of members by how they can be reached; those of refused numbers have an e-mail address as well, or not."""

    sms: Sequence[int]
    email: Sequence[int]
    crowd: Sequence[int]  # by SMS as well


@contextmanager
def database(kind: str, folder: Path, name: str, postgres: str) -> Iterator[str]:
    """The address of an empty database of this kind, removed afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'crisis.db'}"
        return
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    _say(admin, f"CREATE DATABASE {name}")
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        _say(admin, f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def settle_in(works: Works, messages: int) -> None:
    """Fills the store with the company and enqueues so many messages: an incident's, and some of no incident.

    A few people are told more than the limit allows. No run is wanted for these incidents within the hour.
    """
    now = works.clock.now()
    with works.store.write() as session:
        load_company(session, works.vault, read_company(ROOT / "examples" / "company.yaml"))
        load_library(session, read_library(), now)
        session.add(ChannelLimit(channel=Channel.SMS, count=4, minutes=1))
        session.add_all(_text(language, channel) for language in Language for channel in (Channel.SMS, Channel.EMAIL))
        audience = _audience(session, works, messages)
    with works.store.write() as session:
        incident, _ = open_or_join(session, _signal("brand-aurora"), now + timedelta(hours=1))
        crowd, _ = open_or_join(session, _signal("product-oat-drink", FAST), now + timedelta(hours=1))
        bare = [everyone[: len(everyone) // BARE_SHARE] for everyone in (audience.sms, audience.email)]
        told = [everyone[len(everyone) // BARE_SHARE :] for everyone in (audience.sms, audience.email)]
        _enqueue(session, "chaos/bare", bare, None, now)
        _enqueue(session, "chaos/incident", told, incident, now)
        for number in range(TIMES):
            _enqueue(session, f"chaos/crowd/{number}", [audience.crowd, []], crowd, now)


def leave_to_the_supervisor(works: Works, seed: int, count: int, within: float) -> None:
    """Incidents that only the supervisor looks after: first steps and escalations that come in so many seconds."""
    dice, now = random.Random(seed), works.clock.now()
    for number in range(2 * count):
        with works.store.write() as session:
            session.add(Subject(key=f"chaos-{number}", kind="brand", name=f"Brand {number}"))
            session.flush()
            wait = ALERTED if number % 2 else WITHOUT_RUN
            opened = now - wait + timedelta(seconds=dice.uniform(0, within))
            incident, _ = open_or_join(session, _signal(f"chaos-{number}"), opened)
            if number % 2:
                alert = next(step for step in phase_plan(session, incident).steps if step.key == "alert")
                run_step(session, works, incident, alert, opened)


def _audience(session: Session, works: Works, messages: int) -> Audience:
    first = (session.scalar(select(func.max(Member.id))) or 0) + 1
    ids = range(first, first + messages + CROWDED)
    session.execute(insert(Member), [_member(number) for number in ids])
    texted, mailed, crowd = ids[: messages // 2], ids[messages // 2 : messages], ids[messages:]
    contacts = [_contact(works, number, Channel.SMS, NUMBERS[number % len(NUMBERS)]) for number in crowd]
    contacts += [_contact(works, number, Channel.SMS, NUMBERS[number % len(NUMBERS)]) for number in texted]
    contacts += [_contact(works, number, Channel.EMAIL, f"person-{number}@example.com") for number in mailed]
    # Evenly among them stand numbers that the provider refuses; every other one of these people has an address.
    for place, refused in enumerate(REFUSED):
        at = place * len(texted) // len(REFUSED)
        contacts[CROWDED + at] = _contact(works, texted[at], Channel.SMS, refused)
        if place % 2:
            contacts.append(_contact(works, texted[at], Channel.EMAIL, f"refused-{place}@example.com"))
    session.execute(insert(Contact), contacts)
    return Audience(texted, mailed, crowd)


def _enqueue(
    session: Session, key: str, parts: Sequence[Sequence[int]], incident: Incident | None, now: datetime
) -> None:
    for channel, ids in zip((Channel.SMS, Channel.EMAIL), parts, strict=True):
        plan = Plan(f"{key}/{channel}", TEMPLATE, [channel], {}, urgent=True)
        assert enqueue(session, plan, [Recipient(number) for number in ids], now, incident) == len(ids)


def _signal(subject: str, speed: float = 1.0) -> Signal:
    return Signal("social-firestorm", subject, Level.ORANGE, WHY, "rule:chaos", speed=speed)


def _text(language: Language, channel: Channel) -> MessageTemplate:
    subject = "What happened and what to do" if channel is Channel.EMAIL else ""
    return MessageTemplate(key=TEMPLATE, language=language, channel=channel, version=1, subject=subject, body=BODY)


def _member(number: int) -> dict[str, object]:
    language = Language.ES if number % 2 else Language.EN
    named = {"id": number, "key": f"{KEY}{number}", "name": f"Person {number:05}"}
    return named | {"language": language, "time_zone": "Europe/Madrid"}


def _contact(works: Works, member: int, channel: Channel, value: str) -> dict[str, object]:
    sealed, fingerprint = works.vault.seal(value), works.vault.fingerprint(value)
    return {"member_id": member, "channel": channel, "sealed": sealed, "fingerprint": fingerprint}


def _say(admin: Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(statement))
