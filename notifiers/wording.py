"""The words of message rows: template, frozen context and person, rendered; one message or a thousand at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from incidents import codes, sign_off
from notifiers.links import Links
from notifiers.providers.base import Outgoing
from notifiers.render import (
    Rendered,
    finish,
    is_stand_in,
    names_in,
    own_variables,
    render_words,
    shared_variables,
)
from notifiers.rows import Dispatch, Message
from notifiers.segments import in_gsm
from protocol.messages import MessageTemplate
from protocol.people import Contact, Member
from protocol.row_sets import Rows, row_set
from protocol.vault import Vault
from protocol.who import role_titles
from protocol.words import Channel, Remedy

BETWEEN = {Channel.SMS: "\n--\n", Channel.VOICE: " ... "}
DISPATCHES = cast(Table, Dispatch.__table__)
TEMPLATES = cast(Table, MessageTemplate.__table__)
SMS_LIMIT = 1600  # characters of one SMS, the longest that Twilio takes


@dataclass(frozen=True)
class Scribe:
    """Writes out messages. The secret in the vault derives one-time codes, which are stored nowhere."""

    vault: Vault
    links: Links
    rehearsal: bool = False  # in staging every text is marked, whatever opened its incident

    def words(self, session: Session, message: Message) -> Rendered:
        """The exact words of a message, the same every time. Raises Remedy when it cannot be rendered."""
        desk = _Desk(self, session, [message.id])
        return desk.words(desk.rows[message.id])

    def outgoing(self, session: Session, carried: Mapping[int, Sequence[int]]) -> dict[int, Outgoing | Remedy]:
        """Messages by id as their providers get them, each with those that it carries; Remedy for what cannot be."""
        desk = _Desk(self, session, [*carried, *(inner for ids in carried.values() for inner in ids)])
        return {message_id: desk.outgoing(message_id, inner) for message_id, inner in carried.items()}


@dataclass
class _Desk:
    """Everything that some messages need, read in a few statements."""

    scribe: Scribe
    session: Session
    ids: Sequence[int]
    rows: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = {row.id: row for row in self.session.execute(_sheet(self.session, self.ids)).all()}
        self._dispatches = _by(self.session, DISPATCHES, "key", {row.dispatch_key for row in self.rows.values()})
        self._templates = _by(self.session, TEMPLATES, "id", {row.template_id for row in self.rows.values()})
        self._titles = {role: role_titles(self.session, role) for role in {row.role for row in self.rows.values()}}
        self._bound: dict[tuple[str, str], bool] = {}
        self._said: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, str]]] = {}

    def outgoing(self, message_id: int, inner: Sequence[int]) -> Outgoing | Remedy:
        row = self.rows[message_id]
        try:
            rendered = self._together(row, [self.rows[number] for number in inner]) if inner else self.words(row)
            to = self.scribe.vault.open(row.sealed)
        except Remedy as error:
            return error
        except Exception as error:  # one message that cannot be written must not stop the others
            return Remedy(f"it cannot be written: {type(error).__name__}")
        links = self.scribe.links
        return Outgoing(
            channel=row.channel,
            to=to,
            subject=rendered.subject,
            body=rendered.body,
            token=row.token,
            reference=row.reference,
            attempt=row.attempts,
            callback=links.receipts(row.channel, row.token),
            language=row.language,
            request=row.request or "",
            digit_callback=links.digit(row.token) if row.channel is Channel.VOICE else None,
        )

    def words(self, row: Any) -> Rendered:
        dispatch = self._dispatches[row.dispatch_key]
        marked = dispatch.drill or self.scribe.rehearsal
        if dispatch.public_hash is not None:
            return finish(self._public(dispatch, row), row.channel, row.reference, marked)
        return finish(self._plain(dispatch, row), row.channel, row.reference, marked)

    def _plain(self, dispatch: Any, row: Any) -> Rendered:
        template = self._templates[row.template_id]
        wanted = names_in(template.subject, template.body)
        rendered = render_words(template.subject, template.body, self._variables(dispatch, row, wanted))
        if row.channel is Channel.SMS:
            return Rendered(rendered.subject, in_gsm(rendered.body))
        return rendered

    def _together(self, row: Any, inner: Sequence[Any]) -> Rendered:
        """The words of several messages in one text, the carrier's reference at its end."""
        all_words = [self._plain(self._dispatches[one.dispatch_key], one) for one in (row, *inner)]
        body = BETWEEN.get(row.channel, "\n\n--\n\n").join(words.body for words in all_words)
        more = f" (+{len(inner)})" if all_words[0].subject else ""
        drill = any(self._dispatches[one.dispatch_key].drill for one in (row, *inner)) or self.scribe.rehearsal
        whole = finish(Rendered(f"{all_words[0].subject}{more}", body), row.channel, row.reference, drill)
        if row.channel is Channel.SMS and len(whole.body) > SMS_LIMIT:
            raise TooLong("Together they are too long for one SMS; each leaves by itself.")
        return whole

    def _variables(self, dispatch: Any, row: Any, wanted: frozenset[str]) -> dict[str, Any]:
        shared, nonces = self._shared(dispatch, row)
        said = shared | own_variables(row.name, row.id, row.token, self.scribe.links, wanted)
        nonce = nonces.get(str(row.member_id)) if nonces else None
        if not nonce:
            return said
        code = codes.digits(self.scribe.vault, nonce)
        return {**said, "code": code, "code_spoken": ", ".join(code)}

    def _shared(self, dispatch: Any, row: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """What the message has in common with others, and its dispatch's nonces by member."""
        place = (dispatch.key, row.language, row.time_zone, row.role, row.purpose)
        if place not in self._said:
            context, role = dispatch.context, self._titles[row.role].get(row.language, "")
            shared = shared_variables(context, row.language, row.time_zone, role, is_stand_in(row.purpose))
            self._said[place] = shared, context.get("nonces", {})
        return self._said[place]

    def _public(self, dispatch: Any, row: Any) -> Rendered:
        exact = dispatch.context["exact"]
        if not self._is_bound(dispatch, row.channel):
            raise Remedy(f"The words of {dispatch.step} are not those that were signed off; propose them anew.")
        # The signed words are bound to the letter, so an SMS carries its reference outside of them.
        words = exact.get(row.language) or next(iter(exact.values()))
        return Rendered(words["subject"], words["body"])

    def _is_bound(self, dispatch: Any, channel: Channel) -> bool:
        place = (dispatch.key, channel)
        if place not in self._bound:
            context = dispatch.context
            bound = sign_off.text_hash(
                dispatch.incident_id or 0, dispatch.entry, dispatch.step, channel, context["audience"], context["exact"]
            )
            self._bound[place] = bound == dispatch.public_hash
        return self._bound[place]


class TooLong(Remedy):
    """Several messages that do not fit into one text."""


def _sheet(session: Session, ids: Sequence[int]) -> Rows:
    wanted = row_set(session, "wanted", {"id": int}, ([number] for number in ids))
    message, contact, member = Message.__table__, Contact.__table__, Member.__table__  # rows, not objects
    together = message.join(wanted, wanted.c.id == message.c.id)
    together = together.join(contact, contact.c.id == message.c.contact_id)
    return select(
        message.c.id,
        message.c.dispatch_key,
        message.c.member_id,
        message.c.purpose,
        message.c.role,
        message.c.channel,
        message.c.language,
        message.c.template_id,
        message.c.reference,
        message.c.token,
        message.c.attempts,
        message.c.request,
        contact.c.sealed,
        member.c.name,
        member.c.time_zone,
    ).select_from(together.join(member, member.c.id == message.c.member_id))


def _by(session: Session, table: Table, column: str, values: set[Any]) -> dict[Any, Any]:
    rows = session.execute(select(table).where(table.c[column].in_(values)))  # rows, whose columns cost less to read
    return {getattr(row, column): row for row in rows}
