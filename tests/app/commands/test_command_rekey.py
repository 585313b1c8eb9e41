"""The key of the contacts is changed by a command, and a wrong former key is one sentence."""

from sqlalchemy import select

from protocol.people import Contact
from protocol.vault import SEALED
from tests.fakes.terminal import Terminal

FORMER, PRESENT = "CRISIS_FORMER_CONTACT_KEY", "CRISIS_CONTACT_KEY"


def values(terminal: Terminal) -> list[str]:
    works = terminal.works()
    with works.store.read() as session:
        found = [works.vault.open(sealed) for sealed in session.scalars(select(Contact.sealed).order_by(Contact.id))]
    works.store.close()
    return found


def sealed(terminal: Terminal) -> int:
    works = terminal.works()
    with works.store.read() as session:
        found = len(session.scalars(select(Contact.id).where(Contact.sealed.startswith(SEALED))).all())
    works.store.close()
    return found


def test_the_key_is_set_changed_and_taken_away(any_terminal: Terminal) -> None:
    before = values(any_terminal)
    every = f"{len(before)} contacts of {len(before)} now"
    any_terminal.settings[PRESENT] = "first"
    said = any_terminal.says("protocol", "rekey")
    assert said == f"{every} sealed under the present key; the others were so already."
    any_terminal.settings |= {PRESENT: "second", FORMER: "first"}
    said = any_terminal.says("protocol", "rekey")
    assert said.splitlines() == [
        f"{every} sealed under the present key; the others were so already.",
        "Restart everything without CRISIS_FORMER_CONTACT_KEY. Earlier backups need it: keep it as long as them.",
    ]
    del any_terminal.settings[FORMER]
    assert values(any_terminal) == before
    assert any_terminal.says("protocol", "rekey").startswith(f"0 contacts of {len(before)} now")
    any_terminal.settings |= {PRESENT: "", FORMER: "second"}
    assert any_terminal.says("protocol", "rekey").startswith(f"{every} stored in clear")
    del any_terminal.settings[FORMER]
    assert (values(any_terminal), sealed(any_terminal)) == (before, 0)


def test_a_wrong_former_key_is_one_sentence(any_terminal: Terminal) -> None:
    any_terminal.settings[PRESENT] = "first"
    any_terminal.says("protocol", "rekey")
    any_terminal.settings |= {PRESENT: "second", FORMER: "wrong"}
    printed = any_terminal("protocol", "rekey")
    assert (printed.code, printed.out, printed.err) == (
        2,
        "",
        "Neither CRISIS_CONTACT_KEY nor CRISIS_FORMER_CONTACT_KEY is the key that sealed the contacts; "
        "set the latter to the one in use until now.",
    )
    any_terminal.settings |= {PRESENT: "first", FORMER: ""}
    assert sealed(any_terminal) == len(values(any_terminal))


def test_a_store_of_which_only_the_newest_contact_has_the_present_key_is_refused_without_the_former(
    any_terminal: Terminal,
) -> None:
    any_terminal.settings[PRESENT] = "first"
    any_terminal.says("protocol", "rekey")
    any_terminal.settings |= {PRESENT: "second", FORMER: "first"}
    works = any_terminal.works()
    with works.store.write() as session:
        newest = session.scalars(select(Contact).order_by(Contact.id.desc()).limit(1)).one()
        newest.sealed = works.vault.reseal(newest.sealed)
    works.store.close()
    del any_terminal.settings[FORMER]
    said = "CRISIS_CONTACT_KEY is not the key that sealed the contacts; set the former one."
    assert any_terminal("status").err == said
    any_terminal.settings |= {PRESENT: "first"}
    assert any_terminal("status").err == said
