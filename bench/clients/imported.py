"""A workbook taken into the store by the command that people type."""

import os
import resource
import time
from typing import Any

import psutil

from app.cli import run
from bench import people
from bench.measured import Work


def prepare(file: str, home: str, url: str) -> Work:
    """`crisis protocol import FILE`; its seconds are those of the whole process, as for who waits for the command."""
    for name in [name for name in os.environ if name.startswith("CRISIS_")]:
        del os.environ[name]
    os.environ |= {"CRISIS_HOME": home, "CRISIS_DATABASE_URL": url, "CRISIS_SECRET_KEY": people.SECRET}
    os.environ["CRISIS_CONTACT_KEY"] = "a key of the bench"  # sealed, as contacts should be

    def work() -> dict[str, Any]:
        if run(["protocol", "import", file]):
            raise RuntimeError("The import did not succeed.")
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {"seconds": time.time() - psutil.Process().create_time(), "cpu_s": used.ru_utime + used.ru_stime}

    return work
