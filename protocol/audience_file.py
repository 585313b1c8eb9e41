"""An audience file: up to a hundred thousand people as a CSV, read in a stream, every fault told by its line."""

import csv
import json
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from protocol.addresses import read_address, read_phone
from protocol.company_parts import KEY, ZONES
from protocol.vault import Vault
from protocol.words import Channel, Language, Remedy

MOST = 100_000
SHOWN = 50  # faults that are told one by one
AT_ONCE = 2000  # people written by one set of statements
HEADINGS = {
    "key": ("key", "clave"),
    "name": ("name", "nombre"),
    "language": ("language", "idioma"),
    "time_zone": ("time zone", "timezone", "zona horaria"),
    "sms": ("sms", "mobile", "movil"),
    "email": ("email", "e mail", "correo", "correo electronico"),
    "voice": ("voice", "voz"),
}
REACHED = (Channel.EMAIL, Channel.SMS, Channel.VOICE)  # without a key, the first of them tells who a person is
_REMEDIES = {
    Channel.EMAIL: "this is no e-mail address; correct it",
    Channel.SMS: "this is no phone number; write it with its country, like +34 600 000 001",
    Channel.VOICE: "this is no phone number; write it with its country, like +34 600 000 001",
}
_read_phone = lru_cache(maxsize=4)(read_phone)  # the number that is called is often the one that is texted
Part = tuple[list[list[Any]], list[list[Any]]]  # people: key, name, language, zone, place; contacts: key, channel, ...


@dataclass(frozen=True)
class Given:
    """What holds for lines that do not say it themselves."""

    language: Language | None = None
    time_zone: str | None = None


@dataclass
class AudiencePeople:
    """The people of a file that is well, packed: their contacts are sealed already."""

    keys: list[str] = field(default_factory=list)
    _packed: list[bytes] = field(default_factory=list)

    def parts(self) -> Iterator[Part]:
        """Some people at a time, in the order of the file."""
        for packed in self._packed:
            people, contacts = json.loads(zlib.decompress(packed))
            yield people, contacts

    def pack(self, part: Part) -> None:
        """Adds people."""
        self.keys += [person[0] for person in part[0]]
        self._packed.append(zlib.compress(json.dumps(part).encode(), 1))


def read_audience(
    path: Path, audience: str, vault: Vault, given: Given, told: Callable[[int], None] = lambda _: None
) -> AudiencePeople:
    """The people in the file. `told` is given how many lines are read. Raises Remedy with a sentence per fault."""
    reading = _Reading(audience, vault, given)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            dialect = _dialect(file.readline())
            file.seek(0)
            reading.read(csv.reader(file, dialect, strict=True), str(path), told)
    except FileNotFoundError:
        raise Remedy(f"{path}: there is no such file; check its name.") from None
    except UnicodeDecodeError:
        raise Remedy(f"{path}: this is not UTF-8 text; save it as CSV UTF-8.") from None
    except csv.Error as error:
        raise Remedy(f"{path}: this is not CSV ({error}); save it as CSV again.") from None
    if reading.faults:
        raise Remedy(_told(str(path), reading.faults, reading.number_of_faults))
    if not reading.people.keys:
        raise Remedy(f"{path}: nobody stands in it; write one line for each person below the headings.")
    return reading.people


class _Reading:
    """One pass over a file."""

    def __init__(self, audience: str, vault: Vault, given: Given) -> None:
        self.people = AudiencePeople()
        self.faults: list[str] = []
        self.number_of_faults = 0
        self._audience, self._given = audience, given
        self._lines: dict[str, int] = {}
        self._part: Part = ([], [])
        self._fingerprint = lru_cache(maxsize=4)(vault.fingerprint)
        self._seal = lru_cache(maxsize=4)(vault.seal)

    def read(self, rows: Any, shown: str, told: Callable[[int], None]) -> None:
        columns = _columns(next(rows, []), shown, self._given)
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            if len(self._lines) >= MOST:
                raise Remedy(f"{shown}: it holds more than {MOST:,} people; split it into several audiences.")
            self._take(rows.line_num, columns, cells)
            if len(self._part[0]) == AT_ONCE:
                self._pack()
                told(rows.line_num)
        self._pack()
        told(rows.line_num)

    def _take(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        if len(cells) > len(columns):
            self._fault(line, "there are more cells than headings; quote what holds a comma")
            return
        values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
        before = self.number_of_faults
        language, zone = self._language(line, values), self._zone(line, values)
        if not values.get("name"):
            self._fault(line, "the name is empty; write it")
        elif not values["name"].isprintable():
            self._fault(line, "the name holds characters that cannot be printed; remove them")
        contacts = self._contacts(line, values)
        key = self._key(line, values, contacts)
        if self.number_of_faults > before:
            return
        people, reached = self._part
        people.append([key, values["name"], language, zone, len(self._lines)])
        reached += [[key, channel, self._seal(value), print_] for channel, value, print_ in contacts]

    def _language(self, line: int, values: Mapping[str, str]) -> str:
        said = re.split("[-_]", values.get("language", "").lower())[0] or str(self._given.language or "")
        if said not in list(Language):
            self._fault(line, f"the language is not known; use one of: {', '.join(Language)}")
        return said

    def _zone(self, line: int, values: Mapping[str, str]) -> str:
        said = values.get("time_zone") or self._given.time_zone or ""
        if said not in ZONES:
            self._fault(line, "the time zone is not known; write it like Europe/Madrid")
        return said

    def _contacts(self, line: int, values: Mapping[str, str]) -> list[tuple[Channel, str, str]]:
        found = []
        for channel in REACHED:
            written = values.get(channel)
            if not written:
                continue
            try:
                value = read_address(written) if channel is Channel.EMAIL else _read_phone(written)
            except ValueError:  # its text repeats the value
                self._fault(line, f"{channel}: {_REMEDIES[channel]}")
                continue
            found.append((channel, value, self._fingerprint(value)))
        if not any(values.get(channel) for channel in REACHED):
            self._fault(line, "no way to reach this person; give an e-mail address or a number")
        return found

    def _key(self, line: int, values: Mapping[str, str], contacts: Sequence[tuple[Channel, str, str]]) -> str:
        own = values.get("key", "").lower().removeprefix(f"{self._audience}.")
        if own and (not KEY.fullmatch(own) or len(own) > 30):
            self._fault(line, "the key is made of letters, digits, dots and hyphens, 30 at the most; correct it")
        if not own and not contacts:
            return ""
        key = f"{self._audience}.{own or contacts[0][2][:12]}"
        if key in self._lines:
            self._fault(line, f"this is the person of line {self._lines[key]} again; keep one, or give each a key")
        self._lines.setdefault(key, line)
        return key

    def _fault(self, line: int, sentence: str) -> None:
        self.number_of_faults += 1
        if len(self.faults) < SHOWN:
            self.faults.append(f"line {line}: {sentence}.")

    def _pack(self) -> None:
        if self._part[0]:
            self.people.pack(self._part)
        self._part = ([], [])


def _dialect(headings: str) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = max(",;\t", key=headings.count)

    return Found


def _columns(headings: Sequence[str], shown: str, given: Given) -> list[str]:
    known = {spelled: column for column, spellings in HEADINGS.items() for spelled in spellings}
    columns = []
    for heading in headings:
        column = known.get(_plain(heading))
        if column is None or column in columns:
            what = "is not known" if column is None else "stands twice"
            raise Remedy(f'{shown}: the heading "{heading.strip()}" {what}; use each once: {", ".join(HEADINGS)}.')
        columns.append(column)
    needed = ["name", *(["language"] if given.language is None else [])]
    needed += ["time_zone"] if given.time_zone is None else []
    missing = next((column for column in needed if column not in columns), None)
    if missing is not None:
        option = "" if missing == "name" else f", or give --{missing.replace('_', '-')} for all lines"
        raise Remedy(f'{shown}: there is no heading "{missing}"; add it{option}.')
    if not any(channel in columns for channel in REACHED):
        raise Remedy(f"{shown}: there is no heading for a way to reach people; add one of: email, sms, voice.")
    return columns


def _plain(heading: str) -> str:
    letters = unicodedata.normalize("NFD", heading.strip().casefold())
    return re.sub(r"[\s_-]+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _told(shown: str, faults: Sequence[str], number: int) -> str:
    lines = [f"{shown}, {fault}" for fault in faults]
    if number > len(faults):
        lines.append(f"{shown}: {number:,} faults in all, the first {len(faults)} are shown. Nothing was written.")
    return "\n".join(lines)
