"""Whether the communication flows can happen, every audience has its turn, and variables have names of their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.findings import Finding, error, notice
from checks.places import Use
from playbooks.format import Audience
from playbooks.variables import is_the_products
from protocol.communication import TeamFlow, flows_in_order
from protocol.messages import MessageTemplate
from protocol.people import Team
from protocol.variables import declared
from protocol.words import AudienceKind


@dataclass(frozen=True)
class FlowUse:
    """The message that a flow sends, and where that stands."""

    where: str
    use: Use


def flow_findings(session: Session) -> Iterator[Finding]:
    """Flows that tell people outside, or whose message is not in the store, or public and so may not go unsigned."""
    public = dict(session.execute(select(MessageTemplate.key, MessageTemplate.public)).all())
    for flow in _happening(session):
        if flow.leaks:
            what = f'the team "{flow.from_team}" is outside the company, so nobody is told.'
            yield error(_where(flow), what, "Let a team of the company tell, or leave its phases out.")
        elif flow.message not in public:
            usable = ", ".join(sorted(key for key, is_public in public.items() if not is_public)) or "none yet"
            remedy = f"Write it in the library and run `crisis load`, or use one of: {usable}."
            yield error(_where(flow), f'no message "{flow.message}" in the store.', remedy)
        elif public[flow.message]:
            what = f'the message "{flow.message}" is public; a flow tells people of the company.'
            yield error(_where(flow), what, "Use another one; public words leave by a publish step.")


def audience_findings(session: Session) -> Iterator[Finding]:
    """Teams outside the company of which nobody said whose turn they are told in."""
    unset = select(Team.key).where(Team.outside.is_(True), Team.audience.is_(None)).order_by(Team.key)
    for key in session.scalars(unset):
        kinds = ", ".join(AudienceKind)
        yield notice(
            f"team {key}", "it has no audience, so its turn comes last.", f"Set `audience` to one of: {kinds}."
        )


def variable_findings(session: Session) -> Iterator[Finding]:
    """Variables of the company's own that have a name which the product gives a meaning."""
    for name in sorted(declared(session)):
        if is_the_products(name):
            what = "the product gives a variable of this name, which is said instead."
            yield error(f"variable {name}", what, "Call it otherwise in the company file.")


def flow_uses(session: Session) -> list[FlowUse]:
    """The messages of flows that are in the store and may be sent unsigned."""
    known = set(session.scalars(select(MessageTemplate.key).where(MessageTemplate.public.is_(False))))
    return [
        FlowUse(_where(flow), Use(flow.message, flow.channels, Audience(teams=[flow.told_team])))
        for flow in _happening(session)
        if flow.message in known
    ]


def _happening(session: Session) -> list[TeamFlow]:
    return [flow for flow in flows_in_order(session) if flow.phases]


def _where(flow: TeamFlow) -> str:
    return f"flow {flow.key}"
