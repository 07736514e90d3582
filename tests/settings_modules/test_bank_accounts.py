"""Bank accounts: what is let in, the one default, the second person, and that no number leaks."""

from __future__ import annotations

import json

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.bank_numbers.errors import AccountNumberMissing
from core.context import change_context, user_actor
from core.editing.errors import StaleVersion, SuccessorUnfit
from core.errors import InvalidInput
from core.events.models import Event
from core.key_rotation import encrypted_fields, rotate_keys
from settings_modules.organizations.errors import (
    BankAccountKnown,
    ChangeAlreadyWaiting,
    DefaultNeedsSuccessor,
    PersonNeeded,
    SecondPersonNeeded,
)
from settings_modules.organizations.models import ApprovalRequest, BankAccount
from settings_modules.organizations.selectors.findings import account_findings
from settings_modules.organizations.services.approvals import agree_to_change, refuse_change
from settings_modules.organizations.services.bank_accounts import (
    add_account,
    deactivate_account,
    make_default,
    remove_account,
    restore_account,
    reveal_account_number,
    update_account,
)
from tests.factories.organizations import make_company, make_member

pytestmark = pytest.mark.django_db

NUMBER, IBAN = "1234567890", "IQ98NBIQ850123456789012"
STATE_BANK = {
    "account_holder": "Cotton Ltd",
    "bank_name": "State Bank of India",
    "account_number": NUMBER,
    "ifsc": "SBIN0001234",
}
TABLE = "organizations_bankaccount"


@pytest.fixture
def company():
    return make_company()


def add(company, number=NUMBER, **values):
    made = add_account(
        organization=company, values={**STATE_BANK, "account_number": number, **values}
    )
    assert isinstance(made, BankAccount)
    return made


def defaults(company):
    rows = BankAccount.objects.filter(organization=company, is_default=True)
    return [account.account_number for account in rows]


def acting(user):
    return change_context(actor=user_actor(user.pk))


def test_first_one_is_the_default_and_shows_four_characters(company):
    made = add(company, "1234-5678 90", ifsc="sbin0001234", branch="Fort")
    assert (made.account_number, made.last_four, made.ifsc) == (NUMBER, "7890", "SBIN0001234")
    assert (made.is_default, made.currency, made.account_type) == (True, "INR", "current")
    assert (made.shown_number(), str(made)) == ("••••7890", "State Bank of India ••••7890")
    assert Event.objects.get(type="bank_account.created").data == {"organization_id": company.pk}
    assert add(company, "9988776655").is_default is False


def test_two_are_listed_the_default_first(company):
    add(company)
    second = add(company, "9988776655", is_default=True)
    assert company.bank_accounts.all()[0] == second
    assert defaults(company) == ["9988776655"]


def test_account_of_an_iban_alone(company):
    made = add(company, "", iban="iq98 nbiq 8501 2345 6789 012", ifsc="", swift_code="nbiqiqba")
    assert (made.iban, made.last_four, made.swift_code) == (IBAN, "9012", "NBIQIQBA")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"account_number": "12/34567"}, [("account_number", "account_number_malformed")]),
        ({"ifsc": "SBIN1001234"}, [("ifsc", "ifsc_malformed")]),
        ({"swift_code": "X"}, [("swift_code", "swift_malformed")]),
        ({"currency": "XXX"}, [("currency", "currency_unknown")]),
        (
            {"iban": "IQ98NBIQ850123456789013", "ifsc": "S"},
            [("iban", "iban_check_wrong"), ("ifsc", "wrong_length")],
        ),
    ],
)
def test_wrong_value_is_refused_by_its_field(values, told, company):
    with pytest.raises(InvalidInput) as error:
        add_account(organization=company, values={**STATE_BANK, **values})
    assert [(each.field, each.code) for each in error.value.details] == told
    assert BankAccount.objects.count() == 0


def test_account_without_a_number_is_refused(company):
    with pytest.raises(AccountNumberMissing):
        add(company, "")
    made = add(company)
    with pytest.raises(AccountNumberMissing):
        update_account(account=made, values={"account_number": None})
    changed = update_account(account=made, values={"account_number": None, "iban": IBAN})
    assert (changed.account_number, changed.last_four) == ("", "9012")


@pytest.mark.parametrize("missing", ["account_holder", "bank_name"])
def test_holder_and_bank_are_needed(missing, company):
    with pytest.raises(ValidationError):
        add(company, **{missing: ""})


def test_same_account_is_there_once_in_a_company(company):
    made = add(company)
    with pytest.raises(BankAccountKnown):
        add(company, "12345-67890", bank_name="Another name")
    second = add(company, "9988776655")
    with pytest.raises(BankAccountKnown):
        update_account(account=second, values={"account_number": NUMBER})
    assert update_account(account=made, values={"account_number": NUMBER}).version == 1
    assert add(make_company("Other")).is_default is True


def test_number_is_changed_and_the_rest_left_alone(company):
    made = add(company)
    changed = update_account(
        account=made, values={"account_number": "5566778899"}, expected_version=1
    )
    assert (changed.account_number, changed.last_four) == ("5566778899", "8899")
    assert Event.objects.get(type="bank_account.updated").data == {
        "organization_id": company.pk,
        "fields": ["account_number"],
    }
    with pytest.raises(StaleVersion):
        update_account(account=made, values={"branch": "x"}, expected_version=1)
    update_account(account=made, values={"account_number": NUMBER})
    with pytest.raises(BankAccountKnown):
        add(company)


def test_wrong_number_of_an_older_system_is_kept_and_told(company):
    values = {**STATE_BANK, "account_number": "12/34", "ifsc": "SBIN"}
    made = add_account(organization=company, values=values, is_legacy=True)
    told = [(each.field, each.code) for each in account_findings(made)]
    assert told == [("account_number", "account_number_malformed"), ("ifsc", "wrong_length")]
    assert "12/34" not in str([each.as_dict() for each in account_findings(made)])
    assert update_account(account=made, values={"branch": "Fort"}).branch == "Fort"


def test_switch_and_succession(company):
    first, second = add(company), add(company, "9988776655")
    with pytest.raises(DefaultNeedsSuccessor):
        deactivate_account(account=first)
    with pytest.raises(DefaultNeedsSuccessor):
        remove_account(account=first)
    with pytest.raises(SuccessorUnfit):
        remove_account(account=first, promote=first.pk)
    assert make_default(account=second).is_default is True
    assert defaults(company) == ["9988776655"]
    deactivate_account(account=second, promote=first.pk)
    assert defaults(company) == [NUMBER]
    assert restore_account(account=second).is_default is False
    remove_account(account=first, promote=second.pk)
    assert defaults(company) == ["9988776655"]
    assert Event.objects.filter(type="bank_account.removed").count() == 1
    remove_account(account=second)
    assert BankAccount.objects.count() == 0


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (f"UPDATE {TABLE} SET is_default = true", "organizations_one_default_account"),
        (f"UPDATE {TABLE} SET is_active = false", "organizations_default_account_is_active"),
        (f"UPDATE {TABLE} SET is_default = false", "organizations_keep_default_account"),
        (f"DELETE FROM {TABLE} WHERE is_default", "organizations_keep_default_account"),
        (
            f"UPDATE {TABLE} SET account_number = '', iban = ''",
            "organizations_bank_account_has_number",
        ),
        (f"UPDATE {TABLE} SET fingerprint = 'x'", "organizations_bank_account_once"),
    ],
)
def test_database_keeps_exactly_one_default_and_each_account_once(sql, rule, company):
    add(company)
    add(company, "9988776655")
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.__cause__.diag.constraint_name == rule
    assert defaults(company) == [NUMBER]


# The second person


@pytest.fixture
def guarded():
    return make_company("Guarded", bank_changes_need_approval=True)


@pytest.fixture
def people(guarded):
    return make_member(guarded, "finance"), make_member(guarded, "owner")


def waiting(result):
    assert isinstance(result, ApprovalRequest)
    return result


def test_addition_waits_and_is_carried_out_by_the_second(guarded, people):
    asking, agreeing = people
    with acting(asking):
        asked = waiting(add_account(organization=guarded, values=STATE_BANK, reason="new bank"))
    assert (asked.kind, asked.target_id, asked.reason) == ("add_bank_account", None, "new bank")
    assert BankAccount.objects.count() == 0
    with acting(asking), pytest.raises(SecondPersonNeeded):
        agree_to_change(approval=asked)
    with acting(agreeing):
        agree_to_change(approval=asked)
    made = BankAccount.objects.get()
    assert (made.account_number, made.is_default, made.currency) == (NUMBER, True, "INR")
    assert (made.last_four, made.ifsc) == ("7890", "SBIN0001234")


def make_guarded(guarded, people, number=NUMBER):
    asking, agreeing = people
    with acting(asking):
        values = {**STATE_BANK, "account_number": number}
        asked = waiting(add_account(organization=guarded, values=values))
    with acting(agreeing):
        agree_to_change(approval=asked)
    return BankAccount.objects.get(last_four=number[-4:])


def test_change_switch_and_removal_wait_too(guarded, people):
    asking, agreeing = people
    first = make_guarded(guarded, people)
    second = make_guarded(guarded, people, "9988776655")
    steps = [
        (lambda: update_account(account=first, values={"branch": "Fort"}), "branch"),
        (lambda: make_default(account=second), "default"),
        (lambda: deactivate_account(account=second, promote=first.pk), "off"),
        (lambda: restore_account(account=second), "on"),
        (lambda: remove_account(account=first, promote=second.pk), "removed"),
    ]
    seen = []
    for ask, name in steps:
        before = list(BankAccount.objects.order_by("pk").values())
        with acting(asking):
            asked = waiting(ask())
        assert list(BankAccount.objects.order_by("pk").values()) == before
        with acting(agreeing):
            agree_to_change(approval=asked)
        seen.append((name, asked.kind, defaults(guarded)))
    assert seen == [
        ("branch", "change_bank_account", [NUMBER]),
        ("default", "change_bank_account", ["9988776655"]),
        ("off", "change_bank_account", [NUMBER]),
        ("on", "change_bank_account", [NUMBER]),
        ("removed", "remove_bank_account", ["9988776655"]),
    ]


def test_wrong_change_is_refused_before_it_waits(guarded, people):
    account = make_guarded(guarded, people)
    make_guarded(guarded, people, "9988776655")
    with acting(people[0]):
        for wrong, refusal in [
            (lambda: update_account(account=account, values={"ifsc": "X"}), InvalidInput),
            (
                lambda: update_account(account=account, values={"account_number": "9988776655"}),
                BankAccountKnown,
            ),
            (lambda: update_account(account=account, values={"bank_name": ""}), ValidationError),
            (lambda: remove_account(account=account), DefaultNeedsSuccessor),
            (lambda: deactivate_account(account=account), DefaultNeedsSuccessor),
            (
                lambda: add_account(
                    organization=guarded, values={**STATE_BANK, "account_holder": ""}
                ),
                BankAccountKnown,
            ),
        ]:
            with pytest.raises(refusal):
                wrong()
    assert not ApprovalRequest.objects.filter(decision="waiting").exists()


def test_one_change_of_an_account_waits_at_a_time(guarded, people):
    account = make_guarded(guarded, people)
    with acting(people[0]):
        asked = update_account(account=account, values={"branch": "Fort"})
        with pytest.raises(ChangeAlreadyWaiting):
            update_account(account=account, values={"branch": "Mill"})
    with acting(people[1]):
        refuse_change(approval=asked)
    account.refresh_from_db()
    assert (account.branch, account.version) == ("", 1)


def test_account_that_changed_meanwhile_is_not_overwritten(guarded, people):
    account = make_guarded(guarded, people)
    with acting(people[0]):
        asked = update_account(account=account, values={"branch": "Fort"})
    BankAccount.objects.filter(pk=account.pk).update(branch="Mill")
    with acting(people[1]), pytest.raises(StaleVersion):
        agree_to_change(approval=asked)
    account.refresh_from_db()
    assert account.branch == "Mill"


def test_nothing_that_changes_nothing_waits(guarded, people):
    account = make_guarded(guarded, people)
    with acting(people[0]):
        same = update_account(account=account, values={"bank_name": account.bank_name})
    assert isinstance(same, BankAccount)


def test_system_alone_changes_no_guarded_account(guarded):
    with pytest.raises(PersonNeeded):
        add_account(organization=guarded, values=STATE_BANK)


# What must not leak


def test_reveal_tells_who_looked_and_not_what_they_saw(company):
    made = add(company, iban=IBAN)
    seen = reveal_account_number(account=made)
    assert (seen.account_number, seen.iban) == (NUMBER, IBAN)
    event = Event.objects.get(type="bank_account.revealed")
    assert (event.stream_id, event.data) == (str(made.pk), {"organization_id": company.pk})
    assert NUMBER not in repr(seen) + str(seen)
    assert NUMBER not in repr(made) + str(made)


def every_stored_text():
    """All rows of all tables as text, as somebody with the database alone sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM \"{table}\" t")
            texts.append((table, cursor.fetchone()[0]))
        return texts


def test_no_table_holds_a_number_in_clear(guarded, people):
    account = make_guarded(guarded, people)
    with acting(people[0]):
        asked = update_account(account=account, values={"account_number": "5566778899"})
    with acting(people[1]):
        agree_to_change(approval=asked)
    account.refresh_from_db()
    with acting(people[0]):
        update_account(account=account, values={"iban": IBAN})
        reveal_account_number(account=account)
    assert account.account_number == "5566778899"
    found = {
        table
        for table, text in every_stored_text()
        for number in (NUMBER, "5566778899", IBAN)
        if number in text
    }
    assert found == set()
    # The search would find one that is there.
    assert [table for table, text in every_stored_text() if "Guarded" in text] != []


def test_fingerprint_is_no_digest_that_anybody_could_make(company):
    made = add(company)
    name, _, digest = made.fingerprint.partition(":")
    assert (len(name), len(digest)) == (8, 43)
    assert add(make_company("Other")).fingerprint == made.fingerprint
    assert made.fingerprint not in json.dumps(list(Event.objects.values_list("data", flat=True)))


def test_rotation_covers_numbers_and_fingerprints(company, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    made, second = add(company, iban=IBAN), add(company, "9988776655")
    before = made.fingerprint
    settings.FIELD_KEYS = [new, old]
    # Between the new key and the rotation the same account is still known.
    with pytest.raises(BankAccountKnown):
        add(company)
    assert rotate_keys(batch=1) == 5
    assert rotate_keys(batch=1) == 0
    settings.FIELD_KEYS = [new]
    for account in (made, second):
        account.refresh_from_db()
    assert (made.account_number, made.iban, second.account_number) == (NUMBER, IBAN, "9988776655")
    assert made.fingerprint != before
    with pytest.raises(BankAccountKnown):
        add(company)
    names = {name for model, name in encrypted_fields() if model is BankAccount}
    assert names == {"account_number", "iban"}
