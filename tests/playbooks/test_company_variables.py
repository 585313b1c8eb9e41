"""Variables of the company's own: declared where they are used, kept with the company, said in every message."""

import pytest

from checks.communication import variable_findings
from checks.wording import one_language_findings
from incidents.rows import Incident
from notifiers.public_texts import draft
from notifiers.rows import Dispatch
from playbooks.format import Publish
from playbooks.library import Library, check_against_protocol
from playbooks.templates import MessageFile, faults_of
from playbooks.texts import text_faults
from protocol.messages import MessageTemplate
from protocol.practice import Company
from protocol.variables import company_variables
from protocol.words import Channel, Language, Remedy
from protocol.workbook.texts import MessageText
from tests.fakes.room import Room

NUMBER = {"es": "900 000 001", "en": "+34 900 000 001"}
WORDS = {"sms": "{{ help_line }}"}
STEP = {
    **{"key": "call", "kind": "publish", "title": {"es": "Llamar", "en": "Call"}, "audience": "press-list"},
    **{"message": "call-us", "signers": ["crisis-lead", "legal-lead"], "request": "sign-off-request", "within": "30m"},
}


def message(**values: object) -> MessageFile:
    return MessageFile.model_validate({"key": "call-us", "texts": {"es": WORDS, "en": WORDS}, **values})


def given(room: Room, **variables: dict[str, str]) -> None:
    with room.store.write() as session:
        session.query(Company).one().variables = variables


def written(room: Room, channel: Channel) -> None:
    """The message is in the store, in both languages."""
    with room.store.write() as session:
        for language in Language:
            words = {"channel": channel, "version": 1, "body": "{{ help_line }}"}
            session.add(MessageTemplate(key="call-us", language=language, **words))


@pytest.mark.parametrize("public", [False, True])
def test_a_declared_variable_may_be_said_and_another_is_a_fault_that_names_it(public: bool) -> None:
    assert faults_of(message(public=public, variables={"help_line": "The number to call."}), "x.yaml") == []
    faults = faults_of(message(public=public, variables={"fax": "The fax."}), "x.yaml")
    assert faults[0].startswith('x.yaml, es sms: unknown variable "help_line". Use one of: ') and " fax" in faults[0]


def test_a_variable_of_the_products_own_cannot_be_declared() -> None:
    (fault,) = faults_of(message(variables={"help_line": "It.", "company": "Us."}), "x.yaml")
    assert fault == 'x.yaml: the variable "company" is the product\'s own. Call it otherwise.'


def test_a_library_needs_a_value_for_what_it_declares(room: Room) -> None:
    library = Library((), (message(variables={"help_line": "The number to call."}),), "lib")
    with room.store.read() as session:
        check_against_protocol(session, library)  # the sample company has one
    given(room)
    with room.store.read() as session, pytest.raises(Remedy) as refused:
        check_against_protocol(session, library)
    assert str(refused.value) == (
        'lib, message call-us: the variable "help_line" (The number to call) has no value. '
        "Write it in the company file, under company, variables."
    )


def test_a_text_of_a_spreadsheet_may_say_what_the_company_has() -> None:
    text = MessageText("call-us", Language.ES, Channel.SMS, "", "{{ help_line }}")
    (found,) = text_faults(text)
    assert (found[0], found[1].code) == ("body", "variable")
    assert list(text_faults(text, declared={"help_line"})) == []


def test_each_language_says_its_own_words_and_what_is_frozen_stays(room: Room) -> None:
    given(room, help_line=NUMBER)
    written(room, Channel.SMS)
    with room.store.read() as session:
        said = {"plain": {}, "texts": {}, "variables": company_variables(session)}
    room.tell("lucia.romero", "tom.baker", template="call-us", context=said, channels=[Channel.SMS])
    given(room, help_line={"es": "0", "en": "0"})
    assert [text.partition(" #")[0] for text in room.texts(template="call-us")] == [NUMBER["es"], NUMBER["en"]]


def test_an_incident_freezes_them_into_every_dispatch(room: Room) -> None:
    given(room, help_line=NUMBER)
    room.do(room.open(), "alert")
    with room.store.read() as session:
        frozen = session.query(Dispatch).one().context["variables"]
    assert frozen == {language: {"help_line": NUMBER[language]} for language in Language}


def test_public_words_say_them_too(room: Room) -> None:
    given(room, help_line=NUMBER)
    written(room, Channel.EMAIL)
    number = room.open()
    with room.store.read() as session:
        words = draft(session, session.get_one(Incident, number), Publish.model_validate(STEP))
    assert (words["es"]["body"], words["en"]["body"]) == (NUMBER["es"], NUMBER["en"])


def test_a_name_that_the_product_has_and_a_message_in_one_language_are_found(room: Room) -> None:
    given(room, company=NUMBER)
    with room.store.write() as session:
        session.add(MessageTemplate(key="call-us", language=Language.ES, channel=Channel.SMS, version=1, body="Si"))
    with room.store.read() as session:
        (clash,) = variable_findings(session)
        (alone,) = one_language_findings(session)
    assert (clash.where, clash.remedy) == ("variable company", "Call it otherwise in the company file.")
    assert alone.where == "message call-us"
    assert alone.what == "it has no text in en, so people who read en get the es one."
