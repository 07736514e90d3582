"""What a run has done so far: counts, rows that could not be taken over, and its sign of life."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import DataError, IntegrityError, transaction

from core.jobs.models import Job
from core.jobs.services import report_progress
from integrations.zoho.models import SyncRun

RowType = TypeVar("RowType")
Result = TypeVar("Result")
SECONDS_BETWEEN_SIGNS = 5.0


class RunReport:
    """The report of one run.

    Whatever stores it raises LeaseLost when the run is no longer ours, and JobCancelled when
    somebody asked to cancel it.
    """

    def __init__(self, *, run: SyncRun, job: Job) -> None:
        self.run = run
        self.job = job
        self.has_bad_rows = bool(run.errors)
        self._last_sign = 0.0

    def add(self, stream: str, **amounts: int) -> None:
        """Add to the stream's counts."""
        counts = self.run.counts.setdefault(stream, {})
        for name, amount in amounts.items():
            counts[name] = counts.get(name, 0) + amount

    def bad_row(self, stream: str, record: str, reason: str) -> None:
        """Note a row that was not taken over; of many, the first 200 are kept."""
        self.has_bad_rows = True
        self.add(stream, skipped=1)
        if len(self.run.errors) < SyncRun.LARGEST_ERRORS:
            self.run.errors.append({"stream": stream, "id": record, "reason": reason[:300]})

    def remark(self, stream: str, record: str, reason: str) -> None:
        """Note something worth knowing of a row that was taken over all the same."""
        self.has_bad_rows = True
        if len(self.run.errors) < SyncRun.LARGEST_ERRORS:
            self.run.errors.append({"stream": stream, "id": record, "reason": reason[:300]})

    def step(self, text: str, *, done: int | None = None, total: int | None = None) -> None:
        """Show where the run is and store the report."""
        with transaction.atomic():
            # First, so that a worker that lost the run does not overwrite its successor's report.
            report_progress(job=self.job, step=text, done=done, total=total)
            self.run.save(update_fields=["counts", "errors", "checkpoint"])
        self._last_sign = time.monotonic()

    def line(self, text: str) -> None:
        """Add a line to the job's log."""
        report_progress(job=self.job, step=text, line=text)

    def keep_alive(self) -> None:
        """Renew the lease, every few seconds at most. Raises LeaseLost, JobCancelled."""
        if time.monotonic() - self._last_sign < SECONDS_BETWEEN_SIGNS:
            return
        report_progress(job=self.job)
        self._last_sign = time.monotonic()


def write_tolerantly(
    rows: Sequence[RowType],
    write: Callable[[Sequence[RowType]], Result],
    refuse: Callable[[RowType, str], None],
) -> list[Result]:
    """`write(rows)`; when the database refuses a value, halve until the one bad row is found.

    Each bad row is given to `refuse` with the reason, all others are written.
    """
    if not rows:
        return []
    try:
        return [write(rows)]
    except (DataError, IntegrityError) as error:
        if len(rows) == 1:
            refuse(rows[0], type(error.__cause__ or error).__name__)
            return []
    middle = len(rows) // 2
    first = write_tolerantly(rows[:middle], write, refuse)
    return first + write_tolerantly(rows[middle:], write, refuse)
