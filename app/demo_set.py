"""The set of the demo: a clean home, the sample company, the library and the sample rule."""

import shutil
from pathlib import Path

from monitoring.changes import Noted
from monitoring.definitions import load_rules
from playbooks.library import load_library, read_library
from protocol.company import load_company, read_company
from protocol.history import Author, recorded
from protocol.installation import Environment
from protocol.words import Remedy
from wiring.settings import Settings
from wiring.works import Works

EXAMPLES = Path(__file__).parent.parent / "examples"
KEPT = ("reports", "secret.key")


def start_clean(settings: Settings) -> list[str]:
    """Removes what an earlier demo left and answers what it kept. Raises Remedy for a store that is not a demo's."""
    if settings.environment is not Environment.DEMO:
        raise Remedy(f"The demo starts clean and CRISIS_ENVIRONMENT is {settings.environment}; unset it for the demo.")
    if settings.database_url != f"sqlite:///{settings.home / 'crisis.db'}":
        raise Remedy("The demo starts clean in CRISIS_HOME; unset CRISIS_DATABASE_URL for it.")
    for file in settings.home.glob("*"):
        if file.name in KEPT or file.name.startswith(("up.lock", "processes.json")):
            continue
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    return [name for name in KEPT if (settings.home / name).exists()]


def load_samples(works: Works) -> str:
    """Loads the sample company, the library and the rule; answers what was loaded in a sentence."""
    now, who = works.clock.now(), Author("demo", "crisis demo", "the sample company")
    with works.store.write() as session, recorded(session, who, now):
        company = read_company(EXAMPLES / "company.yaml")
        load_company(session, works.vault, company)
        loaded = load_library(session, read_library(), now)
        load_rules(session, EXAMPLES / "rules.yaml", Noted(who, now))
    return f"{loaded.new_playbooks} playbooks and {loaded.new_texts} texts in two languages"
