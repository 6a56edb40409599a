"""Drives a client of docs/guides/write-a-client.md: says each line of stdin, a JSON string, and prints what it hears."""
import asyncio
import json
import sys

import hub
from websocket import connect

# What the client waits before it comes back is a matter of test/guides/write-a-client.e2e-spec.ts alone.
hub.delay_s = lambda code, reason, failures: 0.01


def tell(event):
    print(json.dumps(event), flush=True)


async def lines():
    reader = asyncio.StreamReader(limit=2**20)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    async for line in reader:
        yield json.loads(line)


async def plain(url):
    async with connect(url) as socket:
        tell({"type": "welcome"})

        async def say():
            async for text in lines():
                socket.send(text)

        saying = asyncio.create_task(say())
        try:
            while True:
                tell({"type": "message", **json.loads(await socket.receive())})
        finally:
            saying.cancel()


async def v1(url):
    client = hub.HubClient(url, ["lobby"])

    async def publish(text):
        try:
            tell({"type": "stored", "content": text, "id": await client.publish("lobby", text)})
        except RuntimeError as error:
            tell({"type": "failed", "content": text, "reason": str(error)})

    async def say():
        tasks = [asyncio.create_task(publish(text)) async for text in lines()]
        await asyncio.gather(*tasks)

    saying = asyncio.create_task(say())
    async for event in client.events():
        tell(event)
    saying.cancel()


asyncio.run({"plain": plain, "v1": v1}[sys.argv[1]](sys.argv[2]))
