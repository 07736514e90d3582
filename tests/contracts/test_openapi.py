"""The OpenAPI schema is valid and speaks of every address once."""

from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.contracts.use_actions import METHODS, USE_ACTIONS
from tests.factories.terms import TERMS

OPERATIONS = {
    ("/api/v1/audit/count/{type}/{id}", "get"),
    ("/api/v1/audit/recent", "get"),
    ("/api/v1/audit/users/{id}", "get"),
    ("/api/v1/audit/{type}/{id}", "get"),
    ("/api/v1/audit/{type}/{id}/export.csv", "get"),
    ("/api/v1/consumer/categories", "get"),
    ("/api/v1/consumer/orders", "post"),
    ("/api/v1/consumer/products", "get"),
    ("/api/v1/consumer/products/{reference}", "get"),
    ("/api/v1/consumer/sync/inventory", "post"),
    ("/api/v1/consumer/sync/status", "get"),
    ("/api/v1/jobs", "get"),
    ("/api/v1/jobs", "post"),
    ("/api/v1/jobs/{id}", "get"),
    ("/api/v1/jobs/{id}/cancel", "post"),
    ("/api/v1/jobs/{id}/retry", "post"),
    ("/api/v1/tokens", "get"),
    ("/api/v1/tokens", "post"),
    ("/api/v1/tokens/{id}", "get"),
    ("/api/v1/tokens/{id}", "delete"),
    ("/api/v1/settings/approval-requests", "get"),
    ("/api/v1/settings/approval-requests/{id}", "get"),
    ("/api/v1/settings/financial-years/{id}/close", "get"),
}
OPERATIONS |= {
    (f"/api/v1/settings/approval-requests/{{id}}/{action}", "post")
    for action in ("agree", "refuse", "withdraw")
}
OPERATIONS |= {
    (f"/api/v1/settings/financial-years/{{id}}/{action}", "post")
    for action in (
        *("open", "activate", "close", "note-audit"),
        *("lock", "reopen", "roll-forward", "split"),
    )
}
for _name, _actions in {
    "gst-registrations": ("make-primary", "deactivate", "restore"),
    "bank-accounts": ("make-default", "deactivate", "restore", "reveal"),
}.items():
    OPERATIONS |= {(f"/api/v1/settings/{_name}/{{id}}/{action}", "post") for action in _actions}
OPERATIONS |= {
    (f"/api/v1/settings/organizations/{{id}}/{name}", "get")
    for name in ("gst-registrations", "bank-accounts", "financial-years", "document-series")
}
_COMMODITIES = "/api/v1/settings/commodities"
OPERATIONS |= {
    (f"{_COMMODITIES}/{name}", "get")
    for name in (
        *("exchange-rates/latest", "exchange-rates/between", "currencies"),
        *("prices/convert", "prices/multi-currency"),
        *("prices/to-cents-per-pound", "prices/from-cents-per-pound"),
    )
}
RESOURCES = {
    "catalog/categories",
    "catalog/price-lists",
    "catalog/prices",
    "catalog/products",
    "saved-filters",
    "settings/bank-accounts",
    "settings/commodities",
    "settings/commodities/parameter-templates",
    "settings/commodities/parameters",
    "settings/commodities/varieties",
    "settings/commodities/packaging",
    "settings/commodities/units",
    "settings/commodities/exchange-rates",
    "settings/commodities/categories",
    "settings/commodities/hsn-knowledge",
    "settings/commodities/tax-codes",
    "settings/commodities/tax-rates",
    "settings/document-series",
    "settings/financial-years",
    "settings/gst-registrations",
    "settings/locations",
    "settings/memberships",
    "settings/organizations",
    "settings/partner-addresses",
    "settings/partner-bank-accounts",
    "settings/partner-contacts",
    "settings/partner-gst-registrations",
    "settings/partners",
    *(f"settings/commodities/{name}" for name in (*TERMS, "commissions")),
}
OPERATIONS |= {(f"/api/v1/{name}", method) for name in RESOURCES for method in ("get", "post")}
OPERATIONS |= {
    (f"/api/v1/{name}/{{id}}", method) for name in RESOURCES for method in ("get", "patch", "put")
}
OPERATIONS |= {
    (f"/api/v1/{name}/{{id}}", "delete")
    for name in (
        *("catalog/prices", "settings/financial-years", "settings/organizations"),
        "saved-filters",
        *("settings/gst-registrations", "settings/bank-accounts", "settings/locations"),
        "settings/document-series",
        *("settings/commodities", "settings/commodities/varieties"),
        *("settings/commodities/parameters", "settings/commodities/parameter-templates"),
        *("settings/commodities/units", "settings/commodities/packaging"),
        *("settings/document-series", "settings/commodities/exchange-rates"),
        *("settings/partners", "settings/partner-contacts", "settings/partner-addresses"),
        *("settings/partner-gst-registrations", "settings/partner-bank-accounts"),
        *("settings/commodities/categories", "settings/commodities/hsn-knowledge"),
        *("settings/commodities/tax-codes", "settings/commodities/tax-rates"),
        *(f"settings/commodities/{name}" for name in (*TERMS, "commissions")),
    )
}
OPERATIONS |= {
    ("/api/v1/settings/commodities/units/catalogue", "get"),
    ("/api/v1/settings/commodities/units/convert", "get"),
    ("/api/v1/settings/commodities/units/compatible", "get"),
    ("/api/v1/settings/commodities/units/calculate-billing", "post"),
    ("/api/v1/settings/commodities/{id}/calculate-billing", "post"),
}
OPERATIONS |= {
    ("/api/v1/imports", "get"),
    ("/api/v1/imports/{id}", "get"),
    ("/api/v1/imports/{id}/errors", "get"),
    ("/api/v1/imports/{id}/errors.csv", "get"),
    ("/api/v1/imports/{id}/failing-rows.{ending}", "get"),
    ("/api/v1/imports/{id}/diff", "get"),
    ("/api/v1/imports/{id}/mapping", "post"),
    ("/api/v1/imports/{id}/apply", "post"),
    ("/api/v1/imports/{id}/undo", "post"),
    ("/api/v1/imports/{resource}", "post"),
    ("/api/v1/imports/{resource}/template.{ending}", "get"),
    ("/api/v1/exports/{resource}.{ending}", "get"),
}
_SETTINGS = "/api/v1/settings"
_COMMODITIES = f"{_SETTINGS}/commodities"
OPERATIONS |= {
    (f"{_COMMODITIES}/tax-codes/search", "get"),
    (f"{_COMMODITIES}/tax-codes/autocomplete", "get"),
    (f"{_COMMODITIES}/tax-codes/{{id}}/rates", "get"),
    (f"{_COMMODITIES}/tax-codes/{{id}}/effective-rate", "get"),
    (f"{_COMMODITIES}/tax-rates/revisions", "get"),
    (f"{_COMMODITIES}/tax-rates/revisions", "post"),
    (f"{_COMMODITIES}/tax-rates/revisions/preview", "post"),
    (f"{_COMMODITIES}/tax-rates/revisions/{{id}}", "get"),
    (f"{_COMMODITIES}/tax-rates/revisions/{{id}}/reverse", "post"),
    (f"{_COMMODITIES}/suggest-category", "get"),
    (f"{_COMMODITIES}/suggest-tax-code", "get"),
    (f"{_COMMODITIES}/hsn-knowledge/{{id}}/verify", "post"),
    (f"{_COMMODITIES}/hsn-conflicts", "get"),
    (f"{_COMMODITIES}/hsn-conflicts/{{id}}", "get"),
    (f"{_COMMODITIES}/hsn-conflicts/{{id}}/decide", "post"),
}
OPERATIONS |= {
    (f"{_SETTINGS}/commodities/{address}", method)
    for address, method in {
        ("by-code/{code}", "get"),
        ("facets", "get"),
        ("suggest-international", "get"),
        ("validate", "post"),
        ("{id}/varieties", "get"),
        ("{id}/varieties", "post"),
        ("{id}/parameters", "get"),
        ("{id}/parameters", "post"),
        ("{id}/suggest-parameters", "get"),
        ("{id}/add-suggested-parameters", "post"),
        ("{id}/reorder-parameters", "post"),
        ("{id}/check-quality", "post"),
        ("{id}/suggest-international", "get"),
        ("{id}/apply-international", "post"),
    }
}
OPERATIONS |= {
    (f"{_SETTINGS}/partners/similar", "get"),
    (f"{_SETTINGS}/partner-bank-accounts/{{id}}/reveal", "post"),
    *(
        (f"{_SETTINGS}/partners/{{id}}/{name}", "get")
        for name in ("contacts", "addresses", "gst-registrations", "bank-accounts")
    ),
    (f"{_SETTINGS}/document-series/{{id}}/preview", "get"),
    (f"{_SETTINGS}/document-series/{{id}}/ledger", "get"),
    (f"{_SETTINGS}/document-series/{{id}}/gaps", "get"),
    (f"{_SETTINGS}/commodities/{{id}}/commission", "get"),
    (f"{_SETTINGS}/commodities/{{id}}/commission", "post"),
    (f"{_SETTINGS}/commodities/commissions/simulate", "post"),
    (f"{_SETTINGS}/commodities/payment-terms/{{id}}/due-dates", "get"),
    (f"{_SETTINGS}/issued-numbers/{{id}}", "get"),
    (f"{_SETTINGS}/issued-numbers/{{id}}/void", "post"),
    (f"{_SETTINGS}/organizations/{{id}}/next-document-number/{{document_type}}", "post"),
    *(
        (f"{_SETTINGS}/locations/{name}", "get")
        for name in ("search-places", "place-details", "similar", "{id}/children")
    ),
    *(
        (f"/api/v1/{name}/{{id}}/{action}", METHODS[action])
        for name, actions in USE_ACTIONS.items()
        for action in actions
    ),
}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_schema_is_valid(schema):
    validate_schema(schema)


def test_schema_is_made_without_a_warning():
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    told = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    GENERATOR_STATS.reset()
    assert told == []


def test_schema_has_every_operation_once(schema):
    found = {(path, method) for path, item in schema["paths"].items() for method in item}
    assert found == OPERATIONS


def test_schema_names_what_a_product_carries(schema):
    fields = schema["components"]["schemas"]["ListedProduct"]["properties"]
    assert fields["price"]["type"] == "number"
    assert fields["stock_quantity"]["type"] == "integer"
    assert fields["id"]["type"] == "string"


def test_every_unsafe_operation_takes_a_key(schema):
    without = [
        (path, method)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method != "get"
        and "Idempotency-Key" not in {each["name"] for each in operation.get("parameters", [])}
    ]
    # What it answers is kept nowhere, so that nothing can be answered again.
    assert without == [
        (f"/api/v1/settings/{accounts}/{{id}}/reveal", "post")
        for accounts in ("bank-accounts", "partner-bank-accounts")
    ]


def test_every_change_of_a_record_wants_its_tag(schema):
    wanting = {
        (path, method)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if any(p["name"] == "If-Match" and p["required"] for p in operation.get("parameters", []))
    }
    assert wanting == {
        (path, method)
        for path, method in OPERATIONS
        # A token is only revoked, which nobody else's change can stand against.
        if method in {"patch", "put", "delete"} and not path.startswith("/api/v1/tokens")
    } | {(f"{_COMMODITIES}/{{id}}/apply-international", "post")}


def test_every_operation_on_jobs_has_an_example(schema):
    without = [
        (path, method)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if path.startswith("/api/v1/jobs") and "'examples'" not in str(operation["responses"])
    ]
    assert without == []


@pytest.mark.parametrize("name", [*TERMS, "commissions"])
def test_every_write_of_terms_and_commissions_has_an_example(schema, name):
    address = f"/api/v1/settings/commodities/{name}"
    places = [(address, "post"), *((f"{address}/{{id}}", method) for method in ("put", "patch"))]
    without = [
        (path, method)
        for path, method in places
        if "'examples'" not in str(schema["paths"][path][method]["requestBody"])
    ]
    assert without == []


def test_schema_names_what_a_job_carries(schema):
    fields = schema["components"]["schemas"]["Job"]["properties"]
    assert set(schema["components"]["schemas"]["ListedJob"]["properties"]) == set(fields) - {
        "log_tail"
    }
    assert fields["percent"] == {"type": "integer", "nullable": True, "readOnly": True}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_schema_readers_use_packaged_assets(client, path):
    page = client.get(path).content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert "https://" not in page
