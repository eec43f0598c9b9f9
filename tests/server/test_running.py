"""How a process of the server serves."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

from sync.server.api.running import bound


def test_an_answer_leaves_at_once() -> None:
    """Else its body waits until its head was acknowledged, which the other side does late."""

    async def accepted() -> int:
        said: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            open_way = writer.get_extra_info("socket")
            said.set_result(open_way.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with closing(bound("127.0.0.1", 0)) as listening:
            async with await asyncio.start_server(came, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                writer.close()
                return await said

    assert asyncio.run(accepted())
