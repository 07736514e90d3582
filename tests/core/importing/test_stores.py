"""Real places, 1,565 of them, in by one run, again without a change, and out; and memory."""

from __future__ import annotations

import gzip
import itertools
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from core.events.models import Event
from core.importing.exporting import export_chunks
from core.importing.files import open_rows
from core.importing.models import RunState
from core.importing.resources import find_import_resource
from core.importing.xlsx_writing import write_xlsx
from settings_modules.locations.models import Location
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, undone

HEADINGS = [
    *("Store code", "Name", "Type", "Address 1", "Address 2", "City", "State", "Zip"),
    *("Lat", "Lon", "Country"),
]


def converted(stores: list[dict[str, Any]]) -> bytes:
    """The file that the places' owner would send."""
    rows = [
        [
            f"bb-{store['id']}",
            store["name"],
            "store",
            store["address"],
            store["address2"],
            store["city"],
            store["state"],
            store["zip"],
            store["location"]["lat"],
            store["location"]["lon"],
            "US",
        ]
        for store in stores
    ]
    return csv_bytes([["Code", *HEADINGS[1:]], *rows])


def in_again_and_out(content: bytes, count: int) -> None:
    """Import the file of `count` new places, import it again, and take it back."""
    first = checked(content)
    assert findings(first) == []
    assert first.counts == {
        "rows": count,
        "new": count,
        "changed": 0,
        "unchanged": 0,
        "failing": 0,
        "warnings": 0,
    }
    assert not Location.objects.exists()
    first = applied(first)
    assert (first.state, first.counts["added"]) == (RunState.APPLIED, count)
    assert Location.objects.filter(version=1, kind="store", country="US").count() == count
    table: Any = Location._meta.apps.get_model("locations", "LocationHistory")
    assert table.objects.filter(pgh_label="insert").count() == count
    batches = Event.objects.filter(type="location.imported")
    assert batches.count() == -(-count // 1000)

    again = checked(content)
    assert (again.counts["unchanged"], again.counts["rows"]) == (count, count)
    resource = find_import_resource("locations")
    exported = b"".join(export_chunks(resource, Location.objects.all(), "csv"))
    assert checked(exported).counts["unchanged"] == count
    assert table.objects.count() == count

    out = undone(first)
    assert (out.state, out.counts["removed"], findings(out, "undo")) == (RunState.UNDONE, count, [])
    assert not Location.objects.exists()
    assert table.objects.filter(pgh_label="delete").count() == count


@pytest.mark.django_db
def test_real_places_come_in_again_and_out(shared_data: Path, tmp_path: Path):
    with gzip.open(shared_data / "stores.json.gz") as file:
        stores = json.load(file)
    assert len(stores) == 1565
    target = tmp_path / "stores.csv"
    target.write_bytes(converted(stores))
    in_again_and_out(target.read_bytes(), 1565)


@pytest.mark.django_db
def test_made_up_places_come_in_again_and_out():
    stores = [
        {
            "id": number,
            "name": f"Place, “{number}”",
            "address": f"{number} W Market",
            "address2": "",
            "city": "Bloomington",
            "state": "MN",
            "zip": f"{number:05}",
            "location": {"lat": 40 + number / 1000, "lon": -90 - number / 1000},
        }
        for number in range(120)
    ]
    in_again_and_out(converted(stores), 120)


# openpyxl keeps an empty element, some 150 bytes, of each row that it has read.
@pytest.mark.parametrize(("kind", "more"), [("csv", 1), ("xlsx", 8)])
def test_reading_takes_little_more_memory_for_a_file_of_twenty_times_the_size(
    kind, more, tmp_path: Path
):
    peaks = [_peak_of_reading(kind, count, tmp_path / "file") for count in (2_000, 40_000)]
    print(f"{kind}: {peaks[0]:.2f} MiB at 2,000 rows, {peaks[1]:.2f} MiB at 40,000")
    assert peaks[1] < peaks[0] + more


def _peak_of_reading(kind: str, count: int, path: Path) -> float:
    """The most memory that reading a file of so many rows takes, in MiB."""
    heading = ["code", "name", "city", "address"]
    rows = ([f"c{number}", f"Name {number}", "Basra", "x" * 200] for number in range(count))
    with path.open("w+b") as file:
        if kind == "xlsx":
            write_xlsx(file, [("Sheet", itertools.chain([heading], rows))])
        else:
            file.writelines((",".join(row) + "\n").encode() for row in [heading, *rows])
        tracemalloc.start()
        try:
            assert sum(1 for _ in open_rows(file).rows) == count
            return tracemalloc.get_traced_memory()[1] / 1024 / 1024
        finally:
            tracemalloc.stop()
