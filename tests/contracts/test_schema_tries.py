"""Every operation of the OpenAPI schema, tried with values that fit it and values that do not.

No answer is a 5xx, and each is one that the schema tells of: status, headers, media type and body.
What fits is not called unreadable, what does not fit is refused, and every refusal has our shape
and a documented code.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalog.api.staff.views import CategoryCollection
from core.registration_numbers import errors as number_errors
from tests.conftest import ROOT
from tests.contracts.api_callers import CALLERS, Shop, make_callers_shop
from tests.tries import try_values

pytestmark = [pytest.mark.django_db, pytest.mark.made_up]
#: Tries of each operation, shared out over the callers.
COUNT = 12
#: Those who get further try more.
WEIGHTED = ("superuser",) * 4 + ("owner", "token") * 2 + CALLERS
CODES = set(re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/errors.md").read_text(), re.M))


def has_documented_shape(ctx: Any, response: Any, case: Case) -> None:
    """Every refusal has our shape, and a code that the docs list for its status."""
    if response.status_code < 400:
        return
    body = response.json()
    assert {"success", "error", "detail"} <= set(body)
    assert body["success"] is False
    assert body["error"]["code"] in CODES
    assert body["error"]["request_id"] == response.headers["x-request-id"][0]
    assert response.headers["cache-control"][0] in {"no-store", "private, no-store"}


def number_codes() -> set[str]:
    """The codes of numbers that are not what they should be."""
    return {
        each.code
        for each in vars(number_errors).values()
        if isinstance(each, type) and each.__module__ == number_errors.__name__
    }


#: Why a value that fits the schema may still be unreadable: a schema cannot tell which rows there
#: are, what a phone number is, how many digits a number has, which characters no text may hold and
#: which are stripped, or that one of two fields is wanted.
BEYOND_SCHEMA = {
    "invalid_choice",
    "does_not_exist",
    "invalid_phone",
    "max_digits",
    "max_decimal_places",
    "max_whole_digits",
    "max_string_length",
    "null_characters_not_allowed",
    "blank",
    "required",
    # Hours that overlap; two letters of which one is a blank.
    "opening_hours",
    "place_query_too_short",
    # What a number of a company or a bank must be, beside its length.
    *number_codes(),
    "extra_config_malformed",
    # Codes of ISO, units that convert, and bounds of which one is above the other.
    *("unknown_currency", "unknown_country", "malformed_hs_code", "units_incompatible"),
    *("unknown_key", "not_listed", "incomplete", "repeated"),
    *("text_has_no_bounds", "bounds_out_of_order", "not_a_number", "outside_bounds"),
    "account_number_missing",
    "credit_needs_currency",
}
#: Statuses that call a request unreadable; the others are about rows, rights and rules.
UNREADABLE = {400, 413, 415, 428}


def _is_beyond_schema(each: dict[str, str]) -> bool:
    # An error of no single field is about what holds between several; the package for phone
    # numbers has no code of its own.
    return each["code"] in BEYOND_SCHEMA or each["field"] in {"", "phone"}


def fitting_is_read(ctx: Any, response: Any, case: Case) -> None:
    """What fits the schema is not called unreadable, but for what a schema cannot tell."""
    if response.status_code not in UNREADABLE:
        return
    details = response.json()["error"]["details"]
    if not details or not all(map(_is_beyond_schema, details)):
        positive_data_acceptance(ctx, response, case)


def _fits_as_sent(schema: dict[str, Any], text: str) -> bool:
    """Whether the text of a parameter is one that its schema allows."""
    if schema["type"] == "boolean":
        return text in {"true", "false", "1", "0"}
    if schema["type"] == "integer":
        return text.isdecimal() and int(text) >= schema.get("minimum", 0)
    fits = re.search(schema.get("pattern", ""), text) is not None
    return fits and text in schema.get("enum", [text])


def _arrives_fitting(case: Case, response: Any) -> set[ParameterLocation]:
    """The parts of a request that fit the schema as they were sent, whatever was made up for them:
    an empty query parameter is as good as none, an object in a query becomes parameters that nobody
    reads, and keys of rows that are there replace made-up ones."""
    texts = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    query = {name: sent[-1] for name, sent in texts.items() if sent[-1]}
    parts = {
        ParameterLocation.QUERY: (query, case.operation.query),
        ParameterLocation.PATH: (case.path_parameters, case.operation.path_parameters),
        ParameterLocation.HEADER: (case.headers, case.operation.headers),
    }
    return {where for where, (sent, declared) in parts.items() if _all_fit(sent, declared)}


def _all_fit(sent: Mapping[str, Any], declared: Any) -> bool:
    return all(
        _fits_as_sent(each.definition["schema"], str(sent[each.name]))
        if each.name in sent
        else not each.is_required
        for each in declared
    )


def _as_read(value: Any, declared: Mapping[str, Any]) -> Any:
    """A value as it is read: texts without the blanks around them, numbers for texts as digits."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if declared.get("type") == "string" else value
    return value.strip() if isinstance(value, str) else value


def _body_fits_as_read(case: Case) -> bool:
    """Whether the body is what its schema wants by the time it is read."""
    declared = case.operation.get_body_for_media_type(case.media_type or "")
    if declared is None or not isinstance(case.body, dict):
        return False
    schema = declared.optimized_schema
    properties = schema.get("properties", {})
    body = {name: _as_read(value, properties.get(name, {})) for name, value in case.body.items()}
    adapter = case.operation.schema.adapter
    return make_validator(schema, adapter.jsonschema_validator_cls).is_valid(body)


def misfit_is_refused(ctx: Any, response: Any, case: Case) -> None:
    """What does not fit the schema is refused."""
    negated = {where for where, made in case.meta.components.items() if made.mode.is_negative}
    fitting = _arrives_fitting(case, response)
    if ParameterLocation.BODY in negated and _body_fits_as_read(case):
        fitting.add(ParameterLocation.BODY)
    if negated - fitting:
        negative_data_rejection(ctx, response, case)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    fitting_is_read,
    misfit_is_refused,
    missing_required_header,
    has_documented_shape,
]


@pytest.fixture
def application(settings):
    """The whole application, on the connection of the test, with nobody counted out."""
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10**9)
    settings.THROTTLE_WRITE_RATES = dict.fromkeys(settings.THROTTLE_WRITE_RATES, 10**9)
    settings.ORDER_POSTS_PER_MINUTE = 10**9
    # As Django's own test client does: they would close the connection within the transaction.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    logging.disable(logging.CRITICAL)
    yield get_wsgi_application()
    logging.disable(logging.NOTSET)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def _read_schema() -> Any:
    served = OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True))
    schema = schemathesis.openapi.from_dict(json.loads(served))
    # Who calls is chosen here; made-up credentials are one of the callers.
    schema.config.generation.with_security_parameters = False
    return schema


SCHEMA = _read_schema()
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@st.composite
def cases(draw: st.DrawFn, operation: Any, shop: Shop) -> Case:
    """A request by the schema, half of them about a row that is there."""
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
    case = draw(st.one_of(*modes, *operation.get_strategies_from_examples()))
    if draw(st.booleans()):
        known = known_keys(operation.path, shop)
        for name in set(known) & set(case.path_parameters):
            case.path_parameters[name] = draw(st.sampled_from(known[name]))
    if "If-Match" in case.headers and draw(st.booleans()):
        case.headers["If-Match"] = '"1"'
    if "X-Organization" in case.headers and draw(st.booleans()):
        case.headers["X-Organization"] = shop.keys["organizations"][0]
    return case


def known_keys(path: str, shop: Shop) -> dict[str, list[str]]:
    """Path parameters that lead to rows of the shop."""
    if path.startswith("/api/v1/audit/users"):
        return {"id": shop.keys["audit/users"]}
    if path.startswith("/api/v1/audit"):
        return {"type": ["catalog.category"], "id": shop.keys["catalog/categories"]}
    place = path.removeprefix("/api/v1/").partition("/{")[0]
    return {"id": shop.keys.get(place, []), "reference": shop.keys.get(place, [])}


_JUNK = st.text(
    st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"),
    max_size=80,
)


def headers_of(caller: str, shop: Shop) -> st.SearchStrategy[dict[str, str]]:
    """The caller's headers; of junk, made-up credentials of every kind."""
    # The client in process does not unpack what is compressed.
    plain = {"Accept-Encoding": "identity"}
    if caller != "junk":
        return st.just(shop.headers[caller] | plain)
    return st.fixed_dictionaries(
        {name: st.just(value) for name, value in plain.items()},
        optional={
            "Authorization": st.builds(
                "{} {}".format, st.sampled_from(["Token", "token", "Bearer", "Basic", "-"]), _JUNK
            ),
            "X-Session-Token": _JUNK,
            "Cookie": st.builds("sessionid={}".format, _JUNK),
            "X-CSRFToken": _JUNK,
        },
    )


def _try_operation(operation: Any, application: Any, *, storm: bool) -> None:
    shop = make_callers_shop()

    def check(data: st.DataObject) -> None:
        caller = data.draw(st.sampled_from(WEIGHTED), label="caller")
        case = data.draw(cases(operation, shop))
        headers = data.draw(headers_of(caller, shop))
        with transaction.atomic():
            answer = case.call(
                app=application, headers=headers, cookies=shop.cookies.get(caller, {})
            )
            # What is checked when a transaction ends.
            connection.check_constraints()
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    try_values(check, count=COUNT, storm=storm, data=st.data())


@pytest.mark.parametrize("operation", OPERATIONS, ids=[each.label for each in OPERATIONS])
def test_operation_answers_as_the_schema_says(operation, application, storm):
    _try_operation(operation, application, storm=storm)


def test_faults_are_found(application, monkeypatch):
    def fail(view: object, request: object) -> None:
        raise ValueError("put in by the test")

    monkeypatch.setattr(CategoryCollection, "get", fail)
    with pytest.raises(FailureGroup) as found:
        _try_operation(SCHEMA["/api/v1/catalog/categories"]["GET"], application, storm=False)
    assert "Server error" in str(found.value.exceptions)
