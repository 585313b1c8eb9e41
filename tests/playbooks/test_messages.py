"""Promises of the texts that ship: they render for everybody, fit a telephone and keep the tone."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from notifiers.render import DRILL_MARK
from playbooks.library import read_library
from playbooks.templates import MessageFile, Text, texts_of
from playbooks.variables import variables_of
from protocol.words import Channel

GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
LINK = "https://crisis.example.com/a/4Jv9mQx2Zt7LkR3w"
VALUES: dict[str, object] = {
    "company": "Aurora Foods",
    "playbook": "Social media firestorm",
    "subject": "Aurora Oat Drink",
    "incident": "INC-1234",
    "level": "orange",
    "phase": "pre-crisis",
    "why": "412 mentions in 5 min, 7.9 times the usual 52",
    "press_page": "https://press.example.com/aurora",
    "next_update": "60 min",
    "board_link": "https://crisis.example.com/board/INC-1234",
    "name": "Lucia Romero",
    "first_name": "Lucia",
    "role": "Communications lead",
    "step": "Holding statement, signed off by two",
    "link": LINK,
    "due": "14:05 CEST",
    "minutes": 5,
    "deputy_for": "Communications lead",
    "from_team": "Customer service",
    "code": "48151623",
    "gate_link": "https://prefect.example.com/runs/flow-run/0198c1d2-73a4-7d51-9ab3-0f1e2d3c4b5a",
    "code_link": LINK,
    "sign_link": LINK,
    "decision": "pre-crisis: advance, stand down or hold",
    "text": "The text.",
    "text_hash": "9f86d081",
    "audience": "Press list",
    "quorum": 3,
    "role_missing": "Communications lead",
    "code_spoken": "4, 8, 1, 5, 1, 6, 2, 3",
    "channel_name": "SMS",
    "reason": "the account is suspended",
    "task": "Weekly report on listening",
    "at": "mar 10 mar 09:00",
    "place": "Listening room, 2nd floor",
    "desk": True,
    "desk_link": LINK,
    "corrections": 120,
    "team": "Customer service",
    "count": 500,
    "inquiries": "- INQ-1234, refund, high, 25 min",
    "urgency": "high",
    "waits": "2 h 25 min",
}
EMPTY = {
    **VALUES,
    "desk": False,
    "corrections": 0,
    "count": 1,
    "role": "",
    "due": "",
    "minutes": 0,
    "deputy_for": "",
    "why": "",
    "place": "",
}
LIBRARY = read_library()


def shipped_texts() -> Iterator[tuple[MessageFile, Text]]:
    for message in LIBRARY.messages:
        for text in texts_of(message):
            yield message, text


def rendered(message: MessageFile, text: Text, values: dict[str, object], **options: bool) -> tuple[str, str]:
    environment = SandboxedEnvironment(undefined=StrictUndefined, **options)
    given = {name: values[name] for name in variables_of(message.key, public=message.public)}
    return environment.from_string(text.subject).render(given), environment.from_string(text.body).render(given)


def segments(text: str) -> int:
    """Segments of an SMS with the mark of a drill in front and the reference at the end."""
    whole = f"{DRILL_MARK}{text} #A1B2C3D4"
    assert set(whole) <= GSM7, f"not GSM-7: {sorted(set(whole) - GSM7)}"
    return 1 if len(whole) <= 160 else -(-len(whole) // 153)


ALL = pytest.mark.parametrize(
    ("message", "text"),
    list(shipped_texts()),
    ids=[f"{message.key}-{text.language}-{text.channel}" for message, text in shipped_texts()],
)


@ALL
def test_every_shipped_text_renders_with_its_variables_and_without_the_optional_ones(
    message: MessageFile, text: Text
) -> None:
    for values in (VALUES, EMPTY):
        for options in ({}, {"trim_blocks": True, "lstrip_blocks": True}):
            subject, body = rendered(message, text, values, **options)
            assert body.strip()
            assert "\n" not in subject
            assert bool(subject) == (text.channel == Channel.EMAIL)


@pytest.mark.parametrize(
    ("message", "text"),
    [(message, text) for message, text in shipped_texts() if text.channel == Channel.SMS],
    ids=[f"{message.key}-{text.language}" for message, text in shipped_texts() if text.channel == Channel.SMS],
)
def test_every_shipped_sms_is_gsm7_and_at_most_two_segments(message: MessageFile, text: Text) -> None:
    _, body = rendered(message, text, VALUES)
    assert segments(body) <= 2
    assert "\n" not in body


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_reminder_of_a_task_is_one_segment(language: str) -> None:
    [(message, text)] = [
        (m, t) for m, t in shipped_texts() if (m.key, t.language, t.channel) == ("task-reminder", language, "sms")
    ]
    assert segments(rendered(message, text, VALUES)[1]) == 1


CALLS = [(message, text) for message, text in shipped_texts() if text.channel == Channel.VOICE]
CALLED = ["cabinet-convocation", "channel-stopped", "crisis-declared", "deadline-missed", "escalation-exhausted"]


def test_what_cannot_wait_can_be_said_by_telephone_in_both_languages() -> None:
    keys = {message.key for message, _ in CALLS}
    assert {*CALLED, "gate-code", "signal-alert"} <= keys
    assert len(CALLS) == 2 * len(keys)


@pytest.mark.parametrize(("message", "text"), CALLS, ids=[f"{message.key}-{text.language}" for message, text in CALLS])
def test_every_call_has_no_link_takes_less_than_a_minute_and_ends_by_asking_for_1(
    message: MessageFile, text: Text
) -> None:
    for values in (VALUES, EMPTY):
        _, body = rendered(message, text, values)
        assert "://" not in body and "_" not in body and "  " not in body
        assert len(body.split()) < 150
        assert body.endswith(("pulsa 1.", "press 1."))


def test_a_code_is_said_digit_by_digit() -> None:
    for message, text in CALLS:
        if message.key == "gate-code":
            assert rendered(message, text, VALUES)[1].count("4, 8, 1, 5, 1, 6, 2, 3") == 2


def test_the_message_about_a_stopped_channel_needs_no_incident_and_has_no_link() -> None:
    stopped = next(message for message in LIBRARY.messages if message.key == "channel-stopped")
    assert {text.channel for text in texts_of(stopped)} == {Channel.SMS, Channel.EMAIL, Channel.VOICE}
    for text in texts_of(stopped):
        said = rendered(stopped, text, {"company": "Aurora", "channel_name": "SMS", "reason": "suspended"})
        assert "://" not in "".join(said) and "suspended" in said[1]


@ALL
def test_no_text_asks_for_a_word_that_belongs_to_the_carrier(message: MessageFile, text: Text) -> None:
    assert not re.search(r"\b(HELP|YES|STOP|END|QUIT|CANCEL)\b", text.body)


@ALL
def test_no_public_text_speculates_blames_or_refuses(message: MessageFile, text: Text) -> None:
    if message.public:
        words = text.body.lower()
        for forbidden in ("no comment", "sin comentarios", "probabl", "culpa", "fault of", "hacker"):
            assert forbidden not in words


@ALL
def test_both_languages_use_the_same_variables(message: MessageFile, text: Text) -> None:
    names = set(re.findall(r"{{ *(\w+)", text.subject + text.body))
    other = next(
        sibling
        for sibling in texts_of(message)
        if sibling.channel == text.channel and sibling.language != text.language
    )
    # An SMS in Spanish leaves out the role of a deputy, whose name has letters that GSM-7 lacks.
    difference = names ^ set(re.findall(r"{{ *(\w+)", other.subject + other.body))
    assert difference <= ({"deputy_for"} if text.channel == Channel.SMS else set())
