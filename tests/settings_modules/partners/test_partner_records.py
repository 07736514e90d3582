"""Contacts, addresses, registrations, accounts: one holder of each mark, and numbers kept."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction

from core.bank_numbers.errors import AccountNumberMissing
from core.editing.errors import HolderInactive, StaleVersion
from core.errors import InvalidInput
from core.events.models import Event
from core.key_rotation import rotate_keys
from settings_modules.partners.errors import (
    MarkNeedsHolder,
    PartnerAccountKnown,
    PartnerErased,
    PartnerGstinKnown,
)
from settings_modules.partners.models import (
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.selectors.findings import (
    account_findings,
    address_findings,
    registration_findings,
)
from settings_modules.partners.services.addresses import remove_address, update_address
from settings_modules.partners.services.bank_accounts import (
    remove_bank_account,
    reveal_partner_account,
    update_bank_account,
)
from settings_modules.partners.services.contacts import remove_contact, update_contact
from settings_modules.partners.services.erasure import erase_partner
from settings_modules.partners.services.gst_registrations import (
    remove_gst_registration,
    update_gst_registration,
)
from tests.factories.partners import (
    GSTIN,
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

GUJARAT = "24AAACM1234A1ZE"


@pytest.fixture
def partner():
    return make_partner("Sai Cotton Mills")


#: Kind: two rows of the partner, the services' argument, their functions, the mark.
KINDS = {
    "contact": (
        lambda partner: (make_contact(partner), make_contact(partner, "Ravi")),
        update_contact,
        remove_contact,
        "is_primary",
    ),
    "address": (
        lambda partner: (
            make_address(partner),
            make_address(partner, "Gate 2", is_shipping_default=True),
        ),
        update_address,
        remove_address,
        "is_billing_default",
    ),
    "registration": (
        lambda partner: (
            make_partner_registration(partner),
            make_partner_registration(partner, GUJARAT),
        ),
        update_gst_registration,
        remove_gst_registration,
        "is_primary",
    ),
    "account": (
        lambda partner: (
            make_partner_account(partner),
            make_partner_account(partner, "9988776655"),
        ),
        update_bank_account,
        remove_bank_account,
        "is_default",
    ),
}


def marks(model, flag) -> list[bool]:
    return list(model.objects.order_by("pk").values_list(flag, flat=True))


@pytest.mark.parametrize("noun", KINDS)
def test_first_one_holds_the_mark_until_another_takes_it(noun, partner):
    make, update, remove, flag = KINDS[noun]
    first, second = make(partner)
    model = type(first)
    assert marks(model, flag) == [True, False]
    stream = first.event_stream
    told = Event.objects.filter(type=f"{stream}.updated")
    before = told.count()
    update(**{noun: second}, values={flag: True})
    assert marks(model, flag) == [False, True]
    assert told.count() == before + 2
    for change in (
        lambda: update(**{noun: second}, values={flag: False}),
        lambda: update(**{noun: second}, values={"is_active": False}),
        lambda: remove(**{noun: second}),
    ):
        with pytest.raises(MarkNeedsHolder) as refused:
            change()
        assert refused.value.field == flag
    with pytest.raises(StaleVersion):
        update(**{noun: first}, values={flag: True}, expected_version=99)
    remove(**{noun: first})
    remove(**{noun: second})
    assert not model.objects.exists()
    assert Event.objects.filter(type=f"{stream}.removed").count() == 2


@pytest.mark.parametrize("noun", KINDS)
def test_last_one_is_switched_off_and_holds_the_mark_again_when_restored(noun, partner):
    make, update, remove, flag = KINDS[noun]
    first, second = make(partner)
    if noun == "address":
        update(address=first, values={"is_shipping_default": True})
    remove(**{noun: second})
    update(**{noun: first}, values={"is_active": False})
    assert marks(type(first), flag) == [False]
    with pytest.raises(HolderInactive):
        update(**{noun: first}, values={flag: True})
    update(**{noun: first}, values={"is_active": True})
    assert marks(type(first), flag) == [True]


def test_defaults_for_invoices_and_deliveries_are_two_marks(partner):
    mill, gate = make_address(partner), make_address(partner, "Gate 2", is_shipping_default=True)
    rows = PartnerAddress.objects.order_by("pk")
    told = rows.values_list("is_billing_default", "is_shipping_default")
    assert list(told) == [(True, False), (False, True)]
    update_address(address=gate, values={"is_billing_default": True})
    assert list(told.all()) == [(False, False), (True, True)]
    update_address(address=mill, values={"is_billing_default": True, "is_shipping_default": True})
    assert list(told.all()) == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("contact SET is_primary = true", "partners_one_primary_contact"),
        ("contact SET is_primary = false", "partners_keep_primary_contact"),
        ("contact SET is_active = false", "partners_primary_contact_is_active"),
        ("address SET is_billing_default = true", "partners_one_billing_address"),
        ("address SET is_billing_default = false", "partners_keep_billing_address"),
        ("address SET is_shipping_default = true", "partners_one_shipping_address"),
        (
            "address SET is_shipping_default = false",
            "partners_keep_shipping_address",
        ),
        ("address SET is_active = false", "partners_default_address_is_active"),
        ("gstregistration SET is_primary = true", "partners_one_primary_gst"),
        ("gstregistration SET is_primary = false", "partners_keep_primary_gst"),
        ("gstregistration SET is_active = false", "partners_primary_gst_is_active"),
        ("gstregistration SET gstin = 'A'", "partners_gstin_once"),
        ("bankaccount SET is_default = true", "partners_one_default_account"),
        ("bankaccount SET is_default = false", "partners_keep_default_account"),
        ("bankaccount SET is_active = false", "partners_default_account_is_active"),
        ("bankaccount SET fingerprint = 'A'", "partners_bank_account_once"),
        ("bankaccount SET account_number = ''", "partners_bank_account_has_number"),
    ],
)
def test_database_keeps_one_holder_and_each_number_once(sql, rule, partner):
    for make, *_ in KINDS.values():
        make(partner)
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as c:
        c.execute(f"UPDATE partners_partner{sql}")
        c.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.__cause__.diag.constraint_name == rule


def test_last_holder_gone_while_another_stays_refused_by_the_database(partner):
    make_contact(partner)
    make_contact(partner, "Ravi")
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as c:
        c.execute("DELETE FROM partners_partnercontact WHERE is_primary")
        c.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.__cause__.diag.constraint_name == "partners_keep_primary_contact"


def test_state_is_that_of_the_gstin(partner):
    row = make_partner_registration(partner, "27aaacm 1234a 1z8")
    assert (row.gstin, row.state) == (GSTIN, "Maharashtra")
    with pytest.raises(InvalidInput) as refused:
        make_partner_registration(partner, GUJARAT, state="Kerala")
    assert [each.code for each in refused.value.details] == ["state_differs"]


def test_gstin_of_another_pan_or_twice_refused(partner):
    partner.pan = "AAACM1234A"
    partner.save()
    make_partner_registration(partner)
    with pytest.raises(PartnerGstinKnown):
        make_partner_registration(partner)
    with pytest.raises(InvalidInput) as refused:
        make_partner_registration(partner, "27AAPFU0939F1ZV")
    assert [each.code for each in refused.value.details] == ["partner_pan_differs"]


def test_same_gstin_of_another_partner_is_let_in_and_found(partner):
    make_partner_registration(partner)
    assert make_partner_registration(make_partner("Sai")).is_primary


def test_gstin_stays(partner):
    row = make_partner_registration(partner)
    update_gst_registration(registration=row, values={"gstin": GUJARAT, "legal_name": "Sai Ltd"})
    row.refresh_from_db()
    assert (row.gstin, row.legal_name) == (GSTIN, "Sai Ltd")


def test_wrong_numbers_of_an_older_system_are_kept_and_told(partner):
    registration = PartnerGstRegistration.objects.create(
        partner=partner, gstin="27AAA", is_primary=True
    )
    address = PartnerAddress.objects.create(
        partner=partner, line1="A", country="QQ", is_billing_default=True, is_shipping_default=True
    )
    account = make_partner_account(partner)
    PartnerBankAccount.objects.update(ifsc="X")
    account.refresh_from_db()
    assert [each.code for each in registration_findings(registration)] == ["wrong_length"]
    assert [each.field for each in address_findings(address)] == ["country"]
    assert [each.field for each in account_findings(account)] == ["ifsc"]


class TestAccounts:
    def test_number_is_masked_encrypted_and_revealed_with_an_event(self, partner):
        account = make_partner_account(partner, "1234 5678 90", iban="")
        assert (account.shown_number(), account.last_four) == ("••••7890", "7890")
        with connection.cursor() as cursor:
            cursor.execute("SELECT account_number FROM partners_partnerbankaccount")
            assert "1234567890" not in cursor.fetchone()[0]
        seen = reveal_partner_account(account=account)
        assert (seen.account_number, "1234567890" in repr(seen)) == ("1234567890", False)
        event = Event.objects.get(type="partner_bank_account.revealed")
        assert event.data == {"partner_id": partner.pk}

    def test_no_table_holds_a_number_in_clear(self, partner):
        account = make_partner_account(partner)
        update_bank_account(account=account, values={"account_number": "5566778899"})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE"
                " table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb')"
            )
            for table, column in cursor.fetchall():
                cursor.execute(
                    f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ~ %s)',
                    ["1234567890|5566778899"],
                )
                assert cursor.fetchone()[0] is False, (table, column)

    def test_same_account_is_there_once_and_some_number_is_needed(self, partner):
        make_partner_account(partner)
        with pytest.raises(PartnerAccountKnown):
            make_partner_account(partner, "12345-67890")
        with pytest.raises(AccountNumberMissing):
            make_partner_account(partner, "")
        assert make_partner_account(make_partner("Sai")).is_default

    def test_currency_is_the_partners_when_none_is_given(self, partner):
        partner.currency = "IQD"
        partner.save()
        assert make_partner_account(partner, currency="").currency == "IQD"

    def test_rotation_covers_numbers_and_fingerprints(self, partner, settings):
        account = make_partner_account(partner)
        before = account.fingerprint
        settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
        assert rotate_keys() == 2
        account.refresh_from_db()
        assert (account.account_number, account.fingerprint == before) == ("1234567890", False)


def test_nothing_is_added_to_an_erased_partner(partner):
    erase_partner(partner=partner)
    with pytest.raises(PartnerErased):
        make_contact(partner)
    assert not PartnerContact.objects.exists()
