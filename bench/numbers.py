"""How fast documents get numbers: each in a transaction of its own, from one process and many.

Beside a bare sequence, which leaves gaps and notes nothing, and the way without gaps that needs no
counter: the ledger locked, its largest number read and the next one inserted, in a table of the
same columns, indexes and checks as ours.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.pool import Pool

from bench.services import Services

SEQUENCE = "nextval of a sequence"
TABLE_LOCK = "LOCK TABLE, max() + 1"
OURS = "tradepost"
CANDIDATES = (TABLE_LOCK, OURS, SEQUENCE)
PROCESSES = 8
#: How many issue at once, by the name of the cell.
ALONE, TOGETHER = "numbers, one process", f"numbers, {PROCESSES} processes"
CELLS = {ALONE: 1, TOGETHER: PROCESSES}
_ORGANIZATION = "Benchmark of numbers"


@dataclass(frozen=True)
class Numbers:
    """One measurement: numbers committed a second, together."""

    candidate: str
    rate: float


class NumbersLackingError(AssertionError):
    """Numbers that must be consecutive are not: their speed is pointless."""


def _set_up() -> None:
    """Make Django ready in this process, and connect."""
    import django  # noqa: PLC0415  (needs the settings' environment)

    django.setup()
    issue_for((SEQUENCE, 0.0))


def _next_of_ours() -> Callable[[], object]:
    from settings_modules.organizations.models import (  # noqa: PLC0415
        DocumentType,
        Organization,
    )
    from settings_modules.organizations.services.document_numbers import (  # noqa: PLC0415
        issue_number,
    )

    organization = Organization.objects.get(name=_ORGANIZATION)
    return lambda: issue_number(
        document_type=DocumentType.RECEIPT, organization=organization, purpose="bench"
    )


def _next_by_sql(*statements: str) -> Callable[[], object]:
    from django.db import connection, transaction  # noqa: PLC0415

    def take() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return take


def _way_of(candidate: str) -> Callable[[], object]:
    if candidate == OURS:
        return _next_of_ours()
    if candidate == SEQUENCE:
        return _next_by_sql("SELECT nextval('bench_numbers')")
    return _next_by_sql(
        "LOCK TABLE bench_ledger IN EXCLUSIVE MODE",
        "INSERT INTO bench_ledger (series_id, organization_id, document_type, number, text,"
        " purpose, einvoice_reference, issued_at, request_id, void_reason)"
        " SELECT 1, 1, 'receipt', following.number, 'BN' || lpad(following.number::text, 6, '0'),"
        " 'bench', '', clock_timestamp(), 'bench', ''"
        " FROM (SELECT coalesce(max(number), 0) + 1 AS number FROM bench_ledger"
        " WHERE series_id = 1) AS following",
    )


def issue_for(told: tuple[str, float]) -> float:
    """Take numbers in the candidate's way for so many seconds; numbers a second."""
    candidate, seconds = told
    take = _way_of(candidate)
    count, began = 0, time.perf_counter()
    while True:
        take()
        count += 1
        spent = time.perf_counter() - began
        if spent >= seconds:
            return count / spent


class Numbering:
    """Runs the candidates; the processes of the many are kept from round to round."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds

    def run(self, cell: str, candidate: str) -> Numbers:
        """Measure one candidate. Raises NumbersLackingError when ours or the lock's have a gap."""
        count = CELLS[cell]
        if count == 1:
            rate = issue_for((candidate, self._seconds))
        else:
            told = [(candidate, self._seconds)] * count
            rate = sum(self._pool.map(issue_for, told, chunksize=1))
        _require_consecutive()
        return Numbers(candidate, rate)


def _require_consecutive() -> None:
    """Raise NumbersLackingError unless every number so far is there once."""
    from django.db import connection  # noqa: PLC0415

    for table in ("bench_ledger", "organizations_issuednumber"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), count(DISTINCT number), max(number) FROM {table}")
            found = set(cursor.fetchone())
        if len(found - {None, 0}) > 1:
            raise NumbersLackingError(f"{table}: {sorted(found)}")


@contextmanager
def numbering(services: Services, seconds: float) -> Iterator[Numbering]:
    """The series, the sequence, the table and the processes, for the block."""
    from settings_modules.organizations.models import DocumentType  # noqa: PLC0415
    from settings_modules.organizations.services.document_series import (  # noqa: PLC0415
        create_series,
    )
    from settings_modules.organizations.services.organizations import (  # noqa: PLC0415
        create_organization,
    )

    with services.connect() as connection:
        connection.execute("CREATE SEQUENCE bench_numbers")
        connection.execute(
            "CREATE TABLE bench_ledger (LIKE organizations_issuednumber INCLUDING ALL)"
        )
    organization = create_organization(values={"name": _ORGANIZATION})
    values = {"document_type": DocumentType.RECEIPT, "prefix": "BN"}
    create_series(organization=organization, values=values)
    with multiprocessing.get_context("spawn").Pool(PROCESSES, initializer=_set_up) as pool:
        yield Numbering(pool, seconds)
