"""The variables that message templates may use, as data; the renderer gives exactly these, and the company's own."""

from collections.abc import Collection

PUBLIC_VARIABLES = frozenset({"company", "playbook", "subject", "press_page", "next_update"})
"""Everything that the template of a publish step may use: nothing personal."""

COMMON_VARIABLES = frozenset(
    {
        "company",
        "playbook",
        "subject",
        "incident",
        "level",
        "phase",
        "why",
        "press_page",
        "board_link",
        "name",
        "first_name",
        "role",
        "step",
        "link",
        "due",
        "minutes",
        "deputy_for",
        "from_team",
        "desk",
        "desk_link",
        "corrections",
    }
)
"""What every template that is not public is given."""

EXTRA_VARIABLES = {
    "gate-code": frozenset({"code", "code_spoken", "gate_link", "code_link", "decision"}),
    "gate-reminder": frozenset({"gate_link", "code_link"}),
    "code-locked": frozenset({"gate_link"}),
    "sign-off-request": frozenset({"code", "sign_link", "code_link", "text", "text_hash", "audience"}),
    "audience-due": frozenset({"audience"}),
    "cabinet-convocation": frozenset({"quorum"}),
    "escalation-exhausted": frozenset({"role_missing"}),
}
"""What a template of this key is given besides."""

OWN_VARIABLES = {
    "channel-stopped": frozenset({"company", "channel_name", "reason"}),
    "contact-check": frozenset({"company", "name", "first_name", "link"}),
    "task-reminder": frozenset({"company", "name", "first_name", "task", "at", "place"}),
    "inquiry-overdue": frozenset(
        {"company", "name", "first_name", "team", "count", "inquiries", "urgency", "waits", "desk_link"}
    ),
}
"""All that a template of this key is given: it belongs to no incident."""

NEEDED_MESSAGES = (
    "gate-code",
    "gate-reminder",
    "code-locked",
    "deadline-missed",
    "breach-joined",
    "escalation-exhausted",
    "channel-stopped",
    "contact-check",
    "task-reminder",
    "phase-changed",
    "audience-due",
    "inquiry-overdue",
)
"""Messages that no step names and that the product sends by itself, by SMS and by e-mail."""


def variables_of(key: str, *, public: bool, declared: Collection[str] = ()) -> frozenset[str]:
    """The variables that the template of this key may use; `declared` are the company's own."""
    if public:
        return PUBLIC_VARIABLES.union(declared)
    if key in OWN_VARIABLES:
        return OWN_VARIABLES[key].union(declared)
    return COMMON_VARIABLES.union(EXTRA_VARIABLES.get(key, frozenset()), declared)


def is_the_products(name: str) -> bool:
    """Whether the product gives a variable of this name itself, to whatever template."""
    given = (PUBLIC_VARIABLES, COMMON_VARIABLES, *EXTRA_VARIABLES.values(), *OWN_VARIABLES.values())
    return any(name in names for names in given)
