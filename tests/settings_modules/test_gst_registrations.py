"""GST registrations: what is let in, and that exactly one active one is primary."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import HolderInactive, StaleVersion, SuccessorUnfit
from core.errors import InvalidInput, StillInUse
from core.events.models import Event
from core.registration_numbers.india import gstin_check_character
from settings_modules.organizations.errors import GstinTaken, PrimaryNeedsSuccessor
from settings_modules.organizations.models import DocumentSeries, GstRegistration
from settings_modules.organizations.selectors.findings import registration_findings
from settings_modules.organizations.services.gst_registrations import (
    add_registration,
    deactivate_registration,
    make_primary,
    remove_registration,
    restore_registration,
    update_registration,
)
from tests.factories.organizations import make_company

pytestmark = pytest.mark.django_db

MAHARASHTRA, GUJARAT, TAMIL_NADU = "27AAACM1234A1Z8", "24AAACM1234A1ZE", "33AAACM1234A1ZF"


@pytest.fixture
def company():
    return make_company()


def add(company, gstin=MAHARASHTRA, **values):
    return add_registration(organization=company, gstin=gstin, values=values)


def primaries(company):
    rows = GstRegistration.objects.filter(organization=company, is_primary=True)
    return list(rows.values_list("gstin", flat=True))


def test_first_one_is_primary_and_of_the_state_of_its_digits(company):
    made = add(company, "27 aaacm1234a1z8", branch_code="001", legal_name="Cotton Ltd")
    assert (made.gstin, made.state, made.is_primary) == (MAHARASHTRA, "Maharashtra", True)
    assert (made.branch_code, made.legal_name) == ("001", "Cotton Ltd")
    assert Event.objects.get(type="gst_registration.created").data == {}
    assert add(company, GUJARAT).is_primary is False


def test_three_are_listed_the_primary_one_first(company):
    for gstin in (TAMIL_NADU, MAHARASHTRA, GUJARAT):
        add(company, gstin)
    listed = company.gst_registrations.values_list("gstin", flat=True)
    assert list(listed) == [TAMIL_NADU, GUJARAT, MAHARASHTRA]


def test_inactive_first_one_is_not_primary(company):
    assert add(company, is_active=False).is_primary is False
    assert primaries(company) == []
    with pytest.raises(HolderInactive):
        add(company, GUJARAT, is_active=False, is_primary=True)


@pytest.mark.parametrize(
    ("gstin", "values", "told"),
    [
        (MAHARASHTRA[:14], {}, [("gstin", "wrong_length")]),
        ("29GSTDE1234F1Z5", {}, [("gstin", "gstin_check_wrong")]),
        ("39AAACM1234A1Z8", {}, [("gstin", "gstin_state_unknown")]),
        ("27MGTDE1234F0Z5", {}, [("gstin", "gstin_malformed")]),
        ("27AAPFU0939F1ZV", {}, [("gstin", "pan_differs")]),
        (MAHARASHTRA, {"state": "Gujarat"}, [("state", "state_differs")]),
        (MAHARASHTRA, {"state": "Mars"}, [("state", "state_differs")]),
        (
            "27AAPFU0939F1ZV",
            {"state": "GJ"},
            [("gstin", "pan_differs"), ("state", "state_differs")],
        ),
    ],
)
def test_wrong_one_is_refused_by_its_field(gstin, values, told, company):
    with pytest.raises(InvalidInput) as error:
        add(company, gstin, **values)
    assert [(each.field, each.code) for each in error.value.details] == told
    assert GstRegistration.objects.count() == 0


@pytest.mark.parametrize("state", ["MH", "maharashtra", " Maharashtra ", ""])
def test_state_may_be_written_as_one_likes(state, company):
    assert add(company, state=state).state == "Maharashtra"


def test_older_digits_name_the_state_of_today(company):
    head = "28AAACM1234A1Z"
    made = add(company, head + gstin_check_character(head))
    assert made.state == "Andhra Pradesh"


def test_gstin_is_registered_once(company):
    add(company)
    with pytest.raises(GstinTaken):
        add(make_company("Other"))


def test_wrong_one_of_an_older_system_is_kept_and_told(company):
    made = add_registration(
        organization=company,
        gstin="29GSTDE1234F1Z5",
        values={"state": "Maharashtra"},
        is_legacy=True,
    )
    told = [(each.field, each.code) for each in registration_findings(made)]
    assert told == [("gstin", "gstin_check_wrong"), ("state", "state_differs")]
    changed = update_registration(registration=made, values={"legal_name": "Ltd"})
    assert (changed.legal_name, changed.state) == ("Ltd", "Maharashtra")
    assert update_registration(registration=made, values={"state": None}).state == "Karnataka"


def test_pan_of_an_older_registration_is_told_beside_the_gstin(company):
    made = add(company)
    assert registration_findings(made) == []
    made.organization.pan = "AAAPL1234C"
    told = [(each.field, each.code) for each in registration_findings(made)]
    assert told == [("gstin", "pan_differs")]


def test_fields_are_edited_and_cleared_and_the_gstin_stays(company):
    add(company)
    other = add(company, GUJARAT, legal_name="Old", branch_code="X")
    changed = update_registration(
        registration=other,
        values={
            "legal_name": "New Ltd",
            "is_primary": True,
            "branch_code": "UPD001",
            "gstin": TAMIL_NADU,
        },
        expected_version=1,
    )
    assert (changed.legal_name, changed.branch_code, changed.gstin) == (
        "New Ltd",
        "UPD001",
        GUJARAT,
    )
    assert primaries(company) == [GUJARAT]
    assert update_registration(registration=other, values={"branch_code": None}).branch_code == ""
    with pytest.raises(StaleVersion):
        update_registration(registration=other, values={"legal_name": "x"}, expected_version=1)


def test_branch_code_is_used_once(company):
    add(company, branch_code="001")
    with pytest.raises(ValidationError, match="has this branch code"):
        add(company, GUJARAT, branch_code="001")


def test_switch_takes_the_mark_from_one_to_the_other_and_tells_both(company):
    first, second = add(company), add(company, GUJARAT)
    assert make_primary(registration=second).is_primary is True
    assert primaries(company) == [GUJARAT]
    told = Event.objects.filter(type="gst_registration.updated").order_by("id")
    assert [(event.stream_id, event.data["changes"]["is_primary"]) for event in told] == [
        (str(first.pk), {"old": True, "new": False}),
        (str(second.pk), {"old": False, "new": True}),
    ]
    make_primary(registration=second)
    assert Event.objects.filter(type="gst_registration.updated").count() == 2


def test_switch_leaves_other_companies_alone(company):
    add(company)
    other = make_company("Other")
    add(other, GUJARAT)
    make_primary(registration=add(company, TAMIL_NADU))
    assert (primaries(company), primaries(other)) == ([TAMIL_NADU], [GUJARAT])


def test_inactive_one_is_not_made_primary(company):
    add(company)
    second = add(company, GUJARAT, is_active=False)
    with pytest.raises(HolderInactive):
        make_primary(registration=second)
    assert primaries(company) == [MAHARASHTRA]


LEAVING = [
    lambda row, **more: deactivate_registration(registration=row, **more),
    lambda row, **more: remove_registration(registration=row, **more),
    lambda row, **more: update_registration(registration=row, values={"is_primary": False}, **more),
]


@pytest.mark.parametrize("leave", LEAVING, ids=["off", "removed", "unmarked"])
def test_primary_does_not_leave_without_a_successor(leave, company):
    first = add(company)
    second = add(company, GUJARAT)
    inactive = add(company, TAMIL_NADU, is_active=False)
    stranger = add(make_company("Other", pan="AAPFU0939F"), "27AAPFU0939F1ZV")
    with pytest.raises(PrimaryNeedsSuccessor):
        leave(first)
    for unfit in (inactive, stranger, first):
        with pytest.raises(SuccessorUnfit):
            leave(first, promote=unfit.pk)
    assert primaries(company) == [MAHARASHTRA]
    leave(first, promote=second.pk)
    assert primaries(company) == [GUJARAT]


def test_the_only_one_leaves_without_a_successor(company):
    only = add(company)
    assert deactivate_registration(registration=only).is_primary is False
    assert restore_registration(registration=only).is_primary is True
    remove_registration(registration=only)
    assert Event.objects.filter(type="gst_registration.removed").count() == 1
    assert GstRegistration.objects.count() == 0


def test_the_only_one_does_not_lose_the_mark(company):
    only = add(company)
    with pytest.raises(PrimaryNeedsSuccessor):
        update_registration(registration=only, values={"is_primary": False})


def test_others_come_and_go_without_the_mark(company):
    add(company)
    second = add(company, GUJARAT)
    deactivate_registration(registration=second)
    assert restore_registration(registration=second).is_primary is False
    remove_registration(registration=second, expected_version=3)
    assert primaries(company) == [MAHARASHTRA]


def test_registration_in_use_is_not_removed(company):
    made = add(company)
    DocumentSeries.objects.create(
        organization=company,
        document_type="order",
        prefix="B",
        gst_registration=made,
        is_active=False,
        reset_annually=False,
    )
    with pytest.raises(StillInUse) as error:
        remove_registration(registration=made)
    (detail,) = error.value.details
    assert detail.message.startswith("Document series (GST registration): 1 · ")
    assert primaries(company) == [MAHARASHTRA]


# What no statement may do


def attempt(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


TABLE = "organizations_gstregistration"


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (f"UPDATE {TABLE} SET is_primary = true", "organizations_one_primary_gst"),
        (f"UPDATE {TABLE} SET is_active = false", "organizations_primary_gst_is_active"),
        (f"UPDATE {TABLE} SET is_primary = false", "organizations_keep_primary_gst"),
        (f"DELETE FROM {TABLE} WHERE is_primary", "organizations_keep_primary_gst"),
        (
            f"UPDATE {TABLE} SET is_primary = false, is_active = false WHERE is_primary",
            "organizations_keep_primary_gst",
        ),
        (
            f"INSERT INTO {TABLE} (organization_id, gstin, legal_name, address, state, branch_code,"
            " is_primary, is_active, version) SELECT organization_id, 'x', '', '', '', '', true,"
            f" true, 1 FROM {TABLE} LIMIT 1",
            "organizations_one_primary_gst",
        ),
    ],
)
def test_database_keeps_exactly_one_primary(sql, rule, company):
    add(company)
    add(company, GUJARAT)
    with pytest.raises(IntegrityError) as refused:
        attempt(sql)
    assert refused.value.__cause__.diag.constraint_name == rule
    assert primaries(company) == [MAHARASHTRA]


def test_database_lets_the_last_active_one_go(company):
    add(company)
    attempt(f"UPDATE {TABLE} SET is_primary = false, is_active = false")
    attempt(f"DELETE FROM {TABLE}")
    assert GstRegistration.objects.count() == 0
