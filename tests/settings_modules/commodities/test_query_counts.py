"""Lists and counts of commodities ask the database as often for 100 records as for one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.identity.models import User
from settings_modules.commodities.services.units import create_unit
from tests.contracts.commodity_addresses import OFFERED, RESOURCES
from tests.factories.commissions import make_commission
from tests.factories.commodities import (
    make_commodity,
    make_packaging,
    make_parameter,
    make_parameter_template,
    make_variety,
)
from tests.factories.exchange_rates import make_rate
from tests.factories.tax_codes import (
    make_conflict,
    make_goods_category,
    make_knowledge,
    make_revision,
    make_tax_code,
    make_tax_rate,
)
from tests.factories.terms import TERMS, make_term

pytestmark = pytest.mark.django_db
_numbers = count(1)


def _unit() -> Any:
    values = {
        "code": f"PACK_{next(_numbers)}",
        "name_en": "Pack",
        "dimension": "count",
        "factor": "5",
    }
    return create_unit(values=values, aliases=[f"packs-{next(_numbers)}"])


def _commodity() -> Any:
    return make_commodity(tax_code=make_tax_code(), category=make_goods_category())


def _tiered() -> Any:
    return make_commission(
        commodity=make_commodity(),
        commission_type="TIERED",
        tier_basis="AMOUNT",
        tiers=[{"starts_at": 0, "rate": 2}],
    )


#: Address below `commodities` to what adds a record to its answer.
LISTS: dict[str, Callable[[], Any]] = {
    "": _commodity,
    "facets": _commodity,
    "varieties": make_variety,
    "parameters": make_parameter,
    "parameter-templates": make_parameter_template,
    "units": _unit,
    "units/catalogue": _unit,
    "packaging": make_packaging,
    "categories": make_goods_category,
    "tax-codes": make_tax_code,
    "tax-codes/search?query=98": make_tax_code,
    "tax-codes/autocomplete?query=98": make_tax_code,
    "tax-rates": make_tax_rate,
    "tax-rates/revisions": make_revision,
    "hsn-knowledge": make_knowledge,
    "hsn-conflicts": make_conflict,
    "exchange-rates": lambda: make_rate(source=f"source {next(_numbers)}"),
    "exchange-rates/latest": lambda: make_rate(source=f"source {next(_numbers)}"),
    "commissions": _tiered,
    **{name: lambda model=model: make_term(model) for name, model in TERMS.items()},
}
#: Lists of one commodity's records.
PARTS = {"varieties": make_variety, "parameters": make_parameter}


@pytest.fixture
def boss() -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(User.objects.create_superuser("boss@example.com"))
    return made


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(asked)


def test_every_list_is_tried():
    lists = {name.removeprefix("settings/commodities").strip("/") for name in RESOURCES}
    assert lists <= set(LISTS)
    assert {each.partition("?")[0] for each in LISTS} - lists <= {
        each.partition("?")[0] for each in OFFERED
    }


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_as_often_for_a_hundred_as_for_one(name, boss):
    address = f"/api/v1/settings/commodities/{name}".rstrip("/")
    page = address if "?" in address or name in ("facets", "units/catalogue") else None
    page = page or f"{address}?page_size=100"
    LISTS[name]()
    queries(boss, page)
    one = queries(boss, page)
    for _ in range(99):
        LISTS[name]()
    assert queries(boss, page) == one


@pytest.mark.parametrize("name", PARTS)
def test_list_of_one_commodity_asks_as_often_for_a_hundred_as_for_one(name, boss):
    commodity = make_commodity()
    page = f"/api/v1/settings/commodities/{commodity.pk}/{name}?page_size=100"
    PARTS[name](commodity)
    queries(boss, page)
    one = queries(boss, page)
    for _ in range(99):
        PARTS[name](commodity)
    assert queries(boss, page) == one
