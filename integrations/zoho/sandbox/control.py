"""The control paths: what a test or a person may do to the sandbox behind Zoho's back."""

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import jsontext, orders
from .clock import parse_stamp, utc_text
from .console_pages import orders_page, overview_page
from .exchange import Request
from .fault_effects import change_state
from .faults import STATE, BadFault
from .jsontext import JsonObject
from .replies import Reply
from .stock import empty_cell
from .switches import UnknownSwitch

if TYPE_CHECKING:
    from .world import Organization, World

PREFIX = "/__control/"
HTML = "text/html;charset=UTF-8"
_ITEM_TEXTS = ("name", "sku", "ean", "status", "description", "image_name")


class BadControl(ValueError):
    """The control call cannot be understood."""


def answer(world: "World", request: Request) -> Reply:
    """Answer ``GET /`` or one call under ``/__control/``."""
    if request.path == "/":
        return Reply(200, raw=overview_page(world).encode(), content_type=HTML)
    name = request.path.removeprefix(PREFIX).strip("/")
    if name == "orders":
        return Reply(200, raw=orders_page(world).encode(), content_type=HTML)
    try:
        body = jsontext.decode(request.body) if request.body else {}
        if not isinstance(body, dict):
            raise BadControl("the body is a JSON object")
        return Reply(200, perform(world, request.method, name, body, request.query))
    except (LookupError, ValueError, ArithmeticError, TypeError, re.error) as error:
        return Reply(400, {"error": f"{type(error).__name__}: {error}"})


def perform(
    world: "World", method: str, name: str, body: JsonObject, query: dict[str, str]
) -> JsonObject:
    """Carry out one control call and return its result.

    Raises BadControl, BadFault, UnknownSwitch, LookupError or ValueError for one that makes no
    sense.
    """
    actions: dict[tuple[str, str], Callable[..., JsonObject]] = {
        ("POST", "reset"): _reset,
        ("POST", "seed"): _seed,
        ("GET", "clock"): _clock,
        ("POST", "clock"): _set_clock,
        ("GET", "faults"): lambda world, _body, _query: {"faults": world.faults.shown()},
        ("POST", "faults"): _lay_fault,
        ("DELETE", "faults"): _clear_faults,
        ("GET", "requests"): _requests,
        ("DELETE", "requests"): _clear_requests,
        ("GET", "stats"): _stats,
        ("POST", "ship"): _ship,
        ("POST", "records"): _records,
        ("GET", "switches"): lambda world, _body, _query: world.switches.shown(),
        ("POST", "switches"): _switches,
    }
    action = actions.get((method, name))
    if action is None:
        raise BadControl(f"no control {method} {name}")
    return action(world, body, query)


def _reset(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    world.reset(int(body.get("seed", 1)))
    return {"reset": True}


def _seed(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    world.reseed(int(body.get("seed", 1)))
    return {"seeded": True}


def _clock(world: "World", _body: JsonObject, _query: dict[str, str]) -> JsonObject:
    now = world.clock.now()
    return {"now": utc_text(now), "epoch": int(now), "frozen": world.clock.frozen}


def _set_clock(world: "World", body: JsonObject, query: dict[str, str]) -> JsonObject:
    if body.get("freeze") is True:
        world.clock.freeze()
    if "set" in body:
        wanted = body["set"]
        moment = parse_stamp(wanted) if isinstance(wanted, str) else float(wanted)
        world.clock.set(moment)
    if "advance" in body:
        world.clock.advance(float(body["advance"]))
    if body.get("real"):
        world.clock.follow_real_time()
    if body.get("freeze") is False:
        world.clock.run()
    return _clock(world, body, query)


def _lay_fault(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    fault = world.faults.lay(body)
    if fault.kind in STATE and not body.get("match"):
        change_state(world, "", fault)
        world.faults.spend(fault)
    return fault.shown()


def _clear_faults(world: "World", body: JsonObject, query: dict[str, str]) -> JsonObject:
    number = query.get("id") or body.get("id")
    world.faults.clear(None if number is None else int(number))
    return {"faults": world.faults.shown()}


def _requests(world: "World", _body: JsonObject, query: dict[str, str]) -> JsonObject:
    found = world.journal.entries(query.get("path_regex", ""), query.get("method", ""))
    return {"count": len(found), "requests": found}


def _clear_requests(world: "World", _body: JsonObject, _query: dict[str, str]) -> JsonObject:
    world.journal.clear()
    return {"count": 0}


def _stats(world: "World", _body: JsonObject, _query: dict[str, str]) -> JsonObject:
    with world.store.transaction():
        per_organization = {}
        for organization_id in world.organization_ids():
            organization = world.organization(organization_id)
            placed = organization.table("salesorders").values()
            references: dict[str, list[str]] = {}
            for order in placed:
                if order["reference_number"]:
                    references.setdefault(order["reference_number"], []).append(order["status"])
            items = organization.table("items")
            per_organization[organization_id] = {
                "items": len(items),
                "items_per_status": dict(Counter(item["status"] for item in items.values())),
                "contacts": len(organization.table("contacts")),
                "orders": len(placed),
                "orders_per_reference": {name: len(found) for name, found in references.items()},
                "statuses_per_reference": references,
                "orders_per_status": dict(Counter(order["status"] for order in placed)),
            }
        tokens = {
            "tokens_issued": world.accounts.issued,
            "refresh_requests": world.accounts.refresh_requests,
            "active_access_tokens": world.accounts.active_access_tokens(),
        }
    default = per_organization[world.organization_ids()[0]]
    return {**default, **tokens, **world.journal.counts(), "organizations": per_organization}


def _find(world: "World", kind: str, record_id: str) -> tuple["Organization", JsonObject]:
    for organization_id in world.organization_ids():
        organization = world.organization(organization_id)
        if record_id in organization.table(kind):
            return organization, organization.table(kind)[record_id]
    raise BadControl(f"no record {record_id} among the {kind}")


def _ship(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    with world.store.transaction():
        organization, order = _find(world, "salesorders", str(body.get("salesorder_id")))
        if order["status"] in orders.LOCKED_STATUSES:
            raise BadControl(f"the order is {order['status']}")
        order = orders.ship_everything(organization, order)
        if body.get("invoice"):
            order = orders.invoice_everything(organization, order)
        return {
            "salesorder_id": order["salesorder_id"],
            "status": order["status"],
            "shipped_status": order["shipped_status"],
        }


def _records(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    with world.store.transaction():
        organization, item = _find(world, "items", str(body.get("item_id")))
        if body.get("delete"):
            world.store.remove(organization.id, "items", item["item_id"])
            return {"deleted": item["item_id"]}
        changes = body.get("set") or {}
        edited = _edited(organization, item, changes)
        edited["modified"] = organization.now()
        organization.save("items", item["item_id"], edited)
        return {
            "item_id": item["item_id"],
            "last_modified_time": organization.stamp(edited["modified"]),
        }


def _edited(organization: "Organization", item: JsonObject, changes: JsonObject) -> JsonObject:
    edited = dict(item)
    for name, value in changes.items():
        if name in _ITEM_TEXTS:
            edited[name] = str(value)
        elif name in ("rate", "purchase_rate"):
            edited[name] = _decimal(value)
        elif name == "stock":
            edited["stock"] = {**item["stock"], **_cells(organization, item, value)}
        elif name in item["custom"]:
            edited["custom"] = {**edited["custom"], name: str(value)}
        else:
            raise BadControl(f"{name} cannot be set")
    return edited


def _cells(organization: "Organization", item: JsonObject, wanted: JsonObject) -> JsonObject:
    cells = {}
    for location_id, quantity in wanted.items():
        if location_id not in organization.table("locations"):
            raise BadControl(f"no location {location_id}")
        level = _decimal(quantity)
        before = item["stock"].get(location_id) or empty_cell()
        cells[location_id] = {**before, "accounting": level, "physical": level}
    return cells


def _decimal(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise BadControl(f"{value} is not a number")
    return number


def _switches(world: "World", body: JsonObject, _query: dict[str, str]) -> JsonObject:
    for name, value in body.items():
        world.switches.turn(name, value)
    return world.switches.shown()


__all__ = ["PREFIX", "BadControl", "BadFault", "UnknownSwitch", "answer", "perform"]
