"""The seeded items: names in two languages, codes, times, and stock in three places."""

import random
from decimal import Decimal
from typing import TYPE_CHECKING

from .jsontext import JsonObject
from .seed_words import AWKWARD_NAMES, BRANDS, FAMILIES, LONG_NAME_LENGTH, SERVICES, Family
from .stock import empty_cell

if TYPE_CHECKING:
    from .world import Organization

ITEMS = 2220
SERVICE_ITEMS = 67
STEP_IQD = 250
SHARED_SECONDS = 12
ITEMS_PER_SHARED_SECOND = 8


def plant_catalogue(
    organization: "Organization", chance: random.Random, first: int, last: int
) -> None:
    """Make the 2,220 items of the trading company."""
    categories = {family.category: organization.new_id() for family in FAMILIES}
    drafts = _goods(chance) + _services()
    awkward = [*AWKWARD_NAMES, _long_name()]
    for place, name in zip(range(100, ITEMS, 290), awkward, strict=False):
        drafts[place]["name"] = name
    shared = [chance.randrange(first, last) for _ in range(SHARED_SECONDS)]
    for number, draft in enumerate(drafts):
        item = _item(organization, chance, draft, number)
        item["category_id"] = categories[item["category_name"]]
        item["created"] = chance.randrange(first, last)
        item["modified"] = chance.randrange(item["created"], last + 1)
        if number < SHARED_SECONDS * ITEMS_PER_SHARED_SECOND:
            item["created"] = first
            item["modified"] = shared[number % SHARED_SECONDS]
        organization.save("items", item["item_id"], item)


def _goods(chance: random.Random) -> list[JsonObject]:
    drafts: list[JsonObject] = []
    wanted, families = ITEMS - SERVICE_ITEMS, len(FAMILIES)
    for number, family in enumerate(FAMILIES):
        size = wanted // families + (number < wanted % families)
        drafts += _of_family(family, chance, size)
    return drafts


def _of_family(family: Family, chance: random.Random, size: int) -> list[JsonObject]:
    every = [
        (good, variant, brand)
        for good in family.goods
        for variant in family.variants
        for brand in BRANDS
    ]
    drafts = []
    for (english, arabic), variant, (brand, arabic_brand) in chance.sample(every, size):
        share = chance.random() ** 2
        price = family.cheapest + int(share * (family.dearest - family.cheapest))
        drafts.append(
            {
                "name": f"{english} {brand} {variant}",
                "arabic": f"{arabic} {arabic_brand} {variant}",
                "brand": brand,
                "category_name": family.category,
                "rate": Decimal(max(STEP_IQD, price // STEP_IQD * STEP_IQD)),
                "unit": "roll" if "Roll" in english else "pcs",
                "service": False,
            }
        )
    return drafts


def _services() -> list[JsonObject]:
    drafts = []
    for number in range(SERVICE_ITEMS):
        english, arabic = SERVICES[number % len(SERVICES)]
        level = number // len(SERVICES) + 1
        drafts.append(
            {
                "name": f"{english} level {level}",
                "arabic": f"{arabic} مستوى {level}",
                "brand": "",
                "category_name": FAMILIES[number % len(FAMILIES)].category,
                "rate": Decimal(5000 + level * 2500),
                "unit": "visit",
                "service": True,
            }
        )
    return drafts


def _long_name() -> str:
    words = "Cable Management Kit with Velcro Straps and Adhesive Clips for Racks and Desks "
    return (words * 10)[: LONG_NAME_LENGTH - 1] + "."


def _item(
    organization: "Organization", chance: random.Random, draft: JsonObject, number: int
) -> JsonObject:
    service, named = draft["service"], chance.random() < 0.9
    active = chance.random() < 0.85
    pictured = not service and chance.random() < 0.65
    item_id = organization.new_id()
    description = f"{draft['name']}. Sold by the {draft['unit']}."[:2000]
    item: JsonObject = {
        "item_id": item_id,
        "group_id": organization.new_id(),
        "name": draft["name"],
        "sku": "" if chance.random() < 0.06 else f"TP-{number + 1:05d}",
        "ean": "" if service or chance.random() < 0.4 else barcode(number),
        "unit": draft["unit"],
        "status": "active" if active else "inactive",
        "rate": draft["rate"],
        "purchase_rate": (draft["rate"] * 4 / 5).quantize(Decimal(1)),
        "description": "" if service else description,
        "brand": draft["brand"],
        "manufacturer": draft["brand"],
        "category_name": draft["category_name"],
        "tracked": not service,
        "product_type": "service" if service else "goods",
        "reorder_level": Decimal(5) if not service and number % 4 == 0 else "",
        "image_name": f"item-{number + 1}.png" if pictured else "",
        "image_document_id": organization.new_id() if pictured else "",
        "custom": {
            "cf_name_ar": draft["arabic"] if named else "",
            "cf_description_ar": f"{draft['arabic']} متوفر بالجملة والمفرد" if named else "",
        },
        "stock": {},
    }
    if not service:
        item["stock"] = _stock(organization, chance, active, draft["unit"])
    return item


def _stock(
    organization: "Organization", chance: random.Random, active: bool, unit: str
) -> JsonObject:
    fate = chance.random()
    places = list(organization.table("locations"))
    if fate < 0.015:
        return {places[0]: _cell(Decimal(-chance.randint(1, 20)))}
    if fate > (0.77 if active else 0.2):
        return {}
    stock = {}
    for location_id in places[: chance.randint(1, 3)]:
        quantity = Decimal(chance.randint(1, 400))
        if unit == "roll":
            quantity += Decimal(chance.randint(1, 99)) / 100
        stock[location_id] = _cell(quantity)
    return stock


def _cell(quantity: Decimal) -> JsonObject:
    return {**empty_cell(), "accounting": quantity, "physical": quantity}


def barcode(number: int) -> str:
    """Return a 13-digit EAN with a valid check digit."""
    digits = f"626{number + 1:09d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def plant_small_catalogue(organization: "Organization", moment: int) -> None:
    """Make the twelve items of the second company."""
    for number in range(12):
        item_id = organization.new_id()
        organization.save(
            "items",
            item_id,
            {
                "item_id": item_id,
                "group_id": organization.new_id(),
                "name": f"Widget {number + 1:02d}",
                "sku": f"US-{number + 1:03d}",
                "ean": "",
                "unit": "pcs",
                "status": "active",
                "rate": Decimal("9.99") + number,
                "purchase_rate": Decimal("5.00"),
                "description": "",
                "brand": "",
                "manufacturer": "",
                "category_id": "",
                "category_name": "",
                "tracked": True,
                "product_type": "goods",
                "reorder_level": "",
                "image_name": "",
                "image_document_id": "",
                "custom": {"cf_name_ar": "", "cf_description_ar": ""},
                "stock": {organization.primary_location_id: _cell(Decimal(50))},
                "created": moment,
                "modified": moment,
            },
        )
