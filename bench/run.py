"""One run: every cell in every round, its candidates in a shuffled order, one loaded at a time."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench import overhead, settings_load
from bench.cells import BASELINE, CELLS, TRADEPOST, Addresses, Cell
from bench.emits import BARE, MANY, ONE, Emits, emitting
from bench.histories import WAYS, HistoryWrite, HistoryWrites
from bench.import_child import BY_FILE, ROW_BY_ROW
from bench.imports import CELLS as IMPORT_CELLS
from bench.imports import Imports, ImportTime
from bench.measure import Measurement, measure
from bench.numbers import CANDIDATES as NUMBERINGS
from bench.numbers import CELLS as NUMBER_CELLS
from bench.numbers import Numbers, numbering
from bench.orders import OrderLoad, OrderRun
from bench.same_json import first_difference
from bench.servers import Server
from bench.services import Services
from bench.settings_load import SettingsLoad, SettingsRun
from bench.upserts import Upsert, Upserts

_SEED = 20
_SELL_OUT_SECONDS = 1.0
_EMIT_SHARE = 0.4
_OVERHEAD_SHARE = 0.5
_NUMBERS_SHARE = 0.25


class AnswersDifferError(RuntimeError):
    """Two candidates answer the same question differently: comparing their speed is pointless."""


@dataclass(frozen=True)
class Plan:
    """How long each measurement lasts, how many rounds there are, and which subjects."""

    seconds: float
    pairs: int
    subjects: tuple[str, ...]
    users: int

    @property
    def cells(self) -> list[Cell]:
        """The reading cells among the subjects."""
        return [cell for cell in CELLS if cell.subject in self.subjects]

    @property
    def servers(self) -> list[str]:
        """The servers that these subjects need."""
        names = {f"{who} {cell.mode}" for cell in self.cells for who in cell.candidates}
        if "orders" in self.subjects:
            names |= {f"{TRADEPOST} cached", f"{BASELINE} cached"}
        if "overhead" in self.subjects:
            names |= set(overhead.BOTH)
        if "settings" in self.subjects:
            names |= set(settings_load.SERVERS.values())
        return sorted(names)


@dataclass
class Results:
    """What was measured: by cell and candidate, one entry a round."""

    cells: dict[str, dict[str, list[Measurement]]] = field(default_factory=dict)
    overheads: dict[str, dict[str, list[Measurement]]] = field(default_factory=dict)
    orders: dict[str, list[OrderRun]] = field(default_factory=dict)
    sell_outs: dict[str, list[OrderRun]] = field(default_factory=dict)
    upserts: dict[str, list[Upsert]] = field(default_factory=dict)
    histories: dict[str, dict[bool, list[HistoryWrite]]] = field(default_factory=dict)
    emits: dict[str, list[Emits]] = field(default_factory=dict)
    numbers: dict[str, dict[str, list[Numbers]]] = field(default_factory=dict)
    imports: dict[str, dict[str, list[ImportTime]]] = field(default_factory=dict)
    settings: SettingsRun | None = None


def require_same_json(
    servers: Mapping[str, Server], paths: list[str], headers: Mapping[str, str] | None = None
) -> int:
    """Ask every server every path, cached ones twice; how many answers were compared.

    Raises AnswersDifferError with the first difference.
    """
    names = list(servers)
    compared = 0
    for path in paths:
        expected = _parsed(servers[names[0]], path, headers)
        for name in names:
            for _ in range(2):
                found = first_difference(expected, _parsed(servers[name], path, headers))
                if found:
                    raise AnswersDifferError(f"{path}: {names[0]} and {name} differ at {found}")
                compared += 1
    return compared


def _parsed(server: Server, path: str, headers: Mapping[str, str] | None) -> Any:
    status, body = server.get(path, headers)
    if status != 200:
        raise AnswersDifferError(f"{path}: {server.name} answers {status}: {body[:300]!r}")
    return json.loads(body)


class Run:
    """Carries out a plan on running servers."""

    def __init__(
        self, plan: Plan, servers: Mapping[str, Server], services: Services, asked: Addresses
    ) -> None:
        self._plan = plan
        self._servers = servers
        self._services = services
        self._asked = asked
        self._shuffle = random.Random(_SEED)
        self.results = Results()

    def carry_out(self) -> Results:
        """Measure everything. Raises AnswersRefusedError when a server answers an error."""
        subjects = self._plan.subjects
        orders = OrderLoad(self._services) if "orders" in subjects else None
        core = (
            overhead.Overhead(self._servers, self._services, self._asked.loaded["detail"])
            if "overhead" in subjects
            else None
        )
        for number in range(1, self._plan.pairs + 1):
            _say(f"round {number} of {self._plan.pairs}")
            for cell in self._plan.cells:
                self._measure_cell(cell)
            if core is not None:
                self._measure_overhead(core)
            if orders is not None:
                self._measure_orders(orders, number)
        afterwards = {
            "upsert": self._measure_upserts,
            "history": self._measure_histories,
            "events": self._measure_emits,
            "numbers": self._measure_numbers,
            "imports": self._measure_imports,
            "settings": self._measure_settings,
        }
        for subject, measure_it in afterwards.items():
            if subject in subjects:
                measure_it()
        return self.results

    def _in_any_order(self, candidates: tuple[str, ...]) -> list[str]:
        return self._shuffle.sample(candidates, len(candidates))

    def _measure_cell(self, cell: Cell) -> None:
        paths = self._asked.loaded[cell.subject]
        for candidate in self._in_any_order(cell.candidates):
            measurement = measure(
                candidate,
                self._servers[f"{candidate} {cell.mode}"],
                self._services,
                {"paths": paths},
                seconds=self._plan.seconds * cell.share,
                # A cached cell measures hits: every answer is made before.
                warm_requests=len(paths) if cell.mode == "cached" else 0,
            )
            kept = self.results.cells.setdefault(cell.name, {})
            kept.setdefault(candidate, []).append(measurement)

    def _measure_overhead(self, core: overhead.Overhead) -> None:
        for cell in overhead.CELLS:
            for candidate in self._in_any_order(overhead.BOTH):
                kept = self.results.overheads.setdefault(cell, {}).setdefault(candidate, [])
                kept.append(core.run(cell, candidate, self._plan.seconds * _OVERHEAD_SHARE))

    def _measure_orders(self, orders: OrderLoad, number: int) -> None:
        for candidate in self._in_any_order((BASELINE, TRADEPOST)):
            server = self._servers[f"{candidate} cached"]
            name = f"bench-{candidate}-{number}"
            found = orders.run(candidate, server, seconds=self._plan.seconds, name=name)
            self.results.orders.setdefault(candidate, []).append(found)
            if number == 1:
                sold_out = orders.run(
                    candidate,
                    server,
                    seconds=_SELL_OUT_SECONDS,
                    name=f"{name}-last",
                    sells_out=True,
                )
                self.results.sell_outs.setdefault(candidate, []).append(sold_out)

    def _measure_upserts(self) -> None:
        upserts = Upserts(self._services)
        ways = {"row by row": upserts.run_row_by_row, TRADEPOST: upserts.run_bulk}
        for number in range(1, self._plan.pairs + 1):
            _say(f"upsert {number} of {self._plan.pairs}")
            for way in self._in_any_order(tuple(ways)):
                self.results.upserts.setdefault(way, []).append(ways[way]())

    def _measure_histories(self) -> None:
        writes = HistoryWrites(self._services)
        for number in range(1, self._plan.pairs + 1):
            _say(f"history {number} of {self._plan.pairs}")
            for way in self._shuffle.sample(WAYS, len(WAYS)):
                for has_history in self._shuffle.sample((True, False), 2):
                    kept = self.results.histories.setdefault(way, {})
                    found = writes.run(way, has_history=has_history)
                    kept.setdefault(has_history, []).append(found)

    def _measure_emits(self) -> None:
        with emitting(self._services, self._plan.seconds * _EMIT_SHARE) as run:
            for number in range(1, self._plan.pairs + 1):
                _say(f"events {number} of {self._plan.pairs}")
                for candidate in self._in_any_order((BARE, ONE, MANY)):
                    kept = self.results.emits.setdefault(candidate, [])
                    kept.append(run.run(candidate))

    def _measure_numbers(self) -> None:
        with numbering(self._services, self._plan.seconds * _NUMBERS_SHARE) as run:
            for number in range(1, self._plan.pairs + 1):
                _say(f"numbers {number} of {self._plan.pairs}")
                for cell in NUMBER_CELLS:
                    for candidate in self._in_any_order(NUMBERINGS):
                        kept = self.results.numbers.setdefault(cell, {}).setdefault(candidate, [])
                        kept.append(run.run(cell, candidate))

    def _measure_imports(self) -> None:
        imports = Imports()
        for number in range(1, self._plan.pairs + 1):
            for cell in IMPORT_CELLS:
                if cell.is_once and number > 1:
                    continue
                _say(f"{cell.name}, {number} of {1 if cell.is_once else self._plan.pairs}")
                kept = self.results.imports.setdefault(cell.name, {ROW_BY_ROW: [], BY_FILE: []})
                for way in self._in_any_order((ROW_BY_ROW, BY_FILE)):
                    kept[way].append(imports.run(cell, way))

    def _measure_settings(self) -> None:
        """Last: its rows are in nobody's way."""
        _say("making what the settings hold")
        load = SettingsLoad(self._servers, self._services, self._plan.users)
        require_same_json(load.servers, load.compared, load.headers)
        _say(f"settings, {self._plan.users} users")
        self.results.settings = load.run(self._plan.seconds * settings_load.SHARE)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)
