"""What each fault does: to the sandbox's state, instead of an answer, or to an answer."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .accounts import throttled
from .clock import zone
from .exchange import Request
from .faults import CANNED, STATE, Fault
from .jsontext import JsonObject
from .replies import (
    Reply,
    ZohoError,
    bad_credentials,
    daily_limit_exceeded,
    minute_limit_exceeded,
    not_authorized,
    too_many_in_process,
)
from .stock import move

if TYPE_CHECKING:
    from .world import Organization, World

HTML = "text/html;charset=UTF-8"
DEFAULT_HANG_S = 30.0
_GATEWAY = b"<html><head><title>%d</title></head><body><center><h1>%s</h1></center></body></html>"
_LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Zoho Accounts</title></head><body><form method='post'>"
    b"<h1>Sign in</h1><input name='LOGIN_ID'></form></body></html>"
)
_ID_FIELDS = {
    "items": "item_id",
    "contacts": "contact_id",
    "salesorders": "salesorder_id",
    "pricebooks": "pricebook_id",
}


def gateway_page(status: int, words: str) -> Reply:
    """Return the HTML page a gateway answers with."""
    return Reply(status, raw=_GATEWAY % (status, words.encode()), content_type=HTML)


def latency_s(met: list[Fault]) -> float:
    """Return how long the call is to be kept waiting."""
    slow = (fault.action for fault in met if fault.kind == "latency_ms")
    return sum(float(action.get("ms", 500)) for action in slow) / 1000


def meet_faults(
    world: "World", request: Request, carry_out: Callable[[list[Fault]], Reply]
) -> Reply:
    """Answer a call by ``carry_out`` unless a fault keeps it from being carried out."""
    met = world.faults.meet(request)
    for fault in met:
        if fault.kind in STATE:
            change_state(world, request.query.get("organization_id", ""), fault)
    for fault in met:
        if fault.kind in CANNED:
            world.wait(latency_s(met))
            return instead_of_answer(world, request, fault)
    reply = carry_out(met)
    for fault in met:
        if fault.kind not in STATE:
            reply = change_answer(world, request, fault, reply)
    return reply


def change_state(world: "World", organization_id: str, fault: Fault) -> None:
    """Carry out a fault that changes the sandbox rather than one answer."""
    action = fault.action
    organization_id = str(action.get("org") or organization_id or world.organization_ids()[0])
    with world.store.transaction():
        if fault.kind == "revoke_refresh":
            world.accounts.revoke_refresh_tokens(str(action.get("refresh_token", "")))
        elif fault.kind == "evict_tokens":
            world.accounts.evict_access_tokens()
        elif fault.kind == "scope_remove":
            world.accounts.remove_scope(str(action["scope"]))
        elif fault.kind == "quota_limit":
            world.limits.set_daily(organization_id, int(action["n"]))
        elif fault.kind == "same_second_burst":
            _burst(world.organization(organization_id), int(action.get("n", 300)))
        else:
            _move_silently(world.organization(organization_id), action)


def _burst(organization: "Organization", size: int) -> None:
    moment = organization.now()
    for item_id in list(organization.table("items"))[:size]:
        item = organization.table("items")[item_id]
        organization.save("items", item_id, {**item, "modified": moment})


def _move_silently(organization: "Organization", action: JsonObject) -> None:
    tracked = (key for key, item in organization.table("items").items() if item["tracked"])
    item_id = str(action.get("item_id") or next(tracked))
    location_id = str(action.get("location_id") or organization.primary_location_id)
    quantity = Decimal(action.get("quantity", -1))
    changes = {"accounting": quantity, "physical": quantity}
    move(organization, item_id, location_id, changes, silent=True)


def instead_of_answer(world: "World", request: Request, fault: Fault) -> Reply:
    """Return the answer of a fault that keeps the call from being carried out."""
    action = fault.action
    if fault.kind == "hang":
        return Reply(0, raw=b"", hang_s=float(action.get("seconds", DEFAULT_HANG_S)))
    if fault.kind == "reset_connection":
        return Reply(0, raw=b"", reset=True)
    if fault.kind == "fail_before_commit":
        return _failure(str(action.get("how", "504")), action)
    fixed = {
        "token_200_invalid_code": Reply(200, {"error": "invalid_code"}),
        "token_throttle": throttled().reply,
        "502_html": gateway_page(502, "Bad Gateway"),
        "503_login_page_200": Reply(200, raw=_LOGIN_PAGE, content_type=HTML),
    }
    if fault.kind in fixed:
        return fixed[fault.kind]
    return _canned_error(world, request, fault).reply()


def _canned_error(world: "World", request: Request, fault: Fault) -> ZohoError:
    organization_id = request.query.get("organization_id", "")
    record = world.store.table("", "organizations").get(organization_id)
    headers: dict[str, str] = {}
    if record is not None and fault.kind.startswith("rate"):
        headers = world.limits.headers(organization_id, zone(record["time_zone"]))
    if fault.kind == "rate44":
        block_s = float(fault.action.get("block_s", world.switches.limits["block_seconds"]))
        world.limits.block(organization_id, block_s)
        return minute_limit_exceeded(_waiting(world, headers, block_s))
    if fault.kind == "rate45":
        limit = int(headers.get("x-rate-limit-limit", "1000"))
        wait_s = float(headers.get("x-rate-limit-reset", "0"))
        spent = {**headers, "x-rate-limit-remaining": "0"}
        return daily_limit_exceeded(limit, _waiting(world, spent, wait_s))
    if fault.kind == "rate1070":
        return too_many_in_process(_waiting(world, headers, 5))
    plain = {
        "code57": not_authorized(),
        "code14": bad_credentials(),
        "500_json": ZohoError(500, 1000, "Internal Error"),
    }
    return plain[fault.kind]


def _waiting(world: "World", headers: dict[str, str], seconds: float) -> dict[str, str]:
    if world.switches["retry_after"] == "yes":
        return {**headers, "Retry-After": str(round(seconds))}
    return headers


def _failure(how: str, action: JsonObject) -> Reply:
    if how == "reset":
        return Reply(0, raw=b"", reset=True)
    if how == "hang":
        return Reply(0, raw=b"", hang_s=float(action.get("seconds", DEFAULT_HANG_S)))
    return gateway_page(504, "Gateway Time-out")


def change_answer(world: "World", request: Request, fault: Fault, reply: Reply) -> Reply:
    """Return the answer as the fault leaves it."""
    action = fault.action
    if fault.kind == "commit_then_fail":
        return _failure(str(action.get("how", "504")), action)
    if fault.kind == "truncate_body":
        reply.truncate = True
    elif fault.kind == "bad_json":
        reply.raw = reply.payload()[:-1] + b',"broken":'
    elif fault.kind == "wrong_content_type":
        reply.content_type = str(action.get("content_type", HTML))
    elif reply.status < 300 and isinstance(reply.body, dict):
        _change_body(world, request, fault, reply.body)
    return reply


def _change_body(world: "World", request: Request, fault: Fault, body: JsonObject) -> None:
    action = fault.action
    key, rows = _rows(body)
    if fault.kind == "drop_keys":
        for name, value in body.items():
            if name not in ("code", "message", "page_context"):
                _drop(value, frozenset(action.get("keys", ())))
    elif rows is None:
        return
    elif fault.kind == "omit_rows":
        body[key] = _without(rows, _ID_FIELDS.get(key, ""), action)
    elif fault.kind == "empty_items":
        body[key] = []
        body.get("page_context", {})["has_more_page"] = False
    elif fault.kind == "mutate_between_pages" and key in _ID_FIELDS:
        organization_id = request.query.get("organization_id", "")
        ids = [str(row[_ID_FIELDS[key]]) for row in rows]
        with world.store.transaction():
            _mutate(world.organization(organization_id), key, ids, action)


def _rows(body: JsonObject) -> tuple[str, list[JsonObject] | None]:
    for name, value in body.items():
        if name != "page_context" and isinstance(value, list):
            return name, value
    return "", None


def _without(rows: list[JsonObject], id_field: str, action: JsonObject) -> list[JsonObject]:
    hidden = {str(record_id) for record_id in action.get("ids", ())}
    if hidden:
        return [row for row in rows if str(row.get(id_field)) not in hidden]
    return rows[int(action.get("rows", 1)) :]


def _drop(value: Any, names: frozenset[str]) -> None:
    if isinstance(value, list):
        for entry in value:
            _drop(entry, names)
    elif isinstance(value, dict):
        for name in names & set(value):
            del value[name]
        for entry in value.values():
            _drop(entry, names)


def _mutate(organization: "Organization", kind: str, ids: list[str], action: JsonObject) -> None:
    touched = int(action.get("touch") or action.get("k") or 0)
    moment = organization.now()
    for record_id in ids[:touched]:
        record = organization.table(kind)[record_id]
        organization.save(kind, record_id, {**record, "modified": moment})
    for record_id in ids[touched : touched + int(action.get("delete", 0))]:
        organization.world.store.remove(organization.id, kind, record_id)
