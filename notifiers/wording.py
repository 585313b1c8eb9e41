"""The words of one message row: its template, its dispatch's frozen context and its person, rendered."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from incidents import codes, sign_off
from notifiers.links import Links
from notifiers.providers.base import Outgoing
from notifiers.render import Reader, Rendered, finish, render_words, variables_for
from notifiers.rows import Dispatch, Message
from notifiers.segments import in_gsm
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.vault import Vault
from protocol.who import role_titles
from protocol.words import Channel, Remedy


@dataclass(frozen=True)
class Scribe:
    """Writes out messages. The secret in the vault derives one-time codes, which are stored nowhere."""

    vault: Vault
    links: Links
    rehearsal: bool = False  # in staging every text is marked, whatever opened its incident

    def outgoing(self, session: Session, message: Message) -> Outgoing:
        """The message as its provider gets it. Raises Remedy when it cannot be rendered."""
        rendered = self.words(session, message)
        contact = session.get_one(Contact, message.contact_id)
        return Outgoing(
            channel=message.channel,
            to=self.vault.open(contact.sealed),
            subject=rendered.subject,
            body=rendered.body,
            token=message.token,
            reference=message.reference,
            attempt=message.attempts,
            callback=self.links.receipts(message.channel, message.token),
            language=message.language,
        )

    def words(self, session: Session, message: Message) -> Rendered:
        """The exact words of a message, the same every time."""
        dispatch = session.get_one(Dispatch, message.dispatch_key)
        if dispatch.public_hash is not None:
            return self._public(dispatch, message)
        template = session.get_one(MessageTemplate, message.template_id)
        variables = self._variables(session, dispatch, message)
        rendered = render_words(template.subject, template.body, variables)
        if message.channel is Channel.SMS:
            rendered = Rendered(rendered.subject, in_gsm(rendered.body))
        return finish(rendered, message.channel, message.reference, dispatch.drill or self.rehearsal)

    def _variables(self, session: Session, dispatch: Dispatch, message: Message) -> dict[str, Any]:
        member = session.get_one(Member, message.member_id)
        reader = Reader(member.name, member.language, member.time_zone, role_titles(session, message.role))
        variables = variables_for(
            dispatch.context, reader, message.language, message.token, self.links, message.purpose
        )
        nonce = dispatch.context.get("nonces", {}).get(str(message.member_id))
        return {**variables, "code": codes.digits(self.vault, nonce)} if nonce else variables

    def _public(self, dispatch: Dispatch, message: Message) -> Rendered:
        exact = dispatch.context["exact"]
        bound = sign_off.text_hash(
            dispatch.incident_id or 0,
            dispatch.entry,
            dispatch.step,
            message.channel,
            dispatch.context["audience"],
            exact,
        )
        if bound != dispatch.public_hash:
            raise Remedy(f"The words of {dispatch.step} are not those that were signed off; propose them anew.")
        words = exact.get(message.language) or next(iter(exact.values()))
        # The signed words are bound to the letter, so an SMS carries its reference outside of them.
        return finish(
            Rendered(words["subject"], words["body"]),
            message.channel,
            message.reference,
            dispatch.drill or self.rehearsal,
        )
