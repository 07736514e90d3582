"""The records that roles are tried on: what adds one, what changes one, and one of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
    unit,
)
from tests.factories.exchange_rates import make_rate
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)
from tests.factories.tax_codes import (
    make_goods_category,
    make_knowledge,
    make_tax_code,
    make_tax_rate,
)
from tests.factories.terms import TERMS, make_term


@dataclass(frozen=True)
class Resource:
    """A kind of record: its model, a body that adds one, a body that changes one.

    Values of `added` that begin with "@" name a row of the test.
    """

    model: str
    added: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict)
    is_removable: bool = False
    #: 409: the warehouse has stock; a primary registration and a default account name who follows;
    #: a partner has records, of which the first holds the marks.
    removal: int = 204


RESOURCES = {
    "catalog/products": Resource(
        "catalog.product", {"name_en": "New", "sku": "NEW-1"}, {"name_en": "Changed"}
    ),
    "catalog/categories": Resource("catalog.category", {"name_en": "New"}, {"name_en": "Changed"}),
    "catalog/price-lists": Resource(
        "catalog.pricelist",
        {"code": "trade", "currency": "IQD", "name_en": "Trade"},
        {"name_en": "Changed"},
    ),
    "catalog/prices": Resource(
        "catalog.price",
        {"product": "@product", "price_list": "@price_list", "amount": 5, "minimum_quantity": 10},
        {"amount": 7},
        is_removable=True,
    ),
    "settings/commodities/categories": Resource(
        "commodities.commoditycategory",
        {"code": "new-goods", "name_en": "New goods"},
        {"name_en": "Changed goods"},
        is_removable=True,
    ),
    "settings/commodities/tax-codes": Resource(
        "commodities.taxcode",
        {"code": "98765432"},
        {"description": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/tax-rates": Resource(
        "commodities.taxrate",
        {"tax_code": "@tax_code", "rate": "5.000", "valid_from": "2030-01-01"},
        {"notification": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/hsn-knowledge": Resource(
        "commodities.hsnknowledge",
        {"commodity_name": "New", "tax_code": "@tax_code"},
        {"confidence": "0.10"},
        is_removable=True,
    ),
    "settings/locations": Resource(
        "locations.location",
        {"code": "second", "name_en": "Second"},
        {"name_en": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/organizations": Resource(
        "organizations.organization", {"name": "Third"}, {"name": "Changed"}
    ),
    "settings/memberships": Resource(
        "organizations.membership",
        {"user": "@newcomer", "organization": "@organization", "role": "@viewer_role"},
        {"valid_until": "2999-01-01T00:00:00Z"},
    ),
    "settings/document-series": Resource(
        "organizations.documentseries",
        {
            "organization": "@organization",
            "document_type": "order",
            "prefix": "X-",
            "is_active": False,
        },
        {"is_active": False},
        is_removable=True,
        removal=409,
    ),
    "settings/financial-years": Resource(
        "organizations.financialyear",
        {"organization": "@organization", "start_date": "2030-01-01", "end_date": "2030-12-31"},
        {"name": "Changed"},
        is_removable=True,
    ),
    "settings/gst-registrations": Resource(
        "organizations.gstregistration",
        {"organization": "@organization", "gstin": "24AAACM1234A1ZE"},
        {"legal_name": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/bank-accounts": Resource(
        "organizations.bankaccount",
        {
            "organization": "@organization",
            "account_holder": "New",
            "bank_name": "New",
            "account_number": "5566778899",
        },
        {"branch": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/commodities/exchange-rates": Resource(
        "commodities.exchangerate",
        {"base": "USD", "quote": "IQD", "rate": "1310", "valid_on": "2026-04-01"},
        {"rate": "84.5"},
        is_removable=True,
    ),
    # A commodity is switched off: its address stays.
    "settings/commodities": Resource(
        "commodities.commodity",
        {"name_en": "New", "category": "@commodity_category"},
        {"name_en": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/varieties": Resource(
        "commodities.commodityvariety",
        {"commodity": "@commodity", "name": "New"},
        {"name": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/parameters": Resource(
        "commodities.qualityparameter",
        {"commodity": "@commodity", "parameter_name": "New", "parameter_type": "TEXT"},
        {"parameter_name": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/parameter-templates": Resource(
        "commodities.parametertemplate",
        {
            "category": "@commodity_category",
            "parameter_name": "Newest",
            "parameter_type": "TEXT",
        },
        {"parameter_name": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/units": Resource(
        "commodities.unit",
        {"code": "HANK", "name_en": "Hank", "dimension": "length", "factor": "768.096"},
        {"name_en": "Changed"},
        is_removable=True,
    ),
    "settings/commodities/packaging": Resource(
        "commodities.commoditypackaging",
        {"commodity": "@commodity", "unit": "@unit", "weight": "20", "valid_from": "2026-01-01"},
        {"weight": "21"},
        is_removable=True,
    ),
    "settings/partners": Resource(
        "partners.businesspartner",
        {"name": "New"},
        {"name": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/partner-contacts": Resource(
        "partners.partnercontact",
        {"partner": "@partner", "name": "New"},
        {"name": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/partner-addresses": Resource(
        "partners.partneraddress",
        {"partner": "@partner", "line1": "New"},
        {"line1": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/partner-gst-registrations": Resource(
        "partners.partnergstregistration",
        {"partner": "@partner", "gstin": "24AAACM1234A1ZE"},
        {"legal_name": "Changed"},
        is_removable=True,
        removal=409,
    ),
    "settings/partner-bank-accounts": Resource(
        "partners.partnerbankaccount",
        {
            "partner": "@partner",
            "account_holder": "New",
            "bank_name": "New",
            "currency": "INR",
            "account_number": "5566778899",
        },
        {"branch": "Changed"},
        is_removable=True,
        removal=409,
    ),
    **{
        f"settings/commodities/{name}": Resource(
            model._meta.label_lower, {"name_en": "New"}, {"name_en": "Changed"}, is_removable=True
        )
        for name, model in TERMS.items()
    },
    "settings/commodities/commissions": Resource(
        "commodities.commissionstructure",
        {"name": "New", "rate": "2.5"},
        {"name": "Changed"},
        is_removable=True,
    ),
}


def shared_rows() -> dict[str, Model]:
    """A record of each kind that all organizations share, by the name of its model."""
    return {
        "commodities.exchangerate": make_rate(),
        "commodities.commodity": (commodity := make_commodity()),
        "commodities.commodityvariety": make_variety(),
        "commodities.qualityparameter": make_parameter(),
        "commodities.parametertemplate": make_parameter_template(),
        "commodities.unit": unit("CARTON"),
        "commodities.commoditypackaging": make_packaging(commodity),
        "partners.businesspartner": (partner := make_partner("A shop")),
        "partners.partnercontact": make_contact(partner),
        "partners.partneraddress": make_address(partner),
        "partners.partnergstregistration": make_partner_registration(partner),
        "partners.partnerbankaccount": make_partner_account(partner),
        "commodities.commoditycategory": make_goods_category(),
        "commodities.taxcode": make_tax_code(),
        "commodities.taxrate": make_tax_rate(),
        "commodities.hsnknowledge": make_knowledge(),
        "commodities.commissionstructure": make_commission(),
        **{model._meta.label_lower: make_term(model) for model in TERMS.values()},
    }
