"""Webhooks for staff: added with a secret shown once, tested, switched, replayed, removed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookState
from core.webhooks.services import disable_endpoint
from tests.admin.conftest import make_staff, sign_in
from tests.admin.rows import ROWS
from tests.admin.sent_forms import opened

LIST = "/admin/core/webhookendpoint/"


@pytest.fixture
def endpoint(db) -> WebhookEndpoint:
    return ROWS["core.WebhookEndpoint"]()


def page_of(endpoint: WebhookEndpoint, page: str = "change") -> str:
    return f"{LIST}{endpoint.pk}/{page}/"


def run_action(client, name: str, row, address: str = LIST) -> str:
    sent = {"action": name, "_selected_action": [row.pk]}
    return client.post(address, sent, follow=True).content.decode()


def test_added_webhook_shows_its_secret_once(boss_client):
    sent = {"name": "ERP", "url": "https://8.8.8.8/hook", "event_types": ["order.placed"]}
    text = boss_client.post(f"{LIST}add/", sent, follow=True).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.name, endpoint.event_types) == ("ERP", ["order.placed"])
    assert text.count(endpoint.secret) == 1
    for address in (LIST, page_of(endpoint), page_of(endpoint, "history")):
        assert endpoint.secret not in boss_client.get(address).content.decode()


def test_refused_address_shown_on_the_form(boss_client):
    sent = {"name": "ERP", "url": "https://127.0.0.1/hook", "event_types": ["*"]}
    text = boss_client.post(f"{LIST}add/", sent).content.decode()
    assert "Webhooks go to https addresses on the public internet" in text
    assert WebhookEndpoint.objects.count() == 0


def test_form_offers_event_types_with_their_meaning(boss_client):
    text = boss_client.get(f"{LIST}add/").content.decode()
    assert "A shopper placed an order (order.placed)" in text
    assert "webhook.test" not in text


def test_edited_webhook_keeps_its_secret(endpoint, boss_client):
    page = page_of(endpoint)
    shown = opened(boss_client, page, "webhookendpoint_form")
    sent = {**shown, "name": "CRM", "url": "https://8.8.8.8/", "event_types": ["*"]}
    assert boss_client.post(page, sent).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.event_types, endpoint.secret) == (
        "CRM",
        "https://8.8.8.8/",
        ["*"],
        "whsec_hidden",
    )


def test_rotated_secret_shown_once(endpoint, boss_client):
    address = page_of(endpoint, "rotate")
    boss_client.get(address)
    endpoint.refresh_from_db()
    assert endpoint.secret == "whsec_hidden"
    text = boss_client.post(address, {"_confirm": "yes"}, follow=True).content.decode()
    endpoint.refresh_from_db()
    assert endpoint.previous_secret == "whsec_hidden"
    assert text.count(endpoint.secret) == 1
    assert endpoint.secret not in boss_client.get(page_of(endpoint)).content.decode()


def test_actions_test_and_switch(endpoint, boss_client):
    run_action(boss_client, "test", endpoint)
    assert WebhookDelivery.objects.get().event_type == "webhook.test"
    assert "off: switched off by staff" in run_action(boss_client, "disable", endpoint)
    refused = run_action(boss_client, "test", endpoint)
    assert "This webhook is switched off. Switch it on first." in refused
    assert WebhookDelivery.objects.count() == 1
    run_action(boss_client, "enable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled is True


@pytest.mark.parametrize(
    ("failing", "off", "shown"),
    [(False, False, "tp-badge-good"), (True, False, "failing since"), (True, True, "off: ")],
)
def test_list_shows_how_each_is_doing(failing, off, shown, endpoint, boss_client):
    if failing:
        WebhookEndpoint.objects.update(first_failure_at=timezone.now())
    if off:
        disable_endpoint(endpoint=endpoint)
    assert shown in boss_client.get(LIST).content.decode()


def test_failed_deliveries_replayed_one_or_all(boss_client):
    delivery = ROWS["core.WebhookDelivery"]()
    for replay in (
        lambda: run_action(boss_client, "replay", delivery, "/admin/core/webhookdelivery/"),
        lambda: boss_client.post(page_of(delivery.endpoint, "replay"), {"_confirm": "yes"}),
    ):
        WebhookDelivery.objects.update(state=WebhookState.FAILED)
        replay()
        delivery.refresh_from_db()
        assert delivery.state == WebhookState.PENDING


def test_removal_takes_the_log_along(boss_client):
    delivery = ROWS["core.WebhookDelivery"]()
    answer = boss_client.post(page_of(delivery.endpoint, "remove"), {"_confirm": "yes"})
    assert (answer.status_code, answer.url) == (302, LIST)
    assert (WebhookEndpoint.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_delivery_page_shows_its_attempts(boss_client):
    delivery = ROWS["core.WebhookDelivery"]()
    delivery.attempt_log.update(answer="try later")
    text = boss_client.get(f"/admin/core/webhookdelivery/{delivery.pk}/change/").content.decode()
    assert "try later" in text
    assert delivery.webhook_id in text


@pytest.mark.parametrize("page", ["rotate", "replay", "remove"])
def test_viewer_operates_nothing(page, endpoint):
    client = sign_in(make_staff("core.view_webhookendpoint"))
    assert client.post(page_of(endpoint, page), {"_confirm": "yes"}).status_code == 403
    endpoint.refresh_from_db()
    assert endpoint.secret == "whsec_hidden"
