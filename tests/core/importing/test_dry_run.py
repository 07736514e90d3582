"""The dry run: every error with its row and column, and what would change, with nothing written."""

from __future__ import annotations

import io

import pytest

from core.errors import all_error_types
from core.importing.errors import ImportBusy, ImportFileTooLarge, ImportMappingInvalid
from core.importing.findings import MESSAGES, finding_message
from core.importing.headings import map_headings
from core.importing.models import ImportFinding, ImportRow, ImportRun, RunState
from core.importing.resources import find_import_resource, import_resources
from core.importing.runs import check_again, start_import
from core.importing.templates import template_chunks
from core.importing.xlsx_writing import write_xlsx
from core.jobs.models import JobState
from settings_modules.locations.models import Location
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, outcomes, work

pytestmark = pytest.mark.django_db

BROKEN = csv_bytes(
    [
        ["Code", "Name", "Type", "Lat", "Lon", "Part of", "Active", "Country", "E-mail", "Rank"],
        ["ok", "Fine", "store", "33.3", "44.4", "", "yes", "iq", "a@example.com", "5"],
        ["", "No code", "shop", "91", "x", "nowhere", "perhaps", "IRQ", "me", "-1"],
        ["bad code", "", "", "", "44.4", "", "", "", "", "1.5"],
        ["same", "One", "", "", "", "", "", "", "", ""],
        ["same", "Two", "", "", "", "", "", "", "", "99999999999999999999"],
        ["self", "Self", "", "", "", "self", "", "1Q", "", ""],
        ["x" * 41, "Long", "", "", "", "", "", "", "", ""],
        ["office", "Sells", "office", "", "", "", "", "", "", ""],
        ["child", "Below a circle", "", "", "", "self", "", "", "", ""],
        ["below", "Below a failing one", "", "", "", "same", "", "", "", ""],
    ]
)
#: Row, column and code of everything that is wrong there.
WRONG = [
    (3, "code", "required"),
    (3, "contact_email", "malformed_email"),
    (3, "country", "too_long"),
    (3, "is_active", "not_yes_or_no"),
    (3, "kind", "not_a_choice"),
    (3, "latitude", "too_large"),
    (3, "longitude", "not_a_number"),
    (3, "parent", "unknown_reference"),
    (3, "priority", "too_small"),
    (4, "code", "malformed_code"),
    (4, "latitude", "half_a_place"),
    (4, "name_en", "no_name"),
    (4, "priority", "not_a_whole_number"),
    (5, "code", "twice_in_file"),
    (6, "code", "twice_in_file"),
    (6, "priority", "not_a_whole_number"),
    (7, "country", "malformed_country"),
    (7, "parent", "part_of_itself"),
    (7, "parent", "refers_in_a_circle"),
    (8, "code", "too_long"),
    (10, "parent", "refers_in_a_circle"),
    (11, "parent", "refers_to_failing"),
]


def test_every_error_of_every_row_is_listed_and_nothing_written():
    run = checked(BROKEN)
    assert findings(run) == WRONG
    assert outcomes(run) == {2: "new", 9: "new"} | dict.fromkeys(
        (3, 4, 5, 6, 7, 8, 10, 11), "failing"
    )
    assert run.counts == {
        "rows": 10,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "failing": 8,
        "warnings": 0,
    }
    assert (run.state, run.job.state) == (RunState.CHECKED, JobState.SUCCEEDED)
    assert not Location.objects.exists()


def test_workbook_finds_the_same():
    rows = [line.split(",") for line in BROKEN.decode().splitlines()]
    file = io.BytesIO()
    write_xlsx(file, [("Places", rows)])
    run = checked(file.getvalue())
    assert (findings(run), run.file_format) == (WRONG, "XLSX")


def test_finding_names_what_stood_there_and_the_limit():
    run = checked(BROKEN)
    found = ImportFinding.objects.get(run=run, number=3, column="kind")
    assert found.value == "shop"
    assert finding_message("locations", found.code, found.facts) == (
        "None of: warehouse, store, branch, office, port, factory."
    )
    found = ImportFinding.objects.get(run=run, number=6, column="code")
    assert finding_message("locations", found.code, found.facts, "ar") == (
        "القيمة نفسها في الصف 5."
    )


def test_difference_is_told_field_by_field():
    hub = Location.objects.create(code="hub", name_en="Hub")
    Location.objects.create(code="a", name_en="Old", city="Basra", kind="store", priority=7)
    Location.objects.create(code="b", name_en="Same", latitude="1.500000", longitude=2)
    run = checked(
        csv_bytes(
            [
                ["code", "name", "city", "kind", "parent", "lat", "lon", "priority"],
                ["a", "New", "", "", "hub", "33.5", "44.0", ""],
                ["b", " Same ", "", "warehouse", "", "1.50", "2", "١٠٠"],
                ["c", "Third", "", "", "", "", "", ""],
            ]
        )
    )
    assert outcomes(run) == {2: "changed", 3: "unchanged", 4: "new"}
    changed = ImportRow.objects.get(run=run, number=2)
    assert changed.changes == {
        "name_en": {"old": "Old", "new": "New"},
        "city": {"old": "Basra", "new": ""},
        "parent": {"old": None, "new": "hub", "old_id": None},
        "latitude": {"old": None, "new": 33.5},
        "longitude": {"old": None, "new": 44},
        "timezone": {"old": "", "new": "Asia/Baghdad"},
    }
    assert (hub.children.count(), Location.objects.count()) == (0, 3)


def test_headings_are_known_by_name_label_alias_and_language():
    locations = find_import_resource("locations")
    assert map_headings(locations, ["CODE *", "Name (Arabic)", "zip_code", "?"]) == {
        "code": 0,
        "name_ar": 1,
        "pincode": 2,
    }
    assert map_headings(locations, ["الرمز [code]", "city", "City", "anything [city]"]) == {
        "code": 0,
        "city": 3,
    }


def test_missing_column_fails_all_rows_until_the_mapping_is_corrected():
    run = checked(b"Number,What,Town\na,Name A,Basra\nb,Name B,\n")
    assert findings(run) == [
        (1, "", "column_unknown"),
        (1, "", "column_unknown"),
        (1, "code", "column_missing"),
        (2, "name_en", "no_name"),
        (3, "name_en", "no_name"),
    ]
    assert (run.mapping, run.counts["failing"]) == ({"city": 2}, 2)
    run = work(check_again(run=run, mapping={"code": 0, "name_en": 1, "city": None}))
    assert findings(run) == [(1, "", "column_unknown")]
    assert (run.counts["new"], run.counts["warnings"]) == (2, 1)
    values = ImportRow.objects.get(run=run, number=2).values
    assert (values["code"], values["name_en"], "city" in values) == ("a", "Name A", False)


@pytest.mark.parametrize(
    "mapping", [{"nonsense": 0}, {"code": 3}, {"code": -1}, {"code": 1, "city": 1}]
)
def test_mapping_that_the_file_does_not_have_is_refused(mapping):
    run = checked(b"Number,What,Town\na,Name A,Basra\n")
    with pytest.raises(ImportMappingInvalid):
        check_again(run=run, mapping=mapping)
    assert ImportRun.objects.get(pk=run.pk).job_id == run.job_id


def test_unfinished_job_is_waited_for():
    run = start_import(
        resource=find_import_resource("locations"), file_name="x.csv", chunks=[b"Code\na\n"]
    )
    with pytest.raises(ImportBusy):
        check_again(run=run)


def test_file_that_cannot_be_read_fails_the_run_with_the_reason():
    run = checked(b"PK\x03\x04broken")
    assert (run.state, run.job.state) == (RunState.FAILED, JobState.FAILED)
    assert run.problem == (
        "The file cannot be read as CSV or XLSX: the archive is broken or locked"
    )
    assert (run.parts.count(), run.rows.count()) == (0, 0)


def test_file_beyond_the_limit_leaves_nothing(settings):
    settings.IMPORT_MAX_BYTES = 1000
    with pytest.raises(ImportFileTooLarge):
        start_import(
            resource=find_import_resource("locations"),
            file_name="x.csv",
            chunks=[b"x" * 600, b"x" * 401],
        )
    assert not ImportRun.objects.exists()


def test_file_is_kept_in_parts_and_read_whole():
    rows = [["code", "name"], *([f"c{number}", "n" * 200] for number in range(4000))]
    run = checked(csv_bytes(rows))
    assert run.file_size > 3 * 256 * 1024
    assert (run.counts["new"], run.parts.count()) == (4000, 0)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", ["locations", "gst-registrations"])
def test_template_has_every_column_and_no_rows(name, ending):
    resource = find_import_resource(name)
    run = checked(b"".join(template_chunks(resource, ending)), resource=name)
    assert run.problem == "The file has no heading with rows below it."


def test_every_code_has_words():
    for resource in import_resources():
        own = {check.code for check in resource.set_checks}
        own |= {
            problem.code for column in resource.columns for problem in column.kind.problems("c")
        }
        known = {*MESSAGES, *(resource.messages or {}), *all_error_types()}
        assert own - known == set()


def test_region_time_zone_and_selling_follow_from_the_place():
    Location.objects.create(code="moved", name_en="M", state="Kerala", country="IN", region="SOUTH")
    rows = [
        ["code", "name", "state", "country", "lat", "lon", "kind", "hours", "time zone"],
        ["new", "New", "Orissa", "IN", "20.27", "85.84", "office", "", ""],
        ["moved", "M", "Goa", "IN", "", "", "", "", ""],
        ["iraq", "Iraq", "", "IQ", "", "", "store", '{"tue": [["15:00","18:00"]], "mon": []}', ""],
        ["mars", "Mars", "", "IQ", "", "", "", '{"tue": [["18:00","15:00"]]}', "Mars/Base"],
    ]
    run = checked(csv_bytes(rows))
    assert findings(run) == [
        (5, "opening_hours", "opening_hours_wrong"),
        (5, "timezone", "timezone_unknown"),
    ]
    applied(run)
    found = Location.objects.order_by("code").values_list(
        "code", "state", "region", "timezone", "is_sellable"
    )
    assert list(found) == [
        ("iraq", "", "UNKNOWN", "Asia/Baghdad", True),
        ("moved", "Goa", "WEST", "Asia/Kolkata", True),
        ("new", "Odisha", "EAST", "Asia/Kolkata", False),
    ]
    assert Location.objects.get(code="iraq").opening_hours == {"tue": [["15:00", "18:00"]]}
    assert checked(csv_bytes(rows[:4])).counts["unchanged"] == 3
