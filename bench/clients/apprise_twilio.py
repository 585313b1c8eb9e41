"""Apprise's plug-in for Twilio, as it comes, with the pause that it makes before each message."""

from apprise import Apprise
from apprise.plugins.twilio import NotifyTwilio

from bench import samples
from bench.measured import Work


def prepare(port: int, count: int) -> Work:
    """One notification to all of them. The plug-in knows only Twilio's own address, so it is changed from outside."""
    NotifyTwilio.notify_sms_url = f"http://127.0.0.1:{port}{samples.PATH}"
    people = "/".join(samples.number(person) for person in range(count))
    apprise = Apprise()
    if not apprise.add(f"twilio://{samples.ACCOUNT}:{samples.TOKEN}@{samples.number(99)}/{people}"):
        raise RuntimeError("Apprise does not take the address.")

    def work() -> None:
        if not apprise.notify(body=samples.BODY):
            raise RuntimeError("Apprise did not send everything.")

    return work
