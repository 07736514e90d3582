"""The item paths: list, detail, bulk detail, update and picture."""

from decimal import Decimal
from typing import Any

from .exchange import Call
from .images import picture
from .item_shapes import books_item_row, item_detail, item_row
from .jsontext import JsonObject, money
from .listing import ListShape, list_reply
from .replies import Reply, ZohoError, invalid_value, missing_record, success
from .stock import total_figures


def _low(item: JsonObject) -> bool:
    level = item["reorder_level"]
    return bool(item["tracked"] and level) and total_figures(item)["stock_on_hand"] <= level


_FILTERS = {
    "Status.Active": lambda item: item["status"] == "active",
    "Status.Inactive": lambda item: item["status"] == "inactive",
    "Status.Lowstock": _low,
    "Status.Unmapped": lambda _: False,
    "Status.Uncategorized": lambda item: not item["category_id"],
    "Status.Grouped": lambda _: False,
    "ItemType.Inventory": lambda item: item["tracked"],
    "ItemType.Sales": lambda item: not item["tracked"] and item["product_type"] == "service",
    "ItemType.Purchases": lambda _: False,
    "ItemType.All": lambda _: True,
}
_TEXTS = {
    "name": lambda item: item["name"],
    "sku": lambda item: item["sku"],
    "status": lambda item: item["status"],
    "item_id": lambda item: item["item_id"],
    "category_id": lambda item: item["category_id"],
    "description": lambda item: item["description"],
}
_SORTS = {
    "name": lambda item: item["name"].casefold(),
    "sku": lambda item: item["sku"].casefold(),
    "rate": lambda item: item["rate"],
    "purchase_rate": lambda item: item["purchase_rate"],
    "created_time": lambda item: item["created"],
    "last_modified_time": lambda item: item["modified"],
    "reorder_level": lambda item: Decimal(item["reorder_level"] or 0),
    "stock_on_hand": lambda item: total_figures(item)["stock_on_hand"],
}
_BOOKS_SORTS = {name: _SORTS[name] for name in ("name", "rate")}
_TEXT_FIELDS = ("name", "sku", "ean", "unit", "description", "brand", "manufacturer")
_LONGEST = {"name": 500, "sku": 100}


def list_items(call: Call) -> Reply:
    """GET /items of either API; only Inventory knows the last_modified_time filter."""
    books = call.api == "books"
    default = f"Status.{call.world.switches['default_items_filter']}"
    shape = ListShape(
        key="items",
        report_name="Items",
        sorts=_BOOKS_SORTS if books else _SORTS,
        default_sort="name",
        texts=_TEXTS,
        numbers={
            "rate": lambda item: item["rate"],
            "purchase_rate": lambda item: item["purchase_rate"],
        },
        filters=_FILTERS,
        default_filter=default,
        id_field="item_id",
        filters_by_modification=not books,
    )
    wanted = call.query.get("search_text", "").casefold()
    items = [
        item
        for item in call.organization.table("items").values()
        if call.ignore_filters
        or wanted in item["name"].casefold()
        or wanted in item["sku"].casefold()
    ]
    render = books_item_row if books else item_row
    return list_reply(call, shape, items, lambda item: render(call.organization, item))


def find_item(call: Call, item_id: str) -> JsonObject:
    """Return an item's record. Raises the ZohoError the missing_record switch asks for."""
    item = call.organization.table("items").get(item_id)
    if item is None:
        raise missing_record(call.world.switches["missing_record"])
    return item


def get_item(call: Call) -> Reply:
    """GET /items/{id}."""
    return success("item", item_detail(call.organization, find_item(call, call.ids[0])))


def item_details(call: Call) -> Reply:
    """GET /itemdetails?item_ids=: ids that do not exist are left out of the answer."""
    wanted = [part.strip() for part in call.query.get("item_ids", "").split(",") if part.strip()]
    most = call.world.switches["item_ids_max"]
    if not wanted or (most != "unlimited" and len(wanted) > int(most)):
        raise invalid_value("item_ids")
    table = call.organization.table("items")
    found = [table[item_id] for item_id in dict.fromkeys(wanted) if item_id in table]
    return success("items", [item_detail(call.organization, item) for item in found])


def update_item(call: Call) -> Reply:
    """PUT /items/{id}: merges top-level keys; a call that changes nothing bumps no time."""
    item = find_item(call, call.ids[0])
    changes = _accepted(call, item)
    changed = {**item, **changes}
    _refuse_duplicates(call, changed)
    bumped = changed != item or call.world.switches["noop_put_bumps_lmt"] == "yes"
    if bumped:
        changed["modified"] = call.organization.now()
        call.organization.save("items", item["item_id"], changed)
    return success("item", item_detail(call.organization, changed), "Item details have been saved.")


def _accepted(call: Call, item: JsonObject) -> JsonObject:
    changes: JsonObject = {}
    for name in _TEXT_FIELDS:
        if name in call.body:
            changes[name] = _text(name, call.body[name])
    if not changes.get("name", "present"):
        raise invalid_value("name")
    for name in ("rate", "purchase_rate"):
        if name in call.body:
            changes[name] = amount(name, call.body[name])
    if "custom_fields" in call.body:
        changes["custom"] = _custom_values(call, item)
    return changes


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST.get(name, 2000):
        raise invalid_value(name)
    return value


def amount(name: str, value: Any) -> Decimal:
    """Return a non-negative amount sent as a number or as text. Raises ZohoError 4."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise invalid_value(name)
    try:
        number = money(Decimal(value))
    except ArithmeticError as error:
        raise invalid_value(name) from error
    if number < 0 or not number.is_finite():
        raise invalid_value(name)
    return number


def _custom_values(call: Call, item: JsonObject) -> JsonObject:
    values = dict(item["custom"])
    sent = call.body["custom_fields"]
    if not isinstance(sent, list):
        raise invalid_value("custom_fields")
    for entry in sent:
        for definition in call.organization.record["item_custom_fields"]:
            names = ("customfield_id", "api_name", "label")
            if isinstance(entry, dict) and any(
                name in entry and entry[name] == definition[name] for name in names
            ):
                values[definition["api_name"]] = str(entry.get("value", ""))
    return values


def _refuse_duplicates(call: Call, changed: JsonObject) -> None:
    for other in call.organization.table("items").values():
        if other["item_id"] == changed["item_id"]:
            continue
        if other["name"] == changed["name"]:
            raise ZohoError(400, 1001, f'Item "{changed["name"]}" already exists.')
        if changed["sku"] and other["sku"] == changed["sku"]:
            raise ZohoError(400, 1001, f'Item with the SKU "{changed["sku"]}" already exists.')


def item_image(call: Call) -> Reply:
    """GET /items/{id}/image: the picture's bytes, or 404 JSON where the item has none."""
    item = find_item(call, call.ids[0])
    if not item["image_name"]:
        raise ZohoError(404, 5, "We couldnt find any resource for the given ID.")
    name = f'attachment; filename="{item["image_document_id"]}.png"'
    return Reply(
        200,
        raw=picture(item["image_document_id"]),
        content_type="image/png",
        headers={"content-disposition": name},
    )
