"""The addresses where apps sign people in, tried with made-up values: no 5xx, answers in JSON."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from hypothesis import strategies as st

from config.sign_in.app_urls import urlpatterns
from tests.identity.people import PASSWORD, make_person
from tests.tries import try_values

pytestmark = [pytest.mark.django_db, pytest.mark.made_up]
#: Tries of each address.
COUNT = 30
ADDRESSES = [str(each.pattern) for each in urlpatterns]
METHODS = ("get", "post", "put", "patch", "delete")
NAMES = ("email", "login", "username", "password", "new_password", "current_password", "code")
NAMES += ("key", "sessions", "credential", "name", "id", "ids", "authenticators", "phone")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
) | st.sampled_from(["sara@example.com", PASSWORD, "\0", "\ud800", "9" * 40, 10**40])
BODIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5).map(json.dumps) | st.one_of(
    VALUES.map(json.dumps), st.text(max_size=20), st.binary(max_size=20)
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_answers_json_and_never_5xx(address, storm):
    make_person()
    signed_in = Client().post(
        "/_allauth/app/v1/auth/login",
        json.dumps({"email": "sara@example.com", "password": PASSWORD}),
        content_type="application/json",
    )
    token = signed_in.json()["meta"]["session_token"]
    junk = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)
    client = Client(raise_request_exception=False)

    def check(method: str, body: Any, sent: str | None) -> None:
        # Rates and locks are no part of this.
        caches["counters"].client.get_client().flushdb()
        headers = {} if sent is None else {"x-session-token": sent}
        with transaction.atomic():
            answer = client.generic(
                method.upper(),
                f"/_allauth/app/v1/{address}",
                body,
                content_type="application/json",
                headers=headers,
            )
            connection.check_constraints()
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content
        if answer.content:
            assert answer["Content-Type"] == "application/json"
            json.loads(answer.content)

    logging.disable(logging.CRITICAL)
    try:
        try_values(
            check,
            count=COUNT,
            storm=storm,
            method=st.sampled_from(METHODS),
            body=BODIES,
            sent=st.none() | st.just(token) | junk,
        )
    finally:
        logging.disable(logging.NOTSET)
