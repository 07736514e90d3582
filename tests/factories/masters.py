"""Small records of every kind that others refer to, alone and in use."""

from __future__ import annotations

from datetime import date

from catalog.models import Category
from core.events.models import Event
from settings_modules.commodities.models import (
    BargainType,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TradeType,
    WeightmentTerm,
)
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
from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
)
from tests.factories.exchange_rates import make_rate
from tests.factories.organizations import make_member
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)
from tests.factories.tax_codes import make_conflict, make_tax_rate
from tests.factories.terms import make_term


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


def used_trade_type() -> TradeType:
    """A trade type that a commission is for."""
    trade_type = make_term(TradeType)
    make_commission(trade_type=trade_type)
    return trade_type


USED = {
    "catalog.Category": used_category,
    "catalog.PriceList": lambda: make_product().prices.get().price_list,
    "catalog.Product": make_product,
    "commodities.BargainType": lambda: make_term(BargainType),
    "commodities.CommissionStructure": make_commission,
    "commodities.Commodity": lambda: make_packaging().commodity,
    "commodities.CommodityCategory": lambda: make_commodity().category,
    "commodities.CommodityPackaging": make_packaging,
    "commodities.CommodityVariety": make_variety,
    "commodities.DeliveryTerm": lambda: make_term(DeliveryTerm),
    "commodities.ExchangeRate": make_rate,
    "commodities.HsnKnowledge": lambda: make_conflict().knowledge,
    "commodities.ParameterTemplate": make_parameter_template,
    "commodities.PassingTerm": lambda: make_term(PassingTerm),
    "commodities.PaymentTerm": lambda: make_term(PaymentTerm),
    "commodities.QualityParameter": make_parameter,
    "commodities.TaxCode": lambda: make_tax_rate().tax_code,
    "commodities.TaxRate": make_tax_rate,
    "commodities.TradeType": used_trade_type,
    "commodities.Unit": lambda: make_commodity(trade="BALE").trade_unit,
    "commodities.WeightmentTerm": lambda: make_term(WeightmentTerm),
    "locations.Location": lambda: make_product().stock.get().location,
    "organizations.BankAccount": used_account,
    "organizations.DocumentSeries": used_series,
    "organizations.FinancialYear": used_year,
    "organizations.GstRegistration": used_registration,
    "organizations.Organization": used_organization,
    "partners.BusinessPartner": used_partner,
    "partners.PartnerAddress": lambda: make_address(make_partner()),
    "partners.PartnerBankAccount": lambda: make_partner_account(make_partner()),
    "partners.PartnerContact": lambda: make_contact(make_partner()),
    "partners.PartnerGstRegistration": lambda: make_partner_registration(make_partner()),
}
