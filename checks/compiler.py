"""The playbook compiler: proves before the fire that people are reached, words render and gates can be decided."""

from datetime import datetime

from sqlalchemy.orm import Session

from checks.chains import chain_findings
from checks.communication import audience_findings, flow_findings, variable_findings
from checks.desk_lines import desk_findings
from checks.findings import Finding, Severity, error
from checks.gates import gate_findings, signer_findings
from checks.hours import next_hours
from checks.places import newest_playbooks, places
from checks.reach import contact_findings, reach_findings, role_findings
from checks.rules import rule_findings
from checks.samples import samples
from checks.wording import one_language_findings, word_findings
from notifiers.links import Links


def compile_playbooks(session: Session, links: Links, now: datetime) -> list[Finding]:
    """Everything that would go wrong in the next 30 days, errors first. Reads only."""
    playbooks = newest_playbooks(session)
    if not playbooks:
        return [error("protocol store", "no playbook is loaded.", "Run `crisis load`.")]
    steps = list(places(playbooks))
    hours = next_hours(session, now)
    said = {playbook.key: samples(session, playbook, links, now) for playbook in playbooks}
    found = [
        *reach_findings(session, steps, hours),
        *chain_findings(session, steps, hours),
        *gate_findings(session, playbooks, hours),
        *signer_findings(session, steps, hours),
        *role_findings(session, playbooks, hours),
        *contact_findings(session),
        *flow_findings(session),
        *audience_findings(session),
        *variable_findings(session),
        *word_findings(session, steps, said),
        *one_language_findings(session),
        *rule_findings(session, now, hours=hours),
        *desk_findings(session, playbooks),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: list(Severity).index(finding.severity))
