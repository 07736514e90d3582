"""The sales order paths: list, create, read, update, confirm, void, packages and shipments."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from . import orders
from .exchange import Call
from .items_api import amount
from .jsontext import JsonObject, measure
from .listing import ListShape, list_reply
from .order_shapes import books_status, order_detail, order_row
from .pricebooks import book_rate
from .replies import Reply, created, invalid_value, missing_record, success

_LONGEST = {"reference_number": 100, "delivery_method": 100}
_SORTS = {
    "created_time": lambda order: order["created"],
    "last_modified_time": lambda order: order["modified"],
    "salesorder_number": lambda order: order["salesorder_number"],
    "date": lambda order: order["date"],
    "shipment_date": lambda order: order["shipment_date"],
    "reference_number": lambda order: order["reference_number"],
}
_TEXTS = {
    "reference_number": lambda order: order["reference_number"],
    "salesorder_number": lambda order: order["salesorder_number"],
    "customer_id": lambda order: order["customer_id"],
    "status": books_status,
}
_FILTERS = {
    "Status.Open": lambda order: books_status(order) == "open",
    "Status.Draft": lambda order: order["status"] == "draft",
    "Status.Void": lambda order: order["status"] == "void",
    "Status.Closed": lambda order: order["status"] == "closed",
    "Status.OverDue": lambda _: False,
    "Status.PartiallyInvoiced": lambda _: False,
    "Status.Invoiced": lambda order: order["invoiced_status"] == "invoiced",
}


def list_orders(call: Call) -> Reply:
    """GET /salesorders: Books filters; Inventory ignores filters but for its two switches."""
    switches = call.world.switches
    texts: JsonObject = dict(_TEXTS)
    by_modification = True
    if call.api == "inventory":
        works = switches["inventory_so_reference_filter"] == "works"
        texts = {"reference_number": _TEXTS["reference_number"]} if works else {}
        by_modification = switches["inventory_so_lmt_filter"] == "works"
        ignored = ("filter_by", "sort_column", "sort_order")
        query = {name: value for name, value in call.query.items() if name not in ignored}
        call = replace(call, query=query)
    shape = ListShape(
        key="salesorders",
        report_name="Sales Orders",
        sorts=_SORTS,
        default_sort="created_time",
        default_order="D",
        texts=texts,
        filters=_FILTERS,
        id_field="salesorder_id",
        filters_by_modification=by_modification,
    )
    rows = call.organization.table("salesorders").values()
    return list_reply(call, shape, rows, lambda row: order_row(call.organization, row, call.api))


def find_order(call: Call, order_id: str) -> JsonObject:
    """Return an order's record. Raises the ZohoError the missing_record switch asks for."""
    order = call.organization.table("salesorders").get(order_id)
    if order is None:
        raise missing_record(call.world.switches["missing_record"])
    return order


def get_order(call: Call) -> Reply:
    """GET /salesorders/{id}."""
    order = find_order(call, call.ids[0])
    return success("salesorder", order_detail(call.organization, order))


def create_order(call: Call) -> Reply:
    """POST /salesorders: 36004 where an own number is taken."""
    values = _checked_values(call, {**_blank_values(call), **_customer(call)})
    number = ""
    if call.query.get("ignore_auto_number_generation", "").lower() == "true":
        number = _text("salesorder_number", call.body.get("salesorder_number"), 50)
        if not number:
            raise invalid_value("salesorder_number")
        orders.refuse_taken_number(call.organization, number)
    if not values.get("lines"):
        raise invalid_value("line_items")
    order = orders.add_order(call.organization, values, number=number)
    location = f"{call.location_prefix}/salesorders/{order['salesorder_id']}"
    detail = order_detail(call.organization, order)
    return created("salesorder", detail, "Sales Order has been created.", location)


def update_order(call: Call) -> Reply:
    """PUT /salesorders/{id}: keeps the lines when none are sent, replaces them when they are."""
    order = find_order(call, call.ids[0])
    before = {name: order[name] for name in _blank_values(call)}
    values = _checked_values(call, {**before, "currency_id": order["currency_id"]}, order["lines"])
    changed = orders.replace_values(call.organization, order, values)
    detail = order_detail(call.organization, changed)
    return success("salesorder", detail, "Sales Order has been updated.")


def confirm_order(call: Call) -> Reply:
    """POST /salesorders/{id}/status/confirmed."""
    orders.confirm(call.organization, find_order(call, call.ids[0]))
    return success("data", {}, "Sales order status has been changed to Confirmed.")


def void_order(call: Call) -> Reply:
    """POST /salesorders/{id}/status/void."""
    orders.void(call.organization, find_order(call, call.ids[0]))
    return success("data", {}, "The status of the Sales Order has been changed to void.")


def _blank_values(call: Call) -> JsonObject:
    return {
        **dict.fromkeys(("reference_number", "date", "shipment_date", "notes", "terms"), ""),
        **dict.fromkeys(("delivery_method", "adjustment_description", "pricebook_id"), ""),
        "discount": "",
        "discount_type": "item_level",
        "is_discount_before_tax": True,
        "shipping_charge": Decimal(0),
        "adjustment": Decimal(0),
        "exchange_rate": Decimal(1),
        "location_id": call.organization.primary_location_id,
    }


def _customer(call: Call) -> JsonObject:
    customer_id = call.body.get("customer_id")
    contact = call.organization.table("contacts").get(str(customer_id))
    if contact is None or contact["contact_type"] != "customer":
        raise invalid_value("customer_id")
    currency = call.organization.currency(contact["currency_id"])
    rate = Decimal(1) if currency["is_base_currency"] else Decimal(currency["exchange_rate"])
    return {
        "customer_id": contact["contact_id"],
        "currency_id": contact["currency_id"],
        "exchange_rate": rate,
        "pricebook_id": contact["pricebook_id"],
    }


def _checked_values(
    call: Call, values: JsonObject, old_lines: list[JsonObject] | None = None
) -> JsonObject:
    body = call.body
    for name, check in _CHECKS.items():
        if name in body:
            values[name] = check(name, body[name])
    if body.get("discount_type") in ("entity_level", "item_level"):
        values["discount_type"] = body["discount_type"]
    for name, kind in (("location_id", "locations"), ("pricebook_id", "pricebooks")):
        if body.get(name):
            if body[name] not in call.organization.table(kind):
                raise invalid_value(name)
            values[name] = body[name]
    if "line_items" in body:
        values["lines"] = _lines(call, values, old_lines or [])
    return values


def _lines(call: Call, values: JsonObject, old_lines: list[JsonObject]) -> list[JsonObject]:
    sent = call.body["line_items"]
    if not isinstance(sent, list) or not sent:
        raise invalid_value("line_items")
    old_ids = {line["line_item_id"] for line in old_lines}
    return [_sales_line(call, values, entry, old_ids) for entry in sent]


def _sales_line(call: Call, values: JsonObject, sent: Any, old_ids: set[str]) -> JsonObject:
    if not isinstance(sent, dict):
        raise invalid_value("line_items")
    item = call.organization.table("items").get(str(sent.get("item_id")))
    if item is None or item["status"] != "active":
        raise invalid_value("item_id")
    quantity = _quantity("quantity", sent.get("quantity", 1))
    location_id = sent.get("location_id") or values["location_id"]
    if location_id not in call.organization.table("locations"):
        raise invalid_value("location_id")
    if "rate" in sent:
        rate = amount("rate", sent["rate"])
    else:
        rate = _usual_rate(call, values, item, quantity)
    own_id = sent.get("line_item_id")
    return {
        "line_item_id": own_id if own_id in old_ids else call.organization.new_id(),
        "item_id": item["item_id"],
        "name": _text("name", sent.get("name", item["name"]), 500) or item["name"],
        "description": _text("description", sent.get("description", item["description"]), 2000),
        "rate": rate,
        "quantity": quantity,
        "discount": _discount("discount", sent.get("discount", "")),
        "unit": _text("unit", sent.get("unit", item["unit"]), 100),
        "location_id": location_id,
        "packed": Decimal(0),
        "shipped": Decimal(0),
    }


def _usual_rate(call: Call, values: JsonObject, item: JsonObject, quantity: Decimal) -> Decimal:
    book = call.organization.table("pricebooks").get(values["pricebook_id"])
    if book is not None and book["currency_id"] == values["currency_id"]:
        rate = book_rate(book, item, quantity)
        if rate is not None:
            return rate
    return orders.rounded(item["rate"] / values["exchange_rate"], 2)


def _text(name: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise invalid_value(name)
    return value


def _day(name: str, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except (TypeError, ValueError) as error:
        raise invalid_value(name) from error


def _signed(name: str, value: Any) -> Decimal:
    text = str(value)
    magnitude = amount(name, text.removeprefix("-"))
    return -magnitude if text.startswith("-") else magnitude


def _quantity(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise invalid_value(name)
    try:
        number = measure(Decimal(value))
    except ArithmeticError as error:
        raise invalid_value(name) from error
    if number <= 0:
        raise invalid_value(name)
    return number


def _discount(name: str, value: Any) -> str:
    text = str(value)
    if text.endswith("%"):
        return f"{amount(name, text[:-1])}%"
    number = amount(name, text or "0")
    return str(number) if number else ""


def _long_text(name: str, value: Any) -> str:
    return _text(name, value, _LONGEST.get(name, 5000))


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "reference_number": _long_text,
    "notes": _long_text,
    "terms": _long_text,
    "delivery_method": _long_text,
    "adjustment_description": _long_text,
    "date": _day,
    "shipment_date": _day,
    "shipping_charge": amount,
    "adjustment": _signed,
    "exchange_rate": _quantity,
    "discount": _discount,
}


def create_package(call: Call) -> Reply:
    """POST /packages?salesorder_id=: an id in the body is dropped, as Zoho does."""
    order = find_order(call, call.query.get("salesorder_id", ""))
    sent = call.body.get("line_items")
    if not isinstance(sent, list) or not sent:
        raise invalid_value("line_items")
    quantities = {}
    for entry in sent:
        if not isinstance(entry, dict):
            raise invalid_value("line_items")
        line_id = str(entry.get("so_line_item_id", ""))
        quantities[line_id] = _quantity("quantity", entry.get("quantity"))
    order, package = orders.pack(call.organization, order, quantities)
    shown = {
        **{name: package[name] for name in ("package_id", "package_number", "status", "date")},
        "salesorder_id": order["salesorder_id"],
        "salesorder_number": order["salesorder_number"],
        "shipment_id": "",
        "line_items": [
            {"so_line_item_id": line_id, "quantity": quantity}
            for line_id, quantity in quantities.items()
        ],
    }
    location = f"{call.location_prefix}/packages/{package['package_id']}"
    return created("package", shown, "Package has been created.", location)


def create_shipment(call: Call) -> Reply:
    """POST /shipmentorders?salesorder_id=&package_ids=: moves the physical stock."""
    order = find_order(call, call.query.get("salesorder_id", ""))
    package_ids = [part for part in call.query.get("package_ids", "").split(",") if part]
    order = orders.ship(call.organization, order, package_ids)
    shipment_id = order["packages"][-1]["shipment_id"]
    for row in order["packages"]:
        if row["package_id"] == package_ids[0]:
            shipment_id = row["shipment_id"]
    shown = {
        "shipment_id": shipment_id,
        "shipment_number": str(call.body.get("shipment_number", "")),
        "salesorder_id": order["salesorder_id"],
        "salesorder_number": order["salesorder_number"],
        "status": "shipped",
        "date": call.organization.day(call.organization.now()),
        "delivery_method": str(call.body.get("delivery_method", "")),
        "tracking_number": str(call.body.get("tracking_number", "")),
    }
    location = f"{call.location_prefix}/shipmentorders/{shipment_id}"
    return created("shipmentorder", shown, "Shipment Order has been created.", location)
