"""The addresses of imports and exports: the whole way, who may, and whose rows."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.importing.models import ImportRun
from core.jobs.models import Job
from settings_modules.locations.models import Location
from settings_modules.organizations.models import GstRegistration, Organization
from tests.core.importing.conftest import work
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

PLACES = b"Code,Name,Type\na,Place A,store\nb,Place B,shop\n"
GOOD = "27AAPFU0939F1ZV"


@pytest.fixture
def company() -> Organization:
    return Organization.objects.create(name="Company")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(company) -> Client:
    return client_of(make_member(company, "owner"))


def send(client: Client, content: bytes, *, resource: str = "locations", **more):
    headers = more.pop("headers", {})
    file = SimpleUploadedFile("places.csv", content)
    return client.post(f"/api/v1/imports/{resource}", {"file": file, **more}, headers=headers)


def finish(answer) -> ImportRun:
    assert answer.status_code == 202, answer.content
    return work(ImportRun.objects.get(pk=answer.json()["id"]))


def test_whole_way(owner):
    answer = send(owner, PLACES)
    run = finish(answer)
    here = f"/api/v1/imports/{run.pk}"
    assert (answer["Location"], answer.json()["state"]) == (here, "uploaded")
    told = owner.get(here).json()
    assert (told["state"], told["actions"], told["counts"]["failing"]) == (
        "checked",
        ["check", "apply"],
        1,
    )
    (wrong,) = owner.get(f"{here}/errors").json()["items"]
    assert (wrong["row"], wrong["column"], wrong["code"], wrong["value"]) == (
        *(3, "kind", "not_a_choice"),
        "shop",
    )
    lines = b"".join(owner.get(f"{here}/errors.csv").streaming_content).decode().splitlines()
    assert lines[1].startswith("3,kind,error,check,not_a_choice,")
    (new,) = owner.get(f"{here}/diff?outcome=new").json()["items"]
    assert (new["row"], new["values"]["name_en"]) == (2, "Place A")
    finish(owner.post(f"{here}/apply"))
    assert list(Location.objects.values_list("code", "name_en")) == [("a", "Place A")]
    exported = b"".join(owner.get("/api/v1/exports/locations.csv?kind=store").streaming_content)
    assert exported.decode().splitlines()[1].startswith("a,Place A,")
    assert owner.get("/api/v1/exports/locations.csv?colour=red").status_code == 400
    finish(owner.post(f"{here}/undo"))
    assert not Location.objects.exists()
    assert owner.get(here).json()["actions"] == []
    assert owner.get("/api/v1/imports").json()["total"] == 1


def test_mapping_is_corrected(owner):
    run = finish(send(owner, b"Number,What\na,Place A\n"))
    body = {"mapping": {"code": 0, "name_en": 1}}
    address = f"/api/v1/imports/{run.pk}/mapping"
    run = finish(owner.post(address, json.dumps(body), content_type="application/json"))
    assert run.counts["new"] == 1
    for wrong in ({"mapping": {"code": "x"}}, {"mapping": {}}, {}):
        answer = owner.post(address, json.dumps(wrong), content_type="application/json")
        assert answer.status_code == 400


def test_same_key_takes_the_file_once_and_another_file_is_refused(owner):
    key = {"Idempotency-Key": "import-of-today"}
    first, again = send(owner, PLACES, headers=key), send(owner, PLACES, headers=key)
    assert (first.json()["id"], again["Idempotency-Replayed"]) == (again.json()["id"], "true")
    assert send(owner, PLACES + b"c,C,port\n", headers=key).status_code == 422
    assert (ImportRun.objects.count(), Job.objects.count()) == (1, 1)


def test_who_may_view_only_exports(company):
    viewer = client_of(make_member(company, "viewer"))
    assert send(viewer, PLACES).status_code == 403
    assert viewer.get("/api/v1/imports").status_code == 403
    assert viewer.get("/api/v1/exports/locations.xlsx").status_code == 200
    assert viewer.get("/api/v1/exports/gst-registrations.csv").status_code == 403
    assert viewer.get("/api/v1/exports/nothing.csv").status_code == 404


def test_another_organizations_import_and_rows_are_not_there(owner, company):
    other = Organization.objects.create(name="Other")
    GstRegistration.objects.create(gstin="29AAGCB7383J1Z4", organization=other, is_primary=True)
    head = b"GSTIN,Organization\n"
    answer = send(owner, head + f"{GOOD},Company\n".encode(), resource="gst-registrations")
    run = finish(answer)
    finish(owner.post(f"/api/v1/imports/{run.pk}/apply"))
    stranger = client_of(make_member(other, "owner"))
    for part in ("", "/errors", "/errors.csv", "/diff"):
        assert stranger.get(f"/api/v1/imports/{run.pk}{part}").status_code == 404
        assert owner.get(f"/api/v1/imports/{run.pk}{part}").status_code == 200
    for step in ("apply", "undo"):
        assert stranger.post(f"/api/v1/imports/{run.pk}/{step}").status_code == 404
    assert stranger.get("/api/v1/imports").json()["total"] == 0
    mine = b"".join(owner.get("/api/v1/exports/gst-registrations.csv").streaming_content)
    assert (GOOD.encode() in mine, b"29AAGCB7383J1Z4" in mine) == (True, False)


def test_file_larger_than_other_bodies_is_taken_and_one_beyond_its_limit_is_not(owner, settings):
    settings.IMPORT_MAX_BYTES = 2 * 1024 * 1024
    wide = b"a," + b"x" * 1000 + b"\n"
    assert send(owner, wide * 1500).status_code == 202
    refused = send(owner, wide * 2200)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "payload_too_large")
    settings.IMPORT_MAX_BYTES = 1_500_000
    assert send(owner, wide * 1520).json()["error"]["code"] == "import_file_too_large"
