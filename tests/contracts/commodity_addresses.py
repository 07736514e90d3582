"""The addresses of commodities and what belongs to them, for the permission matrix: whoever may
see or change, gets the status that is listed; everybody else is refused."""

from __future__ import annotations

import re

from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
    unit,
)
from tests.factories.exchange_rates import make_rate, make_weights
from tests.factories.tax_codes import (
    make_conflict,
    make_goods_category,
    make_knowledge,
    make_revision,
    make_tax_code,
    make_tax_rate,
)
from tests.factories.terms import TERMS, make_term

ROOT = "settings/commodities"
#: Collection to the name of the record by which its addresses are filled in.
RESOURCES = {
    ROOT: "commodity",
    f"{ROOT}/varieties": "variety",
    f"{ROOT}/parameters": "parameter",
    f"{ROOT}/parameter-templates": "template",
    f"{ROOT}/units": "unit",
    f"{ROOT}/packaging": "packaging",
    f"{ROOT}/categories": "goods_category",
    f"{ROOT}/tax-codes": "tax_code",
    f"{ROOT}/tax-rates": "tax_rate",
    f"{ROOT}/hsn-knowledge": "knowledge",
    f"{ROOT}/exchange-rates": "rate",
    f"{ROOT}/commissions": "commission",
    **{f"{ROOT}/{name}": f"term_{name}" for name in TERMS},
}
REMOVABLE = set(RESOURCES.values())

_DUE = "invoice_date=2026-01-31&amount=100"
#: Address below the root to method to the status for those who are let in; 415: with a body of
#: plain text.
OFFERED: dict[str, dict[str, int]] = {
    "facets": {"get": 200},
    "by-code/none": {"get": 404},
    "suggest-international": {"get": 200},
    "validate": {"post": 415},
    "{commodity}/varieties": {"get": 200, "post": 415},
    "{commodity}/parameters": {"get": 200, "post": 415},
    "{commodity}/suggest-parameters": {"get": 200},
    "{commodity}/suggest-international": {"get": 200},
    "{commodity}/add-suggested-parameters": {"post": 415},
    "{commodity}/reorder-parameters": {"post": 415},
    "{commodity}/check-quality": {"post": 415},
    "{commodity}/apply-international": {"post": 415},
    "units/catalogue": {"get": 200},
    "units/convert?quantity=1&unit=KG&to=MT": {"get": 200},
    "units/compatible?units=KG": {"get": 200},
    "units/calculate-billing": {"post": 415},
    "{commodity}/calculate-billing": {"post": 415},
    "exchange-rates/latest": {"get": 200},
    "exchange-rates/between?from=USD&to=INR": {"get": 200},
    "currencies": {"get": 200},
    "prices/convert?amount=100&from=USD&to=INR": {"get": 200},
    "prices/multi-currency?amount=100&from=USD&to=INR,USD": {"get": 200},
    "prices/to-cents-per-pound?price=2": {"get": 200},
    "prices/from-cents-per-pound?cents=90.72": {"get": 200},
    "tax-codes/search?query=52": {"get": 200},
    "tax-codes/autocomplete?query=52": {"get": 200},
    "tax-codes/{tax_code}/rates": {"get": 200},
    "tax-codes/{tax_code}/effective-rate": {"get": 200},
    "tax-rates/revisions": {"get": 200, "post": 415},
    "tax-rates/revisions/preview": {"post": 415},
    "tax-rates/revisions/{revision}": {"get": 200},
    "tax-rates/revisions/{revision}/reverse": {"post": 200},
    "suggest-category?name=x": {"get": 200},
    "suggest-tax-code?name=x": {"get": 200},
    "hsn-knowledge/{knowledge}/verify": {"post": 200},
    "hsn-conflicts": {"get": 200},
    "hsn-conflicts/{conflict}": {"get": 200},
    "hsn-conflicts/{conflict}/decide": {"post": 415},
    "{commodity}/commission": {"get": 200, "post": 415},
    "commissions/simulate": {"post": 415},
    f"payment-terms/{{term_payment-terms}}/due-dates?{_DUE}": {"get": 200},
}


def _route(address: str) -> str:
    path = re.sub(r"{[\w-]+}", r"(?P<id>\\d{1,18})", address.partition("?")[0])
    return f"api/v1/settings/^commodities/{path}/?$".replace(
        "by-code/none", r"by-code/(?P<code>[^/\x00]{1,40})"
    )


#: The same as the resolver spells them.
ROUTES = {_route(address) for address in OFFERED}


def commodity_records() -> dict[str, int]:
    """A record for each name in the addresses."""
    commodity = make_commodity()
    make_weights()
    return {
        "commodity": commodity.pk,
        "variety": make_variety(commodity).pk,
        "parameter": make_parameter(commodity).pk,
        "template": make_parameter_template().pk,
        "unit": unit("CARTON").pk,
        "packaging": make_packaging(commodity).pk,
        "rate": make_rate().pk,
        "goods_category": make_goods_category().pk,
        "tax_code": make_tax_code().pk,
        "tax_rate": make_tax_rate().pk,
        "revision": make_revision().pk,
        "knowledge": make_knowledge().pk,
        "conflict": make_conflict().pk,
        "commission": make_commission(commodity=commodity).pk,
        **{f"term_{name}": make_term(model).pk for name, model in TERMS.items()},
    }
