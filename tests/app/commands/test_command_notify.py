"""The degraded mode: people are told without the orchestrator, once, after a look at what it comes to."""

import json
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from app.delivering import deliver
from app.order import Order
from app.sending import Watch, finish
from notifiers.providers.recorder import Recorder
from notifiers.rows import Message, SenderLease
from notifiers.sender import Sender
from notifiers.states import Reason, State
from playbooks.format import Audience
from protocol.people import Contact, Member
from protocol.practice import Company
from protocol.words import Channel
from tests.fakes.carrier import Carrier
from tests.fakes.terminal import Terminal
from wiring.senders import build_sender

ORDER = ("notify", "crisis-declared", "--role", "crisis-lead", "--team", "communications", "--incident", "1")


@pytest.fixture
def desk(any_terminal: Terminal) -> Terminal:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    return any_terminal


def recorded(desk: Terminal) -> list[dict[str, str]]:
    file = desk.home / "recorder.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def cells(said: str, first: str) -> list[str]:
    """The cells of the table row that begins with a word."""
    row = next(line for line in said.splitlines() if line.split()[:1] == [first])
    return [cell.strip() for cell in row.split("  ") if cell.strip()]


def change(desk: Terminal, *statements: object) -> None:
    works = desk.works()
    with works.store.write() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]
    works.store.close()


def test_people_are_told_at_once_and_the_same_id_twice_tells_once(desk: Terminal) -> None:
    first = desk.says(*ORDER, "--id", "wake-up", "--yes")
    assert first.splitlines()[0].strip() == "5 people, 10 messages"
    assert first.splitlines()[-2:] == [
        "Enqueued 10 messages as notify/wake-up; a repetition with --id wake-up sends nothing twice.",
        "Done: 10 accepted.",
    ]
    again = desk.says(*ORDER, "--id", "wake-up", "--yes")
    said = "10 messages of the id wake-up enqueued before (10 accepted); nobody is told twice."
    assert said in again.splitlines()
    assert "Nothing new to send as notify/wake-up" in again
    assert len(recorded(desk)) == 10


def test_before_it_sends_it_shows_channels_languages_segments_cost_and_time(desk: Terminal) -> None:
    desk.settings["CRISIS_SMS_PRICE"] = "0.075 EUR"
    said = desk(*ORDER, typed="n\n").out
    channel, messages, languages, segments, cost, time = cells(said, "sms")
    assert (channel, messages, languages, time) == ("sms", "5", "1 en, 4 es", "no limit set")
    assert cost == f"{int(segments) * 0.075:.3f}".rstrip("0") + " EUR"
    assert cells(said, "email")[4] == "unknown: set CRISIS_EMAIL_PRICE"
    assert cells(said, "together")[2] == f"{cost} + unknown: set CRISIS_EMAIL_PRICE"


def test_the_same_order_without_an_id_is_the_same_order_that_day(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    assert "nobody is told twice" in desk.says(*ORDER, "--yes")
    assert len(recorded(desk)) == 10


def test_one_more_person_under_the_same_id_is_told_alone(desk: Terminal) -> None:
    desk.says(*ORDER, "--id", "x", "--yes")
    said = desk.says(*ORDER, "--member", "ana.ruiz", "--id", "x", "--yes")
    assert "1 person, 2 messages" in said
    assert len(recorded(desk)) == 12


def test_a_no_sends_and_writes_nothing(desk: Terminal) -> None:
    before = desk.rows()
    printed = desk(*ORDER, typed="n\n")
    assert printed.code == 1
    assert "10 messages" in printed.out
    assert desk.rows() == before
    assert recorded(desk) == []


def test_who_is_not_told_is_shown_with_the_reason(desk: Terminal) -> None:
    stop = update(Contact).values(opted_out_at=desk.works().clock.now())
    ana, sergio = (select(Member.id).where(Member.key == key) for key in ("ana.ruiz", "sergio.molina"))
    texts = Contact.channel == "sms"
    change(desk, stop.where(Contact.member_id.in_(ana)), stop.where(Contact.member_id.in_(sergio), texts))
    people = ("--member", "ana.ruiz", "--member", "sergio.molina", "--team", "monitoring")
    said = desk.says("notify", "crisis-declared", *people, "--incident", "1", "--yes")
    rows = [line for line in said.splitlines() if line.strip().startswith(tuple(Reason))]
    assert [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows] == [
        ["duplicate", "2", "ana.ruiz, sergio.molina"],
        ["opted out", "email", "1", "ana.ruiz"],
        ["opted out", "sms", "2", "ana.ruiz, sergio.molina"],
        ["unreachable", "1", "ana.ruiz"],
    ]


def all_night(desk: Terminal) -> None:
    """Quiet hours that hold now, wherever people are."""
    now = desk.works().clock.now()
    starts = (now - timedelta(hours=1)).time().replace(second=0, microsecond=0)
    change(
        desk,
        update(Company).values(
            quiet_starts=starts, quiet_ends=(now + timedelta(hours=3)).time().replace(microsecond=0)
        ),
        update(Member).values(time_zone="UTC"),
    )


def test_who_sleeps_does_not_keep_the_command_waiting(desk: Terminal) -> None:
    all_night(desk)
    order = ("notify", "crisis-declared", "--member", "ana.ruiz", "--incident", "1", "--id", "night", "--yes")
    said = desk.says(*order)
    assert cells(said, "quiet")[:3] == ["quiet hours", "sms", "1"]
    done, later = said.splitlines()[-2:]
    assert done == "Done: 1 accepted, 1 pending."
    assert later.startswith("1 message of these waits until 20")
    again = " ".join(("crisis", *order[:-1]))
    assert later.endswith(f" UTC at the latest; `crisis up` sends them then, or `{again}`.")
    assert [line["channel"] for line in recorded(desk)] == ["email"]


def test_what_is_urgent_wakes_people(desk: Terminal) -> None:
    all_night(desk)
    said = desk.says("notify", "crisis-declared", "--member", "ana.ruiz", "--incident", "1", "--urgent", "--yes")
    assert said.endswith("Done: 2 accepted.")


def test_a_call_is_made_only_where_something_carries_it(desk: Terminal) -> None:
    order = ("notify", "crisis-declared", "--member", "lucia.romero", "--incident", "1", "--channel", "voice")
    said = desk.says(*order, "--yes")
    assert cells(said, "voice")[:2] == ["voice", "1"]
    assert [line["channel"] for line in recorded(desk)] == ["voice"]
    desk.settings["CRISIS_VOICE_PROVIDER"] = "none"
    assert desk.refuses(*order, "--id", "two") == (
        "Nothing carries voice here; set CRISIS_VOICE_PROVIDER, or name another."
    )


def test_a_sender_at_work_is_left_to_its_work(terminal: Terminal) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    works = terminal.works()
    with works.store.write() as session:
        session.add(SenderLease(id=1, owner="another", until=works.clock.now() + timedelta(minutes=1)))
    assert terminal.says(*ORDER, "--yes").endswith(
        "The sender that is at work takes them; `crisis status` shows what comes of them."
    )
    assert recorded(terminal) == []
    assert terminal("status", "--json").json[0]["messages"] == {"pending": 10}


def enqueued(desk: Terminal) -> None:
    """The order stands in the outbox, as if a sender that has died since were to take it."""
    works = desk.works()
    with works.store.write() as session:
        session.add(SenderLease(id=1, owner="another", until=works.clock.now() + timedelta(minutes=1)))
    desk.says(*ORDER, "--id", "x", "--yes")
    with works.store.write() as session:
        session.execute(delete(SenderLease))
    works.store.close()


def test_an_interrupted_order_is_gone_on_with(desk: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    enqueued(desk)
    works = desk.works()
    ctrl_c = [signal.SIGINT]
    carriers = {
        channel: Carrier(
            Recorder(desk.home / "recorder.jsonl", channel),
            before=lambda _: signal.raise_signal(ctrl_c.pop()) if ctrl_c else None,
            rate=1.0,
        )
        for channel in Channel
    }
    sender = Sender(works.store, works.scribe, carriers, works.clock, "sender-1")
    audience = Audience(roles=["crisis-lead"], teams=["communications"])
    order = Order("crisis-declared", audience, [], 1, "x")
    assert deliver(works, sender, [order.key], order) == 130
    works.store.close()
    told = len(recorded(desk))
    assert 0 < told < 10, "what was in flight is waited for, the rest is not begun"
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"Interrupted; {10 - told} messages left. Go on with `crisis notify crisis-declared --role crisis-lead "
        "--team communications --incident 1 --id x`, or start `crisis up`: the rest leaves by itself."
    )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    said = desk.says(*ORDER, "--id", "x", "--yes")
    before = f"10 messages of the id x enqueued before ({told} accepted, {10 - told} pending); nobody is told twice."
    assert before in said.splitlines()
    assert said.endswith("Done: 10 accepted.")
    assert len({line["token"] for line in recorded(desk)}) == len(recorded(desk)) == 10


def test_a_sender_finishes_what_can_leave_and_counts_what_cannot(desk: Terminal) -> None:
    enqueued(desk)
    works = desk.works()
    with works.store.write() as session:
        first, second = session.scalars(select(Message.id).order_by(Message.id).limit(2))
        later = {"state": State.PENDING, "next_at": works.clock.now() + timedelta(hours=1)}
        session.execute(update(Message).where(Message.id == first).values(held=Reason.THROTTLED, **later))
        session.execute(update(Message).where(Message.id == second).values(channel="chat", **later))
    sender = build_sender(works)
    sender.lanes = {channel: lane for channel, lane in sender.lanes.items() if channel != "chat"}
    found, interrupted = finish(works, sender, ["notify/x"], lambda *_: None)
    works.store.close()
    assert (found.states, found.on_their_way, found.held, found.ended) == ({"accepted": 8, "pending": 2}, 0, 2, 8)
    assert not interrupted


def test_a_look_at_how_far_it_is_takes_little_of_the_time(desk: Terminal) -> None:
    """A hundred thousand rows are not counted four times a second."""
    desk.says(*ORDER, "--id", "x", "--yes")
    looks: list[int] = []
    works = desk.works()
    watch = Watch(works, ["notify/x"], ["sms", "email"], lambda ended, _: looks.append(ended))  # type: ignore[list-item]
    assert watch.is_over()
    assert not watch.is_over(), "it is too early to look again"
    works.store.close()
    assert looks == [10]


def test_people_inside_and_outside_are_not_told_the_same(desk: Terminal) -> None:
    assert desk.refuses("notify", "thanks", "--team", "press-list", "--member", "ana.ruiz", "--incident", "1") == (
        "press.diario is outside the company and ana.ruiz is not; "
        "tell them apart, for only signed-off words leave the company."
    )
    assert desk.refuses("notify", "thanks", "--team", "press-list", "--incident", "1") == (
        'press.diario is outside the company and gets signed-off words only; "thanks" is not public.'
    )
    assert desk.refuses("notify", "firestorm-holding-statement", "--role", "crisis-lead", "--incident", "1") == (
        'The message "firestorm-holding-statement" is public and needs sign-offs; '
        "it leaves only for a team outside the company: name it with --team."
    )


def test_words_that_cannot_be_rendered_are_not_sent(desk: Terminal) -> None:
    assert desk.refuses("notify", "crisis-declared", "--role", "crisis-lead") == (
        "The message \"crisis-declared\" was not sent. A message cannot be rendered: 'incident' is undefined; "
        "give the variable or correct the template. If an incident gives it, name one with --incident."
    )


def test_an_id_stands_for_one_message(desk: Terminal) -> None:
    desk.says(*ORDER, "--id", "x", "--yes")
    assert desk.refuses("notify", "thanks", "--role", "crisis-lead", "--incident", "1", "--id", "x") == (
        'The id "x" was used for the message "crisis-declared"; give this one another --id.'
    )


def test_unknown_people_and_nobody_are_told(desk: Terminal) -> None:
    assert desk.refuses("notify", "thanks", "--role", "queen", "--incident", "1").startswith(
        'No role "queen" in the protocol. Add it, or use one of: chief-executive,'
    )
    assert "say whom to tell: --role, --team or --member." in desk("notify", "thanks").err


def test_a_setting_that_cannot_send_leaves_nothing_behind(terminal: Terminal) -> None:
    terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    terminal.settings["CRISIS_SMS_PROVIDER"] = "twilio"
    assert terminal.refuses(*ORDER, "--yes").startswith("The demo reaches nobody, but CRISIS_SMS_PROVIDER is twilio")


def test_of_many_the_segments_are_estimated_and_said_to_be(desk: Terminal, tmp_path: Path) -> None:
    lines = [f"P{place},{'es' if place % 3 else 'en'},UTC,+346{place:08}" for place in range(2100)]
    file = tmp_path / "staff.csv"
    file.write_text("\n".join(["name,language,time_zone,sms", *lines]))
    desk.says("audience", "load", "staff", file, "--inside")
    said = desk("notify", "crisis-declared", "--team", "staff", "--channel", "sms", "--incident", "1", typed="n\n").out
    assert cells(said, "sms")[:4] == ["sms", "2,100", "700 en, 1,400 es", "about 2,100"]
