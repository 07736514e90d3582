"""One sandbox: its records, clock, switches, limits, tokens, faults and journal."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from .accounts import Accounts
from .clock import VirtualClock, stamp, zone
from .faults import Faults
from .identifiers import Identifiers
from .journal import Journal
from .jsontext import JsonObject
from .limits import Limits
from .seed import plant
from .store import Store, Table
from .switches import Switches


@dataclass(frozen=True)
class Organization:
    """One company's records, seen through its own time zone."""

    world: "World"
    record: JsonObject
    zone: tzinfo = field(compare=False)

    @property
    def id(self) -> str:
        """The organization_id."""
        return str(self.record["organization_id"])

    def table(self, kind: str) -> Table:
        """Return the live records of one kind."""
        return self.world.store.table(self.id, kind)

    def save(self, kind: str, record_id: str, record: JsonObject) -> None:
        """Keep a record; call inside a transaction."""
        self.world.store.save(self.id, kind, record_id, record)

    def stamp(self, seconds: float) -> str:
        """Write a moment in the organization's time zone."""
        return stamp(seconds, self.zone)

    def day_text(self, seconds: float) -> str:
        """Write a day as ``09 Jun 2026`` in the organization's time zone."""
        return datetime.fromtimestamp(int(seconds), self.zone).strftime("%d %b %Y")

    def day(self, seconds: float) -> str:
        """Write a day as ``2026-06-09`` in the organization's time zone."""
        return datetime.fromtimestamp(int(seconds), self.zone).date().isoformat()

    def now(self) -> int:
        """Return the virtual time in whole seconds."""
        return int(self.world.clock.now())

    def new_id(self) -> str:
        """Return an unused id; call inside a transaction."""
        return self.world.identifiers.next()

    def currency(self, currency_id: str) -> JsonObject:
        """Return one currency. Raises KeyError."""
        return self.table("currencies")[currency_id]

    @property
    def base_currency(self) -> JsonObject:
        """The currency the books are kept in."""
        return self.currency(self.record["currency_id"])

    def locations(self) -> Iterable[JsonObject]:
        """Return the places that hold stock, the primary one first."""
        return self.table("locations").values()

    @property
    def primary_location_id(self) -> str:
        """The place that serves when none is named."""
        return next(iter(self.table("locations")))


class World:
    """Everything behind one sandbox address."""

    def __init__(self, store: Path | None, seed: int, limits: dict[str, int]) -> None:
        self.clock = VirtualClock()
        self.switches = Switches(limits)
        self.store = Store(store)
        self.identifiers = Identifiers(self.store)
        self.journal = Journal()
        self.faults = Faults()
        self.limits = Limits(self.clock, self.switches)
        self.accounts = Accounts(self.store, self.clock, self.switches)
        self.ties = 0
        self.stopping = threading.Event()
        with self.store.transaction():
            if not self.organization_ids():
                plant(self, seed)

    def wait(self, seconds: float) -> None:
        """Let real time pass, or until the sandbox stops."""
        if seconds > 0:
            self.stopping.wait(seconds)

    def organization_ids(self) -> list[str]:
        """Return every organization_id, the default one first."""
        return list(self.store.table("", "organizations"))

    def organization(self, organization_id: str) -> Organization:
        """Return one organization. Raises KeyError."""
        record = self.store.table("", "organizations")[organization_id]
        return Organization(self, record, zone(record["time_zone"]))

    def reset(self, seed: int) -> None:
        """Start over: records of ``seed``, default switches, real time, and nothing else kept."""
        with self.store.transaction():
            self.clock.follow_real_time()
            self.switches.reset()
            self.faults.clear()
            self.journal.clear()
            self.limits.clear()
            self.store.clear()
            self.accounts.clear()
            plant(self, seed)

    def reseed(self, seed: int) -> None:
        """Replace the records only; tokens, faults, journal, switches and time stay."""
        with self.store.transaction():
            kept = self.accounts.snapshot()
            self.store.clear()
            plant(self, seed)
            self.accounts.restore(kept)
