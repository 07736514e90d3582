"""A fresh sandbox per test, and a small client that speaks to it over HTTP."""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from integrations.zoho.sandbox import demo_account
from integrations.zoho.sandbox.server import SandboxServer


@dataclass
class Answer:
    """One reply: status, headers by lower-case name, raw body, and the JSON in it."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw, parse_float=Decimal)

    @property
    def code(self) -> int:
        return self.json["code"]


@dataclass
class Client:
    """Calls one sandbox for one organization; every call opens its own connection."""

    url: str
    token: str = ""
    organization_id: str = demo_account.ORGANIZATION_ID
    sent: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        timeout: float = 10,
        **query: Any,
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=timeout)
        try:
            target = f"{path}?{urlencode(query)}" if query else path
            payload = None if body is None else json.dumps(body).encode()
            connection.request(method, target, payload, headers or {})
            reply = connection.getresponse()
            names = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, names, reply.read())
        finally:
            connection.close()

    def call(self, method: str, path: str, *, body: Any = None, **query: Any) -> Answer:
        if not self.token:
            self.token = self.refresh().json["access_token"]
        query = {"organization_id": self.organization_id, **query}
        headers = {"Authorization": f"Zoho-oauthtoken {self.token}"}
        return self.send(method, path, body=body, headers=headers, **query)

    def inventory(self, method: str, path: str, *, body: Any = None, **query: Any) -> Answer:
        return self.call(method, f"/inventory/v1{path}", body=body, **query)

    def books(self, method: str, path: str, *, body: Any = None, **query: Any) -> Answer:
        return self.call(method, f"/books/v3{path}", body=body, **query)

    def refresh(self, refresh_token: str = demo_account.REFRESH_TOKEN, **other: str) -> Answer:
        values = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": demo_account.CLIENT_ID,
            "client_secret": demo_account.CLIENT_SECRET,
            **other,
        }
        return self.send("POST", "/oauth/v2/token", **values)

    def customer_id(self) -> str:
        found = self.inventory("GET", "/contacts", contact_name="Trader 001").json["contacts"]
        return found[0]["contact_id"]

    def stocked_item(self) -> dict[str, Any]:
        """Return the detail of an active item with more than 20 in the primary location."""
        rows = self.inventory("GET", "/items", filter_by="Status.Active").json["items"]
        for row in rows:
            if row.get("stock_on_hand", 0) > 60:
                item = self.inventory("GET", f"/items/{row['item_id']}").json["item"]
                if item["locations"][0]["location_stock_on_hand"] > 20:
                    return item
        raise LookupError("the seed has no such item")

    def order(self, item_id: str, quantity: Any = 2, **values: Any) -> Answer:
        query = values.pop("query", {})
        body = {
            "customer_id": self.customer_id(),
            "line_items": [{"item_id": item_id, "quantity": quantity}],
            **values,
        }
        return self.inventory("POST", "/salesorders", body=body, **query)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(per_minute=0) as running:
        yield running


@pytest.fixture
def client(sandbox: SandboxServer) -> Client:
    return Client(sandbox.url)
