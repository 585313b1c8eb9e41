"""Writes the whole protocol store into one archive, which either kind of database can be restored from."""

import io
import json
import os
import tarfile
import tempfile
from datetime import date, time
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, select

from protocol.words import Remedy
from wiring import schema
from wiring.archive import FORMAT, MANIFEST, PASSED_OVER, SECRET, Manifest, member, put
from wiring.tables import METADATA
from wiring.works import Works

CHUNK = 1000


def back_up(works: Works, file: Path) -> Manifest:
    """Writes the archive, readable by its owner only, as of one moment of the store. Raises Remedy when it cannot."""
    if file.exists():
        raise Remedy(f"{file} exists already; name another file, so that no earlier backup is lost.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
            manifest = _fill(archive, works)
        unfinished.rename(file)
    except OSError as error:
        raise Remedy(f"{file} cannot be written ({error.strerror}); name a file in a folder that can.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _fill(archive: tarfile.TarFile, works: Works) -> Manifest:
    manifest = Manifest(
        format=FORMAT,
        revision=schema.revision(works.store) or "",
        environment=works.settings.environment,
        created=works.clock.now().isoformat(),
        tables=_put_tables(archive, works),
    )
    put(archive, MANIFEST, io.BytesIO(manifest.written()))
    key = works.settings.home / SECRET
    if not works.settings.secret_key:
        put(archive, SECRET, io.BytesIO(key.read_bytes()))
    return manifest


def _put_tables(archive: tarfile.TarFile, works: Works) -> dict[str, int]:
    counts: dict[str, int] = {}
    with works.store.engine.connect() as connection:
        if not works.store.is_sqlite:  # every table as of one moment; SQLite reads that way by itself
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        for table in METADATA.sorted_tables:
            if table.name in PASSED_OVER:
                continue
            with tempfile.TemporaryFile() as lines:
                counts[table.name] = _write_rows(connection, table, lines)
                put(archive, member(table.name), lines)
    return counts


def _write_rows(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    count = 0
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=CHUNK)
    for row in connection.execute(query).mappings():
        written = {name: _written(value) for name, value in row.items()}
        lines.write(json.dumps(written, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
