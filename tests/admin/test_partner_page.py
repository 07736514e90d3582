"""The one page of a partner, with what is on record about it, and the pages of these."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Order
from core.events.models import Event
from settings_modules.partners.models import BusinessPartner, PartnerBankAccount, PartnerContact
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import make_member
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

PLACE = "/admin/partners/businesspartner"
FORM = "businesspartner_form"
PHONE = "+9647712345678"
NUMBER = "1234567890"


def page_of(row) -> str:
    return f"/admin/partners/{row._meta.model_name}/{row.pk}/change/"


def text_of(answer) -> str:
    return answer.content.decode()


def save_line(client: Client, partner, prefix: str, number: int, **typed: str):
    """Fill in a line of a tab and save the partner."""
    form = opened(client, page_of(partner), FORM)
    total = int(form[f"{prefix}-TOTAL_FORMS"][0])
    form[f"{prefix}-TOTAL_FORMS"] = [str(max(total, number + 1))]
    # An empty line comes with the mark of active ones.
    line = {"is_active": "on", **typed}
    form |= {f"{prefix}-{number}-{name}": [value] for name, value in line.items()}
    return client.post(page_of(partner), form)


def add(client: Client, **typed: object):
    form = opened(client, f"{PLACE}/add/", FORM)
    return client.post(f"{PLACE}/add/", {**form, **typed})


def test_partner_is_added_with_roles_and_terms(boss_client):
    answer = add(
        boss_client,
        name="Sai Cotton Mills",
        roles=["transporter", "supplier"],
        phone="0771 234 5678",
        pan="aaacm 1234a",
        currency="inr",
        credit_limit="2500000",
        payment_days="30",
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    partner = BusinessPartner.objects.get()
    assert (partner.roles, partner.phone, partner.pan, partner.currency) == (
        ["supplier", "transporter"],
        PHONE,
        "AAACM1234A",
        "INR",
    )


def test_similar_partners_are_listed_until_somebody_says_it_is_another(boss_client):
    there = make_partner("Sai Cotton Mills", phone=PHONE)
    answer = add(boss_client, name="Sai Coton Mills", roles=["customer"])
    text = text_of(answer)
    assert "There are similar partners. Is this one of them?" in text
    assert page_of(there) in text
    assert BusinessPartner.objects.count() == 1
    confirmed = add(boss_client, name="Sai Coton Mills", roles=["customer"], confirm_similar="on")
    assert confirmed.status_code == 302
    assert BusinessPartner.objects.count() == 2


def test_arabic_page_speaks_arabic(boss_client):
    partner = make_partner("Sai", roles=["supplier"], status="blocked", pan="AAA")
    boss_client.cookies["django_language"] = "ar"
    text = text_of(boss_client.get(page_of(partner)))
    for word in ("مورّد", "حد الائتمان", "جهات الاتصال لدى الشركاء", "الحسابات المصرفية للشركاء"):
        assert word in text
    assert "يتكون PAN من 10 خانة؛ وهنا 3." in text


def test_lines_of_the_tabs_are_added_and_marks_handed_over(boss_client):
    partner = make_partner("Sai")
    first = save_line(boss_client, partner, "contacts", 0, name="Asha", phone="0771 234 5678")
    assert first.status_code == 302
    second = save_line(boss_client, partner, "contacts", 1, name="Ravi", is_primary="on")
    assert second.status_code == 302
    rows = PartnerContact.objects.order_by("pk").values_list("name", "phone", "is_primary")
    assert list(rows) == [("Asha", PHONE, False), ("Ravi", "", True)]
    address = save_line(boss_client, partner, "addresses", 0, line1="12 Mill Road", country="in")
    assert address.status_code == 302
    registration = save_line(
        boss_client, partner, "gst_registrations", 0, gstin="27aaacm1234a1z8", state="Kerala"
    )
    assert "The GSTIN is of Maharashtra" in text_of(registration)
    account = save_line(
        boss_client,
        partner,
        "bank_accounts",
        0,
        bank_name="State Bank",
        account_holder="Sai",
        currency="INR",
        account_number="12345 67890",
    )
    assert account.status_code == 302
    assert PartnerBankAccount.objects.get().account_number == NUMBER
    assert NUMBER not in text_of(boss_client.get(page_of(partner)))


def test_account_number_is_kept_while_its_input_stays_empty(boss_client):
    account = make_partner_account(make_partner("Sai"))
    form = opened(boss_client, page_of(account), "partnerbankaccount_form")
    answer = boss_client.post(page_of(account), {**form, "branch": ["Pune"]})
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.branch, account.account_number) == ("Pune", NUMBER)


def test_whole_number_is_shown_once_to_those_who_may(boss_client):
    account = make_partner_account(make_partner("Sai"))
    address = page_of(account).replace("change", "reveal")
    assert NUMBER not in text_of(boss_client.get(address))
    answer = boss_client.post(address, {"_confirm": "yes"})
    assert NUMBER in text_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.filter(type="partner_bank_account.revealed").count() == 1
    viewer = sign_in(make_staff("partners.view_partnerbankaccount"))
    assert viewer.post(address, {"_confirm": "yes"}).status_code == 403
    seen = text_of(viewer.get(page_of(account)))
    assert ("••••7890" in seen, NUMBER in seen) == (True, False)


def test_orders_are_listed_to_those_who_may_see_them(boss_client):
    order = make_order((make_product(), 1))
    link = f"/admin/catalog/order/{order.pk}/change/"
    assert link in text_of(boss_client.get(page_of(order.partner)))
    every = f"/admin/catalog/order/?partner__id__exact={order.partner_id}"
    assert every in text_of(boss_client.get(page_of(order.partner)))
    assert boss_client.get(every).status_code == 200
    stranger = sign_in(make_staff("partners.view_businesspartner"))
    assert link not in text_of(stranger.get(page_of(order.partner)))
    Order.objects.update(partner=make_partner("Another"))
    assert link not in text_of(boss_client.get(page_of(order.partner)))


def test_list_finds_by_what_is_on_record(boss_client):
    partner = make_partner("Sai", roles=["broker"])
    make_address(partner, city="Nagpur")
    make_contact(partner, "Asha Rao")
    make_partner_registration(partner)
    make_partner("Basra")
    for query in ("q=nagpur", "q=asha", "q=27AAACM", "role=broker"):
        text = text_of(boss_client.get(f"{PLACE}/?{query}"))
        assert (page_of(partner) in text, ">Basra<" in text) == (True, False), query


def test_salesperson_of_another_company_is_kept(boss):
    order = make_order((make_product(), 1))
    member = make_member(order.organization, "owner")
    partner = make_partner("Sai", salesperson=boss)
    client = sign_in(member)
    form = opened(client, page_of(partner), FORM)
    assert client.post(page_of(partner), {**form, "name": ["Sai Mills"]}).status_code == 302
    partner.refresh_from_db()
    assert (partner.name, partner.salesperson_id) == ("Sai Mills", boss.pk)
