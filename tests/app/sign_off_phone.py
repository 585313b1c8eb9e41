"""A signer's phone, and what happens around the words that it shows."""

import re
from dataclasses import dataclass

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from flows.steps import publish_step, request_sign_off
from incidents import sign_off
from incidents.rows import Incident, TimelineEntry
from incidents.timeline import Kind
from notifiers.recipients import Recipient
from notifiers.rows import Dispatch, Message
from notifiers.wording import Scribe
from protocol.people import Member
from tests.app.receiver_desk import NOW, Desk

STEP = "holding-statement"


@dataclass
class Phone:
    """One signer's phone: what came by SMS, and what is done on the page behind its link."""

    desk: Desk
    client: TestClient
    member: str

    def words(self) -> str:
        """The newest SMS, as the person reads it."""
        with self.desk.works.store.read() as session:
            scribe = Scribe(self.desk.works.vault, self.desk.works.links)
            return scribe.words(session, self.desk.message(self.member)).body

    @property
    def path(self) -> str:
        found = re.search(r"https://crisis\.example\.org(/s/\S+)", self.words())
        assert found
        return found[1]

    @property
    def code(self) -> str:
        found = re.search(r"\b\d{8}\b", self.words())
        assert found
        return found[0]

    def look(self, path: str = "") -> Response:
        return self.client.get(path or self.path)

    def ask_for_a_code(self, shown: str) -> Response:
        """Follows the link of the page to the one with the button, and presses it."""
        found = re.search(r'href="\.\.(/c/[^"]+)"', shown)
        assert found
        return self.client.post(found[1])

    def answer(self, shown: str | None = None, path: str = "", **fields: str) -> Response:
        """Types the code of the newest SMS into the page as it was shown (or is, when that is not given)."""
        hidden = re.search(r'name="hash" value="(\w+)"', shown if shown is not None else self.look(path).text)
        form = {"hash": hidden[1] if hidden else "", "code": self.code, "answer": "approve", **fields}
        return self.client.post(path or self.path, data=form)


def edit(desk: Desk, incident_id: int) -> None:
    """Other words, and the signers asked anew, as `crisis words --edit` does."""
    with desk.works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        text = sign_off.require_text(session, incident, STEP)
        said = {language: {**words, "body": "Otras palabras."} for language, words in text.texts.items()}
        now = desk.clock.now()
        sign_off.propose(session, incident, STEP, text.channel, text.audience, said, now)
        request_sign_off(session, desk.works, incident, publish_step(session, incident, STEP), now)


def lines(desk: Desk, kind: Kind) -> list[TimelineEntry]:
    with desk.works.store.read() as session:
        return list(session.scalars(select(TimelineEntry).where(TimelineEntry.kind == kind)))


def published(desk: Desk) -> list[Message]:
    with desk.works.store.read() as session:
        return list(session.scalars(select(Message).join(Dispatch).where(Dispatch.public_hash.is_not(None))))


def ask(desk: Desk, incident_id: int, member: str) -> None:
    """Asks a deputy as well, as a follow-up does."""
    with desk.works.store.write() as session:
        incident = session.get_one(Incident, incident_id)
        deputy = session.scalars(select(Member.id).where(Member.key == member)).one()
        people = (Recipient(deputy, "communications-lead"),)
        request_sign_off(session, desk.works, incident, publish_step(session, incident, STEP), NOW, people)
