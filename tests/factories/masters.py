"""Small records of every kind that others refer to, alone and in use."""

from __future__ import annotations

from datetime import date

from catalog.models import Category
from core.events.models import Event
from settings_modules.organizations.models import (
    BankAccount,
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    IssuedNumber,
    Organization,
)
from settings_modules.partners.models import BusinessPartner
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import make_member


def shelves(*names: str) -> list[Category]:
    return [Category.objects.create(name_en=name) for name in names]


def company(name: str = "Company", **values: object) -> Organization:
    return Organization.objects.create(name=name, **values)


def registration(owner: Organization, gstin: str, **values: object) -> GstRegistration:
    return GstRegistration.objects.create(organization=owner, gstin=gstin, **values)


def account(owner: Organization, number: str, **values: object) -> BankAccount:
    return BankAccount.objects.create(
        organization=owner,
        account_holder="A",
        bank_name="B",
        currency="INR",
        account_number=number,
        last_four=number[-4:],
        fingerprint=number,
        **values,
    )


def told(stream: str) -> list[str]:
    """The types of the events of a kind of record, in their order."""
    return list(
        Event.objects.filter(stream_type=stream).order_by("id").values_list("type", flat=True)
    )


def used_category() -> Category:
    (shelf,) = shelves("Cables")
    make_product(category=shelf)
    return shelf


def used_series() -> DocumentSeries:
    owner = company("Numbered")
    series = DocumentSeries.objects.create(
        organization=owner, document_type=DocumentType.CONTRACT, last_number=1
    )
    IssuedNumber.objects.create(
        series=series, organization=owner, document_type="contract", number=1, text="1"
    )
    return series


def used_year() -> FinancialYear:
    owner = company("Yearly")
    year = FinancialYear.objects.create(
        organization=owner,
        name="FY 2026-27",
        start_date=date(2026, 4, 1),
        end_date=date(2027, 3, 31),
    )
    DocumentSeries.objects.create(
        organization=owner,
        document_type=DocumentType.INVOICE,
        reset_annually=True,
        financial_year=year,
    )
    return year


def used_registration() -> GstRegistration:
    owner = company("Registered")
    registration(owner, "27AAPFU0939F1ZV", is_primary=True)
    row = registration(owner, "29AAPFU0939F1ZR")
    DocumentSeries.objects.create(
        organization=owner, document_type=DocumentType.INVOICE, gst_registration=row
    )
    return row


def used_account() -> BankAccount:
    owner = company("Banked")
    account(owner, "1111111111", is_default=True)
    return account(owner, "2222222222")


def used_partner() -> BusinessPartner:
    make_order((make_product(), 1))
    return BusinessPartner.objects.get()


def used_organization() -> Organization:
    owner = company("Peopled")
    make_member(owner, "viewer")
    return owner


USED = {
    "catalog.Category": used_category,
    "catalog.PriceList": lambda: make_product().prices.get().price_list,
    "catalog.Product": make_product,
    "locations.Location": lambda: make_product().stock.get().location,
    "organizations.BankAccount": used_account,
    "organizations.DocumentSeries": used_series,
    "organizations.FinancialYear": used_year,
    "organizations.GstRegistration": used_registration,
    "organizations.Organization": used_organization,
    "partners.BusinessPartner": used_partner,
}
