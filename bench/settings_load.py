"""A thousand users of the settings: what they wait for, and whether the numbers they drew add up.

The first load is the whole of what they do. The second and the third are its lists and searches of
locations alone, on this project and on the baseline, which can do no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.cells import BASELINE, TRADEPOST
from bench.crowds import CrowdRun, run_crowd
from bench.pool_watch import PoolUse, deadlocks, watching
from bench.servers import Server
from bench.services import Services
from bench.settings_rows import WORDS, SettingsRows, make_rows
from bench.steps import ISSUE_NUMBER, NO_ANSWER, PAGES, SETTINGS, search_path

SERVERS = {TRADEPOST: "tradepost settings", BASELINE: "baseline uncached"}
#: How many times as long as other measurements these take.
SHARE = 5.0
_NUMBERS = """
SELECT s.first_number, s.last_number, count(i.id), count(DISTINCT i.number),
    count(DISTINCT i.text), min(i.number), max(i.number)
FROM organizations_documentseries s LEFT JOIN organizations_issuednumber i ON i.series_id = s.id
WHERE s.document_type = 'invoice' GROUP BY s.id
"""


@dataclass(frozen=True, slots=True)
class SeriesBooks:
    """One series as the database has it: what it counts from and to, the rows of its ledger, the
    different numbers and printed texts in them, the least and the largest (None without any)."""

    first: int
    last: int
    rows: int
    numbers: int
    texts: int
    least: int | None
    largest: int | None

    @property
    def missing(self) -> int:
        """Numbers that were counted but are not in the ledger, or are outside the count."""
        if not self.rows:
            return self.last - self.first + 1
        assert self.least is not None
        assert self.largest is not None
        outside = abs(self.least - self.first) + abs(self.largest - self.last)
        return max(0, self.last - self.first + 1 - self.numbers) + outside

    @property
    def double(self) -> int:
        """Rows whose number, or whose printed text, another row has too."""
        return max(self.rows - self.numbers, self.rows - self.texts)


@dataclass(frozen=True, slots=True)
class NumberBooks:
    """All series together, beside the numbers that users were told; `untold` are requests whose
    answer did not come, which may have drawn one."""

    told: int
    untold: int
    noted: int
    missing: int
    double: int

    @property
    def holds(self) -> bool:
        """Whether each number told is in the ledger once and none is left out."""
        is_told = 0 < self.told <= self.noted <= self.told + self.untold
        return is_told and not self.missing and not self.double


def number_books(series: list[SeriesBooks], *, told: int, untold: int) -> NumberBooks:
    """What the series come to, and what users were told."""
    return NumberBooks(
        told=told,
        untold=untold,
        noted=sum(one.rows for one in series),
        missing=sum(one.missing for one in series),
        double=sum(one.double for one in series),
    )


@dataclass(frozen=True)
class SettingsRun:
    """The three loads, and what the first of them did to the database."""

    mix: CrowdRun
    reads: dict[str, CrowdRun]
    pool: PoolUse
    deadlocks: int
    books: NumberBooks


class SettingsLoad:
    """The rows, and the loads on them."""

    def __init__(self, servers: Mapping[str, Server], services: Services, users: int) -> None:
        self._servers = {candidate: servers[name] for candidate, name in SERVERS.items()}
        self._services = services
        self._users = users
        self._rows: SettingsRows = make_rows(services)

    @property
    def compared(self) -> list[str]:
        """Paths that both candidates must answer alike."""
        pages = [f"{SETTINGS}/locations?page={page}" for page in (1, 2, PAGES)]
        return [f"{SETTINGS}/locations", *pages, *(search_path(word) for word in WORDS)]

    @property
    def headers(self) -> dict[str, str]:
        """Of one of the callers."""
        return {"Authorization": f"Token {self._rows.callers[0].token}"}

    @property
    def servers(self) -> Mapping[str, Server]:
        """The servers of the candidates."""
        return self._servers

    def run(self, seconds: float) -> SettingsRun:
        """Carry out the loads, one after the other, each measured for so long."""
        reads = {
            candidate: self._load(candidate, "location reads", seconds) for candidate in SERVERS
        }
        ours = self._servers[TRADEPOST]
        assert ours.metrics is not None
        with self._services.connect() as connection:
            before = deadlocks(connection)
            with watching(self._services, ours.metrics) as pool:
                mix = self._load(TRADEPOST, "mix", seconds)
            books = number_books(
                [SeriesBooks(*row) for row in connection.execute(_NUMBERS)],
                told=mix.answers(ISSUE_NUMBER.name, 201),
                untold=mix.answers(ISSUE_NUMBER.name, NO_ANSWER),
            )
            return SettingsRun(mix, reads, pool, deadlocks(connection) - before, books)

    def _load(self, candidate: str, round_name: str, seconds: float) -> CrowdRun:
        load: dict[str, Any] = {**self._rows.as_plan(), "round": round_name}
        return run_crowd(
            candidate,
            self._servers[candidate],
            self._services,
            load,
            users=self._users,
            seconds=seconds,
            name="load-" + round_name.replace(" ", "-"),
        )
