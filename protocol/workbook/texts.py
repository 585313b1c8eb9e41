"""The standard messages, from the sheet *messages*: one row for each text."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from protocol.kinds import EntryKind
from protocol.words import Channel, Language
from protocol.workbook import cells
from protocol.workbook.choices import CHANNELS, LANGUAGES
from protocol.workbook.faults import Unreadable
from protocol.workbook.lines import Line
from protocol.workbook.stewards import Stewards


@dataclass(frozen=True)
class MessageText:
    """One text of a standard message, in one language for one channel."""

    key: str
    language: Language
    channel: Channel
    subject: str
    body: str
    public: bool = False


Check = Callable[[MessageText], Iterable[tuple[str, Unreadable]]]
"""What is wrong with a text as a template: the column and why."""


def texts_of(
    lines: Sequence[Line], check: Check, stewards: Stewards, declared: Collection[str] = ()
) -> list[MessageText]:
    """Every text of the sheet. `declared` are variables that the workbook itself gives."""
    rows: dict[tuple[str, str, str], int] = {}
    public: dict[str, tuple[bool, int]] = {}
    for line in lines:
        if line.said("key"):
            stewards.take(line, EntryKind.MESSAGE, line.key())

    def faults(text: MessageText) -> Iterator[tuple[str, Unreadable]]:
        for column, error in check(text):
            if error.code != "variable" or error.words["item"] not in declared:
                yield column, error

    return [text for line in lines if (text := _text(line, rows, public, faults))]


def _text(
    line: Line, rows: dict[tuple[str, str, str], int], public: dict[str, tuple[bool, int]], check: Check
) -> MessageText | None:
    key = line.key() if line.said("key") else line.needed("key", None)
    language = line.needed("language", line.read("language", cells.choice(LANGUAGES, line.language)))
    channel = line.needed("channel", line.read("channel", cells.choice(CHANNELS, line.language)))
    body, is_public = line.needed_text("body"), bool(line.yes("public"))
    if channel and channel != Channel.EMAIL and line.said("subject"):
        line.fault("subject", "subject_not_email")
    if not (key and language and channel):
        return None
    if rows.setdefault((key, language, channel), line.number) != line.number:
        line.fault("key", "key_twice", other=rows[key, language, channel])
    said, row = public.setdefault(key, (is_public, line.number))
    if said != is_public:
        line.fault("public", "public_differs", other=row)
    text = MessageText(key, Language(language), Channel(channel), line.text("subject"), body, is_public)
    for column, error in check(text):
        line.fault(column, error.code, **error.words)
    return None if line.broken else text
