"""A customer is answered by the protocol: by rule, by words in either language, or told that there is no answer."""

import pytest

from desk.inquiries import Customer, InquiryKind
from protocol.words import Urgency
from tests.desk.counter import BRAND, REFUND_EN, REFUND_ES, ask, at, change_entry
from tests.fakes.room import Room

NO_ANSWER = "no standard answer"


@pytest.mark.parametrize(
    ("text", "said", "reason", "why"),
    [
        (
            "I want a refund",
            {"customer": Customer.CURRENT},
            "refund",
            "matched by rule: channel phone, customer current",
        ),
        (
            "Hola, quiero devolver el producto.",
            {"customer": Customer.CURRENT, "urgency": Urgency.MEDIUM, "kind": InquiryKind.QUERY},
            "refund",
            "matched by rule: kind query, channel phone, urgency medium, customer current",
        ),
        ("Is it true?!", {"channel": "social"}, "is-it-true", "matched by rule: channel social"),
        ("ME HA SENTADO MAL la bebida", {"channel": "help-line"}, "harmed", "matched by rule: it says “harmed”"),
        ("Compre dos y las DEVOLVERIA", {}, "refund", "by words: devolveria"),
        ("could i be returning some products", {"channel": "email"}, "refund", "by words: returning, products"),
        ("¿están afectados mis dátos?", {"channel": "phone"}, "my-data", "by words: afectados, datos"),
        ("are my data affected by this", {"channel": "help-line"}, "my-data", "by words: data, affected"),
        ("¿A qué hora abren los domingos?", {}, "other", NO_ANSWER),
        ("Aurora!", {}, "other", NO_ANSWER),
        ("???", {}, "other", NO_ANSWER),
        ("anything at all", {"reason": "harmed"}, "harmed", "reason given: harmed"),
        ("Quiero devolver el producto", {"reason": "other"}, "other", "reason given: other"),
    ],
)
def test_the_answer_is_found_and_says_why(
    room: Room, text: str, said: dict[str, object], reason: str, why: str
) -> None:
    defaults = {"urgency": Urgency.CRITICAL}
    found = ask(room, text, **{**defaults, **said})
    assert (found.answer.reason, found.answer.why) == (reason, why)
    assert found.inquiry.reason == reason


def test_rules_and_given_reasons_are_sure_and_words_less(room: Room) -> None:
    assert ask(room, "I want a refund").answer.confidence == 1
    by_words = ask(room, "could i be returning some products of your shop in Madrid please").answer
    assert 0 < by_words.confidence < 1
    assert ask(room, "¿A qué hora abren?").answer.confidence == 0


def test_each_is_answered_in_their_own_language_and_a_fallback_is_told(room: Room) -> None:
    spanish, english = ask(room, "Quiero devolver el producto"), ask(room, "I want to return the product")
    assert (spanish.answer.language, spanish.answer.text, spanish.answer.fallback) == ("es", REFUND_ES, "")
    assert (english.answer.language, english.answer.text, english.answer.fallback) == ("en", REFUND_EN, "")
    given = ask(room, "Quiero devolver el producto", language="en")
    assert (given.answer.language, given.inquiry.language) == ("en", "en")
    french = ask(room, "refund, s'il vous plaît", language="fr")
    assert (french.answer.text, french.answer.fallback) == (REFUND_EN, "no answer in fr; it is in en")
    change_entry(room, "refund", answers={"es": REFUND_ES, "en": ""})
    fallen = ask(room, "I want to return the product").answer
    assert (fallen.text, fallen.fallback) == (REFUND_ES, "no answer in en; it is in es")


def test_what_is_for_current_customers_is_not_said_to_potential_ones(room: Room) -> None:
    assert ask(room, "Quiero devolver el producto", customer=Customer.POTENTIAL).answer.reason == "other"
    assert ask(room, "Quiero devolver el producto", customer=Customer.ANY).answer.reason == "refund"


def test_the_kind_is_that_of_the_entry_when_nobody_said_it(room: Room) -> None:
    assert ask(room, "It made me ill").inquiry.kind is InquiryKind.INCIDENT
    assert ask(room, "It made me ill", kind=InquiryKind.QUERY).inquiry.kind is InquiryKind.QUERY
    assert ask(room, "¿A qué hora abren?").inquiry.kind is InquiryKind.QUERY


def test_the_team_of_the_entry_answers_and_without_one_customer_service(room: Room) -> None:
    assert ask(room, "are my data affected").answer.team == "legal"
    assert ask(room, "¿A qué hora abren?").answer.team == "customer-service"


def test_who_is_on_duty_is_said_by_key_within_the_hours_of_the_team(room: Room) -> None:
    at(room, "2026-03-03 10:00")  # eleven in Madrid, five in the morning in New York
    duty = ask(room, "I want a refund").answer.duty
    assert (duty.member, duty.within_hours) == ("nuria.campos", True)
    at(room, "2026-03-03 19:00")
    assert ask(room, "I want a refund").answer.duty.member == "daniel.price"
    at(room, "2026-03-03 03:00")
    duty = ask(room, "I want a refund").answer.duty
    assert (duty.member, duty.within_hours, f"{duty.opens_at:%H:%M}") == (None, False, "07:00")
    at(room, "2026-03-04 10:00")
    room.absent("nuria.campos")
    assert ask(room, "I want a refund").answer.duty.member is None


def test_the_subject_is_given_or_the_one_that_the_text_names(room: Room) -> None:
    assert ask(room, "I want a refund for my AURORA oat drink!").inquiry.subject == "product-oat-drink"
    assert ask(room, "Is it true about aurora").inquiry.subject == BRAND
    assert ask(room, "Is it true about aurora", subject="site-shop").inquiry.subject == "site-shop"
    assert ask(room, "I want a refund").inquiry.subject is None


def test_questions_among_the_resources_are_found_too(room: Room) -> None:
    found = ask(room, "¿Dónde hay preguntas frecuentes?").answer
    assert (found.reason, [faq.key for faq in found.faqs]) == ("other", ["customer-faq"])


def test_the_answer_never_holds_a_contact(room: Room) -> None:
    said = repr(ask(room, "I want a refund").answer)
    assert "@" not in said
    assert "+34" not in said


def test_an_entry_that_says_nothing_answers_nothing(room: Room) -> None:
    change_entry(room, "refund", question="—", answers={"es": "", "en": ""})
    found = ask(room, "Quiero devolver el producto")
    assert (found.answer.reason, found.answer.text) == ("other", "")
