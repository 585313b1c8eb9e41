"""The Prefect server of `crisis up`: the stock application, on loopback; deletes overwrite, Resume is tried again."""

import sqlite3
from typing import Any

import uvicorn
from prefect.server.api.server import create_app
from sqlalchemy import event
from sqlalchemy.engine import Engine

from flows.persevering import Persevering
from wiring.settings import Settings


def serve(settings: Settings) -> None:
    """Serves the Prefect API and UI until SIGTERM."""
    event.listen(Engine, "connect", _overwrite_deleted)
    uvicorn.run(
        Persevering(create_app()),
        host="127.0.0.1",
        port=settings.prefect_port,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )


def _overwrite_deleted(connection: Any, _record: object) -> None:
    # What is typed into a form is deleted after the decision; without this its bytes would stay in the file.
    driver = getattr(connection, "driver_connection", connection)
    if "sqlite" in type(driver).__module__ or isinstance(driver, sqlite3.Connection):
        cursor = connection.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()
