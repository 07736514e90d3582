"""`manage.py import_tax_codes`: the official list of HSN codes and SACs from its workbook."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.importing.models import RunState
from settings_modules.commodities.services.tax_code_import import import_tax_codes

_CHUNK = 256 * 1024
#: What is told of a run, in this order.
_COUNTS = (
    *("rows", "new", "changed", "unchanged", "failing"),
    *("warnings", "added", "updated", "refused"),
)


class Command(BaseCommand):
    help = "Add and update tax codes from the official workbook, or from a file like the template."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook, or a CSV file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, file: Path, dry_run: bool = False, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        run = import_tax_codes(file_name=file.name, chunks=_chunks(file), is_applied=not dry_run)
        if run.state == RunState.FAILED:
            raise CommandError(run.problem)
        told = ", ".join(f"{name} {run.counts[name]}" for name in _COUNTS if run.counts.get(name))
        self.stdout.write(f"{run.pk}: {told or 'no rows'}")
        if run.counts.get("failing") or run.counts.get("refused"):
            raise CommandError("some rows are wrong; the import's page lists them")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
