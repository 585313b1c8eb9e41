"""What was suspended under the release before goes on under this one."""

from world import LEAD, World

from flows.deciding import send_gate_codes
from incidents.phases import Phase
from incidents.rows import Incident
from notifiers.recipients import Recipient
from protocol.people import Member
from wiring.schema import head, revision

FIRST = 1  # the incident in the former release's home


def test_an_incident_suspended_under_the_former_release_resumes_under_this_one(world: World) -> None:
    assert revision(world.works.store) == head() != "0001"
    run_id = world.at_gate(FIRST, Phase.PRE_CRISIS)
    _send_a_new_code(world)  # the code of then has expired
    assert world.resume(run_id, "crisis", world.gate_code(FIRST), note="decided after the upgrade")
    world.at_gate(FIRST, Phase.CRISIS)
    assert world.facts(FIRST, "run_replaced") == [], "the run of then was resumed, not replaced"
    assert world.facts(FIRST, "decided")[0]["choice"] == "crisis"


def _send_a_new_code(world: World) -> None:
    with world.works.store.write() as session:
        incident = session.get_one(Incident, FIRST)
        lead = session.query(Member).filter_by(key="javier.ortega").one()
        send_gate_codes(session, world.works, incident, (Recipient(lead.id, LEAD),), world.works.clock.now())
