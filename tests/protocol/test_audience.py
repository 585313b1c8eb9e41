"""Promises of an audience file: checked line by line, all or nothing, twice is once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from protocol.audience import Loaded, load_audience
from protocol.audience_file import AT_ONCE, Given, read_audience
from protocol.company import WITHDRAWN, load_company, read_company
from protocol.people import Contact, Member, Team
from protocol.store import Store
from protocol.vault import SEALED, Vault
from protocol.who import team_member_ids
from protocol.words import Channel, Language, Remedy

SAMPLE = Path(__file__).parents[2] / "examples" / "company.yaml"
NOW = datetime(2026, 3, 3, tzinfo=UTC)
PEOPLE = """key,name,language,time_zone,sms,email,voice
1001,Ana Gil,es,Europe/Madrid,+34 600 000 031,ana.gil@example.com,
1002,Ben Cole,en,America/New_York,,ben.cole@example.com,+1 202 555 0131
1003,Eva Sanz,es,Atlantic/Canary,+34 600 000 032,,
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def load(store: Store, vault: Vault, path: Path, key: str = "fans", **more: object) -> Loaded:
    people = read_audience(path, key, vault, Given())
    with store.write() as session:
        return load_audience(session, key, people, more.get("names", {}), bool(more.get("outside", True)))  # type: ignore[arg-type]


def team(store: Store, key: str = "fans") -> list[str]:
    with store.read() as session:
        ids = team_member_ids(session, key, NOW)
        keys = dict(session.execute(select(Member.id, Member.key)).all())
        return [keys[number] for number in ids]


def contacts(store: Store, vault: Vault, member: str) -> dict[str, str]:
    with store.read() as session:
        rows = session.scalars(select(Contact).join(Member).where(Member.key == member)).all()
        return {str(row.channel): vault.open(row.sealed) for row in rows if row.opted_out_at is None}


def test_people_become_a_team_outside_in_the_order_of_the_file(store: Store, vault: Vault, write: Write) -> None:
    done = load(store, vault, write(PEOPLE), names={"es": "Seguidores"})
    assert (done.people, done.new, done.changed, done.left, done.contacts) == (3, 3, 0, 0, 5)
    assert team(store) == ["fans.1001", "fans.1002", "fans.1003"]
    with store.read() as session:
        row = session.scalars(select(Team)).one()
        assert (row.outside, row.names) == (True, {"es": "Seguidores", "en": "fans"})
        ben = session.scalars(select(Member).where(Member.key == "fans.1002")).one()
        assert (ben.name, ben.language, ben.time_zone, ben.drill_roster) == (
            *("Ben Cole", Language.EN, "America/New_York"),
            False,
        )
    assert contacts(store, vault, "fans.1002") == {"email": "ben.cole@example.com", "voice": "+12025550131"}


def test_the_same_file_again_changes_nothing(store: Store, write: Write) -> None:
    sealing = Vault(b"a secret of the tests", contact_key="a key")
    load(store, sealing, write(PEOPLE))
    with store.read() as session:
        before = session.execute(select(Contact.id, Contact.sealed, Contact.position).order_by(Contact.id)).all()
    again = load(store, sealing, write(PEOPLE))
    assert again == Loaded(people=3)
    with store.read() as session:
        after = session.execute(select(Contact.id, Contact.sealed, Contact.position).order_by(Contact.id)).all()
    assert before == after and all(row.sealed.startswith(SEALED) for row in after)


def test_who_is_no_longer_in_the_file_leaves_the_team_and_stays_in_the_protocol(
    store: Store, vault: Vault, write: Write
) -> None:
    load(store, vault, write(PEOPLE))
    head, _, *rest = PEOPLE.splitlines()
    assert load(store, vault, write("\n".join([head, *reversed(rest)]))).left == 1
    assert team(store) == ["fans.1003", "fans.1002"]
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == 3
    assert load(store, vault, write(PEOPLE)).new == 0
    assert team(store) == ["fans.1001", "fans.1002", "fans.1003"]


def test_a_new_number_takes_the_place_of_the_old_one_and_may_come_back(
    store: Store, vault: Vault, write: Write
) -> None:
    load(store, vault, write(PEOPLE))
    done = load(store, vault, write(PEOPLE.replace("+34 600 000 032", "+34 600 000 033").replace("Eva Sanz", "Eva S.")))
    assert (done.changed, done.contacts) == (1, 2)
    assert contacts(store, vault, "fans.1003") == {"sms": "+34600000033"}
    load(store, vault, write(PEOPLE))
    assert contacts(store, vault, "fans.1003") == {"sms": "+34600000032"}


def test_an_opt_out_survives_a_load(store: Store, vault: Vault, write: Write) -> None:
    load(store, vault, write(PEOPLE))
    with store.write() as session:
        session.execute(update(Contact).where(Contact.channel == Channel.SMS).values(opted_out_at=NOW))
    load(store, vault, write(PEOPLE))
    with store.read() as session:
        moments = session.scalars(select(Contact.opted_out_at).where(Contact.channel == Channel.SMS)).all()
    assert set(moments) == {NOW} and NOW != WITHDRAWN


def test_spanish_headings_in_any_order_from_a_spanish_spreadsheet(store: Store, vault: Vault, write: Write) -> None:
    headings = "\ufeffCorreo electrónico;Móvil;Nombre;Zona horaria;Idioma;Clave"
    load(store, vault, write(f"{headings}\nana@example.com;+34600000031;Ana;Europe/Madrid;ES;A-1\n"))
    assert contacts(store, vault, "fans.a-1") == {"email": "ana@example.com", "sms": "+34600000031"}


def test_what_the_lines_do_not_say_may_hold_for_all(store: Store, vault: Vault, write: Write) -> None:
    path = write("name,email\nAna,ana@example.com\n")
    people = read_audience(path, "fans", vault, Given(Language.ES, "Europe/Madrid"))
    with store.write() as session:
        load_audience(session, "fans", people, {}, True)
        row = session.scalars(select(Member)).one()
        assert (row.language, row.time_zone) == (Language.ES, "Europe/Madrid")


def test_without_a_key_a_person_is_known_by_their_first_contact(store: Store, vault: Vault, write: Write) -> None:
    text = "name,language,time_zone,email\nAna,es,Europe/Madrid,ana@example.com\n"
    load(store, vault, write(text))
    assert load(store, vault, write(text.replace("Ana,", "Ana Gil,"))) == Loaded(people=1, changed=1)


FAULTS = """key,name,language,time_zone,sms,email
1,Ana,es,Europe/Madrid,600 000 031,
2,,fr,Madrid,,ana.example.com
1,Ben,en,Europe/London,+44 7700 900131,
4,Eva,es,Europe/Madrid,,
5,Eva,es,Europe/Madrid,+34600000032,,too much
bad key,Eva,es,Europe/Madrid,+34600000032,
"""


def test_every_fault_is_told_by_its_line_without_what_stands_there(store: Store, vault: Vault, write: Write) -> None:
    path = write(FAULTS)
    with pytest.raises(Remedy) as error:
        load(store, vault, path)
    assert str(error.value).splitlines() == [
        f"{path}, line 2: sms: this is no phone number; write it with its country, like +34 600 000 001.",
        f"{path}, line 3: the language is not known; use one of: es, en.",
        f"{path}, line 3: the time zone is not known; write it like Europe/Madrid.",
        f"{path}, line 3: the name is empty; write it.",
        f"{path}, line 3: email: this is no e-mail address; correct it.",
        f"{path}, line 4: this is the person of line 2 again; keep one, or give each a key.",
        f"{path}, line 5: no way to reach this person; give an e-mail address or a number.",
        f"{path}, line 6: there are more cells than headings; quote what holds a comma.",
        f"{path}, line 7: the key is made of letters, digits, dots and hyphens, 30 at the most; correct it.",
    ]
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Team)) == 0


def test_of_many_faults_the_first_fifty_and_their_number_are_told(vault: Vault, write: Write) -> None:
    lines = ["name,language,time_zone,email", *(f"P{place},es,Nowhere,p{place}@example.com" for place in range(1200))]
    path = write("\n".join(lines))
    with pytest.raises(Remedy) as error:
        read_audience(path, "fans", vault, Given())
    *first, last = str(error.value).splitlines()
    assert len(first) == 50
    assert last == f"{path}: 1,200 faults in all, the first 50 are shown. Nothing was written."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'there is no heading "name"; add it.'),
        ("name,email\n", 'there is no heading "language"; add it, or give --language for all lines.'),
        ("name,language,email\n", 'there is no heading "time_zone"; add it, or give --time-zone for all lines.'),
        (
            "name,language,time_zone\n",
            "there is no heading for a way to reach people; add one of: email, sms, voice.",
        ),
        (
            "name,size\n",
            'the heading "size" is not known; use each once: key, name, language, time_zone, sms, email, voice.',
        ),
        (
            "name,nombre\n",
            'the heading "nombre" stands twice; use each once: key, name, language, time_zone, sms, email, voice.',
        ),
        (
            "name,language,time_zone,sms\n\n",
            "nobody stands in it; write one line for each person below the headings.",
        ),
    ],
)
def test_a_file_that_cannot_be_an_audience_is_told(vault: Vault, write: Write, text: str, sentence: str) -> None:
    path = write(text)
    with pytest.raises(Remedy) as error:
        read_audience(path, "fans", vault, Given())
    assert str(error.value) == f"{path}: {sentence}"


def test_a_file_in_another_encoding_and_a_missing_one_are_told(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("nombre,móvil\n".encode("latin-1"))
    with pytest.raises(Remedy, match=r"this is not UTF-8 text; save it as CSV UTF-8\.$"):
        read_audience(path, "fans", vault, Given())
    with pytest.raises(Remedy, match=r"^nowhere\.csv: there is no such file; check its name\.$"):
        read_audience(Path("nowhere.csv"), "fans", vault, Given())


def test_a_team_of_the_company_does_not_become_an_audience_outside(store: Store, vault: Vault, write: Write) -> None:
    with store.write() as session:
        load_company(session, vault, read_company(SAMPLE))
    with pytest.raises(Remedy) as error:
        load(store, vault, write(PEOPLE), "legal")
    said = 'The team "legal" stands inside the company; add --inside, or load this audience under another key.'
    assert str(error.value) == said
    with pytest.raises(Remedy, match="stands outside the company; leave --inside out"):
        load(store, vault, write(PEOPLE), "customers", outside=False)


def test_many_people_are_written_in_parts(store: Store, vault: Vault, write: Write) -> None:
    number = AT_ONCE + 3
    lines = ["name,language,time_zone,email", *(f"P{n},es,Europe/Madrid,p{n}@example.com" for n in range(number))]
    told: list[int] = []
    people = read_audience(write("\n".join(lines)), "fans", vault, Given())
    with store.write() as session:
        done = load_audience(session, "fans", people, {}, True, told.append)
    assert (done.new, told, len(team(store))) == (number, [AT_ONCE, number], number)
