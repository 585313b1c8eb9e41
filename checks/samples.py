"""What a message would say: the variables of an incident that nobody had, as long as real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifiers.context import company_words
from notifiers.links import Links
from notifiers.render import Reader, variables_for
from playbooks.format import Playbook
from playbooks.variables import variables_of
from protocol.duty_words import moment_words
from protocol.people import Team
from protocol.practice import Subject
from protocol.variables import company_variables
from protocol.words import Language, Level

TOKEN = "sample-token-of-22-char"
MESSAGE = 46_655  # a number as long as those of a year
REFERENCE = "SAMPLE7"
CODE = "12345678"
INCIDENT = 7
WHY = {
    Language.EN: "1,698 mentions in the last 5 minutes: the highest such count in 14 days, "
    "25.9 × the usual for a Wednesday 21:00 UTC.",
    Language.ES: "1.698 menciones en los últimos 5 minutos: la cifra más alta en 14 días, "
    "25,9 × lo habitual un miércoles a las 21:00 UTC.",
}
TASKS = {Language.EN: "Weekly report on listening", Language.ES: "Informe semanal de escucha"}
INQUIRIES = {Language.EN: "- INQ-1234, refund, high, 25 min", Language.ES: "- INQ-1234, refund, alta, 25 min"}
URGENCIES = {Language.EN: "critical", Language.ES: "crítica"}
TITLES: Mapping[str, str] = {Language.ES: "dirección de comunicación", Language.EN: "communications lead"}


@dataclass(frozen=True)
class Samples:
    """Gives the variables of any message, as of a moment."""

    context: Mapping[str, Any]
    links: Links

    def variables(
        self, key: str, reader: Reader, language: Language, *, public: bool, purpose: str = "first", due: bool = True
    ) -> dict[str, Any]:
        """Exactly the variables that a template of this key may use."""
        context = self.context if due else {**self.context, "due": None}
        given = variables_for(context, reader, language, MESSAGE, TOKEN, self.links, purpose)
        known = variables_of(key, public=public, declared=self.context.get("variables", {}).get(language, ()))
        spoken = {"code": CODE, "code_spoken": ", ".join(CODE)}
        return {name: value for name, value in {**given, **spoken}.items() if name in known}


def samples(session: Session, playbook: Playbook | None, links: Links, now: datetime) -> Samples:
    """Samples about the subject with the longest name, under a playbook."""
    subject = session.scalar(select(Subject.key).order_by(func.length(Subject.name).desc(), Subject.key).limit(1))
    plain = {
        **company_words(session, subject or "subject"),
        "incident": f"INC-{INCIDENT}",
        "board_link": links.board(INCIDENT),
        "gate_link": f"{links.public_url}/g/{INCIDENT}",
        "decision": "crisis / closed",
        "text_hash": "0123abcd",
        "text": "The words to sign off stand here.",
        "quorum": 3,
        "role_missing": "communications-lead",
        "next_update": "1h",
        "channel_name": "SMS",
        "reason": "the account is suspended",
        "place": "Listening room, 2nd floor",
        "desk": True,
        "corrections": 120,
        "count": 500,
    }
    teams = _longest_teams(session)
    texts = {
        language: {
            "playbook": getattr(playbook.title, language) if playbook else "",
            "why": WHY[language],
            "step": "",
            "task": TASKS[language],
            "at": moment_words(now, "Europe/Madrid", language),
            "from_team": teams[language],
            "audience": teams[language],
            "team": teams[language],
            "inquiries": INQUIRIES[language],
            "urgency": URGENCIES[language],
            "waits": "2 h 25 min",
        }
        for language in Language
    }
    due = (now + timedelta(minutes=15)).isoformat()
    moment = {"level": Level.ORANGE, "phase": "pre_crisis", "due": due, "minutes": 15}
    return Samples({"plain": plain, "texts": texts, "variables": company_variables(session), **moment}, links)


def _longest_teams(session: Session) -> Mapping[Language, str]:
    """The team with the longest name in each language: a message that names two of them is no longer than that."""
    names = session.scalars(select(Team.names)).all()
    return {language: max((name.get(language, "") for name in names), key=len, default="") for language in Language}


def sample_reader(language: Language) -> Reader:
    """Somebody who reads a language."""
    return Reader("Lucía Romero", language, "Europe/Madrid", TITLES)
