"""PostgreSQL or Valkey away: a coded 503 that says when to come back, and then it goes on."""

from __future__ import annotations

import pytest
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)
from django.test import Client
from django_redis.exceptions import ConnectionInterrupted
from psycopg import errors as postgres_errors
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework.views import APIView
from structlog.testing import capture_logs

from catalog.models import Order
from core.api.errors import as_domain_error, is_dependency_lost
from core.identity.models import User
from tests.concurrency.sessions import another_session, terminate_sessions
from tests.factories.catalog import make_product

LIST = "/api/v1/consumer/products?search=nothing-kept-of-this"


@pytest.fixture
def client() -> Client:
    """A client that gets every failure as an answer."""
    return Client(raise_request_exception=False)


def assert_told_to_come_back(answer) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["error"]["code"] == "dependency_down"
    assert answer.json()["error"]["request_id"] == answer.headers["X-Request-ID"]


def test_request_whose_sessions_were_terminated_answers_503_and_the_next_one_200(
    client, committed_db
):
    make_product()
    assert client.get(LIST).status_code == 200
    assert terminate_sessions() == 1
    assert_told_to_come_back(client.get(f"{LIST}-either"))
    # What Django does between two requests of a server; its test client leaves it out.
    close_old_connections()
    assert client.get(f"{LIST}-either").status_code == 200


@pytest.mark.parametrize("path", [LIST, "/api/v1/consumer/products/any-reference"])
def test_database_on_a_wrong_port_answers_503(client, committed_db, monkeypatch, path):
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert_told_to_come_back(client.get(path))
    monkeypatch.undo()
    assert client.get(LIST).status_code == 200


def test_database_away_before_the_view_answers_503(client, committed_db, monkeypatch):
    """The session of somebody signed in is read by a middleware, outside of DRF."""
    client.force_login(User.objects.create_user(email="clerk@tradepost.example", password="x"))
    connections.close_all()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert_told_to_come_back(client.post("/api/v1/consumer/orders", {}))
    monkeypatch.undo()


@pytest.mark.django_db
def test_valkey_lost_inside_a_view_answers_503(client, monkeypatch):
    def lose(self: APIView, *args: object, **values: object) -> None:
        raise RedisConnectionError("secret-address refused")

    monkeypatch.setattr("catalog.api.consumer.products.ProductListView.get", lose)
    answer = client.get(LIST)
    assert_told_to_come_back(answer)
    assert b"secret-address" not in answer.content


def caused_by(error: Exception, cause: Exception | None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (ConnectionInterrupted(None), True),
        (BusyLoadingError("loading"), True),
        (caused_by(InterfaceError("connection already closed"), None), True),
        (caused_by(OperationalError(), postgres_errors.OperationalError("refused")), True),
        (caused_by(OperationalError(), postgres_errors.AdminShutdown("x")), True),
        (caused_by(OperationalError(), postgres_errors.CannotConnectNow("x")), True),
        (caused_by(OperationalError(), postgres_errors.TooManyConnections("x")), True),
        (caused_by(OperationalError(), postgres_errors.ConnectionFailure("x")), True),
        (caused_by(OperationalError(), postgres_errors.DeadlockDetected("x")), False),
        (OSError("a file"), False),
    ],
)
def test_lost_dependency_told_from_a_refused_statement(error, is_lost):
    assert is_dependency_lost(error) is is_lost
    coded = as_domain_error(error)
    assert (coded.code if coded else None) == ("dependency_down" if is_lost else None)


@pytest.mark.parametrize(
    ("limit", "cause"),
    [("lock_timeout", "LockNotAvailable"), ("statement_timeout", "QueryCanceled")],
)
def test_time_limit_of_the_database_answers_503_and_changes_nothing(
    client, committed_db, limit, cause
):
    product = make_product(stock="5")
    order = {
        "items": [{"product_id": str(product.pk), "quantity": 1}],
        "customer_name": "Shopper",
        "customer_phone": "0770 123 4567",
    }
    sent = {"data": order, "content_type": "application/json"}
    key = {"Idempotency-Key": "time-limit-0001"}
    with another_session() as other, connection.cursor() as cursor:
        other.execute("BEGIN")
        other.execute("LOCK TABLE catalog_stocklevel IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"SET {limit} = '300ms'")
        with capture_logs() as lines:
            refused = client.post("/api/v1/consumer/orders", **sent, headers=key)
        cursor.execute(f"RESET {limit}")
        other.execute("ROLLBACK")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5"), refused.content
    assert refused.json()["error"]["code"] == "database_busy"
    assert [line["reason"] for line in lines if line["event"] == "database_timed_out"] == [cause]
    assert Order.objects.count() == 0
    assert client.post("/api/v1/consumer/orders", **sent, headers=key).status_code == 201
    assert Order.objects.count() == 1
