"""What people see when something breaks: no more than a sentence and the id to ask by."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg import errors as postgres_errors

REQUEST_ID = "request-of-an-error-1"


def timed_out() -> Exception:
    error = OperationalError("canceling statement: secret SQL")
    error.__cause__ = postgres_errors.QueryCanceled("secret SQL")
    return error


@pytest.mark.parametrize(
    ("error", "language", "told", "text"),
    [
        (RuntimeError("secret SQL"), "en", (500, None), "Something went wrong on our side."),
        (RuntimeError("secret SQL"), "ar", (500, None), "حدث خطأ من جانبنا."),
        (timed_out(), "en", (503, "5"), "This took too long and was given up"),
        (OperationalError("secret SQL"), "en", (503, "5"), "is not available"),
    ],
)
def test_broken_page_shows_the_request_id_and_nothing_internal(
    error, language, told, text, monkeypatch
):
    def fail(*_args: object, **_values: object) -> None:
        raise error

    monkeypatch.setattr("django.views.generic.RedirectView.get", fail)
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = language
    answer = client.get("/", headers={"X-Request-ID": REQUEST_ID})
    shown = answer.content.decode()
    assert (answer.status_code, answer.headers.get("Retry-After")) == told
    assert text in shown
    assert REQUEST_ID in shown
    assert "secret" not in shown
    assert f'dir="{"rtl" if language == "ar" else "ltr"}">\n  <head>' in shown
