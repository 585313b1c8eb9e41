"""The history's part of the schema: everything that stood in the store before stands there after, as version 1."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incidents.rows import Incident
from notifiers.reach import newest_templates
from protocol.company_export import company_of
from protocol.history import Author, recorded, versions
from protocol.messages import MessageTemplate
from protocol.past import company_at
from protocol.practice import Tool
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Channel, Language
from tests.fakes.former import KINDS, store_of_release
from tests.fakes.set_clock import NOW
from wiring import schema
from wiring.works import open_works

ROWS = (
    "INSERT INTO company (id, name, press_page, quiet_below) VALUES (1, 'Aurora', 'https://p', 'orange')",
    "INSERT INTO team (id, key, names, functions, outside) "
    'VALUES (1, \'press\', \'{"es": "P", "en": "P"}\', \'\', false)',
    "INSERT INTO tool (id, key, name, purpose, team_id) VALUES (1, 'suite', 'Suite', 'Listening', 1)",
    "INSERT INTO member (id, key, name, title, language, time_zone, responsibilities, drill_roster) "
    "VALUES (7, 'ana.ruiz', 'Ana Ruiz', '', 'es', 'Europe/Madrid', 'Media', false)",
    "INSERT INTO contact (id, member_id, channel, sealed, fingerprint, position, shared) "
    "VALUES (3, 7, 'sms', '+34600000008', 'print', 0, false)",
    "INSERT INTO membership (team_id, member_id, position, tasks) VALUES (1, 7, 0, 'Speaks')",
    "INSERT INTO message_template (id, key, language, channel, version, subject, body, public) "
    "VALUES (5, 'sitrep', 'es', 'sms', 3, '', 'Como siempre.', false)",
    "INSERT INTO playbook_version (id, key, version, hash, document, loaded_at) "
    "VALUES (1, 'storm', 1, 'h', '{}', :now)",
    "INSERT INTO incident (id, playbook_key, playbook_version_id, subject, drill, level, phase, entry, version, why, "
    "opened_by, opened_at, clock_real, clock_base, clock_speed) "
    "VALUES (4, 'storm', 1, 'brand', false, 'orange', 'crisis', 2, 3, '{}', 'Ana', :now, :now, :now, 1)",
)


@pytest.fixture(params=KINDS)
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the release before, with a company, a text and an open incident."""
    with store_of_release(request, tmp_path, "0007", ROWS, now=NOW) as store:
        yield store


def test_texts_and_open_incidents_go_on_as_they_were(former: Store) -> None:
    schema.migrate(former)
    schema.require_current(former)
    with former.read() as session:
        incident = session.get_one(Incident, 4)
        assert (incident.phase.value, incident.entry, incident.protocol_version_id) == ("crisis", 2, None)
        template = newest_templates(session, "sitrep", incident.protocol_version_id)[Language.ES, Channel.SMS]
        assert (template.id, template.body, template.version, template.since) == (5, "Como siempre.", 3, None)


def test_what_stood_before_is_the_first_version(former: Store) -> None:
    schema.migrate(former)
    vault = Vault(b"a secret of the tests")
    with former.read() as session:
        stood = company_of(session, vault)
    with former.write() as session, recorded(session, Author("Ana", "crisis load"), NOW) as done:
        session.get_one(Tool, 1).purpose = "Mentions"
        session.get_one(MessageTemplate, 5)
    with former.read() as session:
        assert (done.version, done.changes) == (2, 1)
        assert [version.why for version in versions(session)][1] == "what stood in the protocol when its history began"
        assert company_at(session, vault, 1) == stood
        assert company_at(session, vault, 2).tools[0].purpose == "Mentions"


def test_what_is_open_at_the_upgrade_goes_by_what_stood_then(former: Store, tmp_path: Path) -> None:
    database = former.url.render_as_string(hide_password=False)
    works = open_works({"CRISIS_HOME": str(tmp_path / "home"), "CRISIS_DATABASE_URL": database}, create=True)
    with former.write() as session, recorded(session, Author("Ana", "crisis load"), works.clock.now()):
        session.add(MessageTemplate(key="sitrep", language="es", channel="sms", version=4, body="Otra cosa."))
    with former.read() as session:
        incident = session.get_one(Incident, 4)
        assert incident.protocol_version_id == 1
        template = newest_templates(session, "sitrep", incident.protocol_version_id)[Language.ES, Channel.SMS]
        assert template.body == "Como siempre."
        assert newest_templates(session, "sitrep")[Language.ES, Channel.SMS].body == "Otra cosa."
    works.store.close()
