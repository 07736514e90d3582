"""Who may call what: every address of the API, every method, every kind of caller.

An address that is not listed fails the test, and so does a listed one that no longer exists.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Category, Price, PriceList
from core.events.verification_runs import VERIFY_EVENTS
from core.identity.models import ApiToken, User
from core.identity.tokens import issue_token
from core.importing.models import ImportRun
from core.jobs.models import Job, JobState
from integrations.zoho.models import SyncRun
from settings_modules.locations.models import Location
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    DocumentSeries,
    DocumentType,
    IssuedNumber,
    Organization,
)
from settings_modules.organizations.services.document_numbers import issue_number
from tests.contracts import commodity_addresses
from tests.contracts.use_actions import METHODS as USE_METHODS
from tests.contracts.use_actions import USE_ACTIONS
from tests.factories.catalog import make_product
from tests.factories.organizations import join, make_account, make_registration
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)
from tests.factories.saved_filters import make_filter
from tests.factories.years import make_year

CALLERS = ("anonymous", "consumer", "staff", "syncer", "auditor", "operator", "superuser")
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
REFUSED = {"anonymous": 401} | dict.fromkeys(
    ("consumer", "staff", "syncer", "auditor", "operator"), 403
)
SYNC_POST = REFUSED | {"syncer": 409, "superuser": 409}
SYNC_OTHER = REFUSED | {"syncer": 405, "superuser": 405}

#: The audit trail is for staff. What a record went through is told to those who may view its kind,
#: here categories; without any such permission the lists over all kinds are empty.
AUDIT = "/api/v1/audit"
ANY_STAFF = {"anonymous": 401, "consumer": 403} | dict.fromkeys(
    ("staff", "syncer", "auditor", "operator", "superuser"), 200
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

#: Resources for staff: what Django's permission for the model and the method says. Let in, a post
#: of plain text is 415 and a change without `If-Match` 428. The auditor may view categories.
RESOURCES = {
    "catalog/products": "product",
    "catalog/categories": "category",
    "catalog/price-lists": "price_list",
    "catalog/prices": "price",
    "settings/locations": "location",
    "settings/memberships": "membership",
    "settings/organizations": "organization",
    "settings/document-series": "series",
    "settings/financial-years": "year",
    "settings/gst-registrations": "registration",
    "settings/bank-accounts": "account",
    "settings/partners": "partner",
    "settings/partner-contacts": "contact",
    "settings/partner-addresses": "address",
    "settings/partner-gst-registrations": "partner_registration",
    "settings/partner-bank-accounts": "partner_account",
    **commodity_addresses.RESOURCES,
}
#: Of these, the records that can be removed.
REMOVABLE = {"price", "year", "organization", "registration", "account", "location", "series"}
REMOVABLE |= {"partner", "contact", "address", "partner_registration", "partner_account"}
REMOVABLE |= commodity_addresses.REMOVABLE


def _resource_rows() -> list[tuple[str, str, str, int]]:
    rows = []
    for resource, place in RESOURCES.items():
        for address, offered in (
            (f"/api/v1/{resource}", {"get": 200, "post": 415}),
            (f"/api/v1/{resource}/{{{place}}}", {"get": 200, "put": 428, "patch": 428}),
        ):
            statuses = {method: offered.get(method, 405) for method in METHODS}
            if place in REMOVABLE and "patch" in offered:
                statuses["delete"] = 428
            for method, status in statuses.items():
                allowed = REFUSED | {"superuser": status}
                if place == "category" and method == "get":
                    allowed["auditor"] = status
                rows += [(address, method, caller, code) for caller, code in allowed.items()]
    return rows


#: Searching places needs its own permission, being told of similar ones that of viewing.
_LOCATIONS = "/api/v1/settings/locations"
PLACES = {
    f"{_LOCATIONS}/search-places?query=zzzzqq",
    f"{_LOCATIONS}/place-details?place_id=1275339",
    f"{_LOCATIONS}/similar?name=Main",
    f"{_LOCATIONS}/{{location}}/children",
}
PLACE_STATUSES = {
    address: dict.fromkeys(METHODS, REFUSED | {"superuser": 405})
    | {"get": REFUSED | {"superuser": 200}}
    for address in PLACES
}
PLACE_ROUTES = {
    "^locations/search-places/?$",
    "^locations/place-details/?$",
    "^locations/similar/?$",
    r"^locations/(?P<id>\d{1,18})/children/?$",
}


def _use_rows() -> list[tuple[str, str, str, int]]:
    """Below a record: where it is used, for those who may view it; the rest for those who may
    change it (and merge, remove it), whom nothing is wanted from but what a merge needs."""
    rows = []
    for resource, actions in USE_ACTIONS.items():
        place = RESOURCES[resource]
        for action in actions:
            address = f"/api/v1/{resource}/{{{place}}}/{action}"
            # The company that sells is not switched off.
            is_seller = (resource, action) == ("settings/organizations", "deactivate")
            done = 415 if action == "merge" else 409 if is_seller else 200
            for method in METHODS:
                status = done if method == USE_METHODS[action] else 405
                allowed = REFUSED | {"superuser": status}
                if place == "category" and action == "where-used":
                    allowed["auditor"] = status
                rows += [(address, method, caller, code) for caller, code in allowed.items()]
    return rows


#: Jobs are seen with `view_job`. Starting needs the permission of some kind (415: let in), acting
#: on a job that of its kind: here a verification, which succeeded, so 409 shows who was let in.
JOBS = "/api/v1/jobs"
JOB = f"{JOBS}/{{job}}"
VIEWS_JOBS = REFUSED | {"operator": 200, "superuser": 200}
STARTS_JOBS = REFUSED | {"syncer": 415, "operator": 415, "superuser": 415}
ACTS_ON_JOB = REFUSED | {"operator": 409, "superuser": 409}
NO_JOB_METHOD = REFUSED | {"operator": 405, "superuser": 405}
NO_ACTION_METHOD = {
    caller: 405 if status == 200 else status for caller, status in ANY_STAFF.items()
}
JOB_STATUSES = {
    JOBS: dict.fromkeys(METHODS, NO_JOB_METHOD) | {"get": VIEWS_JOBS, "post": STARTS_JOBS},
    JOB: dict.fromkeys(METHODS, NO_JOB_METHOD) | {"get": VIEWS_JOBS},
    f"{JOB}/cancel": dict.fromkeys(METHODS, NO_ACTION_METHOD) | {"post": ACTS_ON_JOB},
    f"{JOB}/retry": dict.fromkeys(METHODS, NO_ACTION_METHOD) | {"post": ACTS_ON_JOB},
}

#: Tokens are each caller's own, for all of the staff. 415: let in; 404: a token of somebody else.
TOKENS = "/api/v1/tokens"
TOKEN = f"{TOKENS}/{{token}}"
NOT_YOURS = {caller: 404 if status == 200 else status for caller, status in ANY_STAFF.items()}
MAKES_TOKENS = {caller: 415 if status == 200 else status for caller, status in ANY_STAFF.items()}
TOKEN_STATUSES = {
    TOKENS: dict.fromkeys(METHODS, NO_ACTION_METHOD) | {"get": ANY_STAFF, "post": MAKES_TOKENS},
    TOKEN: dict.fromkeys(METHODS, NO_ACTION_METHOD) | {"get": NOT_YOURS, "delete": NOT_YOURS},
}

#: Saved filters are each caller's own as well, with those that are shared. 404: somebody else's.
SAVED_FILTERS = "/api/v1/saved-filters"
SAVED_FILTER = f"{SAVED_FILTERS}/{{saved_filter}}"
SAVED_FILTER_STATUSES = {
    SAVED_FILTERS: dict.fromkeys(METHODS, NO_ACTION_METHOD)
    | {"get": ANY_STAFF, "post": MAKES_TOKENS},
    SAVED_FILTER: dict.fromkeys(METHODS, NOT_YOURS) | {"post": NO_ACTION_METHOD},
}

#: Imports: for those who may add and change the records, here the superuser. 404: a run that one
#: does not see; 409: nothing is checked yet.
RUN = "/api/v1/imports/{run}"
NOT_SEEN = {caller: 404 if status == 200 else status for caller, status in ANY_STAFF.items()}
IMPORT_STATUSES = {
    **{
        address: dict.fromkeys(METHODS, REFUSED | {"superuser": 405})
        | {"get": REFUSED | {"superuser": 200}}
        for address in (
            *("/api/v1/imports", RUN, f"{RUN}/errors", f"{RUN}/errors.csv", f"{RUN}/diff"),
            f"{RUN}/failing-rows.xlsx",
        )
    },
    **{
        address: dict.fromkeys(METHODS, NO_ACTION_METHOD) | {"get": REFUSED | {"superuser": 200}}
        for address in (
            "/api/v1/imports/locations/template.csv",
            "/api/v1/imports/gst-registrations/template.xlsx",
            "/api/v1/exports/locations.csv",
            "/api/v1/exports/gst-registrations.xlsx",
        )
    },
    "/api/v1/imports/locations": dict.fromkeys(METHODS, NO_ACTION_METHOD)
    | {"post": REFUSED | {"superuser": 415}},
    **{
        f"{RUN}/{step}": dict.fromkeys(METHODS, NO_ACTION_METHOD)
        | {"post": NOT_SEEN | {"superuser": 415 if step == "mapping" else 409}}
        for step in ("mapping", "apply", "undo")
    },
}

#: Looking, and each thing that is done by an address of its own, has a permission: others are
#: refused. 415: let in, with a body of plain text.
SETTINGS = "/api/v1/settings"
APPROVALS = f"{SETTINGS}/approval-requests"
YEAR = f"{SETTINGS}/financial-years/{{year}}"
YEAR_ACTIONS = (
    *("open", "activate", "close", "note-audit", "lock", "reopen", "roll-forward", "split"),
)
#: Lists of one organization's records.
BELOW_ORGANIZATION = (
    *("gst-registrations", "bank-accounts"),
    *("financial-years", "document-series"),
)
#: Actions without a body do their work; the others read one. 415 as above.
COMPANY_ACTIONS = {
    "gst-registrations/{registration}/make-primary": 200,
    "gst-registrations/{registration}/deactivate": 415,
    "gst-registrations/{registration}/restore": 200,
    "bank-accounts/{account}/make-default": 200,
    "bank-accounts/{account}/deactivate": 415,
    "bank-accounts/{account}/restore": 200,
    "bank-accounts/{account}/reveal": 200,
    "partner-bank-accounts/{partner_account}/reveal": 200,
}
#: Lists of one partner's records.
BELOW_PARTNER = ("contacts", "addresses", "gst-registrations", "bank-accounts")


def _only(**statuses: int) -> dict[str, dict[str, int]]:
    """What the superuser gets for each method; everybody else is refused."""
    return {method: REFUSED | {"superuser": statuses.get(method, 405)} for method in METHODS}


SETTINGS_STATUSES = {
    APPROVALS: _only(get=200),
    f"{APPROVALS}/{{approval}}": _only(get=200),
    **{
        f"{APPROVALS}/{{approval}}/{action}": _only(post=415)
        for action in ("agree", "refuse", "withdraw")
    },
    **{f"{YEAR}/{action}": _only(post=415) for action in YEAR_ACTIONS},
    f"{YEAR}/close": _only(get=200, post=415),
    f"{SETTINGS}/document-series/{{series}}/preview": _only(get=200),
    f"{SETTINGS}/document-series/{{series}}/ledger": _only(get=200),
    f"{SETTINGS}/document-series/{{series}}/gaps": _only(get=200),
    f"{SETTINGS}/issued-numbers/{{issued}}": _only(get=200),
    f"{SETTINGS}/issued-numbers/{{issued}}/void": _only(post=415),
    f"{SETTINGS}/organizations/{{organization}}/next-document-number/order": _only(post=415),
    **{
        f"/api/v1/settings/{address}": _only(**{"post": status})
        for address, status in COMPANY_ACTIONS.items()
    },
    **{
        f"/api/v1/settings/organizations/{{organization}}/{name}": _only(get=200)
        for name in BELOW_ORGANIZATION
    },
    **{f"{SETTINGS}/partners/{{partner}}/{name}": _only(get=200) for name in BELOW_PARTNER},
    f"{SETTINGS}/partners/similar?name=A": _only(get=200),
}

#: About commodities.
COMMODITY_STATUSES = {
    f"{SETTINGS}/commodities/{address}": _only(**offered)
    for address, offered in commodity_addresses.OFFERED.items()
}

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
_JOB = r"jobs/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TOKEN_ROUTES = {"^tokens/?$", r"^tokens/(?P<id>\d{1,18})/?$"}
SAVED_FILTER_ROUTES = {"^saved-filters/?$", r"^saved-filters/(?P<id>\d{1,18})/?$"}
_ID = r"(?P<id>\d{1,18})"
NUMBER_ROUTES = {
    *(rf"^document-series/{_ID}/{part}/?$" for part in ("preview", "ledger", "gaps")),
    rf"^issued-numbers/{_ID}/?$",
    rf"^issued-numbers/{_ID}/void/?$",
    rf"^organizations/{_ID}/next-document-number/(?P<document_type>[a-z_]{{1,16}})/?$",
}
_RUN = r"imports/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_FILE = r"(?P<resource>[a-z][a-z-]{0,62})"
IMPORT_ROUTES = {
    "^imports/?$",
    rf"^{_RUN}/?$",
    *(rf"^{_RUN}/{part}/?$" for part in ("errors", "diff", "mapping", "apply", "undo")),
    rf"^{_RUN}/errors\.csv$",
    rf"^{_RUN}/failing-rows\.(?P<ending>csv|xlsx)$",
    rf"^imports/{_FILE}/?$",
    rf"^imports/{_FILE}/template\.(?P<ending>csv|xlsx)$",
    rf"^exports/{_FILE}\.(?P<ending>csv|xlsx)$",
}
JOB_ROUTES = {"^jobs/?$", rf"^{_JOB}/?$", rf"^{_JOB}/cancel/?$", rf"^{_JOB}/retry/?$"}


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
    if caller == "operator":
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_job", "add_job"]))
    client.force_login(user)
    return client


ACTION_STATUSES = (
    JOB_STATUSES
    | TOKEN_STATUSES
    | SAVED_FILTER_STATUSES
    | SETTINGS_STATUSES
    | PLACE_STATUSES
    | IMPORT_STATUSES
    | COMMODITY_STATUSES
)


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
    rows += [
        (address, method, caller, status)
        for address, methods in ACTION_STATUSES.items()
        for method, statuses in methods.items()
        for caller, status in statuses.items()
    ]
    return rows + _resource_rows() + _use_rows()


@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
def test_every_address_answers_each_caller_as_listed(caller, settings):
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10_000)
    settings.THROTTLE_WRITE_RATES = dict.fromkeys(settings.THROTTLE_WRITE_RATES, 10_000)
    client = _client(caller)
    places = {
        "user": (someone := User.objects.create(email="someone@example.com")).pk,
        "token": issue_token(user=someone, name="t")[0].pk,
        "saved_filter": make_filter(someone).pk,
        "category": Category.objects.create(name_en="Cables").pk,
        "product": make_product(sku="A", name="A").pk,
        "price_list": PriceList.objects.get().pk,
        "price": Price.objects.get().pk,
        "location": Location.objects.get().pk,
        "organization": Organization.objects.get().pk,
        "membership": join(
            User.objects.get(email="someone@example.com"), Organization.objects.get(), "viewer"
        ).pk,
        "series": DocumentSeries.objects.get().pk,
        "issued": issue_number(document_type=DocumentType.ORDER).ledger_id,
        "partner": (partner := make_partner("A shop")).pk,
        "contact": make_contact(partner).pk,
        "address": make_address(partner).pk,
        "partner_registration": make_partner_registration(partner).pk,
        "partner_account": make_partner_account(partner).pk,
        "year": (year := make_year(Organization.objects.get())).pk,
        "approval": ApprovalRequest.objects.create(
            kind=ApprovalKind.REOPEN_YEAR,
            organization=year.organization,
            target_id=year.pk,
            proposal="{}",
            requested_by=someone,
        ).pk,
        "registration": make_registration(year.organization).pk,
        "account": make_account(year.organization).pk,
        "run": ImportRun.objects.create(
            resource="locations", file_name="places.csv", file_size=1
        ).pk,
        "job": Job.objects.create(kind=VERIFY_EVENTS, state=JobState.SUCCEEDED, request_id="r").pk,
        **commodity_addresses.commodity_records(),
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
    assert (SyncRun.objects.count(), Job.objects.count()) == (0, 1)
    assert IssuedNumber.objects.filter(voided_at=None).count() == 1
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


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
    resources = {
        f"api/v1/{resource}{rest}"
        for group, name in (resource.split("/", 1) for resource in RESOURCES)
        for resource, rest in (
            (f"{group}/^{name}", "/?$"),
            (f"{group}/^{name}", r"/(?P<id>\d{1,18})/?$"),
        )
    }
    uses = {
        rf"api/v1/{group}/^{name}/(?P<id>\d{{1,18}})/{action}/?$"
        for resource, actions in USE_ACTIONS.items()
        for group, name in (resource.split("/", 1),)
        for action in actions
    }
    jobs = {
        f"api/v1/{route}"
        for route in JOB_ROUTES | TOKEN_ROUTES | SAVED_FILTER_ROUTES | IMPORT_ROUTES
    }
    actions = {
        f"api/v1/settings/^{address}/?$"
        for address in (
            "approval-requests",
            r"approval-requests/(?P<id>\d{1,18})",
            *(
                rf"approval-requests/(?P<id>\d{{1,18}})/{action}"
                for action in ("agree", "refuse", "withdraw")
            ),
            *(rf"financial-years/(?P<id>\d{{1,18}})/{action}" for action in YEAR_ACTIONS),
            *(
                re.sub(r"{\w+}", r"(?P<id>\\d{1,18})", address)
                for address in (
                    *COMPANY_ACTIONS,
                    *(f"organizations/{{organization}}/{name}" for name in BELOW_ORGANIZATION),
                    *(f"partners/{{partner}}/{name}" for name in BELOW_PARTNER),
                    "partners/similar",
                )
            ),
        )
    }
    actions |= {f"api/v1/settings/{route}" for route in NUMBER_ROUTES | PLACE_ROUTES}
    known = listed | audited | resources | jobs | actions | uses | commodity_addresses.ROUTES
    assert _api_routes(get_resolver().url_patterns) == known | {
        "api/schema/",
        "api/docs/",
        "api/redoc/",
    }
