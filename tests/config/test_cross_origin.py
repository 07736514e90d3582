"""Other sites: those on the list may call the API, and no answer for one reaches another."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client

from catalog.models import Category

PATH = "/api/v1/consumer/categories"
SHOP, APP, STRANGER = "https://shop.example", "https://app.example:8443", "https://evil.example"


@pytest.fixture
def listed(settings, db):
    settings.CORS_ALLOWED_ORIGINS = [SHOP, APP]
    settings.CORS_URLS_REGEX = r"^/(api|_allauth)/"
    Category.objects.create(name_en="Cables")


def ask(origin: str, path: str = PATH, **headers: str):
    return Client().get(path, headers={"Origin": origin, **headers})


def allowed(answer) -> str | None:
    return answer.headers.get("Access-Control-Allow-Origin")


def varies_by_origin(answer) -> bool:
    return "origin" in answer.headers.get("Vary", "").lower().split(", ")


def test_cached_answer_names_the_origin_that_asks(listed):
    answers = [ask(origin) for origin in (SHOP, APP, STRANGER, SHOP)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [allowed(answer) for answer in answers] == [SHOP, APP, None, SHOP]
    assert len({answer.content for answer in answers}) == 1
    assert all(varies_by_origin(answer) for answer in answers)


def test_answer_without_an_origin_varies_by_it_too(listed):
    answer = Client().get(PATH)
    assert (allowed(answer), varies_by_origin(answer)) == (None, True)


@pytest.mark.parametrize(("origin", "told"), [(SHOP, SHOP), (APP, APP), (STRANGER, None)])
def test_unchanged_answer_names_the_origin_that_asks(origin, told, listed):
    etag = ask(SHOP)["ETag"]
    answer = ask(origin, **{"If-None-Match": etag})
    assert (answer.status_code, allowed(answer), varies_by_origin(answer)) == (304, told, True)


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/health/live", "/static/admin_theme/theme.css"]
)
def test_other_addresses_are_for_nobody_elses_pages(path, listed):
    answer = ask(SHOP, path)
    assert (answer.status_code, allowed(answer), varies_by_origin(answer)) == (200, None, False)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/_allauth/app/v1/auth/session"])
def test_refusals_can_be_read_by_listed_sites(path, listed):
    assert allowed(ask(SHOP, path)) == SHOP
    assert allowed(ask(STRANGER, path)) is None


def preflight(origin: str, path: str = "/api/v1/consumer/orders"):
    asked = {"Access-Control-Request-Method": "POST"}
    return Client().options(path, headers={"Origin": origin, **asked})


def test_preflight_names_what_a_listed_site_may_send_and_read(listed):
    answer = preflight(SHOP)
    found = {name: value for name, value in answer.items() if name.startswith("access-control-")}
    assert (answer.status_code, answer.content) == (200, b"")
    assert found == {
        "access-control-allow-origin": SHOP,
        "access-control-allow-headers": "accept, accept-language, authorization, content-type, "
        "idempotency-key, if-match, if-none-match, x-change-reason, x-csrftoken, x-organization, "
        "x-request-id, x-session-token",
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        "access-control-expose-headers": "ETag, Idempotency-Replayed, Location, RateLimit-Limit, "
        "RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-ID",
        "access-control-max-age": "600",
    }


def test_preflight_tells_a_stranger_nothing(listed):
    assert [name for name in preflight(STRANGER).headers if name.startswith("access-")] == []


def test_credentials_only_when_a_setting_says_so(listed, settings):
    name = "Access-Control-Allow-Credentials"
    assert name not in ask(SHOP).headers
    settings.CORS_ALLOW_CREDENTIALS = True
    assert ask(SHOP)[name] == "true"
    assert name not in ask(STRANGER).headers


def test_no_site_is_listed_by_default(db):
    answer = ask(SHOP)
    assert (answer.status_code, allowed(answer), varies_by_origin(answer)) == (200, None, False)


def started(**variables: str) -> subprocess.CompletedProcess[str]:
    given = {"DJANGO_SETTINGS_MODULE": "config.settings", "TRADEPOST_CORS_ORIGINS": ""}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.CORS_ALLOWED_ORIGINS)"],
        env=os.environ | given | variables,
        capture_output=True,
        text=True,
        check=False,
    )


PRODUCTION = {
    "TRADEPOST_ENVIRONMENT": "production",
    "TRADEPOST_SECRET_KEY": "x" * 40,
    "TRADEPOST_FIELD_KEYS": "bG9jYWwtb25seS1rZXktd2l0aG91dC1zZWNyZWN5ISE=",
}


@pytest.mark.parametrize(
    ("origins", "variables", "told"),
    [
        ("*", {}, "not origins"),
        ("null", {}, "not origins"),
        ("https://shop.example/", {}, "not origins"),
        ("https://*.example", {}, "not origins"),
        ("shop.example", {}, "not origins"),
        (f"{SHOP},http://shop.example", PRODUCTION, "not encrypted: ['http://shop.example']"),
    ],
)
def test_wrong_origins_stop_the_start(origins, variables, told):
    process = started(TRADEPOST_CORS_ORIGINS=origins, **variables)
    assert process.returncode == 1
    assert "TRADEPOST_CORS_ORIGINS" in process.stderr
    assert told in process.stderr


@pytest.mark.parametrize(
    ("origins", "variables"),
    [(f"{SHOP},{APP}", PRODUCTION), ("http://localhost:5173", {}), ("", PRODUCTION)],
)
def test_right_origins_are_taken(origins, variables):
    process = started(TRADEPOST_CORS_ORIGINS=origins, **variables)
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == str(origins.split(",") if origins else [])


def test_lists_of_browsers_need_the_names_below_too():
    process = started(TRADEPOST_HSTS_PRELOAD="true")
    assert process.returncode == 1
    assert "TRADEPOST_HSTS_PRELOAD" in process.stderr
    assert started(TRADEPOST_HSTS_PRELOAD="true", TRADEPOST_HSTS_SUBDOMAINS="true").returncode == 0
