"""The one way out to other systems: time limits, size limits, error classes, a circuit breaker.

Logs name the system, method, host, path, status and duration; never a header, query or body.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
import pybreaker
import stamina
import structlog
from django.core.cache import caches
from redis.exceptions import RedisError

from core.errors import Misconfigured, Retryable

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LARGEST_REPLY = 64 * 1024 * 1024
FAILURES_BEFORE_OPEN = 10
OPEN_SECONDS = 30
CONNECT_SECONDS = 5.0
HTTP_PORTS = {"http": 80, "https": 443}

# The library's own lines show whole addresses, whose queries may name people.
logging.getLogger("httpx2").setLevel(logging.WARNING)


class NoReply(Retryable):
    """The other system did not answer in full: whether it carried the request out is unknown."""


class NotSent(Retryable):
    """The request never reached the other system, so it had no effect there."""


class CircuitOpen(NotSent):
    """The other system failed so often just now that it is left alone for a while."""


class AddressRefused(Misconfigured):
    """An address that a user supplied does not lead to the public internet."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


def resolve_public_address(
    url: str, *, allowed_networks: Sequence[Network] | None = None
) -> list[str]:
    """The IP addresses behind `url`. Raises AddressRefused unless all of them are public.

    Only http and https without a user name are accepted. With `allowed_networks`, even an empty
    list, addresses inside them are accepted too, and plain http leads nowhere but there. Connect
    to what is returned here, so that a second look-up cannot lead elsewhere.
    """
    networks = allowed_networks or ()
    needs_tls = allowed_networks is not None and urlsplit(url).scheme != "https"
    addresses = _resolve(url)
    for address in addresses:
        if _is_inside(address, networks):
            continue
        if not _is_public(address):
            raise AddressRefused("the address does not lead to the public internet")
        if needs_tls:
            raise AddressRefused("only https addresses are called on the public internet")
    return addresses


def _resolve(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        if parts.scheme not in HTTP_PORTS or not parts.hostname:
            raise AddressRefused("only http and https addresses are called")
        if parts.username is not None or parts.password is not None:
            raise AddressRefused("an address must not carry a user name")
        port = parts.port or HTTP_PORTS[parts.scheme]
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise AddressRefused("the address cannot be resolved") from error
    return sorted({str(entry[4][0]) for entry in found})


def _is_inside(address: str, networks: Sequence[Network]) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    return any(ip in network for network in networks)


def assert_public_address(url: str) -> None:
    """Raise AddressRefused unless every address behind `url` is on the public internet."""
    resolve_public_address(url)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return ip.ipv4_mapped is not None and _is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return ip.is_global and not ip.is_multicast


def retry_reads(
    work: Callable[[], Result], *, attempts: int = 3, first_wait: float = 0.3
) -> Result:
    """`work()` again after a Retryable error that says so by `is_worth_repeating`.

    Waits grow exponentially with jitter. For reads only: a write whose outcome is unknown must be
    looked up before it is repeated.
    """
    for attempt in stamina.retry_context(
        on=lambda error: (
            isinstance(error, Retryable) and bool(getattr(error, "is_worth_repeating", True))
        ),
        attempts=attempts,
        timeout=None,
        wait_initial=first_wait,
        wait_max=5.0,
        wait_jitter=first_wait,
    ):
        with attempt:
            return work()
    raise AssertionError("unreachable")


class OutboundClient:
    """Requests to one other system, whose failures trip one circuit breaker for all workers.

    `timeout_seconds` bounds a whole exchange, from connecting to the last byte. Redirects are
    answers, not followed. Safe to share between threads.

    For a client that calls many receivers: `has_breaker` off, no receiver's failures keep others
    from being called; `keeps_connections` off, no connection that was verified for one host is
    used for another behind the same address; `most_content` bytes of an answer are read and the
    rest is dropped (an answer above 64 MiB is refused otherwise).
    """

    def __init__(
        self,
        *,
        name: str,
        timeout_seconds: float,
        max_connections: int = 20,
        has_breaker: bool = True,
        keeps_connections: bool = True,
        most_content: int | None = None,
    ) -> None:
        self.name = name
        self.timeout_seconds = timeout_seconds
        self.most_content = most_content
        self._breaker = _breaker(name) if has_breaker else None
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
            limits=httpx2.Limits(
                max_connections=max_connections,
                max_keepalive_connections=max_connections if keeps_connections else 0,
            ),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the pooled connections."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        is_user_supplied: bool = False,
        allowed_networks: Sequence[Network] | None = None,
    ) -> Reply:
        """One exchange. Any HTTP status is a Reply.

        An address with `is_user_supplied` must be public, or be allowed as
        `resolve_public_address` says, and is called at the very IP address that was checked.
        Raises NotSent, CircuitOpen, NoReply, AddressRefused.
        """
        addresses = (
            resolve_public_address(url, allowed_networks=allowed_networks)
            if is_user_supplied
            else []
        )
        request = self._client.build_request(
            method, url, params=params, headers=dict(headers or {}), content=content
        )
        if addresses:
            _pin(request, addresses[0])
        self._refuse_while_open()
        started = time.monotonic()
        status: int | str = "none"
        try:
            reply = self._exchange(request, started)
            status = reply.status
        except (NoReply, NotSent) as error:
            status = type(error.__cause__ or error).__name__
            self._record(failed=True)
            raise
        finally:
            log.info(
                "outbound_request",
                system=self.name,
                method=method,
                host=urlsplit(url).hostname,
                path=urlsplit(url).path,
                status=status,
                milliseconds=round((time.monotonic() - started) * 1000),
            )
        self._record(failed=reply.status >= 500)
        return reply

    def _exchange(self, request: httpx2.Request, started: float) -> Reply:
        with _connection_ending(request, after=self.timeout_seconds):
            return self._exchange_in_time(request, started)

    def _exchange_in_time(self, request: httpx2.Request, started: float) -> Reply:
        try:
            response = self._client.send(request, stream=True)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotSent(f"{self.name} cannot be reached") from error
        except httpx2.HTTPError as error:
            raise NoReply(f"{self.name} did not answer") from error
        try:
            content = self._read(response, started)
        except httpx2.HTTPError as error:
            raise NoReply(f"{self.name} broke off its answer") from error
        finally:
            response.close()
        names = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status_code, names, content)

    def _read(self, response: httpx2.Response, started: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if self.most_content is not None and size >= self.most_content:
                return b"".join([*parts, part])[: self.most_content]
            if size > LARGEST_REPLY:
                raise NoReply(f"{self.name} answered more than {LARGEST_REPLY} bytes")
            if time.monotonic() - started > self.timeout_seconds:
                raise NoReply(f"{self.name} took too long over its answer")
            parts.append(part)
        return b"".join(parts)

    def _refuse_while_open(self) -> None:
        if self._breaker is None:
            return
        storage = self._breaker._state_storage  # pybreaker offers no other reading of `opened_at`
        if storage.state != pybreaker.STATE_OPEN:
            return
        opened_at = storage.opened_at
        open_for = (datetime.now(UTC) - opened_at).total_seconds() if opened_at else OPEN_SECONDS
        if open_for < OPEN_SECONDS:
            raise CircuitOpen(f"{self.name} keeps failing and is left alone for a moment")

    def _record(self, *, failed: bool) -> None:
        """Tell the breaker afterwards: its own wrapper would let one request run at a time."""
        if self._breaker is None:
            return
        try:
            self._breaker.call(_fail if failed else _succeed)
        except _Failed:
            pass
        except pybreaker.CircuitBreakerError:
            log.warning("circuit_opened", system=self.name)


class _Failed(Exception):
    """Carries a failure into the breaker."""


def _fail() -> None:
    raise _Failed


def _succeed() -> None:
    return None


def _breaker(name: str) -> pybreaker.CircuitBreaker:
    """The breaker of a system: shared through Redis, of this process alone while that is away."""
    storage: pybreaker.CircuitBreakerStorage
    try:
        storage = pybreaker.CircuitRedisStorage(
            pybreaker.STATE_CLOSED,
            caches["counters"].client.get_client(),  # type: ignore[attr-defined]
            namespace=f"outbound:{name}",
        )
    except (RedisError, OSError):
        log.warning("circuit_not_shared", system=name)
        storage = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
    return pybreaker.CircuitBreaker(
        fail_max=FAILURES_BEFORE_OPEN, reset_timeout=OPEN_SECONDS, state_storage=storage, name=name
    )


def _pin(request: httpx2.Request, address: str) -> None:
    """Send the request to `address`, still naming and verifying the host it was meant for."""
    host = request.url.host
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.url = request.url.copy_with(host=address)


@contextlib.contextmanager
def _connection_ending(request: httpx2.Request, *, after: float) -> Iterator[None]:
    """Shut a connection made for this request after so many seconds.

    The library's time limits begin anew with each byte, so headers that drip would take for ever.
    """
    streams: list[Any] = []

    def note(event: str, info: Mapping[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            streams.append(info["return_value"])

    def end() -> None:
        with contextlib.suppress(OSError):
            if streams:
                streams[-1].get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    request.extensions = {**request.extensions, "trace": note}
    timer = threading.Timer(after, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_clients: dict[tuple[object, ...], OutboundClient] = {}
_clients_lock = threading.Lock()


def outbound_client(
    *,
    name: str,
    timeout_seconds: float,
    has_breaker: bool = True,
    keeps_connections: bool = True,
    most_content: int | None = None,
) -> OutboundClient:
    """This process's client for a system; made anew in a forked process."""
    key = (os.getpid(), name, timeout_seconds, has_breaker, keeps_connections, most_content)
    with _clients_lock:
        client = _clients.get(key)
        if client is None:
            client = _clients[key] = OutboundClient(
                name=name,
                timeout_seconds=timeout_seconds,
                has_breaker=has_breaker,
                keeps_connections=keeps_connections,
                most_content=most_content,
            )
        return client
