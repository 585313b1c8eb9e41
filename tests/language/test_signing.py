"""Words for the public leave when enough people have signed them, and not before."""

from tests.language.crisis import Crisis

PRESS = ("press.diario", "press.radio", "press.herald")
LUCIA, PABLO, JAVIER = "lucia.romero", "pablo.serra", "javier.ortega"


def test_the_press_hears_nothing_until_two_have_signed(crisis: Crisis) -> None:
    crisis.opens("social-firestorm", steps=["holding-statement"])
    for member in (LUCIA, PABLO, JAVIER):
        crisis.mailbox(member).expects("tu firma para el texto", "Firmas estas palabras exactas").is_scanned()
    crisis.phone(LUCIA).expects("espera tu firma").signs()
    crisis.goes_on()
    for outlet in PRESS:
        crisis.mailbox(outlet).is_silent()
    crisis.phone(PABLO).expects("espera tu firma").signs()
    crisis.goes_on()
    for outlet in PRESS:
        crisis.mailbox(outlet).expects("Aurora")
    crisis.phone(JAVIER).expects("espera tu firma")
    crisis.passes(hours=1)


def test_signers_who_stay_silent_are_joined_by_their_deputies(crisis: Crisis) -> None:
    crisis.opens("social-firestorm", steps=["holding-statement"])
    crisis.phone(LUCIA).expects("espera tu firma").signs()
    for member in (PABLO, JAVIER):
        crisis.phone(member).expects("espera tu firma")
    for member in (LUCIA, PABLO, JAVIER):
        crisis.mailbox(member).expects("tu firma para el texto")
    crisis.passes(minutes=30)
    crisis.phone("grace.miller").expects("wait for your sign-off").signs()
    crisis.phone("robert.hayes").expects("wait for your sign-off")
    for member in ("grace.miller", "robert.hayes"):
        crisis.mailbox(member).expects("sign-off")
    crisis.ignores("deadline-missed")  # the lead hears of it
    crisis.goes_on()
    for outlet in PRESS:
        crisis.mailbox(outlet).expects("Aurora")
