"""The seeded price books."""

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from .jsontext import JsonObject

if TYPE_CHECKING:
    from .world import Organization

PRICED_SHARE = 0.92
SENTINELS = (Decimal(0), Decimal(666666), Decimal(55555))
SENTINEL_EVERY = 300
_DINARS_PER_DOLLAR = Decimal(1310)
_CENT = Decimal("0.01")
_STEP_IQD = 250

# Name, currency, share of the item's own rate; None where no item is priced one by one.
_BOOKS: tuple[tuple[str, str, Decimal | None], ...] = (
    ("Wholesale A USD", "USD", Decimal("0.82")),
    ("Wholesale B USD", "USD", Decimal("0.86")),
    ("Retailer USD", "USD", Decimal("0.92")),
    ("Technical IQD", "IQD", None),
    ("Technical USD", "USD", Decimal("0.89")),
    ("Consumer IQD", "IQD", Decimal("1.00")),
    ("Cancel IQD", "IQD", None),
)


def plant_pricebooks(organization: "Organization", chance: random.Random, moment: int) -> None:
    """Make the seven books: five priced one by one, one by percentage, one empty."""
    for name, currency, share in _BOOKS:
        book = _blank_book(organization, name, currency, moment)
        if name == "Technical IQD":
            book |= {"pricebook_type": "fixed_percentage", "percentage": Decimal("8.00")}
        if share is not None:
            book["rates"] = _rates(organization, chance, currency, share)
        organization.save("pricebooks", book["pricebook_id"], book)


def _blank_book(organization: "Organization", name: str, currency: str, moment: int) -> JsonObject:
    currency_id = next(
        row["currency_id"]
        for row in organization.table("currencies").values()
        if row["currency_code"] == currency
    )
    return {
        "pricebook_id": organization.new_id(),
        "name": name,
        "description": "",
        "currency_id": currency_id,
        "is_increase": False,
        "percentage": Decimal("0.00"),
        "pricebook_type": "per_item",
        "pricing_scheme": "unit",
        "rounding_type": "no_rounding",
        "sales_or_purchase_type": "sales",
        "status": "active",
        "rates": {},
        "created": moment,
        "modified": moment,
    }


def _rates(
    organization: "Organization", chance: random.Random, currency: str, share: Decimal
) -> JsonObject:
    rates: JsonObject = {}
    active = (item for item in organization.table("items").values() if item["status"] == "active")
    for number, item in enumerate(active):
        if chance.random() >= PRICED_SHARE:
            continue
        rate = _in_currency(item["rate"] * share, currency)
        if currency == "IQD" and number % SENTINEL_EVERY < len(SENTINELS):
            rate = SENTINELS[number % SENTINEL_EVERY]
        rates[item["item_id"]] = {"pricebook_item_id": organization.new_id(), "rate": rate}
    return rates


def _in_currency(dinars: Decimal, currency: str) -> Decimal:
    if currency == "USD":
        return max(_CENT, (dinars / _DINARS_PER_DOLLAR).quantize(_CENT))
    return Decimal(max(_STEP_IQD, int(dinars) // _STEP_IQD * _STEP_IQD))


def plant_volume_book(organization: "Organization", moment: int) -> None:
    """Make the second company's book, whose rates fall with the quantity."""
    book = _blank_book(organization, "Volume USD", "USD", moment)
    book["pricing_scheme"] = "volume"
    for item in organization.table("items").values():
        rate = item["rate"]
        many = (rate * 9 / 10).quantize(_CENT)
        steps = ((1, 9, rate), (10, 0, many))
        book["rates"][item["item_id"]] = {
            "pricebook_item_id": organization.new_id(),
            "rate": rate,
            "brackets": [
                {
                    "pricebook_item_id": organization.new_id(),
                    "start_quantity": start,
                    "end_quantity": end,
                    "pricebook_rate": bracket_rate,
                }
                for start, end, bracket_rate in steps
            ],
        }
    organization.save("pricebooks", book["pricebook_id"], book)
