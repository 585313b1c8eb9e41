"""To an audience outside the company: drafted, signed by two, and only then sent; nobody twice."""

import json

import pytest
from sqlalchemy import update

from protocol.practice import Company
from tests.fakes.terminal import Terminal

NOTICE = "firestorm-customer-notice"
ORDER = ("notify", NOTICE, "--team", "customers", "--incident", "1", "--id", "x")
STEP = "notify-x"


@pytest.fixture
def desk(any_terminal: Terminal) -> Terminal:
    any_terminal.says("open", "social-firestorm", "--subject", "brand-aurora")
    return any_terminal


def sign(desk: Terminal, *members: str, step: str = STEP) -> str:
    for member in members:
        said = desk.says("sign-off", "1", step, "--as", member, "--code", desk.code(member, step))
    return said


def heard(desk: Terminal) -> list[str]:
    """The addresses of those outside who got something."""
    file = desk.home / "recorder.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    outside = ("clientes@example.com", "customers@example.com")
    return sorted(line["to"] for line in lines if line["to"] in outside)


def test_the_words_are_shown_with_what_it_comes_to_and_nobody_is_told(desk: Terminal) -> None:
    before = desk.rows()
    printed = desk(*ORDER, typed="n\n")
    assert printed.code == 1 and desk.rows() == before
    assert "[es] Sobre Aurora: lo que queremos que sepa" in printed.out
    assert "[en] About Aurora: what we want you to know" in printed.out
    assert "2 people, 2 messages" in printed.out
    assert printed.out.rstrip().endswith("Put these words up for sign-off? [y/N]:")


def test_they_are_put_up_and_the_signers_are_asked(desk: Terminal) -> None:
    said = desk.says(*ORDER, "--yes").splitlines()[-5:]
    assert said[0].endswith(
        "are up for sign-off as notify-x: 0 of 2 roles signed; "
        "customer-service-lead or communications-lead or legal-lead may. Nothing leaves before."
    )
    assert said[1:] == [
        "A signer signs with `crisis sign-off 1 notify-x --as MEMBER --code CODE`, or by the link in the message.",
        f"Then `crisis notify {NOTICE} --team customers --incident 1 --id x` sends them, unless a sender is at work.",
        "Asked 3 signers, each with a code.",
        "Done: 6 accepted.",
    ]
    assert heard(desk) == []


def test_one_signature_sends_nothing_and_two_send_once(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    sign(desk, "lucia.romero")
    said = desk.says(*ORDER, "--yes")
    assert "1 of 2 roles signed (communications-lead); customer-service-lead or legal-lead may." in said
    assert heard(desk) == []
    assert sign(desk, "pablo.serra").endswith("Enqueued 2 messages to customers.")
    sent = desk.says(*ORDER, "--yes")
    assert "2 messages (2 pending), words " in sent and sent.endswith("Done: 2 accepted.")
    assert "signed by communications-lead and legal-lead; nobody is told twice." in sent
    desk.says(*ORDER, "--yes")
    assert heard(desk) == ["clientes@example.com", "customers@example.com"]


def test_the_exact_words_leave_though_their_template_changes(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    shown = desk.says("words", "1", STEP)
    change(desk, update(Company).values(press_page="https://example.org/other"))
    sign(desk, "lucia.romero", "pablo.serra")
    desk.says(*ORDER, "--yes")
    bodies = [json.loads(line)["body"] for line in (desk.home / "recorder.jsonl").read_text().splitlines()][-2:]
    assert all(body in shown and "example.org/other" not in body for body in bodies)


def test_a_row_that_nobody_signed_does_not_leave(desk: Terminal) -> None:
    """The claim checks the approvals itself, whoever wrote the row."""
    desk.says(*ORDER, "--yes")
    sign(desk, "lucia.romero", "pablo.serra")
    works = desk.works()
    with works.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM sign_off")
    works.store.close()
    said = desk.says(*ORDER, "--yes")
    assert said.endswith("Done: 2 failed.")
    assert heard(desk) == []


def test_signers_may_be_named(desk: Terminal) -> None:
    roles = ("--signer", "crisis-lead", "--signer", "spokesperson")
    said = desk.says(*ORDER, *roles, "--yes")
    assert "0 of 2 roles signed; crisis-lead or spokesperson may." in said
    assert sign(desk, "javier.ortega", "elena.castro").endswith("Enqueued 2 messages to customers.")
    assert desk(*ORDER, "--signer", "crisis-lead").code == 2
    assert desk.refuses(*ORDER, "--signer", "crisis-lead", "--signer", "queen").startswith('The id "x" was used for')


def test_words_that_no_playbook_publishes_are_signed_by_the_lead_and_communications(desk: Terminal) -> None:
    said = desk.says("notify", "data-breach-customer-notice", *ORDER[2:], "--yes")
    assert "0 of 2 roles signed; crisis-lead or communications-lead may." in said


def test_edited_words_are_what_leaves(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    sign(desk, "lucia.romero")
    file = desk.home / "words.yaml"
    desk.says("words", "1", STEP, "--export", file)
    file.write_text(file.read_text().replace("Gracias por su confianza.", "Gracias."))
    assert "earlier approvals are void" in desk.says("words", "1", STEP, "--edit", file, "--as", "lucia.romero")
    assert "0 of 2 roles signed" in desk.says(*ORDER, "--yes")
    sign(desk, "lucia.romero", "pablo.serra")
    desk.says(*ORDER, "--yes")
    assert "Gracias por su confianza." not in (desk.home / "recorder.jsonl").read_text().splitlines()[-2]
    assert len(heard(desk)) == 2


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (
            ("--team", "customers"),
            "Words to people outside are signed off for an incident; name it with --incident.",
        ),
        (
            ("--team", "customers", "--team", "partners", "--incident", "1"),
            "Words to people outside are signed off for one audience; name one --team and nobody else.",
        ),
        (
            ("--member", "customer.panel.es", "--incident", "1"),
            "Words to people outside are signed off for one audience; name one --team and nobody else.",
        ),
        (
            ("--team", "customers", "--incident", "1", "--urgent"),
            "Words to people outside wait for the morning, unless the incident's level says otherwise.",
        ),
        (
            ("--team", "customers", "--incident", "1", "--id", "Wake up!"),
            'The id "Wake up!" becomes the key of a sign-off; '
            "write it with small letters, digits and hyphens, 50 at the most.",
        ),
        (
            ("--team", "customers", "--incident", "1", "--channel", "sms", "--channel", "email"),
            "Words are signed off for one channel; name one with --channel, another in an order of its own.",
        ),
        (
            ("--team", "customers", "--incident", "1", "--channel", "sms"),
            f'The message "{NOTICE}" has no es text for sms; add it to the library and load it.',
        ),
    ],
)
def test_what_cannot_be_signed_is_refused(desk: Terminal, words: tuple[str, ...], remedy: str) -> None:
    assert desk.refuses("notify", NOTICE, *words, "--yes") == remedy


def test_words_about_a_closed_incident_are_not_signed(desk: Terminal) -> None:
    desk.begin()
    desk.says("advance", "1", "closed", "--as", "javier.ortega", "--code", desk.code("javier.ortega"))
    assert desk.refuses(*ORDER) == "INC-1 is closed; words about it can no longer be signed off."


def test_an_id_stands_for_one_audience_too(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    assert desk.refuses("notify", NOTICE, "--team", "partners", "--incident", "1", "--id", "x") == (
        'The id "x" was used for customers by email, signed by customer-service-lead, communications-lead, legal-lead; '
        "give this one another --id."
    )


def test_in_the_next_phase_the_words_are_put_up_anew(desk: Terminal) -> None:
    desk.says(*ORDER, "--yes")
    desk.begin()
    desk.says("advance", "1", "crisis", "--as", "javier.ortega", "--code", desk.code("javier.ortega"))
    said = desk.says(*ORDER, "--yes")
    assert "Asked 3 signers, each with a code." in said
    sign(desk, "lucia.romero", "pablo.serra")
    desk.says(*ORDER, "--yes")
    assert len(heard(desk)) == 2


def test_an_audience_loaded_from_a_file_is_told_in_its_night_only_by_email(desk: Terminal) -> None:
    file = desk.home / "fans.csv"
    people = [f"P{n},{'es' if n % 2 else 'en'},Europe/Madrid,p{n}@example.com" for n in range(30)]
    file.write_text("\n".join(["name,language,time_zone,email", *people]))
    desk.says("audience", "load", "fans", file)
    order = ("notify", NOTICE, "--team", "fans", "--incident", "1", "--id", "y")
    assert "30 people, 30 messages" in desk.says(*order, "--yes")
    assert sign(desk, "lucia.romero", "pablo.serra", step="notify-y").endswith("Enqueued 30 messages to fans.")
    assert desk.says(*order, "--yes").endswith("Done: 30 accepted.")


def change(desk: Terminal, statement: object) -> None:
    works = desk.works()
    with works.store.write() as session:
        session.execute(statement)  # type: ignore[call-overload]
    works.store.close()
