"""Document series and numbers over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from settings_modules.organizations.models import DocumentSeries, DocumentType, IssuedNumber
from settings_modules.organizations.services.document_numbers import issue_number, void_number
from tests.factories.document_numbers import make_branch, make_company, make_series, make_year
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/settings"
SERIES = f"{ROOT}/document-series"
JSON = {"content_type": "application/json"}


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def client(company):
    signed_in = Client()
    signed_in.force_login(make_member(company, "finance"))
    return signed_in


def take(client, company, document_type="invoice", key=None, **body):
    headers = {"Idempotency-Key": key} if key else {}
    address = f"{ROOT}/organizations/{company.pk}/next-document-number/{document_type}"
    return client.post(address, body, headers=headers, **JSON)


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


# Series


def test_series_are_added_with_their_last_number_and_listed(company, client):
    for document_type, prefix, last in (
        ("invoice", "INV", 1),
        ("contract", "CTR", 100),
        ("purchase_order", "PO", 0),
    ):
        body = {"document_type": document_type, "prefix": prefix, "last_number": last}
        added = client.post(SERIES, {"organization": company.pk, **body}, **JSON)
        assert added.status_code == 201
        assert {name: added.json()[name] for name in body} == body
    items = client.get(SERIES).json()["items"]
    assert [(row["document_type"], row["prefix"], row["next_number"]) for row in items] == [
        ("invoice", "INV", 2),
        ("contract", "CTR", 101),
        ("purchase_order", "PO", 1),
    ]
    assert take(client, company, "contract").json()["document_number"] == "CTR000101"


def test_series_shows_all_its_parts_and_next_number_cannot_be_written(company, client):
    year, branch = make_year(company), make_branch(company)
    body = {
        "organization": company.pk,
        "document_type": "invoice",
        "reset_annually": True,
        "financial_year": year.pk,
        "gst_registration": branch.pk,
        "prefix": "MH/",
        "padding": 4,
        "suffix": "/26-27",
    }
    answer = client.post(SERIES, body, **JSON)
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert (shown["last_number"], shown["first_number"], shown["next_number"]) == (0, 1, 1)
    refused = client.post(SERIES, body | {"next_number": 5}, **JSON)
    assert code_of(refused) == (400, "invalid_input")
    assert refused.json()["error"]["details"][0]["field"] == "next_number"


def test_series_is_taken_out_of_use_and_brought_back(company, client):
    series = make_series(company)
    address = f"{SERIES}/{series.pk}"
    gone = client.patch(address, {"is_active": False}, headers={"If-Match": '"1"'}, **JSON)
    assert (gone.status_code, gone.json()["is_active"]) == (200, False)
    assert code_of(take(client, company)) == (503, "no_active_series")
    back = client.patch(address, {"is_active": True}, headers={"If-Match": gone["ETag"]}, **JSON)
    assert (back.status_code, back.json()["is_active"]) == (200, True)
    assert take(client, company).status_code == 201


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"prefix": "INVOICE-2026-2027"}, "prefix", "max_length"),
        ({"prefix": "INVOICE-2026-"}, "prefix", "number_too_long"),
        ({"suffix": "_x"}, "suffix", "number_not_for_tax_documents"),
        ({"last_number": -1}, "last_number", "min_value"),
    ],
)
def test_series_that_cannot_be_refused_on_its_field(company, client, values, field, code):
    body = {"organization": company.pk, "document_type": "invoice", **values}
    details = client.post(SERIES, body, **JSON).json()["error"]["details"]
    assert [(each["field"], each["code"]) for each in details] == [(field, code)]
    assert DocumentSeries.objects.count() == 0


def test_year_of_another_company_is_as_if_it_were_not_there(company, client):
    year = make_year(make_company())
    body = {
        "organization": company.pk,
        "document_type": "invoice",
        "reset_annually": True,
        "financial_year": year.pk,
    }
    details = client.post(SERIES, body, **JSON).json()["error"]["details"]
    assert [(each["field"], each["code"]) for each in details] == [
        ("financial_year", "does_not_exist")
    ]


# Taking a number


def test_number_taken_with_its_row_in_the_ledger(company, client):
    series = make_series(company)
    answer = take(client, company, purpose="order 7", einvoice_reference="IRN-7")
    row = IssuedNumber.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"{ROOT}/issued-numbers/{row.pk}"
    assert answer.json() == {
        "document_number": "INV000001",
        "number": 1,
        "series_id": series.pk,
        "organization_id": company.pk,
        "issued_number_id": row.pk,
        "next_number": 2,
        "is_repeated": False,
        "warnings": [],
    }
    shown = client.get(answer["Location"]).json()
    assert (shown["text"], shown["purpose"], shown["einvoice_reference"], shown["voided_at"]) == (
        "INV000001",
        "order 7",
        "IRN-7",
        None,
    )
    assert shown["issued_by"] == row.issued_by_id


def test_key_is_the_ledgers_key_and_outlives_the_stored_answer(company, client):
    make_series(company)
    first = take(client, company, key="request-1", purpose="a")
    replayed = take(client, company, key="request-1", purpose="a")
    assert replayed["Idempotency-Replayed"] == "true"
    assert replayed.content == first.content
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_idempotencyrecord")
    again = take(client, company, key="request-1", purpose="a")
    assert (again.status_code, again.json()["is_repeated"]) == (200, True)
    assert again.json()["document_number"] == first.json()["document_number"]
    assert IssuedNumber.objects.count() == 1


def test_same_key_of_two_people_takes_two_numbers(company, client):
    make_series(company)
    colleague = Client()
    colleague.force_login(make_member(company, "owner"))
    taken = [take(each, company, key="request-1").json() for each in (client, colleague)]
    assert [each["document_number"] for each in taken] == ["INV000001", "INV000002"]


def test_key_of_another_document_refused(company, client):
    make_series(company)
    make_series(company, DocumentType.RECEIPT, "RCT")
    take(client, company, key="request-1")
    refused = take(client, company, "receipt", key="request-1")
    assert code_of(refused) == (422, "number_key_reused")


def test_branch_is_asked_for_by_its_registration(company, client):
    branch = make_branch(company)
    make_series(company)
    make_series(company, prefix="MH", gst_registration=branch)
    answer = take(client, company, gst_registration=branch.pk)
    assert answer.json()["document_number"] == "MH000001"
    foreign = take(client, company, gst_registration=make_branch(make_company()).pk)
    assert code_of(foreign) == (400, "invalid_input")


def test_missing_einvoice_reference_is_warned_of(client, company):
    make_series(company)
    company.einvoice_required = True
    company.save()
    [warning] = take(client, company).json()["warnings"]
    assert (warning["field"], warning["code"]) == (
        "einvoice_reference",
        "einvoice_reference_missing",
    )
    company.auto_block_if_einvoice_required = True
    company.save()
    assert code_of(take(client, company)) == (422, "einvoice_reference_missing")


@pytest.mark.parametrize("document_type", ["ticket", "x", "INVOICE"])
def test_unknown_document_is_not_found(company, client, document_type):
    make_series(company)
    assert take(client, company, document_type).status_code == 404


# Looking


def test_preview_gaps_and_ledger(company, client):
    series = make_series(company)
    for purpose in ("alpha", "beta", "gamma"):
        take(client, company, purpose=purpose)
    void_number(issued=IssuedNumber.objects.get(number=2), reason="torn")
    address = f"{SERIES}/{series.pk}"
    assert client.get(f"{address}/preview").json() == {
        "document_number": "INV000004",
        "number": 4,
        "refusal": None,
    }
    assert client.get(f"{address}/gaps").json() == {
        "first_number": 1,
        "last_number": 3,
        "missing": 0,
        "gaps": [],
        "duplicated": 0,
        "duplicates": [],
    }

    def numbers(query=""):
        found = client.get(f"{address}/ledger{query}").json()
        assert found["total"] == len(found["items"])
        return [row["number"] for row in found["items"]]

    assert numbers() == [3, 2, 1]
    assert numbers("?ordering=number") == [1, 2, 3]
    assert numbers("?voided=true") == [2]
    assert numbers("?voided=false") == [3, 1]
    assert numbers("?search=000003") == [3]
    assert numbers("?search=ALPHA") == [1]
    assert numbers("?search=%25") == []
    page = client.get(f"{address}/ledger?page_size=2&page=2").json()
    assert (page["total"], [row["number"] for row in page["items"]]) == (3, [1])


def test_preview_says_what_keeps_the_number(company, client):
    year = make_year(company, status="closed")
    series = make_series(company, reset_annually=True, financial_year=year)
    refusal = client.get(f"{SERIES}/{series.pk}/preview").json()["refusal"]
    assert refusal["code"] == "year_not_open"
    assert code_of(take(client, company)) == (409, "year_not_open")


def test_number_is_voided_once(company, client):
    make_series(company)
    number = take(client, company).json()["issued_number_id"]
    address = f"{ROOT}/issued-numbers/{number}/void"
    assert code_of(client.post(address, {}, **JSON)) == (400, "invalid_input")
    voided = client.post(address, {"reason": "torn"}, **JSON)
    assert (voided.status_code, voided.json()["void_reason"]) == (200, "torn")
    assert code_of(client.post(address, {"reason": "torn"}, **JSON)) == (
        409,
        "number_already_voided",
    )


@pytest.mark.parametrize("part", ["ledger", "preview", "gaps"])
def test_looking_asks_as_often_for_three_numbers_as_for_one(company, client, part):
    series = make_series(company)
    address = f"{SERIES}/{series.pk}/{part}"
    issue_number(document_type=DocumentType.INVOICE, organization=company)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(2):
        issue_number(document_type=DocumentType.INVOICE, organization=company)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    # Session, account, memberships, the series; then the rows and their number, or the report.
    wanted = {"ledger": 6, "preview": 4, "gaps": 6}[part]
    assert (len(one), len(three)) == (wanted, wanted)
