"""The pages of changes that wait for a second person."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from core.identity.models import User
from settings_modules.organizations.models import (
    ApprovalKind,
    ApprovalRequest,
    BankAccount,
    Organization,
)
from tests.admin.conftest import sign_in
from tests.factories.organizations import make_member

pytestmark = pytest.mark.django_db
PAGES = "/admin/organizations/approvalrequest"
NUMBER = "00112233445566"


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Mine")


@pytest.fixture
def asker(organization) -> User:
    return make_member(organization, "finance")


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def make_request(organization: Organization, asker: User, **given: Any) -> ApprovalRequest:
    values = {
        "kind": ApprovalKind.CHANGE_BANK_ACCOUNT,
        "proposal": json.dumps({"account_number": NUMBER, "bank_name": "Second Bank"}),
    } | given
    return ApprovalRequest.objects.create(organization=organization, requested_by=asker, **values)


@pytest.fixture
def waiting(organization, asker) -> ApprovalRequest:
    account = BankAccount.objects.create(
        organization=organization,
        account_holder="Mine",
        bank_name="First Bank",
        currency="INR",
        account_number="99887766554433",
        last_four="4433",
        fingerprint="f",
        is_default=True,
    )
    return make_request(organization, asker, target_id=account.pk, seen_version=account.version)


def test_change_is_readable_and_numbers_are_masked(waiting, boss_client):
    for address in (f"{PAGES}/{waiting.pk}/change/", f"{PAGES}/{waiting.pk}/agree/"):
        text = text_of(boss_client.get(address))
        for shown in ("••••4433", "••••5566", "First Bank", "Second Bank"):
            assert shown in text, address
        assert NUMBER not in text
        assert "99887766554433" not in text


def test_numbers_are_masked_in_the_api(waiting, boss_client):
    answer = boss_client.get(f"/api/v1/settings/approval-requests/{waiting.pk}").json()
    assert answer["changes"] == [
        {
            "field": "account_number",
            "label": "Account number",
            "before": "••••4433",
            "after": "••••5566",
        },
        {"field": "bank_name", "label": "Bank", "before": "First Bank", "after": "Second Bank"},
    ]
    assert (answer["is_overtaken"], "proposal" in answer) == (False, False)


def test_overtaken_change_says_so(waiting, boss_client):
    BankAccount.objects.update(bank_name="Third Bank")
    text = text_of(boss_client.get(f"{PAGES}/{waiting.pk}/change/"))
    assert "nobody can agree to this any more" in text


def test_refusal_keeps_the_note(waiting, organization):
    client = sign_in(make_member(organization, "owner"))
    sent = {"_confirm": "yes", "note": "call the bank first"}
    text = text_of(client.post(f"{PAGES}/{waiting.pk}/refuse/", sent, follow=True))
    assert "change a bank account: refused." in text
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.note) == ("refused", "call the bank first")
    assert f"{PAGES}/{waiting.pk}/agree/" not in text


def test_asking_person_takes_it_back(waiting, asker):
    sent = {"_confirm": "yes", "note": ""}
    sign_in(asker).post(f"{PAGES}/{waiting.pk}/withdraw/", sent)
    waiting.refresh_from_db()
    assert waiting.decision == "withdrawn"


def test_waiting_ones_stand_first(organization, asker, boss_client):
    first = make_request(organization, asker)
    decided = make_request(organization, asker, decision="withdrawn", decided_by=asker)
    rows = boss_client.get(f"{PAGES}/").context["cl"].result_list
    assert [row.pk for row in rows] == [first.pk, decided.pk]


def test_organization_page_counts_what_waits_there(waiting, organization, boss_client):
    make_request(Organization.objects.create(name="Other"), waiting.requested_by)
    text = text_of(boss_client.get(f"/admin/organizations/organization/{organization.pk}/change/"))
    (link,) = re.findall(rf'href="({PAGES}/[^"]*)"><span[^>]*>1 waits<', text)
    rows = boss_client.get(link.replace("&amp;", "&")).context["cl"].result_list
    assert [row.pk for row in rows] == [waiting.pk]


def test_changes_of_another_organization_are_not_there(waiting):
    client = sign_in(make_member(Organization.objects.create(name="Other"), "owner"))
    for name in ("change", "agree", "refuse", "withdraw"):
        assert client.get(f"{PAGES}/{waiting.pk}/{name}/").status_code == 404, name
    assert client.get(f"/api/v1/settings/approval-requests/{waiting.pk}").status_code == 404


def test_who_may_not_decide_is_offered_nothing(waiting, organization):
    client = sign_in(make_member(organization, "administrator"))
    text = text_of(client.get(f"{PAGES}/{waiting.pk}/change/"))
    for name in ("agree", "refuse", "withdraw"):
        assert f"{PAGES}/{waiting.pk}/{name}" not in text
    assert client.get(f"{PAGES}/{waiting.pk}/agree/").status_code == 403
