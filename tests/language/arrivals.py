"""What arrived on a telephone or in a mailbox, and what a person does with it."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notifiers.opting import Wish, wish_of
from notifiers.providers.words import InboundText
from protocol.words import Channel
from tests.fakes.sendgrid_server import Mail
from tests.fakes.twilio_records import Call
from tests.language.carriers import PUBLIC, Carriers

if TYPE_CHECKING:
    from tests.language.crisis import Crisis

TAP = re.compile(rf"{re.escape(PUBLIC)}(/a/[\w-]+)")
LINK = re.compile(rf"{re.escape(PUBLIC)}(/[acqs]/[\w-]+)")
BUTTON = re.compile(r'<button[^>]*name="(\w+)" value="(\w+)"')
ALARM = re.compile(rf"{re.escape(PUBLIC)}(/q/[\w-]+)")
SIGN = re.compile(rf"{re.escape(PUBLIC)}(/s/[\w-]+)")
HASH = re.compile(r'name="hash" value="(\w+)"')
OPTED_OUT = 21610


@dataclass
class Arrival:
    """One text, e-mail or call at its person. `expected` once a story has named it."""

    carriers: Carriers
    record: Any
    channel: Channel
    person: str
    expected: bool = False

    @property
    def words(self) -> str:
        """What is read or heard."""
        if isinstance(self.record, Call):
            return " ".join(dict.fromkeys(self.record.words))
        if isinstance(self.record, Mail):
            return f"{self.record.subject}\n{self.record.body}"
        return str(self.record.body)

    @property
    def token(self) -> str:
        """The message's own, by which the store knows it."""
        if isinstance(self.record, Mail):
            return self.record.token or ""
        return str(self.record.callback).rpartition("/")[2]

    @property
    def reference(self) -> str:
        """The letters that end an SMS."""
        return self.words.rpartition("#")[2]

    @property
    def code(self) -> str:
        """The eight digits in it."""
        found = re.search(r"\b\d{8}\b", self.words)
        assert found, f"there is no code in: {self.words}"
        return found.group()

    def answers(self, words: str) -> "Arrival":
        """The person writes back."""
        self.carriers.twilio.reply(f"{PUBLIC}/providers/sms", self.record.to, words)
        return self

    def presses(self, digit: str) -> str:
        """The called person picks up, listens and presses a digit; what is heard then."""
        heard = self.carriers.twilio.press(self.record.sid, digit)
        self.carriers.twilio.deliver(self.record.sid, "completed")
        return heard

    def is_scanned(self) -> "Arrival":
        """Something in between opens every link of it, as mail filters do."""
        for path in LINK.findall(self.words):
            assert self.carriers.receiver.get(path).status_code == 200
        return self

    def taps(self) -> "Arrival":
        """The person opens the link and presses the first button of the page."""
        (path,) = TAP.findall(self.words)
        page = self.carriers.receiver.get(path)
        assert page.status_code == 200, page.text
        button = BUTTON.search(page.text)
        pressed = self.carriers.receiver.post(path, data={button[1]: button[2]} if button else {})
        assert pressed.status_code == 200, pressed.text
        return self

    def says_of_the_alarm(self, answer: str) -> str:
        """The person opens the link and presses one of the two buttons, `real` or `false-alarm`; what the page says."""
        (path,) = ALARM.findall(self.words)
        assert f'value="{answer}"' in self.carriers.receiver.get(path).text
        pressed = self.carriers.receiver.post(path, data={"answer": answer})
        assert pressed.status_code == 200, pressed.text
        return str(pressed.text)

    def signs(self) -> "Arrival":
        """The person reads the words behind the link, types the code of this message and signs."""
        (path,) = SIGN.findall(self.words)
        page = self.carriers.receiver.get(path)
        (words,) = HASH.findall(page.text)
        signed = self.carriers.receiver.post(path, data={"hash": words, "code": self.code, "answer": "approve"})
        assert signed.status_code == 200, signed.text
        return self

    def receipt(self, status: str, code: int | None = None) -> int | None:
        """The carrier says what became of it; the receiver's answer."""
        if isinstance(self.record, Mail):
            return self.carriers.sendgrid.deliver(self.record.id, status, self.record.to)
        return self.carriers.twilio.deliver(self.record.sid, status, code)

    def __str__(self) -> str:
        return f"{self.channel} to {self.person}: {self.words}"


@dataclass(frozen=True)
class Line:
    """A person's telephone, mailbox or calls, as a story names them."""

    crisis: "Crisis"
    person: str
    channel: Channel
    address: str

    def expects(self, *words: str) -> Arrival:
        """The oldest arrival that no story has named yet and that has these words in it."""
        waiting = [one for one in self._waiting() if all(word in one.words for word in words)]
        assert waiting, f"{self.channel} to {self.person} with {words} never came; there was {self._shown()}"
        waiting[0].expected = True
        return waiting[0]

    def is_silent(self) -> None:
        """Nothing has arrived that was not named."""
        assert not self._waiting(), f"{self.person} was not to be told by {self.channel}; there was {self._shown()}"

    def says(self, words: str) -> "Line":
        """The person writes to our number, unasked. The carrier itself obeys STOP and START."""
        wish = wish_of(InboundText(self.address, words, ""))
        if wish is Wish.STOP:
            self.crisis.carriers.twilio.refuse_number(self.address, OPTED_OUT)
        self.crisis.carriers.twilio.reply(f"{PUBLIC}/providers/sms", self.address, words)
        if wish is Wish.START:
            self.crisis.carriers.twilio.accept_number(self.address)
        self.crisis.goes_on()
        return self

    def is_off(self, code: int = 30003) -> None:
        """From now on nothing arrives there: the carrier takes it, and says so afterwards."""
        self.crisis.unreachable[self.channel, self.address] = code

    def _waiting(self) -> list[Arrival]:
        return [one for one in self.crisis.arrived(self.channel, self.address) if not one.expected]

    def _shown(self) -> str:
        return "; ".join(map(str, self._waiting())) or "nothing"
