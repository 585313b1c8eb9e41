"""Fills an empty protocol store from a backup, on either kind of database, all or nothing."""

import json
import os
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, Time, func, insert, select, text
from sqlalchemy.types import TypeEngine

from protocol.base import Moment
from protocol.installation import Installation
from protocol.store import Store
from protocol.vault import Vault
from protocol.words import Remedy
from wiring import schema
from wiring.archive import FORMAT, MANIFEST, SECRET, Manifest, get, member
from wiring.backup import CHUNK
from wiring.settings import Settings
from wiring.tables import METADATA

STAMP = Installation.__tablename__


def restore(settings: Settings, file: Path) -> Manifest:
    """Fills an empty store from an archive, all or nothing. Raises Remedy when the two do not fit together."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            manifest = _manifest(archive, file)
            secret = _secret(archive, settings, manifest, file)
            store = Store(settings.database_url)
            try:
                _prepare(store)
                _pour(archive, manifest, store, settings, secret)
            finally:
                store.close()
    except OSError as error:
        raise Remedy(f"{file} cannot be read ({error.strerror or 'it is damaged'}); check its name.") from None
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, ValueError, KeyError) as error:
        if isinstance(error, Remedy):
            raise
        raise Remedy(f"{file} is not a whole backup of Crisis Playbook; use another one.") from None
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


def _secret(archive: tarfile.TarFile, settings: Settings, manifest: Manifest, file: Path) -> bytes | None:
    """The key to put in place; None when it is there already. Raises Remedy when keys or environments differ."""
    if manifest.environment != settings.environment:
        raise Remedy(
            f"{file} belongs to {manifest.environment}, but CRISIS_ENVIRONMENT is {settings.environment}; "
            f"set CRISIS_ENVIRONMENT={manifest.environment}."
        )
    kept = get(archive, SECRET).read() if SECRET in archive.getnames() else None
    standing = settings.home / SECRET
    has = settings.secret_key.encode() or (standing.read_bytes() if standing.exists() else None)
    stamped = json.loads(get(archive, member(Installation.__tablename__)).readline())
    if has is None and kept is None:
        raise Remedy(f"{file} holds no secret key, because it came from CRISIS_SECRET_KEY; set it as it was then.")
    if Vault(has or kept or b"").key_check() != stamped["key_check"]:
        where = "CRISIS_SECRET_KEY" if settings.secret_key else str(standing)
        raise Remedy(f"{where} is not the key that {file} was made with; unset it or move it away, then restore again.")
    return None if has else kept


def _prepare(store: Store) -> None:
    if schema.revision(store) is None:
        schema.migrate(store)
    schema.require_current(store)


def _pour(archive: tarfile.TarFile, manifest: Manifest, store: Store, settings: Settings, secret: bytes | None) -> None:
    key = settings.home / SECRET
    try:
        with store.write() as session:
            connection = session.connection()
            _require_empty(connection)
            connection.execute(Installation.__table__.delete())  # type: ignore[attr-defined]
            for table in METADATA.sorted_tables:
                _read_rows(connection, table, archive, manifest)
            if not store.is_sqlite:
                _set_sequences(connection)
            if secret is not None:
                _put_key(key, secret)
    except BaseException:
        if secret is not None:
            key.unlink(missing_ok=True)
        raise


def _require_empty(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        count = connection.scalar(select(func.count()).select_from(table)) or 0
        # The first start of a store stamps it and tries for the sender's lease; neither is worth keeping.
        if count and table.name not in (Installation.__tablename__, "sender_lease"):
            raise Remedy(
                f"The protocol store is not empty ({count} rows in {table.name}); "
                "restore into a new CRISIS_DATABASE_URL, so that nothing is overwritten."
            )


def _read_rows(connection: Connection, table: Table, archive: tarfile.TarFile, manifest: Manifest) -> None:
    count = 0
    if table.name == "sender_lease":
        return  # whoever held it is not here
    for rows in _chunks(get(archive, member(table.name)), table):
        connection.execute(insert(table), rows)
        count += len(rows)
    if count != manifest.tables[table.name]:
        raise ValueError(table.name)


def _chunks(lines: Any, table: Table) -> Iterator[list[dict[str, Any]]]:
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
}
