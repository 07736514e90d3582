"""Which run of Valkey this process speaks with.

A server that kept its data and was restarted comes back with what it last wrote, and knows nothing
of what it missed meanwhile. Its run id tells the two runs apart. No connection outlives a run, so
it is asked for once a connection and costs a request nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from redis.exceptions import NoPermissionError

_RUN_ID = re.compile(r"^run_id:(\w+)", re.MULTILINE)


@dataclass(slots=True)
class ServerRun:
    """The run id that the latest connection found; "" before the first one."""

    id: str = ""


server_run = ServerRun()


def note_server_run(connection: Any) -> None:
    """Set a new connection up and remember the server's run id (redis-py's connect function).

    A server that does not tell its run id counts as one run for ever.
    """
    connection.on_connect()
    connection.send_command("INFO", "server")
    try:
        told = connection.read_response()
    except NoPermissionError:
        return
    text = told.decode() if isinstance(told, bytes) else str(told)
    found = _RUN_ID.search(text)
    server_run.id = found[1] if found else ""
