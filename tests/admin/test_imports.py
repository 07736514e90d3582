"""The pages of imports: send, look, correct, apply, undo, export."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.importing.models import ImportRun, RunState
from settings_modules.locations.models import Location
from tests.admin.conftest import make_staff, sign_in
from tests.core.importing.conftest import work

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/core/importrun/upload/locations/"


def words(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.content.decode())


def sent(client, content: bytes) -> ImportRun:
    response = client.post(UPLOAD, {"file": SimpleUploadedFile("places.csv", content)})
    run = ImportRun.objects.get()
    assert response["Location"] == f"/admin/core/importrun/{run.pk}/change/"
    return work(run)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_whole_way(boss_client, language):
    boss_client.cookies["django_language"] = language
    assert "template/locations.xlsx" in words(boss_client, UPLOAD)
    Location.objects.create(code="a", name_en="Old")
    run = sent(boss_client, b"Code,Name,Type,Colour\na,New,store,red\nb,B,shop,blue\n")
    here = f"/admin/core/importrun/{run.pk}"
    page = words(boss_client, f"{here}/change/")
    assert "/apply" in page
    assert "/undo" not in page
    errors = words(boss_client, f"/admin/core/importrun/{run.pk}/errors/")
    assert "shop" in errors
    assert ("None of: warehouse" in errors) is (language == "en")
    changes = words(boss_client, f"/admin/core/importrun/{run.pk}/changes/?outcome=changed")
    assert '<td class="tp-before"><bdi>Old</bdi></td>' in changes
    assert '<td class="tp-after"><bdi>New</bdi></td>' in changes
    boss_client.post(f"/admin/core/importrun/{run.pk}/apply/", {"_confirm": "yes"})
    run = work(ImportRun.objects.get())
    assert (run.state, Location.objects.get().name_en) == (RunState.APPLIED, "New")
    boss_client.post(f"/admin/core/importrun/{run.pk}/undo/", {"_confirm": "yes"})
    run = work(ImportRun.objects.get())
    assert (run.state, Location.objects.get().name_en) == (RunState.UNDONE, "Old")


def test_columns_are_corrected(boss_client):
    run = sent(boss_client, b"Number,What\na,A\n")
    page = f"/admin/core/importrun/{run.pk}/mapping/"
    assert "Number" in words(boss_client, page)
    boss_client.post(page, {"code": "0", "name_en": "1"})
    run = work(ImportRun.objects.get())
    assert (run.mapping, run.counts["new"]) == ({"code": 0, "name_en": 1}, 1)


def test_rows_of_the_list_are_exported_as_chosen(boss_client):
    rows = [Location.objects.create(code=code, name_en=code) for code in ("a", "b", "c")]
    chosen = {"_selected_action": [rows[0].pk, rows[2].pk], "action": "export_csv"}
    response = boss_client.post("/admin/locations/location/", chosen)
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["a", "c"]
    response = boss_client.post("/admin/locations/location/", chosen | {"action": "export_xlsx"})
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_who_may_only_view_the_records_imports_nothing(db):
    client = sign_in(make_staff("locations.view_location"))
    assert client.get(UPLOAD).status_code == 403
    assert client.get("/admin/core/importrun/").status_code == 403
    assert "Import a file" not in client.get("/admin/locations/location/").content.decode()
    adder = sign_in(make_staff("locations.add_location", "locations.change_location"))
    assert adder.get(UPLOAD).status_code == 200
    assert adder.get("/admin/core/importrun/upload/gst-registrations/").status_code == 403
