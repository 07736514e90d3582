"""What refers to a row of a master: exact counts, bounded queries, nothing of other companies."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Order, PriceList, Product
from core.context import change_context
from core.identity.models import User
from core.references.fields import referring_fields
from core.references.masters import declared_masters
from core.references.selectors import SHOWN_ROWS, is_referred_to, references_to
from settings_modules.commodities.models import (
    BargainType,
    CommissionStructure,
    Commodity,
    CommodityCategory,
    CommodityPackaging,
    CommodityVariety,
    DeliveryTerm,
    ExchangeRate,
    HsnKnowledge,
    ParameterTemplate,
    PassingTerm,
    PaymentTerm,
    QualityParameter,
    TaxCode,
    TaxRate,
    TradeType,
    Unit,
    WeightmentTerm,
)
from settings_modules.locations.models import Location
from settings_modules.organizations.models import (
    BankAccount,
    DocumentSeries,
    DocumentType,
    FinancialYear,
    GstRegistration,
    IssuedNumber,
    Organization,
    YearStatus,
)
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from tests.factories.catalog import make_order, make_product
from tests.factories.masters import USED
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

#: Nothing refers to these.
ENDS: tuple[type[Model], ...] = (
    *(BargainType, PassingTerm, WeightmentTerm, DeliveryTerm, PaymentTerm),
    *(CommodityPackaging, CommodityVariety, QualityParameter, ParameterTemplate),
    *(ExchangeRate, TaxRate),
    *(PartnerAddress, PartnerBankAccount, PartnerContact, PartnerGstRegistration),
)
#: Every master with all the fields that can refer to one of its rows.
REFERRING = {
    Organization: [
        "catalog.Order.organization",
        "organizations.ApprovalRequest.organization",
        "organizations.BankAccount.organization",
        "organizations.DocumentSeries.organization",
        "organizations.FinancialYear.organization",
        "organizations.GstRegistration.organization",
        "organizations.IssuedNumber.organization",
        "organizations.Membership.organization",
    ],
    Location: [
        "catalog.Movement.location",
        "catalog.StockLevel.location",
        "locations.Location.parent",
    ],
    BusinessPartner: [
        "catalog.Order.partner",
        "partners.BusinessPartner.merged_into",
        "partners.PartnerAddress.partner",
        "partners.PartnerBankAccount.partner",
        "partners.PartnerContact.partner",
        "partners.PartnerGstRegistration.partner",
    ],
    Category: ["catalog.Category.parent", "catalog.Product.category"],
    Product: [
        "catalog.Movement.product",
        "catalog.OrderLine.product",
        "catalog.Price.product",
        "catalog.StockLevel.product",
    ],
    PriceList: ["catalog.Order.price_list", "catalog.Price.price_list"],
    GstRegistration: ["organizations.DocumentSeries.gst_registration"],
    BankAccount: [],
    FinancialYear: [
        "organizations.DocumentSeries.financial_year",
        "organizations.IssuedNumber.financial_year",
    ],
    DocumentSeries: ["organizations.IssuedNumber.series"],
    **{model: [] for model in ENDS},
    TradeType: ["commodities.CommissionStructure.trade_type"],
    CommissionStructure: ["commodities.CommissionTier.structure"],
    Commodity: [
        "commodities.CommissionStructure.commodity",
        "commodities.CommodityPackaging.commodity",
        "commodities.CommodityVariety.commodity",
        "commodities.QualityParameter.commodity",
    ],
    CommodityCategory: [
        "commodities.Commodity.category",
        "commodities.CommodityCategory.parent",
        "commodities.HsnKnowledge.category",
        "commodities.ParameterTemplate.category",
    ],
    TaxCode: [
        "commodities.Commodity.tax_code",
        "commodities.HsnKnowledge.tax_code",
        "commodities.TaxCodeConflict.kept",
        "commodities.TaxRate.tax_code",
    ],
    HsnKnowledge: ["commodities.TaxCodeConflict.knowledge"],
    Unit: [
        "commodities.CommissionStructure.tier_unit",
        "commodities.Commodity.base_unit",
        "commodities.Commodity.rate_unit",
        "commodities.Commodity.trade_unit",
        "commodities.CommodityPackaging.unit",
        "commodities.CommodityPackaging.weight_unit",
        "commodities.UnitAlias.unit",
    ],
}


def counts(row, user=None) -> dict[str, int]:
    """How many rows refer to the row, by field."""
    found = references_to(row, user=user)
    return {f"{reference.model}.{reference.field}": reference.count for reference in found}


def test_every_master_listed():
    assert {master.model for master in declared_masters()} == set(REFERRING)


@pytest.mark.parametrize("model", REFERRING, ids=lambda model: model._meta.label)
def test_every_referring_field_of_a_master_is_known(model):
    assert [referring.label for referring in referring_fields(model)] == REFERRING[model]


@pytest.fixture
def company() -> Organization:
    """A company with a year, a registration, series, an account, numbers and orders."""
    make_order((make_product(), 1))
    company = Organization.objects.get()
    year = FinancialYear.objects.create(
        organization=company,
        name="FY 2026-27",
        start_date=date(2026, 4, 1),
        end_date=date(2027, 3, 31),
        status=YearStatus.OPEN,
        is_active=True,
    )
    registration = GstRegistration.objects.create(
        organization=company, gstin="27AAPFU0939F1ZV", is_primary=True
    )
    BankAccount.objects.create(
        organization=company,
        account_holder="A",
        bank_name="B",
        currency="INR",
        account_number="1234567890",
        last_four="7890",
        fingerprint="f",
        is_default=True,
    )
    series = DocumentSeries.objects.create(
        organization=company,
        document_type=DocumentType.INVOICE,
        reset_annually=True,
        financial_year=year,
        gst_registration=registration,
    )
    for number in (1, 2, 3):
        IssuedNumber.objects.create(
            series=series,
            organization=company,
            document_type=DocumentType.INVOICE,
            financial_year=year,
            number=number,
            text=f"INV{number}",
        )
    make_member(company, "owner")
    return company


def test_organization_counted_exactly(company):
    assert counts(company) == {
        "catalog.Order.organization": 1,
        "organizations.BankAccount.organization": 1,
        "organizations.DocumentSeries.organization": 2,
        "organizations.FinancialYear.organization": 1,
        "organizations.GstRegistration.organization": 1,
        "organizations.IssuedNumber.organization": 4,
        "organizations.Membership.organization": 1,
    }


def test_what_belongs_to_an_organization_counted_exactly(company):
    series = company.series.get(document_type=DocumentType.INVOICE)
    assert counts(company.gst_registrations.get()) == {
        "organizations.DocumentSeries.gst_registration": 1
    }
    assert counts(company.bank_accounts.get()) == {}
    assert counts(company.financial_years.get()) == {
        "organizations.DocumentSeries.financial_year": 1,
        "organizations.IssuedNumber.financial_year": 3,
    }
    assert counts(series) == {"organizations.IssuedNumber.series": 3}


def test_masters_of_the_catalogue_counted_exactly(company):
    shelf = Category.objects.create(name_en="Cables")
    Category.objects.create(name_en="Thin cables", parent=shelf)
    Product.objects.update(category=shelf)
    place = Location.objects.get()
    Location.objects.create(code="corner", name_en="Corner", parent=place)
    assert counts(shelf) == {"catalog.Category.parent": 1, "catalog.Product.category": 1}
    assert counts(place) == {"catalog.StockLevel.location": 1, "locations.Location.parent": 1}
    assert counts(PriceList.objects.get()) == {
        "catalog.Order.price_list": 1,
        "catalog.Price.price_list": 1,
    }
    assert counts(Product.objects.get()) == {
        "catalog.OrderLine.product": 1,
        "catalog.Price.product": 1,
        "catalog.StockLevel.product": 1,
    }
    assert counts(BusinessPartner.objects.get()) == {"catalog.Order.partner": 1}


def test_many_to_many_counted_once_and_from_the_referring_side_only():
    person = make_member(Organization.objects.create(name="A"), "owner")
    role = person.memberships.get().role
    person.groups.add(role)
    assert counts(role) == {"core.User.groups": 1, "organizations.Membership.role": 1}
    assert counts(person) == {"organizations.Membership.user": 1}


def test_first_rows_are_named_by_key_and_the_others_counted():
    shelf = Category.objects.create(name_en="Cables")
    products = [make_product(category=shelf, name=f"Cable {n}") for n in range(SHOWN_ROWS + 2)]
    (reference,) = references_to(shelf)
    assert (reference.name, reference.field_label) == ("products", "category")
    assert reference.count == SHOWN_ROWS + 2
    assert [(row.key, row.text) for row in reference.rows] == [
        (str(product.pk), product.name_en) for product in products[:SHOWN_ROWS]
    ]


def test_unused_row_has_no_references(company):
    unused = Category.objects.create(name_en="Empty")
    assert references_to(unused) == []
    assert not is_referred_to(unused)
    assert is_referred_to(company)


@pytest.mark.parametrize("model", REFERRING, ids=lambda model: model._meta.label)
def test_one_query_for_each_field_however_many_rows_refer(company, model):
    row = model.objects.order_by("pk").first() or USED[model._meta.label]()
    with CaptureQueriesContext(connection) as queries:
        references_to(row)
    assert len(queries) == len(REFERRING[model])
    for _ in range(2):
        make_order((make_product(category=row if model is Category else None), 1))
        Location.objects.create(
            code=f"part-{Location.objects.count()}",
            parent=row if model is Location else None,
        )
    with CaptureQueriesContext(connection) as queries:
        references_to(row)
    assert len(queries) == len(REFERRING[model]), queries.captured_queries


@pytest.fixture
def partner_of_two(company) -> BusinessPartner:
    """A customer with an order in each of two companies."""
    partner = BusinessPartner.objects.get()
    order = Order.objects.get()
    order.pk, order.number = None, "OTHER-1"
    order.organization = Organization.objects.create(name="Another company")
    order.save(force_insert=True)
    return partner


def test_reader_learns_of_no_row_of_another_organization(company, partner_of_two):
    reader = make_member(company, "owner")
    with change_context(organization_id=str(company.pk)):
        (reference,) = references_to(partner_of_two, user=User.objects.get(pk=reader.pk))
    mine = Order.objects.get(organization=company)
    assert (reference.count, [row.text for row in reference.rows]) == (1, [mine.number])
    assert counts(partner_of_two) == {"catalog.Order.partner": 2}


def test_reader_without_the_permission_learns_only_how_many(company, partner_of_two):
    reader = make_member(company, "marketing_author")
    with change_context(organization_id=str(company.pk)):
        (reference,) = references_to(partner_of_two, user=User.objects.get(pk=reader.pk))
    assert (reference.count, reference.rows) == (1, ())
