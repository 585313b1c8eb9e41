"""The timeline as people read it: one sentence per line, in Spanish or English."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.rows import TimelineEntry
from incidents.sentences import (
    CHOICES,
    DELEGATED,
    FORMER_MEMBER,
    MESSAGE,
    MESSAGES,
    NOBODY_LEFT,
    NOBODY_TO_TELL,
    NOT_PEOPLE,
    NOT_SAID,
    SENTENCES,
    TOLD_ALREADY,
    WORDS,
)
from incidents.timeline import Fact, Kind
from playbooks.format import Texts
from playbooks.versions import PlaybookVersion
from protocol.communication import flows_in_order
from protocol.people import Member, Role, Team
from protocol.practice import Subject
from protocol.words import Language


@dataclass(frozen=True)
class Names:
    """What the ids and keys of the timeline are called, in one language and one time zone."""

    language: Language
    members: Mapping[int, str]
    member_keys: Mapping[str, str]
    roles: Mapping[str, str]
    teams: Mapping[str, str]
    steps: Mapping[str, str]
    playbooks: Mapping[str, str]
    subjects: Mapping[str, str]
    zone: tzinfo = UTC

    def member(self, member_id: int | None) -> str:
        """The name of a member; an unknown id was erased and is a former member."""
        return self.members.get(member_id or 0) or in_language(FORMER_MEMBER, self.language)

    def role(self, key: str) -> str:
        """The title of a role or a team, or its key."""
        return self.roles.get(key) or self.teams.get(key, key)

    def step(self, key: str) -> str:
        """The title of a step, or its key."""
        return self.steps.get(key, key)

    def choice(self, choice: str) -> str:
        """What was chosen at a gate, as something that one does."""
        texts = CHOICES.get(choice)
        return in_language(texts, self.language) if texts else choice

    def word(self, word: str) -> str:
        """A word of our vocabulary in the language; one that is not in it stays as it is."""
        texts = WORDS.get(word)
        return in_language(texts, self.language) if texts else word


def names_of(
    session: Session, language: Language, zone: tzinfo = UTC, playbook: PlaybookVersion | None = None
) -> Names:
    """Reads every name from the store. The steps of `playbook` win over those of others with the same key."""
    members = session.execute(select(Member.id, Member.key, Member.name)).all()
    versions = [*session.scalars(select(PlaybookVersion).order_by(PlaybookVersion.version))]
    teams = {team.key: _chosen(team.names, language, team.key) for team in session.scalars(select(Team))}
    known = [*versions, playbook] if playbook else versions
    return Names(
        language=language,
        members={member_id: name for member_id, _, name in members},
        member_keys={key: name for _, key, name in members},
        roles={role.key: _chosen(role.names, language, role.key) for role in session.scalars(select(Role))},
        teams=teams,
        steps={**_flow_titles(session, teams), **_step_titles(known, language)},
        playbooks={row.key: in_language(row.playbook.title, language) for row in versions},
        subjects={row.key: row.name for row in session.scalars(select(Subject))},
        zone=zone,
    )


def sentence(entry: TimelineEntry, names: Names, language: Language) -> str:
    """One line of the timeline as one sentence. Never fails for a fact that is missing or no longer known."""
    said = in_language(_template(entry), language).format_map(_spoken(entry.facts, names, language))
    return said[0].upper() + said[1:]


def in_language(texts: Texts, language: Language) -> str:
    """The text in one of the two languages."""
    return texts.es if language == Language.ES else texts.en


def _template(entry: TimelineEntry) -> Texts:
    kind, facts = Kind(entry.kind), entry.facts
    if kind is Kind.ESCALATED and facts.get("to_member") is None:
        return NOBODY_LEFT
    if kind is Kind.CABINET_ANSWERED and facts.get("delegate"):
        return DELEGATED
    if kind is Kind.FLOW_DONE and not facts.get("messages"):
        return TOLD_ALREADY if facts.get("before") else NOBODY_TO_TELL
    return SENTENCES[kind]


def _spoken(facts: Mapping[str, Fact], names: Names, language: Language) -> Mapping[str, str]:
    """The facts in words, and those that are made of several: who, whose, from_who and count."""
    missing = in_language(NOT_SAID, language)
    spoken: dict[str, str] = defaultdict(lambda: missing)
    for key, value in facts.items():
        if value is not None:
            spoken[key] = SPEAKERS.get(key, _plain)(value, names)
    spoken["who"] = _told_of(spoken, names, facts)
    spoken["from_who"] = _with_role(names.member(_id(facts.get("from_member"))), spoken, facts)
    spoken["count"] = _count(facts.get("messages"), language)
    spoken["whose"] = f", {names.member(_id(facts.get('member')))}" if facts.get("member") else ""
    return spoken


def _told_of(spoken: Mapping[str, str], names: Names, facts: Mapping[str, Fact]) -> str:
    """The person of a line with the role played; a line about a role that nobody holds has the role alone."""
    key = facts.get("role")
    if facts.get("member") is None and key:
        return names.member_keys.get(str(key)) or names.role(str(key))
    return _with_role(names.member(_id(facts.get("member"))), spoken, facts)


def _with_role(name: str, spoken: Mapping[str, str], facts: Mapping[str, Fact]) -> str:
    return f"{name} ({spoken['role']})" if facts.get("role") else name


def _count(value: Fact, language: Language) -> str:
    number = _id(value) or 0
    return f"{number} {in_language(MESSAGE if number == 1 else MESSAGES, language)}"


def _id(value: Fact) -> int | None:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else None


def _plain(value: Fact, names: Names) -> str:
    return str(value)


def _member(value: Fact, names: Names) -> str:
    return names.member(_id(value))


def _anyone(value: Fact, names: Names) -> str:
    """Who acted: `member:3`, `rule:burst`, `drill:one`, a member's id or key, or another word such as `monitoring`."""
    kind, _, key = str(value).rpartition(":")
    if kind in NOT_PEOPLE:
        return in_language(NOT_PEOPLE[kind], names.language).format(key)
    if _id(key) is not None:
        return names.member(_id(key))
    return names.member_keys.get(key) or names.word(key)


def _word(value: Fact, names: Names) -> str:
    return names.word(str(value))


def _purpose(value: Fact, names: Names) -> str:
    """What a code is for: `gate`, or `sign-off:STEP`."""
    word, _, step = str(value).partition(":")
    return f"{names.word(word)}: {names.step(step)}" if step else names.word(word)


def _reason(value: Fact, names: Names) -> str:
    """A reason, whole or part by part, without its full stop; one that we have no words for stays as it is."""
    said = str(value).rstrip(".")
    return names.word(said) if said in WORDS else "; ".join(names.word(part) for part in said.split("; "))


def _moment(value: Fact, names: Names) -> str:
    """A moment of a fact: ISO 8601 text or seconds since 1970, in the company's time zone."""
    try:
        at = (
            datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else datetime.fromisoformat(str(value))
        )
    except ValueError:
        return str(value)
    return at.astimezone(names.zone).strftime("%d/%m %H:%M")


WORDY = (
    *("level", "from", "to", "phase", "channel", "via", "door", "answer", "scenario", "deadline_kind"),
    *("wanted", "used"),
)
SPEAKERS: dict[str, Callable[[Fact, Names], str]] = {
    "member": _member,
    "from_member": _member,
    "to_member": _member,
    "delegate": _member,
    "by": _anyone,
    "role": lambda value, names: names.role(str(value)),
    "step": lambda value, names: names.step(str(value)),
    **dict.fromkeys(("audience", "from_team"), lambda value, names: names.teams.get(str(value), str(value))),
    "playbook": lambda value, names: names.playbooks.get(str(value), str(value)),
    "subject": lambda value, names: names.subjects.get(str(value), str(value)),
    "due": _moment,
    "hash": lambda value, names: str(value)[:8],
    "choice": lambda value, names: names.choice(str(value)),
    "purpose": _purpose,
    "reason": _reason,
    "how": _reason,
    **dict.fromkeys(WORDY, _word),
}


def _chosen(names: Mapping[str, str], language: Language, otherwise: str) -> str:
    return names.get(language) or next(iter(names.values()), otherwise)


def _flow_titles(session: Session, teams: Mapping[str, str]) -> dict[str, str]:
    return {flow.step: f"{teams[flow.from_team]} → {teams[flow.to_team]}" for flow in flows_in_order(session)}


def _step_titles(versions: list[PlaybookVersion], language: Language) -> dict[str, str]:
    plans = [row.playbook.phases for row in versions]
    # Backwards, so that a key which stands in several phases has the title that it was first met with.
    phases = [plan for phases in plans for plan in (phases.post_crisis, phases.crisis, phases.pre_crisis)]
    return {step.key: in_language(step.title, language) for plan in phases for step in plan.steps}
