"""SendGrid's own library: one request for each person, one after the other."""

from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail

from bench import samples
from bench.measured import Work


def single(port: int, count: int) -> Work:
    """Writes and sends one mail after the other."""
    client = SendGridAPIClient(samples.KEY, host=f"http://127.0.0.1:{port}")

    def work() -> None:
        for person in range(count):
            client.send(Mail(samples.FROM, samples.address(person), samples.SUBJECT, samples.BODY))

    return work
