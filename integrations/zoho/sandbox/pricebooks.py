"""Price books: the paths, and the rate a book gives to an item."""

from decimal import ROUND_HALF_UP, Decimal

from .exchange import Call
from .jsontext import JsonObject, measure, money
from .listing import ListShape, list_reply
from .replies import Reply, missing_record

_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_HALF = Decimal("0.5")
_CENT = Decimal("0.01")

_FILTERS = {
    "SalesOrPurchaseType.All": lambda _: True,
    "SalesOrPurchaseType.Sales": lambda book: book["sales_or_purchase_type"] == "sales",
    "SalesOrPurchaseType.Purchases": lambda book: book["sales_or_purchase_type"] == "purchases",
}
_SHAPE = ListShape(
    key="pricebooks",
    report_name="Price Lists",
    sorts={"name": lambda book: book["name"].casefold()},
    default_sort="name",
    filters=_FILTERS,
    id_field="pricebook_id",
)


def round_rate(rate: Decimal, rounding_type: str) -> Decimal:
    """Round a percentage rate in one of Zoho's ways (``round_to_dollor`` is Zoho's spelling)."""
    step = _HALF if "half_dollar" in rounding_type else _ONE
    if rounding_type == "no_rounding":
        return rate.quantize(_CENT, ROUND_HALF_UP)
    rounded = (rate / step).quantize(_ONE, ROUND_HALF_UP) * step
    return rounded - _CENT if rounding_type.endswith("minus_01") else rounded


def book_rate(book: JsonObject, item: JsonObject, quantity: Decimal) -> Decimal | None:
    """Return the rate of one unit in the book's currency, None where the book is silent."""
    if book["pricebook_type"] == "fixed_percentage":
        sign = 1 if book["is_increase"] else -1
        rate = item["rate"] * (_HUNDRED + sign * book["percentage"]) / _HUNDRED
        return round_rate(rate, book["rounding_type"])
    priced = book["rates"].get(item["item_id"])
    if priced is None:
        return None
    for bracket in priced.get("brackets", []):
        if bracket["start_quantity"] <= quantity <= (bracket["end_quantity"] or quantity):
            return Decimal(bracket["pricebook_rate"])
    return Decimal(priced["rate"])


def _entry(item_id: str, priced: JsonObject) -> JsonObject:
    brackets = priced.get("brackets", [])
    return {
        "pricebook_item_id": priced["pricebook_item_id"],
        "item_id": item_id,
        "pricebook_rate": money(priced["rate"]),
        "pricebook_discount": "",
        "pricing_scheme": "volume" if brackets else "unit",
        "price_brackets": [
            {
                **bracket,
                "pricebook_rate": money(bracket["pricebook_rate"]),
                "pricebook_discount": "",
            }
            for bracket in brackets
        ],
    }


def _row(call: Call, book: JsonObject) -> JsonObject:
    currency = call.organization.currency(book["currency_id"])
    row: JsonObject = {
        "pricebook_id": book["pricebook_id"],
        "name": book["name"],
        "description": book["description"],
        "currency_id": book["currency_id"],
        "currency_code": currency["currency_code"],
        "decimal_place": currency["price_precision"],
        "is_default": False,
        "is_increase": book["is_increase"],
        "percentage": money(book["percentage"]),
        "pricebook_type": book["pricebook_type"],
        "pricing_scheme": book["pricing_scheme"],
        "rounding_type": book["rounding_type"],
        "sales_or_purchase_type": book["sales_or_purchase_type"],
        "status": book["status"],
        "created_time": call.organization.stamp(book["created"]),
        "last_modified_time": call.organization.stamp(book["modified"]),
    }
    if call.world.switches["pricebook_items_in_list"] == "yes":
        row["pricebook_items"] = [_entry(*pair) for pair in book["rates"].items()]
    return row


def list_pricebooks(call: Call) -> Reply:
    """GET /pricebooks: rows carry ``pricebook_items`` only where the switch says so."""
    books = call.organization.table("pricebooks").values()
    return list_reply(call, _SHAPE, books, lambda book: _row(call, book))


def list_pricebook_items(call: Call) -> Reply:
    """GET /pricebooks/items of Books: the priced items of one book, in pages."""
    wanted = call.query.get("pricebook_id", "")
    book = call.organization.table("pricebooks").get(wanted)
    if book is None:
        raise missing_record(call.world.switches["missing_record"])
    items = call.organization.table("items")
    priced = [items[item_id] for item_id in book["rates"] if item_id in items]
    shape = ListShape(
        key="items",
        report_name="Price List Items",
        sorts={"name": lambda item: item["name"].casefold()},
        default_sort="name",
        id_field="item_id",
    )

    def render(item: JsonObject) -> JsonObject:
        return {
            **_entry(item["item_id"], book["rates"][item["item_id"]]),
            "name": item["name"],
            "sku": item["sku"],
            "rate": measure(item["rate"]),
        }

    return list_reply(call, shape, priced, render)
