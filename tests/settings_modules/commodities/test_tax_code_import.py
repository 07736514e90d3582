"""The official list by its workbook: in, again without a change, and out; and memory."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.events.models import Event
from core.importing.files import open_rows
from core.importing.models import ImportRun, RunState
from core.importing.xlsx_writing import write_xlsx
from settings_modules.commodities.models import HsnKnowledge, TaxCode
from settings_modules.commodities.official_list import OFFICIAL_LIST
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, undone

pytestmark = pytest.mark.django_db

HSN = [
    ("HSN_CD", "HSN_Description"),
    ("97", "ZITHERS"),
    ("9701 00", "ZITHERS, STRUNG"),
    ("970100", "ZITHERS, STRUNG"),
    ("97010011", "ZITHERS, \r\nSTRUNG  WITH GUT"),
]
SAC = [("SAC_CD", "SAC_Description"), (97, "Services"), (9954, "Construction services")]


@pytest.fixture(autouse=True)
def empty(db):
    HsnKnowledge.objects.all().delete()
    TaxCode.objects.all().delete()


def workbook(*sheets) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, [(f"Sheet {number}", rows) for number, rows in enumerate(sheets)])
    return file.getvalue()


def stored() -> list[tuple]:
    return list(TaxCode.objects.order_by("key").values_list("key", "description"))


def test_workbook_of_both_kinds_comes_in_again_and_out():
    first = checked(workbook(HSN, SAC), resource="tax-codes")
    assert findings(first) == []
    assert (first.counts["rows"], first.counts["new"]) == (5, 5)
    applied(first)
    expected = [
        ("hsn:97", "ZITHERS"),
        ("hsn:970100", "ZITHERS, STRUNG"),
        ("hsn:97010011", "ZITHERS, STRUNG WITH GUT"),
        ("sac:97", "Services"),
        ("sac:9954", "Construction services"),
    ]
    assert stored() == expected
    assert Event.objects.filter(type="tax_code.imported").count() == 1
    again = checked(workbook(HSN, SAC), resource="tax-codes")
    assert (again.counts["rows"], again.counts["unchanged"]) == (5, 5)
    undone(first)
    assert stored() == []


def test_changed_description_is_all_that_is_written():
    applied(checked(workbook(HSN, SAC), resource="tax-codes"))
    changed = [*HSN[:1], ("97", "ZITHERS AND PARTS"), *HSN[2:]]
    run = checked(workbook(changed, SAC), resource="tax-codes")
    assert (run.counts["changed"], run.counts["unchanged"]) == (1, 4)
    applied(run)
    versions = dict(TaxCode.objects.values_list("key", "version"))
    assert (versions["hsn:97"], set(versions.values())) == (2, {1, 2})


def test_file_like_the_template_comes_in():
    rows = [
        ["kind", "code", "description"],
        ["", "97", "Zithers"],
        ["SAC", "9954", "Works"],
    ]
    applied(checked(csv_bytes(rows), resource="tax-codes"))
    assert stored() == [("hsn:97", "Zithers"), ("sac:9954", "Works")]


def test_wrong_codes_are_told_by_row():
    rows = [
        ["code", "kind"],
        ["9", "hsn"],
        ["97a", "hsn"],
        ["97", "vat"],
        ["98", ""],
        ["98", "hsn"],
    ]
    run = checked(csv_bytes(rows), resource="tax-codes")
    assert findings(run) == [
        (2, "code", "malformed_tax_code"),
        (3, "code", "malformed_tax_code"),
        (4, "kind", "not_a_choice"),
        (5, "key", "twice_in_file"),
        (6, "key", "twice_in_file"),
    ]


def test_command_imports_and_tells(tmp_path: Path, capsys):
    path = tmp_path / "codes.xlsx"
    path.write_bytes(workbook(HSN, SAC))
    call_command("import_tax_codes", str(path), "--dry-run")
    assert stored() == []
    call_command("import_tax_codes", str(path))
    assert len(stored()) == 5
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in told] == [
        "rows 5, new 5",
        "rows 5, new 5, added 5",
    ]


def test_command_refuses_what_is_no_workbook(tmp_path: Path):
    path = tmp_path / "codes.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(CommandError):
        call_command("import_tax_codes", str(path))
    with pytest.raises(CommandError, match="there is no file"):
        call_command("import_tax_codes", str(tmp_path / "none.xlsx"))
    assert ImportRun.objects.get().state == RunState.FAILED


def test_reading_the_list_keeps_little_in_memory(tmp_path: Path):
    peaks = []
    for count in (1_000, 20_000):
        rows = [HSN[0], *((f"97{number:06d}", "x" * 200) for number in range(count))]
        path = tmp_path / f"{count}.xlsx"
        path.write_bytes(workbook(rows))
        with path.open("rb") as file:
            tracemalloc.start()
            assert sum(1 for _ in open_rows(file, layout=OFFICIAL_LIST).rows) == count
            peaks.append(tracemalloc.get_traced_memory()[1] / 1024 / 1024)
            tracemalloc.stop()
    print(f"{peaks[0]:.2f} MiB at 1,000 codes, {peaks[1]:.2f} MiB at 20,000")
    assert peaks[1] < peaks[0] + 12


def test_official_list_comes_in_whole_and_again_without_a_change(shared_data: Path):
    content = (shared_data / "hsn_sac.xlsx").read_bytes()
    run = applied(checked(content, resource="tax-codes"))
    # 22,248 rows; two codes stand in them twice, once with a blank within.
    assert (run.counts["rows"], run.counts["added"], run.counts["failing"]) == (22_246, 22_246, 0)
    kinds = [TaxCode.objects.filter(kind=kind).count() for kind in ("hsn", "sac")]
    assert kinds == [21_566, 680]
    again = checked(content, resource="tax-codes")
    assert (again.counts["unchanged"], again.counts["rows"]) == (22_246, 22_246)
