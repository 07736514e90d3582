"""Organizations, registrations and accounts as programs see them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.events.models import Event
from core.idempotency.models import IdempotencyRecord
from core.identity.models import User
from settings_modules.organizations.models import (
    ApprovalRequest,
    BankAccount,
    GstRegistration,
    Organization,
)
from tests.factories.organizations import (
    make_account,
    make_company,
    make_member,
    make_registration,
)

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/settings"
NUMBER, IBAN = "1234567890", "IQ98NBIQ850123456789012"
GUJARAT, TAMIL_NADU = "24AAACM1234A1ZE", "33AAACM1234A1ZF"


@pytest.fixture(autouse=True)
def _calls_enough(settings):
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, 10_000)
    settings.THROTTLE_WRITE_RATES = dict.fromkeys(settings.THROTTLE_WRITE_RATES, 10_000)


@pytest.fixture
def company():
    return make_company()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss():
    return client_of(User.objects.create_superuser("boss@example.com"))


@pytest.fixture
def owner(company):
    return client_of(make_member(company, "owner"))


def send(client, method, address, body=None, row=None, **headers):
    if row is not None:
        headers["If-Match"] = f'"{type(row).objects.get(pk=row.pk).version}"'
    return getattr(client, method)(
        f"{PLACE}/{address}", body, content_type="application/json", headers=headers
    )


def codes(answer):
    return [(each["field"], each["code"]) for each in answer.json()["error"]["details"]]


# Organizations


def test_company_is_made_read_and_changed(boss):
    made = send(
        boss,
        "post",
        "organizations",
        {"name": "Cotton", "pan": "aaacm 1234a", "base_currency": "inr", "tds_rate": "0.100"},
    )
    assert made.status_code == 201
    body = made.json()
    assert (body["pan"], body["base_currency"], body["warnings"]) == ("AAACM1234A", "INR", [])
    assert float(body["tds_rate"]) == 0.1
    row = Organization.objects.get(pk=body["id"])
    changed = send(
        boss,
        "patch",
        f"organizations/{row.pk}",
        {
            "pan": None,
            "city": "Pune",
            "einvoice_required": True,
            "extra_config": {"a": "1.5", "b": [1]},
        },
        row,
    )
    body = changed.json()
    assert (changed.status_code, body["pan"], body["city"]) == (200, "", "Pune")
    assert (body["einvoice_required"], body["extra_config"]) == (True, {"a": "1.5", "b": [1]})
    assert body["legal_name"] == ""
    fraction = send(boss, "patch", f"organizations/{row.pk}", {"extra_config": {"a": 1.5}}, row)
    assert codes(fraction) == [("extra_config", "extra_config_malformed")]
    cleared = send(boss, "patch", f"organizations/{row.pk}", {"extra_config": None}, row)
    assert cleared.json()["extra_config"] == {}


def test_wrong_numbers_are_told_together_in_both_languages(boss):
    answer = send(
        boss, "post", "organizations", {"name": "A", "pan": "TOOLONGPAN123", "contact_email": "x"}
    )
    assert (answer.status_code, codes(answer)) == (
        400,
        [("pan", "wrong_length"), ("contact_email", "email_malformed")],
    )
    told = answer.json()["error"]["details"][0]
    assert told["message"] == "PAN has 10 characters; this has 13."
    assert told["message_ar"] == "يتكون PAN من 10 خانة؛ وهنا 13."


def test_companies_are_found_sorted_and_narrowed(boss):
    make_company("Beta", city="Pune", pan="", country="IN")
    make_company("Alpha", city="Baghdad", country="IQ")

    def names(query):
        answer = boss.get(f"{PLACE}/organizations?{query}")
        assert answer.status_code == 200
        return [row["name"] for row in answer.json()["items"]]

    assert names("search=pun") == ["Beta"]
    assert names("search=AAACM") == ["Alpha"]
    assert names("search=%25") == []
    assert names("country=IQ") == ["Alpha"]
    assert names("ordering=name") == ["Alpha", "Beta"]
    assert names("ordering=-name") == ["Beta", "Alpha"]


def test_unknown_company_is_not_found(boss):
    assert send(boss, "get", "organizations/999999").status_code == 404


def test_company_is_removed_while_nothing_refers_to_it(boss, company):
    make_registration(company)
    refused = send(boss, "delete", f"organizations/{company.pk}", row=company)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "still_in_use")
    assert refused.json()["error"]["details"][0]["message"] == (
        "GST registrations (organization): 1 · 27AAACM1234A1Z8 Maharashtra"
    )
    empty = make_company("Empty")
    assert send(boss, "delete", f"organizations/{empty.pk}", row=empty).status_code == 204


def test_older_value_is_a_warning(boss, company):
    Organization.objects.filter(pk=company.pk).update(pan="LIST01234F")
    answer = send(boss, "get", f"organizations/{company.pk}")
    assert [(each["field"], each["code"]) for each in answer.json()["warnings"]] == [
        ("pan", "pan_malformed")
    ]


# Registrations


def test_registration_is_made_and_its_gstin_stays(owner, company):
    made = send(
        owner,
        "post",
        "gst-registrations",
        {"organization": company.pk, "gstin": " 27 aaacm1234a1z8", "branch_code": "001"},
    )
    body = made.json()
    assert (made.status_code, body["gstin"]) == (201, "27AAACM1234A1Z8")
    assert (body["state"], body["is_primary"], body["warnings"]) == ("Maharashtra", True, [])
    row = GstRegistration.objects.get(pk=body["id"])
    address = f"gst-registrations/{row.pk}"
    refused = send(owner, "patch", address, {"gstin": GUJARAT}, row)
    assert (refused.status_code, codes(refused)) == (400, [("gstin", "not_writable")])
    changed = send(owner, "patch", address, {"legal_name": "Ltd", "branch_code": None}, row)
    assert (changed.json()["legal_name"], changed.json()["branch_code"]) == ("Ltd", "")


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"gstin": "29GSTDE1234F1Z5"}, 400, [("gstin", "gstin_check_wrong")]),
        ({"gstin": "27AAPFU0939F1ZV"}, 400, [("gstin", "pan_differs")]),
        ({"gstin": GUJARAT, "state": "Goa"}, 400, [("state", "state_differs")]),
        ({"gstin": TAMIL_NADU}, 409, [("gstin", "gstin_taken")]),
        ({}, 400, [("gstin", "required")]),
    ],
)
def test_wrong_registration_is_refused(sent, status, told, owner, company):
    make_registration(make_company("Other"), TAMIL_NADU)
    answer = send(owner, "post", "gst-registrations", {"organization": company.pk, **sent})
    assert (answer.status_code, codes(answer)) == (status, told)


def test_switch_off_on_and_removal_of_registrations(owner, company):
    first, second = make_registration(company), make_registration(company, GUJARAT)
    refused = send(owner, "post", f"gst-registrations/{first.pk}/deactivate", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (
        409,
        "primary_needs_successor",
    )
    off = send(owner, "post", f"gst-registrations/{first.pk}/deactivate", {"promote": second.pk})
    assert (off.json()["is_active"], off.json()["is_primary"]) == (False, False)
    on = send(owner, "post", f"gst-registrations/{first.pk}/restore")
    assert (on.json()["is_active"], on.json()["is_primary"]) == (True, False)
    primary = send(owner, "post", f"gst-registrations/{first.pk}/make-primary")
    assert (primary.status_code, primary.json()["is_primary"]) == (200, True)
    assert primary["ETag"] == f'"{GstRegistration.objects.get(pk=first.pk).version}"'
    address = f"gst-registrations/{first.pk}"
    assert send(owner, "delete", address, row=first).status_code == 409
    wrong = send(owner, "delete", f"{address}?promote=x", row=first)
    assert (wrong.status_code, codes(wrong)) == (400, [("promote", "invalid")])
    assert send(owner, "delete", f"{address}?promote={second.pk}", row=first).status_code == 204
    assert GstRegistration.objects.get().is_primary is True


def test_stale_action_is_refused(owner, company):
    row = make_registration(company)
    answer = send(owner, "post", f"gst-registrations/{row.pk}/restore", **{"If-Match": '"7"'})
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "stale_version")


# Accounts


def account_body(company, **more):
    return {
        "organization": company.pk,
        "account_holder": "Cotton Ltd",
        "bank_name": "State Bank of India",
        "account_number": NUMBER,
        "ifsc": "sbin0001234",
        **more,
    }


def test_account_is_made_masked_and_changed(owner, company):
    made = send(owner, "post", "bank-accounts", account_body(company))
    body = made.json()
    assert made.status_code == 201
    assert (body["shown_number"], body["ifsc"], body["currency"]) == (
        "••••7890",
        "SBIN0001234",
        "INR",
    )
    assert "account_number" not in body
    assert "iban" not in body
    assert NUMBER not in made.content.decode()
    row = BankAccount.objects.get()
    assert made["Location"] == f"{PLACE}/bank-accounts/{row.pk}"
    changed = send(owner, "patch", f"bank-accounts/{row.pk}", {"branch": "Fort"}, row)
    assert (changed.status_code, changed.json()["branch"]) == (200, "Fort")
    changed = send(
        owner, "patch", f"bank-accounts/{row.pk}", {"iban": IBAN, "account_number": None}, row
    )
    assert changed.json()["shown_number"] == "••••9012"


def test_wrong_account_is_refused_without_its_number(owner, company):
    body = account_body(company, account_number="12345/6789012", iban="IQ98NBIQ850123456789013")
    answer = send(owner, "post", "bank-accounts", body)
    assert codes(answer) == [
        ("account_number", "account_number_malformed"),
        ("iban", "iban_check_wrong"),
    ]
    assert "6789012" not in answer.content.decode()
    assert "850123456789013" not in answer.content.decode()


def test_number_is_revealed_to_whom_may_and_recorded(company):
    account = make_account(company, iban=IBAN)
    address = f"bank-accounts/{account.pk}/reveal"
    statuses = {
        role: send(client_of(make_member(company, role)), "post", address).status_code
        for role in ("owner", "finance", "administrator", "viewer")
    }
    assert statuses == {"owner": 200, "finance": 200, "administrator": 403, "viewer": 403}
    assert Event.objects.filter(type="bank_account.revealed").count() == 2
    finance = make_member(company, "finance")
    answer = send(client_of(finance), "post", address, **{"Idempotency-Key": "once-and-again"})
    assert answer.json() == {"account_number": NUMBER, "iban": IBAN}
    assert answer["Cache-Control"] == "private, no-store"
    event = Event.objects.filter(type="bank_account.revealed").latest("id")
    assert (event.actor, event.data) == (f"user:{finance.pk}", {"organization_id": company.pk})
    assert IdempotencyRecord.objects.count() == 0


def test_reveal_in_another_company_is_not_found(company):
    stranger = client_of(make_member(make_company("Other"), "owner"))
    account = make_account(company)
    for action in ("reveal", "make-default", "deactivate", "restore"):
        answer = send(stranger, "post", f"bank-accounts/{account.pk}/{action}", {})
        assert answer.status_code == 404
    for name in ("bank-accounts", "gst-registrations"):
        assert send(stranger, "get", f"organizations/{company.pk}/{name}").status_code == 404
    assert Event.objects.filter(type="bank_account.revealed").count() == 0


def test_switch_off_on_and_removal_of_accounts(owner, company):
    first, second = make_account(company), make_account(company, "9988776655")
    off = send(owner, "post", f"bank-accounts/{first.pk}/deactivate", {"promote": second.pk})
    assert (off.json()["is_active"], off.json()["is_default"]) == (False, False)
    on = send(owner, "post", f"bank-accounts/{first.pk}/restore")
    assert (on.json()["is_active"], on.json()["is_default"]) == (True, False)
    default = send(owner, "post", f"bank-accounts/{first.pk}/make-default")
    assert default.json()["is_default"] is True
    address = f"bank-accounts/{first.pk}"
    refused = send(owner, "delete", address, row=first)
    assert refused.json()["error"]["code"] == "default_needs_successor"
    assert send(owner, "delete", f"{address}?promote={second.pk}", row=first).status_code == 204
    assert BankAccount.objects.get().is_default is True


def test_guarded_change_is_202_and_done_by_the_second_person(settings):
    company = make_company("Guarded", bank_changes_need_approval=True)
    finance = client_of(make_member(company, "finance"))
    owner = client_of(make_member(company, "owner"))

    def agree(answer, asking=finance):
        assert answer.status_code == 202
        body = answer.json()
        assert answer["Location"] == f"{PLACE}/approval-requests/{body['id']}"
        assert NUMBER not in answer.content.decode()
        alone = send(asking, "post", f"approval-requests/{body['id']}/agree", {})
        assert alone.json()["error"]["code"] == "second_person_needed"
        agreed = send(owner, "post", f"approval-requests/{body['id']}/agree", {})
        assert (agreed.status_code, agreed.json()["decision"]) == (200, "agreed")
        assert NUMBER not in agreed.content.decode()
        return body["kind"]

    reason = {"X-Change-Reason": "new%20bank"}
    kinds = [agree(send(finance, "post", "bank-accounts", account_body(company), **reason))]
    row = BankAccount.objects.get()
    assert ApprovalRequest.objects.get().reason == "new bank"
    address = f"bank-accounts/{row.pk}"
    kinds.append(agree(send(finance, "patch", address, {"branch": "Fort"}, row)))
    kinds.append(agree(send(finance, "post", f"{address}/deactivate", {})))
    kinds.append(agree(send(finance, "post", f"{address}/restore")))
    assert BankAccount.objects.get().branch == "Fort"
    other = client_of(make_member(company, "owner"))
    kinds.append(agree(send(other, "delete", address, row=row), asking=other))
    assert kinds == [
        "add_bank_account",
        *["change_bank_account"] * 3,
        "remove_bank_account",
    ]
    assert BankAccount.objects.count() == 0


def test_lists_below_a_company_hold_its_own(boss, company):
    other = make_company("Other")
    mine = [make_registration(company).pk, make_account(company).pk]
    make_registration(other, GUJARAT)
    make_account(other)
    for name, key in zip(("gst-registrations", "bank-accounts"), mine, strict=True):
        answer = send(boss, "get", f"organizations/{company.pk}/{name}")
        assert [row["id"] for row in answer.json()["items"]] == [key]
        assert send(boss, "get", f"{name}?organization={company.pk}").json()["total"] == 1
        assert send(boss, "get", f"{name}").json()["total"] == 2
        assert send(boss, "get", f"organizations/999999/{name}").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gst-registrations?search=gujarat", 1),
        ("gst-registrations?is_primary=true", 1),
        ("gst-registrations?state=Gujarat&is_active=true", 1),
        ("bank-accounts?search=7890", 1),
        ("bank-accounts?last_four=6655", 1),
        ("bank-accounts?search=1234567", 0),
        ("bank-accounts?is_default=false", 1),
    ],
)
def test_lists_are_searched_and_narrowed(query, found, owner, company):
    make_registration(company)
    make_registration(company, GUJARAT)
    make_account(company)
    make_account(company, "9988776655")
    assert send(owner, "get", query).json()["total"] == found


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"{PLACE}/{address}").status_code == 200
    return [query["sql"] for query in asked]


@pytest.mark.parametrize("below", ["", "organizations/{company}/"])
def test_lists_ask_as_often_for_three_rows_as_for_one(below, owner, company):
    make_registration(company)
    make_account(company)
    for name, more in {
        "gst-registrations": [(make_registration, GUJARAT), (make_registration, TAMIL_NADU)],
        "bank-accounts": [(make_account, "9988776655"), (make_account, "5566778899")],
    }.items():
        address = below.format(company=company.pk) + name
        queries(owner, address)
        one = queries(owner, address)
        for make, number in more:
            make(company, number)
        assert len(queries(owner, address)) == len(one), "\n".join(one)
