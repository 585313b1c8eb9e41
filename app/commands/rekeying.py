"""`crisis protocol rekey`: another key for the contacts."""

import typer

from app.compacting import compact
from app.terminal import count, examples, say
from app.workbook_bars import Bars
from desk.resealing import reseal_texts
from protocol.rekeying import contact_count, prepare, rekey
from wiring.works import open_works

commands = typer.Typer()


@commands.command("rekey", epilog=examples("CRISIS_FORMER_CONTACT_KEY=former crisis protocol rekey"))
def rekey_contacts() -> None:
    """Seals every contact under CRISIS_CONTACT_KEY, or stores all in clear where it is not set; all or none.

    CRISIS_FORMER_CONTACT_KEY opens those that are sealed under the former key. Restart `crisis up` and every sender
    with both keys first: until then what such a sender cannot open waits in the outbox.
    """
    works = open_works()
    with Bars() as bars:
        with works.store.read() as session:
            prepared = prepare(session, works.vault, bars.sealing(contact_count(session)))
        with works.store.write() as session:
            done = rekey(session, works.vault, prepared, bars.writing(len(prepared)))
            texts = reseal_texts(session, works.vault)
    how = "sealed under the present key" if works.settings.contact_key else "stored in clear"
    say(f"{count(done.changed, 'contact')} of {done.contacts:,} now {how}; the others were so already.")
    if texts:
        say(f"So {'is' if texts == 1 else 'are'} {count(texts, 'inquiry', 'inquiries')} of customers.")
    compact(works.store)
    if works.settings.former_contact_key:
        say("Restart everything without CRISIS_FORMER_CONTACT_KEY. Earlier backups need it: keep it as long as them.")
