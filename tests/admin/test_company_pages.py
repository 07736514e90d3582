"""The page of an organization with its registrations and accounts, and the pages of these."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.roles import ROLES
from core.events.models import Event
from core.identity.roles import permissions_of
from settings_modules.organizations.models import (
    ApprovalRequest,
    BankAccount,
    GstRegistration,
    Organization,
)
from settings_modules.organizations.services.approvals import agree_to_change
from settings_modules.organizations.services.bank_accounts import update_account
from settings_modules.organizations.services.organizations import ORGANIZATION_FIELDS
from tests.admin.conftest import make_staff, sign_in
from tests.admin.sent_forms import opened
from tests.admin.test_edit_conflicts import by, words
from tests.factories.organizations import (
    make_account,
    make_company,
    make_member,
    make_registration,
)
from tests.factories.pictures import picture, sent

pytestmark = pytest.mark.django_db

FORM = "organization_form"
PLACE = "/admin/organizations"
NUMBER, GUJARAT = "1234567890", "24AAACM1234A1ZE"


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def owner(company):
    return sign_in(make_member(company, "owner"))


def page_of(row):
    return f"{PLACE}/{row._meta.model_name}/{row.pk}/change/"


def errors_of(answer):
    return dict(answer.context["adminform"].form.errors)


def save(client, row, **typed):
    form = f"{row._meta.model_name}_form"
    return client.post(page_of(row), {**opened(client, page_of(row), form), **typed})


def save_line(client, company, prefix, number, **typed):
    """Fill in a line of a tab and save the organization."""
    form = opened(client, page_of(company), FORM)
    total = int(form[f"{prefix}-TOTAL_FORMS"][0])
    form[f"{prefix}-TOTAL_FORMS"] = [str(max(total, number + 1))]
    form |= {f"{prefix}-{number}-{name}": [value] for name, value in typed.items()}
    return client.post(page_of(company), form)


REGISTRATIONS, ACCOUNTS = "gst_registrations", "bank_accounts"


# The organization


def test_page_has_an_input_for_every_field_with_what_it_does(boss_client, company):
    form = opened(boss_client, page_of(company), FORM)
    page = boss_client.get(page_of(company)).content.decode()
    inputs = {name for name in ORGANIZATION_FIELDS if f'name="{name}"' in page}
    assert inputs == set(ORGANIZATION_FIELDS)
    assert 'name="digital_signature"' in page
    assert form["pan"] == ["AAACM1234A"]
    for effect in (
        "a tax document without an e-invoice reference gets no number",
        "Turnover of a financial year",
        "An order takes an invoice number when it ships",
        "only once somebody else agrees",
    ):
        assert effect in page


def test_wrong_numbers_are_told_at_their_inputs_and_stay_typed(owner, company):
    answer = save(owner, company, pan="TOOLONGPAN123", contact_email="x", contact_phone="12")
    assert errors_of(answer) == {
        "pan": ["PAN has 10 characters; this has 13."],
        "contact_email": ["Write an e-mail address such as office@example.com."],
        "contact_phone": [
            "No phone has this number; write it with its country, such as +964 770 123 4567."
        ],
    }
    assert 'value="TOOLONGPAN123"' in answer.content.decode()
    company.refresh_from_db()
    assert (company.pan, company.version) == ("AAACM1234A", 1)


def test_wrong_number_is_told_in_arabic(owner, company):
    owner.cookies["django_language"] = "ar"
    answer = save(owner, company, pan="SHORT")
    assert errors_of(answer) == {"pan": ["يتكون PAN من 10 خانة؛ وهنا 5."]}


def test_details_are_saved_in_one_form_and_cleared(owner, company):
    answer = save(owner, company, pan=" aaacm 1234a", city="Pune", tds_rate="0.1", cin="")
    assert answer.status_code == 302
    company.refresh_from_db()
    assert (company.pan, company.city, str(company.tds_rate)) == ("AAACM1234A", "Pune", "0.100")
    assert save(owner, company, pan="", city="", tds_rate="").status_code == 302
    company.refresh_from_db()
    assert (company.pan, company.city, company.tds_rate) == ("", "", None)


def test_older_wrong_number_is_told_beside_its_input_and_holds_nothing_up(owner, company):
    Organization.objects.filter(pk=company.pk).update(pan="LIST01234F")
    page = owner.get(page_of(company)).content.decode()
    assert "A PAN is five letters, four digits and a letter" in page
    assert save(owner, company, city="Pune").status_code == 302
    company.refresh_from_db()
    assert (company.pan, company.city) == ("LIST01234F", "Pune")


def test_signature_is_served_to_those_who_see_the_company(owner, company):
    assert save(owner, company, digital_signature=sent(picture())).status_code == 302
    address = f"{PLACE}/organization/{company.pk}/digital_signature/"
    assert owner.get(address)["Content-Type"] == "image/png"
    assert sign_in(make_member(make_company("Other"), "owner")).get(address).status_code == 404


def test_company_in_use_is_not_removed(boss_client, company):
    make_registration(company)
    answer = boss_client.post(f"{PLACE}/organization/{company.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 200
    assert Organization.objects.filter(pk=company.pk).exists()
    empty = make_company("Empty")
    boss_client.post(f"{PLACE}/organization/{empty.pk}/delete/", {"post": "yes"})
    assert not Organization.objects.filter(pk=empty.pk).exists()


# Registrations


def test_registration_is_added_in_the_tab(owner, company):
    answer = save_line(
        owner, company, REGISTRATIONS, 0, gstin="27 aaacm1234a1z8", state="", is_active="on"
    )
    assert answer.status_code == 302
    made = GstRegistration.objects.get()
    assert (made.gstin, made.state, made.is_primary) == ("27AAACM1234A1Z8", "Maharashtra", True)


@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        ({"gstin": "29GSTDE1234F1Z5"}, "gstin", "The GSTIN ends in Z5, it should end in ZA"),
        ({"gstin": "27AAPFU0939F1ZV"}, "gstin", "the organization has AAACM1234A"),
        ({"gstin": GUJARAT, "state": "Goa"}, "state", "The GSTIN is of Gujarat"),
        ({"gstin": "27AAACM1234A1Z8"}, "gstin", "is registered here already"),
    ],
)
def test_wrong_registration_is_told_on_its_line(typed, field, text, owner, company):
    make_registration(make_company("Other"))
    answer = save_line(owner, company, REGISTRATIONS, 0, is_active="on", **typed)
    (formset,) = [
        each.formset
        for each in answer.context["inline_admin_formsets"]
        if each.formset.prefix == REGISTRATIONS
    ]
    assert list(formset.errors[0]) == [field]
    assert text in formset.errors[0][field][0]
    assert company.gst_registrations.count() == 0


def test_one_click_in_the_tab_makes_another_primary(owner, company):
    make_registration(company)
    second = make_registration(company, GUJARAT)
    page = owner.get(page_of(company)).content.decode()
    button = f"{PLACE}/gstregistration/{second.pk}/make-primary/?back=organization"
    assert page.count(f'formaction="{button}"') == 1
    form = opened(owner, page_of(company), FORM)
    answer = owner.post(button, {**form, "_confirm": "yes"})
    assert (answer.status_code, answer["Location"]) == (302, page_of(company))
    second.refresh_from_db()
    assert second.is_primary is True
    assert owner.get(button).status_code == 200


def test_primary_is_switched_off_with_a_successor(owner, company):
    first, second = make_registration(company), make_registration(company, GUJARAT)
    line = save_line(owner, company, REGISTRATIONS, 0, is_active="")
    assert "name another to take its place" in line.content.decode()
    address = f"{PLACE}/gstregistration/{first.pk}/deactivate/"
    assert "Takes its place" in owner.get(address).content.decode()
    empty = owner.post(address, {"_confirm": "yes", "promote": ""})
    assert empty.status_code == 200
    assert owner.post(address, {"_confirm": "yes", "promote": second.pk}).status_code == 302
    marks = {row.gstin: (row.is_primary, row.is_active) for row in GstRegistration.objects.all()}
    assert marks == {first.gstin: (False, False), GUJARAT: (True, True)}
    restore = f"{PLACE}/gstregistration/{first.pk}/restore/"
    assert owner.post(restore, {"_confirm": "yes"}).status_code == 302
    assert GstRegistration.objects.get(pk=first.pk).is_active is True


def test_gstin_of_a_stored_registration_is_no_input(owner, company):
    made = make_registration(company)
    assert save(owner, made, gstin=GUJARAT, legal_name="Ltd").status_code == 302
    made.refresh_from_db()
    assert (made.gstin, made.legal_name) == ("27AAACM1234A1Z8", "Ltd")


def test_primary_is_removed_only_after_another_is(owner, company):
    first, second = make_registration(company), make_registration(company, GUJARAT)
    address = f"{PLACE}/gstregistration/{first.pk}/delete/"
    refused = owner.post(address, {"post": "yes"}, follow=True)
    assert "name another to take its place" in refused.content.decode()
    owner.post(f"{PLACE}/gstregistration/{second.pk}/make-primary/", {"_confirm": "yes"})
    owner.post(address, {"post": "yes"})
    assert GstRegistration.objects.get() == second


# Accounts


def test_account_is_added_in_the_tab_and_never_shown_whole(owner, company):
    answer = save_line(
        owner,
        company,
        ACCOUNTS,
        0,
        account_holder="Cotton Ltd",
        bank_name="State Bank",
        account_type="current",
        account_number="12345 67890",
        is_active="on",
    )
    assert answer.status_code == 302
    made = BankAccount.objects.get()
    assert (made.account_number, made.currency, made.is_default) == (NUMBER, "INR", True)
    pages = [
        page_of(company),
        page_of(made),
        page_of(made).replace("change", "history"),
        page_of(company).replace("change", "history"),
        f"{PLACE}/bankaccount/",
        f"{PLACE}/bankaccount/{made.pk}/delete/",
        f"{PLACE}/bankaccount/{made.pk}/deactivate/",
        f"{PLACE}/bankaccount/{made.pk}/reveal/",
        "/admin/",
    ]
    for address in pages:
        page = owner.get(address)
        assert page.status_code == 200, address
        assert NUMBER not in page.content.decode(), address
    assert "••••7890" in owner.get(page_of(company)).content.decode()


def test_stored_number_is_kept_while_its_input_stays_empty(owner, company):
    made = make_account(company)
    assert save(owner, made, branch="Fort").status_code == 302
    made.refresh_from_db()
    assert (made.account_number, made.branch) == (NUMBER, "Fort")
    assert save(owner, made, account_number="99887766 55").status_code == 302
    made.refresh_from_db()
    assert (made.account_number, made.last_four) == ("9988776655", "6655")
    wrong = save(owner, made, account_number="12", ifsc="SBIN1001234")
    assert {name: len(texts) for name, texts in errors_of(wrong).items()} == {
        "account_number": 1,
        "ifsc": 1,
    }


def test_line_of_the_tab_keeps_its_number(owner, company):
    made = make_account(company)
    assert save_line(owner, company, ACCOUNTS, 0, bank_name="Mill Bank").status_code == 302
    made.refresh_from_db()
    assert (made.bank_name, made.account_number) == ("Mill Bank", NUMBER)


def test_one_click_in_the_tab_makes_another_the_default(owner, company):
    make_account(company)
    second = make_account(company, "9988776655")
    button = f"{PLACE}/bankaccount/{second.pk}/make-default/?back=organization"
    assert f'formaction="{button}"' in owner.get(page_of(company)).content.decode()
    assert owner.post(button, {"_confirm": "yes"}).status_code == 302
    second.refresh_from_db()
    assert second.is_default is True


def test_number_is_revealed_once_asked_and_recorded(owner, company):
    made = make_account(company)
    address = f"{PLACE}/bankaccount/{made.pk}/reveal/"
    assert f'href="{address}"' in owner.get(page_of(company)).content.decode()
    asked = owner.get(address)
    assert NUMBER not in asked.content.decode()
    assert Event.objects.filter(type="bank_account.revealed").count() == 0
    shown = owner.post(address, {"_confirm": "yes"})
    assert NUMBER in shown.content.decode()
    assert shown["Cache-Control"] == "no-store, max-age=0, no-cache, must-revalidate, private"
    assert Event.objects.get(type="bank_account.revealed").data == {"organization_id": company.pk}


@pytest.mark.parametrize("role", ROLES, ids=[role.key for role in ROLES])
def test_roles_reveal_as_declared(role, company):
    made = make_account(company)
    client = sign_in(make_member(company, role.key))
    answer = client.post(f"{PLACE}/bankaccount/{made.pk}/reveal/", {"_confirm": "yes"})
    may = "organizations.reveal_bankaccount" in permissions_of(role)
    assert (NUMBER in answer.content.decode()) is may
    assert Event.objects.filter(type="bank_account.revealed").count() == int(may)
    stranger = sign_in(make_member(make_company("Other"), role.key))
    again = stranger.post(f"{PLACE}/bankaccount/{made.pk}/reveal/", {"_confirm": "yes"})
    assert NUMBER not in again.content.decode()
    assert Event.objects.filter(type="bank_account.revealed").count() == int(may)


def test_viewer_of_accounts_sees_the_mask_and_no_inputs(company):
    made = make_account(company)
    page = sign_in(make_member(company, "administrator")).get(page_of(made)).content.decode()
    assert "••••7890" in page
    assert 'name="account_number"' not in page
    assert NUMBER not in page


def test_guarded_account_waits_on_its_pages(settings):
    company = make_company("Guarded", bank_changes_need_approval=True)
    finance, owner = make_member(company, "finance"), make_member(company, "owner")
    client = sign_in(finance)
    tab = client.get(page_of(company)).content.decode()
    assert f'name="{ACCOUNTS}-0-account_number"' not in tab
    add = f"{PLACE}/bankaccount/add/"
    typed = {
        "organization": str(company.pk),
        "account_holder": "Cotton Ltd",
        "bank_name": "State Bank",
        "account_number": NUMBER,
        "is_active": "on",
        "change_reason": "new bank",
    }
    answer = client.post(add, {**opened(client, add, "bankaccount_form"), **typed}, follow=True)
    assert "a second person must agree" in answer.content.decode()
    assert BankAccount.objects.count() == 0
    asked = ApprovalRequest.objects.get()
    assert (asked.kind, asked.reason) == ("add_bank_account", "new bank")
    with by(owner):
        agree_to_change(approval=asked)
    made = BankAccount.objects.get()
    assert made.account_number == NUMBER
    answer = client.post(
        page_of(made),
        {**opened(client, page_of(made), "bankaccount_form"), "branch": "Fort"},
        follow=True,
    )
    assert "a second person must agree" in answer.content.decode()
    made.refresh_from_db()
    assert made.branch == ""
    with by(owner):
        agree_to_change(approval=ApprovalRequest.objects.get(kind="change_bank_account"))
    made.refresh_from_db()
    assert made.branch == "Fort"
    boss = sign_in(owner)
    removal = boss.post(f"{PLACE}/bankaccount/{made.pk}/delete/", {"post": "yes"}, follow=True)
    assert "a second person must agree" in removal.content.decode()
    assert BankAccount.objects.count() == 1
    off = client.post(f"{PLACE}/bankaccount/{made.pk}/deactivate/", {"_confirm": "yes"})
    assert off.status_code == 302
    assert ApprovalRequest.objects.filter(decision="waiting").count() == 2


def test_number_that_somebody_else_changed_is_not_told(boss_client, company):
    made = make_account(company)
    form = opened(boss_client, page_of(made), "bankaccount_form")
    with by(make_staff(is_superuser=True, full_name="The Other")):
        update_account(account=made, values={"account_number": "9988776655"})
    answer = boss_client.post(page_of(made), {**form, "branch": "Mine"})
    assert answer.status_code == 200
    assert "The Other" in words(answer)
    for number in (NUMBER, "9988776655"):
        assert number not in answer.content.decode()


def queries(client, page):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_page_asks_as_often_for_three_rows_as_for_one(owner, company):
    make_registration(company)
    make_account(company)
    queries(owner, page_of(company))
    one = queries(owner, page_of(company))
    for gstin, number in ((GUJARAT, "9988776655"), ("33AAACM1234A1ZF", "5566778899")):
        make_registration(company, gstin)
        make_account(company, number)
    assert queries(owner, page_of(company)) == one
