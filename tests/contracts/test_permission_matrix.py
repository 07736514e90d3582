"""Who may call what: every address of the API, every method, every kind of caller.

An address that is not listed fails the test, and so does a listed one that no longer exists.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Category, Product
from core.identity.models import User
from integrations.zoho.models import SyncRun

CALLERS = ("anonymous", "consumer", "staff", "syncer", "auditor", "superuser")
METHODS = ("get", "post", "put", "patch", "delete")

#: Everybody gets these statuses for these methods.
PUBLIC_GET = {"get": 200, "post": 405, "put": 405, "patch": 405, "delete": 405}
#: A well-formed order is not sent here: 415 shows that the caller was let in.
PUBLIC_POST = {"get": 405, "post": 415, "put": 405, "patch": 405, "delete": 405}

CONSUMER = {
    "products": PUBLIC_GET,
    "products/no-such": {**PUBLIC_GET, "get": 404},
    "categories": PUBLIC_GET,
    "orders": PUBLIC_POST,
    "sync/status": PUBLIC_GET,
}
#: Address to method to status, where it is the same for every caller.
SAME_FOR_ALL = {
    f"/api/{prefix}consumer/{address}": statuses
    for prefix in ("v1/", "")
    for address, statuses in CONSUMER.items()
} | {"/api/schema/": PUBLIC_GET, "/api/docs/": PUBLIC_GET, "/api/redoc/": PUBLIC_GET}

#: Starting a pull is refused to all but staff with the permission. 409: nothing is connected here.
SYNC = ("/api/v1/consumer/sync/inventory", "/api/consumer/sync/inventory")
REFUSED = {"anonymous": 401, "consumer": 403, "staff": 403, "syncer": 403, "auditor": 403}
SYNC_POST = REFUSED | {"syncer": 409, "superuser": 409}
SYNC_OTHER = REFUSED | {"syncer": 405, "superuser": 405}

#: The audit trail is for staff. What a record went through is told to those who may view its kind,
#: here categories; without any such permission the lists over all kinds are empty.
AUDIT = "/api/v1/audit"
ANY_STAFF = {"anonymous": 401, "consumer": 403} | dict.fromkeys(
    ("staff", "syncer", "auditor", "superuser"), 200
)
VIEWERS = REFUSED | {"auditor": 200, "superuser": 200}
AUDIT_GET = {
    f"{AUDIT}/recent": ANY_STAFF,
    f"{AUDIT}/recent?type=catalog.category": VIEWERS,
    f"{AUDIT}/users/{{user}}": ANY_STAFF,
    f"{AUDIT}/catalog.category/{{category}}": VIEWERS,
    f"{AUDIT}/count/catalog.category/{{category}}": VIEWERS,
    f"{AUDIT}/catalog.category/{{category}}/export.csv": VIEWERS,
    f"{AUDIT}/catalog.product/{{product}}": REFUSED | {"superuser": 200},
}
AUDIT_OTHER = {caller: 405 if status == 200 else status for caller, status in ANY_STAFF.items()}

#: Route patterns of the API, as the resolver spells them.
ROUTES = {
    "products/?",
    "products/(?P<reference>[^/\\x00]{1,100})/?",
    "categories/?",
    "orders/?",
    "sync/inventory/?",
    "sync/status/?",
}
_RECORD = r"(?P<type>[^/\x00]{1,100})/(?P<id>[^/\x00]{1,100})"
AUDIT_ROUTES = {
    "^recent/?$",
    r"^users/(?P<id>[^/\x00]{1,100})/?$",
    rf"^count/{_RECORD}/?$",
    rf"^{_RECORD}/export\.csv$",
    rf"^{_RECORD}/?$",
}


def _client(caller: str) -> Client:
    client = Client(raise_request_exception=False)
    if caller == "anonymous":
        return client
    user = User.objects.create_user(
        f"{caller}@example.com", is_staff=caller != "consumer", is_superuser=caller == "superuser"
    )
    if caller == "syncer":
        user.user_permissions.add(Permission.objects.get(codename="add_syncrun"))
    if caller == "auditor":
        user.user_permissions.add(Permission.objects.get(codename="view_category"))
    client.force_login(user)
    return client


def _expected() -> list[tuple[str, str, str, int]]:
    rows = [
        (address, method, caller, status)
        for address, statuses in SAME_FOR_ALL.items()
        for method, status in statuses.items()
        for caller in CALLERS
    ]
    for address in SYNC:
        rows += [(address, "post", caller, status) for caller, status in SYNC_POST.items()]
        rows += [
            (address, method, caller, status)
            for method in METHODS
            if method != "post"
            for caller, status in SYNC_OTHER.items()
        ]
    for address, statuses in AUDIT_GET.items():
        rows += [(address, "get", caller, status) for caller, status in statuses.items()]
        rows += [
            (address, method, caller, status)
            for method in METHODS
            if method != "get"
            for caller, status in AUDIT_OTHER.items()
        ]
    return rows


@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
def test_every_address_answers_each_caller_as_listed(caller, settings):
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10_000)
    client = _client(caller)
    places = {
        "user": User.objects.create(email="someone@example.com").pk,
        "category": Category.objects.create(name_en="Cables").pk,
        "product": Product.objects.create(sku="A", name_en="A").pk,
    }
    seen = {}
    wanted = {}
    for address, method, who, status in _expected():
        if who != caller:
            continue
        seen[address, method] = getattr(client, method)(
            address.format(**places), content_type="text/plain"
        ).status_code
        wanted[address, method] = status
    assert seen == wanted
    assert SyncRun.objects.count() == 0


def _api_routes(patterns, prefix="") -> set[str]:
    found = set()
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= _api_routes(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern) and text.startswith("api/"):
            found.add(text)
    return found


def test_every_api_address_is_listed():
    listed = {f"api/{prefix}consumer/^{route}$" for prefix in ("v1/", "") for route in ROUTES}
    audited = {f"api/v1/audit/{route}" for route in AUDIT_ROUTES}
    assert _api_routes(get_resolver().url_patterns) == listed | audited | {
        "api/schema/",
        "api/docs/",
        "api/redoc/",
    }
