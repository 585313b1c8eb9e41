"""Whether the lines for customer service fit the protocol: reasons that are there, and questions that it has."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.findings import Finding, warning
from playbooks.format import Playbook
from playbooks.references import phases_of
from protocol.practice import Resource, SupportEntry


def desk_findings(session: Session, playbooks: Sequence[Playbook]) -> Iterator[Finding]:
    """Lines for a reason that no inquiry can have, and resources that the desk would look for in vain."""
    reasons = session.scalars(select(SupportEntry.key).order_by(SupportEntry.key)).all()
    resources = session.scalars(select(Resource.key).order_by(Resource.key)).all()
    for playbook in playbooks:
        for phase, plan in phases_of(playbook):
            where = f"{playbook.key}, {phase}, desk"
            for line in plan.desk.lines if plan.desk else ():
                if line.reason is not None and line.reason not in reasons:
                    what = f'no support entry "{line.reason}" in the protocol, so no inquiry is given its line.'
                    yield warning(where, what, f"Add it, or use one of: {', '.join(reasons) or 'none yet'}.")
            for key in plan.desk.faq if plan.desk else ():
                if key not in resources:
                    what = f'no resource "{key}" in the protocol, so the desk does not see it.'
                    yield warning(where, what, f"Add it, or use one of: {', '.join(resources) or 'none yet'}.")
