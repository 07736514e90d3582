"""Processes that issue numbers of one series at once, some of which die or change their mind.

`python -m tests.concurrency.number_workers ORGANIZATION PROCESSES EACH FAULTS locked|unlocked`
Every so-many-th transaction (`FAULTS`; 0: none) fails after its number was issued: by turns it is
rolled back, and its process is killed, which another one then stands in for. Ends with status 0
when every worker came to its end.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.db import connection

DOCUMENT = "invoice"


class ChangedMindError(Exception):
    """The document is given up after its number was issued."""


def is_fault(index: int, faults: int) -> bool:
    """Whether a worker's transaction of this index fails."""
    return bool(faults) and index % faults == faults - 1


def step_without_a_lock(asked: Any) -> Any:
    """What the service does, but the number is read first and written then."""
    from settings_modules.organizations.models import (  # noqa: PLC0415  (after django.setup)
        DocumentSeries,
        IssuedNumber,
    )
    from settings_modules.organizations.services.document_numbers import (  # noqa: PLC0415
        NumberIssued,
    )

    series = DocumentSeries.objects.get(
        organization_id=asked.organization_id, document_type=asked.document_type
    )
    number = series.last_number + 1
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=number)
    row = IssuedNumber.objects.create(
        series=series,
        organization_id=series.organization_id,
        document_type=series.document_type,
        number=number,
        text=series.printed(number),
        purpose=asked.purpose,
    )
    return NumberIssued(row.text, number, row.organization_id, series.pk, row.pk)


def issue_all(organization_id: int, worker: int, each: int, faults: int, done: Any) -> None:
    """Issue a number for each index that is not done, each in a unit of work of its own."""
    from core.events.services import unit_of_work  # noqa: PLC0415  (after django.setup)
    from settings_modules.organizations.models import (  # noqa: PLC0415
        DocumentType,
        Organization,
    )
    from settings_modules.organizations.services.document_numbers import (  # noqa: PLC0415
        issue_number,
    )

    organization = Organization(pk=organization_id)
    while done.value < each:
        index = done.value
        done.value += 1
        try:
            with unit_of_work():
                issue_number(
                    document_type=DocumentType(DOCUMENT),
                    organization=organization,
                    purpose=f"{worker}-{index}",
                    einvoice_reference="IRN",
                )
                if is_fault(index, faults):
                    if index // faults % 2:
                        os.kill(os.getpid(), signal.SIGKILL)
                    raise ChangedMindError
        except ChangedMindError:
            continue


def begin_together(start: Barrier, *work: Any) -> None:
    """Connect, wait for the others, and issue."""
    connection.ensure_connection()
    start.wait(timeout=60)
    issue_all(*work)


def main(organization_id: int, processes: int, each: int, faults: int, *, is_locked: bool) -> int:
    """Fork the workers, put another in the place of each that is killed; how many failed."""
    django.setup()
    from settings_modules.organizations.services import document_numbers  # noqa: PLC0415

    if not is_locked:
        document_numbers._step = step_without_a_lock
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(processes)
    done: list[Synchronized[int]] = [fork.Value("q", 0) for _ in range(processes)]
    work = [(organization_id, n, each, faults, done[n]) for n in range(processes)]
    running: dict[int, BaseProcess] = {
        n: fork.Process(target=begin_together, args=(start, *work[n])) for n in range(processes)
    }
    for process in running.values():
        process.start()
    failed = killed = 0
    while running:
        for n, process in list(running.items()):
            process.join(timeout=0.01)
            if process.exitcode is None:
                continue
            del running[n]
            if process.exitcode == -signal.SIGKILL:
                killed += 1
                running[n] = fork.Process(target=issue_all, args=work[n])
                running[n].start()
            elif process.exitcode:
                failed += 1
    print(f"killed {killed}")
    return failed


if __name__ == "__main__":
    organization, count, numbers, share, guard = sys.argv[1:]
    sys.exit(
        main(int(organization), int(count), int(numbers), int(share), is_locked=guard == "locked")
    )
