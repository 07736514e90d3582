"""``python -m integrations.zoho.sandbox``: serve until SIGTERM or SIGINT."""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

from .server import SandboxServer

_PR_SET_PDEATHSIG = 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m integrations.zoho.sandbox")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--store", type=Path, help="SQLite file; memory when left out")
    parser.add_argument("--announce-file", type=Path, help="gets the address once it answers")
    parser.add_argument("--die-with-parent", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-minute", type=int, default=100, help="0 is unlimited")
    parser.add_argument("--daily", type=int, default=10_000, help="0 is unlimited")
    return parser.parse_args()


def _die_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent dies; elsewhere this does nothing."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit("the parent is gone already")


def _announce(path: Path, url: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_text(url, encoding="utf-8")
    draft.replace(path)


def main() -> None:
    """Run the sandbox as the command line says."""
    arguments = _arguments()
    if arguments.die_with_parent:
        _die_with_parent()
    try:
        sandbox = SandboxServer(
            arguments.store,
            arguments.port,
            host=arguments.host,
            seed=arguments.seed,
            per_minute=arguments.per_minute,
            daily=arguments.daily,
        )
    except OSError as error:
        address = f"{arguments.host}:{arguments.port}"
        raise SystemExit(f"zoho sandbox: cannot serve at {address}: {error}") from None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sandbox.request_stop())
    sys.stdout.write(f"zoho sandbox listening on {sandbox.url}\n")
    sys.stdout.flush()
    if arguments.announce_file is not None:
        _announce(arguments.announce_file, sandbox.url)
    sandbox.serve_forever()
    sandbox.stop()


if __name__ == "__main__":
    main()
