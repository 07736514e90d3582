"""Applying: upserts in batches that stand alone, each row once, and taking it all back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.context import Source, change_context, user_actor
from core.events.models import Event
from core.identity.models import User
from core.importing import applying
from core.importing.errors import (
    ImportBusy,
    ImportHasNothingToWrite,
    ImportNotChecked,
    ImportNotUndoable,
)
from core.importing.exporting import export_chunks
from core.importing.models import ImportFinding, ImportRow, ImportRun, RunState
from core.importing.resources import find_import_resource
from core.importing.runs import apply_import, forget_old_imports, start_import, undo_import
from core.jobs.control import cancel_job, retry_job
from core.jobs.models import Job, JobState
from settings_modules.locations.models import Location
from tests.core.importing.conftest import (
    applied,
    checked,
    csv_bytes,
    findings,
    outcomes,
    undone,
    work,
)
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db


def places(count: int, *, city: str = "Basra") -> bytes:
    rows = [[f"p{number}", f"Place {number}", city] for number in range(count)]
    return csv_bytes([["code", "name", "city"], *rows])


def test_new_changed_and_unchanged_rows(boss):
    Location.objects.create(code="a", name_en="A", city="Basra", contact_person="Zaid")
    Location.objects.create(code="b", name_en="B", city="Basra")
    content = csv_bytes(
        [
            ["code", "name", "city", "kind", "lat", "lon", "contact"],
            ["a", "A", "Mosul", "", "", "", "Layla"],
            ["b", "B", "Basra", "", "", "", ""],
            ["c", "C", "Kut", "port", "32.5", "45.8", ""],
        ]
    )
    with change_context(actor=user_actor(boss.pk), source=Source.API):
        run = applied(checked(content))
    assert (run.state, run.job.state) == (RunState.APPLIED, JobState.SUCCEEDED)
    assert run.counts == {
        "rows": 3,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "failing": 0,
        "warnings": 0,
        "added": 1,
        "updated": 1,
    }
    a, b, c = Location.objects.order_by("code")
    assert (a.city, a.contact_person, a.version, a.name_en) == ("Mosul", "Layla", 2, "A")
    assert (b.version, c.version) == (1, 1)
    assert (c.kind, c.latitude, c.is_sellable, c.priority, c.zoho_location_id) == (
        "port",
        Decimal("32.5"),
        False,
        100,
        None,
    )
    assert c.created_at is not None
    assert c.updated_at is not None
    (event,) = Event.objects.filter(stream_id=str(run.pk))
    assert (event.stream_type, event.type, event.actor, event.source) == (
        "import",
        "location.imported",
        f"user:{boss.pk}",
        "import",
    )
    assert event.data == {"run_id": str(run.pk), "added_ids": [c.pk], "changed_ids": [a.pk]}


@pytest.fixture
def boss(db) -> User:
    return User.objects.create_superuser("boss@example.com")


def test_history_has_each_written_row_with_who_and_why(boss):
    kept = Location.objects.create(code="p0", name_en="Place 0", city="Basra")
    same = Location.objects.create(code="p1", name_en="Place 1", city="Mosul")
    with change_context(actor=user_actor(boss.pk)):
        run = applied(checked(places(3, city="Mosul")))
    table = Location.objects.model._meta.apps.get_model("locations", "LocationHistory")
    rows = table.objects.order_by("pgh_id").values_list("pgh_label", "pgh_obj_id", "city")
    new = Location.objects.get(code="p2")
    assert set(list(rows)[2:]) == {("insert", new.pk, "Mosul"), ("update", kept.pk, "Mosul")}
    assert same.version == Location.objects.get(pk=same.pk).version
    context = table.objects.get(pgh_obj_id=new.pk).pgh_context
    assert (context["actor"], context["source"], context["reason"]) == (
        f"user:{boss.pk}",
        "import",
        f"Import {run.pk}",
    )


def test_second_import_of_the_same_file_writes_nothing():
    applied(checked(places(20)))
    run = checked(places(20))
    assert set(outcomes(run).values()) == {"unchanged"}
    with pytest.raises(ImportHasNothingToWrite):
        apply_import(run=run)
    assert set(Location.objects.values_list("version", flat=True)) == {1}


def test_poisoned_row_is_found_and_the_rest_goes_in(monkeypatch):
    top = Location.objects.create(code="top", name_en="Top")
    Location.objects.create(code="low", name_en="Low", parent=top)
    tries = []
    write = applying._write
    monkeypatch.setattr(
        applying,
        "_write",
        lambda staging, columns, numbers: (
            tries.append(len(numbers)) or write(staging, columns, numbers)
        ),
    )
    rows = [[f"p{number}", f"Place {number}", "top"] for number in range(100)]
    # Only the database sees that a place which is not in the file is below this one.
    rows.insert(50, ["top", "Top", "low"])
    run = applied(checked(csv_bytes([["code", "name", "parent"], *rows])))
    counted = {name: run.counts.get(name) for name in ("added", "updated", "refused")}
    assert counted == {"added": 100, "updated": None, "refused": 1}
    (finding,) = ImportFinding.objects.filter(run=run, phase="apply")
    assert (finding.number, finding.code, finding.level) == (52, "refused_by_rule", "error")
    assert finding.facts["reason"] == f"location {top.pk} would be a part of itself"
    assert run.job.state == JobState.PARTIAL
    assert Location.objects.filter(parent=top).count() == 101
    # Halved until the row was alone: two tries at each size.
    assert len(tries) <= 2 * 7 + 1
    batches = Event.objects.filter(type="location.imported")
    assert sum(len(event.data["added_ids"]) for event in batches) == 100


def test_parts_of_new_places_come_after_these():
    rows = [["code", "name", "parent"], ["c", "C", "b"], ["b", "B", "a"], ["a", "A", ""]]
    run = applied(checked(csv_bytes(rows)))
    assert run.counts["added"] == 3
    found = Location.objects.values_list("code", "parent__code", "version").order_by("code")
    assert list(found) == [("a", None, 1), ("b", "a", 1), ("c", "b", 1)]
    assert undone(run).counts["removed"] == 3


def test_row_below_one_that_could_not_be_written_is_refused_too(monkeypatch):
    monkeypatch.setattr(
        applying,
        "_without_stale",
        lambda staging, numbers, seen: [number for number in sorted(numbers) if number != 2],
    )
    run = checked(csv_bytes([["code", "name", "parent"], ["a", "A", ""], ["b", "B", "a"]]))
    ImportRow.objects.filter(run=run, number=2).update(written="refused")
    assert findings(applied(run), "apply") == [(3, "", "unknown_reference")]
    assert not Location.objects.exists()


def test_record_changed_after_the_dry_run_is_left_alone():
    Location.objects.create(code="p0", name_en="Place 0", city="Kut")
    run = checked(places(2))
    Location.objects.filter(code="p0").update(city="Erbil")
    Location.objects.create(code="p1", name_en="Added by somebody")
    run = applied(run)
    assert findings(run, "apply") == [(2, "", "changed_meanwhile"), (3, "", "added_meanwhile")]
    found = Location.objects.order_by("code").values_list("city", "name_en")
    assert list(found) == [("Erbil", "Place 0"), ("", "Added by somebody")]
    assert run.counts["refused"] == 2


def test_record_removed_after_the_dry_run_is_not_made_again():
    gone = Location.objects.create(code="p0", name_en="Place 0", city="Kut")
    run = checked(places(1))
    gone.delete()
    assert findings(applied(run), "apply") == [(2, "", "changed_meanwhile")]
    assert not Location.objects.exists()


def test_second_apply_is_refused_while_the_first_waits_and_after_it():
    run = checked(places(3))
    first = apply_import(run=run)
    with pytest.raises(ImportBusy):
        apply_import(run=run)
    with pytest.raises(ImportNotChecked):
        apply_import(run=work(first))
    assert Location.objects.count() == 3


def test_cancelled_apply_keeps_what_is_written_and_can_go_on_or_back(monkeypatch):
    monkeypatch.setattr(applying, "BATCH", 4)
    run = apply_import(run=checked(places(10)))
    write = applying._write

    def cancel_after_two(staging, columns, numbers):
        write(staging, columns, numbers)
        if Location.objects.count() == 8:
            cancel_job(job=Job.objects.get(pk=run.job_id))

    monkeypatch.setattr(applying, "_write", cancel_after_two)
    stopped = work(run)
    assert (stopped.state, stopped.job.state, stopped.counts["added"]) == (
        RunState.CHECKED,
        JobState.CANCELLED,
        8,
    )
    monkeypatch.setattr(applying, "_write", write)
    again = retry_job(job=stopped.job)
    finished = work(ImportRun.objects.get(job=again))
    assert (finished.state, finished.counts["added"], Location.objects.count()) == (
        RunState.APPLIED,
        10,
        10,
    )
    assert undone(finished).counts["removed"] == 10


def test_undo_restores_what_was_changed_and_removes_what_was_added():
    parent = Location.objects.create(code="hub", name_en="Hub")
    before = Location.objects.create(
        code="p0",
        name_en="Old",
        city="Kut",
        parent=parent,
        opening_hours={"mon": []},
        contact_person="Zaid",
        latitude="1.5",
        longitude="2.5",
    )
    rows = [
        ["code", "name", "city", "parent", "opening hours", "contact", "lat", "lon"],
        ["p0", "New", "", "", '{"tue": [["09:00", "10:00"]]}', "Layla", "", ""],
        ["p1", "Added", "Basra", "hub", "", "", "3", "4"],
    ]
    run = applied(checked(csv_bytes(rows)))
    changed = Location.objects.get(code="p0")
    assert (changed.parent, changed.latitude) == (None, None)
    assert changed.opening_hours == {"tue": [["09:00", "10:00"]]}
    run = undone(run)
    assert (run.state, run.counts["removed"], run.counts["set_back"]) == (RunState.UNDONE, 1, 1)
    assert (findings(run, "undo"), Location.objects.count()) == ([], 2)
    after = Location.objects.get(code="p0")
    for field in Location._meta.concrete_fields:
        if field.name not in ("version", "updated_at") and not field.generated:
            assert str(getattr(after, field.attname)) in (
                str(getattr(before, field.attname)),
                f"{before.latitude}00000",
                f"{before.longitude}00000",
            ), field.name
    assert after.version == 3
    with pytest.raises(ImportNotUndoable):
        undo_import(run=run)
    told = [event.data for event in Event.objects.filter(type="location.import_undone")]
    assert [key for data in told for key in data["set_back_ids"]] == [after.pk]
    assert sum(len(data["removed_ids"]) for data in told) == 1


def test_undo_leaves_what_others_changed_or_use_and_tells_the_rows():
    Location.objects.create(code="p0", name_en="Old", city="Kut")
    run = applied(checked(places(5)))
    Location.objects.filter(code="p0").update(priority=3)
    Location.objects.filter(code="p1").update(priority=4)
    used = Location.objects.get(code="p2")
    make_product(sku="A").stock.update(location=used)
    Location.objects.create(code="below", name_en="Below", parent=Location.objects.get(code="p3"))
    run = undone(run)
    assert findings(run, "undo") == [
        (2, "", "changed_since"),
        (3, "", "changed_since"),
        (4, "", "still_in_use"),
        (5, "", "still_in_use"),
    ]
    counted = {name: run.counts.get(name) for name in ("kept", "deactivated", "removed")}
    assert (counted, run.job.state) == (
        {"kept": 2, "deactivated": 2, "removed": 1},
        JobState.PARTIAL,
    )
    found = dict(Location.objects.filter(code__startswith="p").values_list("code", "is_active"))
    assert found == {"p0": True, "p1": True, "p2": False, "p3": False}
    assert Location.objects.get(code="p0").city == "Basra"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export_comes_back_without_a_change(ending):
    hub = Location.objects.create(code="hub", name_en="=HYPERLINK(1)", name_ar="المركز")
    Location.objects.create(
        code="a",
        name_en="'=x",
        name_ar="-5",
        city="@home",
        district="\tx",
        state="+1\r\n2",
        address="'quoted'",
        contact_phone="+9647801234567",
        pincode="00123",
        parent=hub,
        kind="port",
        latitude="-33.312345",
        longitude="44.4",
        is_sellable=False,
        is_active=False,
        opening_hours={"mon": [["09:00", "13:00"]]},
        contact_email="a@example.com",
        priority=3,
        country="IQ",
        timezone="Asia/Baghdad",
        region="NORTH",
        address_line1=" padded ",
    )
    resource = find_import_resource("locations")
    content = b"".join(export_chunks(resource, Location.objects.all(), ending))
    run = checked(content)
    changes = dict(ImportRow.objects.filter(run=run).values_list("number", "changes"))
    assert (findings(run), changes) == ([], {2: {}, 3: {}})
    assert run.counts["unchanged"] == 2


def test_export_in_csv_has_no_cell_that_computes():
    starts = ("=1+1", "+1", "-1", "@x", "\tx", "\rx")
    for number, text in enumerate(starts):
        Location.objects.create(
            code=f"c{number}", name_en="x", city=text, latitude=-1, longitude=-2
        )
    resource = find_import_resource("locations")
    content = b"".join(export_chunks(resource, Location.objects.all(), "csv"))
    assert content.startswith(b"\xef\xbb\xbfcode [code],name (English) [name_en]")
    cells = [cell for line in content.decode().split("\n") for cell in line.strip().split(",")]
    assert sum(cell.strip('"').startswith("'") for cell in cells) == len(starts)
    dangerous = [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@", "\t"))]
    # Figures compute to themselves.
    assert set(dangerous) == {"-1", "-2"}


def test_old_imports_lose_their_rows_and_can_no_longer_be_undone():
    run = applied(checked(places(3)))
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=91))
    young = checked(places(2, city="Kut"))
    assert forget_old_imports() == 1
    assert (ImportRow.objects.filter(run=run).count(), young.rows.count()) == (0, 2)
    assert ImportRun.objects.get(pk=run.pk).counts["added"] == 3
    with pytest.raises(ImportNotUndoable):
        undo_import(run=run)


def test_job_of_a_forgotten_resource_is_not_carried_out_as_another():
    run = start_import(
        resource=find_import_resource("locations"), file_name="x.csv", chunks=[b"Code\na\n"]
    )
    ImportRun.objects.update(resource="gone")
    run = work(run)
    assert (run.state, Location.objects.exists()) == (RunState.FAILED, False)
