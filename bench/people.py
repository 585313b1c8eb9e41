"""The sample company with very many more people, none of whom is real, and what they are told."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench import samples
from incidents.opening import Signal, open_or_join
from incidents.rows import Incident
from notifiers.links import Links
from notifiers.outbox import Plan
from notifiers.recipients import Recipient
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.history import Author, recorded
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member, Membership, Team
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Language, Level

SECRET = "a secret of the bench"
VAULT = Vault(SECRET.encode())
LINKS = Links(samples.PUBLIC, "http://127.0.0.1:4200", VAULT)
TEMPLATE = "bench-alert"
TEAM = "bench-people"
KEY = f"{TEAM}."  # begins the key of each of them, as an audience from a file of its own has it
BODY = (
    "{{ name }}, we look into reports about our product. Please refer all questions to the press office. "
    "Seen it? {{ link }}"
)
AT_ONCE = 10_000


def settle_in(store: Store, count: int, now: datetime) -> None:
    """Fills a migrated store with the sample company, its library, and an audience of so many people besides."""
    with store.write() as session, recorded(session, Author("the bench", "make bench"), now):
        load_company(session, VAULT, read_company(Path(__file__).parent.parent / "examples" / "company.yaml"))
        load_library(session, read_library(), now)
        session.add_all(_text(language, channel) for language in Language for channel in (Channel.SMS, Channel.EMAIL))
        team = Team(key=TEAM, names={"es": "Clientes", "en": "Customers"}, outside=True)
        session.add(team)
        session.flush()
        first = (session.scalar(select(func.max(Member.id))) or 0) + 1
    for start in range(0, count, AT_ONCE):
        persons = range(start, min(start + AT_ONCE, count))
        phones = [_contact(first + person, Channel.SMS, samples.number(person)) for person in persons]
        mailboxes = [_contact(first + person, Channel.EMAIL, samples.address(person)) for person in persons]
        with store.write() as session:
            session.execute(insert(Member), [_member(first + person, person) for person in persons])
            session.execute(insert(Contact), [*phones, *mailboxes])
            session.execute(insert(Membership), [_place(team.id, first + person, person) for person in persons])


def recipients(session: Session, start: int, count: int) -> list[Recipient]:
    """Some of them."""
    chosen = select(Member.id).where(Member.key.startswith(KEY)).order_by(Member.id).offset(start).limit(count)
    return [Recipient(number) for number in session.scalars(chosen)]


def plan(key: str, channel: Channel, **more: Any) -> Plan:
    """One dispatch on one channel; urgent, because the bench must not wait for the morning."""
    return Plan(key=key, template=TEMPLATE, channels=[channel], context={}, urgent=True, **more)


def incident(session: Session, now: datetime) -> Incident:
    """A crisis of the sample company."""
    why = {"es": "Una medida.", "en": "A measurement."}
    return open_or_join(session, Signal("social-firestorm", "brand-aurora", Level.ORANGE, why, "rule:bench"), now)[0]


def _text(language: Language, channel: Channel) -> MessageTemplate:
    subject = samples.SUBJECT if channel is Channel.EMAIL else ""
    return MessageTemplate(key=TEMPLATE, language=language, channel=channel, version=1, subject=subject, body=BODY)


def _member(number: int, person: int) -> dict[str, Any]:
    language = Language.ES if person % 2 else Language.EN
    named = {"id": number, "key": f"{KEY}{person}", "name": f"Person {person:06d}"}
    return named | {"language": language, "time_zone": "Europe/Madrid"}


def _place(team: int, number: int, person: int) -> dict[str, Any]:
    return {"team_id": team, "member_id": number, "position": person}


def _contact(member: int, channel: Channel, value: str) -> dict[str, Any]:
    fingerprint = VAULT.fingerprint(value)
    return {"member_id": member, "channel": channel, "sealed": VAULT.seal(value), "fingerprint": fingerprint}
