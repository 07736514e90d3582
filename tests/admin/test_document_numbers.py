"""The series tab of an organization, the ledger's page, voiding, and the gap report."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from settings_modules.organizations.models import DocumentSeries, DocumentType, IssuedNumber
from settings_modules.organizations.services.document_numbers import issue_number
from tests.admin.conftest import sign_in
from tests.admin.sent_forms import inputs_of
from tests.factories.document_numbers import make_company, make_series, make_year
from tests.factories.organizations import make_member

LEDGER = reverse("admin:organizations_issuednumber_changelist")


@pytest.fixture
def company(db):
    return make_company()


@pytest.fixture
def client(company):
    return sign_in(make_member(company, "owner"))


def page_of(company):
    return reverse("admin:organizations_organization_change", args=[company.pk])


def take(company, times=1):
    for _ in range(times):
        issued = issue_number(document_type=DocumentType.INVOICE, organization=company)
    return IssuedNumber.objects.get(pk=issued.ledger_id)


def filled_in(client, company):
    return inputs_of(client.get(page_of(company)).content.decode(), "organization_form")


def new_series(**values):
    given = {"document_type": "invoice", "prefix": "INV", "padding": "6", "last_number": "0"}
    given |= {"is_active": "on", **values}
    return {f"series-0-{name}": [value] for name, value in given.items()} | {
        "series-TOTAL_FORMS": ["1"]
    }


def test_tab_adds_a_series_of_a_year_and_shows_its_next_number(company, client):
    year = make_year(company)
    sent = filled_in(client, company) | new_series(
        reset_annually="on", financial_year=str(year.pk), suffix="/26"
    )
    assert client.post(page_of(company), sent).status_code == 302
    series = DocumentSeries.objects.get()
    assert (series.financial_year, series.printed(1)) == (year, "INV000001/26")
    assert '<bdi dir="ltr">INV000001/26</bdi>' in client.get(page_of(company)).content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"prefix": "INVOICE/2026"}, "“INVOICE/2026000001” is longer than"),
        ({"prefix": "INV_"}, "Numbers of tax documents consist of the letters A to Z"),
        ({"reset_annually": "on"}, "A series that begins anew each year belongs to"),
    ],
)
def test_refused_series_says_why_on_the_page(company, client, values, words):
    answer = client.post(page_of(company), filled_in(client, company) | new_series(**values))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert DocumentSeries.objects.count() == 0


def test_used_series_refuses_another_prefix_on_its_line(company, client):
    make_series(company)
    take(company)
    sent = filled_in(client, company) | {"series-0-prefix": ["NEW"]}
    answer = client.post(page_of(company), sent)
    assert "Numbers were issued in this series" in answer.content.decode()
    assert DocumentSeries.objects.get().prefix == "INV"


def test_tab_offers_only_the_companys_own_years(company, client):
    own, foreign = make_year(company), make_year(make_company(), 2031)
    make_series(company)
    text = client.get(page_of(company)).content.decode()
    assert f">{own}</option>" in text
    assert f">{foreign}</option>" not in text


def test_tab_asks_as_often_for_three_series_as_for_one(company, client):
    yearly = {"reset_annually": True, "financial_year": make_year(company)}
    make_series(company, **yearly)
    client.get(page_of(company))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(company))
    make_series(company, DocumentType.RECEIPT, "RCT")
    make_series(company, DocumentType.ORDER, "SO", **yearly)
    with CaptureQueriesContext(connection) as three:
        client.get(page_of(company))
    assert len(three) == len(one), "\n".join(query["sql"] for query in three)


def test_ledger_is_searched_and_narrowed_and_shows_the_own_company_alone(company, client):
    make_series(company)
    other = make_company()
    make_series(other, prefix="OTH")
    take(other)
    take(company, 2)
    void = reverse("admin:organizations_issuednumber_void_page", args=[take(company).pk])
    client.post(void, {"_confirm": "yes", "reason": "torn"})

    def shown(query=""):
        text = client.get(f"{LEDGER}{query}").content.decode()
        return [n for n in ("INV000001", "INV000002", "INV000003", "OTH000001") if n in text]

    assert shown() == ["INV000001", "INV000002", "INV000003"]
    assert shown("?q=000002") == ["INV000002"]
    assert shown("?voided=yes") == ["INV000003"]
    assert shown("?voided=no") == ["INV000001", "INV000002"]
    assert shown("?document_type__exact=receipt") == []
    assert shown(f"?series__id__exact={DocumentSeries.objects.get(prefix='OTH').pk}") == []


def test_number_is_voided_with_a_reason_once(company, client):
    make_series(company)
    row = take(company)
    change = reverse("admin:organizations_issuednumber_change", args=[row.pk])
    void = reverse("admin:organizations_issuednumber_void_page", args=[row.pk])
    assert void in client.get(change).content.decode()
    assert client.post(void, {"_confirm": "yes", "reason": ""}).status_code == 200
    assert client.post(void, {"_confirm": "yes", "reason": "torn"}).status_code == 302
    row.refresh_from_db()
    assert (row.void_reason, row.voided_by.full_name) == ("torn", "owner")
    assert void not in client.get(change).content.decode()
    again = client.post(void, {"_confirm": "yes", "reason": "again"})
    assert "The number INV000001 is voided already." in again.content.decode()


def test_voiding_needs_its_permission_and_the_own_company(company, client):
    other = make_company()
    make_series(other)
    void = reverse("admin:organizations_issuednumber_void_page", args=[take(other).pk])
    assert client.post(void, {"_confirm": "yes", "reason": "x"}).status_code == 404
    administrator = sign_in(make_member(other, "administrator"))
    assert administrator.post(void, {"_confirm": "yes", "reason": "x"}).status_code == 403
    assert IssuedNumber.objects.filter(voided_at=None).count() == 1


def test_gap_report_names_what_is_missing(company, client):
    series = make_series(company)
    gaps = reverse("admin:organizations_issuednumber_gaps", args=[series.pk])
    assert "No number was issued yet." in client.get(gaps).content.decode()
    take(company, 2)
    assert "no number is missing" in client.get(gaps).content.decode()
    DocumentSeries.objects.update(last_number=5)
    take(company)
    text = client.get(gaps).content.decode()
    assert "3 numbers are missing, 0 were printed twice." in text
    assert "INV000003 – INV000005" in text
    assert gaps in client.get(page_of(company)).content.decode()


def test_gap_report_of_another_company_is_not_found(company, client):
    series = make_series(make_company())
    gaps = reverse("admin:organizations_issuednumber_gaps", args=[series.pk])
    assert client.get(gaps).status_code == 404
    catalogue = sign_in(make_member(company, "viewer"))
    own = reverse("admin:organizations_issuednumber_gaps", args=[make_series(company).pk])
    assert catalogue.get(own).status_code == 403
