"""Every line of the timeline reads as one sentence, in Spanish and in English."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.narrative import Names, names_of, sentence
from incidents.rows import TimelineEntry
from incidents.sentences import SENTENCES, WORDS
from incidents.timeline import Kind
from playbooks.format import Playbook
from playbooks.versions import keep
from protocol.people import Member, Role, Team
from protocol.practice import Subject
from protocol.store import Store
from protocol.words import Language

NOW = datetime(2026, 3, 3, 20, 2, tzinfo=UTC)
FACTS: dict[str, Any] = {
    **{"member": 1, "from_member": 1, "to_member": 2, "delegate": None, "by": "member:2", "role": "lead"},
    **{"from": "yellow", "to": "red", "level": "red", "phase": "post_crisis", "entry": 2, "generation": 1},
    **{"step": "wake", "message": 7, "messages": 3, "channel": "email", "via": "link", "door": "prefect"},
    **{
        "choice": "post_crisis",
        "answer": "accepted",
        "scenario": "worst",
        "deadline_kind": "quorum",
        "purpose": "gate",
    },
    **{"reason": "no sms contact; fell back to email", "how": "a receipt came", "wanted": "es", "used": "en"},
    **{"due": "2026-03-03T20:32:00+00:00", "hash": "a1b2c3d4e5f6", "audience": "press", "present": 3, "quorum": 3},
    **{"from_team": "press", "rung": 2, "wave": 1, "people": 4, "answers": 1, "enough": 3},
    **{"rule": "burst", "playbook": "rumour", "version": 4, "subject": "brand", "template": "alert", "inject": 2},
}


def names(language: Language) -> Names:
    spanish = language is Language.ES
    return Names(
        language=language,
        members={1: "Lucía Romero", 2: "Tom Baker"},
        member_keys={"tom": "Tom Baker"},
        roles={"lead": "dirección de comunicación" if spanish else "communications lead"},
        teams={"press": "prensa" if spanish else "the press"},
        steps={"wake": "avisar a comunicación" if spanish else "wake communications"},
        playbooks={"rumour": "Rumor" if spanish else "Rumour"},
        subjects={"brand": "Brisa"},
        zone=ZoneInfo("Europe/Madrid"),
    )


def say(kind: Kind, language: Language = Language.EN, **facts: Any) -> str:
    entry = TimelineEntry(incident_id=1, number=1, at=NOW, kind=kind, facts=facts)
    return sentence(entry, names(language), language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_one_sentence_with_or_without_its_facts(kind: Kind, language: Language) -> None:
    for said in (say(kind, language, **FACTS), say(kind, language)):
        assert said.endswith(".") and not said.endswith("..")
        assert said[0].isupper() or said[0] in "“«"
        assert "{" not in said and "None" not in said
    assert "not said" not in say(kind, language, **FACTS) and "sin indicar" not in say(kind, language, **FACTS)


def test_the_two_languages_of_a_kind_ask_for_the_same_facts() -> None:
    for kind, texts in SENTENCES.items():
        asked = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (texts.en, texts.es)]
        assert asked[0] == asked[1], kind
    assert set(SENTENCES) == set(Kind)


def test_an_escalation_says_who_did_not_answer_and_who_was_told() -> None:
    facts = {"step": "wake", "role": "lead", "from_member": 1}
    assert say(Kind.ESCALATED, **facts, to_member=2) == (
        "Lucía Romero (communications lead) did not acknowledge “wake communications” in time; "
        "Tom Baker was told instead."
    )
    assert say(Kind.ESCALATED, Language.ES, **facts, to_member=None) == (
        "Lucía Romero (dirección de comunicación) no confirmó «avisar a comunicación» a tiempo "
        "y no queda nadie a quien avisar."
    )


def test_a_rung_a_wave_and_an_absence_say_who_was_told_and_why() -> None:
    assert say(Kind.CHAIN_FIRED, step="wake", member=1, rung=2, people=3) == (
        "“wake communications” is still unanswered (rung 2, Lucía Romero); people told: 3."
    )
    assert say(Kind.WAVE, Language.ES, step="wake", wave=1, answers=1, enough=3, people=4) == (
        "Respuestas a «avisar a comunicación» a tiempo: 1 de al menos 3; se avisó a la oleada 1 (personas: 4)."
    )
    absent = {"member": 2, "role": "lead", "step": "wake", "due": "2026-03-04T08:00:00+00:00"}
    assert say(Kind.SKIPPED, **absent) == (
        "Tom Baker (communications lead) is absent until 04/03 09:00, so “wake communications” went to the next one "
        "at once."
    )


def test_a_member_who_was_erased_is_a_former_member() -> None:
    assert say(Kind.CODE_SENT, member=99, purpose="sign-off:wake") == (
        "A one-time code went to a former member (sign-off: wake communications)."
    )
    assert say(Kind.ACKNOWLEDGED, Language.ES, member=99, via="sms", step="wake") == (
        "Una persona que ya no consta confirmó «avisar a comunicación» por SMS."
    )


def test_a_role_that_nobody_holds_is_named_without_a_person() -> None:
    facts = {"role": "lead", "step": "wake", "reason": "nobody of this role is there"}
    assert say(Kind.NOT_TOLD, **facts) == (
        "Communications lead could not be told of “wake communications” as planned: nobody of this role is there."
    )


def test_a_seat_that_is_handed_on_names_both() -> None:
    said = say(Kind.CABINET_ANSWERED, member=1, role="lead", answer="delegated", delegate=2)
    assert said == "Lucía Romero (communications lead) sends Tom Baker to the crisis cabinet instead."


def test_times_are_the_companys_and_reasons_are_in_the_readers_language() -> None:
    due = say(Kind.DEADLINE_SET, step="wake", deadline_kind="quorum", due="2026-03-03T20:32:00+00:00")
    assert due.endswith("due 03/03 21:32.")
    told = say(Kind.NOT_TOLD, Language.ES, member=1, step="wake", reason="no sms contact; fell back to email")
    assert told.endswith("sin número para SMS; se usó el correo.")
    assert "the carrier said no" in say(Kind.MESSAGE_FAILED, Language.ES, member=1, reason="the carrier said no.")


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("rule:burst", "Rule “burst”"),
        ("drill:one", "The drill “one”"),
        ("member:2", "Tom Baker"),
        ("tom", "Tom Baker"),
        ("monitoring", "Monitoring"),
    ],
)
def test_who_opened_it_may_be_a_rule_a_member_or_a_room(by: str, said: str) -> None:
    assert say(Kind.OPENED, by=by, level="red", playbook="rumour", version=1, subject="brand").startswith(said)


def test_every_word_is_said_in_both_languages() -> None:
    assert all(texts.en and texts.es for texts in WORDS.values())


def test_names_are_read_from_the_store(store: Store) -> None:
    with store.write() as session:
        session.add(Member(id=5, key="ana", name="Ana Ruiz", language="es", time_zone="Europe/Madrid"))
        session.add(Role(key="lead", names={"en": "lead", "es": "responsable"}))
        session.add(Team(key="press", names={"en": "the press"}))
        session.add(Subject(key="brand", kind="brand", name="Brisa"))
        keep(session, _playbook(), NOW)
    with store.read() as session:
        known = names_of(session, Language.ES)
    assert known.member(5) == "Ana Ruiz" and known.member_keys["ana"] == "Ana Ruiz"
    assert (known.role("lead"), known.role("other")) == ("responsable", "other")
    assert known.teams["press"] == "the press"  # the only language there is
    assert (known.step("wake"), known.playbooks["rumour"], known.subjects["brand"]) == ("avisar", "Rumor", "Brisa")


def _playbook() -> Playbook:
    titles = {"en": "wake", "es": "avisar"}
    step = {"key": "wake", "kind": "notify", "title": titles, "to": {"roles": ["lead"]}, "message": "alert"}
    plan = {"deciders": ["lead"], "steps": [step]}
    phases = dict.fromkeys(("pre_crisis", "crisis", "post_crisis"), plan)
    texts = {"en": "Rumour", "es": "Rumor"}
    document = {"format": 1, "key": "rumour", "title": texts, "posture": "victim", "summary": texts, "phases": phases}
    return Playbook.model_validate(document)
