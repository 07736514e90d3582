"""GST registrations by files: whose they are, what is checked, what old records may keep."""

from __future__ import annotations

import pytest

from core.context import change_context, user_actor
from core.importing.findings import finding_message
from core.importing.models import ImportFinding, RunState
from settings_modules.organizations.models import GstRegistration, Organization
from tests.core.importing.conftest import applied, checked, csv_bytes, findings, outcomes, undone
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db

HEAD = ["GSTIN", "Organization", "Branch code", "Primary"]
GOOD = "27AAPFU0939F1ZV"
SECOND = "29AAGCB7383J1Z4"
THIRD = "07AAGCB7383J1ZA"


def gst(*rows: list[str], **more):
    return checked(csv_bytes([HEAD, *rows]), resource="gst-registrations", **more)


@pytest.fixture
def company() -> Organization:
    return Organization.objects.create(name="Company", pan="AAPFU0939F")


def test_first_of_an_organization_becomes_primary_and_undo_leaves_none(company):
    other = Organization.objects.create(name="Other")
    run = gst(
        [GOOD.lower(), "Company", "", ""], [SECOND, "Other", "A", ""], [THIRD, "Other", "B", "yes"]
    )
    assert findings(run) == []
    applied(run)
    rows = GstRegistration.objects.order_by("gstin").values_list(
        "gstin", "organization_id", "branch_code", "is_primary", "state"
    )
    assert list(rows) == [
        (THIRD, other.pk, "B", True, "Delhi"),
        (GOOD, company.pk, "", True, "Maharashtra"),
        (SECOND, other.pk, "A", False, "Karnataka"),
    ]
    run = undone(run)
    assert (run.state, run.counts["removed"]) == (RunState.UNDONE, 3)
    assert not GstRegistration.objects.exists()


def test_every_wrong_row_is_named_with_its_reason(company):
    run = gst(
        ["27AAPFU0939F1ZX", "Company", "", ""],
        ["27AAPFU0939", "Company", "", ""],
        [SECOND, "Company", "", ""],
        [GOOD, "Nobody", "", ""],
        ["", "Company", "", "perhaps"],
        ["99AAPFU0939F1ZZ", "Company", "", ""],
    )
    assert findings(run) == [
        (2, "gstin", "gstin_check_wrong"),
        (3, "gstin", "gstin_malformed"),
        (4, "gstin", "gstin_of_another_pan"),
        (5, "organization", "unknown_reference"),
        (6, "gstin", "required"),
        (6, "is_primary", "not_yes_or_no"),
        (7, "gstin", "gstin_state_unknown"),
    ]
    found = ImportFinding.objects.get(run=run, number=2)
    assert finding_message(run.resource, found.code, found.facts) == (
        "The GSTIN ends in ZX, it should end in ZV: one of its characters is wrong."
    )
    assert set(outcomes(run).values()) == {"failing"}


def test_old_records_come_in_with_warnings(company):
    run = gst(
        ["27AAPFU0939F1ZX", "Company", "", ""], [SECOND, "Company", "", ""], takes_legacy=True
    )
    assert set(ImportFinding.objects.filter(run=run).values_list("level", flat=True)) == {"warning"}
    assert outcomes(run) == {2: "new", 3: "new"}
    assert applied(run).counts["added"] == 2


def test_second_primary_is_refused_alone_by_the_database(company):
    GstRegistration.objects.create(gstin=GOOD, organization=company, is_primary=True)
    Organization.objects.create(name="Other")
    run = applied(gst([THIRD, "Other", "", "yes"], ["29AAPFU0939F1ZR", "Company", "", "yes"]))
    assert (run.counts["added"], run.counts["refused"]) == (1, 1)
    (finding,) = ImportFinding.objects.filter(run=run, phase="apply")
    assert (finding.number, finding.code) == (3, "refused_by_rule")
    assert finding.facts["reason"] == "Another GST registration is the primary one."


def test_another_organizations_rows_are_as_if_they_were_not_there(company):
    other = Organization.objects.create(name="Other")
    GstRegistration.objects.create(gstin=SECOND, organization=other, is_primary=True)
    person = make_member(company, "owner")
    with change_context(actor=user_actor(person.pk), organization_id=str(company.pk)):
        run = gst([GOOD, "Company", "", ""], [SECOND, "Other", "X", ""], [THIRD, "Other", "", ""])
    assert findings(run) == [
        (3, "gstin", "used_elsewhere"),
        (3, "organization", "unknown_reference"),
        (4, "organization", "unknown_reference"),
    ]
    assert applied(run).counts["added"] == 1
    assert GstRegistration.objects.get(gstin=SECOND).branch_code == ""


def test_registration_stays_with_its_organization(company):
    Organization.objects.create(name="Other")
    GstRegistration.objects.create(gstin=GOOD, organization=company, is_primary=True)
    run = gst([GOOD, "Other", "", ""])
    assert findings(run) == [(2, "organization", "gstin_stays_with_its_organization")]


def test_state_that_is_not_the_gstins_is_refused_and_an_older_name_is_todays(company):
    run = checked(
        csv_bytes(
            [
                ["GSTIN", "Organization", "State"],
                [GOOD, "Company", "Kerala"],
                ["21AAPFU0939F1Z7", "Company", "Orissa"],
            ]
        ),
        resource="gst-registrations",
    )
    assert findings(run) == [(2, "state", "state_differs")]
    applied(run)
    assert GstRegistration.objects.get().state == "Odisha"
