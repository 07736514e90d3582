"""What users of the settings do: their steps, in which shares, and the request of each.

Standard library only: the generator of the load imports it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

READ, WRITE, SEARCH = "read", "write", "search"
#: A user waits between these seconds, drawn evenly, before each request.
SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 15.0
MEAN_PAUSE = (SHORTEST_PAUSE + LONGEST_PAUSE) / 2
USERS = 1000
ARRIVALS_A_SECOND = 100
#: The status of a request whose answer did not come.
NO_ANSWER = 0
SETTINGS = "/api/v1/settings"
#: So many pages of locations are looked at, each as often as another.
PAGES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One request: its name in the results, its kind, and the status that is success."""

    name: str
    kind: str
    expected: int = 200


LIST_LOCATIONS = Step("list locations", READ)
SEARCH_LOCATIONS = Step("search locations", SEARCH)
READ_LOCATION = Step("read a location", READ)
CHANGE_LOCATION = Step("change a location", WRITE)
READ_REGISTRATION = Step("read a GST registration", READ)
CHANGE_REGISTRATION = Step("change a GST registration", WRITE)
ADD_LOCATION = Step("add a location", WRITE, 201)
ISSUE_NUMBER = Step("issue a number", WRITE, 201)
READ_RECORD = Step("read another record", READ)
_LISTS = {
    Step("list organizations", READ): "organizations",
    Step("list GST registrations", READ): "gst-registrations",
    Step("list bank accounts", READ): "bank-accounts",
    Step("list financial years", READ): "financial-years",
    Step("list document series", READ): "document-series",
    LIST_LOCATIONS: "locations",
}
#: Not in the mix: who meets somebody else's change reads the record again before the next try.
READ_AGAIN = Step("read again", READ)
_RECORD_READS = (READ_LOCATION, READ_REGISTRATION, READ_RECORD)

Task = tuple[Step, ...]
#: The tasks of one round of a user, shuffled anew for each. Twenty requests: half of them reads,
#: 30 % writes, 20 % searches. Who changes a record has read it in the step before.
MIX: tuple[Task, ...] = (
    (READ_LOCATION, CHANGE_LOCATION),
    (READ_LOCATION, CHANGE_LOCATION),
    (READ_REGISTRATION, CHANGE_REGISTRATION),
    (ADD_LOCATION,),
    (ISSUE_NUMBER,),
    (ISSUE_NUMBER,),
    *((step,) for step in _LISTS),
    (READ_RECORD,),
    *[(SEARCH_LOCATIONS,)] * 4,
)
#: What the baseline can do too.
LOCATION_READS: tuple[Task, ...] = ((LIST_LOCATIONS,), (SEARCH_LOCATIONS,))
ROUNDS = {"mix": MIX, "location reads": LOCATION_READS}


def search_path(words: str) -> str:
    """Where locations are searched for these words."""
    return f"{SETTINGS}/locations?search={quote(words)}"


def tasks(round_of: Sequence[Task], source: random.Random) -> Iterator[Task]:
    """The round's tasks again and again, in another order each time."""
    while True:
        yield from source.sample(round_of, len(round_of))


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is, the organization it works for, and records that it may see there.

    `records` holds paths of single records, `registrations` ids of GST registrations.
    """

    token: str
    organization: int
    registrations: Sequence[int]
    records: Sequence[str]


class Requests:
    """The requests of one user, none like another: each has a number of its own."""

    def __init__(
        self,
        *,
        caller: Caller,
        locations: Sequence[int],
        words: Sequence[str],
        source: random.Random,
        name: str,
    ) -> None:
        self._caller = caller
        self._locations = locations
        self._words = words
        self._source = source
        self._name = name
        self._count = 0
        #: The record that the user has before them: where it is, and the tag it came with.
        self._path = ""
        self._tag = ""

    def of(self, step: Step) -> bytes:
        """The request of this step as it goes over the wire."""
        self._count += 1
        if step in (CHANGE_LOCATION, CHANGE_REGISTRATION):
            return self._written("PATCH", self._path, self._change(step), {"If-Match": self._tag})
        if step == ADD_LOCATION:
            return self._written("POST", f"{SETTINGS}/locations", self._new_location())
        if step == ISSUE_NUMBER:
            path = f"{SETTINGS}/organizations/{self._caller.organization}"
            body = {"purpose": f"{self._name} {self._count}"}
            return self._written("POST", f"{path}/next-document-number/invoice", body)
        if step == READ_AGAIN:
            return self._request("GET", self._path, {})
        path = self._path_read(step)
        if step in _RECORD_READS:
            self._path = path
        return self._request("GET", path, {})

    def take_tag(self, tag: str) -> None:
        """Keep the tag of the record that was read."""
        self._tag = tag

    def _path_read(self, step: Step) -> str:
        choose = self._source.choice
        if step == READ_LOCATION:
            return f"{SETTINGS}/locations/{choose(self._locations)}"
        if step == READ_REGISTRATION:
            return f"{SETTINGS}/gst-registrations/{choose(self._caller.registrations)}"
        if step == READ_RECORD:
            return choose(self._caller.records)
        if step == SEARCH_LOCATIONS:
            return search_path(choose(self._words))
        if step == LIST_LOCATIONS:
            return f"{SETTINGS}/locations?page={self._source.randint(1, PAGES)}"
        return f"{SETTINGS}/{_LISTS[step]}"

    def _change(self, step: Step) -> Mapping[str, Any]:
        field = "address_line2" if step == CHANGE_LOCATION else "address"
        return {field: f"Gate {self._count}, {self._name}"}

    def _new_location(self) -> Mapping[str, Any]:
        """By hand, as its form sends it; that others are alike is known and confirmed."""
        return {
            "code": f"{self._name}-{self._count}",
            "name_en": f"Branch {self._name} {self._count}",
            "kind": "branch",
            "is_sellable": False,
            "address_line1": f"Street {self._count}",
            "city": "Baghdad",
            "country": "IQ",
            "confirm_similar": True,
        }

    def _written(
        self, method: str, path: str, body: Mapping[str, Any], more: Mapping[str, str] | None = None
    ) -> bytes:
        content = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Idempotency-Key": f"{self._name}-{self._count:06d}",
            **(more or {}),
        }
        return self._request(method, path, headers) + content

    def _request(self, method: str, path: str, more: Mapping[str, str]) -> bytes:
        headers = {
            "Host": "127.0.0.1",
            "Accept": "application/json",
            "Authorization": f"Token {self._caller.token}",
            **more,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()
