"""From template and frozen context to the exact words: marked, referenced, local, and in a sandbox."""

import pytest

from notifiers.render import Reader, Rendered, finish, render_words, variables_for
from protocol.words import Channel, Language, Remedy
from tests.fakes.room import LINKS, Room

ANA = Reader("Ana Ruiz", Language.ES, "Europe/Madrid", {"es": "Analista", "en": "Analyst"})
TOM = Reader("Tom Baker", Language.EN, "America/New_York", {})
DUE = "2026-03-03T21:30:00+00:00"


def _variables(reader: Reader, **context: object) -> dict[str, object]:
    return variables_for(context, reader, reader.language, 7, "tok", LINKS)


def test_every_text_of_a_drill_is_marked(room: Room) -> None:
    number = room.open(drill=True)
    room.do(number, "alert", "convene-cabinet", "holding-statement", "front-line-lines")
    room.open_gate(number)
    texts = [*room.texts(), *room.texts(channel="email")]
    assert len(texts) > 20
    assert all(text.startswith("DRILL / SIMULACRO: ") for text in texts)
    room.send()
    assert all(line["subject"].startswith("DRILL / SIMULACRO: ") for line in room.phones() if line["subject"])


def test_the_real_thing_is_not_marked(room: Room) -> None:
    room.do(room.open(), "alert")
    assert not any("SIMULACRO" in text for text in room.texts())


def test_an_sms_ends_with_its_reference_and_an_email_does_not(room: Room) -> None:
    room.tell("ana.ruiz")
    reference = room.message("ana.ruiz").reference
    assert room.texts("ana.ruiz")[0].endswith(f" #{reference}")
    assert room.message("ana.ruiz", "email").reference not in room.texts("ana.ruiz", channel="email")[0]


def test_mark_and_reference_stand_outside_the_words() -> None:
    words = Rendered("Subject", "Body")
    assert finish(words, Channel.SMS, "K7Q2", drill=True).body == "DRILL / SIMULACRO: Body #K7Q2"
    assert finish(words, Channel.EMAIL, "K7Q2", drill=False) == words
    assert finish(Rendered("", "Body"), Channel.SMS, "K7Q2", drill=True).subject == ""


def test_a_missing_variable_is_told() -> None:
    with pytest.raises(Remedy) as error:
        render_words("", "Call {{ nobody }}.", {})
    said = "A message cannot be rendered: 'nobody' is undefined; give the variable or correct the template."
    assert str(error.value) == said


def test_a_broken_template_is_told() -> None:
    with pytest.raises(Remedy, match=r"A message template is broken: .*; correct it in the library\."):
        render_words("", "{% if %}", {})


@pytest.mark.parametrize(
    "trick",
    [
        "{{ name.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ name.format.__globals__ }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ people.append(1) }}",
        "{{ self.__init__.__globals__ }}",
    ],
)
def test_the_sandbox_refuses_tricks(trick: str) -> None:
    with pytest.raises(Remedy, match="A message"):
        render_words("", trick, {"name": "Ana", "people": []})


def test_a_moment_is_told_in_the_persons_own_zone() -> None:
    assert _variables(ANA, due=DUE)["due"] == "22:30 CET"
    assert _variables(TOM, due=DUE)["due"] == "16:30 EST"
    assert _variables(ANA)["due"] == ""


def test_levels_phases_and_roles_are_told_in_the_persons_language() -> None:
    said = _variables(ANA, level="red", phase="post_crisis")
    assert (said["level"], said["phase"], said["role"], said["first_name"]) == ("rojo", "poscrisis", "Analista", "Ana")
    said = _variables(TOM, level="red", phase="post_crisis")
    assert (said["level"], said["phase"]) == ("red", "post-crisis")


def test_only_a_deputy_is_told_to_stand_in() -> None:
    assert variables_for({}, ANA, Language.ES, 7, "tok", LINKS, "stand-in-x")["deputy_for"] == "Analista"
    assert _variables(ANA)["deputy_for"] == ""


def test_the_same_rows_give_the_same_words_and_hash(room: Room) -> None:
    room.tell("ana.ruiz")
    message = room.message("ana.ruiz")
    with room.store.read() as session:
        first, again = (room.works.scribe.words(session, message) for _ in range(2))
    room.clock.later(days=3)
    with room.store.read() as session:
        later = room.works.scribe.words(session, message)
    assert first.hash == again.hash == later.hash
