"""The ceiling: how much the stub itself takes, by `wrk` where it is installed, else by raw sockets."""

import asyncio
import resource
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench import samples
from bench.measured import Work, peak_mb
from bench.posting import post_all, request

CONNECTIONS = 100
LOOK = 0.05  # seconds between two looks at the memory of a process that will be gone


def wrk(port: int, people: int, seconds: int, folder: str) -> Work:
    """`wrk` on one thread; `people` are in each request. The figures are those of its process."""
    path, media, body = _kind(people)
    words, script = Path(folder) / "body", Path(folder) / "post.lua"
    words.write_bytes(body)
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = io.open("{words}", "rb"):read("*a")\n'
        f'wrk.headers["Content-Type"] = "{media}"\n'
    )
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    return lambda: _watched(command)


def raw_sockets(port: int, people: int, count: int) -> Work:
    """Prebuilt requests from one loop of asyncio."""
    path, media, body = _kind(people)
    posts = [request(path, media, body)] * count

    def work() -> None:
        asyncio.run(post_all(port, posts, CONNECTIONS))

    return work


def _watched(command: list[str]) -> dict[str, Any]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        with suppress(StopIteration, FileNotFoundError):  # it ends meanwhile
            peak = peak_mb(process.pid)
        time.sleep(LOOK)
    if process.returncode:
        raise RuntimeError(f"wrk ended with {process.returncode}.")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"rss_mb": peak, "cpu_s": used.ru_utime + used.ru_stime}


def _kind(people: int) -> tuple[str, str, bytes]:
    if people == 1:
        return samples.PATH, samples.FORM, samples.sms()
    return "/v3/mail/send", samples.JSON, samples.mail(people)
