"""The sections about words: every message, the shares by channel, and the public texts with their sign-offs."""

from collections.abc import Mapping
from datetime import datetime

from incidents.rows import PublicText
from notifiers.rows import Dispatch, Message
from notifiers.states import State
from protocol.messages import MessageTemplate
from reports import spans
from reports.measures import DOUBTFUL, ChannelShare
from reports.pages import Cell, ChannelRow, DispatchGroup, MessageRow, PublicCard, WordsIn
from reports.telling import Telling

STATE_LABELS = {State.SENT: "state_sent", State.DELIVERED: "state_delivered"}


def dispatch_groups(telling: Telling) -> list[DispatchGroup]:
    """Every message, under the step that wrote it."""
    templates = {row.id: row for row in telling.dossier.templates}
    acknowledged = {(row.dispatch_key, row.member_id): row.acknowledged_at for row in telling.dossier.acknowledgements}
    groups = []
    for dispatch in telling.dossier.dispatches:
        messages = [row for row in telling.dossier.messages if row.dispatch_key == dispatch.key]
        rows = [_row(telling, row, templates[row.template_id], acknowledged) for row in messages]
        if rows:  # a flow whose people another one had told has none
            groups.append(_group(telling, dispatch, rows))
    return groups


def channel_rows(telling: Telling) -> list[ChannelRow]:
    """What became of the messages of each channel."""
    return [_channel_row(telling, share) for share in telling.measures.channels]


def public_cards(telling: Telling) -> list[PublicCard]:
    """The exact words of each public step, who signed them off, and their hash."""
    return [_card(telling, text) for text in telling.dossier.texts]


def _group(telling: Telling, dispatch: Dispatch, rows: list[MessageRow]) -> DispatchGroup:
    fired_at = dispatch.created_at
    return DispatchGroup(
        step=telling.step(dispatch.step),
        template=dispatch.template,
        when=telling.when(fired_at),
        since=telling.since(fired_at),
        rows=rows,
    )


def _row(
    telling: Telling,
    row: Message,
    template: MessageTemplate,
    acknowledged: Mapping[tuple[str, int], datetime],
) -> MessageRow:
    seen = acknowledged.get((row.dispatch_key, row.member_id))
    return MessageRow(
        recipient=telling.who(row.member_id),
        role=telling.names.role(row.role) if row.role else "",
        channel=telling.names.word(row.channel),
        language=telling.names.word(row.language),
        version=f"{template.key} v{template.version}",
        state=_state(telling, State(row.state)),
        reason=row.reason,
        sent=telling.since(row.accepted_at) if row.accepted_at else "",
        acknowledged=telling.since(seen) if seen else "",
    )


def _state(telling: Telling, state: State) -> Cell:
    tone = "good" if state is State.DELIVERED else "bad" if state is State.FAILED else "quiet"
    return Cell(telling.labels[STATE_LABELS.get(state, state)], "warn" if state in DOUBTFUL else tone)


def _channel_row(telling: Telling, share: ChannelShare) -> ChannelRow:
    return ChannelRow(
        channel=telling.names.word(share.channel),
        total=share.total,
        taken=spans.percent(share.taken, share.total),
        delivered=spans.percent(share.delivered, share.total),
        acknowledged=spans.percent(share.acknowledged, share.asked),
    )


def _card(telling: Telling, text: PublicText) -> PublicCard:
    written = telling.since(text.written_at)
    if text.written_by is not None:
        written += " " + telling.labels["by"].format(telling.who(text.written_by))
    return PublicCard(
        step=telling.step(text.step),
        channel=telling.names.word(text.channel),
        audience=telling.names.teams.get(text.audience, text.audience),
        written=written,
        status=_status(telling, text),
        words=[_words(telling, code, said) for code, said in sorted(text.texts.items())],
        sign_offs=[
            f"{telling.who(row.member_id, row.role)}, {telling.since(row.signed_at)} "
            f"({telling.labels['after'].format(spans.span(row.signed_at - text.written_at))})"
            for row in telling.dossier.sign_offs
            if row.hash == text.hash
        ],
        hash=text.hash,
    )


def _status(telling: Telling, text: PublicText) -> Cell:
    if text.voided_at is not None:
        return Cell(telling.labels["voided"].format(telling.since(text.voided_at)), "bad")
    if text.released_at is not None:
        return Cell(telling.labels["released"].format(telling.since(text.released_at)), "good")
    return Cell(telling.labels["unpublished"], "warn")


def _words(telling: Telling, code: str, said: str | Mapping[str, str]) -> WordsIn:
    """One language of a text, which is its body alone or a subject and a body."""
    language = telling.names.word(code)
    if isinstance(said, str):
        return WordsIn(code, language, "", said)
    return WordsIn(code, language, said.get("subject", ""), said.get("body", ""))
