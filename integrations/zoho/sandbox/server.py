"""The HTTP server of the sandbox, in its own process or inside a test's."""

import contextlib
import logging
import os
import select
import socket
import struct
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from . import accounts_api, control, resources
from .clock import utc_text
from .exchange import Request
from .fault_effects import latency_s, meet_faults
from .journal import fingerprint, without_secrets
from .jsontext import JsonObject
from .replies import Reply, unknown_path
from .world import World

BODY_MAX = 8 * 1024 * 1024
IDLE_TIMEOUT_S = 120
_LOG = logging.getLogger("zoho.sandbox")
_REASONS = BaseHTTPRequestHandler.responses


def answer(world: World, request: Request) -> Reply:
    """Answer a call of the accounts server or of a resource."""
    found = resources.split_prefix(request.path)
    if found is not None:
        return resources.answer(world, request, *found)
    if request.path.startswith("/oauth/"):

        def carry_out(met: list[Any]) -> Reply:
            world.wait(latency_s(met))
            return accounts_api.answer(world, request)

        return meet_faults(world, request, carry_out)
    return unknown_path().reply()


def journal_entry(world: World, request: Request, reply: Reply, in_flight: int) -> JsonObject:
    """Return what the journal keeps of a call; secrets are kept as fingerprints."""
    body = request.shown_body()
    words = request.headers.get("authorization", "").split()
    return {
        "method": request.method,
        "path": request.path,
        "query": without_secrets(request.query),
        "body": without_secrets(body) if isinstance(body, dict) else body,
        "token": fingerprint(words[-1]) if words else "",
        "organization_id": request.query.get("organization_id", ""),
        "status": reply.status,
        "code": reply.code,
        "time": utc_text(world.clock.now()),
        "in_flight": in_flight,
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT_S
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def _serve(self) -> None:
        world = self.server.world
        request = self._read()
        if request is None:
            return
        if request.path == "/" or request.path.startswith(control.PREFIX):
            self._send(control.answer(world, request))
            return
        in_flight = world.journal.enter()
        reply = Reply(500, {"code": 1000, "message": "Internal Error"})
        try:
            reply = answer(world, request)
        except Exception:
            # The caller sees a 500; the cause goes to the log, and the server lives on.
            _LOG.exception("%s %s failed", request.method, request.path)
        finally:
            if reply.hang_s:
                self._hang(world, reply.hang_s)
            world.journal.leave(journal_entry(world, request, reply, in_flight))
        self._send(reply)

    do_GET = _serve  # noqa: N815
    do_POST = _serve  # noqa: N815
    do_PUT = _serve  # noqa: N815
    do_DELETE = _serve  # noqa: N815

    def _hang(self, world: World, seconds: float) -> None:
        """Say nothing for a while; stop early when the caller hangs up or the sandbox stops."""
        waited = 0.0
        while waited < seconds and not world.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.1)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return
            world.wait(0.0 if not readable else 0.1)
            waited += 0.1

    def _read(self) -> Request | None:
        address = urlsplit(self.path)
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_MAX:
            self.close_connection = True
            self._send(Reply(413, {"code": 4, "message": "The body is too large."}))
            return None
        query: dict[str, str] = {}
        for name, value in parse_qsl(address.query, keep_blank_values=True):
            query.setdefault(name, value)
        host = self.headers.get("host") or self.server.address
        return Request(
            method=self.command,
            path=unquote(address.path),
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
            base_url=f"http://{host}",
        )

    def _send(self, reply: Reply) -> None:
        if reply.reset:
            self._reset()
            return
        if reply.hang_s:
            self.close_connection = True
            return
        payload = reply.payload()
        head = [f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, ('',))[0]}"]
        head += [f"date: {formatdate(self.server.world.clock.now(), usegmt=True)}"]
        head += ["server: ZGS-sandbox", f"content-type: {reply.content_type}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        head += [f"content-length: {len(payload)}", "", ""]
        if reply.truncate:
            payload = payload[: len(payload) // 2]
            self.close_connection = True
        self.wfile.write("\r\n".join(head).encode("latin-1", "replace") + payload)

    def _reset(self) -> None:
        """Close with RST, as a broken middlebox does."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.server.connections.discard(self.connection)
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        _LOG.debug(format, *args)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, host: str, port: int, world: World) -> None:
        self.world = world
        self.connections: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    @property
    def address(self) -> str:
        """Host and port as bound."""
        host, port = self.server_address[:2]
        return f"{host if isinstance(host, str) else host.decode()}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        _LOG.debug("connection of %s ended", client_address, exc_info=True)


class SandboxServer:
    """A running sandbox; use as a context manager or with :meth:`start` and :meth:`stop`.

    ``store`` is the SQLite file, or None for memory; ``port`` 0 takes a free one. A limit of 0
    means unlimited.
    """

    def __init__(
        self,
        store: str | Path | None = None,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        seed: int = 1,
        per_minute: int = 100,
        daily: int = 10_000,
    ) -> None:
        limits = {"per_minute": per_minute, "daily": daily}
        self.world = World(Path(store) if store is not None else None, seed, limits)
        self._server = _Server(host, port, self.world)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the accounts server and the API domain, without a trailing slash."""
        return f"http://{self._server.address}"

    def start(self) -> Self:
        """Serve in a thread of this process."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="zoho-sandbox", daemon=True
        )
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve in this thread until :meth:`request_stop`."""
        self._server.serve_forever(0.1)

    def request_stop(self) -> None:
        """Make :meth:`serve_forever` return; safe in a signal handler."""
        self.world.stopping.set()
        threading.Thread(target=self._server.shutdown, daemon=True).start()

    def stop(self) -> None:
        """Close every connection and the store."""
        self.world.stopping.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        for connection in list(self._server.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.world.store.close()

    def control(
        self, method: str, name: str, body: JsonObject | None = None, **query: str
    ) -> JsonObject:
        """Carry out a control call such as ``control("POST", "faults", {...})`` without HTTP.

        Raises ValueError or LookupError for one that makes no sense.
        """
        return control.perform(self.world, method, name, body or {}, query)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
