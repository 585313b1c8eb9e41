"""What there is without a product: one prebuilt body over aiohttp."""

import asyncio

import aiohttp

from bench import samples
from bench.measured import Work

CONNECTIONS = 100


def prepare(port: int, count: int) -> Work:
    """Posts the body many times, over a hundred connections of one session."""
    url, body = f"http://127.0.0.1:{port}{samples.PATH}", samples.sms()
    headers = {"Content-Type": samples.FORM, "Accept": samples.JSON}

    async def all_of_them() -> None:
        left = iter(range(count))
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def worker() -> None:
                for _ in left:
                    async with session.post(url, data=body) as response:
                        await response.read()

            await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))

    return lambda: asyncio.run(all_of_them())
