"""Words that no playbook asked for are signed on the phone like any others, and leave with the second signature."""

from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.degraded_outside import tell_outside
from app.order import Order
from flows.escalation import follow_up
from incidents.deadlines import Due
from incidents.rows import Deadline
from notifiers.states import State
from playbooks.format import Audience
from protocol.words import Channel
from tests.app.receiver_desk import NOW, Desk
from tests.app.sign_off_phone import Phone, published

ORDER = Order("firestorm-customer-notice", Audience(teams=["customers"]), [], 1, "x")


@pytest.fixture
def ordered(desk: Desk) -> Desk:
    assert desk.open() == 1
    assert tell_outside(desk.works, ORDER, None, True) == 0
    return desk


def test_two_people_sign_on_the_page_and_the_words_leave(ordered: Desk, client: TestClient) -> None:
    page = unescape(Phone(ordered, client, "lucia.romero").look().text)
    assert "Aviso: Clientes" in page and "Sobre Aurora: lo que queremos que sepa" in page
    Phone(ordered, client, "lucia.romero").answer()
    assert published(ordered) == []
    Phone(ordered, client, "pablo.serra").answer()
    rows = published(ordered)
    assert [(row.channel, row.state) for row in rows] == [(Channel.EMAIL, State.PENDING)] * 2
    assert tell_outside(ordered.works, ORDER, None, True) == 0
    assert len(published(ordered)) == 2


def test_who_does_not_sign_in_time_is_followed_by_the_deputy(ordered: Desk) -> None:
    with ordered.works.store.write() as session:
        due = session.scalars(select(Deadline).where(Deadline.kind == Due.PUBLISH)).one()
        assert (due.step, due.due_at) == ("notify-x", NOW + timedelta(hours=2))
        assert follow_up(session, ordered.works, due.id, NOW + timedelta(hours=2))
    assert "notify-x" in ordered.message("tom.baker").dispatch_key
