"""What a series may look like, what may change in it, and what raw SQL may not do."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import StaleVersion
from core.events.models import Event
from settings_modules.organizations.errors import (
    NumberAlreadyIssued,
    NumberNotForTaxDocuments,
    NumberTooLong,
    OtherOrganizationsRecord,
    SeriesInUse,
    SeriesPrintsSameNumbers,
)
from settings_modules.organizations.models import DocumentSeries, DocumentType, IssuedNumber
from settings_modules.organizations.services.document_numbers import issue_number, void_number
from settings_modules.organizations.services.document_series import remove_series, update_series
from tests.factories.document_numbers import make_branch, make_company, make_series, make_year

pytestmark = pytest.mark.django_db

INVOICE, RECEIPT = DocumentType.INVOICE, DocumentType.RECEIPT


def use(series, times=1):
    for _ in range(times):
        issue_number(document_type=series.document_type, organization=series.organization)
    series.refresh_from_db()


# What it looks like


def test_series_counts_from_the_number_after_the_last():
    series = make_series(make_company(), DocumentType.CONTRACT, "CTR", last_number=100)
    assert (series.first_number, series.last_number, series.next_number) == (101, 100, 101)
    assert series.has_issued is False


@pytest.mark.parametrize(
    ("prefix", "padding", "suffix", "last"),
    [
        ("INVOICE/26-27/", 3, "", 0),
        ("INVOICE26/", 6, "X", 0),
        ("INVOICE26/", 3, "/X", 9_999),
    ],
)
def test_tax_number_beyond_16_characters_refused_when_the_series_is_made(
    prefix, padding, suffix, last
):
    with pytest.raises(NumberTooLong):
        make_series(make_company(), prefix=prefix, padding=padding, suffix=suffix, last_number=last)
    assert DocumentSeries.objects.count() == 0


def test_tax_number_of_16_characters_taken():
    series = make_series(make_company(), prefix="INV/2026-7/", padding=5)
    assert series.printed(1) == "INV/2026-7/00001"
    assert len(series.printed(1)) == 16


@pytest.mark.parametrize("text", ["INV 1", "INV.", "فات", "INV_", "Ínv", "١"])
@pytest.mark.parametrize("document_type", sorted(("invoice", "credit_note", "debit_note")))
def test_tax_number_of_other_characters_refused(document_type, text):
    for values in ({"prefix": text}, {"prefix": "", "suffix": text}):
        with pytest.raises(NumberNotForTaxDocuments):
            make_series(make_company(), document_type, **values)


def test_other_documents_may_have_up_to_40_characters_of_any_kind():
    company = make_company()
    series = make_series(company, RECEIPT, "وصل قبض رقم ....", padding=12, suffix=" of branch 2")
    assert len(series.printed(1)) == 40
    with pytest.raises(NumberTooLong):
        make_series(company, DocumentType.QUOTATION, "P" * 16, padding=12, suffix="S" * 13)


def test_last_number_of_thirteen_digits_refused():
    company = make_company()
    with pytest.raises(NumberTooLong):
        make_series(company, RECEIPT, "R", last_number=10**12 - 1)
    series = make_series(company, RECEIPT, "R", last_number=10**12 - 2)
    use(series)
    assert IssuedNumber.objects.get().text == "R999999999999"
    with pytest.raises(NumberTooLong):
        use(series)


@pytest.mark.parametrize("values", [{"padding": 0}, {"padding": 13}, {"last_number": -1}])
def test_digits_and_numbers_out_of_range_refused(values):
    with pytest.raises(ValidationError):
        make_series(make_company(), RECEIPT, "R", **values)


def test_series_that_begins_anew_has_a_year_and_another_none():
    company = make_company()
    year = make_year(company)
    with pytest.raises(ValidationError):
        make_series(company, reset_annually=True)
    with pytest.raises(ValidationError):
        make_series(company, financial_year=year)
    assert make_series(company, reset_annually=True, financial_year=year).financial_year == year


def test_year_or_registration_of_another_company_refused():
    company, other = make_company(), make_company()
    year, branch = make_year(other), make_branch(other)
    with pytest.raises(OtherOrganizationsRecord) as refused:
        make_series(company, reset_annually=True, financial_year=year)
    assert refused.value.field == "financial_year"
    with pytest.raises(OtherOrganizationsRecord) as refused:
        make_series(company, gst_registration=branch)
    assert refused.value.field == "gst_registration"


# Nobody else's numbers


def test_second_active_series_of_the_same_prefix_refused_for_a_branch():
    company = make_company()
    make_series(company)
    branch = make_branch(company)
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company, gst_registration=branch)
    assert make_series(company, prefix="INB", gst_registration=branch).is_active


def test_numbers_printed_by_a_series_out_of_use_refused_until_one_begins_beyond_them():
    company = make_company()
    old = make_series(company, last_number=40)
    use(old, 2)
    update_series(series=old, values={"is_active": False})
    with pytest.raises(SeriesPrintsSameNumbers) as refused:
        make_series(company, last_number=41)
    assert refused.value.values["number"] == 42
    assert make_series(company, last_number=42).next_number == 43


def test_numbers_that_read_alike_refused():
    company = make_company()
    old = make_series(company, RECEIPT, "A1", padding=3)
    use(old, 5)
    update_series(series=old, values={"is_active": False})
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company, RECEIPT, "A", padding=4)
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company, RECEIPT, "A10", padding=2)
    assert make_series(company, RECEIPT, "A", padding=4, last_number=1005).next_number == 1006


def test_other_padding_collides_only_where_both_are_full():
    company = make_company()
    old = make_series(company, RECEIPT, "A", padding=2, last_number=98)
    use(old, 4)
    update_series(series=old, values={"is_active": False})
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company, RECEIPT, "A", padding=3)
    assert make_series(company, RECEIPT, "A", padding=4).printed(1) == "A0001"


def test_same_numbers_in_another_year_another_document_another_company_taken():
    company = make_company()
    make_series(company, reset_annually=True, financial_year=make_year(company))
    following = make_year(company, 2027, is_active=False)
    make_series(company, reset_annually=True, financial_year=following)
    make_series(company, DocumentType.CREDIT_NOTE, "INV")
    make_series(make_company())
    assert DocumentSeries.objects.count() == 4


def test_series_without_a_year_shares_the_years_of_all():
    company = make_company()
    make_series(company, reset_annually=True, financial_year=make_year(company))
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company)


def test_orders_of_two_years_do_not_share_numbers():
    company = make_company()
    year, following = make_year(company), make_year(company, 2027, is_active=False)
    values = {"reset_annually": True, "document_type": DocumentType.ORDER}
    make_series(company, prefix="SO", financial_year=year, **values)
    with pytest.raises(SeriesPrintsSameNumbers):
        make_series(company, prefix="SO", financial_year=following, **values)
    assert make_series(company, prefix="SO27-", financial_year=following, **values).is_active


def test_series_brought_back_is_compared_again():
    company = make_company()
    old = make_series(company)
    update_series(series=old, values={"is_active": False})
    make_series(company, prefix="INB", is_active=False)
    branch = make_branch(company)
    make_series(company, gst_registration=branch)
    with pytest.raises(SeriesPrintsSameNumbers):
        update_series(series=old, values={"is_active": True})


# What may change


def test_everything_changes_until_the_first_number():
    series = make_series(make_company())
    changed = update_series(series=series, values={"prefix": "FA", "padding": 4, "last_number": 20})
    assert (changed.first_number, changed.last_number) == (21, 20)
    use(changed)
    assert IssuedNumber.objects.get().text == "FA0021"


@pytest.mark.parametrize(
    "values",
    [
        {"prefix": "FA"},
        {"padding": 4},
        {"suffix": "/1"},
        {"document_type": "receipt"},
        {"last_number": 50},
    ],
)
def test_nothing_but_its_use_changes_afterwards(values):
    series = make_series(make_company())
    use(series)
    with pytest.raises(SeriesInUse):
        update_series(series=series, values=values)
    assert update_series(series=series, values={"is_active": False}).is_active is False


def test_last_number_does_not_go_back():
    series = make_series(make_company(), last_number=100)
    with pytest.raises(NumberAlreadyIssued):
        update_series(series=series, values={"last_number": 99})
    use(series)
    with pytest.raises(NumberAlreadyIssued):
        update_series(series=series, values={"last_number": 0})


def test_changed_series_still_fits():
    series = make_series(make_company())
    with pytest.raises(NumberTooLong):
        update_series(series=series, values={"prefix": "INVOICE/2026"})
    with pytest.raises(NumberNotForTaxDocuments):
        update_series(series=series, values={"suffix": " b"})


def test_series_without_a_number_removed_and_told():
    series = make_series(make_company())
    key = series.pk
    remove_series(series=series, expected_version=series.version)
    assert not DocumentSeries.objects.filter(pk=key).exists()
    told = Event.objects.filter(stream_type="document_series", stream_id=str(key))
    assert list(told.order_by("position").values_list("type", flat=True)) == [
        "document_series.created",
        "document_series.removed",
    ]


def test_series_that_gave_a_number_stays_also_when_it_is_void():
    series = make_series(make_company())
    use(series)
    void_number(issued=IssuedNumber.objects.get(), reason="misprint")
    with pytest.raises(SeriesInUse):
        remove_series(series=series)
    assert DocumentSeries.objects.filter(pk=series.pk).exists()


def test_stale_version_refused():
    series = make_series(make_company())
    update_series(series=series, values={"prefix": "FA"})
    with pytest.raises(StaleVersion):
        update_series(series=series, values={"prefix": "FB"}, expected_version=1)


# Raw SQL

#: What is tried, to the rule that refuses it and the statement.
ATTACKS = {
    "negative number": (
        "organizations_number_goes_forward",
        "UPDATE organizations_documentseries SET last_number = -1",
    ),
    "number going back": (
        "organizations_number_goes_forward",
        "UPDATE organizations_documentseries SET last_number = last_number - 1",
    ),
    "prefix of printed numbers": (
        "organizations_series_keeps_format",
        "UPDATE organizations_documentseries SET prefix = 'X'",
    ),
    "digits of printed numbers": (
        "organizations_series_keeps_format",
        "UPDATE organizations_documentseries SET padding = 3",
    ),
    "counting from another number": (
        "organizations_series_keeps_format",
        "UPDATE organizations_documentseries SET first_number = 2, last_number = 9",
    ),
    "second active series": (
        "organizations_one_active_series",
        "INSERT INTO organizations_documentseries (version, organization_id, "
        "document_type, prefix, padding, is_active) SELECT 1, organization_id, "
        "document_type, 'Z', 6, true FROM organizations_documentseries",
    ),
    "series that begins anew without a year": (
        "organizations_yearly_series_has_year",
        "UPDATE organizations_documentseries SET reset_annually = true",
    ),
    "same number twice": (
        "organizations_number_issued_once",
        "INSERT INTO organizations_issuednumber (series_id, organization_id, "
        "document_type, number, text, purpose, einvoice_reference, issued_at, "
        "request_id, void_reason) SELECT series_id, organization_id, document_type, "
        "number, 'other', '', '', now(), '', '' FROM organizations_issuednumber WHERE "
        "number = 1",
    ),
    "same text twice": (
        "organizations_number_printed_once",
        "INSERT INTO organizations_issuednumber (series_id, organization_id, "
        "document_type, number, text, purpose, einvoice_reference, issued_at, "
        "request_id, void_reason) SELECT series_id, organization_id, document_type, 77,"
        " text, '', '', now(), '', '' FROM organizations_issuednumber WHERE number = 1",
    ),
    "ledger row removed": (
        "are a record",
        "DELETE FROM organizations_issuednumber WHERE number = 1",
    ),
    "ledger emptied": (
        "are a record",
        "TRUNCATE organizations_issuednumber",
    ),
    "number changed": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET number = 50 WHERE number = 1",
    ),
    "text changed": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET text = 'X' WHERE number = 1",
    ),
    "purpose changed": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET purpose = 'X' WHERE number = 1",
    ),
    "time changed": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET issued_at = now() WHERE number = 1",
    ),
    "voided without a reason": (
        "organizations_void_has_reason",
        "UPDATE organizations_issuednumber SET voided_at = now() WHERE number = 1",
    ),
    "voiding taken back": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET voided_at = NULL, void_reason = '' WHERE number = 2",
    ),
    "other reason for a voiding": (
        "organizations_ledger_only_void",
        "UPDATE organizations_issuednumber SET void_reason = 'X' WHERE number = 2",
    ),
    "key used twice": (
        "organizations_number_once_for_a_key",
        "INSERT INTO organizations_issuednumber (series_id, organization_id, "
        "document_type, number, text, purpose, einvoice_reference, idempotency_key, "
        "issued_at, request_id, void_reason) SELECT series_id, organization_id, "
        "document_type, 78, 'k', '', '', 'key', now(), '', '' FROM "
        "organizations_issuednumber WHERE number = 1",
    ),
    "negative number in a new series": (
        "organizations_documentseries_last_number_check",
        "INSERT INTO organizations_documentseries (version, organization_id, document_type, prefix,"
        " padding, is_active, last_number) SELECT 1, organization_id, 'receipt', 'Z', 6, true, -5"
        " FROM organizations_documentseries",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_raw_sql_refused(attack):
    series = make_series(make_company())
    use(series, 2)
    issue_number(document_type=INVOICE, organization=series.organization, idempotency_key="key")
    void_number(issued=IssuedNumber.objects.get(number=2), reason="torn")
    before = list(IssuedNumber.objects.order_by("pk").values())
    rule, statement = ATTACKS[attack]
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        # What earlier statements left to be checked stands in TRUNCATE's way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert rule in str(refused.value.__cause__.diag.constraint_name or refused.value)
    assert list(IssuedNumber.objects.order_by("pk").values()) == before
    stored = DocumentSeries.objects.get()
    assert (stored.prefix, stored.padding, stored.last_number) == ("INV", 6, 3)


@pytest.mark.parametrize("scope", ["year", "branch"])
def test_second_active_series_of_a_year_or_branch_refused(scope):
    company = make_company()
    values = {"reset_annually": True, "financial_year": make_year(company)}
    if scope == "branch":
        values = {"gst_registration": make_branch(company)}
    first = make_series(company, **values)
    second = make_series(company, prefix="INB", is_active=False, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentSeries.objects.filter(pk=second.pk).update(is_active=True)
    with pytest.raises(ValidationError):
        update_series(series=second, values={"is_active": True})
    update_series(series=first, values={"is_active": False})
    assert update_series(series=second, values={"is_active": True}).is_active
