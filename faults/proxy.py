"""A small TCP proxy of our own: passes, cuts, stalls, swallows and dribbles what goes through it, as it is told.

It stands between the platform and PostgreSQL, or before an outside service. A *torn* link forwards the first
half of a message and is reset. A *hushed* one lets the server do its work and resets in the moment of the
answer: the commit is done and the caller does not know.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

UP, DOWN = "up", "down"
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends RST
MODES = ("pass", "cut", "refuse", "mute", "torn", "hushed", "stall", "hole", "slow")


class Proxy:
    """Listens on a free port and forwards to ``target()``, a port of this machine asked anew each time."""

    def __init__(self, target: Callable[[], int], *, seed: int = 1) -> None:
        self._target, self._dice = target, random.Random(seed)
        self._mode = "pass"
        self._loop = asyncio.new_event_loop()
        self._links: set[_Link] = set()
        self._open = asyncio.Event()
        self.port = 0
        self.struck = 0  # links that a fault really touched
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Proxy:
        ready = threading.Event()
        self._loop.call_soon(self._begin, ready)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        for link in list(self._links):
            link.reset()

    def _begin(self, ready: threading.Event) -> None:
        self._beginning = self._loop.create_task(self._listen(ready))

    async def _listen(self, ready: threading.Event) -> None:
        self._open.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        ready.set()

    def tell(self, mode: str) -> None:
        """From now on this mode; returns when it holds. Leaving ``hole`` resets what was swallowed."""
        assert mode in MODES
        asyncio.run_coroutine_threadsafe(self._tell(mode), self._loop).result(10)

    def reset_all(self) -> None:
        """Every link that stands is reset, as when the machine behind it changes."""
        asyncio.run_coroutine_threadsafe(self._reset_all(), self._loop).result(10)

    async def _tell(self, mode: str) -> None:
        left, self._mode = self._mode, mode
        if mode in ("cut", "mute") or left in ("hole", "mute"):
            await self._reset_all()
        if mode in ("stall", "hole"):
            self._open.clear()
        else:
            self._open.set()

    async def _reset_all(self) -> None:
        for link in list(self._links):
            self.struck += 1
            link.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer)
        self._links.add(link)
        try:
            if self._mode in ("cut", "refuse"):
                self.struck += 1
                return
            if self._mode == "mute":
                self.struck += 1
                await reader.read()  # nothing ever goes on; reset at the end of the mode
                return
            await self._join(link, reader)
        except OSError:
            pass
        finally:
            self._links.discard(link)
            link.reset()

    async def _join(self, link: _Link, reader: asyncio.StreamReader) -> None:
        far, link.far = await asyncio.open_connection("127.0.0.1", self._target())
        ways = [
            self._loop.create_task(self._pump(link, reader, link.far, UP)),
            self._loop.create_task(self._pump(link, far, link.near, DOWN)),
        ]
        _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in left:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        while data := await reader.read(65536):
            keep = await self._fate(way, data)
            if keep is None or len(keep) < len(data):
                self.struck += 1
                if keep:
                    writer.write(keep)
                    await writer.drain()
                return
            writer.write(data)
            await writer.drain()

    async def _fate(self, way: str, data: bytes) -> bytes | None:
        """What of ``data`` goes on; less than all of it ends the link."""
        mode = self._mode
        if mode in ("stall", "hole"):
            self.struck += 1
            await self._open.wait()
            return data if mode == "stall" else None
        if mode == "slow":
            await asyncio.sleep(self._dice.uniform(0.02, 0.3))
        if mode == "torn" and way == UP and self._dice.random() < 0.3:
            return data[: len(data) // 2]
        if mode == "hushed" and way == DOWN and self._dice.random() < 0.4:
            return None
        return data


class _Link:
    """The two ends of one connection."""

    def __init__(self, near: asyncio.StreamWriter) -> None:
        self.near = near
        self.far: asyncio.StreamWriter | None = None

    def reset(self) -> None:
        for end in (self.near, self.far):
            found: socket.socket | None = end.get_extra_info("socket") if end else None
            with suppress(OSError):
                if found is not None:
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            if end is not None:
                end.transport.abort()
