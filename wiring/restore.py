"""Fills an empty protocol store from a backup, on either kind of database, all or nothing."""

import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Table, Time, func, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeEngine

from protocol.base import Moment
from protocol.installation import Installation
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy
from wiring import schema
from wiring.archive import FORMAT, MANIFEST, PASSED_OVER, SECRET, Manifest, get, member
from wiring.backup import CHUNK
from wiring.settings import Settings
from wiring.tables import METADATA

STAMP = Installation.__tablename__


def restore(settings: Settings, file: Path) -> Manifest:
    """Fills an empty store from an archive. Raises Remedy, with nothing changed, when the two do not fit together."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            manifest = _manifest(archive, file)
            _same_environment(manifest, settings, file)
            secret = _secret(archive, settings, file)
            _fill(archive, manifest, settings, secret)
    except Remedy:
        raise
    except (tarfile.TarError, EOFError, zlib.error, ValueError, KeyError):
        raise Remedy(f"{file} is not a whole backup of Crisis Playbook; use another one.") from None
    except OSError as error:
        raise Remedy(f"{file} cannot be read ({error.strerror or 'it is no archive'}); use another one.") from None
    except OperationalError:
        raise Remedy("The protocol store cannot be reached; check CRISIS_DATABASE_URL and its server.") from None
    return manifest


def _manifest(archive: tarfile.TarFile, file: Path) -> Manifest:
    said = json.load(get(archive, MANIFEST))
    if said["format"] != FORMAT:
        raise Remedy(
            f"{file} has the format {said['format']}, which this program does not know; install the newer one."
        )
    manifest = Manifest(**said)
    head = schema.head()
    if manifest.revision != head:
        raise Remedy(
            f"{file} is of release {manifest.revision}, this program needs {head}; "
            "restore it with the program that wrote it, then run `crisis migrate` with this one."
        )
    return manifest


def _same_environment(manifest: Manifest, settings: Settings, file: Path) -> None:
    if manifest.environment != settings.environment:
        raise Remedy(
            f"{file} belongs to {manifest.environment}, but CRISIS_ENVIRONMENT is {settings.environment}; "
            f"set CRISIS_ENVIRONMENT={manifest.environment}."
        )


def _secret(archive: tarfile.TarFile, settings: Settings, file: Path) -> bytes | None:
    """The key to put in place; None when the right one is there already."""
    kept = get(archive, SECRET).read() if SECRET in archive.getnames() else None
    standing = settings.home / SECRET
    has = settings.secret_key.encode() or (standing.read_bytes() if standing.exists() else None)
    if has is None and kept is None:
        raise Remedy(f"{file} holds no secret key, because it came from CRISIS_SECRET_KEY; set it as it was then.")
    stamp = json.loads(get(archive, member(STAMP)).readline())
    if Vault(has or kept or b"").key_check() != stamp["key_check"]:
        where = "CRISIS_SECRET_KEY" if settings.secret_key else str(standing)
        raise Remedy(f"{where} is not the key that {file} was made with; unset it or move it away, then restore again.")
    return None if has else kept


def _fill(archive: tarfile.TarFile, manifest: Manifest, settings: Settings, secret: bytes | None) -> None:
    store = Store(settings.database_url)
    try:
        if schema.revision(store) is None:
            schema.migrate(store)
        schema.require_current(store)
        with store.write() as session:
            _pour(archive, manifest, session.connection(), is_sqlite=store.is_sqlite)
            if secret is not None:
                _put_key(settings.home / SECRET, secret)
    finally:
        store.close()


def _pour(archive: tarfile.TarFile, manifest: Manifest, connection: Connection, *, is_sqlite: bool) -> None:
    _require_empty(connection)
    connection.execute(METADATA.tables[STAMP].delete())
    for table in METADATA.sorted_tables:
        if table.name not in PASSED_OVER:
            _read_rows(connection, table, archive, manifest)
    if not is_sqlite:
        _set_sequences(connection)


def _require_empty(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        count = connection.scalar(select(func.count()).select_from(table)) or 0
        # The first start of a store stamps it, which is no reason to keep it.
        if count and table.name not in PASSED_OVER | {STAMP}:
            raise Remedy(
                f"The protocol store is not empty ({count} rows in {table.name}); "
                "restore into a new CRISIS_DATABASE_URL, so that nothing is overwritten."
            )


def _read_rows(connection: Connection, table: Table, archive: tarfile.TarFile, manifest: Manifest) -> None:
    count = 0
    for rows in _chunks(get(archive, member(table.name)), table):
        connection.execute(insert(table), rows)
        count += len(rows)
    if count != manifest.tables[table.name]:
        raise ValueError(table.name)


def _chunks(lines: Iterable[bytes], table: Table) -> Iterator[list[dict[str, Any]]]:
    readers = {column.name: _reader(column.type) for column in table.columns}
    chunk: list[dict[str, Any]] = []
    for line in lines:
        said = json.loads(line)
        chunk.append({name: readers[name](value) for name, value in said.items()})
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    read = next((read for known, read in _READERS.items() if isinstance(kind, known)), None)
    return lambda value: value if value is None or read is None else read(value)


def _set_sequences(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = connection.scalar(select(func.max(column)))
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :value, :used)"),
                {"table": table.name, "column": column.name, "value": highest or 1, "used": highest is not None},
            )


def _put_key(key: Path, secret: bytes) -> None:
    key.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(secret)


_READERS: dict[type[TypeEngine[Any]], Callable[[str], Any]] = {
    Moment: datetime.fromisoformat,
    Time: time.fromisoformat,
    DateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
}
