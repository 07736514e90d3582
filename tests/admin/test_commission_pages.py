"""Terms and commissions in the back office: tiers all at once, due dates, the simulator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.identity.models import User
from settings_modules.commodities.models import (
    CommissionStructure,
    CommissionTier,
    PaymentTerm,
    TradeType,
)
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import inputs_of
from tests.factories.commissions import make_commission, make_weight
from tests.factories.commodities import make_commodity
from tests.factories.terms import make_term

pytestmark = pytest.mark.django_db

COMMISSIONS = "/admin/commodities/commissionstructure/"
SIMULATOR = f"{COMMISSIONS}simulate/"
FORM = "commissionstructure_form"
TIERS = [
    {"currency": "INR", "starts_at": Decimal(0), "ends_below": Decimal(100), "rate": Decimal(2)},
    {"currency": "INR", "starts_at": Decimal(100), "ends_below": None, "rate": Decimal(1)},
]


def tiered() -> CommissionStructure:
    return make_commission(commission_type="TIERED", tier_basis="AMOUNT", tiers=TIERS)


def opened(client: Client, address: str, form_id: str = FORM) -> dict[str, Any]:
    return inputs_of(client.get(address).content.decode(), form_id)


def stored_tiers() -> list[tuple[str, str | None]]:
    return [
        (f"{tier.starts_at:f}", None if tier.ends_below is None else f"{tier.ends_below:f}")
        for tier in CommissionTier.objects.all()
    ]


def test_boundary_between_two_tiers_moves_in_one_save(boss_client):
    commission = tiered()
    address = f"{COMMISSIONS}{commission.pk}/change/"
    sent = opened(boss_client, address)
    sent |= {"tiers-0-ends_below": ["200"], "tiers-1-starts_at": ["200"]}
    answer = boss_client.post(address, sent)
    assert answer.status_code == 302
    assert stored_tiers() == [("0.0000", "200.0000"), ("200.0000", None)]


def test_overlap_is_told_on_the_page_and_nothing_is_stored(boss_client):
    commission = tiered()
    address = f"{COMMISSIONS}{commission.pk}/change/"
    sent = opened(boss_client, address) | {"tiers-0-ends_below": ["150"], "name": ["Other"]}
    answer = boss_client.post(address, sent)
    assert "Two tiers in INR overlap at 100." in answer.content.decode()
    assert stored_tiers() == [("0.0000", "100.0000"), ("100.0000", None)]
    assert CommissionStructure.objects.get().name == commission.name


def test_tier_is_removed_and_another_added(boss_client):
    commission = tiered()
    address = f"{COMMISSIONS}{commission.pk}/change/"
    sent = opened(boss_client, address)
    sent |= {
        "tiers-TOTAL_FORMS": ["3"],
        "tiers-1-DELETE": ["on"],
        "tiers-2-currency": ["USD"],
        "tiers-2-starts_at": ["5"],
        "tiers-2-rate": ["0.5"],
    }
    assert boss_client.post(address, sent).status_code == 302
    assert stored_tiers() == [("0.0000", "100.0000"), ("5.0000", None)]
    text = boss_client.get(address).content.decode()
    assert "No tier in INR is for 100 and above." in text
    assert "No tier in USD is for 0 to 5." in text


def test_commission_is_added_with_tiers(boss_client):
    sent = opened(boss_client, f"{COMMISSIONS}add/")
    sent |= {
        "name": ["By size"],
        "commission_type": ["TIERED"],
        "tier_basis": ["AMOUNT"],
        "tiers-TOTAL_FORMS": ["1"],
        "tiers-0-currency": ["INR"],
        "tiers-0-starts_at": ["0"],
        "tiers-0-rate": ["1.5"],
    }
    answer = boss_client.post(f"{COMMISSIONS}add/", sent)
    assert answer.status_code == 302
    assert CommissionStructure.objects.get(name="By size").tiers.get().rate == Decimal("1.5")


def test_kind_and_rate_that_do_not_go_together_are_told(boss_client):
    sent = opened(boss_client, f"{COMMISSIONS}add/") | {"name": ["None"], "rate": [""]}
    text = boss_client.post(f"{COMMISSIONS}add/", sent).content.decode()
    assert "A commission has a rate, or tiers instead of one." in text
    assert not CommissionStructure.objects.exists()


def test_whoever_may_not_change_commissions_reads_their_tiers(db):
    commission = tiered()
    client = sign_in(make_staff("commodities.view_commissionstructure"))
    address = f"{COMMISSIONS}{commission.pk}/change/"
    page = client.get(address)
    assert page.status_code == 200
    assert "tiers-0-rate" not in page.content.decode()
    assert client.post(address, {"name": "x"}).status_code == 403


def test_simulator_shows_the_commission_and_every_step(boss_client):
    commodity, trade = make_commodity(), make_term(TradeType)
    commission = make_commission(name="Of the good", commodity=commodity)
    general = make_commission(name="Of all", trade_type=trade)
    page = boss_client.get(
        SIMULATOR,
        {
            "amount": "1234.60",
            "currency": "usd",
            "party": "BUYER",
            "commodity": commodity.pk,
            "trade_type": trade.pk,
            "on": "2026-06-01",
        },
    )
    text = page.content.decode()
    assert "2.5 % of 1,234.6 USD is 30.865 USD." in text
    assert '<bdi dir="ltr">30.87 USD</bdi>' in text
    assert f"{COMMISSIONS}{commission.pk}/change/" in text
    assert f"{COMMISSIONS}{general.pk}/change/" in text


def test_simulator_speaks_arabic(boss_client):
    make_commission()
    boss_client.cookies["django_language"] = "ar"
    page = boss_client.get(
        SIMULATOR, {"amount": "100", "currency": "INR", "party": "BUYER", "on": "2026-06-01"}
    )
    assert "2.5 % من 100 INR تساوي 2.5 INR." in page.content.decode()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"currency": "ZZZ"}, "This is no ISO code of a currency, such as INR or IQD."),
        ({"country": "XX"}, "This is no ISO code of a country, such as IN or IQ."),
        ({}, "“Heavy” goes by quantity: send quantity and unit."),
    ],
)
def test_simulator_says_what_is_wrong_on_the_form(boss_client, given, message):
    make_commission(
        name="Heavy",
        commission_type="TIERED",
        tier_basis="QUANTITY",
        tier_unit=make_weight("MT_B", "1000"),
    )
    deal = {"amount": "100", "currency": "INR", "party": "BUYER", "on": "2026-06-01", **given}
    assert message in boss_client.get(SIMULATOR, deal).content.decode()


def test_simulator_opens_empty_for_those_who_see_commissions(db):
    viewer = sign_in(make_staff("commodities.view_commissionstructure"))
    assert viewer.get(SIMULATOR).status_code == 200
    assert "Commission simulator" in viewer.get("/admin/").content.decode()
    stranger: User = make_staff("commodities.view_tradetype")
    assert sign_in(stranger).get(SIMULATOR).status_code == 403


def test_payment_term_takes_ticked_lists(boss_client):
    address = "/admin/commodities/paymentterm/add/"
    sent = opened(boss_client, address, "paymentterm_form")
    sent |= {
        "name_en": ["LC at sight, brokered"],
        "supports_letter_of_credit": ["on"],
        "lc_types_supported": ["SBLC", "SIGHT"],
    }
    assert boss_client.post(address, sent).status_code == 302
    term = PaymentTerm.objects.get(name_en="LC at sight, brokered")
    assert term.lc_types_supported == ["SIGHT", "SBLC"]
    address = f"/admin/commodities/paymentterm/{term.pk}/change/"
    sent = opened(boss_client, address, "paymentterm_form") | {"lc_types_supported": []}
    text = boss_client.post(address, sent).content.decode()
    assert "A term by letter of credit names its kinds; another has none." in text


def test_due_dates_are_shown(boss_client):
    term = make_term(PaymentTerm, days=90, payment_percentage=Decimal(10))
    address = f"/admin/commodities/paymentterm/{term.pk}/due-dates/"
    assert boss_client.get(address).status_code == 200
    sent = {"_confirm": "yes", "invoice_date": "2026-01-31", "amount": "1000.05"}
    text = boss_client.post(address, sent, follow=True).content.decode()
    assert "100.01 (10 %) on" in text
    assert "900.04 (90 %) on" in text
    late = boss_client.post(address, {**sent, "invoice_date": "9999-12-31"}, follow=True)
    assert "The due date is beyond the calendar." in late.content.decode()
