"""No answer of one caller reaches another: every GET address, asked by turns with warm caches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from core.api.rendering import dump_json
from core.caching import cached_answer, recent_answers
from core.identity.tokens import issue_token
from settings_modules.organizations.api.organizations import OrganizationCollection
from settings_modules.organizations.models import DocumentSeries, DocumentType, Organization
from tests.contracts.api_callers import Shop, make_callers_shop
from tests.contracts.use_actions import USE_ACTIONS
from tests.factories.organizations import make_member, role_group
from tests.factories.terms import TERMS
from tests.identity.people import PASSWORD

pytestmark = pytest.mark.django_db

_CONSUMER = {
    "^products/?$": "products",
    r"^products/(?P<reference>[^/\x00]{1,100})/?$": "products/A-1",
    "^categories/?$": "categories",
    "^sync/status/?$": "sync/status",
}
#: Route to address: everybody of one language gets the same bytes, which a proxy may keep.
PUBLIC = {
    f"api/{version}consumer/{route}": f"/api/{version}consumer/{address}"
    for version in ("v1/", "")
    for route, address in _CONSUMER.items()
}
#: The same for everybody as well; nothing is said about keeping them.
PAGES = {f"api/{page}/": f"/api/{page}/" for page in ("schema", "docs", "redoc")}
_RECORD = r"(?P<type>[^/\x00]{1,100})/(?P<id>[^/\x00]{1,100})"
_JOB = r"jobs/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_RESOURCES = (
    *("catalog/products", "catalog/categories", "catalog/price-lists", "catalog/prices"),
    *("settings/locations", "settings/organizations", "settings/memberships"),
    *("settings/document-series", "settings/financial-years", "settings/approval-requests"),
    *("settings/gst-registrations", "settings/bank-accounts", "settings/partners"),
    *("settings/commodities", "settings/commodities/varieties"),
    *("settings/commodities/parameters", "settings/commodities/parameter-templates"),
    *("settings/commodities/units", "settings/commodities/packaging"),
    "settings/commodities/exchange-rates",
    *("settings/partner-contacts", "settings/partner-addresses"),
    *("settings/partner-gst-registrations", "settings/partner-bank-accounts"),
    *("settings/commodities/categories", "settings/commodities/tax-codes"),
    *("settings/commodities/tax-rates", "settings/commodities/hsn-knowledge"),
    *("settings/commodities/tax-rates/revisions", "settings/commodities/hsn-conflicts"),
    *(f"settings/commodities/{name}" for name in (*TERMS, "commissions")),
)
#: Route to address, with the key of a row in braces: for the caller alone.
PERSONAL = {
    "api/v1/audit/^recent/?$": "/api/v1/audit/recent",
    r"api/v1/audit/^users/(?P<id>[^/\x00]{1,100})/?$": "/api/v1/audit/users/{audit/users}",
    rf"api/v1/audit/^count/{_RECORD}/?$": (
        "/api/v1/audit/count/organizations.organization/{settings/organizations}"
    ),
    rf"api/v1/audit/^{_RECORD}/export\.csv$": (
        "/api/v1/audit/organizations.organization/{settings/organizations}/export.csv"
    ),
    rf"api/v1/audit/^{_RECORD}/?$": (
        "/api/v1/audit/organizations.organization/{settings/organizations}"
    ),
    "api/v1/^jobs/?$": "/api/v1/jobs",
    rf"api/v1/^{_JOB}/?$": "/api/v1/jobs/{jobs}",
    "api/v1/^tokens/?$": "/api/v1/tokens",
    r"api/v1/^tokens/(?P<id>\d{1,18})/?$": "/api/v1/tokens/{tokens}",
    "api/v1/^saved-filters/?$": "/api/v1/saved-filters",
    r"api/v1/^saved-filters/(?P<id>\d{1,18})/?$": "/api/v1/saved-filters/{saved-filters}",
    r"api/v1/settings/^financial-years/(?P<id>\d{1,18})/close/?$": (
        "/api/v1/settings/financial-years/{settings/financial-years}/close"
    ),
}
_SERIES = r"document-series/(?P<id>\d{1,18})"
PERSONAL |= {
    f"api/v1/settings/^{_SERIES}/{part}/?$": (
        f"/api/v1/settings/document-series/{{settings/document-series}}/{part}"
    )
    for part in ("preview", "ledger", "gaps")
}
PERSONAL[r"api/v1/settings/^issued-numbers/(?P<id>\d{1,18})/?$"] = (
    "/api/v1/settings/issued-numbers/{settings/issued-numbers}"
)
_COMMODITIES = "/api/v1/settings/commodities"
PERSONAL |= {
    r"api/v1/settings/^commodities/(?P<id>\d{1,18})/commission/?$": (
        f"{_COMMODITIES}/{{settings/commodities}}/commission"
    ),
    r"api/v1/settings/^commodities/payment-terms/(?P<id>\d{1,18})/due-dates/?$": (
        f"{_COMMODITIES}/payment-terms/{{settings/commodities/payment-terms}}/due-dates"
        "?invoice_date=2026-01-31&amount=100"
    ),
}
_LOCATIONS = "api/v1/settings/{}locations"
PERSONAL |= {
    f"{_LOCATIONS.format('^')}/{route}": f"/{_LOCATIONS.format('')}/{address}"
    for route, address in {
        "search-places/?$": "search-places?query=mumbai",
        "place-details/?$": "place-details?place_id=1275339",
        "similar/?$": "similar?name=Main",
        r"(?P<id>\d{1,18})/children/?$": "{settings/locations}/children",
    }.items()
}
PERSONAL |= {
    f"api/v1/settings/^commodities/units/{route}/?$": f"/api/v1/settings/commodities/units/{asked}"
    for route, asked in {
        "catalogue": "catalogue",
        "convert": "convert?quantity=1&unit=KG&to=MT",
        "compatible": "compatible?units=KG,MT",
    }.items()
}
_COMMODITIES = "api/v1/settings/{}commodities"
PERSONAL |= {
    f"{_COMMODITIES.format('^')}/{route}/?$": f"/{_COMMODITIES.format('')}/{route}{query}"
    for route, query in {
        "exchange-rates/latest": "",
        "exchange-rates/between": "?from=USD&to=INR",
        "currencies": "",
        "prices/convert": "?amount=100&from=USD&to=INR",
        "prices/multi-currency": "?amount=100&from=USD&to=INR,USD",
        "prices/to-cents-per-pound": "?price=2",
        "prices/from-cents-per-pound": "?cents=90.72",
    }.items()
}
PERSONAL |= {
    f"{_COMMODITIES.format('^')}/{route}": f"/{_COMMODITIES.format('')}/{address}"
    for route, address in {
        "tax-codes/search/?$": "tax-codes/search?query=wheat",
        "tax-codes/autocomplete/?$": "tax-codes/autocomplete?query=wheat",
        r"tax-codes/(?P<id>\d{1,18})/rates/?$": (
            "tax-codes/{settings/commodities/tax-codes}/rates"
        ),
        r"tax-codes/(?P<id>\d{1,18})/effective-rate/?$": (
            "tax-codes/{settings/commodities/tax-codes}/effective-rate"
        ),
        "suggest-category/?$": "suggest-category?name=wheat",
        "suggest-tax-code/?$": "suggest-tax-code?name=wheat",
    }.items()
}
for _name in ("gst-registrations", "bank-accounts", "financial-years", "document-series"):
    PERSONAL[rf"api/v1/settings/^organizations/(?P<id>\d{{1,18}})/{_name}/?$"] = (
        f"/api/v1/settings/organizations/{{settings/organizations}}/{_name}"
    )
_COMMODITY = r"commodities/(?P<id>\d{1,18})"
PERSONAL |= {
    r"api/v1/settings/^commodities/by-code/(?P<code>[^/\x00]{1,40})/?$": (
        "/api/v1/settings/commodities/by-code/COTTON-001"
    ),
    "api/v1/settings/^commodities/facets/?$": "/api/v1/settings/commodities/facets",
    "api/v1/settings/^commodities/suggest-international/?$": (
        "/api/v1/settings/commodities/suggest-international?name=Cotton"
    ),
}
PERSONAL |= {
    f"api/v1/settings/^{_COMMODITY}/{part}/?$": (
        f"/api/v1/settings/commodities/{{settings/commodities}}/{part}"
    )
    for part in ("varieties", "parameters", "suggest-parameters", "suggest-international")
}
for _name in ("contacts", "addresses", "gst-registrations", "bank-accounts"):
    PERSONAL[rf"api/v1/settings/^partners/(?P<id>\d{{1,18}})/{_name}/?$"] = (
        f"/api/v1/settings/partners/{{settings/partners}}/{_name}"
    )
PERSONAL["api/v1/settings/^partners/similar/?$"] = "/api/v1/settings/partners/similar?name=shop"
_RUN = r"imports/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_FILE = r"(?P<resource>[a-z][a-z-]{0,62})"
_ENDING = r"\.(?P<ending>csv|xlsx)$"
PERSONAL |= {
    "api/v1/^imports/?$": "/api/v1/imports",
    rf"api/v1/^{_RUN}/?$": "/api/v1/imports/{imports}",
    rf"api/v1/^{_RUN}/errors/?$": "/api/v1/imports/{imports}/errors",
    rf"api/v1/^{_RUN}/errors\.csv$": "/api/v1/imports/{imports}/errors.csv",
    rf"api/v1/^{_RUN}/failing-rows{_ENDING}": "/api/v1/imports/{imports}/failing-rows.csv",
    rf"api/v1/^{_RUN}/diff/?$": "/api/v1/imports/{imports}/diff",
    rf"api/v1/^imports/{_FILE}/template{_ENDING}": "/api/v1/imports/locations/template.csv",
    rf"api/v1/^exports/{_FILE}{_ENDING}": "/api/v1/exports/gst-registrations.csv",
}
for _resource in _RESOURCES:
    _group, _, _name = _resource.partition("/")
    PERSONAL[f"api/v1/{_group}/^{_name}/?$"] = f"/api/v1/{_resource}"
    PERSONAL[rf"api/v1/{_group}/^{_name}/(?P<id>\d{{1,18}})/?$"] = (
        f"/api/v1/{_resource}/{{{_resource}}}"
    )
for _resource in USE_ACTIONS:
    _group, _, _name = _resource.partition("/")
    PERSONAL[rf"api/v1/{_group}/^{_name}/(?P<id>\d{{1,18}})/where-used/?$"] = (
        f"/api/v1/{_resource}/{{{_resource}}}/where-used"
    )

#: What a caller may send besides, and what must not change whose answer it is.
BESIDES: list[dict[str, str]] = [
    {},
    {"accept-language": "ar"},
    {"cookie": "sessionid=nobodys; organization=1", "authorization": "Basic eDp5"},
]


@dataclass(frozen=True)
class Answer:
    """What a caller got, without what differs from one request to the next."""

    status: int
    body: bytes
    cache_control: str


Ask = Callable[..., Any]


def _asker(client: Client, **own: str) -> Ask:
    def ask(address: str, besides: dict[str, str]) -> Any:
        # The same request id for all: it stands in the body of refusals.
        sent = {**besides, "x-request-id": "request-of-all", **own}
        if "sessionid" in client.cookies:
            sent.pop("cookie", None)
        return client.get(address, headers=sent)

    return ask


def _callers(shop: Shop) -> dict[str, Ask]:
    """A token and a session of different organizations, an app's session, and nobody."""
    other = Organization.objects.create(name="Another company")
    DocumentSeries.objects.create(
        organization=other, document_type=DocumentType.ORDER, prefix="AN-"
    )
    first = Organization.objects.exclude(pk=other.pk).get()
    by_token, by_session = make_member(first, "owner"), make_member(other, "owner")
    by_app = make_member(first, "viewer")
    by_app.set_password(PASSWORD)
    by_app.save()
    _, token = issue_token(user=by_token, name="till", groups=[role_group("owner")])
    issue_token(user=by_session, name="of the session")
    browser = Client()
    browser.force_login(by_session)
    signed_in = Client().post(
        "/_allauth/app/v1/auth/login",
        json.dumps({"email": by_app.email, "password": PASSWORD}),
        content_type="application/json",
    )
    return {
        "token": _asker(Client(), authorization=f"Token {token}"),
        "session": _asker(browser),
        "app": _asker(Client(), **{"x-session-token": signed_in.json()["meta"]["session_token"]}),
        "anonymous": _asker(Client()),
    }


def _read(response: Any) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return Answer(response.status_code, body, response.get("Cache-Control", ""))


def _forget_everything() -> None:
    cache.clear()
    recent_answers.forget()


def _strays(address: str, callers: dict[str, Ask]) -> list[tuple[str, str, str]]:
    """Who got another answer with warm caches than alone: (address, caller, what they had sent)."""
    found = []
    for besides in BESIDES:
        alone = {}
        for name, ask in callers.items():
            _forget_everything()
            alone[name] = _read(ask(address, besides))
        _forget_everything()
        # Forwards and backwards: each asks after each other one.
        for name in [*callers, *reversed(callers)]:
            if _read(callers[name](address, besides)) != alone[name]:
                found.append((address, name, str(besides)))
    return found


@pytest.fixture
def shop(settings) -> Shop:
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10**9)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_callers_shop()


def _placed(address: str, shop: Shop) -> str:
    head, brace, rest = address.partition("{")
    place, _, tail = rest.partition("}")
    return head + shop.keys[place][0] + tail if brace else address


def test_no_answer_reaches_another_caller(shop):
    callers = _callers(shop)
    strays = [
        stray
        for address in (PUBLIC | PERSONAL).values()
        for stray in _strays(_placed(address, shop), callers)
    ]
    assert strays == []


@pytest.mark.parametrize("besides", BESIDES, ids=["plain", "arabic", "junk"])
def test_public_answers_are_the_same_bytes_for_all(shop, besides):
    callers = _callers(shop)
    for address in PUBLIC.values():
        answers = {_read(ask(address, besides)) for ask in callers.values()}
        assert len(answers) == 1, address
        assert next(iter(answers)).status == 200
        assert next(iter(answers)).cache_control == "public, no-cache"


@pytest.mark.parametrize("address", PAGES.values())
def test_pages_about_the_api_are_the_same_for_all(shop, address):
    answers = {_read(ask(address, {})) for ask in _callers(shop).values()}
    # One of them has a token against forged requests in it, a new one each time.
    bodies = {re.sub(rb"[A-Za-z0-9]{64}", b"", answer.body) for answer in answers}
    assert ({answer.status for answer in answers}, len(bodies)) == ({200}, 1)


def test_one_tag_of_a_public_answer_serves_all(shop):
    callers = _callers(shop)
    for address in PUBLIC.values():
        tag = callers["token"](address, {})["ETag"]
        for ask in callers.values():
            again = ask(address, {"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")


def test_personal_answers_are_kept_nowhere(shop):
    callers = _callers(shop)
    answered: dict[str, set[int]] = {}
    for address in PERSONAL.values():
        placed = _placed(address, shop)
        for name, ask in callers.items():
            response = ask(placed, {"if-none-match": "*"})
            assert response["Cache-Control"] == "private, no-store", (placed, name)
            assert "Expires" not in response
            answered.setdefault(name, set()).add(response.status_code)
    # Nobody is told 304; a row of another organization is a 404, a missing right a 403.
    assert answered == {
        "token": {200, 401},
        "session": {200, 404},
        "app": {200, 401, 403},
        "anonymous": {401},
    }


def test_a_tag_of_somebody_else_brings_no_answer(shop):
    callers = _callers(shop)
    address = _placed(PERSONAL["api/v1/settings/^organizations/(?P<id>\\d{1,18})/?$"], shop)
    tag = callers["token"](address, {})["ETag"]
    statuses = {
        name: ask(address, {"if-none-match": tag}).status_code for name, ask in callers.items()
    }
    assert statuses == {"token": 200, "session": 404, "app": 200, "anonymous": 401}


def test_a_personal_view_behind_the_public_cache_is_noticed(shop, monkeypatch):
    get = OrganizationCollection.get

    def get_cached(view: Any, request: Any) -> Any:
        return cached_answer(
            request._request,
            seconds=60,
            version_names=["put in by the test"],
            parameters={},
            build=lambda: HttpResponse(
                dump_json(get(view, request).data), content_type="application/json"
            ),
        )

    monkeypatch.setattr(OrganizationCollection, "get", get_cached)
    address = "/api/v1/settings/organizations"
    strays = _strays(address, _callers(shop))
    assert {(place, caller) for place, caller, _ in strays} == {(address, "session")}


def _get_routes(patterns: Any, prefix: str = "") -> set[str]:
    found = set()
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= _get_routes(pattern.url_patterns, text)
        elif text.startswith("api/"):
            view = pattern.callback.view_class
            if hasattr(view, "get") and "get" in view.http_method_names:
                found.add(text)
    return found


def test_every_get_address_is_listed():
    assert _get_routes(get_resolver().url_patterns) == {*PUBLIC, *PAGES, *PERSONAL}
