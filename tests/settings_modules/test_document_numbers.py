"""Which series numbers a document, what the ledger holds, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Order
from catalog.selectors.turnover import order_turnover
from catalog.services.orders import cancel_order, ship_order
from core.context import Context, Source, use_context
from core.errors import FieldError
from core.events.models import Event
from core.events.services import unit_of_work
from core.identity.models import User
from settings_modules.organizations.errors import (
    EinvoiceReferenceMissing,
    NoActiveSeries,
    NumberAlreadyVoided,
    NumberKeyReused,
    NumberPrintedBefore,
    NumberTooLong,
    OtherOrganizationsRecord,
    VoidReasonMissing,
    YearNotOpen,
)
from settings_modules.organizations.models import (
    DocumentSeries,
    DocumentType,
    IssuedNumber,
    YearStatus,
)
from settings_modules.organizations.selectors.document_numbers import (
    Gap,
    preview_number,
    report_numbers,
)
from settings_modules.organizations.services.document_numbers import issue_number, void_number
from tests.factories.catalog import make_order, make_product, make_shop
from tests.factories.document_numbers import make_branch, make_company, make_series, make_year

pytestmark = pytest.mark.django_db

INVOICE = DocumentType.INVOICE
MISSING = FieldError(
    "einvoice_reference",
    "einvoice_reference_missing",
    "E-invoices are required: this document needs its e-invoice reference.",
    EinvoiceReferenceMissing.message_ar,
)


def invoice(company, **more):
    return issue_number(document_type=INVOICE, organization=company, **more)


# Which number


def test_new_series_begins_at_one():
    company = make_company()
    make_series(company)
    assert [invoice(company).text for _ in range(3)] == ["INV000001", "INV000002", "INV000003"]


def test_series_after_100_issues_101():
    company = make_company()
    series = make_series(company, DocumentType.CONTRACT, "CTR", last_number=100)
    issued = issue_number(document_type=DocumentType.CONTRACT, organization=company)
    assert (issued.text, issued.number, issued.next_number) == ("CTR000101", 101, 102)
    assert report_numbers(series).missing == 0


def test_number_longer_than_the_padding_is_printed_whole():
    company = make_company()
    make_series(company, prefix="I", padding=2, suffix="/26", last_number=99)
    assert invoice(company).text == "I100/26"


def test_without_an_organization_the_selling_one_issues():
    make_shop()
    make_series(make_company(), DocumentType.ORDER, "NO-")
    assert issue_number(document_type=DocumentType.ORDER).text == "TP-000001"


def test_branch_takes_its_own_series_before_the_companys():
    company = make_company()
    branch, other = make_branch(company), make_branch(company)
    make_series(company)
    make_series(company, prefix="MH", gst_registration=branch)
    assert invoice(company, gst_registration=branch).text == "MH000001"
    assert invoice(company, gst_registration=other).text == "INV000001"
    assert issue_number(document_type=INVOICE, gst_registration=branch).text == "MH000002"
    assert invoice(company).text == "INV000002"


def test_branch_of_another_company_refused():
    company = make_company()
    make_series(company)
    with pytest.raises(OtherOrganizationsRecord):
        invoice(company, gst_registration=make_branch(make_company()))


def test_series_of_the_active_year_numbers_and_the_next_year_begins_at_one():
    company = make_company()
    year = make_year(company)
    following = make_year(company, 2027, is_active=False)
    for each in (year, following):
        make_series(company, reset_annually=True, financial_year=each)
    assert [invoice(company).text for _ in range(2)] == ["INV000001", "INV000002"]
    year.is_active, following.is_active = False, True
    year.save()
    following.save()
    issued = invoice(company)
    assert issued.text == "INV000001"
    assert IssuedNumber.objects.get(pk=issued.ledger_id).financial_year == following


@pytest.mark.parametrize("status", [YearStatus.CLOSED, YearStatus.LOCKED])
def test_active_year_that_is_not_open_gives_no_number(status):
    company = make_company()
    year = make_year(company, status=status)
    series = make_series(company, reset_annually=True, financial_year=year)
    make_series(company, prefix="ALL")
    with pytest.raises(YearNotOpen) as refused:
        invoice(company)
    assert refused.value.values == {"year": "FY 2026"}
    series.refresh_from_db()
    assert (series.last_number, IssuedNumber.objects.count()) == (0, 0)


def test_series_of_a_year_without_an_active_one_refused():
    company = make_company()
    year = make_year(company, status=YearStatus.DRAFT, is_active=False)
    make_series(company, reset_annually=True, financial_year=year)
    with pytest.raises(YearNotOpen):
        invoice(company)


def test_no_series_inactive_series_and_other_documents_refused():
    company = make_company()
    with pytest.raises(NoActiveSeries):
        invoice(company)
    make_series(company, is_active=False)
    make_series(company, DocumentType.RECEIPT, "RCT")
    with pytest.raises(NoActiveSeries):
        invoice(company)


def test_tax_number_of_17_characters_refused_at_issue():
    company = make_company()
    series = make_series(company, prefix="INVOICE/26/", padding=4, last_number=9_999)
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=99_999)
    with pytest.raises(NumberTooLong) as refused:
        invoice(company)
    assert refused.value.values == {"number": "INVOICE/26/100000", "longest": 16}
    series.refresh_from_db()
    assert series.last_number == 99_999


def test_number_that_another_series_printed_refused():
    company = make_company()
    make_series(company)
    invoice(company)
    DocumentSeries.objects.update(is_active=False)
    # Past the service, as a script might.
    DocumentSeries.objects.create(organization=company, document_type=INVOICE, prefix="INV")
    with pytest.raises(NumberPrintedBefore), unit_of_work():
        invoice(company)
    assert IssuedNumber.objects.count() == 1


# The ledger


def test_ledger_holds_who_when_for_what_and_the_request():
    user = User.objects.create(email="clerk@example.com", is_staff=True)
    company = make_company()
    series = make_series(company)
    began = timezone.now()
    context = Context("request-of-a-clerk", f"user:{user.pk}", Source.API)
    with use_context(context):
        issued = invoice(company, purpose="goods of May", einvoice_reference="IRN-1")
    row = IssuedNumber.objects.get(pk=issued.ledger_id)
    assert (row.series, row.organization, row.document_type) == (series, company, "invoice")
    assert (row.number, row.text, row.purpose) == (1, "INV000001", "goods of May")
    assert (row.einvoice_reference, row.issued_by, row.request_id) == (
        "IRN-1",
        user,
        "request-of-a-clerk",
    )
    assert began <= row.issued_at <= timezone.now()
    assert (row.voided_at, row.void_reason) == (None, "")


def test_refused_document_gives_its_number_back():
    company = make_company()
    make_series(company)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        invoice(company)
        raise ZeroDivisionError
    assert IssuedNumber.objects.count() == 0
    assert invoice(company).text == "INV000001"


def test_order_takes_its_number_here_and_keeps_it_when_cancelled():
    order = make_order((make_product(), 1))
    row = IssuedNumber.objects.get()
    assert (row.text, row.purpose, row.organization) == (order.number, "order", order.organization)
    cancel_order(order=order)
    row.refresh_from_db()
    assert (row.voided_at, Order.objects.get().number) == (None, "TP-000001")


def test_issuing_is_one_statement_in_its_callers_unit():
    company = make_company()
    year = make_year(company)
    make_series(company, reset_annually=True, financial_year=year)
    make_series(company, DocumentType.RECEIPT, "RCT")
    with unit_of_work():
        for document_type in (INVOICE, DocumentType.RECEIPT):
            with CaptureQueriesContext(connection) as asked:
                issue_number(
                    document_type=document_type, organization=company, einvoice_reference="IRN"
                )
            assert len(asked) == 1


# Keys


def test_repeated_key_gives_the_first_answer_also_after_the_year_has_turned():
    company = make_company()
    year, following = make_year(company), make_year(company, 2027, is_active=False)
    for each in (year, following):
        make_series(company, reset_annually=True, financial_year=each)
    first = invoice(company, idempotency_key="key-of-may")
    assert first.is_repeated is False
    year.is_active, following.is_active = False, True
    year.save()
    following.save()
    again = invoice(company, idempotency_key="key-of-may")
    assert (again.text, again.ledger_id, again.is_repeated) == (first.text, first.ledger_id, True)
    assert IssuedNumber.objects.count() == 1


def test_key_of_another_purpose_or_document_refused():
    company = make_company()
    make_series(company)
    make_series(company, DocumentType.RECEIPT, "RCT")
    invoice(company, idempotency_key="key", purpose="a")
    with pytest.raises(NumberKeyReused):
        invoice(company, idempotency_key="key", purpose="b")
    with pytest.raises(NumberKeyReused):
        issue_number(
            document_type=DocumentType.RECEIPT,
            organization=company,
            idempotency_key="key",
            purpose="a",
        )
    assert IssuedNumber.objects.count() == 1


def test_key_of_another_company_is_another_key():
    first, second = make_company(), make_company()
    for company in (first, second):
        make_series(company)
        assert invoice(company, idempotency_key="key").is_repeated is False
    assert IssuedNumber.objects.count() == 2


# Voiding


def test_voided_once_with_a_reason_and_an_event_and_never_issued_again():
    user = User.objects.create(email="clerk@example.com", is_staff=True)
    company = make_company()
    series = make_series(company)
    row = IssuedNumber.objects.get(pk=invoice(company).ledger_id)
    for reason in ("", "  "):
        with pytest.raises(VoidReasonMissing):
            void_number(issued=row, reason=reason)
    with use_context(Context("request-of-a-clerk", f"user:{user.pk}", Source.API)):
        voided = void_number(issued=row, reason=" printed in error ")
    assert (voided.voided_by, voided.void_reason) == (user, "printed in error")
    with pytest.raises(NumberAlreadyVoided):
        void_number(issued=row, reason="again")
    event = Event.objects.get(type="document_number.voided")
    assert event.data == {
        "series_id": series.pk,
        "number": "INV000001",
        "reason": "printed in error",
    }
    assert invoice(company).text == "INV000002"
    assert report_numbers(series).missing == 0


# Preview and report


def test_preview_takes_nothing():
    company = make_company()
    series = make_series(company, last_number=7)
    for _ in range(2):
        preview = preview_number(series)
        assert (preview.number, preview.text, preview.refusal) == (8, "INV000008", None)
    assert IssuedNumber.objects.count() == 0


def test_preview_says_why_the_number_cannot_be_issued():
    company = make_company()
    closed = make_year(company, status=YearStatus.CLOSED)
    series = make_series(company, reset_annually=True, financial_year=closed)
    assert preview_number(series).refusal.code == "year_not_open"
    series.is_active = False
    assert preview_number(series).refusal.code == "no_active_series"


def test_report_names_gaps_and_counts_them():
    company = make_company()
    series = make_series(company, last_number=10)
    for _ in range(3):
        invoice(company)
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=16)
    invoice(company)
    DocumentSeries.objects.filter(pk=series.pk).update(last_number=18)
    series.refresh_from_db()
    report = report_numbers(series)
    assert (report.first_number, report.last_number, report.missing) == (11, 18, 4)
    assert report.gaps == [Gap(14, 16), Gap(18, 18)]
    assert (report.duplicated, report.duplicates) == (0, [])


def test_report_of_a_series_that_issued_nothing_is_empty():
    series = make_series(make_company(), last_number=10)
    report = report_numbers(series)
    assert (report.missing, report.gaps, report.duplicates) == (0, [], [])


def test_report_names_what_was_printed_twice():
    company = make_company()
    yearly = make_series(company, reset_annually=True, financial_year=make_year(company))
    invoice(company)
    invoice(company)
    DocumentSeries.objects.update(is_active=False)
    # Past the service, as a script might.
    through = DocumentSeries.objects.create(
        organization=company, document_type=INVOICE, prefix="INV", last_number=1, first_number=2
    )
    invoice(company)
    assert report_numbers(yearly).duplicates == ["INV000002"]
    assert report_numbers(through).duplicates == ["INV000002"]


# E-invoices


def test_tax_document_without_a_reference_warned_of_while_einvoices_are_required():
    company = make_company(einvoice_required=True)
    make_series(company)
    make_series(company, DocumentType.RECEIPT, "RCT")
    assert invoice(company).warnings == (MISSING,)
    assert invoice(company, einvoice_reference="IRN-1").warnings == ()
    receipt = issue_number(document_type=DocumentType.RECEIPT, organization=company)
    assert receipt.warnings == ()


def test_tax_document_without_a_reference_blocked_where_that_is_wanted():
    company = make_company(einvoice_required=True, auto_block_if_einvoice_required=True)
    make_series(company)
    with pytest.raises(EinvoiceReferenceMissing):
        invoice(company)
    assert invoice(company, einvoice_reference="IRN-1").text == "INV000001"


def test_blocking_switch_alone_blocks_nothing():
    company = make_company(auto_block_if_einvoice_required=True)
    make_series(company)
    assert invoice(company).warnings == ()


@pytest.mark.parametrize(
    ("threshold", "warned"), [("3000.00", True), ("3000.01", False), ("0", True), (None, False)]
)
def test_turnover_from_the_threshold_on_requires_einvoices(threshold, warned):
    order = make_order((make_product(price="1500"), 2))
    company = order.organization
    today = timezone.localdate()
    make_year(company, today.year if today.month >= 4 else today.year - 1)
    company.threshold_limit = threshold and Decimal(threshold)
    company.save()
    make_series(company)
    assert invoice(company).warnings == ((MISSING,) if warned else ())


def test_turnover_of_an_earlier_year_requires_einvoices_still():
    order = make_order((make_product(price="1500"), 2))
    company = order.organization
    today = timezone.localdate()
    begun = today.year if today.month >= 4 else today.year - 1
    make_year(company, begun, is_active=False)
    make_year(company, begun + 1)
    company.threshold_limit = Decimal(3000)
    company.save()
    make_series(company)
    assert invoice(company).warnings == (MISSING,)


def test_turnover_counts_orders_of_the_days_in_the_base_currency_that_stand():
    product = make_product(price="1000", stock="100")
    orders = [make_order((product, quantity)) for quantity in (1, 2, 4, 8, 16)]
    cancel_order(order=orders[1])
    ship_order(order=orders[2])
    Order.objects.filter(pk=orders[3].pk).update(currency="USD")
    Order.objects.filter(pk=orders[4].pk).update(placed_at="2020-01-01T12:00:00Z")
    company, today = orders[0].organization_id, timezone.localdate()
    assert order_turnover(company, today, today) == Decimal(5000)
    assert order_turnover(company, date(2020, 1, 1), today) == Decimal(21000)
    assert order_turnover(make_company().pk, date(2020, 1, 1), today) == Decimal(0)
