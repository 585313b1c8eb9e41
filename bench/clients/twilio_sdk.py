"""Twilio's own library, with its own connections: one after the other, by threads, and asynchronously."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from bench import samples
from bench.measured import Work

THREADS = 50
AT_ONCE = 100


def sequential(port: int, count: int) -> Work:
    """One after the other."""
    client = _client(port)

    def work() -> None:
        for person in range(count):
            client.messages.create(**_fields(person))

    return work


def threads(port: int, count: int) -> Work:
    """One client that fifty threads use."""
    client = _client(port)

    def work() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda person: client.messages.create(**_fields(person)), range(count)))

    return work


def asynchronous(port: int, count: int) -> Work:
    """The library's asynchronous client, a hundred calls at once."""

    async def all_of_them() -> None:
        async with AsyncTwilioHttpClient() as http:
            client, left = _client(port, http), iter(range(count))

            async def worker() -> None:
                for person in left:
                    await client.messages.create_async(**_fields(person))

            await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

    return lambda: asyncio.run(all_of_them())


def _client(port: int, http: AsyncTwilioHttpClient | None = None) -> Client:
    client = Client(samples.ACCOUNT, samples.TOKEN, http_client=http, environment={"-": ""})
    client.api.base_url = f"http://127.0.0.1:{port}"
    return client


def _fields(person: int) -> dict[str, str]:
    return {
        "to": samples.number(person),
        "body": samples.BODY,
        "messaging_service_sid": samples.SERVICE,
        "status_callback": samples.CALLBACK,
    }
