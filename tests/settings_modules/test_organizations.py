"""The details of an organization: stored, cleared, checked, switched off, removed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.context import change_context, user_actor
from core.editing.errors import StaleVersion
from core.errors import InvalidInput, StillInUse
from core.events.models import Event
from core.identity.models import User
from settings_modules.organizations.errors import (
    BankApprovalNotYoursToLift,
    SellerStaysActive,
)
from settings_modules.organizations.models import Organization
from settings_modules.organizations.selectors.findings import organization_findings
from settings_modules.organizations.services.gst_registrations import add_registration
from settings_modules.organizations.services.organizations import (
    CLEARABLE_TEXTS,
    ORGANIZATION_FIELDS,
    create_organization,
    deactivate_organization,
    remove_organization,
    restore_organization,
    update_organization,
)
from tests.factories.organizations import make_company, make_member
from tests.factories.pictures import picture, sent

pytestmark = pytest.mark.django_db

COMPANY = {
    "name": "Test Cotton",
    "legal_name": "Test Cotton Private Limited",
    "organization_type": "private_limited",
    "pan": "aaacm 1234a",
    "cin": "u12345ka2020ptc123456",
    "base_currency": "inr",
    "address_line1": "1 Market Road",
    "city": "Pune",
    "state": "Maharashtra",
    "pincode": "411001",
    "country": "in",
    "contact_email": "office@Example.com",
    "contact_phone": "098765 43210",
    "threshold_limit": Decimal(2500000),
    "einvoice_required": True,
    "tds_rate": Decimal("0.1"),
    "tcs_rate": Decimal("0.075"),
    "theme_color": "#1a73e8",
    "extra_config": {"terms": "30 days"},
}


def refused(error: InvalidInput) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in error.details]


def test_every_editable_column_is_a_field_of_the_service():
    columns = {field.name for field in Organization._meta.fields if field.editable}
    assert columns - set(ORGANIZATION_FIELDS) == {"logo", "digital_signature"} | {"id"} & columns
    assert set(ORGANIZATION_FIELDS) <= columns


def test_company_is_stored_with_its_numbers_in_one_form():
    made = create_organization(values=COMPANY)
    made.refresh_from_db()
    stored = {name: getattr(made, name) for name in COMPANY}
    assert stored == {
        **COMPANY,
        "pan": "AAACM1234A",
        "cin": "U12345KA2020PTC123456",
        "base_currency": "INR",
        "country": "IN",
        "contact_email": "office@example.com",
        "contact_phone": "+919876543210",
    }
    event = Event.objects.get(type="organization.created")
    assert (event.stream_id, event.data) == (str(made.pk), {})


def test_second_of_a_name_is_refused():
    create_organization(values={"name": "Unique Cotton Co"})
    with pytest.raises(ValidationError, match="already exists"):
        create_organization(values={"name": "Unique Cotton Co"})
    assert Organization.objects.filter(name="Unique Cotton Co").count() == 1


def test_change_keeps_what_is_not_sent_and_tells_old_and_new():
    made = create_organization(values={**COMPANY, "threshold_limit": Decimal(1000000)})
    changed = update_organization(
        organization=made,
        values={"legal_name": "New Ltd", "threshold_limit": Decimal(5000000), "city": "Pune"},
        expected_version=1,
    )
    assert (changed.legal_name, changed.threshold_limit, changed.city) == (
        "New Ltd",
        Decimal(5000000),
        "Pune",
    )
    event = Event.objects.get(type="organization.updated")
    assert set(event.data["changes"]) == {"legal_name", "threshold_limit"}
    with pytest.raises(StaleVersion):
        update_organization(organization=made, values={"city": "X"}, expected_version=1)


@pytest.mark.parametrize("empty", [None, ""])
def test_every_text_that_may_be_empty_is_emptied(empty):
    made = create_organization(values=COMPANY)
    assert {"pan", "cin", "legal_name", "contact_phone", "theme_color"} <= set(CLEARABLE_TEXTS)
    update_organization(organization=made, values=dict.fromkeys(CLEARABLE_TEXTS, empty))
    made.refresh_from_db()
    assert {getattr(made, name) for name in CLEARABLE_TEXTS} == {""}


def test_rates_and_further_settings_are_emptied_by_null():
    made = create_organization(values=COMPANY)
    names = ("tds_rate", "tcs_rate", "threshold_limit", "extra_config")
    made = update_organization(organization=made, values=dict.fromkeys(names))
    assert [getattr(made, name) for name in names] == [None, None, None, {}]


def test_personal_values_stand_in_no_event():
    made = create_organization(values=COMPANY)
    update_organization(organization=made, values={"contact_phone": "+91 98765 43211"})
    event = Event.objects.get(type="organization.updated")
    assert event.data == {"changes": {}, "untold": ["contact_phone"]}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"pan": "SHORT"}, [("pan", "wrong_length")]),
        ({"pan": "TOOLONGPAN123"}, [("pan", "wrong_length")]),
        ({"pan": "LIST01234F"}, [("pan", "pan_malformed")]),
        ({"cin": "U12345KA2020PTC12345"}, [("cin", "wrong_length")]),
        ({"base_currency": "RUP"}, [("base_currency", "currency_unknown")]),
        ({"country": "XX"}, [("country", "country_unknown")]),
        ({"contact_email": "x@"}, [("contact_email", "email_malformed")]),
        ({"audit_firm_phone": "12"}, [("audit_firm_phone", "phone_unknown")]),
        ({"extra_config": ["a"]}, [("extra_config", "extra_config_malformed")]),
        ({"extra_config": {"a": "\0"}}, [("extra_config", "extra_config_malformed")]),
        ({"extra_config": {"a": 0.5}}, [("extra_config", "extra_config_malformed")]),
        ({"extra_config": {"a": "\ud800"}}, [("extra_config", "extra_config_malformed")]),
        ({"extra_config": {"a": "x" * 10_000}}, [("extra_config", "extra_config_malformed")]),
        (
            {"pan": "X", "cin": "Y", "country": "Z"},
            [("pan", "wrong_length"), ("cin", "wrong_length"), ("country", "country_unknown")],
        ),
    ],
)
def test_wrong_value_is_refused_by_its_field(values, told):
    made = create_organization(values={"name": "A"})
    for attempt in (
        lambda: create_organization(values={"name": "B", **values}),
        lambda: update_organization(organization=made, values=values),
    ):
        with pytest.raises(InvalidInput) as error:
            attempt()
        assert refused(error.value) == told
    assert not Organization.objects.filter(name="B").exists()
    assert not Event.objects.filter(type="organization.updated").exists()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"tds_rate": Decimal("100.001")}, "between 0 and 100"),
        ({"threshold_limit": Decimal(-1)}, "cannot be negative"),
        ({"theme_color": "blue"}, "#1a73e8"),
        ({"organization_type": "club"}, "not a valid choice"),
    ],
)
def test_value_out_of_its_range_is_refused(values, text):
    with pytest.raises(ValidationError, match=text):
        create_organization(values={"name": "A", **values})


def test_wrong_number_of_an_older_system_is_kept_and_told():
    made = create_organization(
        values={"name": "Old", "pan": "LIST01234F", "country": "IN"}, is_legacy=True
    )
    told = [(each.field, each.code) for each in organization_findings(made)]
    assert told == [("pan", "pan_malformed")]
    changed = update_organization(organization=made, values={"pan": "LIST01234F", "city": "Pune"})
    assert (changed.pan, changed.city) == ("LIST01234F", "Pune")
    with pytest.raises(InvalidInput):
        update_organization(organization=made, values={"pan": "LIST01234G"})


def test_unusual_holder_of_a_pan_is_told_and_never_refused():
    made = create_organization(values={"name": "A", "pan": "AAADM1234A"})
    told = [(each.field, each.code) for each in organization_findings(made)]
    assert told == [("pan", "pan_holder_unusual")]
    assert organization_findings(create_organization(values=COMPANY)) == []


def test_pan_other_than_that_of_the_registrations_is_refused():
    made = make_company()
    add_registration(organization=made, gstin="27AAACM1234A1Z8", values={})
    with pytest.raises(InvalidInput) as error:
        update_organization(organization=made, values={"pan": "AAACM1234B"})
    assert refused(error.value) == [("pan", "organization_pan_differs")]
    assert "27AAACM1234A1Z8" in error.value.details[0].message
    assert update_organization(organization=made, values={"pan": ""}).pan == ""


def test_signature_is_stored_like_the_logo(uploads):
    made = make_company()
    made = update_organization(organization=made, values={"digital_signature": sent(picture())})
    assert made.digital_signature.name.startswith("organizations/signatures/")
    assert (uploads / made.digital_signature.name).is_file()
    made = update_organization(organization=made, values={"digital_signature": ""})
    assert made.digital_signature.name == ""


def test_company_is_switched_off_and_on_again():
    made = make_company()
    made = deactivate_organization(organization=made, expected_version=1)
    assert (made.is_active, made.version) == (False, 2)
    made = restore_organization(organization=made, expected_version=2)
    assert (made.is_active, made.version) == (True, 3)


def test_seller_stays_active():
    made = make_company(is_seller=True)
    with pytest.raises(SellerStaysActive):
        deactivate_organization(organization=made)
    changed = update_organization(
        organization=made, values={"is_seller": False, "is_active": False}
    )
    assert (changed.is_seller, changed.is_active) == (False, False)


def test_only_a_superuser_lifts_the_second_person():
    made = make_company(bank_changes_need_approval=False)
    owner = make_member(made, "owner")
    boss = User.objects.create_superuser("boss@example.com")
    name = "bank_changes_need_approval"
    with change_context(actor=user_actor(owner.pk)):
        update_organization(organization=made, values={name: True})
        with pytest.raises(BankApprovalNotYoursToLift):
            update_organization(organization=made, values={name: False})
    with change_context(actor=user_actor(boss.pk)):
        assert update_organization(organization=made, values={name: False}).version == 3


def test_company_without_anything_is_removed():
    made = make_company()
    key = made.pk
    remove_organization(organization=made, expected_version=1)
    assert not Organization.objects.filter(pk=key).exists()
    event = Event.objects.get(type="organization.removed")
    assert (event.stream_id, event.data) == (str(key), {})


def test_company_in_use_is_not_removed_and_says_by_what():
    made = make_company()
    add_registration(organization=made, gstin="27AAACM1234A1Z8", values={})
    make_member(made, "viewer")
    with pytest.raises(StillInUse) as error:
        remove_organization(organization=made)
    assert [each.message.partition(" · ")[0] for each in error.value.details] == [
        "GST registrations (organization): 1",
        "Memberships (organization): 1",
    ]
    assert Organization.objects.filter(pk=made.pk).exists()
    assert not Event.objects.filter(type="organization.removed").exists()
