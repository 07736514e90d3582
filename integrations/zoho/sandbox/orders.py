"""The life of a sales order: numbering, amounts, commitment of stock, packing and shipping.

Functions run inside the store's transaction and check before they change anything.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from .jsontext import JsonObject
from .replies import ZohoError
from .stock import move

if TYPE_CHECKING:
    from .world import Organization

_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
NUMBER_TAKEN = "This sales order number already exists."
LOCKED_STATUSES = ("void", "closed")


def next_number(organization: "Organization") -> str:
    """Take the next free ``SO-00001`` of the organization's gapless series."""
    taken = {order["salesorder_number"] for order in organization.table("salesorders").values()}
    last = organization.table("counters").get("salesorder", {"last": 0})["last"]
    while True:
        last += 1
        number = f"SO-{last:05d}"
        if number not in taken:
            organization.save("counters", "salesorder", {"last": last})
            return number


def refuse_taken_number(organization: "Organization", number: str) -> None:
    """Raise ZohoError 36004 when an order bears the number."""
    for order in organization.table("salesorders").values():
        if order["salesorder_number"] == number:
            raise ZohoError(400, 36004, NUMBER_TAKEN)


def add_order(
    organization: "Organization", values: JsonObject, *, number: str = "", at: int | None = None
) -> JsonObject:
    """Keep and return a new draft order."""
    moment = organization.now() if at is None else at
    order = {
        "salesorder_id": organization.new_id(),
        "salesorder_number": number or next_number(organization),
        "status": "draft",
        "order_status": "draft",
        "invoiced_status": "",
        "paid_status": "",
        "shipped_status": "",
        "packages": [],
        **values,
        "date": values.get("date") or organization.day(moment),
        "created": moment,
        "modified": moment,
    }
    organization.save("salesorders", order["salesorder_id"], order)
    return order


def _keep(organization: "Organization", order: JsonObject, **changes: Any) -> JsonObject:
    changed = {**order, **changes, "modified": organization.now()}
    organization.save("salesorders", order["salesorder_id"], changed)
    return changed


def commit_stock(organization: "Organization", lines: list[JsonObject], sign: int) -> None:
    """Promise (+1) or release (-1) what the lines have not shipped yet, in both books."""
    for line in lines:
        physical = (line["quantity"] - line["shipped"]) * sign
        accounting = line["quantity"] * sign
        changes = {"committed": accounting, "actual_committed": physical}
        move(organization, line["item_id"], line["location_id"], changes)


def confirm(organization: "Organization", order: JsonObject) -> JsonObject:
    """Confirm a draft and commit its stock; an order already confirmed stays as it is."""
    if order["status"] == "void":
        raise ZohoError(400, 36016, "Void sales orders cannot be marked as confirmed.")
    if order["status"] != "draft":
        return order
    commit_stock(organization, order["lines"], +1)
    return _keep(
        organization,
        order,
        status="confirmed",
        order_status="confirmed",
        invoiced_status="not_invoiced",
        paid_status="unpaid",
        shipped_status="pending",
    )


def void(organization: "Organization", order: JsonObject) -> JsonObject:
    """Void a draft or confirmed order and release its stock; a void one stays as it is."""
    if order["status"] == "void":
        return order
    if any(line["packed"] for line in order["lines"]):
        raise ZohoError(400, 36017, "Sales orders with packages cannot be voided.")
    if order["status"] != "draft":
        commit_stock(organization, order["lines"], -1)
    return _keep(organization, order, status="void", order_status="void")


def replace_values(
    organization: "Organization", order: JsonObject, values: JsonObject
) -> JsonObject:
    """Merge new values into an order; new lines of a confirmed order move its commitment."""
    if order["status"] in LOCKED_STATUSES:
        raise ZohoError(400, 36018, "Void or closed sales orders cannot be edited.")
    if "lines" in values:
        if any(line["packed"] for line in order["lines"]):
            raise ZohoError(400, 36019, "Line items that have been packed cannot be replaced.")
        if order["status"] != "draft":
            commit_stock(organization, order["lines"], -1)
            commit_stock(organization, values["lines"], +1)
    if all(order.get(name) == value for name, value in values.items()):
        return order
    return _keep(organization, order, **values)


def pack(
    organization: "Organization", order: JsonObject, quantities: dict[str, Decimal]
) -> tuple[JsonObject, JsonObject]:
    """Pack quantities by line_item_id; return the order and its new package.

    Raises ZohoError when the order is not confirmed or a line has not that much left.
    """
    if order["status"] not in ("confirmed", "partially_shipped"):
        raise ZohoError(400, 36020, "Packages can be created for confirmed sales orders only.")
    lines = {line["line_item_id"]: line for line in order["lines"]}
    for line_id, quantity in quantities.items():
        line = lines.get(line_id)
        if line is None or not 0 < quantity <= line["quantity"] - line["packed"]:
            raise ZohoError(400, 36021, "The quantity packed exceeds what is left to pack.")
    lines_after = [
        {**line, "packed": line["packed"] + quantities.get(line["line_item_id"], _ZERO)}
        for line in order["lines"]
    ]
    count = sum(len(row["packages"]) for row in organization.table("salesorders").values())
    package = {
        "package_id": organization.new_id(),
        "package_number": f"PKG-{count + 1:05d}",
        "status": "not_shipped",
        "shipment_id": "",
        "date": organization.day(organization.now()),
        "quantities": quantities,
    }
    packages = [*order["packages"], package]
    return _keep(organization, order, lines=lines_after, packages=packages), package


def ship(organization: "Organization", order: JsonObject, package_ids: list[str]) -> JsonObject:
    """Ship packages: physical stock falls and its commitment is released.

    The accounting book waits for an invoice. Raises ZohoError for an unknown or shipped package.
    """
    waiting = {row["package_id"]: row for row in order["packages"] if not row["shipment_id"]}
    if not package_ids or any(package_id not in waiting for package_id in package_ids):
        raise ZohoError(400, 36022, "The packages are shipped already or do not exist.")
    shipped: dict[str, Decimal] = {}
    for package_id in package_ids:
        for line_id, quantity in waiting[package_id]["quantities"].items():
            shipped[line_id] = shipped.get(line_id, _ZERO) + quantity
    for line in order["lines"]:
        quantity = shipped.get(line["line_item_id"], _ZERO)
        if quantity:
            changes = {"physical": -quantity, "actual_committed": -quantity}
            move(organization, line["item_id"], line["location_id"], changes)
    return _keep(organization, order, **_after_shipping(organization, order, package_ids, shipped))


def _after_shipping(
    organization: "Organization",
    order: JsonObject,
    package_ids: list[str],
    shipped: dict[str, Decimal],
) -> JsonObject:
    lines = [
        {**line, "shipped": line["shipped"] + shipped.get(line["line_item_id"], _ZERO)}
        for line in order["lines"]
    ]
    shipment_id = organization.new_id()
    packages = [
        {**row, "shipment_id": shipment_id, "status": "shipped"}
        if row["package_id"] in package_ids
        else row
        for row in order["packages"]
    ]
    complete = all(line["shipped"] == line["quantity"] for line in lines)
    state = "shipped" if complete else "partially_shipped"
    return {"lines": lines, "packages": packages, "shipped_status": state, "status": state}


def ship_everything(organization: "Organization", order: JsonObject) -> JsonObject:
    """Confirm if needed, then pack and ship all that is left, as a person would."""
    order = confirm(organization, order)
    left = {
        line["line_item_id"]: line["quantity"] - line["packed"]
        for line in order["lines"]
        if line["quantity"] > line["packed"]
    }
    if left:
        order, _ = pack(organization, order, left)
    waiting = [row["package_id"] for row in order["packages"] if not row["shipment_id"]]
    return ship(organization, order, waiting) if waiting else order


def invoice_everything(organization: "Organization", order: JsonObject) -> JsonObject:
    """Bill the whole order: accounting stock falls and its commitment is released."""
    if order["invoiced_status"] != "not_invoiced":
        return order
    for line in order["lines"]:
        changes = {"accounting": -line["quantity"], "committed": -line["quantity"]}
        move(organization, line["item_id"], line["location_id"], changes)
    return _keep(organization, order, invoiced_status="invoiced")


def rounded(amount: Decimal, precision: int) -> Decimal:
    """Round half up to a currency's number of decimals."""
    return amount.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)


def discount_of(base: Decimal, discount: str) -> Decimal:
    """Return the amount of a discount written as ``10%`` or as a plain amount."""
    if discount.endswith("%"):
        return base * Decimal(discount[:-1]) / _HUNDRED
    return Decimal(discount or 0)


def line_total(line: JsonObject, precision: int) -> Decimal:
    """Return rate x quantity less the line's own discount."""
    gross: Decimal = line["rate"] * line["quantity"]
    return rounded(gross - discount_of(gross, line["discount"]), precision)


def totals(order: JsonObject, precision: int) -> dict[str, Decimal]:
    """Return sub_total, discount_total and total in the order's currency."""
    sub_total = sum((line_total(line, precision) for line in order["lines"]), _ZERO)
    entity_level = order["discount_type"] == "entity_level"
    discount = discount_of(sub_total, order["discount"]) if entity_level else _ZERO
    discount = rounded(discount, precision)
    extras = order["shipping_charge"] + order["adjustment"]
    return {
        "sub_total": sub_total,
        "discount_total": discount,
        "total": sub_total - discount + extras,
    }
