"""Business partners over HTTP: shapes, filters, search, the warning, numbers masked."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.partners.models import BusinessPartner
from tests.factories.partners import (
    GSTIN,
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

PARTNERS = "/api/v1/settings/partners"
PHONE = "+9647712345678"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    return client


def send(client: Client, method: str, address: str, body=None, **headers: str):
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def names(client: Client, query: str) -> list[str]:
    answer = client.get(f"{PARTNERS}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["items"]]


def test_partner_is_added_read_and_changed(boss):
    body = {
        "name": "Sai Cotton Mills",
        "roles": ["transporter", "supplier"],
        "phone": "0771 234 5678",
        "pan": "aaacm1234a",
        "currency": "INR",
        "credit_limit": "2500000.5",
        "payment_days": 30,
    }
    added = send(boss, "post", PARTNERS, body)
    assert added.status_code == 201, added.content
    row = added.json()
    assert (row["roles"], row["phone"], row["pan"]) == (
        ["supplier", "transporter"],
        PHONE,
        "AAACM1234A",
    )
    assert (row["credit_limit"], row["payment_days"], row["status"]) == (
        "2500000.500",
        30,
        "active",
    )
    address = f"{PARTNERS}/{row['id']}"
    assert boss.get(address).json() == row
    tag = {"If-Match": added["ETag"]}
    changed = send(boss, "patch", address, {"status": "blocked", "credit_limit": None}, **tag)
    assert (changed.json()["status"], changed.json()["credit_limit"]) == ("blocked", None)
    assert send(boss, "patch", address, {"status": "lead"}, **tag).status_code == 412


def test_partner_that_nothing_refers_to_is_removed(boss):
    partner = make_partner()
    gone = send(boss, "delete", f"{PARTNERS}/{partner.pk}", **{"If-Match": '"1"'})
    assert (gone.status_code, BusinessPartner.objects.count()) == (204, 0)
    partner = make_partner()
    make_contact(partner)
    kept = send(boss, "delete", f"{PARTNERS}/{partner.pk}", **{"If-Match": '"1"'})
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "still_in_use")


def test_similar_partners_are_told_before_one_is_added(boss):
    there = make_partner("Sai Cotton Mills")
    make_partner_registration(there)
    body = {"name": "Basra", "gstin": "27aaacm1234a1z8"}
    refused = send(boss, "post", PARTNERS, body)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "similar_partner")
    expected = {
        "id": there.pk,
        "code": "",
        "name": "Sai Cotton Mills",
        "is_active": True,
        "merged_into": None,
        "score": "1.00",
        "reasons": ["gstin"],
    }
    assert error["similar"] == [expected]
    asked = boss.get(f"{PARTNERS}/similar?gstin={GSTIN}&name=Basra").json()
    assert asked == {"items": [expected]}
    assert boss.get(f"{PARTNERS}/similar?gstin={GSTIN}&besides={there.pk}").json() == {"items": []}
    assert send(boss, "post", PARTNERS, {**body, "confirm_similar": True}).status_code == 201


def test_filters_and_search(boss):
    sai = make_partner("Sai", roles=["supplier", "broker"], code="SUP-1", phone=PHONE)
    make_address(sai, city="Nagpur")
    make_partner_registration(sai)
    make_partner("Basra", status="blocked", is_active=False)
    for query, found in {
        "role=broker": ["Sai"],
        "role=customer": ["Basra"],
        "status=blocked": ["Basra"],
        "is_active=false": ["Basra"],
        "city=nagp": ["Sai"],
        f"gstin={GSTIN}": ["Sai"],
        "code=sup-1": ["Sai"],
        "search=nagpur": ["Sai"],
        "search=0771+234+5678": ["Sai"],
        "search=nobody": [],
        "ordering=-id": ["Basra", "Sai"],
    }.items():
        assert names(boss, query) == found, query
    assert boss.get(f"{PARTNERS}?role=friend").status_code == 400
    assert boss.get(f"{PARTNERS}?search=%00").status_code == 400


def test_records_are_added_listed_and_changed(boss):
    partner = make_partner("Sai")
    bodies = {
        "contacts": {"name": "Asha", "phone": "+912226543210"},
        "addresses": {"line1": "12 Mill Road", "country": "in"},
        "gst-registrations": {"gstin": GSTIN},
        "bank-accounts": {
            "account_holder": "Sai",
            "bank_name": "State Bank",
            "currency": "INR",
            "account_number": "1234567890",
        },
    }
    for kind, body in bodies.items():
        flat = f"/api/v1/settings/partner-{kind}"
        added = send(boss, "post", flat, {"partner": partner.pk, **body})
        assert added.status_code == 201, added.content
        row = added.json()
        below = boss.get(f"{PARTNERS}/{partner.pk}/{kind}").json()
        assert (below["total"], below["items"]) == (1, [row])
        assert boss.get(f"{flat}?partner={partner.pk}").json()["items"] == [row]
        tag = {"If-Match": added["ETag"]}
        moved = send(boss, "patch", f"{flat}/{row['id']}", {"partner": partner.pk}, **tag)
        assert moved.status_code == 400
        off = send(boss, "post", f"{flat}/{row['id']}/deactivate")
        assert (off.status_code, off.json()["is_active"]) == (200, False)
        assert (
            send(boss, "delete", f"{flat}/{row['id']}", **{"If-Match": off["ETag"]}).status_code
            == 204
        )
    assert boss.get(f"{PARTNERS}/{partner.pk + 1}/contacts").status_code == 404


def test_only_holder_of_a_mark_is_not_taken_away(boss):
    partner = make_partner("Sai")
    first = make_contact(partner)
    make_contact(partner, "Ravi")
    refused = send(boss, "post", f"/api/v1/settings/partner-contacts/{first.pk}/deactivate")
    (detail,) = refused.json()["error"]["details"]
    assert (refused.status_code, detail["field"], detail["code"]) == (
        409,
        "is_primary",
        "mark_needs_holder",
    )


def test_account_numbers_are_written_and_revealed_alone(boss):
    account = make_partner_account(make_partner("Sai"))
    address = f"/api/v1/settings/partner-bank-accounts/{account.pk}"
    shown = boss.get(address).json()
    assert (shown["shown_number"], {"account_number", "iban"} & set(shown)) == ("••••7890", set())
    seen = send(boss, "post", f"{address}/reveal", **{"Idempotency-Key": "reveal-once"})
    assert seen.json() == {"account_number": "1234567890", "iban": ""}
    assert seen["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", ["", "/contacts", "/gst-registrations"])
def test_list_asks_as_often_for_many_rows_as_for_one(boss, kind):
    partner = make_partner("Sai")

    def fill(number: int) -> None:
        make_partner(f"Partner {number}")
        make_contact(partner, f"Contact {number}")
        make_partner_registration(partner, ["24AAACM1234A1ZE", "33AAACM1234A1ZF", GSTIN][number])

    address = f"{PARTNERS}{f'/{partner.pk}{kind}' if kind else ''}?search=a"
    fill(0)
    boss.get(address)
    with CaptureQueriesContext(connection) as one:
        boss.get(address)
    fill(1)
    fill(2)
    with CaptureQueriesContext(connection) as many:
        assert boss.get(address).json()["total"] >= 3
    assert len(many) == len(one)
