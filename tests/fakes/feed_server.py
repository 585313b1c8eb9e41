"""A local server of feeds that answers as servers of feeds do, well and badly."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAY = "Tue, 03 Mar 2026 20:{minute:02}:00 GMT"


@dataclass(frozen=True)
class Item:
    """One entry; without `minute` it says no moment."""

    id: str
    title: str
    minute: int | None = 0
    summary: str = ""


@dataclass
class Page:
    """What stands at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    seconds_before_each_piece: float = 0.0
    drips_headers: bool = False  # whether the pieces begin with the headers


@dataclass
class FeedServer:
    """Serves pages by path, and remembers who asked for what."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def address(self, path: str = "/rss") -> str:
        """The whole address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, items: Sequence[Item], path: str = "/rss", etag: str = "", atom: bool = False) -> None:
        """Puts a feed of these entries at a path."""
        self.pages[path] = Page((_atom if atom else _rss)(items), etag=etag)


def _rss(items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<item><guid>{one.id}</guid><title>{one.title}</title><description><![CDATA[{one.summary}]]></description>"
        + (f"<pubDate>{DAY.format(minute=one.minute)}</pubDate>" if one.minute is not None else "")
        + "</item>"
        for one in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'.encode()


def _atom(items: Sequence[Item]) -> bytes:
    entries = "".join(
        f"<entry><id>{one.id}</id><title>{one.title}</title><content type='html'>{one.summary}</content>"
        + (f"<updated>2026-03-03T20:{one.minute:02}:00Z</updated>" if one.minute is not None else "")
        + "</entry>"
        for one in items
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{entries}</feed>'.encode()


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """A server on loopback, as long as the block lasts."""

    class Answering(BaseHTTPRequestHandler):
        _pace = 0.0
        _headers_buffer: list[bytes]

        def do_GET(self) -> None:
            serving.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            page = serving.pages.get(self.path, Page(status=404))
            if page.etag and self.headers.get("If-None-Match") == page.etag:
                page = Page(status=304)
            self.send_response(page.status)
            for name, value in {**page.headers, **({"ETag": page.etag} if page.etag else {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(page.body)))
            self._pace = page.seconds_before_each_piece if page.drips_headers else 0.0
            self.end_headers()
            self._pace = page.seconds_before_each_piece
            self._write(page.body)

        def flush_headers(self) -> None:
            self._write(b"".join(self._headers_buffer))
            self._headers_buffer = []

        def _write(self, said: bytes) -> None:
            if not self._pace:
                self.wfile.write(said)
                return
            with suppress(ConnectionError):  # whoever asked need not wait for the end
                for place in range(len(said)):
                    time.sleep(self._pace)
                    self.wfile.write(said[place : place + 1])

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    serving = FeedServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield serving
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
