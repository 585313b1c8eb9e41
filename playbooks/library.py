"""The library: the playbooks and message templates in a folder, read, checked and loaded into the store."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playbooks.format import Playbook
from playbooks.references import PLAYBOOK_FILE, Known, inner_faults, protocol_faults
from playbooks.templates import MessageFile, faults_of, texts_of
from playbooks.texts import keep_texts
from playbooks.variables import NEEDED_MESSAGES
from playbooks.versions import PlaybookVersion, keep
from protocol.documents import read_document
from protocol.people import Member, Role, Team
from protocol.variables import declared
from protocol.words import WRITTEN, Remedy

FOLDER = Path(__file__).with_name("library")
MESSAGES = "messages"


@dataclass(frozen=True)
class Library:
    """Playbooks and messages in the order of their keys; `name` is how errors call the folder."""

    playbooks: tuple[Playbook, ...]
    messages: tuple[MessageFile, ...]
    name: str


@dataclass(frozen=True)
class LoadResult:
    """How much of a load was new; a text is one language and channel of one message."""

    new_playbooks: int
    unchanged_playbooks: int
    new_texts: int
    unchanged_texts: int


def read_library(folder: Path = FOLDER) -> Library:
    """Reads and checks the whole folder. Raises Remedy with one line per fault."""
    name = "playbooks/library" if folder == FOLDER else str(folder)
    messages, faults = _read_messages(folder, name)
    playbooks = _read_playbooks(folder, name)
    for playbook in playbooks:
        faults += inner_faults(playbook, messages, name)
    faults += _needed_faults(messages, name)
    _refuse(faults)
    return Library(tuple(playbooks), tuple(messages[key] for key in sorted(messages)), name)


def check_against_protocol(session: Session, library: Library) -> None:
    """Raises Remedy with one line for each role, team, member or variable that the protocol does not have."""
    known = Known(
        roles=session.scalars(select(Role.key)).all(),
        teams=session.scalars(select(Team.key)).all(),
        audiences=session.scalars(select(Team.key).where(Team.outside)).all(),
        members=session.scalars(select(Member.key)).all(),
    )
    faults = [fault for playbook in library.playbooks for fault in protocol_faults(playbook, known, library.name)]
    _refuse([*faults, *_variable_faults(library, declared(session))])


def load_library(session: Session, library: Library, now: datetime) -> LoadResult:
    """Stores what changed as new versions. The caller's transaction makes it all or nothing."""
    check_against_protocol(session, library)
    count = select(func.count()).select_from(PlaybookVersion)
    before = session.scalar(count) or 0
    for playbook in library.playbooks:
        keep(session, playbook, now)
    new_playbooks = (session.scalar(count) or 0) - before
    texts = [(message.key, text) for message in library.messages for text in texts_of(message)]
    new_texts = keep_texts(session, texts)
    return LoadResult(
        new_playbooks=new_playbooks,
        unchanged_playbooks=len(library.playbooks) - new_playbooks,
        new_texts=new_texts,
        unchanged_texts=len(texts) - new_texts,
    )


def _read_messages(folder: Path, name: str) -> tuple[dict[str, MessageFile], list[str]]:
    messages: dict[str, MessageFile] = {}
    faults: list[str] = []
    for path in sorted([*folder.glob(f"{MESSAGES}/*.yaml"), *folder.glob(f"*/{MESSAGES}/*.yaml")]):
        shown = f"{name}/{path.relative_to(folder).as_posix()}"
        message = read_document(path, MessageFile, shown)
        if message.key != path.stem:
            faults.append(f'{shown}: its key is "{message.key}". Name the file {message.key}.yaml, or change the key.')
        if message.key in messages:
            faults.append(f'{shown}: the key "{message.key}" stands in another file too. Give it another one.')
        faults += faults_of(message, shown)
        messages[message.key] = message
    return messages, faults


def _read_playbooks(folder: Path, name: str) -> list[Playbook]:
    playbooks = []
    for path in sorted(folder.glob(f"*/{PLAYBOOK_FILE}")):
        shown = f"{name}/{path.relative_to(folder).as_posix()}"
        playbook = read_document(path, Playbook, shown, skip=("phases",))
        if playbook.key != path.parent.name:
            raise Remedy(f'{shown}: its key is "{playbook.key}". Name the folder {playbook.key}, or change the key.')
        playbooks.append(playbook)
    if not playbooks:
        raise Remedy(f"{name}: there is no playbook. Put one into a folder as {PLAYBOOK_FILE}.")
    return playbooks


def _needed_faults(messages: dict[str, MessageFile], name: str) -> list[str]:
    faults = []
    for key in NEEDED_MESSAGES:
        have = [text.channel for text in texts_of(messages[key])] if key in messages else []
        if any(have.count(channel) < 2 for channel in WRITTEN):
            faults.append(f"{name}/{MESSAGES}/{key}.yaml: it must have sms and email in es and en. Write them.")
    return faults


def _variable_faults(library: Library, given: Collection[str]) -> Iterator[str]:
    for message in library.messages:
        for name, meaning in message.variables.items():
            if name not in given:
                where, is_ = f"{library.name}, message {message.key}", meaning.rstrip(".")
                remedy = "Write it in the company file, under company, variables."
                yield f'{where}: the variable "{name}" ({is_}) has no value. {remedy}'


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise Remedy("\n".join(faults))
