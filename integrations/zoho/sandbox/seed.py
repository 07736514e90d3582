"""The records of a new sandbox, the same for the same seed.

A trading company in Iraq (2,220 items, 7 price books, 300 contacts, 40 orders) and a small one in
the United States for tests of isolation.
"""

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from . import demo_account, orders
from .clock import parse_stamp
from .contacts_api import new_contact
from .jsontext import JsonObject, money
from .seed_catalogue import plant_catalogue, plant_small_catalogue
from .seed_prices import plant_pricebooks, plant_volume_book

if TYPE_CHECKING:
    from .world import Organization, World

FIRST_MOMENT = parse_stamp("2024-01-02T08:00:00+0300")
LAST_MOMENT = parse_stamp("2025-12-30T18:00:00+0300")
CUSTOMERS = 255
VENDORS = 45
ORDERS = 40
DAY_S = 86_400

_CURRENCIES = (
    ("IQD", "Iraqi Dinar", "IQD", 0, "1,234,567"),
    ("USD", "United States Dollar", "$", 2, "1,234,567.89"),
    ("EUR", "Euro", "€", 2, "1.234.567,89"),
)
_DINARS_PER_DOLLAR = Decimal("1310.000000")
_ORDER_ENDS = ("draft", "confirmed", "shipped", "partially_shipped", "void", "closed")


def plant(world: "World", seed: int) -> None:
    """Fill an empty store; call inside its transaction."""
    world.identifiers.start(seed)
    world.accounts.plant()
    chance = random.Random(seed)  # noqa: S311
    trading = _plant_organization(world, demo_account.ORGANIZATION_ID, _trading_company())
    _plant_places(trading, _TRADING_PLACES)
    plant_catalogue(trading, chance, FIRST_MOMENT, LAST_MOMENT)
    plant_pricebooks(trading, chance, LAST_MOMENT)
    _plant_contacts(trading, chance)
    _plant_orders(trading, chance)
    second = _plant_organization(world, demo_account.SECOND_ORGANIZATION_ID, _second_company())
    _plant_places(second, (("Austin Warehouse", "Austin", "100 Depot Road"),))
    plant_small_catalogue(second, LAST_MOMENT)
    plant_volume_book(second, LAST_MOMENT)
    for number in range(1, 6):
        new_contact(second, {"contact_name": f"Buyer {number:02d}"}, source="user", at=LAST_MOMENT)


_TRADING_PLACES = (
    ("Main Wholesale Warehouse", "Baghdad", "Shorja Market, Block 12"),
    ("Dora Warehouse – Baghdad", "Baghdad", "Dora Industrial Street 7"),
    ("Erbil Branch", "Erbil", "100 Meter Road"),
)


def _trading_company() -> JsonObject:
    return {
        "name": "Tradepost Demo Trading",
        "contact_name": "Demo Owner",
        "email": "owner@tradepost.example",
        "country": "Iraq",
        "country_code": "IQ",
        "state": "Baghdad",
        "state_code": "BG",
        "time_zone": "Asia/Baghdad",
        "time_zone_words": "(GMT 3:00) Arabia Standard Time",
        "plan_name": "PREMIUM",
        "portal_name": "tradepostdemo",
        "account_created_date": "2024-01-01",
        "is_default_org": True,
        "base_currency": "IQD",
    }


def _second_company() -> JsonObject:
    return {
        **_trading_company(),
        "name": "Tradepost Demo US",
        "country": "U.S.A",
        "country_code": "US",
        "state": "Texas",
        "state_code": "TX",
        "time_zone": "America/New_York",
        "time_zone_words": "(GMT -5:00) Eastern Standard Time",
        "portal_name": "tradepostdemous",
        "is_default_org": False,
        "base_currency": "USD",
    }


def _plant_organization(world: "World", organization_id: str, facts: JsonObject) -> "Organization":
    new_id = world.identifiers.next
    currencies = {code: new_id() for code, *_ in _CURRENCIES}
    units = ("pcs", "roll", "m", "box", "set", "visit")
    record = {
        **facts,
        "organization_id": organization_id,
        "currency_id": currencies[facts["base_currency"]],
        "accounts": {
            name: new_id() for name in ("sales", "purchase", "inventory", "payment", "payment_mode")
        },
        "units": {unit: new_id() for unit in units},
        "user_id": new_id(),
        "template_id": new_id(),
        "payment_terms_id": new_id(),
        "item_custom_fields": [
            _custom_field(new_id(), 1, "Arabic Name", "cf_name_ar", "string"),
            _custom_field(new_id(), 2, "Arabic Description", "cf_description_ar", "multiline"),
        ],
    }
    world.store.save("", "organizations", organization_id, record)
    organization = world.organization(organization_id)
    for code, name, symbol, precision, pattern in _CURRENCIES:
        is_base = code == facts["base_currency"]
        foreign = _DINARS_PER_DOLLAR if code == "USD" else Decimal(0)
        organization.save(
            "currencies",
            currencies[code],
            {
                "currency_id": currencies[code],
                "currency_code": code,
                "currency_name": name,
                "currency_symbol": symbol,
                "price_precision": precision,
                "currency_format": pattern,
                "is_base_currency": is_base,
                "exchange_rate": Decimal(0) if is_base else foreign,
                "effective_date": "",
                "auto_exchange_rate_enabled": False,
            },
        )
    return organization


def _custom_field(field_id: str, index: int, label: str, name: str, kind: str) -> JsonObject:
    return {
        "customfield_id": field_id,
        "index": index,
        "label": label,
        "api_name": name,
        "data_type": kind,
    }


def _plant_places(organization: "Organization", places: tuple[tuple[str, str, str], ...]) -> None:
    for number, (name, city, street) in enumerate(places):
        location_id = organization.new_id()
        organization.save(
            "locations",
            location_id,
            {
                "location_id": location_id,
                "location_name": name,
                "city": city,
                "street": street,
                "is_primary": number == 0,
            },
        )


def _plant_contacts(organization: "Organization", chance: random.Random) -> None:
    books = [
        book
        for book in organization.table("pricebooks").values()
        if book["rates"] and book["pricebook_type"] == "per_item"
    ]
    for number in range(1, CUSTOMERS + VENDORS + 1):
        vendor = number > CUSTOMERS
        name = f"Supplier {number - CUSTOMERS:03d}" if vendor else f"Trader {number:03d}"
        phone = f"+9647{chance.choice('578')}{chance.randrange(10**8):08d}"
        person = {
            "contact_person_id": organization.new_id(),
            "salutation": "",
            "first_name": name.split(maxsplit=1)[0],
            "last_name": name.split()[1],
            "email": f"{name.replace(' ', '.').lower()}@example.com",
            "phone": phone,
            "mobile": phone,
            "is_primary_contact": True,
        }
        book = chance.choice(books) if number % 3 == 0 and not vendor else None
        values: JsonObject = {
            "contact_name": name,
            "company_name": f"{name} Company",
            "contact_type": "vendor" if vendor else "customer",
            "status": "inactive" if number % 29 == 0 else "active",
            "contact_persons": [person],
            "billing_address": {
                "city": chance.choice(("Baghdad", "Erbil", "Basra")),
                "country": "Iraq",
                "country_code": "IQ",
                "phone": phone,
            },
        }
        if book is not None:
            values |= {"pricebook_id": book["pricebook_id"], "currency_id": book["currency_id"]}
        new_contact(
            organization, values, source="user", at=chance.randrange(FIRST_MOMENT, LAST_MOMENT)
        )


def _plant_orders(organization: "Organization", chance: random.Random) -> None:
    base = organization.record["currency_id"]
    customers = [
        contact
        for contact in organization.table("contacts").values()
        if contact["contact_type"] == "customer" and contact["currency_id"] == base
    ]
    stocked = [
        item
        for item in organization.table("items").values()
        if item["status"] == "active" and item["tracked"] and item["stock"]
    ]
    for number in range(ORDERS):
        moment = LAST_MOMENT - (ORDERS - number) * DAY_S
        values = _order_values(organization, chance.choice(customers))
        values["reference_number"] = f"WEB-{number + 1:04d}" if number % 2 else ""
        values["lines"] = [
            _order_line(organization, chance, item)
            for item in chance.sample(stocked, chance.randint(1, 5))
        ]
        order = orders.add_order(organization, values, at=moment)
        order = _lead_to(organization, order, _ORDER_ENDS[number % len(_ORDER_ENDS)])
        packages = [{**row, "date": order["date"]} for row in order["packages"]]
        settled = {**order, "packages": packages, "modified": moment + 3600}
        organization.save("salesorders", order["salesorder_id"], settled)


def _order_values(organization: "Organization", customer: JsonObject) -> JsonObject:
    blank = "shipment_date notes terms delivery_method adjustment_description pricebook_id discount"
    return {
        **dict.fromkeys(blank.split(), ""),
        "customer_id": customer["contact_id"],
        "currency_id": customer["currency_id"],
        "exchange_rate": Decimal(1),
        "discount_type": "item_level",
        "is_discount_before_tax": True,
        "shipping_charge": Decimal(0),
        "adjustment": Decimal(0),
        "location_id": organization.primary_location_id,
    }


def _order_line(
    organization: "Organization", chance: random.Random, item: JsonObject
) -> JsonObject:
    return {
        "line_item_id": organization.new_id(),
        "item_id": item["item_id"],
        "name": item["name"],
        "description": item["description"],
        "rate": money(item["rate"]),
        "quantity": Decimal(chance.randint(1, 4)),
        "discount": "",
        "unit": item["unit"],
        "location_id": next(iter(item["stock"])),
        "packed": Decimal(0),
        "shipped": Decimal(0),
    }


def _lead_to(organization: "Organization", order: JsonObject, end: str) -> JsonObject:
    if end == "draft":
        return order
    order = orders.confirm(organization, order)
    if end == "void":
        return orders.void(organization, order)
    if end == "partially_shipped":
        first = order["lines"][0]
        part = Decimal(1)
        order, package = orders.pack(organization, order, {first["line_item_id"]: part})
        return orders.ship(organization, order, [package["package_id"]])
    if end == "confirmed":
        return order
    order = orders.ship_everything(organization, order)
    if end == "closed":
        order = orders.invoice_everything(organization, order)
        order = {**order, "status": "closed", "order_status": "closed", "paid_status": "paid"}
    return order
