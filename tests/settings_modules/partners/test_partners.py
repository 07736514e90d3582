"""Business partners: roles, terms, numbers, the warning before a duplicate, and orders."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from catalog.services.orders import place_order
from core.errors import InvalidInput
from core.events.models import Event
from settings_modules.partners.errors import CustomerBlocked, SimilarPartner
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.findings import partner_findings
from settings_modules.partners.selectors.partners import matching_partners
from settings_modules.partners.selectors.similar import similar_partners
from settings_modules.partners.services.partners import (
    create_partner,
    find_or_create_customer,
    update_partner,
)
from tests.factories.catalog import make_product, order_request
from tests.factories.partners import (
    GSTIN,
    make_address,
    make_contact,
    make_partner,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

PHONE = "+9647712345678"


def refusals(error: InvalidInput) -> list[tuple[str, str]]:
    return [(detail.field, detail.code) for detail in error.details]


def test_partner_has_several_roles_in_one_order():
    partner = create_partner(values={"name": "Sai", "roles": ["broker", "supplier", "broker"]})
    partner.refresh_from_db()
    assert (partner.roles, partner.status, partner.is_active) == (
        ["supplier", "broker"],
        "active",
        True,
    )


def test_partner_without_roles_is_a_customer():
    assert create_partner(values={"name": "Sai"}).roles == ["customer"]


def test_numbers_are_stored_in_one_form():
    partner = create_partner(
        values={
            "name": " Sai Mills ",
            "code": " SUP-1 ",
            "phone": "0771 234 5678",
            "email": "Mill@EXAMPLE.org",
            "pan": "aaacm 1234 a",
            "currency": "inr",
            "credit_limit": Decimal("2500000"),
            "payment_days": 30,
        }
    )
    partner.refresh_from_db()
    assert (partner.name, partner.code, partner.phone, partner.email) == (
        "Sai Mills",
        "SUP-1",
        PHONE,
        "Mill@example.org",
    )
    assert (partner.pan, partner.currency, partner.credit_limit, partner.payment_days) == (
        "AAACM1234A",
        "INR",
        Decimal("2500000.000"),
        30,
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"roles": []}, [("roles", "role_unknown")]),
        ({"roles": ["friend"]}, [("roles", "role_unknown")]),
        ({"pan": "AAA"}, [("pan", "wrong_length")]),
        ({"currency": "XXQ"}, [("currency", "currency_unknown")]),
        ({"phone": "12"}, [("phone", "phone_unknown")]),
        ({"email": "no"}, [("email", "email_malformed")]),
        ({"credit_limit": Decimal(5)}, [("currency", "credit_needs_currency")]),
        (
            {"pan": "AAA", "email": "no"},
            [("email", "email_malformed"), ("pan", "wrong_length")],
        ),
    ],
)
def test_wrong_values_are_refused_each_by_its_field(values, told):
    with pytest.raises(InvalidInput) as refused:
        create_partner(values={"name": "Sai", **values})
    assert refusals(refused.value) == told
    assert not BusinessPartner.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"credit_limit": Decimal(-1), "currency": "INR"},
        {"payment_days": 3651},
        {"status": "gone"},
        {"language": "xx"},
        {"name": ""},
    ],
)
def test_values_out_of_range_are_refused(values):
    with pytest.raises(ValidationError) as refused:
        create_partner(values={"name": "Sai", **values})
    assert set(refused.value.message_dict) & {*values, "__all__"}


def test_code_is_taken_once_whatever_its_case():
    create_partner(values={"name": "Sai", "code": "Sup-1"})
    with pytest.raises(ValidationError, match="Another partner has this code"):
        create_partner(values={"name": "Other one", "code": "SUP-1"})


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("roles = '{}'", "partners_roles_known"),
        ("roles = '{friend}'", "partners_roles_known"),
        ("roles = '{customer,customer}'", "partners_roles_known"),
        ("status = 'gone'", "partners_status_known"),
        ("credit_limit = -1, currency = 'INR'", "partners_credit_in_a_currency"),
        ("credit_limit = 1, currency = ''", "partners_credit_in_a_currency"),
        ("payment_days = 3651", "partners_payment_within_ten_years"),
        ("merged_into_id = id", "partners_merged_is_switched_off"),
        ("code = 'a'", "partners_code_once"),
    ],
)
def test_database_keeps_what_a_partner_is(sql, rule):
    make_partner("Other", code="A")
    partner = make_partner("Sai")
    with pytest.raises(IntegrityError, match=rule), transaction.atomic(), connection.cursor() as c:
        c.execute(f"UPDATE partners_businesspartner SET {sql} WHERE id = %s", [partner.pk])


def test_number_of_an_older_system_is_kept_and_told():
    partner = create_partner(values={"name": "Sai", "pan": "AAA"}, is_legacy=True)
    assert [(found.field, found.code) for found in partner_findings(partner)] == [
        ("pan", "wrong_length")
    ]
    update_partner(partner=partner, values={"name": "Sai Mills", "pan": "AAA"})
    partner.refresh_from_db()
    assert (partner.name, partner.pan) == ("Sai Mills", "AAA")


def test_null_empties_what_may_be_empty():
    partner = make_partner("Sai", code="A", phone=PHONE, email="a@example.org", pan="AAACM1234A")
    cleared = dict.fromkeys(["code", "phone", "email", "pan", "credit_limit", "payment_days"])
    update_partner(partner=partner, values=cleared)
    partner.refresh_from_db()
    assert (partner.code, partner.phone, partner.email, partner.pan) == (None, None, "", "")


def test_pan_of_a_registered_partner_is_that_of_its_gstin():
    partner = make_partner("Sai")
    make_partner_registration(partner)
    with pytest.raises(InvalidInput) as refused:
        update_partner(partner=partner, values={"pan": "AAACM9999A"})
    assert refusals(refused.value) == [("pan", "partner_pan_differs")]
    assert update_partner(partner=partner, values={"pan": "AAACM1234A"}).pan == "AAACM1234A"


class TestSimilar:
    def reasons(self, **asked) -> list[tuple[str, list[str]]]:
        return [(each.name, each.reasons) for each in similar_partners(**asked)]

    def test_name_alike_in_either_language(self):
        make_partner("Sai Cotton Mills", name_ar="مطاحن ساي للقطن")
        make_partner("Basra Transport")
        assert self.reasons(names=["Sai Coton Mills"]) == [("Sai Cotton Mills", ["name"])]
        assert self.reasons(names=["مطاحن سای للقطن"]) == [("Sai Cotton Mills", ["name"])]
        assert self.reasons(names=["Mosul Oil"]) == []

    def test_same_phone_mail_and_gstin_also_of_a_contact(self):
        partner = make_partner("Sai", phone=PHONE, email="mill@example.org")
        make_contact(partner, phone="+912226543210", email="asha@example.org")
        make_partner_registration(partner)
        for asked, reason in (
            ({"phone": PHONE}, "phone"),
            ({"phone": "+912226543210"}, "phone"),
            ({"email": "Mill@Example.org"}, "email"),
            ({"email": "asha@example.org"}, "email"),
            ({"gstin": GSTIN}, "gstin"),
        ):
            assert self.reasons(**asked) == [("Sai", [reason])]
        assert self.reasons(phone="+9647700000000", email="sha@example.org", gstin="27%") == []

    def test_nothing_given_is_like_nothing(self):
        make_partner("Sai")
        assert self.reasons(names=["", " "]) == []
        assert self.reasons(names=["Sai"], besides=BusinessPartner.objects.get().pk) == []

    def test_new_partner_is_refused_until_it_is_confirmed(self):
        there = make_partner("Sai Cotton Mills", is_active=False)
        with pytest.raises(SimilarPartner, match="Sai Cotton Mills") as refused:
            create_partner(values={"name": "Sai Cotton Mill"})
        (similar,) = refused.value.extra["similar"]
        assert (similar["id"], similar["is_active"], similar["reasons"]) == (
            there.pk,
            False,
            ["name"],
        )
        assert Event.objects.count() == 0
        create_partner(values={"name": "Sai Cotton Mill"}, confirm_similar=True)
        assert BusinessPartner.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    [
        *("sai cotton", "mills SUP-1", "0771 234", "٠٧٧١٢٣٤٥٦٧٨", "mill@example", "AAACM1234A"),
        *("asha", "asha@example.org", "nagpur", "440001", GSTIN, "27aaacm", "ساي", "asha nagpur"),
    ],
)
def test_search_finds_by_everything_on_record(text):
    partner = make_partner(
        "Sai Cotton Mills",
        name_ar="ساي",
        code="SUP-1",
        phone=PHONE,
        email="mill@example.org",
        pan="AAACM1234A",
    )
    make_contact(partner, name="Asha Rao", email="asha@example.org")
    make_address(partner, pincode="440001")
    make_partner_registration(partner)
    make_partner("Basra Transport", phone="+9647700000000")
    assert list(matching_partners(text)) == [partner]


def test_search_finds_nothing_of_what_is_not_there():
    make_partner("Sai Cotton Mills")
    assert not matching_partners("basra").exists()
    assert not matching_partners("sai basra").exists()


class TestOrders:
    def test_order_makes_the_customer_once(self):
        product = make_product(stock="9")
        orders = [place_order(request=order_request((product, 1), phone=PHONE)) for _ in range(2)]
        assert {order.partner_id for order in orders} == {BusinessPartner.objects.get().pk}
        partner = BusinessPartner.objects.get()
        assert (partner.roles, partner.status, partner.phone) == (["customer"], "active", PHONE)
        assert Event.objects.filter(type="partner.created").count() == 1

    def test_guest_changes_no_known_partner(self):
        partner = make_partner("Sai", phone=PHONE, roles=["supplier"], is_active=False)
        found = find_or_create_customer(name="Guest", phone=PHONE, email="g@example.org")
        found.refresh_from_db()
        assert (found.pk, found.name, found.roles, found.is_active, found.version) == (
            partner.pk,
            "Sai",
            ["supplier"],
            False,
            1,
        )

    def test_blocked_customer_cannot_order(self):
        make_partner("Sai", phone=PHONE, status="blocked")
        product = make_product(stock="9")
        with pytest.raises(CustomerBlocked):
            place_order(request=order_request((product, 1), phone=PHONE))
