"""Faults on demand: which call meets which trouble, and how often."""

import re
import threading
from dataclasses import dataclass, field
from typing import Any

from .exchange import Request
from .jsontext import JsonObject
from .key_names import keys

CANNED = keys(
    "token_200_invalid_code token_throttle code57 code14 rate44 rate45 rate1070 500_json "
    "502_html 503_login_page_200 fail_before_commit hang reset_connection"
)
STATE = keys(
    "same_second_burst silent_stock_move revoke_refresh evict_tokens quota_limit scope_remove"
)
PASSING = keys(
    "latency_ms truncate_body bad_json wrong_content_type commit_then_fail ignore_filters "
    "drop_keys mutate_between_pages omit_rows empty_items"
)
KINDS = frozenset((*CANNED, *STATE, *PASSING))
CAPACITY = 1000


class BadFault(ValueError):
    """The fault asked for cannot be understood."""


@dataclass
class Fault:
    """One trouble: ``match`` says which calls meet it, ``action`` what happens to them."""

    number: int
    kind: str
    action: JsonObject
    match: JsonObject
    count: int | None
    path: re.Pattern[str] = field(repr=False)
    query: re.Pattern[str] = field(repr=False)
    seen: int = 0
    fired: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has happened as often as asked."""
        return self.count is not None and self.fired >= self.count

    def meets(self, request: Request) -> bool:
        """Count the call when it matches; tell whether the trouble happens to it."""
        if self.spent or not self._matches(request):
            return False
        self.seen += 1
        nth, every = self.match.get("nth"), self.match.get("every")
        if nth is not None and self.seen != int(nth):
            return False
        if every is not None and self.seen % int(every):
            return False
        self.fired += 1
        return True

    def _matches(self, request: Request) -> bool:
        wanted = self.match
        if wanted.get("method", request.method).upper() != request.method:
            return False
        if wanted.get("org", request.query.get("organization_id")) != request.query.get(
            "organization_id"
        ):
            return False
        if self.kind == "mutate_between_pages":
            after = str(self.action.get("after_page", 1))
            if (request.query.get("page") or "1") != after:
                return False
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        return bool(self.path.search(request.path) and self.query.search(query))

    def shown(self) -> JsonObject:
        """Return it for a person to read."""
        return {
            "id": self.number,
            "match": self.match,
            "action": {"kind": self.kind, **self.action},
            "seen": self.seen,
            "fired": self.fired,
            "spent": self.spent,
        }


class Faults:
    """The faults laid so far, in the order they were laid."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._number = 0

    def lay(self, asked: JsonObject) -> Fault:
        """Lay one fault; ``match.count`` (or ``nth``, once) limits how often. Raises BadFault."""
        match, action = asked.get("match") or {}, asked.get("action")
        if not isinstance(match, dict) or not isinstance(action, dict):
            raise BadFault("match and action are objects")
        kind = str(action.get("kind"))
        if kind not in KINDS:
            raise BadFault(f"kind is one of {', '.join(sorted(KINDS))}")
        try:
            path = re.compile(str(match.get("path_regex", "")))
            query = re.compile(str(match.get("query_regex", "")))
            count = _count(asked, match)
        except (re.error, ValueError) as error:
            raise BadFault(str(error)) from error
        with self._lock:
            if len(self._faults) >= CAPACITY:
                raise BadFault(f"at most {CAPACITY} faults at once")
            self._number += 1
            details = {name: value for name, value in action.items() if name != "kind"}
            fault = Fault(self._number, kind, details, match, count, path, query)
            self._faults.append(fault)
            return fault

    def meet(self, request: Request) -> list[Fault]:
        """Return the troubles that happen to this call."""
        with self._lock:
            return [fault for fault in self._faults if fault.meets(request)]

    def spend(self, fault: Fault) -> None:
        """Mark a fault as happened for good."""
        with self._lock:
            fault.fired += 1
            fault.count = fault.fired

    def shown(self) -> list[JsonObject]:
        """Return every fault for a person to read."""
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def clear(self, number: int | None = None) -> None:
        """Lift one fault, or all."""
        with self._lock:
            self._faults = [
                fault for fault in self._faults if number is not None and fault.number != number
            ]


def _count(asked: JsonObject, match: JsonObject) -> int | None:
    count: Any = match.get("count", asked.get("count"))
    if count is None and "nth" in match:
        return 1
    for name in ("nth", "every"):
        if name in match and int(match[name]) < 1:
            raise ValueError(f"{name} must be at least 1")
    return None if count is None else int(count)
