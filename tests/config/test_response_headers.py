"""The headers of every kind of answer, exactly; and the policies' own words."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from catalog.models import Category
from config.response_headers import ADMIN, NO_CONTENT, PAGE, PERMISSIONS_POLICY, REDOC, SWAGGER
from core.identity.models import User

CONSTANT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
#: All the headers by which browsers are told what to trust.
NAMES = {
    *CONSTANT,
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "Strict-Transport-Security",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Embedder-Policy",
    "X-XSS-Protection",
    "Server",
    "X-Powered-By",
}


def told(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in NAMES}


def expected(policy: str) -> dict[str, str]:
    return {**CONSTANT, "Content-Security-Policy": policy}


@pytest.mark.parametrize(
    ("path", "status", "policy"),
    [
        ("/api/v1/consumer/products", 200, NO_CONTENT),
        ("/api/consumer/products", 200, NO_CONTENT),
        ("/api/v1/catalog/categories", 401, NO_CONTENT),
        ("/api/v1/nothing", 404, NO_CONTENT),
        ("/api/schema/", 200, NO_CONTENT),
        ("/api/docs/", 200, SWAGGER),
        ("/api/docs/?script=", 200, NO_CONTENT),
        ("/api/redoc/", 200, REDOC),
        ("/_allauth/app/v1/auth/session", 401, NO_CONTENT),
        ("/health/live", 200, NO_CONTENT),
        ("/accounts/login/", 200, PAGE),
        ("/nothing", 404, PAGE),
        ("/static/admin_theme/theme.css", 200, NO_CONTENT),
        ("/static/nothing.css", 404, PAGE),
        ("/", 302, PAGE),
        ("/admin", 301, PAGE),
        ("/admin/", 302, ADMIN),
    ],
)
def test_headers_of_an_answer_to_a_stranger(path, status, policy, db):
    answer = Client().get(path)
    assert (answer.status_code, told(answer)) == (status, expected(policy))


def test_headers_of_an_admin_page(db):
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    answer = client.get("/admin/")
    assert (answer.status_code, told(answer)) == (200, expected(ADMIN))


def test_headers_of_an_answer_from_the_response_cache(db):
    Category.objects.create(name_en="Cables")
    client = Client()
    made, kept = (client.get("/api/v1/consumer/categories") for _ in range(2))
    assert made.status_code == 200
    unchanged = client.get("/api/v1/consumer/categories", headers={"If-None-Match": kept["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    for answer in (made, kept, unchanged):
        assert told(answer) == expected(NO_CONTENT)


def test_headers_of_a_refused_rate(db, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "consumer-read": 0}
    answer = Client().get("/api/v1/consumer/products")
    assert (answer.status_code, told(answer)) == (429, expected(NO_CONTENT))


@pytest.mark.parametrize(("path", "policy"), [("/api/v1/x", NO_CONTENT), ("/x", PAGE)])
def test_headers_of_a_wrong_host(path, policy, db):
    answer = Client().get(path, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, told(answer)) == (400, expected(policy))


def test_headers_of_a_broken_page(db, monkeypatch):
    def fail(*_args: object, **_values: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("django.views.generic.RedirectView.get", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, told(answer)) == (500, expected(PAGE))


def test_encryption_demanded_of_browsers_that_came_encrypted(db, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    name, path = "Strict-Transport-Security", "/api/v1/consumer/products"
    assert Client().get(path, secure=True)[name] == "max-age=31536000; includeSubDomains; preload"
    assert name not in Client().get(path)


def test_policies_word_by_word():
    strict = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action {form}; object-src 'none'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    assert strict.format(form="'self'") == PAGE
    assert strict.format(form="'none'") == SWAGGER
    inline = PAGE.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    assert inline.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'") == ADMIN
    redoc = inline.replace("form-action 'self'", "form-action 'none'")
    assert f"{redoc}; worker-src blob:" == REDOC
    assert NO_CONTENT == (
        "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )


def test_headers_are_set_outermost():
    assert settings.MIDDLEWARE[0] == "config.response_headers.ResponseHeaders"


def test_colours_of_the_sign_in_are_those_of_the_admin(db):
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    colours = client.get("/admin/").context["colors"]
    kept = (settings.BASE_DIR / "static/admin_theme/colors.css").read_text()
    wanted = [
        f"  --color-{name}-{weight}: {value};"
        for name, weights in colours.items()
        for weight, value in weights.items()
    ]
    assert kept.splitlines()[2:-1] == wanted
