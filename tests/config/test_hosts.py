"""The Host header and what proxies add to it are believed for nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from core.identity.models import User
from tests.factories.catalog import make_product

ELSEWHERE = "elsewhere.example"


@pytest.mark.parametrize("path", ["/api/v1/consumer/products", "/_allauth/app/v1/auth/session"])
@pytest.mark.parametrize("host", [ELSEWHERE, "a b", "localhost:x", "..", "localhost@" + ELSEWHERE])
def test_wrong_host_is_a_coded_refusal_in_one_line(host, path, db, caplog):
    answer = Client().get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed_request")
    told = [record for record in caplog.records if record.name.startswith("django")]
    assert [record.name for record in told] == ["django.security.DisallowedHost"]


def test_forwarded_host_is_not_believed(db):
    headers = {"X-Forwarded-Host": ELSEWHERE, "Forwarded": f"host={ELSEWHERE}"}
    headers |= {"X-Original-Host": ELSEWHERE, "X-Rewrite-URL": "/admin/"}
    answers = [Client().get(path, headers=headers) for path in ("/", "/admin", "/admin/")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/admin/"),
        (301, "/admin/"),
        (302, "/admin/login/?next=/admin/"),
    ]


def test_pages_of_a_list_are_paths_whatever_host_was_asked(db):
    for number in range(3):
        make_product(sku=f"CABLE-{number}")
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    answer = client.get(
        "/api/v1/catalog/products?page_size=1&page=2",
        headers={"Host": "localhost:1", "X-Forwarded-Host": ELSEWHERE},
    )
    body = answer.json()
    assert [body["next"], body["previous"]] == [
        "/api/v1/catalog/products?page=3&page_size=1",
        "/api/v1/catalog/products?page_size=1",
    ]


def test_mails_lead_to_the_public_address(db, settings, mailoutbox):
    settings.PUBLIC_BASE_URL = "https://tradepost.example"
    User.objects.create_user("sara@example.com", "correct horse battery", is_staff=True)
    headers = {"Host": "localhost", "X-Forwarded-Host": ELSEWHERE}
    Client().post("/accounts/password/reset/", {"email": "sara@example.com"}, headers=headers)
    [mail] = mailoutbox
    assert "https://tradepost.example/accounts/password/reset/key/" in mail.body
    assert "localhost" not in mail.body
    assert ELSEWHERE not in mail.body


def test_way_to_encryption_leads_to_the_public_address():
    code = "import json, config.settings as s; print(json.dumps([s.SECURE_SSL_HOST]))"
    process = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"TRADEPOST_PUBLIC_BASE_URL": "https://tradepost.example:8443/"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == ["tradepost.example:8443"]


def test_plain_request_is_sent_to_the_encrypted_public_address(db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "tradepost.example"
    answer = Client().get("/accounts/login/?x=1", headers={"X-Forwarded-Host": ELSEWHERE})
    assert answer["Location"] == "https://tradepost.example/accounts/login/?x=1"
