"""The page that erases a person: asks for a word, says what stays, refuses with the reason."""

from __future__ import annotations

import pytest

from core.events.models import Event
from settings_modules.partners.models import BusinessPartner
from tests.admin.conftest import make_staff, sign_in
from tests.factories.catalog import make_order, make_product


@pytest.fixture
def partner(db: None) -> BusinessPartner:
    return BusinessPartner.objects.create(name="Zainab", phone="+9647712345678", email="z@x.org")


def address(partner: BusinessPartner) -> str:
    return f"/admin/partners/businesspartner/{partner.pk}/erase/"


def test_customer_erased_after_the_word(partner, boss, boss_client):
    text = boss_client.get(address(partner)).content.decode()
    assert "must be erased in Zoho separately" in text
    answer = boss_client.post(address(partner), {"_confirm": "yes", "confirmation": "erase"})
    assert answer.status_code == 302
    partner.refresh_from_db()
    assert (partner.name, partner.phone) == (f"Erased customer {partner.pk}", None)
    assert Event.objects.get(type="partner.erased").actor == f"user:{boss.pk}"


def test_customer_stays_without_the_word(partner, boss_client):
    answer = boss_client.post(address(partner), {"_confirm": "yes", "confirmation": "yes"})
    assert "Type ERASE to confirm." in answer.content.decode()
    partner.refresh_from_db()
    assert partner.name == "Zainab"


def test_arabic_screen_takes_the_arabic_word(partner, boss_client):
    sent = {"_confirm": "yes", "confirmation": "محو"}
    headers = {"Accept-Language": "ar"}
    assert boss_client.post(address(partner), sent, headers=headers).status_code == 302
    partner.refresh_from_db()
    assert partner.email == ""


def test_customer_with_an_open_order_stays_and_the_page_says_why(boss_client):
    order = make_order((make_product(), 1))
    sent = {"_confirm": "yes", "confirmation": "ERASE"}
    text = boss_client.post(address(order.partner), sent).content.decode()
    assert f"Order {order.number} is not shipped yet" in text
    order.partner.refresh_from_db()
    assert order.partner.name == "Shopper"


def test_viewer_may_not_erase(partner):
    client = sign_in(make_staff("partners.view_businesspartner"))
    sent = {"_confirm": "yes", "confirmation": "ERASE"}
    assert client.post(address(partner), sent).status_code == 403
    partner.refresh_from_db()
    assert partner.name == "Zainab"


def test_last_superuser_stays_and_the_page_says_why(boss, boss_client):
    sent = {"_confirm": "yes", "confirmation": "ERASE"}
    text = boss_client.post(f"/admin/core/user/{boss.pk}/erase/", sent).content.decode()
    assert "This is the last active superuser" in text
    boss.refresh_from_db()
    assert boss.is_active


def test_account_erased_after_the_word(boss_client):
    person = make_staff(full_name="Zainab")
    sent = {"_confirm": "yes", "confirmation": "ERASE"}
    assert boss_client.post(f"/admin/core/user/{person.pk}/erase/", sent).status_code == 302
    person.refresh_from_db()
    assert (str(person), person.is_active) == (f"Erased user {person.pk}", False)
