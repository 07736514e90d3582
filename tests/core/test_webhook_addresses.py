"""Where webhooks do not go, whatever the address says and wherever its name leads."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from core.http import AddressRefused, OutboundClient, resolve_public_address
from core.webhooks import services
from core.webhooks.models import FailureCode, WebhookAttempt, WebhookEndpoint
from core.webhooks.sending import send_due_webhooks

pytestmark = pytest.mark.django_db


def lead_to(monkeypatch, *addresses: str) -> list[str]:
    """Let every name lead to the next of these addresses, the last one for good; asked names."""
    asked: list[str] = []
    left = list(addresses)
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *rest, **options):
        if not str(host).endswith(".example.com"):
            return real(host, port, *rest, **options)
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.fixture
def delivery(receiver):
    """A delivery to the receiver, which was allowed when the endpoint was made."""
    endpoint = services.create_endpoint(name="ERP", url=receiver.url, event_types=["*"])
    return services.send_test_event(endpoint=endpoint)


def test_allowed_network_is_what_lets_a_local_receiver_be_called(delivery, receiver):
    assert send_due_webhooks() == 1
    assert receiver.ids == [delivery.webhook_id]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0", "user@127.0.0.1"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_address_no_longer_allowed_is_not_called(host, scheme, delivery, receiver, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    port = receiver.url.split(":")[2]
    WebhookEndpoint.objects.update(url=f"{scheme}://{host}:{port}")
    assert send_due_webhooks() == 1
    attempt = WebhookAttempt.objects.get()
    assert (attempt.failure, attempt.status) == (FailureCode.ADDRESS, None)
    assert receiver.messages == []


@pytest.mark.parametrize(
    "url",
    ["https://10.1.2.3/", "https://169.254.169.254/latest/meta-data", "http://8.8.8.8/"],
)
def test_private_metadata_and_plain_public_addresses_not_called(url, delivery):
    WebhookEndpoint.objects.update(url=url)
    assert send_due_webhooks() == 1
    assert WebhookAttempt.objects.get().failure == FailureCode.ADDRESS


def test_name_that_leads_to_this_machine_is_not_called(delivery, receiver, settings, monkeypatch):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    asked = lead_to(monkeypatch, "127.0.0.1")
    port = receiver.url.split(":")[2]
    WebhookEndpoint.objects.update(url=f"https://receiver.example.com:{port}")
    send_due_webhooks()
    assert WebhookAttempt.objects.get().failure == FailureCode.ADDRESS
    assert (asked, receiver.messages) == (["receiver.example.com"], [])


def test_name_looked_up_once_and_called_where_it_was_checked(delivery, receiver, monkeypatch):
    """A second look-up would lead to a closed port of another address."""
    asked = lead_to(monkeypatch, "127.0.0.1", "127.9.9.9")
    url = receiver.url.replace("127.0.0.1", "receiver.example.com")
    WebhookEndpoint.objects.update(url=url)
    send_due_webhooks()
    assert asked == ["receiver.example.com"]
    (message,) = receiver.messages
    assert message.headers["host"] == url.split("/")[2]


def test_redirect_into_the_network_is_not_followed(delivery, receiver):
    receiver.status = 302
    receiver.headers = {"location": "http://127.0.0.1:1/inside"}
    send_due_webhooks()
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.failure) == (302, FailureCode.REDIRECT)


@pytest.mark.parametrize(
    ("url", "networks", "addresses"),
    [
        ("http://10.0.0.7/", ["10.0.0.0/8"], ["10.0.0.7"]),
        ("http://[::1]/", ["::1/128"], ["::1"]),
        ("https://8.8.8.8/", [], ["8.8.8.8"]),
    ],
)
def test_networks_allowed_beside_the_public_internet(url, networks, addresses):
    allowed = [ip_network(text) for text in networks]
    assert resolve_public_address(url, allowed_networks=allowed) == addresses


def test_name_with_one_address_outside_of_the_allowed_network_refused(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 80)) for a in ("10.0.0.1", "10.0.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(AddressRefused):
        resolve_public_address(
            "http://x.example.com/", allowed_networks=[ip_network("10.0.0.0/24")]
        )


def test_plain_http_to_the_public_internet_refused_where_networks_are_given():
    assert resolve_public_address("http://8.8.8.8/") == ["8.8.8.8"]
    with pytest.raises(AddressRefused, match="only https"):
        resolve_public_address("http://8.8.8.8/", allowed_networks=[])


def test_client_without_breaker_goes_on_calling_and_cuts_answers_off(receiver):
    client = OutboundClient(
        name="plain", timeout_seconds=1, has_breaker=False, keeps_connections=False, most_content=3
    )
    receiver.status = 500
    replies = [
        client.send("POST", receiver.url, content=b"{}", headers={"webhook-id": "x"})
        for _ in range(12)
    ]
    assert {(reply.status, reply.content) for reply in replies} == {(500, b"tha")}
    assert len(receiver.messages) == 12
    client.close()
