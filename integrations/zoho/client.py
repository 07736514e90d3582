"""Calling Zoho Inventory and Books: the same path for the real service and the sandbox.

Every answer is classified once, here; whoever calls sees parsed data or a typed error.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from core.http import NoReply, NotSent, Reply, outbound_client, retry_reads
from integrations.zoho.errors import (
    ConnectionUnusable,
    GateClosed,
    MalformedAnswer,
    PermissionMissing,
    RecordGone,
    Refused,
    ZohoTrouble,
)
from integrations.zoho.governor import (
    Governor,
    close_gate,
    note_success,
    refuse_while_closed,
    seconds_until_reset,
)
from integrations.zoho.models import Connection, ConnectionState
from integrations.zoho.oauth import access_token, refuse_unusable, usable_token

log = structlog.get_logger(__name__)

Api = Literal["inventory", "books"]
_BASES: dict[str, str] = {"inventory": "/inventory/v1", "books": "/books/v3"}
#: An address that stayed forbidden with a fresh token does not cost another token for so long.
FORBIDDEN_SECONDS = 600
#: How often one read sits out a short closing of the gate.
GATE_WAITS = 3
_UNAUTHORIZED = 57
_WRONG_ORGANIZATION = {6041, 4029}
_GONE = {5, 1002, 2006}
_INTERNAL_ERROR = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: its JSON with Decimal numbers, and the time Zoho's clock showed."""

    body: dict[str, Any]
    date: datetime

    def rows(self, key: str) -> list[dict[str, Any]]:
        """The list under `key`. Raises MalformedAnswer when there is none."""
        rows = self.body.get(key)
        if not isinstance(rows, list):
            raise MalformedAnswer(f"Zoho's answer has no list {key!r}")
        return [row for row in rows if isinstance(row, dict)]

    def record(self, key: str) -> dict[str, Any]:
        """The object under `key`. Raises MalformedAnswer when there is none."""
        record = self.body.get(key)
        if not isinstance(record, dict):
            raise MalformedAnswer(f"Zoho's answer has no {key!r}")
        return record

    @property
    def page_context(self) -> dict[str, Any]:
        """What Zoho says of the page. Raises MalformedAnswer when a list came without it."""
        return self.record("page_context")

    @property
    def has_more(self) -> bool:
        """Whether there is another page. Raises MalformedAnswer when Zoho does not say."""
        more = self.page_context.get("has_more_page")
        if not isinstance(more, bool):
            raise MalformedAnswer("Zoho does not say whether there are more pages")
        return more


@dataclass(frozen=True, slots=True)
class _Call:
    """One request before it has a token."""

    method: str
    path: str
    api: Api
    params: Mapping[str, str]
    content: bytes | None
    before_sending: Callable[[], None]

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def endpoint(self) -> str:
        """The address without the ids in it."""
        return f"{self.method} {self.api}" + re.sub(r"[0-9]{3,}", "{id}", self.path)


def _no_matter() -> None:
    """Nobody needs to hear that the client is still at work."""


class ZohoClient:
    """Calls in the name of one connection.

    `patience_seconds` is how long a closed gate is waited for; beyond that GateClosed is raised.
    `keep_alive` is called before every attempt and during waits, for the caller's lease.
    """

    def __init__(
        self,
        connection_id: int,
        *,
        patience_seconds: float = 30.0,
        keep_alive: Callable[[], None] = _no_matter,
    ) -> None:
        self.connection_id = connection_id
        self._patience = timedelta(seconds=patience_seconds)
        self._keep_alive = keep_alive
        self._governor = Governor(connection_id)

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, api: Api = "inventory"
    ) -> Answer:
        """Read. Short troubles are retried.

        Raises ZohoTrouble, GateClosed, ConnectionUnusable, PermissionMissing, RecordGone, Refused.
        """
        call = _Call("GET", path, api, params or {}, None, _no_matter)
        for _ in range(GATE_WAITS):
            try:
                return retry_reads(lambda: self._carry_out(call))
            except GateClosed as gate:
                if gate.until - timezone.now() > self._patience:
                    raise
        return retry_reads(lambda: self._carry_out(call))

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        api: Api = "inventory",
        before_sending: Callable[[], None] = _no_matter,
    ) -> Answer:
        """Write, once. `before_sending` is called when everything but the sending is done.

        Raises as `get`; a ZohoTrouble with `is_outcome_unknown` may have been carried out.
        """
        content = encode_json(body or {}).encode()
        return self._carry_out(_Call("POST", path, api, {}, content, before_sending))

    def _carry_out(self, call: _Call) -> Answer:
        """One call with one fresh token at most."""
        reply, token, connection = self._attempt(call, rejected="")
        if _is_unauthorized(reply):
            if self._is_forbidden(call.endpoint):
                raise PermissionMissing(call.endpoint)
            reply, token, connection = self._attempt(call, rejected=token)
            if _is_unauthorized(reply):
                cache.set(self._forbidden_key(call.endpoint), 1, FORBIDDEN_SECONDS)
                raise PermissionMissing(call.endpoint)
        return self._judge(reply, connection)

    def _attempt(self, call: _Call, *, rejected: str) -> tuple[Reply, str, Connection]:
        self._keep_alive()
        self._wait_for_gate(call.is_write)
        with self._governor.turn(is_write=call.is_write, keep_alive=self._keep_alive):
            connection = self._usable_connection(call.is_write)
            token = usable_token(connection, rejected=rejected) or access_token(
                connection_id=self.connection_id, rejected=rejected
            )
            call.before_sending()
            return self._send(connection, token, call), token, connection

    def _wait_for_gate(self, is_write: bool) -> None:
        """A short wait is sat out; a long one is the caller's to plan."""
        try:
            self._usable_connection(is_write)
        except GateClosed as gate:
            if gate.until - timezone.now() > self._patience:
                raise
            while (left := (gate.until - timezone.now()).total_seconds()) > 0:
                self._keep_alive()
                time.sleep(min(left, 5.0) + 0.01)

    def _usable_connection(self, is_write: bool) -> Connection:
        connection = Connection.objects.get(pk=self.connection_id)
        refuse_unusable(connection)
        refuse_while_closed(connection, is_write=is_write)
        return connection

    def _send(self, connection: Connection, token: str, call: _Call) -> Reply:
        client = outbound_client(
            name=f"zoho-{connection.pk}", timeout_seconds=settings.ZOHO_TIMEOUT_SECONDS
        )
        headers = {"authorization": f"Zoho-oauthtoken {token}"}
        if call.content is not None:
            headers["content-type"] = "application/json"
        try:
            return client.send(
                call.method,
                f"{connection.api_url.rstrip('/')}{_BASES[call.api]}{call.path}",
                params={**call.params, "organization_id": connection.zoho_organization_id},
                headers=headers,
                content=call.content,
            )
        except NotSent as error:
            raise ZohoTrouble(str(error), is_outcome_unknown=False) from error
        except NoReply as error:
            raise ZohoTrouble(str(error)) from error

    def _judge(self, reply: Reply, connection: Connection) -> Answer:
        body = _json_of(reply)
        if reply.status == 429:
            code = _code(body) if body is not None else 44
            raise close_gate(
                connection_id=connection.pk,
                code=code,
                reset_seconds=seconds_until_reset(dict(reply.headers)),
            )
        if reply.status >= 500 or body is None:
            raise ZohoTrouble(
                f"Zoho answered {reply.status} with {reply.content_type or 'nothing'}"
            )
        code = _code(body)
        if reply.status < 300 and code == 0:
            note_success(connection, dict(reply.headers))
            return Answer(body, _date(reply))
        raise self._refusal(reply.status, code, str(body.get("message", ""))[:500])

    def _refusal(self, status: int, code: int, text: str) -> Exception:
        if code in _WRONG_ORGANIZATION:
            Connection.objects.filter(pk=self.connection_id).update(
                state=ConnectionState.MISCONFIGURED, last_error=f"Zoho: {text}"
            )
            return ConnectionUnusable(f"the connection's organization is wrong: {text}")
        if status < 300:
            return MalformedAnswer(f"Zoho answered success with code {code}")
        if code == _INTERNAL_ERROR:
            return ZohoTrouble(f"Zoho had an internal error: {text}")
        if code in _GONE and (status == 404 or code != 5):
            return RecordGone(status=status, code=code, text=text)
        return Refused(status=status, code=code, text=text)

    def _forbidden_key(self, endpoint: str) -> str:
        return f"zoho-forbidden:{self.connection_id}:{endpoint.replace(' ', ':')}"

    def _is_forbidden(self, endpoint: str) -> bool:
        return cache.get(self._forbidden_key(endpoint)) is not None


def _is_unauthorized(reply: Reply) -> bool:
    if reply.status != 401:
        return False
    body = _json_of(reply)
    return body is None or _code(body) == _UNAUTHORIZED or "INVALID_OAUTHTOKEN" in str(body)


def _json_of(reply: Reply) -> dict[str, Any] | None:
    """The JSON object of a reply; None for a web page, broken JSON or anything else."""
    if reply.content_type not in ("application/json", "text/json"):
        return None
    try:
        body = json.loads(reply.content, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _code(body: Mapping[str, Any]) -> int:
    """Zoho's own code; -1 when the body has none."""
    code = str(body.get("code", ""))
    return int(code) if code.isdigit() else -1


def _date(reply: Reply) -> datetime:
    try:
        return parsedate_to_datetime(reply.headers.get("date", ""))
    except (TypeError, ValueError):
        return timezone.now()


def encode_json(value: Any) -> str:
    """JSON in which a Decimal is a number with exactly its digits. Raises TypeError for a float."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(name))}:{encode_json(entry)}" for name, entry in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(encode_json(entry) for entry in value) + "]"
    if isinstance(value, float):
        raise TypeError("money and quantities are Decimal")
    return json.dumps(value, ensure_ascii=False)
