"""One import, or the same rows one by one, in a process of its own: seconds and peak memory.

`python -m bench.import_child WAY RESOURCE ROWS FIRST` prints them as JSON.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import IO, Any

from openpyxl import Workbook

from bench.seed_words import NOUNS

BY_FILE, ROW_BY_ROW = "file", "row by row"
_CATEGORIES, _TAX_CODES = 12, 200
_CHUNK = 64 * 1024
#: Bytes of what the system tells the peak of memory in.
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024

Values = dict[str, str]


def commodity_rows(count: int, first: int) -> Iterator[Values]:
    """Commodities that nobody has seen yet, as cells of a file."""
    for number in range(first, first + count):
        yield {
            "code": f"BENCH-{number}",
            "name_en": f"{NOUNS[number % len(NOUNS)][0]} of trade {number}",
            "category": f"bench-{number % _CATEGORIES}",
            "tax_code": f"99{number % _TAX_CODES:04}",
            "gst_rate": str(number % 19),
            "base_unit": "BENCHKG",
            "description_en": f"Lot {number}, as seen",
            "hs_code_6digit": f"{number % 1_000_000:06}",
            "trading_hubs": "Mumbai; Basra",
        }


def location_rows(count: int, first: int) -> Iterator[Values]:
    """Places that nobody has seen yet, as cells of a file."""
    for number in range(first, first + count):
        yield {
            "code": f"bench-{number}",
            "name_en": f"Place {number}",
            "kind": "store",
            "city": "Bloomington",
            "state": "MN",
            "country": "US",
            "latitude": f"{40 + number % 1000 / 1000:.3f}",
            "longitude": f"{-90 - number % 1000 / 1000:.3f}",
        }


def tax_code_rows(count: int, first: int) -> Iterator[Values]:
    """Codes of the length that the official list has most, and as many words."""
    for number in range(first, first + count):
        words = " ".join(NOUNS[(number + step) % len(NOUNS)][0] for step in range(8)).upper()
        yield {"code": f"{10_000_000 + number}", "description": f"{words}, OTHER THAN {number}"}


ROWS = {"commodities": commodity_rows, "locations": location_rows, "tax-codes": tax_code_rows}
#: Of the rows of the official list these are services, on a sheet of their own.
_SERVICES = 680


def _make_named_records() -> None:
    """What the rows refer to, as far as it is not there."""
    from settings_modules.commodities.models import (  # noqa: PLC0415  (Django must be set up)
        CommodityCategory,
        TaxCode,
        Unit,
    )

    for number in range(_CATEGORIES):
        code = f"bench-{number}"
        CommodityCategory.objects.get_or_create(code=code, defaults={"name_en": code})
    for number in range(_TAX_CODES):
        TaxCode.objects.get_or_create(kind="sac", code=f"99{number:04}")
    Unit.objects.get_or_create(
        code="BENCHKG",
        defaults={"name_en": "kg", "dimension": "weight", "base": "KG", "factor": "1"},
    )


def _write_official_list(path: str, rows: list[Values]) -> None:
    """The workbook in the layout of the official list: a sheet of goods and one of services."""
    book = Workbook(write_only=True)
    goods, services = rows[:-_SERVICES], rows[-_SERVICES:]
    for name, head, held in (("HSN_MSTR", "HSN", goods), ("SAC_MSTR", "SAC", services)):
        sheet = book.create_sheet(name)
        sheet.append([f"{head}_CD", f"{head}_Description"])
        for row in held:
            sheet.append([row["code"], row["description"]])
    book.save(path)


def _write_file(file: IO[str], rows: Iterator[Values]) -> None:
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
        writer.writerow(row)
    file.flush()


def _chunks(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def import_file(name: str, count: int, path: str) -> float:
    """Send the file, check it, apply it; the seconds. Raises AssertionError unless all are in.

    The official list is checked a second time: nothing of it may have changed.
    """
    from core.importing.models import ImportRun  # noqa: PLC0415  (Django must be set up)
    from core.importing.resources import find_import_resource  # noqa: PLC0415
    from core.importing.runs import apply_import, start_import  # noqa: PLC0415
    from core.importing.working import run_import_job  # noqa: PLC0415

    declared = find_import_resource(name)
    assert declared is not None, name
    began = time.perf_counter()
    sent = path.rpartition("/")[2]
    run = start_import(resource=declared, file_name=sent, chunks=_chunks(path))
    run_import_job(job_id=str(run.job_id))
    run = apply_import(run=ImportRun.objects.get(pk=run.pk))
    run_import_job(job_id=str(run.job_id))
    seconds = time.perf_counter() - began
    run = ImportRun.objects.get(pk=run.pk)
    assert run.counts.get("added") == count, run.counts
    if name == "tax-codes":
        again = start_import(resource=declared, file_name=sent, chunks=_chunks(path))
        run_import_job(job_id=str(again.job_id))
        counts = ImportRun.objects.get(pk=again.pk).counts
        assert counts.get("unchanged") == count, counts
    return seconds


def write_one_by_one(name: str, rows: Iterator[Values]) -> float:
    """`update_or_create` for each row, which looks up what it names; the seconds."""
    from settings_modules.commodities.models import (  # noqa: PLC0415  (as above)
        Commodity,
        CommodityCategory,
        TaxCode,
        Unit,
    )
    from settings_modules.locations.models import Location  # noqa: PLC0415

    began = time.perf_counter()
    for row in rows:
        values: dict[str, Any] = dict(row)
        code = values.pop("code")
        if name == "tax-codes":
            TaxCode.objects.update_or_create(kind="hsn", code=code, defaults=values)
            continue
        if name == "locations":
            Location.objects.update_or_create(code=code, defaults=values)
            continue
        values["category"] = CommodityCategory.objects.get(code=values["category"])
        values["tax_code"] = TaxCode.objects.get(code=values["tax_code"])
        values["base_unit"] = Unit.objects.get(code=values["base_unit"])
        values["trading_hubs"] = values["trading_hubs"].split("; ")
        Commodity.objects.update_or_create(code=code, defaults=values)
    return time.perf_counter() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT


def main(arguments: list[str]) -> None:
    """Do one of the two, and print what it took."""
    import django  # noqa: PLC0415  (needs the settings' environment)

    django.setup()
    way, name, count, first = arguments[0], arguments[1], int(arguments[2]), int(arguments[3])
    rows = ROWS[name](count, first)
    _make_named_records()
    is_list = name == "tax-codes"
    ending = ".xlsx" if is_list else ".csv"
    with tempfile.NamedTemporaryFile("w", newline="", suffix=ending) as file:
        if way == BY_FILE and is_list:
            _write_official_list(file.name, list(rows))
        elif way == BY_FILE:
            _write_file(file, rows)
        before = _peak()
        seconds = (
            import_file(name, count, file.name) if way == BY_FILE else write_one_by_one(name, rows)
        )
    print(json.dumps({"seconds": seconds, "grown": _peak() - before}))


if __name__ == "__main__":
    main(sys.argv[1:])
