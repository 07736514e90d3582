"""Real processes on a committed database: started from a module, forked, counted when killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from core.events.registry import declare_event_type
from core.events.schemas import object_schema

ROOT = Path(__file__).resolve().parents[2]
STREAM_TYPE = "thing"
EVENT_TYPE = "thing.happened"


def database_url(name: str) -> str:
    """The address of the database `name` on the server that this test run uses."""
    given = urlsplit(os.environ.get("DATABASE_URL", "postgresql:///tradepost"))
    return urlunsplit(given._replace(path=f"/{name}"))


def run_module(
    module: str, *arguments: object, database: str, seconds: float, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python -m module arguments` on that database to its end, whatever that is.

    `given` is its standard input.
    """
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(database)},
        input=given,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def declare_thing() -> None:
    """Declare the type `thing.happened`, which only processes of tests emit."""
    declare_event_type(
        EVENT_TYPE,
        meaning="A thing happened.",
        fields={"number": "which"},
        schema=object_schema({"number": {"type": "integer"}}),
    )
