"""`crisis messages` lists the standard messages; `crisis preview` shows what one person would get, and why."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from sqlalchemy import delete, update

from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.words import Channel, Language
from tests.fakes.terminal import COMPANY, Terminal

EVERY = tuple(Channel)


def without_texts(terminal: Terminal, key: str, language: Language, channels: Sequence[Channel] = EVERY) -> None:
    with terminal.works().store.write() as session:
        gone = (MessageTemplate.key == key, MessageTemplate.language == language)
        session.execute(delete(MessageTemplate).where(*gone, MessageTemplate.channel.in_(channels)))


def opts_out(terminal: Terminal, member: str, channels: Sequence[Channel] = EVERY) -> None:
    works = terminal.works()
    with works.store.write() as session:
        number = session.query(Member).filter_by(key=member).one().id
        theirs = update(Contact).where(Contact.member_id == number, Contact.channel.in_(channels))
        session.execute(theirs.values(opted_out_at=works.clock.now()))


def heads(printed: str, key: str = "signal-alert") -> list[str]:
    """The headings of the texts that were shown."""
    return [line.removeprefix(f"{key}, ") for line in printed.splitlines() if line.startswith(f"{key}, ")]


def row(printed: str, key: str) -> list[str]:
    """The cells of a message's row, of its first line."""
    line = next(line for line in printed.splitlines() if line.strip().startswith(f"{key} "))
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_every_message_stands_with_texts_version_segments_and_variables(any_terminal: Terminal) -> None:
    printed = any_terminal.says("messages")
    assert row(printed, "signal-alert")[1:4] == ["es, en: sms, email, voice", "1", "2"]
    public = row(printed, "data-breach-closing-words")
    assert public[1:] == ["es, en: email", "1", "–", "company, press_page, subject", "public"]


def test_a_language_that_lacks_a_channel_and_a_text_that_does_not_render_are_seen(terminal: Terminal) -> None:
    without_texts(terminal, "signal-alert", Language.EN, [Channel.SMS])
    with terminal.works().store.write() as session:
        broken = update(MessageTemplate).where(
            MessageTemplate.key == "stand-down", MessageTemplate.channel == Channel.SMS
        )
        session.execute(broken.values(body="{{ nobody }}"))
    printed = terminal.says("messages")
    assert row(printed, "signal-alert")[1].startswith("es: sms, email, voice; en:")
    assert row(printed, "stand-down")[3] == "does not render"


def test_one_message_shows_all_its_versions_newest_first_with_its_words(terminal: Terminal) -> None:
    words = {"language": Language.EN, "channel": Channel.SMS, "version": 2, "body": "Look: {{ link }} ×"}
    with terminal.works().store.write() as session:
        session.add(MessageTemplate(key="signal-alert", **words))
    printed = terminal.says("messages", "signal-alert")
    assert heads(printed)[1:3] == ["en sms, version 2, never sent", "en sms, version 1, never sent"]
    assert "Look: {{ link }} ×\nGSM-7, 1 segment (" in printed
    assert row(terminal.says("messages"), "signal-alert")[2] == "1-2"


def test_a_version_says_when_it_was_first_sent(any_terminal: Terminal) -> None:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora", "--why", "Many.")
    any_terminal.begin()
    printed = any_terminal.says("messages", "signal-alert")
    assert "version 1, first sent " in printed and "version 1, never sent" in printed  # nobody was called


def test_an_unknown_message_is_told_with_the_choices(terminal: Terminal) -> None:
    said = terminal.refuses("messages", "nothing")
    assert said.startswith('No message "nothing" in the protocol store. Use one of: after-action-reminder, ')


def test_a_person_sees_what_would_leave_in_their_language_by_the_steps_channels(any_terminal: Terminal) -> None:
    printed = any_terminal.says("preview", "signal-alert", "--to", "tom.baker")
    assert heads(printed) == ["en sms, version 1", "en email, version 1"]  # the step asks for no call
    assert "#SAMPLE7\nGSM-7, 2 segments (" in printed and "There is no" not in printed


def test_an_accent_leaves_in_plain_letters_and_counts_so(terminal: Terminal) -> None:
    printed = terminal.says("preview", "phase-changed", "--to", "lucia.romero", "--channel", "sms")
    assert "Seguridad informatica te informa" in printed and "UCS-2" not in printed


def test_no_text_in_the_language_is_said_in_both(any_terminal: Terminal) -> None:
    without_texts(any_terminal, "signal-alert", Language.ES)
    printed = any_terminal.says("preview", "signal-alert", "--to", "lucia.romero")
    assert printed.splitlines()[:2] == [
        "No hay texto en español: Lucía Romero recibiría el inglés.",
        "There is no text in Spanish: Lucía Romero would get the English one.",
    ]
    assert heads(printed) == ["en sms, version 1", "en email, version 1"]


def test_whoever_reads_english_gets_the_line_once(terminal: Terminal) -> None:
    without_texts(terminal, "signal-alert", Language.EN, [Channel.SMS])
    printed = terminal.says("preview", "signal-alert", "--to", "tom.baker")
    assert printed.splitlines()[0] == "There is no SMS text in English: Tom Baker would get the Spanish one."
    assert heads(printed) == ["es sms, version 1", "en email, version 1"]


def test_a_missing_channel_says_which_other_one_is_used(any_terminal: Terminal) -> None:
    opts_out(any_terminal, "lucia.romero", [Channel.SMS])
    printed = any_terminal.says("preview", "signal-alert", "--to", "lucia.romero", "--channel", "sms")
    assert printed.splitlines()[:2] == [
        "Lucía Romero no tiene número para SMS: se usa correo.",
        "Lucía Romero has no SMS number: e-mail is used instead.",
    ]
    assert heads(printed) == ["es email, version 1"]


def test_by_a_channel_without_a_text_nothing_would_leave_and_that_is_said(terminal: Terminal) -> None:
    said = terminal.refuses("preview", "open-log", "--to", "tom.baker", "--channel", "sms")
    assert said == 'The message "open-log" has no text for sms; add one to the library and load it.'


def test_whom_nothing_can_reach_is_said(any_terminal: Terminal) -> None:
    opts_out(any_terminal, "lucia.romero")
    assert any_terminal.says("preview", "signal-alert", "--to", "lucia.romero").splitlines() == [
        "Nada puede llegar a Lucía Romero: ningún contacto en uso tiene un texto en este mensaje.",
        "Nothing can reach Lucía Romero: no contact in use has a text in this message.",
    ]


def test_signed_words_go_on_no_other_channel(terminal: Terminal) -> None:
    opts_out(terminal, "tom.baker", [Channel.EMAIL])
    printed = terminal.says("preview", "data-breach-holding-statement", "--to", "tom.baker")
    assert printed == "Nothing can reach Tom Baker: no contact in use has a text in this message."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"Help Line": "1"}, '"Help Line" is no name of a variable; use small letters, digits and _, like help_line.'),
        ({"help_line": 900}, 'the variable "help_line" is no text; put it in quotes, or give es and en.'),
        ({"help_line": {"es": "1"}}, 'the variable "help_line" is no text; put it in quotes, or give es and en.'),
    ],
)
def test_a_variable_that_cannot_be_is_refused(
    terminal: Terminal, tmp_path: Path, said: dict[str, object], told: str
) -> None:
    company = yaml.safe_load(COMPANY.read_text())
    company["company"]["variables"] = said
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(company, allow_unicode=True))
    assert (
        terminal.refuses("load", "--company", tmp_path / "c.yaml") == f"{tmp_path}/c.yaml, company, variables: {told}"
    )


def test_whose_turn_it_is_fits_one_segment_even_between_the_teams_with_the_longest_names(terminal: Terminal) -> None:
    printed = terminal.says("preview", "audience-due", "--channel", "sms")
    assert printed.count("GSM-7, 1 segment (") == 2
    assert "your team, Partners and suppliers, to tell Partners and suppliers" in printed
    assert "tu equipo, Seguridad informatica, debe informar a Seguridad informatica" in printed
