"""Imports as tests start them: a file in, its job carried out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from core.importing.models import ImportFinding, ImportRow, ImportRun
from core.importing.resources import find_import_resource
from core.importing.runs import apply_import, start_import, undo_import
from core.importing.working import run_import_job


def csv_bytes(rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8", **more: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, **more).writerows(rows)
    return text.getvalue().encode(encoding)


def work(run: ImportRun) -> ImportRun:
    """Carry out the run's job, as a worker does."""
    run_import_job(job_id=str(run.job_id))
    return ImportRun.objects.get(pk=run.pk)


def checked(content: bytes, *, resource: str = "locations", **more: Any) -> ImportRun:
    """The run of this file after its dry run."""
    return work(
        start_import(
            resource=find_import_resource(resource),
            file_name="file.csv",
            chunks=[content],
            **more,
        )
    )


def applied(run: ImportRun) -> ImportRun:
    return work(apply_import(run=run))


def undone(run: ImportRun) -> ImportRun:
    return work(undo_import(run=run))


def findings(run: ImportRun, phase: str = "check") -> list[tuple[int, str, str]]:
    rows = ImportFinding.objects.filter(run=run, phase=phase).order_by("number", "column", "code")
    return list(rows.values_list("number", "column", "code"))


def outcomes(run: ImportRun) -> dict[int, str]:
    return dict(ImportRow.objects.filter(run=run).values_list("number", "outcome"))


@pytest.fixture
def count_of() -> Callable[[ImportRun], dict[str, int]]:
    return lambda run: {name: count for name, count in run.counts.items() if count}
