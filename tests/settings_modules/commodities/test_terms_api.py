"""The six kinds of terms over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.commodities.api.terms import TERM_RESOURCES
from settings_modules.commodities.models import PaymentTerm
from tests.factories.terms import TERMS, make_term

pytestmark = pytest.mark.django_db

BASE = "/api/v1/settings/commodities"
KINDS = list(TERMS)


@pytest.fixture
def client() -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.create_superuser("boss@example.com"))
    return made


def send(client: Client, method: str, address: str, body: Any = None, tag: str = "") -> Any:
    headers = {"If-Match": tag} if tag else {}
    return getattr(client, method)(
        f"{BASE}/{address}", body, content_type="application/json", headers=headers
    )


def refusal(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    error = answer.json()["error"]
    return (
        answer.status_code,
        error["code"],
        [(each["field"], each["code"]) for each in error["details"]],
    )


def test_every_kind_has_its_resource():
    assert {one.path: one.model for one in TERM_RESOURCES} == TERMS


@pytest.mark.parametrize("resource", TERM_RESOURCES, ids=KINDS)
def test_example_is_added_read_changed_and_removed(client, resource):
    added = send(client, "post", resource.path, resource.example)
    assert added.status_code == 201
    row = added.json()
    assert {name: row[name] for name in resource.example} == resource.example
    assert added["Location"] == f"{BASE}/{resource.path}/{row['id']}"
    place = f"{resource.path}/{row['id']}"
    assert send(client, "get", place).json() == row
    changed = send(client, "patch", place, {"name_ar": "اسم"}, added["ETag"])
    assert (changed.status_code, changed.json()["name_ar"]) == (200, "اسم")
    assert send(client, "delete", place, tag=added["ETag"]).status_code == 412
    assert send(client, "delete", place, tag=changed["ETag"]).status_code == 204
    assert send(client, "get", place).status_code == 404


@pytest.mark.parametrize("name", KINDS)
def test_double_is_refused_by_its_name(client, name):
    make_term(TERMS[name], name_en="Brokered")
    answer = send(client, "post", name, {"name_en": "brokered"})
    assert refusal(answer)[:2] == (400, "invalid_input")
    assert "Another one has this name." in answer.content.decode()


@pytest.mark.parametrize("name", KINDS)
def test_list_is_searched_filtered_and_sorted(client, name):
    make_term(TERMS[name], name_en="Brokered B", code="BRK2", is_active=False)
    make_term(TERMS[name], name_en="Brokered A", code="BRK1")
    found = send(client, "get", f"{name}?search=brokered").json()
    assert [row["code"] for row in found["items"]] == ["BRK1", "BRK2"]
    found = send(client, "get", f"{name}?search=brk&is_active=false").json()
    assert [row["code"] for row in found["items"]] == ["BRK2"]
    found = send(client, "get", f"{name}?search=brk&ordering=-code").json()
    assert [row["code"] for row in found["items"]] == ["BRK2", "BRK1"]


@pytest.mark.parametrize("name", KINDS)
def test_list_asks_as_often_for_a_hundred_rows_as_for_one(client, name):
    TERMS[name].objects.all().delete()
    make_term(TERMS[name])
    send(client, "get", name)
    with CaptureQueriesContext(connection) as one:
        assert send(client, "get", name).json()["total"] == 1
    for _ in range(99):
        make_term(TERMS[name])
    with CaptureQueriesContext(connection) as many:
        assert len(send(client, "get", f"{name}?page_size=100").json()["items"]) == 100
    assert len(many) == len(one)


@pytest.mark.parametrize("name", KINDS)
def test_term_is_switched_off_and_on_and_merged(client, name):
    kept, merged = make_term(TERMS[name]), make_term(TERMS[name])
    assert send(client, "post", f"{name}/{kept.pk}/deactivate").json()["is_active"] is False
    assert send(client, "post", f"{name}/{kept.pk}/restore").json()["is_active"] is True
    body = {"into": kept.pk, "reason": "twice"}
    answer = send(client, "post", f"{name}/{merged.pk}/merge", body)
    assert (answer.status_code, answer.json()["removed"]) == (200, False)
    assert send(client, "get", f"{name}/{merged.pk}").json()["is_active"] is False
    assert send(client, "get", f"{name}/{kept.pk}/where-used").json() == {"references": []}


def test_decimals_are_texts_and_are_taken_as_texts_and_numbers(client):
    for sent, kept in (("2.5", "2.50"), (2.5, "2.50"), ("100", "100.00"), (2, "2.00")):
        added = send(
            client,
            "post",
            "weightment-terms",
            {"name_en": f"By {sent!r}", "weight_deduction_percent": sent},
        )
        assert added.json()["weight_deduction_percent"] == kept
    for sent in ("2.555", "1e1", "-1", "100.01", "٣", " 2", True, "NaN"):
        answer = send(
            client,
            "post",
            "weightment-terms",
            {"name_en": "No", "weight_deduction_percent": sent},
        )
        assert answer.status_code == 400
        assert refusal(answer)[2][0][0] == "weight_deduction_percent"


def test_letter_of_credit_without_kinds_is_told_on_its_field(client):
    body = {"name_en": "LC", "supports_letter_of_credit": True}
    assert refusal(send(client, "post", "payment-terms", body)) == (
        422,
        "lc_type_required",
        [("lc_types_supported", "lc_type_required")],
    )


def test_unknown_value_is_refused_by_its_name(client):
    answer = send(client, "post", "trade-types", {"name_en": "X", "days": 3})
    assert refusal(answer) == (400, "invalid_input", [("days", "not_writable")])


def test_due_dates_of_a_payment_term(client):
    term = make_term(PaymentTerm, days=90, payment_percentage="10.00")
    place = f"payment-terms/{term.pk}/due-dates"
    found = send(client, "get", f"{place}?invoice_date=2026-01-31&amount=1000.05")
    assert found.json() == {
        "instalments": [
            {"due_on": "2026-01-31", "percent": "10.00", "amount": "100.01"},
            {"due_on": "2026-05-01", "percent": "90.00", "amount": "900.04"},
        ]
    }
    assert refusal(send(client, "get", f"{place}?invoice_date=x&amount=-1")) == (
        400,
        "invalid_input",
        [("invoice_date", "invalid"), ("amount", "min_value")],
    )
    late = send(client, "get", f"{place}?invoice_date=9999-12-31&amount=1")
    assert refusal(late)[:2] == (422, "due_date_out_of_range")
