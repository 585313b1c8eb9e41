"""What a backup looks like: a tar of JSON lines, one file per table, with a manifest and the secret key."""

import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO

MANIFEST = "manifest.json"
SECRET = "secret.key"
FORMAT = 1
PASSED_OVER = frozenset({"sender_lease", "index_stamp", "indexed_answer"})
"""Tables that are not kept: who is at work on one machine just now, and an index that is built anew by itself."""


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself; `tables` counts the rows of each."""

    format: int
    revision: str
    environment: str
    created: str
    tables: Mapping[str, int]

    @property
    def rows(self) -> int:
        """How many rows the archive holds."""
        return sum(self.tables.values())

    def written(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=1).encode()


def member(table: str) -> str:
    """The file of a table in the archive."""
    return f"tables/{table}.jsonl"


def put(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    """Adds one file, for its owner only."""
    info = tarfile.TarInfo(name)
    info.size = content.seek(0, os.SEEK_END)
    info.mode = 0o600
    content.seek(0)
    archive.addfile(info, content)


def get(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    """Opens one file. Raises KeyError when there is none."""
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found
