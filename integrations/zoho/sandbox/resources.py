"""The table of Zoho paths, and the way of one resource call from header to answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import contacts_api, items_api, orders_api, organizations_api, pricebooks
from .exchange import Call, Request
from .fault_effects import latency_s, meet_faults
from .faults import Fault
from .replies import NO_STORE, Reply, ZohoError, foreign_organization, unknown_path
from .world import Organization, World

PREFIXES = {
    "/inventory/v1": "inventory",
    "/api/v1": "inventory",
    "/books/v3": "books",
    "/api/v3": "books",
}
_BOTH = ("inventory", "books")
_METHOD_ORDER = ("DELETE", "POST", "GET", "PUT")


@dataclass(frozen=True)
class Route:
    """One method on one path of one or both APIs, and the scope it needs."""

    method: str
    path: str
    handler: Callable[[Call], Reply]
    scope: str
    apis: tuple[str, ...] = _BOTH

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path with ``{id}`` standing for one segment."""
        return re.compile(self.path.replace("{id}", "([^/]+)"))


_INVENTORY = ("inventory",)
_BOOKS = ("books",)
ROUTES = (
    Route("GET", "/items", items_api.list_items, "items.READ"),
    Route("GET", "/items/{id}", items_api.get_item, "items.READ"),
    Route("PUT", "/items/{id}", items_api.update_item, "items.UPDATE"),
    Route("GET", "/items/{id}/image", items_api.item_image, "items.READ", _INVENTORY),
    Route("GET", "/itemdetails", items_api.item_details, "items.READ"),
    Route("GET", "/locations", organizations_api.list_locations, "settings.READ"),
    Route("GET", "/settings/warehouses", organizations_api.list_warehouses, "settings.READ"),
    Route("GET", "/settings/currencies", organizations_api.list_currencies, "settings.READ"),
    Route("GET", "/pricebooks", pricebooks.list_pricebooks, "settings.READ"),
    Route("GET", "/pricebooks/items", pricebooks.list_pricebook_items, "settings.READ", _BOOKS),
    Route("GET", "/contacts", contacts_api.list_contacts, "contacts.READ"),
    Route("POST", "/contacts", contacts_api.create_contact, "contacts.CREATE"),
    Route("GET", "/contacts/{id}", contacts_api.get_contact, "contacts.READ"),
    Route("PUT", "/contacts/{id}", contacts_api.update_contact, "contacts.UPDATE"),
    Route("GET", "/salesorders", orders_api.list_orders, "salesorders.READ"),
    Route("POST", "/salesorders", orders_api.create_order, "salesorders.CREATE"),
    Route("GET", "/salesorders/{id}", orders_api.get_order, "salesorders.READ"),
    Route("PUT", "/salesorders/{id}", orders_api.update_order, "salesorders.UPDATE"),
    Route(
        "POST",
        "/salesorders/{id}/status/confirmed",
        orders_api.confirm_order,
        "salesorders.UPDATE",
        _INVENTORY,
    ),
    Route(
        "POST",
        "/salesorders/{id}/status/open",
        orders_api.confirm_order,
        "salesorders.UPDATE",
        _BOOKS,
    ),
    Route("POST", "/salesorders/{id}/status/void", orders_api.void_order, "salesorders.UPDATE"),
    Route("POST", "/packages", orders_api.create_package, "packages.CREATE", _INVENTORY),
    Route(
        "POST", "/shipmentorders", orders_api.create_shipment, "shipmentorders.CREATE", _INVENTORY
    ),
)
_COMPILED = [(route, route.pattern) for route in ROUTES]
_ORGANIZATIONS = re.compile("/organizations(?:/([^/]+))?")
# Books keeps items among its settings.
_BOOKS_SCOPES = {"items": "settings"}


def split_prefix(path: str) -> tuple[str, str] | None:
    """Return the API and the rest of a resource path, None for any other path."""
    for prefix, api in PREFIXES.items():
        if path.startswith(f"{prefix}/"):
            return api, path[len(prefix) :].rstrip("/")
    return None


def answer(world: World, request: Request, api: str, path: str) -> Reply:
    """Answer one resource call, faults included."""
    reply = meet_faults(world, request, lambda met: _carry_out(world, request, api, path, met))
    reply.headers = {
        "cache-control": NO_STORE,
        "content-disposition": "attachment;",
        "allow": allowed_methods(api, path),
        **reply.headers,
    }
    return reply


def _carry_out(world: World, request: Request, api: str, path: str, met: list[Fault]) -> Reply:
    try:
        organizations = _ORGANIZATIONS.fullmatch(path)
        if organizations is not None:
            return _organizations(world, request, api, organizations.group(1), met)
        return _resource(world, request, api, path, met)
    except ZohoError as error:
        return error.reply()


def _service_scope(api: str, scope: str) -> str:
    if api == "inventory":
        return f"ZohoInventory.{scope}"
    module, verb = scope.split(".")
    return f"ZohoBooks.{_BOOKS_SCOPES.get(module, module)}.{verb}"


def _organizations(
    world: World, request: Request, api: str, wanted: str | None, met: list[Fault]
) -> Reply:
    if request.method != "GET":
        raise _wrong_method()
    header = request.headers.get("authorization", "")
    world.wait(latency_s(met))
    with world.store.transaction():
        owner = world.accounts.authenticate(header, _service_scope(api, "settings.READ"))
        if wanted is None:
            return organizations_api.list_organizations(world, api, owner["organizations"])
        if wanted not in owner["organizations"]:
            raise foreign_organization(wanted)
        return organizations_api.get_organization(world, api, wanted)


def _wrong_method() -> ZohoError:
    return ZohoError(405, 5, "This method is not allowed for the given URL.")


def find_route(api: str, method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Return the route and the ids of its path. Raises ZohoError 5."""
    known = False
    for route, pattern in _COMPILED:
        matched = pattern.fullmatch(path) if api in route.apis else None
        if matched is not None:
            known = True
            if route.method == method:
                return route, matched.groups()
    raise _wrong_method() if known else unknown_path()


def allowed_methods(api: str, path: str) -> str:
    """Return the ``allow`` header of a path."""
    methods = {
        route.method
        for route, pattern in _COMPILED
        if api in route.apis and pattern.fullmatch(path)
    } or {"GET"}
    return ", ".join(["OPTIONS", *(name for name in _METHOD_ORDER if name in methods)])


def _resource(world: World, request: Request, api: str, path: str, met: list[Fault]) -> Reply:
    header = request.headers.get("authorization", "")
    with world.store.transaction():
        owner = world.accounts.authenticate(header, "")
    organization = _organization(world, request, owner["organizations"])
    try:
        world.limits.enter(organization.id, organization.zone)
        world.wait(latency_s(met))
        reply = _handle(world, request, (api, path), organization, met)
    except ZohoError as error:
        reply = error.reply()
    finally:
        world.limits.leave(organization.id)
    reply.headers = {
        **world.limits.headers(organization.id, organization.zone),
        **reply.headers,
    }
    return reply


def _handle(
    world: World,
    request: Request,
    target: tuple[str, str],
    organization: Organization,
    met: list[Fault],
) -> Reply:
    api, path = target
    route, ids = find_route(api, request.method, path)
    with world.store.transaction():
        header = request.headers.get("authorization", "")
        world.accounts.authenticate(header, _service_scope(api, route.scope))
        body = request.json_body() if request.method in ("POST", "PUT") else {}
        call = Call(world, organization, api, request.query, body, ids)
        call.ignore_filters = any(fault.kind == "ignore_filters" for fault in met)
        call.unstable_ties = world.switches["unstable_ties"] == "yes"
        return route.handler(call)


def _organization(world: World, request: Request, reachable: list[str]) -> Organization:
    organization_id = request.query.get("organization_id", "")
    if not organization_id:
        raise ZohoError(400, 4029, "Invalid value passed for organization_id")
    if organization_id not in reachable:
        raise foreign_organization(organization_id)
    return world.organization(organization_id)
