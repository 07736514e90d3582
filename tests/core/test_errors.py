"""Errors: one code each, two languages, two wire shapes, and nothing from inside."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions as drf
from rest_framework import serializers

from core import errors
from core.api.errors import error_body, error_response, is_old_app_path, render_error
from core.context import Context, use_context
from core.errors import DomainError, FieldError
from core.identity.models import User

NEW_PATH, OLD_PATH = "/api/v1/orders", "/api/orders"


@pytest.fixture(autouse=True)
def _known_request():
    with use_context(Context(request_id="request-0001")):
        yield


@pytest.fixture
def registry(monkeypatch):
    """The register of codes; what a test declares is forgotten afterwards."""
    monkeypatch.setattr(errors, "_REGISTRY", dict(errors._REGISTRY))


def rendered(error: Exception, path: str = NEW_PATH, language: str = "en"):
    """The handler's response to `error`."""
    request = RequestFactory().get(path, headers={"Accept-Language": language})
    return render_error(error, {"request": request})


def test_error_in_the_new_shape():
    error = errors.TooManyRequests(seconds=5)
    assert error_body(error, path=NEW_PATH) == {
        "success": False,
        "error": {
            "code": "too_many_requests",
            "message": "Too many requests. Please try again in 5 seconds.",
            "message_ar": "طلبات كثيرة جداً. يرجى المحاولة بعد 5 ثانية.",
            "details": [],
            "request_id": "request-0001",
        },
        "detail": "Too many requests. Please try again in 5 seconds.",
    }


def test_error_in_the_shape_of_old_apps():
    assert error_body(errors.NotFound(), path=OLD_PATH) == {
        "success": False,
        "error": "There is nothing at this address.",
        "error_detail": {
            "code": "not_found",
            "message": "There is nothing at this address.",
            "message_ar": "لا يوجد شيء في هذا العنوان.",
            "details": [],
            "request_id": "request-0001",
        },
        "detail": "There is nothing at this address.",
    }


@pytest.mark.parametrize(
    ("path", "is_old"),
    [
        ("/api/consumer/products", True),
        ("/api/consumer", True),
        ("/api/orders", True),
        ("/api/orders/", True),
        ("/api/v1/consumer/products", False),
        ("/api/v1/orders", False),
    ],
)
def test_old_paths_told_from_new_ones(path, is_old):
    assert is_old_app_path(path) is is_old


@pytest.mark.parametrize("path", [NEW_PATH, OLD_PATH])
@pytest.mark.parametrize("language", ["ar", "ar-IQ,ar;q=0.9,en;q=0.5"])
def test_detail_in_arabic_when_asked_for(path, language):
    assert rendered(errors.NotFound(), path, language).data["detail"] == (
        "لا يوجد شيء في هذا العنوان."
    )


def test_error_on_a_field_told_twice():
    body = error_body(errors.Conflict(field="version"), path=NEW_PATH)
    assert body["error"]["details"] == [
        {
            "field": "version",
            "code": "conflict",
            "message": errors.Conflict.message,
            "message_ar": errors.Conflict.message_ar,
        }
    ]


def test_details_given_kept_as_they_are():
    detail = FieldError("items[2].quantity", "too_few", "Too few.", "قليل جداً.")
    body = error_body(errors.InvalidInput(details=[detail]), path=NEW_PATH)
    assert body["error"]["details"] == [detail.as_dict()]


class Line(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1)


class Cart(serializers.Serializer):
    name = serializers.CharField(max_length=3)
    items = Line(many=True, allow_empty=False)


def test_nested_field_errors_flattened_to_paths():
    cart = Cart(data={"items": [{"quantity": 1}, {"quantity": 0}, {}]})
    with pytest.raises(drf.ValidationError) as caught:
        cart.is_valid(raise_exception=True)
    details = rendered(caught.value).data["error"]["details"]
    assert [(item["field"], item["code"]) for item in details] == [
        ("name", "required"),
        ("items[1].quantity", "min_value"),
        ("items[2].quantity", "required"),
    ]
    assert details[0]["message_ar"] == "هذا الحقل مطلوب."


@pytest.mark.parametrize(
    "error",
    [drf.ValidationError({"non_field_errors": ["No."]}), ValidationError({"__all__": ["No."]})],
)
def test_error_of_the_whole_object_has_no_field(error):
    details = rendered(error).data["error"]["details"]
    assert [(item["field"], item["message"]) for item in details] == [("", "No.")]


@pytest.mark.django_db
def test_error_of_a_models_validation_keeps_its_fields():
    with pytest.raises(ValidationError) as caught:
        User(email="not an address", password="x").full_clean()
    details = rendered(caught.value).data["error"]["details"]
    assert [(item["field"], item["code"]) for item in details] == [("email", "invalid")]


def test_error_of_a_models_whole_validation_has_no_field():
    details = rendered(ValidationError("Not together.", code="together")).data["error"]["details"]
    assert [(item["field"], item["code"], item["message"]) for item in details] == [
        ("", "together", "Not together.")
    ]


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (drf.ParseError("no"), "malformed_request", 400),
        (drf.AuthenticationFailed(), "not_authenticated", 401),
        (drf.NotAuthenticated(), "not_authenticated", 401),
        (drf.PermissionDenied(), "permission_denied", 403),
        (PermissionDenied("a secret rule"), "permission_denied", 403),
        (Http404("No Product matches the given query."), "not_found", 404),
        (drf.MethodNotAllowed("PUT"), "method_not_allowed", 405),
        (drf.NotAcceptable(), "not_acceptable", 406),
        (RequestDataTooBig(), "payload_too_large", 413),
        (drf.UnsupportedMediaType("text/csv"), "unsupported_media_type", 415),
        (drf.Throttled(wait=2.5), "too_many_requests", 429),
        (errors.DependencyDown(retry_after=5), "dependency_down", 503),
        (ZeroDivisionError("secret-in-the-message"), "internal_error", 500),
    ],
)
def test_every_error_has_its_code_and_status(error, code, status):
    response = rendered(error)
    assert (response.data["error"]["code"], response.status_code) == (code, status)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [NEW_PATH, OLD_PATH])
@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("secret-in-the-message"),
        PermissionDenied("secret-in-the-message"),
        Http404("secret-in-the-message"),
        KeyError("secret-in-the-message"),
    ],
)
def test_nothing_internal_in_the_answer(error, path):
    text = json.dumps(rendered(error, path).data, ensure_ascii=False)
    assert "secret-in-the-message" not in text
    assert type(error).__name__ not in text
    assert "request-0001" in text


@pytest.mark.parametrize(("wait", "seconds"), [(0.2, "1"), (2.5, "3"), (None, "1")])
def test_throttled_answer_says_when_to_come_back(wait, seconds):
    assert rendered(drf.Throttled(wait=wait))["Retry-After"] == seconds


def test_answer_before_the_views_has_the_same_body():
    request = RequestFactory().get(OLD_PATH, headers={"Accept-Language": "ar"})
    response = error_response(request, errors.DependencyDown(retry_after=7))
    assert json.loads(response.content) == error_body(
        errors.DependencyDown(), path=OLD_PATH, language="ar"
    )
    assert (response.status_code, response["Retry-After"], response["Content-Type"]) == (
        503,
        "7",
        "application/json",
    )


def declare(code: str, module: str) -> type[DomainError]:
    """A new error class of that code in that module."""
    return type(
        "Twice", (DomainError,), {"code": code, "__module__": module, "__qualname__": "Twice"}
    )


@pytest.mark.usefixtures("registry")
def test_code_used_twice_refused_even_by_classes_of_one_name():
    declare("tests_twice", "catalog.errors")
    with pytest.raises(ValueError, match="'tests_twice' is already used"):
        declare("tests_twice", "integrations.zoho.errors")


@pytest.mark.usefixtures("registry")
def test_code_declared_again_by_the_same_class_accepted():
    again = [declare("tests_again", "catalog.errors") for _ in range(2)]
    assert errors.all_error_types()["tests_again"] is again[1]


def test_message_filled_in_with_values_of_any_kind():
    error = errors.PayloadTooLarge(limit=Decimal("10"))
    assert (str(error), error.text("ar")) == (
        "The request body is larger than 10 bytes.",
        "حجم الطلب أكبر من 10 بايت.",
    )


def test_braces_in_a_value_left_alone():
    assert "{seconds}" in errors.MalformedRequest(problem="{seconds}").text()
